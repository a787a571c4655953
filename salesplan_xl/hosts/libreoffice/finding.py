"""Where LibreOffice is on this computer, and a Python that can speak with it."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from salesplan_xl.hosts.programs import run_program
from salesplan_xl.workbook.problems import RefusalError, problem

WORKER = Path(__file__).with_name("worker.py")
_PROBE_SECONDS = 30


def find_office() -> Path:
    """
    Find LibreOffice.

    Returns
    -------
    Path
        The program ``soffice``: where it usually is, or the one on the path. Not so on Windows, which looks for
        programs in the folder that is current before it looks on the path.

    Raises
    ------
    RefusalError
        ``E-OFFICE-MISSING`` if there is none.
    """
    names = () if sys.platform == "win32" else ("soffice", "libreoffice")
    on_path = map(Path, filter(None, map(shutil.which, names)))
    found = next((path for path in (*usual_places(sys.platform, os.environ), *on_path) if path.is_file()), None)
    if found is None:
        raise RefusalError([problem("E-OFFICE-MISSING")])
    return found


def usual_places(platform: str, environment: Mapping[str, str]) -> list[Path]:
    """
    List where LibreOffice usually is.

    Parameters
    ----------
    platform : str
        As `sys.platform` says it.
    environment : mapping
        The environment variables.

    Returns
    -------
    list of Path
        The program in each place, there or not.

    Examples
    --------
    >>> usual_places("darwin", {})[0].as_posix()
    '/Applications/LibreOffice.app/Contents/MacOS/soffice'
    """
    if platform == "win32":
        folders = [environment.get(name) for name in ("PROGRAMFILES", "PROGRAMFILES(X86)")]
        return [Path(folder, "LibreOffice", "program", "soffice.exe") for folder in folders if folder]
    if platform == "darwin":
        inside = Path("LibreOffice.app", "Contents", "MacOS", "soffice")
        return [Path("/Applications") / inside, Path.home() / "Applications" / inside]
    others = newest_first(Path("/opt").glob("libreoffice*"))
    return [folder / "program" / "soffice" for folder in (Path("/usr/lib/libreoffice"), *others)]


def newest_first(folders: Iterable[Path]) -> list[Path]:
    """
    Order folders of LibreOffice by the versions in their names.

    Parameters
    ----------
    folders : iterable of Path
        The folders.

    Returns
    -------
    list of Path
        The same, the highest version first.

    Examples
    --------
    >>> [folder.name for folder in newest_first([Path("libreoffice7.6"), Path("libreoffice24.2")])]
    ['libreoffice24.2', 'libreoffice7.6']
    """
    return sorted(folders, key=lambda folder: [int(digits) for digits in re.findall(r"\d+", folder.name)], reverse=True)


def find_python(office: Path) -> list[str]:
    """
    Find a Python that can import `uno`.

    Parameters
    ----------
    office : Path
        The program ``soffice``.

    Returns
    -------
    list of str
        What to start it with, before the script.

    Raises
    ------
    RefusalError
        ``E-OFFICE-UNO`` if there is none.
    """
    found = next((command for command in _pythons(office) if _has_uno(command)), None)
    if found is None:
        raise RefusalError([problem("E-OFFICE-UNO")])
    return found


def _pythons(office: Path) -> Iterator[list[str]]:
    """Pythons that may do, each with its options; only LibreOffice's own needs the variables it sets for itself."""
    program = office.resolve().parent
    yield from ([str(path)] for path in _existing((program / "python.exe", program / "python")))
    yield from ([str(path)] for path in _existing((program.parent / "Resources" / "python",)))
    yield from ([str(path), "-I"] for path in _existing((Path("/usr/bin/python3"), Path(sys.executable))))


def _existing(paths: Iterable[Path]) -> Iterator[Path]:
    """Those that are there."""
    return (path for path in paths if path.is_file())


def _has_uno(command: list[str]) -> bool:
    """Try it."""
    return run_program([*command, str(WORKER)], "", _PROBE_SECONDS).code == 0

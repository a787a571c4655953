"""What is looked at of LibreOffice: the program, a Python that can speak with it, the extension in the profile."""

from __future__ import annotations

import json
import re
from pathlib import Path

from salesplan_xl.hosts.doctor.check import Check, Finding, Situation, State
from salesplan_xl.hosts.doctor.computer import OFFICE_PROGRAMS
from salesplan_xl.hosts.libreoffice.extension import FILE_NAME
from salesplan_xl.hosts.libreoffice.finding import find_office, find_python
from salesplan_xl.workbook.problems import RefusalError

_VERSION_FILES = ("bootstraprc", "bootstrap.ini")
_RELEASE = re.compile(r"^ProductKey=LibreOffice ([\d.]+)", re.MULTILINE)
_INSTALLED = f"user/uno_packages/cache/uno_packages/*/{FILE_NAME}"
_SETTINGS = "pythonpath/salesplan_xl_inside/settings.json"
_EXTENSION_VERSION = re.compile(r'<version value="([^"]*)"')


def look_at_office(situation: Situation) -> Finding:
    """
    Look for LibreOffice.

    Parameters
    ----------
    situation : Situation
        What is looked at.

    Returns
    -------
    Finding
        Where it is, and its version as far as its own file says it.
    """
    del situation
    office = _office()
    if office is None:
        return Finding(State.NOT_HERE, "missing")
    return Finding(State.OK, "fine", {"path": office, "version": _version(office)})


def look_at_office_python(situation: Situation) -> Finding:
    """
    Look for a Python that can speak with LibreOffice.

    Parameters
    ----------
    situation : Situation
        What is looked at.

    Returns
    -------
    Finding
        What starts it; a failure if there is none.
    """
    del situation
    office = _office()
    if office is None:
        return Finding(State.NOT_HERE, "no_office")
    try:
        return Finding(State.OK, "fine", {"python": " ".join(find_python(office))})
    except RefusalError:
        return Finding(State.FAIL, "missing")


def look_at_extension(situation: Situation) -> Finding:
    """
    Look for our extension in the user's profile.

    Parameters
    ----------
    situation : Situation
        What is looked at.

    Returns
    -------
    Finding
        A warning if it is not installed, is one of another version or starts another Python; a failure if the Python
        that it starts is gone.
    """
    if _office() is None:
        return Finding(State.NOT_HERE, "no_office")
    profile = _profile(situation)
    installed = sorted(profile.glob(_INSTALLED), key=lambda folder: folder.stat().st_mtime)
    if not installed:
        return Finding(State.WARN, "missing", {"profile": profile})
    stated = _EXTENSION_VERSION.search((installed[-1] / "description.xml").read_text(encoding="utf-8"))
    python = _python_of(installed[-1] / _SETTINGS)
    values = {"version": stated[1] if stated else "?", "own": situation.version, "profile": profile, "python": python}
    if values["version"] != situation.version:
        return Finding(State.WARN, "other", values)
    if python and not situation.computer.is_file(python):
        return Finding(State.FAIL, "gone", values)
    if python and Path(python).parent != Path(situation.computer.python).parent:
        return Finding(State.WARN, "other_python", values)
    return Finding(State.OK, "fine", values)


def _python_of(settings: Path) -> str:
    """The Python that an extension starts for cell functions; empty where its settings name none."""
    if not settings.is_file():
        return ""
    told = json.loads(settings.read_text(encoding="utf-8"))
    return str(next(iter(told.get("functions", {}).get("command", ())), ""))


def look_whether_office_runs(situation: Situation) -> Finding:
    """
    Say whether LibreOffice is running.

    Parameters
    ----------
    situation : Situation
        What is looked at.

    Returns
    -------
    Finding
        Whether it runs: it has to be closed while the extension is installed.
    """
    running = situation.computer.programs()
    if running is None:
        return Finding(State.WARN, "unknown")
    return Finding(State.OK, "yes" if running & OFFICE_PROGRAMS else "no")


def _office() -> Path | None:
    """The program, if it is installed."""
    try:
        return find_office()
    except RefusalError:
        return None


def _version(office: Path) -> str:
    """The version that LibreOffice's own file names; a question mark where it names none."""
    program = office.resolve().parent
    for path in (folder / name for folder in (program, program.parent / "Resources") for name in _VERSION_FILES):
        if path.is_file() and (stated := _RELEASE.search(path.read_text(encoding="utf-8", errors="replace"))):
            return stated[1]
    return "?"


def _profile(situation: Situation) -> Path:
    """Where the profile of this user usually is, there or not."""
    computer = situation.computer
    home, variables = Path(computer.home), computer.environment
    if computer.system == "win32":
        return Path(variables.get("APPDATA") or home / "AppData" / "Roaming", "LibreOffice", "4")
    if computer.system == "darwin":
        return home / "Library" / "Application Support" / "LibreOffice" / "4"
    return Path(variables.get("XDG_CONFIG_HOME") or home / ".config", "libreoffice", "4")


CHECKS = (
    Check("office", "libreoffice", look_at_office),
    Check("office_python", "libreoffice", look_at_office_python),
    Check("office_extension", "libreoffice", look_at_extension),
    Check("office_runs", "libreoffice", look_whether_office_runs),
)
"""The checks of LibreOffice, in the order of the report."""

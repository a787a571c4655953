"""What checks learn of a computer: a few facts, and a few small ways to ask for more. Tests give them as they like."""

from __future__ import annotations

import locale
import os
import platform
import socket
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from salesplan_xl.hosts.excel.interpreter import candidate
from salesplan_xl.hosts.programs import Starter, run_program

OLDEST_PYTHON = (3, 11)

OFFICE_PROGRAMS = frozenset({"soffice.bin", "soffice.exe", "soffice"})
"""Names, in lower case, under which LibreOffice runs."""

EXCEL_PROGRAMS = frozenset({"excel.exe", "microsoft excel"})
"""Names, in lower case, under which Excel runs."""

_PROCESSES = Path("/proc")
_SECONDS_TO_LIST = 10


def _read(path: str) -> bytes | None:
    """The bytes of a file, also of a stream beside one on Windows."""
    try:
        with open(path, "rb") as stream:  # noqa: PTH123 - a Path would take the name of a stream apart
            return stream.read()
    except FileNotFoundError:
        return None


def _registry(key: str) -> Mapping[str, object]:
    """The values of a key, in the view of programs of 64 bits."""
    if sys.platform != "win32":
        return {}
    import winreg

    hives = {"HKLM": winreg.HKEY_LOCAL_MACHINE, "HKCU": winreg.HKEY_CURRENT_USER, "HKCR": winreg.HKEY_CLASSES_ROOT}
    hive, _, path = key.partition("\\")
    values: dict[str, object] = {}
    try:
        with winreg.OpenKey(hives[hive], path, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY) as opened:
            for number in range(winreg.QueryInfoKey(opened)[1]):
                name, value, _ = winreg.EnumValue(opened, number)
                values[name] = value
    except FileNotFoundError:
        return {}
    return values


def _programs() -> frozenset[str] | None:
    """The programs that run."""
    if _PROCESSES.is_dir():
        return frozenset(
            filter(None, (_program_of(folder) for folder in _PROCESSES.iterdir() if folder.name.isdigit()))
        )
    windows = os.path.join(os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32", "tasklist.exe")  # noqa: PTH118
    command = [windows, "/fo", "csv", "/nh"] if sys.platform == "win32" else ["/bin/ps", "-axco", "command"]
    ended = run_program(command, "", _SECONDS_TO_LIST)
    if ended.code != 0:
        return None
    return frozenset(line.split(",")[0].strip('" ').lower() for line in ended.out.splitlines())


def _program_of(folder: Path) -> str:
    """The name of the program that a process runs; empty if it has ended meanwhile."""
    try:
        return (folder / "comm").read_text(encoding="utf-8", errors="replace").strip().lower()
    except OSError:
        return ""


@dataclass(frozen=True)
class Computer:
    """
    A computer.

    Parameters
    ----------
    system : str
        As `sys.platform` says it.
    name : str
        System and version in words.
    host : str
        Its name in the network.
    python, base_python : str
        The Python that runs, and the folder of the one that it was made from.
    python_version : tuple of int
        Its version.
    excel_python : str
        The Python that Excel would start; empty where it starts none.
    code_page : str
        Python's name of the code page in which programs of Windows get texts.
    home : str
        Folder of the user.
    environment : mapping
        The environment variables.
    now : float
        The time, in seconds since 1970.
    read : callable
        Gives the bytes of a file; None where there is none.
    is_file : callable
        Tells whether there is a file.
    registry : callable
        Gives the values of a key of Windows' registry by name, ``""`` for the default; none where there is no such key.
    start : callable
        Starts a program (`salesplan_xl.hosts.programs`).
    programs : callable
        Gives the names of all programs that run, in lower case; None where they cannot be listed.
    """

    system: str = sys.platform
    name: str = field(default_factory=platform.platform)
    host: str = field(default_factory=socket.gethostname)
    python: str = sys.executable
    base_python: str = sys.base_prefix
    python_version: tuple[int, int, int] = sys.version_info[:3]
    excel_python: str = field(default_factory=candidate)
    code_page: str = field(default_factory=locale.getencoding)
    home: str = field(default_factory=lambda: str(Path.home()))
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    now: float = field(default_factory=time.time)
    read: Callable[[str], bytes | None] = _read
    is_file: Callable[[str], bool] = os.path.isfile
    registry: Callable[[str], Mapping[str, object]] = _registry
    start: Starter = run_program
    programs: Callable[[], frozenset[str] | None] = _programs

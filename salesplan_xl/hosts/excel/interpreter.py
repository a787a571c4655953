"""Which Python Excel's macros start: the one that salesplan-xl is installed in, tried as Excel will start it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

from salesplan_xl.hosts.programs import Starter, run_program

LOADS = "import xlwings, salesplan_xl"
"""What a Python must be able to do when it is started on its own."""

SECONDS = 60
"""How long that may take."""

UNSAFE_SIGNS = '"&%^!|<>'
"""Signs for which the macros refuse a path: some reader takes a path with one of them for more than a path."""

LONGEST_PATH = 259
"""The most characters of a path that the macros take."""

_WITHOUT_WINDOW = "pythonw.exe"
_VARIABLE = "$("


def interpreter() -> str:
    """
    Find the Python that Excel on this computer is to start.

    Returns
    -------
    str
        Path of the interpreter that runs now, in its form without a window where there is one. Empty where Excel
        cannot start Python, which is everywhere but on Windows, and where it could not use this one (`obstacle`).
    """
    python = candidate()
    return "" if not python or obstacle(python) else python


def candidate() -> str:
    """
    Give the Python that Excel would have to start, tried or not.

    Returns
    -------
    str
        Path of the interpreter that runs now, in its form without a window where there is one; empty everywhere but
        on Windows.
    """
    if sys.platform != "win32":
        return ""
    without_window = Path(sys.executable).with_name(_WITHOUT_WINDOW)
    return str(without_window if without_window.exists() else sys.executable)


def obstacle(python: str, start: Starter = run_program, is_file: Callable[[str], bool] = os.path.isfile) -> str:
    """
    Say what keeps Excel from using a Python.

    Started by Excel it is isolated (``-I``), so it finds nothing of what was installed for one user only
    (``pip install --user``), and the library of xlwings that starts it is looked for beside it and one folder above.

    Parameters
    ----------
    python : str
        Path of the interpreter.
    start : callable
        What starts a program.
    is_file : callable
        What tells whether there is such a file.

    Returns
    -------
    str
        The reason, as half a sentence; empty if there is none.
    """
    if why := start([python, "-I", "-B", "-c", LOADS], "", SECONDS).why:
        return why
    if not any(libraries_beside(python, is_file)):
        return f"{libraries()[0]} is neither beside it nor in the folder above"
    return ""


def libraries() -> tuple[str, ...]:
    """
    Name the libraries of xlwings that can start a Python from Excel; they are installed together.

    Returns
    -------
    tuple of str
        File names, that of Excel with 64 bits first.
    """
    return tuple(f"xlwings{width}-{version('xlwings')}.dll" for width in (64, 32))


def libraries_beside(python: str, is_file: Callable[[str], bool] = os.path.isfile) -> tuple[bool, ...]:
    """
    Tell which of the libraries stand where the macros look for them: beside a Python, or one folder above.

    Parameters
    ----------
    python : str
        Path of the interpreter.
    is_file : callable
        What tells whether there is such a file.

    Returns
    -------
    tuple of bool
        Whether it is there, in the order of `libraries`.
    """
    folders = list(_path(python).parents)[:2]
    return tuple(any(is_file(str(folder / name)) for folder in folders) for name in libraries())


def path_fault(path: str, code_page: str) -> str:
    r"""
    Say why the macros refuse the path of an interpreter, by the rule that they follow themselves.

    Parameters
    ----------
    path : str
        The path.
    code_page : str
        Python's name of the code page of Windows here, in which the library of xlwings gets it.

    Returns
    -------
    str
        ``"long"``, ``"relative"``, ``"sign"`` for a sign that means something to a reader, ``"letter"`` for one that
        the code page does not have; empty for a path that they take.

    Examples
    --------
    >>> path_fault(r"C:\Users\José\pythonw.exe", "cp1252"), path_fault(r"C:\Users\王\pythonw.exe", "cp1252")
    ('', 'letter')
    """
    if len(path) > LONGEST_PATH:
        return "long"
    if not (path.startswith("\\\\") or (path[:1].isalpha() and path[:1].isascii() and path[1:3] == ":\\")):
        return "relative"
    if _VARIABLE in path or any(sign in UNSAFE_SIGNS or sign < " " for sign in path):
        return "sign"
    return "" if is_carried(path, code_page) else "letter"


def is_carried(text: str, code_page: str) -> bool:
    """
    Tell whether a code page has every letter of a text.

    Parameters
    ----------
    text : str
        The text.
    code_page : str
        Python's name of the code page.

    Returns
    -------
    bool
        Whether the text arrives as it is.
    """
    try:
        return text.encode(code_page).decode(code_page) == text
    except UnicodeError:
        return False


def _path(path: str) -> PurePath:
    """A path in the form of the system that it is of."""
    return PureWindowsPath(path) if "\\" in path else PurePosixPath(path)

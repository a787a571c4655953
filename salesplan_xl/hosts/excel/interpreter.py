"""Which Python Excel's macros start: the one that salesplan-xl is installed in, tried as Excel will start it."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

LOADS = "import xlwings, salesplan_xl"
"""What a Python must be able to do when it is started on its own."""

SECONDS = 60
"""How long that may take."""

_WITHOUT_WINDOW = "pythonw.exe"


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


def obstacle(python: str) -> str:
    """
    Say what keeps Excel from using a Python.

    Started by Excel it is isolated (``-I``), so it finds nothing of what was installed for one user only
    (``pip install --user``), and the library of xlwings that starts it is looked for beside it and one folder above.

    Parameters
    ----------
    python : str
        Path of the interpreter.

    Returns
    -------
    str
        The reason, as half a sentence; empty if there is none.
    """
    try:
        done = subprocess.run(  # noqa: S603 - the Python that runs now
            [python, "-I", "-B", "-c", LOADS],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            timeout=SECONDS,
        )
    except OSError as error:
        return error.strerror or str(error)
    except subprocess.TimeoutExpired:
        return f"it did not end within {SECONDS} seconds"
    if done.returncode:
        return done.stderr.strip().rpartition("\n")[2] or f"it ended with code {done.returncode}"
    folders = list(Path(python).parents)[:2]
    names = libraries()
    if not any((folder / name).is_file() for folder in folders for name in names):
        return f"{names[0]} is neither beside it nor in the folder above"
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

"""Install the cell functions into LibreOffice, or take them out, and tell what came of it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import udfs
from salesplan_xl import __version__
from salesplan_xl.entry.report import Report
from salesplan_xl.functions.json_cells import call_json
from salesplan_xl.hosts.libreoffice.extension import Settings
from salesplan_xl.hosts.libreoffice.installation import Office
from salesplan_xl.workbook.labels import catalogue
from salesplan_xl.workbook.problems import RefusalError, problem

SERVE = (sys.executable, "-I", "-m", "salesplan_xl.entry.serve")
"""What LibreOffice starts: no variable and no folder it happens to stand in can change what is loaded."""

_TRIED = ("SP_ROUND", 1.006)
_TRY_SECONDS = 120


def install(profile: Path | None, report: Report, progress: Callable[[str], None]) -> None:
    """
    Install the cell functions, and calculate one to see that they work.

    Parameters
    ----------
    profile : Path, optional
        Folder of the LibreOffice profile; the user's own if left out.
    report : Report
        Takes what was done.
    progress : callable
        Takes what is being done.

    Raises
    ------
    RefusalError
        ``E-OFFICE-MISSING``, ``-UNO``, ``-PYTHON`` or ``-RUNNING``: nothing was changed. ``-SILENT`` or ``-FAILED``:
        a part may be installed, which the command completes when it is run again. What is found wrong afterwards
        is in the report, as a failure.
    """
    progress("finding LibreOffice")
    _try_python()
    office = _found(profile)
    texts = catalogue().texts
    settings = Settings(SERVE, texts["office_silent"], texts["office_what_to_do"])
    progress("installing into LibreOffice")
    done = office.install(udfs.FUNCTIONS, settings, __version__)
    report.numbers |= {"libreoffice": done, "functions": len(udfs.FUNCTIONS)}
    progress("calculating in LibreOffice")
    try:
        _try_office(office)
    except RefusalError as refusal:
        report.status, report.problems = "failed", list(refusal.problems)
        return
    names = ", ".join(function.name for function in udfs.FUNCTIONS)
    report.lines.append(f"LibreOffice calculates {names}. Workbooks that are opened from now on use them.")


def remove(profile: Path | None, report: Report, progress: Callable[[str], None]) -> None:
    """
    Take the cell functions out of LibreOffice.

    Parameters
    ----------
    profile : Path, optional
        Folder of the LibreOffice profile; the user's own if left out.
    report : Report
        Takes what was done.
    progress : callable
        Takes what is being done.

    Raises
    ------
    RefusalError
        ``E-OFFICE-MISSING``, ``-UNO`` or ``-RUNNING``: nothing was changed. ``-SILENT`` or ``-FAILED``: a part may be
        removed, and the command removes the rest when it is run again.
    """
    progress("removing from LibreOffice")
    done = _found(profile).remove()
    report.numbers["libreoffice"] = done
    report.lines.append(
        "The cell functions are no longer in LibreOffice."
        if done == "removed"
        else "There were no cell functions in LibreOffice; nothing was removed."
    )


def _found(profile: Path | None) -> Office:
    """The LibreOffice of a profile; a folder of something else is not to become one."""
    if profile is not None:
        nothing = profile == Path()
        other = profile.exists() and not (profile / "user").is_dir() and not _is_empty(profile)
        if nothing or other:
            raise RefusalError([problem("E-OFFICE-PROFILE", folder=str(profile))])
    return Office.found(profile)


def _is_empty(folder: Path) -> bool:
    """Whether it is a folder with nothing in it."""
    return folder.is_dir() and not any(folder.iterdir())


def _try_python() -> None:
    """See that this Python answers when it is started as LibreOffice will."""
    name, number = _TRIED
    question = json.dumps({"function": name, "args": [number]}) + "\n"
    try:
        done = subprocess.run(  # noqa: S603 - this very Python
            SERVE, input=question, capture_output=True, encoding="utf-8", check=False, timeout=_TRY_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise _no_python(f"no answer within {_TRY_SECONDS} seconds") from None
    if not done.stdout:
        raise _no_python(done.stderr.strip().rpartition("\n")[2])


def _no_python(reason: str) -> RefusalError:
    """The refusal of a Python that does not answer."""
    return RefusalError([problem("E-OFFICE-PYTHON", python=sys.executable, reason=reason)])


def _try_office(office: Office) -> None:
    """See that a cell of LibreOffice shows what the function gives."""
    name, number = _TRIED
    formula = f"={name}({number})"
    expected = call_json(udfs.FUNCTIONS, name, [number])
    found = office.calculate(formula)
    if found != expected:
        shown = found.get("error", found.get("value"))
        raise RefusalError([problem("E-OFFICE-CHECK", formula=formula, value=shown, expected_value=expected["value"])])

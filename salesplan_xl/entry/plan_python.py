"""Pointing a plan at the Python of this computer: where it was made elsewhere, or where Python has moved since."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from salesplan_xl.entry.plan_macros import refresh_macros
from salesplan_xl.entry.plans import open_elsewhere
from salesplan_xl.entry.report import Report
from salesplan_xl.hosts.excel.interpreter import candidate, interpreter, obstacle
from salesplan_xl.hosts.file.book import FileBook
from salesplan_xl.hosts.file.package import MACRO_ENDING
from salesplan_xl.workbook.problems import Problem, RefusalError, problem
from salesplan_xl.workbook.sheets.hidden import PLAN_PYTHON


def point_plan(path: Path, report: Report, progress: Callable[[str], None]) -> None:
    """
    Write into a plan which Python Excel on this computer is to start, and bring its macros up to this version.

    Nothing else in it changes. Python is where salesplan-xl is installed, for this user; no administrator is asked.

    Parameters
    ----------
    path : Path
        The plan, a closed file with macros.
    report : Report
        Told what was done.
    progress : callable
        Told in words what is being done.

    Raises
    ------
    RefusalError
        If the file is no plan with macros, cannot be opened or written, or Excel cannot start this Python; the plan is
        then unchanged.
    """
    book = FileBook.open(path)
    if not path.name.lower().endswith(MACRO_ENDING):
        raise RefusalError([problem("E-EXCEL-MACROS", file=path.name)])
    if PLAN_PYTHON.name not in {name.casefold() for name in book.names()}:
        raise RefusalError([problem("E-FILE-NOT-PLAN", file=path.name)])
    progress("trying Python")
    python = interpreter()
    if not python:
        raise RefusalError([_why_none().in_file(path.name)])
    report.problems += [*open_elsewhere(path), *(told.in_file(path.name) for told in refresh_macros(book))]
    book.write_name(PLAN_PYTHON.name, python)
    progress("saving")
    book.save()
    report.files.append(str(path))
    report.lines.append(f"Excel starts {python} for {path}. Open it, and press Ctrl+Alt+F9 if cells show errors.")


def _why_none() -> Problem:
    """Why Excel can use no Python of this computer."""
    python = candidate()
    if not python:
        return problem("E-EXCEL-SYSTEM")
    return problem("E-EXCEL-PYTHON", python=python, reason=obstacle(python))

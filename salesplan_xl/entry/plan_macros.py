"""Bringing the macros of a plan up to this version: its VBA project, the sentences they show, the ribbon, the Python.

What a person has changed or added is never replaced. Everything is changed in the plan as it is open here, so that it
is saved together with whatever else is done, or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from xml.etree import ElementTree

import udfs
from salesplan_xl import __version__
from salesplan_xl.actions import ACTIONS
from salesplan_xl.actions.reading import PlanReader
from salesplan_xl.hosts.excel.interpreter import candidate, obstacle
from salesplan_xl.hosts.file.book import FileBook
from salesplan_xl.template.mark import is_ribbon_unchanged
from salesplan_xl.template.project import plan_code, vba_project
from salesplan_xl.template.ribbon import ribbon
from salesplan_xl.template.standing import Standing, standing, written_by
from salesplan_xl.template.stored import StoredProject, read_project
from salesplan_xl.template.vba_project.project import ProjectError
from salesplan_xl.workbook.cells import split_address, value_of
from salesplan_xl.workbook.labels import Labels
from salesplan_xl.workbook.problems import Problem, problem
from salesplan_xl.workbook.schema import macro_text_name
from salesplan_xl.workbook.sheets.hidden import PLAN_PYTHON, PLAN_SHEET

_SPECIFICATIONS = tuple(action.specification for action in ACTIONS.values())


def refresh(book: FileBook) -> list[Problem]:
    """
    Bring the macros of a plan up to this version, and the Python that Excel starts to this computer's.

    Parameters
    ----------
    book : FileBook
        The plan. A workbook without macros, or one that is no plan, stays as it is; so does a plan that is up to date.

    Returns
    -------
    list of Problem
        What was done, or why it was not; nothing where there was nothing to do.
    """
    if book.macros.project is None or PLAN_PYTHON.name not in _names(book):
        return []
    return [told.in_file(book.name) for told in (*refresh_macros(book), *_refresh_python(book))]


def refresh_macros(book: FileBook) -> list[Problem]:
    """
    Put the macros of this version in place of those of another, with their sentences and the ribbon.

    Parameters
    ----------
    book : FileBook
        A plan with macros.

    Returns
    -------
    list of Problem
        What was done, or why it was not; nothing where there was nothing to do.
    """
    stored, stands = macros_of(book)
    if stands is Standing.NEWER and stored is not None:
        return [problem("W-MACROS-NEWER", version=written_by(stored), own=__version__)]
    if stands is Standing.CHANGED or stored is None:
        return [problem("W-MACROS-CHANGED", own=__version__)]
    if stands is Standing.OURS:
        try:
            book.macros.replace_project(
                vba_project(udfs.FUNCTIONS, _SPECIFICATIONS, version("xlwings"), stored.documents or ())
            )
        except ProjectError:  # a sheet of theirs has a name that only Excel can write
            return [problem("W-MACROS-CHANGED", own=__version__)]
    labels = PlanReader(book).labels
    written = _refresh_texts(book, labels.macros)
    shown, told = _refresh_ribbon(book, labels)
    if stands is Standing.OURS or written or shown:
        told.insert(0, problem("W-MACROS-REFRESHED", version=written_by(stored) or "?", own=__version__))
    return told


def macros_of(book: FileBook) -> tuple[StoredProject | None, Standing]:
    """
    Read the macros of a plan, and tell how they stand to those of this version.

    Parameters
    ----------
    book : FileBook
        A plan with macros.

    Returns
    -------
    StoredProject or None
        The macros; None where they cannot be read.
    Standing
        How they stand. Macros that somebody has signed are somebody's, and ours need the sheet of settings.
    """
    stored = read_project(book.macros.project or b"")
    if stored is None:
        return None, Standing.CHANGED
    stands = standing(stored, plan_code(udfs.FUNCTIONS, _SPECIFICATIONS, version("xlwings")), __version__)
    kept = book.macros.is_signed or PLAN_SHEET.code_name not in stored.document_code
    return stored, Standing.CHANGED if stands is Standing.OURS and kept else stands


def _refresh_texts(book: FileBook, texts: Mapping[str, str]) -> bool:
    """Write the sentences that macros show where they differ; those that are new come below the others."""
    wanted = {macro_text_name(text_id): text for text_id, text in texts.items()}
    known = {name: book.read_name(name) for name in wanted if name in _names(book)}
    for name, (_, _, cell) in known.items():
        if value_of(cell) != wanted[name]:
            book.write_name(name, wanted[name])
    missing = [name for name in wanted if name not in known]
    if missing and known:
        places = [split_address(place) for _, place, _ in known.values()]
        title = next(iter(known.values()))[0]
        row, column = max(places)
        for number, name in enumerate(missing, row + 1):
            book.add_name(name, title, (number, column))
            book.write_name(name, wanted[name])
    return bool(missing and known) or any(value_of(cell) != wanted[name] for name, (_, _, cell) in known.items())


def _refresh_ribbon(book: FileBook, labels: Labels) -> tuple[bool, list[Problem]]:
    """Replace the ribbon if it is another one of ours; whether that was done, and why not if it was not."""
    there, ours = book.macros.ribbon, ribbon(_SPECIFICATIONS, labels)
    if there is None or _same(there, ours.decode("utf-8")):
        return False, []
    if not is_ribbon_unchanged(there):
        return False, [problem("W-RIBBON-CHANGED", own=__version__)]
    book.macros.replace_ribbon(ours)
    return True, []


def _same(one: str, other: str) -> bool:
    """Whether two ribbons show the same."""
    try:
        return ElementTree.canonicalize(one, strip_text=True) == ElementTree.canonicalize(other, strip_text=True)
    except ElementTree.ParseError:
        return False


def _refresh_python(book: FileBook) -> list[Problem]:
    """Point the plan at the Python of this computer, if Excel can start it and the plan names another."""
    python = candidate()
    named = str(value_of(book.read_name(PLAN_PYTHON.name)[2]) or "")
    if not python or python.casefold() == named.casefold() or obstacle(python):
        return []
    book.write_name(PLAN_PYTHON.name, python)
    return [problem("W-PYTHON-REFRESHED", named=named or "no Python", python=python)]


def _names(book: FileBook) -> set[str]:
    """The names of single cells, as they are declared: in lower case."""
    return {name.casefold() for name in book.names()}

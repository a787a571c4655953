"""What Python may ask of an open document: a verb, its arguments, and an answer that JSON can say.

Cells go both ways as rows of None (blank), numbers, truths, texts, ``{"error": "#N/A"}`` and ``{"formula": "=A1"}``; an
area is its top, left, bottom and right, counted from 1. Formulas are in LibreOffice's own notation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from . import document_cells, document_followers, document_tables

_AUTOMATIC, _MANUAL = "automatic", "manual"


def answer(document: Any, verb: str, arguments: Mapping[str, Any]) -> Any:
    """
    Do what a verb says.

    Parameters
    ----------
    document : object
        A spreadsheet document of LibreOffice.
    verb : str
        One of `VERBS`.
    arguments : mapping of str to object
        Its arguments by name.

    Returns
    -------
    object
        None, or what was asked for.

    Raises
    ------
    ValueError
        If there is no such verb.
    """
    if verb not in VERBS:
        raise ValueError(f"this version of the extension does not know the verb {verb}")
    return VERBS[verb](document, **arguments)


def _book(document: Any) -> dict[str, Any]:
    """Name of the document, titles of its sheets, and the one that is shown."""
    controller = document.getCurrentController()
    shown = controller.getActiveSheet() if hasattr(controller, "getActiveSheet") else document.Sheets.getByIndex(0)
    return {"name": document.getTitle(), "sheets": list(document.Sheets.getElementNames()), "active": shown.getName()}


def _screen(document: Any, *, updating: bool, title: str) -> None:
    """Keep the window still, and what changes meanwhile one step for LibreOffice's own undo; or let it go on."""
    if not updating:
        document.lockControllers()
        document.getUndoManager().enterUndoContext(title)
        document_followers.wait(document)
        return
    try:
        document_followers.catch_up(document)
    finally:
        document.getUndoManager().leaveUndoContext()
        document.unlockControllers()


def _calculation(document: Any) -> str:
    """Whether formulas are calculated as soon as something changes."""
    return _AUTOMATIC if document.isAutomaticCalculationEnabled() else _MANUAL


def _set_calculation(document: Any, *, mode: str) -> None:
    """Have formulas calculated as soon as something changes, or later."""
    document.enableAutomaticCalculation(mode == _AUTOMATIC)


def _protected(document: Any, *, sheet: str) -> bool:
    """Whether a sheet is protected."""
    protected: bool = document.Sheets.getByName(sheet).isProtected()
    return protected


def _protect(document: Any, *, sheet: str) -> None:
    """Protect a sheet without a password. What stays allowed is what was allowed when it was last protected."""
    document.Sheets.getByName(sheet).protect("")


def _unprotect(document: Any, *, sheet: str, password: str) -> None:
    """Take the protection of a sheet off; LibreOffice raises where the password is another."""
    document.Sheets.getByName(sheet).unprotect(password)


VERBS: Mapping[str, Callable[..., Any]] = {
    "book": _book,
    "screen": _screen,
    "calculation": _calculation,
    "set_calculation": _set_calculation,
    "protected": _protected,
    "protect": _protect,
    "unprotect": _unprotect,
    "values": document_cells.values,
    "formulas": document_cells.formulas,
    "has_formula": document_cells.has_formula,
    "has_array": document_cells.has_array,
    "is_merged": document_cells.is_merged,
    "write": document_cells.write,
    "clear": document_cells.clear,
    "carry_on": document_cells.carry_on,
    "tables": document_tables.tables,
    "table": document_tables.table,
    "names": document_tables.names,
    "resize": document_tables.resize,
    "show_totals": document_tables.show_totals,
}
"""Everything that may be asked, by its verb."""

"""Cells as LibreOffice's end sends them, and as Excel's `Value2` gives and takes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from salesplan_xl.functions.reading import handed_over
from salesplan_xl.hosts.libreoffice.engine.notation import to_calc, to_excel
from salesplan_xl.workbook.cells import ERROR_TEXTS

Rows = tuple[tuple[Any, ...], ...]

_TRUTHS = {True: "TRUE", False: "FALSE"}


def given(rows: Sequence[Sequence[Any]]) -> Rows:
    """
    Give cells as `Value2` does.

    Parameters
    ----------
    rows : sequence of sequence
        Cells as they were sent.

    Returns
    -------
    tuple of tuple
        The same, errors as the integers by which Excel hands them over.
    """
    return tuple(
        [
            tuple([handed_over(cell["error"]) if isinstance(cell, dict) else cell for cell in row])
            if dict in map(type, row)
            else tuple(row)
            for row in rows
        ]
    )


def taken(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """
    Take cells as `Value2` does.

    Parameters
    ----------
    rows : sequence of sequence
        Blanks, numbers, truths and texts. A text with an apostrophe before it stays what it is; without, one that
        begins with an equals sign is a formula, and one that is an error's is that error.

    Returns
    -------
    list of list
        The same, to be sent.
    """
    return [[_taken(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]


def as_formulas(values: Rows, formulas: Sequence[Sequence[Any]]) -> Rows:
    """
    Give cells as `Formula` does.

    Parameters
    ----------
    values : tuple of tuple
        The same cells as `Value2` gives them, but with their errors as they were sent.
    formulas : sequence
        Blocks of formulas, each with its first row and column.

    Returns
    -------
    tuple of tuple
        Formulas with their equals sign in Excel's notation; of other cells what was typed.
    """
    rows = [[_typed(cell) for cell in row] for row in values]
    for top, left, block in formulas:
        for row, texts in enumerate(block, top):
            rows[row][left : left + len(texts)] = [_formula(text) for text in texts]
    return tuple([tuple(row) for row in rows])


def _taken(text: str) -> Any:
    """What a text becomes that is put into a cell."""
    if text.startswith("'"):
        return text[1:]
    if text.startswith("=") and len(text) > 1:
        return {"formula": f"={to_calc(text[1:])}"}
    return {"error": text} if text in ERROR_TEXTS else text


def _formula(text: str) -> str:
    """A formula, or what is one to LibreOffice alone."""
    return f"={to_excel(text[1:])}" if text.startswith("=") else text


def _typed(cell: Any) -> str:
    """A cell as it was typed."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return _TRUTHS[cell]
    if isinstance(cell, dict):
        return str(cell["error"])
    return repr(cell).removesuffix(".0") if isinstance(cell, float) else str(cell)

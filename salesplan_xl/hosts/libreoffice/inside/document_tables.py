"""Tables, which LibreOffice calls database ranges, and names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .document_cells import block
from .document_followers import End, follow

_LAST_ROW = 1_048_576


def tables(document: Any, *, sheet: str) -> list[dict[str, Any]]:
    """
    List the tables of a sheet.

    Parameters
    ----------
    document : object
        The document.
    sheet : str
        Title of the sheet.

    Returns
    -------
    list of dict
        Each with its name, its sheet, its area with header and totals, and whether it has those.
    """
    number, found = document.Sheets.getByName(sheet).getRangeAddress().Sheet, document.DatabaseRanges
    return [
        table(document, name=name)
        for name in found.getElementNames()
        if found.getByName(name).getDataArea().Sheet == number
    ]


def table(document: Any, *, name: str) -> dict[str, Any]:
    """
    Say where a table stands.

    Parameters
    ----------
    document : object
        The document.
    name : str
        Its name.

    Returns
    -------
    dict
        As `tables` lists it.
    """
    found = document.DatabaseRanges.getByName(name)
    where = found.getDataArea()
    return {
        "name": name,
        "sheet": document.Sheets.getByIndex(where.Sheet).getName(),
        "area": [where.StartRow + 1, where.StartColumn + 1, where.EndRow + 1, where.EndColumn + 1],
        "header": bool(found.ContainsHeader),
        "totals": bool(found.TotalsRow),
    }


def names(document: Any) -> list[list[str]]:
    """
    List the names that are valid in the whole document.

    Parameters
    ----------
    document : object
        The document.

    Returns
    -------
    list of list of str
        Each name and what it stands for, in LibreOffice's notation.
    """
    found = document.NamedRanges
    return [[name, found.getByName(name).getContent()] for name in found.getElementNames()]


def resize(document: Any, *, name: str, area: Sequence[int]) -> None:
    """
    Let a table end elsewhere. What speaks of its data follows: names, drop-down lists, charts.

    Parameters
    ----------
    document : object
        The document.
    name : str
        Name of the table.
    area : sequence of int
        All of it from now on, with header and totals.
    """
    found = document.DatabaseRanges.getByName(name)
    where = found.getDataArea()
    title = document.Sheets.getElementNames()[where.Sheet]
    totals = bool(found.TotalsRow)
    header_row = where.StartRow + bool(found.ContainsHeader)
    old_last, new_last = where.EndRow + 1 - totals, area[2] - totals
    where.EndRow = area[2] - 1
    found.setDataArea(where)
    follow(document, End(title, header_row, where.StartColumn + 1, where.EndColumn + 1, old_last, new_last))


def show_totals(document: Any, *, name: str, shown: bool) -> None:
    """
    Show the row of totals of a table below its data, or take it away.

    Parameters
    ----------
    document : object
        The document.
    name : str
        Name of the table.
    shown : bool
        Whether it is shown. What was taken away waits in the last row of the sheet, where its formulas stay right.
    """
    found = document.DatabaseRanges.getByName(name)
    where = found.getDataArea()
    if bool(found.TotalsRow) == shown:
        return
    title = document.Sheets.getElementNames()[where.Sheet]
    columns = (where.StartColumn + 1, where.EndColumn + 1)
    where.EndRow += 1 if shown else -1
    below = where.EndRow + 1 if shown else where.EndRow + 2
    source, goal = (_LAST_ROW, below) if shown else (below, _LAST_ROW)
    moved = block(document, title, (source, columns[0], source, columns[1]))
    place = block(document, title, (goal, columns[0], goal, columns[0])).getCellByPosition(0, 0).getCellAddress()
    moved.getSpreadsheet().moveRange(place, moved.getRangeAddress())
    found.TotalsRow = shown
    found.setDataArea(where)

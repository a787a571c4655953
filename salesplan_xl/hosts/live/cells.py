"""Cells as a spreadsheet program hands them over and takes them: read as what they are, typed so that they stay it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import xlwings

from salesplan_xl.functions.reading import plain_cell
from salesplan_xl.hosts.live.objects import Rows, read_formulas, read_values, write_values
from salesplan_xl.workbook.cells import Cell, ErrorCell, FormulaCell, Value

LONGEST_TOGETHER = 8_000
"""Characters of a text that Excel takes among others; a longer one it takes alone."""

_MISREAD = re.compile(r"[=+\-@'#]|[\s(]*[$€£¥]?\s*[.,]?\d")
"""How a text begins that may be taken for something else: a formula, an error, a number, a date."""


def block(sheet: xlwings.Sheet, top: int, left: int, bottom: int, right: int) -> xlwings.Range:
    """
    Give a block of cells.

    Parameters
    ----------
    sheet : xlwings.Sheet
        The sheet.
    top, left, bottom, right : int
        Its first and last row and column, counted from 1.

    Returns
    -------
    xlwings.Range
        The cells.
    """
    return sheet.range((top, left), (bottom, right))


def read_cells(cells: xlwings.Range) -> list[list[Cell]]:
    """
    Read a block of cells: values at once, and formulas at once where there are any.

    Parameters
    ----------
    cells : xlwings.Range
        The block.

    Returns
    -------
    list of list of Cell
        The cells by column.
    """
    columns = [_as_values(column) for column in zip(*read_values(cells), strict=True)]
    formulas = read_formulas(cells)
    if formulas is not None:
        columns = [
            list(map(_with_formula, column, texts))
            for column, texts in zip(columns, zip(*formulas, strict=True), strict=True)
        ]
    return columns


def write_cells(sheet: xlwings.Sheet, top: int, left: int, rows: Sequence[Sequence[Cell]]) -> None:
    """
    Put values and formulas into a block of cells; a text stays a text, whatever it looks like.

    Parameters
    ----------
    sheet : xlwings.Sheet
        The sheet.
    top, left : int
        Row and column of its first cell, counted from 1.
    rows : sequence of sequence of Cell
        The cells by row.
    """
    cells = block(sheet, top, left, top + len(rows) - 1, left + len(rows[0]) - 1)
    typed = [[_typed(cell) for cell in row] for row in rows]
    _write(sheet, cells, typed)
    texts = [
        (row, column)
        for row, line in enumerate(rows)
        for column, cell in enumerate(line)
        if isinstance(cell, str) and typed[row][column] == cell
    ]
    if not texts:
        return
    found = read_values(cells)
    wrong = [(row, column) for row, column in texts if found[row][column] != rows[row][column]]
    if wrong:
        for row, column in wrong:
            typed[row][column] = f"'{typed[row][column]}"
        _write(sheet, cells, typed)


def _write(sheet: xlwings.Sheet, cells: xlwings.Range, typed: Rows) -> None:
    """Type into a block, what is long into each cell alone."""
    long = [
        (row, column, text)
        for row, line in enumerate(typed)
        for column, text in enumerate(line)
        if isinstance(text, str) and len(text) > LONGEST_TOGETHER
    ]
    if long:
        alone = {(row, column) for row, column, _ in long}
        typed = [
            [None if (row, column) in alone else text for column, text in enumerate(line)]
            for row, line in enumerate(typed)
        ]
    write_values(cells, typed)
    for row, column, text in long:
        write_values(sheet.range((cells.row + row, cells.column + column)), [[text]])


def _as_values(column: Sequence[object]) -> list[Cell]:
    """Cells of one column; an integer stands for an error."""
    if int not in map(type, column):
        return list(column)  # type: ignore[arg-type]  # what Value2 gives but for integers is a value
    return [plain_cell(cell) if type(cell) is int else cell for cell in column]  # type: ignore[misc]


def _with_formula(value: Cell, text: object) -> Cell:
    """A cell that calculates, or a typed one; of a text that begins with an equals sign the formula is that text."""
    if isinstance(text, str) and text.startswith("=") and text != value:
        return FormulaCell(text[1:], value)  # type: ignore[arg-type]  # a value, as it was just read
    return value


def _typed(cell: Cell) -> Value:
    """What is typed for a cell."""
    if cell is None or isinstance(cell, float):
        return cell
    if isinstance(cell, FormulaCell):
        return f"={cell.formula}"
    if isinstance(cell, ErrorCell):
        return cell.text
    if isinstance(cell, str):
        return f"'{cell}" if _MISREAD.match(cell) else cell or None
    return cell

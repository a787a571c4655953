"""What is to be typed where, so that a table holds what it shall: worked out before anything is touched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from salesplan_xl.hosts.formulas import shift_formula
from salesplan_xl.workbook.cells import Cell, CellTable, FormulaCell, TableChanges

_MANY_RUNS = 20
"""With more unbroken runs of changed cells in a column, what stands between them is typed again instead."""

Columns = Sequence[Sequence[Cell]]
Span = tuple[int, int]
"""First row and the row behind the last, counted from 0."""


@dataclass(frozen=True)
class Block:
    """
    Cells to be typed in one go.

    Parameters
    ----------
    row, column : int
        Position of its first cell in the data of the table, counted from 0.
    rows : sequence of sequence of Cell
        The cells by row.
    """

    row: int
    column: int
    rows: Sequence[Sequence[Cell]]


def columns_after(table: CellTable, changes: TableChanges) -> list[list[Cell]]:
    """
    Give the cells a table shall have.

    Parameters
    ----------
    table : CellTable
        The table as it stands.
    changes : TableChanges
        What is to change. A table that would lose all rows keeps a blank one.

    Returns
    -------
    list of list of Cell
        The cells by column, formulas carried along to where they stand then; new rows carry on those of the first.
    """
    if not changes.rows:
        changes = TableChanges([-1], {}, [{}])
    after = changes.apply(table)
    places = list(enumerate(changes.rows))
    columns = []
    for header, before in table.columns.items():
        cells = list(after.columns[header])
        if any(isinstance(cell, FormulaCell) for cell in before):
            cells = [
                _carried(cell, row - old if old >= 0 else 0) for cell, (row, old) in zip(cells, places, strict=True)
            ]
            if isinstance(before[0], FormulaCell):
                for row, old in places:
                    if old < 0 and header not in changes.added[-1 - old]:
                        cells[row] = _carried(before[0], row)
        columns.append(cells)
    return columns


def blocks(before: Columns, after: Columns) -> Iterator[Block]:
    """
    Cut what differs into as few blocks as reasonable.

    Parameters
    ----------
    before : sequence of sequence of Cell
        The cells by column as they stand. New rows hold the formulas of the first; what else they hold is not known.
    after : sequence of sequence of Cell
        The cells by column as they shall be.

    Yields
    ------
    Block
        The blocks; what lies outside them stays as it is.
    """
    count = len(before[0])
    kept = [_spans(old[: len(new)], new[:count], 0) for old, new in zip(before, after, strict=True)]
    new_rows = [
        _spans([_carried(old[0], row) for row in range(count, len(new))], new[count:], count, known=False)
        for old, new in zip(before, after, strict=True)
    ]
    for spans in (kept, new_rows):
        left = 0
        for column in range(1, len(spans) + 1):
            if column == len(spans) or spans[column] != spans[left]:
                for top, end in spans[left]:
                    lines = list(zip(*(cells[top:end] for cells in after[left:column]), strict=True))
                    yield Block(top, left, lines)
                left = column


def _carried(cell: Cell, rows: int) -> Cell:
    """A cell some rows further down."""
    return FormulaCell(shift_formula(cell.formula, rows), cell.value) if isinstance(cell, FormulaCell) else cell


def _spans(before: Sequence[Cell], after: Sequence[Cell], first: int, *, known: bool = True) -> list[Span]:
    """Runs of cells of one column that are to be typed; formulas that stand there already are left alone."""
    stays = [
        (known or isinstance(old, FormulaCell)) and _same(old, new) for old, new in zip(before, after, strict=True)
    ]
    spans: list[list[int]] = []
    for row, same in enumerate(stays):
        if same:
            continue
        if spans and spans[-1][1] == row:
            spans[-1][1] = row + 1
        else:
            spans.append([row, row + 1])
    if len(spans) > _MANY_RUNS:
        spans = _joined(spans, before)
    return [(first + start, first + end) for start, end in spans]


def _joined(spans: list[list[int]], before: Sequence[Cell]) -> list[list[int]]:
    """Runs joined over what lies between them, unless that calculates."""
    joined = spans[:1]
    for start, end in spans[1:]:
        if any(isinstance(cell, FormulaCell) for cell in before[joined[-1][1] : start]):
            joined.append([start, end])
        else:
            joined[-1][1] = end
    return joined


def _same(old: Cell, new: Cell) -> bool:
    """Whether a cell stays as it is; a truth is no number, and what a formula gave does not matter."""
    if isinstance(old, FormulaCell) and isinstance(new, FormulaCell):
        return old.formula == new.formula
    return type(old) is type(new) and old == new

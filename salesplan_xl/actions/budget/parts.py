"""Which part of the budget somebody asks about: by a cell of the sheet that shows it, or by words."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from salesplan_xl.actions.action import Inputs
from salesplan_xl.actions.budget.nodes import Leaves, Names, name_of
from salesplan_xl.actions.budget.standing_budget import StandingBudget, month_label
from salesplan_xl.workbook.cells import CellTable, split_address
from salesplan_xl.workbook.periods import PARTS, months_of
from salesplan_xl.workbook.problems import Problem, RefusalError, problem
from salesplan_xl.workbook.rows import Rows
from salesplan_xl.workbook.schema import Grid
from salesplan_xl.workbook.sheets import sheet_of
from salesplan_xl.workbook.sheets.budget import (
    BUDGET_BY_REP,
    BUDGET_BY_TERRITORY,
    BUDGET_HOLDS,
    BUDGET_LINES,
    BUDGET_SHEET,
    BUDGET_TARGETS,
    MONTHS,
)

Bools = NDArray[np.bool_]

TABLES_THAT_SHOW = (BUDGET_LINES, BUDGET_TARGETS, BUDGET_HOLDS, BUDGET_BY_TERRITORY, BUDGET_BY_REP)
"""The tables whose rows are about a part of the budget."""

_NEAREST = 3


@dataclass(frozen=True)
class Part:
    """
    A part of the budget.

    Parameters
    ----------
    name : str
        What it is called, such as ``"2026-03 / France / Ana"``.
    lines : ndarray of bool
        Which of the budget lines of the year it is made of; at least one.
    """

    name: str
    lines: Bools


def part_of_cell(inputs: Inputs, standing: StandingBudget, sheet: str, cell: str) -> Part:
    """
    Find the part of the budget that a cell is about: its row does, whatever its column.

    Parameters
    ----------
    inputs : Inputs
        With the tables that show parts of the budget.
    standing : StandingBudget
        The budget lines.
    sheet : str
        Title of the sheet.
    cell : str
        Address of the cell.

    Returns
    -------
    Part
        The part.

    Raises
    ------
    RefusalError
        If the cell is in none of these tables, its row is blank, or what it names has no budget line.
    """
    try:
        row, column = split_address(cell)
    except ValueError:
        raise RefusalError([problem("E-WHY-ADDRESS", value=cell)]) from None
    for table in TABLES_THAT_SHOW:
        rows = inputs.tables[table.id]
        if _stands_in(rows.cells, sheet, row, column):
            return _part_of_row(inputs, standing, rows, row, cell)
    month = _month_of_grid(inputs, sheet, row, column)
    if month is not None:
        return _part(standing, month_label(inputs, month), standing.month == month)
    raise RefusalError([_no_such_cell(inputs, sheet, cell)])


def part_of_words(inputs: Inputs, standing: StandingBudget, names: Names) -> Part:
    """
    Find the part of the budget that words name, as the columns of a target would.

    Parameters
    ----------
    inputs : Inputs
        With the plan's year.
    standing : StandingBudget
        The budget lines.
    names : mapping of str to (str or None)
        A node by dimension, and under ``"period"`` a month such as ``"2026-03"``, a quarter or a half; None for all.

    Returns
    -------
    Part
        The part.

    Raises
    ------
    RefusalError
        Naming every word that is no node of the plan, or that they have no budget line together.
    """
    leaves = standing.leaves
    given = {option: word for option, word in names.items() if word}
    finer = [option for option in given if option not in (*leaves.dimensions, "period")]
    if finer:
        raise RefusalError([problem("E-WHY-DETAIL", option=option, value=given[option]) for option in finer])
    known = {option: _known(inputs, leaves, option, word) for option, word in given.items()}
    wrong = [_unknown(option, word, known[option]) for option, word in given.items() if word not in known[option]]
    if wrong:
        raise RefusalError(wrong)
    lines = leaves.covered(leaves.scope(given), (standing.month, standing.leaf))
    return _part(standing, name_of(given), lines)


def _known(inputs: Inputs, leaves: Leaves, option: str, word: str) -> Iterable[str]:
    """The names that a word may be one of."""
    if option == "period":
        months = [month_label(inputs, number) for number in range(len(leaves.months))]
        return [word] if months_of(word, leaves.months) else [*months, *PARTS]
    nodes = leaves.nodes[option]
    return nodes.below.keys() - nodes.unclear.keys()


def _unknown(option: str, word: str, names: Iterable[str]) -> Problem:
    """A word that is no node, with those that are nearest to it."""
    every = sorted(names)
    near = difflib.get_close_matches(word, every, n=_NEAREST) or every[:_NEAREST]
    return problem("E-WHY-UNKNOWN", option=option, value=word, near=", ".join(near))


def _stands_in(cells: CellTable, sheet: str, row: int, column: int) -> bool:
    """Whether an address is that of a data cell of a table."""
    if cells.sheet != sheet or not 0 <= row - cells.first_row < cells.row_count:
        return False
    return any(split_address(cells.place(0, header))[1] == column for header in cells.columns)


def _part_of_row(inputs: Inputs, standing: StandingBudget, rows: Rows, row: int, cell: str) -> Part:
    """What one row of a table is about."""
    at = np.flatnonzero(rows.positions == row - rows.cells.first_row)
    if not len(at):
        raise RefusalError([problem("E-WHY-BLANK", sheet=rows.cells.sheet, cell=cell)])
    values: Any = rows.frame.iloc[int(at[0])]
    if rows.table in (BUDGET_BY_TERRITORY, BUDGET_BY_REP):
        axis = rows.table.columns[0].id
        return _part(standing, str(values[axis]), standing.each(axis) == values[axis])
    if rows.table is BUDGET_LINES:
        members = (values[dimension] for dimension in standing.leaves.dimensions)
        name = " / ".join((f"{values['month']:%Y-%m}", *(member for member in members if member is not None)))
        return _part(standing, name, standing.at == at[0])
    own = replace(rows, frame=rows.frame.iloc[at].reset_index(drop=True), positions=rows.positions[at])
    (covered,), problems = standing.covered(own, inputs.labels)
    if covered is None:
        raise RefusalError(problems)
    return Part(standing.leaves.names(own)[0], covered)


def _part(standing: StandingBudget, name: str, lines: Bools) -> Part:
    """A part, which must have a budget line."""
    if not lines.any():
        raise RefusalError([problem("E-WHY-NO-LINE", **standing.heading, value=name)])
    return Part(name, lines)


def _month_of_grid(inputs: Inputs, sheet: str, row: int, column: int) -> int | None:
    """The month that a cell of the summary by month is about; None for any other cell.

    A grid has no name by which it would be found, so it is where the declaration has it or not known at all: that is
    seen by the tables, which rows or columns put in before them would have moved as well.
    """
    summary = inputs.tables[BUDGET_BY_TERRITORY.id].cells
    if sheet != summary.sheet or summary.first_row != BUDGET_SHEET.tables_row + 2:
        return None
    top, left = split_address(MONTHS.at)
    first, width = top + 2, len(MONTHS.columns)
    inside = left <= column < left + width and first <= row < first + MONTHS.rows
    return row - first if inside and _stands_at_the_left(summary, MONTHS) else None


def _stands_at_the_left(summary: CellTable, grid: Grid) -> bool:
    """Whether the first table still begins where the grid above it does, its row ids before it."""
    return summary.first_column + 1 == split_address(grid.at)[1]


def _no_such_cell(inputs: Inputs, sheet: str, cell: str) -> Problem:
    """A cell that is about no part of the budget."""
    labels = inputs.labels
    title = labels.sheets[sheet_of(BUDGET_LINES.id).id]["title"]
    tables = ", ".join(labels.tables[table.id]["title"].partition(":")[0] for table in TABLES_THAT_SHOW)
    return problem("E-WHY-CELL", sheet=sheet, cell=cell, tables=tables, sheet_title=title)

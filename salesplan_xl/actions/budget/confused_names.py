"""Names that the sums of the sheet would take for others, so that they would not be those of the plan."""

from __future__ import annotations

import re
from collections.abc import Sequence

from salesplan_xl.workbook.problems import Problem, problem
from salesplan_xl.workbook.rows import Rows
from salesplan_xl.workbook.sheets.budget_dimensions import PATH_MARK

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)


def confused_names(rows: Rows, columns: Sequence[str]) -> list[Problem]:
    """
    Find names that sums over the budget lines would take for others.

    These differ only in capital letters or in how a number is written, or hold the mark that stands between the nodes
    of a path.

    Parameters
    ----------
    rows : Rows
        The master list that names the nodes.
    columns : sequence of str
        Its columns that do.

    Returns
    -------
    list of Problem
        One for each name or spelling, at its first cell.
    """
    first: dict[str, tuple[str, int, str]] = {}
    told: set[str] = set()
    problems = []
    for row, names in enumerate(rows.frame[list(columns)].itertuples(index=False, name=None)):
        for column, name in zip(columns, names, strict=True):
            if name is None or name in told:
                continue
            other, first_row, first_column = first.setdefault(_as_summed(name), (name, row, column))
            told.add(name)
            if other != name:
                place = rows.place(first_row, first_column)
                problems.append(_at(rows, row, column, "E-NAMES-ALIKE", value=name, other=other, place=place))
            if PATH_MARK in name:
                problems.append(_at(rows, row, column, "E-NAMES-MARK", value=name, mark=PATH_MARK))
    return problems


def _as_summed(name: str) -> str:
    """What a sum compares of a name: fifteen digits of a number, and no capitals."""
    return f"{float(name):.15g}" if _NUMBER.fullmatch(name) else name.casefold()


def _at(rows: Rows, row: int, column: str, code: str, **values: str) -> Problem:
    """A problem of a name."""
    return problem(code, sheet=rows.cells.sheet, cell=rows.place(row, column), **values)

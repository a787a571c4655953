"""Names that the sums of the sheet would take for others, so that they would not be those of the plan."""

from __future__ import annotations

import re
from collections.abc import Sequence

from salesplan_xl.workbook.problems import Problem, problem
from salesplan_xl.workbook.rows import Rows
from salesplan_xl.workbook.sheets.budget import PATH_MARK

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
    first: dict[str, tuple[str, str]] = {}
    told: set[str] = set()
    problems = []
    for row, names in enumerate(rows.frame[list(columns)].itertuples(index=False, name=None)):
        for column, name in zip(columns, names, strict=True):
            if name is None or name in told:
                continue
            place = rows.place(row, column)
            other, there = first.setdefault(_as_summed(name), (name, place))
            told.add(name)
            where = {"sheet": rows.cells.sheet, "cell": place, "value": name}
            if other != name:
                problems.append(problem("E-NAMES-ALIKE", **where, other=other, place=there))
            if PATH_MARK in name:
                problems.append(problem("E-NAMES-MARK", **where, mark=PATH_MARK))
    return problems


def _as_summed(name: str) -> str:
    """What a sum compares of a name: fifteen digits of a number, and no capitals."""
    return f"{float(name):.15g}" if _NUMBER.fullmatch(name) else name.casefold()

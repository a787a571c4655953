"""Preview: what an action would make of the budget, told in a table of its own while the budget stays as it is.

A preview is no operation: it leaves no line in the log, there is nothing to undo, and what was undone can still be done
again. It is there until the next one, or until an operation changes the budget.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from salesplan_xl.actions.action import Inputs, Result
from salesplan_xl.actions.budget.nodes import line_leaves
from salesplan_xl.actions.budget.standing_budget import cell_of, money, month_label, months_from_start
from salesplan_xl.core.calendar import MONTHS_OF_YEAR
from salesplan_xl.core.money import CENT, from_units, to_units
from salesplan_xl.workbook.options import PREVIEW
from salesplan_xl.workbook.periods import PARTS
from salesplan_xl.workbook.problems import Problem, problem
from salesplan_xl.workbook.sheets.budget import BUDGET_LINES
from salesplan_xl.workbook.sheets.budget_dimensions import DIMENSIONS, Dimension
from salesplan_xl.workbook.sheets.budget_preview import BUDGET_PREVIEW

COMPANY = "company"
"""The level above all others, which a preview always tells of."""


class Node(NamedTuple):
    """
    A part of the plan.

    Parameters
    ----------
    level : str
        A choice of the column *level*.
    name : str
        What it is called.
    """

    level: str
    name: str


def is_preview(inputs: Inputs) -> bool:
    """
    Say whether an action is only to tell what it would change.

    Parameters
    ----------
    inputs : Inputs
        What it works from.

    Returns
    -------
    bool
        True if its option says so.
    """
    return inputs.options.get(PREVIEW.id) == "yes"


def preview(inputs: Inputs, action: str, result: Result) -> Result:
    """
    Tell what a result would change in the budget, in place of changing it.

    Parameters
    ----------
    inputs : Inputs
        What the action worked from.
    action : str
        Id of the action.
    result : Result
        What it worked out.

    Returns
    -------
    Result
        Its numbers and problems, with the preview as its only table; nothing that the log would keep.
    """
    before = inputs.frame(BUDGET_LINES.id)
    after = result.tables.get(BUDGET_LINES.id, before)
    rows = _rows(inputs, inputs.labels.actions[action]["label"], before, after)
    numbers = {**result.numbers, "lines_changed": _lines_changed(before, after)}
    return replace(result, tables={}, notes={BUDGET_PREVIEW.id: rows}, numbers=numbers)


def outdated(inputs: Inputs) -> list[Problem]:
    """
    Find whether the budget has changed since it was previewed.

    Parameters
    ----------
    inputs : Inputs
        With the preview and the budget lines.

    Returns
    -------
    list of Problem
        The first part of the plan that has another amount now; nothing where there is none.
    """
    rows = inputs.tables[BUDGET_PREVIEW.id]
    now = dict(_nodes(inputs, inputs.frame(BUDGET_LINES.id))) if len(rows.frame) else {}
    listed = zip(rows.frame["level"], rows.frame["node"], rows.frame["before"], strict=True)
    for row, (level, name, before) in enumerate(listed):
        amount = now.get(Node(level, name), 0)
        if int(to_units([before], CENT)[0]) != amount:
            place = cell_of(rows, row, "before")
            return [problem("W-PREVIEW-OUTDATED", **place, node=name, before=f"{before:,.2f}", now=money(amount))]
    return []


def _rows(inputs: Inputs, label: str, before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """The company and every part of the plan whose amount would change."""
    was, becomes = (dict(_nodes(inputs, lines)) for lines in (before, after))
    levels = [*inputs.labels.choices["preview_level"]]
    listed = [
        node
        for node in sorted(dict.fromkeys([*becomes, *was]), key=lambda node: levels.index(node.level))
        if node.level == COMPANY or was.get(node, 0) != becomes.get(node, 0)
    ]
    amounts = np.array([[was.get(node, 0), becomes.get(node, 0)] for node in listed], np.int64)
    old, new = amounts.T
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(old != 0, np.round((new - old) / old, 6), np.nan)
    return pd.DataFrame(
        {
            "row_id": [f"{node.level}/{node.name}" for node in listed],
            "action": label,
            "level": [node.level for node in listed],
            "node": [node.name for node in listed],
            "before": from_units(old, CENT),
            "after": from_units(new, CENT),
            "change": from_units(new - old, CENT),
            "share": share,
        }
    )


def _nodes(inputs: Inputs, lines: pd.DataFrame) -> Iterator[tuple[Node, int]]:
    """Every part of the plan that has a name in one dimension, from the top down, with what lines hold for it."""
    month = months_from_start(inputs, lines["month"])
    lines = lines.assign(month=month, cents=to_units(lines["budget"].fillna(0).to_numpy(float), CENT))
    lines = lines[(month >= 0) & (month < MONTHS_OF_YEAR)]
    yield (
        Node(COMPANY, str(inputs.facts["plan_company"] or inputs.labels.choices["preview_level"][COMPANY])),
        int(lines["cents"].sum()),
    )
    for dimension in DIMENSIONS:
        yield from _nodes_of(inputs, dimension, _by(lines, dimension.id))
    months = _by(lines, "month")
    for name, (first, count) in PARTS.items():
        level = "half" if name.startswith("H") else "quarter"
        yield Node(level, name), sum(months.get(month, 0) for month in range(first, first + count))
    yield from ((Node("month", month_label(inputs, month)), cents) for month, cents in months.items())


def _nodes_of(inputs: Inputs, dimension: Dimension, members: Mapping[str, int]) -> Iterator[tuple[Node, int]]:
    """The nodes of one dimension, from the top down, with what the lines of its members hold."""
    if dimension.above:
        for name, below in line_leaves(inputs).nodes[dimension.id].below.items():
            if len(below) > 1:
                yield Node(dimension.above, name), sum(members.get(member, 0) for member in below)
    if dimension.path and members:
        master = inputs.frame(dimension.master)
        own = master[dimension.id].map(lambda member: members.get(member, 0)).astype("int64")
        for level in reversed(dimension.levels[1:]):
            for node, cents in own.groupby(master[level], sort=False).sum().items():
                yield Node(level, str(node)), int(cents)
    yield from ((Node(dimension.id, name), cents) for name, cents in members.items())


def _by(lines: pd.DataFrame, axis: str) -> dict[Any, int]:
    """Sums of cents by what lines are for, sorted."""
    return {member: int(cents) for member, cents in lines.groupby(axis)["cents"].sum().items()}


def _lines_changed(before: pd.DataFrame, after: pd.DataFrame) -> int:
    """How many lines would have another amount, come or go."""
    axes = ["month", *(one.id for one in DIMENSIONS)]
    both = before[[*axes, "budget"]].merge(
        after[[*axes, "budget"]], how="outer", on=axes, suffixes=("_before", "_after")
    )
    return int((both["budget_before"] != both["budget_after"]).sum())

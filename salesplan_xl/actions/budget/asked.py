"""What targets and holds ask of the plan, read from their tables."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from salesplan_xl.actions.action import Inputs
from salesplan_xl.actions.budget.nodes import Leaves, positions_in
from salesplan_xl.core.budget import Target
from salesplan_xl.core.errors import PlanError, Scope
from salesplan_xl.core.money import CENT, from_units, to_units
from salesplan_xl.core.sums import sums_by_group
from salesplan_xl.workbook.problems import Problem, problem
from salesplan_xl.workbook.rows import Rows
from salesplan_xl.workbook.sheets.budget import BUDGET_HOLDS, BUDGET_LINES, BUDGET_TARGETS
from salesplan_xl.workbook.sheets.budget_dimensions import DIMENSIONS

ASKING = (BUDGET_TARGETS.id, BUDGET_HOLDS.id)
"""Tables that ask something of nodes."""

GIVES_WAY = (*(one.id for one in reversed(DIMENSIONS)), "period")
"""What a target names, in the order in which targets give way where no whole amounts meet all; the year and holds never
do."""


@dataclass(frozen=True)
class Asked:
    """
    What is asked of a node.

    Parameters
    ----------
    target : Target
        The node and its amount, in smallest units.
    steady : int
        How many kinds of targets give way before it does, see `GIVES_WAY`.
    is_hold : bool
        Whether it is a hold; a hold may ask the same as a target.
    """

    target: Target
    steady: int
    is_hold: bool = False


def read_asked(inputs: Inputs, plan: Leaves, unit: float) -> tuple[list[Asked], np.ndarray, list[Problem]]:
    """
    Read all that the targets and holds ask.

    Parameters
    ----------
    inputs : Inputs
        With the tables budget_targets, budget_holds and budget_lines.
    plan : Leaves
        The leaves.
    unit : float
        The smallest amount.

    Returns
    -------
    asked : list of Asked
        Targets, and holds of whole nodes, such as regions, managers or quarters.
    held : ndarray of float, shape (months, members)
        What single cells hold, in units; blank where they are free.
    problems : list of Problem
        What is wrong with a row or where it points, at its cell.
    """
    targets, problems = _targets(inputs, plan, unit)
    held, nodes, more = _holds(inputs, plan, unit)
    asked = _told_apart([*targets, *(Asked(target, len(GIVES_WAY), is_hold=True) for target in nodes)])
    return asked, held, [*problems, *more]


def _targets(inputs: Inputs, plan: Leaves, unit: float) -> tuple[list[Asked], list[Problem]]:
    """The targets of the sheet, and what is wrong with them or where they point."""
    rows = inputs.tables[BUDGET_TARGETS.id]
    scopes, problems = plan.scopes(rows, inputs.labels)
    targets = []
    for row, (scope, name) in enumerate(zip(scopes, plan.names(rows), strict=True)):
        amount, wrong = units_of(rows, row, rows.frame["amount"].iloc[row], unit)
        problems += wrong
        if scope is not None:
            target = Target(scope, int(amount), rows.frame["at"].iloc[row] or "exactly", name)
            named = [column for column in GIVES_WAY if rows.frame[column].iloc[row] is not None]
            targets.append(Asked(target, GIVES_WAY.index(named[0]) if named else len(GIVES_WAY)))
    if rows.frame.empty:
        problems.append(at_targets("E-BUDGET-NO-TARGET", inputs))
    return targets, problems


def _told_apart(asked: Sequence[Asked]) -> list[Asked]:
    """Targets of nodes that have the same leaves under both names, once where they ask for the same.

    The same target given twice stays: that is an error of the sheet, whatever the amounts. A hold of it is none.
    """
    alike: dict[tuple[Scope, int, str], list[Asked]] = defaultdict(list)
    for one in asked:
        alike[_asks(one.target)].append(one)
    told = []
    for one in asked:
        same = alike[_asks(one.target)]
        if one is same[0] or (one.target.name == same[0].target.name and not one.is_hold):
            name = " = ".join(dict.fromkeys(other.target.name for other in same))
            told.append(Asked(replace(one.target, name=name), max(other.steady for other in same)))
    return told


def _asks(target: Target) -> tuple[Scope, int, str]:
    """What a target asks for."""
    return target.cells, target.amount, target.at


def units_of(rows: Rows, row: int, amounts: ArrayLike, unit: float) -> tuple[np.ndarray, list[Problem]]:
    """
    Give amounts of one row in smallest units.

    Parameters
    ----------
    rows : Rows
        The table.
    row : int
        Position of the row.
    amounts : array_like
        The amounts.
    unit : float
        The smallest amount.

    Returns
    -------
    units : ndarray of int64
        How many units each is; zero where it is no whole number of them.
    problems : list of Problem
        That it is not, at the amount's cell.
    """
    try:
        return to_units(np.asarray(amounts, float), unit), []
    except PlanError as error:
        sheet, cell, reason = rows.cells.sheet, rows.place(row, "amount"), str(error).rstrip(".")
        return np.zeros(np.shape(amounts), np.int64), [problem("E-BUDGET-UNIT", sheet=sheet, cell=cell, reason=reason)]


def _holds(inputs: Inputs, plan: Leaves, unit: float) -> tuple[np.ndarray, list[Target], list[Problem]]:
    """Held cells, and holds of whole nodes, such as regions, managers or quarters, which are targets like any other.

    A hold without an amount keeps every line it covers as it is planned now.
    """
    rows = inputs.tables[BUDGET_HOLDS.id]
    held = np.full(plan.shape, np.nan)
    now = planned_now(inputs, plan)
    scopes, problems = plan.scopes(rows, inputs.labels)
    targets = []
    for row, (scope, name) in enumerate(zip(scopes, plan.names(rows), strict=True)):
        if scope is None:
            continue
        amount = rows.frame["amount"].iloc[row]
        if not pd.isna(amount) and not all(isinstance(chosen, int) for chosen in scope):
            units, wrong = units_of(rows, row, amount, unit)
            targets.append(Target(scope, int(units), name=name))
            problems += wrong
            continue
        at = cells_of(scope, plan.shape)
        keeps = np.asarray(now[at] if pd.isna(amount) else np.full((1, 1), amount), float)
        known = ~np.isnan(keeps)
        place = {"sheet": rows.cells.sheet, "cell": rows.place(row, "amount")}
        if not known.any():
            problems.append(problem("E-BUDGET-HOLD-BLANK", **place))
            continue
        units, wrong = units_of(rows, row, keeps[known], unit)
        problems += wrong
        before = held[at][known]
        twice = np.flatnonzero(~np.isnan(before) & (before != units))
        if len(twice) and not wrong:
            one, other = (f"{float(from_units(int(amounts[twice[0]]), unit)):,.2f}" for amounts in (units, before))
            problems.append(problem("E-BUDGET-HELD-TWICE", **place, amount=one, other=other))
        keeps[known] = units
        held[at] = np.where(known, keeps, held[at])
    return held, targets, problems


def planned_now(inputs: Inputs, plan: Leaves) -> np.ndarray:
    """
    Give the budget as it stands.

    Parameters
    ----------
    inputs : Inputs
        With the table budget_lines.
    plan : Leaves
        The leaves.

    Returns
    -------
    ndarray of float, shape (months, members)
        What each leaf has, of lines more detailed than the plan their sums; blank where there is no line.
    """
    lines = inputs.frame(BUDGET_LINES.id)
    months, members = plan.positions(lines)
    there = (months >= 0) & (members >= 0)
    at = months[there] * plan.shape[1] + members[there]
    cents = to_units(lines["budget"].to_numpy(float)[there], CENT)
    sums = from_units(sums_by_group(at, cents, math.prod(plan.shape)), CENT)
    planned = np.where(np.bincount(at, minlength=len(sums)) > 0, sums, np.nan)
    return np.asarray(planned.reshape(plan.shape), float)


def cells_of(scope: Scope, shape: tuple[int, int]) -> tuple[np.ndarray, ...]:
    """
    Give the index of the cells of a scope.

    Parameters
    ----------
    scope : Scope
        A part of the plan.
    shape : tuple of int
        How many months and members there are.

    Returns
    -------
    tuple of ndarray
        What picks its cells out of a table of months and members.
    """
    return np.ix_(*(positions_in(scope, axis, shape) for axis in range(len(shape))))


def at_targets(code: str, inputs: Inputs, reason: str = "") -> Problem:
    """
    Tell a problem of the plan as a whole.

    Parameters
    ----------
    code : str
        A code of the catalogue.
    inputs : Inputs
        With the table budget_targets.
    reason : str
        What its sentences name.

    Returns
    -------
    Problem
        The problem, at the first target.
    """
    rows = inputs.tables[BUDGET_TARGETS.id]
    at = rows.place(0, "amount") if len(rows.frame) else rows.cells.place(-1, rows.headers["amount"])
    return problem(code, sheet=rows.cells.sheet, cell=at, reason=reason)

"""Targets and holds that cannot all be met, and what whole amounts miss of them, told where they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from salesplan_xl.actions.action import Inputs
from salesplan_xl.actions.budget.asked import ASKING, Asked, at_targets, cells_of, units_of
from salesplan_xl.actions.budget.nodes import Leaves, positions_in
from salesplan_xl.core.budget import Residual, Target
from salesplan_xl.core.errors import (
    MissingTotalError,
    NoExactRoundingError,
    NotConvergedError,
    PlanError,
    Scope,
    UnequalTotalsError,
)
from salesplan_xl.core.money import from_units
from salesplan_xl.workbook.problems import Problem, problem
from salesplan_xl.workbook.sheets.budget import BUDGET_HOLDS, BUDGET_TARGETS


def residual_warnings(residuals: Sequence[Residual], inputs: Inputs, plan: Leaves, unit: float) -> list[Problem]:
    """
    Tell what whole amounts miss of targets that give way.

    Parameters
    ----------
    residuals : sequence of Residual
        What is missed, in units.
    inputs : Inputs
        With the table budget_targets.
    plan : Leaves
        The leaves.
    unit : float
        The smallest amount.

    Returns
    -------
    list of Problem
        A warning at the row of each.
    """
    rows = inputs.tables[BUDGET_TARGETS.id]
    missing = {(residual.cells, residual.amount): residual.missing for residual in residuals}
    problems = []
    for row, (scope, name) in enumerate(zip(plan.scopes(rows, inputs.labels)[0], plan.names(rows), strict=True)):
        amount = int(units_of(rows, row, rows.frame["amount"].iloc[row], unit)[0])
        short = missing.get((scope, amount), 0) if scope is not None else 0
        if short:
            wanted, planned, difference = (float(from_units(units, unit)) for units in (amount, amount - short, -short))
            problems.append(
                problem(
                    "W-BUDGET-ROUNDING",
                    sheet=rows.cells.sheet,
                    cell=rows.place(row, "amount"),
                    name=name,
                    planned=f"{planned:,.2f}",
                    difference=f"{difference:+,.2f}",
                    amount=f"{wanted:,.2f}",
                    unit=f"{unit:g}",
                )
            )
    return problems


def contradictions(
    first: PlanError, asked: Sequence[Asked], meet: Callable[[Sequence[Asked]], object]
) -> Iterator[PlanError]:
    """
    Find all contradictions among what is asked.

    Parameters
    ----------
    first : PlanError
        The first.
    asked : sequence of Asked
        All that is asked.
    meet : callable
        Tries to meet what is asked, and raises `PlanError` where that cannot be.

    Yields
    ------
    PlanError
        The first contradiction, and what else contradicts itself once what it names, but for the year, is left out.
    """
    error, left = first, asked
    while True:
        yield error
        fewer = [one for one in left if one.target.cells not in error.named or _is_year(one.target)]
        if len(fewer) == len(left):
            return
        left = fewer
        try:
            meet(left)
        except (MissingTotalError, NotConvergedError, NoExactRoundingError):
            return  # of what is left, not of what was asked
        except PlanError as another:
            error = another
        else:
            return


def _is_year(target: Target) -> bool:
    """Whether a target is for the whole plan."""
    return all(chosen is None for chosen in target.cells)


def contradiction(error: PlanError, inputs: Inputs, plan: Leaves) -> list[Problem]:
    """
    Tell that targets and holds cannot all be met.

    Parameters
    ----------
    error : PlanError
        Why, in the main unit.
    inputs : Inputs
        With the tables budget_targets and budget_holds.
    plan : Leaves
        The leaves.

    Returns
    -------
    list of Problem
        The refusal at every row it names.
    """
    said = str(error).rstrip(".")
    # two levels of the whole plan that do not agree are told once, not at every row of both
    levels = isinstance(error, UnequalTotalsError) and _all_leaves(error.named, plan.shape)
    named = error.named[:1] if levels else error.named
    problems = []
    for table in ASKING:
        rows = inputs.tables[table]
        for row, scope in enumerate(plan.scopes(rows, inputs.labels)[0]):
            if scope is None:
                continue
            holds_part = table == BUDGET_HOLDS.id and any(_within(scope, target, plan.shape) for target in named)
            if holds_part or scope in named:
                cell = rows.place(row, "amount")
                problems.append(problem("E-BUDGET", sheet=rows.cells.sheet, cell=cell, reason=said))
    return problems or [at_targets("E-BUDGET", inputs, reason=said)]


def _all_leaves(named: Sequence[Scope], shape: tuple[int, int]) -> bool:
    """Whether the parts that a refusal names make up the whole plan."""
    covered = np.zeros(shape, bool)
    for scope in named:
        covered[cells_of(scope, shape)] = True
    return bool(covered.all())


def _within(scope: Scope, target: Scope, shape: tuple[int, int]) -> bool:
    """Whether a hold lies inside a target that is not the whole year."""
    return any(chosen is not None for chosen in target) and all(
        set(positions_in(scope, axis, shape)) <= set(positions_in(target, axis, shape)) for axis in range(len(shape))
    )

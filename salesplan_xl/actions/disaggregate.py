"""Disaggregate: the year's total over month, territory and rep, from history, every target and hold met to the cent."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from salesplan_xl.actions.action import Action, Inputs, Progress, Result
from salesplan_xl.actions.budget_nodes import Leaves, members, plan_leaves
from salesplan_xl.actions.budget_weights import Weighed, weigh
from salesplan_xl.core.budget import Target, disaggregate
from salesplan_xl.core.errors import (
    MissingTotalError,
    NoExactRoundingError,
    NotConvergedError,
    PlanError,
    Scope,
    UnequalTotalsError,
)
from salesplan_xl.core.money import CENT, from_units, to_units
from salesplan_xl.workbook.options import ActionSpecification, Option
from salesplan_xl.workbook.periods import month_text
from salesplan_xl.workbook.problems import Problem, problem
from salesplan_xl.workbook.rows import Rows, distinct
from salesplan_xl.workbook.schema import Kind
from salesplan_xl.workbook.sheets.budget import AXES, BUDGET_HOLDS, BUDGET_LINES, BUDGET_TARGETS
from salesplan_xl.workbook.sheets.budget_priors import BUDGET_PRIORS
from salesplan_xl.workbook.sheets.customers import CUSTOMERS
from salesplan_xl.workbook.sheets.field_work import ROUTES, TERRITORIES
from salesplan_xl.workbook.sheets.sales import SALES
from salesplan_xl.workbook.sheets.team import TEAM

_LEVELS = ("month", "territory and rep")
"""What a member of each axis of the table is: months, and the pairs that exist."""


def _compute(inputs: Inputs, _: Progress) -> Result:
    """Weigh, fit, round; all problems of the inputs at once."""
    unit = inputs.number("unit")
    plan = plan_leaves(inputs)
    targets, problems = _targets(inputs, plan, unit)
    held, aggregate, more = _holds(inputs, plan, unit)
    problems = [*plan.problems, *problems, *more]
    if not plan.pairs:
        problems.append(_at_targets("E-BUDGET-NOBODY", inputs))
        return Result(problems=tuple(problems))
    weighed = weigh(inputs, plan)
    problems += weighed.problems
    if any(one.stops for one in problems):
        return Result(problems=tuple(problems))
    asked = _told_apart([*targets, *aggregate])
    meet = partial(disaggregate, weighed.amounts, held=held, labels=plan.labels, axes=_LEVELS)
    try:
        spread = meet(asked)
    except PlanError as first:
        told = [_contradiction(error.in_unit(unit), inputs, plan) for error in _contradictions(first, asked, meet)]
        return Result(problems=(*problems, *itertools.chain(*told)))
    fixed = ~np.isnan(held)
    lines = _lines(plan, weighed, fixed, from_units(spread.values, unit))
    numbers = {
        "total": float(from_units(np.sum(spread.values), unit)),
        "lines": len(lines),
        "pairs": len(plan.pairs),
        "pairs_without_history": int((weighed.history.max(axis=0) <= 0).sum()),
        "held_lines": int(fixed.sum()),
    }
    return Result(tables={BUDGET_LINES.id: lines}, numbers=numbers, problems=tuple(problems))


def _targets(inputs: Inputs, plan: Leaves, unit: float) -> tuple[list[Target], list[Problem]]:
    """The targets of the sheet, and what is wrong with them or where they point."""
    rows = inputs.tables[BUDGET_TARGETS.id]
    scopes, problems = plan.scopes(rows, inputs.labels)
    targets = []
    for row, (scope, name) in enumerate(zip(scopes, plan.names(rows), strict=True)):
        amount, wrong = _units(rows, row, rows.frame["amount"].iloc[row], unit)
        problems += wrong
        if scope is not None:
            targets.append(Target(scope, int(amount), rows.frame["at"].iloc[row] or "exactly", name))
    if rows.frame.empty:
        problems.append(_at_targets("E-BUDGET-NO-TARGET", inputs))
    return targets, problems


def _told_apart(targets: Sequence[Target]) -> list[Target]:
    """Targets of nodes that have the same leaves under both names, once where they ask for the same.

    The same node given twice stays: that is an error of the sheet, whatever the amounts.
    """
    names: dict[tuple[Scope, int, str], list[str]] = defaultdict(list)
    for target in targets:
        if target.name not in names[_asks(target)]:
            names[_asks(target)].append(target.name)
    return [
        replace(target, name=" = ".join(names[_asks(target)]))
        for target in targets
        if target.name == names[_asks(target)][0]
    ]


def _asks(target: Target) -> tuple[Scope, int, str]:
    """What a target asks for."""
    return target.cells, target.amount, target.at


def _units(rows: Rows, row: int, amounts: ArrayLike, unit: float) -> tuple[np.ndarray, list[Problem]]:
    """Amounts of one row in smallest units, and what is wrong where they are no whole number of them."""
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
    now = _planned(inputs, plan)
    scopes, problems = plan.scopes(rows, inputs.labels)
    targets = []
    for row, (scope, name) in enumerate(zip(scopes, plan.names(rows), strict=True)):
        if scope is None:
            continue
        amount = rows.frame["amount"].iloc[row]
        if not pd.isna(amount) and not all(isinstance(chosen, int) for chosen in scope):
            units, wrong = _units(rows, row, amount, unit)
            targets.append(Target(scope, int(units), name=name))
            problems += wrong
            continue
        at = _cells(scope, plan.shape)
        keeps = np.asarray(now[at] if pd.isna(amount) else np.full((1, 1), amount), float)
        known = ~np.isnan(keeps)
        place = {"sheet": rows.cells.sheet, "cell": rows.place(row, "amount")}
        if not known.any():
            problems.append(problem("E-BUDGET-HOLD-BLANK", **place))
            continue
        units, wrong = _units(rows, row, keeps[known], unit)
        problems += wrong
        before = held[at][known]
        twice = np.flatnonzero(~np.isnan(before) & (before != units))
        if len(twice) and not wrong:
            one, other = (f"{float(from_units(int(amounts[twice[0]]), unit)):,.2f}" for amounts in (units, before))
            problems.append(problem("E-BUDGET-HELD-TWICE", **place, amount=one, other=other))
        keeps[known] = units
        held[at] = np.where(known, keeps, held[at])
    return held, targets, problems


def _planned(inputs: Inputs, plan: Leaves) -> np.ndarray:
    """The budget as it stands; blank where there is no line."""
    planned = np.full(plan.shape, np.nan)
    lines = inputs.frame(BUDGET_LINES.id)
    months, pairs = plan.positions(lines)
    there = (months >= 0) & (pairs >= 0)
    planned[months[there], pairs[there]] = lines["budget"].to_numpy()[there]
    return planned


def _contradictions(
    first: PlanError, asked: Sequence[Target], meet: Callable[[Sequence[Target]], object]
) -> Iterator[PlanError]:
    """The first contradiction, and what else contradicts itself once what it names, but for the year, is left out."""
    error, left = first, asked
    while True:
        yield error
        fewer = [target for target in left if target.cells not in error.named or _is_year(target)]
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


def _contradiction(error: PlanError, inputs: Inputs, plan: Leaves) -> list[Problem]:
    """Targets and holds that cannot all be met, told at every row the refusal names."""
    said = str(error).rstrip(".")
    # two levels of the whole plan that do not agree are told once, not at every row of both
    levels = isinstance(error, UnequalTotalsError) and _all_leaves(error.named, plan.shape)
    named = error.named[:1] if levels else error.named
    problems = []
    for table in (BUDGET_TARGETS.id, BUDGET_HOLDS.id):
        rows = inputs.tables[table]
        for row, scope in enumerate(plan.scopes(rows, inputs.labels)[0]):
            if scope is None:
                continue
            holds_part = table == BUDGET_HOLDS.id and any(_within(scope, target, plan.shape) for target in named)
            if holds_part or scope in named:
                cell = rows.place(row, "amount")
                problems.append(problem("E-BUDGET", sheet=rows.cells.sheet, cell=cell, reason=said))
    return problems or [_at_targets("E-BUDGET", inputs, reason=said)]


def _all_leaves(named: Sequence[Scope], shape: tuple[int, int]) -> bool:
    """Whether the parts that a refusal names make up the whole plan."""
    covered = np.zeros(shape, bool)
    for scope in named:
        covered[_cells(scope, shape)] = True
    return bool(covered.all())


def _cells(scope: Scope, shape: tuple[int, int]) -> tuple[np.ndarray, ...]:
    """Index of the cells of a scope in a table of months and pairs."""
    return np.ix_(*(sorted(members(scope, axis, shape)) for axis in range(len(shape))))


def _within(scope: Scope, target: Scope, shape: tuple[int, int]) -> bool:
    """Whether a hold lies inside a target that is not the whole year."""
    return any(chosen is not None for chosen in target) and all(
        members(scope, axis, shape) <= members(target, axis, shape) for axis in range(len(shape))
    )


def _at_targets(code: str, inputs: Inputs, reason: str = "") -> Problem:
    """A problem of the plan as a whole, said at the first target."""
    rows = inputs.tables[BUDGET_TARGETS.id]
    at = rows.place(0, "amount") if len(rows.frame) else rows.cells.place(-1, rows.headers["amount"])
    return problem(code, sheet=rows.cells.sheet, cell=at, reason=reason)


def _lines(plan: Leaves, weighed: Weighed, fixed: np.ndarray, amounts: np.ndarray) -> pd.DataFrame:
    """One line for each month and pair, by month, territory and rep."""
    rows = [
        (
            month,
            territory,
            rep,
            round(weighed.history[m, p], 4),  # a cell keeps fifteen digits
            weighed.basis[p],
            weighed.months_by,
            round(weighed.amounts[m, p], 4),
            "held" if fixed[m, p] else None,
            amounts[m, p],
        )
        for m, month in enumerate(plan.months)
        for p, (territory, rep) in enumerate(plan.pairs)
    ]
    names = [*AXES, "history", "basis", "months_by", "weight", "held", "budget"]
    ids = distinct(f"{month_text(month)}/{territory}/{rep}" for month, territory, rep, *_ in rows)
    lines = pd.DataFrame(rows, columns=names).astype({"month": "datetime64[s]"}).assign(row_id=ids)
    return plan.with_paths(lines)


def _routes_if_asked(inputs: Inputs) -> tuple[str, ...]:
    """The routes, which may be long, only where the pairs are sized by them."""
    return (ROUTES.id,) if inputs.options["weigh_by"] == "route_time" else ()


ACTION = Action(
    ActionSpecification(
        "disaggregate",
        "budget",
        "CalculateNow",
        (
            Option("history_months", Kind.INTEGER, 24.0, at_least=1, at_most=120),
            Option("season_weight", Kind.SHARE, 0.5, at_least=0, at_most=1),
            Option("unit", Kind.AMOUNT, CENT, at_least=CENT, at_most=1_000_000),
            Option("weigh_by", Kind.TEXT, "history", choices="weigh_by"),
            Option("peer_weight", Kind.SHARE, 0.0, at_least=0, at_most=1),
            Option("months_by", Kind.TEXT, "season", choices="months_by"),
            Option("pattern", Kind.TEXT, "4 4 5"),
            Option("week", Kind.TEXT, "1111100"),
        ),
    ),
    reads=(
        SALES.id,
        CUSTOMERS.id,
        TERRITORIES.id,
        TEAM.id,
        BUDGET_TARGETS.id,
        BUDGET_HOLDS.id,
        BUDGET_PRIORS.id,
        BUDGET_LINES.id,
    ),
    compute=_compute,
    reads_more=_routes_if_asked,
    total=f"{BUDGET_LINES.id}.budget",
)

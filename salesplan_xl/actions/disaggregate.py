"""Disaggregate: the year's total over months and the leaves of the plan, every target and hold met to the cent."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from salesplan_xl.actions import capacity_warnings
from salesplan_xl.actions.action import Action, Inputs, Progress, Result
from salesplan_xl.actions.budget_detail import detailed, plan_leaves
from salesplan_xl.actions.budget_nodes import Leaves, positions_in
from salesplan_xl.actions.budget_weights import Weighed, weigh
from salesplan_xl.core.budget import Disaggregation, Residual, Target, disaggregate
from salesplan_xl.core.errors import (
    MissingTotalError,
    NoExactRoundingError,
    NotConvergedError,
    PlanError,
    Scope,
    UnequalTotalsError,
)
from salesplan_xl.core.money import CENT, from_units, to_units
from salesplan_xl.core.sums import sums_by_group
from salesplan_xl.workbook.options import PREVIEW, ActionSpecification, Option
from salesplan_xl.workbook.periods import month_text
from salesplan_xl.workbook.problems import Problem, problem
from salesplan_xl.workbook.rows import Rows, distinct
from salesplan_xl.workbook.schema import Kind
from salesplan_xl.workbook.sheets.budget import BUDGET_HOLDS, BUDGET_LINES, BUDGET_TARGETS
from salesplan_xl.workbook.sheets.budget_dimensions import DIMENSIONS, PAIR
from salesplan_xl.workbook.sheets.budget_priors import BUDGET_PRIORS
from salesplan_xl.workbook.sheets.field_work import ROUTES
from salesplan_xl.workbook.sheets.sales import SALES

_ASKING = (BUDGET_TARGETS.id, BUDGET_HOLDS.id)
"""Tables that ask something of nodes."""

_GIVES_WAY = (*(one.id for one in reversed(DIMENSIONS)), "period")
"""What a target names, in the order in which targets give way where no whole amounts meet all; the year and holds never
do."""


class _Asked(NamedTuple):
    """A target or a hold of a node, and how many kinds of targets give way before it does."""

    target: Target
    steady: int
    is_hold: bool = False


def _compute(inputs: Inputs, _: Progress) -> Result:
    """Weigh, fit, round; all problems of the inputs at once."""
    unit = inputs.number("unit")
    plan = plan_leaves(inputs)
    # parts of pairs are spread over together only where something is asked of them; else pairs come first, so that they
    # get the same to the cent whatever the detail
    level = plan if _names_parts(inputs, plan) else plan.of_pairs
    targets, problems = _targets(inputs, level, unit)
    held, aggregate, more = _holds(inputs, level, unit)
    problems = [*plan.problems, *problems, *more, *_without_families(inputs, plan)]
    if not plan.pairs:
        problems.append(_at_targets("E-BUDGET-NOBODY", inputs))
        return Result(problems=tuple(problems))
    pairs = weigh(inputs, plan.of_pairs)
    problems += pairs.problems
    if any(one.stops for one in problems):
        return Result(problems=tuple(problems))
    weighed = detailed(inputs, plan, pairs)
    asked = _told_apart([*targets, *(_Asked(target, len(_GIVES_WAY), is_hold=True) for target in aggregate)])
    meet = partial(_spread, weighed.amounts if level is plan else pairs.amounts, held, level)
    try:
        spread = meet(asked)
    except PlanError as first:
        told = [_contradiction(error.in_unit(unit), inputs, level) for error in _contradictions(first, asked, meet)]
        return Result(problems=(*problems, *itertools.chain(*told)))
    problems += _residuals(spread.residuals, inputs, level, unit)
    values, fixed = spread.values, ~np.isnan(held)  # noqa: PD011 - no pandas object
    if level is not plan:
        values, fixed = _within_pairs(inputs, plan, weighed, values, fixed, unit), fixed[:, plan.pair_of]
    lines = _lines(plan, weighed, fixed, from_units(values, unit))
    numbers = {
        "total": float(from_units(np.sum(values), unit)),
        "lines": len(lines),
        "pairs": len(plan.pairs),
        "pairs_without_history": int((pairs.history.max(axis=0) <= 0).sum()),
        "held_lines": int(fixed.sum()),
    }
    found = capacity_warnings.exceeded(inputs, plan, lines)
    problems += capacity_warnings.at_targets(inputs, plan, lines, found)
    return Result(tables={BUDGET_LINES.id: lines}, numbers=numbers, problems=tuple(problems))


def _names_parts(inputs: Inputs, plan: Leaves) -> bool:
    """Whether a target or a hold names a node of what pairs are made of, such as a customer."""
    parts = [dimension for dimension in plan.dimensions if dimension not in PAIR]
    return any(inputs.frame(table)[part].notna().any() for table in _ASKING for part in parts)


def _without_families(inputs: Inputs, plan: Leaves) -> Iterator[Problem]:
    """A plan by product family whose order lines name neither family nor product."""
    if "family" in plan.dimensions and plan.members and all(member[-1] is None for member in plan.members):
        sales = inputs.tables[SALES.id]
        cell = sales.cells.place(-1, sales.headers["family"])
        yield problem("E-BUDGET-NO-FAMILY", sheet=sales.cells.sheet, cell=cell)


def _within_pairs(
    inputs: Inputs, plan: Leaves, weighed: Weighed, values: np.ndarray, fixed: np.ndarray, unit: float
) -> np.ndarray:
    """What the leaves of each month and pair get of its amount; those of a held one keep theirs, if they can."""
    months, pairs = np.indices(values.shape).reshape(2, -1).tolist()
    leaves = [tuple(np.flatnonzero(plan.pair_of == pair).tolist()) for pair in range(len(plan.pairs))]
    amounts = values.ravel().tolist()
    targets = [
        Target((month, leaves[pair]), amount) for month, pair, amount in zip(months, pairs, amounts, strict=True)
    ]
    kept = _kept(inputs, plan, values, fixed, unit)
    spread = disaggregate(weighed.amounts, targets, held=kept, support=np.ones(plan.shape), zero="equal")
    return spread.values  # noqa: PD011 - no pandas object


def _kept(inputs: Inputs, plan: Leaves, values: np.ndarray, fixed: np.ndarray, unit: float) -> np.ndarray:
    """What leaves of held months and pairs have now, in units, where it adds up to what these hold."""
    now = np.rint(_planned(inputs, plan) / unit)
    sums = np.zeros(values.T.shape)
    np.add.at(sums, plan.pair_of, now.T)  # one leaf that is not planned yet makes its pair's sum blank
    return np.where((fixed & (values == sums.T))[:, plan.pair_of], now, np.nan)


def _spread(weights: np.ndarray, held: np.ndarray, plan: Leaves, asked: Sequence[_Asked]) -> Disaggregation:
    """Meet all targets; where no whole amounts do, as few kinds of them as possible give way."""
    for giving in range(1, len(_GIVES_WAY)):
        with suppress(NoExactRoundingError):
            return _spread_giving(giving, weights, held, plan, asked)
    return _spread_giving(len(_GIVES_WAY), weights, held, plan, asked)


def _spread_giving(
    giving: int, weights: np.ndarray, held: np.ndarray, plan: Leaves, asked: Sequence[_Asked]
) -> Disaggregation:
    """Meet all targets, or where no whole amounts do those that do not give way yet."""
    targets = [replace(one.target, must_hold=one.steady >= giving) for one in asked]
    return disaggregate(weights, targets, held=held, labels=plan.labels, axes=plan.levels)


def _targets(inputs: Inputs, plan: Leaves, unit: float) -> tuple[list[_Asked], list[Problem]]:
    """The targets of the sheet, and what is wrong with them or where they point."""
    rows = inputs.tables[BUDGET_TARGETS.id]
    scopes, problems = plan.scopes(rows, inputs.labels)
    targets = []
    for row, (scope, name) in enumerate(zip(scopes, plan.names(rows), strict=True)):
        amount, wrong = _units(rows, row, rows.frame["amount"].iloc[row], unit)
        problems += wrong
        if scope is not None:
            target = Target(scope, int(amount), rows.frame["at"].iloc[row] or "exactly", name)
            named = [column for column in _GIVES_WAY if rows.frame[column].iloc[row] is not None]
            targets.append(_Asked(target, _GIVES_WAY.index(named[0]) if named else len(_GIVES_WAY)))
    if rows.frame.empty:
        problems.append(_at_targets("E-BUDGET-NO-TARGET", inputs))
    return targets, problems


def _told_apart(asked: Sequence[_Asked]) -> list[_Asked]:
    """Targets of nodes that have the same leaves under both names, once where they ask for the same.

    The same target given twice stays: that is an error of the sheet, whatever the amounts. A hold of it is none.
    """
    alike: dict[tuple[Scope, int, str], list[_Asked]] = defaultdict(list)
    for one in asked:
        alike[_asks(one.target)].append(one)
    told = []
    for one in asked:
        same = alike[_asks(one.target)]
        if one is same[0] or (one.target.name == same[0].target.name and not one.is_hold):
            name = " = ".join(dict.fromkeys(other.target.name for other in same))
            told.append(_Asked(replace(one.target, name=name), max(other.steady for other in same)))
    return told


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
    """The budget as it stands, of lines more detailed than the plan their sums; blank where there is no line."""
    lines = inputs.frame(BUDGET_LINES.id)
    months, members = plan.positions(lines)
    there = (months >= 0) & (members >= 0)
    at = months[there] * plan.shape[1] + members[there]
    cents = to_units(lines["budget"].to_numpy(float)[there], CENT)
    sums = from_units(sums_by_group(at, cents, math.prod(plan.shape)), CENT)
    planned = np.where(np.bincount(at, minlength=len(sums)) > 0, sums, np.nan)
    return np.asarray(planned.reshape(plan.shape), float)


def _residuals(residuals: Sequence[Residual], inputs: Inputs, plan: Leaves, unit: float) -> list[Problem]:
    """What whole amounts miss of targets that give way, told at each of their rows."""
    rows = inputs.tables[BUDGET_TARGETS.id]
    missing = {(residual.cells, residual.amount): residual.missing for residual in residuals}
    problems = []
    for row, (scope, name) in enumerate(zip(plan.scopes(rows, inputs.labels)[0], plan.names(rows), strict=True)):
        amount = int(_units(rows, row, rows.frame["amount"].iloc[row], unit)[0])
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


def _contradictions(
    first: PlanError, asked: Sequence[_Asked], meet: Callable[[Sequence[_Asked]], object]
) -> Iterator[PlanError]:
    """The first contradiction, and what else contradicts itself once what it names, but for the year, is left out."""
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


def _contradiction(error: PlanError, inputs: Inputs, plan: Leaves) -> list[Problem]:
    """Targets and holds that cannot all be met, told at every row the refusal names."""
    said = str(error).rstrip(".")
    # two levels of the whole plan that do not agree are told once, not at every row of both
    levels = isinstance(error, UnequalTotalsError) and _all_leaves(error.named, plan.shape)
    named = error.named[:1] if levels else error.named
    problems = []
    for table in _ASKING:
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
    return np.ix_(*(positions_in(scope, axis, shape) for axis in range(len(shape))))


def _within(scope: Scope, target: Scope, shape: tuple[int, int]) -> bool:
    """Whether a hold lies inside a target that is not the whole year."""
    return any(chosen is not None for chosen in target) and all(
        set(positions_in(scope, axis, shape)) <= set(positions_in(target, axis, shape)) for axis in range(len(shape))
    )


def _at_targets(code: str, inputs: Inputs, reason: str = "") -> Problem:
    """A problem of the plan as a whole, said at the first target."""
    rows = inputs.tables[BUDGET_TARGETS.id]
    at = rows.place(0, "amount") if len(rows.frame) else rows.cells.place(-1, rows.headers["amount"])
    return problem(code, sheet=rows.cells.sheet, cell=at, reason=reason)


def _lines(plan: Leaves, weighed: Weighed, fixed: np.ndarray, amounts: np.ndarray) -> pd.DataFrame:
    """One line for each month and member, by month and then as the members are sorted."""
    months, members = plan.shape
    columns = dict(zip(plan.dimensions, zip(*plan.members, strict=True), strict=True))
    own = {one.id: columns.get(one.id, (None,) * members) for one in DIMENSIONS}
    within = distinct("/".join(filter(None, member)) for member in plan.members)
    texts = {
        **{one: np.tile(np.array(column, object), months) for one, column in own.items()},
        "basis": np.tile(np.array(weighed.basis, object), months),
        "months_by": np.full(months * members, weighed.months_by, object),
        "held": np.where(fixed.ravel(), np.array("held", object), np.array(None, object)),
        "row_id": np.array([f"{month}/{one}" for month in map(month_text, plan.months) for one in within], object),
    }
    lines = pd.DataFrame(
        {
            "month": np.repeat(np.array(plan.months, "datetime64[s]"), members),
            "history": weighed.history.round(4).ravel(),  # a cell keeps fifteen digits
            "weight": weighed.amounts.round(4).ravel(),
            "budget": amounts.ravel(),
            **{one: pd.Series(column, dtype=object) for one, column in texts.items()},
        }
    )
    return plan.with_paths(lines)


def _reads_more(inputs: Inputs) -> tuple[str, ...]:
    """The routes, which may be long, only where the pairs are sized by them or capacity is judged by them."""
    return (ROUTES.id,) if inputs.options["weigh_by"] == "route_time" else capacity_warnings.reads_more(inputs)


ACTION = Action(
    ActionSpecification(
        "disaggregate",
        "budget",
        "CalculateNow",
        (
            Option("history_months", Kind.INTEGER, 24.0, at_least=1, at_most=120),
            Option("season_weight", Kind.SHARE, 0.5, at_least=0, at_most=1),
            Option("detail", Kind.TEXT, "pair", choices="budget_detail"),
            Option("detail_peer_weight", Kind.SHARE, 0.25, at_least=0, at_most=1),
            Option("unit", Kind.AMOUNT, CENT, at_least=CENT, at_most=1_000_000),
            Option("weigh_by", Kind.TEXT, "history", choices="weigh_by"),
            Option("peer_weight", Kind.SHARE, 0.0, at_least=0, at_most=1),
            Option("months_by", Kind.TEXT, "season", choices="months_by"),
            Option("pattern", Kind.TEXT, "4 4 5"),
            Option("week", Kind.TEXT, "1111100"),
            PREVIEW,
        ),
    ),
    reads=(*capacity_warnings.READS, BUDGET_TARGETS.id, BUDGET_HOLDS.id, BUDGET_PRIORS.id, BUDGET_LINES.id),
    compute=_compute,
    reads_more=_reads_more,
    total=f"{BUDGET_LINES.id}.budget",
    borrows=capacity_warnings.BORROWS,
)

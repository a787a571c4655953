"""Disaggregate: the year's total over months and the leaves of the plan, every target and hold met to the cent."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from salesplan_xl.actions.action import Action, Inputs, Progress, Result
from salesplan_xl.actions.budget.asked import ASKING, GIVES_WAY, Asked, at_targets, planned_now, read_asked
from salesplan_xl.actions.budget.contradictions import contradiction, contradictions, residual_warnings
from salesplan_xl.actions.budget.detail import detailed, plan_leaves
from salesplan_xl.actions.budget.nodes import Leaves
from salesplan_xl.actions.budget.weights import Weighed, weigh
from salesplan_xl.actions.capacity import capacity_warnings
from salesplan_xl.core.budget import Disaggregation, Target, disaggregate
from salesplan_xl.core.errors import (
    NoExactRoundingError,
    PlanError,
)
from salesplan_xl.core.money import CENT, from_units
from salesplan_xl.workbook.options import PREVIEW, ActionSpecification, Option
from salesplan_xl.workbook.periods import month_text
from salesplan_xl.workbook.problems import Problem, problem
from salesplan_xl.workbook.rows import distinct
from salesplan_xl.workbook.schema import Kind
from salesplan_xl.workbook.sheets.budget import BUDGET_HOLDS, BUDGET_LINES, BUDGET_TARGETS
from salesplan_xl.workbook.sheets.budget_dimensions import DIMENSIONS, PAIR
from salesplan_xl.workbook.sheets.budget_priors import BUDGET_PRIORS
from salesplan_xl.workbook.sheets.field_work import ROUTES
from salesplan_xl.workbook.sheets.sales import SALES


def _compute(inputs: Inputs, _: Progress) -> Result:
    """Weigh, fit, round; all problems of the inputs at once."""
    unit = inputs.number("unit")
    plan = plan_leaves(inputs)
    # parts of pairs are spread over together only where something is asked of them; else pairs come first, so that they
    # get the same to the cent whatever the detail
    level = plan if _names_parts(inputs, plan) else plan.of_pairs
    asked, held, problems = read_asked(inputs, level, unit)
    problems = [*plan.problems, *problems, *_without_families(inputs, plan)]
    if not plan.pairs:
        problems.append(at_targets("E-BUDGET-NOBODY", inputs))
        return Result(problems=tuple(problems))
    pairs = weigh(inputs, plan.of_pairs)
    problems += pairs.problems
    if any(one.stops for one in problems):
        return Result(problems=tuple(problems))
    weighed = detailed(inputs, plan, pairs)
    meet = partial(_spread, weighed.amounts if level is plan else pairs.amounts, held, level)
    try:
        spread = meet(asked)
    except PlanError as first:
        told = [contradiction(error.in_unit(unit), inputs, level) for error in contradictions(first, asked, meet)]
        return Result(problems=(*problems, *itertools.chain(*told)))
    problems += [*residual_warnings(spread.residuals, inputs, level, unit), *_reopened(inputs)]
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
    return any(inputs.frame(table)[part].notna().any() for table in ASKING for part in parts)


def _without_families(inputs: Inputs, plan: Leaves) -> Iterator[Problem]:
    """A plan by product family whose order lines name neither family nor product."""
    if "family" in plan.dimensions and plan.members and all(member[-1] is None for member in plan.members):
        sales = inputs.tables[SALES.id]
        cell = sales.cells.place(-1, sales.headers["family"])
        yield problem("E-BUDGET-NO-FAMILY", sheet=sales.cells.sheet, cell=cell)


def _reopened(inputs: Inputs) -> Iterator[Problem]:
    """Lines of months that a catch-up has closed, which are planned anew like all others."""
    rows = inputs.tables[BUDGET_LINES.id]
    closed = np.flatnonzero((rows.frame["held"] == "closed").to_numpy())
    if len(closed):
        cell = rows.place(int(closed[0]), "held")
        yield problem("W-BUDGET-CLOSED", sheet=rows.cells.sheet, cell=cell, count=len(closed))


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
    now = np.rint(planned_now(inputs, plan) / unit)
    sums = np.zeros(values.T.shape)
    np.add.at(sums, plan.pair_of, now.T)  # one leaf that is not planned yet makes its pair's sum blank
    return np.where((fixed & (values == sums.T))[:, plan.pair_of], now, np.nan)


def _spread(weights: np.ndarray, held: np.ndarray, plan: Leaves, asked: Sequence[Asked]) -> Disaggregation:
    """Meet all targets; where no whole amounts do, as few kinds of them as possible give way."""
    for giving in range(1, len(GIVES_WAY)):
        with suppress(NoExactRoundingError):
            return _spread_giving(giving, weights, held, plan, asked)
    return _spread_giving(len(GIVES_WAY), weights, held, plan, asked)


def _spread_giving(
    giving: int, weights: np.ndarray, held: np.ndarray, plan: Leaves, asked: Sequence[Asked]
) -> Disaggregation:
    """Meet all targets, or where no whole amounts do those that do not give way yet."""
    targets = [replace(one.target, must_hold=one.steady >= giving) for one in asked]
    return disaggregate(weights, targets, held=held, labels=plan.labels, axes=plan.levels)


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

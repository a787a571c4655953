"""Disaggregate: the year's total over month, territory and rep, from history, every target and hold met to the cent."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from salesplan_xl.actions.action import Action, Inputs, Progress, Result
from salesplan_xl.core.budget import Target, disaggregate
from salesplan_xl.core.calendar import MONTHS_OF_YEAR, month_starts
from salesplan_xl.core.errors import PlanError, Scope, UnequalTotalsError
from salesplan_xl.core.history import monthly_history, plan_weights
from salesplan_xl.core.money import CENT, from_units, to_units
from salesplan_xl.workbook.options import ActionSpecification, Option
from salesplan_xl.workbook.problems import Problem, problem
from salesplan_xl.workbook.rows import Rows, distinct
from salesplan_xl.workbook.schema import Kind
from salesplan_xl.workbook.sheets.budget import AXES, BUDGET_HOLDS, BUDGET_LINES, BUDGET_TARGETS
from salesplan_xl.workbook.sheets.customers import CUSTOMERS
from salesplan_xl.workbook.sheets.field_work import TERRITORIES
from salesplan_xl.workbook.sheets.sales import SALES
from salesplan_xl.workbook.sheets.team import TEAM

Member = TypeVar("Member", bound=Hashable)


@dataclass(frozen=True)
class _Axes:
    """Months, territories and reps of the plan by their position in label order, and its pairs of the last two."""

    months: Mapping[pd.Timestamp, int]
    territories: Mapping[str, int]
    reps: Mapping[str, int]
    pairs: Sequence[tuple[str, str]]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Shape of a table over the axes."""
        return len(self.months), len(self.territories), len(self.reps)

    @property
    def labels(self) -> tuple[list[str], list[str], list[str]]:
        """Labels of the axes for messages."""
        return [f"{month:%Y-%m}" for month in self.months], [*self.territories], [*self.reps]

    def scope(self, members: Sequence[Any]) -> Scope:
        """Positions of one member of each axis; None for what is not there, such as a blank."""
        by_axis: tuple[Mapping[Any, int], ...] = (self.months, self.territories, self.reps)
        return tuple(positions.get(member) for positions, member in zip(by_axis, members, strict=True))

    @property
    def cells(self) -> tuple[np.ndarray, np.ndarray]:
        """Positions of the pairs' territories and reps on their axes."""
        return (
            np.array([self.territories[territory] for territory, _ in self.pairs], np.int64),
            np.array([self.reps[rep] for _, rep in self.pairs], np.int64),
        )


def _compute(inputs: Inputs, _: Progress) -> Result:
    """Weigh, fit, round; all problems of the inputs at once."""
    unit = inputs.number("unit")
    start = pd.Timestamp(inputs.day("plan_start"))
    holders = _holders(inputs)
    plan = _axes(inputs, start, holders)
    targets, problems = _targets(inputs, plan, unit)
    held, aggregate, more = _holds(inputs, plan, unit)
    problems += more
    if not plan.pairs:
        problems.append(_at_targets("E-BUDGET-NOBODY", inputs))
    if any(one.stops for one in problems):
        return Result(problems=tuple(problems))
    history = _history(inputs, plan, start, holders)
    weights = plan_weights(
        history, [territory for territory, _ in plan.pairs], season_weight=inputs.number("season_weight")
    )
    table = np.zeros(plan.shape)
    territory_at, rep_at = plan.cells
    table[:, territory_at, rep_at] = weights.amounts
    try:
        spread = disaggregate(table, [*targets, *aggregate], held=held, labels=plan.labels, axes=AXES)
    except PlanError as error:
        return Result(problems=tuple(_contradiction(error.in_unit(unit), inputs, plan)))
    amounts = from_units(spread.values, unit)[:, territory_at, rep_at]
    fixed = ~np.isnan(held[:, territory_at, rep_at])
    lines = _lines(plan, history, weights.amounts, weights.basis, fixed, amounts)
    numbers = {
        "total": float(from_units(np.sum(spread.values), unit)),
        "lines": len(lines),
        "pairs": len(plan.pairs),
        "pairs_without_history": sum(basis != "history" for basis in weights.basis),
        "held_lines": int(fixed.sum()),
    }
    return Result(tables={BUDGET_LINES.id: lines}, numbers=numbers)


def _holders(inputs: Inputs) -> pd.DataFrame:
    """Territory and rep that hold each customer, for customers that have both."""
    customers = inputs.frame(CUSTOMERS.id)[["customer", "territory", "rep"]].dropna()
    return customers.set_index("customer")


def _axes(inputs: Inputs, start: pd.Timestamp, holders: pd.DataFrame) -> _Axes:
    """Pairs: who holds customers, who sold to customers nobody holds, and reps without customers at home."""
    months = [pd.Timestamp(month) for month in month_starts(start.date(), MONTHS_OF_YEAR)]
    team = inputs.frame(TEAM.id)
    homes = team.loc[~team["rep"].isin(holders["rep"]), ["home_territory", "rep"]].dropna()
    sales = inputs.frame(SALES.id)
    loose = sales.loc[_in_history(inputs, start) & ~sales["customer"].isin(holders.index), ["territory", "rep"]]
    pairs = {
        *holders.itertuples(index=False, name=None),
        *homes.itertuples(index=False, name=None),
        *loose.drop_duplicates().itertuples(index=False, name=None),
    }
    territories, reps = {territory for territory, _ in pairs}, {rep for _, rep in pairs}
    return _Axes(_numbered(months), _numbered(sorted(territories)), _numbered(sorted(reps)), sorted(pairs))


def _numbered(members: Sequence[Member]) -> dict[Member, int]:
    """Position of each member of an axis."""
    return {member: position for position, member in enumerate(members)}


def _in_history(inputs: Inputs, start: pd.Timestamp) -> pd.Series:
    """Which order lines lie in the span of history before the plan."""
    first = start - pd.DateOffset(months=int(inputs.number("history_months")))
    dates = inputs.frame(SALES.id)["date"]
    return (dates >= first) & (dates < start)


def _history(inputs: Inputs, plan: _Axes, start: pd.Timestamp, holders: pd.DataFrame) -> np.ndarray:
    """History by month and pair, in the main unit, over the months from the first order of the span to its last.

    A line counts for whoever holds its customer now, else for who sold it. Months before the first order and after
    the last one loaded are not zero but unknown, and are left out of the mean.
    """
    sales = inputs.frame(SALES.id)[_in_history(inputs, start)]
    if sales.empty:
        return np.zeros((MONTHS_OF_YEAR, len(plan.pairs)))
    held = holders.reindex(sales["customer"])
    territory = np.where(held["territory"].isna(), sales["territory"], held["territory"])
    rep = np.where(held["rep"].isna(), sales["rep"], held["rep"])
    pair = pd.MultiIndex.from_tuples(plan.pairs).get_indexer(pd.MultiIndex.from_arrays([territory, rep]))
    months = sales["date"].to_numpy().astype("datetime64[M]")
    history = monthly_history(
        months,
        pair,
        to_units(sales["amount"].to_numpy(), CENT),
        start=str(months.min()),
        end=str(months.max() + 1),
        first=f"{start:%Y-%m}",
        pair_count=len(plan.pairs),
    )
    return history * CENT


def _targets(inputs: Inputs, plan: _Axes, unit: float) -> tuple[list[Target], list[Problem]]:
    """The targets of the sheet, and what is wrong with them or where they point."""
    rows = inputs.tables[BUDGET_TARGETS.id]
    cells, problems = _scopes(rows, plan)
    targets = []
    for row, scope in enumerate(cells):
        amount, wrong = _units(rows, row, rows.frame["amount"].iloc[row], unit)
        targets.append(Target(scope, int(amount)))
        problems += wrong
    if not targets:
        problems.append(_at_targets("E-BUDGET-NO-TARGET", inputs))
    return targets, problems


def _units(rows: Rows, row: int, amounts: ArrayLike, unit: float) -> tuple[np.ndarray, list[Problem]]:
    """Amounts of one row in smallest units, and what is wrong where they are no whole number of them."""
    try:
        return to_units(np.asarray(amounts, float), unit), []
    except PlanError as error:
        sheet, cell, reason = rows.cells.sheet, rows.place(row, "amount"), str(error).rstrip(".")
        return np.zeros(np.shape(amounts), np.int64), [problem("E-BUDGET-UNIT", sheet=sheet, cell=cell, reason=reason)]


def _scopes(rows: Rows, plan: _Axes) -> tuple[list[Scope], list[Problem]]:
    """Where each row of targets or holds points on the axes; a blank is all of an axis."""
    scopes: list[Scope] = []
    problems: list[Problem] = []
    for row, members in enumerate(rows.frame[[*AXES]].itertuples(index=False, name=None)):
        scope = plan.scope(members)
        problems += [
            _outside(rows, row, axis, value, plan)
            for axis, value, position in zip(AXES, members, scope, strict=True)
            if position is None and not pd.isna(value)
        ]
        scopes.append(scope)
    return scopes, problems


def _outside(rows: Rows, row: int, axis: str, value: object, plan: _Axes) -> Problem:
    """A target or hold for a month, territory or rep that the plan has no lines for."""
    where = {"sheet": rows.cells.sheet, "cell": rows.place(row, axis)}
    if isinstance(value, pd.Timestamp):
        first, last = (f"{month:%Y-%m}" for month in (min(plan.months), max(plan.months)))
        return problem("E-BUDGET-OUTSIDE", **where, value=f"{value:%Y-%m}", first=first, last=last)
    return problem("E-BUDGET-NO-LINES", **where, value=value)


def _holds(inputs: Inputs, plan: _Axes, unit: float) -> tuple[np.ndarray, list[Target], list[Problem]]:
    """Held cells, and holds of whole territories, reps or months, which are targets like any other.

    A hold without an amount keeps every line it covers as it is planned now.
    """
    rows = inputs.tables[BUDGET_HOLDS.id]
    held = np.full(plan.shape, np.nan)
    now = _planned(inputs, plan)
    scopes, problems = _scopes(rows, plan)
    targets = []
    for row, scope in enumerate(scopes):
        amount = rows.frame["amount"].iloc[row]
        at = tuple(slice(None) if member is None else member for member in scope)
        if None in scope and not pd.isna(amount):
            units, wrong = _units(rows, row, amount, unit)
            targets.append(Target(scope, int(units)))
            problems += wrong
            continue
        keeps = np.asarray(now[at] if pd.isna(amount) else amount, float)
        known = ~np.isnan(keeps)
        place = {"sheet": rows.cells.sheet, "cell": rows.place(row, "amount")}
        if not known.any():
            problems.append(problem("E-BUDGET-HOLD-BLANK", **place))
            continue
        units, wrong = _units(rows, row, keeps[known], unit)
        problems += wrong
        before = np.asarray(held[at])[known]
        twice = np.flatnonzero(~np.isnan(before) & (before != units))
        if len(twice) and not wrong:
            one, other = (f"{float(from_units(int(amounts[twice[0]]), unit)):,.2f}" for amounts in (units, before))
            problems.append(problem("E-BUDGET-HELD-TWICE", **place, amount=one, other=other))
        keeps[known] = units
        held[at] = np.where(known, keeps, held[at])
    return held, targets, problems


def _planned(inputs: Inputs, plan: _Axes) -> np.ndarray:
    """The budget as it stands; blank where there is no line."""
    planned = np.full(plan.shape, np.nan)
    lines = inputs.frame(BUDGET_LINES.id)
    for *members, amount in lines[[*AXES, "budget"]].itertuples(index=False, name=None):
        at = plan.scope(members)
        if None not in at:
            planned[at] = amount
    return planned


def _contradiction(error: PlanError, inputs: Inputs, plan: _Axes) -> list[Problem]:
    """Targets and holds that cannot all be met, told at every row the refusal names."""
    said = str(error).rstrip(".")
    # two levels that do not agree are told once, not at every row of both
    named = error.named[:1] if isinstance(error, UnequalTotalsError) else error.named
    problems = []
    for table in (BUDGET_TARGETS.id, BUDGET_HOLDS.id):
        rows = inputs.tables[table]
        for row, scope in enumerate(_scopes(rows, plan)[0]):
            holds_part = table == BUDGET_HOLDS.id and any(_within(scope, target) for target in named)
            if holds_part or scope in named:
                cell = rows.place(row, "amount")
                problems.append(problem("E-BUDGET", sheet=rows.cells.sheet, cell=cell, reason=said))
    return problems or [_at_targets("E-BUDGET", inputs, reason=said)]


def _within(scope: Scope, target: Scope) -> bool:
    """Whether a hold lies inside a target that is not the whole year."""
    return any(member is not None for member in target) and all(
        member is None or member == own for own, member in zip(scope, target, strict=True)
    )


def _at_targets(code: str, inputs: Inputs, reason: str = "") -> Problem:
    """A problem of the plan as a whole, said at the first target."""
    rows = inputs.tables[BUDGET_TARGETS.id]
    at = rows.place(0, "amount") if len(rows.frame) else rows.cells.place(-1, rows.headers["amount"])
    return problem(code, sheet=rows.cells.sheet, cell=at, reason=reason)


def _lines(
    plan: _Axes,
    history: np.ndarray,
    weights: np.ndarray,
    basis: Sequence[str],
    fixed: np.ndarray,
    amounts: np.ndarray,
) -> pd.DataFrame:
    """One line for each month and pair, by month, territory and rep."""
    rows = [
        (
            month,
            territory,
            rep,
            round(history[m, p], 4),  # a cell keeps fifteen digits
            basis[p],
            round(weights[m, p], 4),
            "held" if fixed[m, p] else None,
            amounts[m, p],
        )
        for m, month in enumerate(plan.months)
        for p, (territory, rep) in enumerate(plan.pairs)
    ]
    names = [*AXES, "history", "basis", "weight", "held", "budget"]
    ids = distinct(f"{month:%Y-%m}/{territory}/{rep}" for month, territory, rep, *_ in rows)
    return pd.DataFrame(rows, columns=names).astype({"month": "datetime64[s]"}).assign(row_id=ids)


ACTION = Action(
    ActionSpecification(
        "disaggregate",
        "budget",
        "CalculateNow",
        (
            Option("history_months", Kind.INTEGER, 24.0, at_least=1, at_most=120),
            Option("season_weight", Kind.SHARE, 0.5, at_least=0, at_most=1),
            Option("unit", Kind.AMOUNT, CENT, at_least=CENT, at_most=1_000_000),
        ),
    ),
    reads=(SALES.id, CUSTOMERS.id, TERRITORIES.id, TEAM.id, BUDGET_TARGETS.id, BUDGET_HOLDS.id, BUDGET_LINES.id),
    compute=_compute,
    total=f"{BUDGET_LINES.id}.budget",
)

"""Catch up: months that are over take what was sold, and the rest of the year makes up for it, to the cent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from salesplan_xl.actions.action import Action, Inputs, Progress, Result
from salesplan_xl.actions.budget.standing_budget import (
    Holds,
    StandingBudget,
    cell_of,
    closed_months,
    money,
    months_from_start,
    read_holds,
    read_standing,
)
from salesplan_xl.actions.capacity import capacity_warnings
from salesplan_xl.core.calendar import MONTHS_OF_YEAR
from salesplan_xl.core.catch_up import rebalance, run_rates
from salesplan_xl.core.errors import PlanError
from salesplan_xl.core.money import CENT, from_units, to_units
from salesplan_xl.core.spreading import spread
from salesplan_xl.core.sums import sums_by_group
from salesplan_xl.workbook.options import PREVIEW, ActionSpecification, Option
from salesplan_xl.workbook.problems import Problem, problem
from salesplan_xl.workbook.rows import distinct
from salesplan_xl.workbook.schema import Kind
from salesplan_xl.workbook.sheets.budget import BUDGET_HOLDS, BUDGET_LINES
from salesplan_xl.workbook.sheets.budget_moves import RUN_RATES
from salesplan_xl.workbook.sheets.field_work import TERRITORIES
from salesplan_xl.workbook.sheets.sales import SALES

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class _Year:
    """The year that catches up: its lines, how many months are over, and what the lines of these have sold."""

    standing: StandingBudget
    closed_count: int
    sold: Integers
    holds: Holds
    sizes: Floats

    @property
    def closed(self) -> Bools:
        """Lines of months that are over."""
        return self.standing.month < self.closed_count

    @property
    def fixed(self) -> Bools:
        """Lines whose amount is known before anything is spread; what was sold goes before a hold."""
        return self.closed | self.holds.fixed

    @property
    def known(self) -> Integers:
        """These amounts; the others as they are planned now."""
        return np.where(self.closed, self.sold, self.holds.cents)


def _compute(inputs: Inputs, _: Progress) -> Result:
    """Close the months that are over, and spread what is left; all problems of the inputs at once."""
    standing, problems = read_standing(inputs)
    closed_count, more = closed_months(inputs, standing)
    holds, wrong = read_holds(inputs, standing)
    problems += [*more, *wrong]
    if not any(one.stops for one in problems):
        problems += _no_months(standing, closed_count)
    if any(one.stops for one in problems):
        return Result(problems=tuple(problems))
    sold, odd = _sold(inputs, standing, closed_count)
    sizes = standing.cents.astype(float) if inputs.options["by"] == "budget" else standing.weight
    year = _Year(standing, closed_count, sold, holds, sizes)
    values, refused = _caught_up(inputs, year)
    problems += [*odd, *refused]
    if any(one.stops for one in problems):
        return Result(problems=tuple(problems))
    rates = _run_rates(inputs, year, values)
    held = holds.fixed & ~year.closed
    marks = np.full(len(values), None, dtype=object)
    marks[held], marks[year.closed] = "held", "closed"
    numbers: dict[str, float | int | str] = {
        "total": float(from_units(int(values.sum()), CENT)),
        "closed_months": closed_count,
        "sold": float(from_units(int(sold[year.closed].sum()), CENT)),
        "left": float(from_units(int(values[~year.closed].sum()), CENT)),
        "held_lines": int(held.sum()),
        "out_of_reach": int((rates["can_reach"] == "no").sum()),
    }
    lines = standing.changed(values, marks)
    tables = {BUDGET_LINES.id: lines, RUN_RATES.id: rates}
    found = capacity_warnings.exceeded(inputs, standing.leaves, lines)
    problems += capacity_warnings.at_lines(replace(standing.rows, frame=lines), found)
    return Result(tables=tables, numbers=numbers, problems=tuple(problems))


def _no_months(standing: StandingBudget, closed_count: int) -> Iterator[Problem]:
    """A year of which nothing is over yet, or everything."""
    if closed_count == 0:
        yield problem("E-CATCH-UP-NOT-BEGUN", **standing.heading)
    elif not (standing.month >= closed_count).any():
        yield problem("E-CATCH-UP-YEAR-OVER", **standing.heading)


def _sold(inputs: Inputs, standing: StandingBudget, closed_count: int) -> tuple[Integers, list[Problem]]:
    """What each line of a month that is over has sold, and what was sold that no line can take."""
    rows = inputs.tables[SALES.id]
    month = months_from_start(inputs, rows.frame["date"])
    over = np.flatnonzero((month >= 0) & (month < closed_count))
    sales = rows.frame.iloc[over]
    leaf = standing.leaves.sold_by(sales)
    lines = pd.Index(standing.month * len(standing.leaves.members) + standing.leaf)
    line = np.where(leaf < 0, -1, lines.get_indexer(pd.Index(month[over] * len(standing.leaves.members) + leaf)))
    cents = to_units(sales["amount"].to_numpy(float), CENT)
    problems = []
    strange = line < 0
    if strange.any():
        where = sales.loc[strange, [*standing.leaves.dimensions]].drop_duplicates()
        problems.append(
            problem(
                "W-CATCH-UP-NO-LINE",
                **cell_of(rows, int(over[np.flatnonzero(strange)[0]]), "rep"),
                amount=money(int(cents[strange].sum())),
                count=len(where),
                value=" / ".join(filter(None, where.iloc[0])),
            )
        )
    sold = sums_by_group(line[~strange], cents[~strange], len(standing.at))
    returned = np.flatnonzero(sold < 0)
    if len(returned):
        place = standing.place(int(returned[0]))
        amount = money(-int(sold[returned].sum()))
        problems.append(problem("W-CATCH-UP-RETURNS", **place, amount=amount, count=len(returned)))
    return np.maximum(sold, 0), problems


def _caught_up(inputs: Inputs, year: _Year) -> tuple[Integers, list[Problem]]:
    """The new amounts of all lines, and what stands in the way or could not be kept."""
    standing = year.standing
    values, fixed = year.known, year.fixed
    problems: list[Problem] = []
    for hold in year.holds.nodes:  # first what is held together, in the order of the sheet
        free = hold.covered & ~fixed
        if (hold.covered & ~year.closed).any():
            try:
                values[hold.covered] = _met(year, values, fixed, hold.covered, hold.cents)
            except PlanError as error:
                reason = str(error.in_unit(CENT)).rstrip(".")
                place = cell_of(inputs.tables[BUDGET_HOLDS.id], hold.row, "amount")
                problems.append(problem("E-CATCH-UP-HOLD", **place, reason=reason))
            fixed = fixed | free
    if problems:
        return values, problems
    free = ~fixed
    left = int(standing.cents.sum() - values[fixed].sum())
    if left < 0:
        return values, [_beyond(year, values, fixed, -left)]
    if left and not free.any():
        return values, [_all_held(inputs, year, left)]
    nodes, names = _nodes(inputs, standing)
    asked = sums_by_group(nodes, np.where(fixed, standing.cents - values, standing.cents), len(names))
    can = sums_by_group(nodes, free.astype(np.int64), len(names)) > 0
    keeps = np.where(can, np.maximum(asked, 0), 0)
    problems = [
        _not_kept(year, names[node], nodes == node, int(asked[node])) for node in np.flatnonzero(asked != keeps)
    ]
    if left and keeps.sum() != left:
        sizes = keeps if keeps.any() else np.where(can, 1, 0)
        keeps = spread(left, sizes)
    for node in np.flatnonzero(can):
        inside = nodes == node
        total = int(values[inside & fixed].sum() + keeps[node])
        values[inside] = _met(year, values, fixed, inside, total)
    return values, problems


def _met(year: _Year, values: Integers, fixed: Bools, inside: Bools, total: int) -> Integers:
    """Amounts of some lines that add up to a total; those that are fixed stay, the others get by their weights."""
    closed, held = year.closed[inside], fixed[inside]
    amounts = values[inside]
    caught_up = rebalance(
        amounts,
        np.ma.MaskedArray(amounts, mask=~closed),
        total=total,
        held=np.ma.MaskedArray(amounts, mask=~held),
        weights=year.sizes[inside],
        zero="equal",
    )
    return caught_up.values  # noqa: PD011 - no pandas object


def _nodes(inputs: Inputs, standing: StandingBudget) -> tuple[Integers, list[str]]:
    """The node of each line that keeps its own total, and what the nodes are called."""
    keep = str(inputs.options["keep"])
    if keep == "total":
        return np.zeros(len(standing.at), np.int64), [inputs.labels.choices["run_rate_level"]["company"]]
    codes, names = pd.factorize(standing.each(keep), sort=True)
    return np.asarray(codes, np.int64), [str(name) for name in names]


def _beyond(year: _Year, values: Integers, fixed: Bools, excess: int) -> Problem:
    """What was sold and what is held go beyond the year's total."""
    amounts = {
        "sold": int(values[year.closed].sum()),
        "held": int(values[fixed & ~year.closed].sum()),
        "total": int(year.standing.cents.sum()),
        "excess": excess,
    }
    worded = {name: money(amount) for name, amount in amounts.items()}
    return problem("E-CATCH-UP-BEYOND", **year.standing.heading, **worded)


def _all_held(inputs: Inputs, year: _Year, left: int) -> Problem:
    """Every line that is left is held, and something is left to place."""
    rows, open_lines = inputs.tables[BUDGET_HOLDS.id], ~year.closed
    count = int(open_lines.sum())
    return problem("E-CATCH-UP-ALL-HELD", **cell_of(rows, 0, "amount"), left=money(left), count=count)


def _not_kept(year: _Year, name: str, inside: Bools, asked: int) -> Problem:
    """A territory or rep whose total of the year can no longer be met exactly."""
    total = int(year.standing.cents[inside].sum())
    place = year.standing.place(int(np.flatnonzero(inside)[0]))
    worded = {"node": name, "total": money(total), "amount": money(abs(asked))}
    return problem("W-CATCH-UP-BEYOND" if asked < 0 else "W-CATCH-UP-SHORT", **place, **worded)


def _run_rates(inputs: Inputs, year: _Year, values: Integers) -> pd.DataFrame:
    """What each node has sold in a month so far, and must sell in each month that is left."""
    rows: list[dict[str, object]] = []
    for level, lines in _levels(inputs, year.standing).items():
        months = [sums_by_group(year.standing.month[at], values[at], MONTHS_OF_YEAR) for at in lines.values()]
        if months:
            rows += list(_rates_of(inputs, year.closed_count, level, [*lines], np.column_stack(months)))
    frame = pd.DataFrame(rows)
    for column in RUN_RATES.columns:
        if column.kind.is_number:
            frame[column.id] = frame[column.id].astype("float64")
    ids = distinct(f"{row['level']}/{row['node']}" for row in rows)
    return frame.assign(row_id=ids)


def _levels(inputs: Inputs, standing: StandingBudget) -> dict[str, dict[str, Bools]]:
    """The lines of the company, of each region, country and territory, and of each manager and rep."""
    company = inputs.facts["plan_company"] or inputs.labels.choices["run_rate_level"]["company"]
    levels = {"company": {str(company): np.ones(len(standing.at), bool)}}
    places, people = standing.each("territory"), standing.each("rep")
    listed = inputs.frame(TERRITORIES.id).set_index("territory", drop=False)
    for level in ("region", "country", "territory"):
        levels[level] = _lines_by_name(listed[level].reindex(places).to_numpy(dtype=object))
    below = standing.leaves.nodes["rep"].below
    of_reps = _lines_by_name(people)
    managed = {name: np.isin(people, [*reps]) for name, reps in sorted(below.items()) if reps != {name}}
    levels["manager"] = {name: lines for name, lines in managed.items() if lines.any()}
    return {**levels, "rep": of_reps}


def _lines_by_name(names: NDArray[np.object_]) -> dict[str, Bools]:
    """The lines of each name, in the order of the names; lines without one are left out."""
    codes, found = pd.factorize(names, sort=True)
    return {str(name): codes == code for code, name in enumerate(found)}


def _rates_of(
    inputs: Inputs, closed_count: int, level: str, members: list[str], table: Integers
) -> Iterator[dict[str, object]]:
    """The run rates of one level; a month can bring at most so many times the best one so far."""
    closed = np.arange(MONTHS_OF_YEAR)[:, None] < closed_count
    best = table[:closed_count].max(axis=0)
    factor = Fraction(f"{inputs.number('reachable'):.15g}")
    most = np.array([int(factor * int(amount)) for amount in best], np.int64)
    over, still = np.broadcast_to(closed, table.shape), np.broadcast_to(~closed, table.shape)
    rates = run_rates(
        table,
        np.ma.MaskedArray(table, mask=still),
        upper=np.ma.MaskedArray(np.broadcast_to(most, table.shape), mask=over),
    )
    for node, member in enumerate(members):
        sold, left, missing = (int(one[node]) for one in (rates.actual, rates.remaining, rates.unreachable))
        so_far, needed = sold / closed_count, float(rates.needed[node])
        yield {
            "level": level,
            "node": member,
            "budget": _amount(sold + left),
            "sold": _amount(sold),
            "left": _amount(left),
            "months_left": MONTHS_OF_YEAR - closed_count,
            "so_far": _amount(so_far),
            "needed": _amount(needed),
            "times": round(needed / so_far, 6) if sold else np.nan,
            "best": _amount(int(best[node])),
            "can_reach": "no" if missing else "yes",
            "missing": _amount(missing) if missing else np.nan,
        }


def _amount(cents: float) -> float:
    """An amount as a cell holds it, to the nearest cent."""
    return float(from_units(round(cents), CENT))


ACTION = Action(
    ActionSpecification(
        "rebalance",
        "budget",
        "LevelResource",
        (
            Option("closed_until", Kind.MONTH, required=False),
            Option("keep", Kind.TEXT, "total", choices="catch_up_keep"),
            Option("by", Kind.TEXT, "weight", choices="catch_up_by"),
            Option("reachable", Kind.NUMBER, 1.5, at_least=1, at_most=100),
            PREVIEW,
        ),
    ),
    reads=(*capacity_warnings.READS, BUDGET_HOLDS.id, BUDGET_LINES.id, RUN_RATES.id),
    compute=_compute,
    total=f"{BUDGET_LINES.id}.budget",
    reads_more=capacity_warnings.reads_more,
    borrows=capacity_warnings.BORROWS,
)

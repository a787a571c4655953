"""Phase: the months of the budget by day or week, on the working days of each territory's country, to the cent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from salesplan_xl.actions.action import Action, Inputs, Progress, Result, unwatched
from salesplan_xl.actions.recording import next_number
from salesplan_xl.actions.standing_budget import StandingBudget, read_standing
from salesplan_xl.actions.territory_days import TerritoryDays, territory_days
from salesplan_xl.core.calendar import MONTHS_OF_YEAR
from salesplan_xl.core.money import CENT, from_units, to_units
from salesplan_xl.core.periods import Kind as PeriodKind
from salesplan_xl.core.periods import Periods, WeekCalendar, carry_over, covering, cut
from salesplan_xl.core.sums import sums_by_group
from salesplan_xl.workbook.cells import LAST_ROW
from salesplan_xl.workbook.options import ActionSpecification, Option
from salesplan_xl.workbook.problems import Problem, problem
from salesplan_xl.workbook.rows import distinct
from salesplan_xl.workbook.schema import Kind
from salesplan_xl.workbook.sheets.budget import BUDGET_LINES
from salesplan_xl.workbook.sheets.budget_calendar import BUDGET_CALENDAR
from salesplan_xl.workbook.sheets.customers import CUSTOMERS
from salesplan_xl.workbook.sheets.field_work import TERRITORIES
from salesplan_xl.workbook.sheets.log import LOG
from salesplan_xl.workbook.sheets.sales import SALES
from salesplan_xl.workbook.sheets.team import TEAM

Integers = NDArray[np.int64]
Bools = NDArray[np.bool_]

MANY_ROWS = 100_000
"""More rows than this make a plan slow to open and to save, which is told."""

_WEEK_PATTERNS = {"four_four_five": "4-4-5", "four_five_four": "4-5-4", "five_four_four": "5-4-4"}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_OF_YEARS: Mapping[str, PeriodKind] = {"day": "day", "week": "week"}
_OF_WEEKS: Mapping[str, PeriodKind] = {"fiscal_week": "week", "fiscal_month": "month", "fiscal_quarter": "quarter"}


@dataclass(frozen=True)
class _Phased:
    """The budget of each node and day of the year, and on which of them somebody works."""

    names: list[str]
    cents: Integers
    worked: Bools


def _compute(inputs: Inputs, progress: Progress) -> Result:
    """Break the months down; all problems of the inputs at once."""
    standing, problems = read_standing(inputs)
    if any(one.stops for one in problems):
        return Result(problems=tuple(problems))
    days, wrong = territory_days(inputs, standing.each("territory"))
    periods = _periods(inputs, days.months)
    problems += [*wrong, *_too_many(inputs, standing, len(periods))]
    if any(one.stops for one in problems):
        return Result(problems=tuple(problems))
    phased = _by_day(inputs, standing, days, progress)
    rows = _rows(inputs, phased, periods).assign(operation=float(next_number(inputs.frame(LOG.id))))
    numbers: dict[str, float | int | str] = {
        "total": float(from_units(int(phased.cents.sum()), CENT)),
        "periods": len(periods),
        "nodes": len(phased.names),
        "rows": len(rows),
    }
    return Result(tables={BUDGET_CALENDAR.id: rows}, numbers=numbers, problems=tuple(problems))


def stale(inputs: Inputs) -> list[Problem]:
    """
    Tell that the budget by day or week is no longer that of the budget lines.

    Parameters
    ----------
    inputs : Inputs
        With the tables of this action.

    Returns
    -------
    list of Problem
        One at the first amount that is another now; none where there is no such budget.
    """
    table = inputs.tables[BUDGET_CALENDAR.id]
    if table.frame.empty:
        return []
    now = _again(inputs)
    key = ["node", "period"]
    was = table.frame.set_index(key)["budget"].fillna(0)
    becomes = was if now is None else now.set_index(key)["budget"].reindex(was.index)
    other = np.flatnonzero(to_units(was.to_numpy(float), CENT) != to_units(becomes.fillna(-1).to_numpy(float), CENT))
    if now is not None and len(now) == len(was) and not len(other):
        return []
    place = {"sheet": table.cells.sheet, "cell": table.place(int(other[0]) if len(other) else 0, "budget")}
    return [problem("W-PHASE-STALE", **place, count=len(other) or len(was))]


def _again(inputs: Inputs) -> pd.DataFrame | None:
    """What the operation that wrote the rows would write now; None if that cannot be told."""
    log = inputs.frame(LOG.id)
    written = set(inputs.frame(BUDGET_CALENDAR.id)["operation"].tolist())
    logged = log.loc[log["number"].isin(written) & (log["action"] == ACTION.id), "options"]
    if len(written) != 1 or len(logged) != 1:
        return None
    result = _compute(replace(inputs, options=json.loads(logged.iloc[0])), unwatched)
    return result.tables.get(BUDGET_CALENDAR.id)


def _periods(inputs: Inputs, months: Periods) -> Periods:
    """The periods that the year is broken down to; the first and the last are cut where the year starts and ends."""
    span, kind = (months.borders[0], months.borders[-1]), str(inputs.options["calendar"])
    if kind in _OF_YEARS:
        return cut(span, _OF_YEARS[kind])
    calendar = WeekCalendar(
        last_month=(span[1] - 1).item().month,
        weekday=_WEEKDAYS.index(str(inputs.options["year_ends_on"])),
        ending="nearest" if inputs.options["year_ends"] == "nearest" else "last",
        pattern=_WEEK_PATTERNS[str(inputs.options["week_pattern"])],
    )
    return covering(calendar, span, _OF_WEEKS[kind])


def _too_many(inputs: Inputs, standing: StandingBudget, periods: int) -> list[Problem]:
    """More rows than a sheet holds, or than is good for a plan."""
    level = str(inputs.options["level"])
    count = periods * (1 if level == "company" else len(set(standing.each(level))))
    cells = inputs.tables[BUDGET_CALENDAR.id].cells
    place, most = {"sheet": cells.sheet, "cell": cells.heading()}, LAST_ROW - cells.first_row
    if count > most:
        return [problem("E-PHASE-TOO-MANY", **place, count=f"{count:,}", most=f"{most:,}")]
    return [problem("W-PHASE-MANY", **place, count=f"{count:,}")] if count > MANY_ROWS else []


def _by_day(inputs: Inputs, standing: StandingBudget, days: TerritoryDays, progress: Progress) -> _Phased:
    """Break each month of each pair down to days by their weights, and add the pairs of a node up."""
    level = str(inputs.options["level"])
    pair_of, pairs = pd.factorize(
        pd.MultiIndex.from_arrays([standing.each("territory"), standing.each("rep")]), sort=True
    )
    cells = standing.month * len(pairs) + pair_of
    months = sums_by_group(cells, standing.cents, MONTHS_OF_YEAR * len(pairs)).reshape(MONTHS_OF_YEAR, len(pairs))
    company = str(inputs.facts["plan_company"] or inputs.labels.choices["run_rate_level"]["company"])
    node_of = [{"company": company, "territory": territory, "rep": rep}[level] for territory, rep in pairs]
    names = sorted(set(node_of))
    every_day = cut((days.months.borders[0], days.months.borders[-1]), "day")
    cents = np.zeros((len(every_day), len(names)), np.int64)
    worked = np.zeros(cents.shape, bool)
    for pair, (name, place) in enumerate(zip(node_of, days.of(territory for territory, _ in pairs), strict=True)):
        node, weights = names.index(name), days.weights[:, place]
        cents[:, node] += carry_over(months[:, pair], days.months, every_day, weights=weights).sum(axis=0)
        worked[:, node] |= weights > 0
        progress((pair + 1) / len(pairs))
    return _Phased(names, cents, worked)


def _rows(inputs: Inputs, phased: _Phased, periods: Periods) -> pd.DataFrame:
    """One row for each node and period, by node and time."""
    at = np.cumsum(periods.days) - periods.days
    cents, worked = (np.add.reduceat(daily, at, axis=0) for daily in (phased.cents, phased.worked.astype(np.int64)))
    count = len(phased.names)
    node = np.repeat(np.array(phased.names, object), len(periods))
    period = np.tile(np.array(periods.names, object), count)
    frame = pd.DataFrame(
        {
            "calendar": str(inputs.options["calendar"]),
            "level": str(inputs.options["level"]),
            "node": node,
            "period": period,
            "first_day": np.tile(periods.starts, count).astype("datetime64[s]"),
            "last_day": np.tile(periods.ends - 1, count).astype("datetime64[s]"),
            "working_days": worked.T.ravel().astype(float),
            "budget": from_units(cents.T.ravel(), CENT),
        }
    )
    return frame.assign(row_id=distinct(f"{one}/{other}" for one, other in zip(node, period, strict=True)))


ACTION = Action(
    ActionSpecification(
        "phase",
        "budget",
        "CalendarInsert",
        (
            Option("calendar", Kind.TEXT, "week", choices="phase_calendar"),
            Option("level", Kind.TEXT, "company", choices="run_rate_level"),
            Option("week", Kind.TEXT, "1111100"),
            Option("week_pattern", Kind.TEXT, "four_four_five", choices="week_pattern"),
            Option("year_ends", Kind.TEXT, "last", choices="year_ends"),
            Option("year_ends_on", Kind.TEXT, "saturday", choices="weekday"),
        ),
    ),
    reads=(SALES.id, CUSTOMERS.id, TERRITORIES.id, TEAM.id, BUDGET_LINES.id, BUDGET_CALENDAR.id, LOG.id),
    compute=_compute,
    total=f"{BUDGET_CALENDAR.id}.budget",
)

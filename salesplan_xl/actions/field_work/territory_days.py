"""What the days of the plan's year weigh in each territory: its weekdays, and the public holidays of its country."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from salesplan_xl.actions.action import Inputs
from salesplan_xl.core.calendar import day_weights, weekday_weights
from salesplan_xl.core.errors import PlanError, UnknownPlaceError
from salesplan_xl.core.periods import Periods, cut
from salesplan_xl.workbook.problems import Problem, problem
from salesplan_xl.workbook.rows import Rows
from salesplan_xl.workbook.sheets.field_work import TERRITORIES
from salesplan_xl.workbook.wording import shown

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class TerritoryDays:
    """
    What days weigh.

    Parameters
    ----------
    months : Periods
        The months of the plan's year.
    territories : tuple of str
        The territories.
    weights : ndarray of float, shape (days, territories)
        Weight of each day of the year, zero for a day off.
    """

    months: Periods
    territories: tuple[str, ...]
    weights: Floats

    @property
    def by_month(self) -> Floats:
        """What the days of each month weigh together, shape (months, territories)."""
        return np.asarray(np.add.reduceat(self.weights, np.cumsum(self.months.days) - self.months.days, axis=0))

    def of(self, territories: Iterable[str]) -> NDArray[np.int64]:
        """
        Find territories among the columns.

        Parameters
        ----------
        territories : iterable of str
            Some of the territories, each as often as one likes.

        Returns
        -------
        ndarray of int64
            The column of each.
        """
        places = {territory: place for place, territory in enumerate(self.territories)}
        return np.array([places[territory] for territory in territories], np.int64)


def territory_days(inputs: Inputs, territories: Iterable[str]) -> tuple[TerritoryDays, list[Problem]]:
    """
    Weigh the days of the plan's year.

    Parameters
    ----------
    inputs : Inputs
        With the table territories and the option ``week``: what the weekdays weigh.
    territories : iterable of str
        The territories to weigh them for.

    Returns
    -------
    days : TerritoryDays
        Their weights; those of a territory with a problem are without holidays.
    problems : list of Problem
        A week that is none, countries and subdivisions whose holidays are not known, territories without a country.
    """
    start = np.datetime64(inputs.day("plan_start"), "M")
    months = cut((start.astype("datetime64[D]"), (start + 12).astype("datetime64[D]")), "month")
    names = tuple(dict.fromkeys(territories))
    problems = []
    weekdays: tuple[float, ...] = (1.0,) * 7
    try:
        weekdays = weekday_weights(str(inputs.options["week"]))
    except PlanError as error:
        sheet, text = inputs.labels.sheets["budget"]["title"], shown(inputs.options["week"])
        problems.append(problem("E-BUDGET-WEEK", sheet=sheet, value=text, reason=str(error).rstrip(".")))
    rows = inputs.tables[TERRITORIES.id]
    row_of = {name: row for row, name in enumerate(rows.frame["territory"])}
    columns = []
    for name in names:
        weights, wrong = _weights(rows, row_of[name], months, weekdays)
        columns.append(weights)
        problems += wrong
    bare = [row_of[name] for name in names if rows.frame["country"].iloc[row_of[name]] is None]
    if bare:
        place = {"sheet": rows.cells.sheet, "cell": rows.place(bare[0], "country")}
        problems.append(problem("W-BUDGET-NO-COUNTRY", **place, count=len(bare)))
    return TerritoryDays(months, names, np.column_stack(columns)), problems


def _weights(rows: Rows, row: int, months: Periods, weekdays: tuple[float, ...]) -> tuple[Floats, list[Problem]]:
    """Weights of the days of one territory, and why its holidays are not known."""
    first, after = (border.item() for border in (months.borders[0], months.borders[-1]))
    country, subdivision = (rows.frame[column].iloc[row] for column in ("country", "subdivision"))
    try:
        return day_weights(first, after, weekdays=weekdays, country=country, subdivision=subdivision), []
    except PlanError as error:
        return day_weights(first, after, weekdays=weekdays), [unknown_holidays(rows, row, error)]


def unknown_holidays(rows: Rows, row: int, error: PlanError) -> Problem:
    """
    Tell that the public holidays of a territory are not known.

    Parameters
    ----------
    rows : Rows
        The territories.
    row : int
        Position of the territory.
    error : PlanError
        Why they are not.

    Returns
    -------
    Problem
        The problem, at the country or the subdivision.
    """
    column = error.what if isinstance(error, UnknownPlaceError) else "country"
    place = {"sheet": rows.cells.sheet, "cell": rows.place(row, column)}
    return problem("E-FIELD-COUNTRY", **place, reason=str(error).rstrip("."))

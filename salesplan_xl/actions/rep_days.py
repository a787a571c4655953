"""The working days of reps: each by the holidays of the country of the home territory."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from salesplan_xl.actions.action import Inputs
from salesplan_xl.core.calendar import working_days
from salesplan_xl.core.errors import PlanError
from salesplan_xl.workbook.problems import Problem, problem
from salesplan_xl.workbook.sheets.field_work import TERRITORIES
from salesplan_xl.workbook.sheets.team import TEAM

Days = NDArray[np.datetime64]
Integers = NDArray[np.int64]


def rep_working_days(inputs: Inputs, start: Days, end: Days) -> tuple[dict[str, Integers], list[Problem]]:
    """
    Count the working days of each rep in some spans.

    Parameters
    ----------
    inputs : Inputs
        With the tables team and territories.
    start, end : ndarray of datetime64[D]
        First day of each span, and the day after its last.

    Returns
    -------
    days : dict of str to ndarray of int64
        By rep, the days of each span; zero where the holidays of the country are not known.
    problems : list of Problem
        Countries whose holidays are not known, and reps without a country, who get no holidays.
    """
    team, territories = inputs.tables[TEAM.id], inputs.tables[TERRITORIES.id]
    countries = dict(territories.frame[["territory", "country"]].itertuples(index=False, name=None))
    days: dict[str | None, Integers] = {}
    problems: list[Problem] = []
    for country in {None, *countries.values()}:
        try:
            days[country] = np.asarray(working_days(start, end, country=country), np.int64)
        except PlanError as error:
            first = int(np.flatnonzero(territories.frame["country"] == country)[0])
            at = {"sheet": territories.cells.sheet, "cell": territories.place(first, "country")}
            problems.append(problem("E-FIELD-COUNTRY", **at, reason=str(error).rstrip(".")))
            days[country] = np.zeros(len(start), np.int64)
    homes = team.frame["home_territory"].map(countries)
    homes = homes.astype(object).where(homes.notna(), None)
    for row in np.flatnonzero(homes.isna()):
        at = {"sheet": team.cells.sheet, "cell": team.place(int(row), "home_territory")}
        problems.append(problem("W-FIELD-NO-COUNTRY", **at, rep=team.frame["rep"].iloc[row]))
    problems = sorted(problems, key=lambda one: one.code)
    return {rep: days[country] for rep, country in zip(team.frame["rep"], homes, strict=True)}, problems

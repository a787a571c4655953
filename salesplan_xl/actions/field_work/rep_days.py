"""The working days of reps: each by the holidays of the country, and the part of it, of the home territory."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from salesplan_xl.actions.action import Inputs
from salesplan_xl.actions.field_work.territory_days import unknown_holidays
from salesplan_xl.core.calendar import working_days
from salesplan_xl.core.errors import PlanError
from salesplan_xl.workbook.problems import Problem, problem
from salesplan_xl.workbook.sheets.field_work import TERRITORIES
from salesplan_xl.workbook.sheets.team import TEAM

Days = NDArray[np.datetime64]
Integers = NDArray[np.int64]

_Home = tuple[str | None, str | None]
"""Country and subdivision."""

_NO_HOME: _Home = (None, None)


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
    homes = [*territories.frame[["country", "subdivision"]].itertuples(index=False, name=None)]
    home_of = dict(zip(territories.frame["territory"], homes, strict=True))
    days: dict[_Home, Integers] = {}
    problems: list[Problem] = []
    for home in {_NO_HOME, *homes}:
        country, subdivision = home
        try:
            days[home] = np.asarray(working_days(start, end, country=country, subdivision=subdivision), np.int64)
        except PlanError as error:
            problems.append(unknown_holidays(territories, homes.index(home), error))
            days[home] = np.zeros(len(start), np.int64)
    own = [home_of.get(territory, _NO_HOME) for territory in team.frame["home_territory"]]
    for row, (country, _) in enumerate(own):
        if country is None:
            at = {"sheet": team.cells.sheet, "cell": team.place(row, "home_territory")}
            problems.append(problem("W-FIELD-NO-COUNTRY", **at, rep=team.frame["rep"].iloc[row]))
    problems = sorted(problems, key=lambda one: one.code)
    return {rep: days[home] for rep, home in zip(team.frame["rep"], own, strict=True)}, problems

"""What the quotas ask of reps, and what their field minutes can carry: both sides month by month.

A month needs the planned visits of the cycle in proportion to its days, each with its minutes and the travel to it.
What a minute brings is what was sold in the twelve months before the plan to the customers a rep has now, divided by
the minutes their visits take.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from salesplan_xl.actions.action import Inputs
from salesplan_xl.actions.budget.nodes import holders
from salesplan_xl.actions.budget.standing_budget import months_from_start
from salesplan_xl.actions.field_work.rep_days import rep_working_days
from salesplan_xl.core.calendar import MONTHS_OF_YEAR, month_starts
from salesplan_xl.core.capacity import MinuteWorth, load, minute_worth, season_of_minutes
from salesplan_xl.core.labels import label_key
from salesplan_xl.core.money import CENT, to_units
from salesplan_xl.core.sums import ratio, sums_by_group
from salesplan_xl.workbook.problems import Problem
from salesplan_xl.workbook.sheets.customers import CUSTOMERS
from salesplan_xl.workbook.sheets.field_work import ROUTES, VISIT_POLICY, VISITS
from salesplan_xl.workbook.sheets.sales import SALES

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

_WEEK = 7
_BY_PERIOD = ("quota", "sold", "visits", "needed", "there", "amounts")


@dataclass(frozen=True)
class RepCapacity:
    """
    Both sides of some reps, in some months or in these months together.

    Parameters
    ----------
    reps : tuple of str
        Who they are.
    quota : ndarray of float64, shape (periods, reps)
        Budget in cents.
    sold : ndarray of float64, shape (periods, reps)
        Cents sold a year before to the customers each has now; NaN where sales of that time are not loaded.
    visits, needed : ndarray of float64, shape (periods, reps)
        Visits, and the minutes they take with their travel; NaN where they are not known.
    there : ndarray of float64, shape (periods, reps)
        Field minutes of the working days; NaN where the holidays of the rep's country are not known.
    visits_from : tuple of str
        For each rep ``"routes"``, ``"policy"`` or ``"unknown"``.
    worth : MinuteWorth
        Cents that a minute of each brings.
    amounts : ndarray of float64, shape (periods, reps)
        Cents that the minutes there are bring, whole numbers; NaN where that is not known.
    """

    reps: tuple[str, ...]
    quota: Floats
    sold: Floats
    visits: Floats
    needed: Floats
    there: Floats
    visits_from: tuple[str, ...]
    worth: MinuteWorth
    amounts: Floats

    @property
    def visit_load(self) -> Floats:
        """Which share of the minutes the visits take."""
        return load(self.needed, self.there)

    @property
    def quota_load(self) -> Floats:
        """Which share of what the minutes bring the quota takes."""
        return load(self.quota, self.amounts)

    def of(self, months: Integers, *, together: bool = False) -> RepCapacity:
        """
        Give some of the periods, or their sum.

        Parameters
        ----------
        months : ndarray of int64
            Positions of the periods.
        together : bool
            Whether they are added up to one.

        Returns
        -------
        RepCapacity
            The same of these periods.
        """
        parts: dict[str, Floats] = {name: getattr(self, name)[months] for name in _BY_PERIOD}
        if together:
            parts = {name: numbers.sum(axis=0, keepdims=True) for name, numbers in parts.items()}
        return replace(self, **parts)  # type: ignore[arg-type]  # the names are those of fields


def read_rep_capacity(
    inputs: Inputs, lines: pd.DataFrame, *, own: bool, travel_minutes: float | None = None
) -> tuple[RepCapacity, list[Problem]]:
    """
    Set the quotas of reps beside their field minutes, in each of the twelve months of the plan.

    Parameters
    ----------
    inputs : Inputs
        With the tables sales, customers, team, territories, visits and, where there are visits, routes; where there are
        none, with visit_policy too. Among the facts are the options cycle_weeks and day_minutes of plan_routes.
    lines : DataFrame
        Budget lines: their month, rep and budget are looked at.
    own : bool
        Whether each rep counts with what a minute of that rep brought, not with the average of all.
    travel_minutes : float, optional
        Travel to a visit as long as no routes are planned. By default visits that are not planned are not known.

    Returns
    -------
    capacity : RepCapacity
        Both sides of every rep with a budget line or a planned visit, by label.
    problems : list of Problem
        Countries whose holidays are not known, and reps without a country.
    """
    month = months_from_start(inputs, lines["month"])
    in_year = (month >= 0) & (month < MONTHS_OF_YEAR)
    named = pd.concat([lines.loc[in_year, "rep"], inputs.frame(VISITS.id)["rep"]]).dropna()
    reps = tuple(sorted(named.unique(), key=label_key))
    quota = _by_month(month[in_year], lines.loc[in_year, "rep"], lines.loc[in_year, "budget"], reps)
    sold = _sold_before(inputs, reps)
    starts = month_starts(inputs.day("plan_start"), MONTHS_OF_YEAR + 1)
    days, problems = rep_working_days(inputs, starts[:-1], starts[1:])
    counts = np.array([days[rep] for rep in reps], np.float64).reshape(len(reps), MONTHS_OF_YEAR).T
    if any(one.stops for one in problems):
        counts[counts == 0] = np.nan
    there = counts * inputs.number("plan_routes_day_minutes")
    visits, minutes, visits_from = _visits_of_cycle(inputs, reps, travel_minutes)
    cycles = np.diff(starts).astype(np.int64)[:, None] / (_WEEK * inputs.number("plan_routes_cycle_weeks"))
    needed = cycles * minutes
    worth = minute_worth(sold, needed, own=own)
    season = season_of_minutes(sold, needed)[:, None]
    amounts: Floats = np.rint(there * worth.amounts * season)
    return RepCapacity(reps, quota, sold, cycles * visits, needed, there, visits_from, worth, amounts), problems


def last_year(inputs: Inputs) -> pd.DataFrame:
    """
    Give the order lines of the twelve months before the plan, for whoever has their customer now.

    Parameters
    ----------
    inputs : Inputs
        With the tables sales and customers.

    Returns
    -------
    DataFrame
        The lines, with the month of the plan that is a year later, territory and rep as they are now.
    """
    sales = inputs.frame(SALES.id)
    month = months_from_start(inputs, sales["date"]) + MONTHS_OF_YEAR
    lines = sales[(month >= 0) & (month < MONTHS_OF_YEAR)]
    now = holders(inputs).reindex(lines["customer"])
    territory, rep = (
        np.where(now[axis].isna(), lines[axis], now[axis]).astype(object) for axis in ("territory", "rep")
    )
    return lines.assign(month=month[lines.index], territory=territory, rep=rep)


def _sold_before(inputs: Inputs, reps: tuple[str, ...]) -> Floats:
    """What each rep's customers bought a year before, in cents; not known before the first order and after the last."""
    lines = last_year(inputs)
    sold = np.full((MONTHS_OF_YEAR, len(reps)), np.nan)
    if len(lines):
        loaded = slice(int(lines["month"].min()), int(lines["month"].max()) + 1)
        sold[loaded] = _by_month(lines["month"].to_numpy(np.int64), lines["rep"], lines["amount"], reps)[loaded]
    return sold


def _by_month(month: Integers, rep: pd.Series, amounts: pd.Series, reps: tuple[str, ...]) -> Floats:
    """Amounts in cents by month and rep; of reps that are not among these they are left out."""
    position = pd.Index(reps, dtype=object).get_indexer(pd.Index(rep, dtype=object))
    here = position >= 0
    cents = to_units(amounts.to_numpy(float)[here], CENT)
    sums = sums_by_group(month[here] * len(reps) + position[here], cents, MONTHS_OF_YEAR * len(reps))
    return sums.reshape(MONTHS_OF_YEAR, len(reps)).astype(np.float64)


def _visits_of_cycle(
    inputs: Inputs, reps: tuple[str, ...], travel_minutes: float | None
) -> tuple[Floats, Floats, tuple[str, ...]]:
    """Visits of each rep in the cycle, the minutes they take with their travel, and where both are from."""
    if len(inputs.frame(VISITS.id)):
        return *_planned(inputs, reps), ("routes",) * len(reps)
    if travel_minutes is None:
        unknown = np.full(len(reps), np.nan)
        return unknown, unknown, ("unknown",) * len(reps)
    visits, minutes = _by_policy(inputs, reps, travel_minutes)
    return visits, minutes, tuple("unknown" if np.isnan(count) else "policy" for count in visits)


def _planned(inputs: Inputs, reps: tuple[str, ...]) -> tuple[Floats, Floats]:
    """By the visits planned: those on no route count with the travel of an average one of the same rep, or of all."""
    visits, routes = inputs.frame(VISITS.id), inputs.frame(ROUTES.id)
    planned, stays, routed = (
        _of_reps(visits["rep"], numbers, reps)
        for numbers in (visits["planned"], visits["planned"] * visits["minutes"], visits["routed"])
    )
    travel = _of_reps(routes["rep"], routes["travel_minutes"], reps)
    average = ratio(travel.sum(), routed.sum())
    each = ratio(travel, routed)
    return planned, stays + np.where(planned > 0, planned * np.where(np.isnan(each), average, each), 0.0)


def _by_policy(inputs: Inputs, reps: tuple[str, ...], travel_minutes: float) -> tuple[Floats, Floats]:
    """By the policy of the segments of each rep's customers; not known if that of one customer is not."""
    policy = inputs.frame(VISIT_POLICY.id).set_index("segment")
    if policy.empty:
        return np.full(len(reps), np.nan), np.full(len(reps), np.nan)
    customers = inputs.frame(CUSTOMERS.id).dropna(subset=["rep"])
    visits = customers["segment"].map(policy["visits"])
    minutes = visits * (customers["segment"].map(policy["minutes"]) + travel_minutes)
    count, taken = (_of_reps(customers["rep"], numbers, reps) for numbers in (visits, minutes))
    return count, taken


def _of_reps(rep: pd.Series, numbers: pd.Series, reps: tuple[str, ...]) -> Floats:
    """Sums by rep, in an order of their own; zero for a rep without a row, not known where one of the rows is not."""
    sums = pd.DataFrame({"rep": rep, "number": numbers.astype(float)}).dropna(subset=["rep"]).sort_values("number")
    added = sums.groupby("rep")["number"].agg(lambda each: each.sum(skipna=False))
    return np.asarray([added.get(rep, 0.0) for rep in reps], np.float64)

"""Pace: where a budget stands part of the way through, and where it will end if it goes on like this."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from salesplan_xl.core.errors import WrongShapeError
from salesplan_xl.core.reading import read_list, read_numbers


@dataclass(frozen=True)
class Pace:
    """
    A budget part of the way through; amounts in the unit of the budget, NaN where there is nothing to divide by.

    Parameters
    ----------
    actual_to_date : float
        Sum of the actuals so far.
    expected_to_date : float
        What the budget has for the periods that are over: season and working days are in it.
    straight_line_to_date : float
        What equal periods would have had; for comparison only.
    pace : float
        Actuals to date as a share of the expected.
    forecast : float
        Where the whole ends when the rest comes at the same pace: the whole budget x pace.
    shortfall : float
        The whole budget less the forecast; negative when it is exceeded.
    run_rate : float
        What each period left must bring, on average, to reach the budget.
    lift : float
        What the periods left must bring, as a share of their budget.
    """

    actual_to_date: float
    expected_to_date: float
    straight_line_to_date: float
    pace: float
    forecast: float
    shortfall: float
    run_rate: float
    lift: float


def pace(budget: ArrayLike, actual: ArrayLike) -> Pace:
    """
    Compare what came so far with what the budget has for the same periods.

    Parameters
    ----------
    budget : array_like, shape (n,)
        Budget of each period, none missing.
    actual : array_like, shape (n,)
        Actual of each period; NaN where it is still to come.

    Returns
    -------
    Pace
        Where the budget stands.

    Raises
    ------
    WrongShapeError
        If the two differ in length, or are no lists.
    NotAnAmountError
        If a budget is missing or no number, or an actual is infinite.

    Examples
    --------
    A strong quarter of four is over: 90 of the 120 budgeted for it came, so 300 of 400 are expected in all.

    >>> result = pace([120, 80, 80, 120], [90, float("nan"), float("nan"), float("nan")])
    >>> result.pace, result.forecast, result.shortfall
    (0.75, 300.0, 100.0)
    """
    planned, got = read_list(budget, "budgets"), np.asarray(actual, np.float64)
    if got.shape != planned.shape:
        raise WrongShapeError("actuals", got.shape, planned.shape)
    over = ~np.isnan(got)
    whole, to_date = math.fsum(planned.tolist()), math.fsum(read_numbers(got[over]).tolist())
    expected, ahead = math.fsum(planned[over].tolist()), math.fsum(planned[~over].tolist())
    left = int((~over).sum())
    share = to_date / expected if expected else math.nan
    return Pace(
        actual_to_date=to_date,
        expected_to_date=expected,
        straight_line_to_date=whole * int(over.sum()) / len(planned) if len(planned) else math.nan,
        pace=share,
        forecast=whole * share,
        shortfall=whole - whole * share,
        run_rate=(whole - to_date) / left if left else math.nan,
        lift=(whole - to_date) / ahead if ahead else math.nan,
    )

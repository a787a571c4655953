"""Seasonal indices: what share of a year each calendar month brings."""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.calendar import MONTHS_OF_YEAR
from salesplan_xl.core.errors import (
    MissingMonthsError,
    NoWeightError,
    OutOfRangeError,
    WrongDatesError,
    WrongShapeError,
)
from salesplan_xl.core.reading import read_list

Floats = NDArray[np.float64]


def monthly_shares(dates: ArrayLike, values: ArrayLike, *, evened: float = 0.0) -> Floats:
    r"""
    Return the share of the year that each calendar month brings, from dated values of any number of years.

    Every month of a year counts alike: a calendar month that occurs three times between the first and the last date
    is the mean of three months. Months are taken whole, so leave out a first or last month that is not.

    Parameters
    ----------
    dates : array_like of dates, shape (n,)
        Day of each value, in any order.
    values : array_like of float, shape (n,)
        Amounts in any unit, of any sign, none missing.
    evened : float, default 0
        How far the shares are drawn towards a twelfth each, from 0 (not at all) to 1. Few data make a season look
        stronger than it is.

    Returns
    -------
    ndarray of float64, shape (12,)
        January first; zero or more, adding up to 1. A calendar month whose values add up to less than zero counts
        as zero, as does one without values.

    Raises
    ------
    MissingMonthsError
        If the dates reach over less than twelve months, so that a calendar month never occurs.
    NoWeightError
        If there is nothing to take a share of.
    WrongDatesError, WrongShapeError, NotAnAmountError, OutOfRangeError
        If an input cannot be read.

    Notes
    -----
    With :math:`h_m` the mean of calendar month :math:`m`, its share is :math:`(1-s)\,h_m/\sum h + s/12`. The ratio
    to the mean of the year, the classical seasonal index, is twelve times the share. The order of the rows does
    not change a bit of it.

    Examples
    --------
    Two years; June brings 30 and 50 (mean 40), every other month 10: 40 of 150.

    >>> months = np.arange("2024-01", "2026-01", dtype="datetime64[M]")
    >>> sold = np.full(24, 10)
    >>> sold[5], sold[17] = 30, 50
    >>> shares = monthly_shares(months, sold)
    >>> round(shares[5], 4), round(shares[0], 4)
    (np.float64(0.2667), np.float64(0.0667))
    """
    amounts = read_list(values, "values")
    days = np.asarray(dates, "datetime64[D]")
    if days.shape != amounts.shape:
        raise WrongShapeError("dates", days.shape, amounts.shape)
    if np.isnat(days).any():
        raise WrongDatesError(str(days.min()), str(days.max()))
    if not 0 <= evened <= 1:
        raise OutOfRangeError("weight of the even year", evened, "from 0 to 1")
    if not len(days):
        raise NoWeightError(1)
    month = days.astype("datetime64[M]").astype(np.int64)
    times = np.bincount(np.arange(month.min(), month.max() + 1) % MONTHS_OF_YEAR, minlength=MONTHS_OF_YEAR)
    if not times.all():
        raise MissingMonthsError(tuple(f"{place + 1:02d}" for place in np.flatnonzero(times == 0)))
    sums = [_exact_mean(amounts[month % MONTHS_OF_YEAR == place], int(times[place])) for place in range(MONTHS_OF_YEAR)]
    means = np.maximum(sums, 0.0)
    year = math.fsum(means)
    if year == 0:
        raise NoWeightError(1)
    return (1 - evened) * means / year + evened / MONTHS_OF_YEAR


def _exact_mean(amounts: NDArray[Any], times: int) -> float:
    """Return the mean month, the same for any order of the amounts."""
    return math.fsum(amounts.tolist()) / times

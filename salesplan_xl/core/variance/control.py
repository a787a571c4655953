"""Control limits: the range a series usually keeps to, and the values outside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.errors import CountTooSmallError
from salesplan_xl.core.reading import read_list

# Mean range of two values from a normal distribution, in standard deviations (NIST/SEMATECH e-Handbook 6.3.2.2).
_RANGE_OF_TWO = 1.128


@dataclass(frozen=True)
class ControlLimits:
    """
    Limits of a series, in its unit.

    Parameters
    ----------
    center : float
        Mean of the values.
    moving_range : float
        Mean size of the step from one value to the next.
    lower, upper : float
        Three standard deviations below and above the centre, the deviation judged by the moving range.
    """

    center: float
    moving_range: float
    lower: float
    upper: float


def control_limits(values: ArrayLike) -> ControlLimits:
    """
    Find the limits that a series of single values keeps to when nothing special happens.

    Parameters
    ----------
    values : array_like, shape (n,)
        At least two values in the order of time, none missing. Take season and trend out first, for instance by
        giving the share by which actuals differ from their budget.

    Returns
    -------
    ControlLimits
        Centre and limits of the individuals chart (NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2).

    Raises
    ------
    CountTooSmallError
        If there are fewer than two values.
    WrongShapeError
        If they are no list.
    NotAnAmountError
        If one is missing or no number.

    Examples
    --------
    Steps of 2, 1 and 3 are 2 on average: 3 x 2 / 1.128 = 5.319 to each side of 11.5.

    >>> limits = control_limits([10, 12, 13, 10])
    >>> limits.moving_range, round(limits.upper, 3)
    (2.0, 16.569)
    """
    series = read_list(values, "values").astype(np.float64)
    if len(series) < 2:  # a step needs two
        raise CountTooSmallError("number of values", len(series), 2)
    center, step = float(series.mean()), float(np.abs(np.diff(series)).mean())
    reach = 3 * step / _RANGE_OF_TWO
    return ControlLimits(center, step, center - reach, center + reach)


def outside(values: ArrayLike, limits: ControlLimits) -> NDArray[np.bool_]:
    """
    Mark the values beyond their limits.

    Parameters
    ----------
    values : array_like, any shape
        Values in the unit of the limits; NaN where there is none.
    limits : ControlLimits
        What to compare them with.

    Returns
    -------
    ndarray of bool, shape of `values`
        True below the lower or above the upper limit; False where there is no value. In a normal series that keeps
        its course one value in 370 is marked by chance.

    Examples
    --------
    >>> outside([9, 20], ControlLimits(11.5, 2.0, 6.2, 16.8))
    array([False,  True])
    """
    series = np.asarray(values, np.float64)
    return np.asarray((series < limits.lower) | (series > limits.upper))

"""
Yearly figures brought down to quarters or months along an indicator: Denton and Chow-Lin.

Spreading each year on its own by last year's shape leaves a step from December to January. These two methods keep the
movement of the indicator across the years and still add up to every yearly figure.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.errors import CountTooSmallError, OutOfRangeError
from salesplan_xl.core.reading import read_list
from salesplan_xl.core.rounding import round_total
from salesplan_xl.core.spreading.cells import Cells, read_amounts

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MOST_PERIODS = 2_000
"""More periods are refused: time grows with their cube."""


def denton(benchmark: ArrayLike, indicator: ArrayLike, periods: int) -> Floats:
    r"""
    Bring yearly figures down to shorter periods whose movement is that of an indicator.

    Parameters
    ----------
    benchmark : array_like, shape (years,)
        What each year must add up to, of any sign.
    indicator : array_like, shape (n,)
        The indicator period by period, above zero; at least `periods` for each year. Periods beyond the last
        benchmark are extrapolated.
    periods : int
        Periods of a year, such as 4 or 12.

    Returns
    -------
    ndarray of float64, shape (n,)
        Amounts in the unit of the benchmark; see `whole_units` for exact ones.

    Raises
    ------
    OutOfRangeError
        If an indicator is not above zero, or there are more than 2,000 periods.
    CountTooSmallError
        If there are no benchmarks, no periods in a year, or too few indicators.
    WrongShapeError, NotAnAmountError
        If an input cannot be read.

    Notes
    -----
    Proportional first differences in the form of P. A. Cholette (1984): minimise
    :math:`\sum_{t \ge 2} (x_t/p_t - x_{t-1}/p_{t-1})^2` subject to the yearly sums, solved by its Karush-Kuhn-Tucker
    equations. See IMF, Quarterly National Accounts Manual (2001), chapter VI.

    Examples
    --------
    A year of 100 along a flat indicator, then one of 140: the quarters climb without a step between the years.

    >>> denton([100, 140], [1] * 8, 4).round(1).tolist()
    [22.7, 23.6, 25.5, 28.2, 31.8, 34.5, 36.4, 37.3]
    """
    yearly, along = _read(benchmark, indicator, periods)
    if (along <= 0).any():
        raise OutOfRangeError("indicator", along[along <= 0].tolist()[0], "above zero")
    count, years = len(along), len(yearly)
    shape = along / along.mean()
    sums = _sums(years, periods, count) * shape
    steps = np.diff(np.eye(count), axis=0)
    equations = np.zeros((count + years, count + years))
    equations[:count, :count] = steps.T @ steps
    equations[:count, count:] = sums.T
    equations[count:, :count] = sums
    ratios = np.linalg.solve(equations, np.concatenate([np.zeros(count), yearly]))[:count]
    return np.asarray(ratios * shape)


@dataclass(frozen=True)
class ChowLin:
    """
    Yearly figures brought down by a regression on an indicator.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        Amounts in the unit of the benchmark.
    coefficients : ndarray of float64, shape (2,)
        Level and slope: what a period brings without the indicator, and for each unit of it.
    """

    values: Floats
    coefficients: Floats


def chow_lin(benchmark: ArrayLike, indicator: ArrayLike, periods: int, *, autocorrelation: float) -> ChowLin:
    r"""
    Bring yearly figures down to shorter periods by a regression on an indicator.

    Parameters
    ----------
    benchmark : array_like, shape (years,)
        What each year must add up to; at least two.
    indicator : array_like, shape (n,)
        The indicator period by period, of any sign, not constant; at least `periods` for each year. Periods beyond
        the last benchmark are extrapolated.
    periods : int
        Periods of a year, such as 4 or 12.
    autocorrelation : float
        How much of a period's deviation stays in the next, from 0 to below 1.

    Returns
    -------
    ChowLin
        The amounts, and the regression behind them.

    Raises
    ------
    OutOfRangeError
        If the autocorrelation is out of range, the indicator is constant, or there are more than 2,000 periods.
    CountTooSmallError
        If there are fewer than two benchmarks, no periods in a year, or too few indicators.
    WrongShapeError, NotAnAmountError
        If an input cannot be read.

    Notes
    -----
    G. C. Chow and A. Lin, "Best linear unbiased interpolation, distribution, and extrapolation of time series by
    related series", Review of Economics and Statistics 53 (1971), with a first-order autocorrelation that is given:
    generalised least squares on the yearly sums, :math:`V_{st} = \rho^{|s-t|}`; yearly residuals come back by
    :math:`V C' (C V C')^{-1}`.

    Examples
    --------
    What lies exactly on the line 1 + 2 x is found again.

    >>> x = np.arange(8.0)
    >>> found = chow_lin((1 + 2 * x).reshape(2, 4).sum(axis=1), x, 4, autocorrelation=0.5)
    >>> found.coefficients.round(6).tolist(), found.values.round(6).tolist()
    ([1.0, 2.0], [1.0, 3.0, 5.0, 7.0, 9.0, 11.0, 13.0, 15.0])
    """
    yearly, along = _read(benchmark, indicator, periods)
    if len(yearly) < 2:
        raise CountTooSmallError("number of yearly figures", len(yearly), 2)
    if not 0 <= autocorrelation < 1:
        raise OutOfRangeError("autocorrelation", autocorrelation, "from 0 to below 1")
    count = len(along)
    sums = _sums(len(yearly), periods, count)
    yearly_indicator = sums @ along
    if np.ptp(yearly_indicator) <= 1e-12 * np.abs(yearly_indicator).max():
        raise OutOfRangeError("change of the indicator over the years", 0, "other than zero")
    places = np.arange(count)
    covariance = autocorrelation ** np.abs(places[:, None] - places)
    factors = np.column_stack([np.ones(count), along])
    yearly_factors = sums @ factors
    yearly_covariance = sums @ covariance @ sums.T
    weighted = np.linalg.solve(yearly_covariance, yearly_factors)
    coefficients = np.linalg.solve(yearly_factors.T @ weighted, weighted.T @ yearly)
    residuals = np.linalg.solve(yearly_covariance, yearly - yearly_factors @ coefficients)
    values = factors @ coefficients + covariance @ sums.T @ residuals
    return ChowLin(np.asarray(values, np.float64), np.asarray(coefficients, np.float64))


def whole_units(values: ArrayLike, benchmark: Cells, periods: int) -> Integers:
    """
    Return amounts of shorter periods in whole units that add up to every yearly figure exactly.

    Parameters
    ----------
    values : array_like, shape (n,)
        Amounts in the smallest unit, as `denton` and `chow_lin` give them.
    benchmark : array_like, shape (years,)
        The yearly figures, whole numbers of the smallest unit.
    periods : int
        Periods of a year.

    Returns
    -------
    ndarray of int64, shape (n,)
        Each within one unit of its value; units left over in a year go to the largest remainders. Periods beyond
        the last benchmark are rounded to the nearest.

    Raises
    ------
    CountTooSmallError, OutOfRangeError, NotAnAmountError, NotWholeUnitsError, AmountTooLargeError
        If an input cannot be read.

    Examples
    --------
    >>> whole_units(denton([100], [1, 1, 1], 3), [100], 3).tolist()
    [34, 33, 33]
    """
    _, given = _read(benchmark, values, periods)
    whole = np.rint(given).astype(np.int64)
    for year, total in enumerate(read_amounts(benchmark).tolist()):
        part = slice(year * periods, (year + 1) * periods)
        whole[part] = round_total(given[part], total, unit=1)
    return whole


def _read(benchmark: ArrayLike, indicator: ArrayLike, periods: int) -> tuple[Floats, Floats]:
    """Return yearly figures and an indicator that reaches over all of them."""
    yearly = read_list(benchmark, "yearly figures").astype(np.float64)
    along = read_list(indicator, "indicators").astype(np.float64)
    if periods < 1:
        raise CountTooSmallError("number of periods of a year", periods, 1)
    if not len(yearly):
        raise CountTooSmallError("number of yearly figures", 0, 1)
    if len(along) < len(yearly) * periods:
        raise CountTooSmallError("number of indicators", len(along), len(yearly) * periods)
    if len(along) > MOST_PERIODS:
        raise OutOfRangeError("number of periods", len(along), f"at most {MOST_PERIODS}")
    return yearly, along


def _sums(years: int, periods: int, count: int) -> Floats:
    """Return the matrix that adds periods up to years; periods beyond the last year count for none."""
    sums = np.zeros((years, count))
    for year in range(years):
        sums[year, year * periods : (year + 1) * periods] = 1
    return sums

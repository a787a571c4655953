"""What the minutes of reps and the capacity of products can carry, and how much of that is asked for."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.errors import OutOfRangeError, WrongShapeError
from salesplan_xl.core.sums import ratio

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class MinuteWorth:
    """
    What a minute of field work brings.

    Parameters
    ----------
    amounts : ndarray of float64, shape (reps,)
        Amount for each minute of each rep; NaN where not even that of all reps together is known.
    own : ndarray of bool, shape (reps,)
        Whether it is from what the rep sold, and not from what all reps together did.
    """

    amounts: Floats
    own: Bools


def load(asked: ArrayLike, capacity: ArrayLike) -> Floats:
    """
    Say which share of a capacity is asked for.

    Parameters
    ----------
    asked, capacity : array_like
        Zero or more, in the same unit; NaN where it is not known. Arrays are matched like numpy arrays.

    Returns
    -------
    ndarray of float64
        1 is all of it. Nothing asked for is a load of zero, also of no capacity; something asked of no capacity is
        infinite; NaN where one of the two is not known.

    Raises
    ------
    OutOfRangeError
        If a number is negative.

    Examples
    --------
    >>> load([45, 0, 5, 7], [60, 0, 0, float("nan")]).tolist()
    [0.75, 0.0, inf, nan]
    """
    wanted, there = np.broadcast_arrays(np.asarray(asked, np.float64), np.asarray(capacity, np.float64))
    for what, numbers in (("amount asked of a capacity", wanted), ("capacity", there)):
        if (numbers < 0).any():
            raise OutOfRangeError(what, float(numbers[numbers < 0][0]), "zero or more")
    shares = ratio(wanted, there)
    shares[there == 0] = np.where(wanted > 0, np.inf, wanted)[there == 0]
    return shares


def judge(loads: ArrayLike, *, watch: float, over: float) -> NDArray[np.str_]:
    """
    Flag loads.

    Parameters
    ----------
    loads : array_like
        Shares of a capacity as `load` gives them.
    watch, over : float
        The load to be watched, and the highest one that can be carried; above zero, `watch` at most `over`.

    Returns
    -------
    ndarray of str
        ``"over"`` above `over`, ``"watch"`` from `watch` on, else ``"ok"``; ``"unknown"`` for a load that is not known.

    Raises
    ------
    OutOfRangeError
        If `watch` is not above zero and at most `over`.

    Examples
    --------
    >>> judge([0.89, 0.9, 1, 1.01], watch=0.9, over=1).tolist()
    ['ok', 'watch', 'watch', 'over']
    """
    if not 0 < watch <= over:
        raise OutOfRangeError("load to be watched", watch, f"above zero and at most {over:.15g}")
    shares = np.asarray(loads, np.float64)
    words = np.where(shares > over, "over", np.where(shares >= watch, "watch", "ok"))
    return np.where(np.isnan(shares), "unknown", words)


def minute_worth(sold: ArrayLike, minutes: ArrayLike, *, own: bool) -> MinuteWorth:
    """
    Work out what a minute of field work brings, from what was sold in the months it would have been done in.

    Parameters
    ----------
    sold : array_like, shape (months, reps)
        Whole amounts in the smallest unit; NaN where it is not known.
    minutes : array_like, shape (months, reps)
        Minutes that the visits of each month take, zero or more; NaN where it is not known.
    own : bool
        Whether each rep counts with what the rep sold, wherever that is above zero; else all with the same.

    Returns
    -------
    MinuteWorth
        Sold / minutes over the months in which both are known.

    Raises
    ------
    WrongShapeError
        If the two shapes differ.

    Examples
    --------
    Ana sold 600 in 10 minutes, Ben 200 in 30: 20 a minute together. Cleo has no visits yet.

    >>> minute_worth([[600, 200, 0]], [[10, 30, 0]], own=True)
    MinuteWorth(amounts=array([60.        ,  6.66666667, 20.        ]), own=array([ True,  True, False]))
    """
    amounts, times = _known(sold, minutes)
    whole_amount, whole_time = (math.fsum(numbers.ravel().tolist()) for numbers in (amounts, times))
    together = whole_amount / whole_time if whole_amount > 0 and whole_time > 0 else np.nan
    each = ratio(_column_sums(amounts), _column_sums(times))
    has_own = own & (each > 0)
    return MinuteWorth(np.where(has_own, each, together), has_own)


def season_of_minutes(sold: ArrayLike, minutes: ArrayLike) -> Floats:
    """
    Say how much more or less than on average a minute brings in each month, for all reps together.

    Parameters
    ----------
    sold, minutes : array_like, shape (months, reps)
        As `minute_worth` takes them.

    Returns
    -------
    ndarray of float64, shape (months,)
        1 is the average of the year; 1 for every month unless all are known and were sold in. Never below zero.

    Raises
    ------
    WrongShapeError
        If the two shapes differ.

    Examples
    --------
    >>> season_of_minutes([[100], [300]], [[10], [10]]).tolist()
    [0.5, 1.5]
    """
    amounts, times = (_column_sums(numbers.T) for numbers in _known(sold, minutes))
    each, whole = ratio(amounts, times), ratio(math.fsum(amounts.tolist()), math.fsum(times.tolist()))
    if not (whole > 0 and np.isfinite(each).all()):
        return np.ones(len(amounts))
    return np.asarray(np.maximum(each / whole, 0.0))


def product_mix(sold: ArrayLike) -> Floats:
    """
    Say which part of the sales of a territory each product is.

    Parameters
    ----------
    sold : array_like, shape (territories, products)
        Whole amounts in the smallest unit; a product with more returned than sold counts as zero.

    Returns
    -------
    ndarray of float64, shape (territories, products)
        Parts that add up to 1; those of all territories together where a territory sold nothing, and NaN where
        nobody did.

    Examples
    --------
    >>> product_mix([[30, 10], [0, 0]]).tolist()
    [[0.75, 0.25], [0.75, 0.25]]
    """
    amounts = np.maximum(np.asarray(sold, np.float64), 0.0)
    every = ratio(amounts.sum(axis=0), amounts.sum())
    return np.where(amounts.any(axis=1, keepdims=True), ratio(amounts, amounts.sum(axis=1, keepdims=True)), every)


def _known(sold: ArrayLike, minutes: ArrayLike) -> tuple[Floats, Floats]:
    """Amounts and minutes, both zero where one of the two is not known."""
    amounts, times = np.asarray(sold, np.float64), np.asarray(minutes, np.float64)
    if amounts.shape != times.shape:
        raise WrongShapeError("minutes", times.shape, amounts.shape)
    known = ~(np.isnan(amounts) | np.isnan(times))
    return np.where(known, amounts, 0.0), np.where(known, times, 0.0)


def _column_sums(numbers: Floats) -> Floats:
    """Sums that the order of the numbers does not change."""
    return np.array([math.fsum(column) for column in numbers.T.tolist()], np.float64)

"""How customers buy: how recently, how often, for how much, each as a score that can be compared."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.errors import (
    AmountTooLargeError,
    FutureDatesError,
    MissingDatesError,
    WrongBinsError,
    WrongChoiceError,
    WrongCutsError,
    WrongShapeError,
)
from salesplan_xl.core.labels import label_key, label_text
from salesplan_xl.core.money import CENT, from_units
from salesplan_xl.core.reading import in_units, read_numbers
from salesplan_xl.core.sums import LARGEST_SUM, sums_by_group

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Method = Literal["native", "rfm_r"]


@dataclass(frozen=True)
class Scores:
    """
    Scores of one measure.

    Parameters
    ----------
    scores : ndarray of int64, shape (n,)
        From 1, the worst, on.
    cuts : ndarray of float64, shape (bins - 1,)
        The cut points between the scores, in the unit of the measure, rising.
    bins : int
        Highest score there can be.
    """

    scores: Integers
    cuts: Floats
    bins: int


@dataclass(frozen=True)
class RfmCuts:
    """
    The cut points of the three measures, to be kept from one cycle to the next.

    Parameters
    ----------
    recency, frequency, monetary : ndarray of float64
        Cut points in days, in orders and in the unit of the amounts, rising.
    """

    recency: Floats
    frequency: Floats
    monetary: Floats


@dataclass(frozen=True)
class RfmScores:
    """
    How each customer buys; all arrays are in the order of `ids`.

    Parameters
    ----------
    ids : tuple
        The customers, each once, in the order of `salesplan_xl.core.labels.label_key`.
    recency_days : ndarray of int64
        Days since the last order, zero or more.
    frequency : ndarray of int64
        Number of orders, one or more.
    monetary : ndarray of int64 or float64
        Amount of the orders, returns deducted, in the unit of the amounts.
    r, f, m : ndarray of int64
        Scores from 1, the worst, on.
    cuts : RfmCuts
        The cut points the scores were given by.
    fewer_bins : dict from str to int
        Where a measure ("recency", "frequency", "monetary") has fewer different values than scores were asked
        for: the number of scores it has instead.
    negative : ndarray of bool
        Customers whose returns exceed their orders. With the native method their `m` is 1.
    """

    ids: tuple[Any, ...]
    recency_days: Integers
    frequency: Integers
    monetary: NDArray[Any]
    r: Integers
    f: Integers
    m: Integers
    cuts: RfmCuts
    fewer_bins: dict[str, int]
    negative: NDArray[np.bool_]


def rfm_score(
    ids: Sequence[Any] | NDArray[Any],
    dates: ArrayLike,
    amounts: ArrayLike,
    asof: dt.date,
    *,
    bins: int = 5,
    cuts: RfmCuts | None = None,
    method: Method = "native",
    unit: float = CENT,
) -> RfmScores:
    """
    Score customers by recency, frequency and amount of their orders.

    Parameters
    ----------
    ids : sequence of n labels
        The customer of each order, none missing; numbers or texts.
    dates : array_like of dates, shape (n,)
        The day of each order. Every entry counts as one order, so the lines of one order are added up before.
    amounts : array_like, shape (n,)
        The amount of each order; a return is negative. Whole numbers are taken as they are, in any unit.
    asof : date
        The day to look back from.
    bins : int, default 5
        Highest score, at least 2; not used where `cuts` are given.
    cuts : RfmCuts, optional
        Cut points of an earlier cycle, so that a customer who buys as before keeps the score.
    method : {"native", "rfm_r"}
        How scores are given, see Notes.
    unit : float, default 0.01
        Amounts that are no whole numbers are added up and rounded to this before they are compared.

    Returns
    -------
    RfmScores
        One entry for each customer. The order of the orders does not matter, customers equal in a measure have
        equal scores in it, and with the native method no score changes when all amounts are multiplied.

    Raises
    ------
    AmountTooLargeError
        If the amounts of all orders add up to more than can be kept exactly.
    FutureDatesError
        If orders are dated after `asof`; it names their customers.
    MissingDatesError
        If orders have no date; it names their customers.
    NotAnAmountError
        If an amount is missing or is no number.
    WrongBinsError, WrongChoiceError, WrongCutsError
        If there cannot be such scores, no such method, or the cut points do not rise.
    WrongShapeError
        If ids, dates and amounts have not the same length.

    Notes
    -----
    Cut points are quantiles of the measure over the customers, interpolated between neighbours (type 7 of
    Hyndman and Fan). The native score is 1 and one more for each cut point that lies below the value; for
    recency the scores are turned round. Where a measure has fewer different values than scores were asked for,
    there are only as many scores as values.

    ``rfm_r`` is the rule of the R package rfm 0.3.0 [1]_: 1 is added to each cut point, and a value equal to one
    has passed it. Its scores depend on the unit of the amounts.

    References
    ----------
    .. [1] A. Hebbali, "rfm: Recency, Frequency and Monetary Value Analysis", R package version 0.3.0.

    Examples
    --------
    >>> days = np.array(["2026-01-10", "2026-03-01", "2026-03-30"], dtype="datetime64[D]")
    >>> scores = rfm_score(["Ana", "Bo", "Ana"], days, [50, 30, 20], dt.date(2026, 3, 31), bins=2)
    >>> scores.ids, scores.recency_days.tolist(), scores.monetary.tolist(), scores.m.tolist()
    (('Ana', 'Bo'), [1, 30], [70, 30], [2, 1])
    """
    if method not in ("native", "rfm_r"):
        raise WrongChoiceError("method", method, ("native", "rfm_r"))
    names, days, paid = list(ids), np.asarray(dates, "datetime64[D]"), read_numbers(amounts)
    for what, found in (("dates", days), ("amounts", paid)):
        if found.shape != (len(names),):
            raise WrongShapeError(what, found.shape, (len(names),))
    looked_from = np.datetime64(asof, "D")
    _check_days(names, days, looked_from)
    customers = tuple(sorted(set(names), key=label_key))
    place = {name: number for number, name in enumerate(customers)}
    customer = np.array([place[name] for name in names], dtype=np.int64)
    last = np.full(len(customers), np.datetime64("0001-01-01"), dtype="datetime64[D]")
    np.maximum.at(last, customer, days)
    recency = (looked_from - last).astype(np.int64)
    frequency = np.bincount(customer, minlength=len(customers)).astype(np.int64)
    monetary = _totals(customer, paid, len(customers), unit)
    kept = {} if cuts is None else vars(cuts)
    scored = {
        measure: _scored(measure, values, kept.get(measure), bins, method)
        for measure, values in (("recency", recency), ("frequency", frequency), ("monetary", monetary))
    }
    negative = monetary < 0
    by_amount = scored["monetary"].scores
    return RfmScores(
        customers,
        recency,
        frequency,
        monetary,
        scored["recency"].scores,
        scored["frequency"].scores,
        np.where(negative, 1, by_amount) if method == "native" else by_amount,
        RfmCuts(*(one.cuts for one in scored.values())),
        {measure: one.bins for measure, one in scored.items() if cuts is None and one.bins < bins},
        negative,
    )


def score_values(
    values: ArrayLike, bins: int = 5, *, lower_is_better: bool = False, method: Method = "native"
) -> Scores:
    """
    Score one measure by its own quantiles.

    Parameters
    ----------
    values : array_like, shape (n,)
        Numbers, none missing.
    bins : int, default 5
        Highest score, at least 2.
    lower_is_better : bool, default False
        Whether the smallest value gets the highest score, as for recency.
    method : {"native", "rfm_r"}
        See `rfm_score`.

    Returns
    -------
    Scores
        Equal values have equal scores, however many they are. With the native method there are at most as many
        scores as different values, and the scores are the same for all positive multiples of the values.

    Raises
    ------
    NotAnAmountError
        If a value is missing or is no number.
    WrongBinsError
        If `bins` is not a whole number of 2 or more.

    Examples
    --------
    >>> score_values([10, 20, 30, 40, 50]).scores.tolist()
    [1, 2, 3, 4, 5]
    >>> score_values([1, 1, 1, 1, 10], 2).scores.tolist()
    [1, 1, 1, 1, 2]
    """
    if isinstance(bins, bool) or not isinstance(bins, int | np.integer) or bins < 2:
        raise WrongBinsError(bins)
    numbers = read_numbers(values)
    used = int(bins) if method == "rfm_r" else max(1, min(int(bins), len(np.unique(numbers))))
    if not numbers.size:
        return Scores(np.zeros(0, dtype=np.int64), np.zeros(0), used)
    rising = np.sort(numbers)
    below, part = np.divmod((len(rising) - 1) * np.arange(1, used), used)
    lower, upper = rising[below], rising[np.minimum(below + 1, len(rising) - 1)]
    cuts = lower + (upper - lower) * (part / used)
    if method == "rfm_r":
        return Scores(_passed(numbers, cuts + 1, used, "right", lower_is_better=lower_is_better), cuts + 1, used)
    # A cut lies from its lower neighbour up to, not including, its upper one. So a value is above the cut exactly
    # if it is above the lower neighbour, and no rounding of the cut itself can tell equal customers apart.
    return Scores(_passed(numbers, lower, used, "left", lower_is_better=lower_is_better), cuts, used)


def score_by_cuts(
    values: ArrayLike, cuts: ArrayLike, *, lower_is_better: bool = False, reached_is_passed: bool = False
) -> Integers:
    """
    Score one measure by given cut points.

    Parameters
    ----------
    values : array_like, shape (n,)
        Numbers, none missing.
    cuts : array_like, shape (bins - 1,)
        Cut points in the unit of the values, rising; equal ones may stand side by side.
    lower_is_better : bool, default False
        Whether the smallest value gets the highest score.
    reached_is_passed : bool, default False
        Whether a value equal to a cut point has passed it.

    Returns
    -------
    ndarray of int64, shape (n,)
        1 and one more for each cut point passed; turned round where lower is better.

    Raises
    ------
    NotAnAmountError
        If a value or a cut point is missing or is no number.
    WrongCutsError
        If the cut points do not rise.

    Examples
    --------
    >>> score_by_cuts([5, 10, 11], [10]).tolist()
    [1, 1, 2]
    >>> score_by_cuts([5, 10, 11], [10], lower_is_better=True).tolist()
    [2, 2, 1]
    """
    numbers, points = read_numbers(values), read_numbers(cuts).astype(np.float64)
    if points.ndim != 1 or (np.diff(points) < 0).any():
        raise WrongCutsError("the scores", tuple(points.ravel().tolist()), "numbers that rise")
    side: Literal["left", "right"] = "right" if reached_is_passed else "left"
    return _passed(numbers, points, len(points) + 1, side, lower_is_better=lower_is_better)


def _scored(measure: str, values: NDArray[Any], cuts: Floats | None, bins: int, method: Method) -> Scores:
    """Score a measure by the cuts that were kept for it, or by its own."""
    lower_is_better = measure == "recency"
    if cuts is None:
        return score_values(values, bins, lower_is_better=lower_is_better, method=method)
    try:
        scores = score_by_cuts(values, cuts, lower_is_better=lower_is_better, reached_is_passed=method == "rfm_r")
    except WrongCutsError as error:
        raise WrongCutsError(measure, error.cuts, error.expected) from error
    return Scores(scores, np.asarray(cuts, dtype=np.float64), len(cuts) + 1)


def _passed(
    numbers: NDArray[Any],
    cuts: NDArray[Any],
    bins: int,
    side: Literal["left", "right"],
    *,
    lower_is_better: bool,
) -> Integers:
    """Count the cut points that each number has passed, as scores."""
    passed = np.searchsorted(cuts, numbers, side=side).astype(np.int64)
    return bins - passed if lower_is_better else passed + 1


def _check_days(names: list[Any], days: NDArray[np.datetime64], asof: np.datetime64) -> None:
    """Refuse orders without a date and orders still to come."""
    missing, later = np.isnat(days), days > asof
    if missing.any():
        raise MissingDatesError(_named(names, missing))
    if later.any():
        raise FutureDatesError(_named(names, later), str(asof))


def _named(names: list[Any], which: NDArray[np.bool_]) -> tuple[str, ...]:
    """Name the customers of some orders, each once."""
    found = {names[place] for place in np.flatnonzero(which).tolist()}
    return tuple(label_text(name) for name in sorted(found, key=label_key))


def _totals(customer: Integers, amounts: NDArray[Any], count: int, unit: float) -> NDArray[Any]:
    """Add up amounts by customer, in an order of their own so that the order of rows does not matter."""
    if amounts.dtype.kind == "i":
        return sums_by_group(customer, amounts, count)
    counts = in_units(amounts, unit)
    order = np.lexsort((counts, customer))
    sums = np.add.reduceat(counts[order], np.flatnonzero(np.diff(customer[order], prepend=-1))) if count else counts
    if (np.abs(sums) >= LARGEST_SUM).any():
        raise AmountTooLargeError(float(np.abs(sums).max()), LARGEST_SUM)
    return from_units(np.rint(sums).astype(np.int64), unit)

"""Whole units that still add up: splitting and rounding along a list; `tree` and `margins` do so in their shapes."""

import math
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.errors import (
    AmountTooLargeError,
    CancellingWeightsError,
    NoWeightError,
    TotalOutOfReachError,
)
from salesplan_xl.core.margins import round_margins, round_matrix
from salesplan_xl.core.money import LIMIT, from_units, to_units, unit_fraction
from salesplan_xl.core.reading import read_list
from salesplan_xl.core.tree import round_tree

__all__ = ["apportion", "round_margins", "round_matrix", "round_total", "round_tree"]

Integers = NDArray[np.int64]

# Larger numbers may overflow on the way to their sum.
_LARGEST_SUMMAND = 2.0**960


def apportion(total: int, weights: ArrayLike) -> Integers:
    r"""
    Split an integer total in proportion to weights, losing nothing to rounding.

    Shares are rounded down and the units left over go, one each, to the largest remainders
    (Hamilton's method). Ties go to the earlier position.

    Parameters
    ----------
    total : int
        Amount to split, in the smallest unit the plan records, below 2**63 in size. A negative
        total is split like the positive one, with the sign turned.
    weights : array_like, shape (n,)
        Relative sizes of the parts: finite, none missing. Weights may be negative as long as they
        do not cancel out; a part then has the sign of its weight within the net.

    Returns
    -------
    parts : ndarray of int64, shape (n,)
        Parts in the unit of `total`, in the order of `weights`. They sum to `total` exactly, each
        is the floor or the ceiling of its exact share, and a weight of zero gets nothing.

    Raises
    ------
    NoWeightError
        If the weights add up to zero (or there are none) while `total` is not zero.
    CancellingWeightsError
        If negative weights make a part reach 2**63.
    AmountTooLargeError
        If `total` does.
    WrongShapeError
        If `weights` is not one-dimensional.
    NotAnAmountError
        If a weight is missing, infinite or not a number.

    Notes
    -----
    The exact share of part :math:`i` is :math:`T\,w_i / \sum_j w_j`. Shares are estimated in
    floating point; every share whose floor or rank the estimate leaves in doubt is settled in
    integers (a floating-point number is a whole multiple of a power of two), so the answer is that
    of exact arithmetic. Hamilton's method keeps every part within one unit of its share but is not
    monotone in `total`: a larger budget can leave one part smaller (the Alabama paradox).

    Examples
    --------
    >>> apportion(100, [1, 1, 1])
    array([34, 33, 33])
    """
    given = read_list(weights, "weights")
    if total == 0:
        return np.zeros(len(given), dtype=np.int64)
    if abs(total) >= 2**63:
        raise AmountTooLargeError(total, 2**63)
    net = _exact_sum(given)
    if net == 0:
        raise NoWeightError(total, 0)
    sign = -1 if total < 0 else 1
    return sign * _split(abs(total), given, net)


def round_total(values: ArrayLike, total: float | None = None, *, unit: float) -> NDArray[Any]:
    """
    Round a list so that its sum is right.

    Every value is rounded down; the units still missing from the total go, one each, to the values
    with the largest remainders, ties to the earlier position. So every value becomes its floor or
    its ceiling. Where a given total lies beyond that, whole values move by one unit, the earlier first.

    Parameters
    ----------
    values : array_like, shape (n,)
        Amounts of any sign, none missing, read to fifteen significant digits.
    total : float, optional
        What the rounded values must add up to, a whole number of `unit`. By default the sum of
        `values`, rounded to `unit` (halves away from zero).
    unit : float
        Smallest unit, in the unit of `values`, such as 0.01.

    Returns
    -------
    rounded : ndarray, shape (n,)
        In the unit of `values`; int64 when `unit` is a whole number, otherwise float64. The sum is
        `total` and no value moves by more than one unit.

    Raises
    ------
    TotalOutOfReachError
        If `total` differs from the sum by so much that a value would move by more than one unit.
    WrongShapeError
        If `values` is not one-dimensional.
    NotAnAmountError, NotWholeUnitsError, AmountTooLargeError, WrongUnitError
        If a value, the total or the unit cannot be read; see `money.to_units`.

    Examples
    --------
    >>> round_total([33.333, 33.333, 33.334], unit=0.01)
    array([33.33, 33.33, 33.34])
    """
    given = read_list(values, "values")
    size = unit_fraction(unit)
    with localcontext(prec=60):  # far more digits than a product, a quotient or a sum of amounts needs
        counts = [Decimal(f"{value:.15g}") * size.denominator / size.numerator for value in given.tolist()]
        large = [value for value, count in zip(given.tolist(), counts, strict=True) if abs(count) >= LIMIT]
        if large:
            raise AmountTooLargeError(large[0], LIMIT)
        floors = [int(count.to_integral_value(ROUND_FLOOR)) for count in counts]
        remainders = [count - floor for count, floor in zip(counts, floors, strict=True)]
        rounded_sum = int(sum(counts, Decimal()).to_integral_value(ROUND_HALF_UP))
    wanted = rounded_sum if total is None else int(to_units(total, unit))
    missing = wanted - sum(floors)
    whole = [place for place, remainder in enumerate(remainders) if remainder == 0]
    if not -len(whole) <= missing <= len(counts):
        bounds = (wanted, sum(floors) - len(whole), sum(floors) + len(counts))
        raise TotalOutOfReachError(*bounds).in_unit(unit)
    movable = sorted(range(len(counts)), key=remainders.__getitem__, reverse=True) if missing >= 0 else whole
    for place in movable[: abs(missing)]:
        floors[place] += 1 if missing > 0 else -1
    return from_units(np.array(floors, dtype=np.int64), unit)


def _exact_sum(numbers: NDArray[Any]) -> Fraction:
    """Add up without any rounding: what each correctly rounded sum leaves over is added up in turn."""
    parts = numbers.tolist()
    if numbers.dtype.kind == "i":
        return Fraction(sum(parts))
    if np.abs(numbers).max(initial=0.0) > _LARGEST_SUMMAND:
        return sum(map(Fraction, parts), Fraction())
    exact = Fraction()
    while left := math.fsum(parts):
        exact += Fraction(left)
        parts.append(-left)
    return exact


def _split(total: int, weights: NDArray[Any], net: Fraction) -> Integers:
    """Apportion a positive total by largest remainder."""
    if net < 0:
        weights, net = -weights, -net
    # Conversion, net, product and division round once each, together below 2**-50 of the share; 2**-60 covers
    # weights that vanish when all are scaled below one.
    exponent = int(np.frexp(np.abs(weights.astype(np.float64)).max())[1])
    scaled = np.ldexp(weights.astype(np.float64), -exponent)
    with np.errstate(divide="ignore", over="ignore"):  # weights that nearly cancel out
        share = scaled * float(total) / float(net / Fraction(2) ** exponent)
    largest = float(np.abs(share).max())
    if not largest < 2.0**63 * (1 + 2.0**-40):
        raise CancellingWeightsError(total, float(net))
    margin = np.abs(share) * 2.0**-50 + 2.0**-60
    near = np.abs(share - np.rint(share)) <= margin
    settled = np.where(near, 0.0, share)
    parts = np.floor(settled).astype(np.int64)
    remainders = settled - parts
    if near.any():
        floors, exact, divisor = _exact_shares(total, weights[near], net)
        if max(map(abs, floors)) >= 2**63:
            raise CancellingWeightsError(total, float(net))
        parts[near] = floors
        remainders[near] = [remainder / divisor for remainder in exact]
    left_over = total - sum(parts.tolist())
    if left_over:
        cut = np.partition(remainders, -left_over)[-left_over]
        doubt = 2 * float(margin.max())
        sure = remainders > cut + doubt
        close = np.flatnonzero(np.abs(remainders - cut) <= doubt)
        _, exact, _ = _exact_shares(total, weights[close], net)
        ranked = sorted(range(len(close)), key=exact.__getitem__, reverse=True)  # stable: ties to the earlier
        parts[sure] += 1
        parts[close[ranked[: left_over - int(sure.sum())]]] += 1
    return parts


def _exact_shares(total: int, weights: NDArray[Any], net: Fraction) -> tuple[list[int], list[int], int]:
    """Return floors of shares, remainders on a common scale and that scale, once for each distinct weight."""
    distinct, places = np.unique(weights, return_inverse=True)
    ratios = [weight.as_integer_ratio() for weight in distinct.tolist()]
    scale = max(denominator for _, denominator in ratios)
    divisor = net.numerator * scale
    factor = total * net.denominator
    shares = [divmod(factor * numerator * (scale // denominator), divisor) for numerator, denominator in ratios]
    order = places.tolist()
    return [shares[place][0] for place in order], [shares[place][1] for place in order], divisor

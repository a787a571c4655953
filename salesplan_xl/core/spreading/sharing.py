"""One total over cells: the rule that every method of spreading with a total ends in."""

from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.errors import AllHeldError, HeldExceedsTotalError, NoWeightError
from salesplan_xl.core.reading import read_list
from salesplan_xl.core.rounding import apportion
from salesplan_xl.core.spreading.bounds import Bounds, reach, read_bounds, share_within
from salesplan_xl.core.spreading.cells import Cells, check_choice, exact_sum, read_given

Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]


def spread(
    total: int,
    weights: ArrayLike,
    *,
    held: Cells | None = None,
    lower: Cells | None = None,
    upper: Cells | None = None,
    zero: Literal["error", "equal", "leave"] = "error",
    on_negative: Literal["error", "allow"] = "error",
) -> Integers:
    """
    Share a total over cells in proportion to their weights, around the cells that are held.

    What the held cells leave of the total is shared over the free cells by largest remainder (see
    `rounding.apportion`), ties to the earlier cell, row by row. A cell that its bound keeps from its share
    gets the bound; what it could not take (or had to take) is shared over the others by weight.

    Parameters
    ----------
    total : int
        Amount to place, in the smallest unit; any sign, below 2**63 in size.
    weights : array_like, any shape
        Relative sizes: finite, none missing. Negative weights are allowed as long as there are no bounds and
        the weights of the free cells do not cancel out; a credit keeps its sign.
    held : array_like, shape of `weights`, optional
        Whole numbers of the smallest unit, below 10**15 in size, that stay as they are; None, NaN or
        masked = free.
    lower, upper : array_like, shape of `weights`, optional
        The least and the most a cell may get, whole numbers of the smallest unit; None, NaN or masked = no
        bound. A cell of weight zero gets zero, or the bound nearest to it.
    zero : {"error", "equal", "leave"}, default "error"
        What to do when the weights of the free cells add up to zero: refuse, share equally, or put
        nothing in the free cells. `unplaced` then tells what was left over.
    on_negative : {"error", "allow"}, default "error"
        Whether the held cells or the lower bounds may go beyond the total, which turns the sign of free cells.

    Returns
    -------
    values : ndarray of int64, shape of `weights`
        Amounts in the smallest unit. They add up to `total`, unless the base was zero and `zero` is
        "leave". Held cells are unchanged; each free cell is a bound, or the floor or ceiling of its share.

    Raises
    ------
    AllHeldError
        If every cell is held and something is left to place.
    HeldExceedsTotalError
        If the held cells go beyond the total and `on_negative` is "error".
    CapsTooLowError, FloorsTooHighError
        If the bounds of the free cells leave too little room or ask for too much.
    CrossedBoundsError, HeldOutOfBoundsError
        If the bounds of a cell contradict each other or what it holds.
    NoWeightError
        If the weights of the free cells add up to zero and `zero` is "error".
    WrongChoiceError
        If `zero` or `on_negative` is none of the words above.
    WrongShapeError, NotAnAmountError, NotWholeUnitsError, AmountTooLargeError, OutOfRangeError
        If an input cannot be read.

    Examples
    --------
    >>> spread(10000, [10, 20, 30], held=[None, 2000, None])
    array([2000, 2000, 6000])

    The fourth cell cannot take its half, nor the third its quarter: 160 less 70 and 30 leaves 60.

    >>> spread(160, [1, 1, 2, 4], upper=[None, None, 30, 70])
    array([30, 30, 30, 70])
    """
    check_choice("zero rule", zero, ("error", "equal", "leave"))
    check_choice("rule for negative cells", on_negative, ("error", "allow"))
    base = np.asarray(weights)
    fixed, kept = read_given(held, base.shape, "held cells")
    free = base[~fixed]
    held_sum = exact_sum(kept[fixed])
    remainder = total - held_sum
    if not free.size and remainder:
        raise AllHeldError(remainder)
    turned = remainder < 0 <= total or remainder > 0 > total
    if fixed.any() and turned and on_negative == "error":
        raise HeldExceedsTotalError(held_sum, total, _if_negative_allowed(remainder, base, fixed, kept), abs(remainder))
    values = np.where(fixed, kept, 0)
    if lower is None and upper is None:
        values[~fixed] = share_plainly(remainder, free, zero)
        return values
    bounds = read_bounds(lower, upper, base.shape, fixed=fixed, kept=kept).at(~fixed)
    if on_negative == "error":
        bounds = bounds.keeping_sign(-1 if total < 0 else 1)
    values[~fixed] = share_between(remainder, free, bounds, zero)
    return values


def unplaced(total: int, values: ArrayLike) -> int:
    """
    Return what `spread` left over under the zero rule "leave".

    Parameters
    ----------
    total : int
        Amount that was to be placed, in the smallest unit.
    values : array_like of int
        Result of `spread`.

    Returns
    -------
    unplaced : int
        `total` less the sum of `values`; 0 when everything was placed.

    Examples
    --------
    >>> unplaced(600, spread(600, [0, 0], zero="leave"))
    600
    """
    return total - exact_sum(np.asarray(values, dtype=np.int64))


def share_plainly(remainder: int, weights: NDArray[Any], zero: str) -> Integers:
    """
    Share what is left over free cells, under the rule for a zero base.

    Parameters
    ----------
    remainder : int
        Amount to place, in the smallest unit, of any sign.
    weights : ndarray, shape (n,)
        Relative sizes.
    zero : {"error", "equal", "leave"}
        What to do when they add up to zero.

    Returns
    -------
    ndarray of int64, shape (n,)
        Amounts that add up to `remainder`, or zeros.

    Raises
    ------
    NoWeightError
        If the weights add up to zero and `zero` is "error".
    """
    try:
        return apportion(remainder, weights)
    except NoWeightError:
        if zero == "error":
            raise
    if zero == "equal":
        return apportion(remainder, np.ones(weights.shape))
    return np.zeros(weights.shape, dtype=np.int64)


def share_between(remainder: int, weights: NDArray[Any], bounds: Bounds, zero: str) -> Integers:
    """
    Share what is left over free cells between their bounds, under the rule for a zero base.

    Parameters
    ----------
    remainder : int
        Amount to place, in the smallest unit, of any sign.
    weights : ndarray, shape (n,)
        Relative sizes, zero or more.
    bounds : Bounds
        Of the same cells.
    zero : {"error", "equal", "leave"}
        What to do when all weights are zero.

    Returns
    -------
    ndarray of int64, shape (n,)
        Amounts that add up to `remainder`, or what is nearest to zero.

    Raises
    ------
    CapsTooLowError, FloorsTooHighError
        If the bounds leave too little room or ask for too much.
    NoWeightError
        If all weights are zero and `zero` is "error".
    """
    given = read_list(weights, "weights")
    if given.any() or reach(given, bounds) == (remainder, remainder):
        return share_within(remainder, given, bounds)
    if zero == "error":
        raise NoWeightError(remainder)
    if zero == "equal":
        return share_within(remainder, np.ones(given.shape), bounds)
    return bounds.nearest(0)


def _if_negative_allowed(remainder: int, base: NDArray[Any], fixed: Mask, kept: Integers) -> tuple[int, ...] | None:
    """Return the values a planner would get by allowing negative cells; None without a base to share by."""
    try:
        shared = share_plainly(remainder, base[~fixed], "error")
    except NoWeightError:
        return None
    values = np.where(fixed, kept, 0)
    values[~fixed] = shared
    return tuple(values.ravel().tolist())

"""Sharing between bounds: what a full cell cannot take goes to the others by their weights."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from salesplan_xl.core.errors import (
    CapsTooLowError,
    CrossedBoundsError,
    FloorsTooHighError,
    HeldOutOfBoundsError,
    OutOfRangeError,
)
from salesplan_xl.core.reading import read_list
from salesplan_xl.core.rounding import apportion
from salesplan_xl.core.spreading.cells import Cells, read_given

Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]
Exact = NDArray[np.object_]


@dataclass(frozen=True)
class Bounds:
    """
    The least and the most each cell may get.

    Parameters
    ----------
    floored, capped : ndarray of bool
        Which cells have a lower and which an upper bound.
    lower, upper : ndarray of int64
        The bounds in the smallest unit; 0 where there is none.
    """

    floored: Mask
    lower: Integers
    capped: Mask
    upper: Integers

    def at(self, places: Any) -> "Bounds":
        """
        Return the bounds of some of the cells.

        Parameters
        ----------
        places : mask or index
            Which cells.

        Returns
        -------
        Bounds
            Of these cells, in one row.
        """
        return Bounds(self.floored[places], self.lower[places], self.capped[places], self.upper[places])

    def nearest(self, amount: int) -> Integers:
        """
        Return what each cell gets nearest to one amount.

        Parameters
        ----------
        amount : int
            Any amount.

        Returns
        -------
        ndarray of int64
            The amount, or the bound it lies beyond.
        """
        values = np.full(self.lower.shape, amount)
        values = np.where(self.floored & (values < self.lower), self.lower, values)
        return np.where(self.capped & (values > self.upper), self.upper, values)

    def keeping_sign(self, sign: int) -> "Bounds":
        """
        Return the same bounds where cells without one may not turn their sign.

        Parameters
        ----------
        sign : int
            1 for amounts of zero or more, -1 for zero or less.

        Returns
        -------
        Bounds
            With zero as the lower (upper) bound of cells that have none on that side, unless their other
            bound lies beyond zero.
        """
        if sign > 0:
            added = ~self.floored & ~(self.capped & (self.upper < 0))
            return Bounds(self.floored | added, self.lower, self.capped, self.upper)
        added = ~self.capped & ~(self.floored & (self.lower > 0))
        return Bounds(self.floored, self.lower, self.capped | added, self.upper)


def read_bounds(
    lower: Cells | None, upper: Cells | None, shape: tuple[int, ...], *, fixed: Mask, kept: Integers
) -> Bounds:
    """
    Return bounds, refusing those that no cell or held cell can meet.

    Parameters
    ----------
    lower, upper : array_like or None
        Whole numbers of the smallest unit; blank = no bound.
    shape : tuple of int
        The shape they must have.
    fixed : ndarray of bool
        Which cells are held.
    kept : ndarray of int64
        What the held cells hold.

    Returns
    -------
    Bounds
        In the shape of the cells.

    Raises
    ------
    CrossedBoundsError
        If a lower bound is above the upper one of the same cell.
    HeldOutOfBoundsError
        If a held cell breaks its bound.
    WrongShapeError, NotAnAmountError, NotWholeUnitsError, AmountTooLargeError
        If a bound cannot be read.

    Examples
    --------
    >>> bounds = read_bounds(None, [30, None], (2,), fixed=np.zeros(2, bool), kept=np.zeros(2, np.int64))
    >>> bounds.capped.tolist()
    [True, False]
    """
    bounds = Bounds(*read_given(lower, shape, "lower bounds"), *read_given(upper, shape, "upper bounds"))
    for place in np.argwhere(bounds.floored & bounds.capped & (bounds.lower > bounds.upper)).tolist():
        cell = tuple(place)
        raise CrossedBoundsError(cell, int(bounds.lower[cell]), int(bounds.upper[cell]))
    below = fixed & bounds.floored & (kept < bounds.lower)
    above = fixed & bounds.capped & (kept > bounds.upper)
    for place in np.argwhere(below | above).tolist():
        cell = tuple(place)
        bound = bounds.lower[cell] if below[cell] else bounds.upper[cell]
        raise HeldOutOfBoundsError(cell, int(kept[cell]), int(bound))
    return bounds


def reach(weights: NDArray[Any], bounds: Bounds) -> tuple[int | None, int | None]:
    """
    Return the least and the most that cells can take together.

    Parameters
    ----------
    weights : ndarray, shape (n,)
        Relative sizes; a cell of weight zero gets zero, or the bound nearest to it.
    bounds : Bounds
        Of the same cells.

    Returns
    -------
    least, most : int or None
        None where there is no limit.
    """
    still = bounds.nearest(0)[weights == 0].tolist()
    moving = bounds.at(weights != 0)
    least = sum(moving.lower.tolist()) + sum(still) if moving.floored.all() else None
    most = sum(moving.upper.tolist()) + sum(still) if moving.capped.all() else None
    return least, most


def share_within(total: int, weights: NDArray[Any], bounds: Bounds) -> Integers:
    r"""
    Share a total in proportion to weights, between bounds.

    Parameters
    ----------
    total : int
        Amount to place, in the smallest unit, of any sign.
    weights : ndarray, shape (n,)
        Relative sizes, zero or more.
    bounds : Bounds
        Of the same cells, in the smallest unit.

    Returns
    -------
    ndarray of int64, shape (n,)
        Amounts that add up to `total`, each between its bounds; those strictly between them are in proportion
        to their weights, to the unit. A cell of weight zero gets zero, or the bound nearest to it.

    Raises
    ------
    CapsTooLowError, FloorsTooHighError
        If the bounds leave too little room or ask for too much, with the amount missing.
    OutOfRangeError
        If a weight is negative.
    NotAnAmountError, WrongShapeError
        If the weights cannot be read.

    Notes
    -----
    The answer is :math:`x_i = \min(u_i, \max(l_i, t\,w_i))` with the one :math:`t` that makes the sum right:
    water-filling. It is found as in G. R. Bitran and A. C. Hax, "Disaggregation and resource allocation using convex
    knapsack problems with bounded variables", Management Science 27 (1981): share, and fix the cells
    beyond their bounds on the side that is further out, until none is. In whole numbers throughout; bounds are
    whole, so the floor and the ceiling of a share between them are too.

    Examples
    --------
    30 is the most the first cell can take; the other 60 go to cells of equal weight.

    >>> free = np.zeros(3, dtype=np.int64)
    >>> caps = Bounds(free > 0, free, np.array([True, False, False]), np.array([30, 0, 0]))
    >>> share_within(90, np.array([2, 1, 1]), caps)
    array([30, 30, 30])
    """
    given = read_list(weights, "weights")
    if (given < 0).any():
        raise OutOfRangeError("weight of a cell with bounds", given[given < 0].tolist()[0], "zero or more")
    least, most = reach(given, bounds)
    if most is not None and total > most:
        raise CapsTooLowError(total, most, total - most)
    if least is not None and total < least:
        raise FloorsTooHighError(total, least, least - total)
    parts = bounds.nearest(0)
    moving = np.flatnonzero(given != 0)
    left = total - sum(parts[given == 0].tolist())
    exact = _whole_ratios(given)
    while len(moving):
        beyond = _beyond(left, exact[moving], bounds.at(moving))
        if not beyond.any():
            parts[moving] = apportion(left, given[moving])
            break
        fixed = moving[beyond != 0]
        parts[fixed] = np.where(beyond[beyond != 0] > 0, bounds.upper[fixed], bounds.lower[fixed])
        left -= sum(parts[fixed].tolist())
        moving = moving[beyond == 0]
    return parts


def _whole_ratios(weights: NDArray[Any]) -> Exact:
    """Return weights as whole numbers in the same ratios."""
    ratios = [Fraction(weight) for weight in weights.tolist()]
    scale = max((ratio.denominator for ratio in ratios), default=1)  # powers of two divide each other
    return np.array([int(ratio * scale) for ratio in ratios], dtype=object)


def _beyond(total: int, weights: Exact, bounds: Bounds) -> NDArray[np.int8]:
    """Return 1 for the cells to be fixed at their upper bound, -1 at their lower, 0 for the others."""
    net = weights.sum()
    shares = weights * total
    over = np.where(bounds.capped, shares - bounds.upper.astype(object) * net, 0)
    under = np.where(bounds.floored, bounds.lower.astype(object) * net - shares, 0)
    excess, lack = over[over > 0].sum(), under[under > 0].sum()
    beyond = np.zeros(len(weights), dtype=np.int8)
    if excess >= lack:
        beyond[over > 0] = 1
    if lack >= excess:
        beyond[under > 0] = -1
    return beyond

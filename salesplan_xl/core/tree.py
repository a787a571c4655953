"""Whole units along a hierarchy: every node rounded so that it is the sum of its children."""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.errors import ChildrenDisagreeError, NotAnAmountError, WrongParentError, WrongShapeError
from salesplan_xl.core.money import from_units, unit_fraction
from salesplan_xl.core.reading import in_units, read_numbers

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

# A fraction of a unit is kept in steps of 2**-36: sums of a hundred million of them stay exact in int64.
_STEP_BITS = 36
_ONE = 1 << _STEP_BITS


def round_tree(values: ArrayLike, parents: ArrayLike, *, unit: float) -> NDArray[Any]:
    """
    Round every node of a hierarchy so that parents are the sums of their children.

    Roots are rounded to the nearest unit (halves away from zero). Going down, each node's units are
    given to its children: every child its floor, the units left over to the largest remainders, ties
    to the child that stands earlier. So every node becomes the floor or the ceiling of its value.

    Parameters
    ----------
    values : array_like, shape (n,)
        Value of each node, of any sign. A node with children may be NaN: it is then their sum.
    parents : array_like of int, shape (n,)
        Position of each node's parent, -1 for a root. Nodes may stand in any order.
    unit : float
        Smallest unit, in the unit of `values`, such as 0.01.

    Returns
    -------
    rounded : ndarray, shape (n,)
        In the unit of `values`; int64 when `unit` is a whole number, otherwise float64. Every node
        is less than one unit from its value and exactly the sum of its children.

    Raises
    ------
    ChildrenDisagreeError
        If a node's value is not the sum of its children (to a millionth of a unit, or thirteen digits).
    WrongParentError
        If a parent does not exist or a node is its own ancestor.
    WrongShapeError
        If the two lists differ in length.
    NotAnAmountError
        If a leaf is missing, or a value is infinite or not a number.
    AmountTooLargeError, WrongUnitError
        If a value is too large to be exact, or the unit is not positive.

    Notes
    -----
    After M. Skala, "The Well-Rounded Total" (ansuz.sooke.bc.ca/entry/334). Fractions are compared in
    steps of 2**-36 of a unit. Time grows like sorting the nodes.

    Examples
    --------
    >>> round_tree([float("nan"), 1.49, 1.49], [-1, 0, 0], unit=1)
    array([3, 2, 1])
    """
    given = np.asarray(values)
    given = given.astype(np.float64) if given.dtype.kind in "iuf" else read_numbers(values)
    above = np.asarray(parents, dtype=np.int64)
    if given.ndim != 1 or above.shape != given.shape:
        raise WrongShapeError("parents", above.shape, given.shape if given.ndim == 1 else "one row or column")
    if np.isinf(given).any():
        raise NotAnAmountError(math.inf)
    if not len(given):
        return from_units(np.zeros(0, dtype=np.int64), unit)
    counts = in_units(given, unit)
    roots, generations = _generations(above)
    whole, steps = _add_up(counts, generations)
    _check_sums(counts, whole, steps, unit_fraction(unit))
    rounded = whole.copy()
    rounded[roots] += (steps[roots] * 2 > _ONE) | ((steps[roots] * 2 == _ONE) & (whole[roots] >= 0))
    for generation in generations:
        _hand_down(generation, rounded, whole, steps)
    return from_units(rounded, unit)


@dataclass(frozen=True)
class _Generation:
    """Parents of one level of a forest with their children, family after family."""

    parents: NDArray[np.intp]
    sizes: NDArray[np.intp]
    children: NDArray[np.intp]

    @property
    def starts(self) -> NDArray[np.intp]:
        """Where each family begins among the children."""
        return np.cumsum(self.sizes) - self.sizes


def _generations(parents: Integers) -> tuple[NDArray[np.intp], list[_Generation]]:
    """Return the roots and, level by level, who is whose child."""
    wrong = np.flatnonzero((parents < -1) | (parents >= len(parents)))
    if len(wrong):
        raise WrongParentError(int(wrong[0]), int(parents[wrong[0]]))
    by_parent = np.argsort(parents, kind="stable")
    counts = np.bincount(parents + 1, minlength=len(parents) + 1)
    ends = np.cumsum(counts)
    level = roots = by_parent[: counts[0]]
    generations = []
    reached = np.zeros(len(parents), dtype=bool)
    reached[roots] = True
    while True:
        level = level[counts[level + 1] > 0]
        if not len(level):
            break
        sizes = counts[level + 1]
        shifts = ends[level] - (np.cumsum(sizes) - sizes)
        children = by_parent[np.arange(sizes.sum()) + np.repeat(shifts, sizes)]
        generations.append(_Generation(level, sizes, children))
        reached[children] = True
        level = children
    if not reached.all():
        node = int(np.flatnonzero(~reached)[0])
        raise WrongParentError(node, int(parents[node]))
    return roots, generations


def _add_up(counts: Floats, generations: list[_Generation]) -> tuple[Integers, Integers]:
    """Return whole units and steps of a unit of every node, parents as exact sums of their children."""
    inner = np.zeros(len(counts), dtype=bool)
    for generation in generations:
        inner[generation.parents] = True
    leaves = np.where(inner, 0.0, counts)
    if np.isnan(leaves).any():
        raise NotAnAmountError(math.nan)
    floors = np.floor(leaves)
    whole = floors.astype(np.int64)
    steps = np.rint((leaves - floors) * _ONE).astype(np.int64)
    for generation in reversed(generations):
        whole[generation.parents] = np.add.reduceat(whole[generation.children], generation.starts)
        steps[generation.parents] = np.add.reduceat(steps[generation.children], generation.starts)
        whole[generation.parents] += steps[generation.parents] >> _STEP_BITS
        steps[generation.parents] &= _ONE - 1
    return whole, steps


def _check_sums(counts: Floats, whole: Integers, steps: Integers, size: Fraction) -> None:
    """Refuse a node whose value is not the sum of its children; a leaf is its own sum."""
    sums = whole + steps / _ONE
    wrong = np.flatnonzero(np.abs(counts - sums) > 1e-6 + 1e-13 * np.abs(counts))
    if len(wrong):
        node = int(wrong[0])
        raise ChildrenDisagreeError(node, float(counts[node] * size), float(sums[node] * size))


def _hand_down(generation: _Generation, rounded: Integers, whole: Integers, steps: Integers) -> None:
    """Give the units of each parent to its children by largest remainder."""
    floors = whole[generation.children]
    left_over = rounded[generation.parents] - np.add.reduceat(floors, generation.starts)
    families = np.repeat(np.arange(len(generation.parents)), generation.sizes)
    starts = np.repeat(generation.starts, generation.sizes)
    rank = np.arange(len(families)) - starts
    order = _by_remainder(families, rank, steps[generation.children])
    floors[order[rank < np.repeat(left_over, generation.sizes)]] += 1
    rounded[generation.children] = floors


def _by_remainder(families: NDArray[np.intp], rank: NDArray[np.intp], steps: Integers) -> NDArray[np.intp]:
    """Order children family by family, largest remainder first, ties to the earlier child."""
    missing = _ONE - 1 - steps
    rank_bits = int(rank.max()).bit_length()
    if int(families[-1]).bit_length() + _STEP_BITS + rank_bits > 62:
        return np.lexsort((missing, families))
    # One sort of whole numbers that carry family, remainder and place is several times faster.
    keys = ((families << _STEP_BITS | missing) << rank_bits) | rank
    keys.sort()
    return np.arange(len(rank)) - rank + (keys & ((1 << rank_bits) - 1))

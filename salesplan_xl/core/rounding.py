"""Whole units that still add up: rounding and splitting along a list, a tree and a table with totals."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.errors import (
    AmountTooLargeError,
    CancellingWeightsError,
    ChildrenDisagreeError,
    NoExactRoundingError,
    NotAnAmountError,
    NoWeightError,
    TotalOutOfReachError,
    WrongParentError,
    WrongShapeError,
)
from salesplan_xl.core.money import LIMIT, from_units, to_units, unit_fraction
from salesplan_xl.core.totals import Totals, positions, read_totals

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

# A fraction of a unit is kept in steps of 2**-36: sums of a hundred million of them stay exact in int64.
_STEP_BITS = 36
_ONE = 1 << _STEP_BITS
# Cells this near to a whole number of units are whole.
_WHOLE = 1e-9
# Larger numbers may overflow on the way to their sum.
_LARGEST_SUMMAND = 2.0**960
# Search limits of the integer programme for few and for many choices; counts of nodes, so that every machine stops at
# the same place.
_FEW = 300
_NODES = (2_000, 50)
# How near to the nearest rounding of many choices is near enough.
_NEAR_ENOUGH = 0.05


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
    given = _numbers(weights)
    if given.ndim != 1:
        raise WrongShapeError("weights", given.shape, "one row or column")
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
    given = _numbers(values)
    if given.ndim != 1:
        raise WrongShapeError("values", given.shape, "one row or column")
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
    given = given.astype(np.float64) if given.dtype.kind in "iuf" else _numbers(values)
    above = np.asarray(parents, dtype=np.int64)
    if given.ndim != 1 or above.shape != given.shape:
        raise WrongShapeError("parents", above.shape, given.shape if given.ndim == 1 else "one row or column")
    if np.isinf(given).any():
        raise NotAnAmountError(math.inf)
    if not len(given):
        return from_units(np.zeros(0, dtype=np.int64), unit)
    counts = _in_units(given, unit)
    roots, generations = _generations(above)
    whole, steps = _add_up(counts, generations)
    _check_sums(counts, whole, steps, unit_fraction(unit))
    rounded = whole.copy()
    rounded[roots] += (steps[roots] * 2 > _ONE) | ((steps[roots] * 2 == _ONE) & (whole[roots] >= 0))
    for generation in generations:
        _hand_down(generation, rounded, whole, steps)
    return from_units(rounded, unit)


def round_matrix(
    values: ArrayLike, rows: ArrayLike | None = None, columns: ArrayLike | None = None, *, unit: float
) -> NDArray[Any]:
    """
    Round a table so that its row and column totals hold.

    Parameters
    ----------
    values : array_like, shape (n, m)
        Amounts of any sign, none missing.
    rows, columns : array_like, shapes (n,) and (m,), optional
        Totals to hold, whole numbers of `unit`; NaN leaves one total free. Without them each row
        (column) may add up to the floor or the ceiling of its own sum.
    unit : float
        Smallest unit, in the unit of `values`, such as 0.01.

    Returns
    -------
    rounded : ndarray, shape (n, m)
        In the unit of `values`; int64 when `unit` is a whole number, otherwise float64. Every cell
        is the floor or the ceiling of its value (whole cells are unchanged), every total holds, and
        the sum of the absolute deviations, free totals included, is the smallest possible. Where
        several tables deviate equally little, the order of rows and columns decides between them.

    Raises
    ------
    NoExactRoundingError
        If the totals cannot be held this way.
    WrongShapeError, NotAnAmountError, NotWholeUnitsError, AmountTooLargeError, WrongUnitError
        If an input cannot be read.

    Notes
    -----
    Controlled rounding in two dimensions is a flow problem, so it is always possible when the totals
    are within one unit of the sums' floors and ceilings, and linear programming finds it (L. H. Cox,
    "A constructive procedure for unbiased controlled rounding", JASA 82, 1987).

    Examples
    --------
    >>> round_matrix([[0.6, 0.4], [0.4, 0.6]], [1, 1], [1, 1], unit=1)
    array([[1, 0],
           [0, 1]])
    """
    table = _numbers(values)
    if table.ndim != 2:
        raise WrongShapeError("values", table.shape, "a table")
    height, width = table.shape
    margins: dict[tuple[int, ...], Any] = {(0,): rows, (1,): columns}
    # A free total becomes one more cell that takes the row (column) to zero, and is rounded like any other.
    if columns is None:
        table = np.vstack([table, -table.sum(axis=0)])
        margins[1,] = np.zeros(width)
        margins[0,] = None if rows is None else [*np.asarray(rows, dtype=np.float64), math.nan]
    if rows is None:
        table = np.hstack([table, -table.sum(axis=1, keepdims=True)])
        margins[0,] = np.zeros(len(table))
        margins[1,] = [*np.asarray(margins[1,], dtype=np.float64), 0.0 if columns is None else math.nan]
    return round_margins(table, margins, unit=unit)[:height, :width]


def round_margins(
    values: ArrayLike, margins: Mapping[tuple[int, ...], ArrayLike], *, unit: float, widen: bool = False
) -> NDArray[Any]:
    """
    Round a table of any number of axes so that totals over any sets of axes hold.

    Parameters
    ----------
    values : array_like, any shape
        Amounts of any sign, none missing.
    margins : mapping from tuple of int to array_like
        For each set of axes the totals over it, whole numbers of `unit`; NaN = that total is free;
        `()` = the grand total.
    unit : float
        Smallest unit, in the unit of `values`, such as 0.01.
    widen : bool, default False
        Let a cell go one unit below its floor or above its ceiling where nothing else holds the
        totals. Zeros stay zero and no cell changes its sign.

    Returns
    -------
    rounded : ndarray, shape of `values`
        In the unit of `values`; int64 when `unit` is a whole number, otherwise float64. Every total
        holds exactly. Without `widen` every cell is the floor or the ceiling of its value, and
        whole cells are unchanged. The sum of absolute deviations is the smallest possible; where totals cross
        on three or more axes and more than 300 cells can move, the search ends near it. Ties depend on the
        order of the cells.

    Raises
    ------
    NoExactRoundingError
        If no such rounding exists; `proven` is false if the search was given up at its node limit.
    WrongShapeError, NotAnAmountError, NotWholeUnitsError, AmountTooLargeError, WrongUnitError
        If an input cannot be read.

    Notes
    -----
    Linear programming first; where its answer is not whole (totals that cross on three or more axes,
    which is NP-complete: Kelly, Golden and Assad, EJOR 65, 1993), integer programming.

    Examples
    --------
    >>> round_margins([[1.6, 1.4], [2.6, 0.4]], {(): 6, (0,): [3, 3]}, unit=1)
    array([[2, 1],
           [3, 0]])
    """
    table = _numbers(values)
    wanted = read_totals(margins, table.shape)
    counts = _in_units(table, unit)
    rounded = np.floor(counts).astype(np.int64)
    needs = [_need(totals, rounded, unit) for totals in wanted]
    rounded += _moves(counts.ravel(), table.shape, wanted, needs, widen=widen).reshape(table.shape)
    if any(np.nansum(np.abs(_need(totals, rounded, unit))) for totals in wanted):
        raise NoExactRoundingError
    return from_units(rounded, unit)


def total_deviation(values: ArrayLike, rounded: ArrayLike) -> float:
    """
    Return how far rounding moved a list or table altogether.

    Parameters
    ----------
    values, rounded : array_like, same shape
        Amounts before and after, in one unit.

    Returns
    -------
    deviation : float
        Sum of the absolute differences, in that unit.

    Examples
    --------
    >>> total_deviation([0.5, 0.5], [1, 0])
    1.0
    """
    return math.fsum(np.abs(np.asarray(values, dtype=np.float64) - np.asarray(rounded)).ravel().tolist())


def _numbers(given: ArrayLike) -> NDArray[Any]:
    """Return int64 or float64, refusing anything that is not a finite number."""
    array = np.asarray(given)
    if array.size == 0:
        return np.zeros(array.shape)
    if array.dtype.kind not in "iuf":
        odd = [entry for entry in array.ravel().tolist() if not _is_number(entry)]
        if odd:
            raise NotAnAmountError(odd[0])
        array = array.astype(np.float64)
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise NotAnAmountError(array[~np.isfinite(array)].tolist()[0])
    return array.astype(np.int64 if array.dtype.kind == "i" else np.float64)


def _is_number(entry: object) -> bool:
    """Tell a number from text, blanks and truth values."""
    return isinstance(entry, int | float | Decimal) and not isinstance(entry, bool)


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


def _in_units(values: NDArray[Any], unit: float) -> Floats:
    """Express values in units, whole where the difference is noise."""
    size = unit_fraction(unit)
    with np.errstate(over="ignore"):  # what is infinite then is too large
        counts = values.astype(np.float64) * size.denominator / size.numerator
    if (np.abs(counts) >= LIMIT).any():
        raise AmountTooLargeError(values[np.abs(counts) >= LIMIT].tolist()[0], LIMIT)
    nearest = np.rint(counts)
    return np.where(np.abs(counts - nearest) <= _WHOLE, nearest, counts)


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


def _need(totals: Totals, counts: NDArray[Any], unit: float) -> Floats:
    """Return how many units each total still misses; NaN where it is free."""
    wanted = np.ma.masked_invalid(totals.amounts)
    others = tuple(axis for axis in range(counts.ndim) if axis not in totals.axes)
    missing = to_units(wanted, unit) - counts.sum(axis=others)
    return np.ma.filled(np.ma.asarray(missing, dtype=np.float64), math.nan)


def _moves(
    counts: Floats, shape: tuple[int, ...], wanted: tuple[Totals, ...], needs: list[Floats], *, widen: bool
) -> Integers:
    """Return how many units each cell goes above its floor so that every need is met."""
    from scipy.sparse import csr_array, vstack

    floors, ceilings = np.floor(counts), np.ceil(counts)
    up = np.flatnonzero(floors < ceilings)
    cells, signs, costs = [up], [np.ones(len(up))], [1 - 2 * (counts[up] - floors[up])]
    if widen:
        above = np.flatnonzero((counts != 0) & (ceilings != 0))
        below = np.flatnonzero((counts != 0) & (floors != 0))
        cells += [above, below]
        signs += [np.ones(len(above)), -np.ones(len(below))]
        costs += [np.ones(len(above)), np.ones(len(below))]
    cell, sign = np.concatenate(cells), np.concatenate(signs)
    moves = np.zeros(len(counts), dtype=np.int64)
    if not len(cell) or not wanted:
        return moves
    blocks = []
    for totals, need in zip(wanted, needs, strict=True):
        places = positions(cell, shape, totals.axes)
        block = csr_array((sign, (places, np.arange(len(cell)))), shape=(need.size, len(cell)))
        blocks.append(block[np.flatnonzero(~np.isnan(need.ravel()))])
    need = np.concatenate([need.ravel()[~np.isnan(need.ravel())] for need in needs])
    chosen = _choose(np.concatenate(costs), vstack(blocks, format="csr"), need)
    np.add.at(moves, cell, (sign * chosen).astype(np.int64))
    return moves


def _choose(costs: Floats, matrix: "csr_array[Any]", need: Floats) -> Floats:
    """Return the cheapest choice of zeros and ones with `matrix` @ choice = `need`."""
    from scipy.optimize import Bounds, LinearConstraint, linprog, milp

    vertex = linprog(  # type: ignore[call-overload]  # the stubs do not know that a sparse matrix is taken
        costs,
        A_eq=matrix,
        b_eq=need,
        bounds=(0, 1),
        method="highs-ds",
        options={"presolve": False},  # which takes a hundred times longer than the rest on long tables
    )
    if vertex.status == 2:
        raise NoExactRoundingError
    if vertex.status == 0 and (np.abs(vertex.x - np.rint(vertex.x)) < 1e-6).all():
        return np.asarray(np.rint(vertex.x))
    many = len(costs) > _FEW
    whole = milp(
        costs,
        integrality=np.ones(len(costs), dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(matrix, need, need),
        options={"presolve": False, "node_limit": _NODES[many], "mip_rel_gap": _NEAR_ENOUGH if many else 0},
    )
    if whole.x is None:
        raise NoExactRoundingError(proven=whole.status == 2)
    return np.asarray(np.rint(whole.x))

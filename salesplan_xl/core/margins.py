"""Whole units in a table: every cell rounded so that totals over its axes hold."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.divisions import Division, read_margins, sums_matrix
from salesplan_xl.core.errors import InfeasibleTotalsError, NoExactRoundingError, UnequalTotalsError, WrongShapeError
from salesplan_xl.core.money import from_units, to_units
from salesplan_xl.core.nesting import nested
from salesplan_xl.core.reading import in_units, read_numbers
from salesplan_xl.core.sweeps import CellBounds
from salesplan_xl.core.totals import Names, Positions
from salesplan_xl.core.unit_moves import Rounding, move_units, round_groups

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

# Search limits of the integer programme for few and for many choices; counts of nodes, so that every machine stops at
# the same place.
_FEW = 300
_NODES = (2_000, 50)
# Cells with a fraction up to which crossing totals are held with the smallest deviation, by a linear programme; and up
# to which one is searched for where moving units does not hold them.
_LISTED = 5_000
_SEARCHABLE = 100_000
# How near to the nearest rounding of many choices is near enough.
_NEAR_ENOUGH = 0.05
# Whole numbers that differ by less are equal.
_HALF_A_UNIT = 0.5


def round_matrix(
    values: ArrayLike,
    rows: ArrayLike | None = None,
    columns: ArrayLike | None = None,
    *,
    total: float | None = None,
    unit: float,
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
    total : float, optional
        What the whole table must add up to, a whole number of `unit`. Without it that follows from the rest.
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
    table = read_numbers(values)
    if table.ndim != 2:
        raise WrongShapeError("values", table.shape, "a table")
    height, width = table.shape
    margins: dict[tuple[int, ...], Any] = {(0,): rows, (1,): columns}
    if total is not None:
        to_units(total, unit)  # which refuses what is no whole number of units
        if rows is not None and columns is not None:
            margins[()] = total
    # What the cells that stand for the free totals of the columns (rows) add up to among themselves.
    border = math.nan if total is None else -total
    # A free total becomes one more cell that takes the row (column) to zero, and is rounded like any other.
    if columns is None:
        table = np.vstack([table, -table.sum(axis=0)])
        margins[1,] = np.zeros(width)
        margins[0,] = None if rows is None else [*np.asarray(rows, dtype=np.float64), border]
    if rows is None:
        sums = table.sum(axis=1, keepdims=True)
        if columns is None and total is not None:
            sums = np.vstack([sums[:-1], [[-total]]])  # in the corner stands the whole, which is a whole number
        table = np.hstack([table, -sums])
        margins[0,] = np.zeros(len(table))
        margins[1,] = [*np.asarray(margins[1,], dtype=np.float64), 0.0 if columns is None else border]
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
        and more than 5,000 cells can move, or on three or more axes more than 300, it is near that. Where
        totals do not cross, ties (to 2**-24 of a unit) go to the earlier cell; otherwise they depend on the order
        of the cells.

    Raises
    ------
    NoExactRoundingError
        If no such rounding exists; `proven` is false if the search was given up at its node limit.
    WrongShapeError, NotAnAmountError, NotWholeUnitsError, AmountTooLargeError, WrongUnitError
        If an input cannot be read.

    Notes
    -----
    Totals that do not cross are held by largest remainder (see `unit_moves`). Others by linear
    programming first; where its answer is not whole (totals that cross on three or more axes,
    which is NP-complete: Kelly, Golden and Assad, EJOR 65, 1993), integer programming.

    Examples
    --------
    >>> round_margins([[1.6, 1.4], [2.6, 0.4]], {(): 6, (0,): [3, 3]}, unit=1)
    array([[2, 1],
           [3, 0]])
    """
    table = read_numbers(values)
    wanted = tuple(_in_units(totals, unit) for totals in read_margins(margins, Names(table.shape)))
    try:
        return from_units(round_counts(in_units(table, unit), wanted, widen=widen), unit)
    except (UnequalTotalsError, InfeasibleTotalsError):
        raise NoExactRoundingError from None


def round_counts(
    counts: Floats,
    divided: Sequence[Division],
    near: Sequence[Division] = (),
    *,
    bounds: CellBounds | None = None,
    widen: bool = False,
) -> Integers:
    """
    Round counts of units so that groups of cells hold what they must.

    Parameters
    ----------
    counts : ndarray of float64
        Units of each cell, of any sign.
    divided : sequence of Division
        Groups that must hold, their bounds whole numbers.
    near : sequence of Division, default ()
        Groups to come as near to as the others allow: the units they miss in all are the fewest that are found, which
        up to 5,000 cells that can move are searched for by integer programming.
    bounds : CellBounds, optional
        Bounds of single cells, whole numbers between which the counts lie.
    widen : bool, default False
        As in `round_margins`.

    Returns
    -------
    rounded : ndarray of int64, shape of `counts`
        As in `round_margins`.

    Raises
    ------
    NoExactRoundingError
        If no such rounding exists, or none is found.
    UnequalTotalsError, InfeasibleTotalsError
        If exact totals that nest contradict each other.

    Examples
    --------
    >>> halves = np.array([[0.5, 0.5], [0.5, 0.5]])
    >>> rows, columns = read_margins({(0,): [1, 1], (1,): [2, 0]}, Names((2, 2)))
    >>> round_counts(halves, [rows], [columns])
    array([[1, 0],
           [1, 0]])
    """
    must = [*nested([one for one in divided if one.exact], _HALF_A_UNIT), *(one for one in divided if not one.exact)]
    limits = CellBounds.none() if bounds is None else bounds
    rounding = _rounded(counts, must, limits, widen=widen)
    for number, division in enumerate(near):
        move_units(rounding, division, [*must, *near[:number]])
    rounded = rounding.rounded()
    missed = _missed(rounded, near)
    if missed and np.count_nonzero(rounding.steps) <= _LISTED:
        nearer = _nearest(in_units(counts, 1), must, near, limits, widen=widen)
        if nearer is not None and _missed(nearer, near) < missed:
            return nearer
    return rounded


def _missed(values: Integers, divided: Sequence[Division]) -> float:
    """Return how many units the groups miss in all."""
    return sum(float(np.abs(division.beyond(division.sums(values))).sum()) for division in divided)


def _in_units(totals: Division, unit: float) -> Division:
    """Count totals in units; NaN where they are free."""
    counts = to_units(np.ma.MaskedArray(totals.most, mask=totals.free), unit)
    wanted = np.ma.filled(np.ma.asarray(counts, dtype=np.float64), math.nan)
    return Division.exactly(totals.axes, totals.groups, wanted, named=totals.named, level=totals.level)


def _rounded(counts: Floats, divided: Sequence[Division], bounds: CellBounds, *, widen: bool) -> Rounding:
    """Round with the smallest deviation where that is known or can be searched for, otherwise near it."""
    rounding = Rounding.down(counts)
    movable = np.count_nonzero(rounding.steps)
    if sum(division.exact for division in divided) < 2 or movable > _LISTED:
        for number, division in enumerate(divided):
            met = _settle(rounding, division, divided[:number])
            if not met and movable > _SEARCHABLE:
                raise NoExactRoundingError(proven=number < 2)
            if not met:
                break
        else:
            return rounding
    return _searched(in_units(counts, 1), divided, bounds, widen=widen)


def _settle(rounding: Rounding, division: Division, settled: Sequence[Division]) -> bool:
    """Meet one more division, keeping those that are settled; tell whether it is met."""
    if settled or not division.exact:
        return move_units(rounding, division, settled)
    round_groups(rounding, division)
    return rounding.met(division)


def _searched(counts: Floats, divided: Sequence[Division], bounds: CellBounds, *, widen: bool) -> Rounding:
    """Search for the rounding with the smallest deviation cell by cell."""
    floors = np.floor(counts).astype(np.int64)
    moves = _moves(counts, floors, divided, bounds, widen=widen).reshape(counts.shape)
    if any(division.beyond(division.sums(floors + moves)).any() for division in divided):
        raise NoExactRoundingError
    rounding = Rounding.down(counts)
    # what was widened stays where it is
    rounding.steps[(moves < 0) | (moves > 1)] = 0
    up = (moves == 1) & (rounding.steps > 0)
    return Rounding(floors + moves - up, rounding.steps, up)


def _nearest(
    counts: Floats, must: Sequence[Division], near: Sequence[Division], bounds: CellBounds, *, widen: bool
) -> Integers | None:
    """Search for the rounding that misses the fewest units of groups that need not hold; None where none is found."""
    floors = np.floor(counts).astype(np.int64)
    cell, sign, costs = _ways(counts, bounds, widen=widen)
    matrix, least, most = _sides([*must, *near], cell, sign, floors)
    chosen = _choose_nearest(costs, matrix, least, most, sum(int((~one.free).sum()) for one in near))
    if chosen is None:
        return None
    rounded = floors.ravel()
    np.add.at(rounded, cell, (sign * chosen).astype(np.int64))
    values = rounded.reshape(counts.shape)
    return None if _missed(values, must) else values


def _moves(
    counts: Floats, whole: Integers, divided: Sequence[Division], bounds: CellBounds, *, widen: bool
) -> Integers:
    """Return how many units each cell goes above its floor so that every group holds what it must."""
    cell, sign, costs = _ways(counts, bounds, widen=widen)
    moves = np.zeros(counts.size, dtype=np.int64)
    if not len(cell) or not divided:
        return moves
    chosen = _choose(costs, *_sides(divided, cell, sign, whole))
    np.add.at(moves, cell, (sign * chosen).astype(np.int64))
    return moves


def _ways(counts: Floats, bounds: CellBounds, *, widen: bool) -> tuple[Positions, Floats, Floats]:
    """Return the moves there are from the floor of each cell: which cell, up or down, and at what cost."""
    flat = counts.ravel()
    floors, ceilings = np.floor(flat), np.ceil(flat)
    up = np.flatnonzero(floors < ceilings)
    cells, signs, costs = [up], [np.ones(len(up))], [1 - 2 * (flat[up] - floors[up])]
    if widen:
        least, most = np.full(flat.size, -np.inf), np.full(flat.size, np.inf)
        least[bounds.cells], most[bounds.cells] = bounds.least, bounds.most
        above = np.flatnonzero((flat != 0) & (ceilings != 0) & (ceilings < most))
        below = np.flatnonzero((flat != 0) & (floors != 0) & (floors > least))
        cells += [above, below]
        signs += [np.ones(len(above)), -np.ones(len(below))]
        costs += [np.ones(len(above)), np.ones(len(below))]
    return np.concatenate(cells), np.concatenate(signs), np.concatenate(costs)


def _sides(
    divided: Sequence[Division], cell: Positions, sign: Floats, whole: Integers
) -> tuple["csr_array[Any]", Floats, Floats]:
    """Return what moves of cells add to the groups that are not free, and what must be added at least and at most."""
    asked = [~division.free for division in divided]
    least, most = (
        np.concatenate(
            [getattr(one, side)[some] - one.sums(whole)[some] for one, some in zip(divided, asked, strict=True)]
        )
        for side in ("least", "most")
    )
    return sums_matrix(divided, cell, whole.shape, sign), least, most


def _choose(costs: Floats, matrix: "csr_array[Any]", least: Floats, most: Floats) -> Floats:
    """Return the cheapest choice of zeros and ones with `matrix` @ choice between `least` and `most`."""
    from scipy.optimize import Bounds, LinearConstraint, linprog, milp
    from scipy.sparse import vstack

    exact, floored, capped = least == most, (least < most) & (least > -np.inf), (least < most) & (most < np.inf)
    vertex = linprog(  # type: ignore[call-overload]  # the stubs do not know that a sparse matrix is taken
        costs,
        A_ub=vstack([-matrix[floored], matrix[capped]]) if (floored | capped).any() else None,
        b_ub=np.concatenate([-least[floored], most[capped]]) if (floored | capped).any() else None,
        A_eq=matrix[exact] if exact.any() else None,
        b_eq=least[exact] if exact.any() else None,
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
        constraints=LinearConstraint(matrix, least, most),
        options={"presolve": False, "node_limit": _NODES[many], "mip_rel_gap": _NEAR_ENOUGH if many else 0},
    )
    if whole.x is None:
        raise NoExactRoundingError(proven=whole.status == 2)
    return np.asarray(np.rint(whole.x))


def _choose_nearest(costs: Floats, matrix: "csr_array[Any]", least: Floats, most: Floats, near: int) -> Floats | None:
    """Return the choice of zeros and ones whose sums miss the last rows by the least, the cheapest of these first."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array, eye_array, hstack, vstack

    count = len(costs)
    misses = vstack([csr_array((len(least) - near, near)), csr_array(eye_array(near))])
    dear = np.full(2 * near, 2.0 * count + 1)  # a unit missed costs more than all moves together
    found = milp(
        np.concatenate([costs, dear]),
        integrality=np.repeat([1, 0], [count, 2 * near]),
        bounds=Bounds(0, np.repeat([1, np.inf], [count, 2 * near])),
        constraints=LinearConstraint(hstack([matrix, misses, -misses], format="csr"), least, most),
        options={"presolve": False, "node_limit": _NODES[count > _FEW]},
    )
    return None if found.x is None else np.rint(found.x[:count])

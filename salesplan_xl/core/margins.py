"""Whole units in a table: every cell rounded so that totals over its axes hold."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.errors import NoExactRoundingError, WrongShapeError
from salesplan_xl.core.money import from_units, to_units
from salesplan_xl.core.reading import in_units, read_numbers
from salesplan_xl.core.totals import Totals, read_totals, sums_matrix

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

# Search limits of the integer programme for few and for many choices; counts of nodes, so that every machine stops at
# the same place.
_FEW = 300
_NODES = (2_000, 50)
# How near to the nearest rounding of many choices is near enough.
_NEAR_ENOUGH = 0.05


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
    table = read_numbers(values)
    wanted = read_totals(margins, table.shape)
    counts = in_units(table, unit)
    rounded = np.floor(counts).astype(np.int64)
    needs = [_need(totals, rounded, unit) for totals in wanted]
    rounded += _moves(counts.ravel(), table.shape, wanted, needs, widen=widen).reshape(table.shape)
    if any(np.nansum(np.abs(_need(totals, rounded, unit))) for totals in wanted):
        raise NoExactRoundingError
    return from_units(rounded, unit)


def _need(totals: Totals, counts: NDArray[Any], unit: float) -> Floats:
    """Return how many units each total still misses; NaN where it is free."""
    wanted = np.ma.masked_invalid(totals.amounts)
    missing = to_units(wanted, unit) - totals.sums(counts)
    return np.ma.filled(np.ma.asarray(missing, dtype=np.float64), math.nan)


def _moves(
    counts: Floats, shape: tuple[int, ...], wanted: tuple[Totals, ...], needs: list[Floats], *, widen: bool
) -> Integers:
    """Return how many units each cell goes above its floor so that every need is met."""
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
    need = np.concatenate([need.ravel()[totals.asked] for totals, need in zip(wanted, needs, strict=True)])
    chosen = _choose(np.concatenate(costs), sums_matrix(wanted, cell, shape, sign), need)
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

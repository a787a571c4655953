"""Pieces and visits in a table whose rows and columns are both given: biproportional apportionment."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.errors import AmountTooLargeError, NegativeAmountError, NoExactRoundingError, WrongShapeError
from salesplan_xl.core.fitting import fit
from salesplan_xl.core.reading import read_at_least_zero
from salesplan_xl.core.spreading.cells import read_amounts

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

LARGEST_TOTAL = 10**6
"""First total that is refused: beyond it, the steps between shares are too small to tell apart."""

# How far from its fitted share a cell may go before the search is widened.
_FIRST_WINDOW = 2


def apportion_table(weights: ArrayLike, rows: ArrayLike, columns: ArrayLike) -> Integers:
    r"""
    Share whole pieces over a table so that rows and columns hold and every cell is fair by Webster's rule.

    Other than `salesplan_xl.core.rounding.round_matrix`, which rounds a fitted table as little as possible, this is
    the one rule under which moving a piece never makes the shares more proportional.

    Parameters
    ----------
    weights : array_like, shape (n, m)
        Relative sizes of the cells, zero or more; zero gets nothing.
    rows, columns : array_like of int, shapes (n,) and (m,)
        Pieces of each row and of each column, with the same sum, below 10**6.

    Returns
    -------
    ndarray of int64, shape (n, m)
        Pieces of each cell: for some factor of each row and of each column, its weight times both, rounded to the
        nearest. Where two tables are equally fair, the order of cells decides.

    Raises
    ------
    UnequalTotalsError, NoSeedError, InfeasibleTotalsError
        If the totals contradict each other or the weights.
    AmountTooLargeError
        If there are 10**6 pieces or more.
    NegativeAmountError
        If a total is negative.
    NotConvergedError, NoExactRoundingError
        If the search cannot start, or ends without an answer.
    OutOfRangeError, WrongShapeError, NotAnAmountError, NotWholeUnitsError
        If an input cannot be read.

    Notes
    -----
    M. L. Balinski and G. Demange (1989). Found as the cheapest flow in which the :math:`k`-th piece of a cell costs
    :math:`\log((k - 1/2)/w)`: N. Gaffke and F. Pukelsheim, "Divisor methods for proportional representation systems: an
    optimization approach to vector and matrix apportionment problems", Mathematical Social Sciences 56 (2008). The
    costs are convex, so a flow that is cheapest near the fitted table, and stays off the border of the search, is
    the cheapest of all.

    Examples
    --------
    >>> apportion_table([[123, 45, 815], [912, 714, 414], [312, 255, 215]], [5, 11, 4], [7, 5, 8])
    array([[1, 0, 4],
           [4, 4, 3],
           [2, 1, 1]])
    """
    table = read_at_least_zero("weight", weights)
    row_totals, column_totals = read_amounts(rows), read_amounts(columns)
    if table.ndim != 2:
        raise WrongShapeError("weights", table.shape, "a table")
    for totals in (row_totals, column_totals):
        if (totals < 0).any():
            raise NegativeAmountError("number of pieces", int(totals.min()))
    pieces = int(row_totals.sum())
    if pieces >= LARGEST_TOTAL:
        raise AmountTooLargeError(pieces, LARGEST_TOTAL)
    fitted = fit(table, {(0,): row_totals, (1,): column_totals}).values
    furthest = np.where(table > 0, np.minimum(row_totals[:, None], column_totals), 0)
    window = _FIRST_WINDOW
    while True:
        lowest = np.clip(np.floor(fitted).astype(np.int64) - window, 0, furthest)
        highest = np.clip(np.ceil(fitted).astype(np.int64) + window, 0, furthest)
        found = _cheapest(table, lowest, highest, row_totals, column_totals)
        if found is not None and not _may_go_further(found, lowest, highest, furthest):
            return found
        if window > pieces:
            raise NoExactRoundingError(proven=False)
        window *= 2


def _may_go_further(found: Integers, lowest: Integers, highest: Integers, furthest: Integers) -> bool:
    """Tell whether a cell is at the border of the search, beyond which it might be better off."""
    return bool((((found == lowest) & (lowest > 0)) | ((found == highest) & (highest < furthest))).any())


def _cheapest(table: Floats, lowest: Integers, highest: Integers, rows: Integers, columns: Integers) -> Integers | None:
    """Return the cheapest table between two others that meets the totals; None where there is none."""
    from scipy.optimize import linprog
    from scipy.sparse import coo_array

    height, width = table.shape
    steps = (highest - lowest).ravel()
    cell = np.repeat(np.arange(table.size), steps)
    rank = np.arange(len(cell)) - np.repeat(np.cumsum(steps) - steps, steps)
    costs = np.log(lowest.ravel()[cell] + rank + 0.5) - np.log(table.ravel()[cell])
    each = np.arange(len(cell))
    entries = np.ones(2 * len(cell))
    places = (np.concatenate([cell // width, height + cell % width]), np.concatenate([each, each]))
    sums: Any = coo_array((entries, places), shape=(height + width, len(cell))).tocsr()
    need = np.concatenate([rows - lowest.sum(axis=1), columns - lowest.sum(axis=0)])
    if (need < 0).any():
        return None
    flow = linprog(costs, A_eq=sums, b_eq=need, bounds=(0, 1), method="highs-ds")
    if flow.status != 0 or flow.x is None:
        return None
    found = lowest.ravel().copy()
    np.add.at(found, cell, np.rint(flow.x).astype(np.int64))
    return found.reshape(table.shape)

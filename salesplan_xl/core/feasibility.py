"""Why a table does not settle: totals that no table meets, named, and cells that they force to zero."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from salesplan_xl.core.errors import InfeasibleTotalsError, NoSeedError
from salesplan_xl.core.totals import Names, Totals, sums_matrix

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = NDArray[np.float64]


def check_seeds(table: Floats, totals: tuple[Totals, ...], names: Names) -> None:
    """
    Refuse a total above zero over cells that are all zero.

    Parameters
    ----------
    table : ndarray of float64
        Relative sizes of the cells, zero or more.
    totals : tuple of Totals
        Totals of the table.
    names : Names
        How the totals are called.

    Raises
    ------
    NoSeedError
        If there is one; the first is named.
    """
    for part in totals:
        if wrong := names.first(part.axes, (part.sums(table) == 0) & (part.amounts > 0)):
            raise NoSeedError(wrong.name, wrong.of(part.amounts), named=(wrong.scope,))


def without_forced_zeros(table: Floats, totals: tuple[Totals, ...], names: Names) -> Floats:
    """
    Take out cells that are zero in every table with these totals.

    Parameters
    ----------
    table : ndarray of float64
        Relative sizes of the cells, zero or more.
    totals : tuple of Totals
        Totals of the table.
    names : Names
        How the totals are called.

    Returns
    -------
    table : ndarray of float64
        The same with these cells at zero.

    Raises
    ------
    InfeasibleTotalsError
        If no table on the other cells has these totals; the blocking totals and the deficit are named.

    Notes
    -----
    One linear programme finds a table, up to a common scale of at least one, with as many cells as
    possible at one or more; scaling up lifts every cell that can be positive.

    Examples
    --------
    >>> totals = (Totals((0,), np.array([4.0, 6.0])), Totals((1,), np.array([4.0, 6.0])))
    >>> without_forced_zeros(np.array([[2.0, 1.0], [0.0, 3.0]]), totals, Names((2, 2)))
    array([[2., 0.],
           [0., 3.]])
    """
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, hstack

    cells = np.flatnonzero(table)
    matrix, wanted, owners = _equations(cells, totals, table.shape)
    scale = len(cells) / max(float(wanted.max(initial=0.0)), 1e-300)
    count = len(cells)
    solved = linprog(  # type: ignore[call-overload]  # the stubs do not know that a sparse matrix is taken
        np.concatenate([-np.ones(count), np.zeros(count + 1)]),
        A_eq=hstack([matrix, matrix, csr_array(-scale * wanted[:, None])], format="csr"),
        b_eq=np.zeros(len(wanted)),
        bounds=np.array([[0, 1]] * count + [[0, np.inf]] * count + [[1, np.inf]]),
        method="highs",
    )
    if solved.status == 2:
        _name_contradiction(matrix, wanted, owners, totals, names)
    if solved.status != 0:
        return table
    kept = np.zeros(table.size, dtype=bool)
    kept[cells[solved.x[:count] > 0.5]] = True
    return np.where(kept.reshape(table.shape), table, 0.0)


def _equations(
    cells: NDArray[np.intp], totals: tuple[Totals, ...], shape: tuple[int, ...]
) -> tuple["csr_array[Any]", Floats, list[tuple[int, int]]]:
    """Return the sums of cells as a matrix, the totals they must meet, and which total each row is."""
    wanted = np.concatenate([part.amounts.ravel()[part.asked] for part in totals])
    owners = [(number, int(place)) for number, part in enumerate(totals) for place in part.asked]
    return sums_matrix(totals, cells, shape), wanted, owners


def _name_contradiction(
    matrix: "csr_array[Any]",
    wanted: Floats,
    owners: list[tuple[int, int]],
    totals: tuple[Totals, ...],
    names: Names,
) -> None:
    """
    Name the totals that block each other.

    The dual prices of the table with the smallest misses are a certificate (Farkas): totals with a
    positive price ask, totals with a negative price feed, and no cell gives the first without taking
    from the second.
    """
    from scipy.optimize import linprog
    from scipy.sparse import eye_array, hstack

    scale = max(float(wanted.max()), 1e-300)
    identity = eye_array(len(wanted))
    solved = linprog(
        np.concatenate([np.zeros(matrix.shape[1]), np.ones(2 * len(wanted))]),
        A_eq=hstack([matrix, identity, -identity], format="csr"),
        b_eq=wanted / scale,
        method="highs",
    )
    prices = _fewest(np.round(solved.eqlin.marginals, 6), owners, totals)
    prices /= max(float(np.abs(prices).max()), 1e-300)
    asking, feeding = np.flatnonzero(prices > 0), np.flatnonzero(prices < 0)
    targets, feeders = (
        [names.total(totals[owners[row][0]].axes, owners[row][1]) for row in rows] for rows in (asking, feeding)
    )
    raise InfeasibleTotalsError(
        tuple(target.name for target in targets),
        tuple(feeder.name for feeder in feeders),
        float(prices[asking] @ wanted[asking]),
        float(-prices[feeding] @ wanted[feeding]),
        weighted=bool((np.abs(prices[prices != 0]) != 1).any()),
        named=tuple(total.scope for total in (*targets, *feeders)),
    )


def _fewest(prices: Floats, owners: list[tuple[int, int]], totals: tuple[Totals, ...]) -> Floats:
    """
    Say the same with as few totals as possible.

    Every cell is in one total of each complete set and these add up to the same amount, so prices
    may be moved from one complete set to another.
    """
    complete = [number for number, part in enumerate(totals) if part.complete]
    owner = np.array([number for number, _ in owners])
    for source in complete:
        for goal in complete:
            if source == goal:
                continue
            for shift in np.unique(prices[owner == source]):
                moved = prices - shift * (owner == source) + shift * (owner == goal)
                if np.count_nonzero(moved) < np.count_nonzero(prices):
                    prices = moved
    return prices

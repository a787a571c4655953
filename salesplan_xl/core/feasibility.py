"""Why a table does not settle: totals that no table meets, named, and cells that they force to zero."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from salesplan_xl.core.divisions import Division, sums_matrix
from salesplan_xl.core.errors import InfeasibleTotalsError, NoSeedError
from salesplan_xl.core.sweeps import CellBounds
from salesplan_xl.core.totals import NamedTotal, Names, Positions, positions

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = NDArray[np.float64]

# Crossings up to which cells that are forced to zero are searched for; Newton's method brings those of more near zero.
_SEARCHABLE = 20_000
# Crossings up to which contradictions are searched for among all of them at once; of more, so many are added at a time
# where they lessen what is missed.
_AT_A_TIME = 5_000
# Prices that differ by less are equal.
_SAME_PRICE = 1e-6


def check_seeds(table: Floats, divided: Sequence[Division]) -> None:
    """
    Refuse a total above zero over cells that are all zero.

    Parameters
    ----------
    table : ndarray of float64
        Relative sizes of the cells, zero or more.
    divided : sequence of Division
        Divisions of the table.

    Raises
    ------
    NoSeedError
        If there is one; the first is named.
    """
    for division in divided:
        for group in np.flatnonzero((division.sums(table) == 0) & (division.least > 0))[:1].tolist():
            total = division.named(group)
            raise NoSeedError(total.name, float(division.least[group]), named=(total.scope,))


def without_forced_zeros(table: Floats, divided: Sequence[Division], bounds: CellBounds, names: Names) -> Floats:
    """
    Take out cells that are zero in every table that meets its divisions.

    Parameters
    ----------
    table : ndarray of float64
        Relative sizes of the cells, zero or more.
    divided : sequence of Division
        Divisions of the table.
    bounds : CellBounds
        Bounds of single cells.
    names : Names
        How the cells are called.

    Returns
    -------
    table : ndarray of float64
        The same with these cells at zero; the same table where there are more than 20,000 different crossings of
        groups, which are only searched for contradictions.

    Raises
    ------
    InfeasibleTotalsError
        If no table on the other cells meets them; what blocks and the deficit are named.

    Notes
    -----
    One linear programme finds a table, up to a common scale of at least one, with as many cells as
    possible at one or more; scaling up lifts every cell that can be positive.

    Examples
    --------
    >>> rows, columns = (Division.exactly((axis,), np.arange(2), np.array([4.0, 6.0])) for axis in (0, 1))
    >>> without_forced_zeros(np.array([[2.0, 1.0], [0.0, 3.0]]), [rows, columns], CellBounds.none(), Names((2, 2)))
    array([[2., 0.],
           [0., 3.]])
    """
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, eye_array, hstack, vstack

    crossings = _Crossings.of(table, divided, bounds)
    count = len(crossings.least)
    if count > _AT_A_TIME:
        _name_contradiction(crossings, divided, bounds, names)
    if count > _SEARCHABLE:
        return table
    one_each = csr_array(eye_array(count))
    matrix = vstack([crossings.matrix, one_each], format="csr")
    least = np.concatenate([crossings.group_least, crossings.least])
    most = np.concatenate([crossings.group_most, crossings.most])
    finite = np.concatenate([least[np.isfinite(least)], most[np.isfinite(most)]])
    scale = count / max(float(finite.max(initial=0.0)), 1e-300)

    def side(rows: NDArray[np.bool_], amounts: Floats) -> Any:
        """Return sums less amounts for some of the rows, by part of each cell up to one, its rest and the scale."""
        return hstack([matrix[rows], matrix[rows], csr_array(-scale * amounts[rows, None])], format="csr")

    exact = least == most
    floored, capped = ~exact & (least > 0), ~exact & np.isfinite(most)
    solved = linprog(  # type: ignore[call-overload]  # the stubs do not know that a sparse matrix is taken
        np.concatenate([-np.ones(count), np.zeros(count + 1)]),
        A_ub=vstack([-side(floored, least), side(capped, most)]) if (floored | capped).any() else None,
        b_ub=np.zeros(int(floored.sum() + capped.sum())) if (floored | capped).any() else None,
        A_eq=side(exact, least) if exact.any() else None,
        b_eq=np.zeros(int(exact.sum())) if exact.any() else None,
        bounds=np.array([[0, 1]] * count + [[0, np.inf]] * count + [[1, np.inf]]),
        method="highs",
    )
    if solved.status == 2:
        _name_contradiction(crossings, divided, bounds, names)
    if solved.status != 0:
        return table
    return np.where(crossings.over_table(solved.x[:count] > 0.5), table, 0.0)


@dataclass(frozen=True)
class _Crossings:
    """Cells that lie under the same groups, taken as one: their sums, and the bounds of groups and cells."""

    matrix: "csr_array[Any]"
    group_least: Floats
    group_most: Floats
    least: Floats
    most: Floats
    cells: Positions
    crossing: Positions
    shape: tuple[int, ...]
    used: tuple[int, ...]

    @classmethod
    def of(cls, table: Floats, divided: Sequence[Division], bounds: CellBounds) -> "_Crossings":
        """Find the crossings of a table that are not zero."""
        used = tuple(sorted({axis for division in divided for axis in division.axes}))
        unused = tuple(axis for axis in range(table.ndim) if axis not in used)
        counts = np.count_nonzero(table, axis=unused)
        cells = np.flatnonzero(counts)
        there = [replace(division, axes=tuple(map(used.index, division.axes))) for division in divided]
        crossing, first = np.zeros(len(cells), dtype=np.intp), np.zeros(min(len(cells), 1), dtype=np.intp)
        for division in there:
            lines = crossing * len(division.least) + division.of_cells(cells, counts.shape)
            _, first, crossing = np.unique(lines, return_index=True, return_inverse=True)
        bounded = table.ravel()[bounds.cells] > 0
        at = np.full(counts.size, -1, dtype=np.intp)
        at[cells] = crossing
        owners = at[positions(bounds.cells[bounded], table.shape, used)]
        least = np.bincount(owners, weights=bounds.least[bounded], minlength=len(first)).astype(np.float64)
        capped = np.isfinite(bounds.most[bounded])
        most = np.bincount(owners[capped], weights=bounds.most[bounded][capped], minlength=len(first))
        closed = np.bincount(owners[capped], minlength=len(first))
        sizes = np.bincount(crossing, weights=counts.ravel()[cells], minlength=len(first))
        asked = [~division.free for division in divided]
        return cls(
            sums_matrix(there, cells[first], counts.shape),
            np.concatenate([division.least[some] for division, some in zip(divided, asked, strict=True)]),
            np.concatenate([division.most[some] for division, some in zip(divided, asked, strict=True)]),
            least,
            np.where(closed == sizes, most, np.inf),
            cells,
            crossing,
            table.shape,
            used,
        )

    def over_table(self, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Lay out which crossings are chosen so that it spreads over the table."""
        spread = np.zeros([size if axis in self.used else 1 for axis, size in enumerate(self.shape)], dtype=bool)
        spread.ravel()[self.cells] = chosen[self.crossing]
        return spread

    def bounded(self, bounds: CellBounds, chosen: NDArray[np.bool_], limits: Floats) -> Positions:
        """Return the cells of chosen crossings that have a limit."""
        inside = np.broadcast_to(self.over_table(chosen), self.shape).ravel()[bounds.cells]
        return bounds.cells[inside & np.isfinite(limits) & (limits > 0)]


def _name_contradiction(crossings: _Crossings, divided: Sequence[Division], bounds: CellBounds, names: Names) -> None:
    """
    Refuse and name what blocks each other; return if nothing does.

    The dual prices of the table with the smallest misses are a certificate (Farkas): totals with a
    positive price ask, totals with a negative price feed, and no cell gives the first without taking
    from the second, but for cells that are at a bound of their own.
    """
    matrix, least, most = crossings.matrix, crossings.group_least, crossings.group_most
    prices = _prices(crossings)
    owners = [(number, int(group)) for number, one in enumerate(divided) for group in np.flatnonzero(~one.free)]
    prices = _fewest(np.round(prices, 6), owners, divided)
    prices /= max(float(np.abs(prices).max()), 1e-300)
    pull = np.round(matrix.T @ prices, 6)  # above zero a cell would take more, and is at its upper bound
    asking, feeding = np.flatnonzero(prices > 0), np.flatnonzero(prices < 0)
    targets, feeders = ([divided[owners[row][0]].named(owners[row][1]) for row in rows] for rows in (asking, feeding))
    targets += _bounds_called("lower", crossings.bounded(bounds, pull < 0, bounds.least), names)
    feeders += _bounds_called("upper", crossings.bounded(bounds, pull > 0, bounds.most), names)
    floors, caps = (pull < 0) & (crossings.least > 0), pull > 0
    weights = np.abs([*prices[asking], *prices[feeding], *pull[floors], *pull[caps]])
    asked = float(prices[asking] @ least[asking] - pull[floors] @ crossings.least[floors])
    fed = float(-prices[feeding] @ most[feeding] + pull[caps] @ crossings.most[caps])
    if asked <= fed:
        return  # nothing is missing: beside large totals the search took very small ones for none
    raise InfeasibleTotalsError(
        tuple(target.name for target in targets),
        tuple(feeder.name for feeder in feeders),
        asked,
        fed,
        weighted=bool((weights != 1).any()),
        named=tuple(total.scope for total in (*targets, *feeders)),
    )


def _prices(crossings: _Crossings) -> Floats:
    """Return the dual prices of the table with the smallest misses: what one more unit of each total would cost."""
    count = crossings.matrix.shape[1]
    if count <= _AT_A_TIME:
        return _prices_with(crossings, np.arange(count))
    # crossings that must hold something, and some from everywhere; then those that would lessen what is missed
    chosen = np.union1d(np.flatnonzero(crossings.least > 0), np.arange(0, count, count // _AT_A_TIME))
    while True:
        prices = _prices_with(crossings, chosen)
        pull = crossings.matrix.T @ prices
        pull[chosen] = 0.0
        wanting = np.flatnonzero(pull > _SAME_PRICE)
        if not len(wanting):
            return prices
        chosen = np.union1d(chosen, wanting[np.argsort(-pull[wanting], kind="stable")[:_AT_A_TIME]])


def _prices_with(crossings: _Crossings, chosen: Positions) -> Floats:
    """Return the dual prices of the table with the smallest misses whose other crossings are empty."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, eye_array, hstack, vstack

    matrix, least, most = crossings.matrix[:, chosen], crossings.group_least, crossings.group_most
    finite = np.concatenate([least[np.isfinite(least)], most[np.isfinite(most)]])
    scale = max(float(finite.max(initial=0.0)), 1e-300)
    identity = csr_array(eye_array(len(least)))
    elastic = hstack([matrix, identity, -identity], format="csr")
    exact = least == most
    floored, capped = ~exact & np.isfinite(least), ~exact & np.isfinite(most)
    solved = linprog(  # type: ignore[call-overload]  # the stubs do not know that a sparse matrix is taken
        np.concatenate([np.zeros(matrix.shape[1]), np.ones(2 * len(least))]),
        A_ub=vstack([-elastic[floored], elastic[capped]]) if (floored | capped).any() else None,
        b_ub=np.concatenate([-least[floored], most[capped]]) / scale if (floored | capped).any() else None,
        A_eq=elastic[exact] if exact.any() else None,
        b_eq=least[exact] / scale if exact.any() else None,
        bounds=np.column_stack(
            [
                np.concatenate([crossings.least[chosen] / scale, np.zeros(2 * len(least))]),
                np.concatenate([crossings.most[chosen] / scale, np.full(2 * len(least), np.inf)]),
            ]
        ),
        method="highs",
    )
    prices = np.zeros(len(least))
    prices[exact] = solved.eqlin.marginals
    limits = solved.ineqlin.marginals
    prices[floored] -= limits[: floored.sum()]
    prices[capped] += limits[floored.sum() :]
    return prices


def _bounds_called(which: str, cells: Positions, names: Names) -> list[NamedTotal]:
    """Name the bounds of cells."""
    called = [names.cell(cell) for cell in cells.tolist()]
    return [NamedTotal(f"the {which} bound of {cell.name}", cell.scope) for cell in called]


def _fewest(prices: Floats, owners: list[tuple[int, int]], divided: Sequence[Division]) -> Floats:
    """
    Say the same with as few totals as possible.

    Every cell is in one total of each complete set and these add up to the same amount, so prices
    may be moved from one complete set to another.
    """
    complete = [number for number, one in enumerate(divided) if (one.least == one.most).all()]
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

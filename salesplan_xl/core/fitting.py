"""A table fitted to its totals: the one nearest to a seed in proportion, around the cells that are held."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.divisions import Division, read_margins
from salesplan_xl.core.errors import (
    HeldExceedsTargetError,
    InfeasibleTotalsError,
    NegativeAmountError,
    NotAnAmountError,
    NotConvergedError,
    TargetAllHeldError,
    WrongShapeError,
)
from salesplan_xl.core.feasibility import check_seeds, without_forced_zeros
from salesplan_xl.core.nesting import check_equal, nested
from salesplan_xl.core.newton import leap
from salesplan_xl.core.sweeps import CellBounds, Patience, sweep
from salesplan_xl.core.totals import Names, Positions

Floats = NDArray[np.float64]

# Steps of Newton's method after which it is given up; a table of cents beside millions takes about twenty.
_LEAPS = 100


@dataclass(frozen=True)
class Held:
    """
    Cells that stay as they are.

    Parameters
    ----------
    cells : ndarray of int, shape (n,)
        Their flat positions in the table, ascending.
    amounts : ndarray, shape (n,)
        What each holds.
    """

    cells: Positions
    amounts: NDArray[Any]

    @classmethod
    def none(cls) -> "Held":
        """
        Return that no cell is held.

        Returns
        -------
        held : Held
            Without a cell.
        """
        return cls(np.zeros(0, dtype=np.intp), np.zeros(0))


@dataclass(frozen=True)
class Fit:
    """
    A table fitted to its totals.

    Parameters
    ----------
    values : ndarray of float64
        The fitted table, held cells included.
    converged : bool
        Whether every total is met within the tolerance.
    worst_error : float
        Largest difference between a total asked for and the sum of its cells.
    sweeps : int
        How often all totals were gone through.
    """

    values: Floats
    converged: bool
    worst_error: float
    sweeps: int


def fit(
    seed: ArrayLike,
    margins: Mapping[tuple[int, ...], ArrayLike],
    *,
    support: ArrayLike | None = None,
    held: ArrayLike | None = None,
    tolerance: float = 1e-9,
    max_sweeps: int = 10_000,
) -> Fit:
    """
    Return the table nearest to `seed` in proportion that meets all the totals.

    Parameters
    ----------
    seed : array_like, any shape
        Relative sizes of the cells, zero or more, none missing; a zero stays zero.
    margins : mapping from tuple of int to array_like
        For each set of axes the totals over it, zero or more; `(0,)` are row totals, `(0, 2)` one
        total for each pair, `()` is the grand total. NaN = that total is free.
    support : array_like of bool, shape of `seed`, optional
        False where a cell is outside the plan and must be zero.
    held : array_like, shape of `seed`, optional
        Values that stay as they are, zero or more; NaN = free. They count towards the totals.
    tolerance : float, default 1e-9
        Largest error of a total, as a share of the grand total.
    max_sweeps : int, default 10000
        Sweeps after which fitting is given up.

    Returns
    -------
    fit : Fit
        `values` in the unit of the totals. `converged` is always true: what does not converge is
        refused. Totals are never changed. Zeros and the cross-product ratios of the free cells
        are those of the seed, apart from cells that the totals force to zero.

    Raises
    ------
    UnequalTotalsError
        If two sets of totals add up to different amounts.
    HeldExceedsTargetError
        If the held cells under a total exceed it.
    NoSeedError, TargetAllHeldError
        If a total above zero has no cell to go to, or only held ones.
    InfeasibleTotalsError
        If no table on these cells meets the totals; the blocking totals and the deficit are named.
    NotConvergedError
        If the totals are not met after `max_sweeps`.
    NegativeAmountError, WrongShapeError, NotAnAmountError
        If an input cannot be read.

    Notes
    -----
    Iterative proportional fitting (Deming and Stephan, 1940), which minimises the Kullback-Leibler
    divergence from the seed. The seed is never rewritten: the answer is the seed times one factor for
    each total (see `sweeps`). A table that does not settle is examined by linear
    programming: contradictions are named, and cells that are zero in every table with these totals are taken out
    (up to 20,000 crossings of the axes that have totals; of more they come near zero). Then it is fitted by Newton's
    method (see `newton`).

    Examples
    --------
    >>> fit([[1, 1], [1, 1]], {(0,): [30, 70], (1,): [50, 50]}).values.round(6)
    array([[15., 15.],
           [35., 35.]])
    """
    table = read_table(seed, "seed")
    names = Names(table.shape)
    totals = read_margins(margins, names)
    kept = Held.none() if held is None else _read_held(held, table.shape)
    if support is not None:
        inside = np.asarray(support, dtype=bool)
        if inside.shape != table.shape:
            raise WrongShapeError("support", inside.shape, table.shape)
        table = np.where(inside, table, 0.0)
    _check_not_negative(totals)
    grand = max((float(part.most.sum(where=~part.free)) for part in totals), default=0.0)
    allowance = tolerance * grand
    check_equal(nested(totals, allowance), allowance)
    remaining = less_held(totals, kept, table.shape, allowance)
    values, worst, sweeps = fit_around(kept, table, remaining, names, allowance, max_sweeps)
    if not worst <= allowance:
        raise not_converged(values, remaining, allowance, sweeps)
    values.ravel()[kept.cells] = kept.amounts
    return Fit(values, converged=True, worst_error=worst, sweeps=sweeps)


def read_table(given: ArrayLike, what: str) -> Floats:
    """
    Return a table of finite numbers, zero or more.

    Parameters
    ----------
    given : array_like, any shape
        Relative sizes.
    what : str
        Their name, for an error.

    Returns
    -------
    table : ndarray of float64, shape of `given`
        In one piece of memory.

    Raises
    ------
    NotAnAmountError, WrongShapeError, NegativeAmountError
        If there is no table, no cell in it, or one that is missing, no number or below zero.

    Examples
    --------
    >>> read_table([[1, 2]], "weights")
    array([[1., 2.]])
    """
    table = np.asarray(given)
    if table.dtype.kind not in "iuf":
        raise NotAnAmountError(what)
    if table.ndim == 0 or table.size == 0:
        raise WrongShapeError(what, table.shape, "a table with cells")
    table = np.ascontiguousarray(table, dtype=np.float64)
    lowest, highest = float(table.min()), float(table.max())
    if not (np.isfinite(lowest) and np.isfinite(highest)):
        raise NotAnAmountError(lowest if not np.isfinite(lowest) else highest)
    if lowest < 0:
        raise NegativeAmountError(f"smallest of the {what}", lowest)
    return table


def less_held(
    divided: Sequence[Division], held: Held, shape: tuple[int, ...], allowance: float
) -> tuple[Division, ...]:
    """
    Return what the held cells leave of each group.

    Parameters
    ----------
    divided : sequence of Division
        Divisions of one table.
    held : Held
        Cells of the table with what they hold, zero or more.
    shape : tuple of int
        Shape of the table.
    allowance : float
        By how much held cells may exceed a total that then counts as used up.

    Returns
    -------
    remaining : tuple of Division
        The same groups, of which no one may hold less than nothing.

    Raises
    ------
    NegativeAmountError
        If a held cell is below zero.
    HeldExceedsTargetError
        If the held cells under a total exceed it; the first one is named.

    Examples
    --------
    >>> rows = Division.exactly((0,), np.array([0, 1]), np.array([10.0, 5.0]))
    >>> less_held([rows], Held(np.array([0]), np.array([4.0])), (2, 2), 0.0)[0].most
    array([6., 5.])
    """
    if not len(held.cells):
        return tuple(divided)
    if held.amounts.min() < 0:
        raise NegativeAmountError("smallest of the held cells", float(held.amounts.min()))
    remaining = []
    for division in divided:
        sums = division.sums_of(held.cells, held.amounts, shape)
        for group in np.flatnonzero(division.most - sums < -allowance)[:1].tolist():
            total = division.named(group)
            figures = float(sums[group]), float(division.most[group])
            raise HeldExceedsTargetError(total.name, *figures, named=(total.scope,))
        remaining.append(division.less(sums))
    return tuple(remaining)


def fit_around(
    held: Held,
    table: Floats,
    asked: Sequence[Division],
    names: Names,
    allowance: float,
    max_sweeps: int,
    bounds: CellBounds | None = None,
) -> tuple[Floats, float, int]:
    """
    Fit the free cells of a table to what the held cells leave of its groups.

    Parameters
    ----------
    held : Held
        Which cells are held.
    table : ndarray of float64
        Relative sizes of the cells, zero or more.
    asked : sequence of Division
        What groups of free cells must hold; see `less_held`.
    names : Names
        How the cells are called.
    allowance : float
        Largest miss of a group that is none.
    max_sweeps : int
        Sweeps after which fitting is given up.
    bounds : CellBounds, optional
        Bounds of single cells that are not held.

    Returns
    -------
    values : ndarray of float64, shape of `table`
        The fitted table, zero in held cells.
    worst : float
        Largest miss of a group; above `allowance` where fitting was given up.
    sweeps : int
        How often all groups were gone through.

    Raises
    ------
    TargetAllHeldError, NoSeedError, InfeasibleTotalsError
        If the totals contradict the held cells, the zeros of the table or each other.

    Examples
    --------
    >>> whole = Division.exactly((), np.array(0), np.array([6.0]))
    >>> fit_around(Held.none(), np.ones((1, 2)), [whole], Names((1, 2)), 1e-9, 10)[0]
    array([[3., 3.]])
    """
    free = table
    if len(held.cells):
        free = table.copy()
        free.ravel()[held.cells] = 0.0
    limits = CellBounds.none() if bounds is None else bounds
    try:
        divided = met_together(asked, allowance)
        patience = Patience(max_sweeps, while_settling=True)
        values, worst = sweep(free, divided, allowance, patience, limits)
        if worst <= allowance:
            return values, worst, patience.sweeps
        del values
        _check_not_all_held(held, free, asked, allowance)
        check_seeds(free, asked)
        free = without_forced_zeros(free, asked, limits, names)
    except InfeasibleTotalsError as error:
        raise replace(error, less_held=len(held.cells) > 0) from None
    return _fitted(free, divided, allowance, limits, patience.sweeps, max_sweeps)


def _fitted(
    free: Floats, divided: Sequence[Division], allowance: float, bounds: CellBounds, done: int, max_sweeps: int
) -> tuple[Floats, float, int]:
    """Fit a table without forced zeros: by sweeps while it settles, else by Newton's method, else by sweeps alone."""
    found: list[tuple[float, Floats]] = []
    for way, most, while_settling in ((sweep, max_sweeps, True), (leap, _LEAPS, False), (sweep, max_sweeps, False)):
        patience = Patience(min(most, max_sweeps - done), while_settling=while_settling)
        values, worst = way(free, divided, allowance, patience, bounds)
        done += patience.sweeps
        if worst <= allowance:
            return values, worst, done
        if not found or worst < found[0][0]:
            found = [(worst, values)]
    ((worst, values),) = found
    return values, worst, done


def not_converged(values: Floats, asked: Sequence[Division], allowance: float, sweeps: int) -> NotConvergedError:
    """
    Say which targets a table misses.

    Parameters
    ----------
    values : ndarray of float64
        A table.
    asked : sequence of Division
        What its groups must hold.
    allowance : float
        Largest miss that is none.
    sweeps : int
        How often all groups were gone through.

    Returns
    -------
    error : NotConvergedError
        Names the groups that are missed, the one that misses most first.
    """
    missed = [
        (float(missing[group]), division.named(group))
        for division in asked
        for missing in [division.beyond(division.sums(values))]
        for group in np.flatnonzero(~(np.abs(missing) <= allowance)).tolist()
    ]
    missed.sort(key=lambda miss: -abs(miss[0]))
    return NotConvergedError(
        sweeps,
        max((abs(missing) for missing, _ in missed), default=0.0),
        tuple(total.name for _, total in missed),
        tuple(missing for missing, _ in missed),
        tuple(total.scope for _, total in missed),
    )


def met_together(asked: Sequence[Division], allowance: float) -> tuple[Division, ...]:
    """
    Return as few divisions as have to be met: exact ones that nest as one, and those with bounds.

    Parameters
    ----------
    asked : sequence of Division
        Divisions of one table.
    allowance : float
        Largest difference between amounts that should be equal.

    Returns
    -------
    divided : tuple of Division
        A table that meets all of them meets all that are asked.

    Raises
    ------
    UnequalTotalsError, InfeasibleTotalsError
        If exact totals that nest contradict each other.
    """
    exact = [division for division in asked if division.exact]
    return (*nested(exact, allowance), *(division for division in asked if not division.exact))


def _read_held(held: ArrayLike, shape: tuple[int, ...]) -> Held:
    """Return the cells that are not free."""
    given = np.asarray(held, dtype=np.float64)
    if given.shape != shape:
        raise WrongShapeError("held cells", given.shape, shape)
    cells = np.flatnonzero(~np.isnan(given))
    return Held(cells, given.ravel()[cells])


def _check_not_negative(totals: Sequence[Division]) -> None:
    """Refuse a total below zero."""
    for part in totals:
        for group in np.flatnonzero(part.most < 0)[:1].tolist():
            total = part.named(group)
            raise NegativeAmountError(f"target for {total.name}", float(part.most[group]), named=(total.scope,))


def _check_not_all_held(held: Held, free: Floats, asked: Sequence[Division], allowance: float) -> None:
    """Refuse a total above zero of which every cell with a weight is held."""
    for division in asked if len(held.cells) else ():
        counts = division.sums_of(held.cells, np.ones(len(held.cells)), free.shape)
        full = (division.sums(free) == 0) & (counts > 0) & (division.least > allowance)
        for group in np.flatnonzero(full)[:1].tolist():
            total = division.named(group)
            raise TargetAllHeldError(total.name, float(division.least[group]), named=(total.scope,))

"""A table fitted to its totals: the one nearest to a seed in proportion, around the cells that are held."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

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
from salesplan_xl.core.totals import Names, Totals, check_equal, check_not_negative, positions, read_totals

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

# Sweeps before a table that does not settle is searched for contradictions and forced zeros.
_PATIENCE = 30
# Largest number of cells for which that search, a linear programme, is worth its time.
_SEARCHABLE = 100_000


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
    divergence from the seed. When all totals are over single axes the seed is never rewritten: the
    answer is the seed times one factor for each member of each axis. A table that does not settle in
    30 sweeps is examined by linear programming (up to 100,000 cells): contradictions are named,
    and cells that are zero in every table with these totals are taken out.

    Examples
    --------
    >>> fit([[1, 1], [1, 1]], {(0,): [30, 70], (1,): [50, 50]}).values.round(6)
    array([[15., 15.],
           [35., 35.]])
    """
    table = read_table(seed, "seed")
    totals = read_totals(margins, table.shape)
    names = Names(table.shape)
    kept = np.full(table.shape, np.nan) if held is None else np.array(held, dtype=np.float64)
    if kept.shape != table.shape:
        raise WrongShapeError("held cells", kept.shape, table.shape)
    if support is not None:
        inside = np.asarray(support, dtype=bool)
        if inside.shape != table.shape:
            raise WrongShapeError("support", inside.shape, table.shape)
        table = np.where(inside, table, 0.0)
    grand = max((float(np.nansum(part.amounts)) for part in totals), default=0.0)
    allowance = tolerance * grand
    check_not_negative(totals, names)
    check_equal(totals, names, allowance)
    fixed = ~np.isnan(kept)
    if fixed.any():
        totals = less_held(totals, kept, names, allowance)
    values, worst, sweeps = fit_around(fixed, table, totals, names, allowance, max_sweeps)
    if worst > allowance:
        raise NotConvergedError(sweeps, worst)
    if held is not None:
        values = np.where(np.isnan(kept), values, kept)
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


def less_held(totals: tuple[Totals, ...], held: Floats, names: Names, allowance: float) -> tuple[Totals, ...]:
    """
    Return what the held cells leave of each total.

    Parameters
    ----------
    totals : tuple of Totals
        Totals of one table.
    held : ndarray of float64
        What the cells of the table hold, zero or more; NaN = free.
    names : Names
        How the totals are called.
    allowance : float
        By how much held cells may exceed a total that then counts as used up.

    Returns
    -------
    remaining : tuple of Totals
        Zero or more each; NaN (free) where the total is.

    Raises
    ------
    NegativeAmountError
        If a held cell is below zero.
    HeldExceedsTargetError
        If the held cells under a total exceed it; the first one is named.

    Examples
    --------
    >>> held = np.array([[4, np.nan], [np.nan, np.nan]])
    >>> less_held((Totals((0,), np.array([10.0, 5.0])),), held, Names((2, 2)), 0.0)[0].amounts
    array([6., 5.])
    """
    if np.nanmin(held, initial=0.0) < 0:
        raise NegativeAmountError("smallest of the held cells", float(np.nanmin(held)))
    amounts = np.where(np.isnan(held), 0.0, held)
    remaining = []
    for part in totals:
        held_sums = part.sums(amounts)
        left = part.amounts - held_sums
        if wrong := names.first(part.axes, left < -allowance):
            figures = wrong.of(held_sums), wrong.of(part.amounts)
            raise HeldExceedsTargetError(wrong.name, *figures, named=(wrong.scope,))
        remaining.append(Totals(part.axes, np.maximum(left, 0.0)))
    return tuple(remaining)


def fit_around(
    fixed: Mask, table: Floats, totals: tuple[Totals, ...], names: Names, allowance: float, max_sweeps: int
) -> tuple[Floats, float, int]:
    """
    Fit the free cells of a table to what the held cells leave of its totals.

    Parameters
    ----------
    fixed : ndarray of bool
        Which cells are held.
    table : ndarray of float64, shape of `fixed`
        Relative sizes of the cells, zero or more.
    totals : tuple of Totals
        What the free cells must add up to; see `less_held`.
    names : Names
        How the totals are called.
    allowance : float
        Largest miss of a total that is none.
    max_sweeps : int
        Sweeps after which fitting is given up.

    Returns
    -------
    values : ndarray of float64, shape of `fixed`
        The fitted table, zero in held cells.
    worst : float
        Largest miss of a total; above `allowance` where fitting was given up.
    sweeps : int
        How often all totals were gone through.

    Raises
    ------
    TargetAllHeldError, NoSeedError, InfeasibleTotalsError
        If the totals contradict the held cells, the zeros of the table or each other.

    Examples
    --------
    >>> free = np.zeros((1, 2), dtype=bool)
    >>> fit_around(free, np.ones((1, 2)), (Totals((), np.array(6.0)),), Names((1, 2)), 1e-9, 10)[0]
    array([[3., 3.]])
    """
    free = np.where(fixed, 0.0, table)
    for part in totals:
        full = (part.sums(free) == 0) & (part.sums(fixed) > 0) & (part.amounts > allowance)
        if wrong := names.first(part.axes, full):
            raise TargetAllHeldError(wrong.name, wrong.of(part.amounts), named=(wrong.scope,))
    try:
        return _fit_free(free, totals, names, allowance, max_sweeps)
    except InfeasibleTotalsError as error:
        raise replace(error, less_held=bool(fixed.any())) from None


def _fit_free(
    table: Floats, totals: tuple[Totals, ...], names: Names, allowance: float, max_sweeps: int
) -> tuple[Floats, float, int]:
    """Fit a table without held cells: plain sweeps first, the search for what blocks them when they stall."""
    needed = _without_implied(totals)
    single = table.ndim > 1 and all(len(part.axes) == 1 for part in needed)
    sweep = _sweep_axes if single else _sweep_cells
    values, worst, sweeps = sweep(table, needed, allowance, min(_PATIENCE, max_sweeps))
    if worst <= allowance:
        return values, worst, sweeps
    check_seeds(table, totals, names)
    if np.count_nonzero(table) <= _SEARCHABLE:
        table = without_forced_zeros(table, totals, names)
    if max_sweeps > sweeps:
        values, worst, more = sweep(table, needed, allowance, max_sweeps - sweeps)
        sweeps += more
    return values, worst, sweeps


def _without_implied(totals: tuple[Totals, ...]) -> tuple[Totals, ...]:
    """Leave out totals that follow from complete, finer ones."""
    return tuple(
        part for part in totals if not any(set(part.axes) < set(finer.axes) and finer.complete for finer in totals)
    )


def _factors(part: Floats, sums: Floats) -> Floats:
    """Return by how much sums must be multiplied to become the totals; 1 where a total is free."""
    factors = np.divide(part, sums, out=np.zeros_like(sums), where=sums > 0)
    return np.where(np.isnan(part), 1.0, factors)


def _miss(part: Floats, sums: Floats) -> float:
    """Return the largest difference between totals and sums; free totals miss nothing."""
    return float(np.nan_to_num(np.abs(part - sums)).max(initial=0.0))


def _sweep_axes(
    seed: Floats, totals: tuple[Totals, ...], allowance: float, max_sweeps: int
) -> tuple[Floats, float, int]:
    """
    Fit totals over single axes without rewriting the seed.

    The fitted table is the seed times one factor for each member of each axis. With the axes split
    into a left and a right half the seed is a matrix, and a sweep reads it twice: once to add it up
    over the right half, once over the left.
    """
    half = seed.ndim // 2
    halves = (range(half), range(half, seed.ndim))
    matrix = seed.reshape(int(np.prod(seed.shape[:half])), -1)
    wanted = {part.axes[0]: part.amounts for part in totals}
    factors = [np.ones(size) for size in seed.shape]
    sweeps, worst = 0, math.inf
    while sweeps < max_sweeps and worst > allowance:
        sweeps += 1
        left = (matrix @ _outer(factors, halves[1]).ravel()).reshape(seed.shape[:half])
        worst = _scale_half(left, halves[0], wanted, factors)
        right = (_outer(factors, halves[0]).ravel() @ matrix).reshape(seed.shape[half:])
        worst = max(worst, _scale_half(right, halves[1], wanted, factors))
    values = matrix * _outer(factors, halves[0]).reshape(-1, 1)
    values *= _outer(factors, halves[1]).ravel()
    sums = (values.sum(axis=1).reshape(seed.shape[:half]), values.sum(axis=0).reshape(seed.shape[half:]))
    worst = max(
        _miss(amounts, _sum_but(sums[axis >= half], axis - half * (axis >= half))) for axis, amounts in wanted.items()
    )
    return values.reshape(seed.shape), worst, sweeps


def _outer(factors: list[Floats], axes: range) -> Floats:
    """Return the product of the factors of some axes, as a table over these axes."""
    product = factors[axes[0]]
    for axis in axes[1:]:
        product = np.multiply.outer(product, factors[axis])
    return product


def _sum_but(table: Floats, axis: int) -> Floats:
    """Add up all axes but one."""
    return np.asarray(table.sum(axis=tuple(other for other in range(table.ndim) if other != axis)))


def _scale_half(table: Floats, axes: range, wanted: dict[int, Floats], factors: list[Floats]) -> float:
    """Renew the factors of one half from the seed added up over the other; return the worst miss before."""
    worst = 0.0
    for place, axis in enumerate(axes):
        if axis not in wanted:
            continue
        sums = table
        for other in reversed(range(len(axes))):
            if other != place:
                sums = np.tensordot(sums, factors[axes[other]], axes=(other, 0))
        worst = max(worst, _miss(wanted[axis], factors[axis] * sums))
        renewed = _factors(wanted[axis], sums)
        factors[axis] = np.where(np.isnan(wanted[axis]), factors[axis], renewed)
    return worst


def _sweep_cells(
    seed: Floats, totals: tuple[Totals, ...], allowance: float, max_sweeps: int
) -> tuple[Floats, float, int]:
    """Fit totals over any sets of axes on the list of cells that are not zero."""
    cells = np.flatnonzero(seed)
    groups = [_groups(part, totals, cells, seed.shape) for part in totals]
    amounts = seed.ravel()[cells]
    sweeps, worst = 0, math.inf
    while sweeps < max_sweeps and worst > allowance:
        sweeps += 1
        for places, wanted in groups:
            amounts = amounts * _factors(wanted, _sums(places, amounts, len(wanted)))[places]
        misses = [_miss(wanted, _sums(places, amounts, len(wanted))) for places, wanted in groups]
        worst = max(misses, default=0.0)
    values = np.zeros(seed.size)
    values[cells] = amounts
    return values.reshape(seed.shape), worst, sweeps


def _sums(places: NDArray[np.intp], amounts: Floats, count: int) -> Floats:
    """Add up cells by the total they are part of."""
    return np.asarray(np.bincount(places, weights=amounts, minlength=count), dtype=np.float64)


def _groups(
    part: Totals, totals: tuple[Totals, ...], cells: NDArray[np.intp], shape: tuple[int, ...]
) -> tuple[NDArray[np.intp], Floats]:
    """
    Return which total each cell is part of, and the totals.

    Cells under a free total are gathered under what a coarser, complete set of totals leaves for
    them. The answer is the same and sweeps converge far faster than with the coarser totals alone.
    """
    places = positions(cells, shape, part.axes)
    wanted = part.amounts.ravel()
    coarser = [other for other in totals if set(other.axes) < set(part.axes) and other.complete]
    if part.complete or not coarser:
        return places, wanted
    whole = max(coarser, key=lambda other: len(other.axes))
    given = Totals(part.axes, np.nan_to_num(part.amounts)).over(whole.axes)
    rest = np.maximum(whole.amounts - given, 0.0).ravel()
    free = np.isnan(wanted)[places]
    places = np.where(free, len(wanted) + positions(cells, shape, whole.axes), places)
    return places, np.concatenate([wanted, rest])

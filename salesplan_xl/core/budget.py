"""Budgets that add up: a total shared over cells, a table fitted to its totals, targets brought down to the leaves."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.errors import (
    AllHeldError,
    DuplicateTargetError,
    HeldExceedsTargetError,
    HeldExceedsTotalError,
    HeldOutsideError,
    InfeasibleTotalsError,
    MissingTotalError,
    NegativeAmountError,
    NoExactRoundingError,
    NoSeedError,
    NotAnAmountError,
    NotConvergedError,
    NoWeightError,
    TargetAllHeldError,
    WrongChoiceError,
    WrongShapeError,
)
from salesplan_xl.core.money import to_units
from salesplan_xl.core.rounding import apportion, round_margins
from salesplan_xl.core.totals import Names, Totals, check_equal, check_not_negative, positions, read_totals

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

# Sweeps before a table that does not settle is searched for contradictions and forced zeros.
_PATIENCE = 30
# Largest number of cells for which that search, a linear programme, is worth its time.
_SEARCHABLE = 100_000
# Targets missed by less than this, in units, are met by rounding.
_ROUNDED_AWAY = 0.25


def spread(
    total: int,
    weights: ArrayLike,
    *,
    held: ArrayLike | Sequence[Any] | None = None,
    zero: Literal["error", "equal", "leave"] = "error",
    on_negative: Literal["error", "allow"] = "error",
) -> Integers:
    """
    Share a total over cells in proportion to their weights, around the cells that are held.

    What the held cells leave of the total is shared over the free cells by largest remainder (see
    `rounding.apportion`), ties to the earlier cell, row by row.

    Parameters
    ----------
    total : int
        Amount to place, in the smallest unit; any sign, below 2**63 in size.
    weights : array_like, any shape
        Relative sizes: finite, none missing. Negative weights are allowed as long as the weights of
        the free cells do not cancel out; a credit keeps its sign.
    held : array_like, shape of `weights`, optional
        Whole numbers of the smallest unit, below 10**15 in size, that stay as they are; None, NaN or
        masked = free.
    zero : {"error", "equal", "leave"}, default "error"
        What to do when the weights of the free cells add up to zero: refuse, share equally, or put
        nothing in the free cells. `unplaced` then tells what was left over.
    on_negative : {"error", "allow"}, default "error"
        Whether the held cells may go beyond the total, which turns the sign of the free cells.

    Returns
    -------
    values : ndarray of int64, shape of `weights`
        Amounts in the smallest unit. They add up to `total`, unless the base was zero and `zero` is
        "leave". Held cells are unchanged; each free cell is the floor or ceiling of its share.

    Raises
    ------
    AllHeldError
        If every cell is held and something is left to place.
    HeldExceedsTotalError
        If the held cells go beyond the total and `on_negative` is "error".
    NoWeightError
        If the weights of the free cells add up to zero and `zero` is "error".
    WrongChoiceError
        If `zero` or `on_negative` is none of the words above.
    WrongShapeError, NotAnAmountError, NotWholeUnitsError, AmountTooLargeError
        If an input cannot be read.

    Examples
    --------
    >>> spread(10000, [10, 20, 30], held=[None, 2000, None])
    array([2000, 2000, 6000])
    """
    _check_choice("zero rule", zero, ("error", "equal", "leave"))
    _check_choice("rule for negative cells", on_negative, ("error", "allow"))
    base = np.asarray(weights)
    fixed, kept = _read_held(held, base.shape)
    free = base[~fixed]
    held_sum = sum(kept[fixed].tolist())
    remainder = total - held_sum
    if not free.size and remainder:
        raise AllHeldError(remainder)
    turned = remainder < 0 <= total or remainder > 0 > total
    if fixed.any() and turned and on_negative == "error":
        raise HeldExceedsTotalError(held_sum, total, _if_negative_allowed(remainder, base, fixed, kept), abs(remainder))
    values = np.where(fixed, kept, 0)
    values[~fixed] = _share(remainder, free, zero)
    return values


def unplaced(total: int, values: ArrayLike) -> int:
    """
    Return what `spread` left over under the zero rule "leave".

    Parameters
    ----------
    total : int
        Amount that was to be placed, in the smallest unit.
    values : array_like of int
        Result of `spread`.

    Returns
    -------
    unplaced : int
        `total` less the sum of `values`; 0 when everything was placed.

    Examples
    --------
    >>> unplaced(600, spread(600, [0, 0], zero="leave"))
    600
    """
    return total - sum(np.asarray(values, dtype=np.int64).ravel().tolist())


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
    table = _read_table(seed, "seed")
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
        totals = _less_held(totals, kept, names, allowance)
    values, worst, sweeps = _fit_around(fixed, table, totals, names, allowance, max_sweeps)
    if worst > allowance:
        raise NotConvergedError(sweeps, worst)
    if held is not None:
        values = np.where(np.isnan(kept), values, kept)
    return Fit(values, converged=True, worst_error=worst, sweeps=sweeps)


@dataclass(frozen=True)
class Target:
    """
    An amount that part of the plan must add up to.

    Parameters
    ----------
    cells : tuple of int or None
        For each axis one member, or None for all of them; all None is the grand total.
    amount : int
        Amount in the smallest unit, zero or more.
    """

    cells: tuple[int | None, ...]
    amount: int


@dataclass(frozen=True)
class Disaggregation:
    """
    Targets brought down to the cells of a plan.

    Parameters
    ----------
    values : ndarray of int64
        Amounts in the smallest unit.
    sweeps : int
        How often all targets were gone through when fitting.
    rounding : {"floor_or_ceiling", "widened"}
        Whether every cell is the floor or the ceiling of its fitted share, or some had to move one
        unit further so that every target holds.
    """

    values: Integers
    sweeps: int
    rounding: Literal["floor_or_ceiling", "widened"]


def disaggregate(
    weights: ArrayLike,
    targets: Sequence[Target],
    *,
    held: ArrayLike | Sequence[Any] | None = None,
    labels: Sequence[Sequence[Any]] | None = None,
) -> Disaggregation:
    """
    Bring targets of any level down to the cells, in whole units, around the cells that are held.

    Parameters
    ----------
    weights : array_like, any shape
        Relative sizes of the cells, for instance month x territory x rep: zero or more, none
        missing. Zero = outside the plan.
    targets : sequence of Target
        Amounts of parts of the plan. The grand total must be among them, unless every member of an
        axis (or every pair of members of two axes) has a target.
    held : array_like, shape of `weights`, optional
        Whole numbers of the smallest unit, zero or more, that stay as they are; None, NaN or masked
        = free. They count towards the targets.
    labels : sequence of sequences, optional
        For each axis one label for each member, by which errors name targets.

    Returns
    -------
    disaggregation : Disaggregation
        `values` meet every target and hold exactly. Before rounding they are the table nearest to
        `weights` in proportion (see `fit`); rounding deviates as little as possible from it.

    Raises
    ------
    DuplicateTargetError
        If two targets are for the same cells.
    MissingTotalError
        If the targets leave the size of the plan open.
    HeldOutsideError
        If a cell outside the plan holds an amount above zero.
    UnequalTotalsError, HeldExceedsTargetError, TargetAllHeldError, NoSeedError, InfeasibleTotalsError
        If the targets contradict each other, the held cells or the weights.
    NotConvergedError
        If fitting stops with a target missed by more than a quarter of a unit.
    NoExactRoundingError
        If no whole amounts within a unit of the fitted ones meet every target.
    NegativeAmountError, WrongShapeError, NotAnAmountError, NotWholeUnitsError, AmountTooLargeError
        If an input cannot be read.

    Examples
    --------
    >>> plan = disaggregate([[1, 1], [1, 0]], [Target((None, None), 100), Target((0, None), 75)])
    >>> plan.values
    array([[38, 37],
           [25,  0]])
    """
    table = _near_one(_read_table(weights, "weights"))
    if labels is not None and tuple(map(len, labels)) != table.shape:
        raise WrongShapeError("labels", tuple(map(len, labels)), table.shape)
    names = Names(table.shape, labels)
    totals = _read_targets(targets, names)
    fixed, kept = _read_held(held, table.shape)
    _check_held_cells(table, fixed, kept, names)
    check_equal(totals, names, allowance=0.5)
    if not any(part.complete for part in totals):
        raise MissingTotalError
    remaining = _less_held(totals, np.where(fixed, kept, np.nan), names, allowance=0.5)
    grand = max(float(np.nansum(part.amounts)) for part in remaining)
    # A thousandth of a unit, or what floating point can tell apart.
    allowance = max(1e-3, 1e-14 * grand)
    shares, worst, sweeps = _fit_around(fixed, table, remaining, names, allowance, max_sweeps=10_000)
    if worst > max(allowance, _ROUNDED_AWAY):
        raise NotConvergedError(sweeps, worst)
    rounding: Literal["floor_or_ceiling", "widened"] = "floor_or_ceiling"
    margins = {part.axes: part.amounts for part in remaining}
    try:
        whole = round_margins(shares, margins, unit=1)
    except NoExactRoundingError:
        rounding = "widened"
        whole = round_margins(shares, margins, unit=1, widen=True)
    return Disaggregation(np.where(fixed, kept, whole), sweeps, rounding)


def _check_choice(option: str, found: object, choices: tuple[str, ...]) -> None:
    """Refuse a word that is not one of the choices."""
    if found not in choices:
        raise WrongChoiceError(option, found, choices)


def _read_held(held: ArrayLike | Sequence[Any] | None, shape: tuple[int, ...]) -> tuple[Mask, Integers]:
    """Return which cells are held, and the whole amounts they hold (0 where free)."""
    if held is None:
        return np.zeros(shape, dtype=bool), np.zeros(shape, dtype=np.int64)
    blank = np.ma.getmaskarray(held) if isinstance(held, np.ma.MaskedArray) else np.zeros(np.shape(held), dtype=bool)
    cells = np.ma.getdata(held) if isinstance(held, np.ma.MaskedArray) else np.asarray(held)
    if cells.shape != shape:
        raise WrongShapeError("held cells", cells.shape, shape)
    if cells.dtype.kind not in "iufO":
        raise NotAnAmountError(cells.ravel().tolist()[0] if cells.size else held)
    if cells.dtype.kind == "O":
        missing = [cell is None or cell != cell for cell in cells.ravel().tolist()]
        blank = blank | np.reshape(np.array(missing, dtype=bool), shape)
    elif cells.dtype.kind == "f":
        blank = blank | np.isnan(cells)
    return ~blank, to_units(np.where(blank, 0, cells), 1)


def _if_negative_allowed(remainder: int, base: NDArray[Any], fixed: Mask, kept: Integers) -> tuple[int, ...] | None:
    """Return the values a planner would get by allowing negative cells; None without a base to share by."""
    try:
        shared = _share(remainder, base[~fixed], "error")
    except NoWeightError:
        return None
    values = np.where(fixed, kept, 0)
    values[~fixed] = shared
    return tuple(values.ravel().tolist())


def _share(remainder: int, weights: NDArray[Any], zero: str) -> Integers:
    """Share what is left over the free cells, under the rule for a zero base."""
    try:
        return apportion(remainder, weights)
    except NoWeightError:
        if zero == "error":
            raise
    if zero == "equal":
        return apportion(remainder, np.ones(weights.shape))
    return np.zeros(weights.shape, dtype=np.int64)


def _read_table(given: ArrayLike, what: str) -> Floats:
    """Return a table of finite numbers, zero or more."""
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


def _near_one(table: Floats) -> Floats:
    """Scale weights by a power of two, which changes none of their digits, so that sums stay within floats."""
    scaled = np.ldexp(table, -int(np.frexp(table.max())[1]))
    return np.where(table > 0, np.maximum(scaled, np.finfo(np.float64).tiny), 0.0)


def _read_targets(targets: Sequence[Target], names: Names) -> tuple[Totals, ...]:
    """Return targets as totals over sets of axes, refusing two for the same cells."""
    shape = names.shape
    amounts: dict[tuple[int, ...], Floats] = {}
    given: dict[tuple[int | None, ...], int] = {}
    for target in targets:
        fits = len(target.cells) == len(shape) and all(
            member is None or 0 <= member < size for member, size in zip(target.cells, shape, strict=True)
        )
        if not fits:
            raise WrongShapeError(f"cells of a target {target.cells}", (len(target.cells),), shape)
        axes = tuple(axis for axis, member in enumerate(target.cells) if member is not None)
        place = tuple(member for member in target.cells if member is not None)
        table = amounts.setdefault(axes, np.full([shape[axis] for axis in axes], np.nan))
        name = names.total(axes, int(np.ravel_multi_index(place, table.shape)) if place else 0)
        if target.cells in given:
            raise DuplicateTargetError(name, (given[target.cells], target.amount))
        amount = int(to_units(target.amount, 1))
        if amount < 0:
            raise NegativeAmountError(f"target for {name}", amount)
        given[target.cells] = amount
        table[place] = amount
    return read_totals(amounts, shape)


def _check_held_cells(table: Floats, fixed: Mask, kept: Integers, names: Names) -> None:
    """Refuse a held amount below zero or outside the plan."""
    for place in np.flatnonzero(fixed & (kept < 0)):
        raise NegativeAmountError(f"held amount of {names.cell(int(place))}", int(kept.ravel()[place]))
    for place in np.flatnonzero(fixed & (kept > 0) & (table == 0)):
        raise HeldOutsideError(names.cell(int(place)), int(kept.ravel()[place]))


def _less_held(totals: tuple[Totals, ...], held: Floats, names: Names, allowance: float) -> tuple[Totals, ...]:
    """Return what the held cells leave of each total, refusing held cells that exceed one."""
    if np.nanmin(held, initial=0.0) < 0:
        raise NegativeAmountError("smallest of the held cells", float(np.nanmin(held)))
    remaining = []
    for part in totals:
        others = tuple(axis for axis in range(held.ndim) if axis not in part.axes)
        held_sums = np.nansum(held, axis=others)
        left = part.amounts - held_sums
        wrong = np.flatnonzero(left < -allowance)
        if len(wrong):
            place = int(wrong[0])
            raise HeldExceedsTargetError(
                names.total(part.axes, place),
                float(np.ravel(held_sums)[place]),
                float(part.amounts.ravel()[place]),
            )
        remaining.append(Totals(part.axes, np.maximum(left, 0.0)))
    return tuple(remaining)


def _fit_around(
    fixed: Mask, table: Floats, totals: tuple[Totals, ...], names: Names, allowance: float, max_sweeps: int
) -> tuple[Floats, float, int]:
    """Fit the free cells to what held cells leave of the totals, and say so where it cannot be done."""
    free = np.where(fixed, 0.0, table)
    for part in totals:
        others = tuple(axis for axis in range(table.ndim) if axis not in part.axes)
        full = (free.sum(axis=others) == 0) & fixed.any(axis=others) & (part.amounts > allowance)
        if full.any():
            place = int(np.flatnonzero(full)[0])
            raise TargetAllHeldError(names.total(part.axes, place), float(part.amounts.ravel()[place]))
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
    _check_seeds(table, totals, names)
    if np.count_nonzero(table) <= _SEARCHABLE:
        table = _without_forced_zeros(table, totals, names)
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


def _check_seeds(table: Floats, totals: tuple[Totals, ...], names: Names) -> None:
    """Refuse a total above zero over cells that are all zero."""
    for part in totals:
        others = tuple(axis for axis in range(table.ndim) if axis not in part.axes)
        wrong = np.flatnonzero((table.sum(axis=others) == 0) & (part.amounts > 0))
        if len(wrong):
            place = int(wrong[0])
            raise NoSeedError(names.total(part.axes, place), float(part.amounts.ravel()[place]))


def _without_forced_zeros(table: Floats, totals: tuple[Totals, ...], names: Names) -> Floats:
    """
    Take out cells that are zero in every table with these totals; refuse totals no table has.

    One linear programme finds a table, up to a common scale of at least one, with as many cells as
    possible at one or more; scaling up lifts every cell that can be positive.
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
    from scipy.sparse import csr_array, vstack

    blocks, wanted, owners = [], [], []
    for number, part in enumerate(totals):
        places = positions(cells, shape, part.axes)
        block = csr_array((np.ones(len(cells)), (places, np.arange(len(cells)))), shape=(part.amounts.size, len(cells)))
        asked = np.flatnonzero(~np.isnan(part.amounts.ravel()))
        blocks.append(block[asked])
        wanted.append(part.amounts.ravel()[asked])
        owners += [(number, int(place)) for place in asked]
    return vstack(blocks, format="csr"), np.concatenate(wanted), owners


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
    raise InfeasibleTotalsError(
        tuple(names.total(totals[owners[row][0]].axes, owners[row][1]) for row in asking),
        tuple(names.total(totals[owners[row][0]].axes, owners[row][1]) for row in feeding),
        float(prices[asking] @ wanted[asking]),
        float(-prices[feeding] @ wanted[feeding]),
        weighted=bool((np.abs(prices[prices != 0]) != 1).any()),
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

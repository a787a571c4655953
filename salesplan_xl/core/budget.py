"""Budgets that add up: a total shared over cells, and targets of any level brought down to them by fitting."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.errors import (
    AllHeldError,
    DuplicateTargetError,
    HeldExceedsTotalError,
    HeldOutsideError,
    MissingTotalError,
    NegativeAmountError,
    NoExactRoundingError,
    NotAnAmountError,
    NotConvergedError,
    NoWeightError,
    Scope,
    WrongChoiceError,
    WrongShapeError,
)
from salesplan_xl.core.fitting import Fit, fit, fit_around, less_held, read_table
from salesplan_xl.core.margins import round_margins
from salesplan_xl.core.money import to_units
from salesplan_xl.core.rounding import apportion
from salesplan_xl.core.totals import Names, Totals, check_equal, read_totals

__all__ = ["Disaggregation", "Fit", "Target", "disaggregate", "fit", "spread", "unplaced"]

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

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
class Target:
    """
    An amount that part of the plan must add up to.

    Parameters
    ----------
    cells : Scope
        For each axis one member, or None for all of them; all None is the grand total.
    amount : int
        Amount in the smallest unit, zero or more.
    """

    cells: Scope
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
    axes: Sequence[str] | None = None,
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
    axes : sequence of str, optional
        What a member of each axis is, such as "month", by which errors name levels.

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
    table = _near_one(read_table(weights, "weights"))
    if labels is not None and tuple(map(len, labels)) != table.shape:
        raise WrongShapeError("labels", tuple(map(len, labels)), table.shape)
    if axes is not None and len(axes) != table.ndim:
        raise WrongShapeError("names of axes", (len(axes),), (table.ndim,))
    names = Names(table.shape, labels, axes)
    totals = _read_targets(targets, names)
    fixed, kept = _read_held(held, table.shape)
    _check_held_cells(table, fixed, kept, names)
    check_equal(totals, names, allowance=0.5)
    if not any(part.complete for part in totals):
        raise MissingTotalError
    remaining = less_held(totals, np.where(fixed, kept, np.nan), names, allowance=0.5)
    grand = max(float(np.nansum(part.amounts)) for part in remaining)
    # A thousandth of a unit, or what floating point can tell apart.
    allowance = max(1e-3, 1e-14 * grand)
    shares, worst, sweeps = fit_around(fixed, table, remaining, names, allowance, max_sweeps=10_000)
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


def _near_one(table: Floats) -> Floats:
    """Scale weights by a power of two, which changes none of their digits, so that sums stay within floats."""
    scaled = np.ldexp(table, -int(np.frexp(table.max())[1]))
    return np.where(table > 0, np.maximum(scaled, np.finfo(np.float64).tiny), 0.0)


def _read_targets(targets: Sequence[Target], names: Names) -> tuple[Totals, ...]:
    """Return targets as totals over sets of axes, refusing two for the same cells."""
    shape = names.shape
    amounts: dict[tuple[int, ...], Floats] = {}
    given: dict[Scope, int] = {}
    for target in targets:
        fits = len(target.cells) == len(shape) and all(
            member is None or 0 <= member < size for member, size in zip(target.cells, shape, strict=True)
        )
        if not fits:
            raise WrongShapeError(f"cells of a target {target.cells}", (len(target.cells),), shape)
        axes = tuple(axis for axis, member in enumerate(target.cells) if member is not None)
        place = tuple(member for member in target.cells if member is not None)
        table = amounts.setdefault(axes, np.full([shape[axis] for axis in axes], np.nan))
        name = names.total(axes, int(np.ravel_multi_index(place, table.shape)) if place else 0).name
        if target.cells in given:
            raise DuplicateTargetError(name, (given[target.cells], target.amount), named=(target.cells,))
        amount = int(to_units(target.amount, 1))
        if amount < 0:
            raise NegativeAmountError(f"target for {name}", amount, named=(target.cells,))
        given[target.cells] = amount
        table[place] = amount
    return read_totals(amounts, shape)


def _check_held_cells(table: Floats, fixed: Mask, kept: Integers, names: Names) -> None:
    """Refuse a held amount below zero or outside the plan."""
    for place in np.flatnonzero(fixed & (kept < 0)):
        cell, amount = names.cell(int(place)), int(kept.ravel()[place])
        raise NegativeAmountError(f"held amount of {cell.name}", amount, named=(cell.scope,))
    for place in np.flatnonzero(fixed & (kept > 0) & (table == 0)):
        cell = names.cell(int(place))
        raise HeldOutsideError(cell.name, int(kept.ravel()[place]), named=(cell.scope,))

"""Budgets that add up: a total shared over cells, and targets of any node brought down to them by fitting."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.catch_up import rebalance
from salesplan_xl.core.divisions import Division
from salesplan_xl.core.errors import (
    AmountTooLargeError,
    CrossedBoundsError,
    HeldOutOfBoundsError,
    HeldOutsideError,
    MissingTotalError,
    NegativeAmountError,
    NoExactRoundingError,
    NoSeedError,
    Scope,
    WrongShapeError,
)
from salesplan_xl.core.fitting import Fit, Held, fit, fit_around, less_held, met_together, not_converged, read_table
from salesplan_xl.core.margins import round_counts
from salesplan_xl.core.money import LIMIT
from salesplan_xl.core.nesting import check_equal, nested
from salesplan_xl.core.spreading import spread, unplaced
from salesplan_xl.core.spreading.cells import Cells, check_choice, given_cells
from salesplan_xl.core.sweeps import CellBounds
from salesplan_xl.core.targets import Target, read_targets
from salesplan_xl.core.totals import Names

__all__ = ["Disaggregation", "Fit", "Residual", "Target", "disaggregate", "fit", "rebalance", "spread", "unplaced"]

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

# Whole amounts that differ by less are equal.
_HALF_A_UNIT = 0.5
# Targets missed by less than this, in units, are met by rounding.
_ROUNDED_AWAY = 0.25
# Weights between these can be added up, and multiplied to become any amount.
_LARGEST_WEIGHT = 1e200
_SMALLEST_WEIGHT = 1e-200
# What `Disaggregation` calls a rounding without and with cells that move further.
_ROUNDINGS: tuple[Literal["floor_or_ceiling"], Literal["widened"]] = ("floor_or_ceiling", "widened")
# Size of a cell without history beside the smallest one with it: it gets no more than a target asks for.
_HARDLY_ANYTHING = 1e-6


@dataclass(frozen=True)
class Residual:
    """
    A target that whole amounts could not meet.

    Parameters
    ----------
    name : str
        What errors call the target.
    cells : Scope
        The part of the plan the target is for, as it was given.
    amount : int
        The target, in the smallest unit.
    missing : int
        What its cells miss of it; negative where they have too much, never zero.
    """

    name: str
    cells: Scope
    amount: int
    missing: int


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
    residuals : tuple of Residual, default ()
        The targets that are not met to the unit; only of those that need not hold, where no whole amounts meet all.
    """

    values: Integers
    sweeps: int
    rounding: Literal["floor_or_ceiling", "widened"]
    residuals: tuple[Residual, ...] = ()


def disaggregate(
    weights: ArrayLike,
    targets: Sequence[Target],
    *,
    held: Cells | None = None,
    lower: Cells | None = None,
    upper: Cells | None = None,
    support: ArrayLike | None = None,
    zero: Literal["error", "equal"] = "error",
    labels: Sequence[Sequence[Any]] | None = None,
    axes: Sequence[str] | None = None,
) -> Disaggregation:
    """
    Bring targets of any node down to the cells, in whole units, around the cells that are held.

    Parameters
    ----------
    weights : array_like, any shape
        Relative sizes of the cells, for instance month x leaf, a leaf being an existing pair of territory and rep:
        zero or more, none missing. Zero = no history, so nothing.
    targets : sequence of Target
        Amounts of parts of the plan, exact or bounds. The grand total must be among them, or exact targets that make
        up the plan.
    held : array_like, shape of `weights`, optional
        Whole numbers of the smallest unit, zero or more, that stay as they are; None, NaN or masked
        = free. They count towards the targets.
    lower, upper : array_like, shape of `weights`, optional
        The least and the most a cell that is not held may get, whole numbers of the smallest unit; blank = no bound.
    support : array_like of bool, shape of `weights`, optional
        Which cells there are. By default those that have a weight.
    zero : {"error", "equal"}, default "error"
        What to do with an amount for cells that there are but have no weight: refuse it, or share it equally.
    labels : sequence of sequences, optional
        For each axis one label for each member, by which errors name targets.
    axes : sequence of str, optional
        What a member of each axis is, such as "month", by which errors name levels.

    Returns
    -------
    disaggregation : Disaggregation
        `values` meet every hold and bound, and every target that must hold. Before rounding they are the table
        nearest to `weights` by Kullback-Leibler divergence: weights times one factor for each target and each bound
        that binds (see `sweeps`). Rounding deviates as little as possible from it (see `margins.round_margins`).
        Disaggregating `values` with the same targets, holds and bounds gives `values` again.

    Raises
    ------
    DuplicateTargetError, DisagreeingTargetsError, CrossedTargetsError
        If two targets are for the same cells in the same way, or in ways that contradict each other.
    MissingTotalError
        If the targets leave the size of the plan open.
    HeldOutsideError
        If a cell outside the plan holds an amount above zero.
    CrossedBoundsError, HeldOutOfBoundsError
        If bounds of a cell contradict each other or what it holds.
    UnequalTotalsError, HeldExceedsTargetError, TargetAllHeldError, NoSeedError, InfeasibleTotalsError
        If targets and bounds contradict each other, the held cells or the weights.
    NotConvergedError
        If fitting stops with a target missed by more than a quarter of a unit.
    NoExactRoundingError
        If no whole amounts within a unit of the fitted ones meet every target that must hold. Targets of
        two hierarchies, such as the year with its months and the territories with their reps, always can.
    NegativeAmountError, WrongShapeError, WrongChoiceError, NotAnAmountError, NotWholeUnitsError, AmountTooLargeError
        If an input cannot be read.

    Notes
    -----
    The order of targets has no influence. Turning the order of members round turns the result round, but for ties:
    cells whose fractions of a unit are the same. Where the exact targets that must hold make one hierarchy, ties go
    to the cell that stands earlier; where they cross, the order of cells decides too, in no simpler way. Whoever gives
    the members of each axis in the order of their labels, as a plan does, gets the same amounts for the same labels
    whatever order they came in.

    Examples
    --------
    >>> plan = disaggregate([[1, 1], [1, 0]], [Target((None, None), 100), Target((0, None), 75)])
    >>> plan.values
    array([[38, 37],
           [25,  0]])

    Of four months the first two must bring 60 or more of 100, and the last one at most 10.

    >>> whole, half = Target((None,), 100), Target(((0, 1),), 60, at="at_least")
    >>> disaggregate([1, 1, 1, 1], [whole, half], upper=[None, None, None, 10]).values
    array([30, 30, 30, 10])
    """
    check_choice("rule for cells without a weight", zero, ("error", "equal"))
    table = _near_one(read_table(weights, "weights"))
    names = _read_names(table.shape, labels, axes)
    inside = _read_support(support, table)
    if support is not None:
        table = np.where(inside, table, 0.0)
    must, may = read_targets(targets, names)
    kept = Held(*given_cells(held, table.shape, "held cells"))
    _check_held_cells(inside, kept, names)
    bounds = _read_bounds(lower, upper, inside, kept, names)
    exact = nested([one for one in (*must, *may) if one.exact], _HALF_A_UNIT)
    check_equal(exact, _HALF_A_UNIT)
    grand = _whole(exact, inside)
    must_remain, may_remain = (less_held(asked, kept, table.shape, _HALF_A_UNIT) for asked in (must, may))
    remaining = (*must_remain, *may_remain)
    if zero == "equal":
        table = _with_equal_shares(table, inside, remaining, kept, bounds)
    _check_lower_bounds(table, bounds, names)
    # A thousandth of a unit, or what floating point can tell apart.
    allowance = max(1e-3, 1e-14 * grand)
    shares, worst, sweeps = fit_around(kept, table, remaining, names, allowance, 10_000, bounds)
    if not worst <= max(allowance, _ROUNDED_AWAY):
        raise not_converged(shares, remaining, _ROUNDED_AWAY, sweeps)
    if may:  # then the size of the plan must hold whatever they miss
        must_remain = (*must_remain, _whole_plan(grand - float(kept.amounts.sum()), names))
    values, rounding = _rounded(shares, must_remain, may_remain, bounds)
    values.ravel()[kept.cells] = kept.amounts
    return Disaggregation(values, sweeps, rounding, _residuals(may, values))


def _near_one(table: Floats) -> Floats:
    """Scale weights by a power of two, which changes none of their digits, so that sums stay within floats."""
    largest, smallest = float(table.max()), float(table.min(where=table > 0, initial=1.0))
    if largest <= _LARGEST_WEIGHT and smallest >= _SMALLEST_WEIGHT:
        return table
    scaled = np.ldexp(table, -int(np.frexp(largest)[1]))
    return np.where(table > 0, np.maximum(scaled, _SMALLEST_WEIGHT), 0.0)


def _read_names(shape: tuple[int, ...], labels: Sequence[Sequence[Any]] | None, axes: Sequence[str] | None) -> Names:
    """Return how the parts of the plan are called."""
    if labels is not None and tuple(map(len, labels)) != shape:
        raise WrongShapeError("labels", tuple(map(len, labels)), shape)
    if axes is not None and len(axes) != len(shape):
        raise WrongShapeError("names of axes", (len(axes),), (len(shape),))
    return Names(shape, labels, axes)


def _read_support(support: ArrayLike | None, table: Floats) -> Mask:
    """Return which cells there are."""
    if support is None:
        return table > 0
    inside = np.asarray(support, dtype=bool)
    if inside.shape != table.shape:
        raise WrongShapeError("cells of the support", inside.shape, table.shape)
    return inside


def _check_held_cells(inside: Mask, held: Held, names: Names) -> None:
    """Refuse a held amount below zero or outside the plan."""
    for place in np.flatnonzero(held.amounts < 0)[:1]:
        cell, amount = names.cell(int(held.cells[place])), int(held.amounts[place])
        raise NegativeAmountError(f"held amount of {cell.name}", amount, named=(cell.scope,))
    for place in np.flatnonzero((held.amounts > 0) & ~inside.ravel()[held.cells])[:1]:
        cell = names.cell(int(held.cells[place]))
        raise HeldOutsideError(cell.name, int(held.amounts[place]), named=(cell.scope,))


def _read_bounds(lower: Cells | None, upper: Cells | None, inside: Mask, held: Held, names: Names) -> CellBounds:
    """Return the bounds of cells that are not held, refusing those that no amount and those that no held one meets."""
    if lower is None and upper is None:
        return CellBounds.none()
    least, most = np.zeros(inside.size), np.full(inside.size, np.inf)
    for given, side, limits in ((lower, "lower", least), (upper, "upper", most)):
        cells, amounts = given_cells(given, inside.shape, f"{side} bounds")
        limits[cells] = amounts if side == "upper" else np.maximum(amounts, 0)
    for cell in np.flatnonzero(most < 0)[:1].tolist():
        called = names.cell(cell)
        raise NegativeAmountError(f"upper bound of {called.name}", int(most[cell]), named=(called.scope,))
    for cell in np.flatnonzero(least > most)[:1].tolist():
        place = tuple(map(int, np.unravel_index(cell, inside.shape)))
        raise CrossedBoundsError(place, int(least[cell]), int(most[cell]), names.cell(cell).name)
    broken = (held.amounts < least[held.cells]) | (held.amounts > most[held.cells])
    for number in np.flatnonzero(broken)[:1].tolist():
        cell, amount = int(held.cells[number]), int(held.amounts[number])
        place = tuple(map(int, np.unravel_index(cell, inside.shape)))
        bound = least[cell] if amount < least[cell] else most[cell]
        raise HeldOutOfBoundsError(place, amount, int(bound), names.cell(cell).name)
    least[held.cells], most[held.cells] = 0.0, np.inf
    bounded = np.flatnonzero((least > 0) | (most < np.inf))
    return CellBounds(bounded, least[bounded], most[bounded])


def _check_lower_bounds(table: Floats, bounds: CellBounds, names: Names) -> None:
    """Refuse a lower bound above zero of a cell that has no weight."""
    for number in np.flatnonzero((bounds.least > 0) & (table.ravel()[bounds.cells] == 0))[:1].tolist():
        cell = names.cell(int(bounds.cells[number]))
        raise NoSeedError(cell.name, float(bounds.least[number]), named=(cell.scope,))


def _whole(divided: Sequence[Division], inside: Mask) -> float:
    """Return the grand total, which follows from exact targets that make up the plan."""
    for division in divided:
        if not (division.free.any() and (division.free & (division.sums(inside) > 0)).any()):
            grand = float(division.most.sum(where=~division.free))
            if grand >= LIMIT:
                raise AmountTooLargeError(grand, LIMIT)
            return grand
    raise MissingTotalError


def _whole_plan(amount: float, names: Names) -> Division:
    """Return the whole plan as one group that holds an amount."""
    return Division.exactly((), np.array(0), np.array([amount]), named=lambda _: names.total((), 0))


def _with_equal_shares(
    table: Floats, inside: Mask, remaining: Sequence[Division], held: Held, bounds: CellBounds
) -> Floats:
    """Give equal weights to free cells without one where an amount would find no cell with a weight."""
    empty = inside & (table == 0)
    empty.ravel()[held.cells] = False
    if not empty.any():
        return table
    free = table.copy()
    free.ravel()[held.cells] = 0.0
    opened = np.zeros(table.shape, dtype=bool)
    opened.ravel()[bounds.cells[bounds.least > 0]] = True
    for division in met_together(remaining, _HALF_A_UNIT):
        without = (division.sums(free) == 0) & (division.least > 0)
        opened |= division.over_table(without, table.shape)
    smallest = float(table.min(where=table > 0, initial=np.inf))
    share = smallest * _HARDLY_ANYTHING if smallest < np.inf else 1.0
    return np.where(empty & opened, share, table)


def _rounded(
    shares: Floats, must: Sequence[Division], may: Sequence[Division], bounds: CellBounds
) -> tuple[Integers, Literal["floor_or_ceiling", "widened"]]:
    """Return whole units that meet all targets, or where there are none all that must hold."""
    both = _exactly([*must, *may], shares)
    for widen in (False, True) if may else ():
        try:
            return round_counts(shares, both, bounds=bounds, widen=widen), _ROUNDINGS[widen]
        except NoExactRoundingError:
            continue
    binding = _exactly(must, shares)
    try:
        return round_counts(shares, binding, may, bounds=bounds), _ROUNDINGS[False]
    except NoExactRoundingError:
        pass
    try:
        return round_counts(shares, binding, may, bounds=bounds, widen=True), _ROUNDINGS[True]
    except NoExactRoundingError as error:
        raise _with_what_is_missed(error, shares, must, bounds) from None


def _exactly(divided: Sequence[Division], shares: Floats) -> list[Division]:
    """Return divisions, and those of the groups that are at a bound, which rounding must leave there, as exact ones."""
    binding = [_binding(division, shares) for division in divided if not division.exact]
    return [*divided, *(division for division in binding if not division.free.all())]


def _binding(division: Division, shares: Floats) -> Division:
    """Return the groups that are at a bound, as exact ones."""
    sums = division.sums(shares)
    nearest = np.where(sums - division.least <= division.most - sums, division.least, division.most)
    return Division.exactly(
        division.axes,
        division.groups,
        np.where(np.abs(sums - nearest) <= _ROUNDED_AWAY, nearest, np.nan),
        named=division.named,
    )


def _with_what_is_missed(
    error: NoExactRoundingError, shares: Floats, must: Sequence[Division], bounds: CellBounds
) -> NoExactRoundingError:
    """Tell what the rounding misses that holds one hierarchy and comes as near to the others as it can."""
    first, *others = met_together(must, _HALF_A_UNIT)
    residuals = _residuals(must, round_counts(shares, [first], others, bounds=bounds))
    return replace(
        error,
        targets=tuple(residual.name for residual in residuals),
        missing=sum(abs(residual.missing) for residual in residuals),
        named=tuple(residual.cells for residual in residuals),
    )


def _residuals(divided: Sequence[Division], values: Integers) -> tuple[Residual, ...]:
    """Tell what targets miss."""
    residuals = []
    for division in divided:
        missing = division.beyond(division.sums(values))
        for group in np.flatnonzero(missing).tolist():
            total = division.named(group)
            amount = division.least[group] if missing[group] > 0 else division.most[group]
            residuals.append(Residual(total.name, total.scope, int(amount), int(missing[group])))
    return tuple(residuals)

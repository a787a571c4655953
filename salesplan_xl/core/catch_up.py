"""Catching up: closed periods take their actuals, and what is left of a total is spread over what is still open."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.errors import ActualsExceedTotalError, OutOfReachError, PlanError, WrongShapeError
from salesplan_xl.core.reading import read_at_least_zero, read_numbers
from salesplan_xl.core.spreading.bounds import Bounds, reach, read_bounds
from salesplan_xl.core.spreading.cells import Cells, check_choice, exact_sum, read_amounts, read_given
from salesplan_xl.core.spreading.sharing import share_between, share_plainly
from salesplan_xl.core.sums import ratio
from salesplan_xl.core.totals import NamedTotal, Names

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Rebalanced:
    """
    A plan that has caught up with its actuals.

    Parameters
    ----------
    values : ndarray of int64, shape of the plan
        Actuals where a cell is closed, and what is left of the totals where it is open.
    missing : ndarray of int64, shape of the kept totals
        For each total, itself less what its cells now add up to: above zero can no longer be reached, below zero is
        over-achieved. All zero unless `beyond` is "report" (or `zero` is "leave").
    """

    values: Integers
    missing: Integers


def rebalance(
    plan: Cells,
    actual: Cells,
    *,
    total: ArrayLike | None = None,
    keep: tuple[int, ...] = (),
    held: Cells | None = None,
    lower: Cells | None = None,
    upper: Cells | None = None,
    weights: ArrayLike | None = None,
    zero: Literal["error", "equal", "leave"] = "error",
    beyond: Literal["error", "report"] = "error",
    labels: Sequence[Sequence[Any]] | None = None,
) -> Rebalanced:
    """
    Close cells with their actuals and spread what is left of the total over the open ones, the total unchanged.

    Parameters
    ----------
    plan : array_like, any shape
        Amounts of the plan in the smallest unit, for instance period x node.
    actual : array_like, shape of `plan`
        What closed cells brought; None, NaN or masked = still open. Zero is an actual.
    total : int or array_like, shape of the axes `keep`, optional
        The totals that stay. By default those of the plan.
    keep : tuple of int, default ()
        Axes whose members each keep their own total, ascending: (1,) lets the months of each node make up for one
        another; () lets every open cell make up for every closed one.
    held : array_like, shape of `plan`, optional
        Amounts of open cells that stay as they are; blank = free. An actual goes before a hold.
    lower, upper : array_like, shape of `plan`, optional
        The least and the most an open cell may get; blank = no bound. Actuals may lie beyond them.
    weights : array_like, shape of `plan`, optional
        Relative sizes of what the open cells get. By default the plan itself.
    zero : {"error", "equal", "leave"}, default "error"
        What to do when the weights of the open cells add up to zero: refuse, share equally, or put nothing in
        them and report the rest as `missing`.
    beyond : {"error", "report"}, default "error"
        What to do with a total that can no longer be met: refuse, or go as near to it as the open cells allow (no
        cell turns its sign) and report the rest as `missing`.
    labels : sequence of sequences, optional
        For each axis one label for each member, by which refusals name totals.

    Returns
    -------
    Rebalanced
        The new plan. Rebalancing it again changes nothing.

    Raises
    ------
    ActualsExceedTotalError
        If closed periods, held cells and lower bounds go beyond a total and `beyond` is "error".
    OutOfReachError
        If open cells have no room for what is left of a total and `beyond` is "error".
    NoWeightError
        If the weights of open cells add up to zero and `zero` is "error".
    CrossedBoundsError, HeldOutOfBoundsError
        If the bounds of an open cell contradict each other or what it holds.
    WrongShapeError, WrongChoiceError, NotAnAmountError, NotWholeUnitsError, AmountTooLargeError, OutOfRangeError
        If an input cannot be read.

    Examples
    --------
    Three months of 100; the first brought 60, so that 240 are left for two: 120 each.

    >>> rebalance([100, 100, 100], [60, None, None]).values
    array([ 60, 120, 120])
    """
    check_choice("rule for totals beyond reach", beyond, ("error", "report"))
    amounts = read_amounts(plan)
    shape = amounts.shape
    if any(axis not in range(len(shape)) for axis in keep) or list(keep) != sorted(set(keep)):
        raise WrongShapeError(f"axes to keep {keep}", (len(keep),), shape)
    closed, brought = read_given(actual, shape, "actuals")
    fixed, kept = read_given(held, shape, "held cells")
    stay, values = closed | fixed, np.where(closed, brought, kept)
    sizes = amounts if weights is None else read_numbers(weights)
    if sizes.shape != shape:
        raise WrongShapeError("weights", sizes.shape, shape)
    bounded = lower is not None or upper is not None
    bounds = read_bounds(_open(lower, closed), _open(upper, closed), shape, fixed=fixed & ~closed, kept=kept)
    nodes = _Rows(shape, keep)
    wanted = _wanted(total, amounts, keep, nodes.kept)
    missing = np.zeros(nodes.kept, dtype=np.int64)
    names = Names(shape, labels)
    rows = nodes.of(values)
    limits = Bounds(*map(nodes.of, (bounds.floored, bounds.lower, bounds.capped, bounds.upper)))
    for row, (whole, size, still) in enumerate(
        zip(wanted.ravel().tolist(), nodes.of(sizes), nodes.of(stay), strict=True)
    ):
        group = _Group(whole, size[~still], exact_sum(rows[row, still]), limits.at(row).at(~still) if bounded else None)
        if beyond == "error" and group.placed(zero) != group.left:
            raise group.refusal(zero, names.total(keep, row) if keep else None)
        rows[row, ~still] = group.shared(zero)
        missing.ravel()[row] = whole - exact_sum(rows[row])
    return Rebalanced(nodes.back(rows), missing)


@dataclass(frozen=True)
class RunRates:
    """
    What each node must now bring in a period, and what it can no longer reach.

    Parameters
    ----------
    actual : ndarray of int64
        What the closed periods brought.
    remaining : ndarray of int64
        What is left of the total; below zero where it is over-achieved.
    planned : ndarray of float64
        What the plan asked of an open period, on average; NaN where none is open.
    needed : ndarray of float64
        What an open period must bring now, on average; NaN where none is open.
    unreachable : ndarray of int64
        What of `remaining` has no room in open periods, zero or more.
    """

    actual: Integers
    remaining: Integers
    planned: Floats
    needed: Floats
    unreachable: Integers


def run_rates(
    plan: Cells,
    actual: Cells,
    *,
    total: ArrayLike | None = None,
    upper: Cells | None = None,
    lengths: ArrayLike | None = None,
) -> RunRates:
    """
    Return the run rate that each node needs to meet its total, beside the one it was planned to have.

    Parameters
    ----------
    plan : array_like, shape (periods, ...)
        Amounts of the plan in the smallest unit; periods along the first axis, the others are the nodes.
    actual : array_like, shape of `plan`
        What closed cells brought; None, NaN or masked = still open.
    total : int or array_like, shape (...), optional
        What each node must bring in all. By default the sum of its plan.
    upper : array_like, shape of `plan`, optional
        The most an open cell can bring; blank = no bound.
    lengths : array_like, shape (periods,), optional
        How long each period is, such as its working days, so that rates are per day. By default each counts 1.

    Returns
    -------
    RunRates
        One entry a node.

    Raises
    ------
    WrongShapeError, NotAnAmountError, NotWholeUnitsError, AmountTooLargeError, OutOfRangeError
        If an input cannot be read.

    Examples
    --------
    Of 300 the first month brought 60. 240 are left for two months that can bring 110 each: 20 are lost.

    >>> rates = run_rates([100, 100, 100], [60, None, None], upper=[None, 110, 110])
    >>> float(rates.planned), float(rates.needed), int(rates.unreachable)
    (100.0, 120.0, 20)
    """
    amounts = read_amounts(plan)
    closed, brought = read_given(actual, amounts.shape, "actuals")
    capped, most = read_given(upper, amounts.shape, "upper bounds")
    spans = np.ones(amounts.shape[0]) if lengths is None else read_at_least_zero("length of a period", lengths)
    if spans.shape != amounts.shape[:1]:
        raise WrongShapeError("lengths of periods", spans.shape, amounts.shape[:1])
    nodes = amounts.shape[1:]
    wanted = _wanted(total, amounts, tuple(range(1, amounts.ndim)), nodes)
    done = np.where(closed, brought, 0).sum(axis=0)
    remaining = wanted - done
    still = np.tensordot(spans, ~closed, axes=1)
    room = np.where(closed, 0, most).sum(axis=0)
    limited = (closed | capped).all(axis=0)
    return RunRates(
        actual=np.asarray(done),
        remaining=np.asarray(remaining),
        planned=ratio(np.where(closed, 0, amounts).sum(axis=0), still),
        needed=ratio(remaining, still),
        unreachable=np.where(limited, np.maximum(remaining - room, 0), 0),
    )


class _Rows:
    """A table as one row for each member of the axes to keep, and back."""

    def __init__(self, shape: tuple[int, ...], keep: tuple[int, ...]) -> None:
        self.kept = tuple(shape[axis] for axis in keep)
        self._order = (*keep, *(axis for axis in range(len(shape)) if axis not in keep))
        self._turned = tuple(shape[axis] for axis in self._order)
        self._rows = (math.prod(self.kept), math.prod(shape) // max(math.prod(self.kept), 1))

    def of(self, table: NDArray[Any]) -> NDArray[Any]:
        """Return the rows of a table."""
        return table.transpose(self._order).reshape(self._rows)

    def back(self, rows: NDArray[Any]) -> NDArray[Any]:
        """Return the table of rows."""
        return rows.reshape(self._turned).transpose(np.argsort(self._order))


class _Group:
    """The free cells under one total: what is left for them, their weights, and their bounds."""

    def __init__(self, total: int, weights: NDArray[Any], base: int, bounds: Bounds | None) -> None:
        self.total, self.weights, self.base = total, weights, base
        self.sign = -1 if total < 0 else 1
        self.left = total - base
        self.bounds = None if bounds is None else bounds.keeping_sign(self.sign)

    def placed(self, zero: str) -> int:
        """Return what the free cells get, as near to what is left of the total as they can."""
        least, most = self._reachable(zero)
        if least is not None and self.left < least:
            return least
        return most if most is not None and self.left > most else self.left

    def shared(self, zero: str) -> Integers:
        """Return what each free cell gets."""
        if self.bounds is None:
            return share_plainly(self.placed(zero), self.weights, zero)
        return share_between(self.placed(zero), self.weights, self.bounds, zero)

    def refusal(self, zero: str, called: NamedTotal | None) -> PlanError:
        """Return why the free cells cannot get what is left."""
        placed = self.placed(zero)
        node, named = ("the plan", ()) if called is None else (called.name, (called.scope,))
        if (placed - self.left) * self.sign > 0:
            return ActualsExceedTotalError(node, self.base + placed, self.total, abs(placed - self.left), named)
        return OutOfReachError(node, self.total, self.base + placed, abs(self.left - placed), named)

    def _reachable(self, zero: str) -> tuple[int | None, int | None]:
        """Return the least and the most that the free cells can get together, none turning its sign."""
        if not self.weights.size:
            return 0, 0
        if self.bounds is None:
            return (0, None) if self.sign > 0 else (None, 0)
        equally = zero == "equal" and not self.weights.any()
        return reach(np.ones(self.weights.shape) if equally else self.weights, self.bounds)


def _open(bound: Cells | None, closed: Mask) -> Cells | None:
    """Drop the bounds of closed cells."""
    if bound is None:
        return None
    given, amounts = read_given(bound, closed.shape, "bounds")
    return np.ma.MaskedArray(amounts, mask=~given | closed)


def _wanted(total: ArrayLike | None, amounts: Integers, keep: tuple[int, ...], shape: tuple[int, ...]) -> Integers:
    """Return the totals that stay."""
    if total is None:
        others = tuple(axis for axis in range(amounts.ndim) if axis not in keep)
        return np.asarray(amounts.sum(axis=others))
    wanted = read_amounts(total)
    if wanted.shape != shape:
        raise WrongShapeError("totals", wanted.shape, shape)
    return wanted

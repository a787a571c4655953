"""Flags: which variances a planner should look at, and which are only what always happens."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.errors import CountTooSmallError, NegativeAmountError, WrongChoiceError, WrongShapeError
from salesplan_xl.core.variance.comparison import against_budget

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

# A score from which chance is no longer a good reason, in robust standard deviations.
_UNUSUAL = 3.0
# Makes the median of absolute deviations the standard deviation of a normal distribution.
_NORMAL = 1.4826
# Deviations below this part of the amounts are noise of floating point.
_NOISE = 1e-12


@dataclass(frozen=True)
class Flags:
    """
    What to look at, cell by cell.

    Parameters
    ----------
    level : ndarray of str
        ``"ok"``, ``"watch"`` or ``"act"``; ``""`` where actual or budget is unknown.
    direction : ndarray of str
        ``"favourable"`` or ``"adverse"`` for what is not ok, otherwise ``""``.
    expected : ndarray of float64
        What the actual was compared with, in the unit of the amounts: the budget, or the budget x `attainment`
        where the common gap was removed.
    deviation : ndarray of float64
        Actual against expected, favourable positive, in the unit of the amounts.
    share : ndarray of float64
        `deviation` as a share of the size of `expected`: infinite where nothing was expected and something came, 0
        where nothing came either.
    attainment : float
        Sum of the actuals as a share of the sum of their budgets: the common gap is 1 less this. NaN where the
        budgets add up to zero or less.
    score : ndarray of float64
        How unusual `share` is for the node, in robust standard deviations, favourable positive; NaN where noise
        was not judged.
    basis : ndarray of str
        What `score` rests on: ``"own"`` past deviations of the node, the ``"pooled"`` ones of all nodes, or
        ``"none"``.
    """

    level: NDArray[Any]
    direction: NDArray[Any]
    expected: Floats
    deviation: Floats
    share: Floats
    attainment: float
    score: Floats
    basis: NDArray[Any]


def flag(
    actual: ArrayLike,
    budget: ArrayLike,
    *,
    min_amount: float | None = None,
    min_share: float = 0.1,
    kind: Literal["revenue", "cost"] = "revenue",
    mode: Literal["and", "or"] = "and",
    common_gap: Literal["keep", "remove"] = "keep",
    history: ArrayLike | None = None,
    min_history: int = 8,
) -> Flags:
    r"""
    Flag the deviations that are large enough, and unusual enough, to be looked at.

    A cell is "act" where its deviation meets the thresholds, "watch" where it meets them halved, else "ok". A
    deviation of zero is always ok. Thresholds are met by what equals them, in both directions.

    Parameters
    ----------
    actual, budget : array_like, same shape
        Amounts of one period in one unit, any sign; NaN where unknown. Whole numbers are compared exactly.
    min_amount : float, optional
        Smallest deviation that matters, in the unit of the amounts, zero or more. By default the amount is not
        looked at.
    min_share : float, default 0.1
        Smallest deviation that matters as a share of the size of what was expected, zero or more.
    kind : {"revenue", "cost"}, default "revenue"
        Whether more than expected is favourable, or less is.
    mode : {"and", "or"}, default "and"
        Whether both thresholds must be met or one of them is enough.
    common_gap : {"keep", "remove"}, default "keep"
        "remove" compares each actual with its budget x the attainment of all together, so that only those who
        deviate from the others are flagged; the common gap is then told by `Flags.attainment`. Where the budgets
        add up to zero or less there is no common gap to remove, and none is.
    history : array_like, shape (n, periods), optional
        For each cell the `Flags.share` of its node in earlier periods, in any order, NaN where there is none; found
        with the same `kind` and `common_gap`. With it (even with no periods) a deviation must also be unusual: its
        score must reach 3 for "act" and 1.5 for "watch", whatever the `mode`. The amounts are then lists.
    min_history : int, default 8
        How many known periods a node needs to be judged by its own; below that the spread of all nodes, this
        period's cells included, is used, and where even those are fewer the thresholds decide alone.

    Returns
    -------
    Flags
        A level for each cell, with what it rests on. Their order and the currency change nothing.

    Raises
    ------
    WrongChoiceError
        If there is no such kind, mode or treatment of the common gap.
    WrongShapeError
        If the shapes do not match.
    NegativeAmountError
        If a threshold is below zero.
    CountTooSmallError
        If `min_history` is below 2.

    Notes
    -----
    The score is :math:`(d - \mathrm{median}) / \max(1.4826\,\mathrm{MAD}, s/2)` with :math:`d` the share and the
    median and the median absolute deviation (MAD) of the node's own past; :math:`s` is the same spread over all
    nodes. The floor of half of it keeps a few calm periods from making every later one look unusual. On the pooled
    basis median and spread are those of all nodes. Medians stand still when a few periods are far out, so a shock
    does not hide the next one. A simple limit of 10 % flags three quarters of the sample company's rep-quarters.

    Examples
    --------
    All together are 10 % below budget, so 90 is expected of each: the second lacks 30, the third has 30 more.

    >>> flag([90, 60, 120], [100, 100, 100], min_share=0.3, common_gap="remove").level.tolist()
    ['ok', 'act', 'act']
    >>> flag([88, 93, 100], [100, 100, 100]).level.tolist()
    ['act', 'watch', 'ok']
    """
    _check_choices(mode, common_gap)
    for what, threshold in (("smallest amount", min_amount), ("smallest share", min_share)):
        if threshold is not None and threshold < 0:
            raise NegativeAmountError(what, threshold)
    if min_history < 2:
        raise CountTooSmallError("number of periods", min_history, 2)
    plain = against_budget(actual, budget, kind=kind)
    planned = np.asarray(budget, np.float64)
    attainment = _attainment(np.asarray(actual, np.float64), planned)
    expected, deviation = planned, np.asarray(plain.variance, np.float64)
    if common_gap == "remove" and not math.isnan(attainment):
        expected = planned * attainment
        deviation = np.asarray(against_budget(np.asarray(actual, np.float64), expected, kind=kind).variance)
        deviation = np.where(np.abs(deviation) <= _NOISE * np.abs(expected), 0.0, deviation)
    share = _shares(deviation, expected)
    score, basis = np.full(share.shape, np.nan), np.full(share.shape, "none", object)
    if history is not None:
        score, basis = _scores(share, np.asarray(history, np.float64), min_history)
    known = ~np.isnan(deviation)
    level = np.where(known, "ok", "").astype(object)
    for name, part in (("watch", 0.5), ("act", 1.0)):
        large = [np.abs(share) >= min_share * part]
        if min_amount is not None:
            large.append(np.abs(deviation) >= min_amount * part)
        unusual = np.isnan(score) | (np.abs(score) >= _UNUSUAL * part)
        level[_joined(large, mode) & unusual & known & (deviation != 0)] = name
    flagged = (level == "watch") | (level == "act")
    direction = np.where(flagged, np.where(deviation > 0, "favourable", "adverse"), "").astype(object)
    return Flags(level, direction, expected, deviation, share, attainment, score, basis)


def _check_choices(mode: str, common_gap: str) -> None:
    """Refuse words that are no choice."""
    if mode not in ("and", "or"):
        raise WrongChoiceError("mode", mode, ("and", "or"))
    if common_gap not in ("keep", "remove"):
        raise WrongChoiceError("treatment of the common gap", common_gap, ("keep", "remove"))


def _attainment(actual: Floats, budget: Floats) -> float:
    """Give the sum of known actuals over that of their budgets, in whatever order they stand."""
    known = ~(np.isnan(actual) | np.isnan(budget))
    planned = math.fsum(budget[known].tolist())
    return math.fsum(actual[known].tolist()) / planned if planned > 0 else math.nan


def _shares(deviation: Floats, expected: Floats) -> Floats:
    """Give deviations as shares of what was expected, infinite where that is nothing."""
    size = np.abs(expected)
    endless = np.where(deviation == 0, 0.0, np.copysign(np.inf, deviation))
    endless = np.where(np.isnan(deviation), np.nan, endless)
    with np.errstate(over="ignore"):  # what is too large for a number is infinite
        return np.divide(deviation, size, out=endless, where=size != 0)


def _joined(met: Sequence[Bools], mode: str) -> Bools:
    """Join what each threshold says."""
    return np.asarray(np.all(met, axis=0) if mode == "and" else np.any(met, axis=0))


def _scores(share: Floats, history: Floats, min_history: int) -> tuple[Floats, NDArray[Any]]:
    """Say how unusual each share is, and by whose past."""
    if share.ndim != 1:
        raise WrongShapeError("actuals", share.shape, "one row or column when there is a history")
    if history.ndim != 2 or len(history) != len(share):
        raise WrongShapeError("past shares", history.shape, f"{len(share)} rows, one for each actual")
    score, basis = np.full(share.shape, np.nan), np.full(share.shape, "none", object)
    pool = np.concatenate([history.ravel(), share])
    pool = pool[np.isfinite(pool)]
    if len(pool) < min_history:
        return score, basis
    pooled_center, pooled_spread = _center_and_spread(pool)
    for place, past in enumerate(history):
        own = past[np.isfinite(past)]
        center, spread, basis[place] = pooled_center, pooled_spread, "pooled"
        if len(own) >= min_history:
            center, spread = _center_and_spread(own)
            spread, basis[place] = max(spread, pooled_spread / 2), "own"
        distance = float(share[place]) - center
        score[place] = distance / spread if spread else math.copysign(math.inf, distance) if distance else distance
    return score, basis


def _center_and_spread(shares: Floats) -> tuple[float, float]:
    """Give the median, and the standard deviation that the absolute deviations from it speak of."""
    center = float(np.median(shares))
    return center, _NORMAL * float(np.median(np.abs(shares - center)))

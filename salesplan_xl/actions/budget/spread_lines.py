"""What one spread makes of the budget lines: its method over groups of them, and each group over its lines."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from salesplan_xl.actions.budget.spread_methods import BOUNDS, Along, Asked
from salesplan_xl.actions.budget.spread_rows import SpreadRow
from salesplan_xl.actions.budget.standing_budget import StandingBudget, money
from salesplan_xl.core.errors import AmountTooLargeError, PlanError
from salesplan_xl.core.money import CENT, LIMIT
from salesplan_xl.core.spreading import spread
from salesplan_xl.core.sums import sums_by_group
from salesplan_xl.workbook.periods import month_text
from salesplan_xl.workbook.problems import Problem

Integers = NDArray[np.int64]
Bools = NDArray[np.bool_]


def spread_lines(
    standing: StandingBudget, one: SpreadRow, free: Bools, values: Integers
) -> tuple[Integers, list[Problem]]:
    """
    Do one spread.

    Parameters
    ----------
    standing : StandingBudget
        The budget lines.
    one : SpreadRow
        The spread.
    free : ndarray of bool
        Lines that are neither held nor of a month that is over.
    values : ndarray of int64
        What the lines hold now, in cents.

    Returns
    -------
    values : ndarray of int64
        What they hold afterwards; the same as before where the spread is refused.
    problems : list of Problem
        What stands in its way, or that an amount has found no line.
    """
    changing = one.changing
    current, movable = values[changing], free[changing]
    if not movable.any():
        says = {"count": f"{changing.sum():,}", "held": money(int(current.sum()))}
        return values, [one.problem("E-SPREAD-HELD", "method", node=one.name, **says)]
    if one.value("scope") == "nonzero":
        movable = movable & (current != 0)
        if not movable.any():
            return values, [one.problem("E-SPREAD-EMPTY", "scope", node=one.name)]
    group, reference = _groups(standing, one, values)
    asked = _asked(standing, one, current, movable, group, reference)
    try:
        wanted = one.method.compute(asked)
        if (wanted < 0).any():
            return values, [_negative(standing, one, group, wanted)]
        lines = _shared(one, current, movable, group, wanted)
    except PlanError as error:
        return values, [one.refusal(error)]
    if (lines < 0).any():
        return values, [_negative(standing, one, np.arange(len(lines)), lines)]
    changed = values.copy()
    changed[changing] = lines
    total = sum(changed.tolist())
    if total >= LIMIT:
        return values, [one.refusal(AmountTooLargeError(total, LIMIT))]
    due = int(wanted.sum()) if one.method.total is None else one.method.total(asked)
    unplaced = due - int(changed[one.lines].sum())
    if unplaced:
        return changed, [one.problem("W-SPREAD-UNPLACED", "zero_base", node=one.name, amount=money(unplaced))]
    return changed, []


def _negative(standing: StandingBudget, one: SpreadRow, group: Integers, amounts: Integers) -> Problem:
    """The first amount below zero that a line, or lines together, would get."""
    first = int(np.flatnonzero(amounts < 0)[0])
    lines = np.flatnonzero(one.changing)[group == first]
    named = [month_text(standing.leaves.months[standing.month[lines[0]]])]
    named += [str(standing.each(axis)[lines[0]]) for axis in standing.leaves.dimensions if len(lines) == 1]
    return one.problem("E-SPREAD-NEGATIVE", amount=money(int(amounts[first])), part=" / ".join(named))


def _groups(standing: StandingBudget, one: SpreadRow, values: Integers) -> tuple[Integers, Integers]:
    """The group of each line a spread may change, from 0, and what the lines of the reference hold for each group."""
    count = int(one.changing.sum())
    if one.method.along is Along.LINES:
        return np.arange(count), np.zeros(count, np.int64)
    if one.method.along is Along.MONTHS:
        months, group = np.unique(standing.month[one.lines], return_inverse=True)
        return group.astype(np.int64), np.zeros(len(months), np.int64)
    return _like_reference(standing, one, _reference_cents(standing, one, values))


def _reference_cents(standing: StandingBudget, one: SpreadRow, values: Integers) -> Integers:
    """What the lines hold as a reference: their budget as it is now, or their history, to the cent."""
    if one.value("reference") != "history":
        return values
    history = standing.rows.frame["history"].to_numpy(float)[standing.at]
    return np.asarray(np.rint(np.nan_to_num(history) / CENT), np.int64)


def _like_reference(standing: StandingBudget, one: SpreadRow, cents: Integers) -> tuple[Integers, Integers]:
    """Group lines by their months and by what they have in common with the reference, and add that up for each group.

    Months follow each other in their order; a reference of one month is that of every month.
    """
    here, there = _in_common(standing, one.lines, one.others)
    months, month = np.unique(standing.month[one.lines], return_inverse=True)
    other_months, other_month = np.unique(standing.month[one.others], return_inverse=True)
    count, other_count = len(months), len(other_months)
    keys, group = np.unique(here * count + month, return_inverse=True)
    sums = sums_by_group(there * other_count + other_month, cents[one.others], (int(there.max()) + 1) * other_count)
    follows = keys // count * other_count + (keys % count if other_count > 1 else 0)
    return group.astype(np.int64), sums[follows]


def _in_common(standing: StandingBudget, lines: Bools, others: Bools) -> tuple[Integers, Integers]:
    """What lines and those of their reference go by besides months, as numbers that mean the same on both sides.

    That is as many dimensions as both sides have the same members in, such as territory and rep where both have the
    same pairs, the first of them where there is a choice. So every line of the reference counts for some lines, and
    once for each month.
    """
    dimensions = standing.leaves.dimensions
    for count in range(len(dimensions), 0, -1):
        for axes in combinations(dimensions, count):
            members = pd.MultiIndex.from_arrays([standing.each(axis) for axis in axes])
            codes = np.asarray(pd.factorize(members, sort=True)[0], np.int64)
            if set(codes[lines]) == set(codes[others]):
                return codes[lines], codes[others]
    return np.zeros(int(lines.sum()), np.int64), np.zeros(int(others.sum()), np.int64)


def _asked(
    standing: StandingBudget, one: SpreadRow, current: Integers, movable: Bools, group: Integers, reference: Integers
) -> Asked:
    """What the row asks of its groups of lines."""
    count = len(reference)
    least, most = (one.cents(column) for column in BOUNDS)
    sums = sums_by_group(group, current, count)
    held = sums_by_group(group, np.where(movable, 0, current), count)
    moving = sums_by_group(group, movable.astype(np.int64), count)
    partly = (moving > 0) & (held > 0)
    weights = np.zeros(count)
    np.add.at(weights, group, standing.weight[one.changing])
    return Asked(
        current=sums,
        free=moving > 0,
        least=held + moving * least,
        most=held + moving * most,
        bounded=bool(partly.any()) or one.value("at_least") is not None,
        capped=one.value("at_most") is not None,
        inside=np.isin(np.arange(count), group[one.lines[one.changing]]),
        weights=weights,
        reference=reference,
        amount=one.cents("amount"),
        last_amount=one.cents("last_amount"),
        percent=one.percent,
        pattern=str(one.value("pattern") or ""),
        zero_base=one.zero_base,
    )


def _shared(one: SpreadRow, current: Integers, movable: Bools, group: Integers, wanted: Integers) -> Integers:
    """Share what each group gets over its lines in proportion to what they hold; held lines stay."""
    lines = current.copy()
    moving = sums_by_group(group, movable.astype(np.int64), len(wanted))
    rest = wanted - sums_by_group(group, np.where(movable, 0, current), len(wanted))
    single = movable & (moving[group] == 1)
    lines[single] = rest[group[single]]
    bounds = {
        side: None if one.value(column) is None else one.cents(column)
        for side, column in (("lower", "at_least"), ("upper", "at_most"))
    }
    for number in np.flatnonzero(moving > 1):
        inside = movable & (group == number)
        limits = {side: None if cents is None else np.full(int(inside.sum()), cents) for side, cents in bounds.items()}
        lines[inside] = spread(
            int(rest[number]),
            current[inside],
            lower=limits["lower"],
            upper=limits["upper"],
            zero=one.zero_base,  # type: ignore[arg-type]  # one of the choices of the column
        )
    return lines

"""Spread: each row brings a part of the budget to what its method asks, to the cent; what is held or over stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from salesplan_xl.actions import capacity_warnings
from salesplan_xl.actions.action import Action, Inputs, Progress, Result
from salesplan_xl.actions.budget_targets import missed_targets
from salesplan_xl.actions.rows_to_do import RowsToDo, row_options, rows_to_do
from salesplan_xl.actions.spread_lines import spread_lines
from salesplan_xl.actions.spread_rows import read_spreads
from salesplan_xl.actions.standing_budget import StandingBudget, closed_months, read_holds, read_standing
from salesplan_xl.core.money import CENT, from_units
from salesplan_xl.workbook.options import PREVIEW, ActionSpecification, Option
from salesplan_xl.workbook.problems import Problem
from salesplan_xl.workbook.schema import Kind
from salesplan_xl.workbook.sheets.budget import BUDGET_HOLDS, BUDGET_LINES, BUDGET_TARGETS
from salesplan_xl.workbook.sheets.budget_spreads import SPREADS
from salesplan_xl.workbook.sheets.log import LOG

Integers = NDArray[np.int64]


def _compute(inputs: Inputs, _: Progress) -> Result:
    """Perform every spread that is not done yet, in the order of the sheet; all or none."""
    to_do, lacking = rows_to_do(inputs, SPREADS, ACTION.id)
    if not len(to_do.at):
        return Result(numbers={"spreads": 0})
    standing, problems = read_standing(inputs)
    closed_count, more = closed_months(inputs, standing)
    holds, wrong = read_holds(inputs, standing)
    spreads, unclear = read_spreads(inputs, standing, to_do.rows)
    problems += [*lacking, *more, *wrong, *unclear]
    if any(one.stops for one in problems):
        return Result(problems=tuple(to_do.told(problems)))
    free = (standing.month >= closed_count) & ~holds.touched
    values = standing.cents
    totals = []
    for one in spreads:
        changed, told = spread_lines(standing, one, free, values)
        totals.append((int(values[one.lines].sum()), int(changed[one.lines].sum())))
        values = changed
        problems += told
    problems = to_do.told(problems)
    if any(one.stops for one in problems):
        return Result(problems=tuple(problems))
    lines = standing.changed(values)
    problems += _targets_missed_now(inputs, standing, lines)
    exceeded = capacity_warnings.exceeded(inputs, standing.leaves, lines, before=standing.rows.frame)
    problems += capacity_warnings.at_lines(replace(standing.rows, frame=lines), exceeded)
    before, after = np.array([[_main(cents) for cents in row] for row in totals]).T
    return Result(
        tables={BUDGET_LINES.id: lines, SPREADS.id: to_do.done(inputs, before=before, after=after)},
        numbers=_numbers(standing, values, to_do, totals),
        problems=tuple(problems),
    )


def _numbers(
    standing: StandingBudget, values: Integers, to_do: RowsToDo, totals: Sequence[tuple[int, int]]
) -> dict[str, float | int | str]:
    """The total of the year and of each row's part, before and after."""
    numbers: dict[str, float | int | str] = {
        "spreads": len(to_do.at),
        "total_before": _main(int(standing.cents.sum())),
        "total_after": _main(int(values.sum())),
    }
    for row, (before, after) in zip(to_do.at.tolist(), totals, strict=True):
        numbers |= {f"row_{row + 1}_before": _main(before), f"row_{row + 1}_after": _main(after)}
    return numbers


def _main(cents: int) -> float:
    """An amount as a cell holds it."""
    return float(from_units(cents, CENT))


def _targets_missed_now(inputs: Inputs, standing: StandingBudget, lines: pd.DataFrame) -> list[Problem]:
    """Targets that the lines met before and do not meet any more."""
    missed = missed_targets(inputs, standing.leaves, inputs.frame(BUDGET_LINES.id))
    cells = {one.cell for one in missed}
    return [one for one in missed_targets(inputs, standing.leaves, lines) if one.cell not in cells]


ACTION = Action(
    ActionSpecification(
        "spread",
        "budget",
        "SplitCells",
        (Option("closed_until", Kind.MONTH, required=False), PREVIEW, *row_options(SPREADS)),
    ),
    reads=(*capacity_warnings.READS, BUDGET_TARGETS.id, BUDGET_HOLDS.id, BUDGET_LINES.id, SPREADS.id, LOG.id),
    compute=_compute,
    total=f"{BUDGET_LINES.id}.budget",
    reads_more=capacity_warnings.reads_more,
    borrows=capacity_warnings.BORROWS,
)

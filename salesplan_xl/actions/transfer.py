"""Transfer: amounts go from some budget lines to others of the same months, with a reason, the total unchanged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from salesplan_xl.actions import capacity_warnings
from salesplan_xl.actions.action import Action, Inputs, Progress, Result
from salesplan_xl.actions.rows_to_do import row_options, rows_to_do
from salesplan_xl.actions.standing_budget import (
    StandingBudget,
    cell_of,
    closed_months,
    money,
    read_holds,
    read_standing,
)
from salesplan_xl.core.money import CENT, from_units, to_units
from salesplan_xl.core.spreading import spread, transfer
from salesplan_xl.workbook.options import PREVIEW, ActionSpecification, Option
from salesplan_xl.workbook.problems import Problem, problem
from salesplan_xl.workbook.rows import Rows
from salesplan_xl.workbook.schema import Kind
from salesplan_xl.workbook.sheets.budget import BUDGET_HOLDS, BUDGET_LINES
from salesplan_xl.workbook.sheets.budget_dimensions import named
from salesplan_xl.workbook.sheets.budget_moves import TRANSFERS
from salesplan_xl.workbook.sheets.log import LOG

Integers = NDArray[np.int64]
Bools = NDArray[np.bool_]

_FROM, _TO = named("from_"), named("to_")


@dataclass(frozen=True)
class _Transfer:
    """A transfer that is not done yet: its row, its amount in cents, and the lines that give and that get."""

    rows: Rows
    row: int
    cents: int
    giving: Bools
    getting: Bools

    def problem(self, code: str, column: str, **values: str) -> Problem:
        """What stands in its way, at one of its cells."""
        return problem(code, **cell_of(self.rows, self.row, column), **values)


def _compute(inputs: Inputs, _: Progress) -> Result:
    """Perform every transfer that is not done yet, in the order of the sheet; all or none."""
    to_do, lacking = rows_to_do(inputs, TRANSFERS, ACTION.id)
    if not len(to_do.at):
        return Result(numbers={"transfers": 0, "moved": 0.0})
    standing, problems = read_standing(inputs)
    closed_count, more = closed_months(inputs, standing)
    holds, wrong = read_holds(inputs, standing)
    transfers, unclear = _transfers(inputs, standing, to_do.rows)
    problems += [*lacking, *more, *wrong, *unclear]
    if any(one.stops for one in problems):
        return Result(problems=tuple(to_do.told(problems)))
    free = (standing.month >= closed_count) & ~holds.touched
    values = standing.cents
    for one in transfers:
        values, refused = _moved(standing, one, free, values)
        problems += refused
    problems = to_do.told(problems)
    if any(one.stops for one in problems):
        return Result(problems=tuple(problems))
    lines = standing.changed(values)
    tables = {BUDGET_LINES.id: lines, TRANSFERS.id: to_do.done(inputs)}
    found = capacity_warnings.exceeded(inputs, standing.leaves, lines, before=standing.rows.frame)
    problems += capacity_warnings.at_lines(replace(standing.rows, frame=lines), found)
    total = sum(one.cents for one in transfers)
    numbers = {"transfers": len(transfers), "moved": float(from_units(total, CENT))}
    return Result(tables=tables, numbers=numbers, problems=tuple(problems))


def _transfers(inputs: Inputs, standing: StandingBudget, rows: Rows) -> tuple[list[_Transfer], list[Problem]]:
    """The transfers that are not done yet, and what is wrong with where they come from and go to."""
    giving, problems = standing.covered(rows, inputs.labels, _FROM)
    getting, more = standing.covered(rows, inputs.labels, _TO)
    problems = list(dict.fromkeys([*problems, *more]))  # a period that is wrong is so for both sides
    cents = to_units(rows.frame["amount"].fillna(0).to_numpy(float), CENT).tolist()
    transfers = []
    for row, (amount, given, got) in enumerate(zip(cents, giving, getting, strict=True)):
        blank = [side for side in (_FROM, _TO) if _names_nothing(rows, row, side)]
        problems += [problem("E-TRANSFER-BLANK", **cell_of(rows, row, side["territory"])) for side in blank]
        if given is None or got is None or blank:
            continue
        one = _Transfer(rows, row, amount, given, got)
        transfers.append(one)
        if (given & got).any():
            problems.append(one.problem("E-TRANSFER-SAME", _TO["territory"]))
    return transfers, problems


def _names_nothing(rows: Rows, row: int, side: Mapping[str, str]) -> bool:
    """Whether one side of a transfer names no node, whatever its period."""
    return all(rows.frame[column].iloc[row] is None for dimension, column in side.items() if dimension != "period")


def _moved(standing: StandingBudget, one: _Transfer, free: Bools, values: Integers) -> tuple[Integers, list[Problem]]:
    """The amounts after a transfer, or what stands in its way.

    What a month gives it gets, so that months keep their totals.
    """
    giving, getting = one.giving & free, one.getting & free
    if not getting.any():
        return values, [one.problem("E-TRANSFER-NOTHING-TO-GIVE-TO", _TO["territory"])]
    lines = [standing.month == month for month in np.unique(standing.month[getting])]
    available = np.array([values[giving & inside].sum() for inside in lines], np.int64)
    missing = one.cents - int(available.sum())
    if missing > 0:
        worded = {"amount": one.cents, "available": one.cents - missing, "missing": missing}
        said = {name: money(cents) for name, cents in worded.items()}
        return values, [one.problem("E-TRANSFER-TOO-LARGE", "amount", **said)]
    moved = values.copy()
    for inside, part in zip(lines, spread(one.cents, available).tolist(), strict=True):
        if part:
            moved[inside] = _within_month(standing, moved, part, giving, getting, inside)
    return moved, []


def _within_month(
    standing: StandingBudget, values: Integers, amount: int, giving: Bools, getting: Bools, inside: Bools
) -> Integers:
    """Amounts of one month's lines after a transfer: given by their budget, and got by it, or by weights if it is 0."""
    budget = np.where(getting, values, 0)[inside]
    sizes = budget if budget.any() else np.where(getting, standing.weight, 0)[inside]
    return transfer(values[inside], amount, giving[inside], getting[inside], weights=sizes, zero="equal")


ACTION = Action(
    ActionSpecification(
        "transfer",
        "budget",
        "Forward",
        (Option("closed_until", Kind.MONTH, required=False), PREVIEW, *row_options(TRANSFERS)),
    ),
    reads=(*capacity_warnings.READS, BUDGET_HOLDS.id, BUDGET_LINES.id, TRANSFERS.id, LOG.id),
    compute=_compute,
    total=f"{BUDGET_LINES.id}.budget",
    reads_more=capacity_warnings.reads_more,
    borrows=capacity_warnings.BORROWS,
)

"""Transfer: amounts go from some budget lines to others of the same months, with a reason, the total unchanged."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from salesplan_xl.actions import capacity_warnings
from salesplan_xl.actions.action import Action, Inputs, Progress, Result
from salesplan_xl.actions.budget_nodes import Members
from salesplan_xl.actions.recording import next_number
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
from salesplan_xl.workbook.options import ActionSpecification, Option
from salesplan_xl.workbook.problems import Problem, problem
from salesplan_xl.workbook.rows import Rows
from salesplan_xl.workbook.schema import Kind
from salesplan_xl.workbook.sheets.budget import BUDGET_HOLDS, BUDGET_LINES
from salesplan_xl.workbook.sheets.budget_moves import TRANSFERS
from salesplan_xl.workbook.sheets.log import LOG

Integers = NDArray[np.int64]
Bools = NDArray[np.bool_]

_FROM = Members("from_territory", "from_rep", "period")
_TO = Members("to_territory", "to_rep", "period")


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
    rows = inputs.tables[TRANSFERS.id]
    waiting = np.flatnonzero(rows.frame["operation"].isna().to_numpy())
    if not len(waiting):
        return Result(numbers={"transfers": 0, "moved": 0.0})
    standing, problems = read_standing(inputs)
    closed_count, more = closed_months(inputs, standing)
    holds, wrong = read_holds(inputs, standing)
    transfers, unclear = _transfers(inputs, standing, waiting)
    problems += [*more, *wrong, *unclear]
    if any(one.stops for one in problems):
        return Result(problems=tuple(problems))
    free = (standing.month >= closed_count) & ~holds.touched
    values = standing.cents
    for one in transfers:
        values, refused = _moved(standing, one, free, values)
        problems += refused
    if any(one.stops for one in problems):
        return Result(problems=tuple(problems))
    done = rows.frame.copy()
    done.loc[waiting, "operation"] = float(next_number(inputs.frame(LOG.id)))
    lines = standing.changed(values)
    tables = {BUDGET_LINES.id: lines, TRANSFERS.id: done}
    found = capacity_warnings.exceeded(inputs, standing.leaves, lines, before=standing.rows.frame)
    problems += capacity_warnings.at_lines(replace(standing.rows, frame=lines), found)
    total = sum(one.cents for one in transfers)
    numbers = {"transfers": len(transfers), "moved": float(from_units(total, CENT))}
    return Result(tables=tables, numbers=numbers, problems=tuple(problems))


def _transfers(inputs: Inputs, standing: StandingBudget, waiting: Integers) -> tuple[list[_Transfer], list[Problem]]:
    """The transfers that are not done yet, and what is wrong with where they come from and go to."""
    every = inputs.tables[TRANSFERS.id]
    rows = replace(every, frame=every.frame.iloc[waiting].reset_index(drop=True), positions=every.positions[waiting])
    giving, problems = standing.covered(rows, inputs.labels, _FROM)
    getting, more = standing.covered(rows, inputs.labels, _TO)
    problems = list(dict.fromkeys([*problems, *more]))  # a period that is wrong is so for both sides
    cents = to_units(rows.frame["amount"].to_numpy(float), CENT).tolist()
    transfers = []
    for row, (amount, given, got) in enumerate(zip(cents, giving, getting, strict=True)):
        blank = [side for side in (_FROM, _TO) if all(rows.frame[name].iloc[row] is None for name in side[:2])]
        problems += [problem("E-TRANSFER-BLANK", **cell_of(rows, row, side.territory)) for side in blank]
        if given is None or got is None or blank:
            continue
        one = _Transfer(rows, row, amount, given, got)
        transfers.append(one)
        if (given & got).any():
            problems.append(one.problem("E-TRANSFER-SAME", _TO.territory))
    return transfers, problems


def _moved(standing: StandingBudget, one: _Transfer, free: Bools, values: Integers) -> tuple[Integers, list[Problem]]:
    """The amounts after a transfer, or what stands in its way.

    What a month gives it gets, so that months keep their totals.
    """
    giving, getting = one.giving & free, one.getting & free
    if not getting.any():
        return values, [one.problem("E-TRANSFER-NOTHING-TO-GIVE-TO", _TO.territory)]
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
        (Option("closed_until", Kind.MONTH, required=False),),
    ),
    reads=(*capacity_warnings.READS, BUDGET_HOLDS.id, BUDGET_LINES.id, TRANSFERS.id, LOG.id),
    compute=_compute,
    total=f"{BUDGET_LINES.id}.budget",
    reads_more=capacity_warnings.reads_more,
    borrows=capacity_warnings.BORROWS,
)

"""Check: reads every table, lists all that is wrong, and lets the summaries follow."""

from __future__ import annotations

import numpy as np
import pandas as pd

from salesplan_xl.actions import disaggregate
from salesplan_xl.actions.action import Action, Inputs, Progress, Result
from salesplan_xl.core.money import CENT, to_units
from salesplan_xl.workbook.options import ActionSpecification
from salesplan_xl.workbook.problems import Problem, problem
from salesplan_xl.workbook.sheets import TABLES
from salesplan_xl.workbook.sheets.budget import AXES, BUDGET_LINES, BUDGET_TARGETS
from salesplan_xl.workbook.sheets.hidden import UNDO_JOURNAL
from salesplan_xl.workbook.sheets.log import PROBLEMS


def _compute(inputs: Inputs, _: Progress) -> Result:
    """Compare the lines with the targets; everything else was checked while reading."""
    problems = _missed_targets(inputs)
    numbers = {f"{table}_rows": len(rows.frame) for table, rows in inputs.tables.items() if not TABLES[table].follows}
    return Result(numbers=numbers, problems=tuple(problems))


def _missed_targets(inputs: Inputs) -> list[Problem]:
    """Targets that the budget lines do not add up to, once there are lines."""
    targets, lines = inputs.tables[BUDGET_TARGETS.id], inputs.frame(BUDGET_LINES.id)
    if lines.empty:
        return []
    cents = to_units(lines["budget"].fillna(0).to_numpy(), CENT)
    problems = []
    for row, target in enumerate(targets.frame.to_dict("records")):
        covered = np.ones(len(lines), bool)
        for axis in AXES:
            if not pd.isna(target[axis]):
                covered &= (lines[axis] == target[axis]).to_numpy()
        planned = int(cents[covered].sum())
        if not pd.isna(target["amount"]) and planned != int(to_units([target["amount"]], CENT)[0]):
            problems.append(
                problem(
                    "W-BUDGET-TARGET",
                    sheet=targets.cells.sheet,
                    cell=targets.place(row, "amount"),
                    amount=f"{target['amount']:,.2f}",
                    planned=f"{planned * CENT:,.2f}",
                )
            )
    return problems


def _ahead(inputs: Inputs) -> tuple[Action, ...]:
    """What a planner will do next: once there are targets or lines, spread the budget again."""
    begun = len(inputs.frame(BUDGET_TARGETS.id)) or len(inputs.frame(BUDGET_LINES.id))
    return (disaggregate.ACTION,) if begun else ()


ACTION = Action(
    ActionSpecification("check", "home", "ErrorChecking"),
    reads=tuple(table for table in TABLES if table not in (UNDO_JOURNAL.id, PROBLEMS.id)),
    compute=_compute,
    foresees=_ahead,
)

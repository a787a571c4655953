"""Targets that the budget lines do not add up to."""

from __future__ import annotations

import pandas as pd

from salesplan_xl.actions.action import Inputs
from salesplan_xl.actions.budget.nodes import Leaves
from salesplan_xl.core.money import CENT, to_units
from salesplan_xl.workbook.problems import Problem, problem
from salesplan_xl.workbook.sheets.budget import BUDGET_TARGETS


def missed_targets(inputs: Inputs, plan: Leaves, lines: pd.DataFrame) -> list[Problem]:
    """
    Find the targets that budget lines do not add up to.

    Parameters
    ----------
    inputs : Inputs
        With the table budget_targets.
    plan : Leaves
        The leaves of the lines, and the nodes above them.
    lines : DataFrame
        The budget lines; no target is missed as long as there are none.

    Returns
    -------
    list of Problem
        Each with its amount and what is planned, at its cell.
    """
    targets = inputs.tables[BUDGET_TARGETS.id]
    if lines.empty:
        return []
    cents = to_units(lines["budget"].fillna(0).to_numpy(), CENT)
    positions = plan.positions(lines)
    problems = []
    for row, scope in enumerate(plan.scopes(targets, inputs.labels)[0]):
        amount = targets.frame["amount"].iloc[row]
        if scope is None or pd.isna(amount):
            continue
        planned, wanted = int(cents[plan.covered(scope, positions)].sum()), int(to_units([amount], CENT)[0])
        way = targets.frame["at"].iloc[row]
        if (planned < wanted and way != "at_most") or (planned > wanted and way != "at_least"):
            problems.append(
                problem(
                    "W-BUDGET-TARGET",
                    sheet=targets.cells.sheet,
                    cell=targets.place(row, "amount"),
                    amount=f"{amount:,.2f}",
                    planned=f"{planned * CENT:,.2f}",
                )
            )
    return problems

"""Priors that the planner has typed: what pairs sell in an average year where history does not say it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from salesplan_xl.actions.action import Inputs
from salesplan_xl.actions.budget.nodes import Leaves, positions_in
from salesplan_xl.core.history import Prior
from salesplan_xl.workbook.problems import Problem, problem
from salesplan_xl.workbook.sheets.budget_dimensions import PAIR
from salesplan_xl.workbook.sheets.budget_priors import BUDGET_PRIORS

_NAMED = {dimension: dimension for dimension in PAIR}


def read_priors(inputs: Inputs, plan: Leaves, known: NDArray[np.bool_]) -> tuple[list[Prior], list[Problem]]:
    """
    Read what the planner says that parts of the plan sell.

    Parameters
    ----------
    inputs : Inputs
        With the table budget_priors.
    plan : Leaves
        The leaves.
    known : ndarray of bool, shape (pairs,)
        Which pairs have a size of their own; a prior counts for the others, or for all if its row says so.

    Returns
    -------
    priors : list of Prior
        Those that count for a pair.
    problems : list of Problem
        Names that are no node, two priors for the same pair, priors that count for no pair, at their cells.
    """
    rows = inputs.tables[BUDGET_PRIORS.id]
    scopes, problems = plan.scopes(rows, inputs.labels, _NAMED)
    names = plan.names(rows, _NAMED)
    row_of: dict[int, int] = {}
    priors = []
    for row, (scope, name) in enumerate(zip(scopes, names, strict=True)):
        amount, instead = (rows.frame[column].iloc[row] for column in ("amount", "instead"))
        if scope is None:
            continue
        covered = [int(pair) for pair in positions_in(scope, 1, plan.shape)]
        pairs = tuple(pair for pair in covered if instead == "yes" or not known[pair])
        place = {"sheet": rows.cells.sheet, "cell": rows.place(row, "amount")}
        twice = [pair for pair in pairs if pair in row_of]
        if twice:
            other = rows.place(row_of[twice[0]], "amount")
            pair = " / ".join(plan.pairs[twice[0]])
            problems.append(problem("E-BUDGET-PRIOR-TWICE", **place, pair=pair, other=other))
        elif not pairs:
            problems.append(problem("W-BUDGET-PRIOR-IDLE", **place, node=name))
        else:
            row_of |= dict.fromkeys(pairs, row)
            priors.append(Prior(pairs, float(amount)))
    return priors, problems

"""What a spread, a catch-up or a transfer makes exceed: quotas that no field minutes carry, products beyond capacity.

Told at the cells that are to be changed, one warning for each rep and each row of capacity, and never a refusal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from salesplan_xl.actions import capacity_gate
from salesplan_xl.actions.action import Inputs
from salesplan_xl.actions.budget_nodes import Leaves
from salesplan_xl.actions.capacity_gate import share_text
from salesplan_xl.actions.product_capacity import ProductCapacity, read_product_capacity
from salesplan_xl.actions.rep_capacity import RepCapacity, read_rep_capacity
from salesplan_xl.actions.standing_budget import cell_of, money, months_from_start
from salesplan_xl.core.calendar import MONTHS_OF_YEAR, month_starts
from salesplan_xl.workbook.periods import month_text
from salesplan_xl.workbook.problems import Problem, problem
from salesplan_xl.workbook.rows import Rows
from salesplan_xl.workbook.sheets.budget import BUDGET_TARGETS
from salesplan_xl.workbook.sheets.company import CAPACITY
from salesplan_xl.workbook.sheets.customers import CUSTOMERS
from salesplan_xl.workbook.sheets.field_work import ROUTES, TERRITORIES, VISITS
from salesplan_xl.workbook.sheets.sales import SALES
from salesplan_xl.workbook.sheets.team import TEAM

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

READS = (SALES.id, CUSTOMERS.id, TEAM.id, TERRITORIES.id, VISITS.id, CAPACITY.id)
"""Tables that an action which changes budget lines reads for these warnings, besides those of `reads_more`."""

_GATE = capacity_gate.ACTION.specification
BORROWS = (*capacity_gate.ACTION.borrows, (_GATE, "over"), (_GATE, "per_hour"))
"""Options of other actions that such an action works by."""


@dataclass(frozen=True)
class Exceeded:
    """
    A capacity that is exceeded.

    Parameters
    ----------
    lines : ndarray of bool
        The budget lines that exceed it.
    code : str
        Code of the problem.
    values : mapping of str to str
        What its sentences name.
    """

    lines: Bools
    code: str
    values: Mapping[str, str]


def reads_more(inputs: Inputs) -> tuple[str, ...]:
    """
    Name the tables that are needed once visits are planned.

    Parameters
    ----------
    inputs : Inputs
        What was read.

    Returns
    -------
    tuple of str
        Their ids.
    """
    return (ROUTES.id,) if len(inputs.frame(VISITS.id)) else ()


def exceeded(inputs: Inputs, plan: Leaves, lines: pd.DataFrame, before: pd.DataFrame | None = None) -> list[Exceeded]:
    """
    Find the reps and the rows of capacity that some budget lines exceed.

    Parameters
    ----------
    inputs : Inputs
        With the tables of `READS` and `reads_more`, and the options of `BORROWS`.
    plan : Leaves
        The leaves of the lines.
    lines : DataFrame
        Budget lines.
    before : DataFrame, optional
        The same lines with the amounts they had: only what has grown is found. By default everything is.

    Returns
    -------
    list of Exceeded
        First reps by label, each with what is left of the year or else its worst month, then products in the order of
        their table, each with its worst row; none where no visits are planned and no capacity is entered.
    """
    highest = inputs.number(_GATE.cell("over"))
    closed = (lines["held"] == "closed").to_numpy()
    return [*_reps(inputs, lines, before, closed, highest), *_products(inputs, plan, lines, before, closed, highest)]


def at_lines(rows: Rows, found: Sequence[Exceeded]) -> list[Problem]:
    """
    Tell what is exceeded at the largest of the budget lines that do.

    Parameters
    ----------
    rows : Rows
        The budget lines as they stand, in the order of those that were judged.
    found : sequence of Exceeded
        What is exceeded.

    Returns
    -------
    list of Problem
        One warning each.
    """
    budget = rows.frame["budget"].to_numpy(float)
    return [
        problem(one.code, **cell_of(rows, int(np.argmax(np.where(one.lines, budget, -1))), "budget"), **one.values)
        for one in found
    ]


def at_targets(inputs: Inputs, plan: Leaves, lines: pd.DataFrame, found: Sequence[Exceeded]) -> list[Problem]:
    """
    Tell what is exceeded at the target that is nearest to it: the one for the fewest lines among those for all of it.

    Parameters
    ----------
    inputs : Inputs
        With the table of targets.
    plan : Leaves
        The leaves of the lines.
    lines : DataFrame
        The budget lines that were judged.
    found : sequence of Exceeded
        What is exceeded.

    Returns
    -------
    list of Problem
        One warning each.
    """
    rows = inputs.tables[BUDGET_TARGETS.id]
    positions = plan.positions(lines)
    scopes = plan.scopes(rows, inputs.labels)[0]
    covered = [np.zeros(len(lines), bool) if scope is None else plan.covered(scope, positions) for scope in scopes]
    told = []
    for one in found:
        sizes = [int(lines_of.sum()) if lines_of[one.lines].all() else len(lines) + 1 for lines_of in covered]
        told.append(problem(one.code, **cell_of(rows, int(np.argmin(sizes)), "amount"), **one.values))
    return told


def _reps(
    inputs: Inputs, lines: pd.DataFrame, before: pd.DataFrame | None, closed: Bools, highest: float
) -> Iterator[Exceeded]:
    """Quotas beyond what field minutes bring; only the minutes of visits that are planned count."""
    if inputs.frame(VISITS.id).empty:
        return
    own = inputs.facts[_GATE.cell("per_hour")] == "own"
    month = months_from_start(inputs, lines["month"])
    over = set(month[closed].tolist())
    left = np.array([one for one in range(MONTHS_OF_YEAR) if one not in over], np.int64)
    both = read_rep_capacity(inputs, lines, own=own)[0].of(left)
    quota = np.zeros_like(both.quota) if before is None else read_rep_capacity(inputs, before, own=own)[0].quota[left]
    year = inputs.labels.texts["gate_left" if over else "gate_year"]
    names = [month_text(day) for day in month_starts(inputs.day("plan_start"), MONTHS_OF_YEAR)[left].tolist()]
    whole = both.of(np.arange(len(left)), together=True)
    excess = np.vstack([_excess(whole, quota.sum(axis=0, keepdims=True), highest), _excess(both, quota, highest)])
    for place, rep in enumerate(both.reps):
        if excess[0, place] > 0:
            period, months, sides = year, left, whole
        elif (excess[:, place] > 0).any():
            worst = np.array([np.argmax(excess[1:, place])])
            period, months, sides = names[worst[0]], left[worst], both.of(worst)
        else:
            continue
        those = (lines["rep"] == rep).to_numpy() & np.isin(month, months)
        amounts = _amounts(sides.quota[0, place], sides.amounts[0, place], highest)
        load = share_text(inputs.labels, float(sides.quota_load[0, place]))
        yield Exceeded(those, "W-CAPACITY-QUOTA", {"rep": rep, "period": period, "load": load, **amounts})


def _excess(both: RepCapacity, quota: Floats, highest: float) -> Floats:
    """By how much quotas are beyond the highest load; zero where they are not, or are no more than they were."""
    excess = both.quota - highest * both.amounts
    return np.where((both.quota_load > highest) & (both.quota > quota), excess, 0.0)


def _products(
    inputs: Inputs, plan: Leaves, lines: pd.DataFrame, before: pd.DataFrame | None, closed: Bools, highest: float
) -> Iterator[Exceeded]:
    """Budgets of products beyond the capacity there is for them; of each product the row that is exceeded most."""
    products = inputs.frame(CAPACITY.id)["product"]
    was = {} if before is None else {one.row: one.budget for one in read_product_capacity(inputs, plan, before)[0]}
    worst: dict[str | None, ProductCapacity] = {}
    for one in read_product_capacity(inputs, plan, lines)[0]:
        product = products.iloc[one.row]
        is_told = one.load > highest and one.budget > was.get(one.row, 0.0) and not closed[one.covered].all()
        if is_told and (product not in worst or one.load > worst[product].load):
            worst[product] = one
    for one in worst.values():
        said = {"name": one.name, "load": share_text(inputs.labels, one.load)}
        if one.amount_load == one.load:
            amounts = _amounts(one.budget, one.capacity, highest)
            yield Exceeded(one.covered, "W-CAPACITY-AMOUNT", {**said, **amounts})
        else:
            pieces = {"amount": one.quantity, "capacity": one.quantity_capacity}
            pieces["excess"] = one.quantity - highest * one.quantity_capacity
            counted = {name: f"{number:,.1f}" for name, number in pieces.items()}
            yield Exceeded(one.covered, "W-CAPACITY-QUANTITY", {**said, **counted})


def _amounts(asked: float, capacity: float, highest: float) -> dict[str, str]:
    """An amount, what there is, and by how much the one is too much."""
    cents = {"amount": asked, "capacity": capacity, "excess": asked - highest * capacity}
    return {name: money(round(number)) for name, number in cents.items()}

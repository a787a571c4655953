"""How large the pairs of territory and rep are beside each other: by history, potential, customers or route time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from salesplan_xl.actions.action import Inputs
from salesplan_xl.actions.budget.nodes import Leaves, holders
from salesplan_xl.core.money import CENT, from_units, to_units
from salesplan_xl.core.sums import sums_by_group
from salesplan_xl.workbook.problems import Problem, problem
from salesplan_xl.workbook.rows import Rows
from salesplan_xl.workbook.sheets.customers import CUSTOMERS
from salesplan_xl.workbook.sheets.field_work import ROUTES

Floats = NDArray[np.float64]
Found = tuple[Floats, list[Problem]]


class History(NamedTuple):
    """
    What pairs have sold.

    Parameters
    ----------
    average, last : ndarray of float, shape (months, pairs)
        In an average year of the span of history, and in the twelve months loaded last.
    """

    average: Floats
    last: Floats


def pair_sizes(inputs: Inputs, plan: Leaves, history: History) -> tuple[Floats, bool, list[Problem]]:
    """
    Size the pairs of a plan by what the option ``weigh_by`` names.

    Parameters
    ----------
    inputs : Inputs
        With the table customers, and routes where they are sized by route time.
    plan : Leaves
        The leaves.
    history : History
        What they have sold.

    Returns
    -------
    sizes : ndarray of float, shape (pairs,)
        Zero where none is known. What is no amount sold is brought to the scale of the history.
    in_money : bool
        Whether they are amounts, so that a typed amount can stand beside them.
    problems : list of Problem
        That there is nothing to size them by, or not for all.
    """
    by = str(inputs.options["weigh_by"])
    sold = _years(history.average)
    if by in _BY_SALES:
        return _years(_BY_SALES[by](history)), True, []
    sizes, problems = _BY_OTHERS[by](inputs, plan)
    both = (sizes > 0) & (sold > 0)
    if both.any():
        sizes = sizes * (sold[both].sum() / sizes[both].sum())
    return sizes, bool(both.any()) or by == "potential", problems


def _years(sold: Floats) -> Floats:
    """The year of each pair; months with more returned than sold count as zero."""
    return np.asarray(np.maximum(sold, 0.0).sum(axis=0))


def _pairs_of(plan: Leaves, customers: pd.Series, held: pd.DataFrame) -> NDArray[np.int64]:
    """The pair that holds each customer; -1 for a customer that nobody holds."""
    who = held.reindex(customers)
    named = pd.MultiIndex.from_arrays([who["territory"], who["rep"]])
    return np.asarray(pd.MultiIndex.from_tuples(plan.pairs).get_indexer(named), np.int64)


def _summed(pair: NDArray[np.int64], amounts: pd.Series, count: int) -> Floats:
    """Amounts or minutes of each pair, whatever the order of the rows; those of pair -1 are left out."""
    inside = pair >= 0
    cents = to_units(amounts.to_numpy(float).round(2)[inside], CENT)
    return np.asarray(from_units(sums_by_group(pair[inside], cents, count), CENT), float)


def _by_potential(inputs: Inputs, plan: Leaves) -> Found:
    """What the customers of each pair could buy."""
    rows = inputs.tables[CUSTOMERS.id]
    held = rows.frame["territory"].notna() & rows.frame["rep"].notna()
    typed = rows.frame["potential"].notna()
    missing = np.flatnonzero(held & ~typed)
    given = rows.frame[held & typed]
    pair = _pairs_of(plan, given["customer"], holders(inputs))
    potential = _summed(pair, given["potential"], len(plan.pairs))
    if not potential.any():
        return potential, [problem("E-BUDGET-NO-POTENTIAL", **_heading(rows, "potential"))]
    if not len(missing):
        return potential, []
    place = {"sheet": rows.cells.sheet, "cell": rows.place(int(missing[0]), "potential")}
    return potential, [problem("W-BUDGET-NO-POTENTIAL", **place, count=len(missing))]


def _by_customers(inputs: Inputs, plan: Leaves) -> Found:
    """How many customers each pair holds."""
    held = holders(inputs)
    pair = _pairs_of(plan, held.index.to_series(), held)
    counts = np.bincount(pair, minlength=len(plan.pairs)).astype(float)
    wrong = [problem("E-BUDGET-NO-CUSTOMERS", **_heading(inputs.tables[CUSTOMERS.id], "rep"))]
    return counts, [] if counts.any() else wrong


def _by_route_time(inputs: Inputs, plan: Leaves) -> Found:
    """Minutes of visits and of the way to them; the way home or to the night counts with the visit before it."""
    rows = inputs.tables[ROUTES.id]
    routes = rows.frame.sort_values(["rep", "date", "stop"], kind="stable")
    visits = routes["customer"].notna()
    pair = pd.Series(np.nan, index=routes.index)
    pair[visits] = _pairs_of(plan, routes.loc[visits, "customer"], holders(inputs))
    by_rep = pair.groupby(routes["rep"], sort=False)
    counted = by_rep.ffill().fillna(by_rep.bfill()).fillna(-1).to_numpy().astype(np.int64)
    minutes = _summed(counted, routes["travel_minutes"] + routes["visit_minutes"], len(plan.pairs))
    wrong = [problem("E-BUDGET-NO-ROUTES", **_heading(rows, "rep"))]
    return minutes, [] if minutes.any() else wrong


def _equally(_: Inputs, plan: Leaves) -> Found:
    """All pairs the same."""
    return np.ones(len(plan.pairs)), []


_BY_SALES: Mapping[str, Callable[[History], Floats]] = {
    "history": lambda history: history.average,
    "last_year": lambda history: history.last,
}

_BY_OTHERS: Mapping[str, Callable[[Inputs, Leaves], Found]] = {
    "potential": _by_potential,
    "customers": _by_customers,
    "route_time": _by_route_time,
    "equal": _equally,
}


def _heading(rows: Rows, column: str) -> dict[str, str]:
    """Sheet and cell of a header, where it is told that a whole column is missing."""
    return {"sheet": rows.cells.sheet, "cell": rows.cells.place(-1, rows.headers[column])}

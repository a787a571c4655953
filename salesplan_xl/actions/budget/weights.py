"""What the leaves of the plan weigh: how large each pair is, and what each of its months brings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from salesplan_xl.actions.action import Inputs
from salesplan_xl.actions.budget.nodes import Leaves, holders, in_history
from salesplan_xl.actions.budget.pair_sizes import History, pair_sizes
from salesplan_xl.actions.budget.priors import read_priors
from salesplan_xl.actions.field_work.territory_days import territory_days
from salesplan_xl.core.calendar import MONTHS_OF_YEAR
from salesplan_xl.core.errors import PlanError
from salesplan_xl.core.history import monthly_history, plan_weights
from salesplan_xl.core.money import CENT, to_units
from salesplan_xl.core.spreading import pattern_weights
from salesplan_xl.workbook.periods import month_text
from salesplan_xl.workbook.problems import Problem, problem
from salesplan_xl.workbook.sheets.budget_priors import BUDGET_PRIORS
from salesplan_xl.workbook.sheets.sales import SALES
from salesplan_xl.workbook.wording import shown

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Weighed:
    """
    What the leaves weigh, and what it rests on.

    Parameters
    ----------
    history : ndarray of float, shape (months, pairs)
        What each sold in an average year, in the main unit.
    amounts : ndarray of float, shape (months, pairs)
        Their weights, zero or more.
    basis : tuple of str
        Where the size of each pair comes from, as the column *basis* of the budget lines says it.
    months_by : str
        Where the weights of the months come from, as the column *months_by* says it.
    problems : tuple of Problem
        What is asked for and not there; the weights count only if none of these stops.
    """

    history: Floats
    amounts: Floats
    basis: tuple[str, ...]
    months_by: str
    problems: tuple[Problem, ...] = ()


def weigh(inputs: Inputs, plan: Leaves) -> Weighed:
    """
    Weigh the leaves of a plan.

    Parameters
    ----------
    inputs : Inputs
        With the tables sales, customers, territories and budget_priors, routes where they are asked for, and the
        options of Disaggregate.
    plan : Leaves
        The leaves.

    Returns
    -------
    Weighed
        Their weights.
    """
    history = _history(inputs, plan)
    sizes, in_money, problems = pair_sizes(inputs, plan, history)
    priors, wrong = read_priors(inputs, plan, sizes > 0)
    months, more = _months(inputs, plan)
    sold = bool((history.average > 0).any())
    problems += [*wrong, *more, *([] if sold else _without_sales(inputs))]
    if priors and not in_money:
        problems.append(_no_common_unit(inputs))
    weights = plan_weights(
        history.average,
        [territory for territory, _ in plan.pairs],
        season_weight=inputs.number("season_weight"),
        sizes=sizes,
        peer_weight=inputs.number("peer_weight"),
        priors=priors,
        months=months,
    )
    by = str(inputs.options["weigh_by"])
    basis = tuple(by if told == "history" else told for told in weights.basis)
    months_by = str(inputs.options["months_by"]) if sold or months is not None else "equal"
    return Weighed(history.average, weights.amounts, basis, months_by, tuple(problems))


def _history(inputs: Inputs, plan: Leaves) -> History:
    """History by month and pair, in the main unit, over the months from the first order of the span to its last.

    A line counts for whoever holds its customer now, else for who sold it. Months before the first order and after
    the last one loaded are not zero but unknown, and are left out of the mean.
    """
    sales = inputs.frame(SALES.id)[in_history(inputs)]
    if sales.empty:
        nothing = np.zeros((MONTHS_OF_YEAR, len(plan.pairs)))
        return History(nothing, nothing)
    held = holders(inputs).reindex(sales["customer"])
    territory = np.where(held["territory"].isna(), sales["territory"], held["territory"])
    rep = np.where(held["rep"].isna(), sales["rep"], held["rep"])
    pair = pd.MultiIndex.from_tuples(plan.pairs).get_indexer(pd.MultiIndex.from_arrays([territory, rep]))
    months = sales["date"].to_numpy().astype("datetime64[M]")
    amounts = to_units(sales["amount"].to_numpy(), CENT)
    end = months.max() + 1

    def since(start: np.datetime64) -> Floats:
        by_month = monthly_history(
            months,
            pair,
            amounts,
            start=str(start),
            end=str(end),
            first=month_text(plan.months[0]),
            pair_count=len(plan.pairs),
        )
        return by_month * CENT

    return History(since(months.min()), since(max(months.min(), end - MONTHS_OF_YEAR)))


def _months(inputs: Inputs, plan: Leaves) -> tuple[Floats | None, list[Problem]]:
    """What the months of each pair weigh among themselves; None for its history and the season."""
    by = inputs.options["months_by"]
    if by == "season":
        return None, []
    if by == "working_days":
        places = [territory for territory, _ in plan.pairs]
        days, problems = territory_days(inputs, places)
        return days.by_month[:, days.of(places)], problems
    weights, problems = np.ones(MONTHS_OF_YEAR), []
    if by == "pattern":
        weights, problems = _pattern(inputs)
    return np.broadcast_to(weights[:, None], plan.shape), problems


def _pattern(inputs: Inputs) -> tuple[Floats, list[Problem]]:
    """The weights of the months by a pattern that repeats; one number alone is a date that a spreadsheet made of it."""
    text = str(inputs.options["pattern"])
    try:
        weights = pattern_weights(text, MONTHS_OF_YEAR)
    except PlanError:
        weights = np.ones(MONTHS_OF_YEAR)
    if len(text.replace("-", " ").split()) > 1 and (weights != weights[0]).any():
        return weights, []
    sheet = inputs.labels.sheets["budget"]["title"]
    return np.ones(MONTHS_OF_YEAR), [problem("E-BUDGET-PATTERN", sheet=sheet, value=shown(text))]


def _without_sales(inputs: Inputs) -> list[Problem]:
    """That there are no sales to take the sizes from that were asked for; a plan without any weighs all the same."""
    if inputs.options["weigh_by"] != "last_year":
        return []
    rows = inputs.tables[SALES.id]
    return [problem("W-BUDGET-NO-HISTORY", sheet=rows.cells.sheet, cell=rows.cells.heading())]


def _no_common_unit(inputs: Inputs) -> Problem:
    """Amounts that the planner typed beside sizes that are no amounts."""
    rows, by = inputs.tables[BUDGET_PRIORS.id], str(inputs.options["weigh_by"])
    place = {"sheet": rows.cells.sheet, "cell": rows.place(0, "amount")}
    return problem("E-BUDGET-PRIOR-UNIT", **place, by=inputs.labels.choices["weigh_by"][by])

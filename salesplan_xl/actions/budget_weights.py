"""What the leaves of the plan weigh: past sales drawn towards the season, and a declared prior where there are none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from salesplan_xl.actions.action import Inputs
from salesplan_xl.actions.budget_nodes import Leaves, holders, in_history
from salesplan_xl.core.calendar import MONTHS_OF_YEAR
from salesplan_xl.core.history import monthly_history, plan_weights
from salesplan_xl.core.money import CENT, to_units
from salesplan_xl.workbook.periods import month_text
from salesplan_xl.workbook.sheets.sales import SALES

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
        Where the weight of each pair comes from, as the column *basis* of the budget lines says it.
    """

    history: Floats
    amounts: Floats
    basis: tuple[str, ...]


def weigh(inputs: Inputs, plan: Leaves) -> Weighed:
    """
    Weigh the leaves of a plan.

    Parameters
    ----------
    inputs : Inputs
        With the tables sales and customers, and the options ``history_months`` and ``season_weight``.
    plan : Leaves
        The leaves.

    Returns
    -------
    Weighed
        Their weights.
    """
    history = _history(inputs, plan)
    weights = plan_weights(
        history, [territory for territory, _ in plan.pairs], season_weight=inputs.number("season_weight")
    )
    return Weighed(history, weights.amounts, weights.basis)


def _history(inputs: Inputs, plan: Leaves) -> Floats:
    """History by month and pair, in the main unit, over the months from the first order of the span to its last.

    A line counts for whoever holds its customer now, else for who sold it. Months before the first order and after
    the last one loaded are not zero but unknown, and are left out of the mean.
    """
    sales = inputs.frame(SALES.id)[in_history(inputs)]
    if sales.empty:
        return np.zeros((MONTHS_OF_YEAR, len(plan.pairs)))
    held = holders(inputs).reindex(sales["customer"])
    territory = np.where(held["territory"].isna(), sales["territory"], held["territory"])
    rep = np.where(held["rep"].isna(), sales["rep"], held["rep"])
    pair = pd.MultiIndex.from_tuples(plan.pairs).get_indexer(pd.MultiIndex.from_arrays([territory, rep]))
    months = sales["date"].to_numpy().astype("datetime64[M]")
    history = monthly_history(
        months,
        pair,
        to_units(sales["amount"].to_numpy(), CENT),
        start=str(months.min()),
        end=str(months.max() + 1),
        first=month_text(plan.months[0]),
        pair_count=len(plan.pairs),
    )
    return history * CENT

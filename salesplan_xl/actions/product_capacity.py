"""What the budget asks of products, and the capacity there is for them in step 1.

A budget line names no product. Its amount is shared by what each product was of its territory's sales in the twelve
months before the plan, and is counted in pieces at the average price of these months.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from salesplan_xl.actions.action import Inputs
from salesplan_xl.actions.budget_nodes import Leaves
from salesplan_xl.actions.rep_capacity import last_year
from salesplan_xl.actions.standing_budget import cell_of
from salesplan_xl.core.capacity import load, product_mix
from salesplan_xl.core.money import CENT, to_units
from salesplan_xl.core.sums import ratio, sums_by_group
from salesplan_xl.workbook.problems import Problem, problem
from salesplan_xl.workbook.sheets.company import CAPACITY

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

_NAMED = {"territory": "territory", "period": "period"}


@dataclass(frozen=True)
class ProductCapacity:
    """
    One row of capacity, and what the budget asks of it.

    Parameters
    ----------
    row : int
        Its position in the table of capacity.
    name : str
        What it is for, as a planner reads it.
    covered : ndarray of bool
        The budget lines it is about.
    budget : float
        What they ask for in cents; NaN where that is not known.
    quantity : float
        The same in pieces.
    capacity, quantity_capacity : float
        What there is, in cents and in pieces; NaN where it is not given.
    """

    row: int
    name: str
    covered: Bools
    budget: float
    quantity: float
    capacity: float
    quantity_capacity: float

    @property
    def amount_load(self) -> float:
        """Which share of the amount the budget takes; NaN where one of the two is not known."""
        return float(load(self.budget, self.capacity))

    @property
    def quantity_load(self) -> float:
        """Which share of the pieces the budget takes; NaN where one of the two is not known."""
        return float(load(self.quantity, self.quantity_capacity))

    @property
    def load(self) -> float:
        """The larger of the two that are known."""
        return float(np.fmax(self.amount_load, self.quantity_load))


@dataclass(frozen=True)
class _Mix:
    """What was sold in the twelve months before the plan: parts of sales, and prices.

    The last row of the parts is that of territories which sold nothing: the parts of all together.
    """

    territories: pd.Index
    products: pd.Index
    parts: Floats
    prices: Floats
    price: float


def read_product_capacity(
    inputs: Inputs, plan: Leaves, lines: pd.DataFrame
) -> tuple[list[ProductCapacity], list[Problem]]:
    """
    Set the budget of products beside their capacity, row by row of the table of capacity.

    Parameters
    ----------
    inputs : Inputs
        With the tables capacity, sales and customers.
    plan : Leaves
        The leaves of the lines.
    lines : DataFrame
        Budget lines: their month, territory, rep and budget are looked at.

    Returns
    -------
    found : list of ProductCapacity
        One for each row that says what it is about, in the order of the table.
    problems : list of Problem
        Rows without a capacity, the same row twice, names that are no territory or period, and products that were not
        sold in the twelve months before.
    """
    rows = inputs.tables[CAPACITY.id]
    if rows.frame.empty:
        return [], []
    scopes, problems = plan.scopes(rows, inputs.labels, _NAMED)
    mix = _mix(inputs)
    problems += [*_incomplete(inputs), *_not_sold(inputs, mix)]
    positions = plan.positions(lines)
    found = []
    for row, scope in enumerate(scopes):
        if scope is None:
            continue
        covered = plan.covered(scope, positions) & (positions[0] >= 0)
        product, amount, quantity = rows.frame[["product", "amount", "quantity"]].iloc[row]
        budget, pieces = _asked(lines[covered], mix, product)
        if product is None and np.isnan(quantity):
            pieces = np.nan  # pieces of everything say nothing unless somebody counts in them
        named = (product or inputs.labels.texts["gate_everything"], *(part for part in _members(inputs, row) if part))
        found.append(ProductCapacity(row, " / ".join(named), covered, budget, pieces, np.rint(amount / CENT), quantity))
    return found, problems


def _members(inputs: Inputs, row: int) -> tuple[str | None, str | None]:
    """What a row names besides its product."""
    frame = inputs.frame(CAPACITY.id)
    return frame["period"].iloc[row], frame["territory"].iloc[row]


def _mix(inputs: Inputs) -> _Mix:
    """The mix and the prices of the twelve months before the plan."""
    lines = last_year(inputs)
    cents = to_units(lines["amount"].to_numpy(float), CENT)
    territory, territories = pd.factorize(lines["territory"], sort=True)
    product, products = pd.factorize(lines["product"].fillna(""), sort=True)
    shape = len(territories), len(products)
    sold = sums_by_group(territory * shape[1] + product, cents, shape[0] * shape[1]).reshape(shape)
    counted = (lines["quantity"] > 0).to_numpy()
    valued = sums_by_group(product[counted], cents[counted], shape[1])
    pieces = np.bincount(product[counted], lines["quantity"].to_numpy(float)[counted], minlength=shape[1])
    whole = ratio(valued.sum(), pieces.sum())
    parts = product_mix(np.vstack([sold, np.zeros(shape[1])]))
    return _Mix(pd.Index(territories), pd.Index(products), parts, ratio(valued, pieces), float(whole))


def _asked(lines: pd.DataFrame, mix: _Mix, product: str | None) -> tuple[float, float]:
    """What some budget lines ask of a product, or of everything sold, in cents and in pieces."""
    cents = to_units(lines["budget"].to_numpy(float), CENT)
    if product is None:
        budget, price = float(cents.sum()), mix.price
    elif product not in mix.products:
        return np.nan, np.nan
    else:
        (at,) = mix.products.get_indexer(pd.Index([product])).tolist()
        parts = mix.parts[:, at][mix.territories.get_indexer(pd.Index(lines["territory"]))]
        budget, price = float(np.rint(np.sort(cents * parts).sum())), float(mix.prices[at])
    return budget, budget / price if price > 0 else np.nan


def _incomplete(inputs: Inputs) -> Iterator[Problem]:
    """Rows that say nothing, and rows that are for the same as an earlier one."""
    rows = inputs.tables[CAPACITY.id]
    nothing = rows.frame[["amount", "quantity"]].isna().all(axis=1)
    for row in np.flatnonzero(nothing):
        yield problem("E-CAPACITY-BLANK", **cell_of(rows, int(row), "amount"))
    for row in np.flatnonzero(rows.frame.duplicated(["product", "territory", "period"])):
        yield problem("E-CAPACITY-TWICE", **cell_of(rows, int(row), "amount"))


def _not_sold(inputs: Inputs, mix: _Mix) -> Iterator[Problem]:
    """Products that were not sold in the twelve months before, with the nearest one that was."""
    rows, texts = inputs.tables[CAPACITY.id], inputs.labels.texts
    strange = rows.frame["product"].notna() & ~rows.frame["product"].isin(mix.products)
    for row in np.flatnonzero(strange):
        value = str(rows.frame["product"].iloc[row])
        near = difflib.get_close_matches(value, mix.products.tolist(), n=1)
        hint = texts["capacity_near"].format(value=near[0]) if near else texts["capacity_new"]
        yield problem("W-CAPACITY-NOT-SOLD", **cell_of(rows, int(row), "product"), value=value, hint=hint)

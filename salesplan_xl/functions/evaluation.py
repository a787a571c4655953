"""Evaluation in cells: flags, price and quantity and mix, drivers, on their way to core and back."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from salesplan_xl.core.errors import NegativeAmountError
from salesplan_xl.core.money import CENT, from_units
from salesplan_xl.core.variance import drivers, flag, price_volume_mix
from salesplan_xl.functions.errors import CellError, refuse_table
from salesplan_xl.functions.exact import in_main_unit, in_whole_units

Floats = NDArray[np.float64]

ALL_OTHERS = "All others"
"""What stands for the drivers that are not shown one by one."""


def flag_amounts(
    actual: Floats,
    budget: Floats,
    min_amount: float | None,
    min_share: float,
    kind: Literal["revenue", "cost"],
    mode: Literal["and", "or"],
) -> NDArray[Any]:
    """
    Flag variances by thresholds.

    Parameters
    ----------
    actual, budget : ndarray of float64, same shape
        Amounts in one unit, of any sign; NaN where a cell is blank.
    min_amount : float or None
        Smallest variance that matters; None where the amount is not looked at.
    min_share : float
        Smallest variance that matters as a share of the size of the budget.
    kind : {"revenue", "cost"}
        Whether more than the budget is favourable, or less is.
    mode : {"and", "or"}
        Whether both thresholds must be met or one is enough.

    Returns
    -------
    ndarray of object, shape of `actual`
        "act" where the thresholds are met, "watch" where they are met halved, else "ok"; None where one of the two
        amounts is blank. Amounts with at most six decimals and 15 digits are compared exactly.

    Raises
    ------
    NegativeAmountError
        If a threshold is below zero.

    Examples
    --------
    >>> flag_amounts(np.array([88.0, 93.0, 100.0]), np.full(3, 100.0), None, 0.1, "revenue", "and").tolist()
    ['act', 'watch', 'ok']
    """
    if min_amount is not None and min_amount < 0:
        raise NegativeAmountError("smallest amount", min_amount)  # as it was typed, not counted in units
    known = ~(np.isnan(actual) | np.isnan(budget))
    smallest = np.array([] if min_amount is None else [min_amount])
    (got, planned, limit), _ = in_whole_units(actual[known], budget[known], smallest)
    found = flag(
        got, planned, min_amount=limit.tolist()[0] if len(limit) else None, min_share=min_share, kind=kind, mode=mode
    )
    levels = np.full(actual.shape, None, dtype=object)
    levels[known] = found.level
    return levels


def decompose_amounts(
    budget_quantity: Floats, budget_price: Floats, actual_quantity: Floats, actual_price: Floats
) -> Floats:
    """
    Split the difference of each product, and of all, into price, quantity and mix.

    Parameters
    ----------
    budget_quantity, actual_quantity : ndarray of float64, shape (n,)
        Quantities of one kind.
    budget_price, actual_price : ndarray of float64, shape (n,)
        Prices of one, in the main unit; NaN where there is none.

    Returns
    -------
    ndarray of float64, shape (n + 1, 4)
        Price, quantity, mix and difference of each product and, last, of all; whole cents that add up in every row
        and column. What new products brought and dropped ones left out stands under mix, as a change of assortment.

    Raises
    ------
    CellError
        ``#VALUE!`` if the ranges are tables.
    PlanError
        What `salesplan_xl.core.variance.price_volume_mix` refuses.

    Examples
    --------
    >>> decompose_amounts(np.array([100.0]), np.array([10.0]), np.array([90.0]), np.array([11.0])).tolist()
    [[90.0, -100.0, 0.0, -10.0], [90.0, -100.0, 0.0, -10.0]]
    """
    refuse_table("budget_qty", budget_quantity)
    found = price_volume_mix(budget_quantity, budget_price, actual_quantity, actual_price, unit=CENT)
    mix = found.mix + found.new + found.dropped
    products = np.column_stack([found.price, found.quantity, mix, found.difference])
    return np.asarray(from_units(np.vstack([products, products.sum(axis=0)]), CENT), np.float64)


def rank_drivers(labels: NDArray[Any], budget: Floats, actual: Floats, top: int | None) -> NDArray[Any]:
    """
    Rank what moved the result.

    Parameters
    ----------
    labels : ndarray of str or number, shape (n,)
        Who or what each amount belongs to; rows of one label are added up.
    budget, actual : ndarray of float64, shape (n,)
        Amounts in one unit, of any sign, none missing.
    top : int or None
        How many to show before all others; None for all.

    Returns
    -------
    ndarray of object, shape (rows, 3)
        Label, variance and its share of the whole variance, the largest first. The variances add up to the whole.
        Where the whole variance is zero the share is a `CellError` ``#DIV/0!``.

    Raises
    ------
    CellError
        ``#VALUE!`` if the ranges are tables.
    PlanError
        What `salesplan_xl.core.variance.drivers` refuses.

    Examples
    --------
    >>> labels = np.array(["North", "South", "East"], dtype=object)
    >>> rank_drivers(labels, np.array([100.0, 100.0, 100.0]), np.array([60.0, 110.0, 90.0]), 1).tolist()
    [['North', -40.0, 1.0], ['All others', 0.0, 0.0]]
    """
    refuse_table("labels", labels)
    (planned, got), unit = in_whole_units(budget, actual)
    found = drivers(labels.tolist(), planned, got, top=top)
    ranked = np.empty((len(found.labels), 3), dtype=object)
    ranked[:, 0] = [ALL_OTHERS if label is None else label for label in found.labels]
    ranked[:, 1] = in_main_unit(found.variance, unit)
    ranked[:, 2] = found.power
    if found.total == 0:
        ranked[:, 2] = CellError("#DIV/0!", "the whole variance is zero, so there is no share of it")
    return ranked

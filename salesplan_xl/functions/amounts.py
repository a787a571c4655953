"""Amounts of cells on their way to core and back: into whole numbers of the smallest unit, around blank cells."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from salesplan_xl.core.budget import spread
from salesplan_xl.core.money import to_units
from salesplan_xl.core.rounding import round_matrix, round_total
from salesplan_xl.core.variance import against_budget
from salesplan_xl.functions.errors import CellError, refuse_table
from salesplan_xl.functions.exact import in_cells, in_main_unit, in_whole_units, refusals_in, whole_units

Floats = NDArray[np.float64]


def spread_amount(
    total: float,
    weights: Floats,
    held: Floats | None,
    unit: float,
    zero: Literal["error", "equal", "leave"],
) -> NDArray[Any]:
    """
    Share an amount over weights, in the main unit.

    Parameters
    ----------
    total : float
        Amount to share, a whole number of `unit`, of any sign.
    weights : ndarray of float64, any shape
        Relative sizes, none missing.
    held : ndarray of float64, shape of `weights`, or None
        Amounts that stay, whole numbers of `unit`; NaN where the cell is free.
    unit : float
        Smallest unit, such as 0.01.
    zero : {"error", "equal", "leave"}
        What to do when there is no free weight; see `salesplan_xl.core.budget.spread`.

    Returns
    -------
    ndarray, shape of `weights`
        Amounts that add up to `total` exactly in `unit`.

    Raises
    ------
    PlanError
        What `salesplan_xl.core.budget.spread` and `salesplan_xl.core.money.to_units` refuse, with amounts in
        the main unit.
    CellError
        ``#NUM!`` if a held cell is no whole number of `unit`; the first one is named.

    Examples
    --------
    >>> spread_amount(100.0, np.ones(3), None, 0.01, "error").tolist()
    [33.34, 33.33, 33.33]
    """
    units = int(to_units(total, unit))
    held_units = None if held is None else whole_units("held", held, unit)
    with refusals_in(unit):
        shared = spread(units, weights, held=held_units, zero=zero)
    return in_cells(shared, unit)  # weights of opposite sign can make a part far larger than the total


def round_amounts(values: Floats, total: float | None, unit: float) -> Floats:
    """
    Round amounts so that their sums hold, leaving blanks blank.

    Parameters
    ----------
    values : ndarray of float64, shape (n,) or (n, m)
        Amounts of any sign; NaN where a cell is blank.
    total : float or None
        What all of them must add up to, a whole number of `unit`; None for their own sum, rounded.
    unit : float
        Smallest unit, such as 0.01.

    Returns
    -------
    ndarray of float64, shape of `values`
        Whole numbers of `unit`, NaN where `values` is. A list adds up to the total. In a table every row and
        column adds up to the floor or the ceiling of its own sum, and the whole to the total if one is given.

    Raises
    ------
    PlanError
        What `salesplan_xl.core.rounding` refuses.

    Examples
    --------
    >>> round_amounts(np.array([33.333, np.nan, 33.333, 33.334]), None, 0.01).tolist()
    [33.33, nan, 33.33, 33.34]
    """
    blank = np.isnan(values)
    rounded = np.full(values.shape, np.nan)
    if values.ndim == 1:
        rounded[~blank] = round_total(values[~blank], total, unit=unit)
        return rounded
    table = np.where(blank, 0.0, values)  # a blank adds nothing, and zero is whole, so it stays
    whole = round_matrix(table, total=total, unit=unit)
    rounded[~blank] = whole[~blank]
    return rounded


def compare_amounts(actual: Floats, budget: Floats, kind: Literal["revenue", "cost"]) -> NDArray[Any]:
    """
    Compare actuals with their budget, pair by pair.

    Parameters
    ----------
    actual, budget : ndarray of float64, shape (n,)
        Amounts in one unit, of any sign; NaN where a cell is blank.
    kind : {"revenue", "cost"}
        Whether more than the budget is favourable, or less is.

    Returns
    -------
    ndarray of object, shape (n, 2)
        Variance, favourable positive, and its share of the size of the budget. Where the budget is zero the share
        is a `CellError` ``#DIV/0!``; where one of the two is blank both places are None. Amounts with at most six
        decimals and 15 digits are compared exactly.

    Raises
    ------
    CellError
        ``#VALUE!`` if the amounts are a table: a result of two columns could not lie along it.

    Examples
    --------
    >>> compare_amounts(np.array([110.1, np.nan]), np.array([100.0, 90.0]), "revenue").tolist()
    [[10.1, 0.101], [None, None]]
    """
    refuse_table("actual", actual)
    known = ~(np.isnan(actual) | np.isnan(budget))
    compared = np.full((len(actual), 2), None, dtype=object)
    (got, planned), unit = in_whole_units(actual[known], budget[known])
    result = against_budget(got, planned, kind=kind)
    compared[known, 0], compared[known, 1] = in_main_unit(result.variance, unit), result.share
    compared[known & (budget == 0), 1] = CellError("#DIV/0!", "the budget is zero, so there is no share of it")
    return compared

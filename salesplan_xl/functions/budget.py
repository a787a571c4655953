"""The budget in cells: a table fitted to its totals, a pattern over periods, a season, catching up with actuals."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from salesplan_xl.core.budget import Target, disaggregate, rebalance
from salesplan_xl.core.errors import AmountTooLargeError, NoWeightError, OutOfRangeError
from salesplan_xl.core.errors.wording import shown
from salesplan_xl.core.money import LIMIT, to_units, unit_fraction
from salesplan_xl.core.season import monthly_shares
from salesplan_xl.core.spreading import pattern
from salesplan_xl.core.spreading.cells import exact_sum
from salesplan_xl.functions.errors import CellError, refuse_table
from salesplan_xl.functions.exact import cell_name, in_cells, refusals_in, whole_units
from salesplan_xl.workbook.cells import LAST_ROW

Days = NDArray[np.datetime64]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def fit_amounts(
    seed: Floats, row_totals: Floats, column_totals: Floats, held: Floats | None, unit: float
) -> NDArray[Any]:
    """
    Fit a table to its row and column totals, in whole units.

    Parameters
    ----------
    seed : ndarray of float64, shape (n, m), or (n,) for a single row or column
        Relative sizes of the cells, zero or more; a zero stays zero.
    row_totals, column_totals : ndarray of float64, shapes (n,) and (m,)
        What each row and each column must add up to: whole numbers of `unit`, zero or more, with one sum.
    held : ndarray of float64, shape of `seed`, or None
        Amounts that stay, whole numbers of `unit`, zero or more; NaN where the cell is free. The seed of a held cell
        has no meaning.
    unit : float
        Smallest unit, such as 0.01.

    Returns
    -------
    ndarray, shape of `seed`
        The table nearest to the seed in proportion. Every row and column adds up to its total exactly in `unit`.

    Raises
    ------
    CellError
        ``#VALUE!`` if there is not one total for each row and one for each column; ``#NUM!`` if a seed is below
        zero or an amount no whole number of `unit`.
    PlanError
        What `salesplan_xl.core.budget.disaggregate` refuses, rows and columns counted from 1.

    Examples
    --------
    >>> fit_amounts(np.ones((2, 2)), np.array([30.0, 70.0]), np.array([50.0, 50.0]), None, 0.01).tolist()
    [[15.0, 15.0], [35.0, 35.0]]
    """
    refuse_table("row_totals", row_totals)
    refuse_table("col_totals", column_totals)
    shape = (len(row_totals), len(column_totals))
    if seed.shape != shape and (seed.ndim > 1 or 1 not in shape or seed.size != max(shape)):
        found = " by ".join(map(str, seed.shape)) if seed.ndim > 1 else f"one row or column of {seed.size}"
        raise CellError(
            "#VALUE!",
            f"seed is {found}, row_totals are {shape[0]} and col_totals {shape[1]}; "
            "select one total for each row and one for each column",
        )
    for place in np.argwhere(seed < 0)[:1].tolist():
        found = shown(float(seed[tuple(place)]))
        raise CellError("#NUM!", f"{cell_name('seed', place)} is {found}, below zero; enter zero or a positive number")
    rows, columns = whole_units("row_totals", row_totals, unit), whole_units("col_totals", column_totals, unit)
    for totals in (rows, columns):
        _refuse_large_sum(totals, unit)
    targets = [Target((row, None), amount) for row, amount in enumerate(rows.tolist())]
    targets += [Target((None, column), amount) for column, amount in enumerate(columns.tolist())]
    labels = [f"row {row + 1}" for row in range(shape[0])], [f"column {column + 1}" for column in range(shape[1])]
    weights, kept = seed.reshape(shape), None
    if held is not None:
        kept = whole_units("held", held, unit).reshape(shape)
        weights = np.where(np.ma.getmaskarray(kept), weights, weights.max() or 1.0)  # what is typed in is in the plan
    with refusals_in(unit):
        fitted = disaggregate(weights, targets, held=kept, labels=labels)
    return in_cells(fitted.values.reshape(seed.shape), unit)


def split_by_pattern(total: float, periods: int, repeated: str, unit: float) -> NDArray[Any]:
    """
    Split a total over periods by a pattern that repeats.

    Parameters
    ----------
    total : float
        Amount to split, a whole number of `unit`, of any sign.
    periods : int
        How many periods, 1 to the rows of a sheet. The last turn of the pattern may be cut short.
    repeated : str
        Two numbers or more, as "4-4-5" or "1 2 1".
    unit : float
        Smallest unit, such as 0.01.

    Returns
    -------
    ndarray, shape (periods,)
        Amounts that add up to `total` exactly in `unit`.

    Raises
    ------
    CellError
        ``#NUM!`` if the pattern is a single number.
    PlanError
        What `salesplan_xl.core.spreading.pattern` refuses, with amounts in the main unit.

    Examples
    --------
    >>> split_by_pattern(1300.0, 3, "4-4-5", 0.01).tolist()
    [400.0, 400.0, 500.0]
    """
    if not 1 <= periods <= LAST_ROW:
        raise OutOfRangeError("number of periods", periods, f"from 1 to {LAST_ROW}")
    if repeated.strip().replace(".", "", 1).isdecimal():
        raise CellError(
            "#NUM!",
            f"pattern is one number, {repeated.strip()}; write two or more as text, such as '4-4-5 with the "
            "apostrophe, so that the cell does not take them for a date",
        )
    units = int(to_units(total, unit))
    with refusals_in(unit):
        parts = pattern(np.zeros(periods, dtype=np.int64), units, repeated)
    return in_cells(parts, unit)


def share_months(dates: Days, values: Floats) -> Floats:
    """
    Give the share of the year that each calendar month brings.

    Parameters
    ----------
    dates : ndarray of datetime64[D], shape (n,)
        Day of each value; NaT where the row is blank.
    values : ndarray of float64, shape (n,)
        Amounts in any unit, of any sign; NaN where the row is blank.

    Returns
    -------
    ndarray of float64, shape (12,)
        January first, zero or more, adding up to 1.

    Raises
    ------
    CellError
        ``#VALUE!`` if the values stand in a table, or a row is blank only in part; ``#NUM!`` if no month brings
        anything.
    PlanError
        What `salesplan_xl.core.season.monthly_shares` refuses.

    Examples
    --------
    >>> months = np.arange("2025-01-01", "2025-12-31", 31, dtype="datetime64[D]")
    >>> share_months(months, np.array([3.0, *[1.0] * 10, 7.0])).tolist()
    [0.15, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.35]
    """
    refuse_table("dates", dates)
    undated, unknown = np.isnat(dates), np.isnan(values)
    for name, half in (("dates", undated & ~unknown), ("values", unknown & ~undated)):
        for place in np.flatnonzero(half)[:1].tolist():
            raise CellError("#VALUE!", f"{cell_name(name, [place])} is blank but not the other of its pair; fill it in")
    try:
        return monthly_shares(dates[~undated], values[~unknown])
    except NoWeightError:
        raise CellError("#NUM!", "no month has values that add up to more than zero, so there is no season") from None


def catch_up_amounts(budget: Floats, actual: Floats, held: Floats | None, unit: float) -> NDArray[Any]:
    """
    Put actuals where there are some and spread what they leave of the budget over what is open.

    Parameters
    ----------
    budget : ndarray of float64, any shape
        Amounts of any sign, whole numbers of `unit`; what the open cells get is in proportion to it.
    actual : ndarray of float64, shape of `budget`
        What closed cells brought, whole numbers of `unit`; NaN where a cell is open. Zero is an actual.
    held : ndarray of float64, shape of `budget`, or None
        Amounts of open cells that stay, whole numbers of `unit`; NaN where the cell is free.
    unit : float
        Smallest unit, such as 0.01.

    Returns
    -------
    ndarray, shape of `budget`
        Amounts that add up to the sum of `budget` exactly in `unit`.

    Raises
    ------
    CellError
        ``#NUM!`` if an amount is no whole number of `unit`, or something is left for open cells without a budget.
    PlanError
        What `salesplan_xl.core.budget.rebalance` refuses, with amounts in the main unit.

    Examples
    --------
    >>> catch_up_amounts(np.array([100.0, 100.0, 100.0]), np.array([60.0, np.nan, np.nan]), None, 0.01).tolist()
    [60.0, 120.0, 120.0]
    """
    planned, brought = whole_units("budget", budget, unit), whole_units("actual", actual, unit)
    kept = None if held is None else whole_units("held", held, unit)
    _refuse_large_sum(planned, unit)
    try:
        with refusals_in(unit):
            caught_up = rebalance(planned, brought, held=kept)
    except NoWeightError as error:
        raise CellError(
            "#NUM!",
            f"{shown(error.unplaced)} is left for free cells whose budget adds up to zero; give one of them a budget",
        ) from None
    return in_cells(caught_up.values, unit)


def _refuse_large_sum(counts: Integers, unit: float) -> None:
    """Refuse amounts whose sum a cell could not show to the last digit."""
    whole = exact_sum(np.ma.getdata(counts))
    if abs(whole) >= LIMIT:
        raise AmountTooLargeError(float(whole * unit_fraction(unit)), LIMIT)

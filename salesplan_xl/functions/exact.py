"""Amounts of cells in whole numbers of a unit, so that core adds and compares them exactly."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from salesplan_xl.core.errors import AmountTooLargeError, NotWholeUnitsError, PlanError
from salesplan_xl.core.money import CENT, LIMIT, from_units, to_units
from salesplan_xl.functions.errors import CellError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

FINE = 0.000001
"""The finest unit that is tried."""


def in_whole_units(*amounts: Floats) -> tuple[list[NDArray[Any]], float | None]:
    """
    Count amounts in one unit in which all of them are whole: cents, or else millionths.

    Parameters
    ----------
    *amounts : ndarray of float64
        Amounts in the main unit, none missing.

    Returns
    -------
    counts : list of ndarray
        For each of `amounts` whole numbers of the unit; the amounts as they are where there is no such unit.
    unit : float or None
        The unit; None where there is none.

    Examples
    --------
    >>> in_whole_units(np.array([1.1]), np.array([0.05]))
    ([array([110]), array([5])], 0.01)
    >>> in_whole_units(np.array([1e-9]))
    ([array([1.e-09])], None)
    """
    for unit in (CENT, FINE):
        try:
            return [to_units(part, unit) for part in amounts], unit
        except (NotWholeUnitsError, AmountTooLargeError):
            continue
    return list(amounts), None


def in_main_unit(counts: NDArray[Any], unit: float | None) -> NDArray[Any]:
    """
    Give counts back as amounts.

    Parameters
    ----------
    counts : ndarray
        What was worked out from the counts of `in_whole_units`.
    unit : float or None
        Their unit; None where they are amounts already.

    Returns
    -------
    ndarray
        Amounts in the main unit.

    Examples
    --------
    >>> in_main_unit(np.array([110]), 0.01).tolist()
    [1.1]
    """
    return counts if unit is None else from_units(counts, unit)


def whole_units(name: str, amounts: Floats, unit: float) -> Integers:
    """
    Count the amounts of an argument in a unit.

    Parameters
    ----------
    name : str
        Name of the argument.
    amounts : ndarray of float64, any shape
        Amounts in the main unit; NaN where a cell is blank.
    unit : float
        Smallest unit, such as 0.01.

    Returns
    -------
    ndarray of int64, shape of `amounts`
        Whole numbers of the unit, masked where a cell is blank.

    Raises
    ------
    CellError
        ``#NUM!`` if a cell is no whole number of units, or too many of them; the first one is named.
    PlanError
        If the unit is none.

    Examples
    --------
    >>> whole_units("held", np.array([1.1, np.nan]), 0.01).tolist()
    [110, None]
    """
    try:
        return to_units(np.ma.masked_invalid(amounts), unit)
    except (NotWholeUnitsError, AmountTooLargeError) as error:
        place = np.argwhere(amounts == error.amount)[0]
        raise CellError("#NUM!", f"{cell_name(name, place.tolist())}: {error}") from error


def cell_name(name: str, place: list[int]) -> str:
    """
    Name a cell of an argument by its place among the converted ones.

    Parameters
    ----------
    name : str
        Name of the argument.
    place : list of int
        Its position, from 0: along the row or column, or row and column of a table.

    Returns
    -------
    str
        Where it is, counted from 1 as a planner does.

    Examples
    --------
    >>> cell_name("held", [2]), cell_name("held", [2, 0])
    ('cell 3 of held', 'row 3, column 1 of held')
    """
    if len(place) == 1:
        return f"cell {place[0] + 1} of {name}"
    row, column = place
    return f"row {row + 1}, column {column + 1} of {name}"


def in_cells(counts: Integers, unit: float) -> NDArray[Any]:
    """
    Give counts of a unit back as amounts that a cell keeps to the last digit.

    Parameters
    ----------
    counts : ndarray of int64, any shape
        Whole numbers of the unit, of any sign.
    unit : float
        Smallest unit, such as 0.01.

    Returns
    -------
    ndarray, shape of `counts`
        Amounts in the main unit.

    Raises
    ------
    AmountTooLargeError
        If one has more than fifteen digits; the first one is named.

    Examples
    --------
    >>> in_cells(np.array([110]), 0.01).tolist()
    [1.1]
    """
    amounts = from_units(counts, unit)
    large = np.abs(counts) >= LIMIT
    if large.any():
        raise AmountTooLargeError(amounts[large].tolist()[0], LIMIT)
    return amounts


@contextmanager
def refusals_in(unit: float) -> Iterator[None]:
    """
    Restate what core refuses in the main unit.

    Parameters
    ----------
    unit : float
        Smallest unit, in which core counts.

    Yields
    ------
    None
        To call core within.

    Raises
    ------
    PlanError
        The refusal, its amounts in the main unit.

    Examples
    --------
    >>> from salesplan_xl.core.budget import spread
    >>> with refusals_in(0.01):
    ...     spread(400, [0])
    Traceback (most recent call last):
    salesplan_xl.core.errors.budget.NoWeightError: 4 cannot be shared because the weights of the free cells add up to 0;
    give a cell a weight or choose an equal split.
    """
    try:
        yield
    except PlanError as error:
        raise error.in_unit(unit) from error

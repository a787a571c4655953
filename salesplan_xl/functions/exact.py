"""Amounts of cells in whole numbers of a unit, so that core adds and compares them exactly."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from salesplan_xl.core.errors import AmountTooLargeError, NotWholeUnitsError
from salesplan_xl.core.money import CENT, from_units, to_units

Floats = NDArray[np.float64]

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

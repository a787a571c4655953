"""Numbers as they are given: checked, and counted in units without being rounded."""

from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.errors import AmountTooLargeError, NotAnAmountError, OutOfRangeError, WrongShapeError
from salesplan_xl.core.money import LIMIT, unit_fraction

Floats = NDArray[np.float64]

# Cells this near to a whole number of units are whole.
_WHOLE = 1e-9


def read_numbers(given: ArrayLike) -> NDArray[Any]:
    """
    Return numbers as an array, refusing anything that is not a finite number.

    Parameters
    ----------
    given : array_like, any shape
        Numbers of any sign.

    Returns
    -------
    numbers : ndarray of int64 or float64, shape of `given`
        Whole numbers stay whole.

    Raises
    ------
    NotAnAmountError
        If one is missing, infinite, text or a truth value.

    Examples
    --------
    >>> read_numbers([1, 2])
    array([1, 2])
    """
    array = np.asarray(given)
    if array.size == 0:
        return np.zeros(array.shape)
    if array.dtype.kind not in "iuf":
        odd = [entry for entry in array.ravel().tolist() if not _is_number(entry)]
        if odd:
            raise NotAnAmountError(odd[0])
        array = array.astype(np.float64)
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise NotAnAmountError(array[~np.isfinite(array)].tolist()[0])
    return array.astype(np.int64 if array.dtype.kind == "i" else np.float64)


def read_list(given: ArrayLike, what: str) -> NDArray[Any]:
    """
    Return a list of numbers, refusing anything that is not a finite number.

    Parameters
    ----------
    given : array_like, shape (n,)
        Numbers of any sign.
    what : str
        Name of the list, in the plural, for the refusal.

    Returns
    -------
    numbers : ndarray of int64 or float64, shape (n,)
        Whole numbers stay whole.

    Raises
    ------
    NotAnAmountError
        If one is missing, infinite, text or a truth value.
    WrongShapeError
        If they are no list.

    Examples
    --------
    >>> read_list([1, 2], "values")
    array([1, 2])
    """
    numbers = read_numbers(given)
    if numbers.ndim != 1:
        raise WrongShapeError(what, numbers.shape, "one row or column")
    return numbers


def read_at_least_zero(what: str, given: ArrayLike, least: str = "zero or more") -> Floats:
    """
    Return numbers of zero or more, refusing others.

    Parameters
    ----------
    what : str
        What one of the numbers is.
    given : array_like, any shape
        The numbers.
    least : str, default "zero or more"
        What they must be, for the refusal.

    Returns
    -------
    numbers : ndarray of float64, shape of `given`
        The same numbers.

    Raises
    ------
    OutOfRangeError
        If one is negative, infinite or missing.

    Examples
    --------
    >>> read_at_least_zero("visit", [30, 45])
    array([30., 45.])
    """
    numbers = np.asarray(given, np.float64)
    wrong = ~((numbers >= 0) & np.isfinite(numbers))
    if wrong.any():
        raise OutOfRangeError(what, numbers[wrong].tolist()[0], least)
    return numbers


def read_lists(first: ArrayLike, second: ArrayLike, what: str) -> tuple[Floats, Floats]:
    """
    Return two lists of one length.

    Parameters
    ----------
    first, second : array_like, shape (n,)
        Numbers; NaN where missing.
    what : str
        Name of the second list, in the plural, for the refusal.

    Returns
    -------
    first, second : ndarray of float64, shape (n,)
        The same numbers.

    Raises
    ------
    WrongShapeError
        If one is no list, or they have not the same length.

    Examples
    --------
    >>> read_lists([1, 2], [3, 4], "longitudes")
    (array([1., 2.]), array([3., 4.]))
    """
    one, other = np.asarray(first, np.float64), np.asarray(second, np.float64)
    if one.ndim != 1 or one.shape != other.shape:
        raise WrongShapeError(what, other.shape, one.shape if one.ndim == 1 else "(n,)")
    return one, other


def in_units(values: NDArray[Any], unit: float) -> Floats:
    """
    Express values in units, whole where the difference is noise.

    Parameters
    ----------
    values : ndarray, any shape
        Amounts of any sign in the main unit; NaN where there is none.
    unit : float
        Smallest unit, in the unit of `values`, such as 0.01.

    Returns
    -------
    counts : ndarray of float64, shape of `values`
        How many units each value is, a whole number where it is within a thousand-millionth of one.

    Raises
    ------
    AmountTooLargeError, WrongUnitError
        If a value is too large to be exact, or the unit is not positive.

    Examples
    --------
    >>> in_units(np.array([1.1, 1.105]), 0.01)
    array([110. , 110.5])
    """
    size = unit_fraction(unit)
    with np.errstate(over="ignore"):  # what is infinite then is too large
        counts = values.astype(np.float64) * size.denominator / size.numerator
    if (np.abs(counts) >= LIMIT).any():
        raise AmountTooLargeError(values[np.abs(counts) >= LIMIT].tolist()[0], LIMIT)
    nearest = np.rint(counts)
    return np.where(np.abs(counts - nearest) <= _WHOLE, nearest, counts)


def _is_number(entry: object) -> bool:
    """Tell a number from text, blanks and truth values."""
    return isinstance(entry, int | float | Decimal) and not isinstance(entry, bool)

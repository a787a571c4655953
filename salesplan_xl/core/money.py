"""The border between decimal amounts in cells and whole numbers of the smallest unit inside the plan."""

import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.errors import AmountTooLargeError, NotAnAmountError, NotWholeUnitsError, WrongUnitError

CENT = 0.01
"""Smallest unit of the plan's amounts."""

LIMIT = 10**15
"""First count of smallest units that is refused: a cell keeps fifteen digits."""

# A number whose fifteen-digit reading is d differs from d by less than 5e-16 of its size; the double nearest to
# d is at most 1.2e-16 off. What is within the difference of the two is read as d without looking at digits.
_SAME_READING = 3.5e-16


def unit_fraction(unit: float | Decimal) -> Fraction:
    """
    Return the unit as an exact fraction, read to fifteen significant digits.

    Parameters
    ----------
    unit : float or Decimal
        Smallest unit recorded, such as 0.01, 1, 0.05 or 1000.

    Returns
    -------
    unit : Fraction
        The same unit, exactly.

    Raises
    ------
    WrongUnitError
        If it is not a positive number from 10**-15 to 10**15.

    Examples
    --------
    >>> unit_fraction(0.05)
    Fraction(1, 20)
    """
    if isinstance(unit, bool | str) or not 1 / LIMIT <= unit <= LIMIT:
        raise WrongUnitError(unit)
    return Fraction(f"{unit:.15g}")


def to_units(amounts: ArrayLike, unit: float | Decimal) -> NDArray[np.int64]:
    """
    Return amounts of cells as whole numbers of the smallest unit.

    A floating-point number is read as its first fifteen significant digits, which is what a cell
    keeps, so 0.1 + 0.2 is read as 0.3. Whole numbers and decimals are taken exactly.

    Parameters
    ----------
    amounts : array_like, any shape
        Amounts in the main unit, of any sign. Nothing may be missing, except that the masked
        entries of a masked array stay masked.
    unit : float or Decimal
        Smallest unit, such as 0.01 (cents), 1, 0.05 or 1000.

    Returns
    -------
    counts : ndarray of int64, shape of `amounts`
        How many units each amount is, exactly; below 10**15 in size.

    Raises
    ------
    NotAnAmountError
        If an entry is text, a truth value, missing or infinite.
    NotWholeUnitsError
        If an amount is not a whole number of `unit`; the first such amount is named.
    AmountTooLargeError
        If an amount is 10**15 units or more.
    WrongUnitError
        If `unit` is not a positive number from 10**-15 to 10**15.

    Examples
    --------
    >>> to_units([12.34, 0.1 + 0.2], 0.01)
    array([1234,   30])
    """
    size = unit_fraction(unit)
    if isinstance(amounts, np.ma.MaskedArray):
        mask = np.ma.getmaskarray(amounts)
        return np.ma.MaskedArray(to_units(amounts.filled(0), unit), mask)
    array = np.asarray(amounts)
    if array.dtype.kind == "f":
        return _counts_of_floats(array.astype(np.float64), size)
    if array.dtype.kind == "i":
        return _counts_of_integers(array.astype(np.int64), size)
    if array.dtype.kind in "uO":
        counts = [_count(entry, size) for entry in array.ravel().tolist()]
        return np.array(counts, dtype=np.int64).reshape(array.shape)
    raise NotAnAmountError(array.ravel().tolist()[0])


def from_units(counts: ArrayLike, unit: float | Decimal) -> NDArray[Any]:
    """
    Return counts of the smallest unit as amounts in the main unit.

    Parameters
    ----------
    counts : array_like of int, any shape
        Whole numbers of units, of any sign, in the range of int64.
    unit : float or Decimal
        Smallest unit, such as 0.01.

    Returns
    -------
    amounts : ndarray, shape of `counts`
        `counts` x `unit`: int64 and exact when `unit` is a whole number, otherwise the float64
        nearest to the exact decimal, which a cell shows as that decimal.

    Raises
    ------
    AmountTooLargeError
        If an amount leaves the range of int64.
    WrongUnitError
        If `unit` is not a positive number from 10**-15 to 10**15.

    Examples
    --------
    >>> from_units([1234, -5], 0.01)
    array([12.34, -0.05])
    """
    size = unit_fraction(unit)
    whole = np.asarray(counts, dtype=np.int64)
    largest = max((abs(int(whole.min())), abs(int(whole.max()))), default=0) if whole.size else 0
    if size.denominator == 1:
        if largest * size.numerator >= 2**63:
            raise AmountTooLargeError(largest * size.numerator, 2**63 // size.numerator)
        return whole * size.numerator
    if largest * size.numerator <= 2**53:  # both sides of the division are exact, so it is correctly rounded
        return np.asarray(whole * size.numerator / size.denominator)
    exact = [count * size.numerator / size.denominator for count in whole.ravel().tolist()]
    return np.array(exact, dtype=np.float64).reshape(whole.shape)


def _counts_of_floats(amounts: NDArray[np.float64], size: Fraction) -> NDArray[np.int64]:
    """Convert floats at once, leaving the few whose fifteen digits must be looked at."""
    if not np.isfinite(amounts).all():
        raise NotAnAmountError(amounts[~np.isfinite(amounts)].tolist()[0])
    with np.errstate(over="ignore"):  # what is infinite then is too large
        estimate = np.rint(amounts * (size.denominator / size.numerator))
    too_large = np.abs(estimate) >= LIMIT
    if too_large.any():
        raise AmountTooLargeError(amounts[too_large].tolist()[0], LIMIT)
    read = estimate * size.numerator / size.denominator
    settled = np.abs(amounts - read) <= _SAME_READING * np.abs(amounts)
    settled &= np.abs(estimate) * size.numerator < LIMIT // 100  # far from where fifteen digits end
    counts = np.asarray(estimate, dtype=np.int64)
    if not settled.all():
        counts = np.array(counts)
        counts[~settled] = [_count(amount, size) for amount in amounts[~settled].tolist()]
    return counts


def _counts_of_integers(amounts: NDArray[np.int64], size: Fraction) -> NDArray[np.int64]:
    """Convert whole numbers at once, exactly."""
    too_large = np.abs(amounts.astype(np.float64)) * (size.denominator / size.numerator) >= LIMIT
    if too_large.any():
        raise AmountTooLargeError(amounts[too_large].tolist()[0], LIMIT)
    if float(np.abs(amounts.astype(np.float64)).max(initial=0.0)) * size.denominator >= 2.0**62:
        return np.array([_count(amount, size) for amount in amounts.ravel().tolist()]).reshape(amounts.shape)
    wrong = amounts * size.denominator % size.numerator != 0
    if wrong.any():
        raise NotWholeUnitsError(amounts[wrong].tolist()[0], Decimal(size.numerator) / Decimal(size.denominator))
    return amounts * size.denominator // size.numerator


def _count(amount: object, size: Fraction) -> int:
    """Convert one amount by its decimal digits."""
    if isinstance(amount, bool) or not isinstance(amount, int | float | Decimal):
        raise NotAnAmountError(amount)
    if not isinstance(amount, int) and not math.isfinite(amount):
        raise NotAnAmountError(amount)
    exact = Fraction(f"{amount:.15g}") if isinstance(amount, float) else Fraction(amount)
    count = exact / size
    if abs(count) >= LIMIT:
        raise AmountTooLargeError(amount, LIMIT)
    if count.denominator != 1:
        raise NotWholeUnitsError(amount, Decimal(size.numerator) / Decimal(size.denominator))
    return int(count)

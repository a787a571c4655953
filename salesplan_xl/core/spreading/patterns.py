"""Patterns of weights that repeat over periods, such as 4-4-5, and percentages that must add up to one hundred."""

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.errors import PercentagesError, WrongPatternError
from salesplan_xl.core.reading import read_at_least_zero, read_list
from salesplan_xl.core.spreading.cells import check_choice

Floats = NDArray[np.float64]

_HUNDRED = 100
# Twelve times the fifteen digits of 100/12 is 100 to thirteen digits.
_SAME_HUNDRED = Fraction(1, 10**10)


def pattern_weights(pattern: str | Sequence[float], periods: int) -> Floats:
    """
    Repeat a pattern over periods.

    Parameters
    ----------
    pattern : str or sequence of float
        Numbers of zero or more, at least one above zero, as "4-4-5", "1 2 1" or a row of numbers.
    periods : int
        How many periods; the pattern starts anew as often as needed, and its last turn may be cut short.

    Returns
    -------
    ndarray of float64, shape (periods,)
        One weight a period.

    Raises
    ------
    WrongPatternError
        If the pattern is anything else.

    Examples
    --------
    >>> pattern_weights("4-4-5", 7).tolist()
    [4.0, 4.0, 5.0, 4.0, 4.0, 5.0, 4.0]
    """
    return np.resize(pattern_numbers(pattern), periods)


def pattern_numbers(pattern: str | Sequence[float]) -> Floats:
    """
    Read the numbers of a pattern, once each.

    Parameters
    ----------
    pattern : str or sequence of float
        Numbers of zero or more, at least one above zero, as "4-4-5", "1 2 1" or a row of numbers.

    Returns
    -------
    ndarray of float64
        The numbers.

    Raises
    ------
    WrongPatternError
        If the pattern is anything else.

    Examples
    --------
    >>> pattern_numbers("25 - 50 - 25").tolist()
    [25.0, 50.0, 25.0]
    """
    parts = re.split(r"\s*-\s*|\s+", pattern.strip()) if isinstance(pattern, str) else list(pattern)
    try:
        weights = np.array([float(part) for part in parts])
    except (TypeError, ValueError):
        raise WrongPatternError(pattern) from None
    if not (np.isfinite(weights) & (weights >= 0)).all() or not weights.any():
        raise WrongPatternError(pattern)
    return weights


def percentage_weights(percentages: ArrayLike, *, whole: Literal["error", "scale"] = "error") -> Floats:
    """
    Return percentages as weights, after seeing to it that they add up to one hundred.

    Parameters
    ----------
    percentages : array_like, shape (n,)
        Zero or more, read to fifteen significant digits.
    whole : {"error", "scale"}, default "error"
        What to do where they do not: refuse, or scale them to one hundred. Twelve times 8.3333 is 99.9996,
        which would lose 4 of every million.

    Returns
    -------
    ndarray of float64, shape (n,)
        The percentages; as weights they need no scaling.

    Raises
    ------
    PercentagesError
        If they do not add up to 100 (to ten decimals) and `whole` is "error", or add up to zero.
    OutOfRangeError, NotAnAmountError, WrongShapeError, WrongChoiceError
        If an input cannot be read.

    Examples
    --------
    >>> percentage_weights([8.3333] * 12)
    Traceback (most recent call last):
    salesplan_xl.core.errors.budget.PercentagesError: The percentages add up to 99.9996, not 100 (0.0004 missing);
    correct them or have them scaled to 100.
    """
    check_choice("rule for percentages", whole, ("error", "scale"))
    given = read_at_least_zero("percentage", read_list(percentages, "percentages"))
    added = sum((Fraction(f"{share:.15g}") for share in given.tolist()), Fraction())
    if not added or (whole == "error" and abs(added - _HUNDRED) > _SAME_HUNDRED):
        exact = Decimal(added.numerator) / Decimal(added.denominator)
        raise PercentagesError(exact, _HUNDRED - exact)
    return given

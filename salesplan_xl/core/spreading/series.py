"""Methods of spreading without a total: what a planner types are the values themselves, or how they change."""

from fractions import Fraction
from typing import Unpack

import numpy as np
from numpy.typing import NDArray

from salesplan_xl.core.errors import AmountTooLargeError, CountTooSmallError, OutOfRangeError, WrongShapeError
from salesplan_xl.core.money import LIMIT
from salesplan_xl.core.spreading.cells import Cells, Keeping, in_scope, read_amounts, read_given

Integers = NDArray[np.int64]

_HUNDRED = 100


def straight_line(current: Cells, first: int, last: int, **options: Unpack[Keeping]) -> Integers:
    r"""
    Set periods along a straight line between two end values.

    Keeps both ends; each period between is the point on the line, rounded to the unit (halves away from
    zero). Held cells stay and the line passes over them.

    Parameters
    ----------
    current : array_like, shape (periods, ...)
        What the cells hold, in the smallest unit; periods along the first axis.
    first, last : int
        Amount of the first and of the last period, in the smallest unit.
    **options : Keeping
        Holds and scope.

    Returns
    -------
    ndarray of int64, shape of `current`
        The new amounts.

    Raises
    ------
    CountTooSmallError
        If there is only one period and the end values differ, or none.
    PlanError
        If an input cannot be read.

    Notes
    -----
    IBM Planning Analytics calls it straight line (SL): :math:`x_k = a + (b - a)\,k/(n - 1)`.

    Examples
    --------
    >>> straight_line([0] * 6, 100, 200)
    array([100, 120, 140, 160, 180, 200])
    """
    amounts = read_amounts(current)
    count = amounts.shape[0]
    if count < 1 or (count == 1 and first != last):
        raise CountTooSmallError("number of periods", count, 2)
    steps = max(count - 1, 1)
    return _series(amounts, [first + Fraction((last - first) * place, steps) for place in range(count)], options)


def growth_compound(current: Cells, first: int, percent: float, **options: Unpack[Keeping]) -> Integers:
    r"""
    Set periods that grow by a percentage of the period before.

    Keeps the first value; each later period is rounded to the unit from the exact value (halves away from
    zero), so roundings do not add up. Held cells stay and growth passes over them.

    Parameters
    ----------
    current : array_like, shape (periods, ...)
        What the cells hold, in the smallest unit; periods along the first axis.
    first : int
        Amount of the first period, in the smallest unit.
    percent : float
        Growth from one period to the next, -100 or more; 25 means 25 %.
    **options : Keeping
        Holds and scope.

    Returns
    -------
    ndarray of int64, shape of `current`
        The new amounts.

    Raises
    ------
    OutOfRangeError
        If the percentage is below -100.
    AmountTooLargeError
        If growth leads beyond the amounts a plan keeps.
    PlanError
        If an input cannot be read.

    See Also
    --------
    growth_linear : Growth by a percentage of the first period; two vendors use one word for the two.

    Notes
    -----
    IBM Planning Analytics calls it growth (GR): :math:`x_k = a\,(1 + p/100)^k`.

    Examples
    --------
    >>> growth_compound([0] * 4, 30000, 25)
    array([30000, 37500, 46875, 58594])
    """
    amounts = read_amounts(current)
    factor = 1 + read_percent(percent, least=-_HUNDRED) / _HUNDRED
    values: list[Fraction] = []
    value = Fraction(first)
    for _ in range(amounts.shape[0]):
        values.append(_kept(value))
        value *= factor
    return _series(amounts, values, options)


def growth_linear(current: Cells, first: int, percent: float, **options: Unpack[Keeping]) -> Integers:
    r"""
    Set periods that grow by a percentage of the first one.

    Keeps the first value and the step; each period is rounded to the unit (halves away from zero). Where the
    step is negative, late periods may go below zero. Held cells stay and growth passes over them.

    Parameters
    ----------
    current : array_like, shape (periods, ...)
        What the cells hold, in the smallest unit; periods along the first axis.
    first : int
        Amount of the first period, in the smallest unit.
    percent : float
        Growth from one period to the next, in percent of the first.
    **options : Keeping
        Holds and scope.

    Returns
    -------
    ndarray of int64, shape of `current`
        The new amounts.

    Raises
    ------
    AmountTooLargeError
        If growth leads beyond the amounts a plan keeps.
    PlanError
        If an input cannot be read.

    See Also
    --------
    growth_compound : Growth by a percentage of the period before.

    Notes
    -----
    Oracle Essbase calls it @GROWTH: :math:`x_k = a\,(1 + k\,p/100)`.

    Examples
    --------
    >>> growth_linear([0] * 4, 300, 25)
    array([300, 375, 450, 525])
    """
    amounts = read_amounts(current)
    step = first * read_percent(percent) / _HUNDRED
    return _series(amounts, [_kept(first + step * place) for place in range(amounts.shape[0])], options)


def repeat(current: Cells, amount: int, **options: Unpack[Keeping]) -> Integers:
    """
    Set every cell to one amount.

    Keeps held cells; the total is what comes out.

    Parameters
    ----------
    current : array_like, any shape
        What the cells hold, in the smallest unit.
    amount : int
        What each cell shall hold.
    **options : Keeping
        Holds and scope.

    Returns
    -------
    ndarray of int64, shape of `current`
        The new amounts.

    Raises
    ------
    PlanError
        If an input cannot be read.

    Notes
    -----
    IBM Planning Analytics calls it repeat (R), and repeat leaves (LR).

    Examples
    --------
    >>> repeat([0, 5, 0, 7], 400, scope="nonzero")
    array([  0, 400,   0, 400])
    """
    amounts = read_amounts(current)
    return _put(amounts, np.full(amounts.shape, int(_kept(Fraction(amount)))), options)


def clear(current: Cells, **options: Unpack[Keeping]) -> Integers:
    """
    Set every cell to zero.

    Keeps held cells.

    Parameters
    ----------
    current : array_like, any shape
        What the cells hold, in the smallest unit.
    **options : Keeping
        Holds and scope.

    Returns
    -------
    ndarray of int64, shape of `current`
        The new amounts.

    Raises
    ------
    PlanError
        If an input cannot be read.

    Notes
    -----
    IBM Planning Analytics calls it clear (C).

    Examples
    --------
    >>> clear([5, 6, 7], held=[None, 6, None])
    array([0, 6, 0])
    """
    return repeat(current, 0, **options)


def percent_of(current: Cells, percent: float, reference: Cells, **options: Unpack[Keeping]) -> Integers:
    """
    Set every cell to a percentage of another, such as 105 % of last year.

    Keeps held cells. The sum of the cells that change is the percentage of their reference sum, rounded to the
    unit (halves away from zero); units left over go to the largest remainders.

    Parameters
    ----------
    current : array_like, any shape
        What the cells hold, in the smallest unit.
    percent : float
        Percentage of the reference, of any sign: 50 gives half of it.
    reference : array_like, shape of `current`
        Amounts of the other cells, in the smallest unit.
    **options : Keeping
        Holds and scope.

    Returns
    -------
    ndarray of int64, shape of `current`
        The new amounts.

    Raises
    ------
    WrongShapeError
        If the reference has another shape.
    PlanError
        If an input cannot be read.

    Notes
    -----
    IBM Planning Analytics calls it relative percent adjustment (R%).

    Examples
    --------
    >>> percent_of([0, 0, 0], 50, [100, 200, 300])
    array([ 50, 100, 150])
    """
    amounts, others = read_amounts(current), read_amounts(reference)
    if others.shape != amounts.shape:
        raise WrongShapeError("reference amounts", others.shape, amounts.shape)
    return _scaled(amounts, others, read_percent(percent) / _HUNDRED, options)


def percent_change(current: Cells, percent: float, **options: Unpack[Keeping]) -> Integers:
    r"""
    Change every cell by a percentage of itself, whatever its sign.

    Keeps held cells. The sum of the cells that change is changed by the same percentage, rounded to the unit
    (halves away from zero); units left over go to the largest remainders.

    Parameters
    ----------
    current : array_like, any shape
        What the cells hold, in the smallest unit.
    percent : float
        Change in percent: 2 turns 1000 into 1020 and -1000 into -1020.
    **options : Keeping
        Holds and scope.

    Returns
    -------
    ndarray of int64, shape of `current`
        The new amounts.

    Raises
    ------
    PlanError
        If an input cannot be read.

    Notes
    -----
    IBM Planning Analytics calls it percent change (P%): :math:`x\,(1 + p/100)` for any sign.

    Examples
    --------
    >>> percent_change([10, 20, 30], 10)
    array([11, 22, 33])
    """
    amounts = read_amounts(current)
    return _scaled(amounts, amounts, 1 + read_percent(percent) / _HUNDRED, options)


def read_percent(percent: float, least: float | None = None) -> Fraction:
    """
    Return a percentage exactly, read to fifteen significant digits.

    Parameters
    ----------
    percent : float
        A finite number.
    least : float, optional
        The smallest that has a meaning.

    Returns
    -------
    Fraction
        The same number.

    Raises
    ------
    OutOfRangeError
        If it is not finite, or too small.

    Examples
    --------
    >>> read_percent(2.5)
    Fraction(5, 2)
    """
    if not np.isfinite(percent):
        raise OutOfRangeError("percentage", percent, "a finite number")
    if least is not None and percent < least:
        raise OutOfRangeError("percentage", percent, f"{least} or more")
    return Fraction(f"{percent:.15g}")


def _kept(value: Fraction) -> Fraction:
    """Refuse an amount that a plan cannot keep."""
    if abs(value) >= LIMIT:
        raise AmountTooLargeError(int(value), LIMIT)
    return value


def _rounded(value: Fraction) -> int:
    """Round to the unit, halves away from zero."""
    size = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return size if value >= 0 else -size


def _series(amounts: Integers, values: list[Fraction], options: Keeping) -> Integers:
    """Let values run down the periods, the same for every other axis."""
    column = np.array([_rounded(value) for value in values], dtype=np.int64)
    return _put(amounts, np.broadcast_to(column.reshape(-1, *[1] * (amounts.ndim - 1)), amounts.shape), options)


def _scaled(amounts: Integers, base: Integers, factor: Fraction, options: Keeping) -> Integers:
    """Multiply the cells that change, rounding them so that their sum is right."""
    fixed, _ = read_given(options.get("held"), amounts.shape, "held cells")
    changing = ~fixed & in_scope(amounts, options.get("scope", "all"))
    # Python's whole numbers, since the products need up to thirty digits
    products = base[changing].astype(object) * factor.numerator
    floors, remainders = products // factor.denominator, products % factor.denominator
    missing = _rounded(Fraction(int(products.sum()), factor.denominator)) - int(floors.sum())
    largest = sorted(range(len(floors)), key=remainders.__getitem__, reverse=True)  # stable: ties to the earlier
    floors[largest[:missing]] += 1
    for value in floors.tolist():
        _kept(Fraction(value))
    new = amounts.copy()
    new[changing] = floors.astype(np.int64)
    return _put(amounts, new, options)


def _put(amounts: Integers, new: Integers, options: Keeping) -> Integers:
    """Return new amounts where a cell is free and in scope."""
    fixed, kept = read_given(options.get("held"), amounts.shape, "held cells")
    changing = ~fixed & in_scope(amounts, options.get("scope", "all"))
    return np.where(changing, new, np.where(fixed, kept, amounts))

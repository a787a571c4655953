"""How a measure adds up over time, and how a value of a longer period comes down to the shorter ones.

Revenue and pieces are sums. A price is an average, head count a last value, a balance may be an average weighted by
days: twelve months of 1,000,000 customers are not 12,000,000 customers.
"""

from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.errors import CountTooSmallError, WrongShapeError
from salesplan_xl.core.reading import read_at_least_zero
from salesplan_xl.core.spreading import spread
from salesplan_xl.core.spreading.cells import Cells, check_choice, exact_sum, read_given

Integers = NDArray[np.int64]

Aggregation = Literal["sum", "average", "first", "last", "weighted"]
"""How periods of a measure roll up; "weighted" is the average weighted by days."""


def roll_up(values: Cells, aggregation: Aggregation, *, days: ArrayLike | None = None) -> int | None:
    r"""
    Return the value of a longer period from those of the shorter ones.

    Parameters
    ----------
    values : array_like, shape (periods,)
        Whole numbers of the smallest unit, in order of time; None, NaN or masked = not known, which is not zero
        and is left out.
    aggregation : {"sum", "average", "first", "last", "weighted"}
        How the measure adds up over time.
    days : array_like of int, shape (periods,), optional
        Days of each period, for "weighted": those of the calendar, or 28 for every February as some do.

    Returns
    -------
    int or None
        Averages are rounded to the unit, halves away from zero. None where no value is known.

    Raises
    ------
    WrongShapeError
        If the values are no list, or there is not one number of days for each.
    CountTooSmallError
        If the days of the known values add up to zero.
    WrongChoiceError, NotAnAmountError, NotWholeUnitsError, AmountTooLargeError, OutOfRangeError
        If an input cannot be read.

    Notes
    -----
    The time balance property of Oracle Planning: flow, average, first, balance (last), weighted average
    :math:`\sum d_i x_i / \sum d_i`.

    Examples
    --------
    (10 x 31 + 15 x 29 + 20 x 31) / 91 = 15, as the plain average happens to be.

    >>> [roll_up([10, 15, 20], kind, days=[31, 29, 31]) for kind in ("sum", "first", "last", "average", "weighted")]
    [45, 10, 20, 15, 15]
    """
    check_choice("aggregation", aggregation, get_args(Aggregation))
    shape = _one_row(values)
    known, amounts = read_given(values, shape, "values")
    lengths = _lengths(aggregation, days, shape)[known]
    present = amounts[known]
    if not len(present):
        return None
    if aggregation == "first":
        return int(present[0])
    if aggregation == "last":
        return int(present[-1])
    if aggregation == "sum":
        return exact_sum(present)
    span = int(lengths.sum())
    if not span:
        raise CountTooSmallError("number of days", span, 1)
    return _nearest(sum(day * amount for day, amount in zip(lengths.tolist(), present.tolist(), strict=True)), span)


def spread_down(
    value: int,
    aggregation: Aggregation,
    *,
    current: Cells,
    days: ArrayLike | None = None,
    held: Cells | None = None,
) -> "np.ma.MaskedArray[tuple[int], np.dtype[np.int64]]":
    """
    Bring a value of a longer period to the shorter ones, so that it rolls up to itself.

    Sums and averages keep the profile the periods have; without one, every period gets the same. A first or last
    value goes to its period and the others stay as they are.

    Parameters
    ----------
    value : int
        The value, in the smallest unit.
    aggregation : {"sum", "average", "first", "last", "weighted"}
        How the measure adds up over time.
    current : array_like, shape (periods,)
        What the periods hold, in the smallest unit; blank where nothing is known. Sums and averages take a blank
        for zero.
    days : array_like of int, shape (periods,), optional
        Days of each period, for "weighted".
    held : array_like, shape (periods,), optional
        Amounts that stay as they are; blank = free.

    Returns
    -------
    masked array of int64, shape (periods,)
        The new amounts; masked where a first or last value leaves a period unknown. `roll_up` gives `value`
        again.

    Raises
    ------
    PlanError
        What `salesplan_xl.core.spreading.spread` refuses, such as every cell held.
    CountTooSmallError
        If there is no period, or the days add up to zero.
    WrongShapeError, WrongChoiceError, NotAnAmountError, NotWholeUnitsError, AmountTooLargeError, OutOfRangeError
        If an input cannot be read.

    Notes
    -----
    The inverse depends on the type of aggregation as in SAP Analytics Cloud.

    Examples
    --------
    >>> spread_down(100, "sum", current=[None, None]).tolist()
    [50, 50]
    >>> spread_down(100, "average", current=[None, None]).tolist()
    [100, 100]
    >>> spread_down(100, "last", current=[None, None]).tolist()
    [None, 100]
    """
    check_choice("aggregation", aggregation, get_args(Aggregation))
    shape = _one_row(current)
    known, amounts = read_given(current, shape, "periods")
    fixed, kept = read_given(held, shape, "held cells")
    lengths = _lengths(aggregation, days, shape)
    if not shape[0]:
        raise CountTooSmallError("number of periods", 0, 1)
    if aggregation in ("first", "last"):
        place = 0 if aggregation == "first" else shape[0] - 1
        start = np.where(fixed, kept, amounts)
        end = np.arange(shape[0]) == place
        fixed_end = np.ma.MaskedArray(start[end], mask=~fixed[end])
        start[end] = spread(value, np.ones(1), held=fixed_end, on_negative="allow")
        return np.ma.MaskedArray(start, mask=~(known | fixed | end))
    profile = amounts if amounts[~fixed].any() else np.ones(shape, dtype=np.int64)
    if aggregation != "weighted":
        total = value if aggregation == "sum" else value * shape[0]
        options = np.ma.MaskedArray(kept, mask=~fixed)
        return np.ma.MaskedArray(spread(total, profile, held=options, on_negative="allow"), mask=False)
    span = int(lengths.sum())
    if not span:
        raise CountTooSmallError("number of days", span, 1)
    return np.ma.MaskedArray(_weighted(value * span, profile, lengths, fixed, kept), mask=False)


def _weighted(total: int, profile: Integers, days: Integers, fixed: NDArray[np.bool_], kept: Integers) -> Integers:
    """Return amounts whose sum, each times its days, is nearest to a total; the free ones have a profile."""
    values = np.where(fixed, kept, 0)
    left = total - sum(day * amount for day, amount in zip(days[fixed].tolist(), kept[fixed].tolist(), strict=True))
    # Placing days first is exact: each period gets its days' worth, and what is not a whole amount a day moves on.
    worth = spread(left, profile[~fixed] * days[~fixed], on_negative="allow")
    lengths = np.maximum(days[~fixed], 1)
    floors, over = worth // lengths, worth % lengths
    missing = int(over.sum())
    for place in sorted(range(len(over)), key=lambda one: -over[one] / lengths[one]):
        if 2 * missing < lengths[place]:
            break
        floors[place] += 1
        missing -= int(lengths[place])
    values[~fixed] = floors
    return values


def _nearest(part: int, whole: int) -> int:
    """Divide, rounded to the unit, halves away from zero."""
    size = (2 * abs(part) + whole) // (2 * whole)
    return size if part >= 0 else -size


def _one_row(cells: Cells) -> tuple[int]:
    """Return the shape of a row of cells, refusing a table."""
    shape = np.shape(cells)
    if len(shape) != 1:
        raise WrongShapeError("periods", shape, "one row or column")
    return (int(shape[0]),)


def _lengths(aggregation: str, days: ArrayLike | None, shape: tuple[int, ...]) -> Integers:
    """Return the days of the periods; one each where they do not matter."""
    if aggregation != "weighted":
        return np.ones(shape, dtype=np.int64)
    lengths = read_at_least_zero("number of days", np.zeros(0) if days is None else days).astype(np.int64)
    if lengths.shape != shape:
        raise WrongShapeError("days", lengths.shape, shape)
    return lengths

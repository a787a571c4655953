"""One way out: what a function returned becomes cells, laid out as the range it belongs to lies."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from salesplan_xl.functions.errors import CellError
from salesplan_xl.functions.grid import Grid
from salesplan_xl.functions.reading import nearest_float, shortened
from salesplan_xl.workbook.cells import LONGEST_TEXT, ErrorCell, Value
from salesplan_xl.workbook.dates import serial_of

LONGEST_TEXT_IN_ARRAY = 255


class Dates(StrEnum):
    """How dates go out."""

    SERIAL = "serial"
    ISO = "iso"


Rows = tuple[tuple[Value, ...], ...]


@dataclass(frozen=True)
class Outcome:
    """
    What a function gives to the cells.

    Parameters
    ----------
    value : Value or tuple of rows
        A cell, or rows of cells of equal length. ``None`` is blank. When the function failed as a whole it is
        an `ErrorCell`.
    why : str
        Why there is an error cell, or that a text was shortened; empty when there is nothing to say.
    reasons : mapping of (int, int) to str
        In an array, the same for each place it is said of, by row and column counted from 0.
    """

    value: Value | Rows
    why: str = ""
    reasons: Mapping[tuple[int, int], str] = field(default_factory=dict)


def outcome_of(result: object, along: Grid | None, dates: Dates) -> Outcome:
    """
    Turn what a function returned into cells.

    Parameters
    ----------
    result : object
        A single value or an array of them (a list, or a list of rows, counts as one): number, text, truth value,
        date, None, `CellError` or `ErrorCell`. Days come as `date` or datetime64[D].
    along : Grid or None
        The range that the result runs along. Where it lies in a row, so does the result: a row for each of its
        cells becomes a column for each of them.
    dates : Dates
        How dates go out.

    Returns
    -------
    Outcome
        The cells. NaN, NaT and None are blank; a result of one cell along a single cell is a cell, not a range.

    Raises
    ------
    CellError
        ``#N/A`` if the result has no cells.
    TypeError
        If there is something no cell can hold.

    Examples
    --------
    >>> outcome_of([1, None], None, Dates.SERIAL).value
    ((1.0,), (None,))
    """
    cells = _laid_out(result, along)
    if cells is None or (along and along.single and cells.size == 1):
        cell, why = _cell(result if cells is None else cells.item(), dates, LONGEST_TEXT)
        return Outcome(cell, why)
    numbers = _numbers_at_once(cells)
    if numbers is not None:
        return Outcome(numbers)
    rendered = [[_cell(entry, dates, LONGEST_TEXT_IN_ARRAY) for entry in row] for row in cells.tolist()]
    reasons = {(row, column): why for row, cells in enumerate(rendered) for column, (_, why) in enumerate(cells) if why}
    why = "; ".join(dict.fromkeys(reasons.values()))
    return Outcome(tuple(tuple(cell for cell, _ in cells) for cells in rendered), why, reasons)


def _laid_out(result: object, along: Grid | None) -> NDArray[Any] | None:
    """Lay a result out in rows, the way the range it belongs to lies; None when it is a single value."""
    array = _object_array(result) if isinstance(result, list | tuple) else result
    if not isinstance(array, np.ndarray) or array.ndim == 0:
        return None
    column = array[:, np.newaxis] if array.ndim == 1 else array
    laid_out = column.T if along and along.is_row else column
    if laid_out.size == 0:
        raise CellError("#N/A", "the result is empty")
    return laid_out


def _numbers_at_once(cells: NDArray[Any]) -> Rows | None:
    """Turn numbers into cells in one go; None where there is something else, or something to say."""
    if cells.dtype != np.float64 or np.isinf(cells).any():
        return None
    numbers: NDArray[Any] = cells + 0.0  # minus zero is zero
    missing = np.isnan(cells)
    if missing.any():
        numbers = numbers.astype(object)
        numbers[missing] = None
    return tuple(map(tuple, numbers.tolist()))


def _object_array(result: Sequence[Any]) -> NDArray[Any]:
    """Put a list, or a list of rows, into an array without touching its entries."""
    in_rows = bool(result) and all(isinstance(row, list | tuple) for row in result)
    array: NDArray[Any] = np.empty((len(result), len(result[0])) if in_rows else len(result), dtype=object)
    for place, entry in enumerate(result):
        array[place] = entry
    return array


def _cell(entry: object, dates: Dates, longest: int) -> tuple[Value, str]:
    """Turn one result into a cell, with the reason where something is to be said."""
    if isinstance(entry, np.generic | np.ndarray):
        entry = entry.item()
    if entry is None or isinstance(entry, bool | ErrorCell):
        return entry, ""
    if isinstance(entry, CellError):
        return ErrorCell(entry.code), entry.why
    if isinstance(entry, Real | Decimal):
        return _number_cell(nearest_float(entry))
    if isinstance(entry, str):
        why = "" if len(entry) <= longest else f"the text has {len(entry)} characters and was cut at {longest}"
        return shortened(entry, longest), why
    if isinstance(entry, date):
        return (entry.isoformat() if dates is Dates.ISO else serial_of(entry)), ""
    raise TypeError(f"a cell cannot hold a {type(entry).__name__}")


def _number_cell(number: float) -> tuple[Value, str]:
    """Turn a number into a cell: a missing one is blank, an infinite one an error, minus zero is zero."""
    if math.isnan(number):
        return None, ""
    if math.isinf(number):
        return ErrorCell("#NUM!"), "the result is not a finite number"
    return number + 0.0, ""

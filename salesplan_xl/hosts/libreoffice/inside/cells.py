"""The arguments of a cell function as JSON, and the answer as what Basic hands on to Calc.

In an argument `None` is something left out, a text of no length a blank. What comes from cells is always rows, so that
a number on its own is one that was typed into the formula, or that Calc puts where something was left out.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

# Calc knows an error cell by the number in the lower half of a NaN (formula/errorcodes.hxx of LibreOffice).
NUMBERS = {
    "#NUM!": 503,
    "#VALUE!": 519,
    "#NULL!": 521,
    "#REF!": 524,
    "#NAME?": 525,
    "#DIV/0!": 532,
    "#N/A": 32767,
}
"""Calc's number of each error that Excel has too."""

NO_NAME = "#UNKNOWN!"
"""Stands for an error of Calc that has no name in Excel, such as Err:502."""

_TEXTS = {number: text for text, number in NUMBERS.items()}
_NAN = 0x7FF80000_00000000
_LARGEST_NUMBER = 0xFFFF
_LONG = 100_000  # rows from which on a range may be a whole column, which would be read to the end of the sheet


class Arguments:
    """
    The arguments of a call.

    Parameters
    ----------
    given : sequence of object
        As Basic hands them over: numbers, texts, None, rows of them, or the object of a range.

    Attributes
    ----------
    json : list
        The same for `json.dumps`.
    unnamed : int
        Calc's number of the first error that has no name of its own; 0 if there is none.

    Examples
    --------
    >>> Arguments([1.0, None, ((2.0, ""), ("a", error_value(502)))]).json
    [1.0, None, [[2.0, ''], ['a', {'error': '#UNKNOWN!'}]]]
    """

    def __init__(self, given: Sequence[Any]) -> None:
        self.unnamed = 0
        self.json = [self._argument(argument) for argument in given]

    def _argument(self, argument: Any) -> Any:
        """One argument; what is neither a single value nor rows is a range."""
        if argument is None or isinstance(argument, (bool, int, float, str)):
            return self._cell(argument)
        if isinstance(argument, tuple):
            return self._rows(argument)
        return self._range(_filled(argument.CellRange))

    def _rows(self, cells: Sequence[Any]) -> list[Any]:
        """Rows of cells, or the cells of one row."""
        return [[self._cell(cell) for cell in row] if isinstance(row, tuple) else self._cell(row) for row in cells]

    def _range(self, block: Any) -> list[list[Any]]:
        """The cells of a range, read at once; only error cells, which come as None, are asked for one by one."""
        return [
            [
                self._error(block.getCellByPosition(column, row).getError()) if cell is None else self._cell(cell)
                for column, cell in enumerate(cells)
            ]
            for row, cells in enumerate(block.getDataArray())
        ]

    def _cell(self, cell: Any) -> Any:
        """One cell; a NaN that carries the number of an error is one."""
        number = error_number(cell) if isinstance(cell, float) and cell != cell else None
        return cell if number is None else self._error(number)

    def _error(self, number: int) -> dict[str, str]:
        """An error cell."""
        text = _TEXTS.get(number, NO_NAME)
        if text == NO_NAME:
            self.unnamed = self.unnamed or number
        return {"error": text}


def _filled(block: Any) -> Any:
    """A range; of one as long as the sheet only the rows that are in use, down to the last filled one of the sheet."""
    area = block.RangeAddress
    if area.EndRow - area.StartRow < _LONG:
        return block
    cursor = block.Spreadsheet.createCursor()
    cursor.gotoEndOfUsedArea(False)  # noqa: FBT003 - a UNO method takes its arguments by position
    last = max(min(area.EndRow, cursor.RangeAddress.EndRow), area.StartRow)
    return block.getCellRangeByPosition(0, 0, area.EndColumn - area.StartColumn, last - area.StartRow)


def result(answer: dict[str, Any], unnamed: int) -> Any:
    """
    Give what Basic is to hand on for an answer.

    Parameters
    ----------
    answer : dict
        ``{"value": ...}`` or ``{"error": ...}``, as JSON.
    unnamed : int
        `Arguments.unnamed` of the call: the error that comes back when one without a name does.

    Returns
    -------
    float, str, None or tuple of tuple
        A cell, or rows of cells. None is blank; an error is the NaN that Calc shows as one; true is 1.

    Examples
    --------
    >>> result({"value": [[1, None, True]]}, 0)
    ((1.0, None, 1.0),)
    """
    if "error" in answer:
        return _cell(answer, unnamed)
    value = answer["value"]
    if isinstance(value, list):
        return tuple(tuple(_cell(cell, unnamed) for cell in row) for row in value)
    return _cell(value, unnamed)


def error_value(number: int) -> float:
    """
    Give the NaN that Calc shows as an error cell.

    Parameters
    ----------
    number : int
        Calc's number of the error.

    Returns
    -------
    float
        A NaN.

    Examples
    --------
    >>> error_number(error_value(532))
    532
    """
    nan: float = struct.unpack("<d", struct.pack("<Q", _NAN | number))[0]
    return nan


def error_number(nan: float) -> int | None:
    """
    Read the error in a NaN.

    Parameters
    ----------
    nan : float
        A NaN.

    Returns
    -------
    int or None
        Calc's number of the error; None if it carries none.

    Examples
    --------
    >>> error_number(float("nan")) is None
    True
    """
    number: int = struct.unpack("<Q", struct.pack("<d", nan))[0] & 0xFFFFFFFF
    return number if 0 < number <= _LARGEST_NUMBER else None


def _cell(cell: Any, unnamed: int) -> Any:
    """One cell as Basic takes it."""
    if isinstance(cell, dict):
        number = unnamed if cell["error"] == NO_NAME else 0
        return error_value(number or NUMBERS.get(cell["error"], NUMBERS["#VALUE!"]))
    return float(cell) if isinstance(cell, (bool, int)) else cell

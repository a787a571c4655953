"""One cell in: a plain cell becomes what its kind of argument declares, or it does not fit and says why."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from numbers import Real
from typing import Final, SupportsFloat

import numpy as np

from salesplan_xl.functions.specification import Argument, Kind
from salesplan_xl.workbook.cells import ERROR_TEXTS, ErrorCell, Value
from salesplan_xl.workbook.dates import day_of, serial_of

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")

ERROR_NUMBERS: Final = {
    "#NULL!": 2000,
    "#DIV/0!": 2007,
    "#VALUE!": 2015,
    "#REF!": 2023,
    "#NAME?": 2029,
    "#NUM!": 2036,
    "#N/A": 2042,
    "#GETTING_DATA": 2043,
    "#SPILL!": 2045,
    "#CONNECT!": 2046,
    "#BLOCKED!": 2047,
    "#UNKNOWN!": 2048,
    "#FIELD!": 2049,
    "#CALC!": 2050,
    "#BUSY!": 2051,
}
"""Excel's number of each error cell: enumeration XlCVError of its object library, where the later ones follow."""

# Excel hands an error cell over as -2146828288 plus its number.
_HANDED_OVER = range(-2146828288, -2146826000 + 1)
_ERRORS: Final = {number: code for code, number in ERROR_NUMBERS.items()}


class MisfitError(Exception):
    """
    A cell that does not fit its kind.

    Parameters
    ----------
    code : str
        The error the result shows: ``#VALUE!`` for a wrong kind, ``#NUM!`` for a number that cannot work.
    found : str
        What the place holds, as half a sentence.
    """

    def __init__(self, code: str, found: str) -> None:
        super().__init__(code, found)
        self.code = code
        self.found = found


def plain_cell(raw: object) -> object:
    """
    Give a cell as every caller means it, before its kind is known.

    Parameters
    ----------
    raw : object
        A cell as a caller has it.

    Returns
    -------
    object
        None for a blank; an `ErrorCell` for whatever stands for one; everything else as it is.

    Examples
    --------
    >>> plain_cell(-2146826281)
    ErrorCell(text='#DIV/0!')
    """
    if isinstance(raw, str):
        if not raw:
            return None
        return ErrorCell(raw) if raw[0] == "#" and raw in ERROR_TEXTS else raw
    if isinstance(raw, int) and raw in _HANDED_OVER:
        return ErrorCell(_ERRORS.get(raw - _HANDED_OVER.start, "#UNKNOWN!"))
    return raw


def handed_over(error: str) -> int:
    """
    Give the integer by which Excel hands an error cell over.

    Parameters
    ----------
    error : str
        One of the errors a cell can hold.

    Returns
    -------
    int
        What `plain_cell` reads as that error.

    Examples
    --------
    >>> handed_over("#N/A")
    -2146826246
    """
    return _HANDED_OVER.start + ERROR_NUMBERS[error]


def reader(argument: Argument) -> Callable[[object], object]:
    """
    Give what reads one cell of an argument.

    Parameters
    ----------
    argument : Argument
        An argument of any kind but a table.

    Returns
    -------
    callable
        From a plain cell that is neither blank nor an error to a value of the kind; it raises `MisfitError`.

    Examples
    --------
    >>> reader(Argument("count", Kind.INTEGER, "A count."))(3.0)
    3
    """
    if argument.kind is Kind.CHOICE:
        return lambda cell: _choice(cell, argument.choices)
    return _READERS[argument.kind]


def _number(cell: object) -> float:
    """Read a finite number; nothing else is one."""
    if isinstance(cell, float):
        number = float(cell)
    elif isinstance(cell, Real | Decimal) and not isinstance(cell, bool | np.bool_):
        number = nearest_float(cell)
    else:
        raise MisfitError("#VALUE!", holds(cell))
    if not math.isfinite(number):
        raise MisfitError("#NUM!", "is not a finite number")
    return number


def nearest_float(cell: SupportsFloat) -> float:
    """
    Give the nearest float.

    Parameters
    ----------
    cell : SupportsFloat
        A number of any size.

    Returns
    -------
    float
        Infinite where it is too large, NaN where it is no number.

    Examples
    --------
    >>> nearest_float(10**400)
    inf
    """
    try:
        return float(cell)
    except OverflowError:
        return math.inf
    except ValueError:  # a signalling NaN of Decimal, which refuses to be converted
        return math.nan


def _integer(cell: object) -> int:
    """Read a whole number."""
    number = _number(cell)
    if number != int(number):
        raise MisfitError("#NUM!", f"holds {number:.15g}")
    return int(number)


def read_text(cell: object) -> str:
    """
    Read a text.

    Parameters
    ----------
    cell : object
        A plain cell, neither blank nor an error.

    Returns
    -------
    str
        The text. A whole number stands for its digits, as in the week 1111100.

    Raises
    ------
    MisfitError
        If it is a truth value, a date or a number with decimals.

    Examples
    --------
    >>> read_text(1111100.0)
    '1111100'
    """
    if isinstance(cell, str):
        return cell
    if not isinstance(cell, bool) and isinstance(cell, Real | Decimal):
        number = _number(cell)
        if number == int(number) and abs(number) < 10**15:
            return str(int(number))
    raise MisfitError("#VALUE!", holds(cell))


def read_label(cell: object) -> str | float:
    """
    Read a label: what somebody or something is called.

    Parameters
    ----------
    cell : object
        A plain cell, neither blank nor an error.

    Returns
    -------
    str or float
        The text or the number as it came, so that a look-up by the same cell finds it: 7 and the text "7" are two.

    Raises
    ------
    MisfitError
        If it is a truth value, a date or a number that is not finite.

    Examples
    --------
    >>> read_label(4711), read_label("4711")
    (4711.0, '4711')
    """
    return cell if isinstance(cell, str) else _number(cell)


def _choice(cell: object, choices: Sequence[str]) -> str:
    """Find a choice, in upper or lower case."""
    if not isinstance(cell, str):
        raise MisfitError("#VALUE!", holds(cell))
    wanted = cell.strip().casefold()
    for choice in choices:
        if choice.casefold() == wanted:
            return choice
    raise MisfitError("#VALUE!", holds(cell))


def _date(cell: object) -> date:
    """Read a date, a serial number or ISO text."""
    if isinstance(cell, datetime):
        if cell.tzinfo is not None:
            raise MisfitError("#VALUE!", f"holds {cell.isoformat()}, a time in a time zone")
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, str):
        return _date_from_text(cell)
    number = _number(cell)
    try:
        return day_of(number)
    except ValueError:
        raise MisfitError("#NUM!", f"holds {number:.15g}, the serial number of no day") from None


def _date_from_text(text: str) -> date:
    """Read ISO text such as 2026-01-31."""
    if not _ISO_DATE.match(text.strip()):
        raise MisfitError("#VALUE!", holds(text))
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise MisfitError("#VALUE!", f"{holds(text)}, which is no day") from None


def _boolean(cell: object) -> bool:
    """Read a truth value; a number is none."""
    if isinstance(cell, bool):
        return cell
    raise MisfitError("#VALUE!", holds(cell))


def read_any(cell: object) -> Value:
    """
    Read a cell of a table, whatever kind it is of.

    Parameters
    ----------
    cell : object
        A plain cell, neither blank nor an error.

    Returns
    -------
    Value
        Text, truth value or float; dates become serial numbers.

    Raises
    ------
    MisfitError
        If it is a number that is not finite, or nothing a cell can hold.

    Examples
    --------
    >>> read_any(date(2026, 1, 1))
    46023.0
    """
    if isinstance(cell, str | bool):
        return cell
    if isinstance(cell, date):
        return serial_of(cell)
    return _number(cell)


_READERS: Final[dict[Kind, Callable[[object], object]]] = {
    Kind.NUMBER: _number,
    Kind.NUMBERS: _number,
    Kind.AMOUNT: _number,
    Kind.AMOUNTS: _number,
    Kind.INTEGER: _integer,
    Kind.TEXT: read_text,
    Kind.TEXTS: read_text,
    Kind.LABELS: read_label,
    Kind.DATE: _date,
    Kind.DATES: _date,
    Kind.BOOLEAN: _boolean,
}


_EXPECTED: Final = {
    Kind.NUMBER: "a number",
    Kind.NUMBERS: "a number",
    Kind.AMOUNT: "a number",
    Kind.AMOUNTS: "a number",
    Kind.INTEGER: "a whole number",
    Kind.TEXT: "a text",
    Kind.TEXTS: "a text",
    Kind.LABELS: "a text or a number",
    Kind.TABLE: "a table with a header row",
    Kind.BOOLEAN: "TRUE or FALSE",
    Kind.DATE: "a date",
    Kind.DATES: "a date",
}


def holds(cell: object) -> str:
    """
    Say what a cell holds, briefly.

    Parameters
    ----------
    cell : object
        A plain cell.

    Returns
    -------
    str
        Half a sentence.

    Examples
    --------
    >>> holds("x"), holds(True), holds(None)
    ("holds the text 'x'", 'holds TRUE', 'is blank')
    """
    if cell is None:
        return "is blank"
    if isinstance(cell, str):
        return f"holds the text {shortened(cell, 40)!r}"
    if isinstance(cell, bool | np.bool_):
        return f"holds {str(bool(cell)).upper()}"
    if isinstance(cell, date):
        return f"holds the date {_shown(cell)}"
    if isinstance(cell, Real | Decimal):
        return f"holds the number {nearest_float(cell):.15g}"
    return f"holds a {type(cell).__name__}"


def _shown(day: date) -> str:
    """Write a date, with its time of day where it has one."""
    if not isinstance(day, datetime):
        return day.isoformat()
    return day.date().isoformat() if day.time() == time.min else day.isoformat(" ", "minutes")


def expected(argument: Argument) -> str:
    """
    Say what an argument wants, for the sentence that refuses what it got.

    Parameters
    ----------
    argument : Argument
        The argument.

    Returns
    -------
    str
        Half a sentence.

    Examples
    --------
    >>> expected(Argument("count", Kind.INTEGER, "A count."))
    'a whole number is expected'
    """
    if argument.kind is Kind.CHOICE:
        return "choose " + " or ".join(f'"{choice}"' for choice in argument.choices)
    return f"{_EXPECTED[argument.kind]} is expected"


def shortened(text: str, length: int) -> str:
    """
    Cut a text so that it ends in an ellipsis.

    Parameters
    ----------
    text : str
        Any text.
    length : int
        Most characters it may have.

    Returns
    -------
    str
        The text, or its beginning and an ellipsis, `length` characters together.

    Examples
    --------
    >>> shortened("territory", 5)
    'terr…'
    """
    return text if len(text) <= length else f"{text[: length - 1]}…"

"""What a cell function is: its name, its arguments by kind, one sentence of help, and the pure function behind it.

Everything that must agree with a function is derived from its specification: the wrapper a spreadsheet calls,
the conversion of cells, the help, the reference page. Nothing here knows a spreadsheet program.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What an argument holds. The plural kinds are ranges; the others a single cell."""

    NUMBER = "number"
    AMOUNT = "amount"
    INTEGER = "integer"
    TEXT = "text"
    CHOICE = "choice"
    DATE = "date"
    BOOLEAN = "boolean"
    NUMBERS = "numbers"
    AMOUNTS = "amounts"
    TEXTS = "texts"
    LABELS = "labels"
    DATES = "dates"
    TABLE = "table"

    @property
    def is_range(self) -> bool:
        """Whether the argument is a range of cells."""
        return self in _RANGES


_RANGES = frozenset({Kind.NUMBERS, Kind.AMOUNTS, Kind.TEXTS, Kind.LABELS, Kind.DATES, Kind.TABLE})


class Blank(StrEnum):
    """What a blank cell in an argument means. It is never zero."""

    REFUSED = "refused"
    KEPT = "kept"


@dataclass(frozen=True)
class Argument:
    """
    One argument of a cell function.

    Parameters
    ----------
    name : str
        At most 12 characters, lower case.
    kind : Kind
        What it holds.
    help : str
        One sentence, at most 255 characters.
    optional : bool
        Whether it may be left out. A single blank cell counts as left out.
    default : object
        What the function receives when it is left out; already of the kind.
    blank : Blank
        ``REFUSED``: a blank cell is an error. ``KEPT``: the function receives a missing value in that place
        (NaN, NaT or None) and leaves the place blank in its result.
    choices : tuple of str
        What a choice may be, as shown; upper and lower case are the same.
    shape_of : str
        Name of an earlier range argument whose shape this range must have; empty for none.
    """

    name: str
    kind: Kind
    help: str
    optional: bool = False
    default: object = None
    blank: Blank = Blank.REFUSED
    choices: tuple[str, ...] = ()
    shape_of: str = ""


@dataclass(frozen=True)
class FunctionSpecification:
    """
    A cell function.

    Parameters
    ----------
    name : str
        What is typed in a cell, such as ``SP_SPREAD``.
    help : str
        What it gives, in one plain sentence of at most 255 characters.
    arguments : tuple of Argument
        In the order they are typed; the optional ones last.
    compute : callable
        The pure function behind it. It receives one converted value for each argument, in order: float for a
        number or an amount, int, str, `datetime.date` or bool; for a range a numpy array (float64, object or
        datetime64[D]), one-dimensional for a single row, column or cell and two-dimensional otherwise; for a
        table a `salesplan_xl.functions.conversion.HeadedTable`; the default for what was left out.
    along : str
        Name of the range argument that the result runs along: a one-dimensional result takes its shape, a
        two-dimensional one has a row for each of its cells, turned when they stand in a row. Empty for none.

    Examples
    --------
    >>> double = FunctionSpecification(
    ...     name="SP_DOUBLE",
    ...     help="Twice the number.",
    ...     arguments=(Argument("number", Kind.NUMBER, "Any number."),),
    ...     compute=lambda number: 2 * number,
    ... )
    >>> double.signature
    'SP_DOUBLE(number)'
    """

    name: str
    help: str
    arguments: tuple[Argument, ...]
    compute: Callable[..., Any]
    along: str = ""

    @property
    def signature(self) -> str:
        """How it is typed, with the optional arguments in square brackets."""
        names = (f"[{argument.name}]" if argument.optional else argument.name for argument in self.arguments)
        return f"{self.name}({', '.join(names)})"

"""What a cell function is: its name, its arguments by kind, one sentence of help, and the pure function behind it.

Everything that must agree with a function is derived from its specification: the wrapper a spreadsheet calls,
the conversion of cells, the help, the reference page. Nothing here knows a spreadsheet program.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
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
    DATES = "dates"
    TABLE = "table"

    @property
    def is_range(self) -> bool:
        """Whether the argument is a range of cells."""
        return self in _RANGES


_RANGES = frozenset({Kind.NUMBERS, Kind.AMOUNTS, Kind.TEXTS, Kind.DATES, Kind.TABLE})


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
    result : Kind
        What it gives: a single-cell kind, or a range kind for an array.
    along : str
        Name of the range argument that the result runs along: a one-dimensional result takes its shape, a
        two-dimensional one has a row for each of its cells, turned when they stand in a row. Empty for none.
    category : str
        Where the function wizard lists it.

    Examples
    --------
    >>> double = FunctionSpecification(
    ...     name="SP_DOUBLE",
    ...     help="Twice the number.",
    ...     arguments=(Argument("number", Kind.NUMBER, "Any number."),),
    ...     compute=lambda number: 2 * number,
    ...     result=Kind.NUMBER,
    ... )
    >>> double.signature
    'SP_DOUBLE(number)'
    """

    name: str
    help: str
    arguments: tuple[Argument, ...]
    compute: Callable[..., Any]
    result: Kind
    along: str = ""
    category: str = "SalesPlan"

    @property
    def signature(self) -> str:
        """How it is typed, with the optional arguments in square brackets."""
        names = (f"[{argument.name}]" if argument.optional else argument.name for argument in self.arguments)
        return f"{self.name}({', '.join(names)})"

    @property
    def required(self) -> int:
        """How many arguments must be given."""
        return sum(not argument.optional for argument in self.arguments)


LONGEST_HELP = 255
LONGEST_ARGUMENT_NAME = 12
WIZARD_ROOM = 254
LAST_COLUMN = 16_384

# Words of VBA that cannot name an argument of a wrapper (Visual Basic language specification, 3.3.5.2), the
# types and statements that misbehave there, and the argument name that xlwings keeps for itself.
_RESERVED = """
abs addressof and any appactivate array as attribute base beep binary boolean byref byte byval call caller
case cbool cbyte ccur cdate cdbl cdec chdir cint circle clng close compare const csng cstr currency cvar
cverr date debug decimal declare defbool defbyte defcur defdate defdbl defint deflng defobj defsng defstr
defvar dim do doevents double each else elseif empty end endif enum eqv erase error event exit explicit false
fix for friend function get global gosub goto if imp implements in input inputb instr int integer is lbound
len lenb let lib like line load lock long longlong longptr loop lset me mid midb mod module name new next not
nothing null object on open option optional or output paramarray preserve print private property pset ptrsafe
public put raiseevent random randomize read redim rem reset resume return rset scale seek select sendkeys set
sgn shared single spc static step stop str string sub tab text then time to true type typeof ubound unload
until variant vb_name wend while width with withevents write xor
"""
RESERVED_WORDS = frozenset(_RESERVED.split())

_FUNCTION_NAME = re.compile(r"SP_[A-Z][A-Z0-9_]*\Z")
_ARGUMENT_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
_ADDRESS = re.compile(r"([a-z]{1,3})[0-9]+\Z", re.IGNORECASE)
_ROW_COLUMN = re.compile(r"(r[0-9]*)?(c[0-9]*)?\Z", re.IGNORECASE)


def name_problem(name: str) -> str | None:
    """
    Say what is wrong with a name that stands in a formula or in a wrapper.

    Parameters
    ----------
    name : str
        Name of a function or of an argument.

    Returns
    -------
    str or None
        Why a spreadsheet would read the name as something else; None when it may stand.

    Examples
    --------
    >>> name_problem("tax1")
    'reads as the cell TAX1'
    >>> name_problem("weights") is None
    True
    """
    if name.lower() in RESERVED_WORDS:
        return "is a reserved word"
    if _ROW_COLUMN.match(name):
        return "reads as a row or column"
    address = _ADDRESS.match(name)
    if address is None:
        return None
    column = 0
    for letter in address[1].upper():
        column = column * 26 + ord(letter) - 64
    return f"reads as the cell {name.upper()}" if column <= LAST_COLUMN else None


def lint(specification: FunctionSpecification) -> tuple[str, ...]:
    """
    List what a spreadsheet would stumble over in a specification.

    Parameters
    ----------
    specification : FunctionSpecification
        The function to look at.

    Returns
    -------
    tuple of str
        One sentence for each fault; empty when there is none. The limits are Excel's: 255 characters of help,
        and a function wizard that loses the names when their characters and their number pass 254 together.

    Examples
    --------
    >>> lint(FunctionSpecification("SPREAD", "", (), len, Kind.NUMBER))
    ('SPREAD does not start with SP_ and a capital letter', 'SPREAD has no help')
    """
    return tuple(_faults(specification))


def _faults(specification: FunctionSpecification) -> Iterator[str]:
    """Yield the faults of a function and of its arguments."""
    name, arguments = specification.name, specification.arguments
    names = [argument.name for argument in arguments]
    if not _FUNCTION_NAME.match(name):
        yield f"{name} does not start with SP_ and a capital letter"
    yield from _help_faults(name, specification.help)
    if len(names) + sum(map(len, names)) > WIZARD_ROOM:
        yield f"{name} has more argument names than the function wizard can hold"
    if len(set(names)) < len(names):
        yield f"{name} has two arguments of one name"
    optional = [argument.optional for argument in arguments]
    if optional != sorted(optional):
        yield f"{name} has a required argument after an optional one"
    if specification.along and not _is_range_of(specification.along, arguments):
        yield f"{name} runs along {specification.along}, which is none of its ranges"
    for position, argument in enumerate(arguments):
        yield from _argument_faults(name, argument, arguments[:position])


def _argument_faults(function: str, argument: Argument, earlier: tuple[Argument, ...]) -> Iterator[str]:
    """Yield the faults of one argument."""
    label = f"{function}: {argument.name}"
    if not _ARGUMENT_NAME.match(argument.name):
        yield f"{label} is not a lower-case word"
    if len(argument.name) > LONGEST_ARGUMENT_NAME:
        yield f"{label} is longer than {LONGEST_ARGUMENT_NAME} characters"
    problem = name_problem(argument.name)
    if problem:
        yield f"{label} {problem}"
    yield from _help_faults(label, argument.help)
    if (argument.kind is Kind.CHOICE) != bool(argument.choices):
        yield f"{label} must have choices if it is a choice, and only then"
    if argument.choices and argument.optional and argument.default not in argument.choices:
        yield f"{label} has a default that is none of its choices"
    if argument.default is not None and not argument.optional:
        yield f"{label} has a default but is not optional"
    if argument.blank is Blank.KEPT and not argument.kind.is_range:
        yield f"{label} is a single cell and cannot keep a blank"
    if argument.shape_of and not _is_range_of(argument.shape_of, earlier):
        yield f"{label} has the shape of {argument.shape_of}, which is no earlier range"


def _help_faults(label: str, text: str) -> Iterator[str]:
    """Yield the faults of a help sentence."""
    if not text:
        yield f"{label} has no help"
    elif len(text) > LONGEST_HELP:
        yield f"{label} has help of more than {LONGEST_HELP} characters"
    elif not text.endswith("."):
        yield f"{label} has help that is no sentence"


def _is_range_of(name: str, arguments: tuple[Argument, ...]) -> bool:
    """Tell whether one of the arguments is a range of that name."""
    return any(argument.name == name and argument.kind.is_range for argument in arguments)

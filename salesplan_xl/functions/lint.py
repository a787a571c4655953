"""What a spreadsheet would stumble over in the specification of a cell function, found before it is handed out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from salesplan_xl.functions.basic import functions_module
from salesplan_xl.functions.specification import Argument, Blank, FunctionSpecification, Kind
from salesplan_xl.workbook.cells import LAST_COLUMN, column_number

LONGEST_HELP = 255
LONGEST_ARGUMENT_NAME = 12
WIZARD_ROOM = 254
MOST_ARGUMENTS = 60
LONGEST_LINE = 1023

# Words of VBA that cannot name an argument of a wrapper (Visual Basic language specification, 3.3.5.2), the
# types and statements that misbehave there, the words of LibreOffice's Basic (its table of tokens), what the wrapper
# itself calls, and the name that xlwings keeps.
_RESERVED = """
abs access addressof alias and any appactivate append array as attribute base beep binary boolean byref byte
byval calccall call caller case cbool cbyte ccur cdate cdbl cdec chdir cint circle classmodule clng close
compare compatible const csng cstr currency cvar cverr date debug decimal declare defbool defbyte defcur defdate
defdbl defint deflng defobj defsng defstr defvar dim do doevents double each else elseif empty end endif enum
eqv erase error event exit explicit failed false fix for friend function get global gosub goto if imp implements
in input inputb instr int integer is kill lbound left len lenb let lib like line load local lock long longlong
longptr loop lprint lset me mid midb mod module name new next not nothing null object on open option optional or
output paramarray plancall preserve print private property pset ptrsafe public put raiseevent random randomize
read redim rem reset resume return right rset scale seek select sendkeys set sgn shared single spc static step
stop str string sub system tab text then time to true type typeof ubound unload until val variant vb_name
vbasupport wend while width with withevents write xor
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
    return f"reads as the cell {name.upper()}" if column_number(address[1]) <= LAST_COLUMN else None


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
        a function wizard that loses the names when their characters and their number pass 254 together, 60 arguments
        of a wrapper, and macros whose text is ASCII, in lines of at most 1023 characters.

    Examples
    --------
    >>> lint(FunctionSpecification("SPREAD", "", (), len))
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
    if len(names) > MOST_ARGUMENTS:
        yield f"{name} has more than {MOST_ARGUMENTS} arguments"
    if max(map(len, functions_module([specification]).splitlines())) > LONGEST_LINE:
        yield f"{name} has a wrapper with a line of more than {LONGEST_LINE} characters, which VBA does not read"
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
    if argument.name == function.lower():
        yield f"{label} is the name of the function itself"
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
    if not text.isascii():
        yield f"{label} has help that is not ASCII, which macros cannot hold"


def _is_range_of(name: str, arguments: tuple[Argument, ...]) -> bool:
    """Tell whether one of the arguments is a range of that name."""
    return any(argument.name == name and argument.kind.is_range for argument in arguments)

"""What Excel's wrappers call: each cell function in the form that xlwings' server serves.

The wrapper has read the cells already (`Range.Value2`), so a range arrives as rows of plain values: numbers are
floats, dates serial numbers, error cells whole numbers, and a left-out argument never arrives. xlwings passes all of
it on as it is; what it means is settled where it is for every host, in `salesplan_xl.functions.conversion`. Error cells
go back as text that begins with a mark, and the wrapper makes real error cells of them.
"""

from __future__ import annotations

import datetime
import inspect
from collections.abc import Callable, Sequence
from itertools import chain
from types import NoneType
from typing import Any

import xlwings

from salesplan_xl.functions.basic import error_text
from salesplan_xl.functions.conversion import call
from salesplan_xl.functions.grid import OMITTED
from salesplan_xl.functions.results import Outcome
from salesplan_xl.functions.specification import FunctionSpecification
from salesplan_xl.workbook.cells import ErrorCell, Value

Udf = Callable[..., Sequence[Sequence[Any]]]
"""A function as xlwings' server calls it: plain values in, rows of plain values out."""

_UNDATED = frozenset({float, int, bool, str, NoneType})
_AS_THEY_ARE = frozenset({float, bool, str})


def make_udf(name: str, parameters: tuple[str, ...], compute: Callable[..., Sequence[Sequence[Any]]], doc: str) -> Udf:
    """
    Give a function the form in which xlwings serves it.

    Parameters
    ----------
    name : str
        Its name.
    parameters : tuple of str
        Names of its parameters, all of which may be left out.
    compute : callable
        Takes one value for each parameter, `OMITTED` for those left out, and gives rows of plain values.
    doc : str
        What it gives.

    Returns
    -------
    callable
        The function; on Windows it carries what xlwings must know of it, elsewhere xlwings adds nothing.
    """

    def function(*values: object) -> Sequence[Sequence[Any]]:
        return compute(*values)

    function.__name__, function.__doc__ = name, doc
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    function.__signature__ = inspect.Signature(  # type: ignore[attr-defined] # xlwings reads the names there
        [inspect.Parameter(parameter, kind, default=OMITTED) for parameter in parameters]
    )
    function.__annotations__ = {}  # xlwings would convert by them
    for parameter in parameters:
        function = xlwings.arg(parameter, convert="raw")(function)
    return xlwings.func(xlwings.ret(convert="raw")(function))


def as_udf(specification: FunctionSpecification) -> Udf:
    """
    Give a cell function the form in which Excel's wrapper calls it.

    Parameters
    ----------
    specification : FunctionSpecification
        The function.

    Returns
    -------
    callable
        Takes the cells of each argument and gives rows of cells; it never raises.
    """

    def compute(*values: object) -> Sequence[Sequence[Any]]:
        return _rows(call(specification, tuple(map(_without_zone, values))))

    names = tuple(argument.name for argument in specification.arguments)
    udf = make_udf(specification.name, names, compute, specification.help)
    for argument in specification.arguments:
        udf = xlwings.arg(argument.name, doc=argument.help)(udf)
    return udf


def _without_zone(value: object) -> object:
    """A value as the cell has it: pywin32 gives every date a time zone."""
    if isinstance(value, tuple):
        return value if _UNDATED.issuperset(map(type, value)) else tuple(map(_without_zone, value))
    return value.replace(tzinfo=None) if isinstance(value, datetime.datetime) else value


def _rows(outcome: Outcome) -> Sequence[Sequence[Any]]:
    """The result as rows of what Excel's wrapper takes."""
    value = outcome.value
    if not isinstance(value, tuple):
        return [[_plain(value, outcome.why)]]
    if _AS_THEY_ARE.issuperset(map(type, chain.from_iterable(value))):
        return value
    reasons = outcome.reasons
    return [
        [_plain(cell, reasons.get((row, column), "")) for column, cell in enumerate(cells)]
        for row, cells in enumerate(value)
    ]


def _plain(cell: Value, why: str) -> object:
    """One cell as Excel's wrapper takes it; a blank is an empty text, which a cell shows as nothing."""
    if isinstance(cell, ErrorCell):
        return error_text(cell.text, why)
    return "" if cell is None else cell

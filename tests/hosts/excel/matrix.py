"""Calls of cell functions as Excel's macros make them, and what of them must hold whatever the function is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import udfs
from salesplan_xl.functions.basic import error_text
from salesplan_xl.functions.grid import OMITTED
from salesplan_xl.functions.json_cells import call_json
from salesplan_xl.functions.specification import Argument, FunctionSpecification, Kind
from tests.hosts.excel.windows import Windows
from tests.udfs.test_every_function import GOOD as GOOD_CELLS
from tests.udfs.test_every_function import instead, tiled

MISSING = {"missing": True}
"""An argument left out."""

ERRORS = {
    "#NULL!": -2146826288,
    "#DIV/0!": -2146826281,
    "#VALUE!": -2146826273,
    "#REF!": -2146826265,
    "#NAME?": -2146826259,
    "#NUM!": -2146826252,
    "#N/A": -2146826246,
    "#GETTING_DATA": -2146826245,
    "#SPILL!": -2146826243,
    "#CONNECT!": -2146826242,
    "#BLOCKED!": -2146826241,
    "#UNKNOWN!": -2146826240,
    "#FIELD!": -2146826239,
    "#CALC!": -2146826238,
    "#BUSY!": -2146826237,
}
"""Every error cell, and the number it arrives as."""


def cases(condition: Callable[[Argument], bool] = lambda _: True) -> list[Any]:
    """Every argument of every function that meets a condition."""
    return [
        pytest.param(function, place, id=f"{function.name}-{argument.name}")
        for function in udfs.FUNCTIONS
        for place, argument in enumerate(function.arguments)
        if condition(argument)
    ]


def is_single(argument: Argument) -> bool:
    """Whether it is a single cell."""
    return not argument.kind.is_range


def is_range(argument: Argument) -> bool:
    """Whether it is a range of cells of one kind."""
    return argument.kind.is_range and argument.kind is not Kind.TABLE


def is_table(argument: Argument) -> bool:
    """Whether it is a table with a header row."""
    return argument.kind is Kind.TABLE


class Excel:
    """Excel's macros, and the command line beside them."""

    def __init__(self, windows: Windows) -> None:
        self._windows = windows

    def ask(self, function: FunctionSpecification, *lists_of_arguments: list[Any]) -> list[Any]:
        """What macros get back for each list of arguments: sound cells, and those that the command line gives."""
        calls = [{"function": function.name, "args": arguments} for arguments in lists_of_arguments]
        answers = self._windows.call(calls)
        for arguments, answer in zip(lists_of_arguments, answers, strict=True):
            assert [cell for cell in cells(answer) if is_unsound(cell)] == [], arguments
            told = told_by_command(function, arguments)
            assert told in (None, answer), arguments
        return answers


def cells(answer: Any) -> list[Any]:
    """The cells of an answer."""
    return [cell for part in answer for cell in cells(part)] if isinstance(answer, list) else [answer]


def is_unsound(cell: Any) -> bool:
    """Whether a text is none that a person should see: a traceback, or a failure that nobody foresaw."""
    return isinstance(cell, str) and ("\n" in cell or "Traceback" in cell or "the reason is in the log" in cell)


def told_by_command(function: FunctionSpecification, arguments: list[Any]) -> Any:
    """What the command line answers, as macros would get it; None where it has no such cell."""
    try:
        written = [as_json(argument, function.arguments[place].kind) for place, argument in enumerate(arguments)]
    except LookupError:
        return None
    told = call_json(udfs.FUNCTIONS, function.name, written)
    if "error" in told:
        return error_text(told["error"], told["why"])
    value = told["value"]
    rows = value if isinstance(value, list) else [[value]]
    shown = [[shown_cell(cell) for cell in row] for row in rows]
    if len(shown) > 1:
        return shown
    return shown[0] if len(shown[0]) > 1 else shown[0][0]  # as xlwings hands over one row


def shown_cell(cell: Any) -> Any:
    """A cell of the command line as macros get it."""
    if isinstance(cell, dict):
        return error_text(cell["error"], cell.get("why", ""))
    return "" if cell is None else cell


def as_json(argument: Any, kind: Kind) -> Any:
    """An argument as the command line takes it; a LookupError where it has no such cell."""
    if isinstance(argument, list):
        return [as_json(one, kind) for one in argument]
    match argument:
        case {"error": number}:
            return {"error": next(text for text, one in ERRORS.items() if one == number)}
        case {"decimal": digits}:
            return float(digits)
        case {"date": moment} if kind in (Kind.DATE, Kind.DATES):
            return moment[:10]
        case {"date": _} | {"missing": _}:
            raise LookupError(argument)
    return argument


def good(function: FunctionSpecification) -> list[Any]:
    """Good arguments, the ranges as single cells, or as a column where one is too few."""
    return [MISSING if cell is OMITTED else cell for cell in GOOD_CELLS[function.name]]


def given(function: FunctionSpecification, place: int, cell: Any) -> list[Any]:
    """Good arguments, but for one; of a column of several cells the first is another."""
    arguments = good(function)
    arguments[place] = cell if cell == MISSING else instead(function, arguments[place], cell)
    return arguments


def amid(function: FunctionSpecification, place: int, cell: Any) -> list[Any]:
    """Good arguments with the ranges three rows long, and a cell in the second row of one of them."""
    arguments = laid_out(function, 3, 1)
    if arguments[place] == MISSING:
        arguments[place] = [[None], [None], [None]]
    arguments[place] = [arguments[place][0], [cell], arguments[place][2]]
    return arguments


def laid_out(function: FunctionSpecification, rows: int, columns: int) -> list[Any]:
    """Good arguments, the ranges of many cells; an amount that was meant for one cell is left out."""

    def lay(argument: Argument, cell: Any) -> Any:
        if argument.kind is Kind.AMOUNT and argument.optional:
            return MISSING
        return tiled(cell, rows, columns) if is_range(argument) and cell != MISSING else cell

    return [lay(*pair) for pair in zip(function.arguments, good(function), strict=True)]


def in_table(function: FunctionSpecification, place: int, cell: Any, row: int = -1) -> list[Any]:
    """Good arguments with a cell in the last column of a table, in its last row unless asked otherwise."""
    table = [list(cells) for cells in good(function)[place]]
    table[row][-1] = cell
    return given(function, place, table)

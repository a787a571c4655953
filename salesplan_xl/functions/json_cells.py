"""Cells as JSON, for calling functions from a terminal: what a cell would see goes in, what it would show comes out.

Numbers, text and truth values are themselves, dates are text such as ``"2026-01-31"``, a blank is ``null``, a range is
a list of rows (a plain list is one row), an error cell is ``{"error": "#N/A"}`` and comes out with its reason as
``{"error": "#N/A", "why": "..."}``.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

from salesplan_xl.functions.conversion import call
from salesplan_xl.functions.reading import nearest_float
from salesplan_xl.functions.results import Dates, Outcome
from salesplan_xl.functions.specification import FunctionSpecification
from salesplan_xl.workbook.cells import ERROR_TEXTS, ErrorCell, Value

Json = Any
"""What `json.loads` gives."""


def call_json(functions: Sequence[FunctionSpecification], name: str, arguments: object) -> dict[str, Json]:
    """
    Call a cell function by name with cells as JSON.

    Parameters
    ----------
    functions : sequence of FunctionSpecification
        The functions there are.
    name : str
        Name of the function, in upper or lower case.
    arguments : list
        One entry for each argument: a cell or a list of rows of cells. ``null`` for an optional argument counts as
        left out.

    Returns
    -------
    dict
        ``{"value": ...}`` with a cell or rows of cells; an error cell inside rows is ``{"error": ..., "why": ...}``,
        and ``why`` stands beside ``value`` when there is something to say about single cells. Or
        ``{"error": code, "why": sentence}`` when the function failed as a whole: ``#NAME?`` for an unknown name,
        with the nearest one, ``#VALUE!`` for arguments that are no cells.

    Examples
    --------
    >>> call_json((), "SP_SPREAD", [100])
    {'error': '#NAME?', 'why': 'there is no function SP_SPREAD'}
    """
    by_name = {function.name: function for function in functions}
    function = by_name.get(str(name).upper())
    if function is None:
        return {"error": "#NAME?", "why": _unknown(str(name), list(by_name))}
    if not isinstance(arguments, list):
        return {"error": "#VALUE!", "why": f"the arguments of {function.name} are no list"}
    try:
        cells = [cell_from_json(argument) for argument in arguments]
    except ValueError as error:
        return {"error": "#VALUE!", "why": str(error)}
    return outcome_to_json(call(function, cells, dates=Dates.ISO))


def batch(functions: Sequence[FunctionSpecification], cases: object) -> list[dict[str, Json]]:
    """
    Call many functions; one bad entry never stops the rest.

    Parameters
    ----------
    functions : sequence of FunctionSpecification
        The functions there are.
    cases : list
        Entries ``{"function": name, "args": [...]}``; no ``args`` means no arguments.

    Returns
    -------
    list of dict
        What `call_json` gives for each entry, in the same order. An entry that is no such object is
        ``#VALUE!`` in its place.

    Raises
    ------
    ValueError
        If `cases` is no list: then there are no places to answer in.

    Examples
    --------
    >>> batch((), [{"function": "SP_SPREAD"}, 7])  # doctest: +NORMALIZE_WHITESPACE
    [{'error': '#NAME?', 'why': 'there is no function SP_SPREAD'},
     {'error': '#VALUE!', 'why': 'an entry is {"function": ..., "args": [...]}'}]
    """
    if not isinstance(cases, list):
        raise ValueError(  # noqa: TRY004 - what was typed is wrong, not our call
            'a batch is a list of {"function": ..., "args": [...]}'
        )
    return [_one_of_batch(functions, case) for case in cases]


def cell_from_json(argument: Json) -> object:
    """
    Read a cell or a range from JSON.

    Parameters
    ----------
    argument : object
        A value as `json.loads` gives it.

    Returns
    -------
    object
        A cell, or a list of cells or of rows of cells. Whole numbers become floats, as a cell holds them. Lists
        inside of rows are left as they are; they are no cells, and `call` refuses them.

    Raises
    ------
    ValueError
        If there is an object that is no error cell, or an error no spreadsheet has.

    Examples
    --------
    >>> cell_from_json([[1, None], ["a", {"error": "#N/A"}]])
    [[1.0, None], ['a', ErrorCell(text='#N/A')]]
    """
    if not isinstance(argument, list):
        return _cell_from_json(argument)
    return [list(map(_cell_from_json, row)) if isinstance(row, list) else _cell_from_json(row) for row in argument]


def _cell_from_json(argument: Json) -> object:
    """Read one cell."""
    if isinstance(argument, Mapping):
        error = argument.get("error")
        if error not in ERROR_TEXTS:
            raise ValueError('an error cell is {"error": "#N/A"}, with an error that spreadsheets have')
        return ErrorCell(error)
    if isinstance(argument, int) and not isinstance(argument, bool):
        return nearest_float(argument)
    return argument


def cell_to_json(cell: Value) -> Json:
    """
    Write a cell as JSON.

    Parameters
    ----------
    cell : Value
        A cell.

    Returns
    -------
    object
        A value for `json.dumps`. Whole numbers are written without a point.

    Examples
    --------
    >>> cell_to_json(34.0), cell_to_json(None), cell_to_json(ErrorCell("#N/A"))
    (34, None, {'error': '#N/A'})
    """
    if isinstance(cell, ErrorCell):
        return {"error": cell.text}
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 10**15:
        return int(cell)
    return cell


def outcome_to_json(outcome: Outcome) -> dict[str, Json]:
    """
    Write the result of a function as JSON.

    Parameters
    ----------
    outcome : Outcome
        The result.

    Returns
    -------
    dict
        ``{"value": ...}`` or ``{"error": ..., "why": ...}``, as `call_json` says it.

    Examples
    --------
    >>> outcome_to_json(Outcome(((1.0, ErrorCell("#N/A")),), "", {(0, 1): "no history"}))
    {'value': [[1, {'error': '#N/A', 'why': 'no history'}]]}
    """
    value = outcome.value
    if isinstance(value, ErrorCell):
        return {"error": value.text, "why": outcome.why}
    if not isinstance(value, tuple):
        answer: dict[str, Json] = {"value": cell_to_json(value)}
        return {**answer, "why": outcome.why} if outcome.why else answer
    rows = [[cell_to_json(cell) for cell in row] for row in value]
    for (row, column), why in outcome.reasons.items():
        if isinstance(rows[row][column], dict):
            rows[row][column]["why"] = why
    answer = {"value": rows}
    return {**answer, "why": outcome.why} if outcome.why else answer


def _one_of_batch(functions: Sequence[FunctionSpecification], case: object) -> dict[str, Json]:
    """Call the function of one entry."""
    if not isinstance(case, Mapping) or not isinstance(case.get("function"), str):
        return {"error": "#VALUE!", "why": 'an entry is {"function": ..., "args": [...]}'}
    return call_json(functions, case["function"], case.get("args", []))


def _unknown(name: str, names: Sequence[str]) -> str:
    """Say that there is no such function, and which one may be meant."""
    near = difflib.get_close_matches(name.upper(), names, n=1)
    return f"there is no function {name}" + (f"; did you mean {near[0]}?" if near else "")

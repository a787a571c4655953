"""The embedded engine: started, asked what it knows, and values in its words and ours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Final

import formualizer

from salesplan_xl.functions.grid import OMITTED
from salesplan_xl.workbook.cells import ErrorCell, Value

FILL: Final = "SALESPLAN_FILL"
"""A function of ours inside the engine: it fills the area of an array formula."""
LEFT_OUT_ARGUMENT: Final = "\ue000left out"
"""Stands for an argument of a function of ours that is left out; the engine would give a zero."""

_KINDS: Final = {
    "#NULL!": "Null",
    "#DIV/0!": "Div",
    "#VALUE!": "Value",
    "#REF!": "Ref",
    "#NAME?": "Name",
    "#NUM!": "Num",
    "#N/A": "Na",
    "#SPILL!": "Spill",
    "#CALC!": "Calc",
}
_TEXTS: Final = {kind: text for text, kind in _KINDS.items()}


def new_engine(titles: Iterable[str]) -> formualizer.Workbook:
    """
    Start an engine with empty sheets.

    Parameters
    ----------
    titles : iterable of str
        Titles of the sheets.

    Returns
    -------
    Workbook
        The engine. Dates are serial numbers in it.
    """
    mode = formualizer.WorkbookMode.Ephemeral
    engine = formualizer.Workbook(config=formualizer.WorkbookConfig(mode=mode, enable_changelog=False))
    engine.set_temporal_egress("serial")
    engine.register_function(FILL, _fill, min_args=3, max_args=3)
    for title in titles:
        engine.add_sheet(title)
    return engine


@cache
def engine_knows(function: str) -> bool:
    """
    Ask the engine whether it has a function: an unknown one gives #NAME? whatever its arguments.

    Parameters
    ----------
    function : str
        Name of the function, in capitals.

    Returns
    -------
    bool
        Whether it can be calculated.
    """
    engine = new_engine(("probe",))
    try:
        engine.set_formula("probe", 1, 1, f"={function}()")
        engine.evaluate_all()
    except (RuntimeError, ValueError):
        return False
    answer = engine.get_value("probe", 1, 1)
    return not (isinstance(answer, dict) and answer.get("kind") in ("Name", "NImpl"))


def to_engine(value: Value) -> Any:
    """
    Hand a value to the engine.

    Parameters
    ----------
    value : Value
        What a cell shows.

    Returns
    -------
    object
        The same as the engine takes it.
    """
    if isinstance(value, ErrorCell):
        return formualizer.LiteralValue.error(_KINDS.get(value.text, "Value"), "")
    return value


def from_engine(value: Any) -> Value:
    """
    Take a value from the engine.

    Parameters
    ----------
    value : object
        What the engine gives; an error is a mapping.

    Returns
    -------
    Value
        What a cell shows.
    """
    if isinstance(value, dict):
        return ErrorCell(_TEXTS.get(value.get("kind", ""), "#VALUE!"))
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    result: Value = value
    return result


def argument(given: Any) -> object:
    """
    Take an argument of a function of ours from the engine.

    Parameters
    ----------
    given : object
        A value, or rows of values.

    Returns
    -------
    object
        The argument as `salesplan_xl.functions.conversion.call` takes it.
    """
    if isinstance(given, list):
        return [[argument(cell) for cell in row] for row in given]
    return OMITTED if given == LEFT_OUT_ARGUMENT else from_engine(given)


def result(value: Value | tuple[tuple[Value, ...], ...]) -> Any:
    """
    Hand the result of a function of ours to the engine.

    Parameters
    ----------
    value : Value or tuple of tuple of Value
        A value, or rows of values.

    Returns
    -------
    object
        The same as the engine takes it; a blank is the empty text, as a function cannot give nothing.
    """
    if isinstance(value, tuple):
        return [[result(cell) for cell in row] for row in value]
    return "" if value is None else to_engine(value)


def _fill(rows: float, columns: float, result: Any) -> list[list[Any]]:
    """Fill the area of an array formula as Excel does: one value, row or column is repeated, what lacks is #N/A."""
    given = result if isinstance(result, list) else [[result]]
    height, width = len(given), len(given[0])
    filled = []
    for row in range(int(rows)):
        line = given[0] if height == 1 else given[row] if row < height else None
        filled.append([_cell_of(line, column, width) for column in range(int(columns))])
    return filled


def _cell_of(line: Sequence[Any] | None, column: int, width: int) -> Any:
    """Take one cell of a row of a result; a blank cell that is passed on counts as zero."""
    if line is None or (column >= width and width > 1):
        return to_engine(ErrorCell("#N/A"))
    value = line[0] if width == 1 else line[column]
    if isinstance(value, dict):
        return formualizer.LiteralValue.error(value.get("kind", "Value"), "")
    return 0.0 if value is None else value

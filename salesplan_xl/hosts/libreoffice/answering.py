"""What LibreOffice means by the arguments it hands over, and what the function answers.

LibreOffice hands over the number 0 where an argument is left out between others, as in ``=SP_ROUND(A1:A3,,1)``, and it
has no truth values: TRUE is the number 1. What was meant can be told only where it is known what the function expects.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from salesplan_xl.functions.conversion import call
from salesplan_xl.functions.errors import CellError
from salesplan_xl.functions.grid import OMITTED
from salesplan_xl.functions.json_cells import Json, cell_from_json, outcome_to_json
from salesplan_xl.functions.specification import Argument, FunctionSpecification, Kind

_NUMBERS = frozenset({Kind.NUMBER, Kind.AMOUNT, Kind.INTEGER, Kind.BOOLEAN})


def answer(functions: Sequence[FunctionSpecification], question: Json) -> dict[str, Json]:
    """
    Answer a question of the extension.

    Parameters
    ----------
    functions : sequence of FunctionSpecification
        The functions there are.
    question : object
        ``{"function": name, "args": [...]}``, where an argument is a cell, which was typed or calculated in the
        formula, rows of cells, or ``null``, which was left out.

    Returns
    -------
    dict
        What `salesplan_xl.functions.json_cells.call_json` gives, but a date is a serial number.

    Examples
    --------
    >>> answer((), {"function": "SP_SPREAD", "args": []})
    {'error': '#NAME?', 'why': 'there is no function SP_SPREAD'}
    """
    try:
        function = _function(functions, question["function"])
        arguments = meant(function, [cell_from_json(argument) for argument in question["args"]])
    except CellError as error:
        return {"error": error.code, "why": error.why}
    except (KeyError, TypeError, ValueError) as error:
        return {"error": "#VALUE!", "why": f"this is no question: {error}"}
    return outcome_to_json(call(function, arguments))


def meant(function: FunctionSpecification, arguments: Sequence[Any]) -> list[object]:
    """
    Tell what was left out, and what is a truth value.

    Parameters
    ----------
    function : FunctionSpecification
        The function.
    arguments : sequence of object
        Its arguments as LibreOffice hands them over: a cell on its own, rows of cells, or None.

    Returns
    -------
    list of object
        The arguments for `salesplan_xl.functions.conversion.call`. A number 0 on its own, for an optional argument
        with another argument after it, is left out where no number is expected.

    Raises
    ------
    CellError
        ``#VALUE!`` if it cannot be told whether a 0 was typed or the argument left out.

    Examples
    --------
    >>> from salesplan_xl.functions.specification import Argument, FunctionSpecification, Kind
    >>> kind = Argument("kind", Kind.CHOICE, "Which.", optional=True, choices=("a", "b"))
    >>> unit = Argument("unit", Kind.NUMBER, "Any.", optional=True)
    >>> function = FunctionSpecification("SP_EXAMPLE", "An example.", (kind, unit), lambda kind, unit: unit)
    >>> meant(function, [0.0, 5.0])
    [OMITTED, 5.0]
    """
    last = max((place for place, given in enumerate(arguments) if given is not None), default=-1)
    known = [
        _meant(argument, given, between=place < last)
        for place, (argument, given) in enumerate(zip(function.arguments, arguments, strict=False))
    ]
    return [*known, *arguments[len(known) :]]


def _function(functions: Sequence[FunctionSpecification], name: str) -> FunctionSpecification:
    """Find a function."""
    for function in functions:
        if function.name == name:
            return function
    raise CellError("#NAME?", f"there is no function {name}")


def _meant(argument: Argument, given: Any, *, between: bool) -> object:
    """One argument as it was meant."""
    if given is None:
        return OMITTED
    if argument.optional and between and isinstance(given, float) and given == 0:
        if argument.kind in _NUMBERS:
            raise CellError(
                "#VALUE!",
                f"LibreOffice does not tell whether {argument.name} is left out or 0; "
                "type its value, or a reference to a cell that holds the 0",
            )
        return OMITTED
    return _truth(given) if argument.kind is Kind.BOOLEAN else given


def _truth(given: Any) -> object:
    """A number for what it is to LibreOffice, a truth value, on its own or in the one cell of a range."""
    if isinstance(given, list):
        return [[_truth(cell) for cell in row] if isinstance(row, list) else _truth(row) for row in given]
    return bool(given) if given in (0.0, 1.0) else given

"""Every function against every kind of cell: the rules for cells hold whatever the function."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from salesplan_xl.functions.conversion import call
from salesplan_xl.functions.grid import OMITTED
from salesplan_xl.functions.specification import Argument, Blank, FunctionSpecification, Kind
from salesplan_xl.workbook.cells import ERROR_TEXTS, ErrorCell
from udfs import FUNCTIONS

GOOD: dict[str, list[object]] = {
    "SP_SPREAD": [100.0, 2.0, OMITTED, 0.01, "error"],
    "SP_ROUND": [2.0, 2.0, 0.01],
    "SP_WORKDAYS": [46023.0, 46030.0, "US", "CA", "1111100"],
    "SP_VARIANCE": [110.0, 100.0, "cost"],
}
"""Single cells that each function takes."""

PLACES = [
    pytest.param(function, place, id=f"{function.name}-{argument.name}")
    for function in FUNCTIONS
    for place, argument in enumerate(function.arguments)
]
RANGES = [
    pytest.param(function, place, id=f"{function.name}-{argument.name}")
    for function in FUNCTIONS
    for place, argument in enumerate(function.arguments)
    if argument.kind.is_range
]
NUMBERS = [
    pytest.param(function, place, id=f"{function.name}-{argument.name}")
    for function in FUNCTIONS
    for place, argument in enumerate(function.arguments)
    if argument.kind in (Kind.NUMBER, Kind.NUMBERS, Kind.AMOUNT, Kind.AMOUNTS)
]


def given(function: FunctionSpecification, place: int, cell: object) -> list[object]:
    """Good arguments, but for one."""
    arguments = list(GOOD[function.name])
    arguments[place] = cell
    return arguments


def laid_out(function: FunctionSpecification, rows: int, columns: int) -> list[object]:
    """Good arguments, the required ranges and those of their shape laid out."""

    def lay(argument: Argument, cell: object) -> object:
        return [[cell] * columns] * rows if argument.kind.is_range and cell is not OMITTED else cell

    arguments = [lay(*pair) for pair in zip(function.arguments, GOOD[function.name], strict=True)]
    if function.name == "SP_ROUND":
        arguments[1] = OMITTED
    return arguments


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_good_cells_give_numbers(function: FunctionSpecification) -> None:
    outcome = call(function, GOOD[function.name])
    assert not isinstance(outcome.value, ErrorCell), outcome


@pytest.mark.parametrize(("function", "place"), PLACES)
@pytest.mark.parametrize("text", ERROR_TEXTS)
def test_every_error_cell_comes_out_as_itself(function: FunctionSpecification, place: int, text: str) -> None:
    for cell in (ErrorCell(text), [[ErrorCell(text)]]):
        assert call(function, given(function, place, cell)).value == ErrorCell(text)


@pytest.mark.parametrize(("function", "place"), PLACES)
@pytest.mark.parametrize("handed_over", [-2146826281, -2146826246, -2146826243])
def test_an_error_handed_over_as_a_number_never_enters_a_sum(
    function: FunctionSpecification, place: int, handed_over: int
) -> None:
    value = call(function, given(function, place, [[handed_over]])).value
    assert value in (ErrorCell("#DIV/0!"), ErrorCell("#N/A"), ErrorCell("#SPILL!"))


@pytest.mark.parametrize(("function", "place"), PLACES)
def test_a_blank_is_refused_kept_or_counts_as_left_out(function: FunctionSpecification, place: int) -> None:
    argument = function.arguments[place]
    for blank in (None, ""):
        outcome = call(function, given(function, place, blank))
        if argument.optional:
            assert outcome == call(function, given(function, place, OMITTED))
        elif argument.blank is Blank.REFUSED:
            assert outcome.value == ErrorCell("#VALUE!")
            assert outcome.why.startswith(f"{argument.name} is blank")
        elif function.name == "SP_WORKDAYS":
            assert "a blank" in outcome.why
        elif function.name == "SP_ROUND":
            assert "no rounding" in outcome.why.lower()  # nothing can be rounded to a total of 2
        else:
            assert outcome.value == ((None, None),)


@pytest.mark.parametrize(("function", "place"), NUMBERS)
def test_a_currency_cell_is_a_number_and_a_text_number_is_none(function: FunctionSpecification, place: int) -> None:
    cell = GOOD[function.name][place]
    plain = cell if isinstance(cell, float) else 100.0
    assert call(function, given(function, place, Decimal(str(plain)))) == call(function, given(function, place, plain))
    outcome = call(function, given(function, place, str(plain)))
    assert outcome.value == ErrorCell("#VALUE!")
    assert f"holds the text '{plain}'" in outcome.why


@pytest.mark.parametrize(("function", "place"), PLACES)
def test_a_date_is_the_same_as_date_serial_and_text(function: FunctionSpecification, place: int) -> None:
    if function.arguments[place].kind is not Kind.DATES:
        assert call(function, given(function, place, datetime.fromisoformat("2026-01-02"))).value == ErrorCell(
            "#VALUE!"
        )
        return
    day = datetime.fromisoformat("2026-01-02")
    forms: list[object] = [day, day.date(), 46024.0, "2026-01-02"]
    outcomes = [call(function, given(function, place, form)) for form in forms]
    assert not isinstance(outcomes[0].value, ErrorCell)
    assert outcomes == outcomes[:1] * 4


@pytest.mark.parametrize(("function", "place"), PLACES)
def test_what_is_optional_may_be_missing(function: FunctionSpecification, place: int) -> None:
    outcome = call(function, GOOD[function.name][:place])
    if not function.arguments[place].optional:
        assert outcome.value == ErrorCell("#VALUE!")
        assert function.arguments[place].name in outcome.why
    else:
        assert not isinstance(outcome.value, ErrorCell)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
@pytest.mark.parametrize(("rows", "columns"), [(3, 1), (1, 3), (2, 3)])
def test_a_result_lies_as_its_range_does(function: FunctionSpecification, rows: int, columns: int) -> None:
    value = call(function, laid_out(function, rows, columns)).value
    if function.name != "SP_VARIANCE":
        assert isinstance(value, tuple)
        assert (len(value), {len(row) for row in value}) == (rows, {columns})
    elif rows > 1 and columns > 1:
        assert value == ErrorCell("#VALUE!")
    else:
        assert isinstance(value, tuple)
        assert (len(value), len(value[0])) == ((rows, 2) if rows > 1 else (2, columns))


@pytest.mark.parametrize(("function", "place"), RANGES)
def test_a_blank_row_of_a_table_is_kept_or_refused_by_place(function: FunctionSpecification, place: int) -> None:
    arguments = laid_out(function, 3, 2)
    argument = function.arguments[place]
    for other, cells in enumerate(arguments):
        if isinstance(cells, list) and (other == place or argument.blank is Blank.KEPT):
            arguments[other] = [cells[0], [None, ""], cells[2]]
    if arguments[place] is OMITTED:
        arguments[place] = [[10.0, None], [None, None], [None, 20.0]]
        arguments[1] = [[1.0, 1.0]] * 3
    outcome = call(function, arguments)
    if argument.blank is Blank.REFUSED:
        assert outcome.why.startswith(f"row 2, column 1 of {argument.name} is blank")
    elif function.name == "SP_VARIANCE":
        assert outcome.value == ErrorCell("#VALUE!")
    elif argument.name == "held":
        # 100 - 10 - 20 = 70 over four free cells: 17.50 each
        assert outcome.value == ((10.0, 17.5), (17.5, 17.5), (17.5, 20.0))
    else:
        assert isinstance(outcome.value, tuple)
        assert outcome.value[1] == (None, None)
        assert None not in outcome.value[0] + outcome.value[2]

"""Every function against every kind of cell: the rules for cells hold whatever the function."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from salesplan_xl.functions.conversion import call
from salesplan_xl.functions.grid import OMITTED
from salesplan_xl.functions.results import Rows
from salesplan_xl.functions.specification import Argument, Blank, FunctionSpecification, Kind
from salesplan_xl.workbook.cells import ERROR_TEXTS, ErrorCell, Value
from udfs import FUNCTIONS

HEADED = [["customer", "volume"], ["Ana", 500.0], ["Bo", 20.0]]
RULES = [["segment", "column", "operator", "value"], ["Key", "volume", ">=", 100.0]]
POINTS = [["label", "lat", "lon"], ["Base", 0.0, 0.0], ["A", 0.0, 0.25]]
MONTHS = [[46023.0], [46174.0], [46357.0]]  # the first of January, June and December 2026

GOOD: dict[str, list[object]] = {
    "SP_ABC": [100.0, 0.8, 0.95],
    "SP_RFM": ["Ana", 46023.0, 100.0, 46030.0, 5.0],
    "SP_SEGMENT": [HEADED, RULES],
    "SP_WORKDAYS": [46023.0, 46030.0, "US", "CA", "1111100"],
    "SP_KM": [0.0, 0.0, 0.0, 1.0, 1.3],
    "SP_MINUTES": [25.0, 4.0, 50.0],
    "SP_TOURKM": [9.0, 100.0, 20.0],
    "SP_VISITS": [384.0, 30.0, 20.0],
    "SP_REPS": [1000.0, 36.0, 60.0, 0.0, 1000.0],
    "SP_ROUTE": [POINTS, True],
    "SP_SPREAD": [100.0, 2.0, OMITTED, 0.01, "error"],
    "SP_FIT": [2.0, 100.0, 100.0, OMITTED, 0.01],
    "SP_ROUND": [2.0, 2.0, 0.01],
    "SP_PATTERN": [100.0, 3.0, "4-4-5", 0.01],
    "SP_SEASON": [MONTHS, [[1.0], [2.0], [1.0]]],
    "SP_CATCHUP": [100.0, 100.0, OMITTED, 0.01],
    "SP_VARIANCE": [110.0, 100.0, "cost"],
    "SP_FLAG": [110.0, 100.0, 5.0, 0.1, "cost", "or"],
    "SP_PVM": [10.0, 5.0, 12.0, 6.0],
    "SP_DRIVERS": ["North", 100.0, 110.0, 1.0],
}
"""What each function takes: single cells, tables with their header row, a column where one cell is too few."""

SEVERAL = {"SP_SEASON"}
"""Functions that one cell is too few for: a season takes twelve months."""

Shape = tuple[int, int]


def as_it_lies(rows: int, columns: int) -> Shape | None:
    """A cell for each cell."""
    return rows, columns


def always(rows: int, columns: int) -> Callable[[int, int], Shape | None]:
    """The same cells however the ranges lie."""
    return lambda _rows, _columns: (rows, columns)


def listing(columns: int, more: int = 0) -> Callable[[int, int], Shape | None]:
    """A row for each cell of a column, and some more; turned for a row, refused for a table."""

    def shape(rows: int, across: int) -> Shape | None:
        if rows > 1 and across > 1:
            return None
        return (rows + more, columns) if across == 1 else (columns, across + more)

    return shape


def one_row(columns: int) -> Callable[[int, int], Shape | None]:
    """One row, turned for a row, refused for a table: of cells that all hold one label."""
    return lambda rows, across: None if rows > 1 and across > 1 else (1, columns) if across == 1 else (columns, 1)


LIES: dict[str, Callable[[int, int], Shape | None]] = {
    "SP_ABC": as_it_lies,
    "SP_RFM": lambda rows, columns: None if rows > 1 and columns > 1 else (2, 7),  # a header row and one customer
    "SP_SEGMENT": always(2, 1),  # two customers
    "SP_WORKDAYS": as_it_lies,
    "SP_KM": as_it_lies,
    "SP_MINUTES": as_it_lies,
    "SP_TOURKM": always(1, 1),
    "SP_VISITS": always(1, 1),
    "SP_REPS": always(1, 1),
    "SP_ROUTE": always(4, 5),  # a header row, out, one stop and back
    "SP_SPREAD": as_it_lies,
    "SP_FIT": lambda *_: None,  # there cannot be as many columns as rows in a row, nor in a column
    "SP_ROUND": as_it_lies,
    "SP_PATTERN": always(3, 1),
    "SP_SEASON": lambda rows, columns: None if rows > 1 and columns > 1 else (12, 1) if columns == 1 else (1, 12),
    "SP_CATCHUP": as_it_lies,
    "SP_VARIANCE": listing(2),
    "SP_FLAG": as_it_lies,
    "SP_PVM": listing(4, more=1),
    "SP_DRIVERS": one_row(3),
}
"""Rows and columns of the result, by those of the ranges; None where they cannot lie so."""

BLANK_ALONE: dict[str, Value | Rows] = {
    "SP_ABC": None,
    "SP_KM": None,
    "SP_MINUTES": None,
    "SP_FLAG": None,
    "SP_CATCHUP": 100.0,  # what is open gets what is left
    "SP_VARIANCE": ((None, None),),
}
"""What comes of one blank cell where blanks are kept."""

BLANK_ROW: dict[str, tuple[Value, ...]] = {"SP_CATCHUP": (100.0, 100.0)}
"""What comes of a blank row of two cells where it is more than blank."""

BLANK_REFUSED = {
    "SP_RFM": "is blank but not the rest of its order",
    "SP_WORKDAYS": "a blank",
    "SP_ROUND": "There is no rounding",  # nothing can be rounded to a total of 2
    "SP_SEASON": "is blank but not the other of its pair",
    "SP_PVM": "enter the price",
}
"""Why one blank cell is refused where blanks are kept: it does not fit the cells beside it."""


def of_kinds(*kinds: Kind, optional: bool = True) -> list[Any]:
    """Every argument of these kinds, the optional ones too unless asked otherwise."""
    return [
        pytest.param(function, place, id=f"{function.name}-{argument.name}")
        for function in FUNCTIONS
        for place, argument in enumerate(function.arguments)
        if argument.kind in kinds and (optional or not argument.optional)
    ]


PLACES = of_kinds(*Kind)
NUMBERS = of_kinds(Kind.NUMBER, Kind.NUMBERS, Kind.AMOUNT, Kind.AMOUNTS)
RANGES = of_kinds(*(kind for kind in Kind if kind.is_range and kind is not Kind.TABLE), optional=False)


def given(function: FunctionSpecification, place: int, cell: object) -> list[object]:
    """Good arguments, but for one; of a column of several cells the first is another."""
    arguments = list(GOOD[function.name])
    arguments[place] = instead(function, arguments[place], cell)
    return arguments


def instead(function: FunctionSpecification, good: Any, cell: Any) -> Any:
    """A cell or a range instead of a good argument; a single one stands first where the function needs several."""
    if function.name not in SEVERAL or not is_one(cell):
        return cell
    return [cell[0] if isinstance(cell, list) else [cell], *good[1:]]


def is_one(cell: Any) -> bool:
    """Whether it is a cell, or a range of one."""
    return len(cell) == len(cell[0]) == 1 if isinstance(cell, list) else cell is not OMITTED


def tiled(cells: Any, rows: int, columns: int) -> list[list[Any]]:
    """A cell, or the cells of a column over and over, as a range."""
    column = [cell for (cell,) in cells] if isinstance(cells, list) else [cells]
    endless = itertools.cycle(column)
    return [list(itertools.islice(endless, columns)) for _ in range(rows)]


def laid_out(function: FunctionSpecification, rows: int, columns: int) -> list[object]:
    """Good arguments, the ranges laid out; an amount that was meant for one cell is left out."""

    def lay(argument: Argument, cell: object) -> object:
        if argument.kind is Kind.AMOUNT and argument.optional:
            return OMITTED
        is_laid = argument.kind.is_range and argument.kind is not Kind.TABLE and cell is not OMITTED
        return tiled(cell, rows, columns) if is_laid else cell

    return [lay(*pair) for pair in zip(function.arguments, GOOD[function.name], strict=True)]


def test_every_function_is_declared_here() -> None:
    names = [function.name for function in FUNCTIONS]
    assert list(GOOD) == names
    assert list(LIES) == names


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
@pytest.mark.parametrize("blank", [None, ""])
def test_a_blank_is_refused_kept_or_counts_as_left_out(
    function: FunctionSpecification, place: int, blank: str | None
) -> None:
    argument = function.arguments[place]
    outcome = call(function, given(function, place, blank))
    if argument.optional:
        assert outcome == call(function, given(function, place, OMITTED))
    elif argument.blank is Blank.REFUSED:
        assert outcome.value == ErrorCell("#VALUE!")
        assert outcome.why.startswith(f"{argument.name} is blank")
    elif function.name in BLANK_REFUSED:
        assert isinstance(outcome.value, ErrorCell)
        assert BLANK_REFUSED[function.name] in outcome.why
    else:
        assert outcome.value == BLANK_ALONE[function.name]


@pytest.mark.parametrize(("function", "place"), NUMBERS)
def test_a_currency_cell_is_a_number_and_a_text_number_is_none(function: FunctionSpecification, place: int) -> None:
    cell = GOOD[function.name][place]
    plain = cell if isinstance(cell, float) else 100.0
    assert call(function, given(function, place, Decimal(str(plain)))) == call(function, given(function, place, plain))
    outcome = call(function, given(function, place, str(plain)))
    assert outcome.value == ErrorCell("#VALUE!")
    assert f"holds the text '{plain}'" in outcome.why


@pytest.mark.parametrize(("function", "place"), of_kinds(Kind.DATE, Kind.DATES))
def test_a_date_is_the_same_as_date_serial_and_text(function: FunctionSpecification, place: int) -> None:
    day = datetime.fromisoformat("2026-01-02")
    forms: list[object] = [day, day.date(), 46024.0, "2026-01-02"]
    outcomes = [call(function, given(function, place, form)) for form in forms]
    assert not isinstance(outcomes[0].value, ErrorCell)
    assert outcomes == outcomes[:1] * 4


@pytest.mark.parametrize(("function", "place"), of_kinds(*(set(Kind) - {Kind.DATE, Kind.DATES})))
def test_a_date_is_nothing_else(function: FunctionSpecification, place: int) -> None:
    day = datetime.fromisoformat("2026-01-02")
    assert call(function, given(function, place, day)).value == ErrorCell("#VALUE!")


@pytest.mark.parametrize(("function", "place"), of_kinds(Kind.LABELS))
@pytest.mark.parametrize("label", ["4711", 4711.0, 0.5])
def test_a_label_comes_out_as_it_went_in(function: FunctionSpecification, place: int, label: object) -> None:
    value = call(function, given(function, place, label)).value
    assert isinstance(value, tuple)
    first = value[-1][0]  # below the header row, if there is one
    assert (first, type(first)) == (label, type(label))


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
def test_a_result_lies_as_is_declared(function: FunctionSpecification, rows: int, columns: int) -> None:
    value = call(function, laid_out(function, rows, columns)).value
    shape = LIES[function.name](rows, columns)
    if shape is None:
        assert value == ErrorCell("#VALUE!")
    elif isinstance(value, tuple):
        assert (len(value), {len(row) for row in value}) == (shape[0], {shape[1]})
    else:
        assert not isinstance(value, ErrorCell)
        assert shape == (1, 1)


@pytest.mark.parametrize(("function", "place"), RANGES)
def test_a_blank_row_of_a_table_is_kept_or_refused_by_place(function: FunctionSpecification, place: int) -> None:
    argument, arguments = function.arguments[place], laid_out(function, 3, 2)
    for other, cells in enumerate(arguments):
        kept_together = argument.blank is Blank.KEPT and function.arguments[other].blank is Blank.KEPT
        if isinstance(cells, list) and (other == place or kept_together):
            arguments[other] = [cells[0], [None, ""], cells[2]]
    outcome = call(function, arguments)
    if argument.blank is Blank.REFUSED:
        assert outcome.why.startswith(f"row 2, column 1 of {argument.name} is blank")
    elif LIES[function.name](3, 2) is None:
        assert outcome.value == ErrorCell("#VALUE!")
    else:
        assert isinstance(outcome.value, tuple)
        assert outcome.value[1] == BLANK_ROW.get(function.name, (None, None))
        assert None not in outcome.value[0] + outcome.value[2]


def test_a_held_cell_of_a_table_stays_and_blank_ones_are_free() -> None:
    spread = next(function for function in FUNCTIONS if function.name == "SP_SPREAD")
    held = [[10.0, None], [None, ""], [None, 20.0]]
    # 100 - 10 - 20 = 70 over four free cells: 17.50 each
    value = call(spread, [100.0, [[1.0, 1.0]] * 3, held]).value
    assert value == ((10.0, 17.5), (17.5, 17.5), (17.5, 20.0))

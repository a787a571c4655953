"""Cells in, cells out: what each kind of argument takes, refuses and passes on."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesplan_xl.core.errors import AllHeldError
from salesplan_xl.functions.conversion import HeadedTable, call
from salesplan_xl.functions.errors import CellError
from salesplan_xl.functions.grid import OMITTED
from salesplan_xl.functions.results import Dates, Outcome
from salesplan_xl.functions.specification import Argument, Blank, FunctionSpecification, Kind
from salesplan_xl.workbook.cells import ERROR_TEXTS, ErrorCell
from salesplan_xl.workbook.dates import LAST_SERIAL, day_of, serial_of

VALUE, NUM, NOT_AVAILABLE = ErrorCell("#VALUE!"), ErrorCell("#NUM!"), ErrorCell("#N/A")

MIDNIGHT, NINE_THIRTY = (datetime.fromisoformat(f"2026-01-01 {time}") for time in ("00:00", "09:30"))


def function(*arguments: Argument, compute: Callable[..., Any], along: str = "") -> FunctionSpecification:
    """A function for one test."""
    return FunctionSpecification("SP_TEST", "For a test.", arguments, compute, along)


def seen(kind: Kind, raw: object, **options: Any) -> Any:
    """What the pure function receives for a cell or range of a kind."""
    received: list[object] = []

    def compute(one: object) -> float:
        received.append(one)
        return 1.0

    outcome = call(function(Argument("given", kind, "Given.", **options), compute=compute), [raw])
    assert received, outcome
    return received[0]


def refused(kind: Kind, raw: object, **options: Any) -> Outcome:
    """What comes out where the pure function must not be reached."""

    def compute(_: object) -> object:
        pytest.fail("the function was reached")

    return call(function(Argument("given", kind, "Given.", **options), compute=compute), [raw])


@pytest.mark.parametrize(
    ("kind", "raw", "expected"),
    [
        pytest.param(Kind.NUMBER, 3, 3.0, id="whole-number"),
        pytest.param(Kind.NUMBER, Decimal("1234.5678"), 1234.5678, id="currency-cell"),
        pytest.param(Kind.NUMBER, np.float64(2.5), 2.5, id="numpy-number"),
        pytest.param(Kind.NUMBER, [[7.0]], 7.0, id="range-of-one"),
        pytest.param(Kind.AMOUNT, -0.01, -0.01, id="credit"),
        pytest.param(Kind.INTEGER, 12.0, 12, id="whole-float"),
        pytest.param(Kind.TEXT, " US", " US", id="text-as-it-is"),
        pytest.param(Kind.TEXT, 1111100.0, "1111100", id="digits-of-a-week"),
        pytest.param(Kind.CHOICE, "Cost", "cost", id="choice-in-capitals"),
        pytest.param(Kind.BOOLEAN, True, True, id="truth"),
        pytest.param(Kind.DATE, date(2026, 2, 28), date(2026, 2, 28), id="date"),
        pytest.param(Kind.DATE, datetime.fromisoformat("2026-02-28T23:59"), date(2026, 2, 28), id="time-dropped"),
        pytest.param(Kind.DATE, 46023.0, date(2026, 1, 1), id="serial"),
        pytest.param(Kind.DATE, 46023.99, date(2026, 1, 1), id="serial-with-time"),
        pytest.param(Kind.DATE, "2024-02-29", date(2024, 2, 29), id="iso-leap-day"),
        # before March 1900 serials run one ahead of the days since 30 December 1899
        pytest.param(Kind.DATE, 1.0, date(1900, 1, 1), id="first-serial"),
        pytest.param(Kind.DATE, 59.0, date(1900, 2, 28), id="day-before-the-one-that-never-was"),
        pytest.param(Kind.DATE, 61.0, date(1900, 3, 1), id="day-after"),
    ],
)
def test_a_cell_becomes_what_its_kind_declares(kind: Kind, raw: object, expected: object) -> None:
    choices = {"choices": ("revenue", "cost")} if kind is Kind.CHOICE else {}
    got = seen(kind, raw, **choices)
    assert got == expected
    assert type(got) is type(expected)


@pytest.mark.parametrize(
    ("kind", "raw", "error", "why"),
    [
        pytest.param(Kind.NUMBER, "12", VALUE, "holds the text '12'; a number", id="text-number"),
        pytest.param(Kind.NUMBER, "1,5", VALUE, "holds the text '1,5'; a number", id="comma"),
        pytest.param(Kind.NUMBER, True, VALUE, "holds TRUE; a number", id="truth-as-number"),
        pytest.param(Kind.NUMBER, None, VALUE, "is blank; a number", id="blank"),
        pytest.param(Kind.NUMBER, "", VALUE, "is blank; a number", id="empty-text"),
        pytest.param(Kind.NUMBER, math.nan, NUM, "is not a finite number; a number", id="nan"),
        pytest.param(Kind.NUMBER, math.inf, NUM, "is not a finite number; a number", id="inf"),
        pytest.param(Kind.NUMBER, 10**400, NUM, "is not a finite number; a number", id="huge"),
        pytest.param(Kind.NUMBER, Decimal("NaN"), NUM, "is not a finite number; a number", id="dnan"),
        pytest.param(Kind.NUMBER, date(2026, 1, 1), VALUE, "holds the date 2026-01-01; a number", id="d"),
        pytest.param(Kind.NUMBER, MIDNIGHT, VALUE, "holds the date 2026-01-01; a number", id="dt"),
        pytest.param(Kind.NUMBER, NINE_THIRTY, VALUE, "holds the date 2026-01-01 09:30; a number", id="t"),
        pytest.param(Kind.NUMBER, timedelta(1), VALUE, "holds a timedelta; a number", id="duration"),
        pytest.param(Kind.NUMBER, [[1.0], [2.0]], VALUE, "is 2 rows by 1 column; a single cell", id="r"),
        pytest.param(Kind.INTEGER, 1.5, NUM, "holds 1.5; a whole number", id="half"),
        pytest.param(Kind.TEXT, 1.5, VALUE, "holds the number 1.5; a text", id="number-as-text"),
        pytest.param(Kind.TEXT, False, VALUE, "holds FALSE; a text", id="truth-as-text"),
        pytest.param(Kind.LABELS, True, VALUE, "holds TRUE; a text or a number", id="truth-as-label"),
        pytest.param(Kind.LABELS, date(2026, 1, 1), VALUE, "holds the date 2026-01-01; a text or a number", id="dl"),
        pytest.param(Kind.LABELS, None, VALUE, "is blank; a text or a number", id="blank-label"),
        pytest.param(Kind.LABELS, math.inf, NUM, "is not a finite number; a text or a number", id="endless-label"),
        pytest.param(Kind.BOOLEAN, 1.0, VALUE, "holds the number 1; TRUE or FALSE", id="one-as-truth"),
        pytest.param(Kind.DATE, "31.01.2026", VALUE, "holds the text '31.01.2026'; a date", id="dots"),
        pytest.param(Kind.DATE, "2026-02-30", VALUE, "holds the text '2026-02-30', which is no day; a date", id="no"),
        pytest.param(Kind.DATE, 60.0, NUM, "holds 60, the serial number of no day; a date", id="1900-02-29"),
        pytest.param(Kind.DATE, 0.0, NUM, "holds 0, the serial number of no day; a date", id="zero"),
        pytest.param(Kind.DATE, True, VALUE, "holds TRUE; a date", id="truth-as-date"),
    ],
)  # fmt: skip
def test_a_cell_of_another_kind_is_refused_by_name(kind: Kind, raw: object, error: ErrorCell, why: str) -> None:
    assert refused(kind, raw) == Outcome(error, f"given {why} is expected")


def test_a_time_in_a_time_zone_is_refused() -> None:
    outcome = refused(Kind.DATE, datetime(2026, 1, 1, tzinfo=UTC))
    assert outcome.value == VALUE
    assert "time zone" in outcome.why


def test_a_choice_that_is_none_is_told_the_choices() -> None:
    outcome = refused(Kind.CHOICE, "profit", choices=("revenue", "cost"))
    assert outcome == Outcome(VALUE, 'given holds the text \'profit\'; choose "revenue" or "cost"')


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        pytest.param([[1.0], [2.0], ["12"]], "row 3 of given", id="column"),
        pytest.param([[1.0, 2.0, "12"]], "column 3 of given", id="row"),
        pytest.param([[1.0, 2.0], [3.0, "12"]], "row 2, column 2 of given", id="table"),
        pytest.param([["12"]], "given", id="range-of-one"),
    ],
)
def test_the_place_in_a_range_is_named(raw: object, place: str) -> None:
    assert refused(Kind.NUMBERS, raw).why == f"{place} holds the text '12'; a number is expected"


@pytest.mark.parametrize("text", ERROR_TEXTS)
def test_an_error_cell_comes_out_as_it_went_in(text: str) -> None:
    for raw in (ErrorCell(text), text):
        assert refused(Kind.NUMBERS, [[1.0], [raw]]) == Outcome(
            ErrorCell(text), f"row 2 of given holds the error {text}"
        )


@pytest.mark.parametrize(
    ("handed_over", "text"),
    [
        # -2146828288 + 2007 = -2146826281
        pytest.param(-2146828288, "#UNKNOWN!", id="start-of-the-span"),
        pytest.param(-2146826288, "#NULL!", id="2000"),
        pytest.param(-2146826281, "#DIV/0!", id="2007"),
        pytest.param(-2146826273, "#VALUE!", id="2015"),
        pytest.param(-2146826265, "#REF!", id="2023"),
        pytest.param(-2146826259, "#NAME?", id="2029"),
        pytest.param(-2146826252, "#NUM!", id="2036"),
        pytest.param(-2146826246, "#N/A", id="2042"),
        pytest.param(-2146826243, "#SPILL!", id="2045"),
        pytest.param(-2146826238, "#CALC!", id="2050"),
        pytest.param(-2146826000, "#UNKNOWN!", id="end-of-the-span"),
    ],
)
def test_an_error_handed_over_as_a_whole_number_is_no_number(handed_over: int, text: str) -> None:
    assert refused(Kind.NUMBERS, [[1], [handed_over]]).value == ErrorCell(text)


def test_a_number_of_that_size_that_is_no_whole_number_cell_stays_a_number() -> None:
    assert seen(Kind.NUMBER, -2146826281.0) == -2146826281.0


def test_the_first_error_in_reading_order_wins_even_over_a_wrong_kind() -> None:
    both = function(
        Argument("one", Kind.NUMBER, "One."),
        Argument("two", Kind.NUMBERS, "Two."),
        compute=lambda *_: pytest.fail("reached"),
    )
    table = [[1.0, ErrorCell("#REF!")], [ErrorCell("#N/A"), 1.0]]
    assert call(both, ["text", table]).value == ErrorCell("#REF!")


def test_a_range_keeps_its_shape_and_its_blanks() -> None:
    assert seen(Kind.NUMBERS, [[1.0], [2.0]]).shape == (2,)
    assert seen(Kind.NUMBERS, [[1.0, 2.0]]).shape == (2,)
    assert seen(Kind.NUMBERS, 5.0).shape == (1,)
    table = seen(Kind.NUMBERS, [[1.0, None], ["", 4.0], [None, None]], blank=Blank.KEPT)
    np.testing.assert_array_equal(table, [[1.0, np.nan], [np.nan, 4.0], [np.nan, np.nan]])
    np.testing.assert_array_equal(
        seen(Kind.DATES, [[46023.0, None, "2026-01-03"]], blank=Blank.KEPT),
        np.array(["2026-01-01", "NaT", "2026-01-03"], dtype="datetime64[D]"),
    )
    assert seen(Kind.TEXTS, [["a"], [None], [7.0]], blank=Blank.KEPT).tolist() == ["a", None, "7"]


def test_a_label_stays_the_text_or_number_it_is() -> None:
    labels = seen(Kind.LABELS, [["a"], [""], [7], ["7"], [Decimal("0.5")]], blank=Blank.KEPT).tolist()
    assert labels == ["a", None, 7.0, "7", 0.5]
    assert [type(label) for label in labels[2:]] == [float, str, float]


def test_a_table_has_headers_and_any_cells() -> None:
    table = seen(Kind.TABLE, [["id", "since"], ["C1", date(2026, 1, 1)], [None, True]])
    assert table == HeadedTable(("id", "since"), (("C1", 46023.0), (None, True)))


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        pytest.param([["id", None]], "column 2 of given is blank", id="blank-header"),
        pytest.param([["id", "id"]], "has the header 'id' more than once", id="header-twice"),
        pytest.param([], "without cells", id="no-cells"),
        pytest.param([[]], "without cells", id="no-cells-in-rows"),
        pytest.param([[1.0], [1.0, 2.0]], "not of equal length", id="ragged"),
        pytest.param([[[1.0]]], "no list of rows", id="too-deep"),
    ],
)
def test_a_range_that_is_no_table_is_refused(raw: object, why: str) -> None:
    outcome = refused(Kind.TABLE, raw)
    assert outcome.value == VALUE
    assert why in outcome.why


OPTIONAL = function(
    Argument("first", Kind.NUMBER, "First."),
    Argument("second", Kind.NUMBER, "Second.", optional=True, default=2.0),
    Argument("third", Kind.NUMBERS, "Third.", optional=True),
    compute=lambda first, second, third: [first, second, -1.0 if third is None else third.sum()],
)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param([1.0], (1.0, 2.0, -1.0), id="only-the-required"),
        pytest.param([1.0, OMITTED, [[3.0], [4.0]]], (1.0, 2.0, 7.0), id="left-out-between"),
        pytest.param([1.0, None, [[None]]], (1.0, 2.0, -1.0), id="blank-cells"),
        pytest.param([1.0, "", 3.0], (1.0, 2.0, 3.0), id="empty-text"),
    ],
)
def test_an_optional_argument_left_out_takes_its_default(raw: list[object], expected: tuple[float, ...]) -> None:
    value = call(OPTIONAL, raw).value
    assert isinstance(value, tuple)
    assert tuple(row[0] for row in value) == expected


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        pytest.param([], "SP_TEST(first, [second], [third]) needs first", id="too-few"),
        pytest.param([OMITTED, 1.0], "SP_TEST(first, [second], [third]) needs first", id="required-left-out"),
        pytest.param([1.0] * 4, "SP_TEST(first, [second], [third]) takes at most 3 arguments, not 4", id="too-many"),
    ],
)
def test_a_wrong_number_of_arguments_is_refused(raw: list[object], why: str) -> None:
    assert call(OPTIONAL, raw) == Outcome(VALUE, why)


def test_a_range_of_another_shape_is_refused() -> None:
    pair = function(
        Argument("weights", Kind.NUMBERS, "Weights."),
        Argument("held", Kind.NUMBERS, "Held.", shape_of="weights"),
        compute=lambda *_: pytest.fail("reached"),
    )
    outcome = call(pair, [[[1.0], [2.0]], [[1.0, 2.0]]])
    assert outcome.why == "held is 1 row by 2 columns but weights is 2 rows by 1 column; select ranges of one shape"


def gives(result: object, raw: object = OMITTED, *, dates: Dates = Dates.SERIAL) -> Outcome:
    """What cells see when a function returns something, along a range if one is given."""
    argument = Argument("given", Kind.NUMBERS, "Given.", optional=True, blank=Blank.KEPT)
    return call(function(argument, compute=lambda _: result, along="given"), [raw], dates=dates)


@pytest.mark.parametrize(
    ("result", "raw", "expected"),
    [
        pytest.param(np.array([1, 2]), [[1.0], [1.0]], ((1.0,), (2.0,)), id="along-a-column"),
        pytest.param(np.array([1, 2]), [[1.0, 1.0]], ((1.0, 2.0),), id="along-a-row"),
        pytest.param(np.array([1.0]), 1.0, 1.0, id="along-a-cell"),
        pytest.param(np.array([1.0]), [[1.0]], ((1.0,),), id="along-a-range-of-one"),
        pytest.param(np.array([[1, 2], [3, 4]]), [[1.0, 1.0]], ((1.0, 3.0), (2.0, 4.0)), id="pairs-along-a-row"),
        pytest.param(np.array([[1, 2]]), 1.0, ((1.0, 2.0),), id="pair-along-a-cell"),
        pytest.param([[1, "a"], [None, True]], OMITTED, ((1.0, "a"), (None, True)), id="rows"),
        pytest.param(np.array([np.nan, -0.0]), OMITTED, ((None,), (0.0,)), id="missing-and-minus-zero"),
        pytest.param(np.array(["2026-01-01", "NaT"], dtype="datetime64[D]"), OMITTED, ((46023.0,), (None,)), id="days"),
        pytest.param(np.True_, OMITTED, True, id="numpy-truth"),
        pytest.param(np.datetime64("2026-01-01"), OMITTED, 46023.0, id="numpy-day"),
        pytest.param(Decimal("1.10"), OMITTED, 1.1, id="decimal"),
        pytest.param(date(1900, 1, 31), OMITTED, 31.0, id="old-date"),
        pytest.param(None, OMITTED, None, id="nothing"),
    ],
)
def test_a_result_lies_as_its_range_lies_and_holds_plain_values(result: object, raw: object, expected: object) -> None:
    outcome = gives(result, raw)
    assert outcome == Outcome(expected)  # type: ignore[arg-type]  # the expected cells stand in the table
    cells = [cell for row in outcome.value for cell in row] if isinstance(outcome.value, tuple) else [outcome.value]
    assert {type(cell) for cell in cells} <= {float, bool, str, type(None)}


def test_dates_go_out_as_text_where_that_is_asked() -> None:
    assert gives(np.array(["2026-01-01"], dtype="datetime64[D]"), dates=Dates.ISO).value == (("2026-01-01",),)


def test_an_error_can_stand_in_one_place() -> None:
    outcome = gives(np.array([1.0, CellError("#DIV/0!", "the budget is zero"), math.inf], dtype=object))
    assert outcome.value == ((1.0,), (ErrorCell("#DIV/0!"),), (NUM,))
    assert outcome.reasons == {(1, 0): "the budget is zero", (2, 0): "the result is not a finite number"}


def test_a_long_text_is_cut_visibly_and_told() -> None:
    outcome = gives(["x" * 256])
    assert outcome.value == (("x" * 254 + "…",),)
    assert outcome.why == "the text has 256 characters and was cut at 255"
    assert gives(["x" * 255]) == Outcome((("x" * 255,),))
    assert gives("x" * 32_767) == Outcome("x" * 32_767)


def test_an_empty_result_is_no_match() -> None:
    assert gives(np.array([])).value == NOT_AVAILABLE


def raising(error: Exception) -> FunctionSpecification:
    """A function that fails."""

    def compute() -> object:
        raise error

    return function(compute=compute)


def test_what_a_function_refuses_is_an_error_cell_with_its_sentence() -> None:
    assert call(raising(CellError("#REF!", "there is no column")), []) == Outcome(
        ErrorCell("#REF!"), "there is no column"
    )
    refusal = AllHeldError(4000)
    assert call(raising(refusal), []) == Outcome(NUM, str(refusal))


def test_what_nobody_foresaw_is_in_the_log_and_not_in_the_cell(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        outcome = call(raising(ZeroDivisionError("secret detail")), [])
    assert outcome == Outcome(VALUE, "SP_TEST failed; the reason is in the log")
    assert "secret detail" in caplog.text


def test_a_result_no_cell_can_hold_is_our_failure(caplog: pytest.LogCaptureFixture) -> None:
    assert gives(object()).value == VALUE
    assert "a cell cannot hold a object" in caplog.text


@given(st.integers(1, LAST_SERIAL).filter(lambda serial: serial != 60))
def test_a_serial_number_and_its_day_are_each_others_inverse(serial: int) -> None:
    assert serial_of(day_of(serial)) == serial


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(),
    st.integers(),
    st.text(max_size=5),
    st.decimals(),
    st.dates(),
    st.datetimes(),
    st.sampled_from([ErrorCell(text) for text in ERROR_TEXTS]),
)


@given(
    st.sampled_from([kind for kind in Kind if kind is not Kind.CHOICE]),
    st.sampled_from(Blank),
    st.one_of(CELLS, st.lists(st.lists(CELLS, max_size=3), max_size=3), st.lists(CELLS, max_size=3)),
)
def test_whatever_the_cells_nothing_is_raised_and_every_error_has_a_reason(
    kind: Kind, blank: Blank, raw: object
) -> None:
    outcome = call(function(Argument("given", kind, "Given.", blank=blank), compute=lambda _: 1.0), [raw])
    assert outcome.value == 1.0 or (isinstance(outcome.value, ErrorCell) and outcome.why)
    assert "failed" not in outcome.why


def test_numbers_too_large_to_calculate_with_are_refused_with_a_sentence() -> None:
    def compute(number: float) -> float:
        return math.exp(number)

    power = FunctionSpecification("SP_POWER", "A power.", (Argument("number", Kind.NUMBER, "Any number."),), compute)
    outcome = call(power, [1e308])
    assert (outcome.value, outcome.why) == (
        ErrorCell("#NUM!"),
        "the numbers are too large or too small to calculate with",
    )

"""Cells to typed rows and back: what each kind takes, what it refuses, and where it says so."""

from __future__ import annotations

import datetime
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesplan_xl.workbook.cells import Cell, CellTable, ErrorCell, FormulaCell, Value
from salesplan_xl.workbook.codec import decode, decode_cell, encode, from_text
from salesplan_xl.workbook.dates import day_of, serial_of
from salesplan_xl.workbook.labels import catalogue
from salesplan_xl.workbook.references import references
from salesplan_xl.workbook.rows import Rows, distinct
from salesplan_xl.workbook.schema import Column, Kind, NamedCell, Table
from salesplan_xl.workbook.sheets import TABLES
from salesplan_xl.workbook.wording import bound_text, kind_text, shown
from tests.workbook.tables import ENGLISH_HEADERS, HEADERS, KINDS, LABELS, cells, read, sound

# Columns of the sheet, as `tables.cells` lays them out.
PLACES = dict(zip(ENGLISH_HEADERS, "BCDEFGHIJKLM", strict=True))
NA = ErrorCell("#N/A")
TYPED = FormulaCell("1+1", 2.0)
BROKEN = FormulaCell("1/0", ErrorCell("#DIV/0!"))
JULY = datetime.date(2019, 7, 1)
BLANK = None


def one(column: str, cell: Cell) -> tuple[Any, list[str]]:
    """What a single cell of a column reads as (None for a blank), and the codes of what is wrong with it."""
    rows, problems = read([{column: cell}])
    value = rows.frame[column].iloc[0]
    if isinstance(value, pd.Timestamp):
        value = value.date()
    assert {problem.cell for problem in problems} <= {f"{PLACES[column]}8"}
    return (None if pd.isna(value) else value), [problem.code for problem in problems]


@pytest.mark.parametrize("column", ["text", "whole", "number", "amount", "share", "day", "month", "choice", "refers"])
@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        pytest.param(None, [], id="blank"),
        pytest.param("", [], id="text of no length"),
        pytest.param(NA, ["E-CELL-ERROR"], id="error"),
        pytest.param(TYPED, ["E-CELL-FORMULA"], id="formula"),
        pytest.param(BROKEN, ["E-CELL-ERROR"], id="formula that shows an error"),
        pytest.param(True, ["E-CELL-KIND"], id="truth value"),
    ],
)
def test_every_kind_keeps_a_blank_and_refuses_what_is_no_typed_value(column: str, cell: Cell, codes: list[str]) -> None:
    assert one(column, cell) == (None, codes)


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        pytest.param("text", "Ana", "Ana", id="text"),
        pytest.param("text", " Ana ", " Ana ", id="text keeps its spaces"),
        pytest.param("text", 275.0, "275", id="an id typed as a number"),
        pytest.param("text", 1e15, "1e+15", id="a number beyond fifteen digits"),
        pytest.param("text", 123456789012345.0, "123456789012345", id="fifteen digits"),
        pytest.param("text", 0.5, "0.5", id="a fraction"),
        pytest.param("text", "0275", "0275", id="a text of digits keeps its zero"),
        pytest.param("whole", 3.0, 3.0, id="whole"),
        pytest.param("whole", 0.0, 0.0, id="the bound itself"),
        pytest.param("number", 2.5, 2.5, id="number"),
        pytest.param("number", -1e300, -1e300, id="a large number"),
        pytest.param("number", 100.0, 100.0, id="the upper bound itself"),
        pytest.param("amount", 12.34, 12.34, id="amount"),
        pytest.param("amount", 0.1 + 0.2, 0.1 + 0.2, id="an amount off by what a computer cannot hold"),
        pytest.param("amount", 123456789012.34, 123456789012.34, id="a large amount with cents"),
        pytest.param("share", 0.25, 0.25, id="share"),
        pytest.param("share", -1.5, -1.5, id="share without a bound"),
        pytest.param("day", 43647.0, JULY, id="date"),
        pytest.param("day", 43647.75, JULY, id="the time of day is left out"),
        pytest.param("day", 61.0, datetime.date(1900, 3, 1), id="first day that all calendars agree on"),
        pytest.param("day", 2958465.0, datetime.date(9999, 12, 31), id="last day"),
        pytest.param("month", 43647.0, JULY, id="first of a month"),
        pytest.param("choice", "given", "given", id="choice"),
        pytest.param("refers", "North", "North", id="a reference is looked up elsewhere"),
    ],
)
def test_a_value_of_its_kind_is_read(column: str, cell: Cell, value: object) -> None:
    assert one(column, cell) == (value, [])


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        *(
            pytest.param(column, text, "E-CELL-KIND", id=f"{column} as text")
            for column, text in (("whole", "3"), ("number", "2.5"), ("amount", "12.34"), ("share", "25%"))
        ),
        pytest.param("day", "2019-07-01", "E-CELL-KIND", id="date as text"),
        pytest.param("month", "2019-07", "E-CELL-KIND", id="month as text"),
        pytest.param("whole", 2.5, "E-CELL-KIND", id="not whole"),
        pytest.param("whole", -1.0, "E-CELL-BOUND", id="below the bound"),
        pytest.param("whole", -1.5, "E-CELL-KIND", id="one problem a cell"),
        pytest.param("number", 100.1, "E-CELL-BOUND", id="above the bound"),
        pytest.param("amount", -0.01, "E-CELL-BOUND", id="an amount below the bound"),
        pytest.param("amount", 12.345, "E-CELL-KIND", id="half a cent"),
        pytest.param("amount", 12.3400000001, "E-CELL-KIND", id="nearly two decimals"),
        pytest.param("amount", 1e13, "E-CELL-LARGE", id="more than fifteen digits with its cents"),
        pytest.param("amount", -1e300, "E-CELL-LARGE", id="far too large"),
        pytest.param("day", 60.0, "E-CELL-KIND", id="29 February 1900, which never was"),
        pytest.param("day", -1.0, "E-CELL-KIND", id="before all dates"),
        pytest.param("day", 2958466.0, "E-CELL-KIND", id="after all dates"),
        pytest.param("month", 43648.0, "E-CELL-KIND", id="second of a month"),
        pytest.param("choice", "Given", "E-CELL-CHOICE", id="a choice in other letters"),
        pytest.param("choice", 1.0, "E-CELL-CHOICE", id="a number for a choice"),
    ],
)
def test_a_value_of_another_kind_is_refused_and_left_blank(column: str, cell: Cell, code: str) -> None:
    assert one(column, cell) == (None, [code])


def test_a_choice_is_read_by_its_text_in_the_files_language_in_english_and_by_its_id() -> None:
    other = replace(LABELS, choices={"consent": {"given": "dado", "refused": "negado", "unknown": "no se sabe"}})
    rows, problems = decode(KINDS, cells([{"choice": text} for text in ("dado", "given", "unknown")]), other)
    assert problems == []
    assert rows.frame["choice"].tolist() == ["given", "given", "unknown"]


def test_headers_are_read_in_the_files_language_in_english_and_by_id() -> None:
    territories = Table("territories", (Column("territory"), Column("country"), Column("region")))
    spanish = {"title": "Zonas", "columns": {"territory": "Zona", "country": "País", "region": "Región"}}
    other = replace(LABELS, tables={"territories": spanish})
    table = CellTable("territories", "S", 2, 1, {"row_id": ["r1"], "Zona": ["N"], "Country": ["US"], "region": ["R"]})
    rows, problems = decode(territories, table, other)
    assert problems == []
    assert rows.frame.to_dict("records") == [{"row_id": "r1", "territory": "N", "country": "US", "region": "R"}]


def test_blanks_are_none_in_text_nan_in_numbers_and_nat_in_dates() -> None:
    frame = sound([{"text": "a"}, {}]).frame
    assert frame["text"].tolist() == ["a", None]
    assert math.isnan(frame["number"][1])
    assert frame["day"][1] is pd.NaT


def test_a_required_cell_that_is_blank_is_told_once() -> None:
    _, problems = read([{"name": None, "text": "a"}, {"name": "", "text": "b"}])
    assert [(problem.code, problem.cell) for problem in problems] == [("E-CELL-REQUIRED", f"C{row}") for row in (8, 9)]


def test_a_required_cell_with_an_error_is_an_error_and_no_blank_however_many_there_are() -> None:
    _, problems = read([{"name": NA, "text": "a"}] * 25)
    assert [problem.code for problem in problems] == ["E-CELL-ERROR"] * 20 + ["W-MORE"]


def test_rows_with_nothing_in_them_are_left_out_and_the_others_know_where_they_stand() -> None:
    blank: dict[str, Cell] = {"row_id": "r9", "name": None, "sum": FormulaCell("x", 1.0)}
    rows, problems = read([blank, {"amount": 1.0}, blank, {"amount": "x"}])
    assert rows.positions.tolist() == [1, 3]
    assert rows.place(1, "amount") == "G11"
    assert [problem.cell for problem in problems] == ["G11"]


def test_columns_that_do_not_stand_side_by_side_are_named_where_they_are() -> None:
    table = cells([{"amount": "x"}])
    apart = CellTable("kinds", "Sheet", 8, 2, table.columns, {HEADERS["amount"]: 30})
    assert [problem.cell for problem in decode(KINDS, apart, LABELS)[1]] == ["AD8"]


def test_formula_columns_are_not_read_but_looked_at() -> None:
    rows, problems = read([{"sum": FormulaCell("x", 1.0)}, {"sum": BROKEN}, {"sum": 5.0}, {}])
    assert "sum" not in rows.frame
    assert [(problem.code, problem.cell) for problem in problems] == [
        ("E-CELL-ERROR", "M9"),
        ("W-CELL-OVERTYPED", "M10"),
    ]


# Rows


def test_rows_without_an_id_get_the_first_that_is_free() -> None:
    rows = sound([{"row_id": "r2"}, {"row_id": None}, {"row_id": ""}, {"row_id": "x"}])
    assert rows.frame["row_id"].tolist() == ["r2", "r1", "r3", "x"]


def test_a_row_id_that_stands_twice_is_refused_with_both_places() -> None:
    _, problems = read([{"row_id": "a"}, {"row_id": "b"}, {"row_id": "a"}])
    assert [(problem.code, problem.cell) for problem in problems] == [("E-ROW-DUPLICATE", "B10")]
    assert problems[0].found == "the row id 'a' a second time; it first stands in B8"


def test_a_key_that_stands_twice_is_refused_even_if_typed_as_number_and_as_text() -> None:
    _, problems = read([{"name": 275.0}, {"name": "275"}])
    assert [(problem.code, problem.cell) for problem in problems] == [("E-KEY-DUPLICATE", "C9")]
    assert problems[0].found == "'275' a second time; it first stands in C8"
    assert problems[0].expected == "one row for each The name"


def test_every_column_that_is_missing_is_named() -> None:
    _, problems = decode(KINDS, cells([{}], only=["row_id", "name", "text"]), LABELS)
    assert {problem.code for problem in problems} == {"E-COLUMN-MISSING"}
    assert [problem.expected for problem in problems][:2] == ["a column headed The whole", "a column headed The number"]
    assert {problem.cell for problem in problems} == {"C7"}  # B7, the row id, is hidden


def test_all_problems_are_told_together_by_row() -> None:
    _, problems = read(
        [
            {"amount": "12", "whole": 1.5},
            {"name": None, "day": "today", "choice": "maybe"},
            {"name": "n1", "row_id": "r1", "number": NA},
        ]
    )
    assert [(problem.code, problem.cell) for problem in problems] == [
        ("E-CELL-KIND", "E8"),
        ("E-CELL-KIND", "G8"),
        ("E-CELL-REQUIRED", "C9"),
        ("E-CELL-KIND", "I9"),
        ("E-CELL-CHOICE", "K9"),
        ("E-CELL-ERROR", "F10"),
        ("E-ROW-DUPLICATE", "B10"),
        ("E-KEY-DUPLICATE", "C10"),
    ]
    assert {problem.sheet for problem in problems} == {"Sheet"}


def test_after_twenty_of_a_kind_in_a_column_the_rest_is_counted() -> None:
    _, problems = read([{"amount": "x", "day": "y"}] * 23)
    assert [problem.code for problem in problems] == ["E-CELL-KIND"] * 39 + ["W-MORE", "E-CELL-KIND", "W-MORE"]
    assert [problem.found for problem in problems if not problem.stops] == [
        "3 more problems like the one in G27",
        "3 more problems like the one in I27",
    ]


@pytest.mark.parametrize(("column", "code"), [("row_id", "E-ROW-DUPLICATE"), ("name", "E-KEY-DUPLICATE")])
def test_repeated_rows_are_counted_too(column: str, code: str) -> None:
    _, problems = read([{column: "same"}] * 23)
    assert [problem.code for problem in problems] == [code] * 20 + ["W-MORE"]
    assert problems[-1].found == f"2 more problems like the one in {PLACES[column]}28"


# References


def territories(*names: str, sheet: str = "Sheet") -> dict[str, Rows]:
    """The master list of territories as it was read."""
    table = TABLES["territories"]
    columns: dict[str, list[Cell]] = {LABELS.header(table.id, one.id): [None] * len(names) for one in table.all_columns}
    columns["Territory"] = [*names]
    rows, problems = decode(table, CellTable(table.id, sheet, 2, 1, columns), LABELS)
    assert problems == []
    return {table.id: rows}


def test_an_unknown_value_is_refused_with_the_nearest_that_is_known() -> None:
    rows = sound([{"refers": "North"}, {"refers": "Nrth"}, {}])
    (problem,) = references(rows, territories("North", "South", sheet="7 Field work"), LABELS)
    assert [problem.code, problem.sheet, problem.cell, problem.found] == [
        "E-CELL-REFERENCE",
        "Sheet",
        "L9",
        "Nrth in The refers",
    ]
    assert problem.expected == "one of the values in Territories, column Territory"
    assert problem.action == "Did you mean North? Correct it, or add it to Territories on the sheet 7 Field work."


def test_an_unknown_value_like_no_other_is_to_be_added() -> None:
    (problem,) = references(sound([{"refers": "Zz {x}"}]), territories(sheet="T"), LABELS)
    assert problem.action == "Correct it, or add Zz {x} to Territories on the sheet T."


def test_a_list_that_was_not_read_is_not_compared_with() -> None:
    assert references(sound([{"refers": "x"}]), {}, LABELS) == []


def test_unknown_values_are_counted_after_twenty() -> None:
    problems = references(sound([{"refers": "x"}] * 30), territories("North"), LABELS)
    assert len(problems) == 21
    assert problems[-1].found == "10 more problems like the one in L27"


# Named cells


@pytest.mark.parametrize(
    ("named", "cell", "value"),
    [
        pytest.param(NamedCell("x", Kind.TEXT), "EUR", "EUR", id="text"),
        pytest.param(NamedCell("x", Kind.TEXT), 7.0, "7", id="a number for a text"),
        pytest.param(NamedCell("x", Kind.INTEGER), 20.0, 20.0, id="number"),
        pytest.param(NamedCell("x", Kind.MONTH), 43647.0, JULY, id="month"),
        pytest.param(NamedCell("x", Kind.TEXT, choices="yes_no"), "yes", "yes", id="choice"),
        pytest.param(NamedCell("x", Kind.NUMBER), None, None, id="blank"),
    ],
)
def test_a_named_cell_is_read(named: NamedCell, cell: Cell, value: object) -> None:
    assert decode_cell(named, cell, LABELS, sheet="Home", place="C4", label="Label") == (value, [])


@pytest.mark.parametrize(
    ("named", "cell", "code"),
    [
        pytest.param(NamedCell("x", Kind.NUMBER, required=True), None, "E-CELL-REQUIRED", id="blank"),
        pytest.param(NamedCell("x", Kind.NUMBER, at_most=1), 2.0, "E-CELL-BOUND", id="bound"),
        pytest.param(NamedCell("x", Kind.MONTH), 43648.0, "E-CELL-KIND", id="kind"),
        pytest.param(NamedCell("x", Kind.TIME), 8.5, "E-CELL-KIND", id="eight and a half is no part of a day"),
        pytest.param(NamedCell("x", Kind.TIME), "8:30", "E-CELL-KIND", id="a time as text"),
        pytest.param(NamedCell("x", Kind.TEXT, choices="yes_no"), "maybe", "E-CELL-CHOICE", id="choice"),
        pytest.param(NamedCell("x", Kind.NUMBER), TYPED, "E-CELL-FORMULA", id="formula"),
        pytest.param(NamedCell("x", Kind.NUMBER), NA, "E-CELL-ERROR", id="error"),
    ],
)
def test_a_named_cell_that_is_wrong_is_named_with_its_place_and_label(named: NamedCell, cell: Cell, code: str) -> None:
    value, (problem,) = decode_cell(named, cell, LABELS, sheet="Home", place="C4", label="Label")
    assert value is None
    assert [problem.code, problem.sheet, problem.cell] == [code, "Home", "C4"]
    assert problem.found.endswith("Label")


# Texts of files without types


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        pytest.param(Kind.TEXT, " 0275 ", "0275", id="text"),
        pytest.param(Kind.TEXT, "  ", None, id="spaces are blank"),
        pytest.param(Kind.AMOUNT, "", None, id="blank"),
        pytest.param(Kind.AMOUNT, "12.50", 12.5, id="decimal point"),
        pytest.param(Kind.AMOUNT, "-.5", -0.5, id="sign and bare fraction"),
        pytest.param(Kind.AMOUNT, "12,50", "12,50", id="decimal comma"),
        pytest.param(Kind.AMOUNT, "1,200.00", "1,200.00", id="thousands"),
        pytest.param(Kind.AMOUNT, "(5)", "(5)", id="accountants' minus"),
        pytest.param(Kind.NUMBER, "1e3", 1000.0, id="exponent"),
        pytest.param(Kind.NUMBER, "1e999", "1e999", id="no finite number"),
        pytest.param(Kind.NUMBER, "nan", "nan", id="nan is a word"),
        pytest.param(Kind.NUMBER, "inf", "inf", id="inf is a word"),
        pytest.param(Kind.NUMBER, "1_000", "1_000", id="an underscore"),
        pytest.param(Kind.NUMBER, "٣", "٣", id="digits of another script"),
        pytest.param(Kind.SHARE, "25%", 0.25, id="per cent"),
        pytest.param(Kind.AMOUNT, "25%", "25%", id="per cent of what"),
        pytest.param(Kind.DATE, "2019-07-01", 43647.0, id="date"),
        pytest.param(Kind.DATE, "2019-07-01 13:45", 43647.0, id="date and time"),
        pytest.param(Kind.DATE, "2019-07-01T13:45:10.5", 43647.0, id="date and time in full"),
        pytest.param(Kind.DATE, "2019-02-29", "2019-02-29", id="no such day"),
        pytest.param(Kind.DATE, "01/07/2019", "01/07/2019", id="day or month first"),
        pytest.param(Kind.DATE, "20190701", "20190701", id="without hyphens"),
        pytest.param(Kind.MONTH, "2019-07-01", 43647.0, id="month"),
        pytest.param(Kind.TIME, "8:30", 510 / 1440, id="time of day"),
        pytest.param(Kind.TIME, "0.5", 0.5, id="part of a day"),
        pytest.param(Kind.TIME, "24:00", "24:00", id="no such time"),
        pytest.param(Kind.TIME, "8.30pm", "8.30pm", id="time with a word"),
    ],
)
def test_a_text_is_read_as_its_kind_or_left_as_it_is(kind: Kind, text: str, value: Value) -> None:
    assert from_text(kind, text) == value


# Words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "a blank"),
        ("12,5", "'12,5'"),
        ("x" * 50, "'" + "x" * 37 + "...'"),
        (3.0, "3"),
        (0.1 + 0.2, "0.3"),
        (np.float64(1234567.89), "1234567.89"),
        (True, "TRUE"),
        (TYPED, "=1+1"),
        (NA, "#N/A"),
    ],
)
def test_a_value_is_shown_as_a_person_sees_it(value: object, text: str) -> None:
    assert shown(value) == text


@pytest.mark.parametrize(
    ("low", "high", "text"), [(0, None, "at least 0"), (None, 1, "at most 1"), (-90, 90, "from -90 to 90")]
)
def test_bounds_are_said_in_words(low: float | None, high: float | None, text: str) -> None:
    assert bound_text(Column("x", Kind.NUMBER, at_least=low, at_most=high), catalogue()) == text


def test_every_kind_is_said_in_words() -> None:
    assert len({kind_text(Column("x", kind), catalogue()) for kind in Kind}) == len(Kind)


# Laws

WHOLE = st.integers(0, 10**9).map(float)
CENTS = st.integers(0, 10**14).map(lambda count: count / 100)
DAYS = st.dates(datetime.date(1900, 3, 1)).map(serial_of)
MONTHS = st.dates(datetime.date(1900, 4, 1)).map(lambda day: serial_of(day.replace(day=1)))
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=8)
FLOATS = st.floats(-1e300, 100)
ROWS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "text": TEXTS,
            "whole": WHOLE,
            "number": FLOATS,
            "amount": CENTS,
            "share": FLOATS,
            "day": DAYS,
            "month": MONTHS,
            "choice": st.sampled_from(["given", "refused", "unknown"]),
            "refers": TEXTS,
        },
    ),
    max_size=6,
)


@settings(max_examples=40, deadline=None)
@given(rows=ROWS)
def test_what_is_read_is_written_back_as_it_was(rows: list[dict[str, Cell]]) -> None:
    decoded = sound(rows)
    for column in KINDS.stored_columns:
        written = encode(column, decoded.frame[column.id].to_numpy(), LABELS)
        assert written == list(decoded.cells.columns[ENGLISH_HEADERS[column.id]])


@given(day=st.dates(datetime.date(1900, 3, 1)))
def test_a_date_is_its_serial_number(day: datetime.date) -> None:
    assert day_of(serial_of(day)) == day


def test_dates_of_any_sort_are_written_as_serial_numbers() -> None:
    day = Column("day", Kind.DATE)
    values = [JULY, datetime.datetime(2019, 7, 1, 12), pd.Timestamp(JULY), None, pd.NaT]  # noqa: DTZ001 - as typed
    assert encode(day, values, LABELS) == [43647.0, 43647.0, 43647.0, None, None]


@given(wanted=st.lists(st.sampled_from(["a", "a'", "b"])), taken=st.sets(st.sampled_from(["a", "a'", "b"])))
def test_row_ids_are_given_once(wanted: list[str], taken: set[str]) -> None:
    names = distinct(wanted, taken)
    assert len({*names, *taken}) == len(names) + len(taken)
    assert [name.rstrip("'") for name in names] == [name.rstrip("'") for name in wanted]

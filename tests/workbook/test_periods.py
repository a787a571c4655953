"""Periods: a month by its first day, or a half or a quarter of the plan's year by its name."""

from __future__ import annotations

import datetime

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesplan_xl.workbook.cells import Cell, CellTable, ErrorCell
from salesplan_xl.workbook.changes import plain, typed
from salesplan_xl.workbook.codec import decode, encode, from_text
from salesplan_xl.workbook.dates import serial_of
from salesplan_xl.workbook.labels import catalogue
from salesplan_xl.workbook.periods import PARTS, first_day, month_text, months_of
from salesplan_xl.workbook.problems import Problem
from salesplan_xl.workbook.schema import Column, Kind, Table

PERIOD = Column("period", Kind.PERIOD)
HOLDS = Table("budget_holds", (Column("owner", required=True), PERIOD))
LABELS = catalogue()
YEAR = tuple(pd.date_range("2026-07-01", periods=12, freq="MS"))


def read(cell: Cell) -> tuple[object, list[Problem]]:
    """What a cell reads as, and what is wrong with it."""
    cells = CellTable("budget_holds", "Sheet", 2, 1, {"row_id": ["r1"], "Owner": ["Ana"], "Period": [cell]})
    rows, problems = decode(HOLDS, cells, LABELS)
    return rows.frame["period"].iloc[0], problems


@pytest.mark.parametrize(
    ("cell", "period"),
    [(46023.0, "2026-01"), ("Q1", "Q1"), (" h2 ", "H2"), (None, None), ("", None)],
)
def test_a_period_is_read(cell: Cell, period: str | None) -> None:
    assert read(cell) == (period, [])


@pytest.mark.parametrize("cell", [46024.0, "Q0", "Q5", "H3", "2026-01", "January", 60.0, True])
def test_what_is_no_period_is_refused_with_what_may_stand_there(cell: Cell) -> None:
    period, (problem,) = read(cell)
    assert (period, problem.code, problem.cell) == (None, "E-CELL-KIND", "C2")
    assert "H1, H2, Q1, Q2, Q3, Q4" in problem.expected


def test_an_error_in_a_period_is_told() -> None:
    assert [problem.code for problem in read(ErrorCell("#N/A"))[1]] == ["E-CELL-ERROR"]


@given(
    st.one_of(st.sampled_from(sorted(PARTS)), st.dates(datetime.date(1900, 4, 1)).map(lambda day: day.replace(day=1)))
)
def test_a_period_is_written_back_as_it_was(typed_in: str | datetime.date) -> None:
    cell = typed_in if isinstance(typed_in, str) else serial_of(typed_in)
    period, problems = read(cell)
    assert problems == []
    assert encode(PERIOD, [period, None], LABELS) == [cell, None]
    assert typed(PERIOD, plain(PERIOD, [period])[0]) == period


@pytest.mark.parametrize(
    ("text", "cell"), [("2026-01-01", 46023.0), ("Q3", "Q3"), ("", None), ("2026-02-30", "2026-02-30")]
)
def test_a_text_of_a_file_is_read_as_a_period_or_left_as_it_is(text: str, cell: Cell) -> None:
    assert from_text(Kind.PERIOD, text) == cell


def test_halves_and_quarters_count_from_the_first_month_of_the_plan() -> None:
    assert [month_text(YEAR[at]) for at in months_of("Q2", YEAR)] == ["2026-10", "2026-11", "2026-12"]
    assert [month_text(YEAR[at]) for at in months_of("H2", YEAR)][::5] == ["2027-01", "2027-06"]
    for size, names in ((6, ("H1", "H2")), (3, ("Q1", "Q2", "Q3", "Q4"))):
        assert [at for name in names for at in months_of(name, YEAR)] == list(range(12))
        assert {len(months_of(name, YEAR)) for name in names} == {size}


def test_a_month_is_one_of_the_plans_or_none() -> None:
    assert months_of("2027-06", YEAR) == (11,)
    assert months_of("2026-06", YEAR) == ()
    assert first_day("2026-06") == datetime.date(2026, 6, 1)

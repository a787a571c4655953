"""Dates and serial numbers, one at a time and in columns."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesplan_xl.workbook.dates import EARLIEST, LAST_SERIAL, LATEST, day_of, days_of, serial_of, serials_of

# Serial numbers as Excel shows them for these days.
KNOWN = [
    pytest.param("1900-01-05", 5.0, id="before the day that never was"),
    pytest.param("1900-02-28", 59.0, id="the day before it"),
    pytest.param("1900-03-01", 61.0, id="the day after it"),
    pytest.param("2026-01-01", 46_023.0, id="a day of ours"),
    pytest.param("9999-12-31", 2_958_465.0, id="the last day"),
]


@pytest.mark.parametrize(("day", "serial"), KNOWN)
def test_one_date_and_a_column_of_dates_have_the_same_serial_numbers(day: str, serial: float) -> None:
    assert serial_of(datetime.date.fromisoformat(day)) == serial
    assert day_of(serial).isoformat() == day
    assert serials_of(np.array([day, "NaT"], "datetime64[D]")).tolist()[0] == serial


def test_a_blank_stays_a_blank() -> None:
    assert np.isnan(serials_of(np.array(["NaT"], "datetime64[D]"))).all()
    assert np.isnat(days_of(np.array([np.nan]))).all()


@pytest.mark.parametrize(
    ("serial", "day"),
    [
        pytest.param(60.99, None, id="before March 1900"),
        pytest.param(61.0, "1900-03-01", id="the first"),
        pytest.param(46_023.75, "2026-01-01", id="with a time of day"),
        pytest.param(2_958_465.5, "9999-12-31", id="the last"),
        pytest.param(2_958_466.0, None, id="after the year 9999"),
        pytest.param(-np.inf, None, id="no finite number"),
    ],
)
def test_a_plan_takes_the_dates_on_which_calendar_and_serial_numbers_agree(serial: float, day: str | None) -> None:
    assert days_of(np.array([serial])).astype(str).tolist() == [day or "NaT"]


@given(st.lists(st.dates(EARLIEST, LATEST)))
def test_dates_come_back_from_their_serial_numbers(days: list[datetime.date]) -> None:
    column = np.array(days, "datetime64[D]")
    assert days_of(serials_of(column)).tolist() == days
    assert serials_of(column).tolist() == [serial_of(day) for day in days]


def test_the_last_serial_number_is_that_of_the_last_day() -> None:
    assert serial_of(LATEST) == LAST_SERIAL

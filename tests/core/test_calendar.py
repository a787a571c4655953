import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesplan_xl.core.calendar import day_weights, month_starts, working_days
from salesplan_xl.core.errors import (
    OutOfRangeError,
    PlanError,
    UnknownPlaceError,
    UnknownYearError,
    WrongDatesError,
    WrongShapeError,
    WrongWeekError,
)

DATES = st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31))


@pytest.mark.parametrize(
    ("start", "end", "options", "days"),
    [
        pytest.param("2026-01-01", "2027-01-01", {"country": "US"}, 250, id="a year: 261 weekdays less 11"),
        pytest.param("2026-01-01", "2027-01-01", {"country": "us "}, 250, id="a country in lower case"),
        pytest.param("2026-01-01", "2027-01-01", {}, 261, id="without holidays"),
        pytest.param("2024-02-01", "2024-03-01", {}, 21, id="a leap February"),
        pytest.param("2026-07-03", "2026-07-04", {"country": "US"}, 0, id="the day off for the Fourth of July"),
        pytest.param("2026-01-05", "2026-01-05", {}, 0, id="an empty span"),
        pytest.param("2026-01-05", "2026-01-12", {"week": "1111110"}, 6, id="Saturdays too"),
        pytest.param("2026-01-01", "2026-02-01", {"country": "ES", "subdivision": "CT"}, 20, id="Catalonia: 1, 6"),
        pytest.param("2026-03-30", "2026-04-01", {"country": "US", "subdivision": " ca"}, 1, id="Cesar Chavez Day"),
        pytest.param(
            "2100-12-30", "2101-01-01", {"country": "US"}, 1, id="New Year 2101, a Saturday, is had on Friday"
        ),
        pytest.param("9999-12-31", "10000-01-01", {}, 1, id="the last day there is"),
    ],
)
def test_working_days_are_counted(start: str, end: str, options: dict[str, str], days: int) -> None:
    assert working_days(np.datetime64(start), np.datetime64(end), **options) == days


def test_many_spans_are_counted_at_once() -> None:
    starts = month_starts(dt.date(2026, 1, 1), 13)
    days = working_days(starts[:-1], starts[1:], country="US")
    assert np.asarray(days).tolist() == [20, 19, 22, 22, 20, 21, 22, 21, 21, 21, 19, 22]


@pytest.mark.parametrize(
    ("options", "refusal", "words"),
    [
        pytest.param({"country": "USA1"}, UnknownPlaceError, "ISO code", id="no such country"),
        pytest.param({"country": "US", "subdivision": "XX"}, UnknownPlaceError, "CA", id="no such state"),
        pytest.param({"end": dt.date(9999, 12, 31), "country": "US"}, UnknownYearError, "for 2101", id="no such years"),
        pytest.param({"start": dt.date(2007, 12, 1), "country": "ES"}, UnknownYearError, "for 2007", id="too early"),
        pytest.param(
            {"end": dt.date(2036, 1, 2), "country": "IN"}, UnknownYearError, "for 2036", id="holidays missing"
        ),
        pytest.param({"week": "11111"}, WrongWeekError, "seven digits", id="five digits"),
        pytest.param({"week": "0000000"}, WrongWeekError, "working day", id="no working day"),
        pytest.param({"week": "1111102"}, WrongWeekError, "0 and 1", id="another digit"),
        pytest.param({"start": dt.date(2026, 3, 1)}, WrongDatesError, "earlier one first", id="ends first"),
        pytest.param({"start": np.datetime64("NaT")}, WrongDatesError, "both dates", id="no date"),
    ],
)
def test_what_cannot_be_counted_is_refused(options: dict[str, object], refusal: type[PlanError], words: str) -> None:
    span: dict[str, object] = {"start": dt.date(2026, 1, 1), "end": dt.date(2026, 2, 1)}
    with pytest.raises(refusal, match=words):
        working_days(**{**span, **options})  # type: ignore[arg-type]  # what is refused has the wrong type


@given(DATES, DATES, DATES)
def test_spans_that_follow_each_other_add_up(one: dt.date, two: dt.date, three: dt.date) -> None:
    start, middle, end = sorted([one, two, three])
    parts = working_days(start, middle, country="ES"), working_days(middle, end, country="ES")
    assert sum(int(days) for days in parts) == working_days(start, end, country="ES")


def test_months_start_on_the_first() -> None:
    starts = month_starts(dt.date(2026, 11, 15), 3)
    assert starts.astype(str).tolist() == ["2026-11-01", "2026-12-01", "2027-01-01"]


def test_days_weigh_by_their_weekday_and_holidays_nothing() -> None:
    # Monday the 29th of December 2025 to Sunday the 4th of January 2026; Thursday is New Year
    week = day_weights(dt.date(2025, 12, 29), dt.date(2026, 1, 5), weekdays=[1, 2, 3, 4, 5, 0, 0], country="US")
    assert week.tolist() == [1, 2, 3, 0, 5, 0, 0]
    assert day_weights(dt.date(2026, 1, 1), dt.date(2026, 1, 1), country="US").tolist() == []


@given(DATES, DATES)
def test_days_of_a_working_week_that_weigh_one_are_its_working_days(one: dt.date, two: dt.date) -> None:
    start, end = sorted([one, two])
    weights = day_weights(start, end, weekdays=[1, 1, 1, 1, 1, 0, 0], country="ES")
    assert weights.sum() == working_days(start, end, country="ES")


@pytest.mark.parametrize(
    ("options", "refusal"),
    [
        pytest.param({"weekdays": [1] * 5}, WrongShapeError, id="five weekdays"),
        pytest.param({"weekdays": [1] * 6 + [-1]}, OutOfRangeError, id="a negative weekday"),
        pytest.param({"end": dt.date(2025, 1, 1)}, WrongDatesError, id="ends first"),
        pytest.param({"country": "USA1"}, UnknownPlaceError, id="no such country"),
    ],
)
def test_days_that_cannot_be_weighed_are_refused(options: dict[str, object], refusal: type[PlanError]) -> None:
    span: dict[str, object] = {"start": dt.date(2026, 1, 1), "end": dt.date(2026, 2, 1)}
    with pytest.raises(refusal):
        day_weights(**{**span, **options})  # type: ignore[arg-type]  # what is refused has the wrong type

"""Fiscal weeks that cover a plan's year, and weekdays that weigh more or less."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesplan_xl.core.calendar import weekday_weights
from salesplan_xl.core.errors import WrongDatesError, WrongWeekError
from salesplan_xl.core.periods import Kind, MonthCalendar, WeekCalendar, covering, cut

DAY = dt.date


def test_weeks_of_three_fiscal_years_cover_a_calendar_year() -> None:
    # fiscal years end on the last Saturday of December: the 27th in 2025, the 26th in 2026
    weeks = covering(WeekCalendar(), (DAY(2026, 1, 1), DAY(2027, 1, 1)), "week")
    # 2025 ended on the 27th of December, so the first of January, a Thursday, is in the first week of 2026
    assert (weeks.names[0], str(weeks.starts[0]), str(weeks.ends[0])) == ("2026-W01", "2026-01-01", "2026-01-04")
    assert (weeks.names[-1], str(weeks.starts[-1]), str(weeks.ends[-1])) == ("2027-W01", "2026-12-27", "2027-01-01")
    assert len(weeks) == 53


def test_a_span_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(WrongDatesError):
        covering(WeekCalendar(), (DAY(2026, 1, 2), DAY(2026, 1, 1)), "week")


@given(
    first=st.dates(DAY(1950, 1, 1), DAY(2100, 1, 1)),
    days=st.integers(1, 800),
    calendar=st.one_of(
        st.builds(
            WeekCalendar,
            last_month=st.integers(1, 12),
            weekday=st.integers(0, 6),
            ending=st.sampled_from(["last", "nearest"]),
            pattern=st.sampled_from(["4-4-5", "4-5-4", "5-4-4"]),
        ),
        st.builds(MonthCalendar, first_month=st.integers(1, 12)),
    ),
    kind=st.sampled_from(["year", "half", "quarter", "month", "week", "day"]),
)
def test_every_day_of_a_span_is_in_one_period(
    first: dt.date, days: int, calendar: WeekCalendar | MonthCalendar, kind: Kind
) -> None:
    span = (first, first + dt.timedelta(days=days))
    periods = covering(calendar, span, kind)
    assert (periods.starts[0], periods.ends[-1]) == tuple(np.array(span, "datetime64[D]"))
    assert (periods.days > 0).all()
    if isinstance(calendar, WeekCalendar):
        assert len(set(periods.names)) == len(periods)


@given(first=st.dates(DAY(1950, 1, 1), DAY(2100, 1, 1)), days=st.integers(1, 400))
def test_calendar_months_are_those_of_a_fiscal_year_too(first: dt.date, days: int) -> None:
    span = (first, first + dt.timedelta(days=days))
    covered, plain = covering(MonthCalendar(), span, "month"), cut(span, "month")
    assert (covered.names, covered.borders.tolist()) == (plain.names, plain.borders.tolist())


@pytest.mark.parametrize(
    ("week", "weights"),
    [
        pytest.param("1111100", (1, 1, 1, 1, 1, 0, 0), id="digits"),
        pytest.param("2111100", (2, 1, 1, 1, 1, 0, 0), id="a digit may count twice"),
        pytest.param("111110", (0, 1, 1, 1, 1, 1, 0), id="a spreadsheet dropped the zero in front"),
        pytest.param(" 1.5 1 1 1 0.5 0 0 ", (1.5, 1, 1, 1, 0.5, 0, 0), id="numbers"),
    ],
)
def test_weekdays_are_read(week: str, weights: tuple[float, ...]) -> None:
    assert weekday_weights(week) == weights


@pytest.mark.parametrize("week", ["", "0000000", "11111111", "1 1 1", "1 1 1 1 1 0 -1", "1 1 1 1 1 0 inf", "Mo Tu We"])
def test_what_is_no_week_is_refused(week: str) -> None:
    with pytest.raises(WrongWeekError, match="write 1111100 for Monday to Friday, or"):
        weekday_weights(week)

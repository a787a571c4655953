import datetime as dt
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesplan_xl.core.calendar import day_weights
from salesplan_xl.core.errors import (
    OutOfRangeError,
    PlanError,
    SpansDisagreeError,
    WrongChoiceError,
    WrongDatesError,
    WrongShapeError,
    WrongWeekPatternError,
)
from salesplan_xl.core.periods import Kind, MonthCalendar, Periods, WeekCalendar, carry_over, cut, shared_days

KINDS: tuple[Kind, ...] = ("year", "half", "quarter", "month", "week", "day")
CALENDARS = st.builds(MonthCalendar, st.integers(1, 12)) | st.builds(
    WeekCalendar,
    st.integers(1, 12),
    st.integers(0, 6),
    st.sampled_from(["last", "nearest"]),
    st.sampled_from(["4-4-5", "4-5-4", "5-4-4"]),
    st.integers(1, 4),
)


def test_a_fiscal_year_of_months_starts_in_any_month() -> None:
    calendar = MonthCalendar(first_month=7)
    halves = calendar.periods(2026, "half")
    assert halves.borders.astype(str).tolist() == ["2025-07-01", "2026-01-01", "2026-07-01"]
    assert halves.names == ("2026-H1", "2026-H2")
    assert calendar.periods(2026, "month").names[::6] == ("2025-07", "2026-01")
    assert calendar.periods(2026, "year").days.tolist() == [365]


def test_weeks_of_a_fiscal_year_are_iso_weeks_cut_at_its_ends() -> None:
    # 2026 starts on a Thursday and ends on a Thursday, in week 53
    weeks = MonthCalendar().periods(2026, "week")
    assert (weeks.names[0], weeks.names[-1], len(weeks)) == ("2026-W01", "2026-W53", 53)
    assert weeks.days.tolist() == [4, *[7] * 51, 4]


@pytest.mark.parametrize(
    ("start", "end", "kind", "names", "days"),
    [
        pytest.param("2026-02-16", "2026-04-02", "month", ["2026-02", "2026-03", "2026-04"], [13, 31, 1], id="months"),
        pytest.param("2025-12-31", "2026-01-02", "year", ["2025", "2026"], [1, 1], id="years"),
        pytest.param("2026-03-31", "2026-07-02", "half", ["2026-H1", "2026-H2"], [92, 1], id="halves"),
        pytest.param("2026-03-31", "2026-04-02", "quarter", ["2026-Q1", "2026-Q2"], [1, 1], id="quarters"),
        pytest.param("2025-12-29", "2026-01-12", "week", ["2026-W01", "2026-W02"], [7, 7], id="whole weeks"),
        pytest.param("2026-02-28", "2026-03-02", "day", ["2026-02-28", "2026-03-01"], [1, 1], id="days"),
        pytest.param("2026-02-28", "2026-02-28", "month", [], [], id="an empty span"),
        pytest.param("1969-12-31", "1970-01-02", "month", ["1969-12", "1970-01"], [1, 1], id="before day zero"),
    ],
)
def test_a_span_is_cut_at_calendar_borders(start: str, end: str, kind: Kind, names: list[str], days: list[int]) -> None:
    periods = cut((dt.date.fromisoformat(start), dt.date.fromisoformat(end)), kind)
    assert list(periods.names) == names
    assert periods.days.tolist() == days


@pytest.mark.parametrize("ending", ["last", "nearest"])
@pytest.mark.parametrize(("month", "weekday"), [(1, 5), (12, 5), (8, 6), (2, 3), (6, 4)])
def test_week_years_and_quarters_are_those_of_pandas(
    ending: Literal["last", "nearest"], month: int, weekday: int
) -> None:
    calendar = WeekCalendar(last_month=month, weekday=weekday, ending=ending, long_quarter=2)
    rule: dict[str, Any] = {"startingMonth": month, "weekday": weekday, "variation": ending, "qtr_with_extra_week": 2}
    offset: Any = pd.offsets.FY5253Quarter(**rule)
    long_years = 0
    for year in range(2000, 2040):
        quarters = calendar.periods(year, "quarter")
        last_days = [pd.Timestamp(end - 1) for end in quarters.ends]
        assert all(offset.is_on_offset(day) for day in last_days)
        assert last_days[1:] == [day + offset for day in last_days[:-1]]
        assert (quarters.days // 7).tolist() == offset.get_weeks(last_days[0])
        long_years += int(quarters.days.sum()) == 53 * 7
    assert 6 <= long_years <= 8  # 53 weeks come every five to six years


def test_the_53rd_week_lengthens_the_last_month_of_its_quarter() -> None:
    # the last Saturday of January 2028 is the 29th, 52 weeks after the 30th of 2027; 2023 ends 371 days after 2022
    years = [WeekCalendar(last_month=1, ending="nearest").year(year) for year in range(2017, 2031)]
    long = [end.year for start, end in years if (end - start).days == 371]
    assert long == [2018, 2024, 2029]
    months = WeekCalendar(last_month=1, ending="nearest", pattern="4-5-4").periods(2024, "month")
    assert (months.days // 7).tolist() == [4, 5, 4] * 3 + [4, 5, 5]
    assert months.names[-1] == "2024-P12"


@given(CALENDARS, st.integers(1901, 2200))
def test_periods_of_every_kind_fill_the_same_year(calendar: Any, year: int) -> None:
    rows = [calendar.periods(year, kind) for kind in KINDS]
    for periods in rows:
        assert len(periods) == len(set(periods.names)) == len(periods.borders) - 1
        assert (periods.days > 0).all()
        assert (periods.borders[0], periods.borders[-1]) == (rows[0].borders[0], rows[0].borders[-1])
    for outer, inner in pairwise(rows[:4]):
        assert np.isin(outer.borders, inner.borders).all()
    assert calendar.periods(year + 1, "year").borders[0] == rows[0].borders[-1]


def test_a_month_goes_to_its_weeks_by_days() -> None:
    # 310 for 31 days of March is 10 a day; the first week has four of them, the last six
    march = Periods(("March",), np.array(["2009-03-01", "2009-04-01"], dtype="datetime64[D]"))
    weeks = Periods(tuple("abcde"), np.datetime64("2009-02-26") + 7 * np.arange(6))
    assert carry_over([310], march, weeks).tolist() == [[40, 70, 70, 70, 60]]


def test_days_may_weigh_differently() -> None:
    span = (dt.date(2026, 6, 1), dt.date(2026, 6, 15))
    weights = day_weights(*span, weekdays=[1.2, 1, 1, 1, 0.8, 0, 0])
    days = carry_over(
        [1000], Periods(("both weeks",), np.array(span, "datetime64[D]")), cut(span, "day"), weights=weights
    )
    assert days[0].tolist() == [120, 100, 100, 100, 80, 0, 0] * 2


def test_a_period_whose_days_weigh_nothing_is_shared_by_plain_days() -> None:
    weekend = (dt.date(2026, 6, 6), dt.date(2026, 6, 8))
    weights = day_weights(*weekend, weekdays=[1, 1, 1, 1, 1, 0, 0])
    assert carry_over([100], cut(weekend, "month"), cut(weekend, "day"), weights=weights).tolist() == [[50, 50]]


@given(st.dates(dt.date(2000, 1, 1), dt.date(2040, 1, 1)), st.integers(1, 100), st.data())
@settings(max_examples=50, deadline=None)
def test_what_is_carried_over_adds_up(start: dt.date, days: int, data: st.DataObject) -> None:
    span = (start, start + dt.timedelta(days))
    source, target = (cut(span, data.draw(st.sampled_from(KINDS))) for _ in range(2))
    amounts = data.draw(st.lists(st.integers(-(10**12), 10**12), min_size=len(source), max_size=len(source)))
    table = carry_over(amounts, source, target)
    assert table.sum(axis=1).tolist() == amounts
    assert not table[shared_days(source, target) == 0].any()


JUNE = (dt.date(2026, 6, 1), dt.date(2026, 7, 1))


@pytest.mark.parametrize(
    ("call", "refusal"),
    [
        pytest.param(lambda: MonthCalendar(13), OutOfRangeError, id="no such month"),
        pytest.param(lambda: WeekCalendar(last_month=0), OutOfRangeError, id="no such last month"),
        pytest.param(lambda: WeekCalendar(weekday=7), OutOfRangeError, id="no such weekday"),
        pytest.param(lambda: WeekCalendar(long_quarter=5), OutOfRangeError, id="no such quarter"),
        pytest.param(lambda: WeekCalendar(pattern="4-4-4"), WrongWeekPatternError, id="twelve weeks"),
        pytest.param(lambda: WeekCalendar(ending="first"), WrongChoiceError, id="no such rule"),  # type: ignore[arg-type]
        pytest.param(lambda: MonthCalendar().periods(20260, "month"), OutOfRangeError, id="a typing error"),
        pytest.param(lambda: WeekCalendar().year(1), OutOfRangeError, id="too early"),
        pytest.param(lambda: cut(JUNE, "decade"), WrongChoiceError, id="no such kind"),  # type: ignore[arg-type]
        pytest.param(lambda: cut(JUNE[::-1], "day"), WrongDatesError, id="ends first"),
        pytest.param(lambda: carry_over([1, 2], cut(JUNE, "month"), cut(JUNE, "day")), WrongShapeError, id="two"),
        pytest.param(lambda: shared_days(cut(JUNE, "month"), cut(JUNE, "day"), [1]), WrongShapeError, id="one day"),
    ],
)
def test_periods_there_are_not_are_refused(call: Any, refusal: type[PlanError]) -> None:
    with pytest.raises(refusal):
        call()


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        pytest.param(5, 30, "from 2026-06-01 to 2026-06-05", id="too late"),
        pytest.param(1, 25, "from 2026-06-25 to 2026-07-01", id="too early"),
    ],
)
def test_days_without_a_period_to_go_to_are_named(first: int, last: int, words: str) -> None:
    target = cut((dt.date(2026, 6, first), dt.date(2026, 6, last) if last < 30 else JUNE[1]), "day")
    with pytest.raises(SpansDisagreeError, match=words):
        carry_over([1], cut(JUNE, "month"), target)

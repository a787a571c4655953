"""Phase: months broken down to days, ISO weeks and fiscal weeks on the working days of each country, to the cent."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesplan_xl.actions.budget import phase
from tests.actions.setting import DAY, refused, run, small_plan
from tests.memory_book import MemoryBook, Row


def line(month: datetime.date, territory: str, rep: str, budget: float) -> Row:
    """A budget line."""
    return {"month": month, "territory": territory, "rep": rep, "budget": budget, "weight": 1}


def december(**tables: Sequence[Row]) -> MemoryBook:
    """Ana in Colombia and Ben in France, each with a budget of 2100 for December 2026."""
    given: dict[str, Sequence[Row]] = {
        "territories": [{"territory": "North", "country": "CO"}, {"territory": "South", "country": "FR"}],
        "budget_lines": [line(DAY(2026, 12, 1), "North", "Ana", 2100), line(DAY(2026, 12, 1), "South", "Ben", 2100)],
    }
    return small_plan(**{**given, **tables})


def year_of(start: datetime.date, *amounts: float) -> MemoryBook:
    """A plan of a year that starts in any month, one amount a month, repeated."""
    months = pd.date_range(start, periods=12, freq="MS")
    lines = [
        line(month.date(), territory, rep, amounts[at % len(amounts)])
        for at, month in enumerate(months)
        for territory, rep in (("North", "Ana"), ("South", "Ben"))
    ]
    book = small_plan(
        territories=[{"territory": "North", "country": "CO"}, {"territory": "South", "country": "FR"}],
        budget_lines=lines,
    )
    book.write_name("plan_start", float((start - DAY(1899, 12, 30)).days))
    return book


def phased(book: MemoryBook) -> Any:
    """The rows of the budget by day or week; a frame."""
    return book.frame("budget_calendar")


def amounts(book: MemoryBook, node: str) -> dict[str, float]:
    """The budget of a node by period, where there is some."""
    rows = phased(book)
    rows = rows[(rows["node"] == node) & (rows["budget"] != 0)]
    return dict(zip(rows["period"], rows["budget"], strict=True))


def cents(frame: Any, *by: str) -> dict[object, int]:
    """Sums in whole cents."""
    sums = frame.assign(cents=(frame["budget"] * 100).round().astype(int)).groupby([*by])["cents"].sum()
    return {key: int(value) for key, value in sums.items() if value}


def test_december_has_other_days_in_colombia_than_in_france() -> None:
    book = december()
    run(book, "phase", calendar="day", level="territory")
    bogota, paris = amounts(book, "North"), amounts(book, "South")
    # 23 weekdays. In Colombia the 8th and the 25th are holidays: 21 days of 100 each; in France the 25th alone: 22 days
    assert set(bogota.values()) == {100.0}
    assert (len(bogota), len(paris)) == (21, 22)
    assert "2026-12-08" in paris.keys() - bogota.keys()
    assert "2026-12-25" not in bogota.keys() | paris.keys()
    # 2100 / 22 = 95.4545...: ten days, the earlier ones, get the cent more that makes 2100
    assert sorted(paris.values()) == [95.45] * 12 + [95.46] * 10
    assert round(sum(paris.values()), 2) == 2100.0


def test_weeks_are_the_sums_of_their_days_and_the_company_that_of_its_territories() -> None:
    book = december()
    run(book, "phase", calendar="day")
    days = phased(book)
    week = days["first_day"].dt.strftime("%G-W%V")
    by_day = cents(days.assign(week=week), "week")
    run(book, "phase", calendar="week")
    assert cents(phased(book), "period") == by_day
    run(book, "phase", calendar="week", level="rep")
    assert cents(phased(book), "period") == by_day


def test_a_row_says_from_when_to_when_it_is_and_how_many_days_are_worked() -> None:
    book = december()
    run(book, "phase", calendar="week", level="territory")
    rows = phased(book).set_index(["node", "period"])
    colombia, france = rows.loc[("North", "2026-W50")], rows.loc[("South", "2026-W50")]
    # Monday the 7th to Sunday the 13th, with the holiday of the 8th
    assert (colombia["first_day"].date(), colombia["last_day"].date()) == (DAY(2026, 12, 7), DAY(2026, 12, 13))
    assert (colombia["working_days"], france["working_days"]) == (4, 5)
    assert (colombia["calendar"], colombia["level"], colombia["operation"]) == ("week", "territory", 1)
    assert colombia["budget"] == 400.0


def test_the_working_days_of_the_company_are_those_on_which_anybody_works() -> None:
    book = december()
    run(book, "phase", calendar="week")
    rows = phased(book).set_index("period")
    # the 8th in France, the 25th nowhere
    assert (rows.loc["2026-W50", "working_days"], rows.loc["2026-W52", "working_days"]) == (5, 4)


def test_a_year_of_iso_weeks_is_cut_at_both_ends() -> None:
    book = year_of(DAY(2026, 1, 1), 1000)
    run(book, "phase", calendar="week")
    rows = phased(book)
    # the first of January 2026 is a Thursday, and the year has a week 53
    assert (len(rows), rows["period"].iloc[0], rows["period"].iloc[-1]) == (53, "2026-W01", "2026-W53")
    assert (rows["first_day"].iloc[0].date(), rows["last_day"].iloc[0].date()) == (DAY(2026, 1, 1), DAY(2026, 1, 4))
    assert (rows["first_day"].iloc[-1].date(), rows["last_day"].iloc[-1].date()) == (
        DAY(2026, 12, 28),
        DAY(2026, 12, 31),
    )


def test_a_fiscal_year_of_weeks_ends_on_the_last_saturday_of_its_month() -> None:
    book = year_of(DAY(2026, 2, 1), 1000)
    run(book, "phase", calendar="fiscal_month")
    rows = phased(book)
    # the last Saturday of January 2027 is the 30th: fiscal 2027 is the 52 weeks up to it; the 31st is of 2028
    assert rows["period"].tolist() == [*(f"2027-P{month:02}" for month in range(1, 13)), "2028-P01"]
    weeks = ((rows["last_day"] - rows["first_day"]).dt.days + 1) / 7
    assert weeks.tolist()[:12] == [4, 4, 5] * 4
    run(book, "phase", calendar="fiscal_month", week_pattern="5-4-4 weeks")
    rows = phased(book)
    assert (((rows["last_day"] - rows["first_day"]).dt.days + 1) / 7).tolist()[:12] == [5, 4, 4] * 4


def test_a_fiscal_year_of_fifty_three_weeks_has_them_all() -> None:
    book = year_of(DAY(2028, 1, 1), 1000)
    run(book, "phase", calendar="fiscal_week")
    rows = phased(book)
    # Saturdays: fiscal 2028 is from the 26th of December 2027 to the 30th of December 2028: 53 weeks
    of_year = rows[rows["period"].str.startswith("2028-")]
    assert (len(of_year), of_year["period"].iloc[-1]) == (53, "2028-W53")
    assert cents(rows, "node") == {"company": 24 * 1000 * 100}


@pytest.mark.parametrize(("ends", "last"), [("last", DAY(2028, 8, 26)), ("nearest", DAY(2028, 8, 31))])
def test_a_fiscal_year_may_end_nearest_to_the_end_of_the_month(ends: str, last: datetime.date) -> None:
    book = year_of(DAY(2027, 9, 1), 1000)
    run(book, "phase", calendar="fiscal_quarter", year_ends=ends)
    rows = phased(book).set_index("period")
    # the 31st of August 2028 is a Thursday; the Saturday nearest to it is the 2nd of September, beyond the plan's year
    assert rows.loc["2028-Q4", "last_day"].date() == last


def test_weekdays_weigh_as_the_option_says() -> None:
    book = december()
    run(book, "phase", calendar="day", level="territory", week="2 1 1 1 1 0 0")
    paris = amounts(book, "South")
    # Mondays 7, 14, 21, 28 count twice: 4 * 2 + 18 = 26 parts of 2100
    assert paris["2026-12-07"] == pytest.approx(2 * 2100 / 26, abs=0.01)
    assert round(sum(paris.values()), 2) == 2100.0


def test_a_rep_of_two_countries_has_the_days_of_each() -> None:
    lines = [line(DAY(2026, 12, 1), "North", "Ana", 2100), line(DAY(2026, 12, 1), "South", "Ana", 2200)]
    book = december(budget_lines=lines)
    run(book, "phase", calendar="day", level="rep")
    ana = amounts(book, "Ana")
    # on the 8th she sells in France alone
    assert (ana["2026-12-07"], ana["2026-12-08"]) == (200.0, 100.0)


def test_phasing_again_changes_nothing_but_the_operation() -> None:
    book = december()
    run(book, "phase")
    before = phased(book).drop(columns="operation")
    run(book, "phase")
    pd.testing.assert_frame_equal(phased(book).drop(columns="operation"), before)


def test_a_plan_without_lines_and_a_week_that_is_none_are_refused() -> None:
    (problem,) = refused(small_plan(), "phase")
    assert problem.code == "E-BUDGET-NO-LINES-YET"
    (problem,) = refused(december(), "phase", week="never")
    assert problem.code == "E-BUDGET-WEEK"


def test_more_rows_than_a_sheet_holds_are_refused_before_anything_is_worked_out() -> None:
    lines = [line(DAY(2026, 12, 1), "North", f"R{rep}", 1) for rep in range(2900)]
    team = [{"rep": f"R{rep}"} for rep in range(2900)]
    book = december(budget_lines=lines, team=team, customers=[], sales=[])
    (problem,) = refused(book, "phase", calendar="day", level="rep")
    assert problem.code == "E-PHASE-TOO-MANY"
    assert problem.found == "1,058,500 rows to write"  # 365 days of 2900 reps


def test_a_table_that_is_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phase, "MANY_ROWS", 100)
    (warning,) = run(december(), "phase", calendar="day").problems
    assert (warning.code, warning.found) == ("W-PHASE-MANY", "365 rows in the budget by day or week")


def stale(book: MemoryBook) -> list[str]:
    """What the check says of the budget by day or week."""
    return [f"{one.sheet}!{one.cell}" for one in run(book, "check").problems if one.code == "W-PHASE-STALE"]


def test_the_check_says_when_lines_have_changed_since() -> None:
    book = december()
    run(book, "phase", calendar="day", level="territory", week="2 1 1 1 1 0 0")
    assert stale(book) == []
    book.type("budget_lines", 1, "budget", 2200)
    # the rows of the South begin behind the 365 of the North; the first of December is the 335th day
    assert stale(book) == [book.place("budget_calendar", 365 + 334, "budget")]
    run(book, "phase", calendar="day", level="territory")
    assert stale(book) == []


def test_the_check_says_when_an_amount_moves_from_month_to_month() -> None:
    book = december(
        budget_lines=[line(DAY(2026, 11, 1), "North", "Ana", 500), line(DAY(2026, 12, 1), "North", "Ana", 500)]
    )
    run(book, "phase", calendar="week")
    book.type("budget_lines", 0, "budget", 400)
    book.type("budget_lines", 1, "budget", 600)
    assert len(stale(book)) == 1


def test_what_was_phased_before_an_undo_is_judged_by_the_options_it_had() -> None:
    book = december()
    run(book, "phase", calendar="day")
    run(book, "phase", calendar="week", level="rep")
    run(book, "undo")
    assert set(phased(book)["calendar"]) == {"day"}
    assert stale(book) == []


def test_rows_that_nobody_can_tell_the_origin_of_are_stale() -> None:
    book = december()
    run(book, "phase")
    book.type("budget_calendar", 3, "operation", 99)
    assert len(stale(book)) == 1


@settings(max_examples=25, deadline=None)
@given(
    start=st.dates(DAY(2020, 1, 1), DAY(2032, 12, 1)).map(lambda day: day.replace(day=1)),
    amounts=st.lists(st.integers(0, 10**9).map(lambda cents: cents / 100), min_size=1, max_size=12),
    calendar=st.sampled_from(["day", "week", "fiscal_week", "fiscal_month", "fiscal_quarter"]),
    week=st.sampled_from(["1111100", "0111110", "1.2 1 1 1 0.8 0.3 0", "0000010"]),
)
def test_every_month_is_the_sum_of_its_days_and_every_period_too(
    start: datetime.date, amounts: list[float], calendar: str, week: str
) -> None:
    book = year_of(start, *amounts)
    run(book, "phase", calendar="day", level="territory", week=week)
    days = phased(book)
    lines = book.frame("budget_lines")
    month = days["first_day"].dt.strftime("%Y-%m")
    planned = cents(lines.assign(month=lines["month"].dt.strftime("%Y-%m")), "territory", "month")
    assert cents(days.assign(month=month), "node", "month") == planned
    run(book, "phase", calendar=calendar, level="territory", week=week)
    periods = phased(book)
    spans = periods.loc[periods["node"] == "North"]
    at = spans["first_day"].searchsorted(days["first_day"], side="right") - 1
    of_days = days.assign(period=spans["period"].to_numpy()[at])
    assert cents(of_days, "node", "period") == cents(periods, "node", "period")
    assert spans["first_day"].iloc[0].date() == start
    assert (
        (spans["first_day"].iloc[1:].to_numpy() - spans["last_day"].iloc[:-1].to_numpy()) == pd.Timedelta(days=1)
    ).all()

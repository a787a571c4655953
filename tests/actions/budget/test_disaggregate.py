"""Disaggregate: the year's total over month, territory and rep, from history, exact to the cent."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Sequence
from typing import Any

import pytest

from tests.actions.setting import DAY, budget, places, refused, run, sale, small_plan
from tests.memory_book import MemoryBook, Row

HOLD = {"owner": "Ana", "reason": "signed"}


def wide_plan(**tables: Sequence[Row]) -> MemoryBook:
    """A plan of two years' history in amounts that do not divide evenly, for three reps in two territories."""
    reps = [("C1", "North", "Ana"), ("C2", "South", "Ben"), ("C3", "North", "Cam"), ("C4", "South", "Ana")]
    amounts = itertools.cycle([101.37, 20.11, 333.33, 7.77, 59.99, 210.03, 45.5])
    given: dict[str, list[dict[str, object]]] = {
        "team": [{"rep": rep, "home_territory": "North"} for rep in ("Ana", "Ben", "Cam")],
        "customers": [
            {"customer": customer, "name": customer, "territory": territory, "rep": rep}
            for customer, territory, rep in reps
        ],
        "sales": [
            sale(f"{year}-{month}", customer, DAY(year, month, 15), customer, territory, rep, next(amounts))
            for year in (2024, 2025)
            for month in range(1, 13)
            for customer, territory, rep in reps
        ],
        "budget_targets": [{"amount": 12345.67}],
        "budget_by_rep": [{"rep": rep} for rep in ("Ana", "Ben", "Cam")],
    }
    return small_plan(**{**given, **tables})


def cents(book: MemoryBook, **where: str) -> int:
    """The budget in cents over the lines of a month, a territory, a rep."""
    lines = book.frame("budget_lines")
    lines = lines.assign(month=lines["month"].dt.strftime("%b"))
    for column, value in where.items():
        lines = lines[lines[column] == value]
    return sum(round(amount * 100) for amount in lines["budget"])


def test_own_months_alone_share_the_total_in_proportion_to_history() -> None:
    book = small_plan()
    outcome = run(book, "disaggregate", season_weight="0")
    # 2000 over a history of 1000: every amount doubles
    assert budget(book) == {
        ("Jan", "North", "Ana"): 600.0,
        ("Feb", "North", "Ana"): 200.0,
        ("Jan", "South", "Ben"): 200.0,
        ("Feb", "South", "Ben"): 1000.0,
    }
    assert outcome.numbers == {"total": 2000.0, "lines": 24, "pairs": 2, "pairs_without_history": 0, "held_lines": 0}


def test_half_of_the_companys_season_draws_a_reps_months_to_it() -> None:
    book = small_plan()
    run(book, "disaggregate")
    # The company sells 0.4 in January. Ana's year is 400: 0.5 * 300 + 0.5 * 400 * 0.4 = 230 in January, 170 in
    # February; Ben's is 600: 0.5 * 100 + 0.5 * 600 * 0.4 = 170 and 430. Twice that is the budget.
    assert budget(book) == {
        ("Jan", "North", "Ana"): 460.0,
        ("Feb", "North", "Ana"): 340.0,
        ("Jan", "South", "Ben"): 340.0,
        ("Feb", "South", "Ben"): 860.0,
    }


def test_a_line_says_what_it_was_planned_from() -> None:
    book = small_plan()
    run(book, "disaggregate")
    first = book.frame("budget_lines").iloc[0]
    assert [first["history"], first["weight"], first["basis"], first["held"]] == [300.0, 230.0, "history", None]
    # one line for each of twelve months and each pair, by month, territory and rep
    assert book.column("budget_lines", "territory")[:4] == ["North", "South", "North", "South"]
    months = [month.date() for month in book.frame("budget_lines")["month"]]
    assert months[::2] == [DAY(2026, month, 1) for month in range(1, 13)]


def test_the_months_of_two_years_are_averaged() -> None:
    sales = [
        sale("1", "1", DAY(2024, 1, 1), "C1", "North", "Ana", 100),
        sale("2", "1", DAY(2025, 1, 1), "C1", "North", "Ana", 300),
        sale("3", "1", DAY(2025, 12, 1), "C1", "North", "Ana", 200),
    ]
    book = small_plan(sales=sales)
    run(book, "disaggregate", season_weight="0")
    lines = book.frame("budget_lines")
    ana = lines[lines["rep"] == "Ana"].set_index(lines[lines["rep"] == "Ana"]["month"].dt.month)
    # January: (100 + 300) / 2; December: (0 + 200) / 2, as December 2024 lies between the first order and the last
    assert [ana["history"][1], ana["history"][12]] == [200.0, 100.0]


def test_months_before_the_first_order_are_unknown_and_not_zero() -> None:
    sales = [
        sale("1", "1", DAY(2024, 12, 1), "C1", "North", "Ana", 100),
        sale("2", "1", DAY(2025, 6, 1), "C1", "North", "Ana", 100),
        sale("3", "1", DAY(2025, 12, 1), "C1", "North", "Ana", 100),
    ]
    book = small_plan(sales=sales)
    run(book, "disaggregate", season_weight="0")
    history = {(f"{line.month:%b}", line.rep): line.history for line in rows(book, "budget_lines")}
    # there is one June and there are two Decembers; each was 100
    assert [history["Jun", "Ana"], history["Dec", "Ana"]] == [100.0, 100.0]


def test_months_not_loaded_yet_are_unknown_and_not_zero() -> None:
    sales = [
        sale("1", "1", DAY(2024, 1, 1), "C1", "North", "Ana", 100),
        sale("2", "1", DAY(2024, 11, 1), "C1", "North", "Ana", 100),
        sale("3", "1", DAY(2025, 9, 30), "C1", "North", "Ana", 100),
    ]
    book = small_plan(sales=sales)
    run(book, "disaggregate", season_weight="0")
    history = {(f"{line.month:%b}", line.rep): line.history for line in rows(book, "budget_lines")}
    assert history["Nov", "Ana"] == 100.0


def test_history_months_say_how_far_back_to_look() -> None:
    old = sale("0", "1", DAY(2024, 12, 31), "C1", "North", "Ana", 5000)
    book = small_plan(sales=[old, sale("1", "1", DAY(2025, 1, 1), "C1", "North", "Ana", 100)])
    run(book, "disaggregate", history_months="12", season_weight="0")
    assert sum(line.history for line in rows(book, "budget_lines")) == 100.0


def test_sales_of_the_planned_year_are_no_history() -> None:
    book = small_plan()
    run(book, "disaggregate")
    before = budget(book)
    book.type_row("sales", sale("9", "1", DAY(2026, 1, 1), "C1", "North", "Ana", 9999))
    run(book, "disaggregate")
    assert budget(book) == before


def test_history_follows_the_customer_to_whoever_holds_it_now() -> None:
    customers = [
        {"customer": "C1", "name": "One", "territory": "South", "rep": "Ben"},
        {"customer": "C2", "name": "Two", "territory": "South", "rep": "Ben"},
    ]
    book = small_plan(customers=customers, team=[{"rep": "Ana"}, {"rep": "Ben"}])
    run(book, "disaggregate", season_weight="0")
    assert budget(book) == {("Jan", "South", "Ben"): 800.0, ("Feb", "South", "Ben"): 1200.0}


def test_a_sale_to_a_customer_nobody_holds_counts_for_who_sold_it() -> None:
    customers = [{"customer": "C2", "name": "Two", "territory": "South", "rep": "Ben"}]
    book = small_plan(customers=customers, team=[{"rep": "Ana"}, {"rep": "Ben"}])
    run(book, "disaggregate", season_weight="0")
    assert budget(book)["Jan", "North", "Ana"] == 600.0


def test_the_year_is_exact_to_the_cent() -> None:
    book = wide_plan()
    run(book, "disaggregate")
    assert cents(book) == 1_234_567
    assert len(book.frame("budget_lines")) == 12 * 4


def test_a_territory_a_rep_and_a_month_are_met_exactly_with_the_year() -> None:
    targets: list[Row] = [
        {"amount": 12345.67},
        {"territory": "North", "amount": 5000.01},
        {"rep": "Ana", "amount": 4321.09},
        {"period": DAY(2026, 3, 1), "amount": 999.99},
    ]
    book = wide_plan(budget_targets=targets)
    run(book, "disaggregate")
    assert cents(book) == 1_234_567
    assert cents(book, territory="North") == 500_001
    assert cents(book, rep="Ana") == 432_109
    assert cents(book, month="Mar") == 99_999


def test_twelve_months_make_the_year_without_a_grand_total() -> None:
    targets = [{"period": DAY(2026, month, 1), "amount": 100.01} for month in range(1, 13)]
    book = wide_plan(budget_targets=targets)
    run(book, "disaggregate")
    assert cents(book) == 120_012


def test_a_larger_unit_gives_whole_amounts_of_it() -> None:
    book = wide_plan(budget_targets=[{"amount": 12_300}])
    run(book, "disaggregate", unit="100")
    assert cents(book) == 1_230_000
    assert {amount % 100 for amount in book.column("budget_lines", "budget") if isinstance(amount, float)} == {0.0}


def test_amounts_planned_in_cents_can_be_planned_anew_in_hundreds() -> None:
    book = wide_plan(budget_targets=[{"amount": 12_300}])
    run(book, "disaggregate")
    run(book, "disaggregate", unit="100")
    assert cents(book) == 1_230_000


@pytest.mark.parametrize("unit", ["0.015", "0", "-1", "much"])
def test_a_unit_that_is_no_amount_is_refused(unit: str) -> None:
    (problem,) = refused(small_plan(), "disaggregate", unit=unit)
    assert problem.code == "E-OPTION-VALUE"
    assert problem.expected == "a number with a decimal point and at most two decimals, from 0.01 to 1,000,000"


def test_a_target_that_is_no_multiple_of_the_unit_is_named() -> None:
    book = wide_plan(budget_targets=[{"amount": 12_300}, {"rep": "Ana", "amount": 1_250}])
    (problem,) = refused(book, "disaggregate", unit="100")
    assert f"{problem.sheet}!{problem.cell}" == book.place("budget_targets", 1, "amount")
    assert (
        problem.found
        == "an amount that cannot be kept: 1250 is not a whole number of 100; round it or choose a smaller unit"
    )


def test_a_held_line_keeps_its_amount_and_the_others_make_up_for_it() -> None:
    holds = [{"territory": "North", "rep": "Ana", "period": DAY(2026, 1, 1), "amount": 1000.01, **HOLD}]
    book = wide_plan(budget_holds=holds)
    outcome = run(book, "disaggregate")
    line = next(one for one in rows(book, "budget_lines") if (one.territory, one.rep) == ("North", "Ana"))
    assert [line.budget, line.held] == [1000.01, "held"]
    assert cents(book) == 1_234_567
    assert outcome.numbers["held_lines"] == 1


def test_a_hold_without_an_amount_keeps_what_is_planned_now() -> None:
    book = wide_plan()
    run(book, "disaggregate")
    before = cents(book, rep="Ana"), cents(book, rep="Ben")
    book.type_row("budget_holds", {"rep": "Ana", **HOLD})
    book.reorder("budget_holds", [1])
    book.type("budget_targets", 0, "amount", 20_000)
    run(book, "disaggregate")
    assert cents(book, rep="Ana") == before[0]
    assert cents(book, rep="Ben") > before[1]
    assert cents(book) == 2_000_000
    assert {line.held for line in rows(book, "budget_lines") if line.rep == "Ana"} == {"held"}


def test_a_hold_without_an_amount_before_there_are_lines_is_refused() -> None:
    book = small_plan(budget_holds=[{"rep": "Ana", **HOLD}])
    assert refused_places(book) == [("E-BUDGET-HOLD-BLANK", book.place("budget_holds", 0, "amount"))]


def test_a_hold_of_a_whole_territory_is_met_exactly() -> None:
    book = wide_plan(budget_holds=[{"territory": "South", "amount": 3000.03, **HOLD}])
    run(book, "disaggregate")
    assert cents(book, territory="South") == 300_003
    assert cents(book) == 1_234_567


@pytest.mark.parametrize("turned", [False, True])
def test_two_holds_of_one_line_with_different_amounts_are_refused_in_any_order(*, turned: bool) -> None:
    at = {"territory": "North", "rep": "Ana", "period": DAY(2026, 1, 1)}
    holds = [{**at, "amount": amount, **HOLD} for amount in (1, 2)]
    book = small_plan(budget_holds=holds[::-1] if turned else holds)
    (problem,) = refused(book, "disaggregate")
    assert places([problem]) == [("E-BUDGET-HELD-TWICE", book.place("budget_holds", 1, "amount"))]
    assert {problem.found[-4:], problem.expected[:4]} == {"1.00", "2.00"}


def test_the_same_hold_twice_is_no_contradiction() -> None:
    hold: dict[str, object] = {"territory": "North", "rep": "Ana", "period": DAY(2026, 1, 1), "amount": 5, **HOLD}
    book = small_plan(budget_holds=[hold, hold])
    run(book, "disaggregate")
    assert budget(book)["Jan", "North", "Ana"] == 5.0


def test_a_rep_without_history_gets_the_average_year_of_the_territory_and_the_line_says_so() -> None:
    team = [{"rep": "Ana"}, {"rep": "Ben"}, {"rep": "Cam", "home_territory": "North"}]
    book = small_plan(team=team)
    outcome = run(book, "disaggregate", season_weight="0")
    lines = [line for line in rows(book, "budget_lines") if line.rep == "Cam"]
    assert {line.basis for line in lines} == {"peer_average"}
    assert {line.history for line in lines} == {0.0}
    # North's only other rep sold 400, of which the company's season puts 0.4 in January and 0.6 in February
    assert [line.weight for line in lines[:3]] == pytest.approx([160.0, 240.0, 0.0])
    assert outcome.numbers["pairs_without_history"] == 1


def test_without_any_history_every_line_gets_the_same() -> None:
    book = small_plan(sales=[], budget_targets=[{"amount": 24.01}])
    run(book, "disaggregate")
    # 2401 cents over 24 lines: one line has a cent more
    assert sorted(round(amount * 100) for amount in budget(book).values()) == [100] * 23 + [101]
    assert set(book.column("budget_lines", "basis")) == {"equal"}


def test_a_plan_with_nobody_in_it_is_refused() -> None:
    book = MemoryBook({"budget_targets": [{"amount": 1}]})
    assert refused_places(book) == [("E-BUDGET-NOBODY", book.place("budget_targets", 0, "amount"))]


def test_an_empty_plan_is_refused_with_all_it_lacks() -> None:
    book = MemoryBook()
    header = book.place("budget_targets", -1, "amount")
    assert refused_places(book) == [("E-BUDGET-NO-TARGET", header), ("E-BUDGET-NOBODY", header)]


def test_no_target_is_refused() -> None:
    book = small_plan(budget_targets=[])
    assert refused_places(book) == [("E-BUDGET-NO-TARGET", book.place("budget_targets", -1, "amount"))]


def test_a_month_outside_the_plan_is_refused() -> None:
    book = small_plan(budget_targets=[{"amount": 2000}, {"period": DAY(2027, 1, 1), "amount": 1}])
    (problem,) = refused(book, "disaggregate")
    assert places([problem]) == [("E-BUDGET-OUTSIDE", book.place("budget_targets", 1, "period"))]
    assert problem.expected == "one of the plan's months, from 2026-01 to 2026-12"


def test_a_territory_nobody_sells_in_is_refused_as_target_and_as_hold() -> None:
    territories = [{"territory": name} for name in ("North", "South", "West")]
    book = small_plan(
        territories=territories,
        budget_targets=[{"amount": 2000}, {"territory": "West", "amount": 1}],
        budget_holds=[{"territory": "West", "amount": 1, **HOLD}],
    )
    assert refused_places(book) == [
        ("E-BUDGET-NO-LINES", book.place("budget_targets", 1, "territory")),
        ("E-BUDGET-NO-LINES", book.place("budget_holds", 0, "territory")),
    ]


@pytest.mark.parametrize(
    ("targets", "named", "rows"),
    [
        pytest.param(
            [{"amount": 100}, {"amount": 200}],
            ["the grand total is given more than once (100 and 200)"],
            [0, 1],
            id="two years",
        ),
        pytest.param(
            [{"territory": "North", "amount": 10}], ["add the grand total"], [0], id="size of the plan left open"
        ),
        pytest.param(
            [{"amount": 100}, {"territory": "North", "amount": 70}, {"territory": "South", "amount": 40}],
            ["100", "110"],
            [0],
            id="territories beyond the year",
        ),
        pytest.param(
            [{"amount": 100}, {"territory": "North", "amount": 70}, {"rep": "Ana", "amount": 60}],
            ["North", "Ana", "70", "60"],
            [1, 2],
            id="only Ana sells in North",
        ),
    ],
)
def test_targets_that_contradict_each_other_are_refused_at_every_row_that_blocks(
    targets: list[Row], named: list[str], rows: list[int]
) -> None:
    book = small_plan(budget_targets=targets)
    problems = refused(book, "disaggregate")
    assert places(problems) == [("E-BUDGET", book.place("budget_targets", row, "amount")) for row in rows]
    assert [word for word in named if word not in problems[0].found] == []


def test_a_rep_whose_name_is_one_of_the_figures_does_not_block() -> None:
    book = small_plan(
        team=[{"rep": "Ana", "home_territory": "North"}, {"rep": "Ben"}, {"rep": "275", "home_territory": "South"}],
        budget_targets=[
            {"amount": 1000},
            {"territory": "North", "amount": 275},
            {"rep": "Ana", "amount": 200},
            {"rep": "275", "amount": 10},
        ],
    )
    problems = refused(book, "disaggregate")
    assert places(problems) == [("E-BUDGET", book.place("budget_targets", row, "amount")) for row in (1, 2)]
    assert "North (275) and Ana (200) are for the same cells, 75 is missing" in problems[0].found


def test_more_targets_than_the_sentence_lists_are_all_shown() -> None:
    reps = [f"Rep {number}" for number in range(1, 8)]
    # seven reps who sell only in North ask for 140 of its 100
    book = small_plan(
        team=[*({"rep": rep, "home_territory": "North"} for rep in reps), {"rep": "Ben"}],
        customers=[{"customer": "C2", "name": "Two", "territory": "South", "rep": "Ben"}],
        sales=[],
        budget_targets=[
            {"amount": 200},
            {"territory": "North", "amount": 100},
            *({"rep": rep, "amount": 20} for rep in reps),
        ],
    )
    problems = refused(book, "disaggregate")
    assert places(problems) == [("E-BUDGET", book.place("budget_targets", row, "amount")) for row in range(1, 9)]
    assert "and 2 more" in problems[0].found


@pytest.mark.parametrize("aggregate_first", [True, False])
def test_a_hold_within_a_held_territory_is_shown_wherever_it_stands(*, aggregate_first: bool) -> None:
    holds: list[Row] = [
        {"territory": "North", "amount": 100, **HOLD},
        {"territory": "North", "rep": "Ana", "period": DAY(2026, 1, 1), "amount": 101, **HOLD},
    ]
    book = small_plan(budget_holds=holds if aggregate_first else holds[::-1])
    problems = refused(book, "disaggregate")
    assert places(problems) == [("E-BUDGET", book.place("budget_holds", row, "amount")) for row in (0, 1)]


def test_levels_that_do_not_agree_are_called_as_on_the_sheet() -> None:
    months: list[Row] = [{"period": DAY(2026, month, 1), "amount": 1} for month in range(1, 13)]
    book = small_plan(
        budget_targets=[*months, {"territory": "North", "amount": 6}, {"territory": "South", "amount": 5}]
    )
    (problem,) = refused(book, "disaggregate")
    assert "12 over every month and 11 over every territory" in problem.found


def test_a_hold_beyond_its_target_is_refused_with_both_figures() -> None:
    at = {"territory": "North", "rep": "Ana", "period": DAY(2026, 1, 1)}
    book = small_plan(
        budget_targets=[{"amount": 2000}, {"rep": "Ana", "amount": 500}],
        budget_holds=[{**at, "amount": 500.01, **HOLD}],
    )
    problems = refused(book, "disaggregate")
    assert places(problems) == [
        ("E-BUDGET", book.place("budget_targets", 1, "amount")),
        ("E-BUDGET", book.place("budget_holds", 0, "amount")),
    ]
    assert all("Ana: 500.01 > 500" in problem.found for problem in problems)


@pytest.mark.parametrize("table", ["customers", "sales", "team", "territories", "budget_targets"])
def test_the_order_of_rows_does_not_matter(table: str) -> None:
    targets: list[Row] = [
        {"amount": 12345.67},
        {"rep": "Ana", "amount": 4321.09},
        {"period": DAY(2026, 3, 1), "amount": 999.99},
    ]
    expected, book = wide_plan(budget_targets=targets), wide_plan(budget_targets=targets)
    run(expected, "disaggregate")
    count = len(book.frame(table))
    book.reorder(table, [*range(count // 2, count)[::-1], *range(count // 2)[::-1]])
    run(book, "disaggregate")
    assert book.state()["budget_lines"] == expected.state()["budget_lines"]


def test_doing_it_again_changes_nothing() -> None:
    book = wide_plan()
    run(book, "disaggregate")
    writes = book.writes
    assert run(book, "disaggregate").tables == {}
    assert book.writes == writes


def test_lines_of_another_year_make_room_for_those_of_this_one() -> None:
    book = small_plan()
    run(book, "disaggregate")
    book.write_name("plan_start", 46204.0)  # 2026-07-01
    run(book, "disaggregate")
    months = book.frame("budget_lines")["month"]
    assert [months.min().date(), months.max().date()] == [datetime.date(2026, 7, 1), datetime.date(2027, 6, 1)]
    assert cents(book) == 200_000


def test_names_with_a_slash_are_not_mixed_up() -> None:
    customers = [
        {"customer": "C1", "name": "One", "territory": "A/B", "rep": "C"},
        {"customer": "C2", "name": "Two", "territory": "A", "rep": "B/C"},
    ]
    book = small_plan(
        territories=[{"territory": "A"}, {"territory": "A/B"}],
        team=[{"rep": "B/C"}, {"rep": "C"}],
        customers=customers,
        sales=[],
    )
    run(book, "disaggregate")
    assert len(set(book.column("budget_lines", "row_id"))) == 24


def rows(book: MemoryBook, table: str) -> list[Any]:
    """Rows of a table by name of column."""
    return list(book.frame(table).itertuples())


def refused_places(book: MemoryBook) -> list[tuple[str, str]]:
    """Code and place of what disaggregation refuses."""
    return places(refused(book, "disaggregate"))

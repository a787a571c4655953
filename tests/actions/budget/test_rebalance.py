"""Catch up: months that are over take what was sold, the rest makes up for it, and the year's total stays."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesplan_xl.workbook.problems import RefusalError
from tests.actions.setting import DAY, places, refused, run, sale, small_plan
from tests.memory_book import MemoryBook, Row

HOLD = {"owner": "Ana", "reason": "signed"}
ANA, BEN = ("North", "Ana"), ("South", "Ben")
JANUARY_TO_MARCH = {ANA: [50, 50, 50], BEN: [300, 200, 250]}


def year_plan(
    sold: Mapping[tuple[str, str], Sequence[float]],
    budget: Mapping[tuple[str, str], Sequence[float]] | None = None,
    weights: Mapping[tuple[str, str], Sequence[float]] | None = None,
    **tables: Sequence[Row],
) -> MemoryBook:
    """A plan whose lines are Ana's 100 and Ben's 200 a month; what was sold stands on the last day of each month."""
    planned = budget or {ANA: [100] * 12, BEN: [200] * 12}
    lines = [
        {
            "month": DAY(2026, month + 1, 1),
            "territory": pair[0],
            "rep": pair[1],
            "weight": (weights or planned)[pair][month],
            "budget": amounts[month],
        }
        for pair, amounts in planned.items()
        for month in range(12)
    ]
    last_days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    sales = [
        sale(f"{pair}-{month}", "1", DAY(2026, month + 1, last_days[month]), "C1", *pair, amount)
        for pair, amounts in sold.items()
        for month, amount in enumerate(amounts)
    ]
    return small_plan(**{"budget_lines": lines, "sales": sales, **tables})


def amounts(book: MemoryBook, rep: str) -> list[float]:
    """The budget of a rep, month by month."""
    lines = book.frame("budget_lines")
    return [float(amount) for amount in lines[lines["rep"] == rep]["budget"]]


def cents(book: MemoryBook) -> int:
    """The year's total in cents."""
    return sum(round(amount * 100) for amount in book.frame("budget_lines")["budget"])


def rates(book: MemoryBook, level: str, node: str | None) -> dict[str, Any]:
    """A row of the run rates without its name."""
    for row in book.frame("run_rates").to_dict("records"):
        if (row["level"], row["node"]) == (level, node):
            return {str(name): value for name, value in row.items() if name not in ("row_id", "level", "node")}
    raise KeyError(node)


def test_months_that_are_over_take_what_was_sold_and_the_rest_is_shared_by_weight() -> None:
    book = year_plan(JANUARY_TO_MARCH)
    outcome = run(book, "rebalance")
    # 3600 less 900 sold leaves 2700 for nine months, 300 each: a third of it Ana's
    assert amounts(book, "Ana") == [50, 50, 50, *[100] * 9]
    assert amounts(book, "Ben") == [300, 200, 250, *[200] * 9]
    assert outcome.numbers == {
        "total": 3600.0,
        "closed_months": 3,
        "sold": 900.0,
        "left": 2700.0,
        "held_lines": 0,
        "out_of_reach": 2,  # Ana and her territory
    }


def test_each_rep_can_make_up_for_what_is_their_own() -> None:
    book = year_plan(JANUARY_TO_MARCH)
    run(book, "rebalance", keep="rep")
    # Ana: 1200 less 150 over nine months is 116.67, six times, and 116.66; Ben: 2400 less 750 is 183.34 and 183.33
    assert amounts(book, "Ana") == [50, 50, 50, *[116.67] * 6, *[116.66] * 3]
    assert amounts(book, "Ben") == [300, 200, 250, *[183.34] * 3, *[183.33] * 6]


def test_territories_keep_their_total_however_many_reps_share_it() -> None:
    cam = ("North", "Cam")
    book = year_plan(
        {ANA: [400], BEN: [200], cam: [0]},
        budget={ANA: [100] * 12, BEN: [200] * 12, cam: [100] * 12},
        team=[{"rep": rep} for rep in ("Ana", "Ben", "Cam")],
        budget_by_rep=[{"rep": rep} for rep in ("Ana", "Ben", "Cam")],
    )
    run(book, "rebalance", keep="territory")
    # North: 2400 less 400 leaves 2000 for eleven months of two reps, 90.91 each
    assert sum(round(100 * one) for one in (*amounts(book, "Ana"), *amounts(book, "Cam"))) == 240_000
    assert set(amounts(book, "Cam")[1:]) == {90.91, 90.90}
    assert amounts(book, "Ben") == [200] * 12


def test_weights_and_not_the_budget_say_how_the_rest_is_shared_unless_asked() -> None:
    weights = {ANA: [1] * 12, BEN: [1] * 12}
    book, other = (year_plan({ANA: [100], BEN: [200]}, weights=weights) for _ in range(2))
    run(book, "rebalance")
    assert (amounts(book, "Ana")[1], amounts(book, "Ben")[1]) == (150, 150)  # 3300 over 22 lines
    run(other, "rebalance", by="budget")
    assert (amounts(other, "Ana")[1], amounts(other, "Ben")[1]) == (100, 200)


def test_lines_say_whether_they_are_closed_or_held() -> None:
    book = year_plan(JANUARY_TO_MARCH, budget_holds=[{"rep": "Ana", "period": DAY(2026, 12, 1), "amount": 400, **HOLD}])
    outcome = run(book, "rebalance")
    assert book.column("budget_lines", "held")[:12] == [*["closed"] * 3, *[None] * 8, "held"]
    # 2700 less 400 leaves 2300 for eight months of both and one of Ben's: 8 x 300 + 200 = 2600 of weight
    assert amounts(book, "Ana")[-1] == 400
    assert amounts(book, "Ben")[-1] == pytest.approx(2300 * 200 / 2600, abs=0.01)
    assert (cents(book), outcome.numbers["held_lines"]) == (360_000, 1)


def test_a_hold_without_an_amount_keeps_what_is_planned_in_what_is_left() -> None:
    book = year_plan(JANUARY_TO_MARCH, budget_holds=[{"territory": "North", **HOLD}])
    run(book, "rebalance")
    # North keeps 9 x 100; South has 2700 - 900 for nine months
    assert amounts(book, "Ana") == [50, 50, 50, *[100] * 9]
    assert amounts(book, "Ben") == [300, 200, 250, *[200] * 9]
    book.type("budget_holds", 0, "territory", "South")
    run(book, "rebalance", keep="rep")
    assert amounts(book, "Ben")[3:] == [200] * 9


def test_a_held_amount_of_a_territory_is_met_over_the_months_left() -> None:
    book = year_plan(JANUARY_TO_MARCH, budget_holds=[{"territory": "North", "amount": 1500, **HOLD}])
    run(book, "rebalance")
    # North needs 1350 in nine months; South gets what then is left: 3600 - 1500 - 750 = 1350
    assert amounts(book, "Ana")[3:] == [150] * 9
    assert amounts(book, "Ben")[3:] == [150] * 9


def test_the_run_rate_needed_stands_beside_the_one_so_far_and_what_cannot_be_reached() -> None:
    book = year_plan(JANUARY_TO_MARCH)
    run(book, "rebalance", keep="rep")
    # Ana's best month brought 50, so that nine months bring 9 x 1.5 x 50 = 675 of 1050 at most
    assert rates(book, "rep", "Ana") == {
        "budget": 1200.0,
        "sold": 150.0,
        "left": 1050.0,
        "months_left": 9.0,
        "so_far": 50.0,
        "needed": 116.67,
        "times": 2.333333,
        "best": 50.0,
        "can_reach": "no",
        "missing": 375.0,
    }
    ben = rates(book, "territory", "South")
    assert [ben[name] for name in ("so_far", "needed", "times", "can_reach")] == [250.0, 183.33, 0.733333, "yes"]
    assert [row["level"] for row in book.frame("run_rates").to_dict("records")] == [
        "company",
        *["territory"] * 2,
        *["rep"] * 2,
    ]


def test_how_far_a_month_may_go_beyond_the_best_one_is_an_option() -> None:
    book = year_plan(JANUARY_TO_MARCH)
    run(book, "rebalance", keep="rep", reachable="2.4")  # 9 x 2.4 x 50 = 1080
    assert rates(book, "rep", "Ana")["can_reach"] == "yes"


@pytest.mark.parametrize(
    ("last", "closed"),
    [
        pytest.param(DAY(2026, 3, 31), 3, id="Tuesday, the last day"),
        pytest.param(DAY(2026, 3, 30), 2, id="Monday, a day before the last"),
        pytest.param(DAY(2026, 5, 29), 5, id="Friday, before a weekend that ends the month"),
        pytest.param(DAY(2026, 5, 28), 4, id="Thursday before it"),
        pytest.param(DAY(2026, 4, 1), 3, id="the next month has begun"),
    ],
)
def test_a_blank_month_means_as_far_as_sales_are_loaded_to_a_months_last_weekday(last: Any, closed: int) -> None:
    book = year_plan({}, sales=[sale("1", "1", last, "C1", *ANA, 1)])
    assert run(book, "rebalance").numbers["closed_months"] == closed


def test_a_month_can_be_named_though_its_sales_are_not_loaded_which_is_told() -> None:
    book = year_plan({ANA: [10]})
    outcome = run(book, "rebalance", closed_until="2026-02-01")
    assert outcome.numbers["closed_months"] == 2
    assert [one.code for one in outcome.problems] == ["W-CATCH-UP-NOT-LOADED"]
    assert outcome.problems[0].found == "2026-02 as the last month that is over, and sales up to 2026-01-31"


def test_months_can_be_opened_again() -> None:
    book, once = year_plan(JANUARY_TO_MARCH), year_plan(JANUARY_TO_MARCH)
    run(book, "rebalance")
    run(book, "rebalance", closed_until="2026-01-01")
    run(once, "rebalance", closed_until="2026-01-01")
    assert amounts(book, "Ana") == amounts(once, "Ana")


def test_a_rep_beyond_their_total_has_nothing_left_and_the_others_need_less() -> None:
    book = year_plan({ANA: [1300], BEN: [200]})
    outcome = run(book, "rebalance", keep="rep")
    # 100 beyond Ana's 1200, so that Ben's eleven months bring 2200 - 100
    assert amounts(book, "Ana") == [1300, *[0] * 11]
    assert cents(book) == 360_000
    assert sum(amounts(book, "Ben")[1:]) == pytest.approx(2100)
    (problem,) = outcome.problems
    assert f"{problem.sheet}!{problem.cell}" == book.place("budget_lines", 0, "budget")
    assert problem.found == "Ana already 100.00 beyond the total of 1,200.00"


def test_a_rep_whose_lines_are_all_held_leaves_what_is_missing_to_the_others() -> None:
    book = year_plan({ANA: [40], BEN: [200]}, budget_holds=[{"rep": "Ana", **HOLD}])
    outcome = run(book, "rebalance", keep="rep")
    assert sum(amounts(book, "Ben")[1:]) == pytest.approx(2260)
    assert [one.found for one in outcome.problems] == [
        "60.00 missing in the total of 1,200.00 of Ana, and no line there that is free"
    ]


def test_sales_of_a_pair_without_a_line_are_told_with_their_amount() -> None:
    book = year_plan({ANA: [100], BEN: [200], ("South", "Ana"): [70, 7.5]})
    outcome = run(book, "rebalance", closed_until="2026-02-01")
    (problem,) = outcome.problems
    assert problem.code == "W-CATCH-UP-NO-LINE"
    assert problem.found.startswith("77.50 sold where there is no budget line, such as South / Ana")
    assert f"{problem.sheet}!{problem.cell}" == book.place("sales", 2, "rep")


def test_a_line_with_more_returned_than_sold_takes_zero_and_is_told() -> None:
    book = year_plan({ANA: [-30.5], BEN: [200]})
    outcome = run(book, "rebalance")
    assert (amounts(book, "Ana")[0], cents(book)) == (0.0, 360_000)
    assert [one.code for one in outcome.problems] == ["W-CATCH-UP-RETURNS"]
    assert outcome.problems[0].found.startswith("30.50 more returned than sold")


def test_more_sold_than_the_whole_total_is_refused_with_the_amounts() -> None:
    book = year_plan({ANA: [4000]}, budget_holds=[{"rep": "Ben", "period": DAY(2026, 12, 1), "amount": 5, **HOLD}])
    (problem,) = refused(book, "rebalance")
    assert places([problem]) == [("E-CATCH-UP-BEYOND", book.place("budget_lines", -1, "budget"))]
    assert problem.found == "4,000.00 sold and 5.00 held, 405.00 more than the total of 3,600.00"


def test_holds_over_all_that_is_left_are_refused_with_what_has_no_place() -> None:
    book = year_plan({ANA: [40], BEN: [200]}, budget_holds=[{"rep": "Ana", **HOLD}, {"rep": "Ben", **HOLD}])
    (problem,) = refused(book, "rebalance")
    assert places([problem]) == [("E-CATCH-UP-ALL-HELD", book.place("budget_holds", 0, "amount"))]
    assert problem.found == "holds over all 22 lines of the months left, and 60.00 that no line can take"


def test_a_held_amount_that_was_sold_already_is_refused_at_its_cell() -> None:
    book = year_plan(JANUARY_TO_MARCH, budget_holds=[{"territory": "North", "amount": 120, **HOLD}])
    (problem,) = refused(book, "rebalance")
    assert places([problem]) == [("E-CATCH-UP-HOLD", book.place("budget_holds", 0, "amount"))]
    assert "150, 30 beyond the total of 120" in problem.found


def test_a_year_that_has_not_begun_or_is_over_is_refused() -> None:
    heading = ("budget_lines", -1, "budget")
    book = year_plan({})
    assert places(refused(book, "rebalance")) == [("E-CATCH-UP-NOT-BEGUN", book.place(*heading))]
    book = year_plan({ANA: [100] * 12})
    assert places(refused(book, "rebalance")) == [("E-CATCH-UP-YEAR-OVER", book.place(*heading))]


def test_a_plan_without_lines_and_a_month_of_another_year_are_refused() -> None:
    book = small_plan()
    heading = book.place("budget_lines", -1, "budget")
    found = places(refused(book, "rebalance", closed_until="2025-12-01"))
    assert found == [("E-BUDGET-NO-LINES-YET", heading), ("E-CATCH-UP-MONTH", heading)]


def test_doing_it_again_changes_nothing() -> None:
    book = year_plan({ANA: [1300, 11.11], BEN: [33.33, 0]})
    run(book, "rebalance", keep="rep")
    writes = book.writes
    assert run(book, "rebalance", keep="rep").tables == {}
    assert book.writes == writes + 1  # the note is gone: the totals of the year are now those that can be kept


def test_undo_gives_the_bytes_back_and_the_log_replayed_gives_them_again() -> None:
    before = year_plan(JANUARY_TO_MARCH)
    book, again = MemoryBook.of(before), MemoryBook.of(before)
    run(book, "rebalance", keep="territory", closed_until="2026-02-01")
    run(book, "rebalance", by="budget")
    done, log = book.state(), book.frame("log").to_dict("records")
    assert {(entry["total_before"], entry["total_after"]) for entry in log} == {(3600.0, 3600.0)}
    for entry in log:
        options = {name: "" if value is None else str(value) for name, value in json.loads(entry["options"]).items()}
        run(again, entry["action"], None, **options)
    assert again.state() == done
    run(book, "undo")
    run(book, "undo")
    assert book.state() == before.state()


AMOUNT = st.integers(0, 50_000)
YEAR = st.lists(AMOUNT, min_size=12, max_size=12)


@settings(max_examples=20, deadline=None)
@given(
    budget=st.tuples(YEAR, YEAR, YEAR),
    weights=st.tuples(YEAR, YEAR, YEAR),
    sold=st.lists(st.tuples(AMOUNT, AMOUNT, AMOUNT), min_size=1, max_size=11),
    held=st.sets(st.tuples(st.integers(0, 2), st.integers(0, 11)), max_size=6),
    keep=st.sampled_from(["total", "territory", "rep"]),
    by=st.sampled_from(["weight", "budget"]),
)
def test_the_total_and_what_is_held_stay_nothing_is_negative_and_again_changes_nothing(
    budget: tuple[list[int], ...],
    weights: tuple[list[int], ...],
    sold: list[tuple[int, ...]],
    held: set[tuple[int, int]],
    keep: str,
    by: str,
) -> None:
    pairs = [ANA, BEN, ("North", "Ben")]
    planned = {pair: [amount / 100 for amount in own] for pair, own in zip(pairs, budget, strict=True)}
    holds = [
        {"territory": pairs[pair][0], "rep": pairs[pair][1], "period": DAY(2026, month + 1, 1), **HOLD}
        for pair, month in sorted(held)
    ]
    book = year_plan(
        {pair: [month[at] / 100 for month in sold] for at, pair in enumerate(pairs)},
        budget=planned,
        weights=dict(zip(pairs, weights, strict=True)),
        budget_holds=holds,
    )
    try:
        run(book, "rebalance", keep=keep, by=by)
    except RefusalError as refusal:
        codes = {one.code for one in refusal.problems if one.stops}
        assert codes <= {"E-CATCH-UP-BEYOND", "E-CATCH-UP-ALL-HELD"}
        over = sum(sum(month) for month in sold)
        stays = sum(budget[pair][month] for pair, month in held if month >= len(sold))
        free = 3 * (12 - len(sold)) - sum(month >= len(sold) for _, month in held)
        assert over + stays > sum(map(sum, budget)) or free == 0
        return
    after = [round(100 * amount) for amount in book.frame("budget_lines")["budget"]]
    assert sum(after) == sum(map(sum, budget))
    assert min(after) >= 0
    for pair in range(3):
        for month in range(12):
            if month < len(sold):
                assert after[12 * pair + month] == sold[month][pair]
            elif (pair, month) in held:
                assert after[12 * pair + month] == budget[pair][month]
    assert "budget_lines" not in run(book, "rebalance", keep=keep, by=by).tables


def test_months_that_are_planned_anew_after_a_catch_up_are_told() -> None:
    book = year_plan(JANUARY_TO_MARCH, budget_targets=[{"amount": 3600}])
    run(book, "rebalance")
    outcome = run(book, "disaggregate")
    (told,) = [one for one in outcome.problems if one.code == "W-BUDGET-CLOSED"]
    assert told.found == "6 lines of months that were closed, now planned anew"  # January to March of Ana and of Ben
    assert f"{told.sheet}!{told.cell}" == book.place("budget_lines", 0, "held")
    assert "W-BUDGET-CLOSED" not in {one.code for one in run(book, "disaggregate").problems}

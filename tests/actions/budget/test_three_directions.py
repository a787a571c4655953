"""Targets by period, territory and rep at once, where no whole cents meet all of them."""

from __future__ import annotations

import pytest

from tests.actions.setting import DAY, places, refused, run, sale, small_plan
from tests.memory_book import MemoryBook, Row

HOLD = {"owner": "Ana", "reason": "signed"}


def parity_plan(amount: float, *more: Row, **tables: list[Row]) -> MemoryBook:
    """
    A plan whose four lines with history are such that no two of them share two of month, territory and rep.

    ======= ======= =======
            North   South
    ======= ======= =======
    January Ana     Ben
    March   Ben     Ana
    ======= ======= =======

    Each month, each territory and each rep is to get the same amount. So January's Ana in North has what March's Ben
    in North lacks of it, and that is what March's Ana in South has. Ana has twice that: an even number of cents.
    """
    lines = [(1, "North", "Ana"), (1, "South", "Ben"), (3, "North", "Ben"), (3, "South", "Ana")]
    given: dict[str, list[Row]] = {
        "customers": [],
        "sales": [
            sale(str(number), "1", DAY(2025, month, 5), "nobody", territory, rep, 100)
            for number, (month, territory, rep) in enumerate(lines)
        ],
        "budget_targets": [
            {"amount": 2 * amount},
            *({"period": DAY(2026, month, 1), "amount": amount} for month in (1, 3)),
            *({"territory": territory, "amount": amount} for territory in ("North", "South")),
            *({"rep": rep, "amount": amount} for rep in ("Ana", "Ben")),
            *more,
        ],
    }
    return small_plan(**{**given, **tables})


def spread(book: MemoryBook) -> list[tuple[str, str]]:
    """Spread without the company's season, and give the places of what is told."""
    return places(list(run(book, "disaggregate", season_weight="0").problems))


def cents(book: MemoryBook) -> dict[str, int]:
    """The budget in cents by month, territory and rep."""
    lines = book.frame("budget_lines")
    lines = lines.assign(cents=(lines["budget"] * 100).round().astype(int), month=lines["month"].dt.strftime("%b"))
    sums = [lines.groupby(axis)["cents"].sum() for axis in ("month", "territory", "rep")]
    return {str(node): int(amount) for one in sums for node, amount in one.items() if amount}


def test_an_even_number_of_cents_is_met_in_all_three_directions() -> None:
    book = parity_plan(100.02)
    assert spread(book) == []
    assert set(cents(book).values()) == {100_02}


def test_an_odd_number_is_met_by_month_and_territory_and_told_to_the_cent_for_each_rep() -> None:
    book = parity_plan(100.01)
    assert spread(book) == [("W-BUDGET-ROUNDING", book.place("budget_targets", row, "amount")) for row in (5, 6)]
    found = cents(book)
    assert {found[node] for node in ("Jan", "Mar", "North", "South")} == {100_01}
    # Ana's two lines are the same and so are Ben's: 50.00 and 50.01
    assert sorted(found[rep] for rep in ("Ana", "Ben")) == [100_00, 100_02]
    short = "Ana" if found["Ana"] == 100_00 else "Ben"
    over = "Ben" if short == "Ana" else "Ana"
    told = {problem.found for problem in run(book, "disaggregate", season_weight="0").problems}
    assert told == {f"100.00 for {short}, -0.01 against the target", f"100.02 for {over}, +0.01 against the target"}


def test_what_is_missed_stands_in_the_difference_too_and_check_says_so() -> None:
    book = parity_plan(100.01)
    spread(book)
    missed = [("W-BUDGET-TARGET", book.place("budget_targets", row, "amount")) for row in (5, 6)]
    assert [one for one in places(list(run(book, "check").problems)) if one[0] == "W-BUDGET-TARGET"] == missed


def test_a_hold_of_a_rep_is_met_and_territories_give_way() -> None:
    book = parity_plan(100.01, budget_holds=[{"rep": "Ana", "amount": 100.01, **HOLD}])
    assert spread(book) == [("W-BUDGET-ROUNDING", book.place("budget_targets", row, "amount")) for row in (3, 4)]
    found = cents(book)
    assert {found[node] for node in ("Jan", "Mar", "Ana", "Ben")} == {100_01}
    assert sorted(found[node] for node in ("North", "South")) == [100_00, 100_02]


def test_holds_of_a_rep_and_a_territory_are_met_and_months_give_way() -> None:
    holds: list[Row] = [{"rep": "Ana", "amount": 100.01, **HOLD}, {"territory": "North", "amount": 100.01, **HOLD}]
    book = parity_plan(100.01, budget_holds=holds)
    assert spread(book) == [("W-BUDGET-ROUNDING", book.place("budget_targets", row, "amount")) for row in (1, 2)]
    assert {cents(book)[node] for node in ("North", "South", "Ana", "Ben")} == {100_01}


def test_holds_alone_that_no_whole_cents_meet_are_refused_by_name() -> None:
    holds: list[Row] = [
        {"rep": "Ana", "amount": 100.01, **HOLD},
        {"territory": "North", "amount": 100.01, **HOLD},
        {"period": DAY(2026, 1, 1), "amount": 100.01, **HOLD},
    ]
    book = parity_plan(100.01, budget_holds=holds)
    book.reorder("budget_targets", [0])
    problems = refused(book, "disaggregate", season_weight="0")
    assert {problem.code for problem in problems} == {"E-BUDGET"}
    assert "There is no rounding that keeps every total; the nearest one misses" in problems[0].found


def test_a_cent_that_the_targets_do_not_add_up_to_is_no_matter_of_rounding() -> None:
    book = parity_plan(100.01)
    book.type("budget_targets", 6, "amount", 100.02)
    (problem, *_) = refused(book, "disaggregate", season_weight="0")
    assert "200.02 over the whole plan and 200.03 for Ana and Ben" in problem.found


@pytest.mark.parametrize("order", [[6, 5, 4, 3, 2, 1, 0], [0, 2, 1, 4, 3, 6, 5]])
def test_the_order_of_targets_does_not_change_which_one_is_missed(order: list[int]) -> None:
    book, turned = parity_plan(100.01), parity_plan(100.01)
    turned.reorder("budget_targets", order)
    spread(book)
    spread(turned)
    assert turned.state()["budget_lines"] == book.state()["budget_lines"]

"""Spread: each row brings a part of the budget to what its method asks, exactly; what is held or over stays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from salesplan_xl.actions.budget.spread_methods import METHODS
from salesplan_xl.workbook.labels import catalogue
from tests.actions.setting import DAY, places, refused, run, sale, small_plan
from tests.memory_book import MemoryBook, Row

WHY = {"reason": "agreed in March", "owner": "Cam"}
SAID: dict[str, Any] = {**WHY}
"""The same as options."""
HOLD = {"owner": "Ana", "reason": "signed"}
PAIRS = (("North", "Ana"), ("South", "Ben"), ("North", "Ben"))
TERRITORIES = [
    {"territory": "North", "country": "CO", "region": "Andes"},
    {"territory": "South", "country": "CL", "region": "Andes"},
]
JANUARY, FEBRUARY, MARCH = (DAY(2026, month, 1) for month in (1, 2, 3))


def plan(
    *spreads: Row,
    budget: Sequence[Sequence[float]] = ((300, 100, 0), (200, 200, 100), (0, 100, 0)),
    history: Sequence[Sequence[float]] = ((10, 20, 30), (0, 0, 0), (5, 5, 5)),
    weights: Sequence[Sequence[float]] = ((1, 1, 2), (1, 1, 2), (1, 1, 2)),
    sales: Sequence[Row] = (),
    **tables: Sequence[Row],
) -> MemoryBook:
    """
    Budget lines of a quarter, sold by nobody yet.

    ===== ========= ======= ======== =====
    rep   territory January February March
    ===== ========= ======= ======== =====
    Ana   North         300      100     0
    Ben   South         200      200   100
    Ben   North           0      100     0
    ===== ========= ======= ======== =====
    """
    lines = [
        {
            "month": DAY(2026, month + 1, 1),
            "territory": PAIRS[pair][0],
            "rep": PAIRS[pair][1],
            "weight": weights[pair][month],
            "history": history[pair][month],
            "budget": budget[pair][month],
        }
        for pair in range(len(PAIRS))
        for month in range(3)
    ]
    given: dict[str, Sequence[Row]] = {
        "territories": TERRITORIES,
        "budget_lines": lines,
        "sales": sales,
        "spreads": [{**WHY, **one} for one in spreads],
    }
    return small_plan(**{**given, **tables})


def amounts(book: MemoryBook) -> list[list[float]]:
    """January to March of Ana in North, of Ben in South, of Ben in North."""
    return np.array(book.column("budget_lines", "budget"), float).reshape(3, 3).tolist()


ANA, BEN = {"rep": "Ana"}, {"rep": "Ben"}


@pytest.mark.parametrize(
    ("spread", "expected"),
    [
        pytest.param(  # 400 become 800
            {**ANA, "method": "proportional", "amount": 800},
            [[600, 200, 0], [200, 200, 100], [0, 100, 0]],
            id="proportional: in the proportions the lines have, zeros stay",
        ),
        pytest.param(
            {**ANA, "method": "equal", "amount": 100},
            [[33.34, 33.33, 33.33], [200, 200, 100], [0, 100, 0]],
            id="equal: the same in each line, to the cent",
        ),
        pytest.param(
            {**ANA, "method": "equal", "amount": 100, "scope": "nonzero"},
            [[50, 50, 0], [200, 200, 100], [0, 100, 0]],
            id="equal: in lines that hold something",
        ),
        pytest.param(  # 430 is 30 more than 400, 10 for each line
            {**ANA, "method": "equal_increment", "amount": 430},
            [[310, 110, 10], [200, 200, 100], [0, 100, 0]],
            id="equal increment: the same added to each line",
        ),
        pytest.param(  # 10 : 20 : 30
            {**ANA, "method": "by_reference", "amount": 600, "reference": "history"},
            [[100, 200, 300], [200, 200, 100], [0, 100, 0]],
            id="by reference: like the history of the same lines",
        ),
        pytest.param(  # South has 2 : 2 : 1
            {**ANA, "method": "by_reference", "amount": 500, "from_territory": "South", "from_rep": "Ben"},
            [[200, 200, 100], [200, 200, 100], [0, 100, 0]],
            id="by reference: like the months of another territory",
        ),
        pytest.param(  # February of South and North has 2 : 1
            {**BEN, "period": MARCH, "method": "by_reference", "amount": 90, "from_period": FEBRUARY},
            [[300, 100, 0], [200, 200, 60], [0, 100, 30]],
            id="by reference: like the same territories in another month",
        ),
        pytest.param(  # 1 : 1 : 2
            {**ANA, "method": "by_weights", "amount": 400},
            [[100, 100, 200], [200, 200, 100], [0, 100, 0]],
            id="by weights: by the weights of the lines",
        ),
        pytest.param(  # 4 : 4 : 5 of 1300 for the months; within a month in proportion to what the lines hold
            {"territory": "North", "method": "pattern", "amount": 1300, "pattern": "4-4-5", "zero_base": "equal"},
            [[400, 200, 250], [200, 200, 100], [0, 200, 250]],
            id="pattern: the months by a pattern, the lines of a month by what they hold",
        ),
        pytest.param(
            {**ANA, "method": "percentages", "amount": 1000, "pattern": "25% 25% 50%"},
            [[250, 250, 500], [200, 200, 100], [0, 100, 0]],
            id="percentages: one for each month, in all one hundred",
        ),
        pytest.param(  # 40 by 3 : 1
            {**ANA, "method": "add", "amount": 40},
            [[330, 110, 0], [200, 200, 100], [0, 100, 0]],
            id="add: by what the lines hold",
        ),
        pytest.param(
            {**ANA, "method": "add", "amount": -40},
            [[270, 90, 0], [200, 200, 100], [0, 100, 0]],
            id="add: taken away",
        ),
        pytest.param(  # Ana's 400 become 200, the other 600 become 800
            {**ANA, "method": "hold_total", "amount": 200},
            [[150, 50, 0], [266.67, 266.67, 133.33], [0, 133.33, 0]],
            id="hold total: the others make up for it",
        ),
        pytest.param(  # within North: Ana's January becomes 100, and 200 go to 100 and 100
            {**ANA, "period": JANUARY, "method": "hold_total", "amount": 100, "from_territory": "North"},
            [[100, 200, 0], [200, 200, 100], [0, 200, 0]],
            id="hold total: of a part of the plan",
        ),
        pytest.param(  # within February: Ana's becomes 10, and 90 go to 200 and 100
            {**ANA, "period": FEBRUARY, "method": "hold_total", "amount": 10, "from_period": FEBRUARY},
            [[300, 10, 0], [200, 260, 100], [0, 130, 0]],
            id="hold total: of a month",
        ),
        pytest.param(
            {**ANA, "method": "straight_line", "amount": 100, "last_amount": 200},
            [[100, 150, 200], [200, 200, 100], [0, 100, 0]],
            id="straight line: from the first month to the last",
        ),
        pytest.param(
            {**ANA, "method": "growth_compound", "amount": 300, "percentage": 0.25},
            [[300, 375, 468.75], [200, 200, 100], [0, 100, 0]],
            id="compound growth: 25 % of the month before",
        ),
        pytest.param(
            {**ANA, "method": "growth_linear", "amount": 300, "percentage": 0.25},
            [[300, 375, 450], [200, 200, 100], [0, 100, 0]],
            id="linear growth: 25 % of the first month",
        ),
        pytest.param(
            {**BEN, "method": "repeat", "amount": 70, "scope": "nonzero"},
            [[300, 100, 0], [70, 70, 70], [0, 70, 0]],
            id="repeat: the same amount in each line",
        ),
        pytest.param(  # February: 150 % of 100 by 2 : 1
            {**BEN, "period": FEBRUARY, "method": "percent_of", "percentage": 1.5, "from_rep": "Ana"},
            [[300, 100, 0], [200, 100, 100], [0, 50, 0]],
            id="percent of: all of another rep, shared by what the lines hold",
        ),
        pytest.param(
            {**ANA, "method": "percent_of", "percentage": 1.05, "reference": "history"},
            [[10.5, 21, 31.5], [200, 200, 100], [0, 100, 0]],
            id="percent of: 105 % of the history",
        ),
        pytest.param(  # each month as January
            {**ANA, "method": "percent_of", "percentage": 1, "from_period": JANUARY},
            [[300, 300, 300], [200, 200, 100], [0, 100, 0]],
            id="percent of: one month for all",
        ),
        pytest.param(
            {"method": "percent_change", "percentage": -0.1},
            [[270, 90, 0], [180, 180, 90], [0, 90, 0]],
            id="percent change: of each line",
        ),
        pytest.param(
            {**BEN, "method": "clear"},
            [[300, 100, 0], [0, 0, 0], [0, 0, 0]],
            id="clear: nothing is left",
        ),
        pytest.param(  # 600 by 200 : 200 : 100 : 100, none above 150
            {**BEN, "method": "proportional", "amount": 600, "at_most": 150},
            [[300, 100, 0], [150, 150, 150], [0, 150, 0]],
            id="bounds: what a full line cannot take goes to the others",
        ),
        pytest.param(  # each of five lines gets 20 at least
            {**BEN, "method": "proportional", "amount": 300, "at_least": 20, "scope": "nonzero"},
            [[300, 100, 0], [100, 100, 50], [0, 50, 0]],
            id="bounds: that are met anyway change nothing",
        ),
        pytest.param(
            {"territory": "CL", "period": "Q1", "method": "repeat", "amount": 10},
            [[300, 100, 0], [10, 10, 10], [0, 100, 0]],
            id="a country and a quarter are parts of the plan too",
        ),
    ],
)
def test_a_method_gives_its_worked_answer(spread: Row, expected: list[list[float]]) -> None:
    book = plan(spread)
    run(book, "spread")
    assert amounts(book) == expected


def test_every_method_has_a_name_and_is_worked_out_here() -> None:
    assert list(METHODS) == list(catalogue().choices["spread_method"])
    cases = test_a_method_gives_its_worked_answer.pytestmark[0].args[1]  # type: ignore[attr-defined]
    assert {case.values[0]["method"] for case in cases} == set(METHODS)


def test_rows_are_done_from_top_to_bottom_each_from_what_those_above_left() -> None:
    book = plan({**ANA, "method": "clear"}, {**ANA, "method": "equal", "amount": 90}, {"method": "add", "amount": 69})
    outcome = run(book, "spread")
    # 690 in all, a tenth more for everybody
    assert amounts(book) == [[33, 33, 33], [220, 220, 110], [0, 110, 0]]
    assert outcome.numbers == {
        "spreads": 3,
        "total_before": 1000.0,
        "total_after": 759.0,
        "row_1_before": 400.0,
        "row_1_after": 0.0,
        "row_2_before": 0.0,
        "row_2_after": 90.0,
        "row_3_before": 690.0,
        "row_3_after": 759.0,
    }
    assert book.column("spreads", "before") == [400, 0, 690]
    assert book.column("spreads", "after") == [0, 90, 759]


def test_a_row_is_done_once() -> None:
    book = plan({**ANA, "method": "add", "amount": 40})
    run(book, "spread")
    writes = book.writes
    outcome = run(book, "spread")
    assert (outcome.tables, outcome.numbers, book.writes) == ({}, {"spreads": 0}, writes)
    book.type_row("spreads", {**BEN, "method": "add", "amount": 60, **WHY})
    run(book, "spread")
    assert book.column("spreads", "operation") == [1.0, 2.0]
    assert [sum(months) for months in amounts(book)] == [440, 550, 110]


def test_a_row_that_is_done_is_history_even_if_the_rep_has_left() -> None:
    assert run(plan({"rep": "Gone", "method": "clear", "operation": 7}), "spread").tables == {}


def test_what_is_held_stays_and_counts_towards_the_amount() -> None:
    holds: list[Row] = [{**ANA, "period": JANUARY, **HOLD}, {"territory": "South", "amount": 77, **HOLD}]
    book = plan({"method": "proportional", "amount": 1200}, budget_holds=holds)
    run(book, "spread")
    # 1200 less 300 and 500 leaves 400 for 100 and 100, whatever amount the hold of South says
    assert amounts(book) == [[300, 200, 0], [200, 200, 100], [0, 200, 0]]


def test_months_that_are_over_stay_and_a_series_passes_over_them() -> None:
    sold = [sale("1", "1", DAY(2026, 1, 30), "C1", "North", "Ana", 10)]
    book = plan({**ANA, "method": "straight_line", "amount": 100, "last_amount": 200}, sales=sold)
    run(book, "spread")
    assert amounts(book)[0] == [300, 150, 200]


def test_a_month_with_a_held_line_gets_its_part_of_a_pattern_with_that_line() -> None:
    holds: list[Row] = [{**ANA, "territory": "North", "period": FEBRUARY, **HOLD}]
    book = plan({"territory": "North", "method": "pattern", "amount": 900, "pattern": "1-1-1"}, budget_holds=holds)
    (problem,) = refused(book, "spread")  # March holds nothing to share by
    assert places([problem]) == [("E-SPREAD", book.place("spreads", 0, "zero_base"))]
    book.type("spreads", 0, "zero_base", "equal")
    run(book, "spread")
    assert amounts(book) == [[300, 100, 150], [200, 200, 100], [0, 200, 150]]


def test_an_amount_that_finds_no_line_is_told_where_the_planner_wants_zeros_left() -> None:
    book = plan({**ANA, "period": MARCH, "method": "proportional", "amount": 50, "zero_base": "leave"})
    outcome = run(book, "spread")
    assert amounts(book)[0] == [300, 100, 0]
    (problem,) = outcome.problems[:1]
    assert places([problem]) == [("W-SPREAD-UNPLACED", book.place("spreads", 0, "zero_base"))]
    assert problem.found.startswith("50.00 of 2026-03 / Ana")


def test_targets_that_the_lines_do_not_meet_any_more_are_told_and_not_those_missed_before() -> None:
    targets: list[Row] = [{"amount": 1000}, {**ANA, "amount": 400}, {**BEN, "amount": 999}]
    book = plan({**ANA, "method": "add", "amount": 1}, budget_targets=targets)
    outcome = run(book, "spread")
    assert places(list(outcome.problems)) == [
        ("W-BUDGET-TARGET", book.place("budget_targets", 0, "amount")),
        ("W-BUDGET-TARGET", book.place("budget_targets", 1, "amount")),
    ]


REFUSALS = [
    pytest.param({**ANA, "method": "proportional"}, "E-SPREAD-MISSING", "amount", id="no amount"),
    pytest.param({**ANA, "method": "clear", "amount": 1}, "E-SPREAD-UNUSED", "amount", id="an amount it does not take"),
    pytest.param({**ANA, "method": "repeat", "amount": 1, "at_most": 2}, "E-SPREAD-UNUSED", "at_most", id="a bound"),
    pytest.param(
        {**ANA, "method": "percent_of", "percentage": 1}, "E-SPREAD-NO-REFERENCE", "from_territory", id="no reference"
    ),
    pytest.param(
        {**ANA, "method": "equal", "amount": 9, "at_least": 3, "at_most": 2},
        "E-SPREAD-BOUNDS",
        "at_least",
        id="bounds that cross",
    ),
    pytest.param(
        {**ANA, "method": "equal", "amount": 9, "at_most": 2}, "E-SPREAD", "at_most", id="bounds with too little room"
    ),
    pytest.param(
        {**ANA, "method": "equal", "amount": 9, "at_least": 4}, "E-SPREAD", "at_least", id="bounds that ask too much"
    ),
    pytest.param(
        {**ANA, "period": MARCH, "method": "proportional", "amount": 9}, "E-SPREAD", "zero_base", id="a zero base"
    ),
    pytest.param(
        {**ANA, "period": MARCH, "method": "equal", "amount": 9, "scope": "nonzero"},
        "E-SPREAD-EMPTY",
        "scope",
        id="no line that holds anything",
    ),
    pytest.param(
        {**ANA, "method": "percentages", "amount": 9, "pattern": "33.3333 33.3333 33.333"},
        "E-SPREAD",
        "pattern",
        id="percentages that add to 99.9996",
    ),
    pytest.param(
        {**ANA, "method": "percentages", "amount": 9, "pattern": "50 50"}, "E-SPREAD", "pattern", id="one too few"
    ),
    pytest.param({**ANA, "method": "pattern", "amount": 9, "pattern": "4-x"}, "E-SPREAD", "pattern", id="no pattern"),
    pytest.param(
        {**ANA, "method": "pattern", "amount": 9, "pattern": 38446}, "E-SPREAD-PATTERN", "pattern", id="4-4-5 as a date"
    ),
    pytest.param(
        {**ANA, "method": "growth_linear", "amount": 9, "percentage": -1}, "E-SPREAD-NEGATIVE", "amount", id="below 0"
    ),
    pytest.param({**ANA, "method": "repeat", "amount": -9}, "E-SPREAD-NEGATIVE", "amount", id="an amount below 0"),
    pytest.param(
        {**ANA, "method": "percent_change", "percentage": -1.5}, "E-SPREAD-NEGATIVE", "percentage", id="more than all"
    ),
    pytest.param({**ANA, "method": "add", "amount": -401}, "E-SPREAD", "at_least", id="more taken than there is"),
    pytest.param(
        {**ANA, "method": "hold_total", "amount": 1002}, "E-SPREAD", "amount", id="more than the total that stays"
    ),
    pytest.param(
        {**ANA, "method": "hold_total", "amount": 1, "from_rep": "Ben"},
        "E-SPREAD-OUTSIDE",
        "territory",
        id="outside what stays",
    ),
    pytest.param(
        {**ANA, "period": MARCH, "method": "percent_of", "percentage": 1, "from_period": "Q1"},
        "E-SPREAD-MONTHS",
        "from_period",
        id="three months for one",
    ),
    pytest.param({"rep": "Anna", "method": "clear"}, "E-CELL-REFERENCE", "rep", id="no rep"),
    pytest.param(
        {**ANA, "method": "percent_of", "percentage": 1, "from_rep": "Bob"}, "E-CELL-REFERENCE", "from_rep", id="nobody"
    ),
    pytest.param({**ANA, "period": DAY(2027, 1, 1), "method": "clear"}, "E-BUDGET-OUTSIDE", "period", id="next year"),
    pytest.param({**ANA, "period": DAY(2026, 4, 1), "method": "clear"}, "E-BUDGET-NO-LINE", "rep", id="no line"),
    pytest.param(
        {**ANA, "period": MARCH, "method": "growth_compound", "amount": 9.99e12, "percentage": 1},
        "",
        "",
        id="the first month only is no growth",
    ),
    pytest.param(
        {**ANA, "method": "growth_compound", "amount": 9e12, "percentage": 1}, "E-SPREAD", "amount", id="16 digits"
    ),
    pytest.param({**ANA, "method": "repeat", "amount": 9e12}, "E-SPREAD", "amount", id="16 digits in all"),
    pytest.param({**ANA, "method": "repeat", "amount": 1e13}, "E-CELL-LARGE", "amount", id="16 digits typed"),
    pytest.param({**ANA, "method": "repeat", "amount": 0.001}, "E-CELL-KIND", "amount", id="no whole cent"),
]


@pytest.mark.parametrize(("spread", "code", "column"), REFUSALS)
def test_a_spread_that_cannot_be_done_is_refused_at_its_cell_and_no_row_is_done(
    spread: Row, code: str, column: str
) -> None:
    book = plan({**BEN, "method": "add", "amount": 1}, spread)
    if not code:
        run(book, "spread")
        return
    before = book.state()
    assert places(refused(book, "spread")) == [(code, book.place("spreads", 1, column))]
    assert book.state() == before


def test_a_refusal_says_the_figures_and_what_to_do() -> None:
    holds: list[Row] = [{**ANA, "period": JANUARY, **HOLD}]
    book = plan({**ANA, "method": "proportional", "amount": 250}, budget_holds=holds)
    (problem,) = refused(book, "spread")
    assert problem.found == (
        "a spread of Ana that cannot be done: The held cells add up to 300, 50 beyond the total of 250; lower a held "
        "cell or raise the total"
    )
    (problem,) = refused(plan({"method": "clear"}, budget_holds=[HOLD]), "spread")
    assert (problem.code, problem.found) == (
        "E-SPREAD-HELD",
        "9 budget lines of the grand total, all of them held or of months that are over, with 1,000.00 in all",
    )


def test_every_problem_of_every_row_is_told_at_once() -> None:
    book = plan({**ANA, "method": "clear", "amount": 1}, {"rep": "Bob", "method": "equal"}, {"amount": 5})
    assert places(refused(book, "spread")) == [("E-CELL-REQUIRED", book.place("spreads", 2, "method"))]
    book.type("spreads", 2, "method", "by reference")
    assert set(places(refused(book, "spread"))) == {
        ("E-CELL-REFERENCE", book.place("spreads", 1, "rep")),
        ("E-SPREAD-UNUSED", book.place("spreads", 0, "amount")),
        ("E-SPREAD-NO-REFERENCE", book.place("spreads", 2, "from_territory")),
    }


def test_undo_gives_the_amounts_back_and_the_row_is_waiting_again() -> None:
    book = plan({**ANA, "method": "add", "amount": 40})
    before = book.state()
    run(book, "spread")
    done, log = book.state(), book.frame("log").iloc[0]
    assert (log["total_before"], log["total_after"]) == (1000.0, 1040.0)
    run(book, "undo")
    assert book.state() == before
    run(book, "undo", redo="yes")
    assert book.state() == done


# A row that the options of a run give


def test_options_give_a_row_that_is_done_and_added_while_others_go_on_waiting() -> None:
    book = plan({**BEN, "method": "clear"})
    run(book, "spread", rep="Ana", period="2026-02", method="percent change", percentage="5%", **SAID)
    assert amounts(book) == [[300, 105, 0], [200, 200, 100], [0, 100, 0]]
    assert book.column("spreads", "operation") == [None, 1.0]
    assert book.column("spreads", "period") == [None, "2026-02"]
    assert (book.column("spreads", "before")[1], book.column("spreads", "after")[1]) == (100, 105)
    run(book, "undo")
    assert book.column("spreads", "operation") == [None]


def test_the_log_keeps_the_options_that_were_given_and_no_others() -> None:
    book = plan()
    run(book, "spread", rep="Ana", method="clear", **SAID)
    assert book.frame("log")["options"][0] == (
        '{"closed_until": null, "method": "clear", "owner": "Cam", "reason": "agreed in March", "rep": "Ana"}'
    )


def test_what_is_wrong_with_options_is_told_by_their_names() -> None:
    problems = refused(plan(), "spread", rep="Anna", method="equal")
    assert places(problems) == [
        ("E-OPTION-MISSING", ""),
        ("E-OPTION-MISSING", ""),
        ("E-CELL-REFERENCE", "--set rep"),
    ]
    assert [one.action for one in problems[:2]] == ["Give it with --set reason=...", "Give it with --set owner=..."]
    (problem,) = refused(plan(), "spread", rep="Ana", method="equal", **SAID)
    assert places([problem]) == [("E-SPREAD-MISSING", "--set amount")]
    (problem,) = refused(plan(), "spread", rep="Ana", method="even", amount="5", **SAID)
    assert (problem.code, problem.found) == ("E-OPTION-VALUE", "'even' for the option method")


def test_a_transfer_is_given_by_options_too() -> None:
    book = plan()
    run(book, "transfer", from_rep="Ana", to_rep="Ben", period="2026-01", amount="100", **SAID)
    assert amounts(book) == [[200, 100, 0], [300, 200, 100], [0, 100, 0]]
    assert book.column("transfers", "operation") == [1.0]
    problems = refused(book, "transfer", from_rep="Ana", to_rep="Bob", amount="1", **SAID)
    assert places(problems) == [("E-CELL-REFERENCE", "--set to_rep")]

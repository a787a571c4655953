"""Transfer: amounts go from some lines to others of the same months, and the total stays."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesplan_xl.workbook.problems import RefusalError
from tests.actions.setting import DAY, places, refused, run, sale, small_plan
from tests.memory_book import MemoryBook, Row

WHY = {"reason": "moved to Ben", "owner": "Cam"}
HOLD = {"owner": "Ana", "reason": "signed"}
PAIRS = (("North", "Ana"), ("South", "Ben"), ("North", "Ben"))
TERRITORIES = [
    {"territory": "North", "country": "CO", "region": "Andes"},
    {"territory": "South", "country": "CL", "region": "Andes"},
]


def plan(
    *transfers: Row,
    budget: Sequence[Sequence[float]] = ((300, 100), (200, 200), (0, 100)),
    sales: Sequence[Row] = (),
    **tables: Sequence[Row],
) -> MemoryBook:
    """
    Budget lines of January and February, sold by nobody yet.

    ===== ========= ======= ========
    rep   territory January February
    ===== ========= ======= ========
    Ana   North         300      100
    Ben   South         200      200
    Ben   North           0      100
    ===== ========= ======= ========
    """
    lines = [
        {"month": DAY(2026, month + 1, 1), "territory": territory, "rep": rep, "weight": 1, "budget": amount}
        for (territory, rep), amounts in zip(PAIRS, budget, strict=True)
        for month, amount in enumerate(amounts)
    ]
    given_tables: dict[str, Sequence[Row]] = {
        "territories": TERRITORIES,
        "budget_lines": lines,
        "sales": sales,
        "transfers": [{**WHY, **one} for one in transfers],
    }
    return small_plan(**{**given_tables, **tables})


def amounts(book: MemoryBook) -> list[list[float]]:
    """January and February of Ana in North, of Ben in South, of Ben in North."""
    return np.array(book.column("budget_lines", "budget"), float).reshape(3, 2).tolist()


def test_an_amount_is_taken_and_given_by_budget_and_the_months_keep_their_totals() -> None:
    book = plan({"from_rep": "Ana", "to_rep": "Ben", "amount": 80})
    outcome = run(book, "transfer")
    # Ana has 3 : 1 in the two months, so 60 and 20; of February's 20 Ben's territories get 2 : 1
    assert amounts(book) == [[240, 80], [260, 213.33], [0, 106.67]]
    assert outcome.numbers == {"transfers": 1, "moved": 80.0}
    assert book.column("transfers", "operation") == [1.0]


def test_a_month_can_be_named_and_a_territory_with_a_rep() -> None:
    ana = {"from_territory": "North", "from_rep": "Ana"}
    book = plan({**ana, "to_territory": "South", "to_rep": "Ben", "period": DAY(2026, 2, 1), "amount": 100})
    run(book, "transfer")
    assert amounts(book) == [[300, 0], [200, 300], [0, 100]]


def test_a_quarter_a_country_and_a_manager_are_nodes_too() -> None:
    team: list[Row] = [{"rep": "Ana", "manager": "Eva"}, {"rep": "Ben"}, {"rep": "Eva"}]
    book = plan({"from_rep": "Eva", "to_territory": "CL", "period": "Q1", "amount": 40}, team=team)
    run(book, "transfer")
    assert amounts(book) == [[270, 90], [230, 210], [0, 100]]


def test_lines_without_a_budget_get_by_their_weight() -> None:
    book = plan(
        {"from_rep": "Ana", "to_rep": "Ben", "period": DAY(2026, 1, 1), "amount": 30}, budget=((300, 0), (0, 0), (0, 0))
    )
    run(book, "transfer")
    assert amounts(book) == [[270, 0], [15, 0], [15, 0]]


def test_each_transfer_starts_from_what_those_above_it_left() -> None:
    book = plan(
        {"from_rep": "Ben", "to_rep": "Ana", "amount": 500},
        {"from_rep": "Ana", "to_rep": "Ben", "amount": 900},
    )
    run(book, "transfer")
    # Ben gives all he has, then Ana all she has: what Ben now has is shared equally, as he has nothing to go by
    assert amounts(book) == [[0, 0], [250, 200], [250, 200]]


def test_a_second_run_does_nothing_and_a_new_row_is_done_alone() -> None:
    book = plan({"from_rep": "Ana", "to_rep": "Ben", "amount": 80})
    run(book, "transfer")
    writes = book.writes
    outcome = run(book, "transfer")
    assert (outcome.tables, outcome.numbers, book.writes) == ({}, {"transfers": 0, "moved": 0.0}, writes)
    book.type_row("transfers", {"from_rep": "Ana", "to_rep": "Ben", "amount": 20, **WHY})
    run(book, "transfer")
    assert book.column("transfers", "operation") == [1.0, 2.0]
    assert sum(amounts(book)[0]) == 300


def test_what_is_held_neither_gives_nor_gets() -> None:
    holds: list[Row] = [
        {"rep": "Ana", "period": DAY(2026, 1, 1), **HOLD},
        {"territory": "South", "amount": 400, **HOLD},
    ]
    book = plan({"from_rep": "Ana", "to_rep": "Ben", "amount": 80}, budget_holds=holds)
    run(book, "transfer")
    assert amounts(book) == [[300, 20], [200, 200], [0, 180]]


def test_months_that_are_over_are_not_touched() -> None:
    sold = [sale("1", "1", DAY(2026, 1, 30), "C1", "North", "Ana", 10)]
    book = plan({"from_rep": "Ana", "to_rep": "Ben", "amount": 90}, sales=sold)
    run(book, "transfer")
    assert amounts(book) == [[300, 10], [200, 260], [0, 130]]
    book = plan({"from_rep": "Ana", "to_rep": "Ben", "amount": 101}, sales=sold)
    (problem,) = refused(book, "transfer")
    assert places([problem]) == [("E-TRANSFER-TOO-LARGE", book.place("transfers", 0, "amount"))]
    assert problem.found == "101.00 to be moved, where 100.00 is free (1.00 too little)"


@pytest.mark.parametrize(
    ("transfer", "code", "column"),
    [
        pytest.param({"to_rep": "Ben"}, "E-TRANSFER-BLANK", "from_territory", id="from nowhere"),
        pytest.param({"from_rep": "Ana"}, "E-TRANSFER-BLANK", "to_territory", id="to nobody"),
        pytest.param({"from_rep": "Ana", "to_territory": "North"}, "E-TRANSFER-SAME", "to_territory", id="Ana's North"),
        pytest.param({"from_rep": "Ana", "to_rep": "Bob"}, "E-CELL-REFERENCE", "to_rep", id="no rep"),
        pytest.param({"from_rep": "Ben", "to_territory": "Nord"}, "E-CELL-REFERENCE", "to_territory", id="no node"),
        pytest.param(
            {"from_rep": "Ana", "to_rep": "Ben", "period": DAY(2027, 1, 1)}, "E-BUDGET-OUTSIDE", "period", id="year"
        ),
        pytest.param(
            {"from_rep": "Ana", "to_rep": "Ben", "period": DAY(2026, 3, 1)}, "E-BUDGET-NO-LINE", "from_rep", id="month"
        ),
        pytest.param(
            {"from_rep": "Ana", "to_rep": "Ben", "amount": 400.01}, "E-TRANSFER-TOO-LARGE", "amount", id="all"
        ),
        pytest.param(
            {"from_territory": "South", "from_rep": "Ana", "to_rep": "Ben"},
            "E-BUDGET-NO-LINES",
            "from_rep",
            id="no pair",
        ),
    ],
)
def test_a_transfer_that_cannot_be_done_is_refused_at_its_cell(transfer: Row, code: str, column: str) -> None:
    book = plan({"from_rep": "Ana", "to_rep": "Ben", "amount": 1}, {"amount": 1, **transfer})
    assert (code, book.place("transfers", 1, column)) in places(refused(book, "transfer"))


def test_nothing_to_give_to_is_refused_at_its_cell() -> None:
    book = plan({"from_rep": "Ana", "to_rep": "Ben", "amount": 1}, budget_holds=[{"rep": "Ben", **HOLD}])
    assert places(refused(book, "transfer")) == [
        ("E-TRANSFER-NOTHING-TO-GIVE-TO", book.place("transfers", 0, "to_territory"))
    ]


def test_a_transfer_needs_an_amount_a_reason_and_an_owner() -> None:
    book = plan({"from_rep": "Ana", "to_rep": "Ben", "amount": 0, "reason": None, "owner": None})
    assert places(refused(book, "transfer")) == [
        ("E-CELL-BOUND", book.place("transfers", 0, "amount")),
        ("E-CELL-REQUIRED", book.place("transfers", 0, "reason")),
        ("E-CELL-REQUIRED", book.place("transfers", 0, "owner")),
    ]


def test_a_transfer_that_is_done_is_history_even_if_the_rep_has_left() -> None:
    book = plan({"from_rep": "Gone", "to_rep": "Ben", "amount": 9, "operation": 7})
    assert run(book, "transfer").tables == {}


def test_undo_gives_the_amounts_back_and_the_transfer_is_waiting_again() -> None:
    book = plan({"from_rep": "Ana", "to_rep": "Ben", "amount": 80, "date": datetime.date(2026, 1, 5)})
    before = book.state()
    run(book, "transfer")
    done, log = book.state(), book.frame("log").iloc[0]
    assert (log["total_before"], log["total_after"]) == (900.0, 900.0)
    run(book, "undo")
    assert book.state() == before
    run(book, "undo", redo="yes")
    assert book.state() == done


AMOUNT = st.integers(0, 100_000)


@settings(max_examples=20, deadline=None)
@given(
    budget=st.lists(st.tuples(AMOUNT, AMOUNT), min_size=3, max_size=3),
    moves=st.lists(
        st.tuples(st.permutations(range(3)), st.integers(1, 60_000), st.sampled_from([None, 1, 2])),
        min_size=1,
        max_size=4,
    ),
    held=st.none() | st.tuples(st.integers(0, 2), st.integers(0, 1)),
)
def test_totals_of_months_and_held_lines_stay_and_no_line_is_negative(
    budget: list[tuple[int, int]],
    moves: list[tuple[list[int], int, int | None]],
    held: tuple[int, int] | None,
) -> None:
    holds = (
        []
        if held is None
        else [
            {
                "territory": PAIRS[held[0]][0],
                "rep": PAIRS[held[0]][1],
                "period": DAY(2026, held[1] + 1, 1),
                **HOLD,
            }
        ]
    )
    transfers = [
        {
            "from_territory": PAIRS[order[0]][0],
            "from_rep": PAIRS[order[0]][1],
            "to_territory": PAIRS[order[1]][0],
            "to_rep": PAIRS[order[1]][1],
            "period": None if month is None else DAY(2026, month, 1),
            "amount": cents / 100,
        }
        for order, cents, month in moves
    ]
    book = plan(*transfers, budget=[[amount / 100 for amount in months] for months in budget], budget_holds=holds)
    before = np.array(budget)
    try:
        run(book, "transfer")
    except RefusalError as refusal:
        found = {one.code for one in refusal.problems if one.stops}
        assert found <= {"E-TRANSFER-TOO-LARGE", "E-TRANSFER-NOTHING-TO-GIVE-TO"}
        return
    after = np.rint(100 * np.array(amounts(book))).astype(int)
    assert after.sum(axis=0).tolist() == before.sum(axis=0).tolist()
    assert after.min() >= 0
    if held is not None:
        assert after[held] == before[held]
    moved = np.zeros(3, int)
    for order, cents, _ in moves:
        moved[order[0]] -= cents
        moved[order[1]] += cents
    assert (after - before).sum(axis=1).tolist() == moved.tolist()

"""What holds for every spread, whatever the budget, the method, the holds and the order of the lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from salesplan_xl.actions.budget.spread_methods import METHODS
from salesplan_xl.workbook.problems import RefusalError
from tests.actions.budget.test_spread import HOLD, PAIRS, plan
from tests.actions.setting import DAY, run
from tests.memory_book import MemoryBook, Row

Budget = list[tuple[int, int, int]]
Key = tuple[str, str, str]

ABOUT_AMOUNTS = {"E-SPREAD", "E-SPREAD-HELD", "E-SPREAD-EMPTY", "E-SPREAD-NEGATIVE"}
"""What may stand in the way of a row that is filled in as its method wants it."""

CENTS = st.one_of(st.just(0), st.integers(0, 100_000))
BUDGETS = st.lists(st.tuples(CENTS, CENTS, CENTS), min_size=3, max_size=3)
Parts = list[dict[str, object]]
NODES = st.sampled_from(
    Parts(
        [
            {},
            {"rep": "Ben"},
            {"rep": "Ana"},
            {"territory": "North"},
            {"territory": "Andes", "period": "Q1"},
            {"territory": "North", "rep": "Ben"},
            {"rep": "Ben", "period": DAY(2026, 2, 1)},
        ]
    )
)
REFERENCES = st.sampled_from(
    Parts([{"from_rep": "Ana"}, {"from_territory": "South", "from_rep": "Ben"}, {"reference": "history"}])
)
BOUNDS = st.sampled_from(Parts([{}, {"at_most": 500}, {"at_least": 1}, {"at_least": 0.01, "at_most": 900}]))
ORDERS = st.permutations(range(9))


@st.composite
def rows(draw: st.DrawFn) -> Row:
    """A row that is filled in as its method wants it."""
    name = draw(st.sampled_from([*METHODS]))
    method = METHODS[name]
    row: dict[str, object] = {"method": name, **draw(NODES)}
    if "amount" in method.takes:
        row["amount"] = draw(st.integers(-50_000 if name == "add" else 0, 400_000)) / 100
    if "last_amount" in method.takes:
        row["last_amount"] = draw(CENTS) / 100
    if "percentage" in method.takes:
        row["percentage"] = draw(st.integers(-100, 300)) / 100
    if "pattern" in method.takes:
        row["pattern"] = draw(st.sampled_from(["1-2-1", "4 4 5", "0-1-0"])) if name == "pattern" else "25% 25% 50%"
    if "from_rep" in method.may_take and "reference" in method.may_take:
        row |= draw(REFERENCES)
    if "at_least" in method.may_take:
        row |= draw(BOUNDS)
    return {
        **row,
        "scope": draw(st.sampled_from([None, "all", "nonzero"])),
        "zero_base": draw(st.sampled_from([None, "error", "equal", "leave"])),
    }


HOLDS = st.lists(
    st.sampled_from(
        [
            {"rep": "Ana", "period": DAY(2026, 1, 1)},
            {"territory": "North", "rep": "Ben"},
            {"rep": "Ben", "period": DAY(2026, 3, 1)},
            {"territory": "South", "amount": 7.5},
        ]
    ),
    max_size=2,
)


def book_of(budget: Budget, spreads: Sequence[Row], holds: Sequence[Row] = ()) -> MemoryBook:
    """A plan with these amounts in cents."""
    in_main_unit = [[cents / 100 for cents in months] for months in budget]
    return plan(*spreads, budget=in_main_unit, budget_holds=[{**hold, **HOLD} for hold in holds])


def cents_of(book: MemoryBook) -> dict[Key, int]:
    """The lines in cents, by what they are for."""
    lines: Any = book.frame("budget_lines").itertuples()
    return {(f"{line.month:%Y-%m}", line.territory, line.rep): round(line.budget * 100) for line in lines}


def done(book: MemoryBook) -> bool:
    """Whether the rows could be done; if not, nothing is written and only the amounts are the reason."""
    stopped = stopping(book, "spread")
    assert stopped <= ABOUT_AMOUNTS
    assert not stopped or book.writes == 0
    return not stopped


def stopping(book: MemoryBook, action: str) -> set[str]:
    """Do an action; the codes of what stopped it."""
    try:
        run(book, action)
    except RefusalError as refusal:
        return {one.code for one in refusal.problems if one.stops}
    return set()


def covers(node: Row, key: Key) -> bool:
    """Whether a line belongs to the part that a row or a hold names."""
    month, territory, rep = key
    period = node.get("period")
    return (
        node.get("territory") in (None, "Andes", territory)
        and node.get("rep") in (None, rep)
        and (not isinstance(period, DAY) or f"{period:%Y-%m}" == month)
    )


@settings(max_examples=40, deadline=None)
@given(BUDGETS, rows(), HOLDS)
def test_held_lines_and_lines_elsewhere_stay_no_line_is_negative_and_the_total_is_exact(
    budget: Budget, row: Row, holds: list[Row]
) -> None:
    book = book_of(budget, [row], holds)
    before = cents_of(book)
    if not done(book):
        return
    after = cents_of(book)
    method = METHODS[str(row["method"])]
    inside = {key for key in before if covers(row, key)}
    still = {key for key in before if any(covers(hold, key) for hold in holds)}
    if row["method"] != "hold_total":
        still |= before.keys() - inside
    assert {key: after[key] for key in still} == {key: before[key] for key in still}
    assert min(after.values()) >= 0
    if row["scope"] == "nonzero":
        assert all(after[key] == 0 for key, cents in before.items() if cents == 0)
    if method.total is None or row["zero_base"] == "leave":
        return
    amount, total = round(float(str(row["amount"])) * 100), sum(after[key] for key in inside)
    assert total == amount + (sum(before[key] for key in inside) if row["method"] == "add" else 0)
    if row["method"] == "hold_total":
        assert sum(after.values()) == sum(before.values())


@settings(max_examples=25, deadline=None)
@given(BUDGETS, st.lists(rows(), min_size=1, max_size=3), HOLDS, ORDERS)
def test_the_order_of_the_budget_lines_never_matters(
    budget: Budget, spreads: list[Row], holds: list[Row], order: list[int]
) -> None:
    book, sorted_otherwise = book_of(budget, spreads, holds), book_of(budget, spreads, holds)
    sorted_otherwise.reorder("budget_lines", order)
    assert done(book) == done(sorted_otherwise)
    assert cents_of(book) == cents_of(sorted_otherwise)


@settings(max_examples=15, deadline=None)
@given(BUDGETS, st.integers(1, 60_000), ORDERS)
def test_nor_does_it_for_transfers(budget: Budget, cents: int, order: list[int]) -> None:
    ends: list[dict[Key, int]] = []
    for positions in (range(9), order):
        book = book_of(budget, [])
        book.type_row(
            "transfers", {"from_rep": "Ben", "to_rep": "Ana", "amount": cents / 100, "reason": "r", "owner": "o"}
        )
        book.reorder("budget_lines", positions)
        assert stopping(book, "transfer") <= {"E-TRANSFER-TOO-LARGE"}
        ends.append(cents_of(book))
    assert ends[0] == ends[1]


@settings(max_examples=15, deadline=None)
@given(BUDGETS, st.lists(rows(), min_size=1, max_size=3))
def test_rows_are_never_done_twice_and_undo_gives_all_of_it_back(budget: Budget, spreads: list[Row]) -> None:
    book = book_of(budget, spreads)
    start = book.state()
    if not done(book):
        return
    after, writes = book.state(), book.writes
    run(book, "spread")
    assert (book.state(), book.writes) == (after, writes)
    run(book, "undo")
    assert book.state() == start


@settings(max_examples=15, deadline=None)
@given(BUDGETS, st.lists(rows(), min_size=1, max_size=2))
def test_a_preview_foretells_every_amount_that_the_real_thing_makes(budget: Budget, spreads: list[Row]) -> None:
    book, previewed = book_of(budget, spreads), book_of(budget, spreads)
    before = cents_of(book)
    if not done(book):
        return
    after = cents_of(book)
    run(previewed, "spread", preview="yes")
    assert cents_of(previewed) == before
    frame = previewed.frame("budget_preview")
    told = {
        (level, node): (round(old * 100), round(new * 100))
        for level, node, old, new in frame[["level", "node", "before", "after"]].itertuples(index=False)
    }
    for axis, level in enumerate(("month", "territory", "rep")):
        for name in {key[axis] for key in before}:
            sums = tuple(sum(c for key, c in lines.items() if key[axis] == name) for lines in (before, after))
            assert told.get((level, name), (sums[0], sums[0])) == sums
    assert told["company", "company"] == (sum(before.values()), sum(after.values()))


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 10**12), min_size=3, max_size=3), st.integers(0, 10**14))
def test_large_amounts_are_exact(months: list[int], total: int) -> None:
    budget: Budget = [(months[0], months[1], months[2]), (0, 0, 0), (0, 0, 0)]
    book = book_of(budget, [{"rep": "Ana", "method": "proportional", "amount": total / 100, "zero_base": "equal"}])
    run(book, "spread")
    after = np.array([*cents_of(book).values()], dtype=object)
    assert after.sum() == total
    if sum(months):
        shares = [total * cents / sum(months) for cents in months]
        assert all(abs(int(got) - share) < 1.5 for got, share in zip(cents_in_order(book), shares, strict=True))


def cents_in_order(book: MemoryBook) -> list[int]:
    """Ana's months."""
    cents = cents_of(book)
    return [cents[f"2026-0{month}", *PAIRS[0]] for month in (1, 2, 3)]

"""Capacity gate: quota beside minutes, the budget of products beside their capacity, each flag with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesplan_xl.actions.perform import Outcome
from tests.actions.setting import DAY, places, refused, run, sale, small_plan
from tests.memory_book import MemoryBook, Row

# The cycle has 12 weeks, 84 days. Ana's 84 visits take 50 minutes and 10 of travel, 60 minutes a day: January needs
# 1,860 of them, February 1,680. Ben's 42 take 80 and 40, which is as much.
VISITS: tuple[Row, ...] = (
    {"customer": "C1", "rep": "Ana", "planned": 84, "routed": 84, "unserved": 0, "minutes": 50},
    {"customer": "C2", "rep": "Ben", "planned": 42, "routed": 21, "unserved": 21, "minutes": 80},
)
ROUTES: tuple[Row, ...] = tuple(
    {
        "rep": rep,
        "date": DAY(2026, 1, 5),
        "tour": 1,
        "stop": 1,
        "kind": "home",
        "arrive": 0.5,
        "travel_minutes": 840,
        "km": 1,
        "visit_minutes": 0,
        "night": 0,
    }
    for rep in ("Ana", "Ben")
)
# Sales are loaded for January and February 2025. The visits would have taken 3,540 minutes: Ana's customer bought 354,
# which is 0.10 a minute or 6 an hour, Ben's 708, twice as much. January 2026 has 22 weekdays, February 20 and the year
# 261, each of 480 minutes: Ana can bring 1,056 in January, 960 in February and 12,528 in the year.
SALES = (
    sale("1", "1", DAY(2025, 1, 10), "C1", "North", "Ana", 200),
    sale("2", "1", DAY(2025, 1, 20), "C2", "South", "Ben", 400),
    sale("3", "1", DAY(2025, 2, 5), "C1", "North", "Ana", 154),
    sale("3", "2", DAY(2025, 2, 5), "C2", "South", "Ben", 308),
)
HOMES = {"Ana": "North", "Ben": "South", "Cleo": "South"}


def lines(budget: Mapping[str, Sequence[float]]) -> list[Row]:
    """Budget lines of January, February and so on, by rep."""
    return [
        {"month": DAY(2026, month, 1), "territory": HOMES[rep], "rep": rep, "budget": amount}
        for rep, amounts in budget.items()
        for month, amount in enumerate(amounts, start=1)
    ]


def plan(budget: Mapping[str, Sequence[float]] | None = None, **tables: Sequence[Row]) -> MemoryBook:
    """The plan above, with these budgets."""
    given_tables: dict[str, Sequence[Row]] = {
        "sales": SALES,
        "visits": VISITS,
        "routes": ROUTES,
        "budget_lines": lines(budget or {"Ana": (500, 400), "Ben": (1000, 800)}),
    }
    return small_plan(**{**given_tables, **tables})


def gate(book: MemoryBook) -> dict[tuple[str, str | None], Any]:
    """The rows of the gate by rep and period."""
    rows: Any = book.frame("gate").itertuples()
    return {(row.rep, row.period): row for row in rows}


def flags(book: MemoryBook, rep: str = "Ana") -> list[str]:
    """The flags of the year, January and February."""
    rows = gate(book)
    return [rows[rep, period].flag for period in (None, "2026-01", "2026-02")]


def told(outcome: Outcome, start: str = "W-CAPACITY") -> list[tuple[str, str]]:
    """Code and place of what was told of capacities."""
    return [place for place in places(list(outcome.problems)) if place[0].startswith(start)]


# Reps


def test_quota_and_field_minutes_stand_side_by_side() -> None:
    book = plan()
    outcome = run(book, "capacity_gate")
    row = gate(book)["Ana", "2026-01"]
    assert (row.quota, row.sold_before) == (500, 200)
    assert (row.visits, row.minutes_needed, row.minutes_there) == (31, 1860, 10_560)
    assert (row.per_hour, row.capacity) == (6, 1056)
    assert (row.visit_load, row.quota_load) == (round(1860 / 10_560, 6), round(500 / 1056, 6))
    assert row.per_visit == 16.13  # 500 / 31
    assert (row.visits_from, row.per_hour_from) == ("routes", "own")
    assert (row.flag, row.reason) == (
        "ok",
        "The visits take 17.6% of the minutes, the quota 47.3% of what they bring.",
    )
    assert outcome.numbers == {
        "reps": 2,
        "reps_over": 0,
        "reps_watch": 0,
        "months_over": 0,
        "capacities": 0,
        "capacities_over": 0,
        "capacities_watch": 0,
    }


def test_a_row_without_a_month_is_the_year() -> None:
    book = plan()
    run(book, "capacity_gate")
    row = gate(book)["Ana", None]
    assert (row.quota, row.capacity, row.minutes_there) == (900, 12_528, 125_280)
    assert row.visits == 365
    assert np.isnan(row.sold_before)  # ten months of 2025 are not loaded


def test_a_quota_is_watched_at_nine_tenths_and_over_by_a_cent() -> None:
    book = plan({"Ana": (950.40, 960.01)})  # 90 % of 1,056.00, and a cent more than 960.00
    run(book, "capacity_gate")
    assert flags(book) == ["ok", "watch", "over"]
    rows = gate(book)
    assert rows["Ana", "2026-01"].reason == "The quota takes 90.0% of what the minutes bring."
    assert rows["Ana", "2026-02"].reason == ("The quota takes 100.0% of what the minutes bring: 0.01 too much.")
    book = plan({"Ana": (950.39, 960)})
    run(book, "capacity_gate")
    assert flags(book) == ["ok", "ok", "watch"]


def test_thresholds_are_options() -> None:
    book = plan({"Ana": (500, 400)})  # 47 % and 42 %
    run(book, "capacity_gate", watch="45%", over="46%")
    assert flags(book) == ["ok", "over", "ok"]


def test_visits_that_need_more_minutes_than_there_are_are_over_whatever_the_quota() -> None:
    book = plan({"Ana": (0, 0)})
    book.write_name("plan_routes_day_minutes", 80.0)  # 22 x 80 = 1,760 of the 1,860 that January needs
    run(book, "capacity_gate")
    assert gate(book)["Ana", "2026-01"].reason == "The visits take 105.7% of the minutes there are: 100 too many."
    assert flags(book) == ["over", "over", "over"]


def test_a_visit_on_no_route_needs_the_travel_of_one_that_is() -> None:
    book = plan()
    run(book, "capacity_gate")
    # 840 minutes of travel to the 21 of Ben's 42 visits that are on a route: 42 x (80 + 40) = 5,040 in 84 days
    assert gate(book)["Ben", "2026-01"].minutes_needed == 1860


def test_without_a_route_of_ones_own_the_travel_is_that_of_all() -> None:
    visits = [VISITS[0], {**VISITS[1], "routed": 0, "unserved": 42}]
    book = plan(visits=visits, routes=ROUTES[:1])
    run(book, "capacity_gate")
    assert gate(book)["Ben", "2026-01"].minutes_needed == 1395  # 42 x (80 + 10) x 31 / 84


def test_sales_follow_the_customers_to_whoever_has_them_now() -> None:
    customers = [{"customer": one, "name": one, "territory": "North", "rep": "Ana"} for one in ("C1", "C2")]
    book = plan(customers=customers)
    run(book, "capacity_gate")
    assert gate(book)["Ana", "2026-01"].sold_before == 600
    assert gate(book)["Ben", "2026-01"].sold_before == 0


def test_who_sold_nothing_yet_counts_with_the_company() -> None:
    book = plan(sales=[SALES[0], SALES[2]])  # nothing of Ben's
    run(book, "capacity_gate")
    row = gate(book)["Ben", "2026-01"]
    assert (row.per_hour_from, row.per_hour) == ("company", 3)  # 354 in 2 x 3,540 minutes: 0.05 a minute
    assert row.capacity == 528  # 10,560 x 0.05
    assert gate(book)["Ana", "2026-01"].per_hour == 6


def test_everybody_may_count_with_the_company() -> None:
    book = plan()
    run(book, "capacity_gate", per_hour="company")
    assert [gate(book)[rep, "2026-01"].capacity for rep in ("Ana", "Ben")] == [1584, 1584]  # 1,062 / 7,080 = 0.15


def test_a_quota_that_no_visit_is_planned_for_is_watched() -> None:
    team = [{"rep": rep, "home_territory": home} for rep, home in HOMES.items()]
    book = plan({"Ana": (500, 400), "Cleo": (100, 0)}, team=team, capacity_by_rep=[{"rep": rep} for rep in HOMES])
    run(book, "capacity_gate")
    assert flags(book, "Cleo") == ["watch", "watch", "ok"]
    row = gate(book)["Cleo", "2026-01"]
    assert row.reason == "A quota of 100.00, and no visit is planned."
    assert (row.visits, row.minutes_needed) == (0, 0)
    assert np.isnan(row.per_visit)


POLICY = [{"segment": "Big", "visits": 84, "minutes": 50}, {"segment": "None", "visits": 0, "minutes": 50}]


def customers_in(*segments: str | None) -> list[Row]:
    """Ana's customers in these segments, and Ben's in Big."""
    of_ana = [
        {"customer": f"C{n}", "name": "A", "territory": "North", "rep": "Ana", "segment": one}
        for n, one in enumerate(segments, start=3)
    ]
    return [*of_ana, {"customer": "C2", "name": "B", "territory": "South", "rep": "Ben", "segment": "Big"}]


def test_until_visits_are_planned_the_policy_says_how_many_there_are() -> None:
    book = plan(visits=[], routes=[], visit_policy=POLICY, customers=customers_in("Big", "None"))
    run(book, "capacity_gate", travel_minutes="10")
    row = gate(book)["Ana", "2026-01"]
    assert (row.visits_from, row.visits, row.minutes_needed) == ("policy", 31, 1860)
    run(book, "capacity_gate")  # 30 minutes of travel, unless said otherwise
    assert gate(book)["Ana", "2026-01"].minutes_needed == 2480


@pytest.mark.parametrize("segment", [pytest.param(None, id="no-segment"), pytest.param("Tiny", id="no-policy")])
def test_one_customer_of_whom_nothing_is_known_leaves_the_minutes_unknown(segment: str | None) -> None:
    book = plan(visits=[], routes=[], visit_policy=POLICY, customers=customers_in("Big", segment))
    run(book, "capacity_gate", travel_minutes="10")
    row = gate(book)["Ana", "2026-01"]
    assert row.visits_from == "unknown"
    assert np.isnan([row.visits, row.minutes_needed]).all()
    # what an hour brings is then Ben's: 708 in 84 visits of 60 minutes a cycle, 3,540 in two months: 0.20 a minute
    assert (row.per_hour_from, row.capacity, row.flag) == ("company", 2112, "ok")
    assert row.reason == (
        "The visits take a part that is not known of the minutes, the quota 23.7% of what they bring."
    )


def test_where_nothing_is_known_nothing_is_guessed() -> None:
    book = plan(visits=[], routes=[])
    run(book, "capacity_gate")
    assert flags(book) == ["unknown", "unknown", "unknown"]
    row = gate(book)["Ana", "2026-01"]
    assert row.minutes_there == 10_560
    assert row.reason.startswith("Plan the visits in 7 Field work")


def test_a_season_moves_what_the_minutes_bring_from_month_to_month() -> None:
    # a year of 30 a month and 60 more in December; Ana alone has visits, so she is the company: 420 in 365 x 60 minutes
    year = [sale(f"{n}", "1", DAY(2025, n, 3), "C1", "North", "Ana", 90 if n == 12 else 30) for n in range(1, 13)]
    book = plan({"Ana": [10] * 12}, sales=year, visits=VISITS[:1], routes=ROUTES[:1])
    run(book, "capacity_gate")
    rows = gate(book)
    # January brings 30 in 1,860 minutes and 10,560 are there: 170.32. December has 31 days too, and 23 weekdays: 11,040
    # minutes, of which 1,860 bring 90
    assert [rows["Ana", month].capacity for month in ("2026-01", "2026-12")] == [170.32, 534.19]
    assert rows["Ana", None].capacity == round(sum(rows["Ana", f"2026-{n:02}"].capacity for n in range(1, 13)), 2)


def test_months_that_are_over_are_left_out() -> None:
    budget = lines({"Ana": (500, 400), "Ben": (1000, 800)})
    closed = [{**line, "held": "closed"} if line["month"] == DAY(2026, 1, 1) else line for line in budget]
    book = plan(budget_lines=closed)
    run(book, "capacity_gate")
    rows = gate(book)
    assert ("Ana", "2026-01") not in rows
    assert (rows["Ana", None].quota, rows["Ana", None].minutes_there) == (400, 125_280 - 10_560)


def test_holidays_of_the_home_country_are_no_minutes() -> None:
    book = plan(territories=[{"territory": "North", "country": "US"}, {"territory": "South"}])
    run(book, "capacity_gate")
    assert gate(book)["Ana", "2026-01"].minutes_there == 9600  # without New Year's Day and Martin Luther King's Day
    assert gate(book)["Ben", "2026-01"].minutes_there == 10_560


def test_a_country_without_a_calendar_is_refused_at_its_cell() -> None:
    book = plan(territories=[{"territory": "North", "country": "XX"}, {"territory": "South"}])
    found = places(refused(book, "capacity_gate"))
    assert ("E-FIELD-COUNTRY", book.place("territories", 0, "country")) in found


def test_loads_the_wrong_way_round_are_refused() -> None:
    assert "E-CAPACITY-SHARES" in [one.code for one in refused(plan(), "capacity_gate", watch="110%")]


def test_undo_takes_the_gate_back() -> None:
    book = plan()
    before = book.state()
    run(book, "capacity_gate")
    assert book.state() != before
    run(book, "undo")
    assert book.state() == before


# Products

# 2025: North bought 60 of A at 5 and 60 of B at 1, South only B, 300 at 2
MIX = (
    {**sale("1", "1", DAY(2025, 1, 1), "C1", "North", "Ana", 300), "product": "A", "quantity": 60},
    {**sale("2", "1", DAY(2025, 2, 1), "C1", "North", "Ana", 60), "product": "B", "quantity": 60},
    {**sale("3", "1", DAY(2025, 3, 1), "C2", "South", "Ben", 600), "product": "B", "quantity": 300},
)
BUDGET = {"Ana": (720, 360), "Ben": (100, 200)}


def capacity(*rows: Row, **tables: Sequence[Row]) -> MemoryBook:
    """A plan with these capacities."""
    return plan(BUDGET, sales=MIX, capacity=rows, visits=[], routes=[], **tables)


def products(book: MemoryBook) -> list[tuple[object, ...]]:
    """Budget, pieces, load and flag of each row of capacity."""
    columns = ("budget", "quantity", "load", "flag")
    return list(zip(*(book.column("gate_products", name) for name in columns), strict=True))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        # North's 1,080 are 5/6 A: 900, at 5 a piece
        pytest.param({"product": "A", "amount": 1000}, (900, 180, 0.9, "watch"), id="amount"),
        pytest.param({"product": "A", "quantity": 150}, (900, 180, 1.2, "over"), id="pieces"),
        pytest.param({"product": "A", "amount": 1000, "quantity": 150}, (900, 180, 1.2, "over"), id="the-worse"),
        # 1/6 of North's and all of South's: 180 + 300; 360 pieces for 660, 1.8333 each
        pytest.param({"product": "B", "amount": 960}, (480, 261.818182, 0.5, "ok"), id="mix-of-each-territory"),
        pytest.param({"product": "B", "territory": "South", "amount": 300}, (300, 163.636364, 1, "watch"), id="part"),
        pytest.param({"product": "A", "territory": "South", "amount": 300}, (0, 0, 0, "ok"), id="not-sold-there"),
        pytest.param({"product": "A", "period": DAY(2026, 2, 1), "amount": 100}, (300, 60, 3, "over"), id="month"),
        pytest.param({"product": "A", "period": "Q1", "amount": 1800}, (900, 180, 0.5, "ok"), id="quarter"),
        pytest.param({"product": "A", "period": "H2", "amount": 1800}, (0, 0, 0, "ok"), id="half-without-budget"),
        pytest.param({"amount": 1380}, (1380, None, 1, "watch"), id="everything-sold"),
        # 960 for 420 pieces: 2.2857 each
        pytest.param({"quantity": 805}, (1380, 603.75, 0.75, "ok"), id="everything-sold-in-pieces"),
        pytest.param({"product": "A", "amount": 0}, (900, 180, None, "over"), id="no-capacity-at-all"),
    ],
)
def test_the_budget_of_a_product_is_set_beside_its_capacity(row: Row, expected: tuple[object, ...]) -> None:
    book = capacity(row)
    run(book, "capacity_gate")
    assert products(book) == [expected]


def test_a_product_says_by_how_much_it_is_over() -> None:
    book = capacity({"product": "A", "amount": 800}, {"product": "A", "period": "Q1", "quantity": 150}, {"amount": 1e6})
    outcome = run(book, "capacity_gate")
    assert book.column("gate_products", "reason") == [
        "The budget takes 112.5% of the capacity: 100.00 too much.",
        "The budget takes 120.0% of the capacity: 30.0 pieces too many.",
        "The budget takes 0.1% of the capacity.",
    ]
    assert (outcome.numbers["capacities"], outcome.numbers["capacities_over"]) == (3, 2)


def test_a_territory_without_sales_is_planned_in_the_mix_of_all() -> None:
    territories = [{"territory": name} for name in ("North", "South", "West")]
    west = [{"month": DAY(2026, 1, 1), "territory": "West", "rep": "Ben", "budget": 96}]
    book = capacity(
        {"product": "A", "territory": "West", "amount": 60},
        territories=territories,
        budget_lines=[*lines(BUDGET), *west],
        budget_by_territory=territories,
    )
    run(book, "capacity_gate")
    assert products(book) == [(30, 6, 0.5, "ok")]  # A is 300 of 960


def test_a_product_that_was_not_sold_is_told_with_the_nearest_one_and_not_judged() -> None:
    book = capacity({"product": "Ax", "amount": 5}, {"product": "Zebra", "amount": 5})
    outcome = run(book, "capacity_gate")
    assert told(outcome) == [("W-CAPACITY-NOT-SOLD", book.place("capacity", row, "product")) for row in (0, 1)]
    hints = [one.action for one in outcome.problems if one.code == "W-CAPACITY-NOT-SOLD"]
    assert hints[0].startswith("Did you mean A?")
    assert hints[1].startswith("Its part of the budget is not known")
    assert products(book) == [(None, None, None, "unknown"), (None, None, None, "unknown")]


@pytest.mark.parametrize(
    ("rows", "code", "cell"),
    [
        pytest.param([{"product": "A"}], "E-CAPACITY-BLANK", (0, "amount"), id="says-nothing"),
        pytest.param([{"amount": 5}, {"quantity": 5}], "E-CAPACITY-TWICE", (1, "amount"), id="twice"),
        pytest.param([{"amount": 5, "territory": "Nord"}], "E-CELL-REFERENCE", (0, "territory"), id="no-territory"),
        pytest.param([{"amount": 5, "period": DAY(2027, 1, 1)}], "E-BUDGET-OUTSIDE", (0, "period"), id="other-year"),
        pytest.param([{"amount": -5}], "E-CELL-BOUND", (0, "amount"), id="negative"),
    ],
)
def test_a_row_of_capacity_that_cannot_be_read_is_refused_at_its_cell(
    rows: list[Row], code: str, cell: tuple[int, str]
) -> None:
    book = capacity(*rows)
    assert places([one for one in refused(book, "capacity_gate") if one.stops]) == [
        (code, book.place("capacity", *cell))
    ]


def test_a_capacity_of_months_that_are_over_is_left_out() -> None:
    closed = [{**line, "held": "closed"} if line["month"] == DAY(2026, 1, 1) else line for line in lines(BUDGET)]
    book = capacity({"amount": 5, "period": DAY(2026, 1, 1)}, {"amount": 9, "period": "Q1"}, budget_lines=closed)
    run(book, "capacity_gate")
    assert book.column("gate_products", "period") == ["Q1"]


# What holds for any plan

TIMES = st.integers(1, 50)
CENTS = st.integers(0, 300_000)


@settings(max_examples=10, deadline=None)
@given(st.lists(CENTS, min_size=4, max_size=4), TIMES)
def test_loads_grow_with_the_budget_and_the_minutes_do_not(budget: list[int], times: int) -> None:
    loads = []
    for factor in (1, times):
        amounts = [cents * factor / 100 for cents in budget]
        book = plan({"Ana": amounts[:2], "Ben": amounts[2:]}, capacity=[{"amount": 1000}])
        run(book, "capacity_gate")
        loads.append((book.frame("gate"), book.frame("gate_products")))
    (one, product), (other, other_product) = loads
    assert (other["quota_load"] - times * one["quota_load"]).abs().max() <= 1e-6 * (times + 1)
    assert (other["visit_load"] == one["visit_load"]).all()
    assert abs(other_product["load"][0] - times * product["load"][0]) <= 1e-6 * (times + 1)


@settings(max_examples=8, deadline=None)
@given(st.data())
def test_the_order_of_rows_never_matters(data: st.DataObject) -> None:
    rows = ({"product": "A", "quantity": 150}, {"product": "B", "period": "Q1", "amount": 300})
    straight, turned = capacity(*rows), capacity(*rows)
    for table in ("sales", "visits", "routes", "budget_lines", "team", "customers", "territories"):
        count = len(turned.frame(table))
        turned.reorder(table, data.draw(st.permutations(range(count)), label=table))
    for book in (straight, turned):
        run(book, "capacity_gate")
    for table in ("gate", "gate_products"):
        assert turned.state()[table] == straight.state()[table]


# Told where it happens


def test_a_spread_tells_at_the_target_what_no_minutes_carry() -> None:
    # Ben can bring twice 12,528 in the year, Ana half of that; history gives Ana a third
    targets: list[Row] = [{"amount": 60_000}, {"territory": "South", "amount": 40_000, "at": "at least"}]
    book = plan(budget_targets=targets, budget_lines=[])
    outcome = run(book, "disaggregate")
    year, south = (book.place("budget_targets", row, "amount") for row in (0, 1))
    assert told(outcome) == [("W-CAPACITY-QUOTA", year), ("W-CAPACITY-QUOTA", south)]
    ana = next(one for one in outcome.problems if one.code == "W-CAPACITY-QUOTA")
    assert ana.found == (
        "20,000.00 for the rep Ana in the year, 159.6% of the 12,528.00 that the field minutes can bring: "
        "7,472.00 too much"
    )


def test_a_spread_that_can_be_carried_tells_nothing() -> None:
    assert told(run(plan(budget_lines=[]), "disaggregate")) == []


def test_without_visits_and_capacities_nothing_is_told() -> None:
    book = plan(visits=[], routes=[], budget_targets=[{"amount": 1e9}], visit_policy=POLICY, budget_lines=[])
    assert told(run(book, "disaggregate")) == []
    assert told(run(book, "check")) == []


def test_a_month_is_told_where_the_year_can_be_carried() -> None:
    book = plan({"Ana": (1056, 961), "Ben": (0, 0)})
    outcome = run(book, "check")
    assert told(outcome) == [("W-CAPACITY-QUOTA", book.place("budget_lines", 1, "budget"))]


def test_a_product_is_told_once_by_its_worst_row_at_the_largest_line() -> None:
    rows: list[Row] = [
        {"product": "A", "amount": 800},
        {"product": "A", "period": DAY(2026, 2, 1), "amount": 100},
        {"amount": 1},
    ]
    book = capacity(*rows)
    outcome = run(book, "check")
    largest, february = (book.place("budget_lines", row, "budget") for row in (0, 1))
    assert told(outcome) == [("W-CAPACITY-AMOUNT", february), ("W-CAPACITY-AMOUNT", largest)]
    assert [one.found for one in outcome.problems if one.code == "W-CAPACITY-AMOUNT"] == [
        "300.00 of A / 2026-02, 300.0% of the capacity of 100.00: 200.00 too much",
        "1,380.00 of everything sold, 138000.0% of the capacity of 1.00: 1,379.00 too much",
    ]


def test_pieces_are_told_in_pieces() -> None:
    outcome = run(capacity({"product": "A", "quantity": 150}), "check")
    (found,) = (one.found for one in outcome.problems if one.code == "W-CAPACITY-QUANTITY")
    assert found == "180.0 pieces of A, 120.0% of the capacity of 150.0: 30.0 too many"


def test_check_tells_what_will_stop_the_gate() -> None:
    book = capacity({"product": "A"})
    assert told(run(book, "check")) == [("W-CAPACITY-BLANK", book.place("capacity", 0, "amount"))]


def test_a_catch_up_tells_what_the_months_left_cannot_carry() -> None:
    # 20,000 planned, nothing sold in January: all of it falls on February, of which Ana can bring 960
    weighed = [{**line, "weight": 1} for line in lines({"Ana": (10_000, 10_000), "Ben": (0, 0)})]
    book = plan(budget_lines=weighed)
    outcome = run(book, "rebalance", closed_until="2026-01-01", keep="rep")
    assert told(outcome) == [("W-CAPACITY-QUOTA", book.place("budget_lines", 1, "budget"))]
    (ana,) = (one.found for one in outcome.problems if one.code == "W-CAPACITY-QUOTA")
    # the months left are 239 weekdays of 480 minutes at 0.10
    assert ana == (
        "20,000.00 for the rep Ana in the months left, 174.3% of the 11,472.00 that the field minutes can bring: "
        "8,528.00 too much"
    )


def test_a_transfer_tells_only_what_it_makes_exceed() -> None:
    # Ana is over already and gives; Ben gets, and is over in February then: 1,920 is what his minutes bring
    move = {"from_rep": "Ana", "to_rep": "Ben", "period": DAY(2026, 2, 1), "reason": "moved", "owner": "Cam"}
    book = plan({"Ana": (2000, 2000), "Ben": (1000, 1800)}, transfers=[{**move, "amount": 200}])
    outcome = run(book, "transfer")
    assert told(outcome) == [("W-CAPACITY-QUOTA", book.place("budget_lines", 3, "budget"))]
    (ben,) = (one.found for one in outcome.problems if one.code == "W-CAPACITY-QUOTA")
    assert ben.startswith("2,000.00 for the rep Ben in 2026-02, 104.2% of the 1,920.00")
    book.type_row("transfers", {**move, "amount": 100, "from_rep": "Ben", "to_rep": "Ana"})
    # January is more too much than February, but has not grown
    assert told(run(book, "transfer")) == [("W-CAPACITY-QUOTA", book.place("budget_lines", 1, "budget"))]


def test_the_options_of_the_gate_decide_what_is_told() -> None:
    book = plan({"Ana": (500, 400), "Ben": (0, 0)})
    book.write_name("capacity_gate_over", 0.45)  # January takes 47 %
    assert told(run(book, "check")) == [("W-CAPACITY-QUOTA", book.place("budget_lines", 0, "budget"))]
    book.write_name("capacity_gate_per_hour", "company")  # at 0.15 a minute it takes 32 %
    assert told(run(book, "check")) == []


def test_a_country_without_a_calendar_does_not_stop_a_spread() -> None:
    territories = [{"territory": "North", "country": "XX"}, {"territory": "South"}]
    book = plan(territories=territories, budget_targets=[{"amount": 90_000}], budget_lines=[])
    outcome = run(book, "disaggregate")
    assert told(outcome) == [("W-CAPACITY-QUOTA", book.place("budget_targets", 0, "amount"))]  # Ben's

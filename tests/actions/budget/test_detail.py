"""Budget lines by customer and product family: whatever the detail, pairs get the same and every target is met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from salesplan_xl.workbook.sheets.budget_dimensions import PATH_MARK
from tests.actions.setting import DAY, places, refused, run, sale, small_plan
from tests.memory_book import MemoryBook, Row

HOLD = {"owner": "Ana", "reason": "signed"}
DETAILS = ["territory and rep", "customer", "family", "customer and family"]


def two_customers(**tables: Sequence[Row]) -> MemoryBook:
    """
    The small plan, with a second customer of Ana who has not bought yet.

    ======== ======= ========= ======= ======== ========
    customer segment territory rep     January  February
    ======== ======= ========= ======= ======== ========
    C1       Key     North     Ana          300      100
    C3       New     North     Ana
    C2       Key     South     Ben          100      500
    ======== ======= ========= ======= ======== ========
    """
    customers: list[Row] = [
        {"customer": "C1", "name": "One", "territory": "North", "rep": "Ana", "segment": "Key"},
        {"customer": "C2", "name": "Two", "territory": "South", "rep": "Ben", "segment": "Key"},
        {"customer": "C3", "name": "Three", "territory": "North", "rep": "Ana", "segment": "New"},
    ]
    return small_plan(**{"customers": customers, **tables})


def amounts(book: MemoryBook, *by: str, table: str = "budget_lines") -> dict[Any, int]:
    """The budget in cents by some columns, a month by its number; what is zero is left out."""
    sums: Counter[Any] = Counter()
    frame = book.frame(table)
    for row in frame.assign(month=frame["month"].dt.month).to_dict("records"):
        sums[tuple(row[column] for column in by)] += round(row["budget"] * 100)
    return {at: cents for at, cents in sums.items() if cents}


def test_a_customer_without_history_gets_the_mean_year_of_the_others_by_the_season_of_the_pair() -> None:
    book = two_customers()
    run(book, "disaggregate", detail="customer", season_weight="0", detail_peer_weight="0")
    # Ana has 800 of 2000 as without detail: 600 in January, 200 in February. C1 sold 400, the mean of those who sold;
    # so C3's year is 400 too, three quarters in January: each gets half of both months
    assert amounts(book, "month", "rep", "customer") == {
        (1, "Ana", "C1"): 300_00,
        (1, "Ana", "C3"): 300_00,
        (2, "Ana", "C1"): 100_00,
        (2, "Ana", "C3"): 100_00,
        (1, "Ben", "C2"): 200_00,
        (2, "Ben", "C2"): 1000_00,
    }
    basis = {row.customer: (row.basis, row.segments) for row in lines_of(book)}
    assert basis == {
        "C1": ("history", path("Key", "C1")),
        "C2": ("history", path("Key", "C2")),
        "C3": ("peer_average", path("New", "C3")),
    }
    assert [row.history for row in lines_of(book) if row.customer == "C3"] == [0.0] * 12


def test_a_customers_year_is_drawn_towards_the_mean_of_the_pair() -> None:
    sales = [
        sale("1", "1", DAY(2025, 1, 10), "C1", "North", "Ana", 300),
        sale("2", "1", DAY(2025, 1, 10), "C3", "North", "Ana", 100),
    ]
    book = two_customers(
        sales=sales,
        team=[{"rep": "Ana"}, {"rep": "Ben"}],
        budget_targets=[{"rep": "Ana", "amount": 400}, {"amount": 600}],
    )
    run(book, "disaggregate", detail="customer", season_weight="0", detail_peer_weight="0.5")
    # 300 and 100 have the mean 200: half of the way to it are 250 and 150
    drawn = {customer: cents for (rep, customer), cents in amounts(book, "rep", "customer").items() if rep == "Ana"}
    assert drawn == {"C1": 250_00, "C3": 150_00}


@pytest.mark.parametrize("detail", DETAILS)
def test_a_pair_gets_the_same_to_the_cent_at_every_detail(detail: str) -> None:
    asked: list[Row] = [
        {"amount": 2000.01},
        {"territory": "North", "amount": 333.33},
        {"period": "Q1", "amount": 777.77},
    ]
    sales = [
        {**sale(str(number), "1", DAY(2025, 1 + number % 5, 10), *who, 7.77 * number), "product": f"P{number % 3}"}
        for number, who in enumerate([("C1", "North", "Ana"), ("C2", "South", "Ben"), ("C3", "North", "Ana")] * 4, 1)
    ]
    plain, book = (two_customers(budget_targets=asked, sales=sales) for _ in range(2))
    run(plain, "disaggregate")
    run(book, "disaggregate", detail=detail)
    by = ("month", "territory", "rep")
    assert amounts(book, *by) == amounts(plain, *by)
    assert run(book, "check").problems == ()


def test_a_rep_without_customers_keeps_one_line_a_month_for_nobody_yet() -> None:
    team = [{"rep": "Ana"}, {"rep": "Ben"}, {"rep": "Cam", "home_territory": "North"}]
    book = two_customers(team=team)
    run(book, "disaggregate", detail="customer")
    cam = [row for row in lines_of(book) if row.rep == "Cam"]
    assert [(len(cam), row.customer, row.segments, row.basis) for row in cam[:1]] == [(12, None, None, "peer_average")]


def test_a_customer_whom_nobody_looks_after_is_planned_where_the_customer_bought() -> None:
    customers = [{"customer": "C2", "name": "Two", "territory": "South", "rep": "Ben"}]
    book = two_customers(customers=customers)
    run(book, "disaggregate", detail="customer", season_weight="0", detail_peer_weight="0")
    assert amounts(book, "rep", "customer") == {("Ana", "C1"): 800_00, ("Ben", "C2"): 1200_00}


# Families


def test_families_are_those_a_pair_sold_and_a_product_without_one_is_its_own() -> None:
    sales = [
        {**sale("1", "1", DAY(2025, 1, 10), "C1", "North", "Ana", 300), "product": "Road 1", "family": "Bikes"},
        {**sale("1", "2", DAY(2025, 1, 10), "C1", "North", "Ana", 100), "product": "Cap"},
        {**sale("2", "1", DAY(2025, 1, 20), "C2", "South", "Ben", 400), "product": "Road 2", "family": "Bikes"},
    ]
    team = [{"rep": "Ana"}, {"rep": "Ben"}, {"rep": "Cam", "home_territory": "North"}]
    book = two_customers(sales=sales, team=team, budget_targets=[{"amount": 1200}])
    run(book, "disaggregate", detail="family", season_weight="0", detail_peer_weight="0")
    # three pairs of 400 each; Cam has sold nothing, so every family of the company, in equal parts
    assert amounts(book, "rep", "family") == {
        ("Ana", "Bikes"): 300_00,
        ("Ana", "Cap"): 100_00,
        ("Ben", "Bikes"): 400_00,
        ("Cam", "Bikes"): 200_00,
        ("Cam", "Cap"): 200_00,
    }


def test_a_customer_who_bought_nothing_yet_has_the_families_of_the_pair() -> None:
    sales = [
        {**sale("1", "1", DAY(2025, 1, 10), "C1", "North", "Ana", 300), "family": "Bikes"},
        {**sale("2", "1", DAY(2025, 1, 20), "C2", "South", "Ben", 400), "family": "Caps"},
    ]
    book = two_customers(sales=sales)
    run(book, "disaggregate", detail="customer and family")
    there = {(row.customer, row.family) for row in lines_of(book)}
    assert there == {("C1", "Bikes"), ("C3", "Bikes"), ("C2", "Caps")}


def test_a_plan_by_family_of_order_lines_that_name_none_is_refused() -> None:
    book = two_customers()
    (problem,) = refused(book, "disaggregate", detail="family")
    assert places([problem]) == [("E-BUDGET-NO-FAMILY", book.place("sales", -1, "family"))]


# Targets and holds


def test_a_target_of_a_segment_and_of_a_customer_in_a_month_are_met_with_the_year() -> None:
    book = two_customers(
        budget_targets=[
            {"amount": 2000},
            {"customer": "Key", "amount": 1500.01},
            {"customer": "C3", "period": DAY(2026, 1, 1), "amount": 123.45},
            {"territory": "North", "customer": "Key", "amount": 500.5},
        ]
    )
    book.write_name("disaggregate_detail", "customer")
    run(book, "disaggregate")
    sums = amounts(book, "customer")
    assert sums[("C1",)] + sums[("C2",)] == 1500_01
    assert sums[("C1",)] == 500_50
    assert sum(sums.values()) == 2000_00
    assert amounts(book, "month", "customer")[1, "C3"] == 123_45
    assert run(book, "check").problems == ()


@pytest.mark.parametrize(
    ("row", "column", "wanted"),
    [
        pytest.param({"customer": "C1"}, "customer", "customer", id="a customer"),
        pytest.param({"customer": "Key", "rep": "Ana"}, "customer", "customer", id="a segment"),
        pytest.param({"family": "Bikes"}, "family", "family", id="a family"),
    ],
)
def test_a_target_finer_than_the_plan_is_refused_with_the_detail_to_choose(row: Row, column: str, wanted: str) -> None:
    sales = [{**sale("1", "1", DAY(2025, 1, 10), "C1", "North", "Ana", 300), "family": "Bikes"}]
    book = two_customers(sales=sales, budget_targets=[{"amount": 2000}, {**row, "amount": 1}])
    (problem,) = refused(book, "disaggregate")
    assert places([problem]) == [("E-BUDGET-DETAIL", book.place("budget_targets", 1, column))]
    assert problem.found.endswith("where the detail of the budget lines is territory and rep")
    assert problem.action.startswith(f"Choose the detail {wanted} in Options of Disaggregate")


def test_a_name_that_is_no_customer_and_no_segment_is_told_with_the_nearest_one_at_any_detail() -> None:
    for detail in ("territory and rep", "customer"):
        book = two_customers(budget_targets=[{"amount": 2000}, {"customer": "Keys", "amount": 1}])
        (problem,) = refused(book, "disaggregate", detail=detail)
        assert problem.code == "E-CELL-REFERENCE"
        assert "Did you mean Key?" in problem.action


def test_a_segment_called_like_a_customer_is_refused_where_it_is_used() -> None:
    book = two_customers(budget_targets=[{"amount": 2000}, {"customer": "C2", "amount": 1}])
    book.type("customers", 0, "segment", "C2")
    (problem,) = refused(book, "disaggregate", detail="customer")
    assert places([problem]) == [("E-BUDGET-UNCLEAR", book.place("budget_targets", 1, "customer"))]
    assert "4 Customers" in problem.action


def test_a_hold_of_a_customer_without_an_amount_keeps_every_line_of_it() -> None:
    book = two_customers()
    run(book, "disaggregate", detail="customer")
    before = amounts(book, "month", "customer")
    book.type_row("budget_holds", {"customer": "C1", **HOLD})
    book.reorder("budget_holds", [1])
    book.type("budget_targets", 0, "amount", 3000)
    outcome = run(book, "disaggregate", detail="customer")
    after = amounts(book, "month", "customer")
    assert {at: cents for at, cents in after.items() if at[1] == "C1"} == {
        at: cents for at, cents in before.items() if at[1] == "C1"
    }
    assert sum(after.values()) == 3000_00
    assert outcome.numbers["held_lines"] == 12


@pytest.mark.parametrize("detail", DETAILS[:2])
def test_a_hold_of_a_rep_keeps_what_the_pair_has_when_the_detail_changes(detail: str) -> None:
    book = two_customers()
    run(book, "disaggregate", detail="customer")
    before, lines = amounts(book, "month", "rep"), amounts(book, "month", "customer")
    book.type_row("budget_holds", {"rep": "Ana", **HOLD})
    book.reorder("budget_holds", [1])
    book.type("budget_targets", 0, "amount", 3000)
    run(book, "disaggregate", detail=detail)
    after = amounts(book, "month", "rep")
    kept = {at: cents for at, cents in before.items() if at[1] == "Ana"}
    assert {at: cents for at, cents in after.items() if at[1] == "Ana"} == kept
    assert {row.held for row in lines_of(book) if row.rep == "Ana"} == {"held"}
    if detail == "customer":
        own = {at: cents for at, cents in lines.items() if at[1] in ("C1", "C3")}
        now = amounts(book, "month", "customer")
        assert {at: cents for at, cents in now.items() if at[1] in ("C1", "C3")} == own


def test_a_line_says_which_segment_it_is_below_and_check_lets_it_follow() -> None:
    book = two_customers()
    run(book, "disaggregate", detail="customer")
    book.type("customers", 0, "segment", "Lost")
    run(book, "check")
    assert {row.segments for row in lines_of(book) if row.customer == "C1"} == {path("Lost", "C1")}


# While the year goes on


def test_a_customers_month_that_is_over_takes_what_the_customer_bought_from_whomever() -> None:
    book = two_customers()
    run(book, "disaggregate", detail="customer", season_weight="0", detail_peer_weight="0")
    january = [
        ("C1", "North", "Ana", 10),
        ("C3", "North", "Ana", 20),
        ("C3", "South", "Ben", 5),
        ("C2", "South", "Ben", 40),
    ]
    for number, (customer, territory, rep, amount) in enumerate(january):
        book.type_row("sales", sale(f"N{number}", "1", DAY(2026, 1, 30), customer, territory, rep, amount))
    run(book, "rebalance")
    now = amounts(book, "month", "customer")
    # C3 bought 20 of Ana, who looks after C3, and 5 of Ben
    assert {at: cents for at, cents in now.items() if at[0] == 1} == {
        (1, "C1"): 10_00,
        (1, "C3"): 25_00,
        (1, "C2"): 40_00,
    }
    assert sum(now.values()) == 2000_00
    run(book, "undo")
    assert amounts(book, "month", "customer")[1, "C1"] == 300_00


def test_the_first_customer_of_a_rep_who_had_none_counts_for_the_line_of_nobody_yet() -> None:
    team = [{"rep": "Ana"}, {"rep": "Ben"}, {"rep": "Cam", "home_territory": "North"}]
    book = two_customers(team=team)
    run(book, "disaggregate", detail="customer")
    book.type_row("sales", sale("N1", "1", DAY(2026, 1, 30), "C9", "North", "Cam", 70))
    book.type_row("sales", sale("N2", "1", DAY(2026, 1, 30), "C9", "North", "Ana", 6.5))
    outcome = run(book, "rebalance")
    (line,) = [row for row in lines_of(book) if row.rep == "Cam" and row.month.month == 1]
    assert (line.customer, line.budget, line.held) == (None, 70.0, "closed")
    (problem,) = outcome.problems  # Ana has a line for each of her customers, and none for a new one
    assert problem.found == "6.50 sold where there is no budget line, such as North / Ana / C9 (in all: 1)"


def test_an_amount_is_transferred_from_one_customer_to_a_segment() -> None:
    book = two_customers(transfers=[{"from_customer": "C1", "to_customer": "New", "amount": 50, **TRANSFER}])
    run(book, "disaggregate", detail="customer", season_weight="0", detail_peer_weight="0")
    before, months = amounts(book, "customer"), amounts(book, "month")
    run(book, "transfer")
    after = amounts(book, "customer")
    assert {at: after[at] - before[at] for at in after if after[at] != before[at]} == {("C1",): -50_00, ("C3",): 50_00}
    assert amounts(book, "month") == months


TRANSFER = {"reason": "moved", "owner": "Ana"}


def test_run_rates_are_given_for_every_level_above_territories_and_reps() -> None:
    book = two_customers(
        territories=[
            {"territory": "North", "country": "NO", "region": "Europe"},
            {"territory": "South", "country": "IT", "region": "Europe"},
        ],
        team=[{"rep": "Max"}, {"rep": "Ana", "manager": "Max"}, {"rep": "Ben", "manager": "Max"}],
    )
    run(book, "disaggregate", detail="customer")
    for number, (customer, territory, rep) in enumerate([("C1", "North", "Ana"), ("C2", "South", "Ben")]):
        book.type_row("sales", sale(f"N{number}", "1", DAY(2026, 1, 30), customer, territory, rep, 40))
    run(book, "rebalance")
    rates = book.frame("run_rates")
    listed = list(zip(rates["level"], rates["node"], rates["sold"], strict=True))
    assert listed == [
        ("company", "company", 80),
        ("region", "Europe", 80),
        ("country", "IT", 40),
        ("country", "NO", 40),
        ("territory", "North", 40),
        ("territory", "South", 40),
        ("manager", "Max", 80),
        ("rep", "Ana", 40),
        ("rep", "Ben", 40),
    ]


# Any plan


@st.composite
def companies(draw: st.DrawFn) -> dict[str, Sequence[Row]]:
    """Customers of random pairs and segments, some held by nobody, and what they bought."""
    pairs = [("North", "Ana"), ("South", "Ben"), ("South", "Ana")]
    customers: list[Row] = []
    sales: list[Row] = []
    for number in range(draw(st.integers(1, 6))):
        customer, (territory, rep) = f"C{number}", draw(st.sampled_from(pairs))
        held = {"territory": territory, "rep": rep} if draw(st.booleans()) else {}
        segment = draw(st.sampled_from(["Key", "New", None]))
        customers.append({"customer": customer, "name": customer, "segment": segment, **held})
        for order in range(draw(st.integers(0, 3))):
            date, amount = DAY(2025, draw(st.integers(1, 12)), 1), draw(st.integers(1, 10**6)) / 100
            bought = {"product": draw(st.sampled_from(["P1", "P2"])), "family": draw(st.sampled_from(["F", None]))}
            sales.append({**sale(f"{number}-{order}", "1", date, customer, territory, rep, amount), **bought})
    return {"customers": customers, "sales": sales}


@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(companies(), st.integers(1, 10**8), st.sampled_from(DETAILS[1:]), st.data())
def test_in_any_plan_pairs_get_the_same_and_targets_of_parts_are_met(
    tables: dict[str, Sequence[Row]], total: int, detail: str, data: st.DataObject
) -> None:
    if "family" in detail and not tables["sales"]:
        detail = "customer"
    asked: list[Row] = [{"amount": total / 100}]
    plain, book, turned = (two_customers(**{**tables, "budget_targets": asked}) for _ in range(3))
    run(plain, "disaggregate")
    run(book, "disaggregate", detail=detail)
    by = ("month", "territory", "rep")
    assert amounts(book, *by) == amounts(plain, *by)
    table = data.draw(st.sampled_from(["customers", "sales", "team", "territories"]))
    turned.reorder(table, data.draw(st.permutations(range(len(turned.frame(table))))))
    run(turned, "disaggregate", detail=detail)
    assert turned.state()["budget_lines"] == book.state()["budget_lines"]
    book.write_name("disaggregate_detail", detail)
    # what a part has can be asked of it, and is met; so is half of it, where others can take the rest
    column = data.draw(st.sampled_from(["customer", "family"] if detail == DETAILS[3] else [detail]))
    planned = {name: cents for (name,), cents in amounts(book, column).items() if name is not None}
    assume(planned)
    name, cents = data.draw(st.sampled_from(sorted(planned.items())))
    most = data.draw(st.sampled_from([cents, cents // 2])) if cents < total else cents  # others must have weights
    book.type_row("budget_targets", {column: name, "amount": most / 100})
    run(book, "disaggregate")
    assert amounts(book, column).get((name,), 0) == most
    assert sum(amounts(book, "month").values()) == total
    assert run(book, "check").problems == ()


def path(*nodes: str) -> str:
    """The nodes above a customer as a line shows them."""
    return PATH_MARK + "".join(node + PATH_MARK for node in nodes)


def lines_of(book: MemoryBook) -> list[Any]:
    """The budget lines."""
    return list(book.frame("budget_lines").itertuples())


def test_spreads_previews_days_and_the_capacity_gate_know_lines_by_customer() -> None:
    book = two_customers()
    run(book, "disaggregate", detail="customer")
    spread: dict[str, Any] = {
        "customer": "C1",
        "period": "Q2",
        "method": "equal",
        "amount": "300",
        "reason": "fair",
        "owner": "Ana",
    }
    run(book, "spread", preview="yes", **spread)
    preview = book.frame("budget_preview")
    change = dict(zip(zip(preview["level"], preview["node"], strict=True), preview["change"], strict=True))
    # nothing was sold in the second quarter before
    assert change["customer", "C1"] == change["segment", "Key"] == change["company", "company"] == 300
    run(book, "spread", **spread)
    in_quarter = {
        at[0]: cents for at, cents in amounts(book, "month", "customer").items() if at[1] == "C1" and at[0] > 2
    }
    assert in_quarter == {4: 100_00, 5: 100_00, 6: 100_00}
    of_rep = amounts(book, "rep")
    run(book, "phase", calendar="day", level="rep")
    days = book.frame("budget_calendar")
    assert {(node,): round(rows["budget"].sum() * 100) for node, rows in days.groupby("node")} == of_rep
    run(book, "capacity_gate")
    gate = book.frame("gate")
    year = gate[gate["period"].isna()]
    assert {(rep,): round(quota * 100) for rep, quota in zip(year["rep"], year["quota"], strict=True)} == of_rep

"""Targets and holds of any node: regions, managers, quarters and crossings of them, met together to the cent."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.actions.setting import DAY, places, refused, run, sale, small_plan
from tests.memory_book import MemoryBook, Row

HOLD = {"owner": "Ana", "reason": "signed"}
TERRITORIES = [
    {"territory": "Paris", "country": "FR", "region": "Europe"},
    {"territory": "Lyon", "country": "FR", "region": "Europe"},
    {"territory": "Berlin", "country": "DE", "region": "Europe"},
    {"territory": "Osaka", "country": "JP", "region": "Asia"},
]
TEAM = [
    {"rep": "Dora"},
    {"rep": "Max", "manager": "Dora"},
    {"rep": "Ana", "manager": "Max", "home_territory": "Paris"},
    {"rep": "Ben", "manager": "Max", "home_territory": "Lyon"},
    {"rep": "Cleo", "manager": "Dora", "home_territory": "Berlin"},
    {"rep": "Eri", "home_territory": "Osaka"},
]


def tree(targets: Sequence[Row], **tables: Sequence[Row]) -> MemoryBook:
    """
    A plan for 2026 of four pairs without history, so that every line weighs the same.

    ====== ======= ====== ==== =================
    region country place  rep  managers
    ====== ======= ====== ==== =================
    Europe FR      Paris  Ana  Max, Dora
    Europe FR      Lyon   Ben  Max, Dora
    Europe DE      Berlin Cleo Dora
    Asia   JP      Osaka  Eri
    ====== ======= ====== ==== =================
    """
    given_tables: dict[str, Sequence[Row]] = {
        "territories": TERRITORIES,
        "team": TEAM,
        "customers": [],
        "sales": [],
        "budget_targets": targets,
        "budget_by_territory": [{"territory": row["territory"]} for row in TERRITORIES],
        "budget_by_rep": [{"rep": row["rep"]} for row in TEAM],
        "attainment_by_rep": [{"rep": row["rep"]} for row in TEAM],
    }
    return small_plan(**{**given_tables, **tables})


def cents(book: MemoryBook, which: Callable[[Any], bool] = lambda _: True) -> int:
    """The budget in cents over some lines."""
    lines: Any = book.frame("budget_lines").itertuples()
    return sum(round(line.budget * 100) for line in lines if which(line))


def test_a_country_a_quarter_and_a_manager_are_met_with_the_year_at_once() -> None:
    book = tree(
        [
            {"amount": 4800.01},
            {"territory": "FR", "amount": 3000.01},
            {"period": "Q1", "amount": 2000.03},
            {"rep": "Dora", "amount": 4000.07},
        ]
    )
    run(book, "disaggregate")
    assert cents(book) == 480_001
    assert cents(book, lambda line: line.territory in ("Paris", "Lyon")) == 300_001
    assert cents(book, lambda line: line.month.month <= 3) == 200_003
    assert cents(book, lambda line: line.rep != "Eri") == 400_007
    # what is left of Dora's is Cleo's, and what is left of the year Eri's
    assert cents(book, lambda line: line.rep == "Cleo") == 100_006
    assert cents(book, lambda line: line.rep == "Eri") == 79_994


def test_lines_of_a_node_share_its_target_by_their_weights() -> None:
    book = tree([{"amount": 4800}, {"territory": "FR", "period": "Q1", "amount": 1200}])
    run(book, "disaggregate")
    # six lines share 1200, the other forty-two 3600
    amounts = {(line.month.month, line.rep): line.budget for line in lines_of(book)}
    assert {amounts[month, rep] for month in (1, 2, 3) for rep in ("Ana", "Ben")} == {200.0}
    # 3600.00 over 42 lines is 85.714...: whole cents above and below
    assert {amount for at, amount in amounts.items() if amount != 200.0} == {85.71, 85.72}
    assert sum(round(100 * amount) for amount in amounts.values()) == 480_000


def test_quarters_and_halves_count_from_the_plans_first_month() -> None:
    book = tree([{"amount": 1200}, {"period": "Q2", "amount": 500}, {"period": "H2", "amount": 100}])
    book.write_name("plan_start", 46204.0)  # 2026-07-01
    run(book, "disaggregate")
    assert cents(book, lambda line: line.month.month in (10, 11, 12)) == 50_000
    assert cents(book, lambda line: line.month.year == 2027) == 10_000


def test_a_manager_stands_for_all_below_and_what_is_their_own() -> None:
    team: list[Row] = [{**row, "home_territory": "Lyon"} if row["rep"] == "Max" else row for row in TEAM]
    book = tree([{"amount": 5000}, {"rep": "Max", "amount": 3500.5}], team=team)
    run(book, "disaggregate")
    assert cents(book, lambda line: line.rep in ("Ana", "Ben", "Max")) == 350_050
    assert cents(book, lambda line: line.rep == "Max") > 0


@pytest.mark.parametrize(
    ("at", "amount", "france"),
    [
        pytest.param("at least", 1000, 240_000, id="met-already"),
        pytest.param("at least", 3000.03, 300_003, id="raised-to-it"),
        pytest.param("at most", 3000, 240_000, id="below-already"),
        pytest.param("at most", 1000.01, 100_001, id="lowered-to-it"),
        pytest.param("exactly", 1000.01, 100_001, id="exactly"),
    ],
)
def test_a_target_may_be_a_lower_or_an_upper_bound(at: str, amount: float, france: int) -> None:
    book = tree([{"amount": 4800}, {"territory": "FR", "amount": amount, "at": at}])
    run(book, "disaggregate")
    assert cents(book, lambda line: line.territory in ("Paris", "Lyon")) == france
    assert cents(book) == 480_000
    assert run(book, "check").problems == ()


def test_check_says_that_a_bound_is_broken_and_not_that_it_is_exceeded() -> None:
    book = tree([{"amount": 4800}, {"territory": "FR", "amount": 2000, "at": "at least"}])
    run(book, "disaggregate")
    book.type("budget_targets", 1, "amount", 3000)
    broken = [("W-BUDGET-TARGET", book.place("budget_targets", 1, "amount"))]
    assert places(list(run(book, "check").problems)) == broken
    book.type("budget_targets", 1, "amount", 2400)
    assert run(book, "check").problems == ()


def test_bounds_alone_leave_the_size_of_the_plan_open() -> None:
    (problem,) = refused(tree([{"amount": 4800, "at": "at most"}]), "disaggregate")
    assert "add the grand total" in problem.found


def test_bounds_that_contradict_each_other_are_told_at_both_rows() -> None:
    book = tree(
        [
            {"amount": 4800},
            {"territory": "FR", "amount": 2000, "at": "at least"},
            {"rep": "Max", "amount": 1000, "at": "at most"},
        ]
    )
    problems = refused(book, "disaggregate")
    # Max's reps are those of France
    assert places(problems) == [("E-BUDGET", book.place("budget_targets", row, "amount")) for row in (1, 2)]
    assert all(word in problems[0].found for word in ("FR = Max", "2000", "1000"))


def test_two_names_of_the_same_leaves_may_have_the_same_amount() -> None:
    book = tree([{"amount": 4800}, {"territory": "FR", "amount": 1000}, {"rep": "Max", "amount": 1000}])
    run(book, "disaggregate")
    assert cents(book, lambda line: line.rep in ("Ana", "Ben")) == 100_000


def test_contradictions_that_have_nothing_to_do_with_each_other_are_all_told() -> None:
    book = tree(
        [
            {"amount": 4800},
            {"territory": "FR", "amount": 1000},
            {"rep": "Max", "amount": 900.5},
            {"territory": "DE", "period": "Q1", "amount": 70},
            {"rep": "Cleo", "period": "H1", "amount": 50},
            {"territory": "JP", "amount": 100},
        ]
    )
    problems = refused(book, "disaggregate")
    assert places(problems) == [("E-BUDGET", book.place("budget_targets", row, "amount")) for row in (1, 2, 3, 4)]
    # France is Max's reps, Germany is Cleo
    assert "FR (1000) and Max (900.5) are for the same cells, 99.5 is missing" in problems[0].found
    assert "Q1 / DE can only be fed by H1 / Cleo: 70 > 50, 20 is missing" in problems[2].found


def test_the_same_node_twice_is_refused_even_with_the_same_amount() -> None:
    book = tree([{"amount": 4800}, {"territory": "FR", "amount": 1000}, {"territory": "FR", "amount": 1000}])
    problems = refused(book, "disaggregate")
    assert places(problems) == [("E-BUDGET", book.place("budget_targets", row, "amount")) for row in (1, 2)]


def test_a_country_beyond_its_region_is_refused_with_the_names_of_the_sheet() -> None:
    book = tree(
        [
            {"amount": 4800},
            {"territory": "Europe", "period": "Q1", "amount": 500},
            {"territory": "FR", "period": "Q1", "amount": 600},
        ]
    )
    problems = refused(book, "disaggregate")
    assert places(problems) == [("E-BUDGET", book.place("budget_targets", row, "amount")) for row in (1, 2)]
    assert all(word in problems[0].found for word in ("Q1 / Europe", "Q1 / FR", "600", "500"))


def test_territories_that_do_not_make_up_their_country_are_refused_at_all_three_rows() -> None:
    book = tree(
        [
            {"amount": 4800},
            {"territory": "FR", "amount": 500},
            {"territory": "Paris", "amount": 300},
            {"territory": "Lyon", "amount": 300},
        ]
    )
    problems = refused(book, "disaggregate")
    assert places(problems) == [("E-BUDGET", book.place("budget_targets", row, "amount")) for row in (1, 2, 3)]


def test_a_hold_of_a_region_in_a_quarter_is_met_exactly_and_its_lines_are_not_held_one_by_one() -> None:
    hold = {"territory": "Europe", "period": "Q4", "amount": 123.45, **HOLD}
    book = tree([{"amount": 4800}], budget_holds=[hold])
    outcome = run(book, "disaggregate")
    assert cents(book, lambda line: line.territory != "Osaka" and line.month.month >= 10) == 12_345
    assert outcome.numbers["held_lines"] == 0


def test_a_hold_of_a_manager_without_an_amount_keeps_the_lines_below() -> None:
    book = tree([{"amount": 4800}])
    run(book, "disaggregate")
    book.type_row("budget_holds", {"rep": "Max", "period": "H1", **HOLD})
    book.reorder("budget_holds", [1])
    book.type("budget_targets", 0, "amount", 9600)
    outcome = run(book, "disaggregate")
    assert outcome.numbers["held_lines"] == 2 * 6
    kept = [line for line in lines_of(book) if line.rep in ("Ana", "Ben") and line.month.month <= 6]
    assert {(line.budget, line.held) for line in kept} == {(100.0, "held")}
    assert cents(book) == 960_000


def test_a_hold_of_one_pair_named_by_its_country_and_manager_holds_the_line() -> None:
    hold = {"territory": "DE", "rep": "Dora", "period": DAY(2026, 5, 1), "amount": 7.77, **HOLD}
    book = tree([{"amount": 4800}], budget_holds=[hold])
    run(book, "disaggregate")
    (line,) = [line for line in lines_of(book) if line.held]
    assert (line.territory, line.rep, line.month.month, line.budget) == ("Berlin", "Cleo", 5, 7.77)


def test_a_hold_beyond_its_target_is_shown_beside_it() -> None:
    book = tree(
        [{"amount": 4800}, {"territory": "Europe", "amount": 100}],
        budget_holds=[{"territory": "FR", "rep": "Ana", "period": DAY(2026, 5, 1), "amount": 101, **HOLD}],
    )
    assert places(refused(book, "disaggregate")) == [
        ("E-BUDGET", book.place("budget_targets", 1, "amount")),
        ("E-BUDGET", book.place("budget_holds", 0, "amount")),
    ]


def test_all_names_that_are_no_node_are_told_at_once_with_the_nearest_one() -> None:
    book = tree(
        [
            {"amount": 4800},
            {"territory": "Europa", "rep": "Doro", "amount": 1},
            {"period": DAY(2027, 1, 1), "amount": 1},
        ],
        budget_holds=[{"territory": "Mars", "amount": 1, **HOLD}],
    )
    problems = refused(book, "disaggregate")
    assert places(problems) == [
        ("E-CELL-REFERENCE", book.place("budget_targets", 1, "territory")),
        ("E-CELL-REFERENCE", book.place("budget_targets", 1, "rep")),
        ("E-BUDGET-OUTSIDE", book.place("budget_targets", 2, "period")),
        ("E-CELL-REFERENCE", book.place("budget_holds", 0, "territory")),
    ]
    assert "Did you mean Europe?" in problems[0].action
    assert problems[0].expected.endswith("column Territory, Country, Region")
    assert "Did you mean Dora?" in problems[1].action


def test_a_period_that_is_neither_a_month_nor_a_part_of_the_year_is_refused() -> None:
    for typed in ("Q5", "2026-01", DAY(2026, 1, 2)):
        (problem,) = refused(tree([{"amount": 1}, {"period": typed, "amount": 1}]), "disaggregate")
        assert problem.code == "E-CELL-KIND"
        assert "H1, H2, Q1, Q2, Q3, Q4" in problem.expected


def test_a_crossing_without_a_pair_is_refused() -> None:
    book = tree([{"amount": 4800}, {"territory": "Asia", "rep": "Dora", "amount": 1}])
    (problem,) = refused(book, "disaggregate")
    assert places([problem]) == [("E-BUDGET-NO-LINES", book.place("budget_targets", 1, "rep"))]
    assert "Asia / Dora" in problem.found


@pytest.mark.parametrize(
    ("territories", "told"),
    [
        pytest.param([*TERRITORIES, {"territory": "Europe", "country": "XX", "region": "Asia"}], True, id="region"),
        pytest.param([*TERRITORIES, {"territory": "Europe", "region": "Europe"}], True, id="part-of-itself"),
        pytest.param([{"territory": "Europe", "country": "Europe", "region": "Europe"}], False, id="the-same"),
    ],
)
def test_a_name_that_means_two_things_is_refused_where_it_is_used(territories: list[Row], *, told: bool) -> None:
    team = [{"rep": "Ana", "home_territory": "Europe"}]
    book = tree([{"amount": 4800}, {"territory": "Europe", "amount": 4800}], territories=territories, team=team)
    if told:
        (problem,) = refused(book, "disaggregate")
        assert places([problem]) == [("E-BUDGET-UNCLEAR", book.place("budget_targets", 1, "territory"))]
        assert "in Territory than in Region" in problem.found
    else:
        run(book, "disaggregate")
        assert cents(book) == 480_000


def test_managers_in_a_circle_are_refused_at_every_cell_of_it() -> None:
    team = [{"rep": "Ana", "manager": "Ben"}, {"rep": "Ben", "manager": "Ana"}, {"rep": "Cleo", "manager": "Ben"}]
    book = tree([{"amount": 1}], team=[*team, {"rep": "Dora", "manager": "Dora", "home_territory": "Paris"}])
    problems = refused(book, "disaggregate")
    assert places(problems) == [("E-TEAM-CIRCLE", book.place("team", row, "manager")) for row in (0, 1, 3)]


def test_a_manager_who_is_not_in_the_team_is_refused() -> None:
    book = tree([{"amount": 1}], team=[{"rep": "Ana", "manager": "Bob", "home_territory": "Paris"}])
    (problem,) = refused(book, "disaggregate")
    assert places([problem]) == [("E-CELL-REFERENCE", book.place("team", 0, "manager"))]


def test_a_line_says_which_nodes_it_is_below_and_check_lets_it_follow() -> None:
    book = tree([{"amount": 4800}])
    run(book, "disaggregate")
    ana = next(line for line in lines_of(book) if line.rep == "Ana")
    assert [ana.geography[1:-1].split(ana.geography[0]), ana.managers[1:-1].split(ana.managers[0])] == [
        ["Europe", "FR", "Paris"],
        ["Dora", "Max", "Ana"],
    ]
    book.type("team", 2, "manager", "Dora")
    run(book, "check")
    ana = next(line for line in lines_of(book) if line.rep == "Ana")
    assert ana.managers[1:-1].split(ana.managers[0]) == ["Dora", "Ana"]


@pytest.mark.parametrize("table", ["territories", "team", "budget_targets", "budget_holds"])
def test_the_order_of_rows_does_not_matter(table: str) -> None:
    targets: list[Row] = [
        {"amount": 4800.01},
        {"territory": "FR", "amount": 3000.01},
        {"period": "Q1", "amount": 2000.03},
        {"rep": "Dora", "amount": 4000.07, "at": "at most"},
    ]
    holds: list[Row] = [
        {"territory": "DE", "period": "Q3", "amount": 20.02, **HOLD},
        {"rep": "Eri", "period": DAY(2026, 2, 1), "amount": 1.01, **HOLD},
    ]
    expected, book = tree(targets, budget_holds=holds), tree(targets, budget_holds=holds)
    run(expected, "disaggregate")
    book.reorder(table, range(len(book.frame(table)))[::-1])
    run(book, "disaggregate")
    assert book.state()["budget_lines"] == expected.state()["budget_lines"]


# Any tree


@st.composite
def trees(draw: st.DrawFn) -> tuple[list[Row], list[Row], list[Row]]:
    """Territories, a team whose managers stand before them, and order lines of random amounts."""
    countries = [f"country {number}" for number in range(draw(st.integers(1, 3)))]
    region_of = {country: f"region {draw(st.integers(0, 1))}" for country in countries}
    territories: list[Row] = []
    for number in range(draw(st.integers(1, 4))):
        country = draw(st.sampled_from(countries))
        territories.append({"territory": f"place {number}", "country": country, "region": region_of[country]})
    team: list[Row] = []
    for number in range(draw(st.integers(1, 5))):
        manager = draw(st.sampled_from([None, *(f"rep {above}" for above in range(number))]))
        home = draw(st.sampled_from(territories))["territory"]
        team.append({"rep": f"rep {number}", "manager": manager, "home_territory": home})
    sales: list[Row] = []
    for number, row in enumerate(team):
        month, amount = draw(st.integers(1, 12)), draw(st.integers(1, 10**6)) / 100
        home, rep = str(row["home_territory"]), str(row["rep"])
        sales.append(sale(str(number), "1", DAY(2025, month, 1), "nobody", home, rep, amount))
    return territories, team, sales


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(trees(), st.integers(1, 10**9), st.data())
def test_what_every_node_has_in_one_plan_can_be_asked_of_another(
    built: tuple[list[Row], list[Row], list[Row]], total: int, data: st.DataObject
) -> None:
    territories, team, sales = built
    customers: list[Row] = [{"customer": "nobody", "name": "Nobody"}]
    book = tree([{"amount": total / 100}], territories=territories, team=team, sales=sales, customers=customers)
    run(book, "disaggregate", season_weight="1")
    assert cents(book) == total
    manager_of = {row["rep"]: row["manager"] for row in team}
    place_of = {str(row["territory"]): {str(name) for name in row.values()} for row in territories}
    nodes = {
        "territory": sorted({name for names in place_of.values() for name in names}),
        "rep": sorted(str(rep) for rep in manager_of),
        "period": ["H1", "H2", "Q1", "Q2", "Q3", "Q4"],
    }

    def covers(column: str, node: str) -> Callable[[Any], bool]:
        if column == "territory":
            return lambda line: node in place_of[line.territory]
        if column == "rep":
            return lambda line: node in chain(line.rep)
        size = 6 if node[0] == "H" else 3
        return lambda line: math.ceil(line.month.month / size) == int(node[1])

    def chain(rep: object) -> list[object]:
        return [] if rep is None else [rep, *chain(manager_of[rep])]

    planned = {
        (column, node): cents(book, covers(column, node))
        for column in (data.draw(st.sampled_from(["territory", "rep"])), "period")  # two hierarchies are always exact
        for node in nodes[column]
        if any(covers(column, node)(line) for line in lines_of(book))
    }
    for (column, node), amount in planned.items():
        book.type_row("budget_targets", {column: node, "amount": amount / 100})
    run(book, "disaggregate")
    assert {at: cents(book, covers(*at)) for at in planned} == planned
    column, node = data.draw(st.sampled_from(sorted(planned)))
    most = data.draw(st.integers(0, total))
    book.reorder("budget_targets", [0])
    book.type_row("budget_targets", {column: node, "amount": most / 100, "at": "at most"})
    if planned[column, node] < total:  # others have weights to take what it may not have
        run(book, "disaggregate")
        assert cents(book) == total
        assert cents(book, covers(column, node)) <= most


@pytest.mark.parametrize("table", ["budget_targets", "budget_holds"])
def test_check_refuses_a_name_that_is_no_node_once(table: str) -> None:
    hold = {"amount": 1, **HOLD}
    book = tree([{"amount": 4800}], budget_holds=[hold])
    book.type(table, 0, "territory", "Europa")
    (problem,) = refused(book, "check")
    assert places([problem]) == [("E-CELL-REFERENCE", book.place(table, 0, "territory"))]


def test_check_refuses_managers_in_a_circle() -> None:
    book = tree([{"amount": 4800}], team=[{"rep": "Ana", "manager": "Ana", "home_territory": "Paris"}])
    (problem,) = refused(book, "check")
    assert places([problem]) == [("E-TEAM-CIRCLE", book.place("team", 0, "manager"))]


def lines_of(book: MemoryBook) -> list[Any]:
    """The budget lines."""
    return list(book.frame("budget_lines").itertuples())

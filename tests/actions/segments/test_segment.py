"""Segment: every customer in one segment by rules in words, all that was sold accounted for, anything strange told."""

from __future__ import annotations

import itertools
import pickle
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesplan_xl.actions import ACTIONS
from salesplan_xl.actions.segments.customer_map import customer_map
from salesplan_xl.functions.conversion import HeadedTable
from salesplan_xl.functions.segments import segment_customers
from salesplan_xl.template.blocks.chart import MAP_AREA
from salesplan_xl.template.layout import lay_out
from salesplan_xl.workbook.cells import FormulaCell, Value
from salesplan_xl.workbook.labels import catalogue
from salesplan_xl.workbook.outlines import land_outlines
from salesplan_xl.workbook.schema import Chart
from salesplan_xl.workbook.sheets import SHEETS, TABLES
from salesplan_xl.workbook.sheets.segments import MAP_ASPECT, RULE_COLUMNS, RULE_OPERATORS, SEGMENTS_SHEET
from tests.actions.setting import DAY, places, refused, run, sale, small_plan
from tests.memory_book import MemoryBook, Row

LABELS = catalogue()
BERLIN, MUNICH, VIENNA = (52.52, 13.4), (48.14, 11.58), (48.21, 16.37)


def rule(
    number: object, segment: object, column: str, operator: str, value: object = None, second: object = None
) -> Row:
    """A row of the rules, as a person types it."""
    named = {"rule": number, "segment": segment, "column": column, "operator": operator}
    return {**named, "value": value, "second": second}


KEY = (rule(10, "Key", "ABC", "is", "A"), rule(10, "Key", "Days since last order", "at most", 180))
RULES = (
    *KEY,
    rule(20, "Sleeping", "Days since last order", "more than", "180"),
    rule(30, "Prospects", "Orders", "is", 0),
)
CUSTOMERS: tuple[Row, ...] = tuple(
    {"customer": f"C{number}", "name": f"Shop {number}", "latitude": place[0], "longitude": place[1]}
    for number, place in enumerate((BERLIN, MUNICH, VIENNA, BERLIN), start=1)
)
NOWHERE: tuple[Row, ...] = tuple({"customer": one["customer"], "name": one["name"]} for one in CUSTOMERS)
SALES = (
    sale("0", "1", DAY(2023, 12, 31), "C2", "South", "Ben", 50),  # before the history
    sale("1", "1", DAY(2025, 12, 2), "C1", "North", "Ana", 100),
    sale("1", "2", DAY(2025, 12, 2), "C1", "North", "Ana", 200),
    sale("2", "1", DAY(2025, 11, 2), "C1", "North", "Ana", 300),
    sale("3", "1", DAY(2025, 3, 6), "C2", "South", "Ben", 300),
    sale("4", "1", DAY(2025, 10, 3), "C3", "South", "Ben", 100),
    sale("5", "1", DAY(2026, 1, 1), "C3", "South", "Ben", 999),  # of the plan's year
)


def plan(**tables: Sequence[Row]) -> MemoryBook:
    """Four customers, one of whom has not bought, and three segments."""
    return small_plan(**{"customers": CUSTOMERS, "sales": SALES, "segment_rules": RULES, **tables})


def told(book: MemoryBook, **options: str) -> list[tuple[str, str]]:
    """Codes and places of the warnings, but for those that four customers always cause."""
    return [one for one in places(list(run(book, "segment", None, **options).problems)) if one[0] != "W-SEGMENT-SCORES"]


def columns(book: MemoryBook, *names: str) -> list[tuple[object, ...]]:
    """Columns of customers, row by row."""
    return list(zip(*(book.column("customers", name) for name in names), strict=True))


# What is worked out


def test_customers_get_how_they_buy_and_their_segment() -> None:
    book = plan()
    outcome = run(book, "segment")
    # C1: 100 + 200 in one order, 300 in another; 2 December to 1 January is 30 days
    # C2: 6 March to 1 January is 301 days; C3: 3 October to 1 January is 28 + 30 + 31 + 1 = 90 days
    names = ("segment", "recency_days", "orders", "sales")
    assert columns(book, *names) == [
        ("Key", 30, 2, 600),
        ("Sleeping", 301, 1, 300),
        ("Unassigned", 90, 1, 100),
        ("Prospects", None, 0, 0),
    ]
    # of 1,000 the first has 60 %, the first two 90 %: the second crosses 80 %, the third 95 %
    # three different days and amounts give three scores, two different numbers of orders two
    assert columns(book, "recency_score", "frequency_score", "value_score", "abc") == [
        (3, 2, 3, "A"),
        (1, 1, 2, "A"),
        (2, 1, 1, "B"),
        (None, None, None, None),
    ]
    assert book.column("customers", "last_order")[0].date() == DAY(2025, 12, 2)  # type: ignore[attr-defined]  # a day
    assert outcome.numbers == {
        "customers": 4,
        "segments": 3,
        "empty_segments": 0,
        "rules": 3,
        "rules_deciding": 3,
        "unassigned": 1,
        "unassigned_share": 0.25,
        "orders": 4,
        "sales": 1000.0,
        "sales_not_in_customers": 0.0,
        "customers_without_orders": 1,
        "lines_after_start": 1,
        "lines_before_history": 1,
        "customers_on_the_map": 4,
    }


def test_segments_stand_in_the_order_of_their_rules_and_unassigned_last() -> None:
    book = plan(segment_rules=RULES[::-1])
    run(book, "segment")
    assert book.column("segments", "segment") == ["Key", "Sleeping", "Prospects", "Unassigned"]


def test_beside_each_rule_stands_who_meets_it_and_whom_it_decides_for() -> None:
    book = plan(segment_rules=(*RULES, rule(99, "Rest", "Person type", "is blank")))
    run(book, "segment")
    assert book.column("segment_rules", "meeting") == [1, None, 1, 1, 4]
    assert book.column("segment_rules", "deciding") == [1, None, 1, 1, 1]


def test_a_second_run_changes_nothing() -> None:
    book = plan()
    run(book, "segment")
    writes = book.writes
    assert run(book, "segment").tables == {}
    assert book.writes == writes


def test_undo_takes_it_back() -> None:
    book = plan()
    before = {table: book.state()[table] for table in ACTIONS["segment"].reads}
    run(book, "segment")
    run(book, "undo")
    assert {table: book.state()[table] for table in before} == before


def test_what_is_typed_beside_a_segment_stays_with_it() -> None:
    book = plan(segments=[{"segment": "sleeping", "expectation": "Return", "best_action": "=1+1"}])
    run(book, "segment")
    listed = dict(zip(book.column("segments", "segment"), book.column("segments", "best_action"), strict=True))
    assert listed == {"Key": None, "Sleeping": "=1+1", "Prospects": None, "Unassigned": None}
    assert not any(isinstance(cell, FormulaCell) for cell in book.read_table("segments").columns["Best action"])


def test_a_segment_without_a_rule_stays_for_what_is_typed_beside_it() -> None:
    book = plan(segments=[{"segment": "Gone"}, {"segment": "Old", "expectation": "Return"}])
    place = book.place("segments", 1, "segment")
    assert ("W-SEGMENT-OLD", place) in told(book)
    assert sorted(map(str, book.column("segments", "segment"))) == ["Key", "Old", "Prospects", "Sleeping", "Unassigned"]


def test_sales_to_customers_nobody_entered_have_a_row_of_their_own() -> None:
    book = plan(sales=(*SALES, sale("9", "1", DAY(2025, 5, 5), "X9", "South", "Ben", 70.5)))
    assert ("W-SEGMENT-STRANGERS", book.place("sales", 7, "customer")) in told(book)
    outcome = run(book, "segment")
    assert outcome.numbers["sales"] == 1070.5
    assert outcome.numbers["sales_not_in_customers"] == 70.5
    assert book.column("segments", "segment")[-1] == "Not in Customers"


def test_returns_that_exceed_the_orders_are_told_and_score_lowest() -> None:
    book = plan(sales=(*SALES, sale("9", "1", DAY(2025, 12, 30), "C3", "South", "Ben", -150)))
    assert ("W-SEGMENT-NEGATIVE", book.place("customers", 2, "sales")) in told(book)
    assert columns(book, "sales", "value_score", "abc")[2] == (-50, 1, "C")


def test_options_move_the_history_the_scores_and_the_classes() -> None:
    book = plan()
    run(book, "segment", history_months="2", bins="2", share_a="0.2", share_b="0.5")
    # November and December: only C1 bought, 600 in two orders
    assert columns(book, "orders", "value_score", "abc") == [
        (2, 1, "A"),
        (0, None, None),
        (0, None, None),
        (0, None, None),
    ]


@pytest.mark.parametrize(
    ("asked", "segment"),
    [
        pytest.param(("Sector", "is", "retail"), "Met", id="case"),
        pytest.param(("Sector", "is not", "Bank"), "Met", id="is-not"),
        pytest.param(("Sector", "one of", "Bank; Retail"), "Met", id="one-of"),
        pytest.param(("Sector", "contains", "tai"), "Met", id="contains"),
        pytest.param(("City", "is blank"), "Met", id="blank"),
        pytest.param(("City", "is not", "Berlin"), "Unassigned", id="a-blank-meets-nothing-else"),
        pytest.param(("Link", "is", "Dormant"), "Met", id="choice-by-its-text"),
        pytest.param(("Link", "one of", "lost; dormant"), "Met", id="choices"),
        pytest.param(("Since", "at least", DAY(2024, 5, 1)), "Met", id="day-typed-as-a-day"),
        pytest.param(("Since", "less than", "2024-05-01"), "Unassigned", id="day-typed-as-text"),
        pytest.param(("Since", "between", "2024-04-01", DAY(2024, 5, 1)), "Met", id="between-days"),
        pytest.param(("Sales", "between", 600, "600.00"), "Met", id="between-includes-its-ends"),
        pytest.param(("Orders", "less than", 2), "Unassigned", id="less"),
        pytest.param(("Orders", "more than", 2), "Unassigned", id="more"),
        pytest.param(("Orders", "at least", 2), "Met", id="at-least"),
        pytest.param(("Orders", "at most", 2), "Met", id="at-most"),
        pytest.param(("Value score", "at least", 1), "Met", id="score"),
        pytest.param(("ABC", "is not blank"), "Met", id="not-blank"),
    ],
)
def test_operators_say_what_their_words_say(asked: tuple[Any, ...], segment: str) -> None:
    customer = {**CUSTOMERS[0], "sector": "Retail", "link": "dormant", "since": DAY(2024, 5, 1)}
    book = plan(customers=[customer], segment_rules=[rule(1, "Met", *asked)])
    run(book, "segment")
    assert book.column("customers", "segment") == [segment]
    # the cell function says the same of the same cells
    tables = [book.read_table(name) for name in ("customers", "segment_rules")]
    headed = [HeadedTable(tuple(one.columns), tuple(zip(*one.columns.values(), strict=True))) for one in tables]
    plain: list[Value] = segment_customers(*headed)
    assert plain == [segment]


# What is told


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param((), [("E-SEGMENT-RULES", "rule", -1)], id="no-rules"),
        pytest.param([rule(1, "A", "Colour", "is", "red")], [("E-CELL-CHOICE", "column", 0)], id="unknown-column"),
        pytest.param([rule(1, "A", "Orders", "is like", 1)], [("E-CELL-CHOICE", "operator", 0)], id="unknown-operator"),
        pytest.param([rule(1, "A", "Orders", "is", "many")], [("E-RULE-VALUE", "value", 0)], id="no-number"),
        pytest.param([rule(1, "A", "Since", "is", "May")], [("E-RULE-VALUE", "value", 0)], id="no-day"),
        pytest.param([rule(1, "A", "Link", "one of", "lost; new")], [("E-RULE-VALUE", "value", 0)], id="no-choice"),
        pytest.param([rule(1, "A", "Orders", "is")], [("E-RULE-VALUE", "value", 0)], id="no-value"),
        pytest.param([rule(1, "A", "Orders", "between", 1)], [("E-RULE-VALUE", "second", 0)], id="no-second-value"),
        pytest.param([rule(1, "A", "Orders", "between", 5, 1)], [("E-RULE-ORDER", "second", 0)], id="reversed"),
        pytest.param([rule(1, "A", "Orders", "is", 5, 1)], [("E-RULE-UNUSED", "second", 0)], id="not-used"),
        pytest.param([rule(1, "A", "Orders", "contains", 5)], [("E-RULE-OPERATOR", "operator", 0)], id="contains"),
        pytest.param(
            [rule(1, "A", "Orders", "is", "x"), rule(2, None, "ABC", "is", "A"), rule(1.5, "B", "ABC", "is", "A")],
            [("E-CELL-REQUIRED", "segment", 1), ("E-CELL-KIND", "rule", 2)],
            id="cells-first",
        ),
        pytest.param(
            [rule(1, "A", "Orders", "is", "x"), rule(2, "B", "Sales", "between", 5, 1)],
            [("E-RULE-ORDER", "second", 1), ("E-RULE-VALUE", "value", 0)],
            id="all-at-once",
        ),
    ],
)
def test_a_rule_that_cannot_stand_is_refused_at_its_cell(
    rows: Sequence[Row], expected: Sequence[tuple[str, str, int]]
) -> None:
    book = plan(segment_rules=rows)
    found = places([one for one in refused(book, "segment") if one.stops])
    assert sorted(found) == sorted((code, book.place("segment_rules", row, column)) for code, column, row in expected)


def test_classes_that_part_nothing_are_refused() -> None:
    (said,) = [one for one in refused(plan(), "segment", share_a="0.9", share_b="0.5") if one.stops]
    assert (said.code, said.sheet) == ("E-SEGMENT-SHARES", "3 Segments")
    assert "90.0% and 50.0%" in said.found


@pytest.mark.parametrize(
    ("rows", "code", "row"),
    [
        pytest.param(
            [rule(1, "A", "Orders", "is", 1), rule(1, "A", "Orders", "is", 2)], "W-RULE-NEVER", 0, id="excludes-itself"
        ),
        pytest.param(
            [rule(2, "A", "Orders", "more than", 1), rule(1, "B", "Orders", "at least", 0)],
            "W-RULE-HIDDEN",
            0,
            id="hidden-by-an-earlier-one",
        ),
        pytest.param([rule(1, "A", "Orders", "is", 77)], "W-SEGMENT-EMPTY", 0, id="empty-segment"),
        pytest.param(
            [rule(1, "A", "Orders", "is", 0), rule(2, "A", "Orders", "is", 77)], "W-RULE-IDLE", 1, id="idle-rule"
        ),
        pytest.param(
            [rule(1, "A", "Orders", "is", 0), rule(2, "B", "Sales", "is", 0)], "W-RULE-OVERLAP", 1, id="overlap"
        ),
    ],
)
def test_rules_that_do_nothing_or_share_customers_are_told(rows: Sequence[Row], code: str, row: int) -> None:
    book = plan(segment_rules=rows)
    assert (code, book.place("segment_rules", row, "rule")) in told(book)


def test_customers_without_a_segment_are_told_and_why() -> None:
    book = plan(segment_rules=RULES[:3])
    assert told(book) == [
        ("W-SEGMENT-UNASSIGNED", book.place("customers", 2, "segment")),
        ("W-SEGMENT-BEHAVIOUR", book.place("customers", 3, "segment")),
    ]


def test_the_sample_of_nothing_is_segmented_too() -> None:
    book = plan(customers=[], sales=[])
    outcome = run(book, "segment")
    assert (outcome.numbers["customers"], outcome.numbers["sales"]) == (0, 0)
    assert book.column("segments", "segment") == ["Key", "Sleeping", "Prospects"]


# Laws


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[::5])
def test_the_order_of_rows_does_not_matter(order: tuple[int, ...]) -> None:
    straight, shuffled = plan(), plan(customers=[CUSTOMERS[at] for at in order], sales=SALES[::-1])
    shuffled_rules = plan(segment_rules=[RULES[at] for at in (3, 1, 2, 0)])
    for book in (straight, shuffled, shuffled_rules):
        run(book, "segment")
    names = ("customer", "segment", "orders", "sales", "recency_score", "abc")
    assert sorted(columns(shuffled, *names), key=str) == columns(straight, *names)
    assert columns(shuffled_rules, *names) == columns(straight, *names)
    for table in ("segments", "customer_map", "map_outline", "map_legend"):
        assert shuffled.frame(table).drop(columns="row_id").equals(straight.frame(table).drop(columns="row_id"))


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 1000))
def test_another_currency_changes_no_score_class_or_segment(times: int) -> None:
    straight = plan(customers=NOWHERE)
    scaled = plan(customers=NOWHERE, sales=[{**line, "amount": line["amount"] * times} for line in SALES])  # type: ignore[operator]  # a number
    run(straight, "segment")
    run(scaled, "segment")
    names = ("segment", "orders", "recency_score", "frequency_score", "value_score", "abc")
    assert columns(scaled, *names) == columns(straight, *names)
    assert sum(scaled.column("customers", "sales")) == 1000 * times  # type: ignore[arg-type]  # numbers


amounts = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 699), st.integers(-9999, 99999)), max_size=15)


@settings(max_examples=40, deadline=None)
@given(amounts)
def test_every_customer_has_one_segment_and_every_cent_one_place(lines: list[tuple[int, int, int]]) -> None:
    start = np.datetime64("2024-02-01")
    sales = [
        sale(str(number), "1", (start + days).astype(object), f"C{customer}", "North", "Ana", cents / 100)
        for number, (customer, days, cents) in enumerate(lines)
    ]
    book = plan(customers=NOWHERE, sales=sales)
    outcome = run(book, "segment")
    listed = sum(round(float(str(amount)) * 100) for amount in book.column("customers", "sales"))
    strangers = sum(cents for customer, _, cents in lines if customer in (0, 5))
    cents = sum(cents for _, _, cents in lines)
    assert round(float(outcome.numbers["sales"]) * 100) == cents == listed + strangers
    assert round(float(outcome.numbers["sales_not_in_customers"]) * 100) == strangers
    assert set(book.column("customers", "segment")) <= {*book.column("segments", "segment")}
    assert sum(n for n in book.column("segment_rules", "deciding") if n is not None) + int(  # type: ignore[misc]
        outcome.numbers["unassigned"]
    ) == len(CUSTOMERS)


def test_it_can_be_handed_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(ACTIONS["segment"])) == ACTIONS["segment"]  # noqa: S301 - our own bytes


# The map


def test_a_customer_stands_in_the_colour_of_its_segment() -> None:
    book = plan()
    run(book, "segment")
    drawn: Any = book.frame("customer_map").set_index("customer")
    assert book.column("map_legend", "segment") == ["Key", "Sleeping", "Prospects", "Unassigned", *[None] * 4]
    north = drawn.filter(like="north_").notna()
    assert [list(north.columns[row]) for row in north.to_numpy()] == [
        ["north_a"],
        ["north_b"],
        ["north_d"],
        ["north_c"],
    ]
    # Berlin is north of Vienna, Munich west of both
    assert drawn.loc["C1", "north_a"] > drawn.loc["C3", "north_d"]
    assert drawn.loc["C2", "east"] < drawn.loc["C1", "east"] < drawn.loc["C3", "east"]


def test_a_map_has_one_scale() -> None:
    frame = plan().frame("customers")
    tables, _ = customer_map(frame, ["A"] * 4, ["A"])
    drawn: Any = tables["customer_map"].set_index("customer")
    east, north = (
        drawn.loc["C3", "east"] - drawn.loc["C2", "east"],
        drawn.loc["C1", "north_a"] - drawn.loc["C3", "north_a"],
    )
    # on Mercator's map a degree of latitude is 1 / cos(latitude) times as long as one of longitude:
    # 52.52 - 48.21 = 4.31 degrees, half way at 50.365, where the cosine is 0.6379, are 6.757; 16.37 - 11.58 = 4.79
    assert north / (east * MAP_ASPECT) == pytest.approx(6.757 / 4.79, rel=2e-3)
    numbers = drawn.drop(columns="row_id").fillna(0.5)
    assert ((numbers >= 0) & (numbers <= 1)).to_numpy().all()


def test_the_aspect_is_that_of_the_chart() -> None:
    (chart,) = [one for one in SEGMENTS_SHEET.blocks if isinstance(one, Chart) and one.outline]
    layout = lay_out(SHEETS, [action.specification for action in ACTIONS.values()], LABELS)
    width = layout.pixels(SEGMENTS_SHEET, 14, chart.columns)  # from column N
    assert chart.at.startswith("N")
    assert width * MAP_AREA["width"] / (chart.rows * 20 * MAP_AREA["height"]) == pytest.approx(MAP_ASPECT, rel=0.01)


def test_the_land_that_customers_are_on_is_drawn_and_the_line_breaks_between_pieces() -> None:
    book = plan()
    run(book, "segment")
    outline = book.frame("map_outline")
    pieces = [piece for piece, _ in itertools.groupby(outline["piece"])]
    assert len(set(pieces)) == len(pieces) >= 2  # Germany, Austria and who is near
    last = outline.groupby("piece").tail(1)
    assert last["east"].isna().all()
    assert (outline["east"].isna() == outline["north"].isna()).all()


@pytest.mark.parametrize(
    ("place", "code"),
    [
        pytest.param((None, 13.4), "W-MAP-MISSING", id="missing"),
        pytest.param((0, 0), "W-MAP-ZERO", id="zero"),
        pytest.param((-84.4, 47.7), "", id="somewhere-cold"),
    ],
)
def test_a_customer_nobody_can_place_is_told_and_not_drawn(place: tuple[Any, Any], code: str) -> None:
    book = plan(customers=[*CUSTOMERS[:3], {**CUSTOMERS[3], "latitude": place[0], "longitude": place[1]}])
    found = [one for one in told(book) if one[0].startswith("W-MAP")]
    assert found == ([(code, book.place("customers", 3, "latitude"))] if code else [])
    assert len(book.frame("customer_map")) == (3 if code else 4)


def test_exchanged_coordinates_are_told_and_not_drawn() -> None:
    many = [
        {"customer": f"C{number}", "name": "Shop", "latitude": 40 + number / 10, "longitude": -80}
        for number in range(9)
    ]
    many[4] |= {"latitude": -80, "longitude": 40.4}
    book = plan(customers=many, sales=[])
    assert ("W-MAP-SWAPPED", book.place("customers", 4, "latitude")) in told(book)
    assert "C4" not in book.column("customer_map", "customer")


def test_more_segments_than_colours_are_told() -> None:
    rows = [rule(number, f"S{number}", "Orders", "is", number) for number in range(1, 10)]
    book = plan(segment_rules=rows)
    assert ("W-MAP-SEGMENTS", "3 Segments") in told(book)
    assert book.column("map_legend", "segment") == [f"S{number}" for number in range(1, 9)]


def test_no_place_is_no_map() -> None:
    book = plan(customers=[{"customer": "C1", "name": "Shop"}])
    run(book, "segment")
    assert book.column("map_outline", "piece") == []
    assert book.column("customer_map", "customer") == []


def test_borders_are_closed_and_on_the_globe() -> None:
    rings = land_outlines()
    assert len(rings) > 177  # countries
    assert all((ring[0] == ring[-1]).all() for ring in rings)
    assert max(np.abs(ring).max() for ring in rings) <= 180.0001


# The words


def test_rules_call_columns_as_customers_are_headed() -> None:
    shown = LABELS.choices["rule_column"]
    assert list(shown) == list(RULE_COLUMNS)
    assert all(shown[column] == LABELS.header("customers", column) for column in RULE_COLUMNS)
    assert list(LABELS.choices["rule_operator"]) == list(RULE_OPERATORS)


def test_the_customer_to_try_has_the_headers_of_customers() -> None:
    texts = [text for block, text in LABELS.blocks["try_customers"].items() if block not in ("title", "segment")]
    assert texts[:-1] == list(LABELS.choices["rule_column"].values())
    assert {column.id for column in TABLES["customers"].columns} >= set(RULE_COLUMNS)

"""The cell functions of the segments step: what a planner types, and what the cells show."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesplan_xl.functions.conversion import call as call_cells
from salesplan_xl.functions.json_cells import call_json
from udfs.segments import FUNCTIONS

HEADERS = ["id", "recency days", "frequency", "monetary", "R", "F", "M"]
CUSTOMERS = [
    ["customer", "volume", "sector", "since"],
    ["Ana", 500, "Retail", 43831],
    ["Bo", 20, "food", 45413],
    [None, None, None, None],
    ["Cy", None, "retail", None],
]
RULES = ["segment", "column", "operator", "value", "value2"]


def call(name: str, *arguments: Any) -> dict[str, Any]:
    return call_json(FUNCTIONS, name, list(arguments))


def column(*cells: Any) -> list[list[Any]]:
    return [[cell] for cell in cells]


@pytest.mark.parametrize(
    ("arguments", "value"),
    [
        # of 300: 1/3 before the second, 0.63, 0.9, 0.93, 0.96, ...
        pytest.param(
            [column(100, 90, 80, 10, 8, 6, 3, 2, 0.5, 0.5)],
            column("A", "A", "A", "B", "B", "C", "C", "C", "C", "C"),
            id="a-pareto",
        ),
        pytest.param([[[20, 80, None, 0]]], [["B", "A", None, "C"]], id="row-with-a-blank"),
        # 0.7 + 0.5 = 1.2 of 1.5 is 0.8 exactly
        pytest.param([column(0.7, 0.5, 0.3)], column("A", "A", "B"), id="exact-decimals"),
        pytest.param([column(50, 30, 20), 0.5, 0.8], column("A", "B", "C"), id="other-cuts"),
        pytest.param([[[60, 25], [10, 5]]], [["A", "A"], ["B", "C"]], id="table"),
        pytest.param([7], "A", id="single-cell"),
        pytest.param([column(1 / 3, 1 / 3)], column("A", "A"), id="many-decimals"),
        pytest.param([column(9e14, 1e300)], column("C", "A"), id="beyond-exact-amounts"),
    ],
)
def test_values_are_classed(arguments: list[Any], value: Any) -> None:
    assert call("SP_ABC", *arguments) == {"value": value}


def test_customers_are_scored() -> None:
    # Ana: 5 January to 1 March is 26 + 28 + 1 = 55 days, 10.5 - 0.5; Bo: 28 days
    got = call(
        "SP_RFM",
        column("Bo", "Ana", None, "Ana"),
        column("2026-02-01", "2026-01-01", None, "2026-01-05"),
        column(20, 10.5, None, -0.5),
        "2026-03-01",
    )
    assert got == {"value": [HEADERS, ["Ana", 55, 2, 10, 1, 2, 1], ["Bo", 28, 1, 20, 2, 1, 2]]}


def test_scores_lie_in_rows_however_the_orders_lie() -> None:
    got = call("SP_RFM", [["A", "B"]], [["2026-01-01", "2026-01-02"]], [[1, 2]], "2026-01-02", 2)
    assert got == {"value": [HEADERS, ["A", 1, 1, 1, 1, 1, 1], ["B", 0, 1, 2, 2, 1, 2]]}


def test_ids_stay_numbers_or_texts_as_they_came() -> None:
    # 7 and the text "7" are two customers, and the number comes first
    got = call("SP_RFM", column("7", 7, "A", 7), column(*["2026-01-01"] * 4), column(1, 2, 3, 4), "2026-01-01")
    assert [row[:3] for row in got["value"][1:]] == [[7, 0, 2], ["7", 0, 1], ["A", 0, 1]]


def test_one_order_is_one_customer_and_no_order_is_none() -> None:
    assert call("SP_RFM", 7, "2026-01-01", 0.123, "2026-01-01")["value"] == [HEADERS, [7, 0, 1, 0.123, 1, 1, 1]]
    assert call("SP_RFM", column(None), column(None), column(None), "2026-01-01")["value"] == [HEADERS]


@pytest.mark.parametrize(
    ("rules", "segments"),
    [
        pytest.param(
            [RULES[:4], ["Key", "volume", ">=", 100], ["Shops", "sector", "=", "RETAIL"]],
            ["Key", "Unassigned", None, "Shops"],
            id="first-match-wins",
        ),
        # without numbers, all rows of a segment are one rule
        pytest.param(
            [RULES, ["Key", "volume", "between", 10, 600], ["Key", "sector", "in", "retail; bank", None]],
            ["Key", "Unassigned", None, "Unassigned"],
            id="rows-of-a-segment-are-joined",
        ),
        pytest.param(
            [
                ["Rule", "Segment", "Column", "Operator", "Value", "Value 2", "note"],
                [2, "Old", "since", "<", 45000, None, "before 2023"],
                [1, "Blank", "since", "is blank", None, None, None],
                [None] * 7,
                [3, "Old", "volume", ">", 0, None, None],
            ],
            ["Old", "Old", None, "Blank"],
            id="numbers-give-the-order-and-other-columns-are-passed-over",
        ),
        pytest.param(
            [["Segmento", "Columna", "Operador", "Valor"], ["Key", "volume", ">", 100]],
            ["Key", "Unassigned", None, "Unassigned"],
            id="headers-of-another-language",
        ),
        pytest.param(
            [["Key", "volume", ">", 100], ["Rest", "customer", "is not blank", None]],
            ["Key", "Rest", None, "Rest"],
            id="no-header-row",
        ),
    ],
)
def test_customers_are_put_into_segments(rules: list[list[Any]], segments: list[str | None]) -> None:
    assert call("SP_SEGMENT", CUSTOMERS, rules) == {"value": column(*segments)}


def test_a_date_in_a_rule_is_the_day_in_a_cell() -> None:
    day = datetime.fromisoformat("2024-05-01").date()  # the serial number 45413
    outcome = call_cells(FUNCTIONS[-1], [CUSTOMERS, [RULES[:4], ["Then", "since", "=", day]]])
    assert outcome.value == (("Unassigned",), ("Then",), (None,), ("Unassigned",))


@pytest.mark.parametrize(
    ("name", "arguments", "error", "why"),
    [
        pytest.param("SP_ABC", [column(1, -90.5)], "#NUM!", "The value is -90.5, below zero", id="negative"),
        pytest.param("SP_ABC", [column(0, 0)], "#NUM!", "Every value is zero", id="all-zero"),
        pytest.param("SP_ABC", [column(1), 0.96], "#NUM!", "are 0.96 and 0.95; give two shares", id="cuts"),
        pytest.param("SP_ABC", [column(1, "x")], "#VALUE!", "row 2 of values holds the text 'x'", id="text"),
        pytest.param(
            "SP_RFM",
            [column("A", "B"), column("2026-01-01", "2026-04-01"), column(1, 2), "2026-03-01"],
            "#NUM!",
            "B has orders after 2026-03-01",
            id="future",
        ),
        pytest.param("SP_RFM", [4711, "2026-04-01", 1, "2026-03-01"], "#NUM!", "4711 has orders after", id="number"),
        pytest.param(
            "SP_RFM",
            [column("A", "B"), column("2026-01-01", None), column(1, 2), "2026-03-01"],
            "#VALUE!",
            "cell 2 of dates is blank but not the rest of its order",
            id="half-a-row",
        ),
        pytest.param(
            "SP_RFM", [column("A"), column("2026-01-01"), column(1), "2026-03-01", 1], "#NUM!", "1 scores", id="bins"
        ),
        pytest.param(
            "SP_RFM",
            [[["A", "B"]] * 2, [["2026-01-01"] * 2] * 2, [[1, 2]] * 2, "2026-03-01"],
            "#VALUE!",
            "select one row or one column",
            id="orders-in-a-table",
        ),
        pytest.param(
            "SP_SEGMENT",
            [CUSTOMERS, [RULES, ["Key", "volum", ">", 1, None], [None, "volume", "between", 9, 2]]],
            "#VALUE!",
            "row 2, column 2 of rules holds 'volum', choose a column of the customers, such as 'volume'; "
            "row 3, column 1 of rules is blank, the name of a segment is expected; "
            "row 3, column 5 of rules holds 2, which is below the first value; the larger one comes second",
            id="all-faults-with-their-cells",
        ),
        pytest.param(
            "SP_SEGMENT",
            [CUSTOMERS, [RULES[:4], ["Key", "volume", "between", 1]]],
            "#VALUE!",
            "row 2 of rules is blank, a number is expected",
            id="second-value-without-a-column",
        ),
        pytest.param(
            "SP_SEGMENT", [CUSTOMERS, [RULES[:4], *[["K", "x", ">", 1]] * 7]], "#VALUE!", "and 2 more", id="many"
        ),
        pytest.param("SP_SEGMENT", [CUSTOMERS, [RULES[:4]]], "#VALUE!", "there are no rules", id="no-rules"),
        pytest.param("SP_SEGMENT", [CUSTOMERS, [["a", "b"], ["c", "d"]]], "#VALUE!", "needs the headers", id="headers"),
        pytest.param(
            "SP_SEGMENT", [CUSTOMERS[:1], [RULES[:4], ["K", "volume", ">", 1]]], "#N/A", "empty", id="no-customers"
        ),
    ],
)
def test_what_cannot_hold_is_refused_with_its_reason(name: str, arguments: list[Any], error: str, why: str) -> None:
    got = call(name, *arguments)
    assert got.get("error") == error, got
    assert why in got["why"]


@given(
    st.lists(st.tuples(st.sampled_from("ABCDE"), st.integers(0, 27), st.integers(-999, 99999)), min_size=1, max_size=12)
)
def test_amounts_in_thousands_have_the_scores_of_amounts(orders: list[tuple[str, int, int]]) -> None:
    ids, days, cents = zip(*orders, strict=True)
    dates = column(*(f"2026-02-{day + 1:02}" for day in days))
    plain = call("SP_RFM", column(*ids), dates, column(*(amount / 100 for amount in cents)), "2026-03-01")
    thousands = call("SP_RFM", column(*ids), dates, column(*(amount / 100_000 for amount in cents)), "2026-03-01")
    assert [row[4:] for row in plain["value"]] == [row[4:] for row in thousands["value"]]
    assert sum(row[2] for row in plain["value"][1:]) == len(orders)

"""The cell functions by worked answers: what a planner types, and what the cells show."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesplan_xl.functions.json_cells import call_json
from salesplan_xl.functions.lint import lint
from udfs import FUNCTIONS

DIV = {"error": "#DIV/0!", "why": "the budget is zero, so there is no share of it"}


ANSWERS = [
    # 80 of 100 before the second: it has reached the cut; 95 before the third
    pytest.param("SP_ABC", [[[80], [15], [5]]], [["A"], ["B"], ["C"]], id="classes"),
    pytest.param(
        "SP_RFM",
        [[["Bo"], ["Ana"]], [["2026-01-01"], ["2026-01-03"]], [[5], [7]], "2026-01-04", 2],
        [
            ["id", "recency days", "frequency", "monetary", "R", "F", "M"],
            ["Ana", 1, 1, 7, 2, 1, 2],
            ["Bo", 3, 1, 5, 1, 1, 1],
        ],
        id="scores",
    ),
    pytest.param(
        "SP_SEGMENT",
        [[["volume"], [500], [20]], [["segment", "column", "operator", "value"], ["Key", "volume", ">=", 100]]],
        [["Key"], ["Unassigned"]],
        id="segments",
    ),
    # 5 + 10 km at 30 km/h, 5 + 20 minutes
    pytest.param("SP_MINUTES", [[[0, 10]]], [[0, 25]], id="travel-minutes"),
    # a place to itself
    pytest.param("SP_KM", [[[48.9], [None]], [[2.3], [2.3]], [[48.9], [1]], [[2.3], [1]]], [[0], [None]], id="km"),
    # 384 / (30 + 20) = 7.68
    pytest.param("SP_VISITS", [384, 30, 20], 7, id="visits-of-a-day"),
    # no area: only the way there and back, 2 x 20
    pytest.param("SP_TOURKM", [9, 0, 20], 40, id="tour"),
    # 1,000 x 36 visits of an hour over 1,000 hours
    pytest.param("SP_REPS", [1000, 36, 60, 0, 1000], 36, id="reps"),
    # the base and nothing to visit
    pytest.param(
        "SP_ROUTE",
        [[["label", "lat", "lon", "open"], ["Base", 48.9, 2.3, 0.5]], False],
        [["label", "arrival", "departure", "km", "minutes"], ["Base", None, 0.5, 0, 0]],
        id="no-stops",
    ),
    # 100 / 3 = 33.333...; the cent left over goes to the first of equal remainders
    pytest.param("SP_SPREAD", [100, [[1], [1], [1]]], [[33.34], [33.33], [33.33]], id="odd-cent"),
    pytest.param("SP_SPREAD", [100, [[1, 1, 1]]], [[33.34, 33.33, 33.33]], id="row-stays-a-row"),
    # a credit is shared like a charge: -10 by 1 : 3
    pytest.param("SP_SPREAD", [-10, [[1], [3]]], [[-2.5], [-7.5]], id="credit"),
    # 100 - 40 held = 60, by 1 : 2 -> 20 and 40
    pytest.param("SP_SPREAD", [100, [[1], [9], [2]], [[None], [40], [None]]], [[20], [40], [40]], id="held"),
    # whole numbers: 10 by 1 : 1 : 1 -> 3 each, one left over
    pytest.param("SP_SPREAD", [10, [[1], [1], [1]], None, 1], [[4], [3], [3]], id="whole-unit"),
    # a table is one list read row by row: 100 by 1 : 2 : 3 : 4
    pytest.param("SP_SPREAD", [100, [[1, 2], [3, 4]]], [[10, 20], [30, 40]], id="table"),
    pytest.param("SP_SPREAD", [100, [[0], [0]], None, None, "equal"], [[50], [50]], id="no-weight-equal"),
    pytest.param("SP_SPREAD", [100, [[0], [0]], None, None, "LEAVE"], [[0], [0]], id="no-weight-leave"),
    pytest.param("SP_SPREAD", [7.01, 5], 7.01, id="single-cell"),
    # 33.333 + 33.333 + 33.334 = 100.00; floors make 99.99, the cent goes to the largest remainder
    pytest.param("SP_ROUND", [[[33.333], [33.333], [33.334]]], [[33.33], [33.33], [33.34]], id="sum-holds"),
    pytest.param("SP_ROUND", [[[0.4], [None], [0.4]], 1, 1], [[1], [None], [0]], id="blank-stays-total-given"),
    # rows 1 and 1, columns 1 and 1: the whole tables are the two diagonals
    pytest.param("SP_ROUND", [[[0.6, 0.4], [0.4, 0.6]], None, 1], [[1, 0], [0, 1]], id="table-sums-hold"),
    pytest.param("SP_ROUND", [[[2, None], [None, 3]], None, 1], [[2, None], [None, 3]], id="table-with-blanks"),
    # both columns have equal parts of each row, 30 and 70
    pytest.param("SP_FIT", [[[1, 1], [1, 1]], [[30], [70]], [[50, 50]]], [[15, 15], [35, 35]], id="fit"),
    # thirteenths of 1300: 4, 4 and 5
    pytest.param("SP_PATTERN", [1300, 3, "4-4-5"], [[400], [400], [500]], id="pattern"),
    # 2 in January, 1 in the other months but December, and 8 there: twentieths
    pytest.param(
        "SP_SEASON",
        [[[f"2025-{month:02d}-15" for month in range(1, 13)]], [[2, *[1] * 10, 8]]],
        [[0.1, *[0.05] * 10, 0.4]],
        id="season",
    ),
    # 60 of the first 100 came; 240 of 300 are left for two equal months
    pytest.param("SP_CATCHUP", [[[100], [100], [100]], [[60], [None], [None]]], [[60], [120], [120]], id="catch-up"),
    # Thursday 1 January to Sunday 11 January 2026: 1, 2, 5-9 -> 7; New Year's Day off -> 6
    pytest.param("SP_WORKDAYS", ["2026-01-01", "2026-01-11"], 7, id="both-ends-included"),
    pytest.param("SP_WORKDAYS", ["2026-01-01", "2026-01-11", "US"], 6, id="holiday"),
    pytest.param("SP_WORKDAYS", ["2026-01-01", "2026-01-11", None, None, "1111110"], 9, id="six-day-week"),
    pytest.param("SP_WORKDAYS", ["2026-01-05", "2026-01-05"], 1, id="one-day"),
    pytest.param("SP_WORKDAYS", ["2026-01-03", "2026-01-04"], 0, id="weekend"),
    # 28 February and 1 March 2028, with the 29th between them: Monday to Wednesday
    pytest.param("SP_WORKDAYS", ["2028-02-28", "2028-03-01"], 3, id="leap-day"),
    pytest.param(
        "SP_WORKDAYS",
        [[["2026-01-01"], [None], [46027]], [["2026-01-02"], [None], ["2026-01-09"]]],
        [[2], [None], [5]],
        id="spans-with-a-blank-row",
    ),
    # 110 - 100 = 10, 10 / 100; cost: more is unfavourable
    pytest.param("SP_VARIANCE", [110, 100], [[10, 0.1]], id="single-pair-lies-in-a-row"),
    pytest.param("SP_VARIANCE", [110, 100, "cost"], [[-10, -0.1]], id="cost"),
    # a budget of -50 (a credit): 10 better is 10 / 50 of its size
    pytest.param("SP_VARIANCE", [[[-40]], [[-50]]], [[10, 0.2]], id="negative-budget"),
    pytest.param(
        "SP_VARIANCE",
        [[[110.1], [5], [None], [7]], [[100], [0], [3], [None]]],
        [[10.1, 0.101], [5, DIV], [None, None], [None, None]],
        id="column-gives-two-columns",
    ),
    pytest.param("SP_VARIANCE", [[[110, 45]], [[100, 50]]], [[10, -5], [0.1, -0.1]], id="row-gives-two-rows"),
    # 12 below 100 is more than a tenth
    pytest.param("SP_FLAG", [88, 100], "act", id="flag"),
    # 2 more at 5, and 1 more for each of 12
    pytest.param("SP_PVM", [10, 5, 12, 6], [[12, 10, 0, 22], [12, 10, 0, 22]], id="price-quantity-mix"),
    pytest.param(
        "SP_DRIVERS", [[["A"], ["B"]], [[5], [5]], [[6], [8]]], [["B", 3, 0.75], ["A", 1, 0.25]], id="drivers"
    ),
]
"""Worked answers, one at least for each function; those of one step alone stand in its own file."""


@pytest.mark.parametrize(("name", "arguments", "value"), ANSWERS)
def test_a_worked_answer(name: str, arguments: list[Any], value: Any) -> None:
    got = call_json(FUNCTIONS, name, arguments)
    assert "error" not in got, got
    assert got["value"] == value


def test_every_function_has_a_worked_answer() -> None:
    assert {answer.values[0] for answer in ANSWERS} == {function.name for function in FUNCTIONS}


def test_amounts_of_many_decimals_are_compared_as_they_are() -> None:
    # 0.5 - 0.3333333333 = 0.1666666667, and a share of 0.1666666667 / 0.3333333333
    (row,) = call_json(FUNCTIONS, "SP_VARIANCE", [0.5, 0.3333333333])["value"]
    assert row == pytest.approx([0.1666666667, 0.50000000015])


@pytest.mark.parametrize(
    ("name", "arguments", "error", "why"),
    [
        pytest.param("SP_SPREAD", [100.005, [[1]]], "#NUM!", "100.005 is not a whole number of 0.01", id="half-cent"),
        pytest.param("SP_SPREAD", [100, [[0], [0]]], "#NUM!", "100 cannot be shared", id="no-weight"),
        pytest.param("SP_SPREAD", [100, [[1], [1]], [[60], [60]]], "#NUM!", "-20 is left to place", id="all-held"),
        pytest.param("SP_SPREAD", [100, [[1], [None]]], "#VALUE!", "row 2 of weights is blank", id="blank-weight"),
        pytest.param("SP_SPREAD", [100, [[1], [1]], [[1, 1]]], "#VALUE!", "held is 1 row by 2 columns", id="shape"),
        pytest.param("SP_SPREAD", [100, [[1]], None, 0], "#NUM!", "unit must be a positive number", id="no-unit"),
        pytest.param("SP_SPREAD", [9, [[1]], None, 1, "x"], "#VALUE!", 'choose "error" or "equal" or ', id="zero"),
        pytest.param("SP_SPREAD", [1e15, [[1]]], "#NUM!", "cannot be kept exactly", id="too-large"),
        # 100 x 10**13 / 0.03 in the first cell: far more digits than a cell keeps
        pytest.param("SP_SPREAD", [100, [[1e13, -1e13, 0.03]]], "#NUM!", "cannot be kept exactly", id="huge-part"),
        pytest.param("SP_SPREAD", [100, [[1e20, -1e20, 1]]], "#NUM!", "nearly cancel out, to 1;", id="cancel"),
        pytest.param("SP_ROUND", [[[1.2], [1.3]], 9, 1], "#NUM!", "adds up to 9, only from 2 to 4", id="out-of-reach"),
        pytest.param("SP_ROUND", [[[1e300, 1]], None, 1], "#NUM!", "cannot be kept exactly", id="round-too-large"),
        pytest.param("SP_ROUND", [[[1, 2], [3, 4]], None, 1e300], "#NUM!", "not 1e+300", id="unit-too-large"),
        pytest.param("SP_WORKDAYS", ["2026-01-02", "2026-01-01"], "#NUM!", "earlier one first", id="backwards"),
        pytest.param("SP_WORKDAYS", ["2026-01-02", None], "#NUM!", "to a blank is not one", id="open-span"),
        pytest.param("SP_WORKDAYS", ["2026-01-02", 46030, None, "CA"], "#VALUE!", "needs its country", id="no-country"),
        pytest.param("SP_WORKDAYS", ["2026-01-02", 46030, "XX"], "#NUM!", "no holiday calendar", id="no-calendar"),
        pytest.param("SP_WORKDAYS", [1, 2, None, None, "11111"], "#NUM!", "not seven digits", id="short-week"),
        pytest.param(
            "SP_VARIANCE", [[[1, 2], [3, 4]], [[1, 2], [3, 4]]], "#VALUE!", "select one row or one column", id="table"
        ),
    ],
)
def test_what_cannot_hold_is_refused_with_its_reason(name: str, arguments: list[Any], error: str, why: str) -> None:
    got = call_json(FUNCTIONS, name, arguments)
    assert got.get("error") == error, got
    assert why in got["why"]


@given(
    st.integers(-(10**12), 10**12),
    st.lists(st.integers(1, 10**6), min_size=1, max_size=12),
    st.sampled_from(["0.01", "1", "0.05"]),
)
def test_the_parts_add_up_to_the_total_exactly(units: int, weights: list[int], unit: str) -> None:
    total = float(units * Decimal(unit))
    got = call_json(FUNCTIONS, "SP_SPREAD", [total, [[weight] for weight in weights], None, float(unit)])
    assert sum(Decimal(repr(row[0])) for row in got["value"]) == units * Decimal(unit)


@given(st.lists(st.lists(st.integers(0, 999), min_size=3, max_size=3), min_size=2, max_size=4))
@settings(deadline=None)  # the first table loads the library for linear programming
def test_every_sum_of_a_rounded_table_is_near_its_own(cents: list[list[int]]) -> None:
    table = [[cent / 100 for cent in row] for row in cents]
    rounded = call_json(FUNCTIONS, "SP_ROUND", [table, None, 1])["value"]
    for lines, rounded_lines in ((cents, rounded), (list(zip(*cents, strict=True)), list(zip(*rounded, strict=True)))):
        for line, rounded_line in zip(lines, rounded_lines, strict=True):
            assert abs(100 * sum(rounded_line) - sum(line)) < 100


@given(st.lists(st.lists(st.integers(0, 999), min_size=2, max_size=3), min_size=2, max_size=3).filter(
    lambda rows: len({len(row) for row in rows}) == 1
))  # fmt: skip
@settings(deadline=None)
def test_a_table_can_be_rounded_to_the_floor_of_its_sum(cents: list[list[int]]) -> None:
    total = sum(map(sum, cents)) // 100
    rounded = call_json(FUNCTIONS, "SP_ROUND", [[[cent / 100 for cent in row] for row in cents], total, 1])["value"]
    assert sum(map(sum, rounded)) == total


def test_every_specification_passes_lint() -> None:
    assert [fault for function in FUNCTIONS for fault in lint(function)] == []


def test_the_signatures_are_the_documented_ones() -> None:
    assert [function.signature for function in FUNCTIONS] == [
        "SP_ABC(values, [a], [b])",
        "SP_RFM(ids, dates, amounts, asof, [bins])",
        "SP_SEGMENT(customers, rules)",
        "SP_WORKDAYS(start, finish, [country], [subdivision], [week])",
        "SP_KM(lat_1, lon_1, lat_2, lon_2, [detour])",
        "SP_MINUTES(km, [fixed], [kmh])",
        "SP_TOURKM(stops, area_km2, [base_km])",
        "SP_VISITS(day_min, visit_min, travel_min)",
        "SP_REPS(customers, visits, visit_min, travel_min, hours)",
        "SP_ROUTE(points, [round_trip])",
        "SP_SPREAD(total, weights, [held], [unit], [zero])",
        "SP_FIT(seed, row_totals, col_totals, [held], [unit])",
        "SP_ROUND(values, [total], [unit])",
        "SP_PATTERN(total, periods, pattern, [unit])",
        "SP_SEASON(dates, values)",
        "SP_CATCHUP(budget, actual, [held], [unit])",
        "SP_VARIANCE(actual, budget, [kind])",
        "SP_FLAG(actual, budget, [min_amount], [min_share], [kind], [mode])",
        "SP_PVM(budget_qty, budget_price, actual_qty, actual_price)",
        "SP_DRIVERS(labels, budget, actual, [top])",
    ]


def test_the_functions_load_nothing_heavy() -> None:
    heavy = {"pandas", "scipy", "holidays", "xlwings", "formualizer", "openpyxl"}
    program = f"import sys, udfs; print({heavy} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"

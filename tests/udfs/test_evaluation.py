"""The cell functions of the evaluation step by worked answers: flags, price and quantity and mix, drivers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesplan_xl.functions.json_cells import call_json
from udfs.evaluation import DRIVERS, FLAG, PVM

FUNCTIONS = (FLAG, PVM, DRIVERS)
DIV = {"error": "#DIV/0!", "why": "the whole variance is zero, so there is no share of it"}
CENTS = st.integers(-(10**9), 10**9)


@pytest.mark.parametrize(
    ("name", "arguments", "value"),
    [
        # 12 % and 7 % below, a tenth and half a tenth being the limits
        pytest.param("SP_FLAG", [[[88], [93], [100]], [[100], [100], [100]]], [["act"], ["watch"], ["ok"]], id="tenth"),
        pytest.param("SP_FLAG", [[[88, 93]], [[100, 100]]], [["act", "watch"]], id="row-stays-a-row"),
        pytest.param(
            "SP_FLAG", [[[88, None], [1, 0]], [[100, 5], [None, 0]]], [["act", None], [None, "ok"]], id="table"
        ),
        pytest.param("SP_FLAG", [88, 100, 20], "watch", id="half-the-amount"),
        pytest.param("SP_FLAG", [88, 100, 20, None, None, "or"], "act", id="one-is-enough"),
        pytest.param("SP_FLAG", [88, 100, 25], "ok", id="less-than-half-the-amount"),
        pytest.param("SP_FLAG", [105, 100, None, 0.05, "cost"], "act", id="cost"),
        # 0.30 - 0.20 is 0.10 in cents, and less than that in floating point
        pytest.param("SP_FLAG", [0.3, 0.2, 0.1], "act", id="the-limit-itself"),
        pytest.param("SP_FLAG", [1e-9, 2e-9], "act", id="smaller-than-any-unit"),
        # 60 at 10 and 40 at 5 planned; 66 at 9 and 44 at 6 sold
        pytest.param(
            "SP_PVM",
            [[[60], [40]], [[10], [5]], [[66], [44]], [[9], [6]]],
            [[-66, 60, 0, -6], [44, 20, 0, 64], [-22, 80, 0, 58]],
            id="rows-and-total",
        ),
        pytest.param(
            "SP_PVM",
            [[[60, 40]], [[10, 5]], [[66, 44]], [[9, 6]]],
            [[-66, 44, -22], [60, 20, 80], [0, 0, 0], [-6, 64, 58]],
            id="in-a-row",
        ),
        # the second product is new, the third was dropped: both are a change of assortment
        pytest.param(
            "SP_PVM",
            [[[80], [0], [40]], [[25], [None], [10]], [[90], [20], [0]], [[24], [50], [None]]],
            [[-90, 250, 0, 160], [0, 0, 1000, 1000], [0, 0, -400, -400], [-90, 250, 600, 760]],
            id="new-and-dropped",
        ),
        pytest.param("SP_PVM", [10, 1, 20, 1], [[0, 10, 0, 10], [0, 10, 0, 10]], id="single-product"),
        # 40 less, 20 more and 10 less: 30 less in all
        pytest.param(
            "SP_DRIVERS",
            [[["East"], ["South"], ["North"]], [[100], [100], [100]], [[90], [120], [60]]],
            [["North", -40, 40 / 30], ["South", 20, -20 / 30], ["East", -10, 10 / 30]],
            id="ranked",
        ),
        pytest.param(
            "SP_DRIVERS",
            [[["East", "South", "North"]], [[100, 100, 100]], [[90, 130, 60]], 1],
            [["North", "All others"], [-40, 20], [2, -1]],
            id="all-others-in-a-row",
        ),
        pytest.param(
            "SP_DRIVERS",
            [[["A"], [7], ["A"]], [[0.1], [1], [0.2]], [[0.1], [1], [0.3]]],
            [["A", 0.1, 1], [7, 0, 0]],
            id="equal-labels",
        ),
        # a number is not the text of its digits; of equal ones 9 comes before "10"
        pytest.param(
            "SP_DRIVERS",
            [[["10"], [9], ["9"]], [[1], [1], [1]], [[2], [2], [2]]],
            [[9, 1, 1 / 3], ["9", 1, 1 / 3], ["10", 1, 1 / 3]],
            id="numbers-stay-numbers",
        ),
        pytest.param(
            "SP_DRIVERS", [[["A"], ["B"]], [[1], [2]], [[2], [1]]], [["A", 1, DIV], ["B", -1, DIV]], id="no-variance"
        ),
        pytest.param(
            "SP_DRIVERS",
            [[["A"], ["B"]], [[0], [0]], [[1e-8], [1e-8]]],
            [["A", 1e-8, 0.5], ["B", 1e-8, 0.5]],
            id="tiny",
        ),
    ],
)
def test_a_worked_answer(name: str, arguments: list[Any], value: Any) -> None:
    assert call_json(FUNCTIONS, name, arguments).get("value") == value


@pytest.mark.parametrize(
    ("name", "arguments", "error", "why"),
    [
        pytest.param("SP_FLAG", [1, 2, -1], "#NUM!", "smallest amount is -1, below zero", id="amount"),
        pytest.param("SP_FLAG", [1, 2, None, -0.1], "#NUM!", "smallest share is -0.1, below zero", id="share"),
        pytest.param("SP_FLAG", [1, 2, 0, 0, "profit"], "#VALUE!", 'choose "revenue" or "cost"', id="kind"),
        pytest.param("SP_FLAG", [[[1], [2]], 3], "#VALUE!", "select ranges of one shape", id="shapes"),
        pytest.param("SP_PVM", [[[1, 2], [3, 4]]] * 4, "#VALUE!", "select one row or one column", id="table"),
        pytest.param("SP_PVM", [[[1], [2]], [[1], [None]], [[1], [2]], [[1], [1]]], "#NUM!", "'2' has 2", id="price"),
        pytest.param("SP_PVM", [None, 1, 1, 1], "#VALUE!", "budget_qty is blank", id="blank-quantity"),
        pytest.param("SP_PVM", [-1, 1, 1, 1], "#NUM!", "budget quantity is -1, below zero", id="negative-plan"),
        pytest.param(
            "SP_DRIVERS", [[["A", "B"], ["C", "D"]], [[1, 2]] * 2, [[1, 2]] * 2], "#VALUE!", "one row", id="2d"
        ),
        pytest.param("SP_DRIVERS", ["A", 1, 2, 0], "#NUM!", "must be at least 1", id="top"),
        pytest.param("SP_DRIVERS", [[["A"], [None]], [[1], [2]], [[1], [2]]], "#VALUE!", "row 2 of labels", id="label"),
        pytest.param(
            "SP_DRIVERS", [[["A"], ["B"]], [[1], [2]], [[1], [None]]], "#VALUE!", "row 2 of actual", id="blank"
        ),
    ],
)
def test_what_cannot_be_told_is_refused_with_its_reason(name: str, arguments: list[Any], error: str, why: str) -> None:
    got = call_json(FUNCTIONS, name, arguments)
    assert got.get("error") == error, got
    assert why in got["why"]


@given(st.lists(st.tuples(*[st.integers(0, 999), st.integers(0, 99999)] * 2), min_size=1, max_size=6))
@settings(deadline=None)  # the first fraction of a cent loads the library for linear programming
def test_price_quantity_and_mix_add_up_in_the_cells(rows: list[tuple[int, int, int, int]]) -> None:
    planned, price, sold, got = ([[cell] for cell in column] for column in zip(*rows, strict=True))
    prices, received = ([[cell / 100] for (cell,) in cents] for cents in (price, got))
    table = call_json(FUNCTIONS, "SP_PVM", [planned, prices, sold, received])["value"]
    exact = [[Decimal(repr(cell)) for cell in row] for row in table]
    assert all(sum(row[:3]) == row[3] for row in exact)
    assert [sum(column) for column in zip(*exact[:-1], strict=True)] == exact[-1]
    assert 100 * exact[-1][3] == sum(row[2] * row[3] - row[0] * row[1] for row in rows)


@given(st.lists(st.tuples(st.sampled_from("ABCDE"), CENTS, CENTS), min_size=1, max_size=9), st.integers(1, 4))
def test_drivers_add_up_to_the_variance_in_the_cells(rows: list[tuple[str, int, int]], top: int) -> None:
    labels, budget, actual = zip(*rows, strict=True)
    amounts = [[[cents / 100] for cents in column] for column in (budget, actual)]
    ranked = call_json(FUNCTIONS, "SP_DRIVERS", [[[label] for label in labels], *amounts, top])["value"]
    assert 100 * sum(Decimal(repr(row[1])) for row in ranked) == sum(actual) - sum(budget)

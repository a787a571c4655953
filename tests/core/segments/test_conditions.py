"""What a condition asks of a cell, and how cells are read for it."""

import datetime as dt
from typing import Any

import numpy as np
import pytest

from salesplan_xl.core.segments import RuleRow, apply_rules
from salesplan_xl.core.segments.conditions import Condition, cleaned, operand, read_column
from tests.core.segments.examples import CUSTOMERS


def met(*conditions: tuple[Any, ...]) -> str:
    """Names of the customers that meet all of some conditions."""
    rows = [RuleRow("met", *condition) for condition in conditions]
    found = apply_rules(CUSTOMERS, rows).segments
    return " ".join(name for name, segment in zip(CUSTOMERS["Name"], found, strict=True) if segment == "met")


@pytest.mark.parametrize(
    ("conditions", "names"),
    [
        pytest.param([("Volume", ">=", 100)], "Ana Dee", id="at-least"),
        pytest.param([("Volume", ">", 100)], "Ana", id="above"),
        pytest.param([("Volume", "<", 100)], "Bo", id="a-blank-is-not-below"),
        pytest.param([("Volume", "<=", 20.5)], "Bo", id="at-most"),
        pytest.param([("Volume", "<>", 100)], "Ana Bo", id="a-blank-is-not-different"),
        pytest.param([("Volume", "=", "100")], "Dee", id="digits-are-a-number-to-a-column-of-numbers"),
        pytest.param([("Volume", "between", 20.5, 100)], "Bo Dee", id="both-ends-included"),
        pytest.param([("Volume", "in", "500; 100")], "Ana Dee", id="list-of-numbers"),
        pytest.param([("Volume", "in", (500, 20.5))], "Ana Bo", id="list-as-a-list"),
        pytest.param([("Volume", "is blank")], "Cy", id="blank"),
        pytest.param([("Volume", "Is  Not Blank")], "Ana Bo Dee", id="not-blank"),
        pytest.param([("Sector", "=", "RETAIL")], "Ana Cy", id="upper-case-and-blanks-around"),
        pytest.param([("sector ", "is", "retail")], "Ana Cy", id="column-in-lower-case-and-operator-in-words"),
        pytest.param([("Sector", "in", "food | bank")], "Bo", id="list-of-texts"),
        pytest.param([("Sector", "in", "food,retail")], "Ana Bo Cy", id="list-with-commas"),
        pytest.param([("Sector", "contains", "TAIL")], "Ana Cy", id="contains"),
        pytest.param([("Sector", "≥", "g")], "Ana Cy", id="texts-in-order"),
        pytest.param([("Since", "<", dt.date(2024, 5, 2))], "Ana Bo", id="days"),
        pytest.param([("Since", "=", "2024-05-01")], "Bo", id="a-day-has-no-time"),
        pytest.param([("Since", "between", dt.date(2020, 1, 1), dt.date(2025, 1, 1))], "Ana Bo", id="days-between"),
        pytest.param([("Active", "=", True)], "Ana Cy", id="truth"),
        pytest.param([("Active", "=", "false")], "Bo", id="truth-as-text"),
        pytest.param([("Code", "=", 12)], "Ana", id="mixed-number"),
        pytest.param([("Code", "in", "a12; 7")], "Bo Dee", id="mixed-text"),
        pytest.param([("Volume", ">=", 100), ("Sector", "=", "retail")], "Ana", id="and"),
        pytest.param([("Volume", "=", 0.1 + 0.2 + 499.7)], "Ana", id="the-digits-a-cell-keeps"),
    ],
)
def test_a_condition_is_met(conditions: list[tuple[Any, ...]], names: str) -> None:
    assert met(*conditions) == names


def test_columns_of_numpy_are_read_as_cells_are() -> None:
    days = np.array(["2026-01-01T10:00", "NaT"], dtype="datetime64[ns]")
    assert read_column(days).points == (dt.date(2026, 1, 1).toordinal(), None)
    assert read_column(np.array([1.5, np.nan])).points == (1.5, None)
    assert read_column(np.array([np.datetime64("2026-01-01"), None], dtype=object)).kind == "date"
    assert read_column([], [None]).kind == "text"
    assert read_column([None], [7, "8", None]).kind == "number"
    assert read_column([None], [dt.date(2026, 1, 1), "2026-01-01"]).kind == "date"
    assert read_column([None], [7, "seven"]).kind == "text"
    assert cleaned(np.datetime64("NaT")) is None
    assert Condition("a", "is blank", ()).holds(None)


@pytest.mark.parametrize(
    ("value", "kind", "point"),
    [
        pytest.param("1e3", "number", 1000.0, id="number-with-exponent"),
        pytest.param("1,5", "number", None, id="comma"),
        pytest.param(True, "number", None, id="truth-is-no-number"),
        pytest.param("yesterday", "date", None, id="no-day"),
        pytest.param(46023, "date", None, id="a-number-is-no-day"),
        pytest.param(7.0, "text", "7", id="a-number-as-text"),
        pytest.param(dt.datetime(2026, 1, 1, 8), "mixed", "2026-01-01", id="a-day-as-text"),  # noqa: DTZ001 - a cell
    ],
)
def test_what_is_typed_is_read_for_its_column(value: object, kind: Any, point: object) -> None:
    assert operand(value, kind) == point

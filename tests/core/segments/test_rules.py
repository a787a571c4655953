"""Tables of rules: how their rows belong together, and what cannot stand in them."""

from typing import Any

import pytest

from salesplan_xl.core.errors import RulesError, WrongShapeError
from salesplan_xl.core.segments import RuleRow, apply_rules
from tests.core.segments.examples import CUSTOMERS


def test_numbers_put_rules_in_order_wherever_they_stand() -> None:
    rows = [RuleRow("Late", "Volume", ">", 0, number=20), RuleRow("Early", "Volume", ">", 0, number=3)]
    assert apply_rules(CUSTOMERS, rows).segments[0] == "Early"
    assert apply_rules(CUSTOMERS, rows[::-1]).segments[0] == "Early"


def test_rules_without_numbers_are_numbered_by_place() -> None:
    rows = [
        RuleRow("Key", "Volume", ">=", 500),
        RuleRow("Shops", "Sector", "=", "retail"),
        RuleRow("key ", "Since", "is not blank"),
    ]
    found = apply_rules(CUSTOMERS, rows)
    assert [(use.segment, use.number, use.rows) for use in found.uses] == [("Key", 1, (0, 2)), ("Shops", 2, (1,))]


def test_blank_rows_of_rules_are_passed_over() -> None:
    rows = [RuleRow(None, None, None), RuleRow("Key", "Volume", ">=", 500), RuleRow("", " ", None, float("nan"))]
    assert apply_rules(CUSTOMERS, rows).uses[0].rows == (1,)


def faults(*rows: RuleRow) -> list[tuple[int, Any, str, str]]:
    with pytest.raises(RulesError) as raised:
        apply_rules(CUSTOMERS, rows)
    return [(fault.row, fault.number, fault.field, fault.code) for fault in raised.value.faults]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        pytest.param(RuleRow("K", "Volum", ">", 1), [("column", "unknown")], id="column"),
        pytest.param(RuleRow("K", None, ">", 1), [("column", "missing")], id="no-column"),
        pytest.param(RuleRow("K", "Volume", "~", 1), [("operator", "unknown")], id="operator"),
        pytest.param(RuleRow("K", "Volume", None, 1), [("operator", "missing")], id="no-operator"),
        pytest.param(RuleRow(None, "Volume", ">", 1), [("segment", "missing")], id="no-segment"),
        pytest.param(RuleRow("K", "Volume", ">", "many"), [("value", "wrong kind")], id="no-number"),
        pytest.param(RuleRow("K", "Volume", "in", "1; many"), [("value", "wrong kind")], id="no-number-in-a-list"),
        pytest.param(RuleRow("K", "Volume", "=", (1, 2)), [("value", "wrong kind")], id="a-list"),
        pytest.param(RuleRow("K", "Since", ">", 5), [("value", "wrong kind")], id="no-date"),
        pytest.param(RuleRow("K", "Volume", ">"), [("value", "missing")], id="no-value"),
        pytest.param(RuleRow("K", "Sector", "in", ";;"), [("value", "missing")], id="empty-list"),
        pytest.param(RuleRow("K", "Volume", "between", 1), [("value2", "missing")], id="no-second-value"),
        pytest.param(RuleRow("K", "Volume", "between", 2, 1), [("value2", "reversed")], id="reversed"),
        pytest.param(RuleRow("K", "Volume", "between", 2, "x"), [("value2", "wrong kind")], id="second-no-number"),
        pytest.param(RuleRow("K", "Volume", ">", 1, 2), [("value2", "not used")], id="second-value-not-used"),
        pytest.param(RuleRow("K", "Volume", "is blank", 0), [("value", "not used")], id="value-not-used"),
        pytest.param(RuleRow("K", "Code", "<", 9), [("column", "wrong kind")], id="no-order-of-mixed-cells"),
        pytest.param(RuleRow("K", "Volume", "contains", 9), [("operator", "wrong kind")], id="contains-of-numbers"),
        pytest.param(RuleRow("K", "Sector", ">=", 100), [("value", "wrong kind")], id="texts-above-a-number"),
        pytest.param(RuleRow("K", "Active", ">", 0), [("value", "wrong kind")], id="truth-above-a-number"),
        pytest.param(RuleRow("K", "Volume", ">", 9, None, 1.5), [("number", "wrong kind")], id="half-a-number"),
        pytest.param(RuleRow("K", "Volume", ">", 9, None, "one"), [("number", "wrong kind")], id="number-in-words"),
        pytest.param(
            RuleRow(None, "x", "y"), [("segment", "missing"), ("operator", "unknown"), ("column", "unknown")], id="all"
        ),
    ],
)
def test_what_cannot_stand_in_a_rule_is_found(row: RuleRow, expected: list[tuple[str, str]]) -> None:
    assert [(field, code) for _, _, field, code in faults(row)] == expected


def test_everything_wrong_is_told_at_once_with_rows_and_numbers() -> None:
    assert faults(
        RuleRow("K", "Volume", ">", 1, number=1),
        RuleRow("K", "Volum", ">", 1, number=1),
        RuleRow("S", "Sector", "like", "x", number=2),
        RuleRow("T", "Sector", "=", "x"),
    ) == [(1, 1, "column", "unknown"), (2, 2, "operator", "unknown"), (3, None, "number", "missing")]


def test_the_refusal_is_a_sentence() -> None:
    with pytest.raises(RulesError) as raised:
        apply_rules(CUSTOMERS, [RuleRow("K", "Volum", ">", 1, number=4), RuleRow("K", "Volume", "between", 9, 2, 4)])
    assert str(raised.value) == (
        "The segment rules cannot be applied: "
        "row 1 (rule 4): the column is 'Volum', choose a column of the customers, such as 'Volume'; "
        "row 2 (rule 4): the value2 is 2, which is below the first value; the larger one comes second."
    )


def test_no_rules_are_refused() -> None:
    with pytest.raises(RulesError, match="There are no segment rules"):
        apply_rules(CUSTOMERS, [])


def test_many_faults_are_counted() -> None:
    with pytest.raises(RulesError, match="and 2 more"):
        apply_rules(CUSTOMERS, [RuleRow("K", "x", ">", 1)] * 7)


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(WrongShapeError, match="cells of b"):
        apply_rules({"a": [1], "b": [1, 2]}, [RuleRow("K", "a", ">", 1)])

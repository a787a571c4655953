"""Rules that can never decide."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings

from salesplan_xl.core.segments import RuleRow, apply_rules
from tests.core.segments.examples import EVERYBODY, RULES


@given(RULES)
@settings(deadline=None, max_examples=150)
def test_a_rule_is_called_hidden_exactly_when_nobody_can_be_left_for_it(rules: list[RuleRow]) -> None:
    found = apply_rules(EVERYBODY, rules)
    for use in found.uses:
        assert (use.verdict == "contradiction") == (use.matching == 0)
        assert (use.verdict == "hidden") == (use.matching > 0 and use.first == 0)


@given(RULES)
@settings(deadline=None, max_examples=100)
def test_what_hides_a_rule_is_enough_and_all_of_it_is_needed(rules: list[RuleRow]) -> None:
    found = apply_rules(EVERYBODY, rules)
    for place, use in enumerate(found.uses):
        kept = [found.uses[other].number for other in use.hidden_by]
        assert all(other < place for other in use.hidden_by)
        for left_out in kept:
            some = [row for row in rules if row.number in {*kept, use.number} - {left_out}]
            assert apply_rules(EVERYBODY, some).uses[-1].first > 0
        if kept:
            all_of_it = [row for row in rules if row.number in kept or row.number == use.number]
            assert apply_rules(EVERYBODY, all_of_it).uses[-1].first == 0


@pytest.mark.parametrize(
    ("rows", "verdicts"),
    [
        pytest.param([("A", "n", ">", 5), ("B", "n", ">=", 6)], [("idle", ()), ("hidden", (0,))], id="implied-by-one"),
        pytest.param(
            [("A", "n", ">", 5), ("B", "n", "<", 6), ("C", "n", "between", 1, 9)],
            [("idle", ()), ("idle", ()), ("hidden", (0, 1))],
            id="by-two-together",
        ),
        pytest.param(
            [("A", "n", "<=", 5), ("B", "n", ">=", 6), ("C", "n", "is not blank")],
            [("idle", ()), ("idle", ()), ("idle", ())],
            id="between-5-and-6-there-may-be-some",
        ),
        pytest.param(
            [("A", "d", "<=", dt.date(2026, 1, 5)), ("B", "d", ">=", dt.date(2026, 1, 6)), ("C", "d", "is not blank")],
            [("idle", ()), ("idle", ()), ("hidden", (0, 1))],
            id="between-two-days-there-is-none",
        ),
        pytest.param(
            [("A", "t", "contains", "tail"), ("B", "t", "contains", "retail")],
            [("idle", ()), ("hidden", (0,))],
            id="contains-more",
        ),
        pytest.param([("A", "n", ">", 5), ("A", "n", "<", 5)], [("contradiction", ())], id="contradiction"),
        pytest.param(
            [("A", "t", "=", "x"), ("B", "t", "<>", "x"), ("C", "t", "is blank")],
            [("idle", ()), ("idle", ()), ("idle", ())],
            id="a-blank-is-left",
        ),
    ],
)
def test_rules_that_can_never_decide_are_proven(
    rows: list[tuple[Any, ...]], verdicts: list[tuple[str, tuple[int, ...]]]
) -> None:
    empty: dict[str, list[Any]] = {"n": [], "d": [], "t": []}
    found = apply_rules(empty, [RuleRow(*row) for row in rows])
    assert [(use.verdict, use.hidden_by) for use in found.uses] == verdicts


def test_more_texts_than_can_be_combined_are_given_the_benefit_of_the_doubt() -> None:
    rows = [RuleRow(f"S{part}", "t", "contains", part) for part in "abcdefghi"]
    twice = [*rows, RuleRow("Again", "t", "contains", "a"), RuleRow("None", "n", ">", 1), RuleRow("Never", "n", ">", 2)]
    found = apply_rules({"t": ["a"], "n": [1]}, twice)
    assert [use.verdict for use in found.uses[-3:]] == ["idle", "idle", "hidden"]


def test_a_large_table_of_rules_is_looked_through_in_time() -> None:
    # 60 rules on 10 columns: each leaves a corner that the next ones could take
    rows = [
        RuleRow(f"S{number}", f"c{(number * 7 + place) % 10}", "between", number % 5, number % 5 + 3, number)
        for number in range(1, 61)
        for place in range(4)
    ]
    found = apply_rules({f"c{place}": [1.0, 4.0, 7.0] for place in range(10)}, rows)
    assert len(found.uses) == 60

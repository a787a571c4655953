"""Who is put into which segment, and what each rule does."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from salesplan_xl.core.segments import UNASSIGNED, RuleRow, apply_rules, segment_of_each
from tests.core.segments.examples import CUSTOMERS, EVERYBODY, RULES


def test_the_first_rule_met_decides_and_every_rule_is_told() -> None:
    found = apply_rules(
        CUSTOMERS,
        [
            RuleRow("Key", "Volume", ">=", 500, number=1),
            RuleRow("Shops", "Sector", "=", "retail", number=2),
            RuleRow("Key", "Volume", ">=", 100, number=3),
            RuleRow("Key", "Since", "is not blank", number=3),
        ],
    )
    assert found.segments == ("Key", UNASSIGNED, "Shops", "Key")
    assert found.numbers.tolist() == [1, -1, 2, 3]
    assert found.rule.tolist() == [0, -1, 1, 2]
    assert [(use.segment, use.number, use.rows, use.matching, use.first) for use in found.uses] == [
        ("Key", 1, (0,), 1, 1),
        ("Shops", 2, (1,), 2, 1),
        ("Key", 3, (2, 3), 2, 1),
    ]
    assert found.overlaps.tolist() == [[1, 1, 1], [1, 2, 1], [1, 1, 2]]  # Ana meets all three
    assert found.names == ("Key", "Shops")
    assert (found.uncovered, found.uncovered_share) == (1, 0.25)


def test_the_rest_can_have_another_name() -> None:
    customers, rules = {"a": [1]}, [RuleRow("Key", "a", ">", 1)]
    assert apply_rules(customers, rules, unassigned="Resto").segments == ("Resto",)
    assert segment_of_each(customers, rules, unassigned="Resto") == ("Resto",)


def test_no_customers_have_no_segments() -> None:
    found = apply_rules({"a": []}, [RuleRow("Key", "a", ">", 1)])
    assert (found.segments, found.uncovered_share, found.uses[0].verdict) == ((), 0, "idle")


@given(RULES, st.lists(st.integers(0, len(EVERYBODY["x"]) - 1), max_size=15))
@settings(deadline=None)
def test_every_customer_has_exactly_one_segment_in_any_order(rules: list[RuleRow], places: list[int]) -> None:
    customers = {name: [cells[place] for place in places] for name, cells in EVERYBODY.items()}
    found = apply_rules(customers, rules)
    assert segment_of_each(customers, rules) == found.segments
    assert len(found.segments) == len(places)
    assert set(found.segments) <= {*found.names, UNASSIGNED}
    assert sum(use.first for use in found.uses) + found.uncovered == len(places)
    assert found.uncovered == found.segments.count(UNASSIGNED)
    assert np.diagonal(found.overlaps).tolist() == [use.matching for use in found.uses]
    turned = {name: [cells[place] for place in reversed(places)] for name, cells in EVERYBODY.items()}
    assert apply_rules(turned, rules[::-1]).segments == found.segments[::-1]

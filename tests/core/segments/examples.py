"""Customers and rules that several tests of segments use."""

import datetime as dt
from itertools import product
from typing import Any

from hypothesis import strategies as st

from salesplan_xl.core.segments import RuleRow

CUSTOMERS: dict[str, list[Any]] = {
    "Name": ["Ana", "Bo", "Cy", "Dee"],
    "Volume": [500, 20.5, None, 100],
    "Sector": ["Retail", "food", " retail ", None],
    "Since": [dt.date(2020, 1, 1), dt.datetime(2024, 5, 1, 9, 30), None, dt.date(2026, 1, 1)],  # noqa: DTZ001 - a cell
    "Active": [True, False, True, None],
    "Code": [12, "A12", None, 7],
}

VALUES = st.integers(1, 4)

CONDITIONS = st.one_of(
    st.tuples(st.sampled_from("xy"), st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), VALUES),
    st.tuples(st.sampled_from("xy"), st.just("between"), VALUES, VALUES).filter(lambda one: one[2] <= one[3]),
    st.tuples(st.sampled_from("xy"), st.sampled_from(["is blank", "is not blank"])),
    st.tuples(st.sampled_from("xy"), st.just("in"), st.lists(VALUES, min_size=1, max_size=3).map(tuple)),
    st.tuples(st.just("t"), st.sampled_from(["=", "<>", "contains"]), st.sampled_from(["a", "ab", "b"])),
)

RULES = st.lists(st.lists(CONDITIONS, min_size=1, max_size=3), min_size=1, max_size=6).map(
    lambda rules: [
        RuleRow(f"S{number}", *condition)._replace(number=number)
        for number, conditions in enumerate(rules, start=1)
        for condition in conditions
    ]
)

CELLS = [None, *(half / 2 for half in range(1, 10))]

TEXTS = [None, "a", "b", "ab", "ba", "c", "xab", "aab"]

# every customer there can be: all whole and half numbers around those of the rules, all ways to contain the texts
EVERYBODY = dict(zip("xyt", map(list, zip(*product(CELLS, CELLS, TEXTS), strict=True)), strict=True))

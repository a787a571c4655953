"""The formulas that are tried in Excel itself are looked at where there is none."""

from __future__ import annotations

from typing import Any

import pytest

from salesplan_xl.functions.grid import OMITTED
from tests.hosts.excel.formulas import formula
from tests.udfs.test_every_function import GOOD

LONGEST_ARRAY_FORMULA = 255
"""Characters that Excel takes of an array formula from a program (`Range.FormulaArray`)."""


@pytest.mark.parametrize(
    ("arguments", "written"),
    [
        pytest.param([100.0, 0.1, -1.5], "=SP_X(100,0.1,-1.5)", id="numbers"),
        pytest.param(["a", 'say "a"', True], '=SP_X("a","say ""a""",TRUE)', id="texts-and-truth"),
        pytest.param([1.0, OMITTED, 2.0], "=SP_X(1,,2)", id="left-out"),
        pytest.param([[["a", 1.0], ["b", 2.0]]], '=SP_X({"a",1;"b",2})', id="table"),
    ],
)
def test_a_call_is_written_as_excel_reads_it(arguments: list[Any], written: str) -> None:
    assert formula("SP_X", arguments) == written


@pytest.mark.parametrize("name", GOOD)
def test_the_formula_of_every_function_is_short_enough(name: str) -> None:
    assert len(formula(name, GOOD[name])) <= LONGEST_ARRAY_FORMULA

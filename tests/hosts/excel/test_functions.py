"""Cell functions as Excel's wrappers call them, through xlwings' own Windows code."""

from __future__ import annotations

from typing import Any

import pytest

import udfs
from salesplan_xl import __version__
from salesplan_xl.functions.basic import ERROR_MARK
from salesplan_xl.functions.json_cells import call_json
from tests.hosts.excel.matrix import MISSING
from tests.hosts.excel.windows import call_udf

CALLS: dict[str, tuple[str, list[Any], Any]] = {
    # 100 over 1, 1, 1 in cents: 33.33 each and the cent left over to the first
    "column": ("SP_SPREAD", [100, [[1], [1], [1]]], [[33.34], [33.33], [33.33]]),
    "row": ("SP_SPREAD", [100, [[1, 1, 1]]], [33.34, 33.33, 33.33]),  # one row comes back without rows, as xlwings does
    "list-written-in-the-formula": ("SP_SPREAD", [100, [1, 1, 1]], [33.34, 33.33, 33.33]),
    "one-cell": ("SP_ROUND", [1.239], 1.24),
    "held-left-out": ("SP_SPREAD", [100, [[1], [1]], MISSING, 1], [[50], [50]]),
    "held-blank-cells": ("SP_SPREAD", [100, [[1], [1]], [[None], [80]]], [[20], [80]]),
    "blank-stays-blank": ("SP_ROUND", [[[1.239], [None], [""]]], [[1.24], [""], [""]]),
    "currency": ("SP_ROUND", [{"decimal": "1.239"}], 1.24),
    "date-as-serial": ("SP_WORKDAYS", [46023, 46029], 5),  # 1 Jan 2026 is a Thursday: Thu Fri Mon Tue Wed
    "date-as-date": ("SP_WORKDAYS", [{"date": "2026-01-01"}, {"date": "2026-01-07"}], 5),
}


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    """What every call of this module gives; they share one process, which takes a second to start."""
    calls = {name: {"function": function, "args": args} for name, (function, args, _) in CALLS.items()}
    calls["text"] = {"function": "SP_SPREAD", "args": [100, [[1], ["12"]]]}
    calls["zero"] = {"function": "SP_SPREAD", "args": [100, [[0], [0]]]}
    calls["error in an array"] = {"function": "SP_VARIANCE", "args": [[[110], [5]], [[100], [0]]]}
    calls["10,000 rows"] = {"function": "SP_ROUND", "args": [[[row + 0.004] for row in range(10_000)]]}
    calls["nothing"] = {"function": "SP_SPREAD", "args": []}
    calls["not installed"] = {"function": "SP_OF_TOMORROW", "args": [1, MISSING, [[2], [3]]]}
    calls["not installed, no arguments"] = {"function": "SP_OF_TOMORROW", "args": []}
    calls["help"] = {"function": "help_text", "args": ["Sheet_budget"]}
    return dict(zip(calls, call_udf(list(calls.values())), strict=True))


@pytest.mark.parametrize("name", CALLS)
def test_a_function_gives_the_cells_it_should(answers: dict[str, Any], name: str) -> None:
    assert answers[name] == CALLS[name][2]


def test_a_refusal_carries_its_reason_and_is_the_one_the_command_gives(answers: dict[str, Any]) -> None:
    for name, args in (("text", [100, [[1], ["12"]]]), ("zero", [100, [[0], [0]]])):
        told = call_json(udfs.FUNCTIONS, "SP_SPREAD", args)
        assert answers[name] == f"{ERROR_MARK}{told['error']} {told['why']}"


def test_an_error_stands_in_its_place_of_an_array(answers: dict[str, Any]) -> None:
    # 110 - 100 = 10, a tenth of 100; 5 - 0 = 5, and there is no share of zero
    (first, second) = answers["error in an array"]
    assert first == [10, 0.1]
    assert second[0] == 5
    assert second[1].startswith(f"{ERROR_MARK}#DIV/0! ")


def test_ten_thousand_rows_come_back_rounded_to_their_sum(answers: dict[str, Any]) -> None:
    rows = [row for (row,) in answers["10,000 rows"]]
    # the sum is 49,995,000 + 10,000 * 0.004 = 49,995,040.00
    assert (len(rows), round(sum(rows), 2)) == (10_000, 49_995_040.00)


def test_too_few_arguments_are_refused_with_a_reason(answers: dict[str, Any]) -> None:
    assert answers["nothing"].startswith(f"{ERROR_MARK}#VALUE! ")


@pytest.mark.parametrize("name", ["not installed", "not installed, no arguments"])
def test_a_function_that_this_version_lacks_is_no_dead_python(answers: dict[str, Any], name: str) -> None:
    assert answers[name].startswith(f"{ERROR_MARK}#NAME? SP_OF_TOMORROW is not in salesplan-xl {__version__}")


def test_help_says_what_the_sheet_is_for_and_what_its_buttons_do(answers: dict[str, Any]) -> None:
    assert "exact to the cent" in answers["help"]
    assert "Disaggregate: Spreads the year's total" in answers["help"]

"""Cell functions from the command line: what a cell passes and shows, as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.command import fresh_salesplan, salesplan

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("words", "value"),
    [
        # 100.00 / 3: the cent left over goes to the first
        pytest.param(["SP_SPREAD", "100", "[[1, 1, 1]]"], [[33.34, 33.33, 33.33]], id="a-row-stays-a-row"),
        pytest.param(["SP_SPREAD", "100", "[[1], [1], [1]]"], [[33.34], [33.33], [33.33]], id="a-column-a-column"),
        pytest.param(["SP_SPREAD", "-100", "[1, 1, 1]"], [[-33.34, -33.33, -33.33]], id="a-negative-number"),
        # 40 held, 60 shared 1 : 2
        pytest.param(["SP_SPREAD", "100", "[[5, 1, 2]]", "[[40, null, null]]"], [[40, 20, 40]], id="null-is-blank"),
        # January 2026 has 22 weekdays, less New Year's Day and Martin Luther King's
        pytest.param(["SP_WORKDAYS", '"2026-01-01"', '"2026-01-31"', '"US"'], 20, id="dates-as-iso-text"),
        pytest.param(["SP_VARIANCE", "110", "100"], [[10, 0.1]], id="two-values"),
    ],
)
def test_a_function_gives_what_a_cell_would_show(words: list[str], value: Any) -> None:
    told = salesplan("call", *words)
    assert (told.code, told.document, told.error) == (0, {"value": value}, "")


@pytest.mark.parametrize(
    ("words", "error", "why"),
    [
        pytest.param(["SP_SPREAD", "1", "[0, 0]"], "#NUM!", "add up to 0", id="no-weight"),
        pytest.param(["SP_SPREAD", "1", '["a"]'], "#VALUE!", "weights", id="text"),
        pytest.param(["SP_SPREAD", '{"error": "#REF!"}', "[1]"], "#REF!", "total holds the error #REF!", id="error-in"),
        pytest.param(["SP_SPREAD"], "#VALUE!", "needs total and weights", id="too-few-arguments"),
        pytest.param(["SP_SPRAED", "1"], "#NAME?", "did you mean SP_SPREAD?", id="unknown-function"),
    ],
)
def test_an_error_cell_comes_with_its_reason_and_exit_code_1(words: list[str], error: str, why: str) -> None:
    told = salesplan("call", *words)
    assert told.code == 1
    assert list(told.document) == ["error", "why"]
    assert told.document["error"] == error
    assert why in told.document["why"]


def test_a_batch_answers_in_the_same_order_errors_among_values(tmp_path: Path) -> None:
    cases = [
        {"function": "SP_SPREAD", "args": [1, [[1, 1]]]},
        {"function": "SP_SPREAD", "args": [1, [[0]]]},
        {"function": "SP_NOTHING", "args": []},
        {"function": "SP_ROUND", "args": [[[1.004, None]], 1]},
        {"args": []},
    ]
    (tmp_path / "cases.json").write_text(json.dumps(cases), encoding="utf-8")
    told = salesplan("call", "--batch", tmp_path / "cases.json", "--json")
    answers = told.document
    assert told.code == 0
    assert [answer.get("value") for answer in answers] == [[[0.5, 0.5]], None, None, [[1, None]], None]
    assert [answer.get("error") for answer in answers] == [None, "#NUM!", "#NAME?", None, "#VALUE!"]
    assert all(list(answer) in (["value"], ["error", "why"]) for answer in answers)


def test_a_fresh_process_answers_as_this_one_does() -> None:
    words = ("call", "SP_SPREAD", "100", "[1, 1, 1]", "--json")
    assert fresh_salesplan(*words) == salesplan(*words)

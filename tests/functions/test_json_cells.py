"""What a terminal passes is what a cell would see."""

from __future__ import annotations

import json
from typing import Any

import pytest

from salesplan_xl.functions.errors import CellError
from salesplan_xl.functions.json_cells import batch, call_json, cell_from_json
from salesplan_xl.functions.specification import Argument, Blank, FunctionSpecification, Kind

ECHO = FunctionSpecification(
    "SP_ECHO",
    "Gives back what it got.",
    (Argument("cells", Kind.TEXTS, "Cells.", blank=Blank.KEPT), Argument("day", Kind.DATE, "Day.", optional=True)),
    lambda cells, day: cells if day is None else day,
    along="cells",
)
RATIO = FunctionSpecification(
    "SP_RATIO",
    "Halves, with an error in one place.",
    (Argument("values", Kind.NUMBERS, "Values."),),
    lambda values: [value / 2 if value else CellError("#DIV/0!", "zero") for value in values],
    along="values",
)
FUNCTIONS = (ECHO, RATIO)


@pytest.mark.parametrize(
    ("name", "arguments", "answer"),
    [
        pytest.param("SP_RATIO", "[[[68], [3]]]", {"value": [[34], [1.5]]}, id="column"),
        pytest.param("SP_RATIO", "[[68, 3]]", {"value": [[34, 1.5]]}, id="plain-list-is-a-row"),
        pytest.param("sp_ratio", "[68]", {"value": 34}, id="cell-and-small-letters"),
        pytest.param(
            "SP_RATIO",
            "[[[0], [2]]]",
            {"value": [[{"error": "#DIV/0!", "why": "zero"}], [1]], "why": "zero"},
            id="error-in-one-place",
        ),
        pytest.param("SP_ECHO", '[[["a"], [null]]]', {"value": [["a"], [None]]}, id="null-is-blank"),
        pytest.param("SP_ECHO", '["a", "2026-01-31"]', {"value": "2026-01-31"}, id="dates-are-text"),
        pytest.param(
            "SP_ECHO",
            '[[["a"], [{"error": "#N/A"}]]]',
            {"error": "#N/A", "why": "row 2 of cells holds the error #N/A"},
            id="error-in-error-out",
        ),
        pytest.param(
            "SP_RATIO", "[1e999]", {"error": "#NUM!", "why": "values is not a finite number; a number is expected"},
            id="too-large",
        ),
        # a terminal passes numbers as cells hold them, so this is one and no error handed over
        pytest.param("SP_RATIO", "[-2146826281]", {"value": -1073413140.5}, id="number-like-an-error"),
        pytest.param(
            "SP_RATOI", "[]", {"error": "#NAME?", "why": "there is no function SP_RATOI; did you mean SP_RATIO?"},
            id="misspelt",
        ),
        pytest.param(
            "SUM", "[]", {"error": "#NAME?", "why": "there is no function SUM"}, id="nothing-near"
        ),
        pytest.param(
            "SP_ECHO", '[{"value": 1}]',
            {"error": "#VALUE!", "why": 'an error cell is {"error": "#N/A"}, with an error that spreadsheets have'},
            id="object-that-is-no-error",
        ),
        pytest.param(
            "SP_ECHO", '"a"', {"error": "#VALUE!", "why": "the arguments of SP_ECHO are no list"}, id="no-list"
        ),
        pytest.param(
            "SP_RATIO", "[" * 900 + "]" * 900,
            {"error": "#VALUE!", "why": "values is no list of rows of cells"}, id="lists-without-end",
        ),
    ],
)  # fmt: skip
def test_json_in_and_out(name: str, arguments: str, answer: dict[str, Any]) -> None:
    got = call_json(FUNCTIONS, name, json.loads(arguments))
    assert got == answer
    assert json.loads(json.dumps(got, allow_nan=False)) == answer


def test_whole_numbers_are_written_without_a_point() -> None:
    assert json.dumps(call_json(FUNCTIONS, "SP_RATIO", [68])) == '{"value": 34}'


def test_a_bad_entry_of_a_batch_never_stops_the_rest() -> None:
    cases = [
        {"function": "SP_RATIO", "args": [2]},
        7,
        {"function": 5},
        {"function": "SP_NONE"},
        {"function": "SP_ECHO"},
    ]
    answers = batch(FUNCTIONS, [*cases, {"function": "SP_RATIO", "args": [4]}])
    assert [answer.get("value", answer.get("error")) for answer in answers] == [
        1, "#VALUE!", "#VALUE!", "#NAME?", "#VALUE!", 2,
    ]  # fmt: skip


def test_a_batch_that_is_no_list_is_refused() -> None:
    with pytest.raises(ValueError, match="a batch is a list"):
        batch(FUNCTIONS, {"function": "SP_ECHO"})


def test_an_unknown_error_is_no_error_cell() -> None:
    with pytest.raises(ValueError, match="an error cell is"):
        cell_from_json({"error": "#OOPS!"})

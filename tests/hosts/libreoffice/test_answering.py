"""What LibreOffice hands over and what was meant by it; and the lines in which it is asked and answered."""

from __future__ import annotations

import io
import json
import logging
from pathlib import Path
from typing import Any

import pytest

from salesplan_xl.entry import serve
from salesplan_xl.entry.log import NAME, Log
from salesplan_xl.functions.errors import CellError
from salesplan_xl.functions.grid import OMITTED
from salesplan_xl.functions.json_cells import call_json
from salesplan_xl.functions.specification import Argument, FunctionSpecification, Kind
from salesplan_xl.hosts.libreoffice.answering import answer, meant
from udfs import FUNCTIONS

NUMBERS = {Kind.NUMBER, Kind.AMOUNT, Kind.INTEGER, Kind.BOOLEAN}


def function(kind: Kind, *, optional: bool = True) -> FunctionSpecification:
    """A function of two arguments, the first of the kind."""
    first = Argument("first", kind, "Any.", optional=optional, choices=("a",))
    second = Argument("second", Kind.NUMBER, "Any.", optional=True)
    return FunctionSpecification("SP_EXAMPLE", "An example.", (first, second), lambda first, second: [first, second])


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in NUMBERS])
def test_a_0_between_is_left_out_where_no_number_is_expected(kind: Kind) -> None:
    assert meant(function(kind), [0.0, 1.0]) == [OMITTED, 1.0]


@pytest.mark.parametrize("kind", sorted(NUMBERS))
def test_a_0_between_is_refused_where_it_could_be_meant(kind: Kind) -> None:
    with pytest.raises(CellError, match="does not tell whether first is left out or 0") as refusal:
        meant(function(kind), [0.0, 1.0])
    assert refusal.value.code == "#VALUE!"


@pytest.mark.parametrize(
    ("given", "optional", "is_meant"),
    [
        pytest.param([0.0], True, [0.0], id="last"),
        pytest.param([0.0, None], True, [0.0, OMITTED], id="nothing-after-it"),
        pytest.param([0.0, 1.0], False, [0.0, 1.0], id="required"),
        pytest.param([[[0.0]], 1.0], True, [[[0.0]], 1.0], id="in-a-cell"),
        pytest.param([5.0, 6.0, 0.0, 7.0], True, [5.0, 6.0, 0.0, 7.0], id="too-many-are-for-call-to-refuse"),
        pytest.param([None, None], True, [OMITTED, OMITTED], id="left-out"),
    ],
)
def test_any_other_0_is_a_0(given: list[Any], optional: bool, is_meant: list[Any]) -> None:  # noqa: FBT001 - a parameter of the test
    assert meant(function(Kind.AMOUNT, optional=optional), given) == is_meant


@pytest.mark.parametrize(
    ("given", "is_meant"), [(1.0, True), (0.0, False), ([[1.0]], [[True]]), (2.0, 2.0), ("x", "x")]
)
def test_1_and_0_are_truth_values_where_one_is_expected(given: Any, is_meant: Any) -> None:
    (found, _) = meant(function(Kind.BOOLEAN), [given, None])
    assert (found, type(found)) == (is_meant, type(is_meant))


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        pytest.param("SP_SPREAD", [100, [[1], [1], [1]]], id="a-column"),
        pytest.param("SP_ROUND", [[[0.4], [None], [0.4]], 1, 1], id="blanks"),
        pytest.param("SP_VARIANCE", [110, 100, "cost"], id="a-choice"),
        pytest.param("SP_SPREAD", [100, [[{"error": "#REF!"}]]], id="an-error"),
        pytest.param("SP_SPREAD", [7.01, 5], id="one-cell"),
        pytest.param("SP_VARIANCE", [[[5], [1]], [[0], [1]]], id="a-reason-for-one-of-the-cells"),
    ],
)
def test_the_answer_is_that_of_the_command_line(name: str, arguments: list[Any]) -> None:
    assert answer(FUNCTIONS, {"function": name, "args": arguments}) == call_json(FUNCTIONS, name, arguments)


def test_a_date_in_the_result_is_a_serial_number() -> None:
    first_day = Argument("day", Kind.DATE, "Any.")
    same_day = FunctionSpecification("SP_SAME", "The same day.", (first_day,), lambda day: day)
    assert answer((same_day,), {"function": "SP_SAME", "args": ["2026-01-01"]}) == {"value": 46023}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        pytest.param("{", "#VALUE!", id="half-a-line"),
        pytest.param("", "#VALUE!", id="nothing"),
        pytest.param("[" * 100_000, "#VALUE!", id="too-deep"),
        pytest.param("7", "#VALUE!", id="a-number"),
        pytest.param("{}", "#VALUE!", id="no-function"),
        pytest.param('{"function": "SP_SPREAD", "args": 7}', "#VALUE!", id="no-list"),
        pytest.param('{"function": "SP_SPREAD", "args": [{"error": "#OH!"}]}', "#VALUE!", id="no-error"),
        pytest.param('{"function": "SP_NOTHING", "args": []}', "#NAME?", id="no-such-function"),
        pytest.param('{"function": "SP_ROUND", "args": [NaN]}', "#NUM!", id="not-a-number"),
    ],
)
def test_every_line_has_its_answer_and_the_next_is_answered_too(line: str, code: str) -> None:
    answers = io.StringIO()
    good = '{"function": "SP_ROUND", "args": [1.006]}'
    serve.serve(io.StringIO(f"{line}\n{good}\n"), answers, FUNCTIONS)
    bad, last = map(json.loads, answers.getvalue().splitlines())
    assert (bad["error"], last) == (code, {"value": 1.01})


def test_what_nobody_foresaw_is_an_error_cell_and_stands_in_the_log(tmp_path: Path) -> None:
    def fail(_first: object, _second: object) -> object:
        raise ZeroDivisionError("nobody foresaw this")

    broken = FunctionSpecification("SP_BROKEN", "It fails.", function(Kind.NUMBER).arguments, fail)
    log = Log(tmp_path / "made" / "when needed")
    logging.getLogger().addHandler(log)
    try:
        assert not (tmp_path / "made").exists()
        assert answer((broken,), {"function": "SP_BROKEN", "args": [1]})["error"] == "#VALUE!"
    finally:
        logging.getLogger().removeHandler(log)
        log.close()
    assert "nobody foresaw this" in (tmp_path / "made" / "when needed" / NAME).read_text(encoding="utf-8")


def test_a_log_that_cannot_be_written_is_passed_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    log = Log(tmp_path / "file" / "folder")
    log.handle(logging.LogRecord("any", logging.ERROR, "", 0, "lost", None, None))
    log.close()
    assert capsys.readouterr().err == ""  # where logging by itself would tell of the failure

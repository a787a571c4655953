import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from salesplan_xl.core.errors import AllHeldError, InfeasibleTotalsError
from tests.cases.__main__ import main
from tests.cases.compare import matches
from tests.cases.runner import read_cases

REPOSITORY = Path(__file__).parents[2]
EXACT = {"abs": 0.0, "rel": 0.0}


def case(**changes: Any) -> dict[str, Any]:
    return {
        "id": "NEW-1",
        "area": "budget",
        "what": "spread-proportional",
        "source": "own arithmetic",
        "inputs": {"current": [1, 3], "total": 8},  # 8 x 1/4, 8 x 3/4
        "expected": [2, 6],
        "tolerance": EXACT,
        "notes": "",
        **changes,
    }


def run(folder: Path, *cases: dict[str, Any]) -> int:
    (folder / "new.json").write_text(json.dumps(cases), encoding="utf-8")
    return main([str(folder)])


def test_an_unseen_case_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, case()) == 0
    assert capsys.readouterr().out == (
        "NEW-1  spread-proportional  passed\n1 cases: 1 passed, 0 failed, 0 not covered\n"
    )


@pytest.mark.parametrize(
    ("what", "inputs", "expected"),
    [
        pytest.param(
            "spread-proportional", {"current": [1, 3], "total": 8.000001}, [2.00000025, 6.00000075], id="fine"
        ),
        pytest.param("spread-proportional", {"current": [1, 1], "total": 4e12}, [2e12, 2e12], id="large"),
        pytest.param(  # 9 - 4 = 5 over 1, 2 and 2
            "hold-cells",
            {"current": [[1, 3], [2, 2]], "held": [{"index": [0, 1], "value": 4}], "total": 9},
            [[1, 4], [2, 2]],
            id="a held cell of a table",
        ),
        pytest.param(  # 52 Saturdays and Sundays each, less 3 October, 31 October and 26 December
            "working-days",
            {"country": "DE", "subdivision": "SN", "week": "0000011", "year": 2026},
            {"total": 101},
            id="weekends of a region",
        ),
        pytest.param(
            "rebalance-after-actuals",
            {"total_minor": 500, "plan_minor": [1, 1], "actual_minor": [{"index": 0, "value": 700}]},
            {"refuse": "actuals exceed the total", "details": {"surplus_minor": 200}},
            id="actuals beyond the total",
        ),
    ],
)
def test_other_numbers_and_shapes_pass(tmp_path: Path, what: str, inputs: object, expected: object) -> None:
    tolerance = {"abs": 1e-9, "rel": 0}
    assert run(tmp_path, case(what=what, inputs=inputs, expected=expected, tolerance=tolerance)) == 0


def test_a_wrong_expected_value_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, case(expected=[2, 7])) == 1
    assert "failed  got [2.0, 6.0], expected [2, 7]" in capsys.readouterr().out


def test_an_answer_where_a_refusal_is_expected_fails(tmp_path: Path) -> None:
    assert run(tmp_path, case(expected={"refuse": "zero base", "details": {}})) == 1


def test_a_refusal_where_an_answer_is_expected_fails(tmp_path: Path) -> None:
    assert run(tmp_path, case(inputs={"current": [0, 0], "total": 8})) == 1


def test_inputs_that_cannot_be_read_fail(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, case(inputs={"total": 8})) == 1
    assert "could not be read" in capsys.readouterr().out


def test_an_unknown_kind_is_not_covered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, case(what="spread-by-magic")) == 0
    assert "NEW-1  spread-by-magic  not covered" in capsys.readouterr().out


def test_a_missing_file_is_wrong_usage(tmp_path: Path) -> None:
    assert main([str(tmp_path / "none.json")]) == 2


def test_no_path_is_wrong_usage() -> None:
    with pytest.raises(SystemExit) as stop:
        main([])
    assert stop.value.code == 2


def test_it_runs_from_the_repository_root(tmp_path: Path) -> None:
    (tmp_path / "new.json").write_text(json.dumps([case()]), encoding="utf-8")
    command = [sys.executable, "-m", "tests.cases", str(tmp_path), "--root", str(tmp_path)]
    assert subprocess.run(command, cwd=REPOSITORY, check=False, capture_output=True).returncode == 0


def test_data_paths_start_from_the_root(tmp_path: Path) -> None:
    (tmp_path / "new.json").write_text(json.dumps([case(inputs={"data": "shared/data/orders.csv"})]), encoding="utf-8")
    (read,) = read_cases([tmp_path], Path("elsewhere"))
    assert Path(read["inputs"]["data"]) == Path("elsewhere/shared/data/orders.csv")


BLOCKED = InfeasibleTotalsError(("row 0",), ("column 0",), 5, 3)


@pytest.mark.parametrize(
    ("got", "expected", "same"),
    [
        pytest.param(9007199254740993, 9007199254740992, False, id="whole numbers are compared exactly"),
        pytest.param([1, 2, 3, 4], {"first2": [1, 2]}, True, id="first two"),
        pytest.param([1, 2, 3, 4], {"first2": [1, 3]}, False, id="first two differ"),
        pytest.param([1, 2, 3, 4], {"last2": [3, 4]}, True, id="last two"),
        pytest.param({"value": [1, 2, 3]}, {"value_first2": [1, 2]}, True, id="first two of a named result"),
        pytest.param(float("nan"), None, True, id="null is no value"),
        pytest.param(0, None, False, id="zero is not null"),
        pytest.param(None, 0, False, id="null is not zero"),
        pytest.param([2, 1], {"any_of": [[1, 2], [2, 1]]}, True, id="any of"),
        pytest.param([2, 2], {"any_of": [[1, 2], [2, 1]]}, False, id="none of"),
        pytest.param(
            {"finish": 9, "sequence": [1, 2]},
            {"finish": 9, "any_of_sequences": [[2, 1], [1, 2]]},
            True,
            id="any of a named result",
        ),
        pytest.param({"a": 1}, {"a": 1, "b": 2}, False, id="a named result is missing"),
        pytest.param({"a": 1, "b": 2}, {"a": 1}, True, id="more results than expected"),
        pytest.param(True, {"property": "sums stay"}, True, id="a property that holds"),
        pytest.param(False, {"property": "sums stay"}, False, id="a property that does not"),
        pytest.param([5, 5], 5, True, id="one number for each"),
        pytest.param([5, 6], 5, False, id="not each"),
        pytest.param("high", "high", True, id="text"),
        pytest.param(True, 1, False, id="a truth value is not a number"),
        pytest.param(
            AllHeldError(40),
            {"refuse": "every cell is held", "details": {"unplaced": 40}},
            True,
            id="a refusal",
        ),
        pytest.param(
            AllHeldError(40),
            {"refuse": "every cell is held", "details": {"unplaced": 41}},
            False,
            id="a refusal with another value",
        ),
        pytest.param(AllHeldError(40), {"refuse": "zero base", "details": {}}, False, id="a refusal of another kind"),
        pytest.param(
            AllHeldError(40),
            {"any_of": [[1], {"refuse": "every cell is held", "details": {}}]},
            True,
            id="a refusal among alternatives",
        ),
        pytest.param(
            BLOCKED,
            {"refuse": "margins cannot be met", "details": {"blocking": "row 0 needs 5, column 0 has 3"}},
            True,
            id="a refusal in other words",
        ),
        pytest.param(
            BLOCKED,
            {"refuse": "margins cannot be met", "details": {"blocking": "row 3 needs 5, column 0 has 3"}},
            False,
            id="a refusal of another row",
        ),
    ],
)
def test_answers_are_compared_as_the_format_says(got: object, expected: object, same: bool) -> None:  # noqa: FBT001 - a parameter of the table above
    assert matches(got, expected, EXACT) is same


@pytest.mark.parametrize(("got", "same"), [(100.9, True), (101.2, False), (98.8, False)])
def test_the_tolerance_adds_both_parts(got: float, same: bool) -> None:  # noqa: FBT001 - a parameter of the table above
    assert matches(got, 100, {"abs": 0.5, "rel": 0.005}) is same  # 0.5 + 0.005 x 100 = 1

"""Problems: where, what was found, what was expected, what to do."""

from __future__ import annotations

import pytest

from salesplan_xl.workbook.problems import Problem, RefusalError, capped, problem, refuse_if_any

WARNING = Problem("W-X", "a", "b", "Do c.")
ERROR = Problem("E-X", "a", "b", "Do c.")


@pytest.mark.parametrize(
    ("place", "text"),
    [
        pytest.param({}, "E-X: found a; expected b. Do c.", id="nowhere"),
        pytest.param({"file": "f.csv", "cell": "B2"}, "E-X · f.csv · B2: found a; expected b. Do c.", id="no sheet"),
        pytest.param({"sheet": "Sales"}, "E-X · Sales: found a; expected b. Do c.", id="a sheet"),
        pytest.param({"sheet": "S", "cell": "B2"}, "E-X · S!B2: found a; expected b. Do c.", id="a cell"),
    ],
)
def test_a_problem_says_where_it_is(place: dict[str, str], text: str) -> None:
    assert str(Problem("E-X", "a", "b", "Do c.", **place)) == text


def test_only_an_error_stops() -> None:
    refuse_if_any([WARNING])
    with pytest.raises(RefusalError) as refusal:
        refuse_if_any(iter([WARNING, ERROR]))
    assert refusal.value.problems == (WARNING, ERROR)
    assert str(refusal.value) == f"{WARNING}; {ERROR}"


@pytest.mark.parametrize(
    ("worded", "count", "codes", "said"),
    [
        pytest.param(0, None, [], "b", id="none"),
        pytest.param(20, None, ["E-X"] * 20, "a", id="as many as are listed"),
        pytest.param(23, None, ["E-X"] * 20 + ["W-MORE"], "3 more problems like the one in B20", id="all worded"),
        pytest.param(20, 50, ["E-X"] * 20 + ["W-MORE"], "30 more problems like the one in B20", id="only counted"),
    ],
)
def test_after_twenty_of_a_kind_the_rest_is_counted(
    worded: int, count: int | None, codes: list[str], said: str
) -> None:
    found = [Problem("E-X", "a", "b", "Do c.", "f.csv", "S", f"B{row}") for row in range(1, worded + 1)]
    listed = capped(found, count)
    assert [one.code for one in listed] == codes
    assert {(one.file, one.sheet) for one in listed} <= {("f.csv", "S")}
    assert [one.found for one in listed[-1:]] == [said] * bool(codes)


def test_a_file_is_named_once() -> None:
    assert ERROR.in_file("plan.xlsx").in_file("other.xlsx").file == "plan.xlsx"


def test_values_stand_in_the_sentences_as_they_are() -> None:
    worded = problem("E-CELL-CHOICE", sheet="S", cell="A1", value="'{x}'", header="{H}", choices="%s")
    assert [worded.found, worded.expected] == ["'{x}' in {H}", "one of: %s"]


def test_a_value_that_is_missing_is_our_mistake() -> None:
    with pytest.raises(KeyError):
        problem("E-CELL-CHOICE", value="x")

"""The buttons of Excel's ribbon as the macros press them: through xlwings' own `CallUDF`, with the workbook in hand."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from salesplan_xl import __version__
from tests.files import tables
from tests.hosts.excel.windows import Windows
from tests.small_plan import SmallPlan

SECONDS = 60


@pytest.fixture
def windows() -> Iterator[Windows]:
    """A Python of its own, since it knows which action runs."""
    with Windows() as started:
        yield started


def call(windows: Windows, name: str, *arguments: Any) -> list[Any]:
    """What the macros get back: state, job, sentence and share."""
    (row,) = windows.call([{"function": name, "args": list(arguments)}])
    answer: list[Any] = row
    return answer


def to_the_end(windows: Windows, action: str, workbook: dict[str, str], *chosen: str) -> list[Any]:
    """How an action ends, once the macros have asked for it as often as they must."""
    told = call(windows, "press", action, workbook, *(chosen or ("", "")))
    deadline = time.monotonic() + SECONDS
    while told[0] == "working":
        assert time.monotonic() < deadline
        told = call(windows, "poll", told[1], workbook)
    return told


def test_a_button_does_its_work_in_the_open_workbook_and_undo_takes_it_back(windows: Windows, typed: SmallPlan) -> None:
    workbook = {"workbook": str(typed.plan)}
    done = to_the_end(windows, "load_actuals", workbook, "source", str(typed.history))
    assert (done[0], done[1], done[3]) == ("done", 0, 1)
    again = to_the_end(windows, "load_actuals", workbook, "source", str(typed.history))
    undone = to_the_end(windows, "undo", workbook)
    assert (again[0], undone[0]) == ("done", "done")
    assert done[2].startswith("Load actuals changed ")
    assert again[2].startswith("Load actuals changed nothing: ")  # there was nothing new in the file
    assert undone[2].startswith("Undo changed ")


def test_a_file_that_is_not_there_is_refused_in_a_sentence(windows: Windows, typed: SmallPlan) -> None:
    told = to_the_end(windows, "load_actuals", {"workbook": str(typed.plan)}, "source", "none.csv")
    assert told[0] == "refused"
    assert "none.csv" in told[2]


def test_a_button_that_this_version_lacks_says_so(windows: Windows, typed: SmallPlan) -> None:
    told = call(windows, "press", "tomorrow", {"workbook": str(typed.plan)}, "", "")
    assert told[0] == "refused"
    assert told[2].startswith(f"tomorrow is not in salesplan-xl {__version__}")


def test_a_job_that_is_over_is_told_as_no_job(windows: Windows, typed: SmallPlan) -> None:
    told = call(windows, "poll", 7, {"workbook": str(typed.plan)})
    assert told == ["cancelled", 0, "No action is working.", 1]


def test_why_is_told_of_a_cell_of_the_open_workbook(windows: Windows, planned: SmallPlan) -> None:
    book = {"workbook": str(planned.plan)}
    place = tables(planned.plan)["budget_by_territory"].cell("Budget", 0)
    told, not_known = (
        windows.call([{"function": "why", "args": [book, "8 Budget", one]}])
        for one in (
            place.rpartition("!")[2],
            "A1",
        )
    )
    assert str(told[0]).startswith("North: ")
    assert str(not_known[0]).startswith("Nothing is known of this cell: ")

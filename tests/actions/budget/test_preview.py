"""Preview: an action tells what it would change in the budget, and changes nothing of it."""

from __future__ import annotations

from typing import Any

import pytest

from salesplan_xl.actions import ACTIONS
from salesplan_xl.workbook.options import PREVIEW
from tests.actions.budget.test_spread import HOLD, amounts, plan
from tests.actions.setting import DAY, places, refused, run, sale, small_plan
from tests.memory_book import MemoryBook, Row

CLEAR: Row = {"rep": "Ana", "method": "clear"}


def told(book: MemoryBook) -> list[tuple[Any, ...]]:
    """Level, part, before, after, change and share of the preview."""
    frame = book.frame("budget_preview")
    columns = ["level", "node", "before", "after", "change", "share"]
    return [tuple(row) for row in frame[columns].astype(object).where(frame[columns].notna(), None).to_numpy()]


def test_every_part_of_the_plan_that_would_change_is_told_with_the_company_first() -> None:
    team: list[Row] = [{"rep": "Ana", "manager": "Eva"}, {"rep": "Ben", "manager": "Eva"}, {"rep": "Eva"}]
    followers: dict[str, Any] = {
        table: [{"rep": one["rep"]} for one in team]
        for table in ("budget_by_rep", "attainment_by_rep", "capacity_by_rep")
    }
    book = plan({"rep": "Ana", "period": DAY(2026, 1, 1), "method": "add", "amount": 30}, team=team, **followers)
    outcome = run(book, "spread", preview="yes")
    assert told(book) == [
        ("company", "company", 1000, 1030, 30, 0.03),
        ("region", "Andes", 1000, 1030, 30, 0.03),
        ("country", "CO", 500, 530, 30, 0.06),
        ("territory", "North", 500, 530, 30, 0.06),
        ("manager", "Eva", 1000, 1030, 30, 0.03),
        ("rep", "Ana", 400, 430, 30, 0.075),
        ("half", "H1", 1000, 1030, 30, 0.03),
        ("quarter", "Q1", 1000, 1030, 30, 0.03),
        ("month", "2026-01", 500, 530, 30, 0.06),
    ]
    assert set(book.column("budget_preview", "action")) == {"Spread"}
    assert outcome.preview
    assert outcome.tables == {"budget_preview": 9}
    assert (outcome.numbers["spreads"], outcome.numbers["lines_changed"]) == (1, 1)


def test_a_preview_changes_nothing_else_and_is_no_operation() -> None:
    book = plan(CLEAR)
    before, log = book.state(), book.column("log", "number")
    run(book, "spread", preview="yes")
    assert (book.state(), book.column("log", "number"), len(book.frame("undo_journal"))) == (before, log, 0)
    assert len(book.frame("budget_preview")) > 0


def test_the_same_button_without_preview_does_what_was_told_and_empties_the_preview() -> None:
    book = plan(CLEAR)
    run(book, "spread", preview="yes")
    ((*_, after, _, _), *_) = told(book)
    outcome = run(book, "spread")
    assert book.frame("budget_lines")["budget"].sum() == after == 600
    assert told(book) == []
    assert not outcome.preview
    assert set(outcome.tables) == {"budget_lines", "spreads"}


def test_a_preview_leaves_what_was_undone_to_be_done_again() -> None:
    book = plan(CLEAR)
    run(book, "spread")
    done = book.state()
    run(book, "undo")
    run(book, "spread", preview="yes")
    run(book, "undo", redo="yes")
    assert book.state() == done
    assert told(book) == []


def test_a_second_preview_takes_the_place_of_the_first() -> None:
    book = plan(CLEAR)
    run(book, "spread", preview="yes")
    run(book, "transfer", preview="yes", from_rep="Ana", to_rep="Ben", amount="100", reason="r", owner="o")
    # 75 of January go to South; of 25 of February South gets 16.67 and Ben's North 8.33
    assert told(book) == [
        ("company", "company", 1000, 1000, 0, 0),
        ("country", "CO", 500, 408.33, -91.67, -0.18334),
        ("country", "CL", 500, 591.67, 91.67, 0.18334),
        ("territory", "North", 500, 408.33, -91.67, -0.18334),
        ("territory", "South", 500, 591.67, 91.67, 0.18334),
        ("rep", "Ana", 400, 300, -100, -0.25),
        ("rep", "Ben", 600, 700, 100, 0.166667),
    ]
    assert len(book.frame("transfers")) == 0


def test_a_budget_that_is_not_there_yet_is_previewed_without_a_share() -> None:
    book = small_plan()
    run(book, "disaggregate", preview="yes")
    company, *_ = told(book)
    assert company == ("company", "company", 0, 2000, 2000, None)
    assert len(book.frame("budget_lines")) == 0


def test_catching_up_can_be_previewed() -> None:
    sold = [sale("1", "1", DAY(2026, 1, 30), "C1", "North", "Ana", 500)]
    book = plan(sales=sold)
    before = book.state()
    outcome = run(book, "rebalance", preview="yes")
    assert ("month", "2026-01", 500, 500, 0, 0) not in told(book)
    assert ("rep", "Ana") in [row[:2] for row in told(book)]
    assert outcome.numbers["sold"] == 500
    assert book.state() == before


def test_nothing_to_do_is_told_as_no_change_of_the_company() -> None:
    book = plan()
    outcome = run(book, "spread", preview="yes")
    assert told(book) == [("company", "company", 1000, 1000, 0, 0)]
    assert outcome.numbers == {"spreads": 0, "lines_changed": 0}


def test_problems_are_those_of_the_real_thing() -> None:
    book = plan({**CLEAR, "amount": 5}, budget_targets=[{"amount": 1000}])
    (real,), (foretold,) = refused(book, "spread"), refused(book, "spread", preview="yes")
    assert real == foretold
    book.type("spreads", 0, "amount", None)
    warned = run(book, "spread", preview="yes").problems
    assert places(list(warned)) == [("W-BUDGET-TARGET", book.place("budget_targets", 0, "amount"))]
    assert run(book, "spread").problems == warned


def test_check_tells_a_preview_of_an_earlier_budget() -> None:
    book = plan(CLEAR, budget_holds=[{"rep": "Ben", **HOLD}])
    run(book, "spread", preview="yes")
    assert [one.code for one in run(book, "check").problems if "PREVIEW" in one.code] == []
    run(book, "spread", preview="yes")
    book.type("budget_lines", 0, "budget", 310)
    (problem,) = (one for one in run(book, "check").problems if "PREVIEW" in one.code)
    assert places([problem]) == [("W-PREVIEW-OUTDATED", book.place("budget_preview", 0, "before"))]
    assert problem.found == "1,000.00 for company in the preview, and 1,010.00 in the budget"


def test_a_plan_without_a_preview_table_is_changed_all_the_same() -> None:
    book = plan(CLEAR)
    book.delete_table("budget_preview")
    run(book, "spread")
    assert amounts(book)[0] == [0, 0, 0]


@pytest.mark.parametrize("action", ["disaggregate", "spread", "rebalance", "transfer"])
def test_every_action_that_changes_the_budget_has_a_preview(action: str) -> None:
    assert PREVIEW in ACTIONS[action].specification.options

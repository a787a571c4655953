"""Actions as jobs: read at once, computed in another process, written when they are asked for."""

from __future__ import annotations

import os
import pickle
import signal
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from salesplan_xl.actions import ACTIONS
from salesplan_xl.actions.action import Action, Context
from salesplan_xl.actions.jobs import Jobs, State, Told
from salesplan_xl.actions.perform import read
from tests.actions.setting import DAY, context, csv, small_plan
from tests.memory_book import MemoryBook

SECONDS = 60

AT_ONCE = 0.0
"""A moment so short that every action becomes a job."""


@pytest.fixture
def patient() -> Iterator[Jobs]:
    """Jobs whose every action is ready within the moment."""
    jobs = Jobs(context(), moment=SECONDS)
    yield jobs
    jobs.close()


@pytest.fixture
def hurried() -> Iterator[Jobs]:
    """Jobs that wait for nothing."""
    jobs = Jobs(context(), moment=AT_ONCE)
    yield jobs
    jobs.close()


def waited(jobs: Jobs, book: MemoryBook, told: Told) -> Told:
    """What is told of a job in the end."""
    deadline = time.monotonic() + SECONDS
    while told.state is State.WORKING:
        assert time.monotonic() < deadline
        told = jobs.poll(book, told.job)
    return told


def test_a_short_action_is_written_in_the_call_that_starts_it(patient: Jobs) -> None:
    book = small_plan()
    told = patient.start(book, "disaggregate", {})
    assert (told.state, told.job) == (State.DONE, 0)
    assert told.sentence.startswith("Disaggregate changed 8 Budget: total 2,000.00, lines 24, ")
    # 2,000 over the twelve months and the two reps
    assert sum(map(float, book.column("budget_lines", "budget"))) == 2000  # type: ignore[arg-type]


def test_a_long_action_is_a_job_until_the_question_that_finds_its_result(hurried: Jobs) -> None:
    book = small_plan()
    told = hurried.start(book, "disaggregate", {})
    assert (told.state, told.job > 0, book.writes) == (State.WORKING, True, 0)
    assert told.sentence == "Disaggregate is working: 0%"
    done = waited(hurried, book, told)
    assert done.state is State.DONE
    assert len(book.frame("budget_lines")) == 24


def test_a_job_gives_what_the_action_gives_at_once(patient: Jobs, hurried: Jobs) -> None:
    at_once, as_job = small_plan(), small_plan()
    patient.start(at_once, "disaggregate", {})
    waited(hurried, as_job, hurried.start(as_job, "disaggregate", {}))
    assert as_job.state() == at_once.state()


def test_a_cancelled_job_leaves_the_workbook_as_it_was_and_the_next_one_works(hurried: Jobs) -> None:
    book = small_plan()
    told = hurried.start(book, "disaggregate", {})
    assert hurried.cancel(told.job) == Told(State.CANCELLED, "Disaggregate was stopped. The workbook is as it was.")
    assert hurried.poll(book, told.job).state is State.CANCELLED
    assert book.writes == 0
    assert waited(hurried, book, hurried.start(book, "disaggregate", {})).state is State.DONE


def test_a_job_whose_process_is_killed_fails_in_a_sentence_and_the_next_one_works(hurried: Jobs) -> None:
    book = small_plan()
    told = hurried.start(book, "disaggregate", {})
    os.kill(hurried._worker._process.pid or 0, signal.SIGKILL)
    failed = waited(hurried, book, told)
    assert (failed.state, book.writes) == (State.FAILED, 0)
    assert failed.sentence.startswith("Disaggregate failed, which is our mistake. The workbook is as it was.")
    assert waited(hurried, book, hurried.start(book, "disaggregate", {})).state is State.DONE


def type_another_amount(book: MemoryBook) -> None:
    book.type("sales", 0, "amount", 301)


def sort_the_sales(book: MemoryBook) -> None:
    book.reorder("sales", [3, 2, 1, 0])


def type_a_row(book: MemoryBook) -> None:
    book.type_row("team", {"rep": "Cy", "home_territory": "North"})


@pytest.mark.parametrize(
    ("edit", "changed"),
    [(type_another_amount, "Sales"), (sort_the_sales, "Sales"), (type_a_row, "9 Team")],
)
def test_a_workbook_that_was_changed_meanwhile_is_not_overwritten(hurried: Jobs, edit: object, changed: str) -> None:
    book = small_plan()
    told = hurried.start(book, "disaggregate", {})
    edit(book)  # type: ignore[operator]
    refused = waited(hurried, book, told)
    assert refused.state is State.REFUSED
    assert f"other contents than Disaggregate began with, in: {changed}" in refused.sentence
    assert book.frame("budget_lines").empty


def test_a_setting_that_was_changed_meanwhile_counts_too(hurried: Jobs) -> None:
    book = small_plan()
    told = hurried.start(book, "disaggregate", {})
    book.write_name("plan_start", 45658.0)
    assert "in: the settings" in waited(hurried, book, told).sentence


def test_a_refusal_is_one_sentence_with_its_cell_and_all_of_it_stands_on_the_log_sheet(patient: Jobs) -> None:
    book = small_plan(budget_targets=[{"amount": "2000"}, {"period": DAY(2027, 1, 1), "amount": "1"}])
    told = patient.start(book, "disaggregate", {})
    assert told.state is State.REFUSED
    where = book.place("budget_targets", 0, "amount")
    assert told.sentence.startswith(f"Disaggregate was refused at {where}: found ")
    assert told.sentence.endswith("More, listed on the sheet Log: 1.")
    listed = book.frame("problems")
    assert listed["action"].tolist() == ["disaggregate", "disaggregate"]
    assert [f"{sheet}!{cell}" for sheet, cell in zip(listed["sheet"], listed["cell"], strict=True)] == [
        where,
        book.place("budget_targets", 1, "amount"),
    ]


def test_what_stood_in_the_way_leaves_the_list_when_the_action_succeeds(patient: Jobs) -> None:
    book = small_plan(budget_targets=[{"amount": "2000"}])
    patient.start(book, "disaggregate", {})
    patient.start(book, "undo", {})  # there is nothing to undo
    assert book.column("problems", "action") == ["disaggregate", "undo"]
    book.type("budget_targets", 0, "amount", 2000)
    patient.start(book, "disaggregate", {})
    assert book.column("problems", "action") == ["undo"]


def test_a_second_press_is_refused_while_the_first_works(hurried: Jobs) -> None:
    book = small_plan()
    told = hurried.start(book, "disaggregate", {})
    second = hurried.start(small_plan(), "check", {})
    assert second == Told(State.REFUSED, "Disaggregate is still working in plan.xlsx. Wait for it, or press Stop.")
    assert waited(hurried, book, told).state is State.DONE


def test_a_job_that_nobody_asks_for_any_more_does_not_stand_in_the_way(
    hurried: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurried.start(small_plan(), "disaggregate", {})
    monkeypatch.setattr("salesplan_xl.actions.jobs._FORGOTTEN_SECONDS", 0)
    book = small_plan()
    assert hurried.start(book, "check", {}).state in (State.WORKING, State.DONE)


def test_a_number_of_no_job_is_told(patient: Jobs) -> None:
    assert patient.poll(small_plan(), -7) == Told(State.CANCELLED, "No action is working.")
    assert patient.cancel(-7) == Told(State.CANCELLED, "No action is working.")


def test_our_own_mistake_is_a_sentence_and_the_details_are_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> str:
        raise ZeroDivisionError("a mistake of ours")

    wrong: Context = replace(context(), new_id=broken)
    jobs = Jobs(wrong, moment=SECONDS)
    book = small_plan()
    book.write_name("plan_id", None)
    told = jobs.start(book, "disaggregate", {})
    jobs.close()
    assert told.state is State.FAILED
    assert "ZeroDivisionError" not in told.sentence
    assert "a mistake of ours" in caplog.text


@pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS)
def test_every_action_can_be_handed_to_another_process_with_what_it_read(action: Action) -> None:
    file_option = action.specification.file_option
    overrides = {file_option: "orders.csv"} if file_option else {}
    task = read(small_plan(), action, overrides, context({"orders.csv": csv("order,line\n1,1")}))
    handed = pickle.loads(pickle.dumps(task))  # noqa: S301 - what was written a moment ago
    assert handed.inputs.facts == task.inputs.facts
    assert handed.inputs.sources == task.inputs.sources
    assert all(handed.inputs.tables[table].stand_in(rows.cells) for table, rows in task.inputs.tables.items())

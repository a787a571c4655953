"""Replay: the operations of a log on the original give the same tables, or the first difference is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesplan_xl.actions.action import Source
from salesplan_xl.actions.replay import Replayed, replay
from salesplan_xl.workbook.problems import Problem, RefusalError, problem
from tests.actions.setting import DAY, context, csv, load, run, small_plan
from tests.memory_book import MemoryBook

HEADER = "order,line,date,customer,territory,rep,amount\n"
FIRST = csv(HEADER + "9,1,2025-02-20,C2,South,Ben,42")
SECOND = csv(HEADER + "9,1,2025-02-20,C2,South,Ben,43\n10,1,2025-02-21,C1,North,Ana,7")
FILES = {"orders.csv": FIRST, "more.csv": SECOND}


def find(name: str, sha256: str) -> Source:
    """The files of these tests, which the context knows by their names."""
    found = context(FILES).open_source(Path(name))
    if found.sha256 != sha256:
        raise RefusalError([problem("E-REPLAY-SOURCE", name=name, sha256=sha256, folder="files")])
    return found


def again(logged: MemoryBook, original: MemoryBook, until: int | None = None) -> Replayed:
    """Replay the log of one plan on another."""
    return replay(logged, original, find, "1.0", until, lambda _: None)


def stopped(logged: MemoryBook, original: MemoryBook, until: int | None = None) -> list[Problem]:
    """What a replay says that must not come to its end."""
    with pytest.raises(RefusalError) as refusal:
        again(logged, original, until)
    return list(refusal.value.problems)


def worked_on(book: MemoryBook) -> MemoryBook:
    """Five operations, an undo among them."""
    load(book, FIRST)
    run(book, "disaggregate", season_weight="0.25")
    run(book, "load_actuals", FILES, source="folder/more.csv")
    run(book, "undo")
    run(book, "disaggregate")
    return book


def test_the_same_operations_give_the_same_tables_and_the_same_log() -> None:
    logged, original = worked_on(small_plan()), small_plan()
    done = again(logged, original)
    assert (done.first, done.last, done.warnings) == (1, 5, ())
    assert done.equal == len(original.state())
    assert original.state() == logged.state()
    columns = [column for column in logged.frame("log") if column != "version"]
    assert original.frame("log")[columns].equals(logged.frame("log")[columns])


def test_it_stops_after_the_operation_asked_for_and_goes_on_from_there() -> None:
    logged, original = worked_on(small_plan()), small_plan()
    assert again(logged, original, 3).last == 3
    assert original.column("log", "number") == [1.0, 2.0, 3.0]
    assert (again(logged, original).first, original.state()) == (4, logged.state())


def test_several_operations_undone_in_one_go_and_done_again_are_replayed() -> None:
    logged, original = worked_on(small_plan()), small_plan()
    run(logged, "undo", back="3")
    run(logged, "undo", redo="yes", back="2")
    again(logged, original)
    assert original.state() == logged.state()
    assert original.column("log", "undoes") == logged.column("log", "undoes")


def test_what_was_typed_between_two_operations_is_told_by_their_numbers_and_tables() -> None:
    logged = small_plan()
    load(logged, FIRST)
    run(logged, "disaggregate")
    logged.type("budget_targets", 0, "amount", 3000)
    logged.write_name("plan_currency", "CHF")
    run(logged, "disaggregate")
    (told,) = stopped(logged, small_plan())
    assert told.code == "E-REPLAY-EDITED"
    assert told.found == "that between operation 2 and operation 3 something was edited: Targets, the settings"


def test_from_a_copy_in_which_the_same_was_typed_it_goes_on() -> None:
    logged, copy = small_plan(), small_plan()
    for book in (logged, copy):
        run(book, "disaggregate")
        book.type("budget_targets", 0, "amount", 3000)
    run(logged, "disaggregate")
    assert again(logged, copy).warnings == ()
    assert copy.state() == logged.state()


def test_an_amount_that_comes_out_otherwise_is_told_with_its_table_row_and_both_values() -> None:
    logged = small_plan()
    run(logged, "disaggregate")
    log, journal = logged.frame("log"), logged.frame("undo_journal")
    logged.type("log", 0, "total_after", 2100)
    text = str(journal["new"].iloc[0])
    assert '"budget": 460.0' in text  # Ana's January: (300 + 0.4 * 400) / 2 = 230 of 1,000, of 2,000
    logged.type("undo_journal", 0, "new", text.replace('"budget": 460.0', '"budget": 560.0'))
    (told,) = stopped(logged, small_plan())
    assert len(log) == 1
    assert told.code == "E-REPLAY-DIFFERS"
    assert told.found == "460 after operation 1 at budget_lines, 2026-01/North/Ana, budget"
    assert told.expected == "560, as the log has it"


def test_without_the_journal_the_totals_and_checksums_are_told() -> None:
    logged = small_plan()
    logged.write_name("undo_keep", 0.0)
    run(logged, "disaggregate")
    logged.type("log", 0, "checksum_after", "0123456789abcdef")
    (told,) = stopped(logged, small_plan())
    assert told.found.startswith("2,000.00, ")
    assert told.found.endswith("after operation 1 at budget_lines")
    assert told.expected == "2,000.00, 0123456789abcdef, as the log has it"


def test_what_was_edited_after_the_last_operation_is_only_told() -> None:
    logged, original = worked_on(small_plan()), small_plan()
    logged.type("customers", 0, "name", "Uno")
    done = again(logged, original)
    assert [(one.code, one.found) for one in done.warnings] == [
        ("W-REPLAY-AFTER", "that after operation 5, the last, something was edited: Customers")
    ]
    assert done.equal == len(original.state()) - 1


def test_files_that_are_missing_are_all_told_before_anything_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    logged, original = worked_on(small_plan()), small_plan()
    monkeypatch.setattr("tests.actions.test_replay.FILES", {"more.csv": SECOND})
    (told,) = stopped(logged, original)
    assert (told.code, original.writes) == ("E-FILE-MISSING", 0)


def _another_log(book: MemoryBook) -> None:
    run(book, "disaggregate", season_weight="0.75")


def _a_wrong_table(book: MemoryBook) -> None:
    book.type("team", 1, "home_territory", "Nowhere")


@pytest.mark.parametrize(
    ("change", "until", "codes"),
    [
        pytest.param(_another_log, None, ["E-REPLAY-OTHER"], id="another log"),
        pytest.param(_a_wrong_table, None, ["E-REPLAY-REFUSED", "E-CELL-REFERENCE"], id="refused here"),
        pytest.param(lambda _: None, 9, ["E-REPLAY-TO"], id="no such operation"),
    ],
)
def test_an_original_that_does_not_fit_is_refused(
    change: Callable[[MemoryBook], None], until: int | None, codes: list[str]
) -> None:
    original = small_plan()
    change(original)
    assert [one.code for one in stopped(worked_on(small_plan()), original, until)] == codes


def test_a_log_with_nothing_to_do_and_an_action_of_tomorrow_are_refused() -> None:
    assert [one.code for one in stopped(small_plan(), small_plan())] == ["E-REPLAY-EMPTY"]
    logged = worked_on(small_plan())
    logged.type("log", 1, "action", "tomorrow")
    assert [one.code for one in stopped(logged, small_plan())] == ["E-REPLAY-ACTION"]


STEPS = st.sampled_from(("load", "more", "spread", "season", "catch_up", "undo", "redo", "back"))


@settings(max_examples=10, deadline=None)
@given(st.lists(STEPS, min_size=1, max_size=6))
def test_whatever_was_done_the_replay_has_the_same_bytes(steps: list[str]) -> None:
    logged, original = small_plan(), small_plan()
    for step in steps:
        try:
            match step:
                case "load":
                    load(logged, FIRST)
                case "more":
                    run(logged, "load_actuals", FILES, source="more.csv")
                case "spread":
                    run(logged, "disaggregate")
                case "season":
                    run(logged, "disaggregate", season_weight="1", unit="1")
                case "catch_up":
                    run(logged, "rebalance", closed_until=str(DAY(2026, 2, 1)))
                case "back":
                    run(logged, "undo", back="2")
                case _:
                    run(logged, "undo", redo="yes" if step == "redo" else "no")
        except RefusalError:
            continue  # nothing to undo, or no line to catch up yet
    if logged.frame("log").empty:
        return
    assert again(logged, original).warnings == ()
    assert original.state() == logged.state()

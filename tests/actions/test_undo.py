"""Undo and redo: the last operation taken back or done again; what was edited since is kept, or named."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesplan_xl.workbook.problems import Problem
from tests.actions.setting import DAY, csv, load, places, refused, run, sale, small_plan
from tests.memory_book import MemoryBook

HEADER = "order,line,date,customer,territory,rep,amount\n"
MIXED = csv(HEADER + "1,1,2025-01-10,C1,North,Ana,310\n9,1,2025-02-20,C2,South,Ben,42")
MORE = csv(HEADER + "9,1,2025-02-20,C2,South,Ben,43\n10,1,2025-02-21,C1,North,Ana,7\n10,2,2025-02-21,C1,North,Ana,8")


def undo(book: MemoryBook) -> None:
    run(book, "undo")


def redo(book: MemoryBook) -> None:
    run(book, "undo", redo="yes")


def worked_on(book: MemoryBook) -> list[dict[str, bytes]]:
    """Three operations; the states before, between and after."""
    states = [book.state()]
    load(book, MIXED)
    states.append(book.state())
    run(book, "disaggregate")
    states.append(book.state())
    load(book, MORE)
    states.append(book.state())
    return states


def test_undo_across_three_operations_gives_back_every_state_to_the_byte() -> None:
    book = small_plan()
    states = worked_on(book)
    for state in states[-2::-1]:
        undo(book)
        assert book.state() == state


def test_redo_goes_the_same_way_forward_again() -> None:
    book = small_plan()
    states = worked_on(book)
    for _ in range(3):
        undo(book)
    for state in states[1:]:
        redo(book)
        assert book.state() == state
    assert nothing(book, redo="yes") == "nothing to redo"


def test_undo_after_redo_takes_back_the_same_operation() -> None:
    book = small_plan()
    states = worked_on(book)
    for step, state in [(undo, 2), (redo, 3), (undo, 2), (undo, 1), (redo, 2), (undo, 1), (undo, 0)]:
        step(book)
        assert book.state() == states[state]
    assert nothing(book) == "nothing to undo"


def test_lines_that_changed_and_lines_that_came_in_one_operation_are_both_taken_back() -> None:
    book = small_plan()
    load(book, MIXED)
    assert book.column("sales", "amount") == [310.0, 100.0, 100.0, 500.0, 42.0]
    undo(book)
    assert book.column("sales", "amount") == [300.0, 100.0, 100.0, 500.0]


def test_the_first_load_is_taken_back_to_an_empty_table() -> None:
    book = small_plan(sales=[])
    state = book.state()
    load(book, MIXED)
    undo(book)
    assert book.state() == state


def test_undo_is_an_operation_that_says_what_it_undoes() -> None:
    book = small_plan()
    load(book, MIXED)
    undo(book)
    first, second = book.frame("log").to_dict("records")
    assert [second["number"], second["action"], second["undoes"]] == [2.0, "undo", 1.0]
    assert json.loads(second["options"]) == {"redo": "no", "back": None, "to": None}
    assert [second["checksum_before"], second["checksum_after"]] == [first["checksum_after"], first["checksum_before"]]


def test_an_edit_made_elsewhere_since_is_kept() -> None:
    book = small_plan()
    run(book, "disaggregate")
    load(book, MIXED)
    book.type("sales", 1, "amount", 111)
    book.type("customers", 0, "name", "Uno")
    undo(book)
    assert book.column("sales", "amount") == [300.0, 111.0, 100.0, 500.0]
    assert book.column("customers", "name") == ["Uno", "Two"]


def test_rows_sorted_since_stay_sorted() -> None:
    book = small_plan()
    load(book, MIXED)
    book.reorder("sales", [4, 3, 2, 1, 0])
    undo(book)
    assert book.column("sales", "amount") == [500.0, 100.0, 100.0, 300.0]


def test_lines_a_person_sorted_are_in_that_order_again_after_undo() -> None:
    book = small_plan()
    run(book, "disaggregate")
    book.reorder("budget_lines", range(24)[::-1])
    state = book.state()
    book.type("budget_targets", 0, "amount", 3000)
    run(book, "disaggregate")
    undo(book)
    assert book.state()["budget_lines"] == state["budget_lines"]


def test_a_later_edit_of_the_same_cell_is_not_overwritten_but_named() -> None:
    book = small_plan()
    load(book, MIXED)
    book.type("sales", 0, "amount", 311)
    (problem,) = refused(book, "undo")
    assert places([problem]) == [("E-UNDO-CONFLICT", book.place("sales", 0, "amount"))]
    assert problem.found == "311, changed since operation 1"
    assert problem.expected == "310, as the operation left it"


def test_a_later_edit_of_a_line_the_operation_added_is_named() -> None:
    book = small_plan()
    load(book, MIXED)
    book.type("sales", 4, "amount", 43)
    (problem,) = refused(book, "undo")
    assert places([problem]) == [("E-UNDO-CONFLICT", book.place("sales", 4, "amount"))]
    assert [problem.found, problem.expected] == ["43, changed since operation 1", "42, as the operation left it"]


def test_a_blank_line_filled_since_is_named() -> None:
    book = small_plan()
    load(book, MIXED)
    book.type("sales", 4, "cost", 30)
    (problem,) = refused(book, "undo")
    assert places([problem]) == [("E-UNDO-CONFLICT", book.place("sales", 4, "cost"))]
    assert problem.expected == "a blank, as the operation left it"


def test_a_line_deleted_since_is_named_by_its_table() -> None:
    book = small_plan()
    load(book, MIXED)
    book.reorder("sales", [1, 2, 3, 4])
    (problem,) = refused(book, "undo")
    assert places([problem]) == [("E-UNDO-CONFLICT", book.place("sales", -1, "row_id"))]
    assert problem.found == "no row, changed since operation 1"


def test_every_conflict_is_named_at_once() -> None:
    book = small_plan()
    load(book, MIXED)
    book.type("sales", 0, "amount", 1)
    book.type("sales", 4, "amount", 2)
    assert len(refused(book, "undo")) == 2


def test_an_edit_put_back_is_no_conflict() -> None:
    book = small_plan()
    load(book, MIXED)
    book.type("sales", 0, "amount", 311)
    book.type("sales", 0, "amount", 310)
    undo(book)
    assert book.column("sales", "amount")[0] == 300.0


def test_something_new_leaves_nothing_to_redo() -> None:
    book = small_plan()
    load(book, MIXED)
    undo(book)
    run(book, "disaggregate")
    assert nothing(book, redo="yes") == "nothing to redo"
    undo(book)
    assert nothing(book) == "nothing to undo"


def test_looking_is_nothing_new() -> None:
    book = small_plan()
    load(book, MIXED)
    state = book.state()
    undo(book)
    run(book, "check")
    redo(book)
    assert book.state() == state


@pytest.mark.parametrize("options", [{}, {"redo": "yes"}])
def test_where_nothing_was_done_there_is_nothing_to_take_back(options: dict[str, str]) -> None:
    assert nothing(small_plan(), **options) == f"nothing to {'redo' if options else 'undo'}"


def test_only_as_many_operations_are_kept_as_the_setting_says() -> None:
    book = small_plan()
    book.write_name("undo_keep", 2.0)
    states = worked_on(book)
    assert set(book.column("undo_journal", "operation")) == {2.0, 3.0}
    undo(book)
    # the undo itself is the fourth operation, and stands in the place of the third: as many as are kept can be undone
    assert set(book.column("undo_journal", "operation")) == {2.0, 4.0}
    assert book.state() == states[2]
    undo(book)
    assert book.state() == states[1]
    assert nothing(book) == "nothing to undo"
    redo(book)
    redo(book)
    assert book.state() == states[3]


def test_keeping_none_keeps_the_log_but_no_journal() -> None:
    book = small_plan()
    book.write_name("undo_keep", 0.0)
    load(book, MIXED)
    assert book.frame("undo_journal").empty
    assert len(book.frame("log")) == 1
    assert nothing(book) == "nothing to undo"


def test_a_log_sorted_by_hand_is_read_by_its_numbers() -> None:
    book = small_plan()
    states = worked_on(book)
    undo(book)
    book.reorder("log", [3, 1, 0, 2])
    undo(book)
    assert book.state() == states[1]


def test_an_operation_that_took_lines_away_is_taken_back_with_their_places() -> None:
    customers = [
        {"customer": f"C{at}", "name": "x", "territory": "North", "rep": rep} for at, rep in enumerate(("Ana", "Ben"))
    ]
    book = small_plan(customers=customers, team=[{"rep": "Ana"}, {"rep": "Ben"}, {"rep": "Cam"}], sales=[])
    book.type("budget_targets", 0, "amount", 2400.0)  # 100 for each of 24 lines, nothing left to round
    run(book, "disaggregate")
    state = book.state()
    book.type("customers", 0, "rep", "Cam")
    outcome = run(book, "disaggregate")
    # Ana's twelve lines go, Cam's twelve come; Ben's change by nothing
    assert outcome.tables == {"budget_lines": 24}
    undo(book)
    assert book.state()["budget_lines"] == state["budget_lines"]


def test_text_that_looks_like_something_else_comes_back_as_it_was() -> None:
    book = small_plan(sales=[sale("007", "1", DAY(2025, 1, 1), "=C1", "North", "Ana", 0.1 + 0.2)])
    book.type("sales", 0, "product", "null")
    state = book.state()
    load(book, csv("order,line,date,customer,product,territory,rep,amount\n007,1,2025-01-02,C1,,North,Ana,1"))
    undo(book)
    assert book.state() == state


@pytest.mark.parametrize("count", [1, 2, 3])
def test_any_number_is_taken_back_in_one_go_and_done_again(count: int) -> None:
    book = small_plan()
    states = worked_on(book)
    run(book, "undo", back=str(count))
    assert book.state() == states[3 - count]
    run(book, "undo", redo="yes", back=str(count))
    assert book.state() == states[3]


def test_each_operation_taken_back_in_one_go_has_its_own_line_in_the_log_as_if_it_were_alone() -> None:
    at_once, apart = small_plan(), small_plan()
    for book in (at_once, apart):
        worked_on(book)
    run(at_once, "undo", back="3")
    for _ in range(3):
        undo(apart)
    told = ["number", "action", "tables", "rows", "total_before", "checksum_before", "checksum_after", "undoes"]
    for column in told:
        assert at_once.column("log", column) == apart.column("log", column)
    assert at_once.column("log", "undoes") == [None, None, None, 3.0, 2.0, 1.0]
    assert at_once.frame("undo_journal").equals(apart.frame("undo_journal"))


def test_it_goes_back_to_how_it_was_after_an_operation_whatever_was_undone_and_redone_between() -> None:
    book = small_plan()
    states = worked_on(book)
    undo(book)
    redo(book)  # operation 5 does the third again
    for number in (2, 0):
        run(book, "undo", to=str(number))
        assert book.state() == states[number]
    for number in (1, 3):
        run(book, "undo", redo="yes", to=str(number))
        assert book.state() == states[number]


@pytest.mark.parametrize(
    ("options", "code", "found"),
    [
        pytest.param({"back": "4"}, "E-UNDO-FEWER", "4 operations asked for, and 3 there", id="more than there are"),
        pytest.param({"to": "7"}, "E-UNDO-TO", "operation 7, which is none to go to", id="none such"),
        pytest.param({"to": "2", "redo": "yes"}, "E-UNDO-TO", "operation 2, which is none to go to", id="not undone"),
        pytest.param({"to": "2", "back": "1"}, "E-UNDO-BOTH", "both a number", id="both"),
        pytest.param({"to": "3"}, "E-UNDO-NOTHING", "nothing to undo", id="there already"),
    ],
)
def test_what_cannot_be_gone_back_to_is_refused(options: dict[str, str], code: str, found: str) -> None:
    book = small_plan()
    worked_on(book)
    (problem,) = refused(book, "undo", None, **options)
    assert problem.code == code
    assert problem.found.startswith(found)


def test_operations_the_journal_lost_are_named_and_nothing_is_taken_back() -> None:
    book = small_plan()
    book.write_name("undo_keep", 2.0)
    worked_on(book)
    (problem,) = refused(book, "undo", None, back="3")
    assert (problem.code, problem.found) == (
        "E-UNDO-GONE",
        "operations 1, whose changes the undo journal no longer keeps",
    )


def test_later_edits_in_the_way_of_several_operations_are_all_named_each_once() -> None:
    book = small_plan()
    worked_on(book)
    book.type("sales", 0, "amount", 311)  # operation 1 made it 310
    book.type("sales", 4, "amount", 44)  # operation 1 loaded it, operation 3 made it 43
    book.type("budget_lines", 0, "budget", 1)  # operation 2 made the line
    assert places(refused(book, "undo", None, back="3")) == [
        ("E-UNDO-CONFLICT", book.place("sales", 4, "amount")),
        ("E-UNDO-CONFLICT", book.place("budget_lines", 0, "budget")),
        ("E-UNDO-CONFLICT", book.place("sales", 0, "amount")),
    ]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(1, 3)), max_size=6))
def test_undos_and_redos_of_any_number_move_along_the_states(steps: list[tuple[bool, int]]) -> None:
    book = small_plan()
    states = worked_on(book)
    at = 3
    for is_redo, count in steps:
        if not 0 <= (at + count if is_redo else at - count) <= 3:
            continue
        run(book, "undo", redo="yes" if is_redo else "no", back=str(count))
        at += count if is_redo else -count
        assert book.state() == states[at]


def nothing(book: MemoryBook, **options: str) -> str:
    """What undo says when there is nothing to take back."""
    problems: list[Problem] = refused(book, "undo", None, **options)
    assert places(problems) == [("E-UNDO-NOTHING", book.place("log", -1, "number"))]
    return problems[0].found

"""Performing: what is read and refused before anything is written, and the line every operation leaves in the log."""

from __future__ import annotations

import copy
import datetime
import hashlib
import json
from collections.abc import Callable

import pytest

from salesplan_xl.actions import ACTIONS
from salesplan_xl.actions.perform import fill, obstacles
from salesplan_xl.workbook.cells import ErrorCell, FormulaCell
from salesplan_xl.workbook.changes import canonical_bytes
from salesplan_xl.workbook.problems import RefusalError
from salesplan_xl.workbook.sheets import TABLES
from tests.actions.setting import DAY, context, csv, load, load_refused, places, refused, run, sale, small_plan
from tests.memory_book import MemoryBook, option_cells

LINES = csv(
    "order,line,date,customer,territory,rep,amount\n1,1,2025-01-10,C1,North,Ana,310.10\n9,1,2026-01-02,C2,South,Ben,0.2"
)


# The plan


@pytest.mark.parametrize("version", [1.0, 3.0])
def test_a_plan_of_other_tables_and_columns_is_refused(version: float) -> None:
    book = small_plan()
    book.write_name("plan_schema", version)
    (problem,) = refused(book, "check")
    assert [problem.code, problem.file, problem.sheet] == ["E-PLAN-SCHEMA", "plan.xlsx", "_plan"]
    assert problem.found == f"a plan with tables and columns of version {version:.0f}"
    assert problem.expected == "version 2"


@pytest.mark.parametrize(("version", "code"), [(None, "E-CELL-REQUIRED"), ("one", "E-CELL-KIND")])
def test_a_plan_that_does_not_say_its_version_is_told_as_any_cell(version: str | None, code: str) -> None:
    book = small_plan()
    book.write_name("plan_schema", version)
    (problem,) = refused(book, "check")
    assert [problem.code, problem.file, problem.sheet] == [code, "plan.xlsx", "_plan"]


# Options


def test_an_option_that_does_not_exist_is_refused_with_those_that_do() -> None:
    (problem,) = refused(small_plan(), "disaggregate", seasons="1")
    assert problem.code == "E-OPTION-UNKNOWN"
    options = (
        "history_months, season_weight, detail, detail_peer_weight, unit, "
        "weigh_by, peer_weight, months_by, pattern, week, preview"
    )
    assert problem.expected == f"one of the options of disaggregate: {options}"


@pytest.mark.parametrize(
    ("option", "value", "expected"),
    [
        pytest.param("season_weight", "1.5", "a share such as 25%, from 0 to 1", id="beyond the bound"),
        pytest.param("season_weight", "", "a share such as 25%, from 0 to 1", id="blank"),
        pytest.param("history_months", "2.5", "a whole number, from 1 to 120", id="not whole"),
        pytest.param("history_months", "two", "a whole number, from 1 to 120", id="a word"),
    ],
)
def test_a_wrong_value_of_an_option_is_refused(option: str, value: str, expected: str) -> None:
    (problem,) = refused(small_plan(), "disaggregate", None, **{option: value})
    assert [problem.code, problem.expected] == ["E-OPTION-VALUE", expected]


def test_a_wrong_choice_is_refused_with_the_choices() -> None:
    (problem,) = refused(small_plan(), "undo", redo="perhaps")
    assert [problem.code, problem.expected] == ["E-OPTION-VALUE", "one of: yes, no"]


def test_an_option_given_for_this_time_leaves_the_plan_as_it_is() -> None:
    book = small_plan()
    run(book, "disaggregate", season_weight="0")
    assert book.read_name("disaggregate_season_weight")[2] == 0.5
    assert json.loads(str(book.column("log", "options")[0])) == {
        "history_months": 24.0,
        "season_weight": 0.0,
        "detail": "pair",
        "detail_peer_weight": 0.25,
        "unit": 0.01,
        "weigh_by": "history",
        "peer_weight": 0.0,
        "months_by": "season",
        "pattern": "4 4 5",
        "week": "1111100",
    }


def test_an_option_comes_from_the_plan_where_it_is_not_given() -> None:
    book = small_plan()
    book.write_name("disaggregate_season_weight", 0.0)
    run(book, "disaggregate")
    assert json.loads(str(book.column("log", "options")[0]))["season_weight"] == 0.0


def test_a_wrong_option_in_the_plan_is_named_with_its_cell() -> None:
    book = small_plan()
    book.write_name("disaggregate_history_months", 0.0)
    (problem,) = refused(book, "disaggregate")
    sheet, cell, _ = book.read_name("disaggregate_history_months")
    assert places([problem]) == [("E-CELL-BOUND", f"{sheet}!{cell}")]
    assert problem.found == "0 in Months of history before the plan"


def test_an_option_whose_cell_is_gone_is_named() -> None:
    book = small_plan()
    book.delete_name("disaggregate_unit")
    (problem,) = refused(book, "disaggregate")
    assert [problem.code, problem.found] == ["E-NAME-MISSING", "no cell named disaggregate_unit"]


def test_a_file_that_is_not_named_is_asked_for() -> None:
    (problem,) = refused(small_plan(), "load_actuals")
    assert [problem.code, problem.action] == ["E-OPTION-MISSING", "Give it with --set source=..."]


def test_a_file_that_cannot_be_read_is_refused() -> None:
    (problem,) = refused(small_plan(), "load_actuals", source="nowhere.csv")
    assert [problem.code, problem.file] == ["E-FILE-MISSING", "nowhere.csv"]


# What a plan may have become


def test_all_that_is_wrong_with_tables_cells_and_options_is_told_at_once() -> None:
    book = small_plan()
    book.type("sales", 0, "amount", "300")
    book.type("customers", 0, "territory", "Nord")
    book.delete_table("budget_holds")
    book.write_name("plan_start", None)
    book.write_name("undo_keep", -1.0)
    codes = sorted(one.code for one in refused(book, "disaggregate", unit="0", other="1"))
    assert codes == [
        "E-CELL-BOUND",
        "E-CELL-KIND",
        "E-CELL-REFERENCE",
        "E-CELL-REQUIRED",
        "E-OPTION-UNKNOWN",
        "E-OPTION-VALUE",
        "E-TABLE-MISSING",
    ]


def test_every_problem_names_the_file() -> None:
    book = small_plan()
    book.type("sales", 0, "amount", "300")
    (problem,) = refused(book, "disaggregate")
    assert str(problem).startswith(
        f"E-CELL-KIND · plan.xlsx · {book.place('sales', 0, 'amount')}: found '300' in Amount;"
    )


def test_a_renamed_sheet_is_named_with_its_title() -> None:
    book = small_plan()
    book.rename_sheet("Sales", "Orders")
    (problem,) = refused(book, "disaggregate")
    assert [problem.code, problem.sheet, problem.action] == [
        "E-SHEET-RENAMED",
        "Orders",
        "Rename the sheet back to Sales.",
    ]


@pytest.mark.parametrize("table", ["sales", "log", "undo_journal", "budget_by_rep", "territories"])
def test_a_missing_table_is_refused_before_anything_is_written(table: str) -> None:
    book = small_plan()
    book.delete_table(table)
    (problem,) = load_refused(book, LINES)
    assert [problem.code, problem.found] == ["E-TABLE-MISSING", f"no table {table}"]


@pytest.mark.parametrize(
    ("table", "column"), [("sales", "amount"), ("log", "options"), ("undo_journal", "old"), ("budget_by_rep", "rep")]
)
def test_a_deleted_column_is_refused_before_anything_is_written(table: str, column: str) -> None:
    book = small_plan()
    book.delete_column(table, column)
    seen = book.read_table(table).heading()  # the row id before it is hidden
    (problem,) = load_refused(book, LINES)
    assert [problem.code, problem.cell] == ["E-COLUMN-MISSING", seen]


def test_a_copied_row_is_refused_with_both_places() -> None:
    book = small_plan()
    book.reorder("customers", [0, 1, 1])
    problems = refused(book, "disaggregate")
    assert places(problems) == [
        ("E-ROW-DUPLICATE", book.place("customers", 2, "row_id")),
        ("E-KEY-DUPLICATE", book.place("customers", 2, "customer")),
    ]
    assert problems[0].found.endswith(f"it first stands in {book.place('customers', 1, 'row_id').partition('!')[2]}")


@pytest.mark.parametrize(
    ("cell", "code", "found"),
    [
        pytest.param(FormulaCell("100*3", 300.0), "E-CELL-FORMULA", "the formula =100*3 in Amount", id="formula"),
        pytest.param(
            FormulaCell("1/0", ErrorCell("#DIV/0!")), "E-CELL-ERROR", "the error #DIV/0! in Amount", id="error"
        ),
    ],
)
def test_a_formula_in_an_input_cell_is_refused(cell: FormulaCell, code: str, found: str) -> None:
    book = small_plan()
    book.type("budget_targets", 0, "amount", cell)
    (problem,) = refused(book, "disaggregate")
    assert [problem.code, problem.found] == [code, found]


def test_a_column_of_ones_own_and_its_formulas_stay() -> None:
    book = small_plan(budget_holds=[])
    book.add_column("sales", "My note", lambda row: f"note {row}")
    book.add_column("budget_holds", "My sum", lambda _: FormulaCell("1+1", 2.0))
    load(book, LINES)
    run(book, "disaggregate")
    assert book.read_table("sales").columns["My note"] == ["note 0", "note 1", "note 2", "note 3", None]
    assert book.read_table("budget_holds").columns["My sum"] == [FormulaCell("1+1", 2.0)]


def test_a_row_that_only_holds_a_note_of_ones_own_is_not_dropped() -> None:
    book = small_plan(sales=[])
    book.add_column("sales", "My note", lambda _: "ask Ana")
    assert {one.code for one in load_refused(book, LINES)} == {"E-CELL-REQUIRED"}


def test_a_text_of_no_length_is_a_blank() -> None:
    book = small_plan()
    expected = small_plan()
    for column in ("territory", "rep", "period"):
        book.type("budget_targets", 0, column, "")
    book.type_row("budget_holds", dict.fromkeys(("territory", "rep", "amount", "owner"), ""))
    run(book, "disaggregate")
    run(expected, "disaggregate")
    assert book.state() == expected.state()


def test_a_row_typed_by_hand_gets_a_row_id_when_its_table_is_written() -> None:
    book = small_plan()
    book.type_row("sales", sale("8", "1", DAY(2025, 3, 1), "C1", "North", "Ana", 5))
    load(book, LINES)
    ids = book.read_table("sales").columns["row_id"]
    assert ids == ["r1", "r2", "r3", "r4", "r5", "9/1"]


# What an operation leaves


def test_the_log_says_who_did_what_when_with_what_and_to_which_effect() -> None:
    book = small_plan()
    before = canonical_bytes(TABLES["sales"], book.frame("sales"))
    outcome = load(book, LINES)
    after = canonical_bytes(TABLES["sales"], book.frame("sales"))
    (entry,) = book.frame("log").to_dict("records")
    assert outcome.tables == {"sales": 2}
    assert {
        name: entry[name] for name in ("number", "time", "user", "host", "version", "action", "tables", "rows")
    } == {
        "number": 1.0,
        "time": "2026-01-05 09:30:00",
        "user": "ana",
        "host": "memory",
        "version": "1.0",
        "action": "load_actuals",
        "tables": "sales",
        "rows": 2.0,
    }
    # 300 + 100 + 100 + 500; then 310.10 in place of 300, and 0.20 more
    assert [entry["total_before"], entry["total_after"]] == [1000.0, 1010.3]
    assert entry["checksum_before"] == hashlib.sha256(before).hexdigest()[:16]
    assert entry["checksum_after"] == hashlib.sha256(after).hexdigest()[:16]


def test_the_log_keeps_a_files_name_and_checksum_and_not_its_folder() -> None:
    book = small_plan()
    load(book, LINES)
    options = json.loads(str(book.column("log", "options")[0]))
    assert options == {"source": {"name": "orders.csv", "sha256": hashlib.sha256(b"orders.csv").hexdigest()}}


def test_operations_are_numbered_on() -> None:
    book = small_plan()
    load(book, LINES)
    run(book, "disaggregate")
    run(book, "undo")
    assert book.column("log", "number") == [1.0, 2.0, 3.0]


def test_a_plan_without_an_id_gets_one_with_its_first_operation() -> None:
    book = small_plan()
    book.write_name("plan_id", None)
    run(book, "check")
    assert book.read_name("plan_id")[2] is None
    run(book, "disaggregate")
    assert book.read_name("plan_id")[2] == "plan-new"


def test_a_plan_keeps_its_id() -> None:
    book = small_plan()
    run(book, "disaggregate")
    assert book.read_name("plan_id")[2] == "plan-1"


def test_the_summaries_follow_the_master_lists_whatever_runs() -> None:
    book = small_plan()
    book.type_row("team", {"rep": "Cam", "home_territory": "North"})
    run(book, "disaggregate")
    assert book.column("budget_by_rep", "rep") == ["Ana", "Ben", "Cam"]


def test_a_value_that_stands_twice_in_a_master_list_stands_once_in_its_summary() -> None:
    book = small_plan()
    load(book, LINES)
    book.type_row("team", {"rep": "Ben"})
    run(book, "undo")  # it reads no master list, so it does not refuse
    assert book.column("budget_by_rep", "rep") == ["Ana", "Ben"]


def test_several_actions_after_each_other_equal_the_same_actions_on_the_plan_opened_anew_each_time() -> None:
    together, apart = small_plan(), small_plan()
    steps: list[Callable[[MemoryBook], object]] = [
        lambda book: load(book, LINES),
        lambda book: run(book, "disaggregate"),
        lambda book: run(book, "undo"),
    ]
    for step in steps:
        step(together)
        apart = copy.deepcopy(apart)
        step(apart)
    assert together.state() == apart.state()
    assert together.column("log", "checksum_after") == apart.column("log", "checksum_after")


# Readiness


def test_an_action_that_only_lacks_its_file_is_ready() -> None:
    assert obstacles(small_plan(), ACTIONS["load_actuals"], context()) == ()


@pytest.mark.parametrize("action", list(ACTIONS))
def test_readiness_of_an_empty_plan_is_told_without_writing(action: str) -> None:
    book = MemoryBook()
    found = {one.code for one in obstacles(book, ACTIONS[action], context())}
    expected = {
        "capacity_gate": {"E-BUDGET-NO-LINES-YET"},
        "disaggregate": {"E-BUDGET-NO-TARGET", "E-BUDGET-NOBODY"},
        "flag_variances": {"E-VARIANCE-BUDGET", "E-VARIANCE-SALES"},
        "phase": {"E-BUDGET-NO-LINES-YET"},
        "plan_routes": {"E-FIELD-NOBODY"},
        "rebalance": {"E-BUDGET-NO-LINES-YET"},
        "segment": {"E-SEGMENT-RULES"},
        "undo": {"E-UNDO-NOTHING"},
    }
    assert found == expected.get(action, set())
    assert book.writes == 0


# New plans


def test_a_new_plan_is_filled_without_a_line_in_the_log() -> None:
    book, source = MemoryBook(), small_plan()
    tables = {name: source.frame(name) for name in ("territories", "team", "customers", "sales")}
    fill(book, tables, {"plan_start": datetime.date(2026, 1, 1), "plan_company": "Two Ltd"})
    assert {name: book.state()[name] for name in tables} == {name: source.state()[name] for name in tables}
    assert book.column("budget_by_rep", "rep") == ["Ana", "Ben"]
    assert book.read_name("plan_start")[2] == 46023.0
    assert book.frame("log").empty


def test_a_plan_that_is_not_as_it_should_be_is_not_filled() -> None:
    book = MemoryBook()
    book.delete_column("team", "rep")
    with pytest.raises(RefusalError):
        fill(book, {"team": small_plan().frame("team")}, {})


def test_every_option_has_a_cell_that_a_new_plan_can_read() -> None:
    book = MemoryBook()
    for action in ACTIONS:
        for cell in option_cells(action):
            assert (book.read_name(cell.name)[2] is not None) is cell.required


def test_a_sum_too_large_to_keep_its_cents_is_refused_and_nothing_is_written() -> None:
    # twice 9,000,000,000,000.00 is more than fifteen digits with its cents
    book = small_plan()
    run(book, "disaggregate")
    for number in (1, 2):
        book.type_row("sales", sale(f"T{number}", "1", DAY(2026, 1, 30), "C1", "North", "Ana", 9e12))
    found = [problem.found for problem in refused(book, "flag_variances") if problem.code == "E-AMOUNT-LARGE"]
    assert any(one.startswith("18,000,000,000,000, which would stand in Actual of Variances") for one in found)

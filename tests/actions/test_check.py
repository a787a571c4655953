"""Check: every table read, everything wrong told together, the summaries brought up to date."""

from __future__ import annotations

from salesplan_xl.workbook.cells import ErrorCell, FormulaCell
from tests.actions.setting import DAY, places, refused, run, small_plan
from tests.memory_book import MemoryBook


def test_a_clean_plan_has_no_problems_and_is_not_touched() -> None:
    book = small_plan()
    outcome = run(book, "check")
    assert outcome.problems == ()
    assert outcome.tables == {}
    assert outcome.numbers["sales_rows"] == 4
    assert book.writes == 0


def test_an_empty_plan_has_no_problems() -> None:
    assert run(MemoryBook(), "check").problems == ()


def test_a_plan_whose_budget_meets_its_targets_has_no_problems() -> None:
    book = small_plan()
    run(book, "disaggregate")
    assert run(book, "check").problems == ()


def test_a_target_that_the_lines_do_not_add_up_to_is_a_warning_with_both_figures() -> None:
    book = small_plan(budget_targets=[{"amount": 2000}, {"rep": "Ana", "amount": 700}])
    run(book, "disaggregate")
    book.type("budget_lines", 0, "budget", 1000)
    before = book.column("budget_lines", "budget")
    outcome = run(book, "check")
    planned = sum(float(str(amount)) for amount in before)
    assert [one.code for one in outcome.problems] == ["W-BUDGET-TARGET", "W-BUDGET-TARGET"]
    assert places(list(outcome.problems))[0][1] == book.place("budget_targets", 0, "amount")
    assert outcome.problems[0].found == f"a target of 2,000.00 against {planned:,.2f} planned"
    assert outcome.problems[0].file == "plan.xlsx"


def test_a_cent_is_a_difference() -> None:
    book = small_plan()
    run(book, "disaggregate")
    book.type("budget_lines", 0, "budget", float(str(book.column("budget_lines", "budget")[0])) + 0.01)
    (problem,) = run(book, "check").problems
    assert problem.found == "a target of 2,000.00 against 2,000.01 planned"


def test_an_error_cell_is_named() -> None:
    book = small_plan()
    book.type("sales", 2, "amount", ErrorCell("#DIV/0!"))
    (problem,) = refused(book, "check")
    assert places([problem]) == [("E-CELL-ERROR", book.place("sales", 2, "amount"))]
    assert problem.found == "the error #DIV/0! in Amount"


def test_problems_of_several_sheets_come_together() -> None:
    book = small_plan()
    book.type("sales", 0, "rep", "Anna")
    book.type("customers", 1, "name", None)
    book.type("budget_targets", 0, "amount", "2000")
    assert sorted(places(refused(book, "check"))) == [
        ("E-CELL-KIND", book.place("budget_targets", 0, "amount")),
        ("E-CELL-REFERENCE", book.place("sales", 0, "rep")),
        ("E-CELL-REQUIRED", book.place("customers", 1, "name")),
    ]


def test_a_value_typed_over_a_formula_is_a_warning() -> None:
    book = small_plan()
    book.type("budget_targets", 0, "planned", 5)
    (problem,) = run(book, "check").problems
    assert places([problem]) == [("W-CELL-OVERTYPED", book.place("budget_targets", 0, "planned"))]


def test_an_error_that_a_formula_shows_is_named() -> None:
    book = small_plan()
    book.type("budget_by_rep", 1, "actual", FormulaCell("SUM(1)", ErrorCell("#REF!")))
    assert places(refused(book, "check")) == [("E-CELL-ERROR", book.place("budget_by_rep", 1, "actual"))]


def test_the_summaries_follow_their_lists_without_a_line_in_the_log() -> None:
    book = small_plan()
    book.type_row("team", {"rep": "Cam"})
    book.reorder("territories", [1, 0])
    run(book, "check")
    assert book.column("budget_by_rep", "rep") == ["Ana", "Ben", "Cam"]
    assert book.column("budget_by_territory", "territory") == ["South", "North"]
    assert book.frame("log").empty


def test_a_rep_who_left_the_list_leaves_the_summary() -> None:
    book = small_plan(customers=[], sales=[])
    book.reorder("team", [1])
    run(book, "check")
    assert book.column("budget_by_rep", "rep") == ["Ben"]


def test_a_list_without_its_column_is_told_once_and_not_as_a_flood_of_unknown_values() -> None:
    book = small_plan()
    book.delete_column("team", "rep")
    assert [one.code for one in refused(book, "check")] == ["E-COLUMN-MISSING"]


def test_what_will_stop_disaggregate_is_told_ahead() -> None:
    book = small_plan(budget_targets=[{"amount": 2000}, {"period": DAY(2027, 1, 1), "amount": 1}])
    outcome = run(book, "check")
    assert places(list(outcome.problems)) == [("W-BUDGET-OUTSIDE", book.place("budget_targets", 1, "period"))]
    assert (book.column("problems", "code"), book.writes) == (["W-BUDGET-OUTSIDE"], 1)


def test_rows_typed_below_a_table_are_named() -> None:
    book = small_plan()
    book.type_below("team", "I12")
    (problem,) = refused(book, "check")
    assert [problem.code, problem.sheet, problem.cell] == ["E-ROWS-BELOW", "9 Team", "I12"]


def test_summaries_that_get_their_rows_are_told() -> None:
    book = small_plan(budget_by_rep=[])
    assert run(book, "check").tables == {"budget_by_rep": 2}

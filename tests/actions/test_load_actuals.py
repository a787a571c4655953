"""Load actuals: each order line once, however often the file comes; anything strange is refused with its cell."""

from __future__ import annotations

import itertools

import pytest

from salesplan_xl.workbook.cells import CellTable, ErrorCell
from tests.actions.setting import DAY, csv, load, load_refused, places, run, sale, sheet_list, small_plan

MARCH = """
    order,line,date,customer,territory,rep,amount
    4,1,2026-03-02,C1,North,Ana,120.50
    4,2,2026-03-02,C1,North,Ana,79.50
    5,1,2026-03-09,C2,South,Ben,-20
"""


def test_new_lines_are_added_below_the_others_and_counted() -> None:
    book = small_plan()
    outcome = load(book, csv(MARCH))
    # 120.50 + 79.50 - 20 = 180
    assert outcome.numbers == {
        "lines_read": 3,
        "lines_added": 3,
        "lines_updated": 0,
        "lines_unchanged": 0,
        "amount_read": 180.0,
    }
    assert outcome.tables == {"sales": 3}
    assert book.column("sales", "order") == ["1", "2", "3", "3", "4", "4", "5"]
    assert book.column("sales", "amount")[4:] == [120.5, 79.5, -20.0]
    assert book.frame("sales")["date"].iloc[-1].date() == DAY(2026, 3, 9)


def test_the_first_lines_take_the_place_of_the_blank_row() -> None:
    book = small_plan(sales=[])
    load(book, csv(MARCH))
    assert book.column("sales", "line") == ["1", "2", "1"]


def test_the_same_file_twice_changes_nothing_and_leaves_no_line_in_the_log() -> None:
    book = small_plan()
    load(book, csv(MARCH))
    state, writes = book.state(), book.writes
    outcome = load(book, csv(MARCH))
    assert outcome.numbers["lines_unchanged"] == 3
    assert outcome.tables == {}
    assert book.state() == state
    assert book.writes == writes
    assert book.column("log", "number") == [1.0]


def test_a_known_line_is_brought_up_to_date_where_it_stands() -> None:
    book = small_plan()
    outcome = load(book, csv("order,line,date,customer,territory,rep,amount\n2,1,2025-01-20,C2,South,Ben,101"))
    assert outcome.numbers["lines_updated"] == 1
    assert book.column("sales", "amount") == [300.0, 101.0, 100.0, 500.0]


def test_one_file_may_add_update_and_repeat() -> None:
    book = small_plan()
    outcome = load(
        book,
        csv(
            """
            order,line,date,customer,territory,rep,amount
            3,2,2025-02-05,C2,South,Ben,500
            9,1,2026-01-03,C2,South,Ben,1
            1,1,2025-01-10,C1,North,Ana,301
            """
        ),
    )
    counts = [outcome.numbers[f"lines_{what}"] for what in ("added", "updated", "unchanged")]
    assert counts == [1, 1, 1]
    assert book.column("sales", "amount") == [301.0, 100.0, 100.0, 500.0, 1.0]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_order_of_the_file_does_not_matter(order: tuple[int, ...]) -> None:
    header, *lines = MARCH.strip().splitlines()
    expected, book = small_plan(), small_plan()
    load(expected, csv(MARCH))
    load(book, csv("\n".join([header, *(lines[at] for at in order)])))
    assert book.state() == expected.state()


def test_line_two_stands_before_line_ten() -> None:
    book = small_plan(sales=[])
    header = "order,line,date,customer,territory,rep,amount\n"
    load(book, csv(header + "\n".join(f"7,{line},2026-01-01,C1,North,Ana,1" for line in (10, 2, 1))))
    assert book.column("sales", "line") == ["1", "2", "10"]


def test_a_line_number_typed_as_a_number_is_the_same_line() -> None:
    book = small_plan(sales=[sale(1, 1, DAY(2025, 1, 10), "C1", "North", "Ana", 300)])
    outcome = load(book, csv("order,line,date,customer,territory,rep,amount\n1,1,2025-01-10,C1,North,Ana,300"))
    assert outcome.numbers["lines_unchanged"] == 1


def test_a_column_the_file_does_not_have_is_left_as_it_is() -> None:
    book = small_plan(sales=[{**sale("1", "1", DAY(2025, 1, 10), "C1", "North", "Ana", 300), "cost": 200}])
    outcome = load(book, csv("order,line,date,customer,territory,rep,amount\n1,1,2025-01-10,C1,North,Ana,310"))
    assert outcome.numbers["lines_updated"] == 1
    assert book.column("sales", "cost") == [200.0]


def test_a_blank_in_a_column_the_file_has_is_taken_over() -> None:
    book = small_plan(sales=[{**sale("1", "1", DAY(2025, 1, 10), "C1", "North", "Ana", 300), "cost": 200}])
    load(book, csv("order,line,date,customer,territory,rep,amount,cost\n1,1,2025-01-10,C1,North,Ana,300,"))
    assert book.column("sales", "cost") == [None]


def test_a_file_without_lines_changes_nothing() -> None:
    outcome = load(small_plan(), csv("order,line,date,customer,territory,rep,amount"))
    assert outcome.numbers["lines_read"] == 0
    assert outcome.tables == {}


@pytest.mark.parametrize(
    "header",
    [
        pytest.param("Order,Line,Date,Customer,Territory,Rep,Unit price,Amount", id="as on the sheet"),
        pytest.param("ORDER,line,DATE,customer,TERRITORY,rep,unit_price,AMOUNT", id="ids, any case"),
        pytest.param("order,line,date,customer,territory,rep,UnitPrice,amount", id="without the space"),
    ],
)
def test_columns_may_be_named_in_other_ways(header: str) -> None:
    book = small_plan(sales=[])
    load(book, csv(f"{header}\n1,1,2026-01-01,C1,North,Ana,7.25,14.50"))
    assert book.column("sales", "unit_price") == [7.25]


def test_columns_nobody_asked_for_and_their_order_do_not_matter() -> None:
    book = small_plan(sales=[])
    load(book, csv("weather,amount,rep,territory,customer,date,line,order\nrain,1,Ana,North,C1,2026-01-01,1,8"))
    assert book.column("sales", "order") == ["8"]


def test_two_columns_that_may_both_be_meant_are_refused() -> None:
    cells = csv("order,line,date,customer,territory,rep,amount,Amount\n1,1,2026-01-01,C1,North,Ana,1,2")
    assert places(load_refused(small_plan(), cells)) == [("E-SOURCE-HEADER-TWICE", "H1")]


def test_without_a_line_column_a_product_is_a_line_of_its_order() -> None:
    book = small_plan(sales=[])
    load(
        book,
        csv(
            """
            order,date,customer,product,territory,rep,amount
            1,2026-01-01,C1,P2,North,Ana,5
            1,2026-01-01,C1,P1,North,Ana,6
            """
        ),
    )
    assert book.column("sales", "line") == ["P1", "P2"]
    assert book.column("sales", "product") == ["P1", "P2"]


def test_a_missing_column_is_named_with_what_the_file_has() -> None:
    problems = load_refused(small_plan(), csv("order,line,date,customer,territory\n1,1,2026-01-01,C1,North"))
    assert [one.expected for one in problems] == ["a column headed Rep", "a column headed Amount"]
    assert problems[0].file == "orders.csv"
    assert "order, line, date, customer, territory" in problems[0].found
    assert str(problems[0]).startswith("E-SOURCE-COLUMN · orders.csv · A1: ")


def test_a_rep_or_territory_that_is_in_no_list_is_refused_with_its_cell_and_the_nearest() -> None:
    book = small_plan()
    problems = load_refused(book, csv(MARCH.replace("Ana,79.50", "Anna,79.50").replace("South,Ben", "Suth,Ben")))
    assert places(problems) == [("E-CELL-REFERENCE", "E4"), ("E-CELL-REFERENCE", "F3")]
    assert problems[0].action == "Did you mean South? Correct it, or add it to Territories on the sheet 7 Field work."
    assert "Did you mean Ana?" in problems[1].action


def test_a_line_that_stands_twice_in_the_file_is_refused() -> None:
    problems = load_refused(small_plan(), csv(MARCH.replace("4,2,", "4,1,")))
    assert places(problems) == [("E-KEY-DUPLICATE", "A3")]
    assert problems[0].found == "'4' · '1' a second time; it first stands in A2"


@pytest.mark.parametrize(
    ("wrong", "cell", "expected"),
    [
        pytest.param(
            "amount: 79,50", "G3", "a number with a decimal point and at most two decimals", id="decimal comma"
        ),
        pytest.param("amount: 1 200", "G3", "a number with a decimal point and at most two decimals", id="thousands"),
        pytest.param(
            "amount: 79.505", "G3", "a number with a decimal point and at most two decimals", id="half a cent"
        ),
        pytest.param(
            "amount: 1e999", "G3", "a number with a decimal point and at most two decimals", id="no finite number"
        ),
        pytest.param(
            "amount: ", "G3", "a number with a decimal point and at most two decimals", id="blank is not zero"
        ),
        pytest.param("date: 02.03.2026", "C3", "a date (in a CSV file: year-month-day)", id="date in another form"),
        pytest.param("date: 2026-02-30", "C3", "a date (in a CSV file: year-month-day)", id="no such day"),
        pytest.param("order: ", "A3", "a text", id="no order"),
    ],
)
def test_a_value_of_another_kind_is_refused_with_its_cell(wrong: str, cell: str, expected: str) -> None:
    column, _, value = wrong.partition(": ")
    cells = csv(MARCH)
    columns = {name: [*values] for name, values in cells.columns.items()}
    columns[column][1] = value or None
    problems = load_refused(small_plan(), CellTable("orders", "", 2, 1, columns))
    assert [(one.cell, one.expected) for one in problems] == [(cell, expected)]


def test_every_problem_of_a_file_is_told_at_once() -> None:
    problems = load_refused(small_plan(), csv(MARCH.replace("120.50", "much").replace("C2,South", ",Soth")))
    assert places(problems) == [("E-CELL-KIND", "G2"), ("E-CELL-REQUIRED", "D4"), ("E-CELL-REFERENCE", "E4")]


WORKBOOK_LINE: dict[str, list[object]] = {
    "Order": [4],
    "Line": [1],
    "Date": [DAY(2026, 3, 2)],
    "Customer": ["C1"],
    "Territory": ["North"],
    "Rep": ["Ana"],
    "Amount": [12.5],
}


def test_a_workbook_gives_numbers_and_dates_as_they_are() -> None:
    book = small_plan(sales=[])
    load(book, sheet_list(WORKBOOK_LINE))
    assert book.column("sales", "order") == ["4"]
    assert book.column("sales", "amount") == [12.5]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        pytest.param("12.5", "E-CELL-KIND", id="a text in a workbook is no number"),
        pytest.param(ErrorCell("#N/A"), "E-CELL-ERROR", id="an error"),
        pytest.param(True, "E-CELL-KIND", id="a truth value"),
    ],
)
def test_in_a_workbook_a_cell_is_what_it_is(cell: object, code: str) -> None:
    problems = load_refused(small_plan(), sheet_list({**WORKBOOK_LINE, "Amount": [cell]}))
    assert places(problems) == [(code, "Export!I5")]


def test_a_line_whose_order_was_edited_keeps_its_row_and_the_file_brings_the_old_one_again() -> None:
    book = small_plan(sales=[])
    load(book, csv(MARCH))
    book.type("sales", 0, "order", "4b")
    outcome = load(book, csv(MARCH))
    assert outcome.numbers["lines_added"] == 1
    assert book.column("sales", "order") == ["4b", "4", "5", "4"]
    assert len(set(book.column("sales", "row_id"))) == 4


def test_orders_and_lines_with_a_slash_are_not_mixed_up() -> None:
    book = small_plan(sales=[])
    header = "order,line,date,customer,territory,rep,amount\n"
    load(book, csv(header + "A/B,1,2026-01-01,C1,North,Ana,1\nA,B/1,2026-01-01,C1,North,Ana,2"))
    assert len(set(book.column("sales", "row_id"))) == 2


def test_customers_nobody_knows_and_dates_beyond_the_plan_are_worth_a_second_look() -> None:
    book = small_plan()
    lines = """
    order,line,date,customer,territory,rep,amount
    7,1,2026-12-31,C1,North,Ana,1
    8,1,2027-01-01,C9,North,Ana,1
    9,1,2062-06-04,C9,North,Ana,1
    """
    outcome = load(book, csv(lines))
    assert [(one.code, one.file, one.found) for one in outcome.problems] == [
        ("W-CUSTOMER-UNKNOWN", "orders.csv", "2 order lines of customers that are not in Customers (such as C9)"),
        ("W-DATE-LATER", "orders.csv", "2 order lines after the plan's last month (such as 2027-01-01)"),
    ]
    assert outcome.numbers["lines_added"] == 3


def test_sales_of_more_than_fifteen_digits_in_all_are_loaded_and_the_plan_goes_on() -> None:
    # three orders of 9,000,000,000,000.00, as in a currency of small units
    book = small_plan()
    lines = "".join(f"h{number},1,2025-03-{number:02},C1,North,Ana,9000000000000\n" for number in (1, 2, 3))
    load(book, csv(f"order,line,date,customer,territory,rep,amount\n{lines}"))
    assert book.column("log", "total_before") == [1000]
    assert book.column("log", "total_after") == [None]  # no cell keeps 27,000,000,001,000.00 to the cent
    assert run(book, "disaggregate").problems == ()

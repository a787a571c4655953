"""Calculating a closed workbook: native formulas, ours, references of every kind, and what is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter

from salesplan_xl.functions.specification import Argument, Blank, FunctionSpecification, Kind
from salesplan_xl.hosts.file.book import FileBook
from salesplan_xl.hosts.file.calculation import Calculation, calculate
from salesplan_xl.workbook.cells import ErrorCell, TableChanges, Value, split_address

DOUBLE = FunctionSpecification(
    "SP_DOUBLE",
    "Twice the numbers, plus something.",
    (
        Argument("numbers", Kind.NUMBERS, "Numbers.", blank=Blank.KEPT),
        Argument("plus", Kind.NUMBER, "Added.", optional=True, default=0.5),
        Argument("times", Kind.NUMBER, "Factor.", optional=True, default=2.0),
    ),
    lambda numbers, plus, times: times * numbers + plus,
    along="numbers",
)
NEXT_DAY = FunctionSpecification(
    "SP_NEXTDAY",
    "The day after.",
    (Argument("day", Kind.DATE, "Day."),),
    lambda day: day.replace(day=day.day + 1),
)
FUNCTIONS = (DOUBLE, NEXT_DAY)

ORDERS: list[list[Any]] = [
    ["Norte", "A", 100.25, 46023, "x"],
    ["Sur", "B", 200.5, 46054, "y"],
    ["Norte", "B", 300.0, 46082, None],
]
TITLE = "Order's lines"


def book_with(
    formulas: Mapping[str, str] | None = None,
    arrays: Mapping[str, str] | None = None,
    values: Mapping[str, Any] | None = None,
    stored: Any = 99,
) -> FileBook:
    """A plan with a sheet of order lines (a table and three names) and a sheet of formulas with a stored value."""
    content = BytesIO()
    workbook = xlsxwriter.Workbook(content, {"in_memory": True})
    plan, orders = workbook.add_worksheet("Plan"), workbook.add_worksheet(TITLE)
    headers = [{"header": name} for name in ("Región", "product", "amount", "day", "a [net]")]
    orders.add_table("B3:F7", {"name": "orders", "columns": headers, "data": ORDERS, "total_row": True})
    orders.write("D7", 600.75)
    workbook.define_name("tax_rate", "=0.25")
    workbook.define_name("amounts", "=orders[amount]")
    workbook.define_name("first_day", f"='{TITLE.replace(chr(39), chr(39) * 2)}'!$E$4")
    workbook.define_name("moving", "=Plan!A1")
    for cell, value in (values or {}).items():
        plan.write(cell, value)
    for cell, formula in (formulas or {}).items():
        plan.write_formula(cell, f"={formula}", None, stored)
    for area, formula in (arrays or {}).items():
        plan.write_array_formula(area, f"{{={formula}}}", None, stored)
    workbook.close()
    return FileBook.from_bytes(content.getvalue(), "plan.xlsx")


def cells(calculation: Calculation, *addresses: str) -> list[Value]:
    """Values of cells of the plan."""
    return [calculation.values["Plan"][split_address(address)] for address in addresses]


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        pytest.param("1+1", 2.0, id="no-reference"),
        pytest.param("SUM(orders[amount])", 600.75, id="column"),
        pytest.param("SUM(ORDERS[Amount])", 600.75, id="any-case"),
        pytest.param('SUMIFS(orders[amount],orders[Región],"Norte")', 400.25, id="accents"),
        pytest.param("INDEX(orders[amount],2)", 200.5, id="index-of-a-column"),
        pytest.param("COUNTA(orders)", 14.0, id="data"),  # 3 rows of 5 cells, one blank
        pytest.param("ROWS(orders[#All])", 5.0, id="all"),
        pytest.param("INDEX(orders[[#Headers],[product]],1)", "product", id="header"),
        pytest.param("orders[[#Totals],[amount]]", 600.75, id="totals"),
        pytest.param("COUNTA(orders[[product]:[day]])", 9.0, id="columns"),
        pytest.param("COUNTA(orders[[#Headers],[#Data],[amount]])", 4.0, id="two-items"),
        pytest.param("COUNTA(orders[a '[net']])", 2.0, id="escaped-header"),
        pytest.param(f"'{TITLE.replace(chr(39), chr(39) * 2)}'!D4", 100.25, id="quoted-sheet"),
        pytest.param("SUM('order''s LINES'!$D:$D)", 1201.5, id="whole-column"),  # 600.75 and its total
        pytest.param("COUNTA('Order''s lines'!3:3)", 5.0, id="whole-row"),
        pytest.param("SUM(orders[amount]:orders[day])", 138759.75, id="range-of-ranges"),  # and the serials 138159
        pytest.param("SUM(amounts)*tax_rate", 150.1875, id="names"),
        pytest.param("-tax_rate", -0.25, id="negative-name"),
        pytest.param("SUM(Amounts)", 600.75, id="name-in-any-case"),
        pytest.param("first_day+1", 46024.0, id="named-cell"),
        pytest.param("DATE(2026,1,2)", 46024.0, id="dates-are-serials"),
        pytest.param("first_day=DATE(2026,1,1)", True, id="truth"),
        pytest.param('IF(1>2,1,"")', "", id="empty-text"),
        pytest.param('"orders[amount]"&"!"', "orders[amount]!", id="text-like-a-reference"),
        pytest.param("1/0", ErrorCell("#DIV/0!"), id="error"),
        pytest.param('MATCH("C",orders[product],0)', ErrorCell("#N/A"), id="no-match"),
        pytest.param("_xlfn.STDEV.S(orders[amount])>0", True, id="newer-function"),
        pytest.param("SUMPRODUCT((orders[product]=\"B\")*orders[amount])", 500.5, id="sumproduct"),
        pytest.param("SP_DOUBLE(3)", 6.5, id="ours"),
        pytest.param("sp_double(3)+1", 7.5, id="ours-in-small-letters"),
        pytest.param("SUM(SP_DOUBLE(orders[amount],0))", 1201.5, id="ours-over-a-range"),
        pytest.param("SP_DOUBLE(3,,10)", 30.5, id="ours-with-one-left-out"),
        pytest.param("SP_DOUBLE(orders[amount])", 201.0, id="ours-in-one-cell-shows-the-first"),
        pytest.param("SP_NEXTDAY(first_day)", 46024.0, id="ours-with-a-date"),
        pytest.param("SP_NEXTDAY(DATE(2026,1,2))", 46025.0, id="ours-with-a-calculated-date"),
        pytest.param("IFERROR(SP_DOUBLE(\"x\"),-1)", -1.0, id="our-error-is-caught"),
        pytest.param("SP_DOUBLE(NA())", ErrorCell("#N/A"), id="error-through-ours"),
        pytest.param("SUM({1,2;3,4})", 10.0, id="array-constant"),
        pytest.param("SP_DOUBLE({1,2},0)", 2.0, id="array-constant-into-ours"),
    ],
)  # fmt: skip
def test_a_formula_is_calculated(formula: str, expected: Value) -> None:
    calculation = calculate(book_with({"B20": formula}), FUNCTIONS)
    assert calculation.left_out == ()
    assert cells(calculation, "B20") == [expected]


def test_the_row_of_the_table_is_the_row_of_the_formula() -> None:
    content = BytesIO()
    workbook = xlsxwriter.Workbook(content, {"in_memory": True})
    sheet = workbook.add_worksheet("Plan")
    columns = [{"header": "price"}, {"header": "twice", "formula": "=[@price]*2"}]
    sheet.add_table("A1:B3", {"name": "prices", "columns": columns, "data": [[4], [5]]})
    workbook.close()
    calculation = calculate(FileBook.from_bytes(content.getvalue(), "plan.xlsx"), ())
    assert cells(calculation, "B2", "B3") == [8.0, 10.0]


def test_formulas_read_each_other_in_any_order() -> None:
    calculation = calculate(book_with({"A1": "A2*2", "A2": "A3+1", "A3": "SUM(orders[amount])"}), FUNCTIONS)
    assert cells(calculation, "A1", "A2", "A3") == [1203.5, 601.75, 600.75]


@pytest.mark.parametrize(
    ("area", "formula", "expected"),
    [
        pytest.param("B2:B4", "SP_DOUBLE(orders[amount],0)", [200.5, 401.0, 600.0], id="ours"),
        pytest.param("B2:D2", "SP_DOUBLE({1,2,3},0)", [2.0, 4.0, 6.0], id="row"),
        pytest.param("B2:B5", "orders[amount]*2", [200.5, 401.0, 600.0, ErrorCell("#N/A")], id="area-too-long"),
        pytest.param("B2:B3", "orders[amount]*2", [200.5, 401.0], id="area-too-short"),
        pytest.param("B2:C3", "7", [7.0] * 4, id="one-value-fills-all"),
        pytest.param("B2:C3", "{1,2}", [1.0, 2.0, 1.0, 2.0], id="one-row-is-repeated"),
        pytest.param("B2:C3", "1/0", [ErrorCell("#DIV/0!")] * 4, id="one-error-fills-all"),
        pytest.param("B2:B2", "SUM(orders[amount]*2)", [1201.5], id="single-cell"),
        pytest.param("B2:B3", "TRANSPOSE({1,2})", [1.0, 2.0], id="native"),
        pytest.param("B2:B4", "orders[a '[net']]", ["x", "y", 0.0], id="blank-passed-on-is-zero"),
    ],
)
def test_an_array_formula_fills_exactly_its_area(area: str, formula: str, expected: list[Value]) -> None:
    calculation = calculate(book_with({"H1": "COUNTA(B2:E9)"}, {area: formula}), FUNCTIONS)
    assert calculation.left_out == ()
    values = dict(calculation.values["Plan"])
    assert values.pop((1, 8)) == len(expected)
    assert [values[place] for place in sorted(values)] == expected


def test_stored_values_below_an_array_formula_do_not_block_it() -> None:
    book = book_with({"D1": "SUM(B2:B4)"}, {"B2:B4": "orders[amount]"}, stored=5)
    assert cells(calculate(book, FUNCTIONS), "B2", "B3", "B4", "D1") == [100.25, 200.5, 300.0, 600.75]


def test_a_wide_result_in_an_ordinary_cell_leaves_its_neighbours_alone() -> None:
    formulas = {"B2": "SP_DOUBLE(orders[amount],0)", "D1": "COUNT(B2:B9)"}
    assert cells(calculate(book_with(formulas), FUNCTIONS), "B2", "D1") == [200.5, 1.0]


@pytest.mark.parametrize(
    ("place", "formula", "expected"),
    [
        # the cell of the same row of A2:A4, as Excel takes it outside array formulas
        pytest.param("C3", "A2:A4*10", 20.0, id="operator"),
        pytest.param("C4", "ABS(A2:A4)", 3.0, id="function-of-one-value"),
        pytest.param("C3", "SUM((A2:A4>1)*1)", 1.0, id="inside-a-sum"),
        pytest.param("C9", "A2:A4", ErrorCell("#VALUE!"), id="no-such-row"),
    ],
)
def test_a_range_where_one_value_belongs_gives_the_cell_of_the_row(place: str, formula: str, expected: Value) -> None:
    book = book_with({place: formula}, values={"A2": 1, "A3": 2, "A4": 3})
    assert cells(calculate(book, FUNCTIONS), place) == [expected]


@pytest.mark.parametrize(
    ("formula", "why"),
    [
        pytest.param("NOW()", "NOW gives another value every time", id="clock"),
        pytest.param("1+RAND()", "RAND gives another value every time", id="chance"),
        pytest.param('INDIRECT("A1")', "INDIRECT cannot be calculated here", id="reference-made-of-text"),
        pytest.param("MYOWN(1)", "MYOWN cannot be calculated here", id="unknown-function"),
        pytest.param("SP_LATER(1)", "SP_LATER cannot be calculated here", id="function-not-given"),
        pytest.param("nowhere*2", "there is no name nowhere", id="unknown-name"),
        pytest.param("moving*2", "the name moving does not stand for a fixed range", id="relative-name"),
        pytest.param("SUM(others[amount])", "there is no table others", id="unknown-table"),
        pytest.param("SUM(orders[price])", "the table orders has no column price", id="unknown-column"),
        pytest.param("SUM(orders[@amount])", "the row of this cell is no row of the table orders", id="no-row"),
        pytest.param("Nowhere!A1", "Nowhere!A1 is on no sheet of this workbook", id="unknown-sheet"),
        pytest.param("[1]Plan!A1", "[1]Plan!A1 is in another workbook", id="other-workbook"),
        pytest.param("SUM((A1:A2,C1))", "unions and intersections of ranges are not calculated", id="union"),
        pytest.param("SUM(A1", "it cannot be read", id="broken"),
        pytest.param("B20+1", "it reads itself or cannot be read", id="reads-itself"),
    ],
)
def test_what_cannot_be_calculated_keeps_its_stored_value_and_is_told(formula: str, why: str) -> None:
    calculation = calculate(book_with({"B20": formula, "A1": "IFERROR(B20,-1)+1"}, stored=41), FUNCTIONS)
    (left_out,) = calculation.left_out
    assert (left_out.sheet, left_out.cell, left_out.why) == ("Plan", "B20", why)
    assert cells(calculation, "A1") == [42.0]
    assert (20, 2) not in calculation.values["Plan"]


def test_a_circle_is_left_out_whole() -> None:
    calculation = calculate(book_with({"A1": "A2+1", "A2": "A1+1", "A3": "1+1"}), FUNCTIONS)
    assert [one.cell for one in calculation.left_out] == ["A1", "A2"]
    assert cells(calculation, "A3") == [2.0]


def test_a_test_for_errors_over_a_range_is_not_calculated_wrong() -> None:
    calculation = calculate(book_with(arrays={"B2:B4": "ISERROR(orders[amount])"}), FUNCTIONS)
    assert [one.why for one in calculation.left_out] == ["ISERROR is not taken cell by cell here"]


CONDITIONAL_SUMS = {"C1": 'SUMIFS(A1:A3,A1:A3,">0")', "C2": 'SUMIFS(D1:D3,D1:D3,">0")', "C3": "C1+1"}


def test_a_conditional_sum_over_a_calculated_error_is_left_out() -> None:
    book = book_with(CONDITIONAL_SUMS | {"A2": "NA()"}, values={"A1": 1, "D1": 5}, stored=41)
    calculation = calculate(book, FUNCTIONS)
    assert [(one.cell, one.why) for one in calculation.left_out] == [
        ("C1", "the engine would pass over an error cell in the range")
    ]
    assert cells(calculation, "C2", "C3") == [5.0, 42.0]


def test_a_conditional_sum_over_a_stored_error_is_left_out() -> None:
    book = book_with(CONDITIONAL_SUMS | {"A2": "MYOWN(1)"}, values={"A1": 1, "D1": 5}, stored="#N/A")
    calculation = calculate(book, FUNCTIONS)
    assert [one.cell for one in calculation.left_out] == ["C1", "A2"]
    assert cells(calculation, "C2", "C3") == [5.0, ErrorCell("#N/A")]


def test_the_reason_of_an_error_is_told_by_cell() -> None:
    book = book_with({"A1": 'SP_DOUBLE("x")', "A2": "SP_DOUBLE(1)"}, {"B2:B4": "SP_DOUBLE(orders[product])"})
    calculation = calculate(book, FUNCTIONS)
    assert cells(calculation, "A1", "B2", "B4") == [ErrorCell("#VALUE!")] * 3
    assert calculation.reasons == {
        ("Plan", 1, 1): "numbers holds the text 'x'; a number is expected",
        ("Plan", 2, 2): "row 1 of numbers holds the text 'A'; a number is expected",
    }


def test_only_the_sheets_asked_for_are_calculated() -> None:
    book = book_with({"A1": "1+1"})
    assert calculate(book, FUNCTIONS, sheets=[TITLE]).values == {}
    assert cells(calculate(book, FUNCTIONS, sheets=["Plan"]), "A1") == [2.0]
    with pytest.raises(KeyError, match="Nowhere"):
        calculate(book, FUNCTIONS, sheets=["Nowhere"])


def test_the_results_can_be_stored_and_read_back() -> None:
    book = book_with({"A1": "SUM(orders[amount])", "A2": 'IF(TRUE,"","x")'}, {"B2:B4": "orders[amount]*2"})
    for title, values in calculate(book, FUNCTIONS).values.items():
        book.store_values(title, values)
    again = FileBook.from_bytes(book.to_bytes(), "plan.xlsx")
    read = {(row, column): cell for row, column, cell in again.sheet("Plan").cells()}
    assert [_value(read[place]) for place in ((1, 1), (2, 2), (3, 2), (4, 2))] == [600.75, 200.5, 401.0, 600.0]


def _value(cell: object) -> object:
    """The value beside a formula."""
    return getattr(cell, "value", cell)


def test_a_table_that_was_read_and_changed_counts_as_it_is_now() -> None:
    book = book_with({"A1": "SUM(orders[amount])", "A2": f"SUM('{TITLE.replace(chr(39), chr(39) * 2)}'!D4:D5)"})
    book.read_table("orders")
    book.change_table("orders", TableChanges([2, 0, 1], {(0, "amount"): 1.0}))
    assert cells(calculate(book, FUNCTIONS), "A1", "A2") == [501.5, 301.0]  # 300 + 1 + 200.5; 300 + 1


def test_the_same_workbook_gives_the_same_result() -> None:
    formulas: dict[str, str] = {f"A{row}": f"SUM(orders[amount])/{row}" for row in range(1, 30)}
    results: Sequence[Calculation] = [calculate(book_with(formulas), FUNCTIONS) for _ in range(2)]
    assert results[0] == results[1]

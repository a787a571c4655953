"""The stand-in for Excel is as strict as Excel, and the live host on it takes and leaves everything as it should."""

from __future__ import annotations

import decimal
from pathlib import Path

import openpyxl
import pytest

from salesplan_xl.hosts.excel.workbook import open_workbook
from salesplan_xl.hosts.live import LiveBook
from salesplan_xl.workbook.cells import ErrorCell, TableChanges
from salesplan_xl.workbook.problems import RefusalError
from tests.hosts.excel.object_model import AUTOMATIC, Area, Range, Workbook, windows_code
from tests.hosts.excel.pywin32 import ComError
from tests.hosts.excel.typing_in import Content, typed
from tests.hosts.plans import openpyxl_book, plan_bytes

MANUAL_OF_A_PERSON = 2  # xlCalculationSemiautomatic


def changed(folder: Path, change: object) -> Workbook:
    """The plan after a person has changed it in another program."""
    book = openpyxl_book(plan_bytes())
    assert callable(change)
    change(book)
    path = folder / "plan.xlsx"
    book.save(path)
    windows_code()
    return Workbook(path)


@pytest.fixture
def workbook(tmp_path: Path) -> Workbook:
    """The plan, open."""
    return changed(tmp_path, lambda _: None)


def cells(workbook: Workbook, reference: str) -> Range:
    """Cells of the budget's sheet."""
    return Range(workbook.Worksheets("8 Budget"), Area.of(reference))


@pytest.mark.parametrize(
    ("text", "shows"),
    [
        ("007", 7.0),
        ("1,234.5", 1234.5),
        ("5%", 0.05),
        ("(3)", -3.0),
        ("1e5", 100_000.0),
        ("12:30", 12.5 / 24),
        ("2026-01-02", 46024.0),
        ("1/2", 46024.0),
        ("Jan 2", 46024.0),
        ("true", True),
        ("#N/A", -2146826246),
        ("'007", "007"),
        ("''", "'"),
        ("North", "North"),
        ("", None),
    ],
)
def test_what_is_typed_is_read_as_excel_reads_it(text: str, shows: object) -> None:
    found = typed(text, Content()).shows
    assert (type(found), found) == (type(shows), shows)


def test_what_excel_refuses_is_refused(workbook: Workbook) -> None:
    for refused in ("+x", "@x", float("nan"), "x" * 32_768):
        with pytest.raises(ComError):
            cells(workbook, "A1").Value2 = refused
    with pytest.raises(ComError, match="no member"):
        cells(workbook, "A1").Valu = 1
    with pytest.raises(ComError, match="resized"):
        workbook.Worksheets("8 Budget").ListObjects("visits").Resize(cells(workbook, "B4:E9"))


def test_a_protected_sheet_refuses_what_is_locked_and_asks_for_its_password(tmp_path: Path) -> None:
    def protect(book: openpyxl.Workbook) -> None:
        book["8 Budget"].protection.set_password("secret")
        book["8 Budget"].protection.enable()

    workbook = changed(tmp_path, protect)
    sheet = workbook.Worksheets("8 Budget")
    with pytest.raises(ComError, match="locked"):
        cells(workbook, "A1").Value2 = 2.0
    with pytest.raises(AssertionError, match="dialog"):
        sheet.Unprotect()
    with pytest.raises(ComError, match="password"):
        sheet.Unprotect("")
    with pytest.raises(RefusalError, match="E-SHEET-PASSWORD"):
        LiveBook(open_workbook(workbook)).write_name("rate", 2.0)
    assert cells(workbook, "A1").Value2 == 1.0
    assert sheet.ProtectContents


def test_a_protection_is_put_back_as_it_was(tmp_path: Path) -> None:
    def protect(book: openpyxl.Workbook) -> None:
        book["8 Budget"].protection.enable()
        book["8 Budget"].protection.sort = False  # sorting stays allowed

    workbook = changed(tmp_path, protect)
    sheet = workbook.Worksheets("8 Budget")
    LiveBook(open_workbook(workbook)).change_table("visits", TableChanges([0]))
    assert sheet.ProtectContents
    assert (sheet.Protection.AllowSorting, sheet.Protection.AllowFiltering) == (True, False)


def test_money_is_not_cut_and_no_error_is_a_blank_or_a_number(tmp_path: Path) -> None:
    def money(book: openpyxl.Workbook) -> None:
        sheet = book["8 Budget"]
        sheet["D4"].value, sheet["D4"].number_format = 1.23456, '"$"#,##0.00'
        sheet["D5"].value = "#SPILL!"
        sheet["D5"].data_type = "e"

    workbook = changed(tmp_path, money)
    assert cells(workbook, "D4").Value == decimal.Decimal("1.2346")  # what xlwings' own reading would get
    prices = LiveBook(open_workbook(workbook)).read_table("visits").columns["price"]
    assert list(prices) == [1.23456, ErrorCell("#SPILL!"), 4.5, 6.0]


@pytest.mark.parametrize("fails", [False, True])
def test_the_program_is_as_it_was_whatever_happens(workbook: Workbook, fails: bool) -> None:  # noqa: FBT001 - a parameter
    excel = workbook.Application
    excel.Calculation, excel.EnableEvents = MANUAL_OF_A_PERSON, False
    book = LiveBook(open_workbook(workbook))

    def change() -> None:
        with book.together(["visits"]):
            book.change_table("visits", TableChanges([1]))
            assert (excel.ScreenUpdating, excel.EnableEvents) == (False, False)
            assert excel.Calculation not in (AUTOMATIC, MANUAL_OF_A_PERSON)
            if fails:
                raise ZeroDivisionError

    if fails:
        with pytest.raises(ZeroDivisionError):
            change()
    else:
        change()
    assert (excel.ScreenUpdating, excel.EnableEvents, excel.Calculation) == (True, False, MANUAL_OF_A_PERSON)


def test_rows_that_a_filter_hides_are_changed_and_hidden_again(workbook: Workbook) -> None:
    sheet = workbook.Worksheets("8 Budget")
    table_filter = sheet.ListObjects("visits").AutoFilter
    table_filter.hidden = {5}
    table_filter.ApplyFilter()
    cells(workbook, "C4:C5").ClearContents()
    assert cells(workbook, "C4:C5").Value2 == ((None,), (2.0,))  # Excel clears what is seen
    LiveBook(open_workbook(workbook)).change_table("visits", TableChanges([3]))
    assert cells(workbook, "B4:B7").Value2 == (("Rep 3",), (None,), (None,), (None,))
    assert sheet.hidden_rows == {5}

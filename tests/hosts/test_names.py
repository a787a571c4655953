"""Defined names: of the whole workbook, or of one sheet alone, where they go before the others."""

from io import BytesIO

import pytest
import xlsxwriter

from salesplan_xl.hosts.file.book import FileBook
from salesplan_xl.hosts.file.calculation import calculate
from salesplan_xl.hosts.formulas.names import DefinedName
from salesplan_xl.workbook.cells import split_address
from salesplan_xl.workbook.problems import RefusalError
from tests.hosts.plans import rebuilt


def copied_sheet() -> bytes:
    """A plan after somebody copied its sheet: Excel gives the copy a name of its own for each name of the plan."""
    content = BytesIO()
    workbook = xlsxwriter.Workbook(content, {"in_memory": True})
    for title, rate in (("Plan", 2), ("Plan (2)", 3)):
        sheet = workbook.add_worksheet(title)
        sheet.write("A1", rate)
        sheet.write_formula("B1", "=rate*10", None, 0)
        sheet.write_formula("B2", "='Plan (2)'!rate*10", None, 0)
        sheet.write_formula("B3", "=Plan!rate*10", None, 0)
    workbook.define_name("rate", "=Plan!$A$1")
    workbook.define_name("'Plan (2)'!rate", "='Plan (2)'!$A$1")
    workbook.close()
    return content.getvalue()


def test_a_name_of_a_sheet_goes_before_one_of_the_workbook_there() -> None:
    book = FileBook.from_bytes(copied_sheet(), "plan.xlsx")
    assert set(book.defined_names()) == {
        DefinedName("rate", "Plan!$A$1"),
        DefinedName("rate", "'Plan (2)'!$A$1", sheet="Plan (2)"),
    }
    calculation = calculate(book, ())
    assert calculation.left_out == ()
    cells = [split_address(cell) for cell in ("B1", "B2", "B3")]
    assert [calculation.values["Plan"][cell] for cell in cells] == [20.0, 30.0, 20.0]
    assert [calculation.values["Plan (2)"][cell] for cell in cells] == [30.0, 30.0, 20.0]


def test_a_named_cell_is_that_of_the_whole_workbook() -> None:
    book = FileBook.from_bytes(copied_sheet(), "plan.xlsx")
    assert book.names() == ("rate",)
    assert book.read_name("RATE") == ("Plan", "A1", 2.0)


def test_a_name_of_a_sheet_that_is_not_there_is_refused() -> None:
    content = rebuilt(
        copied_sheet(), {"xl/workbook.xml": lambda part: part.replace(b'localSheetId="1"', b'localSheetId="2"')}
    )
    with pytest.raises(RefusalError, match=r"E-FILE-DAMAGED.*the name rate is valid on a sheet that is not there"):
        FileBook.from_bytes(content, "plan.xlsx").names()

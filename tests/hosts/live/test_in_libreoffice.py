"""What the live host does in LibreOffice beyond the contract: what follows a table, protection, its own undo."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from salesplan_xl.hosts.file.book import FileBook
from salesplan_xl.hosts.libreoffice.engine import open_document
from salesplan_xl.hosts.live import LiveBook
from salesplan_xl.workbook.cells import ErrorCell, FormulaCell, TableChanges, Value
from salesplan_xl.workbook.problems import RefusalError
from tests.hosts.plans import openpyxl_book, parts, plan_bytes, rebuilt, saved
from tests.hosts.test_contract import contents, typed
from tests.hosts.test_file_book import SHEET
from tests.office import Office, OpenDocument

pytestmark = pytest.mark.office

END_OF_ROWS = b"</sheetData>"
OPTIONS = b'<sheetProtection sheet="1" objects="1" scenarios="1" formatColumns="0" sort="0" selectLockedCells="1"/>'
PASSWORD = b'<sheetProtection password="CC1A" sheet="1"/>'


@contextmanager
def opened(office: Office, content: bytes, folder: Path) -> Iterator[tuple[LiveBook, OpenDocument]]:
    """A workbook in LibreOffice."""
    with office.open(saved(content, folder)) as document:
        yield LiveBook(open_document(document.ask)), document


def protected(how: bytes) -> bytes:
    """The plan with its first sheet protected."""
    return rebuilt(plan_bytes(), {SHEET: lambda sheet: sheet.replace(END_OF_ROWS, END_OF_ROWS + how)})


def test_what_speaks_of_a_table_follows_its_end(office: Office, tmp_path: Path) -> None:
    with opened(office, plan_bytes(), tmp_path) as (book, document):
        for rows, last in (([0, 1, 2, 3, -1, -2], 9), ([3], 4), ([0, -1, -2], 6)):
            added: list[dict[str, Value]] = [{"rep": "new"}] * sum(row < 0 for row in rows)
            book.change_table("visits", TableChanges(rows, {}, added))
            content = document.save_as(tmp_path / "out.xlsx").read_bytes()
            workbook = openpyxl_book(content)
            budget, other = workbook["8 Budget"], workbook["List"]
            assert budget.tables["visits"].ref == f"B3:E{last}"
            assert workbook.defined_names["reps"].attr_text == f"'8 Budget'!$B$4:$B${last}"
            assert workbook.defined_names["whole"].attr_text == f"'8 Budget'!$B$3:$E${last}"
            assert other.data_validations.dataValidation[0].formula1 == f"'8 Budget'!$B$4:$B${last}"
            (chart,) = (part.decode() for name, part in parts(content).items() if re.search(r"charts/chart\d", name))
            series = set(re.findall(r"\$([BC])\$4(?::\$[BC]\$(\d+))?<", chart))
            assert {(column, end or "4") for column, end in series} == {("B", str(last)), ("C", str(last))}
            checked = {cell for rule in budget.data_validations.dataValidation for cell in cells_of(str(rule.sqref))}
            assert checked == {f"C{row}" for row in range(4, last + 1)}
            coloured = {cell for rule in budget.conditional_formatting for cell in cells_of(str(rule.sqref))}
            assert {cell for cell in coloured if cell[0] == "D"} == {f"D{row}" for row in range(4, last + 1)}
            assert [budget[f"D{row}"].number_format for row in (last, last + 1)] == ["#,##0.00", "General"]


def cells_of(ranges: str) -> list[str]:
    """Every cell of ranges written as a list."""
    found = []
    for part in ranges.split():
        first, _, last = part.partition(":")
        letters = range(ord(first[0]), ord((last or first)[0]) + 1)
        rows = range(int(first[1:]), int((last or first)[1:]) + 1)
        found += [f"{chr(letter)}{row}" for letter in letters for row in rows]
    return found


@pytest.mark.parametrize("fails", [False, True])
def test_a_sheet_is_as_protected_afterwards_as_before(office: Office, tmp_path: Path, *, fails: bool) -> None:
    def change(book: LiveBook) -> None:
        with book.together():
            book.change_table("visits", TableChanges([1, 0, -1], {}, [{"rep": "Eve"}]))
            book.write_name("rate", 7.0)
            if fails:
                raise ZeroDivisionError

    with opened(office, protected(OPTIONS), tmp_path) as (book, document):
        before = document.save_as(tmp_path / "before.xlsx")
        try:
            change(book)
        except ZeroDivisionError:
            assert fails
        after = document.save_as(tmp_path / "after.xlsx")
        assert document.ask("protected", {"sheet": "8 Budget"})
    found = [re.findall(rb"<sheetProtection[^>]*>", parts(path.read_bytes())[SHEET]) for path in (before, after)]
    assert found[0] == found[1]
    assert b'sort="false"' in found[0][0] or b'sort="0"' in found[0][0]


def test_a_sheet_with_a_password_is_refused_before_anything_is_touched(office: Office, tmp_path: Path) -> None:
    with opened(office, protected(PASSWORD), tmp_path) as (book, document):
        before = contents(book)
        asked: list[str] = []

        def ask(verb: str, arguments: Mapping[str, Any]) -> Any:
            asked.append(verb)
            return document.ask(verb, arguments)

        def change() -> None:
            watched = LiveBook(open_document(ask))
            with watched.together(["notes", "visits"]):
                watched.change_table("notes", TableChanges([]))

        with pytest.raises(RefusalError, match=r"E-SHEET-PASSWORD · plan.xlsx · 8 Budget: .* 'salesplan-xl run'"):
            change()
        assert not {"write", "clear", "resize", "carry_on"} & set(asked)
        with pytest.raises(RefusalError, match="E-SHEET-PASSWORD"):
            book.write_name("rate", 7.0)
        assert contents(book) == before


def test_the_program_has_its_settings_back_whatever_happens(office: Office, tmp_path: Path) -> None:
    with opened(office, plan_bytes(), tmp_path) as (book, document):
        shown = document.ask("book", {})["active"]

        def fail() -> None:
            with book.together():
                assert document.ask("calculation", {}) == "manual"
                book.change_table("visits", TableChanges([0]))
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        assert document.ask("calculation", {}) == "automatic"
        document.ask("set_calculation", {"mode": "manual"})
        book.change_table("visits", TableChanges([0]))
        assert document.ask("calculation", {}) == "manual"
        assert document.ask("book", {})["active"] == shown


def test_libreoffices_own_undo_takes_back_all_of_it_in_one_step(office: Office, tmp_path: Path) -> None:
    with opened(office, plan_bytes(), tmp_path) as (book, document):
        before = contents(book)
        with book.together():
            book.change_table("visits", TableChanges([3, 1, -1, -2, -3], {}, [{"rep": "x"}] * 3))
            book.change_table("notes", TableChanges([1]))
            book.write_name("rate", 7.0)
        document.undo()
        assert contents(LiveBook(open_document(document.ask))) == before


def test_what_formulas_give_is_what_it_is_in_the_file(office: Office, tmp_path: Path) -> None:
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet, other = workbook.add_worksheet("First one"), workbook.add_worksheet("Other")
    sheet.add_table("A1:B9", {"name": "given", "columns": [{"header": "key"}, {"header": "gives"}]})
    other.write("A1", 5)
    formulas: list[tuple[str, Value]] = [
        ("1=1", True),
        ("A2=A3", False),
        ('IF(1=2,"x","")', ""),
        ("NA()", ErrorCell("#N/A")),
        ("1/0", ErrorCell("#DIV/0!")),
        ("SUM(Other!$A$1:A3,{1,2;3,4})", 15.0),
        ("EDATE(B7,1)+'First one'!$B$7", 61.0),
        ('"a;b,c!"&"it""s"', 'a;b,c!it"s'),
    ]
    for row, (formula, value) in enumerate(formulas, start=1):
        shown = value.text if isinstance(value, ErrorCell) else value
        sheet.write(row, 0, float(row))
        sheet.write_formula(row, 1, f"={formula}", None, shown)
    workbook.close()
    with opened(office, stream.getvalue(), tmp_path) as (book, document):
        document.calculate()
        assert book.read_table("given").columns["gives"] == [FormulaCell(*pair) for pair in formulas]
        book.change_table("given", TableChanges([*range(8), -1], {(2, "gives"): "typed"}, [{}]))
        written = document.save_as(tmp_path / "out.xlsx")
    in_file = typed(FileBook.open(written).read_table("given"))["gives"]
    assert in_file == ["=1=1", "=A2=A3", "typed", *(f"={formula}" for formula, _ in formulas[3:]), "=1=1"]

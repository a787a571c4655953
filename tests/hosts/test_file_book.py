"""Tables of a closed file: read, changed, grown, shrunk; and nothing beside them disturbed."""

import io
import re

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from salesplan_xl.hosts.file.book import FileBook
from salesplan_xl.workbook.book import Book
from salesplan_xl.workbook.cells import CellTable, ErrorCell, FormulaCell, TableChanges, Value
from salesplan_xl.workbook.problems import RefusalError
from tests.hosts.plans import HEADERS, again, openpyxl_book, parts, plan_book, plan_bytes, rebuilt, seen_by_openpyxl

SHEET = "xl/worksheets/sheet1.xml"


def test_a_file_meets_what_every_workbook_must() -> None:
    book: Book = plan_book()
    assert book.sheet_titles() == ("8 Budget", "List")
    assert book.table_names() == ("visits", "notes")
    assert book.names() == ("rate",)
    assert book.read_name("rate") == ("8 Budget", "A1", 1.0)
    with pytest.raises(KeyError):
        book.read_table("none")
    with pytest.raises(KeyError):
        book.read_name("reps")  # a range, not a cell


def test_a_table_is_read_with_its_types_and_places() -> None:
    table = plan_book(rows=2).read_table("VISITS")
    assert (table.name, table.sheet, table.first_row, table.first_column) == ("visits", "8 Budget", 4, 2)
    assert table.columns == {
        "rep": ["Rep 0", "Rep 1"],
        "visits": [1.0, 2.0],
        "price": [1.5, 3.0],
        "total": [FormulaCell("C4*D4*$A$1", 1.5), FormulaCell("C5*D5*$A$1", 6.0)],
    }
    assert table.place(1, "price") == "D5"


def test_new_rows_carry_on_format_and_formula() -> None:
    book = plan_book(beside=False)
    book.change_table("visits", TableChanges([0, 1, 2, 3, -1], {}, [{"rep": "=1+1", "visits": 7.0}]))
    assert again(book).read_table("visits").columns["total"][-1] == FormulaCell("C8*D8*$A$1", None)
    content = book.to_bytes()
    assert seen_by_openpyxl(content, "8 Budget", "B8:E8") == [["=1+1", 7, None, "=C8*D8*$A$1"]]
    sheet = openpyxl_book(content)["8 Budget"]
    assert (sheet["B8"].data_type, sheet["D8"].number_format) == ("s", "#,##0.00")  # text, not a formula
    assert sheet.row_dimensions[8].height == 21.75
    assert sheet.tables["visits"].ref == "B3:E8"
    assert sheet.tables["visits"].autoFilter.ref == "B3:E8"


def test_what_follows_the_table_grows_and_shrinks_with_it() -> None:
    book = plan_book()
    for rows, last in ((range(4), 7), ([0, 1, 2, 3, -1, -2], 9), ([3], 4), ([], 4), ([0, -1], 5)):
        added: list[dict[str, Value]] = [{"rep": "new"}] * sum(row < 0 for row in rows)
        book.change_table("visits", TableChanges(rows, {}, added))
        written = parts(book.to_bytes())
        budget, other = written[SHEET].decode(), written["xl/worksheets/sheet2.xml"].decode()
        area = "{0}4" if last == 4 else f"{{0}}4:{{0}}{last}"
        assert f'sqref="{area.format("C")}"' in budget
        assert f'<conditionalFormatting sqref="{area.format("D")}">' in budget
        assert f"<xm:sqref>{area.format('D')}</xm:sqref>" in budget
        assert f"'8 Budget'!$B$4:$B${last}</formula1>" in other
        names = {name.name: name.formula for name in again(book).defined_names()}
        assert names == {
            "reps": f"'8 Budget'!$B$4:$B${last}",
            "whole": f"'8 Budget'!$B$3:$E${last}",
            "rate": "'8 Budget'!$A$1",
        }
        chart = written["xl/charts/chart1.xml"].decode()
        series = re.findall(r"<c:f>([^<]*)</c:f>", chart)
        assert series == ["'8 Budget'!$C$3", f"'8 Budget'!$B$4:$B${last}", f"'8 Budget'!$C$4:$C${last}"]


@pytest.mark.parametrize("source", ["'8 Budget'!$B$4:$B$4", "'8 Budget'!$B$4"])
def test_a_drop_down_from_a_table_of_one_row_grows_with_it_however_its_cell_is_written(source: str) -> None:
    def written(part: bytes) -> bytes:
        return part.replace(b"'8 Budget'!$B$4:$B$4</formula1>", f"{source}</formula1>".encode())

    content = rebuilt(plan_bytes(rows=1), {"xl/worksheets/sheet2.xml": written})
    assert f"<formula1>{source}</formula1>".encode() in parts(content)["xl/worksheets/sheet2.xml"]
    book = FileBook.from_bytes(content, "plan.xlsx")
    book.change_table("visits", TableChanges([0, -1, -2], {}, [{"rep": "Ana"}, {"rep": "Bo"}]))
    assert b"<formula1>'8 Budget'!$B$4:$B$6</formula1>" in parts(book.to_bytes())["xl/worksheets/sheet2.xml"]


def test_a_table_that_loses_all_rows_keeps_a_blank_one_with_its_formula() -> None:
    book = plan_book()
    book.change_table("visits", TableChanges([]))
    table = again(book).read_table("visits")
    assert {header: list(cells) for header, cells in table.columns.items()} == {
        "rep": [None],
        "visits": [None],
        "price": [None],
        "total": [FormulaCell("C4*D4*$A$1", None)],
    }
    assert seen_by_openpyxl(book.to_bytes(), "8 Budget", "B5:E7") == [[None] * 4] * 3


def test_freed_cells_lose_their_format_and_cells_beside_keep_theirs() -> None:
    book = plan_book()
    book.change_table("visits", TableChanges([0]))
    sheet = openpyxl_book(book.to_bytes())["8 Budget"]
    assert sheet["D6"].number_format == "General"
    assert (sheet["J5"].value, sheet["J5"].font.b) == ("mine", True)
    assert sheet["G4"].value == "n1"
    assert again(book).read_table("notes") == plan_book().read_table("notes")


def test_cells_beside_in_a_changed_row_stay_byte_for_byte() -> None:
    book, before = plan_book(), parts(plan_bytes())[SHEET].decode()
    book.change_table("visits", TableChanges([1, 0, 2, 3], {(2, "rep"): "Zoe"}))
    after = parts(book.to_bytes())[SHEET].decode()
    for reference in ("G4", "H5", "J5"):
        cell = re.search(rf'<c r="{reference}".*?</c>', before)
        assert cell is not None
        assert cell[0] in after
    assert before[before.index("</sheetData>") :] == after[after.index("</sheetData>") :]
    rows = [text[text.index('<row r="7"') : text.index("</sheetData>")] for text in (before, after)]
    assert rows[0] == rows[1]  # nothing changed there


def test_formulas_move_with_their_rows() -> None:
    book = plan_book(beside=False)
    book.change_table("visits", TableChanges([2, 0, 3]))
    assert again(book).read_table("visits").columns["total"] == [
        FormulaCell("C4*D4*$A$1", 13.5),  # row 2 had 3 × 4.5
        FormulaCell("C5*D5*$A$1", 1.5),
        FormulaCell("C6*D6*$A$1", 24.0),
    ]


def test_formulas_of_a_table_that_was_read_before_are_read_where_they_stand_now() -> None:
    book = plan_book(beside=False)
    book.read_table("visits")
    book.change_table("visits", TableChanges([2, 0, -1], {}, [{"rep": "Eve"}]))
    assert book.read_table("visits").columns == {
        "rep": ["Rep 2", "Rep 0", "Eve"],
        "visits": [3.0, 1.0, None],
        "price": [4.5, 1.5, None],
        "total": [FormulaCell("C4*D4*$A$1", 13.5), FormulaCell("C5*D5*$A$1", 1.5), FormulaCell("C6*D6*$A$1", None)],
    }


def test_values_that_formulas_give_show_in_a_table_that_was_read_before() -> None:
    book = plan_book(rows=1)
    book.read_table("visits")
    book.store_values("8 Budget", {(4, 5): 7.5})
    assert book.read_table("visits").columns["total"] == [FormulaCell("C4*D4*$A$1", 7.5)]


def test_columns_of_a_table_that_was_read_before_are_those_of_the_sheet() -> None:
    book = plan_book(beside=False)
    book.change_table("visits", TableChanges(range(4), {(row, "total"): 1.0 for row in range(4)}))
    book.read_table("visits")
    book.change_table("visits", TableChanges([3, -1], {}, [{"rep": "Eve", "visits": 9.0}]))  # no formula is left
    for rows in (range(4, 6), range(5, 6), range(1, 8)):
        assert book.read_columns("8 Budget", [2, 3], rows) == again(book).read_columns("8 Budget", [2, 3], rows)
    assert book.read_columns("8 Budget", [2, 3], range(4, 6)) == {2: ["Rep 3", "Eve"], 3: [4.0, 9.0]}


def test_a_value_in_a_formulas_place_stands_there_as_a_value() -> None:
    book = plan_book(beside=False)
    book.change_table("visits", TableChanges([0, 1, 2, 3, -1], {(0, "total"): 5.0}, [{"total": 6.0}]))
    assert [again(book).read_table("visits").columns["total"][row] for row in (0, 4)] == [5.0, 6.0]


def test_shared_formulas_are_written_out_when_one_of_them_goes() -> None:
    content = rebuilt(
        plan_bytes(beside=False),
        {
            SHEET: lambda sheet: (
                sheet.replace(b"<f>C4*D4*$A$1</f>", b'<f t="shared" ref="E4:E7" si="0">C4*D4*$A$1</f>')
                .replace(b"<f>C5*D5*$A$1</f>", b'<f t="shared" si="0"/>')
                .replace(b"<f>C6*D6*$A$1</f>", b"<f si='0' t='shared'></f>")
            )
        },
    )
    book = FileBook.from_bytes(content, "plan.xlsx")
    assert book.read_table("visits") == plan_book(beside=False).read_table("visits")
    book.change_table("visits", TableChanges([1, 2, 3]))
    totals = again(book).read_table("visits").columns["total"]
    assert [cell.formula for cell in totals if isinstance(cell, FormulaCell)] == [
        "C4*D4*$A$1",
        "C5*D5*$A$1",
        "C6*D6*$A$1",
    ]
    book.change_table("visits", TableChanges(range(3), {(0, "rep"): "x"}))
    assert b"shared" not in parts(book.to_bytes())[SHEET]


def test_a_row_of_totals_moves_below_the_data() -> None:
    book = plan_book(beside=False, totals=True)
    book.change_table("visits", TableChanges([0, 1, 2, 3, -1], {}, [{"rep": "Eve"}]))
    content = book.to_bytes()
    assert seen_by_openpyxl(content, "8 Budget", "B8:C9") == [["Eve", None], ["Total", "=SUBTOTAL(109,[visits])"]]
    book.change_table("visits", TableChanges([0]))
    content = book.to_bytes()
    assert seen_by_openpyxl(content, "8 Budget", "B4:C6") == [
        ["Rep 0", 1],
        ["Total", "=SUBTOTAL(109,[visits])"],
        [None, None],
    ]
    assert openpyxl_book(content)["8 Budget"].tables["visits"].ref == "B3:E5"


@pytest.mark.parametrize(
    ("old", "new", "cell", "content"),
    [
        pytest.param(
            b"</sheetData>", b'<row r="9"><c r="C9"><v>5</v></c></row></sheetData>', "C9", "5 below", id="number"
        ),
        pytest.param(
            b"</sheetData>", b'<row r="8"><c r="B8"><f>1+1</f></c></row></sheetData>', "B8", "=1.1", id="formula"
        ),
        pytest.param(
            b"</sheetData>",
            b'</sheetData><mergeCells count="1"><mergeCell ref="E8:G8"/></mergeCells>',
            "E8",
            "merged",
            id="merged",
        ),
    ],
)
def test_a_table_grows_over_nothing(old: bytes, new: bytes, cell: str, content: str) -> None:
    book = FileBook.from_bytes(rebuilt(plan_bytes(), {SHEET: lambda sheet: sheet.replace(old, new)}), "plan.xlsx")
    before = book.to_bytes()
    with pytest.raises(
        RefusalError, match=f"E-TABLE-NO-ROOM · plan.xlsx · 8 Budget!{cell}: found .*{content}.* visits"
    ):
        book.change_table("visits", TableChanges([0, 1, 2, 3, -1, -2], {}, [{}, {}]))
    assert book.to_bytes() == before


def test_a_table_grows_over_no_other_table() -> None:
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = workbook.add_worksheet()
    sheet.add_table("A1:B3", {"name": "above"})
    sheet.add_table("B6:C8", {"name": "below", "header_row": False})
    workbook.close()
    book = FileBook.from_bytes(stream.getvalue(), "plan.xlsx")
    book.change_table("above", TableChanges([0, 1, -1], {}, [{}]))
    with pytest.raises(RefusalError, match=r"Sheet1!B6: found the table below"):
        book.change_table("above", TableChanges([0, 1, 2, -1, -2], {}, [{}, {}]))


def test_a_sheet_has_so_many_rows_and_a_cell_so_many_characters() -> None:
    book = plan_book(beside=False)
    with pytest.raises(RefusalError, match=r"E-TABLE-TOO-LONG.*1,048,574 rows for the table visits"):
        book.change_table("visits", TableChanges(range(-1, -1_048_575, -1), {}, [{}] * 1_048_574))
    with pytest.raises(RefusalError, match=r"E-TEXT-TOO-LONG · plan.xlsx · 8 Budget!B5"):
        book.change_table("visits", TableChanges(range(4), {(1, "rep"): "x" * 32_768}))
    book.change_table("visits", TableChanges(range(4), {(1, "rep"): "x" * 32_767}))


def test_a_text_too_long_among_new_rows_is_named_and_nothing_is_changed() -> None:
    book = plan_book(beside=False)
    before = book.to_bytes()
    added: list[dict[str, Value]] = [{"rep": "Eve"}, {"rep": "x" * 32_768}]
    with pytest.raises(RefusalError, match=r"E-TEXT-TOO-LONG · plan.xlsx · 8 Budget!B9"):
        book.change_table("visits", TableChanges([0, 1, 2, 3, -1, -2], {}, added))
    assert (book.changed, book.to_bytes()) == (False, before)


def test_a_text_in_two_fonts_moves_as_it_is() -> None:
    text = b'<is><r><rPr><family val="2"/><b/></rPr><t>No</t></r><r><t>rte</t></r></is>'  # <family is no formula
    content = rebuilt(
        plan_bytes(beside=False),
        {SHEET: lambda sheet: re.sub(rb'<c r="B4".*?</c>', b'<c r="B4" t="inlineStr">' + text + b"</c>", sheet)},
    )
    book = FileBook.from_bytes(content, "plan.xlsx")
    book.change_table("visits", TableChanges([1, 0]))
    assert b'<c r="B5" t="inlineStr">' + text + b"</c>" in parts(book.to_bytes())[SHEET]
    assert again(book).read_table("visits").columns["rep"] == ["Rep 1", "Norte"]


@pytest.mark.parametrize(
    "changes",
    [
        TableChanges([0, 0]),
        TableChanges([4]),
        TableChanges([-1]),
        TableChanges([0], {(0, "none"): 1.0}),
        TableChanges([0], {(9, "rep"): 1.0}),
        TableChanges([-1], {}, [{"none": 1.0}]),
    ],
)
def test_changes_made_for_another_table_are_a_fault_of_the_program(changes: TableChanges) -> None:
    with pytest.raises(ValueError, match=r"the table visits has|rows are added"):
        plan_book().change_table("visits", changes)


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12) | st.sampled_from(
    ["=1+1", "  a ", "<&>\"'", "_x0041_", "a\nb"]
)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**15), 10**15).map(float)
VALUES: st.SearchStrategy[Value] = st.one_of(
    st.none(), TEXTS, NUMBERS, st.booleans(), st.sampled_from([ErrorCell("#N/A"), ErrorCell("#DIV/0!")])
)
COLUMNS = HEADERS[:3]


@st.composite
def changes_for(draw: st.DrawFn, rows: int) -> TableChanges:
    """Any changes of a table of so many rows."""
    added = draw(st.lists(st.dictionaries(st.sampled_from(COLUMNS), VALUES), max_size=3))
    kept = draw(st.lists(st.sampled_from(range(rows)), unique=True)) if rows else []
    order = draw(st.permutations([*kept, *(-1 - place for place in range(len(added)))]))
    keys = st.tuples(st.integers(0, rows - 1), st.sampled_from(COLUMNS))
    return TableChanges(order, draw(st.dictionaries(keys, VALUES, max_size=4)), added)


def expected(table: CellTable, changes: TableChanges) -> dict[str, list[object]]:
    """The typed columns as the changes make them; a table that loses all rows keeps a blank one."""
    after = changes.apply(table)
    return {header: list(after.columns[header]) or [None] for header in COLUMNS}


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_changed_file_reads_as_the_changes_say_for_us_and_for_openpyxl(data: st.DataObject) -> None:
    book = FileBook.from_bytes(PLAN, "plan.xlsx")
    for _ in range(data.draw(st.integers(1, 3))):
        table = book.read_table("visits")
        changes = data.draw(changes_for(table.row_count))
        book.change_table("visits", changes)
        wanted = expected(table, changes)
        for found in (book, again(book)):
            cells = found.read_table("visits")
            assert {header: list(cells.columns[header]) for header in COLUMNS} == wanted
            assert all(
                cell.formula == f"C{row}*D{row}*$A$1"
                for row, cell in enumerate(cells.columns["total"], 4)
                if isinstance(cell, FormulaCell)
            )
    last = 3 + len(wanted["rep"])
    content = book.to_bytes()
    seen = seen_by_openpyxl(content, "8 Budget", f"B4:D{last}")
    assert [[comparable(cell) for cell in row] for row in seen] == [
        [comparable(wanted[header][row]) for header in COLUMNS] for row in range(last - 3)
    ]
    assert seen_by_openpyxl(content, "8 Budget", f"B{last + 1}:E{last + 4}") == [[None] * 4] * 4
    assert again(book).read_table("notes") == FileBook.from_bytes(PLAN, "plan.xlsx").read_table("notes")


PLAN = plan_bytes()


def comparable(cell: object) -> object:
    """A cell as both libraries can say it: openpyxl gives errors as text and leaves some codes unresolved."""
    if isinstance(cell, str):
        return cell.replace("_x005F_", "_")
    return cell.text if isinstance(cell, ErrorCell) else cell

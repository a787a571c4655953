"""What a workbook must do is the same in every host: in memory, in a closed file, open in a spreadsheet program."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesplan_xl.actions import ACTIONS
from salesplan_xl.actions.perform import perform
from salesplan_xl.entry.plans import context
from salesplan_xl.hosts.file.book import FileBook
from salesplan_xl.workbook.book import Book
from salesplan_xl.workbook.cells import (
    ERROR_TEXTS,
    CellTable,
    ErrorCell,
    FormulaCell,
    TableChanges,
    Value,
    value_of,
)
from salesplan_xl.workbook.problems import RefusalError
from tests.hosts.contract import Host, on_every_host
from tests.hosts.plans import plan_bytes, rebuilt
from tests.hosts.test_file_book import SHEET, changes_for, expected
from tests.small_plan import SmallPlan, write_typed_plan

Opens = Callable[[type[Host], bytes], Host]

NO_SHEET = "a plan in memory has no sheet around its tables"
EXACT = "a plan in memory is asked by exact names"
LINE_ENDS = "LibreOffice keeps the end of a line as one character"


@pytest.fixture
def opens(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Opens]:
    """Opens the content of a workbook in a host, until the test is over."""
    with ExitStack() as stack:

        def opened(host: type[Host], content: bytes) -> Host:
            path = tmp_path / "plan.xlsx"
            path.write_bytes(content)
            return stack.enter_context(host.open(path, request))

        yield opened


@pytest.fixture(scope="module")
def typed_plan(tmp_path_factory: pytest.TempPathFactory) -> SmallPlan:
    """The small plan before any action, only to be read."""
    return write_typed_plan(tmp_path_factory.mktemp("typed"))


def typed(table: CellTable) -> dict[str, list[object]]:
    """What was typed into a table; of formulas the formula, as it may be calculated yet or not."""
    return {
        header: [f"={cell.formula}" if isinstance(cell, FormulaCell) else cell for cell in cells]
        for header, cells in table.columns.items()
    }


def contents(book: Book) -> dict[str, object]:
    """Everything a workbook holds that a host can change."""
    tables = {name: (book.read_table(name).first_row, typed(book.read_table(name))) for name in book.table_names()}
    return {**tables, **{name: value_of(book.read_name(name)[2]) for name in book.names()}}


@on_every_host()
def test_a_workbook_lists_what_it_has(host: type[Host], opens: Opens) -> None:
    book = opens(host, plan_bytes()).book
    assert book.name == "plan.xlsx"
    assert book.sheet_titles() == ("8 Budget", "List")
    assert sorted(book.table_names()) == ["notes", "visits"]
    assert book.names() == ("rate",)  # "reps" and "whole" stand for more than one cell
    assert book.read_name("rate") == ("8 Budget", "A1", 1.0)
    with pytest.raises(KeyError):
        book.read_table("none")
    with pytest.raises(KeyError):
        book.read_name("reps")


@on_every_host()
def test_a_table_is_read_with_its_types_and_places(host: type[Host], opens: Opens) -> None:
    table = opens(host, plan_bytes(rows=2)).book.read_table("visits")
    assert (table.name, table.sheet, table.first_row, table.first_column) == ("visits", "8 Budget", 4, 2)
    assert table.columns == {
        "rep": ["Rep 0", "Rep 1"],
        "visits": [1.0, 2.0],
        "price": [1.5, 3.0],
        "total": [FormulaCell("C4*D4*$A$1", 1.5), FormulaCell("C5*D5*$A$1", 6.0)],
    }
    assert table.place(1, "price") == "D5"


@on_every_host(memory=EXACT)
def test_names_are_found_in_any_case(host: type[Host], opens: Opens) -> None:
    book = opens(host, plan_bytes()).book
    assert book.read_table("VISITS").name == "visits"
    assert book.read_name("RATE")[1] == "A1"
    book.change_table("Visits", TableChanges([0]))
    assert book.read_table("visits").row_count == 1


@on_every_host()
def test_error_cells_of_a_file_are_errors_and_neither_blanks_nor_numbers(host: type[Host], opens: Opens) -> None:
    book = FileBook.from_bytes(plan_bytes(rows=len(ERROR_TEXTS)), "plan.xlsx")
    errors = {(row, "visits"): ErrorCell(text) for row, text in enumerate(ERROR_TEXTS)}
    book.change_table("visits", TableChanges(range(len(ERROR_TEXTS)), errors))
    read = opens(host, book.to_bytes()).book.read_table("visits")
    assert read.columns["visits"] == [ErrorCell(text) for text in ERROR_TEXTS]


TEXTS = (
    "=1+1",
    "=",
    "+1",
    "-x",
    "@a",
    "'quoted",
    "''",
    "007",
    "1/2",
    "12:30",
    "5%",
    "1e5",
    "1.5",
    "1,5",
    "Mar 5",
    "2026-01-31",
    "€ 5",
    "(3)",
    "TRUE",
    "false",
    "#N/A",
    "#SPILL!",
    "{=A1}",
    "a\nb",
    "  spaces  ",
    "Łódź, 東京, Ελλάδα, 😀",
    "<b>&amp;</b>",
    "_x0041_",
)


@on_every_host()
def test_a_text_stays_the_text_it_is(host: type[Host], opens: Opens) -> None:
    opened = opens(host, plan_bytes(beside=False))
    added: list[dict[str, Value]] = [{"rep": text} for text in TEXTS]
    opened.book.change_table("visits", TableChanges([0, *(-1 - row for row in range(len(TEXTS)))], {}, added))
    assert opened.again().read_table("visits").columns["rep"] == ["Rep 0", *TEXTS]
    opened.book.write_name("rate", "=1+1")
    assert opened.again().read_name("rate")[2] == "=1+1"


@on_every_host(libreoffice=LINE_ENDS)
def test_the_end_of_a_line_stays_what_it_is(host: type[Host], opens: Opens) -> None:
    opened = opens(host, plan_bytes())
    opened.book.write_name("rate", "a\r\nb")
    assert opened.again().read_name("rate")[2] == "a\r\nb"


@on_every_host()
def test_numbers_truths_errors_and_blanks_stay_what_they_are(host: type[Host], opens: Opens) -> None:
    values: list[Value] = [0.1 + 0.2, 1e300, -5e-324, 1e15 + 1, True, False, None, *map(ErrorCell, ERROR_TEXTS)]
    opened = opens(host, plan_bytes(beside=False))
    added: list[dict[str, Value]] = [{"visits": value, "price": value} for value in values]
    opened.book.change_table("visits", TableChanges([0, *(-1 - row for row in range(len(values)))], {}, added))
    columns = opened.again().read_table("visits").columns
    for header in ("visits", "price"):
        assert [(type(cell), cell) for cell in columns[header][1:]] == [(type(value), value) for value in values]


@on_every_host()
def test_a_number_in_the_place_of_a_truth_is_a_number(host: type[Host], opens: Opens) -> None:
    opened = opens(host, plan_bytes())
    for value in (True, 1.0, False, 0.0, "x", True, None):
        opened.book.change_table("visits", TableChanges(range(4), {(1, "price"): value, (2, "price"): 2.0}))
        cells = opened.again().read_table("visits").columns["price"]
        assert [(type(cell), cell) for cell in cells] == [
            (float, 1.5),
            (type(value), value),
            (float, 2.0),
            (float, 6.0),
        ]


@on_every_host()
def test_a_long_text_is_kept_among_others(host: type[Host], opens: Opens) -> None:
    opened = opens(host, plan_bytes())
    texts: Sequence[Value] = ("x" * 9_000, "y" * 32_767, "short", "=" + "z" * 9_000)
    opened.book.change_table("notes", TableChanges(range(-1, -5, -1), {}, [{"t": text} for text in texts]))
    assert opened.again().read_table("notes").columns["t"] == list(texts)


@on_every_host(memory=NO_SHEET)
def test_a_text_too_long_for_a_cell_is_refused_before_anything_changes(host: type[Host], opens: Opens) -> None:
    opened = opens(host, plan_bytes(beside=False))
    before = contents(opened.book)
    for changes, cell in (
        (TableChanges(range(4), {(0, "rep"): "new", (1, "rep"): "x" * 32_768}), "B5"),
        (TableChanges([0, 1, 2, 3, -1, -2], {}, [{"rep": "Eve"}, {"rep": "x" * 32_768}]), "B9"),
        (TableChanges(range(4), {(1, "rep"): "😀" * 16_384}), "B5"),
    ):
        with pytest.raises(RefusalError, match=rf"E-TEXT-TOO-LONG · plan.xlsx · 8 Budget!{cell}.*32768 characters"):
            opened.book.change_table("visits", changes)
        assert contents(opened.book) == before
    with pytest.raises(RefusalError, match=r"E-TEXT-TOO-LONG · plan.xlsx · 8 Budget!A1"):
        opened.book.write_name("rate", "x" * 32_768)
    assert contents(opened.book) == before


@on_every_host()
def test_new_rows_carry_on_formulas(host: type[Host], opens: Opens) -> None:
    opened = opens(host, plan_bytes(beside=False))
    added: list[dict[str, Value]] = [{"rep": "Eve", "visits": 7.0}, {"rep": "Ina", "total": 3.0}]
    opened.book.change_table("visits", TableChanges([0, -1, 1, 2, 3, -2], {}, added))
    assert typed(opened.again().read_table("visits")) == {
        "rep": ["Rep 0", "Eve", "Rep 1", "Rep 2", "Rep 3", "Ina"],
        "visits": [1.0, 7.0, 2.0, 3.0, 4.0, None],
        "price": [1.5, None, 3.0, 4.5, 6.0, None],
        "total": ["=C4*D4*$A$1", "=C5*D5*$A$1", "=C6*D6*$A$1", "=C7*D7*$A$1", "=C8*D8*$A$1", 3.0],
    }


@on_every_host()
def test_formulas_of_rows_that_move_mean_their_own_row(host: type[Host], opens: Opens) -> None:
    opened = opens(host, plan_bytes(beside=False))
    opened.book.change_table("visits", TableChanges([2, 0, 3]))
    assert typed(opened.again().read_table("visits")) == {
        "rep": ["Rep 2", "Rep 0", "Rep 3"],
        "visits": [3.0, 1.0, 4.0],
        "price": [4.5, 1.5, 6.0],
        "total": ["=C4*D4*$A$1", "=C5*D5*$A$1", "=C6*D6*$A$1"],
    }


@on_every_host()
def test_a_value_in_a_formulas_place_stands_there_as_a_value(host: type[Host], opens: Opens) -> None:
    opened = opens(host, plan_bytes(beside=False))
    opened.book.change_table("visits", TableChanges([0, 1, 2, 3, -1], {(0, "total"): 5.0}, [{"total": 6.0}]))
    assert typed(opened.again().read_table("visits"))["total"] == [
        5.0,
        "=C5*D5*$A$1",
        "=C6*D6*$A$1",
        "=C7*D7*$A$1",
        6.0,
    ]


@on_every_host()
def test_a_table_that_loses_all_rows_keeps_a_blank_one(host: type[Host], opens: Opens) -> None:
    opened = opens(host, plan_bytes(beside=False))
    opened.book.change_table("visits", TableChanges([]))
    blank = {"rep": [None], "visits": [None], "price": [None], "total": ["=C4*D4*$A$1"]}
    assert typed(opened.again().read_table("visits")) == blank
    opened.book.change_table("visits", TableChanges([-1, -2], {}, [{"rep": "Eve"}, {"rep": "Ina"}]))
    assert typed(opened.again().read_table("visits"))["total"] == ["=C4*D4*$A$1", "=C5*D5*$A$1"]


@on_every_host()
def test_a_table_beside_another_grows_and_shrinks_alone(host: type[Host], opens: Opens) -> None:
    opened = opens(host, plan_bytes())
    notes = typed(opened.book.read_table("notes"))
    for rows in ([0, 1, 2, 3, -1, -2, -3], [6, 5], [1]):
        added: list[dict[str, Value]] = [{"rep": "new"}] * sum(row < 0 for row in rows)
        opened.book.change_table("visits", TableChanges(rows, {}, added))
        assert opened.again().read_table("visits").row_count == len(rows)
        assert typed(opened.again().read_table("notes")) == notes
        assert opened.again().read_table("visits").below == ""


BELOW = {
    "C9 5 below": (b"</sheetData>", b'<row r="9"><c r="C9"><v>5</v></c></row></sheetData>'),
    "B8 =1.1": (b"</sheetData>", b'<row r="8"><c r="B8"><f>1+1</f></c></row></sheetData>'),
    "E8 merged": (b"</sheetData>", b'</sheetData><mergeCells count="1"><mergeCell ref="E8:G8"/></mergeCells>'),
    "D9 'x'": (b"</sheetData>", b'<row r="9"><c r="D9" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'),
}


@pytest.mark.parametrize("content", BELOW)
@on_every_host(memory=NO_SHEET)
def test_a_table_grows_over_nothing(host: type[Host], opens: Opens, content: str) -> None:
    old, new = BELOW[content]
    opened = opens(host, rebuilt(plan_bytes(), {SHEET: lambda sheet: sheet.replace(old, new)}))
    before = contents(opened.book)
    cell, _, found = content.partition(" ")
    with pytest.raises(RefusalError, match=rf"E-TABLE-NO-ROOM · plan.xlsx · 8 Budget!{cell}: found .*{found}.* visits"):
        opened.book.change_table("visits", TableChanges([0, 1, 2, 3, -1, -2], {(0, "rep"): "x"}, [{}, {}]))
    assert contents(opened.after_failure()) == before


@on_every_host(memory=NO_SHEET)
def test_a_sheet_has_so_many_rows(host: type[Host], opens: Opens) -> None:
    book = opens(host, plan_bytes(beside=False)).book
    with pytest.raises(RefusalError, match=r"E-TABLE-TOO-LONG.*1,048,574 rows for the table visits"):
        book.change_table("visits", TableChanges(range(-1, -1_048_575, -1), {}, [{}] * 1_048_574))


@on_every_host()
def test_a_cell_typed_right_below_a_table_is_told(host: type[Host], opens: Opens) -> None:
    old, new = BELOW["B8 =1.1"]
    table = opens(host, rebuilt(plan_bytes(), {SHEET: lambda sheet: sheet.replace(old, new)})).book.read_table("visits")
    assert (table.row_count, table.below) == (4, "B8")


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
@on_every_host()
def test_changes_made_for_another_table_are_a_fault_of_the_program(
    host: type[Host], opens: Opens, changes: TableChanges
) -> None:
    with pytest.raises(ValueError, match=r"the table visits has|rows are added"):
        opens(host, plan_bytes()).book.change_table("visits", changes)


@on_every_host()
def test_a_named_cell_is_set(host: type[Host], opens: Opens) -> None:
    opened = opens(host, plan_bytes())
    values: Sequence[Value] = (2.5, "text", True, ErrorCell("#N/A"), None, 3.0)
    for value in values:
        opened.book.write_name("rate", value)
        assert opened.again().read_name("rate") == ("8 Budget", "A1", value)
    with pytest.raises(KeyError):
        opened.book.write_name("whole", 1.0)


@on_every_host()
def test_rows_that_a_filter_hides_are_changed_too(host: type[Host], opens: Opens) -> None:
    def hidden(sheet: bytes) -> bytes:
        return re.sub(rb'<row r="([467])"', rb'<row r="\1" hidden="1"', sheet)

    only_one = b'<filterColumn colId="0"><filters><filter val="Rep 1"/></filters></filterColumn>'
    filtered = {
        SHEET: hidden,
        "xl/tables/table1.xml": lambda part: part.replace(
            b'<autoFilter ref="B3:E7"/>', b'<autoFilter ref="B3:E7">' + only_one + b"</autoFilter>"
        ),
    }
    opened = opens(host, rebuilt(plan_bytes(beside=False), filtered))
    added: list[dict[str, Value]] = [{"rep": "Eve"}, {"rep": "Ina"}]
    opened.book.change_table("visits", TableChanges([3, 2, 1, -1, 0, -2], {(0, "visits"): None}, added))
    assert typed(opened.again().read_table("visits")) == {
        "rep": ["Rep 3", "Rep 2", "Rep 1", "Eve", "Rep 0", "Ina"],
        "visits": [4.0, 3.0, 2.0, None, None, None],
        "price": [6.0, 4.5, 3.0, None, 1.5, None],
        "total": [f"=C{row}*D{row}*$A$1" for row in range(4, 10)],
    }
    opened.book.change_table("visits", TableChanges([0]))
    assert typed(opened.again().read_table("visits"))["rep"] == ["Rep 3"]
    assert opened.again().read_table("visits").below == ""


@on_every_host()
def test_what_fails_half_way_leaves_the_workbook_as_it_was(host: type[Host], opens: Opens) -> None:
    opened = opens(host, plan_bytes())
    before = contents(opened.book)

    def half_way() -> None:
        with opened.book.together(["visits", "notes"]):
            opened.book.change_table(
                "visits", TableChanges([3, 1, -1, -2, -3], {(1, "total"): 9.0}, [{"rep": "x"}] * 3)
            )
            opened.book.change_table("visits", TableChanges([4]))
            opened.book.change_table("notes", TableChanges([1]))
            opened.book.change_table("notes", TableChanges([0, -1, -2], {}, [{"id": "=x"}, {}]))
            opened.book.write_name("rate", "text")
            opened.book.write_name("rate", 7.0)
            assert contents(opened.book) != before
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_way()
    assert contents(opened.after_failure()) == before


@on_every_host()
def test_what_is_changed_together_stays_when_nothing_fails(host: type[Host], opens: Opens) -> None:
    opened = opens(host, plan_bytes())
    with opened.book.together(["visits"]):
        opened.book.change_table("visits", TableChanges([0]))
        opened.book.change_table("visits", TableChanges([0, -1], {}, [{"rep": "Eve"}]))
        opened.book.write_name("rate", 7.0)
    assert typed(opened.again().read_table("visits"))["rep"] == ["Rep 0", "Eve"]
    assert opened.again().read_name("rate")[2] == 7.0


@on_every_host()
def test_a_protected_sheet_is_changed_without_its_protection_in_the_way(host: type[Host], opens: Opens) -> None:
    locked = b'</sheetData><sheetProtection sheet="1" objects="1" scenarios="1" sort="0"/>'
    opened = opens(host, rebuilt(plan_bytes(), {SHEET: lambda sheet: sheet.replace(b"</sheetData>", locked)}))
    opened.book.change_table("visits", TableChanges([1, 0, -1], {}, [{"rep": "Eve"}]))
    opened.book.write_name("rate", 7.0)
    assert opened.again().read_table("visits").columns["rep"] == ["Rep 1", "Rep 0", "Eve"]
    assert opened.again().read_name("rate")[2] == 7.0


@on_every_host()
def test_a_row_of_totals_stays_below_the_data(host: type[Host], opens: Opens) -> None:
    opened = opens(host, plan_bytes(beside=False, totals=True))
    for rows in ([0, 1, 2, 3, -1], [4], [0, -1]):
        added: list[dict[str, Value]] = [{"rep": "Eve"}] * sum(row < 0 for row in rows)
        opened.book.change_table("visits", TableChanges(rows, {}, added))
        table = opened.again().read_table("visits")
        assert (table.row_count, table.below) == (len(rows), "")
    assert typed(table)["rep"] == ["Eve", "Eve"]


@on_every_host()
def test_actions_are_performed_and_taken_back(host: type[Host], opens: Opens, typed_plan: SmallPlan) -> None:
    opened = opens(host, typed_plan.plan.read_bytes())
    before = contents(opened.book)
    perform(opened.book, ACTIONS["load_actuals"], {"source": str(typed_plan.history)}, context())
    perform(opened.book, ACTIONS["disaggregate"], {}, context())
    assert opened.again().read_table("budget_lines").row_count > 1
    for _ in range(2):
        perform(opened.book, ACTIONS["undo"], {}, context())
    after = contents(opened.again())
    told = {"log", "undo_journal", "problems", "plan_id"}
    assert {name: after[name] for name in after.keys() - told} == {name: before[name] for name in before.keys() - told}


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
@on_every_host()
def test_a_changed_workbook_reads_as_the_changes_say(host: type[Host], opens: Opens, data: st.DataObject) -> None:
    opened = opens(host, plan_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        table = opened.book.read_table("visits")
        changes = data.draw(changes_for(table.row_count))
        opened.book.change_table("visits", changes)
        wanted = expected(table, changes)
        for found in (opened.book, opened.again()):
            cells = found.read_table("visits")
            assert {header: list(cells.columns[header]) for header in wanted} == wanted
            assert [cell.formula for cell in cells.columns["total"] if isinstance(cell, FormulaCell)] == [
                f"C{row}*D{row}*$A$1" for row in range(4, 4 + cells.row_count)
            ]

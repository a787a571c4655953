"""Cells of a sheet: read as what they are, refused when they cannot be accounted for, written one by one."""

import re

import pytest

from salesplan_xl.hosts.file.book import FileBook
from salesplan_xl.hosts.file.sheet.writing import written_cells
from salesplan_xl.hosts.formulas import Area
from salesplan_xl.hosts.refusals import Where
from salesplan_xl.workbook.cells import ErrorCell, FormulaCell, Value
from salesplan_xl.workbook.problems import RefusalError
from tests.hosts.plans import again, plan_book, plan_bytes, rebuilt


def sheet_with(rows: bytes) -> FileBook:
    """A workbook whose list sheet holds these rows."""
    return FileBook.from_bytes(
        rebuilt(
            plan_bytes(),
            {
                "xl/worksheets/sheet2.xml": lambda part: re.sub(
                    rb"<sheetData>.*</sheetData>", lambda _: b"<sheetData>" + rows + b"</sheetData>", part
                )
            },
        ),
        "plan.xlsx",
    )


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        pytest.param(b"<c r='A1' ><v>1.50</v></c>", 1.5, id="other-quotes"),
        pytest.param(b'<c t="n" r="A1" s="0"><v> -2e3 </v></c>', -2000.0, id="other-order"),
        pytest.param(b'<c r="A1" t="b"><v>1</v></c>', True, id="truth"),
        pytest.param(b'<c r="A1" t="e"><v>#DIV/0!</v></c>', ErrorCell("#DIV/0!"), id="error"),
        pytest.param(
            b'<c r="A1" t="str"><f>"a"&amp;"b"</f><v>ab</v></c>', FormulaCell('"a"&"b"', "ab"), id="text-formula"
        ),
        pytest.param(b'<c r="A1"><f>A2</f></c>', FormulaCell("A2", None), id="never-calculated"),
        pytest.param(b'<c r="A1" t="str"><f>A2</f><v></v></c>', FormulaCell("A2", ""), id="empty-text-formula"),
        pytest.param(b'<c r="A1" t="inlineStr"><is><t>a_x0009_b&#65;</t></is></c>', "a\tbA", id="codes"),
        pytest.param(b'<c r="A1" t="inlineStr"><is><t/></is></c>', "", id="empty-text"),
        pytest.param(
            b'<c r="A1" t="inlineStr"><is><r><t>No</t></r><r><rPr><b/></rPr><t>rth</t></r><rPh><t>x</t></rPh></is></c>',
            "North",
            id="runs",
        ),
        pytest.param(b'<c r="A1" t="d"><v>2027-01-02T12:00:00</v></c>', 46389.5, id="date"),  # 1 Jan 2027 is 46388
        pytest.param(b'<c r="A1"/>', None, id="blank"),
        pytest.param(b"<c><v>4</v></c>", 4.0, id="no-reference"),
    ],
)
def test_a_cell_is_read_as_what_it_is(cell: bytes, value: object) -> None:
    assert sheet_with(b'<row r="1">' + cell + b"</row>").sheet("List").cell(1, 1) == value


def test_a_cell_that_does_not_say_where_it_stands_is_the_next_one() -> None:
    sheet = sheet_with(b'<row r="1"><c r="B1"><v>4</v></c><c><v>5</v></c><c/><c><v>6</v></c></row>').sheet("List")
    assert list(sheet.cells()) == [(1, 2, 4.0), (1, 3, 5.0), (1, 5, 6.0)]
    assert sheet.cell(1, 3) == 5.0


@pytest.mark.parametrize(
    ("rows", "code", "place"),
    [
        pytest.param(b'<row r="1"><x:c r="A1"><x:v>1</x:v></x:c></row>', "E-FILE-FORM", "List", id="prefix"),
        pytest.param(b'<row r="1"><c r="A1"><v>1</v></c>stray</row>', "E-FILE-FORM", "List", id="stray-text"),
        pytest.param(b'<row r="1"><c r="A1"><w>1</w></c></row>', "E-CELL-DAMAGED", "List!A1", id="unknown-tag"),
        pytest.param(b'<row r="1"><c r="A1"><v>1e999</v></c></row>', "E-CELL-DAMAGED", "List!A1", id="infinite"),
        pytest.param(
            b'<row r="1"><c r="A1"><f>A2</f><v>-1e999</v></c></row>', "E-CELL-DAMAGED", "List!A1", id="infinite-result"
        ),
        pytest.param(
            b'<row r="1"><c r="B1" t="s"><v>-1</v></c></row>', "E-CELL-DAMAGED", "List!B1", id="negative-text"
        ),
        pytest.param(b'<row r="1"><c r="A1" t="b"><v>2</v></c></row>', "E-CELL-DAMAGED", "List!A1", id="no-truth"),
        pytest.param(b'<row r="1"><c r="A2"><v>1</v></c></row>', "E-FILE-DAMAGED", "List", id="another-row"),
        pytest.param(b'<row r="2"><c r="A12"><v>1</v></c></row>', "E-FILE-DAMAGED", "List", id="row-with-same-end"),
        pytest.param(
            b'<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>', "E-FILE-DAMAGED", "List", id="order"
        ),
        pytest.param(
            b'<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>', "E-FILE-DAMAGED", "List", id="twice"
        ),
        pytest.param(b'<row r="2"/><row r="1"/>', "E-FILE-DAMAGED", "List", id="rows-out-of-order"),
        pytest.param(b'<row r="1"><!-- --></row>', "E-FILE-FORM", "List", id="comment"),
        pytest.param(
            b'<row r="1"><c r="A1" t="inlineStr"><is><t>&x;</t></is></c></row>',
            "E-CELL-DAMAGED",
            "List!A1",
            id="entity",
        ),
    ],
)
def test_what_cannot_be_accounted_for_is_refused(rows: bytes, code: str, place: str) -> None:
    with pytest.raises(RefusalError, match=f"{code} · plan.xlsx · {place}:"):
        list(sheet_with(rows).sheet("List").cells())


def test_twenty_bad_cells_are_listed_together_and_the_rest_is_counted() -> None:
    cells = b"".join(b'<row r="%d"><c r="A%d"><v>x</v></c></row>' % (row, row) for row in range(1, 31))
    with pytest.raises(RefusalError) as refused:
        list(sheet_with(cells).sheet("List").cells())
    *listed, last = refused.value.problems
    assert [problem.cell for problem in listed] == [f"A{row}" for row in range(1, 21)]
    assert last.found == "10 more problems like the one in A20"


def test_a_part_of_an_array_formula_is_not_overwritten() -> None:
    book = plan_book()
    assert book.sheet("List").array_areas() == {(1, 2): Area(1, 2, 3, 2)}
    with pytest.raises(
        RefusalError, match=r"E-CELL-ARRAY · plan.xlsx · List!B2: found a part of the array formula in B1:B3"
    ):
        book.sheet("List").set_values({(2, 2): 1.0})


def test_calculated_values_stand_beside_untouched_formulas() -> None:
    book = plan_book()
    results: dict[tuple[int, int], Value] = {(4, 5): ErrorCell("#N/A"), (5, 5): "a <b>", (6, 5): True, (7, 5): None}
    book.store_values("8 Budget", results)
    book.store_values("List", {(1, 2): 2.0, (2, 2): 4.0, (3, 2): "none"})
    found = again(book)
    assert [cell for _, cell in found.sheet("8 Budget").formula_cells().items()] == [
        FormulaCell("C4*D4*$A$1", ErrorCell("#N/A")),
        FormulaCell("C5*D5*$A$1", "a <b>"),
        FormulaCell("C6*D6*$A$1", value=True),
        FormulaCell("C7*D7*$A$1", None),
    ]
    assert list(found.sheet("List").cells()) == [
        (1, 2, FormulaCell("'8 Budget'!C4:C6*2", 2.0)),
        (1, 3, 7.0),
        (2, 2, 4.0),
        (3, 2, "none"),
    ]
    assert found.sheet("List").array_areas() == {(1, 2): Area(1, 2, 3, 2)}


def test_a_truth_and_the_number_it_is_equal_to_are_written_apart() -> None:
    values: list[Value] = [1.0, True, 0.0, False, 1.0]
    assert written_cells(1, "", ["1", "2", "3", "4", "5"], values, Where("plan.xlsx")) == [
        '<c r="A1"><v>1</v></c>',
        '<c r="A2" t="b"><v>1</v></c>',
        '<c r="A3"><v>0</v></c>',
        '<c r="A4" t="b"><v>0</v></c>',
        '<c r="A5"><v>1</v></c>',
    ]


def test_the_first_text_that_is_too_long_is_named() -> None:
    with pytest.raises(RefusalError) as refusal:
        written_cells(2, "", ["7", "8", "9"], ["short", "b" * 32_768, "a" * 32_768], Where("plan.xlsx"))
    assert [(one.code, one.cell) for one in refusal.value.problems] == [("E-TEXT-TOO-LONG", "B8")]

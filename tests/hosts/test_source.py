"""Lists that come in as files: what is read, and every reason a list is refused for."""

import gzip
import hashlib
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from salesplan_xl.hosts.file.source import checks, delimited, read_source
from salesplan_xl.workbook.problems import RefusalError
from tests.hosts.plans import plan_bytes, saved


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("order;amount\n1;2,5\n2;ñ\n".encode(), id="semicolon"),
        pytest.param("order;amount\r\n1;2,5\r\n2;ñ".encode("utf-8-sig"), id="with-mark"),
        pytest.param("order\tamount\n1\t2,5\n2\tñ\n\n".encode("utf-16"), id="utf-16-tab"),
        pytest.param('order,amount,\n1,"2,5",\n2,ñ,\n'.encode(), id="comma-quoted-and-a-blank-last-column"),
        pytest.param(gzip.compress('order,"amount"\n1,"2,5"\n2,ñ\n'.encode()), id="compressed"),
    ],
)
def test_a_csv_is_read_as_text(content: bytes, tmp_path: Path) -> None:
    table, _ = read_source(saved(content, tmp_path, "orders.csv.gz" if content[:2] == b"\x1f\x8b" else "orders.csv"))
    assert table.columns == {"order": ["1", "2"], "amount": ["2,5", "ñ"]}
    assert (table.sheet, table.first_row, table.place(1, "amount")) == ("", 2, "B3")


def test_a_blank_line_keeps_the_rows_below_in_their_places(tmp_path: Path) -> None:
    table, _ = read_source(saved(b"a,b\n1,2\n\n,3\n,\n\n", tmp_path, "list.csv"))
    assert table.columns == {"a": ["1", None, None], "b": ["2", None, "3"]}


def test_a_list_comes_with_the_checksum_of_the_bytes_it_was_read_from(tmp_path: Path) -> None:
    content = b"a,b\n1,2\n"
    _, sha256 = read_source(saved(content, tmp_path, "list.csv"))
    assert sha256 == hashlib.sha256(content).hexdigest()


def test_a_folder_is_no_list(tmp_path: Path) -> None:
    with pytest.raises(RefusalError, match=r"E-FILE-TYPE.*it is a folder"):
        read_source(tmp_path)


@pytest.mark.parametrize(
    ("content", "problems"),
    [
        pytest.param(b"", ["E-SOURCE-EMPTY"], id="nothing"),
        pytest.param(b"a,b\n1,2\n\xe9,3\n", ["E-SOURCE-ENCODING line 3"], id="latin-1"),
        pytest.param(b"a,b\n1,2\n1\n1,2,3\n", ["E-SOURCE-FIELDS line 3", "E-SOURCE-FIELDS line 4"], id="fields"),
        pytest.param(b'a,b\n1,"2\n', ["E-SOURCE-QUOTES line 2"], id="open-quote"),
        pytest.param(b"a,,A\n1,2,3\n", ["E-SOURCE-HEADER-BLANK B1", "E-SOURCE-HEADER-TWICE C1"], id="headers"),
        pytest.param(b"a,b\n1,2\n3," + b"x" * 32_768, ["E-TEXT-TOO-LONG B3"], id="long-text"),
        pytest.param(b"\x1f\x8b\x08 broken", ["E-FILE-DAMAGED"], id="broken-gzip"),
    ],
)
def test_a_csv_is_refused_with_every_reason(content: bytes, problems: list[str], tmp_path: Path) -> None:
    with pytest.raises(RefusalError) as refused:
        read_source(saved(content, tmp_path, "list.csv"))
    for problem, expected in zip(refused.value.problems, problems, strict=True):
        code, _, place = expected.partition(" ")
        assert problem.code == code
        assert place in (problem.cell, "") or place in problem.found


def test_many_problems_are_counted_after_the_first_twenty(tmp_path: Path) -> None:
    with pytest.raises(RefusalError) as refused:
        read_source(saved(b"a,b\n" + b"1\n" * 25, tmp_path, "list.csv"))
    assert len(refused.value.problems) == 21
    assert refused.value.problems[-1].found == "5 more problems like the one in A21"


def test_more_rows_than_a_sheet_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "MOST_ROWS", 3)
    with pytest.raises(RefusalError, match=r"E-TABLE-TOO-LONG.*found 4 rows for the table list"):
        read_source(saved(b"a\n1\n2\n3\n4\n", tmp_path, "list.csv"))


def test_a_bomb_is_not_inflated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "MOST_TEXT_BYTES", 1000)
    with pytest.raises(RefusalError, match="E-FILE-UNSAFE"):
        read_source(saved(gzip.compress(b"a\n" * 10_000), tmp_path, "list.csv.gz"))


def test_a_workbook_gives_its_first_table_or_its_first_list(tmp_path: Path) -> None:
    assert read_source(saved(plan_bytes(), tmp_path))[0].name == "visits"
    path = tmp_path / "list.xlsx"
    workbook = xlsxwriter.Workbook(str(path))
    hidden, sheet = workbook.add_worksheet("Old"), workbook.add_worksheet("Orders")
    hidden.write("A1", "not this")
    sheet.activate()
    sheet.set_first_sheet()
    hidden.hide()
    sheet.write_row("B3", ["order", 2026, " amount "])
    sheet.write_row("B4", ["A1", 5, 2.5])
    sheet.write_row("B6", ["A2", None, True])
    workbook.close()
    table, _ = read_source(path)
    assert table.columns == {"order": ["A1", None, "A2"], "2026": [5.0, None, None], "amount": [2.5, None, True]}
    assert (table.sheet, table.place(2, "amount")) == ("Orders", "D6")


def test_headers_of_a_workbook_are_refused_with_their_cells(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    workbook = xlsxwriter.Workbook(str(path))
    sheet = workbook.add_worksheet("Orders")
    sheet.write_row("B2", ["order", "", "Order"])
    sheet.write_row("B3", ["A1", 5, 2.5])
    workbook.close()
    with pytest.raises(RefusalError) as refused:
        read_source(path)
    assert [(one.code, one.sheet, one.cell) for one in refused.value.problems] == [
        ("E-SOURCE-HEADER-BLANK", "Orders", "C2"),
        ("E-SOURCE-HEADER-TWICE", "Orders", "D2"),
    ]


@given(st.binary(max_size=60))
def test_any_bytes_are_a_list_or_a_refusal(content: bytes) -> None:
    try:
        table = delimited.from_delimited(content, "list.csv", "list")
    except RefusalError:
        return
    assert table.columns
    assert {len(cells) for cells in table.columns.values()} == {table.row_count}

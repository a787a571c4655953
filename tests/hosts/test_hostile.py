"""Files that try to break us: each is refused with its reason, or read as what it is."""

from pathlib import Path

import pytest

from salesplan_xl.hosts.file.source import read_source
from salesplan_xl.workbook.cells import FormulaCell
from salesplan_xl.workbook.problems import RefusalError

FOLDER = Path(__file__).parent / "hostile"


@pytest.mark.parametrize(
    ("file", "code", "reason"),
    [
        ("zero_bytes", "E-FILE-TYPE", "0 bytes"),
        ("csv_renamed", "E-FILE-TYPE", "CSV"),
        ("cfb_fat_lie", "E-FILE-TYPE", "OLE"),
        ("strict_ooxml", "E-FILE-TYPE", "Strict"),
        ("encrypted", "E-FILE-ENCRYPTED", "password"),
        ("truncated", "E-FILE-DAMAGED", "its end is missing"),
        ("missing_part", "E-FILE-DAMAGED", "the sheet Plan is missing"),
        ("bad_refs", "E-FILE-DAMAGED", "A99999999999999999999 in row 2"),
        ("duplicate_entry", "E-FILE-UNSAFE", "two parts named xl/worksheets/sheet1.xml"),
        ("path_traversal", "E-FILE-UNSAFE", "evil"),
        ("billion_laughs", "E-FILE-UNSAFE", "document type in xl/sharedStrings.xml"),
        ("xxe_file", "E-FILE-UNSAFE", "document type in xl/sharedStrings.xml"),
        ("date1904", "E-FILE-DATES", "1904"),
        ("far_cell", "E-SHEET-RANGE", "Plan!XFD1048576"),
        ("sst_index_oob", "E-CELL-DAMAGED", "Plan!A1"),
    ],
)
def test_a_file_is_refused_with_its_reason(file: str, code: str, reason: str) -> None:
    with pytest.raises(RefusalError, match=reason) as refused:
        read_source(FOLDER / f"{file}.xlsx")
    assert {problem.code for problem in refused.value.problems} == {code}
    assert {problem.file for problem in refused.value.problems} == {f"{file}.xlsx"}


@pytest.mark.parametrize(
    "file", ["good", "huge_dimension", "libreoffice_resaved", "filtered_hidden_rows", "merged_header"]
)
def test_an_odd_but_honest_file_is_read_whole(file: str) -> None:
    columns = read_source(FOLDER / f"{file}.xlsx")[0].columns
    assert sum(float(str(cell)) for cell in columns["units"]) == 210  # 1 + 2 + … + 20
    assert sum(float(str(cell)) for cell in columns["revenue"]) == 2205.0  # 10.5 × 210


def test_every_bad_number_is_named_with_its_cell() -> None:
    with pytest.raises(RefusalError) as refused:
        read_source(FOLDER / "nan_inf_numbers.xlsx")
    found = {problem.cell: problem.found for problem in refused.value.problems}
    assert list(found) == ["E2", "E3", "E4", "E5", "E8", "E9"]  # E6 is an error value, E7 blank
    assert "NaN" in found["E2"]
    assert "1_000" in found["E9"]


def test_text_that_looks_like_a_formula_is_text() -> None:
    cells = read_source(FOLDER / "formula_injection_text.xlsx")[0].columns["rep"]
    assert cells[:2] == ["=1+1", "=cmd|' /C calc'!A0"]
    assert all(isinstance(cell, str) for cell in cells)


def test_a_formula_without_a_value_is_a_formula_without_a_value() -> None:
    assert read_source(FOLDER / "formula_in_input.xlsx")[0].columns["units"][1] == FormulaCell("E2*1.1", None)


def test_direction_marks_and_codes_come_through_unchanged() -> None:
    assert read_source(FOLDER / "unicode_tricks.xlsx")[0].columns["rep"][0] == "a\u202ecod.exe"

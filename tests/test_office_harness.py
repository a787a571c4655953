"""The harness itself: does LibreOffice, seen through it, say what a person would see in the window?"""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pytest
import xlsxwriter

from tests.conftest import missing
from tests.office import Cell, Office, OfficeError, OfficeTimeoutError

BAR_COLOUR = (210, 105, 30)


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One small sheet with a table, formulas of every kind of result, a date and a chart."""
    path = tmp_path_factory.mktemp("harness") / "plan.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Plan")
        lines = [["Norte", 10], ["Sur", 20], ["Oeste", 30]]
        columns = [{"header": "Region"}, {"header": "Amount"}]
        sheet.add_table("A1:B4", {"name": "budget_lines", "columns": columns, "data": lines})
        # the stored results are wrong on purpose: they tell a stored value from a calculated one
        sheet.write_formula("D1", "=SUM(budget_lines[Amount])", value=999)
        sheet.write_formula("D2", "=B2/0", value=999)
        sheet.write_formula("D3", '=MATCH("Este",A2:A4,0)', value=999)
        sheet.write_formula("D4", "=NO_SUCH_FUNCTION(B2)", value=999)
        sheet.write_formula("D5", "=A2*1", value=999)
        sheet.write_formula("D6", '=A2&"!"', value="stored")
        sheet.write_array_formula("E1:E3", "{=B2:B4*3}", value=999)
        sheet.write_datetime("F1", dt.date(2026, 1, 31), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_formula("F2", "=F1+1", value=999)
        sheet.write_string("G1", "=1+1")
        book.define_name("month_end", "=Plan!$F$1")
        chart = book.add_chart({"type": "column"})
        colour = f"#{bytes(BAR_COLOUR).hex()}"
        chart.add_series({"values": "=Plan!$B$2:$B$4", "fill": {"color": colour}})
        sheet.insert_chart("A8", chart)
        sheet.fit_to_pages(1, 1)
        book.add_worksheet("Q1's notes").write_formula("A1", "=Plan!D1+1", value=999)
    return path


@pytest.fixture(scope="module")
def calculated(office: Office, workbook: Path) -> dict[str, dict[str, Cell]]:
    """Everything calculated anew, with a range, a defined name and an empty cell beside the formulas."""
    return office.values(workbook, ranges=["Plan!A1:B2", "month_end", "Plan!G1:G2"])


@pytest.mark.parametrize(
    ("address", "value"),
    [
        pytest.param("D1", 60.0, id="structured-reference"),  # 10 + 20 + 30
        pytest.param("D6", "Norte!", id="text"),
        pytest.param("E1", 30.0, id="array-formula-first"),  # 10 × 3
        pytest.param("E3", 90.0, id="array-formula-last"),  # 30 × 3
        pytest.param("F1", 46053.0, id="date-is-a-serial-number"),  # 2026-01-31: 46,053 days after 1899-12-30
        pytest.param("F2", 46054.0, id="formula-of-a-date"),
        pytest.param("A2", "Norte", id="cell-of-a-range"),
        pytest.param("G1", "=1+1", id="text-that-looks-like-a-formula"),
    ],
)
def test_a_calculated_cell_has_its_value(
    calculated: dict[str, dict[str, Cell]], address: str, value: float | str
) -> None:
    cell = calculated["Plan"][address]
    assert cell["value"] == value
    assert cell["kind"] == ("text" if isinstance(value, str) else "number")
    assert cell["error"] is None


@pytest.mark.parametrize(
    ("address", "error"),
    [
        pytest.param("D2", "#DIV/0!", id="division-by-zero"),
        pytest.param("D3", "#N/A", id="not-found"),
        pytest.param("D4", "#NAME?", id="unknown-function"),
        pytest.param("D5", "#VALUE!", id="text-times-one"),
    ],
)
def test_an_error_cell_has_the_text_excel_shows_and_no_value(
    calculated: dict[str, dict[str, Cell]], address: str, error: str
) -> None:
    cell = calculated["Plan"][address]
    assert (cell["kind"], cell["error"], cell["value"]) == ("error", error, None)
    assert cell["formula"].startswith("=")


def test_text_that_looks_like_a_formula_has_none(calculated: dict[str, dict[str, Cell]]) -> None:
    assert calculated["Plan"]["G1"]["formula"] == ""


def test_an_empty_cell_is_blank(calculated: dict[str, dict[str, Cell]]) -> None:
    assert calculated["Plan"]["G2"] == {"value": None, "formula": "", "kind": "blank", "error": None}


def test_only_formulas_and_what_was_asked_for_is_read(calculated: dict[str, dict[str, Cell]]) -> None:
    formulas = {"D1", "D2", "D3", "D4", "D5", "D6", "E1", "E2", "E3", "F2"}
    asked = {"A1", "A2", "B1", "B2", "F1", "G1", "G2"}
    assert set(calculated["Plan"]) == formulas | asked
    assert calculated["Q1's notes"]["A1"]["value"] == 61.0


def test_without_recalculation_the_stored_values_are_seen(office: Office, workbook: Path) -> None:
    stored = office.values(workbook, recalculate=False)["Plan"]
    assert stored["D1"]["value"] == 999
    assert stored["D6"]["value"] == "stored"


def test_an_edit_is_followed_through(office: Office, workbook: Path) -> None:
    changes: dict[str, float | str | None] = {"Plan!B2": 15, "Plan!A3": "=x", "Plan!B4": None}
    after = office.set_and_read(workbook, changes, ["Plan!D1", "Plan!A3", "'Q1''s notes'!A1", "month_end"])
    assert after["Plan!D1"]["value"] == 35.0  # 15 + 20 + nothing
    assert after["Plan!A3"] == {"value": "=x", "formula": "", "kind": "text", "error": None}
    assert after["'Q1''s notes'!A1"]["value"] == 36.0
    assert after["month_end"]["value"] == 46053.0


def test_nothing_is_written_into_the_file_looked_at(office: Office, workbook: Path) -> None:
    before = workbook.read_bytes()
    office.set_and_read(workbook, {"Plan!B2": 15}, ["Plan!D1"])
    office.pdf(workbook, workbook.with_name("same.pdf"))
    assert workbook.read_bytes() == before


def test_a_stale_lock_does_not_matter(office: Office, workbook: Path, tmp_path: Path) -> None:
    locked = Path(shutil.copy(workbook, tmp_path / "locked.xlsx"))
    locked.with_name(".~lock.locked.xlsx#").write_text(",someone,elsewhere,01.01.2026 00:00,file:///x;")
    assert office.values(locked)["Plan"]["D1"]["value"] == 60.0


def test_a_chart_is_drawn(office: Office, workbook: Path, tmp_path: Path) -> None:
    (page,) = office.pictures(workbook, tmp_path)[:1]
    assert page.read_bytes().startswith(b"\x89PNG")
    subprocess.run(
        ["pdftoppm", "-r", "40", "-singlefile", tmp_path / "plan.pdf", tmp_path / "raw"],
        check=True,
        timeout=60,
    )
    *_, pixels = (tmp_path / "raw.ppm").read_bytes().split(b"\n", 3)
    bars = (np.frombuffer(pixels, dtype=np.uint8).reshape(-1, 3) == BAR_COLOUR).all(axis=1)
    assert bars.mean() > 0.02  # three bars, a small part of the page and much more than a speck


def test_a_copy_saved_as_xlsx_holds_the_calculated_values(office: Office, workbook: Path, tmp_path: Path) -> None:
    saved = office.save_as(workbook, tmp_path / "saved.xlsx")
    book = openpyxl.load_workbook(saved, data_only=True)
    assert book["Plan"]["D1"].value == 60
    assert book["Plan"]["D3"].value == "#N/A"


def test_a_file_that_is_no_workbook_is_an_error(office: Office, tmp_path: Path) -> None:
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(broken, "w") as archive:
        archive.writestr("hello.txt", "no workbook")
    with pytest.raises(OfficeError, match=r"broken\.xlsx"):
        office.values(broken)


def test_a_file_that_is_not_there_is_an_error(office: Office, tmp_path: Path) -> None:
    with pytest.raises(OfficeError, match="FileNotFoundError"):
        office.values(tmp_path / "nowhere.xlsx")


@pytest.mark.office
def test_a_call_that_takes_too_long_ends_libreoffice_and_the_next_call_starts_it_again(
    workbook: Path,
) -> None:
    with Office(time_limit=0.05) as impatient:
        with pytest.raises(OfficeTimeoutError, match=r"0\.05 s"):
            impatient.values(workbook)
        impatient.time_limit = 90
        assert impatient.values(workbook)["Plan"]["D1"]["value"] == 60.0


@pytest.mark.office
def test_tests_that_need_libreoffice_go_to_one_worker(request: pytest.FixtureRequest) -> None:
    by_groups = getattr(request.config.option, "loadgroup", False)  # set in a worker of a run by groups
    assert request.node.nodeid.endswith("@office") == by_groups


def test_what_is_missing_is_a_skip_at_home_and_a_failure_on_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="needs a thing"):
        missing("needs a thing")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="needs a thing"):
        missing("needs a thing")

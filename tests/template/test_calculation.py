"""The plan calculates: LibreOffice and the embedded engine give the same, errors are seen, and every sheet is drawn."""

from __future__ import annotations

import datetime
import math
import re
import subprocess
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import xlsxwriter
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.datetime import to_excel

from tests.command import salesplan
from tests.files import Error, parts, sheet_parts, stored_values, tables, type_into

if TYPE_CHECKING:
    from pathlib import Path

    from tests.office import Cell, Office
    from tests.small_plan import SmallPlan

VISIBLE = [
    "Home",
    *("1 Company", "2 Products", "3 Segments", "4 Customers", "5 Approach"),
    *("6 Campaigns", "7 Field work", "8 Budget", "9 Team", "10 Evaluation"),
    *("Sales", "Log"),
]
WITH_FORMULAS = ["Home", "3 Segments", "4 Customers", "7 Field work", "8 Budget", "10 Evaluation", "Sales", "Log"]


def formula_cells(plan: Path, title: str) -> set[str]:
    """The cells of a sheet that a formula fills, those of array formulas one by one."""
    text = parts(plan)[sheet_parts(plan)[title]].decode()
    cells = set()
    for address, body in re.findall(r'<c r="([A-Z]+\d+)"[^>]*>(<f.*?)</c>', text):
        area = re.search(r'<f t="array" ref="([^"]+)"', body)
        left, top, right, bottom = range_boundaries(area[1] if area else address)
        cells |= {f"{letters(column)}{row}" for column in range(left, right + 1) for row in range(top, bottom + 1)}
    return cells


def letters(column: int) -> str:
    """Letters of a column with at most two of them."""
    return chr(64 + column) if column <= 26 else chr(64 + (column - 1) // 26) + chr(65 + (column - 1) % 26)


def same(cell: Cell, stored: Any) -> bool:
    """Whether a calculated cell holds what is stored: numbers to 1e-9 of their size, texts to the letter."""
    if cell["kind"] == "error":
        return bool(stored == cell["error"])
    if cell["kind"] == "text":
        return bool((stored or "") == cell["value"])  # a formula that gives no text reads as an empty cell
    calculated = float(cell["value"] or 0)
    if isinstance(stored, datetime.date | datetime.time):  # read to the hundredth of a second
        return math.isclose(to_excel(stored), calculated, abs_tol=1e-6)
    return isinstance(stored, (int, float)) and math.isclose(stored, calculated, rel_tol=1e-9)


def differing(calc: Office, plan: Path) -> dict[str, tuple[Any, Any]]:
    """Formula cells whose stored value is not what LibreOffice calculates, with the plan's own functions in it."""
    calculated = calc.values(plan, macros=plan.suffix == ".xlsm")
    assert {title for title, cells in calculated.items() if cells} == set(WITH_FORMULAS)
    assert all(set(calculated[title]) == formula_cells(plan, title) for title in WITH_FORMULAS)
    stored = stored_values(plan, WITH_FORMULAS)
    return {
        f"{title}!{address}": (cell, stored[title].get(address))
        for title, cells in calculated.items()
        for address, cell in cells.items()
        if not same(cell, stored[title].get(address))
    }


@pytest.mark.parametrize(
    ("cell", "stored"),
    [
        pytest.param({"kind": "number", "value": 12000.0}, 12000.01, id="a-cent"),
        pytest.param({"kind": "number", "value": 0.0}, None, id="a-blank-is-not-zero"),
        pytest.param({"kind": "number", "value": 1.0}, "1", id="a-text-is-not-a-number"),
        pytest.param({"kind": "text", "value": "in use"}, "to fill in", id="another-text"),
        pytest.param({"kind": "error", "value": None, "error": "#N/A"}, 0, id="an-error-hidden"),
    ],
)
def test_a_difference_is_seen(cell: Cell, stored: Any) -> None:
    assert not same(cell, stored)


def test_libreoffice_calculates_what_is_stored_in_the_demo(calc: Office, demo_plan: Path) -> None:
    assert differing(calc, demo_plan) == {}


def test_libreoffice_calculates_what_is_stored_in_the_small_plan(calc: Office, planned_files: SmallPlan) -> None:
    assert differing(calc, planned_files.plan) == {}


def test_a_new_plan_shows_no_error_but_where_there_is_nothing_to_work_on(calc: Office, tmp_path: Path) -> None:
    plan = tmp_path / "plan.xlsx"
    assert salesplan("new", plan).code == 0
    errors = {
        f"{title}!{address}": cell["error"]
        for title, cells in calc.values(plan).items()
        for address, cell in cells.items()
        if cell["kind"] == "error"
    }
    assert errors == {}
    assert differing(calc, plan) == {}


@pytest.mark.parametrize(
    ("table", "column", "row", "summaries"),
    [
        # the last of six lines of 2026: 6 March, 50.00 of C1, North, Ana
        pytest.param("sales", "Amount", 29, ("Home!C14", "8 Budget!D9", "8 Budget!D19", "8 Budget!D25"), id="sales"),
        pytest.param("sales", "Date", 29, ("Home!C14", "Home!C17"), id="date-of-an-order"),
        # the first line: January, North, Ana
        pytest.param(
            "budget_lines",
            "Budget",
            0,
            ("Home!C12", "8 Budget!C7", "8 Budget!C19", "8 Budget!C25", "8 Budget!J25", "8 Budget!Z25"),
            id="budget-lines",
        ),
    ],
)
def test_an_error_cell_is_seen_in_the_summaries_and_named_by_check(
    office: Office, planned: SmallPlan, table: str, column: str, row: int, summaries: tuple[str, ...]
) -> None:
    place = tables(planned.plan)[table].cell(column, row)
    calculated = office.values(planned.plan)
    assert all(_cell(calculated, summary)["kind"] == "number" for summary in summaries)
    type_into(planned.plan, {place: Error("#N/A")})
    calculated = office.values(planned.plan)
    assert {summary: _cell(calculated, summary)["error"] for summary in summaries} == dict.fromkeys(summaries, "#N/A")

    before = planned.plan.read_bytes()
    told = salesplan("check", planned.plan, "--json")
    (problem,) = told.document["problems"]
    assert (told.code, problem["code"], f"{problem['sheet']}!{problem['cell']}") == (1, "E-CELL-ERROR", place)
    assert "#N/A" in problem["found"]
    assert planned.plan.read_bytes() == before


def _cell(calculated: dict[str, dict[str, Cell]], place: str) -> Cell:
    """One cell of all that were read."""
    title, _, address = place.rpartition("!")
    return calculated[title][address]


def test_every_visible_sheet_is_drawn_and_no_page_is_blank(office: Office, demo_plan: Path, tmp_path: Path) -> None:
    pages = office.pictures(demo_plan, tmp_path, recalculate=False)
    text = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "plan.pdf", "-"], check=True, capture_output=True, text=True, timeout=60
    ).stdout
    footers = [page.rstrip().rpartition("\n")[2].split("  ")[0] for page in text.split("\f")[:-1]]
    assert list(dict.fromkeys(footers)) == VISIBLE
    assert len(footers) == len(pages) < 40
    dark = {page.name: share_of_ink(page, tmp_path) for page in pages}
    assert {name: share for name, share in dark.items() if share < 0.002} == {}


def share_of_ink(page: Path, folder: Path) -> float:
    """Share of pixels of a page that are not white."""
    number = page.stem.rpartition("-")[2]
    subprocess.run(
        ["pdftoppm", "-r", "20", "-f", number, "-l", number, "-singlefile", folder / "plan.pdf", folder / "raw"],
        check=True,
        timeout=60,
    )
    *_, pixels = (folder / "raw.ppm").read_bytes().split(b"\n", 3)
    return float((np.frombuffer(pixels, dtype=np.uint8) < 240).mean())


def test_a_page_with_nothing_but_its_footer_counts_as_blank(office: Office, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "plan.xlsx") as book:
        sheet = book.add_worksheet("Plan")
        sheet.write("A1", " ")
        sheet.set_footer("&L&A&R&P / &N")
        sheet.print_area("A1:B2")
    (page,) = office.pictures(tmp_path / "plan.xlsx", tmp_path)
    assert share_of_ink(page, tmp_path) < 0.002

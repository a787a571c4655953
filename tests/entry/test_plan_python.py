"""A plan that was made on another computer, or whose Python moved, is pointed at the Python of this one."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from salesplan_xl.entry import plan_python
from salesplan_xl.hosts.excel import interpreter as interpreters
from salesplan_xl.hosts.file.book import FileBook
from tests.command import salesplan
from tests.files import parts
from tests.template.macros.macro_workbook import project

PYTHON = r"C:\Users\Ann Lee\plan\Scripts\pythonw.exe"


@pytest.fixture
def plan(plan: Path) -> Path:
    """A plan with macros, as another computer made it."""
    book = FileBook.open(plan)
    book.write_name("plan_python", r"D:\elsewhere\python.exe")
    book.save()
    return plan


@pytest.fixture
def on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if this were Windows, and its Python had been tried."""
    monkeypatch.setattr(plan_python, "interpreter", lambda: PYTHON)


def named(path: Path) -> object:
    """Which Python a plan names."""
    return FileBook.open(path).read_name("plan_python")[2]


@pytest.mark.usefixtures("on_windows")
def test_the_plan_names_the_python_of_this_computer_and_nothing_else_changes(plan: Path) -> None:
    before = parts(plan)
    told = salesplan("install", plan, "--json")
    assert (told.code, told.document["files"]) == (0, [str(plan)])
    assert named(plan) == PYTHON
    after = parts(plan)
    changed = {name for name in before if before[name] != after[name]}
    assert list(before) == list(after)
    hidden = openpyxl.load_workbook(plan, read_only=True).sheetnames.index("_plan") + 1
    assert f"xl/worksheets/sheet{hidden}.xml" in changed
    assert changed <= {f"xl/worksheets/sheet{hidden}.xml", "xl/sharedStrings.xml", "xl/workbook.xml"}


@pytest.mark.usefixtures("on_windows")
def test_a_plan_that_is_open_is_told(plan: Path) -> None:
    plan.with_name("~$plan.xlsm").touch()
    assert salesplan("install", plan, "--json").codes == ["W-FILE-OPEN"]


@pytest.mark.usefixtures("on_windows")
def test_a_plan_without_macros_is_refused(tmp_path: Path) -> None:
    plan = tmp_path / "plan.xlsx"
    assert salesplan("new", plan).code == 0
    told = salesplan("install", plan, "--json")
    assert (told.code, told.codes) == (1, ["E-EXCEL-MACROS"])


@pytest.mark.usefixtures("on_windows")
def test_a_workbook_that_is_no_plan_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.xlsm"
    with xlsxwriter.Workbook(other) as book:
        book.add_vba_project(io.BytesIO(project()), is_stream=True)
        book.add_worksheet()
    before = other.read_bytes()
    told = salesplan("install", other, "--json")
    assert (told.code, told.codes) == (1, ["E-FILE-NOT-PLAN"])
    assert other.read_bytes() == before


def test_where_excel_starts_no_python_the_plan_stays_as_it_is(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in (plan_python, interpreters):
        monkeypatch.setattr(place, "candidate", lambda: "")
    before = plan.read_bytes()
    told = salesplan("install", plan, "--json")
    assert (told.code, told.codes) == (1, ["E-EXCEL-SYSTEM"])
    assert plan.read_bytes() == before


def test_a_python_that_excel_cannot_use_is_refused_with_its_reason(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in (plan_python, interpreters):
        monkeypatch.setattr(place, "candidate", lambda: sys.executable)
    monkeypatch.setattr(interpreters, "LOADS", "import no_such_module")
    told = salesplan("install", plan, "--json")
    assert (told.code, told.codes) == (1, ["E-EXCEL-PYTHON"])
    assert "No module named 'no_such_module'" in told.document["problems"][0]["found"]


@pytest.mark.parametrize("option", [["--remove"], ["--profile", "folder"]])
def test_options_of_libreoffice_are_wrong_usage_with_a_plan(plan: Path, option: list[str]) -> None:
    assert salesplan("install", plan, *option).code == 2

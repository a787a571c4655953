"""Which Python is started, the plan's own hidden sheet says and nothing else: each bait is laid out and left alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from tests.template.macros.conftest import LIBRARY, PYTHON
from tests.template.macros.macro_workbook import SETTINGS, write_workbook
from tests.template.macros.stand_in import Excel

EVIL = r"C:\evil\python.exe"
START_LINE = f'"{PYTHON}" -I -B -c "import xlwings; xlwings.serve(\'$(CLSID)\')"'
CONFIGURATION = [["INTERPRETER_WIN", EVIL], ["PYTHONPATH", r"C:\evil"], ["UDF MODULES", "evil"]]
VARIABLES = ("INTERPRETER_WIN", "INTERPRETER", "PYTHONHOME", "PYTHONPATH", "PLAN_PYTHON", "XLWINGS_INTERPRETER")


@pytest.fixture(params=["function", "button"])
def ask(request: pytest.FixtureRequest) -> Callable[[Excel], None]:
    """A way to have Python started."""

    def calculate(excel: Excel) -> None:
        assert excel.call("SP_ROUND", 1.0) == 1.0

    def press(excel: Excel) -> None:
        excel.machine.always(("done", 1, "Done.", 1.0))
        excel.press("action_check")
        assert excel.status == "Done."

    return calculate if request.param == "function" else press


def opened(path: Path, *, pasted: str = "", configuration: bool = False) -> Excel:
    """A plan, open; any Python that is named anywhere could be started, for its library is there."""
    rows = CONFIGURATION if configuration else []
    excel = Excel.with_plan(write_workbook(path, PYTHON, pasted=pasted, configuration=rows))
    excel.machine.libraries |= {LIBRARY, r"C:\evil\xlwings64-0.37.8.dll"}
    return excel


def received(folder: Path) -> Path:
    """A workbook from somebody else that has all that a plan has, and a sheet of settings for xlwings."""
    path = folder / "received.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        workbook.set_vba_name("ThisWorkbook")
        sheet = workbook.add_worksheet(SETTINGS)
        sheet.set_vba_name("Sheet_plan")
        sheet.write_string("A1", EVIL)
        workbook.define_name("plan_python", f"={SETTINGS}!$A$1")
        settings = workbook.add_worksheet("xlwings.conf")
        for row, words in enumerate(CONFIGURATION):
            settings.write_row(row, 0, words)
    return path


def assert_own_python(excel: Excel) -> None:
    """The one Python that was started is the plan's own, and nothing of the other was even looked at."""
    assert excel.machine.starts == [(START_LINE, 1)]
    assert not [path for path in excel.machine.loads if "evil" in path]
    assert not excel.messages


def test_the_bait_would_be_taken_if_it_stood_in_the_plans_own_setting(tmp_path: Path) -> None:
    # so the tests below can fail
    excel = Excel.with_plan(write_workbook(tmp_path / "plan.xlsm", EVIL))
    excel.machine.libraries.add(r"C:\evil\xlwings64-0.37.8.dll")
    excel.call("SP_ROUND", 1.0)
    assert excel.machine.starts == [(START_LINE.replace(PYTHON, EVIL), 1)]


@pytest.mark.parametrize("in_front", [True, False], ids=["active", "not-active"])
def test_another_open_workbook_is_not_asked(tmp_path: Path, ask: Callable[[Excel], None], *, in_front: bool) -> None:
    excel = opened(tmp_path / "plan.xlsm")
    other = excel.open_workbook(received(tmp_path))
    excel.activate_workbook(other if in_front else excel.plan)
    ask(excel)
    assert_own_python(excel)


def test_a_file_of_settings_beside_the_workbook_is_not_read(tmp_path: Path, ask: Callable[[Excel], None]) -> None:
    settings = "".join(f'"{key}","{value}"\n' for key, value in CONFIGURATION)
    (tmp_path / "xlwings.conf").write_text(settings, encoding="utf-8")
    for module in ("salesplan_xl", "numpy", "xlwings"):
        (tmp_path / f"{module}.py").write_text("raise SystemExit('taken')\n", encoding="utf-8")
    excel = opened(tmp_path / "plan.xlsm")
    ask(excel)
    assert_own_python(excel)  # and -I in its line keeps it from the modules


def test_a_sheet_of_settings_in_the_plan_itself_is_not_read(tmp_path: Path, ask: Callable[[Excel], None]) -> None:
    excel = opened(tmp_path / "plan.xlsm", configuration=True)
    ask(excel)
    assert_own_python(excel)


def test_a_name_that_a_pasted_sheet_brought_along_is_not_read(tmp_path: Path, ask: Callable[[Excel], None]) -> None:
    excel = opened(tmp_path / "plan.xlsm", pasted=EVIL)
    ask(excel)
    assert_own_python(excel)


def test_a_variable_of_the_system_is_not_read(
    tmp_path: Path, ask: Callable[[Excel], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in VARIABLES:
        monkeypatch.setenv(variable, EVIL)
    excel = opened(tmp_path / "plan.xlsm")
    ask(excel)
    assert_own_python(excel)

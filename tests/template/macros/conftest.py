"""A plan with macros, open in the stand-in for Excel."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.template.macros.macro_workbook import DRIVER, write_workbook
from tests.template.macros.stand_in import Excel

FOLDER = r"C:\Users\Ann Lee\plan"
PYTHON = rf"{FOLDER}\Scripts\pythonw.exe"
LIBRARY = rf"{FOLDER}\xlwings64-{DRIVER}.dll"


@pytest.fixture
def excel(tmp_path: Path) -> Excel:
    """A plan whose Python can be started; three cells of it are filled."""
    excel = Excel.with_plan(write_workbook(tmp_path / "plan.xlsm", PYTHON))
    excel.machine.libraries.add(LIBRARY)
    for address, value in {"A1": 1.0, "A2": 2.0, "A3": 3.0}.items():
        excel.sheet("Budget").set_value(address, value)
    return excel

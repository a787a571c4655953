"""Excel itself, where somebody has it and asks for it: see docs/excel-checklist.md. Nobody has run these yet."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import udfs
from salesplan_xl.functions.conversion import call
from salesplan_xl.functions.specification import FunctionSpecification
from tests.command import fresh_salesplan
from tests.hosts.excel.formulas import formula
from tests.udfs.test_every_function import GOOD

pytestmark = pytest.mark.live_excel


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A new plan, open in Excel with its macros allowed."""
    if sys.platform != "win32" or os.environ.get("SALESPLAN_LIVE_EXCEL") != "1":
        pytest.skip("needs Excel for Windows, and SALESPLAN_LIVE_EXCEL=1 from whoever lets a test start it")
    import xlwings

    path = Path(tmp_path_factory.mktemp("excel"), "plan.xlsm")
    assert fresh_salesplan("new", path).code == 0
    with xlwings.App(visible=True, add_book=False) as excel:
        excel.display_alerts = False
        book = excel.books.open(path)
        yield book
        book.close()


def test_the_self_test_of_the_macros_passes(plan: Any) -> None:
    assert plan.app.api.Run(f"'{plan.name}'!PlanSelfTest") == "ok"


@pytest.mark.parametrize("function", [pytest.param(function, id=function.name) for function in udfs.FUNCTIONS])
def test_cells_show_what_the_function_gives(plan: Any, function: FunctionSpecification) -> None:
    arguments = GOOD[function.name]
    expected = call(function, arguments).value
    rows = expected if isinstance(expected, tuple) else ((expected,),)
    cells = plan.sheets.add().range((1, 1), (len(rows), len(rows[0])))
    cells.api.FormulaArray = formula(function.name, arguments)
    shown = cells.options(ndim=2).value
    assert [[None if cell == "" else cell for cell in row] for row in shown] == [
        [pytest.approx(cell) for cell in row] for row in rows
    ]


def test_a_refusal_is_a_real_error_cell(plan: Any) -> None:
    sheet = plan.sheets.add()
    sheet["A1"].formula = '=ISERROR(SP_ROUND("much"))'
    assert sheet["A1"].value is True

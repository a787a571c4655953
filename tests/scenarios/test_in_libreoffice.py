"""The demo's plan in LibreOffice, with the cell functions installed: its what-if cells are live and right."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import udfs
from salesplan_xl.actions import ACTIONS
from salesplan_xl.functions.basic import MODULE
from salesplan_xl.functions.json_cells import call_json
from salesplan_xl.template.layout import lay_out
from salesplan_xl.workbook.cells import address, split_address
from salesplan_xl.workbook.labels import catalogue
from salesplan_xl.workbook.sheets import SHEETS
from tests.command import salesplan
from tests.files import macro_text, parts
from tests.office import Cell, Office

LAYOUT = lay_out(SHEETS, [action.specification for action in ACTIONS.values()], catalogue())
GRID, PLACE = LAYOUT.grids["what_if"]
SHEET = "8 Budget"
TOTAL = 500_000.05
NAMES = re.compile(rb"SP_[A-Z]+(?=\()")
SELF_TEST = "SalesPlan.SalesPlanTest.PlanSelfTest"


def column(name: str) -> list[str]:
    """The cells of a column of the what-if block."""
    at = PLACE.column + GRID.position(name)
    return [address(row, at) for row in range(PLACE.row, PLACE.row + GRID.rows)]


def worked_out(calc: Office, plan: Path, *, macros: bool) -> dict[str, list[Any]]:
    """Type another total into the block, and read it."""
    total = f"'{SHEET}'!{address(*place_of('what_if_total'))}"
    wanted = [f"'{SHEET}'!{cell}" for name in (one.id for one in GRID.columns) for cell in column(name)]
    read = list(calc.set_and_read(plan, {total: TOTAL}, wanted, macros=macros).values())
    return {
        one.id: [shown(cell) for cell in read[number * GRID.rows : (number + 1) * GRID.rows]]
        for number, one in enumerate(GRID.columns)
    }


def place_of(name: str) -> tuple[int, int]:
    """Row and column of a named cell."""
    _, place = LAYOUT.cells[name]
    return place.row, place.column


def shown(cell: Cell) -> Any:
    """What a cell shows, as `call` says it."""
    return {"error": cell["error"]} if cell["kind"] == "error" else cell["value"] or None


def call(name: str, *arguments: Any) -> Any:
    """What the command gives."""
    answer = call_json(udfs.FUNCTIONS, name, list(arguments))
    return answer["value"]


def assert_right(block: dict[str, list[Any]]) -> None:
    """Every function of the block gives what `call` gives of the cells it reads."""
    weights, held = [[weight] for weight in block["weight"]], [[None]] * 12
    spread = [[amount] for amount in block["spread"]]
    thousands = [[amount] for amount in block["thousands"]]
    assert spread == call("SP_SPREAD", TOTAL, weights, held, 0.01, "equal")
    assert round(sum(block["spread"]), 2) == TOTAL
    assert thousands == call("SP_ROUND", spread, 500_000, 1000)
    # the days of the sample's first months: July to September 2019 in the United States
    assert block["workdays"][:3] == [22, 22, 20]
    assert [list(pair) for pair in zip(block["variance"], block["share"], strict=True)] == [
        [amount or None, share or None] for amount, share in call("SP_VARIANCE", thousands, spread)
    ]


@pytest.mark.parametrize("form", ["xlsm", "xlsx"])
def test_the_functions_of_a_plan_calculate(calc: Office, demo_plan: Path, tmp_path: Path, form: str) -> None:
    """In the .xlsm through its own wrappers; in the .xlsx, as LibreOffice saves it, through the installed ones."""
    plan = demo_plan if form == "xlsm" else calc.save_as(demo_plan, tmp_path / "plan.xlsx", macros=True)
    assert_right(worked_out(calc, plan, macros=form == "xlsm"))


def test_function_names_survive_both_ways(calc: Office, demo_plan: Path, tmp_path: Path) -> None:
    ours = names_in(demo_plan)
    assert ours.count(b"SP_SPREAD") == 1  # an array
    assert ours.count(b"SP_WORKDAYS") == 12  # a cell for each month
    macro_free = calc.save_as(demo_plan, tmp_path / "plan.xlsx", macros=True)
    again = calc.save_as(macro_free, tmp_path / "again.xlsm")
    assert names_in(macro_free) == names_in(again) == ours


def names_in(plan: Path) -> list[bytes]:
    """The functions of ours named in formulas, each as often as it is."""
    found = (NAMES.findall(content) for name, content in parts(plan).items() if name.startswith("xl/worksheets/sheet"))
    return sorted(name for names in found for name in names)


def test_the_text_of_the_macros_survives(calc: Office, demo_plan: Path, tmp_path: Path) -> None:
    saved = calc.save_as(demo_plan, tmp_path / "plan.xlsm", macros=True)
    assert code(saved) == code(demo_plan)


def code(plan: Path) -> list[str]:
    """The lines of the wrappers, without the attributes before them."""
    lines = macro_text(plan, MODULE).replace("\r\n", "\n").strip().split("\n")
    return [line for line in lines if not line.startswith(("Attribute", "Rem Attribute", "Option VBASupport"))]


def test_with_macros_refused_the_functions_are_errors_and_nothing_else_changes(calc: Office, demo_plan: Path) -> None:
    """LibreOffice calculates array formulas whenever it opens a file; single cells keep their stored values."""
    opened, anew = failed(calc.values(demo_plan, recalculate=False)), failed(calc.values(demo_plan))
    arrays = {(SHEET, cell) for name in ("spread", "thousands", "variance", "share") for cell in column(name)}
    singles = {(SHEET, cell) for cell in column("workdays")}
    assert arrays <= opened
    assert not singles & opened
    assert arrays | singles <= anew
    assert [one for one in anew if not stands_in_a_what_if(*one)] == []


def failed(sheets: dict[str, dict[str, Cell]]) -> set[tuple[str, str]]:
    """The formula cells that show #VALUE!; there is no other error."""
    errors = {
        (title, at): cell["error"] for title, cells in sheets.items() for at, cell in cells.items() if cell["error"]
    }
    assert set(errors.values()) == {"#VALUE!"}
    return set(errors)


def stands_in_a_what_if(title: str, cell: str) -> bool:
    """Whether a cell stands in a block that calls functions of ours, or in the total below it."""
    row, number = split_address(cell)
    return any(
        LAYOUT.title(place.sheet) == title
        and place.row <= row <= place.row + grid.rows
        and place.column <= number < place.column + len(grid.columns)
        for grid, place in LAYOUT.grids.values()
        if any("SP_" in one.formula for one in grid.columns)
    )


def test_where_nothing_is_installed_the_cells_are_errors_and_never_blank(
    office: Office, demo_plan: Path, tmp_path: Path
) -> None:
    with_macros = office.values(demo_plan, macros=True)[SHEET]
    assert {with_macros[cell]["error"] for cell in column("spread")} == {"#NUM!"}
    assert salesplan("new", tmp_path / "plan.xlsx").code == 0
    without = office.values(tmp_path / "plan.xlsx")[SHEET]
    assert {without[cell]["error"] for cell in column("spread")} == {"#NAME?"}


def test_the_self_test_of_the_plan_passes(office: Office, demo_plan: Path) -> None:
    assert office.run_macro(demo_plan, SELF_TEST) == "ok"

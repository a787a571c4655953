"""Cell functions in the cells of a workbook without macros: LibreOffice shows what `salesplan-xl call` gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import xlsxwriter

from salesplan_xl.functions.grid import OMITTED
from tests.hosts.libreoffice.sheet_of_calls import ERRORS, Call, Typed, expected, seen, shown, write_calls
from tests.udfs.test_every_function import GOOD
from udfs import FUNCTIONS

if TYPE_CHECKING:
    from pathlib import Path

    from salesplan_xl.functions.specification import FunctionSpecification
    from tests.office import Office

pytestmark = pytest.mark.office

T = Typed
NOTHING = Typed("")


def with_good_cells(function: FunctionSpecification) -> Call:
    """A call of the function with the cells that every test of all functions uses."""
    arguments = tuple(
        NOTHING if cell is OMITTED else cell if isinstance(cell, list) else [[cell]] for cell in GOOD[function.name]
    )
    rows = expected(Call(function.name, arguments))
    return Call(function.name, arguments, len(rows), len(rows[0]))


CALLS = {
    # that every function is among them is for the tests of all functions to see
    **{f"good-cells-{function.name}": with_good_cells(function) for function in FUNCTIONS if function.name in GOOD},
    "spread-a-column": Call("SP_SPREAD", (T("100"), [[1], [1], [1]]), 3),
    "spread-a-row": Call("SP_SPREAD", (T("100"), [[1, 1, 1]]), 1, 3),
    "spread-a-table": Call("SP_SPREAD", ([[100]], [[1, 2], [3, 4]]), 2, 2),
    "spread-one-cell": Call("SP_SPREAD", ([[7.01]], [[5]])),
    "spread-typed": Call("SP_SPREAD", (T("7.01"), T("5"))),
    "spread-held": Call("SP_SPREAD", (T("100"), [[1], [9], [2]], [[None], [40], [None]]), 3),
    "spread-without-held": Call("SP_SPREAD", (T("10"), [[1], [1], [1]], NOTHING, T("1")), 3),
    "spread-unit-in-a-cell": Call("SP_SPREAD", (T("10"), [[1], [1], [1]], NOTHING, [[1]]), 3),
    "spread-zero": Call("SP_SPREAD", (T("100"), [[0], [0]], NOTHING, T("0.01"), T('"equal"')), 2),
    "spread-zero-in-a-cell": Call("SP_SPREAD", (T("100"), [[0], [0]], [[None], [None]], [[None]], [["LEAVE"]]), 2),
    "spread-no-weight": Call("SP_SPREAD", (T("100"), [[0], [0]]), 2),
    "spread-text-weight": Call("SP_SPREAD", (T("100"), [[1], ["2"]]), 2),
    "too-few-arguments": Call("SP_SPREAD", (T("100"),)),
    "no-argument": Call("SP_SPREAD", ()),
    "spread-blank-weight": Call("SP_SPREAD", (T("100"), [[1], [None]]), 2),
    "spread-shapes-differ": Call("SP_SPREAD", (T("100"), [[1], [1]], [[1, 1]])),
    "spread-total-of-two-cells": Call("SP_SPREAD", ([[1], [2]], [[1], [1]]), 2),
    "spread-bad-choice": Call("SP_SPREAD", (T("100"), [[1]], NOTHING, T("0.01"), T('"never"'))),
    "fit-a-table": Call("SP_FIT", ([[1, 1], [1, 1]], [[30], [70]], [[50, 50]]), 2, 2),
    "fit-around-held": Call(
        "SP_FIT",
        (
            [[12, 8, 20], [6, 14, 10], [9, 9, 12]],
            [[120], [90], [60]],
            [[80, 100, 90]],
            [[None, None, 55], *[[None] * 3] * 2],
        ),
        3,
        3,
    ),
    "fit-a-row": Call("SP_FIT", ([[1, 9]], T("10"), [[5, 5]], NOTHING, T("1")), 1, 2),
    "fit-unequal-totals": Call("SP_FIT", ([[1, 1], [1, 1]], [[50], [60]], [[30, 70]]), 2, 2),
    "pattern-typed": Call("SP_PATTERN", (T("1300"), T("6"), T('"4-4-5"')), 6),
    "pattern-in-cells": Call("SP_PATTERN", ([[100]], [[4]], [["1-2-1"]], [[0.05]]), 4),
    "pattern-taken-for-a-date": Call("SP_PATTERN", ([[100]], [[4]], [[38446]]), 4),
    "season-a-column": Call("SP_SEASON", ([[46023], [None], [46357]], [[3], [None], [1]]), 12),
    "season-a-row": Call("SP_SEASON", ([["2025-01-31", "2026-02-28"]], [[4, 4]]), 1, 12),
    "season-of-half-a-year": Call("SP_SEASON", ([[46023], [46174]], [[3], [1]]), 12),
    "catch-up-a-column": Call("SP_CATCHUP", ([[100], [100], [100]], [[60], [None], [""]]), 3),
    "catch-up-a-row-with-held": Call("SP_CATCHUP", ([[100, 100, 100]], [[60, None, None]], [[None, 90.5, None]]), 1, 3),
    "catch-up-a-table": Call("SP_CATCHUP", ([[100, 100], [100, 100]], [[50, None], [0, None]]), 2, 2),
    "catch-up-beyond-the-total": Call("SP_CATCHUP", ([[100], [100], [100]], [[160], [170], [None]]), 3),
    "round-a-column": Call("SP_ROUND", ([[33.333], [33.333], [33.334]],), 3),
    "round-blanks-stay": Call("SP_ROUND", ([[0.4], [None], [0.4]], T("1"), T("1")), 3),
    "round-a-table": Call("SP_ROUND", ([[0.6, 0.4], [0.4, 0.6]], [[None]], T("1")), 2, 2),
    "round-a-blank": Call("SP_ROUND", ([[None]],)),
    "round-empty-text": Call("SP_ROUND", ([[0.4], [""], [0.6]], T("1"), T("1")), 3),
    "round-total-zero-in-a-cell": Call("SP_ROUND", ([[0.4], [-0.4]], [[0]], T("1")), 2),
    "round-total-zero-last": Call("SP_ROUND", ([[0.004], [-0.004]], T("0")), 2),
    "round-unreachable": Call("SP_ROUND", ([[1], [2]], T("9")), 2),
    "workdays-typed-text": Call("SP_WORKDAYS", (T('"2026-01-01"'), T('"2026-01-11"'), T('"US"'))),
    "workdays-dates": Call("SP_WORKDAYS", ([[46023], [None], [46027]], [[46024], [None], [46031]]), 3),
    "workdays-a-row": Call("SP_WORKDAYS", ([[46023, 46027]], [["2026-01-02", 46031]]), 1, 2),
    "workdays-week": Call("SP_WORKDAYS", ([[46023]], [[46033]], NOTHING, NOTHING, T('"1111110"'))),
    "workdays-week-as-a-number": Call("SP_WORKDAYS", ([[46023]], [[46033]], NOTHING, NOTHING, [[1111110]])),
    "workdays-no-day": Call("SP_WORKDAYS", ([["soon"]], [[46033]])),
    "variance-a-column": Call("SP_VARIANCE", ([[110.1], [5], [None], [7]], [[100], [0], [3], [None]]), 4, 2),
    "variance-a-row": Call("SP_VARIANCE", ([[110, 45]], [[100, 50]]), 2, 2),
    "variance-cost": Call("SP_VARIANCE", ([[110]], [[100]], T('"cost"')), 1, 2),
    "variance-typed": Call("SP_VARIANCE", (T("110"), T("100")), 1, 2),
    **{
        f"error-in-{'a-range' if rows > 1 else 'a-cell'}-{text}": Call(
            "SP_ROUND", ([[1.5]] * (rows - 1) + [[text]],), rows
        )
        for text in ERRORS
        for rows in (1, 2)
    },
    "the-first-error-comes-out": Call("SP_SPREAD", ([["#REF!"]], [[1], ["#N/A"]]), 2),
}


@pytest.fixture(scope="module")
def cells(calc: Office, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Any, Any]]:
    """What each call shows, and what was expected; calculated once."""
    path = tmp_path_factory.mktemp("calls") / "calls.xlsx"
    areas = write_calls(path, list(CALLS.values()))
    results = calc.values(path, ranges=areas)["Results"]
    return {
        name: (shown(results, call, area), expected(call))
        for (name, call), area in zip(CALLS.items(), areas, strict=True)
    }


@pytest.mark.parametrize("name", CALLS)
def test_a_cell_shows_what_call_gives(cells: dict[str, tuple[Any, Any]], name: str) -> None:
    found, expected_rows = cells[name]
    assert found == expected_rows


def test_ten_thousand_rows_add_up(calc: Office, tmp_path: Path) -> None:
    weights = [[1 + row % 7] for row in range(10_000)]
    call = Call("SP_SPREAD", (T("123456.78"), weights), len(weights))
    (area,) = write_calls(tmp_path / "long.xlsx", [call])
    found = shown(calc.values(tmp_path / "long.xlsx", ranges=[area])["Results"], call, area)
    assert found == expected(call)
    assert sum(round(100 * amount) for (amount,) in found) == 12_345_678


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A table that is shared out, a total of the shares, and cells that look for errors."""
    path = tmp_path / "plan.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Plan")
        columns = [{"header": "Region"}, {"header": "Weight"}]
        lines = [["Norte", 1], ["Sur", 1], ["Oeste", 1]]
        sheet.add_table("A1:B4", {"name": "regions", "columns": columns, "data": lines})
        sheet.write("D1", 100)
        sheet.write_array_formula("C2:C4", "{=SP_SPREAD(D1,regions[Weight])}", value=0)
        sheet.write_formula("D2", "=SUM(C2:C4)", value=0)
        sheet.write_formula("E1", '=SP_SPREAD("much",B2)', value=0)
        sheet.write_formula("E2", '=IFERROR(E1,"caught")', value="")
        sheet.write_formula("E3", "=ISERROR(E1)", value=0)
        sheet.write_formula("E4", "=SP_ROUND(SP_SPREAD(10,{1,2},,0.01)*1.5,15)", value=0)
        sheet.write_formula("F1", "=SQRT(-1)", value=0)
        sheet.write_formula("F2", "=SP_ROUND(F1)", value=0)
    return path


def test_structured_references_work_and_what_hangs_on_them_follows_an_edit(calc: Office, plan: Path) -> None:
    # 100 by 1 : 1 : 1, then 60 by 4 : 1 : 1
    before = calc.values(plan)["Plan"]
    assert [before[f"C{row}"]["value"] for row in (2, 3, 4)] == [33.34, 33.33, 33.33]
    after = calc.set_and_read(plan, {"Plan!D1": 60, "Plan!B2": 4}, ["Plan!C2", "Plan!C3", "Plan!D2"])
    assert [cell["value"] for cell in after.values()] == [40, 10, 60]


def test_an_error_is_a_real_one_for_other_functions(calc: Office, plan: Path) -> None:
    cells = calc.values(plan)["Plan"]
    assert [seen(cells[place]) for place in ("E1", "E2", "E3")] == ["#VALUE!", "caught", 1.0]


def test_calls_can_stand_within_each_other(calc: Office, plan: Path) -> None:
    # 10 by 1 : 2 -> 3.33 and 6.67; times 1.5 = 4.995 and 10.005; to 15.00: 5.00 and 10.00, the first of equals
    assert calc.values(plan)["Plan"]["E4"]["value"] == 5.0


def test_an_error_only_libreoffice_has_comes_out_as_itself(calc: Office, plan: Path) -> None:
    cells = calc.values(plan)["Plan"]
    assert [cells[place]["error"] for place in ("F1", "F2")] == ["Err:502", "Err:502"]


def test_the_names_survive_saving_and_reopening(calc: Office, plan: Path, tmp_path: Path) -> None:
    saved = calc.save_as(plan, tmp_path / "saved.xlsx")
    formula = openpyxl.load_workbook(saved)["Plan"]["E1"].value
    assert formula == '=SP_SPREAD("much",B2)'
    assert seen(calc.values(saved)["Plan"]["C2"]) == 33.34


def test_a_whole_column_counts_down_to_the_last_row_in_use(calc: Office, tmp_path: Path) -> None:
    path = tmp_path / "columns.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Plan")
        for row, (name, budget, actual) in enumerate([("North", 100, 120), ("South", 50, 40)]):
            sheet.write_row(row, 0, [name, budget, actual])
        sheet.write_array_formula("E1:G2", "{=SP_DRIVERS(A:A,B:B,C:C)}", value=0)
    rows = calc.values(path)["Plan"]
    # +20 and -10 of a difference of 10: twice the whole, and once against it
    assert [[rows[f"{column}{row}"]["value"] for column in "EFG"] for row in (1, 2)] == [
        ["North", 20, 2],
        ["South", -10, -1],
    ]

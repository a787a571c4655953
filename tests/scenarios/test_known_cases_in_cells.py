"""The known cases of the budget in the cells of one workbook: the closed file and LibreOffice show their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from salesplan_xl.functions.json_cells import call_json
from salesplan_xl.hosts.file.book import FileBook
from salesplan_xl.hosts.file.calculation import calculate
from salesplan_xl.workbook.cells import ErrorCell, split_address
from tests.cases.compare import matches
from tests.hosts.libreoffice.sheet_of_calls import Call, Typed, shown, write_calls
from tests.udfs.test_budget_cases import ASKED, as_in_the_case
from udfs import FUNCTIONS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.office import Office

Shown = dict[str, list[list[Any]]]
"""What the cells of each case show, row by row."""


def call_of(name: str) -> Call:
    """The call of a case, each argument in cells of its own, as large as what the function gives for it."""
    _, (function, arguments) = ASKED[name]
    value = call_json(FUNCTIONS, function, arguments).get("value", arguments[0] if function == "SP_FIT" else None)
    rows = as_rows(value)
    while arguments[-1] is None:  # nobody types commas behind the last argument
        arguments = arguments[:-1]
    # LibreOffice does not tell a number that is left out from 0: a blank cell is left out everywhere
    nothing = [[None]] if function == "SP_ROUND" else Typed("")
    given = tuple(nothing if argument is None else as_rows(argument) for argument in arguments)
    return Call(function, given, len(rows), len(rows[0]))


def as_rows(cells: Any) -> list[list[Any]]:
    """Cells row by row; a single one too."""
    return cells if isinstance(cells, list) else [[cells]]


CALLS = {name: call_of(name) for name in ASKED}


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A workbook that asks every case of a cell function, and where the answers stand."""
    path = tmp_path_factory.mktemp("cases") / "cases.xlsx"
    return path, write_calls(path, list(CALLS.values()))


@pytest.fixture(scope="module")
def in_the_closed_file(workbook: tuple[Path, list[str]]) -> Shown:
    """What the formulas of the closed file give."""
    path, areas = workbook
    calculation = calculate(FileBook.open(path), FUNCTIONS, sheets=["Results"])
    assert calculation.left_out == ()
    values = calculation.values["Results"]
    found: Shown = {}
    for (name, call), area in zip(CALLS.items(), areas, strict=True):
        top, _ = split_address(area.partition("!")[2].partition(":")[0])
        rows = [[values[top + row, 1 + column] for column in range(call.columns)] for row in range(call.rows)]
        found[name] = [[cell.text if isinstance(cell, ErrorCell) else cell for cell in row] for row in rows]
    return found


@pytest.fixture(scope="module")
def in_libreoffice(workbook: tuple[Path, list[str]], calc: Office) -> Shown:
    """What LibreOffice shows."""
    path, areas = workbook
    results = calc.values(path, ranges=areas)["Results"]
    return {name: shown(results, call, area) for (name, call), area in zip(CALLS.items(), areas, strict=True)}


def assert_is_the_answer(name: str, rows: list[list[Any]]) -> None:
    """The numbers of the case stand in the cells; where it is refused, #NUM! in every one of them."""
    case, _ = ASKED[name]
    if "refuse" in case["expected"]:
        assert {cell for row in rows for cell in row} == {"#NUM!"}
    else:
        assert matches(as_in_the_case(case, rows), case["expected"], case["tolerance"]), rows


@pytest.mark.parametrize("name", ASKED)
def test_a_cell_of_the_closed_file_answers_a_known_case(in_the_closed_file: Shown, name: str) -> None:
    assert_is_the_answer(name, in_the_closed_file[name])


@pytest.mark.parametrize("name", ASKED)
def test_a_cell_of_libreoffice_answers_a_known_case(in_libreoffice: Shown, name: str) -> None:
    assert_is_the_answer(name, in_libreoffice[name])

"""The sample company's year, button by button in LibreOffice: every table is that of the closed file."""

from __future__ import annotations

import math
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter

from salesplan_xl.entry.demo import CHAIN
from salesplan_xl.hosts.file.book import FileBook
from salesplan_xl.workbook.cells import FormulaCell
from salesplan_xl.workbook.labels import catalogue
from tests.command import salesplan
from tests.desk import Desk
from tests.scenarios.test_in_libreoffice import names_in

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 150
SOURCES = {"history": "order_lines_before.csv", "year": "order_lines_of_the_year.csv"}
# when and by whom it was done, and which plan it is
DIFFERS = {("log", "Time"), ("log", "Host"), "plan_id"}


@pytest.fixture(scope="module")
def desk(profile: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A LibreOffice with functions and buttons, of its own: a second one with the same profile joins the first."""
    own = shutil.copytree(profile, tmp_path_factory.mktemp("desk") / "profile")
    with Desk(time_limit=SECONDS + 30, profile=own) as running:
        yield running


@pytest.fixture(scope="module")
def told_and_saved(
    desk: Desk, demo_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, str], Path]:
    """What each button told, and the plan as LibreOffice saved it without macros in the end."""
    folder = tmp_path_factory.mktemp("year")
    assert salesplan("new", folder / "plan.xlsm", "--sample").code == 0
    desk.lay(folder / "plan.xlsm")
    told = {
        name: desk.pressed(action, demo_folder / SOURCES[name] if name in SOURCES else None, SECONDS)
        for name, action in CHAIN.items()
    }
    return told, desk.store(folder / "saved.xlsx")


def test_a_workbook_that_is_no_plan_is_refused(desk: Desk, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "other.xlsx") as made:
        made.add_worksheet("Other")
    desk.lay(tmp_path / "other.xlsx")
    sentence = desk.pressed("check", seconds=SECONDS)
    assert sentence.startswith("Check was refused"), sentence


def test_every_button_says_what_it_changed(told_and_saved: tuple[dict[str, str], Path]) -> None:
    labels = catalogue().actions
    for name, sentence in told_and_saved[0].items():
        assert sentence.startswith(f"{labels[CHAIN[name]]['label']} changed "), sentence
        assert " nothing" not in sentence


def test_every_table_and_every_named_cell_is_that_of_the_closed_file(
    told_and_saved: tuple[dict[str, str], Path], demo_plan: Path
) -> None:
    saved, closed = FileBook.open(told_and_saved[1]), FileBook.open(demo_plan)
    assert sorted(saved.table_names()) == sorted(closed.table_names())
    for table in closed.table_names():
        ours, theirs = closed.read_table(table).columns, saved.read_table(table).columns
        assert list(theirs) == list(ours), table
        for header, cells in ours.items():
            if (table, header) not in DIFFERS:
                differing = [pair for pair in zip(cells, theirs[header], strict=True) if not same(*pair)]
                assert differing == [], (table, header)
    for name in closed.names():
        if name not in DIFFERS:
            assert all(map(same, closed.read_name(name), saved.read_name(name))), name


def same(ours: Any, theirs: Any) -> bool:
    """Whether two cells are the same: LibreOffice stores fifteen digits of a number, we up to seventeen."""
    if isinstance(ours, FormulaCell) and isinstance(theirs, FormulaCell):
        return ours.formula == theirs.formula and same(ours.value, theirs.value)
    if isinstance(ours, float) and isinstance(theirs, float):
        return math.isclose(ours, theirs, rel_tol=1e-14, abs_tol=0)
    return bool(ours == theirs) and type(ours) is type(theirs)


def test_every_function_of_the_plan_is_still_in_its_formulas(
    told_and_saved: tuple[dict[str, str], Path], demo_plan: Path
) -> None:
    assert names_in(told_and_saved[1]) == names_in(demo_plan)

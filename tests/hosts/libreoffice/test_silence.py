"""When Python does not answer: real error cells, one bar above the sheet, and all is well once it is back."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter

from salesplan_xl.hosts.libreoffice.inside.bars import SILENT
from tests.hosts.libreoffice.sheet_of_calls import seen
from tests.office import Office

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.office

REST = 0.2
LIMIT = 1.0
# what is in the file "mode" is done at every question; anything else is left to the product
PYTHON = """\
import os, pathlib, sys, time
from salesplan_xl.entry import serve
folder = pathlib.Path(sys.argv[1])
(folder / "pid").write_text(str(os.getpid()))
product = serve._answer
def answer(line, functions):
    mode = (folder / "mode").read_text()
    if mode == "hang":
        with (folder / "hung").open("a") as hung:
            hung.write("once ")
        time.sleep(60)
    if mode == "die":
        os._exit(9)
    if mode == "talk":
        print("a library says something", flush=True)
    if mode.startswith("{"):
        json = __import__("json")
        return {"id": json.loads(line)["id"], **json.loads(mode)}
    return product(line, functions)
serve._answer = answer
serve.main()
(folder / "ended").touch()
"""


class Setting:
    """A LibreOffice whose Python does what it is told."""

    def __init__(self, office: Office, folder: Path, book: Path) -> None:
        self.office = office
        self.folder = folder
        self.book = book

    def python(self, mode: str) -> None:
        """Say what Python is to do from now on, once LibreOffice asks it again."""
        (self.folder / "mode").write_text(mode)
        self.bring_python()
        time.sleep(REST)

    def bring_python(self) -> None:
        """Put Python where LibreOffice looks for it."""
        (self.folder / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        (self.folder / "python").chmod(0o755)

    def cells(self) -> list[Any]:
        """What the cells show after a calculation of all."""
        return [seen(cell) for cell in self.office.values(self.book)["Plan"].values()]


WELL = [1.01, 2.01, 3.01]
FAILED = ["#VALUE!"] * 3


@pytest.fixture(scope="module")
def module_setting(profile: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setting]:
    """One for all tests here; at the start there is no Python where it is looked for."""
    folder = tmp_path_factory.mktemp("silence")
    shutil.copytree(profile, folder / "profile")
    (installed,) = (folder / "profile").rglob("settings.json")
    settings = json.loads(installed.read_text())
    command = [str(folder / "python"), "-I", "-c", PYTHON, str(folder)]
    settings["functions"] |= {"command": command, "seconds": LIMIT, "rest_seconds": REST}
    installed.write_text(json.dumps(settings))
    book = folder / "book.xlsx"
    with xlsxwriter.Workbook(book) as made:
        sheet = made.add_worksheet("Plan")
        for row in range(3):
            sheet.write_formula(row, 0, f"=SP_ROUND({row + 1.006})", value=0)
    with Office(profile=folder / "profile") as office:
        yield Setting(office, folder, book)


@pytest.fixture
def setting(module_setting: Setting) -> Setting:
    """Python answers as the product does."""
    module_setting.python("")
    assert module_setting.cells() == WELL
    return module_setting


def test_without_python_cells_show_errors_and_a_bar_says_so_until_it_is_back(module_setting: Setting) -> None:
    (module_setting.folder / "python").unlink(missing_ok=True)
    assert module_setting.cells() == FAILED
    assert module_setting.office.bar_is_shown(module_setting.book, SILENT)
    module_setting.python("")
    assert module_setting.cells() == WELL
    assert not module_setting.office.bar_is_shown(module_setting.book, SILENT)


def test_while_python_is_silent_a_workbook_that_is_opened_later_has_the_bar_too(setting: Setting) -> None:
    setting.python("die")
    assert setting.office.bar_is_shown(setting.book, SILENT)
    assert setting.office.bar_is_shown(setting.book, SILENT)


def test_a_python_that_was_killed_is_started_again_and_no_cell_shows_it(setting: Setting) -> None:
    first = int((setting.folder / "pid").read_text())
    os.kill(first, signal.SIGKILL)
    assert setting.cells() == WELL
    assert int((setting.folder / "pid").read_text()) != first


def test_a_python_that_stops_at_every_question_is_given_up_and_asked_again_later(setting: Setting) -> None:
    setting.python("die")
    assert setting.cells() == FAILED
    setting.python("")
    assert setting.cells() == WELL


def test_a_python_that_hangs_holds_the_sheet_up_once(setting: Setting) -> None:
    setting.python("hang")
    assert setting.cells() == FAILED
    assert (setting.folder / "hung").read_text() == "once "
    setting.python("")
    assert setting.cells() == WELL


def test_python_ends_with_libreoffice(setting: Setting) -> None:
    ended = setting.folder / "ended"
    setting.office.close()
    give_up = time.monotonic() + 10
    while not ended.exists() and time.monotonic() < give_up:
        time.sleep(0.05)
    assert ended.exists()


def test_what_a_library_prints_does_not_reach_the_cells(setting: Setting) -> None:
    setting.python("talk")
    assert setting.cells() == WELL


@pytest.mark.parametrize(
    ("answer", "shows"),
    [
        pytest.param({"value": "ação ≥ 5"}, "ação ≥ 5", id="text"),
        pytest.param({"value": True}, 1.0, id="true"),
        pytest.param({"value": None}, None, id="blank"),
        pytest.param({"value": [["a", 1]]}, "a", id="the first of a row"),
        pytest.param({"error": "#CALC!"}, "#VALUE!", id="an error LibreOffice has not"),
        pytest.param({"nothing": 0}, "#VALUE!", id="no answer at all"),
    ],
)
def test_a_cell_shows_any_kind_of_answer(setting: Setting, answer: dict[str, Any], shows: Any) -> None:
    setting.python(json.dumps(answer))
    assert setting.cells() == [shows] * 3

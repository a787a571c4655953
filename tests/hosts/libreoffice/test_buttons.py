"""Buttons in LibreOffice, with a Python that does what a test wants: whatever it does, a sentence tells the end."""

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

from salesplan_xl.entry import install as installing
from tests.desk import Desk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.office

LIMIT = 1.5
SCRIPT = Path(__file__).with_name("scripted_python.py")
TEXTS = installing.settings().texts
NO_ANSWER = TEXTS["no_answer"]


class Setting:
    """A workbook on the desk, and the Python behind its buttons."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk = desk
        self.folder = folder
        self.book = folder / "book.xlsx"

    def python(self, mode: str) -> None:
        """Say what Python is to do from now on, and put it where LibreOffice looks for it."""
        (self.folder / "mode").write_text(mode)
        (self.folder / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        (self.folder / "python").chmod(0o755)

    def finish(self) -> None:
        """Let the action that works come to its end."""
        (self.folder / "finish").touch()

    def heard(self) -> list[dict[str, Any]]:
        """What Python was asked."""
        return [json.loads(line) for line in (self.folder / "heard").read_text().splitlines()]

    def polls(self) -> int:
        """How often it was asked how far it is."""
        return sum("poll" in one for one in self.heard())

    def cell(self) -> Any:
        """What the cell holds into which actions write."""
        return self.desk.cells("Plan!A1")["Plan"]["A1"]["value"]


def wait_until(condition: Callable[[], object], seconds: float = 20) -> None:
    """Wait for something to come true."""
    give_up = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up, "it did not come true"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def module_setting(profile: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setting]:
    """One for all tests here; at the start there is no Python where it is looked for."""
    folder = tmp_path_factory.mktemp("buttons")
    shutil.copytree(profile, folder / "profile")
    (installed,) = (folder / "profile" / "user").rglob("settings.json")
    settings = json.loads(installed.read_text())
    settings["actions"] |= {
        "command": [str(folder / "python"), "-I", str(SCRIPT), str(folder)],
        "first_seconds": LIMIT,
        "seconds": LIMIT,
    }
    installed.write_text(json.dumps(settings))
    with xlsxwriter.Workbook(folder / "book.xlsx") as made:
        made.add_worksheet("Plan")
    with Desk(profile=folder / "profile") as desk:
        yield Setting(desk, folder)


@pytest.fixture
def setting(module_setting: Setting) -> Setting:
    """A new workbook, and a Python that works well."""
    (module_setting.folder / "finish").unlink(missing_ok=True)
    (module_setting.folder / "heard").write_text("")
    module_setting.python("")
    module_setting.desk.lay(module_setting.book)
    return module_setting


def test_without_python_a_press_says_so_and_once_it_is_back_all_is_well(module_setting: Setting) -> None:
    (module_setting.folder / "python").unlink(missing_ok=True)
    module_setting.desk.lay(module_setting.book)
    assert module_setting.desk.pressed("check") == NO_ANSWER.format(label="Check")
    module_setting.python("")
    assert module_setting.desk.pressed("check") == "Checked."


def test_the_toolbar_stands_above_the_sheet_with_a_button_for_each_action(setting: Setting) -> None:
    declared = [button.label for group in installing.settings().groups for button in group]
    assert setting.desk.toolbar("Sales plan") == declared
    assert [declared[0], *declared[-4:]] == ["Segment", "Undo", "Stop", "Why?", "Help"]


def test_a_short_action_is_done_in_one_go(setting: Setting) -> None:
    assert setting.desk.pressed("check") == "Checked."
    assert setting.cell() == "checked"
    (asked,) = setting.heard()
    assert (asked["press"], asked["option"], asked["file"]) == ("check", "", "")


def test_while_a_long_action_works_the_window_is_free_and_python_is_asked_now_and_then(setting: Setting) -> None:
    setting.desk.press("segment")
    wait_until(lambda: setting.polls() >= 4)
    setting.desk.type({"Plan!B1": "typed meanwhile"})
    assert setting.cell() is None
    setting.finish()
    assert setting.desk.told() == "segment is done."
    assert setting.cell() == "segment"
    first, *polls = setting.heard()
    assert {poll["document"] for poll in polls} == {first["document"]}
    assert {poll["poll"] for poll in polls} == {1}


def test_stop_leaves_the_workbook_as_it_was(setting: Setting) -> None:
    setting.desk.press("segment")
    wait_until(setting.polls)
    setting.desk.press("stop")
    assert setting.desk.told() == "segment was stopped."
    assert setting.cell() is None
    assert setting.desk.pressed("stop") == TEXTS["nothing_works"]


def test_a_second_press_is_answered_while_the_first_goes_on(setting: Setting) -> None:
    setting.desk.press("segment")
    assert setting.desk.pressed("disaggregate") == "segment is still working."
    setting.finish()
    assert setting.desk.told() == "segment is done."


def test_why_asks_for_the_first_selected_cell_and_its_sheet(setting: Setting) -> None:
    setting.desk.select("Plan!C3:D4")
    assert setting.desk.pressed("why") == "Plan!C3 is what it is."
    (asked,) = setting.heard()
    assert (asked["why"], asked["sheet"]) == ("C3", "Plan")


def test_closing_the_workbook_stops_its_action(setting: Setting) -> None:
    setting.desk.press("segment")
    wait_until(setting.polls)
    setting.desk.shut()
    wait_until(lambda: "cancel" in setting.heard()[-1])


def test_an_action_that_reads_a_file_gets_its_path(setting: Setting, tmp_path: Path) -> None:
    setting.desk.press("load_actuals", tmp_path / "Ação 1.csv")
    wait_until(setting.heard)
    asked = setting.heard()[0]
    assert (asked["press"], asked["option"], asked["file"]) == ("load_actuals", "source", str(tmp_path / "Ação 1.csv"))
    setting.finish()
    assert setting.desk.told() == "load_actuals is done."


def test_a_python_that_is_killed_while_it_works_is_told_and_the_next_press_has_a_new_one(setting: Setting) -> None:
    setting.desk.press("segment")
    wait_until(setting.polls)
    os.kill(int((setting.folder / "pid").read_text()), signal.SIGKILL)
    assert setting.desk.told() == NO_ANSWER.format(label="Segment")
    assert setting.cell() is None
    assert setting.desk.pressed("check") == "Checked."


@pytest.mark.parametrize("mode", ["hang", "die", "die in the middle"])
def test_a_python_that_gives_no_answer_is_ended_in_time(setting: Setting, mode: str) -> None:
    setting.python(mode)
    assert setting.desk.pressed("check", seconds=3 * LIMIT) == NO_ANSWER.format(label="Check")
    setting.python("")
    assert setting.desk.pressed("check") == "Checked."


def test_a_python_that_dies_while_it_writes_is_told_and_the_window_is_free_again(setting: Setting) -> None:
    setting.python("die while writing")
    assert setting.desk.pressed("check") == TEXTS["half_written"].format(label="Check")
    assert setting.desk.is_at_rest()
    setting.python("")
    assert setting.desk.pressed("check") == "Checked."


def test_what_libreoffice_cannot_do_is_said_to_python(setting: Setting) -> None:
    setting.python("wish nonsense")
    assert "nonsense" in setting.desk.pressed("check")


def test_python_ends_with_a_libreoffice_that_is_killed(setting: Setting) -> None:
    setting.desk.press("segment")
    wait_until(setting.polls)
    os.kill(int((setting.folder / "office").read_text()), signal.SIGKILL)
    wait_until((setting.folder / "ended").exists)

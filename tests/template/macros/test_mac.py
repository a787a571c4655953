"""In Excel for Mac the buttons go through a script that no workbook can choose; cells say why they cannot calculate."""

# pyOpenVBA has no types
# mypy: disable-error-code="import-untyped"

from __future__ import annotations

from pathlib import Path

import pytest
from pyopenvba.interpreter import _preprocess

from salesplan_xl.hosts.excel.macos.script import HANDLER, SCRIPT_FILE
from salesplan_xl.template import macros
from tests.template.macros.macro_workbook import write_workbook
from tests.template.macros.stand_in import Excel

WORKS = "working\t812\tSegment is working: 40%\t0.400"


class Script:
    """The script that was installed, with a record of what it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.answers: list[str] = []

    def __call__(self, asked: str) -> str:
        """Answer as Python does, and go on with the last answer."""
        self.asked.append(asked.split("\t"))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
def mac(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Excel:
    """A plan in an Excel for Mac; its own settings name a Python of Windows, as those of a received plan do."""
    monkeypatch.setitem(_preprocess.DEFAULT_CONSTANTS, name="Mac", value=True)
    return Excel.with_plan(write_workbook(tmp_path / "plan.xlsm", r"C:\Python\pythonw.exe"))


@pytest.fixture
def script(mac: Excel) -> Script:
    """The script of that Mac."""
    installed = Script()
    mac.machine.scripts[f"{SCRIPT_FILE}:{HANDLER}"] = installed
    return installed


def test_a_button_asks_the_script_with_the_path_of_the_plan(mac: Excel, script: Script, tmp_path: Path) -> None:
    plan = str(tmp_path / "plan.xlsm")
    script.answers = [WORKS, WORKS, "done\t812\tSegment changed 3 Segments: 12 rows.\t1.000"]
    mac.press("action_segment")
    assert mac.status == "Segment is working: 40%"
    mac.wait(2)
    assert mac.status == "Segment changed 3 Segments: 12 rows."
    mac.wait(60)
    assert script.asked == [["press", "segment", plan, "", ""], *2 * [["poll", "812", plan]]]
    assert not mac.machine.loads  # nothing of Windows' way
    assert not mac.messages


def test_the_picked_file_goes_along(mac: Excel, script: Script) -> None:
    script.answers = [WORKS]
    mac.application.picked = '/Volumes/Ann Lee/orders, "new".csv'
    mac.press("action_load_actuals")
    assert script.asked[0][3:] == ["source", '/Volumes/Ann Lee/orders, "new".csv']
    assert mac.application.pickers == [("Missing", "Choose a file")]  # a filter of Windows' form is not given


def test_stop_goes_on_asking_until_the_action_has_stopped(mac: Excel, script: Script) -> None:
    script.answers = [WORKS, WORKS, "cancelled\t812\tSegment was stopped.\t1.000"]
    mac.press("action_segment")
    mac.press(macros.STOP_BUTTON)
    mac.wait(1)
    assert [words[0] for words in script.asked] == ["press", "cancel", "poll"]
    assert mac.status == "Segment was stopped."


def test_without_the_script_a_button_says_what_to_do(mac: Excel) -> None:
    mac.press("action_segment")
    mac.press(macros.HELP_BUTTON)
    assert [text for text, _title in mac.messages] == ["No script.", "Buttons and functions.\n\nNo script."]
    assert not mac.application.appointments


def test_help_is_one_text(mac: Excel, script: Script) -> None:
    script.answers = ["For the budget.\n\nDisaggregate: spreads it."]
    mac.press(macros.HELP_BUTTON)
    assert script.asked == [["help_text", "Sheet_budget"]]
    assert mac.messages == [("For the budget.\n\nDisaggregate: spreads it.", "Sales plan")]


def test_a_function_shows_an_error_cell_and_why_says_that_a_mac_has_none(mac: Excel) -> None:
    mac.application.caller = mac.cells("D1")
    assert mac.call("SP_ROUND", 1.0) == {2015}
    assert not mac.messages  # a thousand cells would make a thousand
    mac.cells("D1").vba_set("Formula", "=SP_ROUND(A1)")
    mac.cells("D1").vba_get("Select")
    mac.press(macros.WHY_BUTTON)
    assert mac.messages == [("No functions on a Mac.", "Sales plan")]

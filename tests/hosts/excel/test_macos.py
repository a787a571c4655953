"""
What can be shown of Excel for Mac without one.

The script as text, read back by a small reader of AppleScript; the notes and the processes of an action; the answers
of the door. That Excel starts the script, and that Python reaches the workbook, is on docs/excel-checklist.md.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from salesplan_xl.actions.jobs import State, Told
from salesplan_xl.entry import macos
from salesplan_xl.hosts.excel.macos import script as scripts
from salesplan_xl.hosts.excel.macos.notes import WORKING, Note, Notes
from salesplan_xl.hosts.excel.macos.workbooks import find_workbook
from salesplan_xl.workbook.labels import catalogue
from tests.small_plan import SmallPlan

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="asks for processes as only a Mac or Linux answers")

PATHS = {
    "plain": "/usr/local/bin/python3",
    "blank": "/Volumes/Ann Lee/plan/bin/python",
    "quotes": """/Volumes/o'neil/a "plan"/bin/python""",
    "backslash": "/Volumes/back\\slash/python",
    "other-letters": "/Volumes/Zoë/计划/python",
    "shell": "/opt/$(touch x); `id` && *?/python",
    "tab": "/opt/a\tb/python",
}
LOST = catalogue().macros["job_lost"]


def read_text(expression: str) -> str:
    """Read a text as AppleScript writes it."""
    found = ""
    for part in re.split(r'(?<=["\)]) & (?=["\(])', expression):
        if number := re.fullmatch(r"\(character id (\d+)\)", part):
            found += chr(int(number[1]))
        else:
            assert re.fullmatch(r'"(?:[^"\\]|\\["\\])*"', part)
            found += re.sub(r"\\(.)", r"\1", part[1:-1])
    return found


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_the_script_names_the_interpreter_whatever_its_path(path: str) -> None:
    text = scripts.script(path)
    assert text.isascii()
    (line,) = re.findall(r"set shellLine to quoted form of \((.*)\) & \" -I -m (\S+)\"", text)
    assert (read_text(line[0]), line[1]) == (path, "salesplan_xl.entry.macos")


def test_the_script_hands_no_word_to_the_shell_unquoted() -> None:
    text = scripts.script("/usr/bin/python3")
    added = re.findall(r"set shellLine to shellLine & (.*)", text)
    assert added == ['" " & quoted form of (contents of oneWord)']
    assert re.findall(r"do shell script (\w+)", text) == ["shellLine"]


def test_the_script_is_written_where_excel_looks_and_removed_again(tmp_path: Path) -> None:
    path = scripts.write_script("/usr/bin/python3", tmp_path)
    assert path == tmp_path / "Library/Application Scripts/com.microsoft.Excel/salesplan-xl.applescript"
    assert path.read_text(encoding="ascii") == scripts.script("/usr/bin/python3")
    scripts.write_script("/opt/python3", tmp_path)  # Python was moved
    assert "/opt/python3" in path.read_text(encoding="ascii")
    assert scripts.remove_script(tmp_path)
    assert not path.exists()
    assert not scripts.remove_script(tmp_path)


def started(notes: Notes) -> Note:
    """An action that goes on: its process begins when its input ends, as ours do, and then works for a time."""
    command = [sys.executable, "-I", "-c", "import sys, time; sys.stdin.read(); time.sleep(60)"]
    return notes.begin(command, "segment", "/plans/plan.xlsm", "Segment is working: 0%")


def end(notes: Notes) -> None:
    """End the process that was started last, and wait until it is gone."""
    assert notes._process is not None
    notes._process.kill()
    notes._process.wait(30)


@pytest.fixture
def notes(tmp_path: Path) -> Iterator[Notes]:
    """The notes of a user with nothing yet; what a test started is ended."""
    notes = Notes(tmp_path / "salesplan-xl")
    yield notes
    if notes._process is not None:
        end(notes)


def test_an_action_that_goes_on_has_a_note_for_this_user_only(notes: Notes, tmp_path: Path) -> None:
    note = started(notes)
    assert notes.read(LOST) == note
    assert (note.state, note.action, note.share) == (WORKING, "segment", 0.0)
    assert (tmp_path / "salesplan-xl").stat().st_mode & 0o077 == 0


def test_an_action_whose_process_ended_without_a_word_has_failed(notes: Notes) -> None:
    started(notes)
    end(notes)
    found = notes.read(LOST)
    assert found is not None
    assert (found.state, found.sentence) == ("failed", LOST)


def test_without_an_action_there_is_none(notes: Notes) -> None:
    assert notes.read(LOST) is None
    row = macos.answer(["poll", "5", "/plans/plan.xlsm"], notes)
    assert row == "cancelled\t0\tNo action is working.\t1.000"
    assert macos.answer(["cancel", "0", "/plans/plan.xlsm"], notes) == row


def test_a_second_press_is_refused_while_an_action_goes_on(notes: Notes) -> None:
    note = started(notes)
    state, job, sentence, _ = macos.answer(["press", "check", "/plans/other.xlsm", "", ""], notes).split("\t")
    assert (state, job) == ("refused", "0")
    assert sentence == "Segment is still working in plan.xlsm. Wait for it, or press Stop."
    assert notes.read(LOST) == note


@pytest.mark.parametrize("job", ["own", "0"])
def test_stop_asks_the_process_and_what_becomes_of_it_is_told_later(notes: Notes, job: str) -> None:
    note = started(notes)
    asked = str(note.job) if job == "own" else job
    row = macos.answer(["cancel", asked, "/plans/plan.xlsm"], notes)
    assert row.startswith(f"working\t{note.job}\t")
    assert notes.is_asked_to_stop(note.job)
    assert not notes.is_asked_to_stop(note.job + 1)


def test_a_stop_that_was_asked_of_an_earlier_action_is_forgotten(notes: Notes) -> None:
    first = started(notes)
    notes.ask_to_stop(first.job)
    end(notes)
    second = started(notes)
    assert not notes.is_asked_to_stop(second.job)


class Steps:
    """An action of three steps that can be called off, asked by its number."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def poll(self, job: int) -> Told:
        """Tell how it stands."""
        self.asked.append(job)
        if len(self.asked) == 3:
            return Told(State.DONE, "Segment changed 3 Segments: 12 rows.")
        return Told(State.WORKING, f"Segment is working: {len(self.asked)}", 7, len(self.asked) / 4)

    def cancel(self, job: int) -> Told:
        """Call it off."""
        self.asked.append(-job)
        return Told(State.CANCELLED, "Segment was stopped.")


def test_an_action_is_followed_to_its_end(notes: Notes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(macos, "_LOOK_SECONDS", 0)
    note = started(notes)
    steps = Steps()
    macos.follow(notes, note, steps.poll, steps.cancel, Told(State.WORKING, "Segment is working", 7, 0.1))
    assert steps.asked == [7, 7, 7]
    row = macos.answer(["poll", str(note.job), "/plans/plan.xlsm"], notes)
    assert row == f"done\t{note.job}\tSegment changed 3 Segments: 12 rows.\t1.000"


def test_an_action_that_is_to_stop_is_called_off(notes: Notes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(macos, "_LOOK_SECONDS", 0)
    note = started(notes)
    notes.ask_to_stop(note.job)
    steps = Steps()
    macos.follow(notes, note, steps.poll, steps.cancel, Told(State.WORKING, "Segment is working", 7, 0.1))
    assert steps.asked == [-7]
    assert macos.answer(["poll", str(note.job), ""], notes).startswith("cancelled\t")


def test_a_tab_in_a_sentence_is_no_end_of_a_word(notes: Notes) -> None:
    note = started(notes)
    notes.write(Note("refused", "found a\tb", 1.0, note.job, "segment", "/plans/plan.xlsm"))
    assert macos.answer(["poll", str(note.job), ""], notes).split("\t")[2] == "found a b"


def test_what_only_a_newer_plan_asks_is_told(notes: Notes) -> None:
    state, job, sentence, _ = macos.answer(["tomorrow"], notes).split("\t")
    assert (state, job) == ("refused", "0")
    assert sentence.startswith("tomorrow is not in salesplan-xl ")


def ask_as_the_script_does(home: Path, *words: str) -> str:
    """Start the door through the shell, as `do shell script` does, and give what it answers."""
    line = " ".join([shlex.quote(sys.executable), "-I", "-m", scripts.DOOR, *map(shlex.quote, words)])
    done = subprocess.run(
        ["/bin/sh", "-c", line], env={"HOME": str(home)}, capture_output=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


@pytest.mark.skipif(sys.platform != "linux", reason="where there may be an Excel it would be asked")
def test_a_press_answers_at_once_and_the_work_goes_on_behind_it(tmp_path: Path) -> None:
    # the words mean much to a shell, and nothing happens; where no Excel can be, the action ends with a sentence
    evil = f'/plans/$(touch {tmp_path}/taken) `id` ; o\'neil "计划" \\.xlsm'
    state, job, sentence, _ = ask_as_the_script_does(tmp_path, "press", "segment", evil, "", "").split("\t")
    assert (state, sentence) == (WORKING, "Segment is working: 0%")
    deadline = time.monotonic() + 60
    while state == WORKING and time.monotonic() < deadline:
        state, _, sentence, _ = ask_as_the_script_does(tmp_path, "poll", job, evil).split("\t")
    assert (state, sentence) == ("failed", catalogue().texts["told_broken"])
    (log,) = tmp_path.rglob("salesplan-xl.log")
    assert "only supported on Windows and macOS" in log.read_text(encoding="utf-8")
    note = Notes(tmp_path / "Library/Application Support/salesplan-xl").read(LOST)
    assert note is not None
    assert note.workbook == evil
    assert not (tmp_path / "taken").exists()


def test_help_comes_as_one_text(tmp_path: Path) -> None:
    told = ask_as_the_script_does(tmp_path, "help_text", "Sheet_budget")
    assert "exact to the cent" in told
    assert "\t" not in told


def test_why_is_told_from_the_file_since_excel_waits_for_the_answer(tmp_path: Path, planned: SmallPlan) -> None:
    told = ask_as_the_script_does(tmp_path, "why", str(planned.plan), "8 Budget", "C8")
    assert told.splitlines()[0] == "As the plan was last saved:"
    assert told.splitlines()[1].startswith("2026-02: ")
    assert "\t" not in told
    gone = ask_as_the_script_does(tmp_path, "why", str(tmp_path / "gone.xlsm"), "8 Budget", "C8")
    assert gone.startswith("E-FILE-MISSING")


def test_an_open_workbook_is_found_by_its_path_among_all_excels() -> None:
    plan: Any = SimpleNamespace(fullname="/plans/plan.xlsm")
    copy: Any = SimpleNamespace(fullname="/copies/plan.xlsm")
    apps: Any = [SimpleNamespace(books=[copy]), SimpleNamespace(books=[plan])]
    assert find_workbook("/plans/plan.xlsm", apps) is plan
    assert find_workbook("/plans/other.xlsm", apps) is None

"""The checks of every system: Python and its packages, the log, the programs that answer, the plan."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import pytest

from salesplan_xl import __version__
from salesplan_xl.hosts.doctor.check import Plan
from salesplan_xl.hosts.doctor.computer import Computer
from salesplan_xl.hosts.doctor.everywhere import CHECKS, LINES
from salesplan_xl.hosts.libreoffice.programs import FUNCTION_QUESTION
from salesplan_xl.hosts.programs import Ended
from tests.hosts.doctor.situations import NOW, PLAN, look, named, windows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

DAY = 86_400


def told(check_id: str, computer: Computer | None = None, plan: Plan | None = PLAN, **others: Any) -> tuple[str, str]:
    """How it stands, and what was found."""
    result = look(named(CHECKS, check_id), computer or windows(), plan, **others)
    return str(result.state), result.found


# Python and packages


@pytest.mark.parametrize(("python", "state"), [((3, 11, 0), "ok"), ((3, 13, 2), "ok"), ((3, 10, 9), "fail")])
def test_python_must_be_new_enough(python: tuple[int, int, int], state: str) -> None:
    assert told("python", windows(python_version=python))[0] == state


def test_this_python_finds_all_packages_when_it_is_started_on_its_own() -> None:
    result = look(named(CHECKS, "packages"), Computer(), version=__version__)
    assert result.state == "ok"
    assert f"xlwings {version('xlwings')}" in result.lines
    assert not any(line.startswith(("pytest", "mypy")) for line in result.lines)  # a user needs none of these


@pytest.mark.parametrize(
    ("ended", "word"),
    [
        pytest.param(
            Ended(1, error="ModuleNotFoundError: No module named 'salesplan_xl'"), "salesplan_xl", id="not-there"
        ),
        pytest.param(Ended(None, reason="Access is denied"), "Access is denied", id="not-started"),
        pytest.param(
            Ended(0, json.dumps({"version": "1.0.0", "packages": {"numpy": "2.1", "xlwings": ""}})),
            "not installed: xlwings",
            id="a-package-is-missing",
        ),
        pytest.param(Ended(0, json.dumps({"version": "0.9.0", "packages": {}})), "0.9.0", id="another-version"),
    ],
)
def test_what_is_wrong_with_the_packages_is_told(ended: Ended, word: str) -> None:
    state, found = told("packages", windows(answers=ended))
    assert (state, word in found) == ("fail", True)


# The log


def log(folder: Path, age: float, lines: int = 3) -> dict[str, Any]:
    """A log that was written some days ago, and how a check is told of it."""
    (folder / "x.log").write_text("".join(f"line {number}\n" for number in range(lines)), encoding="utf-8")
    os.utime(folder / "x.log", (NOW - age * DAY, NOW - age * DAY))
    return {"log_folder": str(folder), "log_name": "x.log"}


def test_a_log_that_was_written_lately_shows_its_last_lines(tmp_path: Path) -> None:
    given = log(tmp_path, age=1, lines=100)
    result = look(named(CHECKS, "log"), replace(windows(), read=Computer().read), **given)
    assert (result.state, len(result.lines), result.lines[-1]) == ("warn", LINES, "line 99")


def test_an_old_log_is_only_named(tmp_path: Path) -> None:
    result = look(named(CHECKS, "log"), replace(windows(), read=Computer().read), **log(tmp_path, age=30))
    assert (result.state, result.lines) == ("ok", ())


def test_without_a_log_nothing_has_failed(tmp_path: Path) -> None:
    assert told("log", log_folder=str(tmp_path), log_name="x.log")[0] == "ok"


def test_a_folder_of_the_log_that_is_not_there_yet_is_in_order_and_not_made(tmp_path: Path) -> None:
    assert told("log_folder", log_folder=str(tmp_path / "a" / "b"))[0] == "ok"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_the_log_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "log").touch()
    assert told("log_folder", log_folder=str(tmp_path / "log"))[0] == "fail"


# The programs that answer


def test_one_function_is_asked_for_a_number() -> None:
    asked = []

    def start(command: Sequence[str], question: str, _: float) -> Ended:
        asked.append((list(command), json.loads(question)))
        return Ended(0, '{"value": 1.01}\n')

    assert told("functions", windows(answers=start)) == ("ok", "SP_ROUND(1.006) is 1.01")
    assert asked == [(["serve"], FUNCTION_QUESTION)]


@pytest.mark.parametrize("check_id", ["functions", "buttons"])
@pytest.mark.parametrize(
    ("ended", "word"),
    [
        pytest.param(Ended(1, error="ImportError: numpy"), "ImportError: numpy", id="broken"),
        pytest.param(Ended(None, reason="it did not end within 60 seconds"), "60 seconds", id="silent"),
        pytest.param(Ended(0, "Hello\n"), "Hello", id="no-json"),
        pytest.param(Ended(0, ""), "it answered", id="nothing"),
        pytest.param(Ended(0, "3\n"), "3", id="no-object"),
    ],
)
def test_a_program_that_does_not_answer_is_told(check_id: str, ended: Ended, word: str) -> None:
    state, found = told(check_id, windows(answers=ended))
    assert (state, word in found) == ("fail", True)


def test_another_number_is_a_failure() -> None:
    assert told("functions", windows(answers=Ended(0, '{"error": "#NAME?", "why": "no such function"}')))[0] == "fail"


def test_buttons_need_only_answer() -> None:
    assert told("buttons", windows(answers=Ended(0, '{"id": 1, "state": "failed"}\n')))[0] == "ok"


# The plan


@pytest.mark.parametrize(
    ("macros", "state"), [("current", "ok"), ("ours", "warn"), ("changed", "warn"), ("newer", "fail"), ("", "not here")]
)
def test_how_the_macros_stand_is_told(macros: str, state: str) -> None:
    found, sentence = told("macros", plan=Plan("plan.xlsm", macros=macros, version="1.2.3"))
    assert found == state
    assert ("1.2.3" in sentence) == (macros in ("ours", "newer"))


def test_a_plan_that_cannot_be_read_fails_once() -> None:
    plan = Plan("plan.xlsm", "there is no such file")
    assert told("plan", plan=plan) == ("fail", "there is no such file")
    assert told("macros", plan=plan) == ("not here", "the plan cannot be read")


@pytest.mark.parametrize("check_id", ["plan", "macros", "locks"])
def test_without_a_plan_its_checks_say_so(check_id: str) -> None:
    assert told(check_id, plan=None) == ("not here", "no plan was named")


LOCK = b",ann,DESK,26.11.2026 03:41,file:///profile;"


@pytest.mark.parametrize(
    ("name", "content", "running", "word"),
    [
        pytest.param(".~lock.plan.xlsm#", LOCK, {"soffice.bin"}, "has it open", id="libreoffice-runs"),
        pytest.param(".~lock.plan.xlsm#", LOCK, {"bash"}, "not run any more", id="libreoffice-was-killed"),
        pytest.param(".~lock.plan.xlsm#", LOCK.replace(b"DESK", b"OTHER"), {"bash"}, "has it open", id="elsewhere"),
        pytest.param(".~lock.plan.xlsm#", LOCK, None, "has it open", id="nobody-can-tell"),
        pytest.param("~$plan.xlsm", b"\x03Ann", {"excel.exe"}, "has it open", id="excel-runs"),
        pytest.param("~$plan.xlsm", b"\x03Ann", {"bash"}, "not run any more", id="excel-was-killed"),
    ],
)
def test_a_lock_beside_the_plan_is_told_and_whether_it_was_left(
    tmp_path: Path, name: str, content: bytes, running: set[str] | None, word: str
) -> None:
    (tmp_path / name).write_bytes(content)
    programs = None if running is None else frozenset(running)
    computer = replace(windows(), read=Computer().read, programs=lambda: programs)
    state, found = told("locks", computer, Plan(str(tmp_path / "plan.xlsm")))
    assert (state, word in found, name in found) == ("warn", True, True)


def test_a_plan_without_locks_is_in_order(tmp_path: Path) -> None:
    assert told("locks", plan=Plan(str(tmp_path / "plan.xlsm")))[0] == "ok"


def test_what_runs_on_this_computer_can_be_listed() -> None:
    running = Computer().programs()
    assert running is not None
    assert any(name.startswith(("python", "pytest")) for name in running), sys.executable

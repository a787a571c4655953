"""`salesplan-xl doctor` as a person runs it: a report to read and to send, and an exit code for scripts."""

from __future__ import annotations

import builtins
import sys
from pathlib import Path
from typing import Any

import pytest

from salesplan_xl import __version__
from salesplan_xl.entry import doctor
from salesplan_xl.entry.doctor import CHECKS, examine
from salesplan_xl.entry.report import Report
from salesplan_xl.hosts.doctor.check import Check, Finding, Situation, State
from salesplan_xl.hosts.excel.interpreter import libraries
from salesplan_xl.hosts.file.book import FileBook
from salesplan_xl.hosts.programs import Ended
from tests.command import fresh_salesplan, salesplan
from tests.entry.old_plan import made_by
from tests.hosts.doctor.situations import PYTHON, windows

STATES = {"ok", "warn", "fail", "not here"}


@pytest.fixture
def without_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the checks of this computer that start programs; a test of its own has them all."""
    quick = [check for check in CHECKS if check.id not in ("functions", "buttons", "packages", "office_python")]
    monkeypatch.setattr(doctor, "CHECKS", tuple(quick))


def test_every_check_says_something_of_this_very_computer(plan: Path) -> None:
    told = fresh_salesplan("doctor", plan, "--json")
    numbers = told.document["numbers"]
    assert list(numbers) == [check.id for check in CHECKS]
    assert set(numbers.values()) <= STATES
    problems = told.document["problems"]
    assert not any("the check itself failed" in problem["found"] for problem in problems)
    assert {numbers[name] for name in ("python", "packages", "log_folder", "functions", "buttons", "plan")} == {"ok"}
    failed = [problem["code"] for problem in problems if problem["code"].startswith("E-")]
    assert told.code == (1 if failed else 0)
    assert told.document["status"] == ("refused" if failed else "done")


@pytest.mark.usefixtures("without_starts")
def test_the_report_is_plain_text_that_can_be_sent(plan: Path, tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    told = salesplan("doctor", plan, "--report", file)
    assert file.read_text(encoding="utf-8") == told.out
    lines = told.out.splitlines()
    assert lines[0].startswith("salesplan-xl doctor, ")
    assert f"salesplan-xl {__version__}" in lines[1]
    assert "the name of its user" in told.out  # what a person should know before sending it
    assert f"  ok        File: {plan}" in lines
    assert "\x1b" not in told.out
    assert "Nothing was written" not in told.error


@pytest.mark.usefixtures("without_starts")
def test_the_file_is_named_in_the_document(tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    assert salesplan("doctor", "--report", file, "--json").document["files"] == [str(file)]


@pytest.mark.usefixtures("without_starts")
def test_a_report_that_cannot_be_written_is_shown_and_that_is_told(tmp_path: Path) -> None:
    told = salesplan("doctor", "--report", tmp_path / "nowhere" / "report.txt")
    assert told.code == 1
    assert told.out.startswith("salesplan-xl doctor, ")
    assert "E-FILE-WRITE" in told.out.splitlines()[-1]


@pytest.mark.usefixtures("without_starts")
def test_without_a_plan_its_checks_say_so() -> None:
    numbers = salesplan("doctor", "--json").document["numbers"]
    assert {numbers[name] for name in ("plan", "macros", "locks")} == {"not here"}


@pytest.mark.usefixtures("without_starts")
@pytest.mark.parametrize("content", [None, b"", b"no workbook", b"PK\x03\x04 damaged"])
def test_a_plan_that_cannot_be_read_is_a_failure_and_no_traceback(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "plan.xlsm"
    if content is not None:
        path.write_bytes(content)
    told = salesplan("doctor", path, "--json")
    assert (told.code, told.document["numbers"]["plan"], told.document["numbers"]["macros"]) == (1, "fail", "not here")


@pytest.mark.usefixtures("without_starts")
def test_the_plan_itself_stays_as_it_is(plan: Path) -> None:
    made_by(plan, "0.0.9")
    before = plan.read_bytes()
    told = salesplan("doctor", plan, "--json")
    assert told.document["numbers"]["macros"] == "warn"
    assert "W-DOCTOR-MACROS" in told.codes
    assert plan.read_bytes() == before


@pytest.mark.usefixtures("without_starts")
def test_a_plan_without_macros_is_a_plan(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    assert salesplan("new", path).code == 0
    numbers = salesplan("doctor", path, "--json").document["numbers"]
    assert (numbers["plan"], numbers["macros"]) == ("ok", "not here")


def test_a_check_that_breaks_does_not_keep_the_others_from_looking(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Situation) -> Finding:
        raise OSError("nobody foresaw this")

    def fine(_: Situation) -> Finding:
        return Finding(State.OK, "no")

    checks = (Check("log", "everywhere", broken), Check("office_runs", "libreoffice", fine))
    monkeypatch.setattr(doctor, "CHECKS", checks)
    told = salesplan("doctor", "--json")
    assert (told.code, told.document["numbers"]) == (1, {"log": "fail", "office_runs": "ok"})
    (problem,) = told.document["problems"]
    assert "OSError: nobody foresaw this" in problem["found"]


def test_nothing_of_xlwings_is_loaded_so_that_a_broken_one_can_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *others: Any) -> Any:
        if name.partition(".")[0] == "xlwings":
            raise ImportError(name)
        return real(name, *others)

    for name in [name for name in sys.modules if name.partition(".")[0] == "xlwings"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", without)
    monkeypatch.setattr(doctor, "CHECKS", CHECKS[:1])
    assert salesplan("doctor", "--json").document["numbers"] == {"python": "ok"}


# A Windows computer, given as facts


def test_a_windows_computer_on_which_all_is_well_has_no_failure(plan: Path) -> None:
    book = FileBook.open(plan)
    book.write_name("plan_python", PYTHON)
    book.save()

    def start(command: Any, *_: object) -> Ended:
        answers = {
            "packages": f'{{"version": "{__version__}", "packages": {{"xlwings": "0.37.8"}}}}',
            "excel_start": '{"value": 1.01, "expected": 1.01}',
            "serve": '{"value": 1.01}',
        }
        words = " ".join(command)
        return Ended(0, next((text for word, text in answers.items() if word in words), "{}"))

    files = [PYTHON, *(rf"C:\Users\Ann Lee\plan\{name}" for name in libraries())]
    report = Report("doctor")
    examine(plan, None, report, lambda _: None, windows(files=files, answers=start))
    assert report.status == "done", report.page
    assert {name for name, state in report.numbers.items() if state == "fail"} == set()
    assert report.numbers["plan_python"] == "ok"
    assert report.numbers["mac_script"] == "not here"

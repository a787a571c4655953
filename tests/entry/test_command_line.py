"""The command line: what goes where, which exit code says what, and one JSON document for programs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from salesplan_xl import __version__
from salesplan_xl.actions import ACTIONS
from salesplan_xl.entry import plans
from tests.command import PROGRAM, fresh_salesplan, salesplan
from tests.files import parts, rows
from tests.small_plan import SmallPlan

DOCUMENT = ["command", "status", "files", "numbers", "tables", "problems"]
PROBLEM = {"file", "sheet", "cell", "code", "found", "expected", "action"}


def document(told: Any, command: str, status: str) -> dict[str, Any]:
    """The document a command told, after a look at its shape."""
    shown: dict[str, Any] = told.document
    assert list(shown) == DOCUMENT
    assert (shown["command"], shown["status"]) == (command, status)
    assert all(set(problem) == PROBLEM for problem in shown["problems"])
    assert all(isinstance(text, str) for problem in shown["problems"] for text in problem.values())
    return shown


# One JSON document


def test_demo_tells_its_files_and_headline_numbers(demo_folder: Path) -> None:
    shown = json.loads((demo_folder / "told.json").read_text(encoding="utf-8"))
    assert list(shown) == DOCUMENT
    assert (shown["command"], shown["status"]) == ("demo", "done")
    # what the sample lacks: some coordinates, home territories of three managers, the budget of a pair; rules overlap
    assert {problem["code"] for problem in shown["problems"]} == {
        "W-RULE-OVERLAP",
        "W-MAP-MISSING",
        "W-FIELD-NO-COUNTRY",
        "W-FIELD-NO-PLACE",
        "W-VARIANCE-PAIR",
    }
    names = ["plan.xlsm", "order_lines_before.csv", "order_lines_of_the_year.csv"]
    assert [Path(path).name for path in shown["files"]] == names
    assert all((demo_folder / name).exists() for name in names)
    numbers = shown["numbers"]
    assert {name: numbers[name] for name in numbers if "." not in name} == {
        "history_lines": 30_129,  # 60,855 in all
        "budget": 43_240_000.00,  # the sum of the quotas of the year
        "budget_lines": 384,  # 12 months of 32 pairs
        "actual": 36_568_898.08,
        "actual_lines": 30_726,
        "attainment": 0.8457,  # 36.57 / 43.24
    }
    assert (numbers["segment.customers"], numbers["segment.unassigned"]) == (701, 0)
    assert numbers["segment.rules_deciding"] >= 5
    assert (
        numbers["plan_routes.visits_routed"] + numbers["plan_routes.visits_unserved"]
        == (numbers["plan_routes.visits_planned"])
    )
    assert numbers["flag_variances.rep_periods_act"] <= 0.05 * numbers["flag_variances.rep_periods"]


def test_new_tells_the_file_it_made(tmp_path: Path) -> None:
    plan = tmp_path / "plan.xlsx"
    shown = document(salesplan("new", plan, "--json"), "new", "done")
    assert shown["files"] == [str(plan)]
    assert plan.exists()


def test_template_build_tells_the_file_it_made(tmp_path: Path) -> None:
    shown = document(salesplan("template", "build", tmp_path / "t.xlsx", "--json"), "template build", "done")
    assert shown["files"] == [str(tmp_path / "t.xlsx")]


def test_template_verify_tells_how_many_rules_hold(tmp_path: Path) -> None:
    assert salesplan("template", "build", tmp_path / "t.xlsm").code == 0
    shown = document(salesplan("template", "verify", tmp_path / "t.xlsm", "--json"), "template verify", "done")
    assert shown["numbers"]["findings"] == 0
    assert shown["numbers"]["rules"] > 60


def test_template_verify_tells_what_is_wrong_and_why_it_matters(tmp_path: Path) -> None:
    (tmp_path / "t.xlsm").write_text("no workbook")
    told = salesplan("template", "verify", tmp_path / "t.xlsm", "--json")
    (problem,) = document(told, "template verify", "refused")["problems"]
    assert (told.code, problem["file"]) == (1, "t.xlsm")
    assert all(problem[part] for part in ("code", "found", "expected", "action"))
    assert "Excel says the file is damaged" in problem["expected"]  # the reason of the rule
    assert problem["action"].startswith("Build it anew")


def test_run_tells_numbers_and_the_rows_it_changed(typed: SmallPlan) -> None:
    told = salesplan("run", typed.plan, "load_actuals", "--set", f"source={typed.history}", "--json")
    shown = document(told, "run", "done")
    assert told.code == 0
    assert shown["files"] == [str(typed.plan)]
    assert shown["tables"] == {"sales": 24}
    assert shown["numbers"] == {
        "lines_read": 24,
        "lines_added": 24,
        "lines_updated": 0,
        "lines_unchanged": 0,
        "amount_read": 1200.0,  # twelve months of 100.00
    }


def test_several_actions_tell_their_numbers_by_name(typed: SmallPlan) -> None:
    told = salesplan("run", typed.plan, "load_actuals", "disaggregate", "--set", f"source={typed.history}", "--json")
    shown = document(told, "run", "done")
    assert shown["tables"] == {"sales": 24, "budget_lines": 48}
    assert shown["numbers"]["load_actuals.lines_added"] == 24
    assert shown["numbers"]["disaggregate.total"] == 12_000.0
    assert len(rows(typed.plan, "log")["log"]) == 2


def test_run_without_an_action_lists_them_and_changes_nothing(typed: SmallPlan) -> None:
    before = typed.plan.read_bytes()
    shown = document(salesplan("run", typed.plan, "--json"), "run", "done")
    assert list(shown["numbers"]) == list(ACTIONS)
    assert shown["numbers"] == {
        "load_actuals": "ready",  # the file is named when it runs
        "segment": "not ready",  # no rules
        "plan_routes": "not ready",  # nobody has a segment
        "disaggregate": "ready",
        "spread": "ready",
        "rebalance": "not ready",  # no budget yet
        "transfer": "ready",
        "phase": "not ready",  # no budget yet
        "flag_variances": "not ready",  # no budget yet
        "check": "ready",
        "undo": "not ready",  # nothing done yet
    }
    told = {problem["code"].partition("-")[2].partition("-")[0] for problem in shown["problems"]}
    assert told == {"SEGMENT", "FIELD", "BUDGET", "VARIANCE", "UNDO"}
    assert typed.plan.read_bytes() == before


def test_the_list_for_people_says_what_each_action_does_and_what_stands_in_its_way(typed: SmallPlan) -> None:
    told = salesplan("run", typed.plan)
    assert "disaggregate     ready      Spreads the year's total" in told.out
    assert "undo             not ready" in told.out
    assert "Log!B11: found nothing to undo" in told.error


def test_check_tells_how_many_rows_each_table_has(planned: SmallPlan) -> None:
    shown = document(salesplan("check", planned.plan, "--json"), "check", "done")
    assert shown["tables"] == {}
    assert (shown["numbers"]["sales_rows"], shown["numbers"]["budget_lines_rows"]) == (30, 48)


def test_functions_are_listed_with_their_arguments() -> None:
    listed = salesplan("functions", "--json").document
    names = [one["function"] for one in listed]
    assert {"SP_SPREAD", "SP_ROUND", "SP_WORKDAYS", "SP_VARIANCE"} <= set(names)
    assert "SP_SPREAD(total, weights, [held], [unit], [zero])" in salesplan("functions").out


def test_json_is_utf_8_whatever_the_terminal_speaks(tmp_path: Path) -> None:
    plan = tmp_path / "Plan für Łódź.xlsx"
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "new", plan, "--json"],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "cp1252"},
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.decode("utf-8"))["files"] == [str(plan)]


# Refused: exit code 1, the reasons, nothing written


def refused(told: Any, command: str) -> dict[str, Any]:
    """The one problem of a refused command."""
    assert told.code == 1
    (problem,) = document(told, command, "refused")["problems"]
    return dict(problem)


def test_new_does_not_overwrite(typed: SmallPlan) -> None:
    before = typed.plan.read_bytes()
    problem = refused(salesplan("new", typed.plan, "--json"), "new")
    assert (problem["code"], problem["file"]) == ("E-FILE-EXISTS", "plan.xlsx")
    assert typed.plan.read_bytes() == before


@pytest.mark.parametrize("language", ["es", "zh-CN", "xx"])
def test_new_refuses_a_language_that_is_not_complete(tmp_path: Path, language: str) -> None:
    problem = refused(salesplan("new", tmp_path / "plan.xlsx", "--lang", language, "--json"), "new")
    assert (problem["code"], problem["expected"]) == ("E-LANGUAGE", "one of: en")
    assert list(tmp_path.iterdir()) == []


def test_new_refuses_a_name_that_no_workbook_has(tmp_path: Path) -> None:
    assert refused(salesplan("new", tmp_path / "plan.csv", "--json"), "new")["code"] == "E-FILE-NAME"
    assert list(tmp_path.iterdir()) == []


def test_new_refuses_a_folder_that_is_not_there(tmp_path: Path) -> None:
    problem = refused(salesplan("new", tmp_path / "nowhere" / "plan.xlsx", "--json"), "new")
    assert problem["code"] == "E-FILE-WRITE"


def test_a_plan_with_a_macro_name_says_that_it_may_hold_macros(tmp_path: Path) -> None:
    assert salesplan("new", tmp_path / "plan.xlsm").code == 0
    assert b"vnd.ms-excel.sheet.macroEnabled.main+xml" in parts(tmp_path / "plan.xlsm")["[Content_Types].xml"]
    assert salesplan("check", tmp_path / "plan.xlsm").code == 0


def test_demo_refuses_a_folder_that_is_a_file(typed: SmallPlan) -> None:
    problem = refused(salesplan("demo", typed.history, "--json"), "demo")
    assert (problem["code"], problem["file"]) == ("E-FILE-WRITE", "history.csv")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        pytest.param(["disagregate"], "E-ACTION-UNKNOWN", id="unknown-action"),
        pytest.param(["disaggregate", "--set", "colour=red"], "E-OPTION-UNKNOWN", id="unknown-option"),
        pytest.param(["check", "--set", "disaggregate.unit=1"], "E-OPTION-UNKNOWN", id="option-of-an-action-not-run"),
        pytest.param(["disaggregate", "--set", "unit=abc"], "E-OPTION-VALUE", id="option-no-number"),
        pytest.param(["disaggregate", "--set", "unit=-1"], "E-OPTION-VALUE", id="option-out-of-bounds"),
        pytest.param(["undo", "--set", "redo=maybe"], "E-OPTION-VALUE", id="option-no-choice"),
        pytest.param(["load_actuals"], "E-OPTION-MISSING", id="no-source"),
        pytest.param(["load_actuals", "--set", "source="], "E-OPTION-MISSING", id="blank-source"),
        pytest.param(["load_actuals", "--set", "source=nowhere.csv"], "E-FILE-MISSING", id="source-not-there"),
    ],
)
def test_a_run_is_refused_with_its_reason(planned: SmallPlan, words: list[str], code: str) -> None:
    before = planned.plan.read_bytes()
    assert refused(salesplan("run", planned.plan, *words, "--json"), "run")["code"] == code
    assert planned.plan.read_bytes() == before


def test_one_refused_action_keeps_the_others_from_being_saved(typed: SmallPlan) -> None:
    before = typed.plan.read_bytes()
    told = salesplan("run", typed.plan, "disaggregate", "load_actuals", "--set", "source=nowhere.csv", "--json")
    assert refused(told, "run")["code"] == "E-FILE-MISSING"
    assert typed.plan.read_bytes() == before


def test_without_json_problems_and_words_of_a_refusal_go_to_standard_error(planned: SmallPlan) -> None:
    told = salesplan("run", planned.plan, "load_actuals", "--set", "source=nowhere.csv")
    assert (told.code, told.out) == (1, "")
    assert told.error == (
        "E-FILE-MISSING · nowhere.csv: found no file; expected a file at nowhere.csv. Check the name and the folder.\n"
        "Nothing was written.\n"
    )


# Options


def test_an_option_holds_for_the_run_and_is_kept_in_the_log(planned: SmallPlan) -> None:
    assert salesplan("run", planned.plan, "disaggregate", "--set", "unit=100").code == 0
    stored = rows(planned.plan, "budget_lines", "log")
    assert all(line["Budget"] % 100 == 0 for line in stored["budget_lines"])
    assert sum(line["Budget"] for line in stored["budget_lines"]) == 12_000
    assert json.loads(stored["log"][-1]["Options"])["unit"] == 100
    assert salesplan("run", planned.plan, "disaggregate").code == 0
    assert json.loads(rows(planned.plan, "log")["log"][-1]["Options"])["unit"] == 0.01  # as the sheet has it


def test_an_option_can_be_meant_for_one_of_several_actions(typed: SmallPlan) -> None:
    told = salesplan(
        "run",
        typed.plan,
        *("load_actuals", "disaggregate"),
        *("--set", f"load_actuals.source={typed.history}", "--set", "disaggregate.unit=1", "--json"),
    )
    assert told.code == 0
    assert all(line["Budget"] % 1 == 0 for line in rows(typed.plan, "budget_lines")["budget_lines"])


# Wrong usage: exit code 2, help on standard error


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["nonsense"], id="unknown-command"),
        pytest.param(["check"], id="no-plan"),
        pytest.param(["check", "plan.xlsx", "--nonsense"], id="unknown-option"),
        pytest.param(["run", "plan.xlsx", "disaggregate", "--set", "unit"], id="setting-without-a-value"),
        pytest.param(["run", "plan.xlsx", "disaggregate", "--set", ""], id="empty-setting"),
        pytest.param(["call"], id="no-function"),
        pytest.param(["call", "SP_SPREAD", "--batch", "cases.json"], id="function-and-batch"),
        pytest.param(["call", "SP_SPREAD", "[1"], id="argument-no-json"),
        pytest.param(["call", "--batch", "nowhere.json"], id="no-such-batch"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_so_on_standard_error(words: list[str]) -> None:
    told = salesplan(*words)
    assert (told.code, told.out) == (2, "")
    assert "Usage:" in told.error
    assert "Traceback" not in told.error


def test_a_batch_that_is_no_list_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "cases.json").write_text('{"function": "SP_SPREAD"}', encoding="utf-8")
    told = salesplan("call", "--batch", tmp_path / "cases.json")
    assert (told.code, told.out) == (2, "")
    assert "holds no list" in told.error


# Our own failure: exit code 3, one sentence, the details in a file


def test_a_failure_of_ours_is_one_sentence_and_a_file_and_changes_nothing(
    planned: SmallPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(_book: object) -> None:
        raise ZeroDivisionError("a fault of ours")

    monkeypatch.setattr(plans, "recalculate", break_down)
    before = planned.plan.read_bytes()
    told = salesplan("run", planned.plan, "undo", "--json")
    assert told.code == 3
    assert document(told, "run", "failed")["problems"] == []
    sentence, _, log = told.error.strip().partition(" Please send us ")
    assert sentence == "salesplan-xl itself failed; your files are as they were."
    assert "ZeroDivisionError: a fault of ours" in Path(log).read_text(encoding="utf-8")
    Path(log).unlink()
    assert planned.plan.read_bytes() == before


def test_a_failure_in_any_command_shows_no_traceback(tmp_path: Path) -> None:
    program = "import udfs; udfs.FUNCTIONS = 5\n" + PROGRAM.replace("; ", "\n")
    done = subprocess.run(
        [sys.executable, "-c", program, "functions"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "TMPDIR": str(tmp_path), "TEMP": str(tmp_path)},
        timeout=120,
    )
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("salesplan-xl itself failed")
    assert "Traceback" not in done.stderr
    (log,) = tmp_path.glob("salesplan-xl-*.log")
    assert "TypeError" in log.read_text(encoding="utf-8")


# As a program of its own


def test_a_fresh_process_ends_with_the_code_and_keeps_the_streams_apart(planned: SmallPlan) -> None:
    before = planned.plan.read_bytes()
    told = fresh_salesplan("run", planned.plan, "load_actuals", "--set", "source=nowhere.csv", "--json")
    assert told.code == 1
    assert told.codes == ["E-FILE-MISSING"]
    assert told.error == ""
    assert planned.plan.read_bytes() == before


def test_an_option_that_is_given_twice_is_wrong_usage(typed: SmallPlan) -> None:
    told = salesplan("run", typed.plan, "load_actuals", "--set", "source=a.csv", "--set", "source=b.csv")
    assert told.code == 2
    assert "more than once" in told.error


def test_a_share_may_be_given_as_a_percentage(planned: SmallPlan) -> None:
    told = salesplan("run", planned.plan, "disaggregate", "--set", "season_weight=50%", "--json")
    assert told.code == 0, told.out


def test_a_plan_that_another_program_has_open_is_worked_on_with_a_warning(planned: SmallPlan) -> None:
    lock = planned.plan.with_name(f".~lock.{planned.plan.name}#")
    lock.touch()
    told = salesplan("check", planned.plan, "--json")
    assert (told.code, told.codes) == (0, ["W-FILE-OPEN"])
    assert lock.name in told.document["problems"][0]["found"]


def test_rows_typed_below_a_table_are_never_passed_over(planned: SmallPlan) -> None:
    book = openpyxl.load_workbook(planned.plan)
    team = book["9 Team"]
    below = int(re.sub(r"\D", "", team.tables["team"].ref.rpartition(":")[2])) + 1
    team.cell(below, 2, "Dora")  # as an editor that does not grow tables leaves it
    book.save(planned.plan)
    told = salesplan("check", planned.plan, "--json")
    assert (told.code, told.codes) == (1, ["E-ROWS-BELOW"])
    assert told.document["problems"][0]["cell"] == f"B{below}"


def test_the_version_is_told() -> None:
    told = salesplan("--version")
    assert (told.code, told.out.strip()) == (0, f"salesplan-xl {__version__}")

"""Every check of Excel for Windows, with everything that it may find; the computers are given as facts."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from salesplan_xl.hosts.doctor.check import Plan
from salesplan_xl.hosts.doctor.windows import (
    APP_PATHS,
    BITNESS,
    CHECKS,
    CHILD_PROCESSES,
    CLICK_TO_RUN,
    MACRO_CALLS,
    MANAGED_RULES,
    PROGRAM,
    RULE_KEYS,
    SCRIPT,
)
from salesplan_xl.hosts.excel.interpreter import libraries
from salesplan_xl.hosts.programs import Ended
from tests.hosts.doctor.situations import PLAN, PYTHON, SCRIPTS, look, named, windows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from salesplan_xl.hosts.doctor.check import Result
    from salesplan_xl.hosts.doctor.computer import Computer

EXCEL = r"C:\Program Files\Microsoft Office\Root\Office16\EXCEL.EXE"
STORE = r"C:\Program Files\WindowsApps\Microsoft.Office.Desktop.Excel_16051.1_x86__8wekyb\Office16\EXCEL.EXE"
OF_64, OF_32 = libraries()
FOLDER = r"C:\Users\Ann Lee\plan"


def told(check_id: str, computer: Computer, plan: Plan | None = PLAN) -> tuple[str, str]:
    """How it stands, and what was found."""
    result = result_of(check_id, computer, plan)
    return str(result.state), result.found


def result_of(check_id: str, computer: Computer, plan: Plan | None = PLAN) -> Result:
    """What comes of the check of an id; what is not in order always says what to do."""
    result = look(named(CHECKS, check_id), computer, plan)
    assert bool(result.action) or result.state in ("ok", "not here")
    return result


# Excel


def test_excel_of_click_to_run_is_told_with_its_products_and_bits() -> None:
    office = {"Platform": "x64", "VersionToReport": "16.0.18025.20160", "ProductReleaseIds": "O365BusinessRetail"}
    state, found = told("excel", windows({CLICK_TO_RUN: office, PROGRAM: {"": f'"{EXCEL}" /automation'}}))
    assert state == "ok"
    assert all(word in found for word in ("O365BusinessRetail", "16.0.18025.20160", "64 bits", EXCEL))


@pytest.mark.parametrize("key", [PROGRAM, *APP_PATHS])
def test_excel_of_the_store_is_refused_wherever_its_path_stands(key: str) -> None:
    result = result_of("excel", windows({key: {"": STORE}}))
    assert (result.state, "office.com" in result.action) == ("fail", True)


def test_excel_without_click_to_run_is_told_too() -> None:
    computer = windows({APP_PATHS[1]: {"": EXCEL}, BITNESS[0]: {"Bitness": "x86"}})
    state, found = told("excel", computer)
    assert (state, "32 bits" in found) == ("ok", True)


def test_where_there_is_no_excel_that_is_no_failure() -> None:
    assert told("excel", windows()) == ("not here", "not found")


def test_a_folder_of_32_bits_says_it_where_nothing_else_does() -> None:
    computer = windows({PROGRAM: {"": r"C:\Program Files (x86)\Microsoft Office\Office16\EXCEL.EXE"}})
    assert "32 bits" in told("excel", computer)[1]


# The Python that Excel starts, and the libraries beside it


def test_a_python_that_loads_everything_with_a_library_beside_it_will_do() -> None:
    asked = []

    def start(command: Sequence[str], _: str, __: float) -> Ended:
        asked.append(list(command[:3]))
        return Ended(0)

    computer = windows(files=[rf"{FOLDER}\{OF_64}"], answers=start)
    assert told("excel_python", computer) == ("ok", PYTHON)
    assert asked == [[PYTHON, "-I", "-B"]]  # as Excel starts it


@pytest.mark.parametrize(
    ("computer", "reason"),
    [
        pytest.param(windows(), f"{OF_64} is neither beside it", id="no-library"),
        pytest.param(
            windows(files=[rf"{SCRIPTS}\{OF_64}"], answers=Ended(1, error="...\nModuleNotFoundError: xlwings\n")),
            "ModuleNotFoundError: xlwings",
            id="cannot-load",
        ),
        pytest.param(windows(answers=Ended(None, reason="Access is denied")), "Access is denied", id="not-started"),
    ],
)
def test_what_keeps_excel_from_using_a_python_is_told(computer: Computer, reason: str) -> None:
    state, found = told("excel_python", computer)
    assert (state, reason in found) == ("fail", True)


PATHS = [
    pytest.param(r"C:\plan & more\pythonw.exe", "sign", id="ampersand"),
    pytest.param(r"C:\plan$(x)\pythonw.exe", "sign", id="variable"),
    pytest.param(r"C:\王\pythonw.exe", "letter", id="letter"),
    pytest.param(r"C:\%TEMP%\pythonw.exe", "sign", id="environment"),
    pytest.param("C:\\" + "a" * 260 + r"\pythonw.exe", "long", id="long"),
    pytest.param(r"plan\pythonw.exe", "no full path", id="relative"),
    pytest.param(r"1:\plan\pythonw.exe", "no full path", id="no-drive"),
]


@pytest.mark.parametrize(("path", "word"), PATHS)
def test_a_path_that_the_macros_refuse_is_refused_here(path: str, word: str) -> None:
    state, found = told("excel_python", windows(files=[path], excel_python=path))
    assert (state, word in found) == ("fail", True)


@pytest.mark.parametrize(("path", "word"), PATHS)
def test_a_plan_that_names_such_a_path_is_told(path: str, word: str) -> None:
    state, found = told("plan_python", windows(files=[path]), Plan(PLAN.path, macros="current", python=path))
    assert (state, word in found) == ("fail", True)


@pytest.mark.parametrize("folder", [SCRIPTS, FOLDER])
def test_both_libraries_beside_python_or_one_folder_above_are_in_order(folder: str) -> None:
    state, found = told("driver", windows(files=[rf"{folder}\{OF_64}", rf"{folder}\{OF_32}"]))
    assert (state, OF_64 in found, OF_32 in found) == ("ok", True, True)


@pytest.mark.parametrize(
    ("platform", "there", "state"),
    [
        ("x64", OF_64, "warn"),  # the other one is for another Excel
        ("x64", OF_32, "fail"),
        ("x86", OF_32, "warn"),
        ("x86", OF_64, "fail"),
        (None, OF_64, "fail"),  # which Excel it is, is not known
    ],
)
def test_the_library_for_this_excel_must_be_there(platform: str | None, there: str, state: str) -> None:
    computer = windows({CLICK_TO_RUN: {"Platform": platform}}, files=[rf"{FOLDER}\{there}"])
    missing = OF_32 if there == OF_64 else OF_64
    assert told("driver", computer)[0] == state
    assert missing in told("driver", computer)[1]


def test_a_library_of_another_version_is_none() -> None:
    assert told("driver", windows(files=[rf"{FOLDER}\xlwings64-0.30.0.dll"]))[0] == "fail"


# The plan


def test_a_plan_that_names_this_python_is_in_order() -> None:
    assert told("plan_python", windows(files=[PYTHON])) == ("ok", PYTHON)


def test_letter_case_makes_no_other_python() -> None:
    plan = Plan(PLAN.path, macros="current", python=PYTHON.upper())
    assert told("plan_python", windows(files=[PYTHON.upper()]), plan)[0] == "ok"


@pytest.mark.parametrize(
    ("python", "files", "state"),
    [
        pytest.param("", [], "fail", id="none"),
        pytest.param(r"D:\gone\pythonw.exe", [], "fail", id="gone"),
        pytest.param(r"D:\other\pythonw.exe", [r"D:\other\pythonw.exe"], "warn", id="another"),
    ],
)
def test_a_plan_of_another_computer_is_told_and_how_to_mend_it(python: str, files: list[str], state: str) -> None:
    result = result_of("plan_python", windows(files=files), Plan(PLAN.path, macros="current", python=python))
    assert (result.state, "salesplan-xl install" in result.action) == (state, True)


def test_a_plan_without_macros_starts_no_python() -> None:
    assert told("plan_python", windows(), Plan(PLAN.path))[0] == "not here"


@pytest.mark.parametrize("check_id", ["plan_python", "web_mark"])
def test_without_a_plan_its_checks_say_so(check_id: str) -> None:
    assert told(check_id, windows(), None) == ("not here", "no plan was named")


@pytest.mark.parametrize(
    ("stream", "state"),
    [
        pytest.param(b"[ZoneTransfer]\r\nZoneId=3\r\nHostUrl=https://example.org\r\n", "fail", id="internet"),
        pytest.param(b"[ZoneTransfer]\r\nzoneid = 4\r\n", "fail", id="restricted"),
        pytest.param(b"[ZoneTransfer]\r\nZoneId=1\r\n", "ok", id="intranet"),
        pytest.param(b"nothing of the kind", "ok", id="something-else"),
    ],
)
def test_windows_mark_on_the_plan_is_told(stream: bytes, state: str) -> None:
    result = result_of("web_mark", windows(files={f"{PLAN.path}:Zone.Identifier": stream}))
    assert result.state == state
    assert ("Unblock" in result.action) == (state == "fail")
    assert "example.org" not in result.found  # where it came from is nobody's business


def test_a_file_without_a_mark_is_in_order() -> None:
    assert told("web_mark", windows()) == ("ok", "none")


# Python and its user


@pytest.mark.parametrize(
    "facts",
    [
        {"python": r"C:\Users\Ann\AppData\Local\Microsoft\WindowsApps\python.exe"},
        {"base_python": r"C:\Program Files\WindowsApps\PythonSoftwareFoundation.Python.3.12_3.12.2032.0_x64__qbz5n2k"},
        {"python": r"C:\Users\Ann\AppData\Local\Packages\PythonSoftwareFoundation.Python.3.12_qbz5n2k\python.exe"},
    ],
)
def test_python_of_the_store_is_refused_also_below_an_environment(facts: Mapping[str, Any]) -> None:
    result = result_of("python_edition", windows(**facts))
    assert (result.state, "python.org" in result.action) == ("fail", True)


def test_another_python_is_in_order() -> None:
    assert told("python_edition", windows()) == ("ok", r"C:\Python312")


@pytest.mark.parametrize(
    ("home", "code_page", "state", "word"),
    [
        (r"C:\Users\Ann Lee", "cp1252", "ok", "Ann Lee"),
        (r"C:\Users\José", "cp1252", "ok", "do no harm"),
        (r"C:\Users\王", "cp936", "ok", "do no harm"),
        (r"C:\Users\王", "cp1252", "warn", "does not have all its letters"),
        (r"C:\Users\王", "utf-8", "ok", "do no harm"),
    ],
)
def test_letters_of_the_user_matter_only_where_the_code_page_lacks_them(
    home: str, code_page: str, state: str, word: str
) -> None:
    found = told("user_folder", windows(home=home, code_page=code_page))
    assert (found[0], word in found[1]) == (state, True)


def test_pywin32_is_loaded_on_its_own() -> None:
    assert told("pywin32", windows())[0] == "ok"
    state, found = told("pywin32", windows(answers=Ended(1, error="ImportError: DLL load failed")))
    assert (state, "DLL load failed" in found) == ("fail", True)


# Defender

RULES = [("child_processes", CHILD_PROCESSES), ("macro_calls", MACRO_CALLS)]


@pytest.mark.parametrize(("check_id", "rule"), RULES)
@pytest.mark.parametrize("key", RULE_KEYS)
@pytest.mark.parametrize(
    ("value", "state", "word"),
    [
        ("1", "fail", "blocks"),
        (1, "fail", "blocks"),
        ("2", "warn", "notes"),
        ("6", "warn", "asks"),
        ("0", "ok", "off"),
        ("5", "ok", "off"),
    ],
)
def test_a_rule_of_defender_is_read_from_policy_and_computer(
    check_id: str, rule: str, key: str, value: object, state: str, word: str
) -> None:
    found = told(check_id, windows({key: {rule.upper(): value}}))
    assert (found[0], word in found[1]) == (state, True)


@pytest.mark.parametrize(("check_id", "rule"), RULES)
def test_a_rule_that_a_management_service_set_is_read(check_id: str, rule: str) -> None:
    other = "26190899-1602-49e8-8b27-eb1d0a1ce869=2"
    assert told(check_id, windows({MANAGED_RULES: {"ASRRules": f"{other}|{rule}=1"}}))[0] == "fail"
    assert told(check_id, windows({MANAGED_RULES: {"ASRRules": other}}))[0] == "ok"


def test_the_strictest_setting_holds() -> None:
    computer = windows({RULE_KEYS[0]: {CHILD_PROCESSES: "2"}, RULE_KEYS[1]: {CHILD_PROCESSES: "1"}})
    assert told("child_processes", computer)[0] == "fail"


def test_one_rule_is_not_the_other() -> None:
    computer = windows({RULE_KEYS[0]: {CHILD_PROCESSES: "1"}})
    assert told("macro_calls", computer)[0] == "ok"


def test_a_registry_that_may_not_be_read_is_told() -> None:
    def closed(_: str) -> Mapping[str, object]:
        raise PermissionError("Access is denied")

    state, found = told("child_processes", replace(windows(), registry=closed))
    assert (state, "may not be read" in found) == ("warn", True)


# A start as Excel does it


def test_a_start_that_answers_is_in_order() -> None:
    asked = []

    def start(command: Sequence[str], _: str, __: float) -> Ended:
        asked.append(list(command))
        return Ended(0, json.dumps({"value": 1.01, "expected": 1.01}))

    assert told("excel_start", windows(answers=start))[0] == "ok"
    assert asked == [[rf"{SCRIPTS}\python.exe", "-I", "-B", SCRIPT, PYTHON]]


@pytest.mark.parametrize(
    ("ended", "word"),
    [
        pytest.param(Ended(0, '{"error": "Class not registered"}'), "Class not registered", id="an-error"),
        pytest.param(Ended(0, '{"value": 1.0, "expected": 1.01}'), "1.0, where 1.01", id="another-number"),
        pytest.param(Ended(None, reason="it did not end within 90 seconds"), "90 seconds", id="no-end"),
        pytest.param(Ended(1, error="ModuleNotFoundError: pythoncom"), "pythoncom", id="no-pywin32"),
    ],
)
def test_a_start_that_fails_says_how(ended: Ended, word: str) -> None:
    state, found = told("excel_start", windows(answers=ended))
    assert (state, word in found) == ("fail", True)

"""What is looked at on Windows only: Excel, the Python that it would start, and what keeps it from starting one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from salesplan_xl.hosts.doctor.check import Check, Finding, Situation, State
from salesplan_xl.hosts.excel.interpreter import is_carried, libraries, libraries_beside, obstacle, path_fault

WINDOWS = "win32"

CLICK_TO_RUN = r"HKLM\SOFTWARE\Microsoft\Office\ClickToRun\Configuration"
PROGRAM = r"HKCR\CLSID\{00024500-0000-0000-C000-000000000046}\LocalServer32"
"""What Windows starts for Excel.Application."""
APP_PATHS = tuple(rf"{hive}\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe" for hive in ("HKCU", "HKLM"))
BITNESS = tuple(rf"HKLM\SOFTWARE\{view}Microsoft\Office\16.0\Outlook" for view in ("", "WOW6432Node\\"))

_GUARD = r"Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules"
RULE_KEYS = (rf"HKLM\SOFTWARE\Policies\{_GUARD}", rf"HKLM\SOFTWARE\{_GUARD}")
"""Where Defender keeps its rules: what a group policy sets, and what was set on this computer."""
MANAGED_RULES = r"HKLM\SOFTWARE\Policies\Microsoft\Windows Defender\Policy Manager"
"""Where a management service sets them, all in one value: ``rule=1|rule=2``."""
MANAGED_VALUE = "ASRRules"

CHILD_PROCESSES = "d4f940ab-401b-4efc-aadc-ad5f3c50688a"
"""Block all Office applications from creating child processes."""
MACRO_CALLS = "92e97fa1-2edf-4476-bdd6-9dd0b4dddc7b"
"""Block Win32 API calls from Office macros."""

BLOCK, AUDIT, WARN = 1, 2, 6
"""What a rule does; any other number is none of these."""

MARK_STREAM = ":Zone.Identifier"
_ZONE = re.compile(rb"^\s*ZoneId\s*=\s*(\d)", re.MULTILINE | re.IGNORECASE)
FROM_OUTSIDE = 3
"""The zones from this one on are the internet and what is not trusted."""

PYWIN32 = "import pythoncom, win32com.client, win32com.server.util"
SCRIPT = str(Path(__file__).with_name("excel_start.py"))
START_SECONDS = 90
_IMPORT_SECONDS = 30
_STORE = "\\windowsapps\\"
_STORE_PYTHON = "pythonsoftwarefoundation.python"


def look_at_excel(situation: Situation) -> Finding:
    """
    Look which Excel is installed.

    Parameters
    ----------
    situation : Situation
        What is looked at.

    Returns
    -------
    Finding
        Its edition and its bits; a failure for the edition of the Microsoft Store, which xlwings cannot reach.
    """
    programs = _programs(situation)
    office = situation.computer.registry(CLICK_TO_RUN)
    bits = excel_bits(situation)
    values: dict[str, object] = {"program": programs[0] if programs else "?", "bits": bits or "?"}
    if any(_STORE in program.lower() for program in programs):
        return Finding(State.FAIL, "store", values)
    if office.get("Platform"):
        values |= {"version": office.get("VersionToReport", "?"), "products": office.get("ProductReleaseIds", "?")}
        return Finding(State.OK, "click_to_run", values)
    return Finding(State.OK, "installed", values) if programs else Finding(State.NOT_HERE, "missing")


def excel_bits(situation: Situation) -> int | None:
    """
    Find out whether Excel is a program of 64 or 32 bits.

    Parameters
    ----------
    situation : Situation
        What is looked at.

    Returns
    -------
    int or None
        64 or 32; None where nothing says it.
    """
    registry = situation.computer.registry
    said = [registry(CLICK_TO_RUN).get("Platform"), *(registry(key).get("Bitness") for key in BITNESS)]
    word = next((str(one).lower() for one in said if one), "")
    if word in ("x64", "x86"):
        return 64 if word == "x64" else 32
    return 32 if any("program files (x86)" in program.lower() for program in _programs(situation)) else None


def look_at_excel_python(situation: Situation) -> Finding:
    """
    Try the Python that Excel would start, as Excel would start it.

    Parameters
    ----------
    situation : Situation
        What is looked at.

    Returns
    -------
    Finding
        Its path, or what keeps Excel from using it.
    """
    computer = situation.computer
    python = computer.excel_python
    if fault := path_fault(python, computer.code_page):
        return Finding(State.FAIL, fault, {"python": python, "code_page": computer.code_page})
    if reason := obstacle(python, computer.start, computer.is_file):
        return Finding(State.FAIL, "obstacle", {"python": python, "reason": reason})
    return Finding(State.OK, "fine", {"python": python})


def look_at_driver(situation: Situation) -> Finding:
    """
    Look for the libraries of xlwings beside the Python that Excel would start.

    Parameters
    ----------
    situation : Situation
        What is looked at.

    Returns
    -------
    Finding
        A failure if the one for this Excel is missing, a warning if it is the other one.
    """
    computer = situation.computer
    there = dict(zip((64, 32), libraries_beside(computer.excel_python, computer.is_file), strict=True))
    names = dict(zip((64, 32), libraries(), strict=True))
    missing = [width for width, is_there in there.items() if not is_there]
    bits = excel_bits(situation)
    values = {"missing": ", ".join(names[width] for width in missing), "names": ", ".join(names.values())}
    if not missing:
        return Finding(State.OK, "fine", values)
    needed = {bits} if bits else set(names)
    return Finding(State.FAIL, "missing", values) if needed & set(missing) else Finding(State.WARN, "other", values)


def look_at_plan_python(situation: Situation) -> Finding:
    """
    Look which Python the plan names.

    Parameters
    ----------
    situation : Situation
        What is looked at.

    Returns
    -------
    Finding
        A failure if it names none, one that is not there, or one that the macros refuse; a warning if it is another
        than the one that runs here.
    """
    computer, plan = situation.computer, situation.plan
    if plan is None or not plan.macros:
        return Finding(State.NOT_HERE, "no_macros")
    values = {"python": plan.python, "own": computer.excel_python, "code_page": computer.code_page}
    if not plan.python:
        return Finding(State.FAIL, "none", values)
    if fault := path_fault(plan.python, computer.code_page):
        return Finding(State.FAIL, fault, values)
    if not computer.is_file(plan.python):
        return Finding(State.FAIL, "gone", values)
    if plan.python.casefold() != computer.excel_python.casefold():
        return Finding(State.WARN, "other", values)
    return Finding(State.OK, "fine", values)


def look_at_python_edition(situation: Situation) -> Finding:
    """
    Look whether this Python is the edition of the Microsoft Store.

    Parameters
    ----------
    situation : Situation
        What is looked at.

    Returns
    -------
    Finding
        A failure if it is: Excel does not see what it registers.
    """
    computer = situation.computer
    for path in (computer.python, computer.base_python):
        if _STORE in f"{path}\\".lower() or _STORE_PYTHON in path.lower():
            return Finding(State.FAIL, "store", {"python": path})
    return Finding(State.OK, "fine", {"python": computer.base_python})


def look_at_user_folder(situation: Situation) -> Finding:
    """
    Look whether the letters of the user's folder reach the library of xlwings.

    Parameters
    ----------
    situation : Situation
        What is looked at.

    Returns
    -------
    Finding
        A warning for letters that the code page of Windows does not have.
    """
    computer = situation.computer
    values = {"home": computer.home, "code_page": computer.code_page}
    if computer.home.isascii():
        return Finding(State.OK, "plain", values)
    if is_carried(computer.home, computer.code_page):
        return Finding(State.OK, "carried", values)
    return Finding(State.WARN, "lost", values)


def look_at_pywin32(situation: Situation) -> Finding:
    """
    Let a Python that is started on its own load pywin32.

    Parameters
    ----------
    situation : Situation
        What is looked at.

    Returns
    -------
    Finding
        Whether it can.
    """
    computer = situation.computer
    why = computer.start([computer.python, "-I", "-B", "-c", PYWIN32], "", _IMPORT_SECONDS).why
    return Finding(State.FAIL, "missing", {"reason": why}) if why else Finding(State.OK, "fine")


def look_at_child_processes(situation: Situation) -> Finding:
    """
    Look whether Defender keeps Excel from starting programs.

    Parameters
    ----------
    situation : Situation
        What is looked at.

    Returns
    -------
    Finding
        A failure if it blocks, a warning if it asks or only notes.
    """
    return _rule(situation, CHILD_PROCESSES)


def look_at_macro_calls(situation: Situation) -> Finding:
    """
    Look whether Defender keeps macros from calling Windows, as loading the library of xlwings does.

    Parameters
    ----------
    situation : Situation
        What is looked at.

    Returns
    -------
    Finding
        A failure if it blocks, a warning if it asks or only notes.
    """
    return _rule(situation, MACRO_CALLS)


def look_at_web_mark(situation: Situation) -> Finding:
    """
    Look whether Windows has marked the plan as one from outside.

    Parameters
    ----------
    situation : Situation
        What is looked at.

    Returns
    -------
    Finding
        A failure if it has: Excel blocks its macros.
    """
    plan = situation.plan
    content = situation.computer.read(f"{plan.path}{MARK_STREAM}") if plan else None
    zone = _ZONE.search(content or b"")
    if zone is None or int(zone[1]) < FROM_OUTSIDE:
        return Finding(State.OK, "none")
    return Finding(State.FAIL, "marked", {"zone": int(zone[1])})


def look_at_excel_start(situation: Situation) -> Finding:
    """
    Start Python as a plan's macros do, and call one function through COM.

    Parameters
    ----------
    situation : Situation
        What is looked at.

    Returns
    -------
    Finding
        Whether it gave the right number.
    """
    computer = situation.computer
    ended = computer.start([computer.python, "-I", "-B", SCRIPT, computer.excel_python], "", START_SECONDS)
    if ended.why:
        return Finding(State.FAIL, "silent", {"reason": ended.why})
    told: Mapping[str, object] = json.loads(ended.out)
    if "error" in told:
        return Finding(State.FAIL, "silent", {"reason": told["error"]})
    if told.get("value") != told.get("expected"):
        return Finding(State.FAIL, "wrong", {"value": told.get("value"), "answer": told.get("expected")})
    return Finding(State.OK, "fine", {"value": told["value"]})


def _programs(situation: Situation) -> list[str]:
    """Where Windows says that Excel is."""
    keys = (PROGRAM, *APP_PATHS)
    return [str(value) for value in (situation.computer.registry(key).get("") for key in keys) if value]


def _rule(situation: Situation, rule: str) -> Finding:
    """How a rule of Defender is set; the strictest setting holds."""
    try:
        found = set(_settings(situation, rule))
    except PermissionError:
        return Finding(State.WARN, "unknown", {"rule": rule})
    for setting, state, outcome in (
        (BLOCK, State.FAIL, "block"),
        (WARN, State.WARN, "warn"),
        (AUDIT, State.WARN, "audit"),
    ):
        if str(setting) in found:
            return Finding(state, outcome, {"rule": rule})
    return Finding(State.OK, "off")


def _settings(situation: Situation, rule: str) -> Iterator[str]:
    """What each place says of a rule."""
    registry = situation.computer.registry
    for key in RULE_KEYS:
        yield from (str(value) for name, value in registry(key).items() if name.strip("{}").lower() == rule)
    for one in str(registry(MANAGED_RULES).get(MANAGED_VALUE, "")).split("|"):
        name, _, value = one.partition("=")
        if name.strip(" {}").lower() == rule:
            yield value.strip()


CHECKS = (
    Check("excel", "excel", look_at_excel, WINDOWS),
    Check("excel_python", "excel", look_at_excel_python, WINDOWS),
    Check("driver", "excel", look_at_driver, WINDOWS),
    Check("plan_python", "excel", look_at_plan_python, WINDOWS, of_plan=True),
    Check("python_edition", "excel", look_at_python_edition, WINDOWS),
    Check("user_folder", "excel", look_at_user_folder, WINDOWS),
    Check("pywin32", "excel", look_at_pywin32, WINDOWS),
    Check("child_processes", "excel", look_at_child_processes, WINDOWS),
    Check("macro_calls", "excel", look_at_macro_calls, WINDOWS),
    Check("web_mark", "excel", look_at_web_mark, WINDOWS, of_plan=True),
    Check("excel_start", "excel", look_at_excel_start, WINDOWS),
)
"""The checks of Excel for Windows, in the order of the report."""

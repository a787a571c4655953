"""What is looked at on every system: the Python, its packages, the log, the two programs that answer, the plan."""

from __future__ import annotations

import datetime
import json
import os
import tempfile
from pathlib import Path

from salesplan_xl.hosts.doctor.check import Check, Finding, Situation, State
from salesplan_xl.hosts.doctor.computer import EXCEL_PROGRAMS, OFFICE_PROGRAMS, OLDEST_PYTHON
from salesplan_xl.hosts.libreoffice.programs import BUTTON_QUESTION, FUNCTION_QUESTION, RESULT, ask_once

LIST_PACKAGES = """\
import importlib.metadata, json, re
import salesplan_xl
def version(name):
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
needed = [one for one in importlib.metadata.requires("salesplan-xl") or [] if "extra ==" not in one]
names = [re.match(r"[A-Za-z0-9._-]+", one)[0] for one in needed]
print(json.dumps({"version": salesplan_xl.__version__, "packages": {name: version(name) for name in names}}))
"""
"""What a Python that is started on its own says of its packages, as JSON."""

PACKAGE_SECONDS = 30
START_SECONDS = 60
LINES = 12
"""How many lines of the log are shown."""
LONGEST_LINE = 200
_DAYS = 7
_DAY_SECONDS = 86_400


def look_at_python(situation: Situation) -> Finding:
    """
    Look at the Python that runs.

    Parameters
    ----------
    situation : Situation
        What is looked at.

    Returns
    -------
    Finding
        Its path and whether its version will do.
    """
    computer = situation.computer
    values = {"python": computer.python, "version": ".".join(map(str, computer.python_version))}
    if computer.python_version < OLDEST_PYTHON:
        return Finding(State.FAIL, "old", values)
    return Finding(State.OK, "fine", values)


def look_at_packages(situation: Situation) -> Finding:
    """
    Let a Python that is started on its own list its packages.

    Parameters
    ----------
    situation : Situation
        What is looked at.

    Returns
    -------
    Finding
        The packages with their versions, or what is missing.
    """
    command = [situation.computer.python, "-I", "-B", "-c", LIST_PACKAGES]
    ended = situation.computer.start(command, "", PACKAGE_SECONDS)
    if ended.why:
        return Finding(State.FAIL, "silent", {"reason": ended.why})
    told = json.loads(ended.out)
    missing = [name for name, version in told["packages"].items() if not version]
    lines = [f"{name} {version or '?'}" for name, version in told["packages"].items()]
    if missing:
        return Finding(State.FAIL, "missing", {"missing": ", ".join(missing)}, lines)
    if told["version"] != situation.version:
        return Finding(State.FAIL, "other", {"found_version": told["version"], "version": situation.version}, lines)
    return Finding(State.OK, "fine", {"version": told["version"]}, lines)


def look_at_log_folder(situation: Situation) -> Finding:
    """
    Try to write where the log goes.

    Parameters
    ----------
    situation : Situation
        What is looked at.

    Returns
    -------
    Finding
        Whether the log can be written; the folder is not made for it.
    """
    folder = Path(situation.log_folder)
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    try:
        if there == folder:
            with tempfile.TemporaryFile(dir=folder):
                pass
        elif not os.access(there, os.W_OK):
            raise PermissionError(f"no permission to write in {there}")
    except OSError as error:
        return Finding(State.FAIL, "closed", {"folder": folder, "reason": error.strerror or error})
    return Finding(State.OK, "fine", {"folder": folder})


def look_at_log(situation: Situation) -> Finding:
    """
    Look at the last lines of the log.

    Parameters
    ----------
    situation : Situation
        What is looked at.

    Returns
    -------
    Finding
        A warning with the lines, if something was written within the last days.
    """
    path = Path(situation.log_folder, situation.log_name)
    content = situation.computer.read(str(path))
    if not content:
        return Finding(State.OK, "empty", {"path": path})
    written = path.stat().st_mtime
    values = {"path": path, "time": datetime.datetime.fromtimestamp(written).astimezone().isoformat(" ", "minutes")}
    lines = [line[:LONGEST_LINE] for line in content.decode("utf-8", errors="replace").splitlines()[-LINES:]]
    if situation.computer.now - written > _DAYS * _DAY_SECONDS:
        return Finding(State.OK, "old", values)
    return Finding(State.WARN, "recent", values, lines)


def look_at_functions(situation: Situation) -> Finding:
    """
    Start the program that answers cell functions, and ask one.

    Parameters
    ----------
    situation : Situation
        What is looked at.

    Returns
    -------
    Finding
        Whether it gave the right number.
    """
    answer, reason = ask_once(situation.functions, FUNCTION_QUESTION, START_SECONDS, situation.computer.start)
    if reason:
        return Finding(State.FAIL, "silent", {"reason": reason})
    if answer.get("value") != RESULT:
        return Finding(State.FAIL, "wrong", {"answer": json.dumps(answer, ensure_ascii=False)})
    return Finding(State.OK, "fine", {"value": RESULT})


def look_at_buttons(situation: Situation) -> Finding:
    """
    Start the program that answers buttons, and ask for a job that there is not.

    Parameters
    ----------
    situation : Situation
        What is looked at.

    Returns
    -------
    Finding
        Whether it answered.
    """
    _, reason = ask_once(situation.buttons, BUTTON_QUESTION, START_SECONDS, situation.computer.start)
    return Finding(State.FAIL, "silent", {"reason": reason}) if reason else Finding(State.OK, "fine")


def look_at_plan(situation: Situation) -> Finding:
    """
    Say whether the plan could be opened.

    Parameters
    ----------
    situation : Situation
        What is looked at.

    Returns
    -------
    Finding
        Its path, or why not.
    """
    plan = situation.plan
    if plan is None or plan.fault:
        return Finding(State.FAIL, "unread", {"reason": plan.fault if plan else ""})
    return Finding(State.OK, "fine", {"path": plan.path})


def look_at_macros(situation: Situation) -> Finding:
    """
    Say how the macros of the plan stand to this version.

    Parameters
    ----------
    situation : Situation
        What is looked at.

    Returns
    -------
    Finding
        A warning if they are of another version; a failure if they are newer.
    """
    macros = situation.plan.macros if situation.plan else ""
    version = situation.plan.version if situation.plan else ""
    values = {"version": version or "?", "own": situation.version}
    states = {"current": State.OK, "ours": State.WARN, "changed": State.WARN, "newer": State.FAIL}
    return Finding(states.get(macros, State.NOT_HERE), macros or "none", values)


def look_at_locks(situation: Situation) -> Finding:
    """
    Look for the files that spreadsheet programs put beside a plan while they have it open.

    Parameters
    ----------
    situation : Situation
        What is looked at.

    Returns
    -------
    Finding
        A warning if the plan is open elsewhere, or if a program was killed and its file was left.
    """
    if situation.plan is None:
        return Finding(State.NOT_HERE, "no_plan")
    plan = Path(situation.plan.path)
    running = situation.computer.programs()
    for name, programs in ((f".~lock.{plan.name}#", OFFICE_PROGRAMS), (f"~${plan.name}", EXCEL_PROGRAMS)):
        content = situation.computer.read(str(plan.with_name(name)))
        if content is None:
            continue
        others = _host_of(content) not in ("", situation.computer.host.casefold())
        left = running is not None and not others and not running & programs
        return Finding(State.WARN, "left" if left else "open", {"lock": plan.with_name(name)})
    return Finding(State.OK, "none")


def _host_of(lock: bytes) -> str:
    """The computer that a lock of LibreOffice names; Excel's names a person only."""
    words = lock.decode("utf-8", errors="replace").split(",")
    return words[2].strip().casefold() if len(words) >= 5 else ""


CHECKS = (
    Check("python", "everywhere", look_at_python),
    Check("packages", "everywhere", look_at_packages),
    Check("log_folder", "everywhere", look_at_log_folder),
    Check("log", "everywhere", look_at_log),
    Check("functions", "everywhere", look_at_functions),
    Check("buttons", "everywhere", look_at_buttons),
    Check("plan", "plan", look_at_plan, of_plan=True),
    Check("macros", "plan", look_at_macros, of_plan=True),
    Check("locks", "plan", look_at_locks, of_plan=True),
)
"""The checks of every system, in the order of the report."""

"""Computers as a check sees them: what they hold is given, nothing of this one is looked at."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from salesplan_xl.hosts.doctor.check import Check, Finding, Plan, Result, Situation, perform
from salesplan_xl.hosts.doctor.computer import Computer
from salesplan_xl.hosts.programs import Ended
from salesplan_xl.workbook.labels import catalogue

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

SCRIPTS = r"C:\Users\Ann Lee\plan\Scripts"
PYTHON = rf"{SCRIPTS}\pythonw.exe"
PLAN = Plan(r"C:\Users\Ann Lee\plan.xlsm", macros="current", version="1.0.0", python=PYTHON)
NOW = 1_800_000_000.0


def windows(
    registry: Mapping[str, Mapping[str, object]] | None = None,
    files: Mapping[str, bytes] | Collection[str] = (),
    answers: Ended | Callable[[Sequence[str], str, float], Ended] = Ended(0),  # noqa: B008 - it is frozen
    **facts: Any,
) -> Computer:
    """A Windows computer; `answers` is how every program ends that is started."""
    keys = registry or {}
    contents = dict(files) if isinstance(files, dict) else dict.fromkeys(files, b"")
    computer = Computer(
        system="win32",
        name="Windows-11",
        host="DESK",
        python=rf"{SCRIPTS}\python.exe",
        base_python=r"C:\Python312",
        python_version=(3, 12, 1),
        excel_python=PYTHON,
        code_page="cp1252",
        home=r"C:\Users\Ann Lee",
        environment={},
        now=NOW,
        read=contents.get,
        is_file=contents.__contains__,
        registry=lambda key: keys.get(key, {}),
        start=answers if callable(answers) else lambda *_: answers,
        programs=frozenset,
    )
    return replace(computer, **facts)


def situation(computer: Computer, plan: Plan | None = PLAN, **others: Any) -> Situation:
    """What a check is given."""
    given = {"version": "1.0.0", "log_folder": "", "log_name": "", "functions": ("serve",), "buttons": ("office",)}
    return Situation(computer, plan=plan, **{**given, **others})


def look(check: Check, computer: Computer, plan: Plan | None = PLAN, **others: Any) -> Result:
    """What comes of a check, in words."""
    return perform(check, situation(computer, plan, **others), catalogue())


def named(checks: Sequence[Check], check_id: str) -> Check:
    """A check by its id."""
    (found,) = (check for check in checks if check.id == check_id)
    return found


def outcome(check: Check, computer: Computer, plan: Plan | None = PLAN, **others: Any) -> Finding:
    """What a check itself finds."""
    return check.look(situation(computer, plan, **others))

"""What a check is, and what it may find."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from salesplan_xl.hosts.doctor.computer import Computer
from salesplan_xl.workbook.labels import Labels

GENERAL = "general"
"""Where the catalogue keeps what can be said of every check."""


TO_DO = "_do"
"""What the id of a sentence ends in that says what to do."""


class State(StrEnum):
    """How it stands with what a check looks at."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"
    NOT_HERE = "not here"


@dataclass(frozen=True)
class Finding:
    """
    What a check found.

    Parameters
    ----------
    state : State
        How it stands.
    outcome : str
        Which of the check's sentences says it; what to do is in the one that ends in ``_do``, if there is one.
    values : mapping
        What the sentences name.
    lines : sequence of str
        What else is shown, line by line.
    """

    state: State
    outcome: str
    values: Mapping[str, object] = field(default_factory=dict)
    lines: Sequence[str] = ()


@dataclass(frozen=True)
class Plan:
    """
    What is known of the plan that was named.

    Parameters
    ----------
    path : str
        Its full path.
    fault : str
        Why it cannot be opened, or is no plan, in a sentence; empty otherwise.
    macros : str
        How its macros stand to those of this version (`salesplan_xl.template.standing.Standing`); empty without macros.
    version : str
        Version of salesplan-xl that wrote its macros; empty where nothing says so.
    python : str
        The Python that it names for Excel.
    """

    path: str
    fault: str = ""
    macros: str = ""
    version: str = ""
    python: str = ""


@dataclass(frozen=True)
class Situation:
    """
    What checks look at.

    Parameters
    ----------
    computer : Computer
        The computer.
    version : str
        Version of salesplan-xl.
    log_folder : str
        Where the log goes.
    log_name : str
        The name of its file.
    functions, buttons : tuple of str
        The commands that answer cell functions and buttons.
    plan : Plan, optional
        The plan that was named.
    """

    computer: Computer
    version: str
    log_folder: str
    log_name: str
    functions: tuple[str, ...]
    buttons: tuple[str, ...]
    plan: Plan | None = None


@dataclass(frozen=True)
class Check:
    """
    One thing that is looked at.

    Parameters
    ----------
    id : str
        Its id; its sentences stand under it in the catalogue.
    group : str
        Id of the part of the report that it stands in.
    look : callable
        What looks, and gives what it found.
    system : str
        The only system that has it, as `sys.platform` says it; empty for all.
    of_plan : bool
        Whether it looks at the plan, so that there is nothing to look at where none was named.
    """

    id: str
    group: str
    look: Callable[[Situation], Finding]
    system: str = ""
    of_plan: bool = False


@dataclass(frozen=True)
class Result:
    """
    What came of a check, in words.

    Parameters
    ----------
    id, group : str
        Id of the check and of its part of the report.
    state : State
        How it stands.
    title : str
        What was looked at.
    found : str
        What was found.
    expected : str
        What should be found.
    action : str
        What to do; empty for nothing.
    lines : tuple of str
        What else is shown.
    """

    id: str
    group: str
    state: State
    title: str
    found: str
    expected: str
    action: str
    lines: tuple[str, ...] = ()


def perform(check: Check, situation: Situation, labels: Labels) -> Result:
    """
    Look at one thing; whatever happens, something is said of it.

    Parameters
    ----------
    check : Check
        The check.
    situation : Situation
        What it looks at.
    labels : Labels
        Its sentences.

    Returns
    -------
    Result
        What came of it. A check that breaks says so, as a failure.
    """
    texts = {**labels.doctor[GENERAL], **labels.doctor[check.id]}
    try:
        finding = _finding(check, situation)
    except Exception as error:  # noqa: BLE001 - the others are to be looked at all the same, and the person told
        finding = Finding(State.FAIL, "broke", {"reason": f"{type(error).__name__}: {error}"})
    found = texts[finding.outcome].format_map(finding.values)
    action = texts.get(f"{finding.outcome}{TO_DO}", "").format_map(finding.values)
    return Result(
        check.id, check.group, finding.state, texts["title"], found, texts["expected"], action, tuple(finding.lines)
    )


def _finding(check: Check, situation: Situation) -> Finding:
    """What a check finds, if there is anything to look at."""
    if check.system not in ("", situation.computer.system):
        return Finding(State.NOT_HERE, f"only_{check.system}")
    if check.of_plan and situation.plan is None:
        return Finding(State.NOT_HERE, "no_plan")
    if check.of_plan and situation.plan is not None and situation.plan.fault and check.id != "plan":
        return Finding(State.NOT_HERE, "unread_plan")
    return check.look(situation)

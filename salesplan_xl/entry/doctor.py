"""Looks at the way from the spreadsheet to Python on this computer, and writes a report that a person can send."""

from __future__ import annotations

import datetime
import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from salesplan_xl import __version__
from salesplan_xl.entry.log import NAME, log_folder
from salesplan_xl.entry.report import Report
from salesplan_xl.hosts.doctor import everywhere, libreoffice, macos, windows
from salesplan_xl.hosts.doctor.check import Check, Plan, Result, Situation, State, perform
from salesplan_xl.hosts.doctor.computer import Computer
from salesplan_xl.hosts.libreoffice.programs import buttons_command, functions_command
from salesplan_xl.workbook.labels import Labels, catalogue
from salesplan_xl.workbook.problems import Problem, RefusalError, problem

CHECKS: tuple[Check, ...] = (*everywhere.CHECKS, *libreoffice.CHECKS, *windows.CHECKS, *macos.CHECKS)
"""Every check, in the order of the report."""

_STATE_WIDTH = max(map(len, State))
_INDENT = " " * (_STATE_WIDTH + 4)


def examine(
    plan: Path | None,
    file: Path | None,
    report: Report,
    progress: Callable[[str], None],
    computer: Computer | None = None,
) -> None:
    """
    Perform every check.

    Parameters
    ----------
    plan : Path, optional
        The plan to look at too.
    file : Path, optional
        Where to write the report as well.
    report : Report
        Takes the state of each check as a number, what is wrong as a problem, and the report for people as its page.
        It is refused if a check fails.
    progress : callable
        Told in words what is being done.
    computer : Computer, optional
        The computer; this one if left out.
    """
    labels = catalogue()
    looked_at = computer or Computer()
    known = plan_facts(plan) if plan else None
    commands = functions_command(looked_at.python), buttons_command(looked_at.python)
    situation = Situation(looked_at, __version__, str(log_folder()), NAME, *commands, known)
    results = []
    for check in CHECKS:
        progress(labels.doctor[check.id]["title"])
        results.append(perform(check, situation, labels))
    report.numbers |= {result.id: str(result.state) for result in results}
    report.problems += [_problem(result) for result in results if result.state in (State.WARN, State.FAIL)]
    if any(result.state is State.FAIL for result in results):
        report.status = "refused"
    report.page = as_text(results, situation, labels)
    if file is not None:
        _write(file, report)


def plan_facts(path: Path) -> Plan:
    """
    Learn of a plan what checks need; it is only read.

    Parameters
    ----------
    path : Path
        The plan.

    Returns
    -------
    Plan
        The facts, or why there are none.
    """
    # Loaded here, since a broken installation is what the other checks are for.
    from salesplan_xl.entry.plan_macros import macros_of
    from salesplan_xl.hosts.file.book import FileBook
    from salesplan_xl.template.standing import written_by
    from salesplan_xl.workbook.cells import value_of
    from salesplan_xl.workbook.sheets.hidden import PLAN_PYTHON

    try:
        book = FileBook.open(path)
        named = {name.casefold() for name in book.names()}
        if PLAN_PYTHON.name not in named:
            return Plan(str(path.absolute()), str(problem("E-FILE-NOT-PLAN", file=path.name)))
        python = str(value_of(book.read_name(PLAN_PYTHON.name)[2]) or "")
        if book.macros.project is None:
            return Plan(str(path.absolute()), python=python)
        stored, stands = macros_of(book)
    except RefusalError as refusal:
        return Plan(str(path.absolute()), str(refusal))
    return Plan(str(path.absolute()), "", str(stands), written_by(stored) if stored else "", python)


def as_text(results: Sequence[Result], situation: Situation, labels: Labels) -> str:
    """
    Write the report for people.

    Parameters
    ----------
    results : sequence of Result
        What came of each check, in order.
    situation : Situation
        What was looked at.
    labels : Labels
        The sentences.

    Returns
    -------
    str
        The page.
    """
    texts, computer = labels.doctor["report"], situation.computer
    time = datetime.datetime.fromtimestamp(computer.now).astimezone().isoformat(" ", "minutes")
    counts = Counter(result.state for result in results)
    lines = [
        f"salesplan-xl doctor, {time}",
        f"salesplan-xl {situation.version}, xlwings {_version_of('xlwings')}, {computer.name}",
        "",
        texts["about"],
    ]
    for group, members in itertools.groupby(results, key=lambda result: result.group):
        lines += ["", texts[group], *itertools.chain.from_iterable(map(_lines, members))]
    summary = texts["summary"].format(
        fail=counts[State.FAIL], warn=counts[State.WARN], ok=counts[State.OK], absent=counts[State.NOT_HERE]
    )
    return "\n".join([*lines, "", summary, ""])


def _lines(result: Result) -> Iterator[str]:
    """What the report says of one check."""
    yield f"  {result.state:{_STATE_WIDTH}}  {result.title}: {result.found}"
    yield from (f"{_INDENT}  | {line}" for line in result.lines)
    if result.action:
        yield f"{_INDENT}> {result.action}"


def _problem(result: Result) -> Problem:
    """A check that is not in order, as every other command tells a problem."""
    letter = "E" if result.state is State.FAIL else "W"
    code = f"{letter}-DOCTOR-{result.id.replace('_', '-').upper()}"
    return Problem(code, f"{result.title}: {result.found}", result.expected, result.action)


def _write(file: Path, report: Report) -> None:
    """Write the page into a file too, or say why not."""
    try:
        file.write_text(report.page, encoding="utf-8")
    except OSError as error:
        told = problem("E-FILE-WRITE", file=file.name, reason=error.strerror or error)
        report.status, report.page = "refused", f"{report.page}\n{told}\n"
        report.problems.append(told)
    else:
        report.files.append(str(file))


def _version_of(package: str) -> str:
    """The version of a package, as far as there is one."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "?"

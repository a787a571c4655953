"""Opening, working on and saving a plan that is a closed file: the same few steps for every command."""

from __future__ import annotations

import datetime
import getpass
import uuid
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

import udfs
from salesplan_xl import __version__
from salesplan_xl.actions import ACTIONS
from salesplan_xl.actions.action import Action, Context, Source
from salesplan_xl.actions.perform import Outcome, fill, obstacles, perform
from salesplan_xl.actions.reading import PlanReader
from salesplan_xl.entry.plan_macros import refresh
from salesplan_xl.hosts.excel.interpreter import interpreter
from salesplan_xl.hosts.file.book import FileBook
from salesplan_xl.hosts.file.calculation import calculate
from salesplan_xl.hosts.file.package import MACRO_ENDING, WORKBOOK_ENDINGS
from salesplan_xl.hosts.file.source import read_source
from salesplan_xl.sample.company import Company, company
from salesplan_xl.template.build import Macros, build
from salesplan_xl.workbook.labels import LANGUAGES, catalogue
from salesplan_xl.workbook.problems import Problem, RefusalError, problem
from salesplan_xl.workbook.sheets import SHEETS
from salesplan_xl.workbook.sheets.hidden import PLAN_PYTHON


def context(progress: Callable[[str], None] = lambda _: None, host: str = "file") -> Context:
    """
    Give what actions need from outside.

    Parameters
    ----------
    progress : callable
        Told in words what is being done.
    host : str
        What has the plan open, for the log.

    Returns
    -------
    Context
        The user of this computer, the host, the clock.
    """
    return Context(
        user=getpass.getuser(),
        host=host,
        version=__version__,
        now=lambda: datetime.datetime.now().astimezone(),
        new_id=lambda: str(uuid.uuid4()),
        open_source=_open_source,
        progress=progress,
    )


def new_book(language: str, sample: Company | None, name: str) -> FileBook:
    """
    Make a new plan in memory, not calculated yet.

    Parameters
    ----------
    language : str
        Language of titles and headers.
    sample : Company or None
        Company to fill it with; None for an empty plan.
    name : str
        File name, for messages and for the form: .xlsm with macros and ribbon, .xlsx without.

    Returns
    -------
    FileBook
        The plan, not saved yet.
    """
    macros = Macros(udfs.FUNCTIONS, version("xlwings")) if name.lower().endswith(MACRO_ENDING) else None
    content = build([action.specification for action in ACTIONS.values()], macros, language)
    book = FileBook.from_bytes(content, name)
    if sample is not None:
        fill(book, sample.tables, sample.facts)
    return book


def new_plan(path: Path, language: str, progress: Callable[[str], None], *, with_sample: bool) -> None:
    """
    Write a new plan.

    Parameters
    ----------
    path : Path
        The file to make.
    language : str
        Language of titles and headers.
    progress : callable
        Told in words what is being done.
    with_sample : bool
        Whether to fill it with the sample company.

    Raises
    ------
    RefusalError
        If the language is not complete, the name is not that of a workbook, or there is such a file already.
    """
    if language not in LANGUAGES:
        raise RefusalError([problem("E-LANGUAGE", language=language, languages=", ".join(LANGUAGES))])
    if path.suffix.lower() not in WORKBOOK_ENDINGS:
        raise RefusalError([problem("E-FILE-NAME", file=path.name)])
    if path.exists():
        raise RefusalError([problem("E-FILE-EXISTS", file=path.name)])
    progress("building")
    book = new_book(language, company() if with_sample else None, path.name)
    know_python(book)
    _save_new(book, path)


def know_python(book: FileBook) -> None:
    """
    Write into a new plan with macros which Python Excel on this computer is to start.

    Parameters
    ----------
    book : FileBook
        The plan. It stays as it is where Excel cannot start Python.
    """
    python = interpreter()
    if python and book.name.lower().endswith(MACRO_ENDING):
        fill(book, {}, {PLAN_PYTHON.name: python})


def write_template(path: Path, progress: Callable[[str], None]) -> None:
    """
    Write the workbook template, in place of an older one.

    Parameters
    ----------
    path : Path
        Where to write it.
    progress : callable
        Told in words what is being done.
    """
    progress("building")
    _save_new(new_book("en", None, path.name), path)


def _save_new(book: FileBook, path: Path) -> None:
    """Calculate a new plan and write it."""
    recalculate(book)
    book.save(path)


def find_actions(names: Sequence[str]) -> list[Action]:
    """
    Find actions by their ids.

    Parameters
    ----------
    names : sequence of str
        Ids as a person typed them.

    Returns
    -------
    list of Action
        The actions, in that order.

    Raises
    ------
    RefusalError
        Naming every id that there is none for.
    """
    unknown = [name for name in names if name not in ACTIONS]
    if unknown:
        raise RefusalError(
            [problem("E-ACTION-UNKNOWN", action_id=name, actions=", ".join(ACTIONS)) for name in unknown]
        )
    return [ACTIONS[name] for name in names]


def readiness(path: Path, progress: Callable[[str], None]) -> list[tuple[str, str, tuple[Problem, ...]]]:
    """
    Say of every action whether the plan is ready for it.

    Parameters
    ----------
    path : Path
        The plan, which is not changed.
    progress : callable
        Told in words what is being done.

    Returns
    -------
    list of (str, str, tuple of Problem)
        Id, tip and what stands in the way; nothing when it is ready. A file that must be named is not counted.
    """
    outside = context(progress)
    book = FileBook.open(path)
    return [
        (action.id, catalogue().actions[action.id]["tip"], obstacles(book, action, outside))
        for action in ACTIONS.values()
    ]


def run(
    path: Path, actions: Sequence[Action], settings: Mapping[str, str], progress: Callable[[str], None]
) -> tuple[list[Outcome], list[Problem]]:
    """
    Open a plan, perform actions, bring its macros up to this version, calculate, and save once; all or nothing.

    Parameters
    ----------
    path : Path
        The plan.
    actions : sequence of Action
        What to do, in order.
    settings : mapping of str to str
        Options for this run: ``option``, or ``action.option`` where several actions have it.
    progress : callable
        Told in words what is being done.

    Returns
    -------
    list of Outcome
        What each did.
    list of Problem
        What is to be told of the plan's macros; nothing where they are of this version.

    Raises
    ------
    RefusalError
        If one of them is refused; the file is then unchanged.
    """
    chosen = _settings_by_action(actions, settings)
    book = FileBook.open(path)
    outside = context(progress)
    outcomes = [perform(book, action, chosen[action.id], outside) for action in actions]
    told = refresh(book)
    progress("calculating")
    recalculate(book)
    progress("saving")
    book.save()
    return outcomes, told


def open_elsewhere(path: Path) -> list[Problem]:
    """
    Say whether another program seems to have a plan open.

    Parameters
    ----------
    path : Path
        The plan.

    Returns
    -------
    list of Problem
        A warning for each lock file that Excel or LibreOffice keeps beside it.
    """
    locks = (path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#"))
    return [problem("W-FILE-OPEN", file=path.name, lock=lock.name) for lock in locks if lock.exists()]


def recalculate(book: FileBook) -> None:
    """
    Calculate the formulas of the plan's own sheets and store what they give.

    Parameters
    ----------
    book : FileBook
        The plan.
    """
    texts = PlanReader(book).labels.sheets
    titles = {texts[sheet.id]["title"] for sheet in SHEETS}
    result = calculate(book, udfs.FUNCTIONS, sheets=[title for title in book.sheet_titles() if title in titles])
    for title, values in result.values.items():
        book.store_values(title, values)


def _open_source(path: Path) -> Source:
    """Read a file that an option names."""
    cells, sha256 = read_source(path)
    return Source(path.name, sha256, cells)


def _settings_by_action(actions: Sequence[Action], settings: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Give each action the options meant for it; refuses those that belong to none."""
    chosen: dict[str, dict[str, str]] = {action.id: {} for action in actions}
    problems = []
    for key, value in settings.items():
        wanted, dot, option = key.rpartition(".")
        takers = [
            action
            for action in actions
            if (not dot or action.id == wanted) and any(option == one.id for one in action.specification.options)
        ]
        if not takers:
            known = ", ".join(f"{action.id}.{one.id}" for action in actions for one in action.specification.options)
            names = ", ".join(action.id for action in actions)
            problems.append(problem("E-OPTION-UNKNOWN", option=key, action_id=names, options=known or "none"))
        for action in takers:
            chosen[action.id][option] = value
    if problems:
        raise RefusalError(problems)
    return chosen

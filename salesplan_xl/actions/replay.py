"""Replay: performs the operations of a log again on another file, and says at the first that comes out otherwise.

What people typed between operations stands in no log. The log has checksums of all that an operation read, so that it
can be told between which operations something was typed, and in which tables.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from salesplan_xl.actions import ACTIONS
from salesplan_xl.actions.action import Action, Context, Source, unwatched
from salesplan_xl.actions.perform import Task, compute, read, write
from salesplan_xl.actions.reading import PlanReader
from salesplan_xl.actions.recording import BOOKKEEPING, read_checksums
from salesplan_xl.workbook import journal
from salesplan_xl.workbook.book import Book
from salesplan_xl.workbook.changes import Change, canonical_bytes
from salesplan_xl.workbook.labels import Labels
from salesplan_xl.workbook.problems import Problem, RefusalError, problem, refuse_if_any
from salesplan_xl.workbook.rows import Rows
from salesplan_xl.workbook.schema import Kind
from salesplan_xl.workbook.sheets import TABLES
from salesplan_xl.workbook.sheets.hidden import PLAN_ID, UNDO_JOURNAL
from salesplan_xl.workbook.sheets.log import LOG
from salesplan_xl.workbook.wording import shown

FindSource = Callable[[str, str], Source]
"""Finds a file by name and SHA-256; raises `RefusalError` when there is none."""

_SAME_LINE = ("number", "action", "tables", "checksum_before", "checksum_after", "undoes")
"""What two logs agree in where they tell of the same operation."""

_COMPARED = ("tables", "total_before", "total_after", "checksum_before", "checksum_after", "undoes")
"""What an operation that is done again must have in common with its line in the log."""

_FINISHED = ("back", "to")
"""Options of undo that its single lines in the log have used up."""


@dataclass(frozen=True)
class Replayed:
    """
    What a replay did.

    Parameters
    ----------
    first, last : int
        Numbers of the first and the last operation it performed.
    equal : int
        How many tables have the same canonical bytes as those of the logged plan; 0 where it stopped earlier.
    warnings : tuple of Problem
        Tables that were edited in the logged plan after its last operation.
    """

    first: int
    last: int
    equal: int
    warnings: tuple[Problem, ...] = ()


def replay(
    logged: Book, book: Book, find_source: FindSource, version: str, until: int | None, progress: Callable[[str], None]
) -> Replayed:
    """
    Perform the operations of a log again.

    Parameters
    ----------
    logged : Book
        The plan with the log; it is not changed.
    book : Book
        A plan as it was before these operations, or before some of them. It is changed, but not saved.
    find_source : callable
        Finds the files that operations read.
    version : str
        Version of this program, for the log.
    until : int or None
        Number of the last operation to perform; None for all.
    progress : callable
        Told in words what is being done.

    Returns
    -------
    Replayed
        What it did: every operation came out as the log says.

    Raises
    ------
    RefusalError
        At the first operation that does not; naming what was typed between two operations, or the first cell that
        comes out otherwise. Operations, files and actions that are missing are all told before the first is performed.
    """
    theirs = PlanReader(logged)
    log, kept = (_rows(theirs, table) for table in (LOG.id, UNDO_JOURNAL.id))
    entries = _waiting(theirs, PlanReader(book), log, until)
    sources = _sources(theirs, entries, find_source)
    identity = str(logged.read_name(PLAN_ID.name)[2] or "")
    previous = int(entries[0]["number"]) - 1
    for entry in entries:
        number = int(entry["number"])
        progress(f"operation {number}: {entry['action']}")
        context = _context(entry, sources.get(number), identity, version)
        _again(book, entry, previous, journal.changes(kept.frame, number), context)
        previous = number
    equal, warnings = (0, ()) if until is not None else _compared(theirs, PlanReader(book), previous)
    return Replayed(int(entries[0]["number"]), previous, equal, tuple(theirs.in_file(warnings)))


def _rows(plan: PlanReader, table: str) -> Rows:
    """The rows of a table that must be in order."""
    rows, problems = plan.table(table)
    refuse_if_any(problems)
    return rows


def _waiting(theirs: PlanReader, ours: PlanReader, log: Rows, until: int | None) -> list[dict[str, Any]]:
    """The lines of the log that are to be performed: those the other plan does not have yet."""
    entries = _lines(log)
    done = _lines(_rows(ours, LOG.id))
    for mine, line in zip(done, [*entries, *[{}] * len(done)], strict=False):
        if any(not _equal(mine[column], line.get(column)) for column in _SAME_LINE):
            raise RefusalError(ours.in_file([problem("E-REPLAY-OTHER", number=int(mine["number"]))]))
    waiting = entries[len(done) :]
    numbers = [int(entry["number"]) for entry in waiting]
    if not waiting:
        raise RefusalError(theirs.in_file([problem("E-REPLAY-EMPTY", count=len(done))]))
    if until is not None and until not in numbers:
        raise RefusalError(theirs.in_file([problem("E-REPLAY-TO", value=until, first=numbers[0], last=numbers[-1])]))
    chosen = [entry for entry in waiting if until is None or entry["number"] <= until]
    unknown = sorted({str(entry["action"]) for entry in chosen} - ACTIONS.keys())
    if unknown:
        raise RefusalError(theirs.in_file(problem("E-REPLAY-ACTION", action_id=one) for one in unknown))
    return chosen


def _lines(log: Rows) -> list[dict[str, Any]]:
    """The lines of a log by their numbers."""
    return [
        {str(name): value for name, value in line.items()}
        for line in log.frame.sort_values("number").to_dict("records")
    ]


def _equal(one: object, other: object) -> bool:
    """Whether two values of logs are the same; two blanks are."""
    return one == other or bool(pd.isna([one, other]).all())


def _sources(theirs: PlanReader, entries: Sequence[Mapping[str, Any]], find: FindSource) -> dict[int, Source]:
    """The file that each operation read, by its number; all that are missing are told together."""
    found: dict[int, Source] = {}
    problems: list[Problem] = []
    for entry in entries:
        options, action = json.loads(entry["options"]), ACTIONS[entry["action"]]
        file = options.get(action.specification.file_option)
        if not file:
            continue
        try:
            found[int(entry["number"])] = find(file["name"], file["sha256"])
        except RefusalError as refusal:
            problems += [one for one in refusal.problems if one not in problems]
    refuse_if_any(theirs.in_file(problems))
    return found


def _context(entry: Mapping[str, Any], source: Source | None, identity: str, version: str) -> Context:
    """Who did an operation, when, where and with which file, as its line in the log says."""

    def open_source(path: Path) -> Source:
        if source is None:
            raise RefusalError([problem("E-FILE-MISSING", file=path.name, path=path.name)])
        return source

    time = datetime.datetime.fromisoformat(str(entry["time"])).replace(tzinfo=datetime.UTC)
    return Context(str(entry["user"]), str(entry["host"]), version, lambda: time, lambda: identity, open_source)


def _again(book: Book, entry: Mapping[str, Any], previous: int, changes: Sequence[Change], context: Context) -> None:
    """Perform one operation, and see that it finds what it found and leaves what it left."""
    number, action = int(entry["number"]), ACTIONS[entry["action"]]
    plan = PlanReader(book)
    with _told_with(number):
        task = read(book, action, _overrides(entry, action, plan.labels), context)
    _refuse_if_edited(task, entry, previous, plan)
    with _told_with(number):
        write(book, task, compute(task, unwatched), context)
    line = _lines(_rows(plan, LOG.id))[-1]
    different = [column for column in _COMPARED if not _equal(line[column], entry[column])]
    if line["number"] != entry["number"] or different:
        ours = journal.changes(_rows(plan, UNDO_JOURNAL.id).frame, number)
        raise RefusalError(plan.in_file([_difference(number, line, entry, ours, changes)]))


@contextmanager
def _told_with(number: int) -> Iterator[None]:
    """Say which operation it is that is refused."""
    try:
        yield
    except RefusalError as refusal:
        raise RefusalError([problem("E-REPLAY-REFUSED", number=number), *refusal.problems]) from refusal


def _overrides(entry: Mapping[str, Any], action: Action, labels: Labels) -> dict[str, str]:
    """The options of an operation as a person would type them."""
    logged = json.loads(entry["options"])
    texts: dict[str, str] = {}
    for option in action.specification.options:
        value = logged.get(option.id)
        if option.id not in logged:
            continue
        if option.kind is Kind.FILE:
            texts[option.id] = value["name"]
        elif value is None or (not pd.isna(entry["undoes"]) and option.id in _FINISHED):
            texts[option.id] = ""
        elif option.choices:
            texts[option.id] = labels.choices[option.choices][value]
        else:
            texts[option.id] = _positional(value) if isinstance(value, float) else str(value)
    return texts


def _positional(number: float) -> str:
    """A number as it is typed, that reads back as the very same."""
    return np.format_float_positional(number, trim="-")


def _refuse_if_edited(task: Task, entry: Mapping[str, Any], previous: int, plan: PlanReader) -> None:
    """See that an operation reads what it read then; a log of an earlier version does not say what that was."""
    then = json.loads(entry["read"] or "{}")
    now = read_checksums(task.inputs)
    edited = [table for table, text in then.items() if now.get(table, text) != text]
    if not edited:
        return
    said = ", ".join(_named(table, plan.labels) for table in edited)
    raise RefusalError(
        plan.in_file([problem("E-REPLAY-EDITED", previous=previous, number=int(entry["number"]), tables=said)])
    )


def _named(table: str, labels: Labels) -> str:
    """A table as its heading has it, or the settings."""
    return labels.tables[table]["title"].partition(":")[0] if table in labels.tables else labels.texts["settings"]


def _difference(
    number: int,
    line: Mapping[str, Any],
    entry: Mapping[str, Any],
    ours: Sequence[Change],
    theirs: Sequence[Change],
) -> Problem:
    """The first cell that came out otherwise, or as much of it as the journal still knows."""
    made, logged = ({change[:3]: change.new for change in changes} for changes in (ours, theirs))
    for place in dict.fromkeys([*logged, *made]) if logged else ():
        if made.get(place) != logged.get(place):
            table, row, column = place
            value, expected, column = _first_difference(made.get(place), logged.get(place), column)
            said = ", ".join(part for part in (table, row, column) if part)
            return problem("E-REPLAY-DIFFERS", number=number, place=said, value=value, expected_value=expected)
    return problem(
        "E-REPLAY-DIFFERS",
        number=number,
        place=str(entry["tables"]),
        value=_sums(line),
        expected_value=_sums(entry),
    )


def _first_difference(ours: str | None, theirs: str | None, column: str) -> tuple[str, str, str]:
    """Both values of a change in words, of whole rows those of the first column that differs, and that column."""
    one, other = (json.loads(text) if text else None for text in (ours, theirs))
    if isinstance(one, dict) and isinstance(other, dict):
        column = next(key for key in {**other, **one} if one.get(key) != other.get(key))
        one, other = one.get(column), other.get(column)
    return shown(one), shown(other), column


def _sums(line: Mapping[str, Any]) -> str:
    """Total and checksum of a line of the log."""
    total = "" if pd.isna(line["total_after"]) else f"{line['total_after']:,.2f}, "
    return f"{total}{line['checksum_after']}"


def _compared(theirs: PlanReader, ours: PlanReader, last: int) -> tuple[int, Sequence[Problem]]:
    """How many tables are equal to the byte in the end, and those that were edited since the last operation."""
    edited: list[str] = []
    compared = [table for table in TABLES if table not in BOOKKEEPING]
    for table in compared:
        one, other = (
            canonical_bytes(TABLES[table], plan.table(table)[0].frame) if plan.has(table) else b""
            for plan in (theirs, ours)
        )
        if one != other:
            edited.append(_named(table, theirs.labels))
    if not edited:
        return len(compared), ()
    said = problem("W-REPLAY-AFTER", number=last, tables=", ".join(edited))
    return len(compared) - len(edited), [said]

"""Undo: takes back the last operations, or the last undos, without touching what was edited elsewhere since."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from salesplan_xl.actions.action import Action, Inputs, Progress, Result
from salesplan_xl.workbook import journal
from salesplan_xl.workbook.changes import Change, apply, conflicts
from salesplan_xl.workbook.options import ActionSpecification, Option
from salesplan_xl.workbook.problems import Problem, problem
from salesplan_xl.workbook.rows import Rows
from salesplan_xl.workbook.schema import Kind
from salesplan_xl.workbook.sheets import TABLES
from salesplan_xl.workbook.sheets.hidden import UNDO_JOURNAL
from salesplan_xl.workbook.sheets.log import LOG
from salesplan_xl.workbook.wording import shown


def _redo(inputs: Inputs) -> bool:
    """Whether undos are to be taken back, not operations."""
    return inputs.options["redo"] == "yes"


def _stack(inputs: Inputs) -> list[tuple[int, int]]:
    """What can be taken back, the first to be so at the end: each by its number and by that of what it does at bottom.

    Told by the log in the order of its numbers: what takes back something done is an undo, what takes back an undo
    does the thing again, and something new leaves nothing to redo.
    """
    log = inputs.frame(LOG.id).sort_values("number")
    done: dict[int, int] = {}
    undone: dict[int, int] = {}
    for number, undoes in zip(log["number"].astype(int), log["undoes"].fillna(0).astype(int), strict=True):
        if undoes in done:
            undone[number] = done.pop(undoes)
        elif undoes in undone:
            done[number] = undone.pop(undoes)
        else:
            undone.clear()
            done[number] = number
    return list((undone if _redo(inputs) else done).items())


def _wanted(inputs: Inputs) -> tuple[list[int], list[Problem]]:
    """Numbers of the operations to take back in this order, or why they cannot be told."""
    back, to, stack = inputs.options["back"], inputs.options["to"], _stack(inputs)
    if back is not None and to is not None:
        return [], [_at_the_log(inputs, "E-UNDO-BOTH")]
    if to is None:
        count = 1 if back is None else int(inputs.number("back"))
        if count > len(stack) > 0:
            return [], [_at_the_log(inputs, "E-UNDO-FEWER", count=str(len(stack)), wanted=str(count))]
        return [number for number, _ in reversed(stack[-count:])], []
    last = int(inputs.number("to"))
    known = [first for _, first in stack]
    if last not in ([*known] if _redo(inputs) else [0, *known]):
        listed = ", ".join(str(first) for first in sorted(known)) or inputs.labels.texts["no_operation"]
        return [], [_at_the_log(inputs, "E-UNDO-TO", value=str(last), operations=listed)]
    reached = [number for number, first in stack if (first <= last if _redo(inputs) else first > last)]
    return reached[::-1], []


def _taken_back(inputs: Inputs, operation: int) -> dict[str, list[Change]]:
    """By table the changes that take an operation back."""
    changes: dict[str, list[Change]] = {}
    for made in journal.changes(inputs.frame(UNDO_JOURNAL.id), operation):
        changes.setdefault(made.table, []).append(made.reversed())
    return changes


def _tables(inputs: Inputs) -> tuple[str, ...]:
    """The tables that the operations changed."""
    return tuple(dict.fromkeys(table for operation in _wanted(inputs)[0] for table in _taken_back(inputs, operation)))


def _compute(inputs: Inputs, _: Progress) -> Result:
    """Take the operations back one after the other, unless that would overwrite something done later."""
    wanted, problems = _wanted(inputs)
    if problems:
        return Result(problems=tuple(problems))
    by_operation = {operation: _taken_back(inputs, operation) for operation in wanted}
    gone = [operation for operation, changes in by_operation.items() if not changes]
    if gone or not wanted:
        return Result(problems=(_nothing(inputs, gone, wanted),))
    tables = dict(inputs.tables)
    results: list[Result] = []
    found: dict[tuple[str, str, str], Problem] = {}
    for operation, changes in by_operation.items():
        frames: dict[str, pd.DataFrame] = {}
        for table, own in changes.items():
            there = _conflicts(inputs.tables[table], tables[table].frame, own, operation)
            for change, one in there.items():
                found.setdefault((table, change.row, one.cell), one)
            frames[table] = apply(TABLES[table], tables[table].frame, [one for one in own if one not in there])
            tables[table] = replace(tables[table], frame=frames[table])
        results.append(Result(tables=frames, undoes=operation))
    first, *others = results
    changed = sum(len(own) for changes in by_operation.values() for own in changes.values())
    numbers = {"operation": wanted[-1], "operations": len(wanted), "changes": changed}
    return replace(first, numbers=numbers, problems=tuple(found.values()), then=tuple(others))


def _nothing(inputs: Inputs, gone: Sequence[int], wanted: Sequence[int]) -> Problem:
    """That there is nothing to take back, or that the journal no longer keeps it."""
    what = "redo" if _redo(inputs) else "undo"
    if len(gone) < len(wanted):
        return _at_the_log(inputs, "E-UNDO-GONE", operations=", ".join(map(str, sorted(gone))))
    return _at_the_log(inputs, "E-UNDO-NOTHING", what=what)


def _at_the_log(inputs: Inputs, code: str, **values: str) -> Problem:
    """A problem of the log as a whole, said at its numbers."""
    rows = inputs.tables[LOG.id]
    return problem(code, sheet=rows.cells.sheet, cell=rows.cells.place(-1, rows.headers["number"]), **values)


def _conflicts(rows: Rows, frame: pd.DataFrame, changes: list[Change], operation: int) -> dict[Change, Problem]:
    """Changes that meet something else in a frame than the operation left there, each with its cell on the sheet."""
    at = {row: number for number, row in enumerate(rows.frame["row_id"])}
    found: dict[Change, Problem] = {}
    for change, column, now in conflicts(rows.table, frame, changes):
        cell = rows.place(at[change.row], column or "row_id") if change.row in at else ""
        found[change] = problem(
            "E-UNDO-CONFLICT",
            sheet=rows.cells.sheet,
            cell=cell or rows.cells.place(-1, rows.headers["row_id"]),
            value=_said(now, column),
            expected_value=_said(change.old, column),
            operation=operation,
        )
    return found


def _said(text: str, column: str) -> str:
    """A value of the journal in words."""
    if not text:
        return "no row"
    value = json.loads(text)
    if isinstance(value, dict):
        return shown(value.get(column)) if column else "a row"
    return shown(value)


ACTION = Action(
    ActionSpecification(
        "undo",
        "log",
        "Undo",
        (
            Option("redo", Kind.TEXT, "no", choices="yes_no"),
            Option("back", Kind.INTEGER, required=False, at_least=1),
            Option("to", Kind.INTEGER, required=False, at_least=0),
        ),
    ),
    reads=(LOG.id, UNDO_JOURNAL.id),
    compute=_compute,
    reads_more=_tables,
)

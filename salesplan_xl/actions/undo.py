"""Undo: takes back the last operation, or the last undo, without touching what was edited elsewhere since."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pandas as pd

from salesplan_xl.actions.action import Action, Inputs, Progress, Result
from salesplan_xl.workbook import journal
from salesplan_xl.workbook.changes import Change, apply, conflicts
from salesplan_xl.workbook.options import ActionSpecification, Option
from salesplan_xl.workbook.problems import Problem, problem
from salesplan_xl.workbook.schema import Kind
from salesplan_xl.workbook.sheets import TABLES
from salesplan_xl.workbook.sheets.hidden import UNDO_JOURNAL
from salesplan_xl.workbook.sheets.log import LOG
from salesplan_xl.workbook.wording import shown


def _redo(inputs: Inputs) -> bool:
    """Whether an undo is to be taken back, not an operation."""
    return inputs.options["redo"] == "yes"


def _operation(inputs: Inputs) -> int:
    """Number of the operation to take back; 0 for none.

    Told by the log in the order of its numbers: what takes back something done is an undo, what takes back an undo
    does the thing again, and something new leaves nothing to redo.
    """
    log = inputs.frame(LOG.id).sort_values("number")
    done: list[int] = []
    undone: list[int] = []
    for number, undoes in zip(log["number"].astype(int), log["undoes"].fillna(0).astype(int), strict=True):
        if undoes in done:
            done.remove(undoes)
            undone.append(number)
            continue
        if undoes in undone:
            undone.remove(undoes)
        else:
            undone.clear()
        done.append(number)
    return next(reversed(undone if _redo(inputs) else done), 0)


def _taken_back(inputs: Inputs) -> tuple[int, dict[str, list[Change]]]:
    """The operation to take back, and by table the changes that do it."""
    operation = _operation(inputs)
    changes: dict[str, list[Change]] = {}
    for made in journal.changes(inputs.frame(UNDO_JOURNAL.id), operation):
        changes.setdefault(made.table, []).append(made.reversed())
    return operation, changes


def _tables(inputs: Inputs) -> tuple[str, ...]:
    """The tables the operation changed."""
    return tuple(_taken_back(inputs)[1])


def _compute(inputs: Inputs, _: Progress) -> Result:
    """Take the operation back, unless that would overwrite something done later."""
    operation, changes = _taken_back(inputs)
    if not changes:
        rows = inputs.tables[LOG.id]
        what = "redo" if _redo(inputs) else "undo"
        at = rows.cells.place(-1, rows.headers["number"])
        return Result(problems=(problem("E-UNDO-NOTHING", sheet=rows.cells.sheet, cell=at, what=what),))
    tables: dict[str, pd.DataFrame] = {}
    problems: list[Problem] = []
    for table, own in changes.items():
        problems += _conflicts(inputs, table, own, operation)
        if not problems:
            tables[table] = apply(TABLES[table], inputs.frame(table), own)
    numbers = {"operation": operation, "changes": sum(map(len, changes.values()))}
    return Result(tables=tables, numbers=numbers, problems=tuple(problems), undoes=operation)


def _conflicts(inputs: Inputs, table: str, changes: list[Change], operation: int) -> Iterator[Problem]:
    """Each cell that holds something else than the operation left there."""
    rows = inputs.tables[table]
    at = {row: number for number, row in enumerate(rows.frame["row_id"])}
    for change, column, now in conflicts(rows.table, rows.frame, changes):
        cell = rows.place(at[change.row], column or "row_id") if change.row in at else ""
        yield problem(
            "E-UNDO-CONFLICT",
            sheet=rows.cells.sheet,
            cell=cell or rows.cells.place(-1, rows.headers["row_id"]),
            value=_said(now, column),
            expected_value=_said(change.old, column),
            operation=operation,
        )


def _said(text: str, column: str) -> str:
    """A value of the journal in words."""
    if not text:
        return "no row"
    value = json.loads(text)
    if isinstance(value, dict):
        return shown(value.get(column)) if column else "a row"
    return shown(value)


ACTION = Action(
    ActionSpecification("undo", "log", "Undo", (Option("redo", Kind.TEXT, "no", choices="yes_no"),)),
    reads=(LOG.id, UNDO_JOURNAL.id),
    compute=_compute,
    reads_more=_tables,
)

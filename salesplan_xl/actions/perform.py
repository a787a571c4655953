"""Performs actions in three steps: reads their tables, lets them work, writes what changed, keeps log and journal.

Nothing is saved here: the host saves once, after every action of a run has succeeded. In an open workbook the steps
may lie apart, and the one in the middle in another process (`salesplan_xl.actions.jobs`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from salesplan_xl.actions.action import Action, Context, Inputs, Progress, Result, unwatched
from salesplan_xl.actions.large_amounts import large_amounts
from salesplan_xl.actions.preview import is_preview, preview
from salesplan_xl.actions.reading import PlanReader, read_inputs, read_options
from salesplan_xl.actions.recording import add_to_journal, joined, list_problems, log_entry, rows_touched
from salesplan_xl.workbook.book import Book
from salesplan_xl.workbook.changes import Change, cell_changes, difference, keep_order
from salesplan_xl.workbook.codec import encode
from salesplan_xl.workbook.problems import Problem, RefusalError, problem, refuse_if_any
from salesplan_xl.workbook.rows import Rows
from salesplan_xl.workbook.sheets import TABLES, plan_cells, sheet_of
from salesplan_xl.workbook.sheets.budget import BUDGET_LINES
from salesplan_xl.workbook.sheets.budget_preview import BUDGET_PREVIEW
from salesplan_xl.workbook.sheets.hidden import PLAN_ID, UNDO_JOURNAL
from salesplan_xl.workbook.sheets.log import LOG, PROBLEMS, UNDO_KEEP

_NOT_STANDING = ("E-COLUMN-MISSING", "E-ROW-DUPLICATE")
"""Problems with which rows cannot be told apart; a summary follows its list whatever else is wrong with the cells."""


@dataclass(frozen=True)
class Outcome:
    """
    What one action did.

    Parameters
    ----------
    action : str
        Its id.
    numbers : mapping of str to float or int or str
        What it has to tell.
    tables : mapping of str to int
        How many rows it changed in each table; empty when nothing changed.
    problems : tuple of Problem
        Warnings.
    preview : bool
        Whether it only told what it would change.
    """

    action: str
    numbers: Mapping[str, float | int | str]
    tables: Mapping[str, int]
    problems: tuple[Problem, ...]
    preview: bool = False


@dataclass(frozen=True)
class Task:
    """
    An action with all that it works from; it can be handed to another process.

    Parameters
    ----------
    action : Action
        What to do.
    inputs : Inputs
        What it works from.
    warnings : tuple of Problem
        What was noticed while reading.
    ahead : tuple of (Action, Inputs)
        Actions whose obstacles it tells, with what they would work from.
    ahead_problems : tuple of Problem
        What is wrong with the options of these.
    """

    action: Action
    inputs: Inputs
    warnings: tuple[Problem, ...]
    ahead: tuple[tuple[Action, Inputs], ...]
    ahead_problems: tuple[Problem, ...]


def perform(book: Book, action: Action, overrides: Mapping[str, str], context: Context) -> Outcome:
    """
    Perform one action on an open plan: read, compute, write.

    Parameters
    ----------
    book : Book
        The plan. It is changed, but not saved.
    action : Action
        What to do.
    overrides : mapping of str to str
        Options for this time, as a person types them; others come from the plan.
    context : Context
        Who, when, where.

    Returns
    -------
    Outcome
        What it did.

    Raises
    ------
    RefusalError
        With every problem found, if one of them stops the action. The book is then unchanged, unless it was the
        host that refused to write, and `Book.together` cannot take back what was written; whoever holds such a
        book drops it without saving.
    """
    context.progress(f"{action.id}: reading")
    task = read(book, action, overrides, context)
    context.progress(f"{action.id}: working")
    result = compute(task, unwatched)
    context.progress(f"{action.id}: writing")
    return write(book, task, result, context)


def read(book: Book, action: Action, overrides: Mapping[str, str], context: Context) -> Task:
    """
    Read all that an action works from: the first of its three steps.

    Parameters
    ----------
    book : Book
        The plan, which is not changed.
    action : Action
        What to do.
    overrides : mapping of str to str
        Options for this time, as a person types them; others come from the plan.
    context : Context
        Who, when, where.

    Returns
    -------
    Task
        What `compute` takes.

    Raises
    ------
    RefusalError
        With every problem of tables, named cells, options and files together.
    """
    plan = PlanReader(book)
    inputs, warnings = read_inputs(plan, action, overrides, context)
    ahead, problems = [], []
    for other in action.foresees(inputs):
        options, _, found = read_options(plan, other, {}, context)
        problems += found
        if not found:
            ahead.append((other, replace(inputs, options=options)))
    return Task(action, inputs, tuple(warnings), tuple(ahead), tuple(problems))


def compute(task: Task, progress: Progress) -> Result:
    """
    Work out what an action changes: the second step, which knows no workbook.

    Parameters
    ----------
    task : Task
        What was read.
    progress : callable
        Told the share that is done.

    Returns
    -------
    Result
        What `write` takes; what stands in the way of the action, and of those it looks ahead to, is in its problems.
    """
    result = task.action.compute(task.inputs, progress)
    if is_preview(task.inputs):
        result = preview(task.inputs, task.action.id, result)
    foreseen = [one for other, inputs in task.ahead for one in other.compute(inputs, unwatched).problems if one.stops]
    told = (*result.problems, *task.ahead_problems, *(one.as_warning() for one in foreseen))
    return replace(result, problems=told)


def write(book: Book, task: Task, result: Result, context: Context) -> Outcome:
    """
    Write what an action changes: the third step.

    Parameters
    ----------
    book : Book
        The plan, as it was when it was read. It is changed, but not saved.
    task : Task
        What was read.
    result : Result
        What was worked out from it.
    context : Context
        Who, when, where.

    Returns
    -------
    Outcome
        What the action did.

    Raises
    ------
    RefusalError
        If a problem stops the action, or the host refuses to write.
    """
    plan = PlanReader(book)
    told = (*result.problems, *large_amounts(result, plan.labels))
    problems = (*task.warnings, *plan.in_file(told))
    refuse_if_any(problems)
    tables = _write(plan, task, result, problems, context)
    return Outcome(task.action.id, result.numbers, tables, problems, is_preview(task.inputs))


def refuse_if_changed(book: Book, task: Task, overrides: Mapping[str, str], context: Context) -> None:
    """
    See that what an action was worked out from still stands.

    Parameters
    ----------
    book : Book
        The plan.
    task : Task
        What was read from it.
    overrides : mapping of str to str
        The options it was read with.
    context : Context
        Who, when, where.

    Raises
    ------
    RefusalError
        Naming the sheets in whose tables something else stands now, or saying that a setting is another.
    """
    before, now = task.inputs, read(book, task.action, overrides, context).inputs
    labels = before.labels
    changed = [
        labels.sheets[sheet_of(table).id]["title"]
        for table, rows in before.tables.items()
        if table not in now.tables or not rows.stand_in(now.tables[table].cells)
    ]
    if (before.facts, before.options) != (now.facts, now.options):
        changed.append(labels.texts["settings"])
    if changed:
        label = labels.actions[task.action.id]["label"]
        said = problem("E-TABLES-CHANGED", places=", ".join(dict.fromkeys(changed)), label=label)
        raise RefusalError(PlanReader(book).in_file([said]))


def note_problems(book: Book, action: Action, problems: Sequence[Problem]) -> None:
    """
    List on the log's sheet what stood in the way of an action, in place of what stood in its way before.

    Parameters
    ----------
    book : Book
        The plan. It is changed, but not saved; a workbook without that list stays as it is.
    action : Action
        The action.
    problems : sequence of Problem
        What stood in its way.

    Raises
    ------
    RefusalError
        If the list itself is not as it should be, or the host refuses to write.
    """
    plan = PlanReader(book)
    _change(plan, _problems(plan, action, problems))


def obstacles(book: Book, action: Action, context: Context) -> tuple[Problem, ...]:
    """
    Find what stands in the way of an action, without performing it.

    Parameters
    ----------
    book : Book
        The plan, which is not changed.
    action : Action
        What would be done.
    context : Context
        Who, when, where.

    Returns
    -------
    tuple of Problem
        Everything that would stop it, but for a file that is yet to be named.
    """
    try:
        inputs, _ = read_inputs(PlanReader(book), action, {}, context)
    except RefusalError as refusal:
        return tuple(one for one in refusal.problems if one.stops and one.code != "E-OPTION-MISSING")
    return tuple(one for one in action.compute(inputs, unwatched).problems if one.stops)


def fill(book: Book, tables: Mapping[str, pd.DataFrame], facts: Mapping[str, object]) -> None:
    """
    Put rows and facts into a new plan; that is no operation and leaves no line in the log.

    Parameters
    ----------
    book : Book
        The plan. It is changed, but not saved.
    tables : mapping of str to DataFrame
        Rows of each table, with its columns except formulas; ``row_id`` may be left out.
    facts : mapping of str to object
        Values of named cells.

    Raises
    ------
    RefusalError
        If the plan is not as it should be.
    """
    plan = PlanReader(book)
    cells = {cell.name: cell for cell in plan_cells()}
    for name, value in facts.items():
        book.write_name(name, encode(cells[name], [value], plan.labels)[0])
    for table, given in tables.items():
        rows, problems = plan.table(table)
        refuse_if_any(problems)
        columns = [column.id for column in TABLES[table].stored_columns]
        frame = given.reindex(columns=columns)
        if "row_id" not in given:
            frame["row_id"] = [f"r{number}" for number in range(1, len(frame) + 1)]
        book.change_table(table, cell_changes(rows, frame.reset_index(drop=True), plan.labels))
    for rows, frame in _summaries(plan, {}):
        book.change_table(rows.cells.name, cell_changes(rows, frame, plan.labels))


Writes = list[tuple[Rows, pd.DataFrame]]
"""Tables as they are, each with the rows it shall have."""


def _write(
    plan: PlanReader, task: Task, result: Result, problems: Sequence[Problem], context: Context
) -> dict[str, int]:
    """Write what changed, with its line in the log and its changes in the journal; gives changed rows by table.

    All that is still to be read is read, and refused, before the first table is touched.
    """
    action, inputs = task.action, task.inputs
    operations, standing = _operations(inputs, result)
    touched = {table: standing[table].frame for operation in operations for table in operation.changes}
    writes = [(inputs.tables[table], frame) for table, frame in touched.items()]
    written = {table: standing[table].frame for step in (result, *result.then) for table in step.tables}
    summaries = _summaries(plan, written)
    writes += summaries
    if operations:
        log, journal = _rows(plan, LOG.id), _rows(plan, UNDO_JOURNAL.id)
        entries, kept = log.frame, journal.frame
        for operation in operations:
            entry = log_entry(entries, action, operation.inputs, operation.result, operation.after, context)
            entry["rows"] = float(sum(rows_touched(operation.changes).values()))
            entries = joined(entries, pd.DataFrame([entry]))
            keep = int(inputs.number(UNDO_KEEP.name))
            kept = add_to_journal(kept, int(entry["number"]), operation.changes, keep, operation.result.undoes)
        writes += [(log, entries), (journal, kept)]
    facts = {PLAN_ID.name: context.new_id()} if operations and not inputs.facts[PLAN_ID.name] else {}
    notes = [(_rows(plan, table, _NOT_STANDING), frame) for table, frame in result.notes.items()]
    if BUDGET_LINES.id in touched:
        notes += _without_preview(plan)
    _change(plan, [*writes, *notes, *_problems(plan, action, problems)], facts)
    rows = rows_touched({table: _all(operations, table) for table in touched})
    told = {table: len(frame) for table, frame in result.notes.items()}
    return {**rows, **{rows.table.id: len(frame) for rows, frame in summaries}, **told}


@dataclass(frozen=True)
class _Operation:
    """One line of the log to be: what it was worked out from, and the tables that it really changes."""

    inputs: Inputs
    result: Result
    after: Mapping[str, pd.DataFrame]
    changes: Mapping[str, Sequence[Change]]


def _operations(inputs: Inputs, result: Result) -> tuple[list[_Operation], dict[str, Rows]]:
    """The operations of a run that change something, and all tables as they are after the last of them."""
    operations = []
    tables = dict(inputs.tables)
    for step in (result, *result.then):
        after = {table: keep_order(tables[table], frame) for table, frame in step.tables.items()}
        differences = {table: difference(tables[table], frame) for table, frame in after.items()}
        changes = {table: changed for table, changed in differences.items() if changed}
        if changes:
            changed = {table: after[table] for table in changes}
            operations.append(_Operation(replace(inputs, tables=dict(tables)), step, changed, changes))
        tables |= {table: replace(tables[table], frame=frame) for table, frame in after.items()}
    return operations, tables


def _all(operations: Sequence[_Operation], table: str) -> list[Change]:
    """All changes of a table in one run."""
    return [change for operation in operations for change in operation.changes.get(table, ())]


def _without_preview(plan: PlanReader) -> Writes:
    """The preview of the budget without its rows, now that the budget is another; nothing where it has none."""
    if not plan.has(BUDGET_PREVIEW.id):
        return []
    rows = _rows(plan, BUDGET_PREVIEW.id, _NOT_STANDING)
    return [(rows, rows.frame.iloc[:0])] if len(rows.frame) else []


def _change(plan: PlanReader, writes: Writes, facts: Mapping[str, str] | None = None) -> None:
    """Let each table have its new rows, and each named cell its new text, all or none."""
    changes = {rows.cells.name: cell_changes(rows, frame, plan.labels) for rows, frame in writes}
    if not changes:
        return
    with plan.book.together(changes):
        for table, made in changes.items():
            plan.book.change_table(table, made)
        for name, text in (facts or {}).items():
            plan.book.write_name(name, text)


def _problems(plan: PlanReader, action: Action, problems: Sequence[Problem]) -> Writes:
    """The list of problems with those of an action in place of its earlier ones, where that is a change."""
    if not plan.has(PROBLEMS.id):
        return []
    listed = _rows(plan, PROBLEMS.id, _NOT_STANDING)
    now = list_problems(listed.frame, action.id, problems)
    return [] if now.equals(listed.frame) else [(listed, now)]


def _rows(plan: PlanReader, table: str, stopping: Collection[str] = ()) -> Rows:
    """The rows of a table that must be in order; if codes are given, only problems with one of these stop."""
    rows, problems = plan.table(table)
    refuse_if_any(one for one in problems if not stopping or one.code in stopping)
    return rows


def _summaries(plan: PlanReader, written: Mapping[str, pd.DataFrame]) -> Writes:
    """The summary tables that lack a row for a value of their master list, with the rows they shall have."""
    changed = []
    for table in TABLES.values():
        if not table.follows:
            continue
        master, _, column = table.follows.partition(".")
        listed = written[master] if master in written else _rows(plan, master, _NOT_STANDING).frame
        values = listed[column].dropna().drop_duplicates().tolist()
        rows, key = _rows(plan, table.id, _NOT_STANDING), table.columns[0].id
        if rows.frame[key].tolist() != values:
            changed.append((rows, pd.DataFrame({"row_id": values, key: values}, dtype=object)))
    return changed

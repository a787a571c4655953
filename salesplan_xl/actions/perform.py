"""Performs actions: reads their tables, lets them work, writes what changed, keeps log and journal.

Nothing is saved here: the host saves once, after every action of a run has succeeded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from salesplan_xl.actions.action import Action, Context, Inputs, Result
from salesplan_xl.actions.reading import PlanReader, read_inputs, read_options
from salesplan_xl.actions.recording import add_to_journal, joined, log_entry, rows_touched
from salesplan_xl.workbook.book import Book
from salesplan_xl.workbook.changes import cell_changes, difference, keep_order
from salesplan_xl.workbook.codec import encode
from salesplan_xl.workbook.problems import Problem, RefusalError, refuse_if_any
from salesplan_xl.workbook.rows import Rows
from salesplan_xl.workbook.sheets import TABLES, plan_cells
from salesplan_xl.workbook.sheets.hidden import PLAN_ID, UNDO_JOURNAL
from salesplan_xl.workbook.sheets.log import LOG, UNDO_KEEP

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
    """

    action: str
    numbers: Mapping[str, float | int | str]
    tables: Mapping[str, int]
    problems: tuple[Problem, ...]


def perform(book: Book, action: Action, overrides: Mapping[str, str], context: Context) -> Outcome:
    """
    Perform one action on an open plan.

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
        host that refused to write; whoever holds it then drops it without saving.
    """
    context.progress(f"{action.id}: reading")
    plan = PlanReader(book)
    inputs, warnings = read_inputs(plan, action, overrides, context)
    context.progress(f"{action.id}: working")
    result = action.compute(inputs)
    problems = (*warnings, *plan.in_file([*result.problems, *_foreseen(plan, action, inputs, context)]))
    refuse_if_any(problems)
    context.progress(f"{action.id}: writing")
    tables = _write(plan, action, inputs, result, context)
    return Outcome(action.id, result.numbers, tables, problems)


def _foreseen(plan: PlanReader, action: Action, inputs: Inputs, context: Context) -> Iterator[Problem]:
    """What will stand in the way of the actions that this one looks ahead to."""
    for other in action.foresees(inputs):
        options, _, problems = read_options(plan, other, {}, context)
        yield from problems
        if not problems:
            ahead = other.compute(replace(inputs, options=options))
            yield from (one.as_warning() for one in ahead.problems)


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
    return tuple(one for one in action.compute(inputs).problems if one.stops)


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


def _write(plan: PlanReader, action: Action, inputs: Inputs, result: Result, context: Context) -> dict[str, int]:
    """Write what changed, with its line in the log and its changes in the journal; gives changed rows by table.

    All that is still to be read is read, and refused, before the first table is touched.
    """
    after = {table: keep_order(inputs.tables[table], frame) for table, frame in result.tables.items()}
    differences = {table: difference(inputs.tables[table], frame) for table, frame in after.items()}
    changes = {table: changed for table, changed in differences.items() if changed}
    writes = [(inputs.tables[table], after[table]) for table in changes]
    summaries = _summaries(plan, after)
    writes += summaries
    if changes:
        log, journal = _rows(plan, LOG.id), _rows(plan, UNDO_JOURNAL.id)
        entry = log_entry(log.frame, action, inputs, result, {table: after[table] for table in changes}, context)
        entry["rows"] = float(sum(rows_touched(changes).values()))
        keep = int(inputs.number(UNDO_KEEP.name))
        writes.append((log, joined(log.frame, pd.DataFrame([entry]))))
        writes.append((journal, add_to_journal(journal.frame, int(entry["number"]), changes, keep)))
    for rows, frame in writes:
        plan.book.change_table(rows.cells.name, cell_changes(rows, frame, plan.labels))
    if changes and not inputs.facts[PLAN_ID.name]:
        plan.book.write_name(PLAN_ID.name, context.new_id())
    return {**rows_touched(changes), **{rows.table.id: len(frame) for rows, frame in summaries}}


def _rows(plan: PlanReader, table: str, stopping: Collection[str] = ()) -> Rows:
    """The rows of a table that must be in order; if codes are given, only problems with one of these stop."""
    rows, problems = plan.table(table)
    refuse_if_any(one for one in problems if not stopping or one.code in stopping)
    return rows


def _summaries(plan: PlanReader, written: Mapping[str, pd.DataFrame]) -> list[tuple[Rows, pd.DataFrame]]:
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

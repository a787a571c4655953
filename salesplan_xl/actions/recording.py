"""What an operation leaves behind: its row in the log and its changes in the journal."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from salesplan_xl.actions.action import Action, Context, Inputs, Result
from salesplan_xl.core.money import CENT, LIMIT, from_units, to_units
from salesplan_xl.workbook.changes import Change, checksum
from salesplan_xl.workbook.journal import entries
from salesplan_xl.workbook.options import PREVIEW
from salesplan_xl.workbook.problems import Problem
from salesplan_xl.workbook.sheets import TABLES


def log_entry(
    log: pd.DataFrame,
    action: Action,
    inputs: Inputs,
    result: Result,
    after: Mapping[str, pd.DataFrame],
    context: Context,
) -> dict[str, Any]:
    """
    Write the operation's row for the log, but for the number of rows it touched.

    Parameters
    ----------
    log : DataFrame
        The log as it stands.
    action : Action
        The action.
    inputs : Inputs
        What it worked from.
    result : Result
        What it worked out.
    after : mapping of str to DataFrame
        The tables it changes, as they become.
    context : Context
        Who, when, where.

    Returns
    -------
    dict
        Column id to value.
    """
    number = next_number(log)
    options = {name: value for name, value in inputs.options.items() if name != PREVIEW.id}  # no preview gets here
    before = {table: inputs.frame(table) for table in after}
    return {
        "row_id": f"operation {number}",
        "number": float(number),
        "time": context.now().strftime("%Y-%m-%d %H:%M:%S"),
        "user": context.user,
        "host": context.host,
        "version": context.version,
        "action": action.id,
        "options": json.dumps(options, ensure_ascii=False, sort_keys=True, default=str),
        "tables": ", ".join(after),
        "total_before": _total(action, before),
        "total_after": _total(action, after),
        "checksum_before": _checksum(before),
        "checksum_after": _checksum(after),
        "undoes": float(result.undoes) if result.undoes else np.nan,
    }


def next_number(log: pd.DataFrame) -> int:
    """
    Give the number that the next operation will have.

    Parameters
    ----------
    log : DataFrame
        The log as it stands.

    Returns
    -------
    int
        One more than the last; 1 for the first.
    """
    return int(log["number"].max()) + 1 if len(log) else 1


def _total(action: Action, frames: Mapping[str, pd.DataFrame]) -> float:
    """Sum of the column the action declares as its total, to the cent; blank where there is none that a cell keeps."""
    table, _, column = action.total.partition(".")
    if table not in frames:
        return np.nan
    cents = to_units(frames[table][column].dropna().to_numpy(float), CENT).sum()
    return float(from_units(cents, CENT)) if abs(cents) < LIMIT else np.nan


def _checksum(frames: Mapping[str, pd.DataFrame]) -> str:
    """One checksum over the tables an operation changes."""
    return checksum((TABLES[table], frame) for table, frame in frames.items())


def add_to_journal(
    journal: pd.DataFrame, number: int, changes: Mapping[str, Sequence[Change]], keep: int, undoes: int = 0
) -> pd.DataFrame:
    """
    Add an operation to the journal, and drop those too old to keep.

    An undo stands in the place of what it takes back, which its own changes tell as well: so as many operations as
    are kept can all be taken back, and done again.

    Parameters
    ----------
    journal : DataFrame
        The journal as it stands.
    number : int
        Number of the operation.
    changes : mapping of str to sequence of Change
        Its changes by table.
    keep : int
        How many operations the journal keeps.
    undoes : int
        Number of the operation that it takes back; 0 for none.

    Returns
    -------
    DataFrame
        The journal afterwards.
    """
    listed = [change for changed in changes.values() for change in changed]
    if not keep:
        return journal.iloc[:0]
    others = sorted(set(journal["operation"]) - {float(undoes)})
    kept = journal[journal["operation"].isin(others[max(0, len(others) - keep + 1) :])]
    return joined(kept, entries(number, listed))


def list_problems(listed: pd.DataFrame, action: str, problems: Sequence[Problem]) -> pd.DataFrame:
    """
    List the problems of an action in place of those it had before.

    Parameters
    ----------
    listed : DataFrame
        The list as it stands, of every action.
    action : str
        Id of the action.
    problems : sequence of Problem
        What it found.

    Returns
    -------
    DataFrame
        The list afterwards; that of the action at its end.
    """
    new = pd.DataFrame(
        [
            {
                "row_id": f"{action} {number}",
                "action": action,
                "sheet": one.sheet or None,
                "cell": one.cell or None,
                "found": one.found,
                "expected": one.expected,
                "what_to_do": one.action,
                "code": one.code,
            }
            for number, one in enumerate(problems, start=1)
        ],
        columns=listed.columns,
        dtype=object,
    )
    return joined(listed[listed["action"] != action], new)


def rows_touched(changes: Mapping[str, Sequence[Change]]) -> dict[str, int]:
    """
    Count the rows of each table that changed.

    Parameters
    ----------
    changes : mapping of str to sequence of Change
        Changes by table.

    Returns
    -------
    dict of str to int
        Rows touched, by table.
    """
    return {table: len({change.row for change in changed}) for table, changed in changes.items()}


def joined(rows: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    """
    Put rows at the end of others.

    Parameters
    ----------
    rows, more : DataFrame
        Rows with the same columns.

    Returns
    -------
    DataFrame
        All of them.
    """
    return pd.concat([rows, more], ignore_index=True) if len(rows) else more.reset_index(drop=True)

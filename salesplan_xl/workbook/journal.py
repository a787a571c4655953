"""The journal: changes of operations as rows of a table, so that undo works after the file was closed.

Rows that came or went together stand in one entry, since loading a file adds tens of thousands of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import pandas as pd

from salesplan_xl.workbook.changes import Change

FULL = 30_000
"""Characters after which an entry takes no further row; a cell holds 32,767."""


def entries(operation: int, changes: Iterable[Change]) -> pd.DataFrame:
    """
    Write the changes of an operation as rows of the journal.

    Parameters
    ----------
    operation : int
        Number of the operation.
    changes : iterable of Change
        Its changes.

    Returns
    -------
    DataFrame
        Rows of the table ``undo_journal``. `changes` gives them back.
    """
    listed = list(_packed(changes))
    return pd.DataFrame(
        {
            "row_id": [f"{operation}.{at}" for at in range(1, len(listed) + 1)],
            "operation": float(operation),
            "table": [change.table for change in listed],
            "row": [change.row for change in listed],
            "column": [change.column or None for change in listed],
            "position": [float(change.position) for change in listed],
            "old": [change.old or None for change in listed],
            "new": [change.new or None for change in listed],
        }
    )


def changes(journal: pd.DataFrame, operation: int) -> list[Change]:
    """
    Read the changes of an operation from the journal.

    Parameters
    ----------
    journal : DataFrame
        Rows of the table ``undo_journal``.
    operation : int
        Number of the operation.

    Returns
    -------
    list of Change
        Its changes in the order they were made; empty when the journal no longer keeps them.
    """
    rows = journal[journal["operation"] == operation]
    columns = ["table", "row", "column", "position", "old", "new"]
    found: list[Change] = []
    for table, row, column, position, old, new in rows[columns].itertuples(index=False, name=None):
        if pd.isna(column):
            found += _unpacked(table, old, new)
        else:
            found.append(Change(table, row, column, int(position), old, new))
    return found


def _packed(changes: Iterable[Change]) -> Iterator[Change]:
    """Whole rows that came, or went, one after the other, as one entry with their ids and positions."""
    for (table, by_cell, came), group in groupby(
        changes, key=lambda change: (change.table, bool(change.column), bool(change.new))
    ):
        if by_cell:
            yield from group
            continue
        for part in _parts(list(group)):
            text = "[" + ",".join(part) + "]"
            first = json.loads(part[0])
            yield Change(table, first[0], "", first[1], "" if came else text, text if came else "")


def _parts(rows: Sequence[Change]) -> Iterator[list[str]]:
    """Rows as JSON texts, as many together as one cell holds."""
    part: list[str] = []
    length = 0
    for change in rows:
        head = json.dumps([change.row, change.position], ensure_ascii=False)[:-1]
        text = f"{head}, {change.new or change.old}]"
        if part and length + len(text) > FULL:
            yield part
            part, length = [], 0
        part.append(text)
        length += len(text) + 1
    if part:
        yield part


def _unpacked(table: str, old: str | None, new: str | None) -> Iterator[Change]:
    """The rows of one entry, of which either the old or the new text is blank."""
    came = not pd.isna(new)
    for row, position, values in json.loads(str(new if came else old)):
        text = json.dumps(values, ensure_ascii=False)
        yield Change(table, row, "", position, "" if came else text, text if came else "")

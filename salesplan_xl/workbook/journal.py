"""The journal: changes of operations as rows of a table, so that undo works after the file was closed.

Rows that came or went together stand in one entry, and so do the cells of a column that changed together, since loading
a file or spreading a budget changes tens of thousands of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import pandas as pd

from salesplan_xl.workbook.changes import Change, json_values

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
            found += _rows(table, old, new)
        elif new.startswith("["):  # no value of one cell is a list
            found += _cells(table, column, old, new)
        else:
            found.append(Change(table, row, column, int(position), old, new))
    return found


def _packed(changes: Iterable[Change]) -> Iterator[Change]:
    """Whole rows that came, or went, and changed cells of a column, one after the other, as one entry."""
    for (_, column, came), group in groupby(changes, key=lambda one: (one.table, one.column, bool(one.new))):
        together = list(group)
        if column and len(together) == 1:
            yield together[0]
            continue
        places = zip(json_values([one.row for one in together]), (one.position for one in together), strict=True)
        heads = [f"{row}, {position}" for row, position in places]
        if column:
            olds = [f"[{head}, {one.old}]" for head, one in zip(heads, together, strict=True)]
            news = [one.new for one in together]
        else:
            olds = [f"[{head}, {one.new or one.old}]" for head, one in zip(heads, together, strict=True)]
            news = [""] * len(olds)
        for part in _parts(olds, news):
            old = f"[{','.join(olds[part])}]"
            new = f"[{','.join(news[part])}]" if column else ""
            first = together[part.start]
            yield first._replace(old=new, new=old) if came and not column else first._replace(old=old, new=new)


def _parts(olds: Sequence[str], news: Sequence[str]) -> Iterator[slice]:
    """As many texts together as one cell holds, of both lists the same."""
    start = old_length = new_length = 0
    for at, (old, new) in enumerate(zip(olds, news, strict=True)):
        if at > start and max(old_length + len(old), new_length + len(new)) > FULL:
            yield slice(start, at)
            start, old_length, new_length = at, 0, 0
        old_length += len(old) + 1
        new_length += len(new) + 1
    yield slice(start, len(olds))


def _rows(table: str, old: str | None, new: str | None) -> Iterator[Change]:
    """The rows of one entry, of which either the old or the new text is blank."""
    came = not pd.isna(new)
    for row, position, values in json.loads(str(new if came else old)):
        text = json.dumps(values, ensure_ascii=False)
        yield Change(table, row, "", position, "" if came else text, text if came else "")


def _cells(table: str, column: str, old: str, new: str) -> Iterator[Change]:
    """The cells of one entry."""
    olds = json.loads(old)
    news = json_values(json.loads(new))
    befores = json_values([before for _, _, before in olds])
    for (row, position, _), before, becomes in zip(olds, befores, news, strict=True):
        yield Change(table, row, column, position, before, becomes)

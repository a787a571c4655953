"""What changed in a table: the difference between two states, how a host makes it, and how it is taken back.

A change is kept by row id and column id, so that it can be taken back after rows were sorted, moved or added. A row
that came or went is one change with no column, holding the whole row.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import NamedTuple

import numpy as np
import pandas as pd

from salesplan_xl.workbook.cells import TableChanges, Value, is_blank
from salesplan_xl.workbook.codec import encode
from salesplan_xl.workbook.labels import Labels
from salesplan_xl.workbook.rows import Rows, days, with_none
from salesplan_xl.workbook.schema import Column, Table

Plain = float | str | None

_LINES = json.JSONEncoder(ensure_ascii=False, separators=("\n", ": "))
"""Writes many values at once, each on a line of its own: in JSON no text holds the end of a line."""


class Change(NamedTuple):
    """
    One change in one table.

    Parameters
    ----------
    table, row : str
        Table id and row id.
    column : str
        Column id; empty when the whole row came or went.
    position : int
        Where the row stands or stood, counted from 0.
    old, new : str
        The values before and after as JSON; empty for a row that was not there.
    """

    table: str
    row: str
    column: str
    position: int
    old: str
    new: str

    def reversed(self) -> Change:
        """
        Give the change that takes this one back.

        Returns
        -------
        Change
            The same with old and new exchanged.
        """
        return Change(self.table, self.row, self.column, self.position, self.new, self.old)


def plain(column: Column, values: Sequence[object] | np.ndarray) -> list[Plain]:
    """
    Give typed values in a form that JSON keeps exactly.

    Parameters
    ----------
    column : Column
        What the values mean.
    values : sequence of object
        Values of a frame.

    Returns
    -------
    list of float or str or None
        Numbers as they are, dates as ISO text, None for blank.
    """
    if column.kind.is_number:
        return with_none(np.asarray(values, float))
    if column.kind.is_date:
        dates = days(values)
        return [
            None if blank else text for blank, text in zip(np.isnat(dates), dates.astype(str).tolist(), strict=True)
        ]
    return [text if text is None else str(text) for text in with_none(np.asarray(values, object))]


def typed(column: Column, value: Plain) -> object:
    """
    Turn a plain value back into what a frame holds.

    Parameters
    ----------
    column : Column
        What the value means.
    value : float or str or None
        As `plain` gives it.

    Returns
    -------
    object
        A float, a date, a text, or the blank of the column's kind.
    """
    if column.kind.is_date:
        return np.datetime64("NaT" if value is None else str(value), "s")
    if column.kind.is_number:
        return np.nan if value is None else float(value)
    return value


def difference(before: Rows, after: pd.DataFrame) -> list[Change]:
    """
    List what turns one state of a table into another.

    Parameters
    ----------
    before : Rows
        The table as it was read.
    after : DataFrame
        The rows it shall have, with the same columns.

    Returns
    -------
    list of Change
        Rows that went, rows that came, and changed cells of rows that stay, each group in sheet order. Empty when
        nothing changed.
    """
    table, columns = before.table, before.table.stored_columns[1:]
    old_at = pd.Series(np.arange(len(before.frame)), index=before.frame["row_id"])
    new_at = pd.Series(np.arange(len(after)), index=after["row_id"])
    gone = old_at[~old_at.index.isin(new_at.index)]
    came = new_at[~new_at.index.isin(old_at.index)]
    changes = [
        Change(table.id, str(row), "", int(at), text, "")
        for row, at, text in zip(gone.index, gone, _rows_json(table, before.frame, gone.to_numpy()), strict=True)
    ]
    changes += [
        Change(table.id, str(row), "", int(at), "", text)
        for row, at, text in zip(came.index, came, _rows_json(table, after, came.to_numpy()), strict=True)
    ]
    kept = new_at[new_at.index.isin(old_at.index)]
    old_rows = old_at.loc[kept.index].to_numpy()
    for column in columns:
        old = before.frame[column.id].to_numpy()[old_rows]
        new = after[column.id].to_numpy()[kept.to_numpy()]
        differs = np.flatnonzero(~_same(old, new))
        rows, places = kept.index[differs].tolist(), kept.to_numpy()[differs].tolist()
        was, becomes = (json_values(plain(column, values[differs])) for values in (old, new))
        changes += map(Change, repeat(table.id), rows, repeat(column.id), places, was, becomes)
    return changes


def keep_order(before: Rows, after: pd.DataFrame) -> pd.DataFrame:
    """
    Leave the rows that stay in the order they have, as a person may have sorted them.

    Parameters
    ----------
    before : Rows
        The table as it was read.
    after : DataFrame
        The rows it shall have.

    Returns
    -------
    DataFrame
        The rows of `after`. New ones stand where they stood there; the others share the remaining places in their
        present order, so that taking the difference back gives the first order again.
    """
    old_at = {row: at for at, row in enumerate(before.frame["row_id"])}
    present = np.array([old_at.get(row, -1) for row in after["row_id"]], np.int64)
    stays = np.flatnonzero(present >= 0)
    order = np.arange(len(after))
    order[stays] = stays[np.argsort(present[stays], kind="stable")]
    return after.iloc[order].reset_index(drop=True)


def cell_changes(before: Rows, after: pd.DataFrame, labels: Labels) -> TableChanges:
    """
    Say to a host what to do to the cells of a table.

    Parameters
    ----------
    before : Rows
        The table as it was read.
    after : DataFrame
        The rows it shall have, with the same columns.
    labels : Labels
        Texts of the file's language.

    Returns
    -------
    TableChanges
        The new order of rows, changed cells and new rows. Row ids that were given while reading are written too.
    """
    columns = before.table.stored_columns
    old_at = pd.Series(np.arange(len(before.frame)), index=before.frame["row_id"])
    source = old_at.reindex(after["row_id"]).to_numpy()
    is_new = np.isnan(source)
    order = np.empty(len(after), np.int64)
    order[is_new] = -1 - np.arange(is_new.sum())
    order[~is_new] = before.positions[source[~is_new].astype(np.int64)]
    cells: dict[tuple[int, str], Value] = {}
    kept = np.flatnonzero(~is_new)
    old_rows = source[~is_new].astype(np.int64)
    new_columns: list[list[Value]] = []
    for column in columns:
        header = before.headers[column.id]
        new = after[column.id].to_numpy()
        if column.id == "row_id":
            stored = before.cells.columns[header]
            stood_at = before.positions[old_rows].tolist()
            changed = np.array([at for at, position in enumerate(stood_at) if is_blank(stored[position])], int)
        else:
            changed = np.flatnonzero(~_same(before.frame[column.id].to_numpy()[old_rows], new[kept]))
        for at, value in zip(changed, encode(column, new[kept[changed]], labels), strict=True):
            cells[int(before.positions[old_rows[at]]), header] = value
        new_columns.append(encode(column, new[is_new], labels))
    headers = [before.headers[column.id] for column in columns]
    added = [
        {header: value for header, value in zip(headers, row, strict=True) if value is not None}
        for row in zip(*new_columns, strict=True)
    ]
    return TableChanges(order.tolist(), cells, added)


def apply(table: Table, frame: pd.DataFrame, changes: Iterable[Change]) -> pd.DataFrame:
    """
    Make changes in the rows of a table.

    Parameters
    ----------
    table : Table
        Its declaration.
    frame : DataFrame
        Its rows, which hold what the changes call old: see `conflicts`.
    changes : iterable of Change
        Changes of this table.

    Returns
    -------
    DataFrame
        The rows afterwards. Rows that come back stand where they stood.
    """
    position = {row: at for at, row in enumerate(frame["row_id"])}
    columns = {str(name): frame[name].to_numpy(copy=True) for name in frame.columns}
    gone, came = set(), []
    for change in changes:
        if change.column:
            value = typed(table.column(change.column), json.loads(change.new))
            columns[change.column][position[change.row]] = value
        elif change.new:
            came.append(change)
        else:
            gone.add(change.row)
    frame = pd.DataFrame({name: pd.Series(values, dtype=values.dtype) for name, values in columns.items()})
    frame = frame[~frame["row_id"].isin(gone)]
    return _insert(table, frame, came)


def conflicts(table: Table, frame: pd.DataFrame, changes: Iterable[Change]) -> list[tuple[Change, str, str]]:
    """
    Find changes that would overwrite something done later.

    Parameters
    ----------
    table : Table
        Its declaration.
    frame : DataFrame
        Its rows now.
    changes : iterable of Change
        Changes of this table that are to be made.

    Returns
    -------
    list of (Change, str, str)
        Each change whose old value is not what stands there now, with the column id it is about (empty for the
        row as a whole) and what stands there as JSON (empty when the row is not there).
    """
    at = {row: number for number, row in enumerate(frame["row_id"])}
    listed = list(changes)
    there = {change.row: at[change.row] for change in listed if not change.column and change.row in at}
    whole = dict(zip(there, _rows_json(table, frame, np.array([*there.values()], np.int64)), strict=True))
    columns = {change.column: frame[change.column].to_numpy() for change in listed if change.column}
    found = []
    for change in listed:
        position = at.get(change.row)
        if position is None:
            now = ""
        elif change.column:
            value = columns[change.column][position : position + 1]
            now = _json(plain(table.column(change.column), value)[0])
        else:
            now = whole[change.row]
        if not _agree(now, change.old):
            inside = not change.column and now and change.old
            found.append((change, _first_difference(now, change.old) if inside else change.column, now))
    return found


def checksum(tables: Iterable[tuple[Table, pd.DataFrame]]) -> str:
    """
    Give a short text that is the same only for the same rows in the same order.

    Parameters
    ----------
    tables : iterable of (Table, DataFrame)
        Tables and their rows.

    Returns
    -------
    str
        Sixteen hexadecimal digits of the SHA-256 of their canonical bytes, equal on every host and platform.
    """
    digest = hashlib.sha256()
    for table, frame in tables:
        digest.update(canonical_bytes(table, frame))
    return digest.hexdigest()[:16]


def canonical_bytes(table: Table, frame: pd.DataFrame) -> bytes:
    """
    Write the rows of a table in one form that does not depend on host, platform or language.

    Parameters
    ----------
    table : Table
        Its declaration.
    frame : DataFrame
        Its rows.

    Returns
    -------
    bytes
        Table id, then each column: its id and its cells in row order.
    """
    parts = [table.id.encode()]
    for column in table.stored_columns:
        parts.append(column.id.encode())
        values = frame[column.id].to_numpy()
        if column.kind.is_number:
            numbers = values.astype("<f8") + 0.0  # + 0.0 makes -0.0 the zero it is
            numbers[np.isnan(numbers)] = np.nan  # one blank, whatever bits arithmetic left in it
            parts.append(numbers.tobytes())
        elif column.kind.is_date:
            parts.append(days(values).astype("<i8").tobytes())
        else:
            texts = ["\x00" if value is None else str(value) for value in with_none(values)]
            parts.append("\x1f".join(texts).encode())
    return b"\x1e".join(parts)


def json_values(values: Sequence[Plain]) -> list[str]:
    """
    Write many values as JSON at once.

    Parameters
    ----------
    values : sequence of float or str or None
        As `plain` gives them.

    Returns
    -------
    list of str
        The JSON of each.

    Examples
    --------
    >>> json_values(["North", 12.5, None])
    ['"North"', '12.5', 'null']
    """
    return _LINES.encode(list(values))[1:-1].split("\n") if len(values) else []


def _json(value: Plain) -> str:
    return json.dumps(value, ensure_ascii=False)


def _agree(now: str, then: str) -> bool:
    """Whether two values written as JSON are the same to the fifteen digits that every spreadsheet program keeps."""
    return now == then or (bool(now and then) and _to_fifteen(json.loads(now)) == _to_fifteen(json.loads(then)))


def _to_fifteen(value: object) -> object:
    """A value of JSON with its numbers cut to fifteen digits."""
    if isinstance(value, dict):
        return {key: _to_fifteen(part) for key, part in value.items()}
    return f"{value:.15g}" if isinstance(value, float) else value


def _same(old: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Where two columns hold the same; two blanks are the same."""
    same: np.ndarray = (old == new).astype(bool)
    same[~same] = pd.isna(old[~same]) & pd.isna(new[~same])
    return same


def _rows_json(table: Table, frame: pd.DataFrame, rows: np.ndarray) -> list[str]:
    """The rows at some positions as JSON; column by column, since there may be tens of thousands."""
    if not len(rows):
        return []
    columns = table.stored_columns[1:]
    values = [_members_json(column, frame[column.id].to_numpy()[rows]) for column in columns]
    return ["{" + ", ".join(filter(None, row)) + "}" for row in zip(*values, strict=True)]


def _members_json(column: Column, values: np.ndarray) -> list[str]:
    """What one column adds to its rows written as JSON; nothing for a blank."""
    name = _json(column.id)
    return ["" if text == "null" else f"{name}: {text}" for text in json_values(plain(column, values))]


def _insert(table: Table, frame: pd.DataFrame, came: Sequence[Change]) -> pd.DataFrame:
    """Put rows back at the positions they had."""
    if not came:
        return frame.reset_index(drop=True)
    ordered = sorted(came, key=lambda change: change.position)
    rows = []
    for change in ordered:
        values = json.loads(change.new)
        row = {column.id: typed(column, values.get(column.id)) for column in table.stored_columns[1:]}
        rows.append({"row_id": change.row, **row})
    new = pd.DataFrame(rows, columns=list(frame.columns), dtype=object).astype(frame.dtypes.to_dict())
    total = len(frame) + len(new)
    taken = np.zeros(total, bool)
    places = np.empty(len(new), np.int64)
    for number, change in enumerate(ordered):
        place = min(change.position, total - 1)
        while taken[place]:
            place = (place + 1) % total
        taken[place] = True
        places[number] = place
    order = np.empty(total, np.int64)
    order[places] = len(frame) + np.arange(len(new))
    order[~taken] = np.arange(len(frame))
    return pd.concat([frame, new], ignore_index=True).iloc[order].reset_index(drop=True)


def _first_difference(now: str, then: str) -> str:
    """The first column in which two rows written as JSON differ."""
    one, other = json.loads(now), json.loads(then)
    return next((key for key in sorted({*one, *other}) if one.get(key) != other.get(key)), "")

"""Cells to typed rows and back. Everything that is wrong with a table is collected and told together."""

from __future__ import annotations

import datetime
import itertools
import math
import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from salesplan_xl.workbook.cells import Cell, CellTable, FormulaCell, Value, is_blank
from salesplan_xl.workbook.columns import ColumnReader, blank_column
from salesplan_xl.workbook.dates import serial_of, serials_of
from salesplan_xl.workbook.labels import Labels
from salesplan_xl.workbook.periods import PARTS, first_day
from salesplan_xl.workbook.problems import MOST_LISTED, Problem, capped, problem
from salesplan_xl.workbook.rows import Rows, days, with_none
from salesplan_xl.workbook.schema import Column, Kind, NamedCell, Role, Table
from salesplan_xl.workbook.wording import shown

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?\Z", re.ASCII)
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\Z", re.ASCII)
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?\Z", re.ASCII)

_ISO_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])\Z", re.ASCII)

_MINUTES_OF_DAY = 1440


def decode(table: Table, cells: CellTable, labels: Labels) -> tuple[Rows, list[Problem]]:
    """
    Read a table into typed rows.

    Parameters
    ----------
    table : Table
        Its declaration.
    cells : CellTable
        Its cells as a host read them.
    labels : Labels
        Texts of the file's language.

    Returns
    -------
    rows : Rows
        The typed rows. A cell with a problem is blank there.
    problems : list of Problem
        All that is wrong with it, by row, `capped` for each kind and column.
    """
    headers, problems = _headers(table, cells, labels)
    if problems:
        empty = pd.DataFrame({column.id: _series(blank_column(column, 0)) for column in table.stored_columns})
        return Rows(table, empty, cells, np.zeros(0, np.int64), headers), problems
    positions = _filled(table, cells, headers)
    reader = ColumnReader(table, cells, labels, headers, positions)
    columns = {column.id: _series(reader.column(column)) for column in table.stored_columns}
    reader.formulas()
    frame = pd.DataFrame(columns)
    rows = Rows(table, frame, cells, positions, headers)
    frame["row_id"] = _with_row_ids(frame["row_id"])
    return rows, [*reader.listed(), *_repeated(rows)]


def encode(column: Column | NamedCell, values: Sequence[object] | np.ndarray, labels: Labels) -> list[Value]:
    """
    Turn typed values into what cells hold.

    Parameters
    ----------
    column : Column or NamedCell
        What the cells mean.
    values : sequence of object
        Typed values as `decode` gives them, blanks, or dates.
    labels : Labels
        Texts of the file's language, for choices.

    Returns
    -------
    list of Value
        The cells' plain values.
    """
    if column.kind.is_number:
        return with_none(np.asarray(values, float))
    if column.kind.is_date:
        return with_none(serials_of(days(values)))
    texts = with_none(np.asarray(values, object))
    if column.kind is Kind.PERIOD:
        return [text if text is None or text in PARTS else serial_of(first_day(text)) for text in texts]
    if not column.choices:
        return [text if text is None else str(text) for text in texts]
    choices = labels.choices[column.choices]
    return [None if text is None else choices[str(text)] for text in texts]


def decode_cell(
    named: NamedCell, cell: Cell, labels: Labels, *, sheet: str, place: str, label: str
) -> tuple[object, list[Problem]]:
    """
    Read one named cell.

    Parameters
    ----------
    named : NamedCell
        What it means.
    cell : Cell
        What stands in it.
    labels : Labels
        Texts of the file's language.
    sheet, place : str
        Its sheet and address.
    label : str
        The text beside it.

    Returns
    -------
    value : object
        ``float``, ``str``, ``datetime.date`` or None for blank.
    problems : list of Problem
        What is wrong with it; then the value is None.
    """
    column = Column(
        named.name,
        named.kind,
        required=named.required,
        choices=named.choices,
        at_least=named.at_least,
        at_most=named.at_most,
    )
    table = Table(named.name, (column,))
    cells = CellTable(named.name, sheet, 1, 1, {label: (cell,)})
    reader = ColumnReader(table, cells, labels, {named.name: label}, np.zeros(1, np.int64), {0: place})
    value = reader.column(column)[0]
    problems = reader.listed()
    if problems or pd.isna(value):
        return None, problems
    if named.kind.is_date:
        return pd.Timestamp(value).date(), []
    return (float(value), []) if named.kind.is_number else (str(value), [])


def from_text(kind: Kind, text: str) -> Value:
    """
    Read a text of a file without types, such as CSV, as the kind of its column.

    Parameters
    ----------
    kind : Kind
        What the value means.
    text : str
        The text. Numbers are read with a decimal point and no separators of thousands, dates as year-month-day,
        with or without a time of day, months also as year-month; a share also as a percentage; a time of day as hours
        and minutes.

    Returns
    -------
    Value
        A number or serial number where the text is one, None where it is empty, otherwise the text itself, which
        `decode` then refuses with its place.

    Examples
    --------
    >>> from_text(Kind.AMOUNT, "12.50"), from_text(Kind.AMOUNT, "12,50")
    (12.5, '12,50')
    """
    text = text.strip()
    if not text:
        return None
    if kind is Kind.SHARE and text.endswith("%") and _NUMBER.match(text[:-1]):
        return float(text[:-1]) / 100
    if kind is Kind.TIME and (clock := _CLOCK.match(text)):
        return (60 * int(clock[1]) + int(clock[2])) / _MINUTES_OF_DAY
    if kind.is_number and _NUMBER.match(text):
        number = float(text)
        return number if math.isfinite(number) else text
    if kind in (Kind.MONTH, Kind.PERIOD) and _ISO_MONTH.match(text):
        text = f"{text}-01"
    if (kind.is_date or kind is Kind.PERIOD) and _ISO_DATE.match(text):
        try:
            return serial_of(datetime.datetime.fromisoformat(text).date())
        except ValueError:
            return text
    return text


def _headers(table: Table, cells: CellTable, labels: Labels) -> tuple[dict[str, str], list[Problem]]:
    """Find each column's header in the file: as the language has it, in English, or the id itself."""
    found: dict[str, str] = {}
    problems = []
    for column in table.all_columns:
        names = labels.headers_of(table.id, column.id)
        header = next((name for name in names if name in cells.columns), None)
        if header is None:
            problems.append(
                problem(
                    "E-COLUMN-MISSING",
                    sheet=cells.sheet,
                    cell=cells.heading(),
                    header=names[0],
                    table=labels.tables[table.id]["title"],
                )
            )
        else:
            found[column.id] = header
    return found, problems


def _filled(table: Table, cells: CellTable, headers: Mapping[str, str]) -> np.ndarray:
    """Positions of the rows that hold anything but a row id and formulas, ours or in columns of the user's."""
    stored = {headers[column.id] for column in table.stored_columns}
    calculated = {headers[column.id] for column in table.columns if column.role is Role.FORMULA}
    filled = np.zeros(cells.row_count, bool)
    for header, values in cells.columns.items():
        if header in calculated or header == headers["row_id"] or filled.all():
            continue
        ours = header in stored
        filled |= np.fromiter(
            (not is_blank(value) and (ours or not isinstance(value, FormulaCell)) for value in values),
            bool,
            len(values),
        )
    return np.flatnonzero(filled)


def _series(values: np.ndarray) -> pd.Series:
    """A column of its own type: texts stay objects, so that a blank stays None."""
    return pd.Series(values, dtype=values.dtype)


def _with_row_ids(ids: pd.Series) -> pd.Series:
    """Give rows without a row id one that no other row has: r1, r2, ..."""
    missing = ids.isna().to_numpy()
    if not missing.any():
        return ids
    taken = set(ids[~missing])
    free = (name for name in (f"r{number}" for number in itertools.count(1)) if name not in taken)
    filled = ids.to_numpy(dtype=object, copy=True)
    filled[missing] = list(itertools.islice(free, int(missing.sum())))
    return _series(filled)


def _repeated(rows: Rows) -> list[Problem]:
    """Rows that share a row id, or the natural key."""
    problems = []
    for code, columns in (
        ("E-ROW-DUPLICATE", ("row_id",)),
        ("E-KEY-DUPLICATE", tuple(c.id for c in rows.table.key)),
    ):
        if not columns:
            continue
        parts = rows.frame[list(columns)]
        duplicated = parts.duplicated().to_numpy()
        if not duplicated.any():
            continue
        needed = [column for column in columns if rows.table.column(column).required or column == "row_id"]
        again = np.flatnonzero(duplicated & parts[needed].notna().all(axis=1).to_numpy())
        listed = []
        for row in again[:MOST_LISTED]:
            same = (parts == parts.iloc[row]).all(axis=1).to_numpy()
            listed.append(
                problem(
                    code,
                    sheet=rows.cells.sheet,
                    cell=rows.place(row, columns[0]),
                    value=" · ".join(shown(part) for part in parts.iloc[row] if part is not None),
                    first=rows.place(int(np.flatnonzero(same)[0]), columns[0]),
                    headers=", ".join(rows.headers[column] for column in columns),
                )
            )
        problems += capped(listed, len(again))
    return problems

"""A table as typed rows.

A blank is ``None`` in a text column, ``NaN`` in a number column and ``NaT`` in a date column.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from salesplan_xl.workbook.cells import CellTable, FormulaCell
from salesplan_xl.workbook.schema import Table


@dataclass(frozen=True)
class Rows:
    """
    A table as typed rows, and where each came from.

    Parameters
    ----------
    table : Table
        Its declaration.
    frame : DataFrame
        One row for each filled row of the table, one column for each declared one that is not a formula, and
        ``row_id``. Rows without a row id have been given one.
    cells : CellTable
        The cells it was read from.
    positions : ndarray of int
        Position in `cells` of each row of `frame`.
    headers : mapping of str to str
        Column id to header.
    """

    table: Table
    frame: pd.DataFrame
    cells: CellTable
    positions: np.ndarray
    headers: Mapping[str, str] = field(repr=False)

    def place(self, row: int, column: str) -> str:
        """
        Give the address of one cell of the frame.

        Parameters
        ----------
        row : int
            Position in the frame.
        column : str
            Column id.

        Returns
        -------
        str
            Its address on the sheet.
        """
        return self.cells.place(int(self.positions[row]), self.headers[column])

    def stand_in(self, cells: CellTable) -> bool:
        """
        Say whether these rows still stand in a table, at the same places.

        Parameters
        ----------
        cells : CellTable
            The table as it is now.

        Returns
        -------
        bool
            True if it is in the same place and holds the same; what formulas have become does not count.
        """
        return _typed(self.cells) == _typed(cells)


def _typed(cells: CellTable) -> object:
    """What was typed or written into a table, and where it stands."""
    columns = {
        header: [cell.formula if isinstance(cell, FormulaCell) else cell for cell in column]
        for header, column in cells.columns.items()
    }
    return cells.sheet, cells.first_row, cells.first_column, cells.below, columns


def distinct(wanted: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """
    Give row ids, each to be used once.

    Parameters
    ----------
    wanted : iterable of str
        The ids one would like, in order.
    taken : iterable of str
        Ids that other rows have.

    Returns
    -------
    list of str
        The ids; one that is taken already, or earlier in the list, gets a mark.

    Examples
    --------
    >>> distinct(["A/1", "A/1", "B/1"], ["B/1"])
    ['A/1', "A/1'", "B/1'"]
    """
    used = set(taken)
    given = []
    for name in wanted:
        free = name
        while free in used:
            free += "'"
        used.add(free)
        given.append(free)
    return given


def with_none(values: np.ndarray) -> list[Any]:
    """
    Give typed values as plain Python ones.

    Parameters
    ----------
    values : ndarray
        Numbers or objects, blanks of any sort among them.

    Returns
    -------
    list
        The values; None for a blank.

    Examples
    --------
    >>> with_none(np.array([12.5, np.nan]))
    [12.5, None]
    """
    objects = values.astype(object)
    objects[pd.isna(values)] = None
    plain: list[Any] = objects.tolist()
    return plain


def days(values: Sequence[object] | np.ndarray) -> np.ndarray:
    """
    Give dates of any sort as days.

    Parameters
    ----------
    values : sequence of object
        Dates, moments, timestamps, or blanks of any sort.

    Returns
    -------
    ndarray of datetime64[D]
        The days; NaT for a blank.

    Examples
    --------
    >>> days([np.datetime64("2019-07-01"), None])
    array(['2019-07-01', 'NaT'], dtype='datetime64[D]')
    """
    array = values.copy() if isinstance(values, np.ndarray) else np.array(values, object)
    if array.dtype == object:
        array[pd.isna(array)] = None
    return array.astype("datetime64[D]")

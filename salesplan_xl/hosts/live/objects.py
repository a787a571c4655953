"""Where the live host leaves xlwings' own API for the objects behind it, and the only place that does.

Behind `.api` these members of Excel's object model are used, and no others:

- Workbook: ``Date1904``
- Worksheet: ``ProtectContents``, ``ProtectDrawingObjects``, ``ProtectScenarios``, ``ProtectionMode``,
  ``EnableSelection``, ``Protect``, ``Unprotect``, ``Protection`` and all that this says is allowed
- Range: ``Value2``, ``HasFormula``, ``ClearComments``
- ListObject: ``AutoFilter`` and of that ``FilterMode``, ``ApplyFilter``

`Value2` gives every number as it is: no currency cut to four decimals, no date, and an error as an integer no number
of a cell can be. On macOS there is no such object; the raw value of xlwings is taken there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import xlwings
from xlwings.main import Table

from salesplan_xl.workbook.dates import serial_of

Rows = Sequence[Sequence[Any]]

_ALLOWED = (
    "AllowFormattingCells",
    "AllowFormattingColumns",
    "AllowFormattingRows",
    "AllowInsertingColumns",
    "AllowInsertingRows",
    "AllowInsertingHyperlinks",
    "AllowDeletingColumns",
    "AllowDeletingRows",
    "AllowSorting",
    "AllowFiltering",
    "AllowUsingPivotTables",
)
"""What a protected sheet can allow, in the order in which `Protect` takes it."""


def dates_from_1904(book: xlwings.Book) -> bool:
    """
    Tell whether a workbook counts its dates from 1904.

    Parameters
    ----------
    book : xlwings.Book
        The workbook.

    Returns
    -------
    bool
        Whether it does.
    """
    return not _is_appscript(book.api) and bool(book.api.Date1904)


def read_values(cells: xlwings.Range) -> Rows:
    """
    Read what cells hold or show, in one go.

    Parameters
    ----------
    cells : xlwings.Range
        A block of cells.

    Returns
    -------
    sequence of sequence
        The cells by row: None, floats, truths, texts, and integers for errors.
    """
    if _is_appscript(cells.api):
        rows = _rows(cells, cells.raw_value)
        return [[serial_of(cell) if isinstance(cell, datetime) else cell for cell in row] for row in rows]
    return _rows(cells, cells.api.Value2)


def read_formulas(cells: xlwings.Range) -> Rows | None:
    """
    Read the formulas of cells, in one go.

    Parameters
    ----------
    cells : xlwings.Range
        A block of cells.

    Returns
    -------
    sequence of sequence or None
        Formulas with their equals sign, and what was typed where there is none; None where nothing calculates.
    """
    if not _is_appscript(cells.api) and cells.api.HasFormula is False:
        return None
    return _rows(cells, cells.formula)


def write_values(cells: xlwings.Range, rows: Rows) -> None:
    """
    Put values and formulas into cells, in one go.

    Parameters
    ----------
    cells : xlwings.Range
        A block of cells.
    rows : sequence of sequence
        What is typed into each: None, floats, truths, texts; a text with an equals sign is a formula.
    """
    typed = rows[0][0] if len(cells) == 1 else [list(row) for row in rows]
    if _is_appscript(cells.api):
        cells.raw_value = typed
    else:
        cells.api.Value2 = typed


def clear_comments(cells: xlwings.Range) -> None:
    """
    Take away the comments that cells got from where they were copied.

    Parameters
    ----------
    cells : xlwings.Range
        The cells.
    """
    if not _is_appscript(cells.api):
        cells.api.ClearComments()


@contextmanager
def unfiltered(table: Table) -> Iterator[None]:
    """
    Show all rows of a table meanwhile: what is copied or cleared in Excel reaches the rows that a filter leaves.

    Parameters
    ----------
    table : Table
        The table. Its filter is applied again in the end.

    Yields
    ------
    None
        Nothing.
    """
    table_filter = None if _is_appscript(table.api) else table.api.AutoFilter
    if table_filter is None or not table_filter.FilterMode:
        yield
        return
    table.range.rows.hidden = False
    try:
        yield
    finally:
        table_filter.ApplyFilter()


class Protection:
    """
    The protection of a sheet: taken off and put back as it was.

    Parameters
    ----------
    sheet : xlwings.Sheet
        A sheet.
    """

    def __init__(self, sheet: xlwings.Sheet) -> None:
        self._sheet = sheet.api
        self._options: tuple[Any, ...] = ()
        self._selection: Any = None

    @property
    def is_on(self) -> bool:
        """Whether the cells of the sheet are protected."""
        return not _is_appscript(self._sheet) and bool(self._sheet.ProtectContents)

    def take_off(self) -> bool:
        """
        Take a protection without a password off. With a password of no length nobody is asked for one.

        Returns
        -------
        bool
            Whether it is off now.
        """
        sheet, allowed = self._sheet, self._sheet.Protection
        self._options = (
            sheet.ProtectDrawingObjects,
            True,
            sheet.ProtectScenarios,
            sheet.ProtectionMode,
            *(getattr(allowed, name) for name in _ALLOWED),
        )
        self._selection = sheet.EnableSelection
        try:
            sheet.Unprotect("")
        except Exception:  # noqa: BLE001 - each program raises its own; whether it is off is asked below
            return False
        return not self.is_on

    def put_back(self) -> None:
        """Protect the sheet as it was."""
        self._sheet.Protect("", *self._options)
        if self._selection is not None:
            self._sheet.EnableSelection = self._selection


def _rows(cells: xlwings.Range, read: Any) -> Rows:
    """Rows of cells, also where one cell was read, which comes alone."""
    if len(cells) == 1:
        return ((read,),)
    rows: Rows = read
    return rows


def _is_appscript(native: object) -> bool:
    """Whether an object is one of macOS, which answers every name with another reference."""
    return type(native).__module__.partition(".")[0] == "appscript"

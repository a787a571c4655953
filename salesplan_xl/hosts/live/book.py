"""A plan workbook in an open spreadsheet program: tables and names read from it, and changed in it."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple

import xlwings
from xlwings.main import Table

from salesplan_xl.hosts.formulas import Area
from salesplan_xl.hosts.formulas.names import DefinedName
from salesplan_xl.hosts.live.cells import block, read_cells, write_cells
from salesplan_xl.hosts.live.objects import clear_comments, dates_from_1904, unfiltered
from salesplan_xl.hosts.live.planning import Block, blocks, columns_after
from salesplan_xl.hosts.live.tables import LiveTable
from salesplan_xl.hosts.live.together import Changes, quietly
from salesplan_xl.hosts.refusals import Where
from salesplan_xl.workbook.cells import (
    LAST_ROW,
    LONGEST_TEXT,
    Cell,
    CellTable,
    TableChanges,
    Value,
    address,
    length_in_cell,
)
from salesplan_xl.workbook.wording import shown


class _NamedCell(NamedTuple):
    """A name and the one cell it stands for."""

    name: str
    sheet: str
    row: int
    column: int

    @property
    def address(self) -> str:
        """Address of the cell."""
        return address(self.row, self.column)


class LiveBook:
    """
    A workbook that is open in a spreadsheet program. It meets `salesplan_xl.workbook.book.Book`.

    Parameters
    ----------
    book : xlwings.Book
        The workbook, in Excel or in LibreOffice.

    Raises
    ------
    RefusalError
        If it counts its dates from 1904.
    """

    def __init__(self, book: xlwings.Book) -> None:
        self._book = book
        self._where = Where(book.name)
        self._tables: dict[str, Table] | None = None
        self._named_cells: dict[str, _NamedCell] | None = None
        self._changes: Changes | None = None
        if dates_from_1904(book):
            self._where.refuse("E-FILE-DATES")

    @property
    def name(self) -> str:
        """Name of the file, for messages."""
        return self._where.file

    def table_names(self) -> tuple[str, ...]:
        """
        List the tables.

        Returns
        -------
        tuple of str
            Names of every table there is, sheet by sheet.
        """
        return tuple(table.name for table in self._all_tables().values())

    def read_table(self, name: str) -> CellTable:
        """
        Read a table.

        Parameters
        ----------
        name : str
            Its name, in any case.

        Returns
        -------
        CellTable
            Its cells as they stand now.

        Raises
        ------
        KeyError
            If there is no such table.
        """
        return self._table(name).read()

    def change_table(self, name: str, changes: TableChanges) -> None:
        """
        Make changes in a table.

        A table that loses all its rows keeps one blank row. New rows take the formats, rules and formulas of the first
        data row; rows that move take their values and formulas along. What speaks of the table follows its new end.

        Parameters
        ----------
        name : str
            Its name, in any case.
        changes : TableChanges
            What to change.

        Raises
        ------
        KeyError
            If there is no such table.
        ValueError
            If the changes name a row or a column the table does not have, or a row twice; or a number is none.
        RefusalError
            If there is no room to grow, the sheet has too few rows or a password, or a text is too long for a cell;
            nothing is changed then.
        """
        table = self._table(name)
        before = table.read()
        changes.check(table.name, before.row_count, before.columns)
        last_row = table.data.top + max(1, len(changes.rows)) - 1
        self._check_room(table, last_row)
        self._check_texts(before, changes)
        columns, after = list(before.columns.values()), columns_after(before, changes)
        with self._changing() as made, unfiltered(table.table):
            made.open(table.sheet)
            made.keep(f"table {name.casefold()}", partial(self._put_back, table, columns))
            self._put(table, last_row, list(blocks(columns, after)), made)

    def names(self) -> tuple[str, ...]:
        """
        List the named cells.

        Returns
        -------
        tuple of str
            Names, valid in the whole workbook, that stand for exactly one cell.
        """
        return tuple(cell.name for cell in self._all_named_cells().values())

    def read_name(self, name: str) -> tuple[str, str, Cell]:
        """
        Read a named cell.

        Parameters
        ----------
        name : str
            Its name, in any case.

        Returns
        -------
        tuple of str, str and Cell
            Title of its sheet, its address, what it holds.

        Raises
        ------
        KeyError
            If there is no cell of that name.
        """
        named = self._named(name)
        return named.sheet, named.address, read_cells(self._cell(named))[0][0]

    def write_name(self, name: str, value: Value) -> None:
        """
        Set a named cell to a value.

        Parameters
        ----------
        name : str
            Its name, in any case.
        value : Value
            What it shall hold; a formula that stood there is gone.

        Raises
        ------
        KeyError
            If there is no cell of that name.
        RefusalError
            If the text is too long for a cell, the cell is part of an array formula, or its sheet has a password;
            nothing is changed then.
        """
        named = self._named(name)
        cell, place = self._cell(named), (named.row, named.column)
        self._check_value(value, named.sheet, named.address)
        if cell.has_array:
            self._where.on(named.sheet).refuse("E-CELL-ARRAY", cell=named.address, area=named.address)
        before = read_cells(cell)[0][0]
        with self._changing() as made:
            made.open(cell.sheet)
            made.keep(f"name {name.casefold()}", partial(write_cells, cell.sheet, *place, [[before]]))
            write_cells(cell.sheet, *place, [[value]])

    def sheet_titles(self) -> tuple[str, ...]:
        """
        List the sheets.

        Returns
        -------
        tuple of str
            Their titles in order, hidden ones included.
        """
        return tuple(sheet.name for sheet in self._book.sheets)

    @contextmanager
    def together(self, tables: Iterable[str] = ()) -> Iterator[None]:
        """
        Make changes all or none: an exception that leaves it takes them back.

        The window is still meanwhile, macros and formulas wait, and protected sheets are open.

        Parameters
        ----------
        tables : iterable of str
            Names of tables that will be changed; if the sheet of one has a password, nothing is touched.

        Yields
        ------
        None
            Nothing.

        Raises
        ------
        RefusalError
            If a sheet has a password.
        """
        with self._changing() as made:
            for name in tables:
                made.open(self._table(name).sheet)
            yield

    @contextmanager
    def _changing(self) -> Iterator[Changes]:
        """The changes that are made together, begun here if they are not yet."""
        if self._changes is not None:
            yield self._changes
            return
        made = Changes(self.name)
        with quietly(self._book.app):
            self._changes = made
            try:
                yield made
            except BaseException:
                made.take_back()
                raise
            else:
                made.finish()
            finally:
                self._changes = None

    def _all_tables(self) -> dict[str, Table]:
        """Every table by its name in lower case, sheet by sheet."""
        if self._tables is None:
            self._tables = {table.name.casefold(): table for sheet in self._book.sheets for table in sheet.tables}
        return self._tables

    def _table(self, name: str) -> LiveTable:
        """Find a table by its name, in any case."""
        try:
            return LiveTable.of(self._all_tables()[name.casefold()])
        except KeyError:
            raise KeyError(name) from None

    def _all_named_cells(self) -> dict[str, _NamedCell]:
        """The names that stand for one cell in the whole workbook, by themselves in lower case."""
        if self._named_cells is None:
            titles = self.sheet_titles()
            defined = [(name.name, name.refers_to) for name in self._book.names]
            cells = [(name, DefinedName(name, what.removeprefix("=")).one_cell()) for name, what in defined if what]
            self._named_cells = {
                name.casefold(): _NamedCell(name, cell[0], *cell[1])
                for name, cell in cells
                if "!" not in name and cell is not None and cell[0] in titles
            }
        return self._named_cells

    def _named(self, name: str) -> _NamedCell:
        """Find the one cell a name stands for."""
        try:
            return self._all_named_cells()[name.casefold()]
        except KeyError:
            raise KeyError(name) from None

    def _cell(self, named: _NamedCell) -> xlwings.Range:
        """The cell of a name."""
        return block(self._book.sheets[named.sheet], named.row, named.column, named.row, named.column)

    def _check_texts(self, table: CellTable, changes: TableChanges) -> None:
        """Refuse values that no cell can hold, naming the cell."""
        for (row, header), value in changes.cells.items():
            self._check_value(value, table.sheet, table.place(row, header))
        for row, position in enumerate(changes.rows):
            if position < 0:
                for header, value in changes.added[-1 - position].items():
                    self._check_value(value, table.sheet, table.place(row, header))

    def _check_value(self, value: Value, title: str, cell: str) -> None:
        """Refuse a value that no cell can hold."""
        if isinstance(value, str) and len(value) > LONGEST_TEXT // 2 and length_in_cell(value) > LONGEST_TEXT:
            self._where.on(title).refuse(
                "E-TEXT-TOO-LONG", cell=cell, length=length_in_cell(value), limit=f"{LONGEST_TEXT:,}"
            )
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"{value} is no number a cell can hold")

    def _check_room(self, table: LiveTable, last_row: int) -> None:
        """Refuse to grow over something, or off the sheet."""
        where = self._where.on(table.sheet.name)
        bottom = last_row + table.has_totals
        if bottom > LAST_ROW:
            rows = last_row - table.data.top + 1
            where.refuse("E-TABLE-TOO-LONG", rows=f"{rows:,}", table=table.name, limit=f"{LAST_ROW:,}")
        if bottom <= table.area.bottom:
            return
        below = Area(table.area.bottom + 1, table.area.left, bottom, table.area.right)
        found = _content(table.sheet, below) or self._table_in(table.sheet, below)
        if found is not None:
            cell, content = found
            where.refuse("E-TABLE-NO-ROOM", cell=address(*cell), content=content, table=table.name, row=bottom)

    def _table_in(self, sheet: xlwings.Sheet, area: Area) -> tuple[tuple[int, int], str] | None:
        """Find a table that stands in the way."""
        for one in sheet.tables:
            table = LiveTable.of(one)
            if table.area.meets(area):
                return (table.area.top, max(table.area.left, area.left)), f"the table {table.name}"
        return None

    def _put(self, table: LiveTable, last_row: int, typed: Sequence[Block], made: Changes) -> None:
        """Let a table end in a row and type into it."""
        data = table.data
        self._named_cells = None if last_row != data.bottom else self._named_cells  # a name of its data may have grown
        if table.has_totals and last_row != data.bottom:
            table.table.show_totals = False
        if last_row > data.bottom:
            _end_at(table, last_row)
            new = table.cells(data.bottom + 1, last_row)
            table.cells(data.top, data.top).copy(new)
            clear_comments(new)
        for part in typed:
            write_cells(table.sheet, data.top + part.row, data.left + part.column, part.rows)
        if last_row < data.bottom:
            _end_at(table, last_row)
            table.cells(last_row + 1, data.bottom).clear_contents()
            made.at_last(f"table {table.name.casefold()}", partial(_clear_formats_below, table))
        if table.has_totals and last_row != data.bottom:
            table.table.show_totals = True

    def _put_back(self, table: LiveTable, columns: Sequence[Sequence[Cell]]) -> None:
        """Put a table back to where it stood and what it held."""
        now, data = LiveTable.of(table.table), table.data
        moved = now.area.bottom != table.area.bottom
        self._named_cells = None
        if moved and now.has_totals:
            now.table.show_totals = False
        if moved:
            _end_at(table, data.bottom)
        if now.data.bottom > data.bottom:
            beyond = table.cells(data.bottom + 1, now.data.bottom)
            beyond.clear_contents()
            beyond.clear_formats()
        write_cells(table.sheet, data.top, data.left, list(zip(*columns, strict=True)))
        if table.has_totals and not LiveTable.of(table.table).has_totals:
            table.table.show_totals = True


def _end_at(table: LiveTable, last_row: int) -> None:
    """Let a table without a row of totals end in a row."""
    table.table.resize(block(table.sheet, table.area.top, table.area.left, last_row, table.area.right))


def _clear_formats_below(table: LiveTable) -> None:
    """Clear the formats of the rows that a table has left behind."""
    now = LiveTable.of(table.table).area.bottom
    if now < table.area.bottom:
        table.cells(now + 1, table.area.bottom).clear_formats()


def _content(sheet: xlwings.Sheet, area: Area) -> tuple[tuple[int, int], str] | None:
    """Find what stands in the way in a block: the first cell that holds something, or is part of a merged cell."""
    columns = read_cells(block(sheet, area.top, area.left, area.bottom, area.right))
    for row, cells in enumerate(zip(*columns, strict=True), area.top):
        for column, cell in enumerate(cells, area.left):
            if cell is not None:
                return (row, column), shown(cell)

    def merged_down_to(row: int) -> bool:
        return block(sheet, area.top, area.left, row, area.right).merge_cells is not False

    if not merged_down_to(area.bottom):
        return None
    rows = range(area.top, area.bottom + 1)
    row = rows[bisect_left(rows, True, key=merged_down_to)]  # noqa: FBT003 - it is the first merged row that is looked for
    column = next(
        column
        for column in range(area.left, area.right + 1)
        if block(sheet, row, column, row, column).merge_cells is not False
    )
    return (row, column), "a merged cell"

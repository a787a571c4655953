"""A plan workbook as a closed file: tables and names read from its parts, and changed in them.

Only what is asked for is read. Changes show in later reads at once; the file sees them when it is saved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from salesplan_xl.hosts.file.followers import follow_in_charts, follow_in_names, follow_in_rules
from salesplan_xl.hosts.file.macros import MacroParts
from salesplan_xl.hosts.file.names import add_name, read_names
from salesplan_xl.hosts.file.package import Package
from salesplan_xl.hosts.file.sheet import SheetPart
from salesplan_xl.hosts.file.sheets import StoredSheet, read_sheets
from salesplan_xl.hosts.file.tables import StoredTable, read_table_part, table_text
from salesplan_xl.hosts.file.texts import read_texts
from salesplan_xl.hosts.formulas import Area, Resize
from salesplan_xl.hosts.formulas.area import Place
from salesplan_xl.hosts.formulas.names import DefinedName
from salesplan_xl.workbook.cells import (
    LAST_ROW,
    Cell,
    CellTable,
    FormulaCell,
    TableChanges,
    Value,
    address,
    fixed_address,
    quoted_title,
)


class FileBook:
    """
    A workbook file, open in nothing but this program. It meets `salesplan_xl.workbook.book.Book`.

    Parameters
    ----------
    package : Package
        The file's package.

    Raises
    ------
    RefusalError
        If the workbook part is damaged, or counts its dates from 1904.
    """

    def __init__(self, package: Package) -> None:
        self._package = package
        self.macros = MacroParts(package)
        self._sheets = {sheet.title: sheet for sheet in read_sheets(package)}
        self._parts: dict[str, SheetPart] = {}
        self._tables: dict[str, StoredTable] | None = None
        self._cells: dict[str, CellTable] = {}
        self._texts: dict[str, str] | None = None
        self._resizes: list[Resize] = []

    @classmethod
    def open(cls, path: Path) -> FileBook:
        """
        Open a workbook file.

        Parameters
        ----------
        path : Path
            An .xlsx or .xlsm file.

        Returns
        -------
        FileBook
            The workbook. The file itself stays closed and is not locked.

        Raises
        ------
        RefusalError
            If there is no such file, or it is no workbook we would touch.
        """
        return cls(Package.open(path))

    @classmethod
    def from_bytes(cls, content: bytes, name: str) -> FileBook:
        """
        Open a workbook that stands in memory.

        Parameters
        ----------
        content : bytes
            The file's content.
        name : str
            A name for messages.

        Returns
        -------
        FileBook
            The workbook; `save` needs a path.

        Raises
        ------
        RefusalError
            If it is no workbook we would touch.
        """
        return cls(Package(content, name))

    @property
    def name(self) -> str:
        """Name of the file, for messages."""
        return self._package.name

    @property
    def changed(self) -> bool:
        """Whether anything was changed since the file was read or saved."""
        return self._package.changed or any(part.changed for part in self._parts.values())

    def table_names(self) -> tuple[str, ...]:
        """
        List the tables.

        Returns
        -------
        tuple of str
            Names of every table there is, sheet by sheet.
        """
        return tuple(table.name for table in self.tables())

    def tables(self) -> tuple[StoredTable, ...]:
        """
        List the tables with their places.

        Returns
        -------
        tuple of StoredTable
            Every table, sheet by sheet, as it stands now.

        Raises
        ------
        RefusalError
            If a table part is damaged.
        """
        if self._tables is None:
            found = [
                read_table_part(self._package, part, sheet.title)
                for sheet in self._sheets.values()
                for part in self._package.related(sheet.part, "table")
            ]
            self._tables = {table.name.casefold(): table for table in found}
            if len(self._tables) < len(found):
                self._package.where.refuse("E-FILE-DAMAGED", reason="two tables of one name")
        return tuple(self._tables.values())

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
            Its cells as they stand now, changes included.

        Raises
        ------
        KeyError
            If there is no such table.
        RefusalError
            Naming the cells that cannot be read.
        """
        table = self._table(name)
        key = table.name.casefold()
        if key not in self._cells:
            data = table.data
            sheet = self.sheet(table.sheet)
            columns = dict(zip(table.headers, sheet.read(data), strict=True))
            self._cells[key] = CellTable(
                table.name, table.sheet, data.top, data.left, columns, below=self._typed_below(table, sheet)
            )
        return self._cells[key]

    def _typed_below(self, table: StoredTable, sheet: SheetPart) -> str:
        """Address of a filled cell in the row right below a table; empty for none, or for a row of totals."""
        data = table.data
        if table.has_totals or data.bottom == LAST_ROW:
            return ""
        found = sheet.first_content(Area(data.bottom + 1, data.left, data.bottom + 1, data.right))
        return address(*found[0]) if found else ""

    def change_table(self, name: str, changes: TableChanges) -> None:
        """
        Make changes in a table.

        A table that loses all its rows keeps one blank row. New rows take the formats and formulas of the first
        data row. What follows the table (names, charts, validations, formats) follows its new end.

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
            If the changes name a row or a column the table does not have, or a row twice.
        RefusalError
            If there is no room to grow, the sheet has too few rows, or a text is too long for a cell; nothing
            is changed then.
        """
        table = self._table(name)
        table.check(changes)
        last_row = table.data.top + max(1, len(changes.rows)) - 1
        sheet = self.sheet(table.sheet)
        self._check_room(table, sheet, table.ending(last_row))
        sheet.change_rows(table, changes)
        if last_row != table.data.bottom:
            self._end_at(table, sheet, last_row)
        self._keep_read(table, changes)

    def names(self) -> tuple[str, ...]:
        """
        List the named cells.

        Returns
        -------
        tuple of str
            Names, valid in the whole workbook, that stand for exactly one cell.
        """
        return tuple(one.name for one in self.defined_names() if self._cell_of(one) is not None)

    def defined_names(self) -> tuple[DefinedName, ...]:
        """
        List what names stand for.

        Returns
        -------
        tuple of DefinedName
            Every name as it stands now, of the whole workbook or of one sheet.

        Raises
        ------
        RefusalError
            If a name is valid on a sheet that is not there.
        """
        return read_names(self._package, self.sheet_titles())

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
        RefusalError
            If the cell cannot be read.
        """
        title, (row, column) = self._named(name)
        return title, address(row, column), self.sheet(title).cell(row, column)

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
            If the text is too long for a cell, or the cell is part of an array formula.
        """
        title, place = self._named(name)
        self.sheet(title).set_values({place: value})
        self._touched(title)

    def add_name(self, name: str, title: str, place: Place) -> None:
        """
        Give a cell a name.

        Parameters
        ----------
        name : str
            A name that is not there yet.
        title : str
            Title of its sheet.
        place : (int, int)
            Its row and column.

        Raises
        ------
        RefusalError
            If the workbook has no list of names.
        """
        add_name(self._package, DefinedName(name, f"{quoted_title(title)}!{fixed_address(*place)}"))

    def sheet_titles(self) -> tuple[str, ...]:
        """
        List the sheets.

        Returns
        -------
        tuple of str
            Their titles in order, hidden ones included.
        """
        return tuple(self._sheets)

    def together(self, tables: Iterable[str] = ()) -> AbstractContextManager[None]:  # noqa: ARG002 - none is locked
        """
        Make changes that belong together; none of them shows before the file is saved.

        Parameters
        ----------
        tables : iterable of str
            Names of tables that will be changed. Protection of a sheet does not matter to a closed file.

        Returns
        -------
        context manager
            One that does nothing.
        """
        return nullcontext()

    def sheets(self) -> tuple[StoredSheet, ...]:
        """
        List the sheets with what the workbook says of them.

        Returns
        -------
        tuple of StoredSheet
            The sheets in order.
        """
        return tuple(self._sheets.values())

    def sheet(self, title: str) -> SheetPart:
        """
        Give the cells of a sheet, for reading.

        Parameters
        ----------
        title : str
            Title of a worksheet.

        Returns
        -------
        SheetPart
            The sheet, as it stands now.

        Raises
        ------
        KeyError
            If there is no worksheet of that title.
        RefusalError
            If its part is damaged.
        """
        if title not in self._parts:
            stored = self._sheets[title]
            if stored.kind != "worksheet":
                raise KeyError(title)
            text, where = self._package.text(stored.part), self._package.where.on(title)
            self._parts[title] = SheetPart(text, where, self._shared_texts)
        return self._parts[title]

    def read_columns(self, title: str, columns: Sequence[int], rows: range) -> dict[int, Sequence[Cell]]:
        """
        Read some columns of a sheet; a table that has been read before is not read again for it.

        Parameters
        ----------
        title : str
            Title of a worksheet.
        columns : sequence of int
            Numbers of the columns.
        rows : range
            From which to which row.

        Returns
        -------
        dict of int to sequence of Cell
            The cells of each column as they stand now.

        Raises
        ------
        KeyError
            If there is no worksheet of that title.
        RefusalError
            Naming the cells that cannot be read.
        """
        for name, read in self._cells.items():
            data = self._table(name).data
            if read.sheet == title and _covers(data, columns, rows):
                held, start = list(read.columns.values()), rows[0] - data.top
                return {column: held[column - data.left][start : start + len(rows)] for column in columns}
        return {**self.sheet(title).read_columns(columns, rows)}

    def store_values(self, title: str, values: Mapping[Place, Value]) -> None:
        """
        Store what formulas give, beside the formulas.

        Parameters
        ----------
        title : str
            Title of the sheet.
        values : mapping of (int, int) to Value
            Calculated values by row and column; cells an array formula fills included.

        Raises
        ------
        KeyError
            If there is no worksheet of that title.
        RefusalError
            If a text is too long for a cell; nothing is changed then.
        """
        self.sheet(title).set_cached(values)
        self._touched(title)

    def to_bytes(self) -> bytes:
        """
        Write the workbook.

        Returns
        -------
        bytes
            The file as it would be saved.

        Raises
        ------
        RefusalError
            If a part that must follow a change is damaged.
        """
        self._settle()
        return self._package.to_bytes()

    def save(self, path: Path | None = None) -> None:
        """
        Save the workbook in one step, so that a kill at any moment leaves a whole file.

        Parameters
        ----------
        path : Path, optional
            Where to; by default where it was opened from, and then only if something was changed. Afterwards
            the workbook belongs to that path.

        Raises
        ------
        ValueError
            If there is no path to save to.
        RefusalError
            If the file was changed by somebody else meanwhile, is held open by another program, or the place
            cannot be written to. The file is then as it was.
        """
        self._settle()
        self._package.save(path)

    def _shared_texts(self) -> Mapping[str, str]:
        """Read the shared texts when the first is needed."""
        if self._texts is None:
            self._texts = read_texts(self._package)
        return self._texts

    def _table(self, name: str) -> StoredTable:
        """Find a table by its name, in any case."""
        self.tables()
        try:
            return (self._tables or {})[name.casefold()]
        except KeyError:
            raise KeyError(name) from None

    def _named(self, name: str) -> tuple[str, Place]:
        """Find the one cell a name stands for."""
        for defined in self.defined_names():
            cell = self._cell_of(defined)
            if defined.name.casefold() == name.casefold() and cell is not None:
                return cell
        raise KeyError(name)

    def _cell_of(self, name: DefinedName) -> tuple[str, Place] | None:
        """Give the cell a name stands for, if it does so in the whole workbook."""
        cell = name.one_cell() if name.sheet is None else None
        return cell if cell is not None and cell[0] in self._sheets else None

    def _keep_read(self, table: StoredTable, changes: TableChanges) -> None:
        """Keep what was read of a table in step with its changes; formulas are read again where they stand now."""
        read = self._cells.pop(table.name.casefold(), None)
        if read is None or not changes.rows:
            return
        if not any(FormulaCell in map(type, cells) for cells in read.columns.values()):
            self._cells[table.name.casefold()] = changes.apply(read)

    def _check_room(self, table: StoredTable, sheet: SheetPart, new: StoredTable) -> None:
        """Refuse to grow over something, or off the sheet."""
        where = self._package.where.on(table.sheet)
        if new.area.bottom > LAST_ROW:
            rows = len(new.data.rows())
            where.refuse("E-TABLE-TOO-LONG", rows=f"{rows:,}", table=table.name, limit=f"{LAST_ROW:,}")
        if new.area.bottom <= table.area.bottom:
            return
        below = Area(table.area.bottom + 1, table.area.left, new.area.bottom, table.area.right)
        found = sheet.first_content(below) or self._table_in(table.sheet, below)
        if found is not None:
            cell, row = address(*found[0]), new.area.bottom
            where.refuse("E-TABLE-NO-ROOM", cell=cell, content=found[1], table=table.name, row=row)

    def _table_in(self, title: str, area: Area) -> tuple[Place, str] | None:
        """Find a table that stands in the way."""
        for table in self.tables():
            if table.sheet == title and table.area.meets(area):
                return (table.area.top, max(table.area.left, area.left)), f"the table {table.name}"
        return None

    def _end_at(self, table: StoredTable, sheet: SheetPart, last_row: int) -> None:
        """Let everything that speaks of a table's end follow it."""
        resize, new = table.resize(last_row), table.ending(last_row)
        self._package.replace(table.part, table_text(self._package.text(table.part), table, new).encode("utf-8"))
        if self._tables is not None:
            self._tables[table.name.casefold()] = new
        sheet.follow(resize)
        self._resizes.append(resize)
        follow_in_names(self._package, resize)

    def _touched(self, title: str) -> None:
        """Forget what was read from a sheet that has changed."""
        self._cells = {name: table for name, table in self._cells.items() if table.sheet != title}

    def _settle(self) -> None:
        """Put every change into the package."""
        resizes, self._resizes = self._resizes, []
        if resizes:
            self._follow_in_sheets(resizes)
            follow_in_charts(self._package, resizes)
        for title, part in self._parts.items():
            if part.changed:
                self._package.replace(self._sheets[title].part, part.to_bytes())
                part.changed = False
        if any(part.formulas_moved for part in self._parts.values()):
            workbook = self._package.workbook_part
            for chain in self._package.related(workbook, "calcChain"):
                self._package.remove(chain, workbook)  # Excel builds it anew; a wrong one it calls damage

    def _follow_in_sheets(self, resizes: Sequence[Resize]) -> None:
        """Let the rules of the other sheets follow; cells that nobody has asked for are not read for it."""
        for sheet in self._sheets.values():
            foreign = [resize for resize in resizes if resize.sheet != sheet.title]
            if sheet.title in self._parts:
                for resize in foreign:
                    self._parts[sheet.title].follow(resize)
            elif foreign and sheet.kind == "worksheet":
                try:
                    follow_in_rules(self._package, sheet.part, foreign)
                except ValueError as error:
                    where = self._package.where.on(sheet.title)
                    where.refuse("E-FILE-DAMAGED", cause=error, reason="a rule of the sheet")


def _covers(data: Area, columns: Sequence[int], rows: range) -> bool:
    """Tell whether columns and rows all lie in the data of a table."""
    return data.holds((rows[0], min(columns))) and data.holds((rows[-1], max(columns)))

"""A plan workbook that lives in memory: the declaration with given rows, so that actions are tested without a file."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

import pandas as pd

from salesplan_xl.actions import ACTIONS
from salesplan_xl.hosts.formulas import shift_formula
from salesplan_xl.workbook.book import Book
from salesplan_xl.workbook.cells import Cell, CellTable, FormulaCell, TableChanges, Value, address
from salesplan_xl.workbook.changes import canonical_bytes
from salesplan_xl.workbook.codec import decode
from salesplan_xl.workbook.dates import serial_of
from salesplan_xl.workbook.labels import catalogue
from salesplan_xl.workbook.schema import NamedCell, Role, Settings, Sheet, Table
from salesplan_xl.workbook.sheets import SHEETS, TABLES

LABELS = catalogue()
Row = Mapping[str, object]


class MemoryBook:
    """
    An open plan without a file.

    It does what the protocol asks and no more: a table that loses all rows keeps a blank one, new rows carry on the
    formulas of their columns, and changes that name no row or column of the table are refused as a host would.

    Parameters
    ----------
    tables : mapping of str to sequence of rows
        Cells by table id and column id, as a person would type them; columns left out are blank.
    facts : mapping of str to object
        Values of named cells; others hold their defaults.
    """

    def __init__(
        self, tables: Mapping[str, Sequence[Row]] | None = None, facts: Mapping[str, object] | None = None
    ) -> None:
        self.name = "plan.xlsx"
        self.writes = 0
        self._titles = {sheet.id: LABELS.sheets[sheet.id]["title"] for sheet in SHEETS}
        self._tables = {
            table.id: _cell_table(table, (tables or {}).get(table.id, ()), sheet, first_column)
            for sheet in SHEETS
            for table, first_column in _side_by_side(sheet)
        }
        declared = [
            (sheet.id, cell)
            for sheet in SHEETS
            for block in sheet.blocks
            if isinstance(block, Settings)
            for cell in block.cells
        ]
        declared += [
            (action.specification.sheet, cell) for action in ACTIONS.values() for cell in option_cells(action.id)
        ]
        self._names = {
            cell.name: (
                self._titles[sheet],
                address(40 + number, 2),
                cell_of((facts or {}).get(cell.name, default(cell))),
            )
            for number, (sheet, cell) in enumerate(declared)
        }

    @classmethod
    def of(cls, book: Book) -> MemoryBook:
        """What another workbook holds."""
        made = cls()
        made.name = book.name
        made._titles = {title: title for title in book.sheet_titles()}
        made._tables = {name: book.read_table(name) for name in book.table_names()}
        made._names = {name: book.read_name(name) for name in book.names()}
        return made

    def type_below(self, table: str, cell: str) -> None:
        """Say that somebody filled a cell right below a table."""
        self._tables[table] = replace(self._tables[table], below=cell)

    def table_names(self) -> tuple[str, ...]:
        """Names of the tables."""
        return tuple(self._tables)

    def read_table(self, name: str) -> CellTable:
        """The cells of a table."""
        return self._tables[name]

    def change_table(self, name: str, changes: TableChanges) -> None:
        """Make changes, as strict about them as a host."""
        table = self._tables[name]
        changes.check(name, table.row_count, table.columns)
        self.writes += 1
        self._tables[name] = _with_formulas(table, changes) if changes.rows else _blank_row(table)

    def names(self) -> tuple[str, ...]:
        """Names of cells."""
        return tuple(self._names)

    def read_name(self, name: str) -> tuple[str, str, Cell]:
        """Sheet, address and cell of a name."""
        return self._names[name]

    def write_name(self, name: str, value: Value) -> None:
        """Set a named cell."""
        sheet, place, _ = self._names[name]
        self.writes += 1
        self._names[name] = (sheet, place, value)

    def sheet_titles(self) -> tuple[str, ...]:
        """Titles of the sheets."""
        return tuple(self._titles.values())

    @contextmanager
    def together(self, tables: Iterable[str] = ()) -> Iterator[None]:
        """Changes are made all or none."""
        assert set(tables) <= set(self._tables)
        before = dict(self._tables), dict(self._names)
        try:
            yield
        except BaseException:
            self._tables, self._names = before
            raise

    # What a person does in between

    def frame(self, table: str) -> pd.DataFrame:
        """The typed rows of a table."""
        return decode(TABLES[table], self._tables[table], LABELS)[0].frame

    def column(self, table: str, column: str) -> list[object]:
        """The typed values of one column."""
        return [None if pd.isna(value) else value for value in self.frame(table)[column]]

    def state(self) -> dict[str, bytes]:
        """Canonical bytes of every table that an operation can change."""
        return {
            table: canonical_bytes(TABLES[table], self.frame(table))
            for table in self._tables
            if table not in ("log", "problems", "undo_journal", "budget_preview")
        }

    def place(self, table: str, row: int, column: str) -> str:
        """Sheet and address of a cell; row -1 is the header."""
        cells = self._tables[table]
        return f"{cells.sheet}!{cells.place(row, LABELS.header(table, column))}"

    def type(self, table: str, row: int, column: str, value: object) -> None:
        """Type into a cell."""
        cells = self._tables[table]
        columns = {header: list(values) for header, values in cells.columns.items()}
        columns[LABELS.header(table, column)][row] = cell_of(value)
        self._tables[table] = replace(cells, columns=columns)

    def reorder(self, table: str, rows: Sequence[int]) -> None:
        """Sort, delete or copy rows: give the positions the table shall show."""
        cells = self._tables[table]
        columns = {header: [values[row] for row in rows] for header, values in cells.columns.items()}
        self._tables[table] = replace(cells, columns=columns)

    def type_row(self, table: str, row: Row) -> None:
        """Type a row below the others, without a row id."""
        cells = self._tables[table]
        more = _cell_columns(TABLES[table], [row], [None])
        columns = {header: [*values, *more[header]] for header, values in cells.columns.items()}
        self._tables[table] = replace(cells, columns=columns)

    def add_column(self, table: str, header: str, cell: Callable[[int], Cell]) -> None:
        """Add a column of one's own to a table."""
        cells = self._tables[table]
        own = {header: [cell(row) for row in range(cells.row_count)]}
        self._tables[table] = replace(cells, columns={**cells.columns, **own})

    def delete_column(self, table: str, column: str) -> None:
        """Delete a column of a table."""
        cells = self._tables[table]
        gone = LABELS.header(table, column)
        kept = {header: values for header, values in cells.columns.items() if header != gone}
        self._tables[table] = replace(cells, columns=kept)

    def delete_table(self, table: str) -> None:
        """Delete a table."""
        del self._tables[table]

    def delete_name(self, name: str) -> None:
        """Delete a named cell."""
        del self._names[name]

    def rename_sheet(self, title: str, new: str) -> None:
        """Rename a sheet."""
        self._titles = {sheet: new if old == title else old for sheet, old in self._titles.items()}
        self._tables = {
            name: replace(cells, sheet=new) if cells.sheet == title else cells for name, cells in self._tables.items()
        }


def cell_of(value: object) -> Cell:
    """A cell that holds a value as a test writes it: dates and whole numbers are numbers there."""
    if isinstance(value, datetime.date):
        return serial_of(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value  # type: ignore[return-value]  # anything else a test gives is a cell already


def default(cell: NamedCell) -> object:
    """What a new plan holds in a named cell, as the template shows it."""
    if cell.choices:
        return LABELS.choices[cell.choices][str(cell.default)]
    if cell.kind == "month" and cell.default is not None:
        return datetime.date.fromisoformat(str(cell.default))
    return cell.default


def option_cells(action: str) -> tuple[NamedCell, ...]:
    """The named cells of an action's options."""
    return ACTIONS[action].specification.cells()


def _side_by_side(sheet: Sheet) -> Iterator[tuple[Table, int]]:
    """The tables of a sheet with their first columns, a column free between them."""
    first_column = 2
    for table in sheet.tables:
        yield table, first_column
        first_column += len(table.all_columns) + 1


def _cell_table(table: Table, rows: Sequence[Row], sheet: Sheet, first_column: int) -> CellTable:
    """A table with these rows, their row ids given as a new plan gives them."""
    ids: list[Cell] = [f"r{number}" for number in range(1, len(rows) + 1)]
    columns = _cell_columns(table, rows or [{}], ids or [None])
    return CellTable(table.id, LABELS.sheets[sheet.id]["title"], sheet.tables_row + 2, first_column, columns)


def _cell_columns(table: Table, rows: Sequence[Row], ids: Sequence[Cell]) -> dict[str, list[Cell]]:
    """The cells of rows by header."""
    strange = {name for row in rows for name in row} - {column.id for column in table.all_columns}
    assert not strange, f"{table.id} has no {strange}"
    columns: dict[str, list[Cell]] = {LABELS.header(table.id, "row_id"): list(ids)}
    for column in table.columns:
        blank = FormulaCell(column.formula, None) if column.role is Role.FORMULA else None
        columns[LABELS.header(table.id, column.id)] = [cell_of(row.get(column.id, blank)) for row in rows]
    return columns


def _with_formulas(table: CellTable, changes: TableChanges) -> CellTable:
    """The table with its changes; formulas move with their rows, and new rows carry on those of the first."""
    after = changes.apply(table)
    columns = {header: list(cells) for header, cells in after.columns.items()}
    for header, cells in columns.items():
        first = table.columns[header][0]
        for row, old in enumerate(changes.rows):
            cell = cells[row]
            if old < 0 and isinstance(first, FormulaCell) and header not in changes.added[-1 - old]:
                cells[row] = FormulaCell(shift_formula(first.formula, row), None)
            elif old >= 0 and isinstance(cell, FormulaCell):
                cells[row] = FormulaCell(shift_formula(cell.formula, row - old), cell.value)
    return replace(after, columns=columns)


def _blank_row(cells: CellTable) -> CellTable:
    """The one row that a table without rows keeps."""
    first = {header: values[0] if values else None for header, values in cells.columns.items()}
    blank: dict[str, list[Cell]] = {
        header: [cell if isinstance(cell, FormulaCell) else None] for header, cell in first.items()
    }
    return replace(cells, columns=blank)

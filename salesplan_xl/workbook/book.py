"""What an open workbook must offer, in any host: a closed file, LibreOffice, Excel. It speaks tables, never ranges."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Protocol

from salesplan_xl.workbook.cells import Cell, CellTable, TableChanges, Value


class Book(Protocol):
    """A plan workbook, open in some host. Writes show in later reads at once; the host decides when they are saved."""

    @property
    def name(self) -> str:
        """Name of the file, for messages."""

    def table_names(self) -> tuple[str, ...]:
        """Names of every table there is, ours or not."""

    def read_table(self, name: str) -> CellTable:
        """Read a table. Raises `KeyError` when there is none of that name."""

    def change_table(self, name: str, changes: TableChanges) -> None:
        """Make changes in a table. Raises `RefusalError` when they cannot be made without harm, naming the cell."""

    def names(self) -> tuple[str, ...]:
        """Names of the cells that have one."""

    def read_name(self, name: str) -> tuple[str, str, Cell]:
        """Read a named cell: its sheet title, its address, its cell. Raises `KeyError` when there is none."""

    def write_name(self, name: str, value: Value) -> None:
        """Set a named cell to a value."""

    def sheet_titles(self) -> tuple[str, ...]:
        """Titles of the sheets in order, hidden ones included."""

    def together(self, tables: Iterable[str] = ()) -> AbstractContextManager[None]:
        """
        Make the changes within it all or none, as far as anybody sees.

        A host whose changes show at once takes them back when an exception leaves it. Those of a closed file show
        when it is saved; whoever holds it then drops it unsaved. If one of the tables named cannot be changed because
        its sheet is locked, `RefusalError` is raised before anything is touched.
        """

"""Tables of an open workbook: where each stands now, and what it holds."""

from __future__ import annotations

from dataclasses import dataclass

import xlwings
from xlwings.main import Table

from salesplan_xl.hosts.formulas import Area
from salesplan_xl.hosts.live.cells import block, read_cells
from salesplan_xl.workbook.cells import LAST_ROW, CellTable, address


@dataclass(frozen=True)
class LiveTable:
    """
    A table and where it stands at this moment.

    Parameters
    ----------
    table : Table
        The table.
    sheet : xlwings.Sheet
        Its sheet.
    name : str
        Its name.
    area : Area
        All of it: header, data and row of totals.
    has_header, has_totals : bool
        Whether those rows are there.
    """

    table: Table
    sheet: xlwings.Sheet
    name: str
    area: Area
    has_header: bool
    has_totals: bool

    @classmethod
    def of(cls, table: Table) -> LiveTable:
        """
        See where a table stands.

        Parameters
        ----------
        table : Table
            The table.

        Returns
        -------
        LiveTable
            The table as it stands now.
        """
        cells = table.range
        top, left, (rows, columns) = cells.row, cells.column, cells.shape
        area = Area(top, left, top + rows - 1, left + columns - 1)
        return cls(table, table.parent, table.name, area, bool(table.show_headers), bool(table.show_totals))

    @property
    def data(self) -> Area:
        """The data rows; never fewer than one."""
        area = self.area
        return Area(area.top + self.has_header, area.left, area.bottom - self.has_totals, area.right)

    def cells(self, top: int, bottom: int) -> xlwings.Range:
        """
        Give its columns from one row of the sheet to another.

        Parameters
        ----------
        top, bottom : int
            The rows.

        Returns
        -------
        xlwings.Range
            The cells.
        """
        return block(self.sheet, top, self.area.left, bottom, self.area.right)

    def read(self) -> CellTable:
        """
        Read it, with the row below it in the same go.

        Returns
        -------
        CellTable
            Its cells as they stand now.
        """
        data = self.data
        looks_below = not self.has_totals and data.bottom < LAST_ROW
        columns = read_cells(self.cells(self.area.top, data.bottom + looks_below))
        last = self.has_header + data.bottom - data.top + 1
        headers = [str(column[0]) for column in columns] if self.has_header else self._column_names()
        below = [place for place, column in enumerate(columns) if looks_below and column[last] is not None]
        return CellTable(
            self.name,
            self.sheet.name,
            data.top,
            data.left,
            {header: column[self.has_header : last] for header, column in zip(headers, columns, strict=True)},
            below=address(data.bottom + 1, data.left + below[0]) if below else "",
        )

    def _column_names(self) -> list[str]:
        """The names of the columns where no header shows them."""
        return [column.name for column in self.table.columns]

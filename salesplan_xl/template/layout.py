"""Where everything stands: derived from the declaration, so that no address is written down twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from salesplan_xl.workbook.cells import fixed_address, quoted_title, split_address
from salesplan_xl.workbook.labels import Labels
from salesplan_xl.workbook.options import ActionSpecification
from salesplan_xl.workbook.schema import Facts, Grid, NamedCell, Options, Settings, Sheet, Steps, Table

_STANDARD = 8.43
_GAP = 3


@dataclass(frozen=True)
class Place:
    """
    Where a table or block stands.

    Parameters
    ----------
    sheet : Sheet
        Its sheet.
    row, column : int
        Its first cell below the heading and headers, counted from 1.
    """

    sheet: Sheet
    row: int
    column: int


@dataclass(frozen=True)
class Layout:
    """
    The places of all that is declared.

    Parameters
    ----------
    labels : Labels
        Texts of the language.
    actions : sequence of ActionSpecification
        The actions, whose options stand on the sheets.
    tables : mapping of str to (Table, Place)
        Each table with its first data cell, the row id.
    grids : mapping of str to (Grid, Place)
        Each grid with its first data cell.
    facts : mapping of str to (Facts, Place)
        Each facts block with its first label.
    cells : mapping of str to (NamedCell, Place)
        Each named cell with its own place.
    """

    labels: Labels
    actions: Sequence[ActionSpecification]
    tables: Mapping[str, tuple[Table, Place]]
    grids: Mapping[str, tuple[Grid, Place]]
    facts: Mapping[str, tuple[Facts, Place]]
    cells: Mapping[str, tuple[NamedCell, Place]]

    def title(self, sheet: Sheet) -> str:
        """
        Give the title of a sheet.

        Parameters
        ----------
        sheet : Sheet
            A declared sheet.

        Returns
        -------
        str
            The text on its tab.
        """
        return self.labels.sheets[sheet.id]["title"]

    def area(self, sheet: Sheet, row: int, column: int, last_row: int, last_column: int) -> str:
        """
        Write an absolute range.

        Parameters
        ----------
        sheet : Sheet
            Its sheet.
        row, column, last_row, last_column : int
            Its corners, counted from 1.

        Returns
        -------
        str
            Such as ``"'8 Budget'!$B$7:$B$18"``; a single cell is written as a range too.
        """
        return f"{self.cell(sheet, row, column)}:{fixed_address(last_row, last_column)}"

    def cell(self, sheet: Sheet, row: int, column: int) -> str:
        """
        Write the absolute address of a cell.

        Parameters
        ----------
        sheet : Sheet
            Its sheet.
        row, column : int
            Its place, counted from 1.

        Returns
        -------
        str
            Such as ``"'8 Budget'!$B$7"``.
        """
        return f"{quoted_title(self.title(sheet))}!{fixed_address(row, column)}"

    def grid_column(self, grid_id: str, column_id: str) -> str:
        """
        Write the range of a grid's column.

        Parameters
        ----------
        grid_id, column_id : str
            Their ids.

        Returns
        -------
        str
            The absolute range of its cells, without header and total.
        """
        grid, place = self.grids[grid_id]
        column = place.column + grid.position(column_id)
        return self.area(place.sheet, place.row, column, place.row + grid.rows - 1, column)

    def grid_header(self, grid_id: str, column_id: str) -> str:
        """
        Write the address of the header of a grid's column.

        Parameters
        ----------
        grid_id, column_id : str
            Their ids.

        Returns
        -------
        str
            The absolute address.
        """
        grid, place = self.grids[grid_id]
        return self.cell(place.sheet, place.row - 1, place.column + grid.position(column_id))

    def table_column(self, table_id: str, column_id: str) -> str:
        """
        Write the range of a table's column as the template has it, which is one row long.

        Parameters
        ----------
        table_id, column_id : str
            Their ids.

        Returns
        -------
        str
            The absolute range of its data cells, written as a range although it is one cell: so hosts let it grow
            with the table, which they do not do to a reference to a single cell.
        """
        table, place = self.tables[table_id]
        column = place.column + table.position(column_id)
        return self.area(place.sheet, place.row, column, place.row, column)

    def block_cells(self, block: Settings | Options) -> tuple[NamedCell, ...]:
        """
        Give the named cells of a settings or options block.

        Parameters
        ----------
        block : Settings or Options
            The block.

        Returns
        -------
        tuple of NamedCell
            Its cells, top to bottom.
        """
        return _block_cells(block, self.actions)

    def row_ids(self, sheet: Sheet) -> tuple[int, ...]:
        """
        Give the columns of a sheet that hold row ids, which are hidden.

        Parameters
        ----------
        sheet : Sheet
            A declared sheet.

        Returns
        -------
        tuple of int
            Their numbers.
        """
        return tuple(self.tables[table.id][1].column for table in sheet.tables)

    def widths(self, sheet: Sheet) -> dict[int, float]:
        """
        Give the widths of a sheet's columns.

        Parameters
        ----------
        sheet : Sheet
            A declared sheet.

        Returns
        -------
        dict of int to float
            Characters by column number; a column that is left out has the standard width.
        """
        widths: dict[int, float] = {1: 2}
        for table in sheet.tables:
            left = self.tables[table.id][1].column
            widths |= {number: column.width for number, column in enumerate(table.all_columns, left)}
            widths[left + len(table.all_columns)] = _GAP
        for block in sheet.blocks:
            match block:
                case Grid():
                    _, left = split_address(block.at)
                    for number, column in enumerate(block.columns, left):
                        widths[number] = max(column.width, widths.get(number, 0))
                case Settings() | Facts() | Steps() if not sheet.tables:
                    _, left = split_address(block.at)
                    widths |= {left: 30, left + 1: 20, left + 2: 22}
                case _:
                    continue
        return widths

    def pixels(self, sheet: Sheet, column: int, count: int) -> int:
        """
        Measure some columns of a sheet.

        Parameters
        ----------
        sheet : Sheet
            A declared sheet.
        column, count : int
            The first of them, and how many.

        Returns
        -------
        int
            Their width together, in pixels.
        """
        widths = self.widths(sheet)
        return int(sum(widths.get(number, _STANDARD) * 7 + 5 for number in range(column, column + count)))


def lay_out(sheets: Sequence[Sheet], actions: Sequence[ActionSpecification], labels: Labels) -> Layout:
    """
    Find the place of everything declared.

    Parameters
    ----------
    sheets : sequence of Sheet
        The declaration.
    actions : sequence of ActionSpecification
        The actions, whose options stand on the sheets.
    labels : Labels
        Texts of the language.

    Returns
    -------
    Layout
        The places.
    """
    tables: dict[str, tuple[Table, Place]] = {}
    grids: dict[str, tuple[Grid, Place]] = {}
    facts: dict[str, tuple[Facts, Place]] = {}
    cells: dict[str, tuple[NamedCell, Place]] = {}
    for sheet in sheets:
        column = 1
        for table in sheet.tables:
            tables[table.id] = (table, Place(sheet, sheet.tables_row + 2, column))
            column += len(table.all_columns) + 1
        for block in sheet.blocks:
            match block:
                case Grid():
                    row, left = split_address(block.at)
                    grids[block.id] = (block, Place(sheet, row + 2, left))
                case Facts():
                    row, left = split_address(block.at)
                    facts[block.id] = (block, Place(sheet, row + 1, left))
                case Settings() | Options():
                    row, left = split_address(block.at)
                    for number, cell in enumerate(_block_cells(block, actions), row + 1):
                        cells[cell.name] = (cell, Place(sheet, number, left + block.label_columns))
                case _:
                    continue
    return Layout(labels, actions, tables, grids, facts, cells)


def _block_cells(block: Settings | Options, actions: Sequence[ActionSpecification]) -> tuple[NamedCell, ...]:
    """The named cells of a block: its own, or the options of its action."""
    if isinstance(block, Settings):
        return block.cells
    return next((action.cells() for action in actions if action.id == block.action), ())

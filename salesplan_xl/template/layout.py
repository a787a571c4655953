"""Where everything stands: derived from the declaration, so that no address is written down twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from salesplan_xl.workbook.cells import address, column_letters, split_address
from salesplan_xl.workbook.labels import Labels
from salesplan_xl.workbook.options import ActionSpecification
from salesplan_xl.workbook.schema import Facts, Grid, NamedCell, Options, Settings, Sheet, Table


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
            Such as ``"'8 Budget'!$B$7:$B$18"``; a single cell is written without a colon.
        """
        first = f"${column_letters(column)}${row}"
        last = f"${column_letters(last_column)}${last_row}"
        title = self.title(sheet).replace("'", "''")
        return f"'{title}'!{first}" if first == last else f"'{title}'!{first}:{last}"

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
        column = place.column + [column.id for column in grid.columns].index(column_id)
        return self.area(place.sheet, place.row, column, place.row + grid.rows - 1, column)

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
        column = place.column + [column.id for column in table.all_columns].index(column_id)
        cell = self.area(place.sheet, place.row, column, place.row, column)
        return f"{cell}:{cell.rpartition('!')[2]}"


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
    options = {action.id: action.cells() for action in actions}
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
                    for cell, place in _cells(sheet, block, options):
                        cells[cell.name] = (cell, place)
                case _:
                    continue
    return Layout(labels, tables, grids, facts, cells)


def block_cells(block: Settings | Options, actions: Sequence[ActionSpecification]) -> tuple[NamedCell, ...]:
    """
    Give the named cells of a settings or options block.

    Parameters
    ----------
    block : Settings or Options
        The block.
    actions : sequence of ActionSpecification
        The actions, which declare their options.

    Returns
    -------
    tuple of NamedCell
        Its cells, top to bottom.
    """
    if isinstance(block, Settings):
        return block.cells
    return next((action.cells() for action in actions if action.id == block.action), ())


def _cells(
    sheet: Sheet, block: Settings | Options, options: Mapping[str, tuple[NamedCell, ...]]
) -> Iterator[tuple[NamedCell, Place]]:
    """The cells of a settings block: labels in its first column, values in the second."""
    row, left = split_address(block.at)
    for number, cell in enumerate(block.cells if isinstance(block, Settings) else options.get(block.action, ()), 1):
        yield cell, Place(sheet, row + number, left + block.label_columns)


def cell_address(place: Place) -> str:
    """
    Write the address of a place on its sheet.

    Parameters
    ----------
    place : Place
        A place.

    Returns
    -------
    str
        Such as ``"C7"``.
    """
    return address(place.row, place.column)

"""A list in a workbook: its first table, or the cells of its first sheet."""

from __future__ import annotations

from salesplan_xl.hosts.file.book import FileBook
from salesplan_xl.hosts.file.sheet import SheetPart
from salesplan_xl.hosts.file.source.checks import header_problems, refuse_listed, refuse_long_list
from salesplan_xl.hosts.formulas import Area
from salesplan_xl.hosts.refusals import Where
from salesplan_xl.workbook.cells import Cell, CellTable, value_of


def from_workbook(book: FileBook, name: str) -> CellTable:
    """
    Read the first table, or the cells, of the first sheet a person sees.

    Parameters
    ----------
    book : FileBook
        The workbook.
    name : str
        What the list is called if it is no table.

    Returns
    -------
    CellTable
        The list.

    Raises
    ------
    RefusalError
        If there is nothing on that sheet, or its headers are not in order.
    """
    where = Where(book.name)
    sheet = next((one for one in book.sheets() if one.visible and one.kind == "worksheet"), None)
    if sheet is None:
        where.refuse("E-SOURCE-EMPTY")
    tables = [table for table in book.tables() if table.sheet == sheet.title]
    if tables:
        first = min(tables, key=lambda table: (table.area.top, table.area.left))
        return book.read_table(first.name)
    return _from_cells(book.sheet(sheet.title), where.on(sheet.title), name)


def _from_cells(sheet: SheetPart, where: Where, name: str) -> CellTable:
    """Read the cells of a sheet, the first row that is not blank as headers."""
    used = [(row, column) for row, column, cell in sheet.cells() if value_of(cell) != ""]
    if not used:
        where.refuse("E-SOURCE-EMPTY")
    columns = [column for _, column in used]
    area = Area(used[0][0], min(columns), used[-1][0], max(columns))
    refuse_long_list(area.bottom - area.top, name, where)
    cells = sheet.read(area)
    headers = [_header(value_of(column[0])) for column in cells]
    below = [column[1:] for column in cells]
    refuse_listed(list(header_problems(headers, below, area, where)))
    named: dict[str, list[Cell]] = {header: column for header, column in zip(headers, below, strict=True) if header}
    numbers = {header: column for header, column in zip(headers, area.columns(), strict=True) if header}
    return CellTable(name, where.sheet, area.top + 1, area.left, named, numbers)


def _header(value: object) -> str:
    """Read a header cell; a year typed as a number is a header too."""
    if isinstance(value, float):
        return f"{value:.15g}"
    return value.strip() if isinstance(value, str) else ""

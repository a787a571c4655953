"""References to tables: ``orders[[#Headers],[day]:[amount]]`` as the cells it stands for."""

from __future__ import annotations

import re

from salesplan_xl.hosts.file.calculation.limits import UnsupportedError
from salesplan_xl.hosts.file.tables import StoredTable
from salesplan_xl.hosts.formulas import Area
from salesplan_xl.hosts.formulas.area import Place

_SPECIFIER = re.compile(r"\[((?:[^\[\]']|'.)*)\]")
_SPAN = re.compile(r"\]\s*:\s*\[")
_THIS_ROW = "#this row"


def table_area(table: StoredTable, specifier: str, sheet: str, cell: Place) -> Area:
    """
    Find the cells that a part of a table stands for.

    Parameters
    ----------
    table : StoredTable
        The table.
    specifier : str
        What stands behind its name, in brackets.
    sheet : str
        Title of the sheet of the formula.
    cell : tuple of int
        Its cell.

    Returns
    -------
    Area
        The cells, on the table's sheet.

    Raises
    ------
    UnsupportedError
        If the table has no such part.
    """
    items, headers = _specifiers(specifier)
    top, bottom = _rows(table, items, sheet, cell)
    places = [_column(table, header) for header in headers] or [0, len(table.headers) - 1]
    return Area(top, table.area.left + min(places), bottom, table.area.left + max(places))


def _specifiers(written: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """Split what stands behind a table name into its items (such as #All) and one or two headers."""
    inside = written[1:-1].strip()
    items: set[str] = set()
    if inside.startswith("@"):
        items, inside = {_THIS_ROW}, inside[1:].strip()
    bare = _SPECIFIER.sub("", inside).strip(" ,:") if inside.startswith("[") else inside
    parts = [*(_SPECIFIER.findall(inside) if inside.startswith("[") else ()), *([bare] if bare else ())]
    items |= {part.casefold() for part in parts if part.startswith("#")}
    headers = tuple(re.sub(r"'(.)", r"\1", part) for part in parts if not part.startswith("#"))
    if len(headers) > 2 or (len(headers) == 2 and not _SPAN.search(inside)):
        raise UnsupportedError(f"{written} is no part of a table the engine reads")
    return frozenset(items), headers


def _rows(table: StoredTable, items: frozenset[str], sheet: str, cell: Place) -> tuple[int, int]:
    """Find the first and last row of the items of a table."""
    area = table.area
    data = (table.data.top, table.data.bottom)
    if items == {_THIS_ROW}:
        if sheet != table.sheet or not data[0] <= cell[0] <= data[1]:
            raise UnsupportedError(f"the row of this cell is no row of the table {table.name}")
        return cell[0], cell[0]
    rows = {"#all": (area.top, area.bottom), "#data": data}
    if table.has_header:
        rows["#headers"] = (area.top, area.top)
    if table.has_totals:
        rows["#totals"] = (area.bottom, area.bottom)
    if not items <= rows.keys():
        raise UnsupportedError(f"the table {table.name} has no {' '.join(sorted(items - rows.keys()))}")
    spans = [rows[item] for item in items or {"#data"}]
    return min(first for first, _ in spans), max(last for _, last in spans)


def _column(table: StoredTable, header: str) -> int:
    """Find a column of a table by its header."""
    for place, known in enumerate(table.headers):
        if known.casefold() == header.casefold():
            return place
    raise UnsupportedError(f"the table {table.name} has no column {header}")

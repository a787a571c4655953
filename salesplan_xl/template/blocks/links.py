"""Links to the tables and grids of a sheet that is too wide to be seen whole, in one line below its purpose."""

from __future__ import annotations

from collections.abc import Iterator

from salesplan_xl.template import style
from salesplan_xl.template.canvas import Canvas
from salesplan_xl.workbook.cells import address, quoted_title, split_address
from salesplan_xl.workbook.schema import Grid

ROW = 4
"""Row of the links: below the purpose and the legend, above the blocks."""

_FIRST_COLUMN = 2
_STANDARD_WIDTH = 8.43
_NARROWEST = 8
"""Narrower columns keep tables apart; a link in one would be cut where a printed page ends."""
_BETWEEN = 2  # characters


def write_links(canvas: Canvas) -> None:
    """
    Write the links, from left to right as their targets stand; each takes as many columns as its text needs.

    Parameters
    ----------
    canvas : Canvas
        The sheet.
    """
    sheet, hidden, widths = canvas.sheet, canvas.layout.row_ids(canvas.sheet), canvas.layout.widths(canvas.sheet)
    title = quoted_title(canvas.layout.title(sheet))
    column = _FIRST_COLUMN
    for text, target in _targets(canvas):
        while column in hidden or widths.get(column, _STANDARD_WIDTH) < _NARROWEST:
            column += 1
        link = f"internal:{title}!{target}"
        canvas.worksheet.write_url(ROW - 1, column - 1, link, canvas.look(style.PLAIN_LINK), text)
        room = 0.0
        while room < len(text) + _BETWEEN:
            room += 0 if column in hidden else widths.get(column, _STANDARD_WIDTH)
            column += 1


def _targets(canvas: Canvas) -> Iterator[tuple[str, str]]:
    """What is linked to: the title before its colon, and the address of the heading."""
    labels = canvas.labels
    places = [
        (split_address(block.at), labels.blocks[block.id]["title"])
        for block in canvas.sheet.blocks
        if isinstance(block, Grid)
    ]
    places += [
        ((place.row - 2, place.column + 1), labels.tables[table.id]["title"])
        for table, place in (canvas.layout.tables[table.id] for table in canvas.sheet.tables)
    ]
    told: set[str] = set()
    for (row, column), title in sorted(places, key=lambda one: (one[0][1], one[0][0])):
        text = title.partition(":")[0]
        if text not in told:  # what begins with the same words stands side by side
            yield text, address(row, column)
        told.add(text)

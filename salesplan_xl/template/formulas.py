"""Formulas as declared, with ids in braces, become formulas as a workbook of one language holds them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from salesplan_xl.template.layout import Layout
from salesplan_xl.workbook.cells import address
from salesplan_xl.workbook.schema import Facts

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


def render(formula: str, layout: Layout, row: int, columns: Mapping[str, int]) -> str:
    """
    Write a declared formula for one cell.

    Parameters
    ----------
    formula : str
        The formula with placeholders; see `salesplan_xl.workbook.schema`.
    layout : Layout
        Where everything stands.
    row : int
        Row of the cell, counted from 1.
    columns : mapping of str to int
        Column ids of the same table or grid and their column numbers.

    Returns
    -------
    str
        The formula with its equals sign.

    Raises
    ------
    KeyError
        If a placeholder names something that is not declared.
    """
    return "=" + _PLACEHOLDER.sub(lambda match: _reference(match[1], layout, row, columns), formula)


def _reference(text: str, layout: Layout, row: int, columns: Mapping[str, int]) -> str:
    """Write what one placeholder stands for."""
    kind, colon, rest = text.partition(":")
    if colon:
        return _BY_KIND[kind](rest, layout, row, columns)
    table, dot, column = text.partition(".")
    if dot:
        layout.tables[table][0].column(column)
        return f"{table}[{layout.labels.header(table, column)}]"
    return address(row, columns[text])


def _above(rest: str, _layout: Layout, row: int, columns: Mapping[str, int]) -> str:
    return address(row - 1, columns[rest])


def _grid(rest: str, layout: Layout, _row: int, _columns: Mapping[str, int]) -> str:
    grid_id, _, span = rest.partition(".")
    first, _, last = span.partition(":")
    if not last:
        return layout.grid_column(grid_id, first)
    grid, place = layout.grids[grid_id]
    left, right = (place.column + grid.position(column) for column in (first, last))
    return layout.area(place.sheet, place.row, left, place.row + grid.rows - 1, right)


def _row_of_grid(rest: str, layout: Layout, row: int, _columns: Mapping[str, int]) -> str:
    grid_id, _, column = rest.partition(".")
    grid, place = layout.grids[grid_id]
    return address(row, place.column + grid.position(column))


def _header(rest: str, layout: Layout, _row: int, _columns: Mapping[str, int]) -> str:
    grid_id, _, column = rest.partition(".")
    return layout.grid_header(grid_id, column)


def _headed(rest: str, layout: Layout, _row: int, _columns: Mapping[str, int]) -> str:
    grid_id, _, span = rest.partition(".")
    first, _, last = span.partition(":")
    grid, place = layout.grids[grid_id]
    left, right = (place.column + grid.position(column) for column in (first, last))
    return layout.area(place.sheet, place.row - 1, left, place.row + grid.rows - 1, right)


def _all(rest: str, layout: Layout, _row: int, _columns: Mapping[str, int]) -> str:
    # not [#All], with which LibreOffice 7.4 says Err:504 where an array formula hands it to a function of ours
    return f"{layout.tables[rest][0].id}[[#Headers],[#Data]]"


def _cell(rest: str, layout: Layout, _row: int, _columns: Mapping[str, int]) -> str:
    block_id, _, fact_id = rest.partition(".")
    block, place = layout.facts[block_id]
    row = place.row + _position(block, fact_id)
    return layout.cell(place.sheet, row, place.column + 1)


def _position(block: Facts, fact_id: str) -> int:
    return [fact.id for fact in block.facts].index(fact_id)


def _name(rest: str, layout: Layout, _row: int, _columns: Mapping[str, int]) -> str:
    return layout.cells[rest][0].name


def _text(rest: str, layout: Layout, _row: int, _columns: Mapping[str, int]) -> str:
    return _quoted(layout.labels.texts[rest])


def _choice(rest: str, layout: Layout, _row: int, _columns: Mapping[str, int]) -> str:
    choices, _, value = rest.partition(".")
    return _quoted(layout.labels.choices[choices][value])


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


_BY_KIND: Mapping[str, Callable[[str, Layout, int, Mapping[str, int]], str]] = {
    "above": _above,
    "grid": _grid,
    "row": _row_of_grid,
    "header": _header,
    "headed": _headed,
    "all": _all,
    "cell": _cell,
    "name": _name,
    "text": _text,
    "choice": _choice,
}

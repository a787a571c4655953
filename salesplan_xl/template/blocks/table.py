"""A table with its one blank row: headers, looks, formulas, validations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from salesplan_xl.template import style
from salesplan_xl.template.canvas import Canvas
from salesplan_xl.template.formulas import render
from salesplan_xl.template.validation import validation
from salesplan_xl.workbook.cells import address
from salesplan_xl.workbook.schema import Column, Grid, Role, Table


def write_table(canvas: Canvas, table: Table) -> None:
    """
    Write a table.

    Parameters
    ----------
    canvas : Canvas
        The sheet it stands on.
    table : Table
        The table.
    """
    _, place = canvas.layout.tables[table.id]
    row, left = place.row, place.column
    canvas.worksheet.set_row(row - 2, 20)
    canvas.heading(address(row - 2, left + 1), canvas.labels.tables[table.id]["title"], len(table.columns))
    columns = {column.id: number for number, column in enumerate(table.all_columns, left)}
    declared = [_declared(canvas, table, column, row, columns) for column in table.all_columns]
    options = {"name": table.id, "columns": declared, "style": None, "autofilter": table.open_ended}
    canvas.worksheet.add_table(row - 2, left - 1, row - 1, left - 1 + len(table.columns), options)
    for column in table.stored_columns:
        canvas.blank(row, columns[column.id], style.cell_style(column))
    if _stays_in_view(canvas, table):
        canvas.worksheet.freeze_panes(row - 1, 0)


def _declared(canvas: Canvas, table: Table, column: Column, row: int, columns: Mapping[str, int]) -> dict[str, Any]:
    """One column as XlsxWriter wants it declared; what may be typed in its cell is set on the way."""
    header = canvas.labels.header(table.id, column.id)
    look, header_look = canvas.look(style.cell_style(column)), canvas.look(style.header_style(column))
    declared: dict[str, Any] = {"header": header, "header_format": header_look, "format": look}
    if column.role is Role.FORMULA:
        return {**declared, "formula": render(column.formula, canvas.layout, row, columns)}
    rule = validation(column, canvas.layout, header, "")
    if rule["validate"] != "any":
        number = columns[column.id] - 1
        canvas.worksheet.data_validation(row - 1, number, row - 1, number, rule)
    return declared


def _stays_in_view(canvas: Canvas, table: Table) -> bool:
    """Whether the headers stay in view: of a long table that no grid shares the sheet with."""
    has_grid = any(isinstance(block, Grid) for block in canvas.sheet.blocks)
    return table.open_ended and table is canvas.sheet.tables[-1] and not has_grid

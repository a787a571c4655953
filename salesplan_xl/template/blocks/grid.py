"""A grid: headers, rows of formulas or of cells to fill, and perhaps a total and a note below."""

from __future__ import annotations

from collections.abc import Mapping

from salesplan_xl.template import style
from salesplan_xl.template.canvas import Canvas
from salesplan_xl.template.formulas import render
from salesplan_xl.template.validation import validation
from salesplan_xl.workbook.schema import Column, Grid, Role


def write_grid(canvas: Canvas, grid: Grid) -> None:
    """
    Write a grid.

    Parameters
    ----------
    canvas : Canvas
        The sheet it stands on.
    grid : Grid
        The grid.
    """
    header_row, left = canvas.heading(grid.at, canvas.labels.blocks[grid.id]["title"], len(grid.columns))
    columns = {column.id: number for number, column in enumerate(grid.columns, left)}
    canvas.worksheet.set_row(header_row - 1, 20)
    _write_columns(canvas, grid, header_row, columns)
    _write_below(canvas, grid, header_row + 1 + grid.rows, columns)
    if grid.heat:
        left, right = (columns[column] - 1 for column in grid.heat)
        canvas.worksheet.conditional_format(header_row, left, header_row + grid.rows - 1, right, style.HEAT)


def _write_columns(canvas: Canvas, grid: Grid, header_row: int, columns: Mapping[str, int]) -> None:
    """The headers and what stands below each; an array formula fills the columns it covers."""
    texts = canvas.labels.blocks[grid.id]
    covered = 0
    for number, column in enumerate(grid.columns):
        _write_header(canvas, column, header_row, columns, texts[column.id])
        covered = max(covered, number + column.array)
        if column.array:
            _write_array(canvas, grid, column, header_row + 1, columns)
        elif number >= covered:
            _write_cells(canvas, grid, column, header_row + 1, columns)


def _write_header(canvas: Canvas, column: Column, row: int, columns: Mapping[str, int], label: str) -> None:
    """A header: its label, or what the plan says; as an array formula, for it may look through a whole column."""
    number, look = columns[column.id], style.header_style(column)
    if not column.header:
        canvas.text(row, number, label, look)
        return
    formula = render(column.header.replace("#label#", label), canvas.layout, row, columns)
    canvas.worksheet.write_array_formula(
        row - 1, number - 1, row - 1, number - 1, f"{{{formula}}}", canvas.look(look), label
    )


def _write_cells(canvas: Canvas, grid: Grid, column: Column, top: int, columns: Mapping[str, int]) -> None:
    """One column, cell by cell."""
    look = style.cell_style(column)
    for row in range(top, top + grid.rows):
        is_first = row == top and column is grid.columns[0] and grid.first
        formula = grid.first if is_first else column.formula
        if formula:
            canvas.formula(row, columns[column.id], formula, look, columns)
        else:
            _write_input(canvas, grid, column, row, (columns[column.id], row - top))


def _write_input(canvas: Canvas, grid: Grid, column: Column, row: int, place: tuple[int, int]) -> None:
    """One cell to fill in, with what it holds in a new plan."""
    number, position = place
    look = canvas.look(style.cell_style(column))
    default = column.defaults[position] if position < len(column.defaults) else None
    match default:
        case None:
            canvas.worksheet.write_blank(row - 1, number - 1, None, look)
        case str():
            text = canvas.labels.choices[column.choices][default] if column.choices else default
            canvas.worksheet.write_string(row - 1, number - 1, text, look)
        case _:
            canvas.worksheet.write_number(row - 1, number - 1, default, look)
    rule = validation(column, canvas.layout, canvas.labels.blocks[grid.id][column.id], "")
    if rule["validate"] != "any":
        canvas.worksheet.data_validation(row - 1, number - 1, row - 1, number - 1, rule)


def _write_array(canvas: Canvas, grid: Grid, column: Column, top: int, columns: Mapping[str, int]) -> None:
    """One array formula over all rows; each of its columns keeps its own look."""
    text = "{" + render(column.formula, canvas.layout, top, columns) + "}"
    row, left, look = top - 1, columns[column.id] - 1, canvas.look(style.cell_style(column))
    canvas.worksheet.write_array_formula(row, left, row + grid.rows - 1, left + column.array - 1, text, look)
    position = grid.position(column.id)
    for extra in range(1, column.array):
        look = canvas.look(style.cell_style(grid.columns[position + extra]))
        for number in range(grid.rows):
            canvas.worksheet.write_number(row + number, left + extra, 0, look)


def _write_below(canvas: Canvas, grid: Grid, row: int, columns: Mapping[str, int]) -> None:
    """The row of totals, and the note below it."""
    left = columns[grid.columns[0].id]
    for column_id, formula in grid.totals:
        look = style.cell_style(grid.columns[grid.position(column_id)], bold=True)
        canvas.formula(row, columns[column_id], formula, look, columns)
    note = canvas.labels.blocks[grid.id].get("note")
    if note:
        canvas.text(row + bool(grid.totals), left, note, style.NOTE)
    if grid.totals:
        total = Column("total", role=Role.FORMULA)
        canvas.text(row, left, canvas.labels.texts["total"], style.cell_style(total, bold=True))

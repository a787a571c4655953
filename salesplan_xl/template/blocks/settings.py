"""Named cells with their labels: facts of the plan, and options of actions."""

from __future__ import annotations

import datetime

from salesplan_xl.template import style
from salesplan_xl.template.canvas import Canvas
from salesplan_xl.template.validation import validation
from salesplan_xl.workbook.schema import NamedCell, Options, Settings


def write_settings(canvas: Canvas, block: Settings | Options) -> None:
    """
    Write a block of named cells.

    Parameters
    ----------
    canvas : Canvas
        The sheet it stands on.
    block : Settings or Options
        The block.
    """
    block_id, span = block.id if isinstance(block, Settings) else block.action, block.label_columns
    first, left = canvas.heading(block.at, canvas.labels.blocks[block_id]["title"], span + 1)
    for row, cell in enumerate(canvas.layout.block_cells(block), first):
        label, help_text = _label_and_help(canvas, cell)
        canvas.text(row, left, label, style.LABEL)
        for extra in range(1, span):
            canvas.blank(row, left + extra, style.LABEL)
        _write_value(canvas, row, left + span, cell)
        rule = validation(cell, canvas.layout, label, help_text)
        canvas.worksheet.data_validation(row - 1, left + span - 1, row - 1, left + span - 1, rule)


def _label_and_help(canvas: Canvas, cell: NamedCell) -> tuple[str, str]:
    """Label and help of a named cell: the catalogue's own entry, or that of the action's option."""
    if cell.name in canvas.labels.names:
        own = canvas.labels.names[cell.name]
        return own["label"], own["help"]
    for action in canvas.layout.actions:
        for option in action.options:
            if cell.name == action.cell(option.id):
                texts = canvas.labels.actions[action.id]
                return texts["options"][option.id], texts["tip"]
    raise KeyError(cell.name)


def _write_value(canvas: Canvas, row: int, column: int, cell: NamedCell) -> None:
    """What a new plan holds in a named cell."""
    worksheet, look = canvas.worksheet, canvas.look(style.cell_style(cell))
    match cell.default:
        case None:
            worksheet.write_blank(row - 1, column - 1, None, look)
        case str() if cell.kind.is_date:
            worksheet.write_datetime(row - 1, column - 1, datetime.date.fromisoformat(cell.default), look)
        case str():
            text = canvas.labels.choices[cell.choices][cell.default] if cell.choices else cell.default
            worksheet.write_string(row - 1, column - 1, text, look)
        case number:
            worksheet.write_number(row - 1, column - 1, number, look)

"""The ten steps of the plan with links, and how far each has come."""

from __future__ import annotations

from salesplan_xl.template import style
from salesplan_xl.template.canvas import Canvas
from salesplan_xl.workbook.schema import Column, Kind, Role, Steps
from salesplan_xl.workbook.sheets import SHEETS

_COUNT = Column("rows", Kind.INTEGER, Role.FORMULA)
_STATE = Column("state", role=Role.FORMULA)


def write_steps(canvas: Canvas, block: Steps) -> None:
    """
    Write the list of steps.

    Parameters
    ----------
    canvas : Canvas
        The sheet it stands on.
    block : Steps
        The block.
    """
    texts = canvas.labels.blocks[block.id]
    header_row, column = canvas.heading(block.at, texts["title"], 3)
    for number, part in enumerate(("step", "rows", "state")):
        canvas.text(header_row, column + number, texts[part], style.HEADER)
    count_look, state_look = style.cell_style(_COUNT), style.cell_style(_STATE)
    for row, sheet in enumerate((sheet for sheet in SHEETS if sheet.step), header_row + 1):
        canvas.worksheet.write_url(
            row - 1,
            column - 1,
            f"internal:'{canvas.layout.title(sheet)}'!A1",
            canvas.look(style.LINK),
            canvas.labels.sheets[sheet.id]["heading"],
        )
        if not sheet.progress:
            canvas.blank(row, column + 1, count_look)
            canvas.text(row, column + 2, canvas.labels.texts["not_yet"], state_look)
            continue
        columns = {"rows": column + 1}
        canvas.formula(row, column + 1, sheet.progress, count_look, columns)
        canvas.formula(row, column + 2, "IF({rows}=0,{text:empty},{text:in_use})", state_look, columns)

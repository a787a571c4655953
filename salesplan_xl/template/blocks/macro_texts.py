"""The sentences that the workbook's macros show, each in a named cell."""

from __future__ import annotations

from salesplan_xl.template import style
from salesplan_xl.template.canvas import Canvas
from salesplan_xl.workbook.schema import MacroTexts, macro_text_name


def write_macro_texts(canvas: Canvas, block: MacroTexts) -> None:
    """
    Write the sentences and give each cell its name.

    Parameters
    ----------
    canvas : Canvas
        The sheet it stands on.
    block : MacroTexts
        The block.
    """
    first, column = canvas.heading(block.at, canvas.labels.blocks[block.id]["title"], 2)
    for row, (text_id, text) in enumerate(canvas.labels.macros.items(), first):
        name = macro_text_name(text_id)
        canvas.text(row, column, name, style.LABEL)
        canvas.text(row, column + 1, text, style.LABEL)
        canvas.workbook.define_name(name, f"={canvas.layout.cell(canvas.sheet, row, column + 1)}")

"""Labelled numbers, each with its formula."""

from __future__ import annotations

from salesplan_xl.template import style
from salesplan_xl.template.canvas import Canvas
from salesplan_xl.workbook.schema import Column, Facts, Role


def write_facts(canvas: Canvas, block: Facts) -> None:
    """
    Write a block of labelled numbers.

    Parameters
    ----------
    canvas : Canvas
        The sheet it stands on.
    block : Facts
        The block.
    """
    texts = canvas.labels.blocks[block.id]
    first, column = canvas.heading(block.at, texts["title"], 2)
    for row, fact in enumerate(block.facts, first):
        canvas.text(row, column, texts[fact.id], style.LABEL)
        canvas.formula(row, column + 1, fact.formula, style.cell_style(Column(fact.id, fact.kind, Role.FORMULA)))

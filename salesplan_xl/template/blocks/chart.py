"""A native chart over a grid or a table."""

from __future__ import annotations

from typing import Any

from salesplan_xl.template import style
from salesplan_xl.template.canvas import Canvas
from salesplan_xl.workbook.cells import split_address
from salesplan_xl.workbook.schema import Chart

_ROW_PIXELS = 20
_NUMBERS = {"color": style.MUTED, "size": 8}
_VALUE_AXIS = {
    "num_format": "#,##0",
    "major_gridlines": {"visible": True, "line": {"color": style.LINE}},
    "num_font": _NUMBERS,
    "line": {"none": True},
}
_CATEGORY_AXIS = {"num_format": "mmm yy", "num_font": _NUMBERS, "text_axis": True, "interval_unit": 1}


def write_chart(canvas: Canvas, chart: Chart) -> None:
    """
    Draw a chart.

    Parameters
    ----------
    canvas : Canvas
        The sheet it stands on.
    chart : Chart
        The chart.
    """
    drawn = canvas.workbook.add_chart({"type": chart.kind})
    title = canvas.labels.blocks[chart.id]["title"]
    _add_series(canvas, chart, drawn)
    drawn.set_title({"name": title, "name_font": {"size": 12, "color": style.INK}})
    drawn.set_legend({"position": "bottom"})
    if chart.kind == "bar":
        drawn.set_x_axis(_VALUE_AXIS)
        drawn.set_y_axis({**_CATEGORY_AXIS, "reverse": True})
    else:
        drawn.set_y_axis(_VALUE_AXIS)
        drawn.set_x_axis(_CATEGORY_AXIS)
    row, column = split_address(chart.at)
    width = canvas.layout.pixels(canvas.sheet, column, chart.columns)
    drawn.set_size({"width": width, "height": chart.rows * _ROW_PIXELS})
    canvas.worksheet.insert_chart(row - 1, column - 1, drawn, {"object_position": 2, "description": title})


def _add_series(canvas: Canvas, chart: Chart, drawn: Any) -> None:
    """The series, each in its colour."""
    in_grid = chart.source in canvas.layout.grids
    range_of = canvas.layout.grid_column if in_grid else canvas.layout.table_column
    names = canvas.labels.blocks[chart.source] if in_grid else canvas.labels.tables[chart.source]["columns"]
    for series, colour in zip(chart.series, style.SERIES, strict=False):
        shape = {"line": {"color": colour, "width": 2.5}} if chart.kind == "line" else {"gap": 60, "overlap": -5}
        drawn.add_series(
            {
                "name": names[series],
                "categories": "=" + range_of(chart.source, chart.categories),
                "values": "=" + range_of(chart.source, series),
                "fill": {"color": colour},
                **shape,
            }
        )

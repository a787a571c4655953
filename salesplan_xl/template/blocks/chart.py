"""A native chart over a grid or a table."""

from __future__ import annotations

from typing import Any

from salesplan_xl.template import style
from salesplan_xl.template.canvas import Canvas
from salesplan_xl.workbook.cells import split_address
from salesplan_xl.workbook.schema import Chart, ChartKind, Kind

_ROW_PIXELS = 20
_NUMBERS = {"color": style.MUTED, "size": 8}
_VALUE_AXIS = {
    "num_format": "#,##0",
    "major_gridlines": {"visible": True, "line": {"color": style.LINE}},
    "num_font": _NUMBERS,
    "line": {"none": True},
}
_MAP_AXIS = {"visible": False, "major_gridlines": {"visible": False}, "min": 0, "max": 1}
MAP_AREA = {"x": 0.01, "y": 0.115, "width": 0.98, "height": 0.745}
"""Which part of a map's chart the map itself takes; the rest is for its title and legend."""
_REST = 2  # the third series of a stacked chart is what is left of the whole
_TYPES: dict[ChartKind, dict[str, str]] = {
    ChartKind.COLUMN: {"type": "column"},
    ChartKind.STACKED: {"type": "column", "subtype": "stacked"},
    ChartKind.BAR: {"type": "bar"},
    ChartKind.COLUMN_AND_LINE: {"type": "column"},
    ChartKind.LINE: {"type": "line"},
    ChartKind.WATERFALL: {"type": "column", "subtype": "stacked"},
    ChartKind.MAP: {"type": "scatter", "subtype": "straight"},
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
    drawn = canvas.workbook.add_chart(_TYPES[chart.kind])
    title = canvas.labels.blocks[chart.id]["title"]
    if chart.outline:
        _add_outline(canvas, chart, drawn)
    _add_series(canvas, chart, drawn)
    drawn.set_title({"name": title, "name_font": {"size": 12, "color": style.INK}})
    drawn.set_legend({"none": True} if len(chart.series) == 1 else {"position": "bottom", **_left_out(chart)})
    _set_axes(canvas, chart, drawn)
    row, column = split_address(chart.at)
    width = canvas.layout.pixels(canvas.sheet, column, chart.columns)
    drawn.set_size({"width": width, "height": chart.rows * _ROW_PIXELS})
    canvas.worksheet.insert_chart(row - 1, column - 1, drawn, {"object_position": 2, "description": title})


def _left_out(chart: Chart) -> dict[str, Any]:
    """The legend says nothing of what is no series: the ground of a waterfall, the outline of a map."""
    first_is_none = chart.kind is ChartKind.WATERFALL or chart.outline
    return {"delete_series": [0]} if first_is_none else {}


def _value_axis(canvas: Canvas, chart: Chart) -> dict[str, Any]:
    """The axis of values: shares as percentages, everything else as whole numbers."""
    layout = canvas.layout
    owner = layout.grids[chart.source][0] if chart.source in layout.grids else layout.tables[chart.source][0]
    shown = next(column for column in owner.columns if column.id == chart.series[0])
    return _VALUE_AXIS | ({"num_format": "0%"} if shown.kind is Kind.SHARE else {})


def _set_axes(canvas: Canvas, chart: Chart, drawn: Any) -> None:
    """Axes as the kind of chart needs them."""
    match chart.kind:
        case ChartKind.BAR:
            drawn.set_x_axis(_value_axis(canvas, chart))
            drawn.set_y_axis({**_CATEGORY_AXIS, "reverse": True})
        case ChartKind.MAP:
            drawn.set_x_axis(_MAP_AXIS)
            drawn.set_y_axis(_MAP_AXIS)
            drawn.set_plotarea({"layout": MAP_AREA})
            drawn.show_blanks_as("gap")
            drawn.show_hidden_data()  # what it shows stands where nobody looks
        case _:
            drawn.set_y_axis(_value_axis(canvas, chart))
            drawn.set_x_axis(_CATEGORY_AXIS)


def _add_outline(canvas: Canvas, chart: Chart, drawn: Any) -> None:
    """The outline that a map is drawn on."""
    east, north = ("=" + canvas.layout.table_column(chart.outline, one) for one in ("east", "north"))
    line = {"color": style.MUTED, "width": 0.75}
    drawn.add_series({"categories": east, "values": north, "line": line, "marker": {"type": "none"}})


def _add_series(canvas: Canvas, chart: Chart, drawn: Any) -> None:
    """The series, each in its colour; lines over columns are a chart of their own that is laid over the other."""
    in_grid = chart.source in canvas.layout.grids
    range_of = canvas.layout.grid_column if in_grid else canvas.layout.table_column
    has_lines = chart.kind is ChartKind.COLUMN_AND_LINE
    lines = canvas.workbook.add_chart(_TYPES[ChartKind.LINE]) if has_lines else drawn
    colours = style.SERIES[: len(chart.series)]
    for number, (series, colour) in enumerate(zip(chart.series, colours, strict=True)):
        (lines if number else drawn).add_series(
            {
                "name": _name(canvas, chart, number),
                "categories": "=" + range_of(chart.source, chart.categories),
                "values": "=" + range_of(chart.source, series),
                **_look(chart.kind, number, colour),
            }
        )
    if has_lines:
        drawn.combine(lines)


def _name(canvas: Canvas, chart: Chart, number: int) -> str:
    """What the legend calls a series: its header, or the cell that names it."""
    if not chart.names:
        in_grid = chart.source in canvas.layout.grids
        names = canvas.labels.blocks[chart.source] if in_grid else canvas.labels.tables[chart.source]["columns"]
        return str(names[chart.series[number]])
    table, _, column = chart.names.partition(".")
    declared, place = canvas.layout.tables[table]
    return "=" + canvas.layout.cell(place.sheet, place.row + number, place.column + declared.position(column))


def _look(kind: ChartKind, number: int, colour: str) -> dict[str, Any]:
    """How a series is drawn."""
    match kind:
        case ChartKind.LINE:
            return {"line": {"color": colour, "width": 2.5}}
        case ChartKind.COLUMN_AND_LINE if number:
            fill = {"color": colour}
            marker = {"type": "diamond", "size": 7, "fill": fill, "border": fill}
            return {"line": {"color": colour, "width": 1.5}, "marker": marker}
        case ChartKind.MAP:
            fill = {"color": colour}
            return {"line": {"none": True}, "marker": {"type": "circle", "size": 4, "fill": fill, "border": fill}}
        case ChartKind.WATERFALL if number == 0:
            return {"fill": {"none": True}, "border": {"none": True}, "gap": 40}
        case ChartKind.STACKED if number == _REST:
            return {"fill": {"color": style.LINE}, "gap": 40}
        case ChartKind.WATERFALL | ChartKind.STACKED:
            return {"fill": {"color": colour}, "gap": 40}
        case _:
            return {"fill": {"color": colour}, "gap": 60, "overlap": -5}

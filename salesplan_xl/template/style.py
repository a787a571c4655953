"""How cells look: one place for colours and number formats, so that an input looks like an input everywhere."""

from __future__ import annotations

from typing import Any

from salesplan_xl.workbook.schema import AS_TEXT, Column, Kind, NamedCell, Role

INK = "#1F2D3D"
ACCENT = "#1F5C7A"
ACCENT_SOFT = "#E4EEF3"
INPUT = "#FFF6DB"
LINE = "#D5DDE3"
MUTED = "#6B7A88"
SERIES = ("#9DB9C8", "#1F5C7A", "#E0A458", "#7A9E7E", "#B5545C", "#7D6B9E", "#4FA3A5", "#C2B280")

NUMBER_FORMATS = {
    Kind.TEXT: "General",
    Kind.INTEGER: "#,##0",
    Kind.NUMBER: "General",
    Kind.AMOUNT: "#,##0.00;[Red]-#,##0.00",
    Kind.SHARE: "0.0%;[Red]-0.0%",
    Kind.DATE: "yyyy-mm-dd",
    Kind.MONTH: "mmm yyyy",
    Kind.PERIOD: "mmm yyyy",
    Kind.TIME: "hh:mm",
    Kind.FILE: "General",
}

TITLE = {"bold": True, "font_size": 18, "font_color": INK}
PURPOSE = {"font_color": MUTED, "font_size": 11, "text_wrap": True, "valign": "top"}
HEADING = {"bold": True, "font_size": 12, "font_color": ACCENT, "bottom": 2, "bottom_color": ACCENT}
HEADER = {
    "bold": True,
    "font_color": "#FFFFFF",
    "bg_color": ACCENT,
    "text_wrap": True,
    "valign": "vcenter",
    "border": 1,
    "border_color": LINE,
}
NOTE = {"font_color": MUTED, "font_size": 10}
LABEL = {"font_color": INK, "bottom": 1, "bottom_color": LINE}
LEGEND = {"bg_color": INPUT, "border": 1, "border_color": LINE, "font_color": MUTED, "font_size": 10}
LINK = {"font_color": ACCENT, "bottom": 1, "bottom_color": LINE}


def header_style(column: Column) -> dict[str, Any]:
    """
    Give the look of a header: it stands where the cells below it stand.

    Parameters
    ----------
    column : Column
        What the cells below it mean.

    Returns
    -------
    dict
        Properties of an XlsxWriter format.
    """
    return HEADER | ({"align": "right"} if column.kind.is_number else {"align": "left", "indent": 1})


def cell_style(column: Column | NamedCell, *, bold: bool = False) -> dict[str, Any]:
    """
    Give the look of a cell from what it means and who fills it.

    Parameters
    ----------
    column : Column or NamedCell
        What the cell means.
    bold : bool
        Whether it is a total.

    Returns
    -------
    dict
        Properties of an XlsxWriter format.
    """
    typed = isinstance(column, NamedCell) and column.kind is Kind.TEXT and not column.choices
    own = column.number_format if isinstance(column, Column) else AS_TEXT if typed else ""
    style: dict[str, Any] = {
        "num_format": own or NUMBER_FORMATS[column.kind],
        "font_color": INK,
        "border": 1,
        "border_color": LINE,
    }
    if column.kind.is_date or column.kind in (Kind.TEXT, Kind.PERIOD):
        style |= {"align": "left", "indent": 1}
    if isinstance(column, NamedCell) or column.role is Role.INPUT:
        style["bg_color"] = INPUT
    elif column.role is Role.FORMULA:
        style["bg_color"] = ACCENT_SOFT
    if bold:
        style |= {"bold": True, "top": 2, "top_color": ACCENT}
    return style

"""Builds the workbook from the declaration, sheets, charts, macros and ribbon. Same input, same bytes."""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from dataclasses import dataclass

import xlsxwriter
from xlsxwriter.format import Format

from salesplan_xl.functions.specification import FunctionSpecification
from salesplan_xl.template import style
from salesplan_xl.template.blocks.chart import write_chart
from salesplan_xl.template.blocks.facts import write_facts
from salesplan_xl.template.blocks.grid import write_grid
from salesplan_xl.template.blocks.links import write_links
from salesplan_xl.template.blocks.macro_texts import write_macro_texts
from salesplan_xl.template.blocks.settings import write_settings
from salesplan_xl.template.blocks.steps import write_steps
from salesplan_xl.template.blocks.table import write_table
from salesplan_xl.template.canvas import Canvas
from salesplan_xl.template.layout import lay_out
from salesplan_xl.template.project import WORKBOOK_CODE_NAME, vba_project
from salesplan_xl.template.ribbon import ribbon, with_ribbon
from salesplan_xl.workbook.cells import fixed_address, quoted_title, split_address
from salesplan_xl.workbook.labels import catalogue
from salesplan_xl.workbook.options import ActionSpecification
from salesplan_xl.workbook.schema import Block, Chart, Facts, Grid, Kind, MacroTexts, Options, Settings, Sheet, Steps
from salesplan_xl.workbook.sheets import SHEETS

_CREATED = datetime.datetime(2026, 1, 1)  # noqa: DTZ001 - a fixed moment, so that every build has the same bytes


@dataclass(frozen=True)
class Macros:
    """
    What a workbook with macros has besides its sheets.

    Parameters
    ----------
    functions : sequence of FunctionSpecification
        The cell functions; each gets a wrapper.
    driver : str
        Version of xlwings whose library starts Python from Excel, such as ``"0.37.8"``.
    """

    functions: Sequence[FunctionSpecification]
    driver: str


def build(actions: Sequence[ActionSpecification], macros: Macros | None = None, language: str = "en") -> bytes:
    """
    Build an empty plan workbook.

    Parameters
    ----------
    actions : sequence of ActionSpecification
        The actions, whose options get their cells, and their buttons where there are macros.
    macros : Macros, optional
        What the macros of an .xlsm call; an .xlsx, which has none, where it is left out.
    language : str
        One of `salesplan_xl.workbook.labels.LANGUAGES`.

    Returns
    -------
    bytes
        The file, the same for the same declaration. Formulas are not calculated yet.
    """
    output = io.BytesIO()
    workbook = xlsxwriter.Workbook(output, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    workbook.set_properties({"title": catalogue(language).sheets["home"]["heading"], "created": _CREATED})
    workbook.set_size(2400, 1500)
    layout = lay_out(SHEETS, actions, catalogue(language))
    formats: dict[str, Format] = {}
    canvases = [
        Canvas(workbook, workbook.add_worksheet(layout.title(sheet)), sheet, layout, formats) for sheet in SHEETS
    ]
    for name, (_, place) in layout.cells.items():
        workbook.define_name(name, f"={layout.cell(place.sheet, place.row, place.column)}")
    for canvas in canvases:
        _write_sheet(canvas)
    if macros is None:
        workbook.close()
        return output.getvalue()
    workbook.set_vba_name(WORKBOOK_CODE_NAME)
    for canvas in canvases:
        canvas.worksheet.set_vba_name(canvas.sheet.code_name)
    workbook.add_vba_project(io.BytesIO(vba_project(macros.functions, actions, macros.driver)), is_stream=True)
    workbook.close()
    return with_ribbon(output.getvalue(), ribbon(actions, catalogue(language)))


def _write_sheet(canvas: Canvas) -> None:
    """Write all that stands on a sheet."""
    worksheet, sheet = canvas.worksheet, canvas.sheet
    worksheet.hide_gridlines(2)
    _write_head(canvas)
    for block in sheet.blocks:
        _write_block(canvas, block)
    for table in sheet.tables:
        write_table(canvas, table)
    _set_page(canvas)
    if sheet.very_hidden:
        worksheet.very_hidden()


def _write_block(canvas: Canvas, block: Block) -> None:
    """Write a block, whichever it is."""
    match block:
        case Settings() | Options():
            write_settings(canvas, block)
        case Facts():
            write_facts(canvas, block)
        case Grid():
            write_grid(canvas, block)
        case Steps():
            write_steps(canvas, block)
        case MacroTexts():
            write_macro_texts(canvas, block)
        case Chart():
            write_chart(canvas, block)


def _write_head(canvas: Canvas) -> None:
    """The heading, the purpose, and what the colours and the amounts mean."""
    worksheet, sheet, texts = canvas.worksheet, canvas.sheet, canvas.labels.sheets[canvas.sheet.id]
    worksheet.set_row(0, 28)
    canvas.text(1, 2, texts["heading"], style.TITLE)
    _set_widths(canvas)
    _write_purpose(canvas, texts["purpose"])
    if not (sheet.tables or sheet.blocks):
        canvas.text(4, 2, canvas.labels.texts["note_not_yet"], style.LABEL)
        return
    if sheet.has_links:
        write_links(canvas)
    worksheet.merge_range("B3:D3", canvas.labels.texts["input_legend"], canvas.look(style.LEGEND))
    if _has_amounts(sheet):
        canvas.formula(3, 5, "{text:amounts_in}&{name:plan_currency}", style.NOTE | {"indent": 1})


def _set_widths(canvas: Canvas) -> None:
    """The width of each column; those of row ids are hidden."""
    hidden = canvas.layout.row_ids(canvas.sheet)
    for number, width in canvas.layout.widths(canvas.sheet).items():
        canvas.worksheet.set_column(number - 1, number - 1, width, None, {"hidden": number in hidden})


def _write_purpose(canvas: Canvas, text: str) -> None:
    """What the sheet is for, wrapped to the width of its first table."""
    if not canvas.sheet.tables:
        canvas.text(2, 2, text, style.PURPOSE | {"text_wrap": False})
        return
    columns = canvas.sheet.tables[0].columns
    lines = -(-len(text) // int(0.9 * sum(column.width for column in columns)))
    canvas.worksheet.set_row(1, 15 * lines)
    canvas.worksheet.merge_range(1, 1, 1, len(columns), text, canvas.look(style.PURPOSE))


def _has_amounts(sheet: Sheet) -> bool:
    """Whether a sheet shows amounts, whose unit is the plan's currency."""
    kinds = [column.kind for table in sheet.tables for column in table.columns]
    kinds += [fact.kind for block in sheet.blocks if isinstance(block, Facts) for fact in block.facts]
    return Kind.AMOUNT in kinds


def _set_page(canvas: Canvas) -> None:
    """How the sheet is printed."""
    worksheet, sheet = canvas.worksheet, canvas.sheet
    worksheet.set_landscape()
    worksheet.set_paper(9)
    worksheet.set_margins(0.4, 0.4, 0.5, 0.5)
    worksheet.fit_to_pages(1, 0)
    worksheet.set_footer("&L&A&R&P / &N")
    if sheet.print_areas:
        title = quoted_title(canvas.layout.title(sheet))
        areas = ",".join(f"{title}!{_fixed(area)}" for area in sheet.print_areas)
        canvas.workbook.define_name(f"{title}!_xlnm.Print_Area", f"={areas}")


def _fixed(area: str) -> str:
    """A range with dollar signs."""
    return ":".join(fixed_address(*split_address(corner)) for corner in area.split(":"))

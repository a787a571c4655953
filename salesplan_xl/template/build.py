"""Builds the workbook from the declaration: sheets, tables, formulas, validations, charts. Same input, same bytes."""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from salesplan_xl.template import style
from salesplan_xl.template.formulas import render
from salesplan_xl.template.layout import Layout, block_cells, lay_out
from salesplan_xl.template.validation import validation
from salesplan_xl.workbook.cells import address, split_address
from salesplan_xl.workbook.labels import Labels, labels
from salesplan_xl.workbook.options import ActionSpecification
from salesplan_xl.workbook.schema import (
    Block,
    Chart,
    Column,
    Facts,
    Grid,
    Kind,
    NamedCell,
    Options,
    Role,
    Settings,
    Sheet,
    Steps,
    Table,
)
from salesplan_xl.workbook.sheets import SHEETS

_CREATED = datetime.datetime(2026, 1, 1)  # noqa: DTZ001 - a fixed moment, so that every build has the same bytes


def build(actions: Sequence[ActionSpecification], language: str = "en") -> bytes:
    """
    Build an empty plan workbook.

    Parameters
    ----------
    actions : sequence of ActionSpecification
        The actions, whose options get their cells.
    language : str
        One of `salesplan_xl.workbook.labels.LANGUAGES`.

    Returns
    -------
    bytes
        The .xlsx file, the same for the same declaration. Formulas are not calculated yet.
    """
    output = io.BytesIO()
    workbook = xlsxwriter.Workbook(output, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    workbook.set_properties({"title": labels(language).sheets["home"]["heading"], "created": _CREATED})
    workbook.set_size(2400, 1500)
    _Builder(workbook, actions, labels(language)).run()
    workbook.close()
    return output.getvalue()


class _Builder:
    """Writes one workbook; keeps its formats, since each is to be made once."""

    def __init__(self, workbook: Any, actions: Sequence[ActionSpecification], texts: Labels) -> None:
        self.workbook, self.actions, self.labels = workbook, actions, texts
        self.layout: Layout = lay_out(SHEETS, actions, texts)
        self._formats: dict[str, Format] = {}

    def run(self) -> None:
        """Write every sheet."""
        sheets = {sheet.id: self.workbook.add_worksheet(self.layout.title(sheet)) for sheet in SHEETS}
        for name, (_, place) in self.layout.cells.items():
            where = self.layout.area(place.sheet, place.row, place.column, place.row, place.column)
            self.workbook.define_name(name, f"={where}")
        for sheet in SHEETS:
            self._sheet(sheets[sheet.id], sheet)

    def _format(self, properties: Mapping[str, Any]) -> Format:
        key = repr(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.workbook.add_format({"font_name": "Calibri", **properties})
        return self._formats[key]

    def _sheet(self, worksheet: Worksheet, sheet: Sheet) -> None:
        texts = self.labels.sheets[sheet.id]
        worksheet.hide_gridlines(2)
        worksheet.set_row(0, 28)
        worksheet.write_string("B1", texts["heading"], self._format(style.TITLE))
        self._widths(worksheet, sheet)
        self._purpose(worksheet, sheet, texts["purpose"])
        if sheet.tables or sheet.blocks:
            worksheet.merge_range("B3:C3", self.labels.texts["input_legend"], self._format(style.LEGEND))
            if _has_amounts(sheet):
                unit = render("{text:amounts_in}&{name:plan_currency}", self.layout, 3, {})
                worksheet.write_formula("D3", unit, self._format(style.NOTE | {"indent": 1}))
        else:
            worksheet.write_string("B4", self.labels.texts["note_not_yet"], self._format(style.LABEL))
        for block in sheet.blocks:
            self._block(worksheet, block)
        for table in sheet.tables:
            self._table(worksheet, sheet, table)
        self._page(worksheet, sheet)
        if sheet.very_hidden:
            worksheet.very_hidden()

    def _purpose(self, worksheet: Worksheet, sheet: Sheet, text: str) -> None:
        """What the sheet is for, wrapped to the width of its first table."""
        if not sheet.tables:
            worksheet.write_string("B2", text, self._format(style.PURPOSE | {"text_wrap": False}))
            return
        columns = sheet.tables[0].columns
        lines = -(-len(text) // int(0.9 * sum(column.width for column in columns)))
        worksheet.set_row(1, 15 * lines)
        worksheet.merge_range(1, 1, 1, len(columns), text, self._format(style.PURPOSE))

    def _widths(self, worksheet: Worksheet, sheet: Sheet) -> None:
        worksheet.set_column(0, 0, 2)
        widths: dict[int, float] = {}
        for table in sheet.tables:
            _, place = self.layout.tables[table.id]
            for number, column in enumerate(table.all_columns):
                widths[place.column + number] = column.width
            widths[place.column + len(table.all_columns)] = 3
        for block in sheet.blocks:
            if isinstance(block, Grid):
                _, left = split_address(block.at)
                for number, column in enumerate(block.columns):
                    widths[left + number] = max(column.width, widths.get(left + number, 0))
            elif isinstance(block, (Settings, Facts, Steps)) and not sheet.tables:
                _, left = split_address(block.at)
                widths |= {left: 30, left + 1: 20, left + 2: 22}
        for number, width in widths.items():
            worksheet.set_column(number - 1, number - 1, width)
        for table in sheet.tables:
            _, place = self.layout.tables[table.id]
            worksheet.set_column(place.column - 1, place.column - 1, 8, None, {"hidden": True})

    def _block(self, worksheet: Worksheet, block: Block) -> None:
        match block:
            case Settings() | Options():
                self._settings(worksheet, block)
            case Facts():
                self._facts(worksheet, block)
            case Grid():
                self._grid(worksheet, block)
            case Steps():
                self._steps(worksheet, block)
            case Chart():
                self._chart(worksheet, block)

    def _heading(self, worksheet: Worksheet, at: str, text: str, span: int) -> tuple[int, int]:
        """A heading with a line below it across its block; gives the cell below, counted from 0."""
        row, column = split_address(at)
        worksheet.write_string(row - 1, column - 1, text, self._format(style.HEADING))
        for extra in range(1, span):
            worksheet.write_blank(row - 1, column - 1 + extra, None, self._format(style.HEADING))
        return row, column - 1

    def _settings(self, worksheet: Worksheet, block: Settings | Options) -> None:
        block_id = block.id if isinstance(block, Settings) else block.action
        span = block.label_columns
        row, left = self._heading(worksheet, block.at, self.labels.blocks[block_id]["title"], span + 1)
        for number, cell in enumerate(block_cells(block, self.actions), row):
            label, help_text = self._named(cell)
            worksheet.write_string(number, left, label, self._format(style.LABEL))
            for extra in range(1, span):
                worksheet.write_blank(number, left + extra, None, self._format(style.LABEL))
            self._value(worksheet, number, left + span, cell)
            rule = validation(cell, self.layout, label, help_text)
            worksheet.data_validation(number, left + span, number, left + span, rule)

    def _named(self, cell: NamedCell) -> tuple[str, str]:
        """Label and help of a named cell: the catalogue's own entry, or that of the action's option."""
        if cell.name in self.labels.names:
            return self.labels.names[cell.name]["label"], self.labels.names[cell.name]["help"]
        for action in self.actions:
            for option in action.options:
                if cell.name == f"{action.id}_{option.id}":
                    texts = self.labels.actions[action.id]
                    return texts["options"][option.id], texts["tip"]
        raise KeyError(cell.name)

    def _value(self, worksheet: Worksheet, row: int, column: int, cell: NamedCell) -> None:
        look = self._format(style.cell_style(cell))
        match cell.default:
            case None:
                worksheet.write_blank(row, column, None, look)
            case str() if cell.kind.is_date:
                worksheet.write_datetime(row, column, datetime.date.fromisoformat(cell.default), look)
            case str():
                text = self.labels.choices[cell.choices][cell.default] if cell.choices else cell.default
                worksheet.write_string(row, column, text, look)
            case number:
                worksheet.write_number(row, column, number, look)

    def _facts(self, worksheet: Worksheet, block: Facts) -> None:
        texts = self.labels.blocks[block.id]
        row, column = self._heading(worksheet, block.at, texts["title"], 2)
        for number, fact in enumerate(block.facts):
            look = Column(fact.id, fact.kind, Role.FORMULA)
            worksheet.write_string(row + number, column, texts[fact.id], self._format(style.LABEL))
            worksheet.write_formula(
                row + number,
                column + 1,
                render(fact.formula, self.layout, row + number + 1, {}),
                self._format(style.cell_style(look)),
            )

    def _grid(self, worksheet: Worksheet, grid: Grid) -> None:
        texts = self.labels.blocks[grid.id]
        row, left = self._heading(worksheet, grid.at, texts["title"], len(grid.columns))
        columns = {column.id: left + number + 1 for number, column in enumerate(grid.columns)}
        worksheet.set_row(row, 20)
        covered = 0
        for number, column in enumerate(grid.columns):
            worksheet.write_string(row, left + number, texts[column.id], self._format(style.header_style(column)))
            covered = max(covered, number + column.array)
            if column.array:
                self._array(worksheet, grid, column, row + 1, left + number, columns)
            elif number >= covered:
                self._cells(worksheet, grid, column, row + 1, left + number, columns)
        for column_id, formula in grid.totals:
            total = row + 1 + grid.rows
            look = self._format(style.cell_style(grid.columns[columns[column_id] - left - 1], bold=True))
            worksheet.write_formula(
                total, columns[column_id] - 1, render(formula, self.layout, total + 1, columns), look
            )
        note = texts.get("note")
        if note:
            below = row + 1 + grid.rows + bool(grid.totals)
            worksheet.write_string(below, left, note, self._format(style.NOTE))
        if grid.totals:
            look = self._format({**style.cell_style(Column("total", role=Role.FORMULA), bold=True)})
            worksheet.write_string(row + 1 + grid.rows, left, self.labels.texts["total"], look)

    def _cells(
        self, worksheet: Worksheet, grid: Grid, column: Column, row: int, left: int, columns: Mapping[str, int]
    ) -> None:
        look = self._format(style.cell_style(column))
        for number in range(grid.rows):
            first = number == 0 and column is grid.columns[0] and grid.first
            formula = grid.first if first else column.formula
            if formula:
                text = render(formula, self.layout, row + number + 1, columns)
                worksheet.write_formula(row + number, left, text, look)
            else:
                worksheet.write_blank(row + number, left, None, look)

    def _array(
        self, worksheet: Worksheet, grid: Grid, column: Column, row: int, left: int, columns: Mapping[str, int]
    ) -> None:
        """One array formula over all rows; each of its columns keeps its own look."""
        position = list(grid.columns).index(column)
        text = render(column.formula, self.layout, row + 1, columns)
        last = left + column.array - 1
        worksheet.write_array_formula(
            row, left, row + grid.rows - 1, last, "{" + text + "}", self._format(style.cell_style(column))
        )
        for extra in range(1, column.array):
            look = self._format(style.cell_style(grid.columns[position + extra]))
            for number in range(grid.rows):
                worksheet.write_number(row + number, left + extra, 0, look)

    def _steps(self, worksheet: Worksheet, block: Steps) -> None:
        texts = self.labels.blocks[block.id]
        row, column = self._heading(worksheet, block.at, texts["title"], 3)
        for number, part in enumerate(("step", "rows", "state")):
            worksheet.write_string(row, column + number, texts[part], self._format(style.HEADER))
        count_look = self._format(style.cell_style(Column("rows", Kind.INTEGER, Role.FORMULA)))
        state_look = self._format(style.cell_style(Column("state", role=Role.FORMULA)))
        for number, sheet in enumerate((sheet for sheet in SHEETS if sheet.step), row + 1):
            title = self.layout.title(sheet)
            worksheet.write_url(
                number,
                column,
                f"internal:'{title}'!A1",
                self._format(style.LINK),
                self.labels.sheets[sheet.id]["heading"],
            )
            if not sheet.progress:
                worksheet.write_blank(number, column + 1, None, count_look)
                worksheet.write_string(number, column + 2, self.labels.texts["not_yet"], state_look)
                continue
            columns = {"rows": column + 2}
            worksheet.write_formula(
                number, column + 1, render(sheet.progress, self.layout, number + 1, columns), count_look
            )
            state = render("IF({rows}=0,{text:empty},{text:in_use})", self.layout, number + 1, columns)
            worksheet.write_formula(number, column + 2, state, state_look)

    def _chart(self, worksheet: Worksheet, chart: Chart) -> None:
        column_of = self.layout.grid_column if chart.source in self.layout.grids else self.layout.table_column
        drawn = self.workbook.add_chart({"type": chart.kind})
        in_grid = chart.source in self.layout.grids
        names = self.labels.blocks[chart.source] if in_grid else self.labels.tables[chart.source]["columns"]
        for number, series in enumerate(chart.series):
            line = {"color": style.SERIES[number], "width": 2.5}
            drawn.add_series(
                {
                    "name": names[series],
                    "categories": "=" + column_of(chart.source, chart.categories),
                    "values": "=" + column_of(chart.source, series),
                    "fill": {"color": style.SERIES[number]},
                    **({"line": line} if chart.kind == "line" else {"gap": 60, "overlap": -5}),
                }
            )
        drawn.set_title({"name": self.labels.blocks[chart.id]["title"], "name_font": {"size": 12, "color": style.INK}})
        drawn.set_legend({"position": "bottom"})
        value_axis = {
            "num_format": "#,##0",
            "major_gridlines": {"visible": True, "line": {"color": style.LINE}},
            "num_font": {"color": style.MUTED, "size": 8},
            "line": {"none": True},
        }
        category_axis = {
            "num_format": "mmm yy",
            "num_font": {"color": style.MUTED, "size": 8},
            "text_axis": True,
            "interval_unit": 1,
        }
        if chart.kind == "bar":
            drawn.set_x_axis(value_axis)
            drawn.set_y_axis({**category_axis, "reverse": True})
        else:
            drawn.set_y_axis(value_axis)
            drawn.set_x_axis(category_axis)
        row, column = split_address(chart.at)
        sheet = next(sheet for sheet in SHEETS if chart in sheet.blocks)
        drawn.set_size({"width": self._span(sheet, column, chart.columns), "height": chart.rows * 20})
        worksheet.insert_chart(
            row - 1, column - 1, drawn, {"object_position": 2, "description": self.labels.blocks[chart.id]["title"]}
        )

    def _span(self, sheet: Sheet, column: int, count: int) -> int:
        """Width in pixels of some columns of a sheet; the standard width where none is declared."""
        widths: dict[int, float] = {}
        for table in sheet.tables:
            _, place = self.layout.tables[table.id]
            widths |= {place.column + number: one.width for number, one in enumerate(table.all_columns)}
        return int(sum(widths.get(number, 8.43) * 7 + 5 for number in range(column, column + count)))

    def _table(self, worksheet: Worksheet, sheet: Sheet, table: Table) -> None:
        _, place = self.layout.tables[table.id]
        texts = self.labels.tables[table.id]
        row, left = place.row - 1, place.column - 1
        worksheet.set_row(row - 1, 20)
        self._heading(worksheet, address(row - 1, left + 2), texts["title"], len(table.columns))
        columns = {column.id: left + number + 1 for number, column in enumerate(table.all_columns)}
        declared = []
        for number, column in enumerate(table.all_columns):
            look = self._format(style.cell_style(column))
            entry: dict[str, Any] = {
                "header": self.labels.header(table.id, column.id),
                "header_format": self._format(style.header_style(column)),
                "format": look,
            }
            if column.role is Role.FORMULA:
                entry["formula"] = render(column.formula, self.layout, row + 1, columns)
            declared.append(entry)
            rule = validation(column, self.layout, entry["header"], "")
            if column.role is not Role.FORMULA and rule["validate"] != "any":
                worksheet.data_validation(row, left + number, row, left + number, rule)
        worksheet.add_table(
            row - 1,
            left,
            row,
            left + len(table.columns),
            {"name": table.id, "columns": declared, "style": None, "autofilter": table.open_ended},
        )
        for number, column in enumerate(table.all_columns):
            if column.role is not Role.FORMULA:
                worksheet.write_blank(row, left + number, None, self._format(style.cell_style(column)))
        if table.open_ended and table is sheet.tables[-1] and not any(isinstance(b, Grid) for b in sheet.blocks):
            worksheet.freeze_panes(row, 0)

    def _page(self, worksheet: Worksheet, sheet: Sheet) -> None:
        worksheet.set_landscape()
        worksheet.set_paper(9)
        worksheet.set_margins(0.4, 0.4, 0.5, 0.5)
        worksheet.fit_to_pages(1, 0)
        worksheet.set_footer("&L&A&R&P / &N")
        if sheet.print_areas:
            title = self.layout.title(sheet).replace("'", "''")
            areas = ",".join(
                f"'{title}'!" + ":".join(_absolute(corner) for corner in area.split(":")) for area in sheet.print_areas
            )
            self.workbook.define_name(f"'{title}'!_xlnm.Print_Area", f"={areas}")


def _has_amounts(sheet: Sheet) -> bool:
    """Whether a sheet shows amounts, whose unit is the plan's currency."""
    kinds = [column.kind for table in sheet.tables for column in table.columns]
    kinds += [fact.kind for block in sheet.blocks if isinstance(block, Facts) for fact in block.facts]
    return Kind.AMOUNT in kinds


def _absolute(corner: str) -> str:
    """A corner of a range with dollar signs."""
    row, _ = split_address(corner)
    letters = corner.rstrip("0123456789")
    return f"${letters}${row}"

"""The workbook as built: the same bytes every time, and everything that is declared stands in it where it should."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

import udfs
from salesplan_xl.actions import ACTIONS
from salesplan_xl.template import style
from salesplan_xl.template.build import Macros, build
from salesplan_xl.template.layout import Layout, Place, lay_out
from salesplan_xl.template.macros import HELP_BUTTON, STOP_BUTTON, WHY_BUTTON
from salesplan_xl.template.project import vba_project
from salesplan_xl.template.ribbon import PART
from salesplan_xl.template.verify import verify
from salesplan_xl.workbook.cells import address
from salesplan_xl.workbook.labels import catalogue
from salesplan_xl.workbook.schema import Chart, Column, NamedCell, Role, Table, macro_text_name
from salesplan_xl.workbook.sheets import SHEETS, TABLES
from tests.command import salesplan
from tests.files import macro_modules, macro_text, parts, tables
from tests.small_plan import SmallPlan
from tests.validator import Validator

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "workbook_template.xlsm"
SPECIFICATIONS = [action.specification for action in ACTIONS.values()]
LAYOUT: Layout = lay_out(SHEETS, SPECIFICATIONS, catalogue())
PROJECT = "xl/vbaProject.bin"
CUSTOM_UI = "{http://schemas.microsoft.com/office/2006/01/customui}"
VERY_HIDDEN = ["_plan", "_undo", "_map"]
TITLES = [
    "Home",
    "1 Company",
    "2 Products",
    "3 Segments",
    "4 Customers",
    "5 Approach",
    "6 Campaigns",
    "7 Field work",
    "8 Budget",
    "9 Team",
    "10 Evaluation",
    "Sales",
    "Log",
    *VERY_HIDDEN,
]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template as the command builds it."""
    path = tmp_path_factory.mktemp("template") / "template.xlsm"
    assert salesplan("template", "build", path).code == 0
    return path


@pytest.fixture(scope="module")
def book(template: Path) -> openpyxl.Workbook:
    """The template as another library reads it."""
    return openpyxl.load_workbook(template)


def colour(cell: Any) -> str:
    """The fill of a cell, as style.py writes colours."""
    return f"#{cell.fill.start_color.rgb[2:]}" if cell.fill.fill_type == "solid" else ""


@pytest.mark.parametrize("macros", [None, Macros(udfs.FUNCTIONS, "0.37.8")], ids=["xlsx", "xlsm"])
def test_two_builds_have_the_same_bytes(macros: Macros | None) -> None:
    assert build(SPECIFICATIONS, macros) == build(SPECIFICATIONS, macros)


def test_the_committed_template_is_what_the_command_builds(template: Path) -> None:
    """But for the version of xlwings, which is that of the computer where a plan is made."""
    committed, built = parts(COMMITTED), parts(template)
    if committed != built:
        (driver,) = set(re.findall(r"xlwings(?:32|64)-([\w.]+)\.dll", macro_text(COMMITTED, "SalesPlanPython")))
        assert driver != version("xlwings"), "run: salesplan-xl template build"
        built[PROJECT] = vba_project(udfs.FUNCTIONS, SPECIFICATIONS, driver)
    assert committed == built, "run: salesplan-xl template build"


def test_a_new_plan_is_the_template(template: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.xlsm"
    assert salesplan("new", plan).code == 0
    assert parts(plan) == parts(template)


def test_a_plan_without_macros_has_the_same_sheets(template: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.xlsx"
    assert salesplan("new", plan).code == 0
    ours, others = parts(template), parts(plan)
    assert ours.keys() - others.keys() == {PROJECT, PART}
    sheets = [name for name in others if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) == len(TITLES)
    without_code_name = re.compile(rb' codeName="[^"]*"')
    for name in sheets:
        assert without_code_name.sub(b"", ours[name]).replace(b"<sheetPr/>", b"") == others[name]


def test_the_template_breaks_no_rule(template: Path) -> None:
    assert [str(finding) for finding in verify(template)] == []


def test_every_sheet_has_the_name_that_macros_call_it_by(template: Path) -> None:
    assert {"ThisWorkbook", *(sheet.code_name for sheet in SHEETS)} < macro_modules(template)


def test_every_action_has_one_button_with_its_label_and_tip(template: Path) -> None:
    shown = ElementTree.fromstring(parts(template)[PART])  # noqa: S314 - our own part
    buttons = {button.get("id"): button for button in shown.iter(f"{CUSTOM_UI}button")}
    assert list(buttons) == [
        "action_segment",
        "action_plan_routes",
        "action_disaggregate",
        "action_spread",
        "action_rebalance",
        "action_transfer",
        "action_phase",
        "action_capacity_gate",
        "action_flag_variances",
        "action_load_actuals",
        "action_check",
        "action_undo",
        STOP_BUTTON,
        WHY_BUTTON,
        HELP_BUTTON,
    ]
    for action in SPECIFICATIONS:
        texts, button = catalogue().actions[action.id], buttons[f"action_{action.id}"]
        assert (button.get("label"), button.get("supertip")) == (texts["label"], texts["tip"])


def test_every_text_of_the_ribbon_is_shown(template: Path) -> None:
    shown = parts(template)[PART].decode()
    assert [text for text in catalogue().ribbon.values() if f'"{escape(text)}"' not in shown] == []


def test_the_ribbon_has_a_group_for_each_part_of_the_plan(template: Path) -> None:
    shown = ElementTree.fromstring(parts(template)[PART])  # noqa: S314 - our own part
    (tab,) = shown.iter(f"{CUSTOM_UI}tab")
    assert tab.get("label") == "Sales plan"
    assert [group.get("label") for group in tab] == [
        "3 Segments",
        "7 Field work",
        "8 Budget",
        "10 Evaluation",
        "Sales",
        "Plan",
    ]


def test_what_macros_say_stands_in_named_cells(book: openpyxl.Workbook) -> None:
    for text_id, text in catalogue().macros.items():
        ((title, cell),) = book.defined_names[macro_text_name(text_id)].destinations
        assert (title, book[title][cell].value) == ("_plan", text)


def test_the_sheets_stand_in_order_and_only_those_for_programs_are_very_hidden(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == TITLES
    assert [sheet.title for sheet in book if sheet.sheet_state != "visible"] == VERY_HIDDEN
    assert {sheet.sheet_state for sheet in book if sheet.title in VERY_HIDDEN} == {"veryHidden"}


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.id)
def test_a_declared_table_stands_in_the_workbook_with_its_headers(book: openpyxl.Workbook, table: Table) -> None:
    _, place = LAYOUT.tables[table.id]
    sheet = book[LAYOUT.title(place.sheet)]
    stored = sheet.tables[table.id]
    headers = [catalogue().header(table.id, column.id) for column in table.all_columns]
    assert [column.name for column in stored.tableColumns] == headers
    (shown,) = sheet.iter_rows(
        place.row - 1, place.row - 1, place.column, place.column + len(headers) - 1, values_only=True
    )
    assert list(shown) == headers
    first, last = address(place.row - 1, place.column), address(place.row, place.column + len(headers) - 1)
    assert stored.ref == f"{first}:{last}"


def test_there_is_no_table_that_is_not_declared(template: Path) -> None:
    assert set(tables(template)) == set(TABLES)


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.id)
def test_the_row_id_of_a_table_is_hidden(book: openpyxl.Workbook, table: Table) -> None:
    _, place = LAYOUT.tables[table.id]
    letters = address(place.row, place.column).rstrip("0123456789")
    assert book[LAYOUT.title(place.sheet)].column_dimensions[letters].hidden


@pytest.mark.parametrize(("cell", "place"), LAYOUT.cells.values(), ids=LAYOUT.cells)
def test_a_named_cell_stands_where_its_name_points_and_looks_like_an_input(
    book: openpyxl.Workbook, cell: NamedCell, place: Place
) -> None:
    title = LAYOUT.title(place.sheet)
    (where,) = book.defined_names[cell.name].destinations
    assert where == (title, LAYOUT.cell(place.sheet, place.row, place.column).rpartition("!")[2])
    assert colour(book[title][address(place.row, place.column)]) == style.INPUT


def test_every_option_of_an_action_has_its_cell() -> None:
    wanted = {cell.name for action in SPECIFICATIONS for cell in action.cells()}
    assert {"disaggregate_unit", "undo_redo"} <= wanted
    assert wanted <= set(LAYOUT.cells)


def columns() -> list[Any]:
    """Every column of every table with its place, as test cases."""
    return [
        pytest.param(column, Place(place.sheet, place.row, place.column + number), id=f"{table.id}.{column.id}")
        for table, place in LAYOUT.tables.values()
        for number, column in enumerate(table.all_columns)
    ]


@pytest.mark.parametrize(("column", "place"), columns())
def test_the_colour_of_a_cell_tells_who_fills_it(book: openpyxl.Workbook, column: Column, place: Place) -> None:
    wanted = {Role.INPUT: style.INPUT, Role.FORMULA: style.ACCENT_SOFT, Role.WRITTEN: ""}[column.role]
    assert colour(book[LAYOUT.title(place.sheet)][address(place.row, place.column)]) == wanted


@pytest.mark.parametrize(("column", "place"), columns())
def test_a_formula_column_has_a_formula_and_no_other_column_has(
    book: openpyxl.Workbook, column: Column, place: Place
) -> None:
    value = book[LAYOUT.title(place.sheet)][address(place.row, place.column)].value
    assert (isinstance(value, str) and value.startswith("=")) == (column.role is Role.FORMULA)


def drop_down(sheet: Worksheet, cell: str) -> str:
    """The source of the drop-down of a cell."""
    (rule,) = (rule for rule in sheet.data_validations.dataValidation if cell in rule.cells)
    assert rule.type == "list"
    return str(rule.formula1)


REFERRING = [case for case in columns() if case.values[0].refers]
CHOOSING = [case for case in columns() if case.values[0].choices]


@pytest.mark.parametrize(("column", "place"), REFERRING)
def test_a_drop_down_offers_the_cells_of_its_master_list(book: openpyxl.Workbook, column: Column, place: Place) -> None:
    table, _, target = column.refers.partition(".")
    master, at = LAYOUT.tables[table]
    letters, row = address(at.row, at.column + 1).rstrip("0123456789"), at.row
    assert master.columns[0].id == target
    source = drop_down(book[LAYOUT.title(place.sheet)], address(place.row, place.column))
    assert source == f"'{LAYOUT.title(at.sheet)}'!${letters}${row}:${letters}${row}"


@pytest.mark.parametrize(("column", "place"), CHOOSING)
def test_a_drop_down_offers_the_choices_as_they_are_shown(
    book: openpyxl.Workbook, column: Column, place: Place
) -> None:
    source = drop_down(book[LAYOUT.title(place.sheet)], address(place.row, place.column))
    assert source == '"' + ",".join(catalogue().choices[column.choices].values()) + '"'
    assert len(source) <= 257  # 255 characters and the quotes, or Excel repairs the file


def test_drop_downs_grow_with_their_master_lists(planned_files: SmallPlan) -> None:
    book = openpyxl.load_workbook(planned_files.plan)
    stored = tables(planned_files.plan)
    last_line = stored["budget_lines"].cell("Territory", 47)
    assert last_line == "8 Budget!AX72"  # header in row 24, 12 months of 4 pairs
    assert drop_down(book["8 Budget"], "AX72") == master("territories", 2)  # North, South
    assert drop_down(book["8 Budget"], "AY72") == master("team", 3)  # Ana, Ben, Cleo
    assert drop_down(book["9 Team"], "D10") == master("territories", 2)
    assert drop_down(book["9 Team"], "E10") == master("team", 3)


def master(table: str, count: int) -> str:
    """Where a master list of so many rows stands."""
    _, place = LAYOUT.tables[table]
    return LAYOUT.area(place.sheet, place.row, place.column + 1, place.row + count - 1, place.column + 1)


def charts(path: Path) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Sheet, kind, and the categories and values of each series, of every chart that is no map."""
    return [
        (sheet.title, type(chart).__name__, [(_source(one.cat), _source(one.val)) for one in chart.series])
        for sheet in openpyxl.load_workbook(path)
        for chart in sheet._charts
        if type(chart).__name__ != "ScatterChart"
    ]


def _source(data: Any) -> str:
    """Where a chart finds its numbers or texts."""
    return str((data.numRef or data.strRef).f)


def test_a_chart_follows_the_rows_of_its_table(planned_files: SmallPlan) -> None:
    by_month = [("'8 Budget'!$B$7:$B$18", f"'8 Budget'!${column}$7:${column}$18") for column in "CD"]
    by_territory = [("'8 Budget'!$B$25:$B$26", f"'8 Budget'!${column}$25:${column}$26") for column in "CD"]
    by_node = [(LAYOUT.table_column("run_rates", "node"), LAYOUT.table_column("run_rates", "times"))]
    declared, place = LAYOUT.tables["capacity_by_rep"]
    rep, quota = (place.column + declared.position(column) for column in ("rep", "quota"))
    by_rep = [tuple(LAYOUT.area(place.sheet, place.row, at, place.row + 2, at) for at in (rep, quota))]
    by_region = [
        ("'8 Budget'!$AW$7:$AW$18", f"'8 Budget'!${column}$7:${column}$18") for column in ("AX", "AY", "AZ", "BA", "BB")
    ]
    drawn = [chart for chart in charts(planned_files.plan) if chart[0] in ("Home", "8 Budget")]
    assert drawn == [
        ("Home", "BarChart", by_month),
        ("8 Budget", "LineChart", by_month),
        ("8 Budget", "BarChart", by_territory),
        ("8 Budget", "BarChart", by_region),
        ("8 Budget", "BarChart", by_node),
        ("8 Budget", "BarChart", by_rep),
    ]


def test_every_chart_has_its_title_as_a_text_for_those_who_cannot_see_it(template: Path) -> None:
    drawings = "".join(content.decode() for name, content in parts(template).items() if "/drawings/drawing" in name)
    told = re.findall(r'<xdr:cNvPr id="\d+" name="Chart \d+" descr="([^"]+)"', drawings)
    declared = [block.id for sheet in SHEETS for block in sheet.blocks if isinstance(block, Chart)]
    assert told == [catalogue().blocks[chart]["title"] for chart in declared]
    assert len(told) == drawings.count("<xdr:graphicFrame")


def formulas(path: Path) -> dict[str, str]:
    """Every formula of the visible sheets, by sheet and address."""
    found = {}
    for sheet in openpyxl.load_workbook(path):
        for row in sheet.iter_rows():
            for cell in row:
                text = getattr(cell.value, "text", cell.value)  # an array formula is an object with a text
                if cell.data_type == "f" or text is not cell.value:
                    found[f"{sheet.title}!{cell.coordinate}"] = str(text)
    return found


def test_every_function_of_ours_in_a_formula_is_one_there_is(template: Path) -> None:
    used = {name for formula in formulas(template).values() for name in re.findall(r"\bSP_\w+", formula)}
    there = {one.name for one in udfs.FUNCTIONS}
    assert used <= there
    assert there - used == {"SP_TOURKM"}  # an area is nothing a planner has at hand


NOT_EVERYWHERE = re.compile(r"\b(IFERROR|IFNA|ISERROR|ISERR|AGGREGATE|XLOOKUP|FILTER|LET|LAMBDA)\(|\[#This Row\]|@")


@pytest.mark.parametrize(
    "formula", ["=IFERROR(A1,0)", "=XLOOKUP(1,A:A,B:B)", "=sales[[#This Row],[Amount]]", "=SUM(sales[@Amount])"]
)
def test_a_formula_that_hides_an_error_or_does_not_calculate_everywhere_is_recognised(formula: str) -> None:
    assert NOT_EVERYWHERE.search(formula)


def test_no_formula_hides_an_error_or_uses_what_does_not_calculate_everywhere(planned_files: SmallPlan) -> None:
    found = formulas(planned_files.plan)
    assert len(found) > 300
    assert {place: formula for place, formula in found.items() if NOT_EVERYWHERE.search(formula)} == {}


def test_the_validator_finds_nothing_in_the_template(validator: Validator, template: Path) -> None:
    assert validator.validate(template) == []


def test_the_validator_finds_nothing_in_a_plan_that_actions_have_worked_on(
    validator: Validator, planned_files: SmallPlan
) -> None:
    assert validator.validate(planned_files.plan) == []


def test_the_validator_finds_nothing_in_the_demo(validator: Validator, demo_plan: Path) -> None:
    assert validator.validate(demo_plan) == []

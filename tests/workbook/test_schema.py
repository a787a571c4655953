"""The declaration is sound: ids, labels, references, formulas and requirements hold together."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from salesplan_xl.actions import ACTIONS
from salesplan_xl.workbook.labels import LANGUAGES, catalogue
from salesplan_xl.workbook.schema import (
    Chart,
    Column,
    Facts,
    Grid,
    Kind,
    Options,
    Role,
    Settings,
    Sheet,
    Steps,
    Table,
)
from salesplan_xl.workbook.sheets import SHEETS, TABLES, plan_cells, sheet_of

PACKAGE = Path(__file__).parents[2] / "salesplan_xl"
LABELS = catalogue("en")
BLOCKS = [block for sheet in SHEETS for block in sheet.blocks]
GRIDS = {block.id: block for block in BLOCKS if isinstance(block, Grid)}
FACTS = {block.id: block for block in BLOCKS if isinstance(block, Facts)}
NAMES = list(plan_cells())
OPTION_CELLS = [cell for action in ACTIONS.values() for cell in action.specification.cells()]

# The ten steps' requirements: the first number is the step, 0 for all; so many belong to each.
REQUIREMENTS = {
    f"{step}.{number}"
    for step, count in enumerate((7, 6, 9, 12, 10, 16, 6, 8, 12, 7, 9))
    for number in range(1, count + 1)
}


def columns() -> Iterator[tuple[str, Column]]:
    """Every column of tables and grids, with the id of what it stands in."""
    for table in TABLES.values():
        yield from ((table.id, column) for column in table.columns)
    for grid in GRIDS.values():
        yield from ((grid.id, column) for column in grid.columns)


def block_id(block: object) -> str:
    """What labels call a block."""
    return block.action if isinstance(block, Options) else block.id  # type: ignore[attr-defined]  # every other has one


def formulas() -> Iterator[tuple[str, Table | Grid | None, str]]:
    """Every native formula: where it stands, in which table or grid, its text."""
    owners: list[Table | Grid] = [*TABLES.values(), *GRIDS.values()]
    for owner in owners:
        yield from ((f"{owner.id}.{column.id}", owner, column.formula) for column in owner.columns if column.formula)
    for grid in GRIDS.values():
        yield from ((f"{grid.id}.total.{column}", grid, formula) for column, formula in grid.totals)
        if grid.first:
            yield f"{grid.id}.first", grid, grid.first
    for block in FACTS.values():
        yield from ((f"{block.id}.{fact.id}", None, fact.formula) for fact in block.facts)
    yield from ((f"{sheet.id}.progress", None, sheet.progress) for sheet in SHEETS if sheet.progress)


# Ids


def test_ids_are_snake_case() -> None:
    ids = [
        *(sheet.id for sheet in SHEETS),
        *TABLES,
        *(column.id for _, column in columns()),
        *map(block_id, BLOCKS),
        *(fact.id for block in FACTS.values() for fact in block.facts),
        *(cell.name for cell in (*NAMES, *OPTION_CELLS)),
        *ACTIONS,
    ]
    assert [one for one in ids if not re.fullmatch(r"[a-z]+(_[a-z]+)*", one)] == []


@pytest.mark.parametrize(
    "ids",
    [
        pytest.param([sheet.id for sheet in SHEETS], id="sheets"),
        pytest.param([table.id for sheet in SHEETS for table in sheet.tables], id="tables"),
        pytest.param(list(map(block_id, BLOCKS)), id="blocks"),
        pytest.param(
            [*(cell.name for cell in (*NAMES, *OPTION_CELLS)), *TABLES], id="names and tables of the workbook"
        ),
    ],
)
def test_an_id_is_used_once(ids: list[str]) -> None:
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("owner", [*TABLES.values(), *GRIDS.values()], ids=lambda owner: owner.id)
def test_a_column_id_is_used_once(owner: Table | Grid) -> None:
    ids = ["row_id", *(column.id for column in owner.columns)]
    assert len(set(ids)) == len(ids)


def test_no_name_reads_as_a_cell_address() -> None:
    names = [*TABLES, *(cell.name for cell in (*NAMES, *OPTION_CELLS))]
    read_as_address = re.compile(r"[A-Z]{1,3}[0-9]+|R[0-9]*C?[0-9]*|C[0-9]*", re.IGNORECASE)
    assert [name for name in names if read_as_address.fullmatch(name)] == []


def test_the_steps_are_one_to_ten_in_order() -> None:
    assert [sheet.step for sheet in SHEETS if sheet.step] == list(range(1, 11))


# What columns say of themselves


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_a_key_cannot_be_blank(table: Table) -> None:
    may_be_blank = {"customer", "family"} if table.id == "budget_lines" else set()  # a plan by pairs has neither
    assert {column.id for column in table.key if not column.required} == may_be_blank


def test_a_column_is_a_formula_exactly_if_it_has_one() -> None:
    spanned = {  # columns that an array formula to their left fills
        (grid.id, right.id)
        for grid in GRIDS.values()
        for at, column in enumerate(grid.columns)
        for right in grid.columns[at + 1 : at + max(column.array, 1)]
    }
    wrong = [
        (owner, column.id)
        for owner, column in columns()
        if (column.role is Role.FORMULA) != bool(column.formula) and (owner, column.id) not in spanned
    ]
    assert wrong == []


def test_bounds_are_for_numbers_and_the_right_way_round() -> None:
    for _, column in columns():
        if column.at_least is not None or column.at_most is not None:
            assert column.kind in (Kind.INTEGER, Kind.NUMBER, Kind.AMOUNT, Kind.SHARE)
        if column.at_least is not None and column.at_most is not None:
            assert column.at_least < column.at_most


def test_what_a_column_refers_to_is_a_key_of_its_table() -> None:
    for owner, column in columns():
        if column.refers:
            table, _, target = column.refers.partition(".")
            assert [one.id for one in TABLES[table].key] == [target], (owner, column.id)


def test_a_summary_follows_a_key_and_writes_nothing_else() -> None:
    followers = [table for table in TABLES.values() if table.follows]
    assert followers
    for table in followers:
        master, _, column = table.follows.partition(".")
        assert [one.id for one in TABLES[master].key] == [column]
        assert [one.role for one in table.columns] == [Role.WRITTEN, *[Role.FORMULA] * (len(table.columns) - 1)]


def test_every_requirement_named_is_one() -> None:
    assert {requirement for _, column in columns() for requirement in column.requirements} - REQUIREMENTS == set()


def test_the_total_of_an_action_is_an_amount_of_a_table_it_reads() -> None:
    for action in ACTIONS.values():
        if action.total:
            table, _, column = action.total.partition(".")
            assert table in action.reads
            assert TABLES[table].column(column).kind is Kind.AMOUNT


def test_options_stand_on_the_sheet_of_their_action() -> None:
    placed = {block.action: sheet.id for sheet in SHEETS for block in sheet.blocks if isinstance(block, Options)}
    for action, sheet in placed.items():
        assert ACTIONS[action].specification.sheet == sheet


def test_a_table_is_found_on_its_sheet() -> None:
    assert sheet_of("budget_lines").id == "budget"
    with pytest.raises(KeyError):
        sheet_of("nowhere")


# Formulas


@pytest.mark.parametrize(("owner", "formula"), [pytest.param(o, f, id=where) for where, o, f in formulas()])
def test_a_formula_names_only_what_is_declared(owner: Table | Grid | None, formula: str) -> None:
    own = {column.id for column in owner.columns} if owner else set()
    for token in re.findall(r"\{([^}]*)\}", formula):
        word, _, rest = token.partition(":")
        target, _, part = (rest or token).partition(".")
        if not rest:
            known = token in own or (target in TABLES and part in {one.id for one in TABLES[target].columns})
        elif word == "above":
            known = rest in own
        elif word in ("grid", "row", "headed"):
            known = set(part.split(":")) <= {one.id for one in GRIDS[target].columns}
        elif word == "all":
            known = rest in TABLES
        elif word == "choice":
            known = part in LABELS.choices[target]
        elif word == "cell":
            known = part in {fact.id for fact in FACTS[target].facts}
        elif word == "name":
            known = rest in {cell.name for cell in (*NAMES, *OPTION_CELLS)}
        else:
            known = word == "text" and rest in LABELS.texts
        assert known, token
    assert not re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", formula))


def test_no_formula_needs_a_newer_excel() -> None:
    newer = re.compile(r"\b(XLOOKUP|FILTER|LET|LAMBDA|UNIQUE|SORT|SEQUENCE)\(|#This Row", re.IGNORECASE)
    assert [where for where, _, formula in formulas() if newer.search(formula)] == []


def test_charts_show_what_there_is() -> None:
    for chart in (block for block in BLOCKS if isinstance(block, Chart)):
        source = GRIDS.get(chart.source) or TABLES[chart.source]
        assert {chart.categories, *chart.series} <= {column.id for column in source.columns}


# Labels


def expected_labels() -> dict[str, set[str]]:
    """What must have a label, by section of the catalogue, from the declaration alone."""
    choices = {column.choices for _, column in columns()} | {cell.choices for cell in OPTION_CELLS}
    return {
        "sheets": {f"{sheet.id}.{text}" for sheet in SHEETS for text in ("title", "heading", "purpose")},
        "tables": {f"{table}.title" for table in TABLES},
        "columns": {f"{table.id}.{column.id}" for table in TABLES.values() for column in table.columns},
        "blocks": {f"{block_id(block)}.{text}" for block in BLOCKS for text in ("title", *block_texts(block))},
        "names": {f"{cell.name}.{text}" for cell in NAMES for text in ("label", "help")},
        "choices": choices - {""},
        "actions": {f"{action}.{text}" for action in ACTIONS for text in ("label", "tip")},
        "options": {
            f"{action.id}.{option.id}"
            for action in ACTIONS.values()
            for option in action.specification.options
            if option.kept
        },
    }


def block_texts(block: object) -> list[str]:
    """The ids of what a block shows besides its title."""
    match block:
        case Facts():
            return [fact.id for fact in block.facts]
        case Grid():
            return [column.id for column in block.columns]
        case Steps():
            return ["step", "rows", "state"]
        case _:
            return []


def given_labels(language: str) -> dict[str, set[str]]:
    """What has a label, by section of the catalogue."""
    labels = catalogue(language)
    return {
        **{
            section: {f"{key}.{text}" for key, texts in getattr(labels, section).items() for text in texts}
            for section in ("sheets", "blocks", "names")
        },
        "tables": {f"{key}.{text}" for key, texts in labels.tables.items() for text in texts if text != "columns"},
        "columns": {f"{key}.{column}" for key, texts in labels.tables.items() for column in texts["columns"]},
        "choices": set(labels.choices),
        "actions": {f"{key}.{text}" for key, texts in labels.actions.items() for text in texts if text != "options"},
        "options": {f"{key}.{option}" for key, texts in labels.actions.items() for option in texts.get("options", {})},
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("section", ["sheets", "tables", "columns", "blocks", "names", "choices", "actions", "options"])
def test_everything_has_its_label_and_no_label_is_unused(section: str, language: str) -> None:
    given, expected = given_labels(language)[section], expected_labels()[section]
    notes = {f"{grid}.note" for grid in GRIDS}  # a grid may have a note below it
    assert given - expected - notes == set()
    assert expected - given == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_headers_of_a_table_are_different_and_stand_in_its_order(table: Table, language: str) -> None:
    headers = [catalogue(language).header(table.id, column.id).casefold() for column in table.all_columns]
    assert len(set(headers)) == len(headers)
    assert list(catalogue(language).tables[table.id]["columns"]) == [column.id for column in table.columns]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.id)
def test_a_sheet_title_is_one_that_excel_takes(sheet: Sheet, language: str) -> None:
    title = catalogue(language).sheets[sheet.id]["title"]
    assert 1 <= len(title) <= 31
    assert not set(title) & set("[]:*?/\\")
    assert not title.startswith("'")
    assert not title.endswith("'")
    assert title.casefold() != "history"


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_of_sheets_and_texts_of_choices_are_different(language: str) -> None:
    labels = catalogue(language)
    for texts in (
        [sheet["title"] for sheet in labels.sheets.values()],
        *(c.values() for c in labels.choices.values()),
    ):
        folded = [text.casefold() for text in texts]
        assert len(set(folded)) == len(folded)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_default_that_is_a_choice_is_one_of_its_list(language: str) -> None:
    for cell in (*NAMES, *OPTION_CELLS):
        if cell.choices:
            assert cell.default in catalogue(language).choices[cell.choices]


def source_code() -> str:
    """All code of the package."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py")))


def test_every_problem_that_is_told_is_worded_and_no_wording_is_unused() -> None:
    told = set(re.findall(r"[\"']([EW]-[A-Z]+(?:-[A-Z]+)*)[\"']", source_code()))
    assert told == set(LABELS.problems)


@pytest.mark.parametrize("code", list(LABELS.problems))
def test_a_problem_says_what_was_found_what_was_expected_and_what_to_do(code: str) -> None:
    sentences = LABELS.problems[code]
    assert list(sentences) == ["found", "expected", "action"]
    assert sentences["action"].endswith((".", "...", "{hint}"))
    assert not sentences["found"].endswith(".")
    assert not sentences["expected"].endswith(".")


def test_every_other_text_is_used() -> None:
    code = source_code()
    used = {text for text in LABELS.texts if re.search(rf"[\"':]{text}[\"'}}]", code)}
    used |= {f"kind_{kind}" for kind in Kind}
    assert set(LABELS.texts) - used == set()


def test_every_kind_can_be_said() -> None:
    assert [kind for kind in Kind if f"kind_{kind}" not in LABELS.texts] == []


def test_the_catalogue_has_no_section_that_nothing_reads() -> None:
    elsewhere = {"problems", "texts", "language", "macros", "ribbon", "doctor"}  # tests/template, tests/hosts/doctor
    read = {*given_labels("en"), *elsewhere} - {"columns", "options"}
    assert {one.name for one in fields(LABELS)} == read


def test_blocks_and_tables_of_a_sheet_do_not_share_a_row_of_headings() -> None:
    for sheet in SHEETS:
        tops = [int(re.sub(r"\D", "", block.at)) for block in sheet.blocks if not isinstance(block, Chart)]
        if sheet.tables:
            assert [top for top in tops if top >= sheet.tables_row] == []


def test_settings_hold_each_cell_once() -> None:
    cells = [cell.name for block in BLOCKS if isinstance(block, Settings) for cell in block.cells]
    assert [name for name, group in itertools.groupby(sorted(cells)) if len(list(group)) > 1] == []

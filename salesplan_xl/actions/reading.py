"""Reads what an action works from: tables, named cells, options and files, with every problem of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from salesplan_xl.actions.action import Action, Context, Inputs, Source
from salesplan_xl.actions.references import master_lists, unknown_values
from salesplan_xl.workbook.book import Book
from salesplan_xl.workbook.codec import decode, decode_cell, from_text
from salesplan_xl.workbook.labels import LANGUAGES, Labels, labels
from salesplan_xl.workbook.options import Option
from salesplan_xl.workbook.problems import Problem, RefusalError, problem, refuse_if_any
from salesplan_xl.workbook.rows import Rows
from salesplan_xl.workbook.schema import Column, Kind, NamedCell
from salesplan_xl.workbook.sheets import TABLES, plan_cells, sheet_of
from salesplan_xl.workbook.wording import bound_text, kind_text, shown


class PlanReader:
    """
    Reads tables and named cells of a plan in its language.

    Parameters
    ----------
    book : Book
        The plan.
    """

    def __init__(self, book: Book) -> None:
        self.book = book
        self.labels = labels(self._language())
        self._there = {name.casefold(): name for name in book.table_names()}

    def _language(self) -> str:
        """Language of the plan; English where the workbook does not say."""
        if "plan_language" not in self.book.names():
            return "en"
        language = self.book.read_name("plan_language")[2]
        return language if language in LANGUAGES else "en"

    def table(self, table_id: str) -> tuple[Rows, list[Problem]]:
        """
        Read one table.

        Parameters
        ----------
        table_id : str
            Its id.

        Returns
        -------
        rows : Rows
            Its rows.
        problems : list of Problem
            What is wrong with it or with where it stands.

        Raises
        ------
        RefusalError
            If there is no such table.
        """
        title = self.labels.sheets[sheet_of(table_id).id]["title"]
        if table_id.casefold() not in self._there:
            raise RefusalError([problem("E-TABLE-MISSING", sheet=title, table=table_id, sheet_title=title)])
        cells = self.book.read_table(self._there[table_id.casefold()])
        rows, problems = decode(TABLES[table_id], cells, self.labels)
        if cells.sheet != title:
            at = cells.heading()
            said = problem(
                "E-SHEET-RENAMED",
                sheet=cells.sheet,
                cell=at,
                table=table_id,
                sheet_title=cells.sheet,
                expected_title=title,
            )
            problems = [said, *problems]
        return rows, problems

    def tables(self, table_ids: Iterable[str]) -> tuple[dict[str, Rows], list[Problem]]:
        """
        Read several tables.

        Parameters
        ----------
        table_ids : iterable of str
            Their ids.

        Returns
        -------
        rows : dict of str to Rows
            Their rows; tables that are missing or lack a column are left out.
        problems : list of Problem
            What is wrong with any of them.
        """
        read: dict[str, Rows] = {}
        problems: list[Problem] = []
        for table_id in table_ids:
            try:
                rows, found = self.table(table_id)
            except RefusalError as refusal:
                problems += refusal.problems
                continue
            problems += found
            if all(one.code != "E-COLUMN-MISSING" for one in found):
                read[table_id] = rows
        return read, problems

    def cell(self, cell: NamedCell, label: str) -> tuple[object, tuple[str, str], list[Problem]]:
        """
        Read a named cell.

        Parameters
        ----------
        cell : NamedCell
            What it means.
        label : str
            The text beside it.

        Returns
        -------
        value : object
            What it holds; None for a blank or a problem.
        place : tuple of str
            Its sheet and address; empty when there is none.
        problems : list of Problem
            What is wrong with it.
        """
        if cell.name not in self.book.names():
            return None, ("", ""), [problem("E-NAME-MISSING", name=cell.name, label=label)]
        sheet, place, content = self.book.read_name(cell.name)
        value, problems = decode_cell(cell, content, self.labels, sheet=sheet, place=place, label=label)
        return value, (sheet, place), problems


def read_inputs(
    plan: PlanReader, action: Action, overrides: Mapping[str, str], context: Context
) -> tuple[Inputs, list[Problem]]:
    """
    Read all that an action works from.

    Parameters
    ----------
    plan : PlanReader
        The plan.
    action : Action
        The action.
    overrides : mapping of str to str
        Options for this time, as a person types them.
    context : Context
        How files are opened.

    Returns
    -------
    inputs : Inputs
        Tables, named cells, options and files.
    warnings : list of Problem
        What is wrong and does not stop it.

    Raises
    ------
    RefusalError
        With every problem of tables, named cells, options and files together.
    """
    wanted = tuple(dict.fromkeys((*action.reads, *master_lists(action.reads))))
    tables, problems = plan.tables(wanted)
    facts: dict[str, object] = {}
    places: dict[str, tuple[str, str]] = {}
    for _, cell in plan_cells():
        facts[cell.name], places[cell.name], found = plan.cell(cell, plan.labels.names[cell.name]["label"])
        problems += found
    options, sources, found = _options(plan, action, overrides, context)
    problems += found
    inputs = Inputs(plan.labels, tables, facts, places, options, sources)
    problems += [one for table in tables.values() for one in unknown_values(table, inputs)]
    named = [one.in_file(plan.book.name) for one in problems]
    refuse_if_any(named)
    if action.reads_more is None:
        return inputs, named
    more = [table for table in action.reads_more(inputs) if table not in tables]
    further, found = plan.tables(more)
    refuse_if_any(one.in_file(plan.book.name) for one in found)
    return Inputs(plan.labels, {**tables, **further}, facts, places, options, sources), named


def _options(
    plan: PlanReader, action: Action, overrides: Mapping[str, str], context: Context
) -> tuple[dict[str, object], dict[str, Source], list[Problem]]:
    """The options of an action: as overridden, else as the plan has them."""
    declared = {option.id: option for option in action.specification.options}
    problems = [
        problem("E-OPTION-UNKNOWN", option=name, action_id=action.id, options=", ".join(declared) or "none")
        for name in overrides
        if name not in declared
    ]
    cells = {cell.name: cell for cell in action.specification.cells()}
    options: dict[str, object] = {}
    sources: dict[str, Source] = {}
    for name, option in declared.items():
        if option.kind is Kind.FILE:
            found = _source(name, action, overrides, sources, context)
            options[name] = {"name": sources[name].name, "sha256": sources[name].sha256} if name in sources else None
        elif name in overrides:
            options[name], found = _overridden(option, cells[f"{action.id}_{name}"], overrides[name], plan.labels)
        else:
            label = plan.labels.actions[action.id]["options"][name]
            options[name], _, found = plan.cell(cells[f"{action.id}_{name}"], label)
        problems += found
    return options, sources, problems


def _source(
    name: str, action: Action, overrides: Mapping[str, str], sources: dict[str, Source], context: Context
) -> list[Problem]:
    """Open the file an option names."""
    if not overrides.get(name):
        texts = labels().texts
        return [problem("E-OPTION-MISSING", option=name, action_id=action.id, kind=texts["kind_file"])]
    try:
        sources[name] = context.open_source(Path(overrides[name]))
    except RefusalError as refusal:
        return list(refusal.problems)
    return []


def _overridden(option: Option, cell: NamedCell, text: str, texts: Labels) -> tuple[object, list[Problem]]:
    """An option as a person typed it, held to what its cell would be held to."""
    column = Column(option.id, option.kind, at_least=option.at_least, at_most=option.at_most)
    typed_in = text if option.choices else from_text(column, text)
    value, problems = decode_cell(cell, typed_in, texts, sheet="", place="", label=option.id)
    if not problems:
        return value, []
    if option.choices:
        expected = ", ".join(texts.choices[option.choices])
    elif option.at_least is None and option.at_most is None:
        expected = kind_text(column, texts)
    else:
        expected = f"{kind_text(column, texts)}, {bound_text(column, texts)}"
    return None, [problem("E-OPTION-VALUE", value=shown(text), option=option.id, expected_value=expected)]

"""Reads what an action works from: tables, named cells, options and files, with every problem of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from salesplan_xl.actions.action import Action, Context, Inputs, Source
from salesplan_xl.workbook.book import Book
from salesplan_xl.workbook.codec import decode, decode_cell, from_text
from salesplan_xl.workbook.labels import LANGUAGES, Labels, catalogue
from salesplan_xl.workbook.options import Option
from salesplan_xl.workbook.problems import Problem, RefusalError, problem, refuse_if_any
from salesplan_xl.workbook.references import references
from salesplan_xl.workbook.rows import Rows
from salesplan_xl.workbook.schema import Kind, NamedCell
from salesplan_xl.workbook.sheets import TABLES, plan_cells, sheet_of
from salesplan_xl.workbook.sheets.hidden import SCHEMA_VERSION
from salesplan_xl.workbook.wording import expected, shown


class PlanReader:
    """
    Reads tables and named cells of a plan in its language; every problem it finds says which file it is in.

    Parameters
    ----------
    book : Book
        The plan.

    Raises
    ------
    RefusalError
        If the workbook is no plan, or was made for other tables and columns than this program knows.
    """

    def __init__(self, book: Book) -> None:
        self.book = book
        self._names = frozenset(book.names())
        self._there = {name.casefold(): name for name in book.table_names()}
        if not self._there.keys() & TABLES.keys():
            raise RefusalError(self.in_file([problem("E-FILE-NOT-PLAN")]))
        self._refuse_other_schema()
        self.labels = catalogue(self._language())

    def _refuse_other_schema(self) -> None:
        """Refuse a plan that says it is of another schema; one that does not say is told of as any cell is."""
        if "plan_schema" not in self._names:
            return
        sheet, place, version = self.book.read_name("plan_schema")
        if isinstance(version, float) and version != SCHEMA_VERSION:
            said = problem(
                "E-PLAN-SCHEMA", sheet=sheet, cell=place, version=shown(version), expected_version=SCHEMA_VERSION
            )
            raise RefusalError(self.in_file([said]))

    def in_file(self, problems: Iterable[Problem]) -> list[Problem]:
        """
        Say of problems that they are in this plan, where no other file is named.

        Parameters
        ----------
        problems : iterable of Problem
            What was found.

        Returns
        -------
        list of Problem
            The same, each with its file.
        """
        return [one.in_file(self.book.name) for one in problems]

    def has(self, table_id: str) -> bool:
        """
        Say whether there is a table; one made by an earlier version may lack some.

        Parameters
        ----------
        table_id : str
            Its id.

        Returns
        -------
        bool
            True if there is one of that name.
        """
        return table_id.casefold() in self._there

    def _language(self) -> str:
        """Language of the plan; English where the workbook does not say."""
        if "plan_language" not in self._names:
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
        if not self.has(table_id):
            said = problem("E-TABLE-MISSING", sheet=title, table=table_id, sheet_title=title)
            raise RefusalError(self.in_file([said]))
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
        if cells.below:
            name = self.labels.tables[table_id]["title"]
            problems = [problem("E-ROWS-BELOW", sheet=cells.sheet, cell=cells.below, table=name), *problems]
        return rows, self.in_file(problems)

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

    def cell(self, cell: NamedCell, label: str) -> tuple[object, list[Problem]]:
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
        problems : list of Problem
            What is wrong with it.
        """
        if cell.name not in self._names:
            return None, self.in_file([problem("E-NAME-MISSING", name=cell.name, label=label)])
        sheet, place, content = self.book.read_name(cell.name)
        value, problems = decode_cell(cell, content, self.labels, sheet=sheet, place=place, label=label)
        return value, self.in_file(problems)


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
    wanted = tuple(dict.fromkeys((*action.reads, *_master_lists(action.reads))))
    tables, problems = plan.tables(wanted)
    facts: dict[str, object] = {}
    for cell in plan_cells():
        facts[cell.name], found = plan.cell(cell, plan.labels.names[cell.name]["label"])
        problems += found
    for owner, option in action.borrows:
        name = owner.cell(option)
        cell = next(cell for cell in owner.cells() if cell.name == name)
        facts[name], found = plan.cell(cell, plan.labels.actions[owner.id]["options"][option])
        problems += found
    options, sources, found = read_options(plan, action, overrides, context)
    problems += found
    inputs = Inputs(plan.labels, tables, facts, options, sources)
    problems += [one for table in tables.values() for one in references(table, tables, plan.labels)]
    problems = plan.in_file(problems)
    refuse_if_any(problems)
    if action.reads_more is None:
        return inputs, problems
    more = [table for table in action.reads_more(inputs) if table not in tables]
    further, found = plan.tables(more)
    refuse_if_any(found)
    return replace(inputs, tables={**tables, **further}), problems


def _master_lists(tables: Iterable[str]) -> Iterator[str]:
    """The tables that columns of some tables refer to."""
    for table in tables:
        for column in TABLES[table].columns:
            if column.refers:
                yield column.refers.partition(".")[0]


def read_options(
    plan: PlanReader, action: Action, overrides: Mapping[str, str], context: Context
) -> tuple[dict[str, object], dict[str, Source], list[Problem]]:
    """
    Read the options of an action: as overridden, else as the plan has them.

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
    options : dict of str to object
        Option id to its value.
    sources : dict of str to Source
        The files they name.
    problems : list of Problem
        What is wrong with them.
    """
    declared = {option.id: option for option in action.specification.options}
    problems = [
        problem("E-OPTION-UNKNOWN", option=name, action_id=action.id, options=", ".join(declared) or "none")
        for name in overrides
        if name not in declared
    ]
    specification = action.specification
    cells = {cell.name: cell for cell in specification.cells()}
    options: dict[str, object] = {}
    sources: dict[str, Source] = {}
    for name, option in declared.items():
        if option.kind is Kind.FILE:
            source, found = _source(option, overrides, action, context, plan.labels)
            options[name] = None
            if source is not None:
                sources[name] = source
                options[name] = {"name": source.name, "sha256": source.sha256}
        elif name in overrides:
            options[name], found = _overridden(option, overrides[name], plan.labels)
        elif not option.has_cell:
            continue
        else:
            label = plan.labels.actions[action.id]["options"][name]
            options[name], found = plan.cell(cells[specification.cell(name)], label)
        problems += found
    return options, sources, problems


def _source(
    option: Option, overrides: Mapping[str, str], action: Action, context: Context, labels: Labels
) -> tuple[Source | None, list[Problem]]:
    """Open the file an option names."""
    if not overrides.get(option.id):
        kind = expected(option, labels)
        return None, [problem("E-OPTION-MISSING", option=option.id, action_id=action.id, kind=kind)]
    try:
        return context.open_source(Path(overrides[option.id])), []
    except RefusalError as refusal:
        return None, list(refusal.problems)


def _overridden(option: Option, text: str, texts: Labels) -> tuple[object, list[Problem]]:
    """An option as a person typed it, held to what its cell is held to, or would be."""
    typed_in = text if option.choices else from_text(option.kind, text)
    value, problems = decode_cell(option.cell(option.id), typed_in, texts, sheet="", place="", label=option.id)
    if not problems:
        return value, []
    words = expected(option, texts)
    return None, [problem("E-OPTION-VALUE", value=shown(text), option=option.id, expected_value=words)]

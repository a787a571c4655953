"""Values that must stand in a master list of the plan."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping, Sequence

import numpy as np

from salesplan_xl.workbook.columns import LISTED_PER_KIND, with_count
from salesplan_xl.workbook.labels import Labels
from salesplan_xl.workbook.problems import Problem, problem
from salesplan_xl.workbook.rows import Rows
from salesplan_xl.workbook.schema import Column


def references(
    rows: Rows, allowed: Mapping[str, Sequence[str]], labels: Labels, sheets: Mapping[str, str]
) -> list[Problem]:
    """
    Find values that stand in no master list.

    Parameters
    ----------
    rows : Rows
        The rows to look at.
    allowed : mapping of str to sequence of str
        ``"table.column"`` to the values it holds, for the lists that were read.
    labels : Labels
        Texts of the file's language.
    sheets : mapping of str to str
        Table id to the title of its sheet.

    Returns
    -------
    list of Problem
        One for each such cell, capped as in `decode`.
    """
    found: list[Problem] = []
    for column in rows.table.stored_columns:
        if not column.refers or column.refers not in allowed:
            continue
        values = rows.frame[column.id]
        known = set(allowed[column.refers])
        strange = np.flatnonzero(values.notna().to_numpy() & ~values.isin(known).to_numpy())
        listed = [
            unknown_value(
                str(values.iloc[row]),
                column,
                labels,
                known,
                sheets,
                rows.headers[column.id],
                sheet=rows.cells.sheet,
                cell=rows.place(row, column.id),
            )
            for row in strange[:LISTED_PER_KIND]
        ]
        found += with_count(listed, len(strange), rows.table, labels)
    return found


def unknown_value(
    value: str,
    column: Column,
    labels: Labels,
    known: Collection[str],
    sheets: Mapping[str, str],
    header: str,
    *,
    sheet: str,
    cell: str,
) -> Problem:
    """
    Word the problem of a value that is in no master list, with the nearest one that is.

    Parameters
    ----------
    value : str
        The value found.
    column : Column
        The column, which says what it refers to.
    labels : Labels
        Texts of the file's language.
    known : collection of str
        The values of the master list.
    sheets : mapping of str to str
        Table id to the title of its sheet.
    header : str
        Header above the value.
    sheet, cell : str
        Where it stands.

    Returns
    -------
    Problem
        The problem in words.
    """
    table, _, target = column.refers.partition(".")
    title = labels.tables[table]["title"]
    near = difflib.get_close_matches(value, sorted(known), n=1)
    sentence = labels.texts["did_you_mean"] if near else labels.texts["add_to_list"]
    hint = sentence.format(value=near[0] if near else value, table=title, sheet_title=sheets.get(table, ""))
    return problem(
        "E-CELL-REFERENCE",
        sheet=sheet,
        cell=cell,
        value=value,
        header=header,
        table=title,
        column=labels.header(table, target),
        hint=hint,
    )

"""Values that must stand in a master list of the plan."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

import numpy as np

from salesplan_xl.workbook.labels import Labels
from salesplan_xl.workbook.problems import MOST_LISTED, Problem, capped, problem
from salesplan_xl.workbook.rows import Rows
from salesplan_xl.workbook.schema import Column


def references(rows: Rows, tables: Mapping[str, Rows], labels: Labels) -> list[Problem]:
    """
    Find values that stand in no master list.

    Parameters
    ----------
    rows : Rows
        The rows to look at, of the plan or of a file.
    tables : mapping of str to Rows
        The plan's tables that were read, by id. A list that is not among them is not compared with.
    labels : Labels
        Texts of the file's language.

    Returns
    -------
    list of Problem
        One for each such cell, with the nearest value that is in the list, `capped` for each column.
    """
    found: list[Problem] = []
    for column in rows.table.stored_columns:
        table, _, target = column.refers.partition(".")
        if table not in tables:
            continue
        values, known = rows.frame[column.id], tables[table].frame[target].dropna()
        strange = np.flatnonzero(values.notna().to_numpy() & ~values.isin(known).to_numpy())
        listed = [_unknown(rows, row, column, tables[table], labels) for row in strange[:MOST_LISTED].tolist()]
        found += capped(listed, len(strange))
    return found


def _unknown(rows: Rows, row: int, column: Column, master: Rows, labels: Labels) -> Problem:
    """The problem of a value that is in no master list, with the nearest one that is."""
    value, (table, _, target) = str(rows.frame[column.id].iloc[row]), column.refers.partition(".")
    title = labels.tables[table]["title"]
    near = difflib.get_close_matches(value, sorted(master.frame[target].dropna().unique()), n=1)
    sentence = labels.texts["did_you_mean"] if near else labels.texts["add_to_list"]
    return problem(
        "E-CELL-REFERENCE",
        sheet=rows.cells.sheet,
        cell=rows.place(row, column.id),
        value=value,
        header=rows.headers[column.id],
        table=title,
        column=labels.header(table, target),
        hint=sentence.format(value=near[0] if near else value, table=title, sheet_title=master.cells.sheet),
    )

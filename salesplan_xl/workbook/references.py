"""Values that must stand in a master list of the plan."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from salesplan_xl.workbook.labels import Labels
from salesplan_xl.workbook.problems import MOST_LISTED, Problem, capped, problem
from salesplan_xl.workbook.rows import Rows


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
        listed = [
            unknown_value(rows, row, column.id, known.unique(), tables[table], (target,), labels)
            for row in strange[:MOST_LISTED].tolist()
        ]
        found += capped(listed, len(strange))
    return found


def unknown_value(
    rows: Rows, row: int, column: str, known: Iterable[str], master: Rows, targets: Sequence[str], labels: Labels
) -> Problem:
    """
    Tell that a value is in no master list, with the nearest one that is.

    Parameters
    ----------
    rows : Rows
        The rows it stands in.
    row : int
        Position of its row.
    column : str
        Id of its column.
    known : iterable of str
        The values that may stand there.
    master : Rows
        The master list.
    targets : sequence of str
        Ids of the columns of the master list that hold these values.
    labels : Labels
        Texts of the file's language.

    Returns
    -------
    Problem
        The problem, at the value's cell.
    """
    value, table = str(rows.frame[column].iloc[row]), master.table.id
    title = labels.tables[table]["title"]
    near = difflib.get_close_matches(value, sorted(known), n=1)
    sentence = labels.texts["did_you_mean"] if near else labels.texts["add_to_list"]
    return problem(
        "E-CELL-REFERENCE",
        sheet=rows.cells.sheet,
        cell=rows.place(row, column),
        value=value,
        header=rows.headers[column],
        table=title,
        column=", ".join(labels.header(table, target) for target in targets),
        hint=sentence.format(value=near[0] if near else value, table=title, sheet_title=master.cells.sheet),
    )

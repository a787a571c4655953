"""Values that must stand in a master list of the plan."""

from __future__ import annotations

from collections.abc import Iterable

from salesplan_xl.actions.action import Inputs
from salesplan_xl.workbook.problems import Problem
from salesplan_xl.workbook.references import references
from salesplan_xl.workbook.rows import Rows
from salesplan_xl.workbook.sheets import TABLES


def master_lists(tables: Iterable[str]) -> tuple[str, ...]:
    """
    Name the tables that some tables refer to.

    Parameters
    ----------
    tables : iterable of str
        Table ids.

    Returns
    -------
    tuple of str
        Ids of the tables their columns refer to, each once.
    """
    referred = (column.refers.partition(".")[0] for table in tables for column in TABLES[table].columns)
    return tuple(dict.fromkeys(table for table in referred if table))


def unknown_values(rows: Rows, inputs: Inputs) -> list[Problem]:
    """
    Find values that stand in no master list.

    Parameters
    ----------
    rows : Rows
        The rows to look at, of the plan or of a file.
    inputs : Inputs
        What was read of the plan, master lists included.

    Returns
    -------
    list of Problem
        One for each such cell, with the nearest value that is in the list.
    """
    allowed = {}
    for column in rows.table.columns:
        table, _, target = column.refers.partition(".")
        if table in inputs.tables:
            allowed[column.refers] = list(inputs.frame(table)[target].dropna())
    sheets = {table: rows.cells.sheet for table, rows in inputs.tables.items()}
    return references(rows, allowed, inputs.labels, sheets)

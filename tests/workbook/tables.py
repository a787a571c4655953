"""A table of every kind of column, and how the tests read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from salesplan_xl.workbook.cells import Cell, CellTable
from salesplan_xl.workbook.codec import decode
from salesplan_xl.workbook.labels import Labels, catalogue
from salesplan_xl.workbook.problems import Problem
from salesplan_xl.workbook.rows import Rows
from salesplan_xl.workbook.schema import Column, Kind, Role, Table

KINDS = Table(
    "kinds",
    (
        Column("name", required=True, key=True),
        Column("text"),
        Column("whole", Kind.INTEGER, at_least=0),
        Column("number", Kind.NUMBER, at_most=100),
        Column("amount", Kind.AMOUNT, at_least=0, at_most=1e12),
        Column("share", Kind.SHARE),
        Column("day", Kind.DATE),
        Column("month", Kind.MONTH),
        Column("choice", choices="consent"),
        Column("refers", refers="territories.territory"),
        Column("sum", Kind.AMOUNT, Role.FORMULA, formula="{amount}"),
    ),
)
HEADERS = {column.id: f"The {column.id}" for column in KINDS.columns}
LABELS: Labels = replace(catalogue(), tables={**catalogue().tables, "kinds": {"title": "Kinds", "columns": HEADERS}})
"""The English catalogue, and headers for the table."""

ENGLISH_HEADERS = {"row_id": "row_id", **HEADERS}
FIRST_ROW, FIRST_COLUMN = 8, 2
"""The table stands in B7, its row ids in column B, names in C, texts in D, and so on."""


def cells(rows: Sequence[Mapping[str, Cell]], *, only: Sequence[str] | None = None) -> CellTable:
    """The table as a host reads it; each row is named, unless it says otherwise."""
    ids = ["row_id", *(column.id for column in KINDS.columns)] if only is None else list(only)
    named = [{"row_id": f"r{at}", "name": f"n{at}", **row} for at, row in enumerate(rows, 1)]
    columns = {ENGLISH_HEADERS[column]: [row.get(column) for row in named] for column in ids}
    return CellTable("kinds", "Sheet", FIRST_ROW, FIRST_COLUMN, columns)


def read(rows: Sequence[Mapping[str, Cell]]) -> tuple[Rows, list[Problem]]:
    """The typed rows and what is wrong with them."""
    return decode(KINDS, cells(rows), LABELS)


def sound(rows: Sequence[Mapping[str, Cell]]) -> Rows:
    """The typed rows of a table with nothing wrong."""
    decoded, problems = read(rows)
    assert problems == []
    return decoded

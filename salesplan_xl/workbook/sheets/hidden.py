"""What only a program reads: the identity of the plan, and the journal that undo works from."""

from __future__ import annotations

from salesplan_xl.workbook.schema import Column, Kind, MacroTexts, NamedCell, Role, Settings, Sheet, Table

SCHEMA_VERSION = 3
"""Raised whenever a table, column or named cell is renamed, removed or changes its meaning."""

PLAN_ID = NamedCell("plan_id", Kind.TEXT)

PLAN_PYTHON = NamedCell("plan_python", Kind.TEXT)

PLAN_SHEET = Sheet(
    "plan",
    blocks=(
        Settings(
            "identity",
            "B4",
            (
                PLAN_ID,
                NamedCell("plan_schema", Kind.INTEGER, default=SCHEMA_VERSION, required=True),
                NamedCell("plan_language", Kind.TEXT, default="en", required=True),
                PLAN_PYTHON,
            ),
        ),
        MacroTexts("macro_texts", "B10"),
    ),
    very_hidden=True,
)

UNDO_JOURNAL = Table(
    "undo_journal",
    (
        Column("operation", Kind.INTEGER, Role.WRITTEN, required=True),
        Column("table", role=Role.WRITTEN, required=True),
        Column("row", role=Role.WRITTEN, required=True),
        Column("column", role=Role.WRITTEN),
        Column("position", Kind.INTEGER, Role.WRITTEN),
        Column("old", role=Role.WRITTEN),
        Column("new", role=Role.WRITTEN),
    ),
)

UNDO_SHEET = Sheet("undo", tables=(UNDO_JOURNAL,), very_hidden=True)

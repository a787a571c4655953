"""Log: one row for every operation, enough to explain it, undo it and replay it; and what each action met last."""

from __future__ import annotations

from salesplan_xl.workbook.schema import Column, Kind, NamedCell, Options, Role, Settings, Sheet, Table

UNDO_KEEP = NamedCell("undo_keep", Kind.INTEGER, default=20, required=True, at_least=0)

LOG = Table(
    "log",
    (
        Column("number", Kind.INTEGER, Role.WRITTEN, required=True, key=True, width=9),
        Column("time", role=Role.WRITTEN, required=True, width=20),
        Column("user", role=Role.WRITTEN, width=14),
        Column("host", role=Role.WRITTEN, width=14),
        Column("version", role=Role.WRITTEN, width=9),
        Column("action", role=Role.WRITTEN, required=True, width=16),
        Column("options", role=Role.WRITTEN, width=44),
        Column("tables", role=Role.WRITTEN, width=24),
        Column("rows", Kind.INTEGER, Role.WRITTEN, width=9),
        Column("total_before", Kind.AMOUNT, Role.WRITTEN, width=17),
        Column("total_after", Kind.AMOUNT, Role.WRITTEN, width=17),
        Column("checksum_before", role=Role.WRITTEN, width=18),
        Column("checksum_after", role=Role.WRITTEN, width=18),
        Column("undoes", Kind.INTEGER, Role.WRITTEN, width=9),
    ),
)

PROBLEMS = Table(
    "problems",
    (
        Column("action", role=Role.WRITTEN, required=True, width=16),
        Column("sheet", role=Role.WRITTEN, width=15),
        Column("cell", role=Role.WRITTEN, width=9),
        Column("found", role=Role.WRITTEN, required=True, width=92),
        Column("expected", role=Role.WRITTEN, required=True, width=58),
        Column("what_to_do", role=Role.WRITTEN, required=True, width=78),
        Column("code", role=Role.WRITTEN, required=True, width=22),
    ),
)

LOG_SHEET = Sheet(
    "log",
    blocks=(Settings("log_settings", "B5", (UNDO_KEEP,), label_columns=2), Options("undo", "F5", label_columns=2)),
    tables=(LOG, PROBLEMS),
    tables_row=10,
    print_areas=("A1:H40", "I1:O40", "Q10:X40"),
)

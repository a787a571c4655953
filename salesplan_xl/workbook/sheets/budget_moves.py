"""What moves in a budget while the year goes on: amounts transferred, and the run rates that are needed."""

from __future__ import annotations

from salesplan_xl.workbook.schema import Column, Kind, Role, Table
from salesplan_xl.workbook.sheets.budget_dimensions import PERIOD, node_columns

_SMALLEST = 0.01

TRANSFERS = Table(
    "transfers",
    (
        *node_columns("from_"),
        *node_columns("to_"),
        PERIOD,
        Column("amount", Kind.AMOUNT, required=True, at_least=_SMALLEST, width=15),
        Column("reason", required=True, width=26),
        Column("owner", required=True, width=14),
        Column("date", Kind.DATE, width=12),
        Column("operation", Kind.INTEGER, Role.WRITTEN, width=12),
    ),
)

RUN_RATES = Table(
    "run_rates",
    (
        Column("level", role=Role.WRITTEN, required=True, key=True, choices="run_rate_level", width=11),
        Column("node", role=Role.WRITTEN, required=True, key=True, width=16),
        Column("budget", Kind.AMOUNT, Role.WRITTEN, width=16),
        Column("sold", Kind.AMOUNT, Role.WRITTEN, width=16),
        Column("left", Kind.AMOUNT, Role.WRITTEN, width=16),
        Column("months_left", Kind.INTEGER, Role.WRITTEN, width=12),
        Column("so_far", Kind.AMOUNT, Role.WRITTEN, width=16),
        Column("needed", Kind.AMOUNT, Role.WRITTEN, width=16),
        Column("times", Kind.SHARE, Role.WRITTEN, width=12),
        Column("best", Kind.AMOUNT, Role.WRITTEN, width=16),
        Column("can_reach", role=Role.WRITTEN, choices="yes_no", width=11),
        Column("missing", Kind.AMOUNT, Role.WRITTEN, width=16),
    ),
)

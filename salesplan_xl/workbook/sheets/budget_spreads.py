"""Spreads: what a planner asks of a part of the budget, one row each, by the methods the field knows."""

from __future__ import annotations

from salesplan_xl.workbook.schema import AS_TEXT, Column, Kind, Role, Table
from salesplan_xl.workbook.sheets.budget_dimensions import PERIOD, named, node_columns

REFERENCE_NODES = {**named("from_"), "period": "from_period"}
"""Columns that name the reference of a spread, by dimension."""

SPREADS = Table(
    "spreads",
    (
        *node_columns(),
        PERIOD,
        Column("method", required=True, choices="spread_method", width=17, requirements=("8.2",)),
        Column("amount", Kind.AMOUNT, width=15),
        Column("last_amount", Kind.AMOUNT, width=15),
        Column("percentage", Kind.SHARE, width=11),
        Column("pattern", number_format=AS_TEXT, width=14),
        *node_columns("from_"),
        Column("from_period", Kind.PERIOD, width=11),
        Column("reference", choices="spread_reference", width=11),
        Column("scope", choices="spread_scope", width=10),
        Column("zero_base", choices="zero_base", width=10),
        Column("at_least", Kind.AMOUNT, at_least=0, width=13),
        Column("at_most", Kind.AMOUNT, at_least=0, width=13),
        Column("reason", required=True, width=26, requirements=("8.10",)),
        Column("owner", required=True, width=14, requirements=("8.10",)),
        Column("date", Kind.DATE, width=12),
        Column("operation", Kind.INTEGER, Role.WRITTEN, width=10),
        Column("before", Kind.AMOUNT, Role.WRITTEN, width=16),
        Column("after", Kind.AMOUNT, Role.WRITTEN, width=16),
    ),
)

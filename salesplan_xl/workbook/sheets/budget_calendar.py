"""The budget by day or week: what phasing makes of the months of the budget lines."""

from __future__ import annotations

from salesplan_xl.workbook.schema import Column, Kind, Role, Table

BUDGET_CALENDAR = Table(
    "budget_calendar",
    (
        Column("calendar", role=Role.WRITTEN, choices="phase_calendar", width=13),
        Column("level", role=Role.WRITTEN, choices="run_rate_level", width=11),
        Column("node", role=Role.WRITTEN, required=True, key=True, width=16),
        Column("period", role=Role.WRITTEN, required=True, key=True, width=17, requirements=("8.5",)),
        Column("first_day", Kind.DATE, Role.WRITTEN, width=12, requirements=("8.5",)),
        Column("last_day", Kind.DATE, Role.WRITTEN, width=12, requirements=("8.5",)),
        Column("working_days", Kind.INTEGER, Role.WRITTEN, at_least=0, width=13, requirements=("8.5",)),
        Column("budget", Kind.AMOUNT, Role.WRITTEN, width=16, requirements=("8.5",)),
        Column("operation", Kind.INTEGER, Role.WRITTEN, width=12),
    ),
    open_ended=True,
)

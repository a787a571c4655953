"""Preview: what an action would change in the budget, by every part of the plan that it concerns."""

from __future__ import annotations

from salesplan_xl.workbook.schema import Column, Kind, Role, Table

BUDGET_PREVIEW = Table(
    "budget_preview",
    (
        Column("action", role=Role.WRITTEN, required=True, width=13),
        Column("level", role=Role.WRITTEN, required=True, key=True, choices="preview_level", width=11),
        Column("node", role=Role.WRITTEN, required=True, key=True, width=18),
        Column("before", Kind.AMOUNT, Role.WRITTEN, width=16),
        Column("after", Kind.AMOUNT, Role.WRITTEN, width=16),
        Column("change", Kind.AMOUNT, Role.WRITTEN, width=15),
        Column("share", Kind.SHARE, Role.WRITTEN, width=11),
    ),
)

"""What the planner says that a new rep or territory sells, where no history does."""

from __future__ import annotations

from salesplan_xl.workbook.schema import Column, Kind, Table

BUDGET_PRIORS = Table(
    "budget_priors",
    (
        Column("territory", suggests="territories.territory", width=16, requirements=("8.6",)),
        Column("rep", suggests="team.rep", width=12, requirements=("8.7",)),
        Column("amount", Kind.AMOUNT, required=True, at_least=0, width=16, requirements=("8.3",)),
        Column("instead", choices="yes_no", width=18),
        Column("reason", required=True, width=26, requirements=("8.3",)),
        Column("owner", width=14, requirements=("8.3",)),
    ),
)

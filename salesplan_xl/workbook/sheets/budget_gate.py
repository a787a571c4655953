"""The two sides of the budget: what it asks of reps and products, and what their minutes and capacity can carry."""

from __future__ import annotations

from salesplan_xl.workbook.schema import Column, Kind, Role, Table

_MINUTES = "#,##0"


def _of_gate(column: str) -> str:
    """The sum of a column of the gate over the months of a row's rep; their total stands in a row without a month."""
    return f'ROUND(SUMIFS({{gate.{column}}},{{gate.rep}},{{rep}},{{gate.period}},">0"),2)'


CAPACITY_BY_REP = Table(
    "capacity_by_rep",
    (
        Column("rep", role=Role.WRITTEN, key=True, required=True, width=16),
        Column(
            "quota",
            Kind.AMOUNT,
            Role.FORMULA,
            formula="ROUND(SUMIFS({budget_lines.budget},{budget_lines.rep},{rep},"
            '{budget_lines.held},"<>"&{choice:held.closed}),2)',
            width=18,
            requirements=("8.7",),
        ),
        Column(
            "capacity", Kind.AMOUNT, Role.FORMULA, formula=_of_gate("capacity"), width=20, requirements=("1.3", "7.6")
        ),
        Column("quota_load", Kind.SHARE, Role.FORMULA, formula='IF({capacity}=0,"",{quota}/{capacity})', width=15),
        Column(
            "minutes_needed",
            Kind.NUMBER,
            Role.FORMULA,
            formula=_of_gate("minutes_needed"),
            width=17,
            number_format=_MINUTES,
            requirements=("7.6",),
        ),
        Column(
            "minutes_there",
            Kind.NUMBER,
            Role.FORMULA,
            formula=_of_gate("minutes_there"),
            width=19,
            number_format=_MINUTES,
            requirements=("7.6",),
        ),
        Column(
            "visit_load",
            Kind.SHARE,
            Role.FORMULA,
            formula='IF({minutes_there}=0,"",{minutes_needed}/{minutes_there})',
            width=15,
        ),
    ),
    follows="team.rep",
)

_FLAG = Column("flag", role=Role.WRITTEN, required=True, choices="capacity_flag", width=11, requirements=("1.3",))
_REASON = Column("reason", role=Role.WRITTEN, required=True, width=66, requirements=("1.3",))

GATE = Table(
    "gate",
    (
        Column("rep", role=Role.WRITTEN, required=True, refers="team.rep", width=12, requirements=("8.7",)),
        Column("period", Kind.PERIOD, Role.WRITTEN, width=11),
        Column("quota", Kind.AMOUNT, Role.WRITTEN, required=True, width=16, requirements=("8.7",)),
        Column("sold_before", Kind.AMOUNT, Role.WRITTEN, width=18),
        Column("visits", Kind.NUMBER, Role.WRITTEN, width=9, number_format="#,##0.0", requirements=("7.6",)),
        Column(
            "minutes_needed", Kind.NUMBER, Role.WRITTEN, width=16, number_format=_MINUTES, requirements=("1.3", "7.6")
        ),
        Column(
            "minutes_there", Kind.NUMBER, Role.WRITTEN, width=18, number_format=_MINUTES, requirements=("1.3", "7.6")
        ),
        Column("visit_load", Kind.SHARE, Role.WRITTEN, width=11, requirements=("1.3", "7.6")),
        Column("visits_from", role=Role.WRITTEN, choices="visits_from", width=12),
        Column("per_hour", Kind.AMOUNT, Role.WRITTEN, width=14),
        Column("per_hour_from", role=Role.WRITTEN, choices="per_hour_from", width=16),
        Column("capacity", Kind.AMOUNT, Role.WRITTEN, width=18, requirements=("1.3",)),
        Column("quota_load", Kind.SHARE, Role.WRITTEN, width=12, requirements=("1.3",)),
        Column("per_visit", Kind.AMOUNT, Role.WRITTEN, width=14),
        _FLAG,
        _REASON,
    ),
    open_ended=True,
)

GATE_PRODUCTS = Table(
    "gate_products",
    (
        Column("product", role=Role.WRITTEN, width=28, requirements=("1.3",)),
        Column("territory", role=Role.WRITTEN, width=16),
        Column("period", Kind.PERIOD, Role.WRITTEN, width=11),
        Column("budget", Kind.AMOUNT, Role.WRITTEN, width=16, requirements=("1.3",)),
        Column("capacity", Kind.AMOUNT, Role.WRITTEN, width=16, requirements=("1.3",)),
        Column("quantity", Kind.NUMBER, Role.WRITTEN, width=12, number_format="#,##0.0", requirements=("1.3",)),
        Column(
            "quantity_capacity", Kind.NUMBER, Role.WRITTEN, width=17, number_format="#,##0.##", requirements=("1.3",)
        ),
        Column("load", Kind.SHARE, Role.WRITTEN, width=9, requirements=("1.3",)),
        _FLAG,
        _REASON,
    ),
)

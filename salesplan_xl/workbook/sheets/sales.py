"""Sales: order lines, the history to plan from and the actuals to compare with."""

from __future__ import annotations

from salesplan_xl.workbook.schema import Column, Kind, Role, Sheet, Table

_LINE = Role.WRITTEN

SALES = Table(
    "sales",
    (
        Column("order", role=_LINE, required=True, key=True, width=12, requirements=("10.2",)),
        Column("line", role=_LINE, required=True, key=True, width=10),
        Column("date", Kind.DATE, _LINE, required=True, width=12, requirements=("8.9", "10.2")),
        Column("customer", role=_LINE, required=True, width=12, requirements=("3.9",)),
        Column("product", role=_LINE, width=24, requirements=("8.4",)),
        Column("territory", role=_LINE, required=True, refers="territories.territory", width=16),
        Column("rep", role=_LINE, required=True, refers="team.rep", width=10),
        Column("quantity", Kind.NUMBER, _LINE, width=10, requirements=("3.9", "10.2")),
        Column("unit_price", Kind.NUMBER, _LINE, width=12, requirements=("10.2",)),
        Column("amount", Kind.AMOUNT, _LINE, required=True, width=14, requirements=("3.9", "10.2")),
        Column("cost", Kind.AMOUNT, _LINE, width=14, requirements=("10.2",)),
        Column("family", role=_LINE, width=18, requirements=("8.4",)),
    ),
    open_ended=True,
)

SALES_SHEET = Sheet(
    "sales",
    tables=(SALES,),
    print_areas=("A1:M44",),
)

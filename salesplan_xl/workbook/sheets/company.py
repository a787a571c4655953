"""1 Company: for now what the company can produce and serve, which the budget is compared with."""

from __future__ import annotations

from salesplan_xl.workbook.schema import Column, Kind, Sheet, Table

CAPACITY = Table(
    "capacity",
    (
        Column("product", width=28, requirements=("1.3",)),
        Column("territory", suggests="territories.territory", width=16, requirements=("1.3",)),
        Column("period", Kind.PERIOD, width=11, requirements=("1.3",)),
        Column("amount", Kind.AMOUNT, at_least=0, width=16, requirements=("1.3",)),
        Column("quantity", Kind.NUMBER, at_least=0, width=13, number_format="#,##0.##", requirements=("1.3",)),
        Column("owner", width=16),
        Column("note", width=36),
    ),
)

COMPANY_SHEET = Sheet(
    "company",
    step=1,
    tables=(CAPACITY,),
    progress='SUMPRODUCT((({capacity.amount}<>"")+({capacity.quantity}<>"")>0)*1)',
    print_areas=("A1:H40",),
)

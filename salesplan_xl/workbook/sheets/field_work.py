"""7 Field work: for now the master list of territories, which sales and budget are checked against."""

from __future__ import annotations

from salesplan_xl.workbook.schema import Column, Sheet, Table

TERRITORIES = Table(
    "territories",
    (
        Column("territory", required=True, key=True, width=20, requirements=("7.2", "8.1", "8.6")),
        Column("country", width=14, requirements=("7.2",)),
        Column("region", width=20, requirements=("8.6",)),
    ),
)

FIELD_WORK_SHEET = Sheet(
    "field_work",
    step=7,
    tables=(TERRITORIES,),
    progress='COUNTIF({territories.territory},"?*")',
    print_areas=("A1:H40",),
)

"""4 Customers: the contact base, where each record came from, and who looks after whom."""

from __future__ import annotations

from salesplan_xl.workbook.criteria import equal_to
from salesplan_xl.workbook.schema import Column, Kind, Role, Sheet, Table

SOURCES = Table(
    "sources",
    (
        Column("source", required=True, key=True, width=22, requirements=("4.4",)),
        Column(
            "source_class",
            choices="source_class",
            required=True,
            width=20,
            requirements=("4.4", "4.5", "4.6", "4.7", "4.8", "4.9"),
        ),
        Column("owner", width=16, requirements=("4.7",)),
        Column("collected_on", Kind.DATE, width=14, requirements=("4.7",)),
        Column(
            "customers",
            Kind.INTEGER,
            Role.FORMULA,
            formula=f'IF({{source}}="",0,COUNTIFS({{customers.source}},{equal_to("{source}")}))',
            width=11,
            requirements=("4.2", "4.4"),
        ),
    ),
)

CUSTOMERS = Table(
    "customers",
    (
        Column("customer", required=True, key=True, width=12, requirements=("3.1",)),
        Column("name", required=True, width=32, requirements=("3.1",)),
        Column("person_type", choices="person_type", width=13, requirements=("3.7",)),
        Column("sector", width=22, requirements=("3.2",)),
        Column("link", choices="link", width=11, requirements=("3.8",)),
        Column("since", Kind.DATE, width=12, requirements=("3.8",)),
        Column("purchase_habit", width=18, requirements=("3.10",)),
        Column("consumption_habit", width=18, requirements=("3.10",)),
        Column("contact", width=18, requirements=("4.3",)),
        Column("phone", width=14, requirements=("4.3",)),
        Column("email", width=20, requirements=("4.3",)),
        Column("consent", choices="consent", width=12, requirements=("4.3",)),
        Column("address", width=22, requirements=("4.3", "7.2")),
        Column("city", width=18, requirements=("4.3",)),
        Column("postal_code", width=13, requirements=("4.3",)),
        Column(
            "latitude", Kind.NUMBER, at_least=-90, at_most=90, width=10, number_format="0.0000", requirements=("7.2",)
        ),
        Column(
            "longitude",
            Kind.NUMBER,
            at_least=-180,
            at_most=180,
            width=10,
            number_format="0.0000",
            requirements=("7.2",),
        ),
        Column("territory", refers="territories.territory", width=16, requirements=("8.1", "8.8")),
        Column("rep", refers="team.rep", width=10, requirements=("8.1", "8.8")),
        Column("source", refers="sources.source", width=22, requirements=("4.4", "4.10")),
        Column("potential", Kind.AMOUNT, at_least=0, width=15, requirements=("8.6",)),
        Column("note", width=24, requirements=("3.11",)),
        Column("segment", role=Role.WRITTEN, width=22, requirements=("3.1", "3.12")),
        Column("last_order", Kind.DATE, Role.WRITTEN, width=12, requirements=("3.8",)),
        Column("recency_days", Kind.INTEGER, Role.WRITTEN, at_least=0, width=21, requirements=("3.8",)),
        Column("orders", Kind.INTEGER, Role.WRITTEN, at_least=0, width=10, requirements=("3.10",)),
        Column("sales", Kind.AMOUNT, Role.WRITTEN, width=15, requirements=("3.9",)),
        Column("recency_score", Kind.INTEGER, Role.WRITTEN, at_least=1, width=15, requirements=("3.8",)),
        Column("frequency_score", Kind.INTEGER, Role.WRITTEN, at_least=1, width=16, requirements=("3.10",)),
        Column("value_score", Kind.INTEGER, Role.WRITTEN, at_least=1, width=12, requirements=("3.9",)),
        Column("abc", role=Role.WRITTEN, width=8, requirements=("3.9",)),
    ),
    open_ended=True,
)

CUSTOMERS_SHEET = Sheet(
    "customers",
    step=4,
    tables=(SOURCES, CUSTOMERS),
    progress='COUNTIF({customers.customer},"?*")',
    print_areas=("A1:F30", "H1:T45", "U1:AD45", "AE1:AM45"),
)

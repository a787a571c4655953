"""3 Segments: who the customers are, in rules a salesperson can read, and how many and how much each segment is."""

from __future__ import annotations

from salesplan_xl.workbook.schema import (
    Chart,
    ChartKind,
    Column,
    Fact,
    Facts,
    Grid,
    Kind,
    Options,
    Role,
    Sheet,
    Table,
)
from salesplan_xl.workbook.sheets.customers import CUSTOMERS

RULE_OPERATORS = {
    "equal": "=",
    "different": "<>",
    "more": ">",
    "at_least": ">=",
    "less": "<",
    "at_most": "<=",
    "between": "between",
    "one_of": "in",
    "contains": "contains",
    "blank": "is blank",
    "not_blank": "is not blank",
}
"""What the choices of the operators are called in core."""

BEHAVIOUR = (
    "recency_days",
    "orders",
    "sales",
    "recency_score",
    "frequency_score",
    "value_score",
    "abc",
)
"""Columns of customers that are worked out from their orders and that rules may ask for."""

RULE_COLUMNS = (
    "person_type",
    "sector",
    "link",
    "since",
    "purchase_habit",
    "consumption_habit",
    "consent",
    "city",
    "postal_code",
    "territory",
    "rep",
    "source",
    "note",
    *BEHAVIOUR,
)
"""Columns of customers that rules may ask for."""

MAP_SEGMENTS = 8
"""How many segments have a colour of their own on the map."""

MAP_ASPECT = 2.69
"""Width by height of what is drawn on the map: 0.98 of 1,020 pixels by 0.745 of 500."""

MAP_COLOURS = tuple(f"north_{letter}" for letter in "abcdefgh"[:MAP_SEGMENTS])
"""Columns of the map: how far north a customer stands is in the column of the customer's segment."""


def _counted(condition: str) -> str:
    """How many customers of a row's segment meet a condition; not COUNTIFS, to which a name may be a pattern."""
    return f'IF({{segment}}="",0,SUMPRODUCT(({{customers.segment}}={{segment}})*({condition})))'


_SALES_IN_CUSTOMERS = "ROUND(SUM({customers.sales}),2)"

SEGMENTS = Table(
    "segments",
    (
        Column("segment", role=Role.WRITTEN, required=True, key=True, width=34, requirements=("3.12",)),
        Column(
            "customers",
            Kind.INTEGER,
            Role.FORMULA,
            formula=_counted('{customers.customer}<>""'),
            width=16,
            requirements=("3.12", "4.2"),
        ),
        Column(
            "share",
            Kind.SHARE,
            Role.FORMULA,
            formula='IF({cell:segment_totals.customers}=0,"",{customers}/{cell:segment_totals.customers})',
            width=11,
            requirements=("3.12",),
        ),
        Column(
            "persons",
            Kind.INTEGER,
            Role.FORMULA,
            formula=_counted("{customers.person_type}={choice:person_type.natural}"),
            width=10,
            requirements=("3.7", "4.2"),
        ),
        Column(
            "organisations",
            Kind.INTEGER,
            Role.FORMULA,
            formula=_counted("{customers.person_type}={choice:person_type.legal}"),
            width=14,
            requirements=("3.7", "4.2"),
        ),
        Column(
            "sales",
            Kind.AMOUNT,
            Role.FORMULA,
            # orders of customers nobody entered have a row of their own, so that the rows add up to all sales
            formula='IF({segment}="",0,IF({segment}={text:not_in_customers},'
            f"ROUND({{cell:segment_totals.sales}}-{_SALES_IN_CUSTOMERS},2),"
            "ROUND(SUMPRODUCT(({customers.segment}={segment})*{customers.sales}),2)))",
            width=16,
            requirements=("3.9", "3.12"),
        ),
        Column(
            "sales_share",
            Kind.SHARE,
            Role.FORMULA,
            formula='IF({cell:segment_totals.sales}=0,"",{sales}/{cell:segment_totals.sales})',
            width=15,
            requirements=("3.12",),
        ),
        Column(
            "mean_sales",
            Kind.AMOUNT,
            Role.FORMULA,
            formula='IF({customers}=0,"",ROUND({sales}/{customers},2))',
            width=15,
            requirements=("3.12",),
        ),
        Column("expectation", width=34, requirements=("3.4",)),
        Column("best_action", width=54, requirements=("3.4",)),
    ),
)

SEGMENT_RULES = Table(
    "segment_rules",
    (
        Column("rule", Kind.INTEGER, required=True, at_least=1, at_most=9999, width=8, requirements=("3.3",)),
        Column("segment", required=True, width=22, requirements=("3.3", "3.12")),
        Column("column", choices="rule_column", required=True, width=24, requirements=("3.3",)),
        Column("operator", choices="rule_operator", required=True, width=14, requirements=("3.3",)),
        Column("value", width=34, requirements=("3.3",)),
        Column("second", width=14, requirements=("3.3",)),
        Column("meeting", Kind.INTEGER, Role.WRITTEN, width=11, requirements=("3.3",)),
        Column("deciding", Kind.INTEGER, Role.WRITTEN, width=13, requirements=("3.3",)),
    ),
)

SEGMENT_TOTALS = Facts(
    "segment_totals",
    "B5",
    (
        Fact("customers", Kind.INTEGER, 'SUMPRODUCT(({customers.customer}<>"")*1)'),
        Fact("customers_in_segments", Kind.INTEGER, "SUM({segments.customers})"),
        Fact(
            "sales",
            Kind.AMOUNT,
            "ROUND(SUMPRODUCT(({sales.date}>=EDATE({name:plan_start},-{name:segment_history_months}))"
            "*({sales.date}<{name:plan_start})*{sales.amount}),2)",
        ),
        Fact("sales_in_segments", Kind.AMOUNT, "ROUND(SUM({segments.sales}),2)"),
        Fact("without_action", Kind.INTEGER, 'SUMPRODUCT(({segments.segment}<>"")*({segments.best_action}=""))'),
    ),
)

SEGMENT_CLASSES = Grid(
    "segment_classes",
    "W5",
    (
        Column("number", Kind.INTEGER, Role.FORMULA, formula="{above:number}+1", width=10),
        Column(
            "segment",
            role=Role.FORMULA,
            formula='IF({number}>ROWS({segments.segment}),"",INDEX({segments.segment},{number})&"")',
            width=22,
        ),
        Column(
            "sales",
            Kind.AMOUNT,
            Role.FORMULA,
            formula='IF({segment}="","",INDEX({segments.sales},{number}))',
            width=16,
        ),
        Column(
            "abc",
            role=Role.FORMULA,
            formula='IF(SUM({grid:segment_classes.sales})=0,"",SP_ABC({grid:segment_classes.sales},'
            "{name:segment_share_a},{name:segment_share_b}))",
            array=1,
            width=10,
        ),
    ),
    rows=MAP_SEGMENTS,
    first="1",
)

TRY_ORDERS = Grid(
    "try_orders",
    "AB5",
    (
        Column("customer", defaults=("Ana", "Ana", "Ana", "Ben", "Ben", "Cleo", "Cleo"), width=11),
        Column("days_ago", Kind.INTEGER, defaults=(20, 80, 140, 45, 200, 300, 420), width=11),
        Column("amount", Kind.AMOUNT, defaults=(5000, 4000, 6000, 900, 1100, 300, 200), width=12),
        Column(
            "date",
            Kind.DATE,
            Role.FORMULA,
            formula='IF({days_ago}="","",{name:plan_start}-{days_ago})',
            width=12,
        ),
    ),
    rows=7,
)

TRY_SCORES = Grid(
    "try_scores",
    "AG5",
    (
        Column(
            "scores",
            role=Role.FORMULA,
            formula="SP_RFM({grid:try_orders.customer},{grid:try_orders.date},{grid:try_orders.amount},"
            "{name:plan_start},{name:segment_bins})",
            array=7,
            width=11,
        ),
        *(
            Column(f"scores_{part}", role=Role.FORMULA, width=13)
            for part in ("days", "orders", "amount", "recency", "frequency", "value")
        ),
    ),
    rows=4,  # headers and three customers
)

_TRIED: dict[str, tuple[float | str | None, ...]] = {
    "person_type": ("legal", "legal"),
    "link": ("active", "prospect"),
    "recency_days": (30,),
    "orders": (6, 0),
    "sales": (50_000, 0),
    "recency_score": (4,),
    "frequency_score": (4,),
    "value_score": (4,),
    "abc": ("B",),
}


def _trait(column_id: str) -> Column:
    """A column of customers, to be typed for a customer that is tried."""
    like = CUSTOMERS.column(column_id)
    tried = _TRIED.get(column_id, ())
    own_id = "customer_note" if column_id == "note" else column_id  # a grid's note is the sentence below it
    return Column(own_id, like.kind, choices=like.choices, defaults=tried, width=max(like.width, 12))


TRY_CUSTOMERS = Grid(
    "try_customers",
    "W18",
    (
        Column(
            "segment",
            role=Role.FORMULA,
            formula='IF(SUM({segment_rules.rule})=0,"",'
            "SP_SEGMENT({headed:try_customers.person_type:abc},{all:segment_rules}))",
            array=1,
            width=22,
        ),
        *map(_trait, RULE_COLUMNS),
    ),
    rows=2,
)

SEGMENTS_SHEET = Sheet(
    "segments",
    step=3,
    blocks=(
        SEGMENT_TOTALS,
        Options("segment", "B13"),
        Chart("segment_sizes", "E5", ChartKind.BAR, "segments", "segment", ("customers",), columns=5, rows=24),
        Chart("segment_values", "J5", ChartKind.BAR, "segments", "segment", ("sales",), columns=2, rows=24),
        Chart(
            "segment_map",
            "N5",
            ChartKind.MAP,
            "customer_map",
            "east",
            MAP_COLOURS,
            columns=8,
            rows=25,
            names="map_legend.segment",
            outline="map_outline",
        ),
        SEGMENT_CLASSES,
        TRY_ORDERS,
        TRY_SCORES,
        TRY_CUSTOMERS,
    ),
    tables=(SEGMENTS, SEGMENT_RULES),
    tables_row=31,
    progress='COUNTIF({segment_rules.segment},"?*")',
    print_areas=("A1:K56", "M1:U66", "V1:AM15"),
)

_PLACE = "0.0000"

CUSTOMER_MAP = Table(
    "customer_map",
    (
        Column("customer", role=Role.WRITTEN, required=True, key=True),
        Column("east", Kind.NUMBER, Role.WRITTEN, number_format=_PLACE),
        *(Column(colour, Kind.NUMBER, Role.WRITTEN, number_format=_PLACE) for colour in MAP_COLOURS),
    ),
)

MAP_LEGEND = Table(
    "map_legend",
    (
        Column("position", Kind.INTEGER, Role.WRITTEN, required=True, key=True),
        Column("segment", role=Role.WRITTEN, width=24),
    ),
)

MAP_OUTLINE = Table(
    "map_outline",
    (
        Column("piece", Kind.INTEGER, Role.WRITTEN, required=True),
        Column("east", Kind.NUMBER, Role.WRITTEN, number_format=_PLACE),
        Column("north", Kind.NUMBER, Role.WRITTEN, number_format=_PLACE),
    ),
)

MAP_SHEET = Sheet("map", tables=(CUSTOMER_MAP, MAP_LEGEND, MAP_OUTLINE), very_hidden=True)
"""What the map of customers is drawn from: places as parts of its width and height, from 0 to 1. A blank place between
pieces of land breaks the line."""

"""Cell functions of the segments step."""

from __future__ import annotations

from salesplan_xl.functions.segments import class_values, score_customers, segment_customers
from salesplan_xl.functions.specification import Argument, Blank, FunctionSpecification, Kind

ABC = FunctionSpecification(
    name="SP_ABC",
    help="Classes values A, B or C by their cumulative share, the largest first; the one that crosses a cut is above.",
    arguments=(
        Argument("values", Kind.AMOUNTS, "Values of zero or more; blank cells stay blank.", blank=Blank.KEPT),
        Argument(
            "a", Kind.NUMBER, "Share of the total that class A has, 0.8 if left out.", optional=True, default=0.80
        ),
        Argument(
            "b",
            Kind.NUMBER,
            "Share of the total that A and B have together, 0.95 if left out.",
            optional=True,
            default=0.95,
        ),
    ),
    compute=class_values,
    along="values",
)

RFM = FunctionSpecification(
    name="SP_RFM",
    help="Gives recency, frequency and amount of each customer and their scores, 1 the worst; "
    "customers equal in a measure have equal scores.",
    arguments=(
        Argument(
            "ids",
            Kind.LABELS,
            "The customer of each order, in one row or column; rows blank throughout are passed over.",
            blank=Blank.KEPT,
        ),
        Argument(
            "dates",
            Kind.DATES,
            "The day of each order, in a range of the same shape.",
            blank=Blank.KEPT,
            shape_of="ids",
        ),
        Argument(
            "amounts",
            Kind.AMOUNTS,
            "The amount of each order, returns negative, in a range of the same shape.",
            blank=Blank.KEPT,
            shape_of="ids",
        ),
        Argument("asof", Kind.DATE, "The day to look back from; no order may be later."),
        Argument(
            "bins",
            Kind.INTEGER,
            "Highest score, 5 if left out; a measure with fewer different values has as many scores as values.",
            optional=True,
            default=5,
        ),
    ),
    compute=score_customers,
)

SEGMENT = FunctionSpecification(
    name="SP_SEGMENT",
    help="Names the segment of each customer: that of the first rule met, or Unassigned.",
    arguments=(
        Argument("customers", Kind.TABLE, "Customers with their header row."),
        Argument(
            "rules",
            Kind.TABLE,
            "Rows of segment, column, operator, value, value2 with their header row, and rule for its number; "
            "rows of one segment and number must all be met.",
        ),
    ),
    compute=segment_customers,
)

FUNCTIONS = (ABC, RFM, SEGMENT)

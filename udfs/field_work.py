"""Cell functions of the field work step."""

from __future__ import annotations

from salesplan_xl.functions.spans import working_days_through
from salesplan_xl.functions.specification import Argument, Blank, FunctionSpecification, Kind

WORKDAYS = FunctionSpecification(
    name="SP_WORKDAYS",
    help="Counts the working days of a span, first and last day included, less public holidays.",
    arguments=(
        Argument("start", Kind.DATES, "First day of the span, or a range of first days.", blank=Blank.KEPT),
        Argument(
            "finish",
            Kind.DATES,
            "Last day of the span, itself counted, or a range of last days of the same shape.",
            blank=Blank.KEPT,
            shape_of="start",
        ),
        Argument(
            "country", Kind.TEXT, 'Country of the public holidays, such as "US"; none if left out.', optional=True
        ),
        Argument("subdivision", Kind.TEXT, 'State or region with its own holidays, such as "CA".', optional=True),
        Argument(
            "week",
            Kind.TEXT,
            'Seven digits, Monday first, 1 for a working day; "1111100" if left out.',
            optional=True,
            default="1111100",
        ),
    ),
    compute=working_days_through,
    along="start",
)

FUNCTIONS = (WORKDAYS,)

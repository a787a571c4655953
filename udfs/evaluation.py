"""Cell functions of the evaluation step."""

from __future__ import annotations

from salesplan_xl.functions.amounts import compare_amounts
from salesplan_xl.functions.specification import Argument, Blank, FunctionSpecification, Kind

VARIANCE = FunctionSpecification(
    name="SP_VARIANCE",
    help="Gives the variance of actual from budget and its share of the budget, favourable positive.",
    arguments=(
        Argument(
            "actual", Kind.AMOUNTS, "Actual amounts in one row or column; blank where not known.", blank=Blank.KEPT
        ),
        Argument(
            "budget",
            Kind.AMOUNTS,
            "Budget amounts in a range of the same shape; blank where there is none.",
            blank=Blank.KEPT,
            shape_of="actual",
        ),
        Argument(
            "kind",
            Kind.CHOICE,
            '"revenue" if more than the budget is favourable, "cost" if less is; revenue if left out.',
            optional=True,
            default="revenue",
            choices=("revenue", "cost"),
        ),
    ),
    compute=compare_amounts,
    along="actual",
)

FUNCTIONS = (VARIANCE,)

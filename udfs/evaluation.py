"""Cell functions of the evaluation step."""

from __future__ import annotations

from salesplan_xl.functions.amounts import compare_amounts
from salesplan_xl.functions.evaluation import decompose_amounts, flag_amounts, rank_drivers
from salesplan_xl.functions.specification import Argument, Blank, FunctionSpecification, Kind

BUDGET = Argument(
    "budget",
    Kind.AMOUNTS,
    "Budget amounts in a range of the same shape; blank where there is none.",
    blank=Blank.KEPT,
    shape_of="actual",
)

KIND = Argument(
    "kind",
    Kind.CHOICE,
    '"revenue" if more than the budget is favourable, "cost" if less is; revenue if left out.',
    optional=True,
    default="revenue",
    choices=("revenue", "cost"),
)

VARIANCE = FunctionSpecification(
    name="SP_VARIANCE",
    help="Gives the variance of actual from budget and its share of the budget, favourable positive.",
    arguments=(
        Argument(
            "actual", Kind.AMOUNTS, "Actual amounts in one row or column; blank where not known.", blank=Blank.KEPT
        ),
        BUDGET,
        KIND,
    ),
    compute=compare_amounts,
    along="actual",
)

FLAG = FunctionSpecification(
    name="SP_FLAG",
    help='Flags each variance: "act" where it meets the smallest amount and share, "watch" where it meets half of '
    'them, else "ok".',
    arguments=(
        Argument("actual", Kind.AMOUNTS, "Actual amounts; blank where not known.", blank=Blank.KEPT),
        BUDGET,
        Argument(
            "min_amount",
            Kind.AMOUNT,
            "Smallest variance that matters, zero or more; the amount is not looked at if left out.",
            optional=True,
        ),
        Argument(
            "min_share",
            Kind.NUMBER,
            "Smallest variance that matters as a share of the budget, 0.1 (a tenth) if left out.",
            optional=True,
            default=0.1,
        ),
        KIND,
        Argument(
            "mode",
            Kind.CHOICE,
            '"and" if both amount and share must be met, "or" if one is enough; and if left out.',
            optional=True,
            default="and",
            choices=("and", "or"),
        ),
    ),
    compute=flag_amounts,
    along="actual",
)

PVM = FunctionSpecification(
    name="SP_PVM",
    help="Splits actual less budget into price, quantity, mix and difference, a row per product and a total, in "
    "cents that add up; products that are new or dropped stand under mix.",
    arguments=(
        Argument("budget_qty", Kind.NUMBERS, "Budgeted quantities in one row or column, all in the same unit."),
        Argument(
            "budget_price",
            Kind.AMOUNTS,
            "Budgeted price, or margin, of one; blank only where no quantity is budgeted.",
            blank=Blank.KEPT,
            shape_of="budget_qty",
        ),
        Argument("actual_qty", Kind.NUMBERS, "Quantities sold; zero where nothing was.", shape_of="budget_qty"),
        Argument(
            "actual_price",
            Kind.AMOUNTS,
            "Average price, or margin, of one sold; blank only where nothing was sold.",
            blank=Blank.KEPT,
            shape_of="budget_qty",
        ),
    ),
    compute=decompose_amounts,
    along="budget_qty",
)

DRIVERS = FunctionSpecification(
    name="SP_DRIVERS",
    help="Ranks what moved the result: label, variance and its share of the whole variance, the largest first.",
    arguments=(
        Argument(
            "labels", Kind.LABELS, "Who or what the amounts belong to, in one row or column; equal ones are added up."
        ),
        Argument("budget", Kind.AMOUNTS, "Budget amounts in a range of the same shape.", shape_of="labels"),
        Argument("actual", Kind.AMOUNTS, "Actual amounts in a range of the same shape.", shape_of="labels"),
        Argument(
            "top", Kind.INTEGER, "How many to show before one row for all others; all if left out.", optional=True
        ),
    ),
    compute=rank_drivers,
    along="labels",
)

FUNCTIONS = (VARIANCE, FLAG, PVM, DRIVERS)

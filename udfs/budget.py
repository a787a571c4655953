"""Cell functions of the budget step."""

from __future__ import annotations

from salesplan_xl.core.money import CENT
from salesplan_xl.functions.amounts import round_amounts, spread_amount
from salesplan_xl.functions.specification import Argument, Blank, FunctionSpecification, Kind

UNIT = Argument(
    "unit",
    Kind.NUMBER,
    "Smallest unit of the amounts, 0.01 if left out; 1 for whole numbers.",
    optional=True,
    default=CENT,
)

SPREAD = FunctionSpecification(
    name="SP_SPREAD",
    help="Shares a total over weights so that the parts add up exactly; cells you hold keep their amount.",
    arguments=(
        Argument("total", Kind.AMOUNT, "Amount to share, a whole number of the unit, of any sign."),
        Argument("weights", Kind.NUMBERS, "Relative sizes of the parts; a part without weight needs a zero."),
        Argument(
            "held",
            Kind.AMOUNTS,
            "Amounts that stay, in a range of the same shape; blank cells are free.",
            optional=True,
            blank=Blank.KEPT,
            shape_of="weights",
        ),
        UNIT,
        Argument(
            "zero",
            Kind.CHOICE,
            'What to do when no free cell has a weight: "error", "equal" parts, or "leave" them at zero.',
            optional=True,
            default="error",
            choices=("error", "equal", "leave"),
        ),
    ),
    compute=spread_amount,
    along="weights",
)

ROUND = FunctionSpecification(
    name="SP_ROUND",
    help="Rounds amounts so that their sum holds; in a table every row and column keeps its rounded sum.",
    arguments=(
        Argument("values", Kind.AMOUNTS, "Amounts to round; blank cells stay blank.", blank=Blank.KEPT),
        Argument("total", Kind.AMOUNT, "What they must add up to; their own sum, rounded, if left out.", optional=True),
        UNIT,
    ),
    compute=round_amounts,
    along="values",
)

FUNCTIONS = (SPREAD, ROUND)

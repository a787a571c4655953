"""Cell functions of the budget step."""

from __future__ import annotations

from salesplan_xl.core.money import CENT
from salesplan_xl.functions.amounts import round_amounts, spread_amount
from salesplan_xl.functions.budget import catch_up_amounts, fit_amounts, share_months, split_by_pattern
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

FIT = FunctionSpecification(
    name="SP_FIT",
    help="Fits a table to its row and column totals, exactly and as near to the seed in proportion as can be; "
    "cells you hold keep their amount.",
    arguments=(
        Argument(
            "seed", Kind.NUMBERS, "Relative sizes of the cells, such as last year's sales; a cell outside needs a zero."
        ),
        Argument("row_totals", Kind.AMOUNTS, "What each row must add up to, zero or more, in one row or column."),
        Argument("col_totals", Kind.AMOUNTS, "What each column must add up to; their sum is that of the rows."),
        Argument(
            "held",
            Kind.AMOUNTS,
            "Amounts that stay, zero or more, in a range of the same shape; blank cells are free.",
            optional=True,
            blank=Blank.KEPT,
            shape_of="seed",
        ),
        UNIT,
    ),
    compute=fit_amounts,
    along="seed",
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

PATTERN = FunctionSpecification(
    name="SP_PATTERN",
    help="Splits a total over periods by a pattern that repeats, such as 4-4-5, so that the parts add up exactly.",
    arguments=(
        Argument("total", Kind.AMOUNT, "Amount to split, a whole number of the unit, of any sign."),
        Argument("periods", Kind.INTEGER, "How many periods, such as 12; the last turn of the pattern may be cut."),
        Argument("pattern", Kind.TEXT, 'Weights of the periods as text, such as "4-4-5" or "1-2-1".'),
        UNIT,
    ),
    compute=split_by_pattern,
)

SEASON = FunctionSpecification(
    name="SP_SEASON",
    help="Gives the share of a year that each calendar month brings, January first; the twelve add up to 1.",
    arguments=(
        Argument(
            "dates",
            Kind.DATES,
            "Day of each value, in one row or column that reaches over twelve months or more; rows blank throughout "
            "are passed over.",
            blank=Blank.KEPT,
        ),
        Argument(
            "values",
            Kind.AMOUNTS,
            "What each day brought, in a range of the same shape; every month from the first day to the last counts as "
            "whole.",
            blank=Blank.KEPT,
            shape_of="dates",
        ),
    ),
    compute=share_months,
    along="dates",
)

CATCHUP = FunctionSpecification(
    name="SP_CATCHUP",
    help="Puts actuals where there are some and spreads what they leave of the budget over what is open, in its "
    "proportions; the total of the whole range stands.",
    arguments=(
        Argument("budget", Kind.AMOUNTS, "Budget amounts, whole numbers of the unit, of any sign."),
        Argument(
            "actual",
            Kind.AMOUNTS,
            "Actual amounts in a range of the same shape; blank where still open. A zero is an actual.",
            blank=Blank.KEPT,
            shape_of="budget",
        ),
        Argument(
            "held",
            Kind.AMOUNTS,
            "Amounts of open cells that stay, in a range of the same shape; blank cells are free.",
            optional=True,
            blank=Blank.KEPT,
            shape_of="budget",
        ),
        UNIT,
    ),
    compute=catch_up_amounts,
    along="budget",
)

FUNCTIONS = (SPREAD, FIT, ROUND, PATTERN, SEASON, CATCHUP)

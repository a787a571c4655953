"""The budget by month and region, to look at: a grid that is its own heat map, and what its chart shows."""

from __future__ import annotations

from salesplan_xl.workbook.criteria import letters
from salesplan_xl.workbook.schema import Column, Grid, Kind, Role
from salesplan_xl.workbook.sheets.budget_dimensions import PATH_MARK

REGIONS = ("first", "second", "third", "fourth")
"""Columns of the first regions in the order of the territories; all others are summed in one more."""

_ID = "by_region"
_WHOLE = "#,##0;[Red]-#,##0;\N{EN DASH}"
_WIDTH = 14


def _before(column: str) -> tuple[str, ...]:
    """The regions that have a column already."""
    return REGIONS[: REGIONS.index(column)]


def _region(column: str) -> Column:
    """The budget of one region: the next of the territories' that no column before has."""
    named = letters(f"{{header:{_ID}.{column}}}")
    in_region = f'"{PATH_MARK}"&{named}&"{PATH_MARK}*"'
    region = "{territories.region}"
    new = "*".join(f"({region}<>{other})" for other in ('""', *(f"{{{one}}}" for one in _before(column))))
    return Column(
        column,
        Kind.AMOUNT,
        Role.FORMULA,
        header=f'IF(SUMPRODUCT(1*{new})=0,"#label#",INDEX({region},MATCH(1,1*{new},0)))',
        formula=f"ROUND(SUMIFS({{budget_lines.budget}},{{budget_lines.geography}},{in_region},"
        "{budget_lines.month},{month}),2)",
        width=_WIDTH,
        number_format=_WHOLE,
        requirements=("8.5", "8.6"),
    )


def budget_by_region(at: str) -> Grid:
    """
    Give the grid of months and regions.

    Parameters
    ----------
    at : str
        Address of its heading, in the row of that of the months.

    Returns
    -------
    Grid
        One row a month, a column for each of the first regions, one for all others and for lines without a region,
        and their sum.
    """
    summed = ("{first}", "{second}", "{third}", "{fourth}")
    return Grid(
        _ID,
        at,
        (
            Column("month", Kind.MONTH, Role.FORMULA, formula="{row:months.month}", width=11),
            *(_region(column) for column in REGIONS),
            Column(
                "other",
                Kind.AMOUNT,
                Role.FORMULA,
                formula=f"ROUND({{total}}-{'-'.join(summed)},2)",
                width=_WIDTH,
                number_format=_WHOLE,
            ),
            Column(
                "total",
                Kind.AMOUNT,
                Role.FORMULA,
                formula="{row:months.budget}",
                width=_WIDTH,
                number_format=_WHOLE,
            ),
        ),
        rows=12,
        totals=tuple((column, f"ROUND(SUM({{grid:{_ID}.{column}}}),2)") for column in (*REGIONS, "other", "total")),
        heat=(REGIONS[0], "other"),
    )

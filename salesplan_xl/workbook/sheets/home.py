"""Home: what the plan is, how far it has come, and its headline numbers."""

from __future__ import annotations

from salesplan_xl.workbook.schema import Chart, ChartKind, Fact, Facts, Kind, NamedCell, Settings, Sheet, Steps
from salesplan_xl.workbook.sheets.budget_dimensions import named

PLAN_START = NamedCell("plan_start", Kind.MONTH, default="2026-01-01", required=True)

# the budget of the months up to that of the last order
_BUDGET_SO_FAR = 'SUMIFS({budget_lines.budget},{budget_lines.month},"<="&{cell:headline.last_order})'

HOME = Sheet(
    "home",
    blocks=(
        Settings(
            "plan",
            "B5",
            (
                NamedCell("plan_company", Kind.TEXT),
                NamedCell("plan_currency", Kind.TEXT, default="EUR", required=True),
                PLAN_START,
            ),
        ),
        Facts(
            "headline",
            "B10",
            (
                Fact(
                    "target",
                    Kind.AMOUNT,
                    "SUMPRODUCT("
                    + "*".join(f'({{budget_targets.{column}}}="")' for column in named())
                    + '*(({budget_targets.at}="")+({budget_targets.at}={choice:target_way.exactly})>0)'
                    "*{budget_targets.amount})",
                ),
                Fact("budget", Kind.AMOUNT, "ROUND(SUM({budget_lines.budget}),2)"),
                Fact(
                    "difference",
                    Kind.AMOUNT,
                    "ROUND({cell:headline.budget}-{cell:headline.target},2)",
                ),
                Fact(
                    "actual",
                    Kind.AMOUNT,
                    # not SUMIFS, which passes over a line whose date is an error
                    "ROUND(SUMPRODUCT(({sales.date}>={name:plan_start})*({sales.date}<EDATE({name:plan_start},12))"
                    "*{sales.amount}),2)",
                ),
                Fact(
                    "attainment",
                    Kind.SHARE,
                    'IF({cell:headline.budget}=0,"",{cell:headline.actual}/{cell:headline.budget})',
                ),
                Fact("order_lines", Kind.INTEGER, "COUNT({sales.date})"),
                Fact("last_order", Kind.DATE, 'IF({cell:headline.order_lines}=0,"",MAX({sales.date}))'),
                Fact(
                    "so_far",
                    Kind.SHARE,
                    f'IF({{cell:headline.order_lines}}=0,"",IF({_BUDGET_SO_FAR}=0,"",'
                    f"{{cell:headline.actual}}/{_BUDGET_SO_FAR}))",
                ),
            ),
        ),
        Steps("steps", "B20"),
        Chart("year_chart", "F5", ChartKind.COLUMN, "months", "month", ("budget", "actual"), columns=8, rows=27),
    ),
    print_areas=("A1:M33",),
)

"""8 Budget: the year's total by month, territory and rep, every level adding up to the cent."""

from __future__ import annotations

from salesplan_xl.workbook.cells import address
from salesplan_xl.workbook.criteria import equal_to
from salesplan_xl.workbook.dates import LAST_SERIAL
from salesplan_xl.workbook.periods import PARTS
from salesplan_xl.workbook.schema import (
    Chart,
    ChartKind,
    Column,
    Grid,
    Kind,
    NamedCell,
    Options,
    Role,
    Settings,
    Sheet,
    Table,
)
from salesplan_xl.workbook.sheets.budget_calendar import BUDGET_CALENDAR
from salesplan_xl.workbook.sheets.budget_dimensions import (
    DIMENSIONS,
    PERIOD,
    line_columns,
    lines_below,
    node_columns,
    path_columns,
)
from salesplan_xl.workbook.sheets.budget_gate import CAPACITY_BY_REP, GATE, GATE_PRODUCTS
from salesplan_xl.workbook.sheets.budget_moves import RUN_RATES, TRANSFERS
from salesplan_xl.workbook.sheets.budget_preview import BUDGET_PREVIEW
from salesplan_xl.workbook.sheets.budget_priors import BUDGET_PRIORS
from salesplan_xl.workbook.sheets.budget_spreads import SPREADS

_VARIANCE = Column("variance", Kind.AMOUNT, Role.FORMULA, formula="ROUND({actual}-{budget},2)", width=15)
_ATTAINMENT = Column("attainment", Kind.SHARE, Role.FORMULA, formula='IF({budget}=0,"",{actual}/{budget})', width=11)
_IN_YEAR = '{sales.date},">="&{name:plan_start},{sales.date},"<"&EDATE({name:plan_start},12)'

MONTHS = Grid(
    "months",
    "B5",
    (
        Column("month", Kind.MONTH, Role.FORMULA, formula="EDATE({above:month},1)", width=16),
        Column(
            "budget",
            Kind.AMOUNT,
            Role.FORMULA,
            formula="ROUND(SUMIFS({budget_lines.budget},{budget_lines.month},{month}),2)",
            width=16,
            requirements=("8.5", "8.9"),
        ),
        Column(
            "actual",
            Kind.AMOUNT,
            Role.FORMULA,
            formula='ROUND(SUMIFS({sales.amount},{sales.date},">="&{month},{sales.date},"<"&EDATE({month},1)),2)',
            width=16,
            requirements=("8.9", "10.2"),
        ),
        _VARIANCE,
        _ATTAINMENT,
    ),
    rows=12,
    first="{name:plan_start}",
    totals=(
        ("budget", "ROUND(SUM({budget_lines.budget}),2)"),
        ("actual", "ROUND(SUM({grid:months.actual}),2)"),
        ("variance", "ROUND({actual}-{budget},2)"),
        ("attainment", 'IF({budget}=0,"",{actual}/{budget})'),
    ),
)


def _summary(table: str, column: str, follows: str, requirement: str) -> Table:
    """Budget against actual of each value of a master list, as native formulas."""
    named = equal_to(f"{{{column}}}")
    return Table(
        table,
        (
            Column(column, role=Role.WRITTEN, key=True, required=True, width=16),
            Column(
                "budget",
                Kind.AMOUNT,
                Role.FORMULA,
                formula=f"ROUND(SUMIFS({{budget_lines.budget}},{{budget_lines.{column}}},{named}),2)",
                width=16,
                requirements=(requirement, "8.9"),
            ),
            Column(
                "actual",
                Kind.AMOUNT,
                Role.FORMULA,
                formula=f"ROUND(SUMIFS({{sales.amount}},{{sales.{column}}},{named},{_IN_YEAR}),2)",
                width=16,
                requirements=("8.9", "10.2"),
            ),
            _VARIANCE,
            _ATTAINMENT,
        ),
        follows=follows,
    )


BUDGET_BY_TERRITORY = _summary("budget_by_territory", "territory", "territories.territory", "8.6")
BUDGET_BY_REP = _summary("budget_by_rep", "rep", "team.rep", "8.7")

_MONTHS_BEFORE = "+".join(f'{before}*({{period}}="{name}")' for name, (before, _) in PARTS.items() if before)
_FROM = f'IF({{period}}="",0,IF(ISNUMBER({{period}}),{{period}},EDATE({{name:plan_start}},{_MONTHS_BEFORE})))'
_UNTIL = (
    f'IF({{period}}="",{LAST_SERIAL},IF(ISNUMBER({{period}}),EDATE({{period}},1),'
    f'EDATE({{name:plan_start}},{_MONTHS_BEFORE}+IF(LEFT({{period}},1)="H",6,3))))'
)
_PLANNED = (
    f"ROUND(SUMIFS({{budget_lines.budget}},{','.join(lines_below(one) for one in DIMENSIONS)},"
    f'{{budget_lines.month}},">="&{_FROM},{{budget_lines.month}},"<"&{_UNTIL}),2)'
)

BUDGET_TARGETS = Table(
    "budget_targets",
    (
        *node_columns(),
        PERIOD,
        Column("amount", Kind.AMOUNT, required=True, at_least=0, width=16, requirements=("8.2",)),
        Column("at", choices="target_way", width=10, requirements=("8.2",)),
        Column("mechanism", choices="mechanism", width=13, requirements=("8.3",)),
        Column("author", width=14, requirements=("8.3",)),
        Column("note", width=24),
        Column(
            "planned",
            Kind.AMOUNT,
            Role.FORMULA,
            formula=_PLANNED,
            width=16,
            requirements=("8.8",),
        ),
        Column(
            "difference",
            Kind.AMOUNT,
            Role.FORMULA,
            formula="ROUND(IF({at}={choice:target_way.at_least},MIN(0,{planned}-{amount}),"
            "IF({at}={choice:target_way.at_most},MAX(0,{planned}-{amount}),{planned}-{amount})),2)",
            width=12,
            requirements=("8.8",),
        ),
    ),
)

BUDGET_HOLDS = Table(
    "budget_holds",
    (
        *node_columns(),
        PERIOD,
        Column("amount", Kind.AMOUNT, at_least=0, width=15, requirements=("8.10",)),
        Column("owner", required=True, width=14, requirements=("8.10",)),
        Column("reason", required=True, width=26, requirements=("8.10",)),
        Column("held_on", Kind.DATE, width=12, requirements=("8.10",)),
    ),
)

BUDGET_LINES = Table(
    "budget_lines",
    (
        Column("month", Kind.MONTH, Role.WRITTEN, required=True, key=True, width=11, requirements=("8.5",)),
        *line_columns(),
        Column("history", Kind.NUMBER, Role.WRITTEN, width=15, number_format="#,##0.00", requirements=("8.3",)),
        Column("basis", role=Role.WRITTEN, choices="basis", width=14, requirements=("8.3",)),
        Column("months_by", role=Role.WRITTEN, choices="months_by", width=13, requirements=("8.5",)),
        Column(
            "weight", Kind.NUMBER, Role.WRITTEN, at_least=0, width=15, number_format="#,##0.00", requirements=("8.3",)
        ),
        Column("held", role=Role.WRITTEN, choices="held", width=8, requirements=("8.10",)),
        Column("budget", Kind.AMOUNT, required=True, at_least=0, width=15, requirements=("8.2", "8.8")),
        *path_columns(),
    ),
    open_ended=True,
)

_TABLES = (
    BUDGET_BY_TERRITORY,
    BUDGET_BY_REP,
    BUDGET_TARGETS,
    BUDGET_HOLDS,
    BUDGET_PRIORS,
    BUDGET_LINES,
    TRANSFERS,
    RUN_RATES,
    SPREADS,
    BUDGET_CALENDAR,
    CAPACITY_BY_REP,
    GATE,
    GATE_PRODUCTS,
    BUDGET_PREVIEW,
)
"""The tables from left to right, each with its row ids before it and a free column behind."""

_TOP = 5
"""Row of what stands above the tables."""


def _at(table: Table, column: str, row: int = _TOP) -> str:
    """Address of a cell in a column of one of the tables."""
    before = sum(len(one.all_columns) + 1 for one in _TABLES[: _TABLES.index(table)])
    return address(row, before + table.position(column) + 1)


def _behind(columns: int, row: int = _TOP) -> str:
    """Address of a cell behind all tables, so many columns after the free one."""
    return address(row, sum(len(one.all_columns) + 1 for one in _TABLES) + 1 + columns)


WHAT_IF = Grid(
    "what_if",
    _behind(0),
    (
        Column("month", Kind.MONTH, Role.FORMULA, formula="{row:months.month}", width=11),
        Column("weight", Kind.AMOUNT, Role.FORMULA, formula="{row:months.budget}", width=16),
        Column("held", Kind.AMOUNT, Role.INPUT, width=15),
        Column(
            "spread",
            Kind.AMOUNT,
            Role.FORMULA,
            formula='SP_SPREAD({name:what_if_total},{grid:what_if.weight},{grid:what_if.held},0.01,"equal")',
            array=1,
            width=15,
        ),
        Column(
            "thousands",
            Kind.AMOUNT,
            Role.FORMULA,
            formula="SP_ROUND({grid:what_if.spread},ROUND({name:what_if_total},-3),1000)",
            array=1,
            width=14,
        ),
        Column(
            "workdays",
            Kind.INTEGER,
            Role.FORMULA,
            formula="SP_WORKDAYS({month},EDATE({month},1)-1,{name:what_if_country})",
            width=15,
        ),
        Column(
            "variance",
            Kind.AMOUNT,
            Role.FORMULA,
            formula="SP_VARIANCE({grid:what_if.thousands},{grid:what_if.spread})",
            array=2,
            width=15,
        ),
        Column("share", Kind.SHARE, Role.FORMULA, width=15),
        Column("actual", Kind.AMOUNT, Role.INPUT, width=15),
        Column(
            "caught_up",
            Kind.AMOUNT,
            Role.FORMULA,
            formula="SP_CATCHUP({grid:what_if.spread},{grid:what_if.actual},{grid:what_if.held})",
            array=1,
            width=15,
        ),
        Column(
            "pattern",
            Kind.AMOUNT,
            Role.FORMULA,
            formula='SP_PATTERN({name:what_if_total},12,"4-4-5")',
            array=1,
            width=15,
        ),
        Column(
            "season",
            Kind.SHARE,
            Role.FORMULA,
            formula="SP_SEASON({grid:what_if.month},{grid:what_if.spread})",
            array=1,
            width=15,
        ),
    ),
    rows=12,
)

_FITTED = ("first", "second", "third", "fourth")

WHAT_IF_FIT = Grid(
    "what_if_fit",
    _behind(len(WHAT_IF.columns) + 1),
    (
        *(
            Column(name, Kind.AMOUNT, Role.INPUT, defaults=seeds, at_least=0, width=12)
            for name, seeds in zip(
                _FITTED, ((40, 35, 30, 20), (30, 50, 80, 30), (20, 100, 70, 40), (10, 75, 120, 50)), strict=True
            )
        ),
        Column("row_total", Kind.AMOUNT, Role.INPUT, defaults=(150, 300, 400, 150), at_least=0, width=13),
        Column("column_total", Kind.AMOUNT, Role.INPUT, defaults=(200, 300, 400, 100), at_least=0, width=15),
        Column(
            "fitted_first",
            Kind.AMOUNT,
            Role.FORMULA,
            formula="SP_FIT({grid:what_if_fit.first:fourth},{grid:what_if_fit.row_total},{grid:what_if_fit.column_total})",
            array=4,
            width=12,
        ),
        *(Column(f"fitted_{name}", Kind.AMOUNT, Role.FORMULA, width=12) for name in _FITTED[1:]),
    ),
    rows=4,
)

BUDGET_SHEET = Sheet(
    "budget",
    step=8,
    blocks=(
        MONTHS,
        Chart("months_chart", "I5", ChartKind.LINE, "months", "month", ("budget", "actual"), columns=5, rows=16),
        Options("disaggregate", "P5", label_columns=3),
        Chart(
            "territory_chart",
            "T5",
            ChartKind.BAR,
            "budget_by_territory",
            "territory",
            ("budget", "actual"),
            columns=5,
            rows=16,
        ),
        Settings(
            "what_if_inputs",
            _at(BUDGET_HOLDS, "territory"),
            (
                NamedCell("what_if_total", Kind.AMOUNT, default=1_000_000.0),
                NamedCell("what_if_country", Kind.TEXT, default="US"),
            ),
            label_columns=3,
        ),
        Options("rebalance", _at(TRANSFERS, "from_territory"), label_columns=3),
        Options("transfer", _at(TRANSFERS, "amount"), label_columns=2),
        Options("spread", _at(SPREADS, "territory"), label_columns=3),
        Options("phase", _at(BUDGET_CALENDAR, "calendar"), label_columns=3),
        Chart(
            "run_rates_chart",
            _at(RUN_RATES, "level"),
            ChartKind.COLUMN,
            "run_rates",
            "node",
            ("times",),
            columns=12,
            rows=16,
        ),
        Chart(
            "capacity_chart",
            _at(CAPACITY_BY_REP, "rep"),
            ChartKind.COLUMN_AND_LINE,
            "capacity_by_rep",
            "rep",
            ("quota", "capacity"),
            columns=7,
            rows=16,
        ),
        Options("capacity_gate", _at(GATE, "rep"), label_columns=3),
        WHAT_IF,
        WHAT_IF_FIT,
    ),
    tables=_TABLES,
    tables_row=23,
    progress="COUNT({budget_lines.budget})",
    print_areas=(
        "A1:M46",
        f"{_at(BUDGET_TARGETS, 'row_id', 1)}:{_at(BUDGET_TARGETS, 'difference', 46)}",
        f"{_at(BUDGET_HOLDS, 'row_id', 1)}:{_at(BUDGET_HOLDS, 'held_on', 46)}",
        f"{_at(BUDGET_PRIORS, 'row_id', 22)}:{_at(BUDGET_PRIORS, 'owner', 46)}",
        f"{_at(BUDGET_LINES, 'row_id', 22)}:{_at(BUDGET_LINES, 'budget', 46)}",
        f"{_at(TRANSFERS, 'row_id', 4)}:{_at(TRANSFERS, 'operation', 46)}",
        f"{_at(RUN_RATES, 'row_id', 4)}:{_at(RUN_RATES, 'missing', 68)}",
        f"{_at(SPREADS, 'row_id', 4)}:{_at(SPREADS, 'pattern', 46)}",
        f"{_at(SPREADS, 'from_territory', 22)}:{_at(SPREADS, 'after', 46)}",
        f"{_at(BUDGET_CALENDAR, 'row_id', 4)}:{_at(BUDGET_CALENDAR, 'operation', 80)}",
        f"{_at(CAPACITY_BY_REP, 'row_id', 5)}:{_at(CAPACITY_BY_REP, 'visit_load', 46)}",
        f"{_at(GATE, 'row_id', 4)}:{_at(GATE, 'reason', 64)}",
        f"{_at(GATE_PRODUCTS, 'row_id', 22)}:{_at(GATE_PRODUCTS, 'reason', 46)}",
        f"{_at(BUDGET_PREVIEW, 'row_id', 22)}:{_at(BUDGET_PREVIEW, 'share', 60)}",
        f"{_behind(0, 4)}:{_behind(len(WHAT_IF.columns) - 1, 20)}",
        f"{_behind(len(WHAT_IF.columns) + 1, 4)}:{_behind(len(WHAT_IF.columns) + len(WHAT_IF_FIT.columns), 20)}",
    ),
)

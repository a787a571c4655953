"""10 Evaluation: actual against budget, what to look at, and why."""

from __future__ import annotations

from salesplan_xl.workbook.criteria import equal_to
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

_WRITTEN = Role.WRITTEN
_JUDGED_SALES = '{sales.date},">="&{name:plan_start},{sales.date},"<"&EDATE({cell:evaluation_facts.through},1)'
_NOT_JUDGED = 'IF({cell:evaluation_facts.through}="",0,'


def _company(column: str) -> str:
    """A number of the company's row for the year to date."""
    return (
        f"SUMIFS({{variances.{column}}},{{variances.level}},{{choice:variance_level.company}},"
        "{variances.period},{text:period_to_date})"
    )


ATTAINMENT_BY_REP = Table(
    "attainment_by_rep",
    (
        Column("rep", role=_WRITTEN, key=True, required=True, width=24),
        Column(
            "budget",
            Kind.AMOUNT,
            Role.FORMULA,
            formula=_NOT_JUDGED
            + f"ROUND(SUMIFS({{budget_lines.budget}},{{budget_lines.rep}},{equal_to('{rep}')},"
            + '{budget_lines.month},"<="&{cell:evaluation_facts.through}),2))',
            width=17,
            requirements=("10.2",),
        ),
        Column(
            "actual",
            Kind.AMOUNT,
            Role.FORMULA,
            formula=_NOT_JUDGED
            + f"ROUND(SUMIFS({{sales.amount}},{{sales.rep}},{equal_to('{rep}')},{_JUDGED_SALES}),2))",
            width=17,
            requirements=("10.2",),
        ),
        Column("variance", Kind.AMOUNT, Role.FORMULA, formula="ROUND({actual}-{budget},2)", width=16),
        Column(
            "attainment",
            Kind.SHARE,
            Role.FORMULA,
            formula='IF({budget}=0,"",{actual}/{budget})',
            width=13,
            requirements=("10.2",),
        ),
    ),
    follows="team.rep",
)

_PERIOD = Column("period", role=_WRITTEN, required=True, width=14, requirements=("10.2",))
_LEVEL = Column("level", role=_WRITTEN, choices="variance_level", required=True, width=15, requirements=("10.2",))
_TERRITORY = Column("territory", role=_WRITTEN, refers="territories.territory", width=16, requirements=("10.2",))
_REP = Column("rep", role=_WRITTEN, refers="team.rep", width=9, requirements=("10.2",))


def _amount(column: str, *requirements: str, width: float = 16) -> Column:
    """A column of amounts that the action writes."""
    return Column(column, Kind.AMOUNT, _WRITTEN, width=width, requirements=requirements)


def _share(column: str) -> Column:
    """A column of shares that the action writes."""
    return Column(column, Kind.SHARE, _WRITTEN, width=11, requirements=("10.2",))


VARIANCES = Table(
    "variances",
    (
        _PERIOD,
        Column("first_month", Kind.MONTH, _WRITTEN, width=11),
        Column("last_month", Kind.MONTH, _WRITTEN, width=11),
        _LEVEL,
        _TERRITORY,
        _REP,
        Column("flag", role=_WRITTEN, choices="variance_flag", width=9, requirements=("10.2",)),
        _amount("budget", "10.2"),
        _amount("actual", "10.2"),
        _amount("variance", "10.2"),
        _share("share"),
        _amount("expected", "10.2"),
        _amount("deviation", "10.2"),
        _share("deviation_share"),
        Column("score", Kind.NUMBER, _WRITTEN, width=9, number_format="0.0;[Red]-0.0", requirements=("10.2",)),
        Column("basis", role=_WRITTEN, choices="variance_basis", width=14, requirements=("10.2",)),
        Column("since", role=_WRITTEN, width=9),
        _amount("price", "10.2", "10.3", width=15),
        _amount("quantity", "10.2", "10.3", width=15),
        _amount("mix", "10.2", "10.3", width=15),
        _amount("new", "10.2", "10.3", width=15),
        _amount("dropped", "10.2", "10.3", width=15),
        Column("judged", Kind.INTEGER, _WRITTEN, width=9),
        Column("reason", role=_WRITTEN, width=240, requirements=("10.3",)),
    ),
)

DRIVERS = Table(
    "drivers",
    (
        _PERIOD,
        _LEVEL,
        _TERRITORY,
        _REP,
        Column(
            "dimension", role=_WRITTEN, choices="variance_dimension", required=True, width=14, requirements=("10.3",)
        ),
        Column("rank", Kind.INTEGER, _WRITTEN, required=True, width=12, requirements=("10.3",)),
        Column("element", role=_WRITTEN, width=26, requirements=("10.3",)),
        _amount("budget", "10.3"),
        _amount("actual", "10.3"),
        _amount("contribution", "10.3"),
        _amount("deviation", "10.3"),
        Column("share", Kind.SHARE, _WRITTEN, width=12, requirements=("10.3",)),
    ),
    open_ended=True,
)

_BRIDGE = ("budget", "price", "quantity", "mix", "new", "dropped", "not_split", "actual")
_LAST = len(_BRIDGE)
_PARTS = ("price", "quantity", "mix", "new", "dropped")

BRIDGE = Grid(
    "bridge",
    "Q5",
    (
        Column("number", Kind.INTEGER, Role.FORMULA, formula="{above:number}+1", width=9),
        Column(
            "step",
            role=Role.FORMULA,
            formula="CHOOSE({number},{text:bridge_budget},{text:bridge_price},{text:bridge_quantity},{text:bridge_mix},"
            "{text:bridge_new},{text:bridge_dropped},{text:bridge_not_split},{text:bridge_actual})",
            width=16,
        ),
        Column(
            "amount",
            Kind.AMOUNT,
            Role.FORMULA,
            formula="ROUND(CHOOSE({number},"
            + ",".join(
                _company("variance") + "".join("-" + _company(part) for part in _PARTS)
                if name == "not_split"
                else _company(name)
                for name in _BRIDGE
            )
            + "),2)",
            width=16,
            requirements=("10.2",),
        ),
        Column(
            "end",
            Kind.AMOUNT,
            Role.FORMULA,
            formula=f"IF(OR({{number}}=1,{{number}}={_LAST}),{{amount}},ROUND({{above:end}}+{{amount}},2))",
            width=16,
        ),
        Column(
            "base",
            Kind.AMOUNT,
            Role.FORMULA,
            formula=f"IF(OR({{number}}=1,{{number}}={_LAST}),0,MIN({{end}},{{end}}-{{amount}}))",
            width=16,
        ),
        Column(
            "whole",
            Kind.AMOUNT,
            Role.FORMULA,
            formula=f"IF(OR({{number}}=1,{{number}}={_LAST}),{{amount}},0)",
            width=16,
        ),
        Column(
            "up",
            Kind.AMOUNT,
            Role.FORMULA,
            formula=f"IF(OR({{number}}=1,{{number}}={_LAST}),0,MAX({{amount}},0))",
            width=16,
        ),
        Column(
            "down",
            Kind.AMOUNT,
            Role.FORMULA,
            formula=f"IF(OR({{number}}=1,{{number}}={_LAST}),0,MAX(-{{amount}},0))",
            width=16,
        ),
    ),
    rows=_LAST,
    first="1",
)

_TRIED = 4


def _tried(column: str, kind: Kind, *defaults: float | str | None) -> Column:
    """A column of the what-if block that is typed, with what it holds at first."""
    return Column(column, kind, width=15, defaults=defaults)


TRY_VARIANCES = Grid(
    "try_variances",
    "AI5",
    (
        _tried("product", Kind.TEXT, "A", "B", "C", "D"),
        _tried("budget_quantity", Kind.NUMBER, 100.0, 80.0, 40.0, 5.0),
        _tried("budget_price", Kind.AMOUNT, 25.0, 10.0, 60.0, 45.0),
        _tried("actual_quantity", Kind.NUMBER, 90.0, 110.0, 0.0, 15.0),
        _tried("actual_price", Kind.AMOUNT, 24.0, 10.5, None, 50.0),
        Column("budget", Kind.AMOUNT, Role.FORMULA, formula="ROUND({budget_quantity}*{budget_price},2)", width=15),
        Column("actual", Kind.AMOUNT, Role.FORMULA, formula="ROUND({actual_quantity}*{actual_price},2)", width=15),
        Column(
            "variance",
            Kind.AMOUNT,
            Role.FORMULA,
            formula="SP_VARIANCE({grid:try_variances.actual},{grid:try_variances.budget})",
            array=2,
            width=15,
        ),
        Column("share", Kind.SHARE, Role.FORMULA, width=11),
        Column(
            "flag",
            role=Role.FORMULA,
            formula="SP_FLAG({grid:try_variances.actual},{grid:try_variances.budget},"
            "{name:flag_variances_min_amount},{name:flag_variances_min_share})",
            array=1,
            width=12,
        ),
    ),
    rows=_TRIED,
)

TRY_PARTS = Grid(
    "try_parts",
    "AI13",
    (
        Column("number", Kind.INTEGER, Role.FORMULA, formula="{above:number}+1", width=9),
        Column(
            "product",
            role=Role.FORMULA,
            formula=f"IF({{number}}>{_TRIED},{{text:total}},INDEX({{grid:try_variances.product}},{{number}}))",
            width=15,
        ),
        Column(
            "price",
            Kind.AMOUNT,
            Role.FORMULA,
            formula="SP_PVM({grid:try_variances.budget_quantity},{grid:try_variances.budget_price},"
            "{grid:try_variances.actual_quantity},{grid:try_variances.actual_price})",
            array=4,
            width=15,
        ),
        Column("quantity", Kind.AMOUNT, Role.FORMULA, width=15),
        Column("mix", Kind.AMOUNT, Role.FORMULA, width=15),
        Column("difference", Kind.AMOUNT, Role.FORMULA, width=15),
    ),
    rows=_TRIED + 1,
    first="1",
)

TRY_DRIVERS = Grid(
    "try_drivers",
    "AP13",
    (
        Column(
            "driver",
            role=Role.FORMULA,
            formula="SP_DRIVERS({grid:try_variances.product},{grid:try_variances.budget},{grid:try_variances.actual})",
            array=3,
            width=15,
        ),
        Column("contribution", Kind.AMOUNT, Role.FORMULA, width=15),
        Column("share", Kind.SHARE, Role.FORMULA, width=12),
    ),
    rows=_TRIED,
)

EVALUATION_SHEET = Sheet(
    "evaluation",
    step=10,
    blocks=(
        Options("flag_variances", "B5", label_columns=3),
        Facts(
            "evaluation_facts",
            "B17",
            (
                Fact(
                    "through",
                    Kind.MONTH,
                    'IF(COUNT({variances.last_month})=0,"",MAX({variances.last_month}))',
                ),
                Fact("judged", Kind.INTEGER, "SUM({variances.judged})"),
                Fact("watch", Kind.INTEGER, "COUNTIFS({variances.flag},{choice:variance_flag.watch})"),
                Fact("act", Kind.INTEGER, "COUNTIFS({variances.flag},{choice:variance_flag.act})"),
                Fact("gap", Kind.AMOUNT, f"ROUND({_company('variance')},2)"),
                Fact(
                    "gap_share",
                    Kind.SHARE,
                    f'IF({_company("budget")}=0,"",{_company("variance")}/{_company("budget")})',
                ),
            ),
        ),
        Chart(
            "attainment_chart",
            "I5",
            ChartKind.BAR,
            "attainment_by_rep",
            "rep",
            ("attainment",),
            columns=7,
            rows=20,
        ),
        BRIDGE,
        Chart(
            "bridge_chart",
            "Z5",
            ChartKind.WATERFALL,
            "bridge",
            "step",
            ("base", "whole", "down", "up"),
            columns=6,
            rows=20,
        ),
        TRY_VARIANCES,
        TRY_PARTS,
        TRY_DRIVERS,
    ),
    tables=(ATTAINMENT_BY_REP, VARIANCES, DRIVERS),
    tables_row=26,
    progress="COUNT({variances.variance})",
    print_areas=("A1:O44", "P1:AE44", "AE26:AF60", "AI1:AT50"),
)

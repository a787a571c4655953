"""7 Field work: how often each segment is visited, who goes where on which day, and what that takes of each rep."""

from __future__ import annotations

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

_MINUTES = "#,##0"
_ONE_DECIMAL = "#,##0.0"


def _share(part: str, whole: str) -> str:
    """The formula of a share; blank where there is nothing to share."""
    return f'IF({whole}=0,"",{part}/{whole})'


def _visits_of(column: str, part: str) -> str:
    """How many visits a row's segment or territory has; not SUMIFS, to which a name may be a pattern."""
    return f'IF({{{column}}}="",0,SUMPRODUCT(({{visits.{column}}}={{{column}}})*{{visits.{part}}}))'


def _coverage(column: str) -> tuple[Column, Column, Column]:
    """Visits planned and routed of each segment or territory, and the share of the two."""
    requirements = ("7.3", "7.4")
    return (
        Column(
            "planned",
            Kind.INTEGER,
            Role.FORMULA,
            formula=_visits_of(column, "planned"),
            width=10,
            requirements=("7.4",),
        ),
        Column(
            "routed", Kind.INTEGER, Role.FORMULA, formula=_visits_of(column, "routed"), width=10, requirements=("7.3",)
        ),
        Column(
            "coverage",
            Kind.SHARE,
            Role.FORMULA,
            formula=_share("{routed}", "{planned}"),
            width=11,
            requirements=requirements,
        ),
    )


VISIT_POLICY = Table(
    "visit_policy",
    (
        Column("segment", required=True, key=True, width=32, requirements=("7.3", "7.7")),
        Column("visits", Kind.INTEGER, required=True, at_least=0, at_most=366, width=15, requirements=("7.1", "7.3")),
        Column("minutes", Kind.NUMBER, required=True, at_least=0, at_most=1440, width=16, requirements=("7.6", "7.7")),
        Column(
            "customers",
            Kind.INTEGER,
            Role.FORMULA,
            formula='IF({segment}="",0,SUMPRODUCT(({customers.segment}={segment})*1))',
            width=12,
            requirements=("7.4",),
        ),
        *_coverage("segment"),
    ),
)


def _of_rep(what: str) -> str:
    """A sum over the lines of a row's rep in the routes."""
    return f'IF({{rep}}="",0,ROUND(SUMPRODUCT(({{routes.rep}}={{rep}})*{what}),2))'


REP_HOURS = Table(
    "rep_hours",
    (
        Column("rep", role=Role.WRITTEN, required=True, key=True, refers="team.rep", width=10, requirements=("7.6",)),
        Column("base", role=Role.WRITTEN, choices="base", width=15, requirements=("7.5",)),
        Column("base_customer", role=Role.WRITTEN, width=14, requirements=("7.5",)),
        Column("latitude", Kind.NUMBER, Role.WRITTEN, width=10, number_format="0.0000", requirements=("7.5",)),
        Column("longitude", Kind.NUMBER, Role.WRITTEN, width=10, number_format="0.0000", requirements=("7.5",)),
        Column(
            "visits",
            Kind.INTEGER,
            Role.FORMULA,
            formula=_of_rep('({routes.customer}<>"")'),
            width=8,
            requirements=("7.4",),
        ),
        Column(
            "unserved",
            Kind.INTEGER,
            Role.FORMULA,
            formula='IF({rep}="",0,SUMPRODUCT(({unserved.rep}={rep})*{unserved.visits}))',
            width=10,
            requirements=("7.3",),
        ),
        Column(
            "days", Kind.INTEGER, Role.FORMULA, formula=_of_rep("({routes.stop}=1)"), width=8, requirements=("7.4",)
        ),
        Column("nights", Kind.INTEGER, Role.FORMULA, formula=_of_rep("{routes.night}"), width=8),
        Column(
            "km",
            Kind.NUMBER,
            Role.FORMULA,
            formula=_of_rep("{routes.km}"),
            width=10,
            number_format=_MINUTES,
            requirements=("7.5",),
        ),
        Column(
            "visit_hours",
            Kind.NUMBER,
            Role.FORMULA,
            formula=_of_rep("{routes.visit_minutes}/60"),
            width=13,
            number_format=_ONE_DECIMAL,
            requirements=("7.6",),
        ),
        Column(
            "travel_hours",
            Kind.NUMBER,
            Role.FORMULA,
            formula=_of_rep("{routes.travel_minutes}/60"),
            width=14,
            number_format=_ONE_DECIMAL,
            requirements=("7.6",),
        ),
        Column(
            "left_hours",
            Kind.NUMBER,
            Role.FORMULA,
            formula='IF({rep}="",0,ROUND({available_hours}-{visit_hours}-{travel_hours},2))',
            width=12,
            number_format=_ONE_DECIMAL,
            requirements=("7.6",),
        ),
        Column("available_days", Kind.INTEGER, Role.WRITTEN, width=16, requirements=("7.6",)),
        Column(
            "available_hours", Kind.NUMBER, Role.WRITTEN, width=17, number_format=_ONE_DECIMAL, requirements=("7.6",)
        ),
        Column(
            "utilisation",
            Kind.SHARE,
            Role.FORMULA,
            formula=_share("({visit_hours}+{travel_hours})", "{available_hours}"),
            width=11,
            requirements=("7.6",),
        ),
    ),
)

TERRITORIES = Table(
    "territories",
    (
        Column("territory", required=True, key=True, width=20, requirements=("7.2", "8.1", "8.6")),
        Column("country", width=14, requirements=("7.2", "8.5")),
        Column("subdivision", width=14, requirements=("8.5",)),
        Column("region", width=20, requirements=("8.6",)),
        *_coverage("territory"),
    ),
)

VISITS = Table(
    "visits",
    (
        Column(
            "customer",
            role=Role.WRITTEN,
            required=True,
            key=True,
            refers="customers.customer",
            width=14,
            requirements=("7.1",),
        ),
        Column("rep", role=Role.WRITTEN, refers="team.rep", width=12, requirements=("7.1", "7.4")),
        Column("segment", role=Role.WRITTEN, width=22, requirements=("7.1",)),
        Column("territory", role=Role.WRITTEN, refers="territories.territory", width=18, requirements=("7.2",)),
        Column("planned", Kind.INTEGER, Role.WRITTEN, required=True, width=11, requirements=("7.1",)),
        Column("routed", Kind.INTEGER, Role.WRITTEN, required=True, width=11, requirements=("7.3",)),
        Column("unserved", Kind.INTEGER, Role.WRITTEN, required=True, width=13, requirements=("7.3",)),
        Column("minutes", Kind.NUMBER, Role.WRITTEN, required=True, width=11, requirements=("7.6", "7.7")),
    ),
)

UNSERVED = Table(
    "unserved",
    (
        Column("rep", role=Role.WRITTEN, refers="team.rep", width=10, requirements=("7.3",)),
        Column("customer", role=Role.WRITTEN, required=True, width=14, requirements=("7.3",)),
        Column("name", role=Role.WRITTEN, width=32, requirements=("7.3",)),
        Column("city", role=Role.WRITTEN, width=18, requirements=("7.2",)),
        Column("visits", Kind.INTEGER, Role.WRITTEN, required=True, width=9, requirements=("7.3",)),
        Column("reason", role=Role.WRITTEN, required=True, choices="unserved", width=48, requirements=("7.3",)),
    ),
)

ROUTES = Table(
    "routes",
    (
        Column("rep", role=Role.WRITTEN, required=True, key=True, refers="team.rep", width=10, requirements=("7.5",)),
        Column("date", Kind.DATE, Role.WRITTEN, required=True, key=True, width=12, requirements=("7.5",)),
        Column("tour", Kind.INTEGER, Role.WRITTEN, required=True, width=8, requirements=("7.5",)),
        Column("stop", Kind.INTEGER, Role.WRITTEN, required=True, key=True, width=8, requirements=("7.5",)),
        Column("kind", role=Role.WRITTEN, required=True, choices="stop", width=22, requirements=("7.5",)),
        Column("customer", role=Role.WRITTEN, width=13, requirements=("7.1", "7.5")),
        Column("name", role=Role.WRITTEN, width=32, requirements=("7.5",)),
        Column("city", role=Role.WRITTEN, width=18, requirements=("7.2", "7.5")),
        Column("arrive", Kind.TIME, Role.WRITTEN, required=True, width=9, requirements=("7.5",)),
        Column("depart", Kind.TIME, Role.WRITTEN, width=9, requirements=("7.5",)),
        Column(
            "travel_minutes",
            Kind.NUMBER,
            Role.WRITTEN,
            required=True,
            width=9,
            number_format=_MINUTES,
            requirements=("7.5", "7.6"),
        ),
        Column(
            "km", Kind.NUMBER, Role.WRITTEN, required=True, width=9, number_format=_ONE_DECIMAL, requirements=("7.5",)
        ),
        Column(
            "visit_minutes",
            Kind.NUMBER,
            Role.WRITTEN,
            required=True,
            width=9,
            number_format="#,##0;-#,##0;",
            requirements=("7.6",),
        ),
        Column(
            "night", Kind.INTEGER, Role.WRITTEN, required=True, width=9, number_format="0;-0;", requirements=("7.5",)
        ),
    ),
    open_ended=True,
)

FIELD_TOTALS = Facts(
    "field_totals",
    "B5",
    (
        Fact("planned", Kind.INTEGER, "SUM({visits.planned})"),
        Fact("routed", Kind.INTEGER, 'SUMPRODUCT(({routes.customer}<>"")*1)'),
        Fact("unserved", Kind.INTEGER, "SUM({unserved.visits})"),
        Fact("coverage", Kind.SHARE, _share("{cell:field_totals.routed}", "{cell:field_totals.planned}")),
        Fact("days", Kind.INTEGER, "SUMPRODUCT(({routes.stop}=1)*1)"),
        Fact("nights", Kind.INTEGER, "SUM({routes.night})"),
        Fact("km", Kind.INTEGER, "ROUND(SUM({routes.km}),0)"),
        Fact("visit_hours", Kind.INTEGER, "ROUND(SUM({routes.visit_minutes})/60,0)"),
        Fact("travel_hours", Kind.INTEGER, "ROUND(SUM({routes.travel_minutes})/60,0)"),
        Fact("available_hours", Kind.INTEGER, "ROUND(SUM({rep_hours.available_hours}),0)"),
    ),
)

_BASE = "INDEX({grid:try_points.lat},1),INDEX({grid:try_points.lon},1)"

TRY_POINTS = Grid(
    "try_points",
    "AC5",
    (
        Column("label", defaults=("Seattle", "Bellevue", "Renton", "Tacoma", "Everett", "Kent"), width=20),
        Column(
            "lat",
            Kind.NUMBER,
            defaults=(47.61, 47.61, 47.48, 47.25, 47.98, 47.38),
            at_least=-90,
            at_most=90,
            width=14,
            number_format="0.0000",
        ),
        Column(
            "lon",
            Kind.NUMBER,
            defaults=(-122.33, -122.2, -122.21, -122.44, -122.2, -122.23),
            at_least=-180,
            at_most=180,
            width=14,
            number_format="0.0000",
        ),
        Column("visit_min", Kind.NUMBER, defaults=(0, 45, 30, 60, 45, 30), at_least=0, width=10),
        Column("open", Kind.TIME, defaults=(8 / 24,), width=10),
        Column(
            "km",
            Kind.NUMBER,
            Role.FORMULA,
            formula=f'IF({{lat}}="","",SP_KM({{lat}},{{lon}},{_BASE},{{name:plan_routes_detour}}))',
            width=11,
            number_format=_ONE_DECIMAL,
        ),
        Column(
            "travel_minutes",
            Kind.NUMBER,
            Role.FORMULA,
            formula='IF({km}="","",SP_MINUTES({km},{name:plan_routes_fixed_minutes}))',
            width=11,
            number_format=_MINUTES,
        ),
    ),
    rows=6,
)

TRY_ROUTE = Grid(
    "try_route",
    "AL5",
    (
        Column(
            "route",
            role=Role.FORMULA,
            formula="SP_ROUTE({headed:try_points.label:open})",
            array=5,
            width=20,
        ),
        Column("route_arrival", Kind.TIME, Role.FORMULA, width=14),
        Column("route_departure", Kind.TIME, Role.FORMULA, width=14),
        Column("route_km", Kind.NUMBER, Role.FORMULA, width=10, number_format=_ONE_DECIMAL),
        Column("route_minutes", Kind.NUMBER, Role.FORMULA, width=10, number_format=_MINUTES),
    ),
    rows=8,
)

_HOURS = "{name:plan_routes_cycle_weeks}*5*{name:plan_routes_day_minutes}/60"

TRY_WORKLOAD = Grid(
    "try_workload",
    "AC14",
    (
        Column("group", defaults=("Key accounts", "Others", "Prospects"), width=20),
        Column("customers", Kind.INTEGER, defaults=(120, 300, 170), at_least=0, width=12),
        Column("visits", Kind.INTEGER, defaults=(3, 1, 1), at_least=0, width=22),
        Column("visit_minutes", Kind.NUMBER, defaults=(60, 45, 45), at_least=0, width=18),
        Column("travel_minutes", Kind.NUMBER, defaults=(120, 150, 150), at_least=0, width=11),
        Column(
            "visits_a_day",
            Kind.INTEGER,
            Role.FORMULA,
            formula='IF({visit_minutes}="","",SP_VISITS({name:plan_routes_day_minutes},{visit_minutes},{travel_minutes}))',
            width=11,
        ),
        Column(
            "reps",
            Kind.INTEGER,
            Role.FORMULA,
            formula='IF({visit_minutes}="","",SP_REPS({customers},{visits},{visit_minutes},{travel_minutes},'
            f"{_HOURS}))",
            width=13,
        ),
    ),
    rows=3,
    totals=(
        (
            "reps",
            "SP_REPS({grid:try_workload.customers},{grid:try_workload.visits},{grid:try_workload.visit_minutes},"
            f"{{grid:try_workload.travel_minutes}},{_HOURS})",
        ),
    ),
)

FIELD_WORK_SHEET = Sheet(
    "field_work",
    step=7,
    blocks=(
        FIELD_TOTALS,
        Options("plan_routes", "E5", label_columns=3),
        Chart(
            "rep_hours_chart",
            "K5",
            ChartKind.STACKED,
            "rep_hours",
            "rep",
            ("visit_hours", "travel_hours", "left_hours"),
            columns=8,
            rows=16,
        ),
        Chart(
            "coverage_chart", "S5", ChartKind.BAR, "visit_policy", "segment", ("planned", "routed"), columns=8, rows=16
        ),
        TRY_POINTS,
        TRY_ROUTE,
        TRY_WORKLOAD,
    ),
    tables=(VISIT_POLICY, REP_HOURS, TERRITORIES, VISITS, UNSERVED, ROUTES),
    tables_row=22,
    progress='COUNTIF({visit_policy.segment},"?*")',
    print_areas=("A1:H36", "J4:Z48", "AB4:AI40", "AL4:AT38", "AV22:BB58", "BD22:BR76"),
)

"""Plan routes: the visits that each segment is to have, on days and in tours of every rep, with times and reasons."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from salesplan_xl.actions.action import Action, Inputs, Progress, Result
from salesplan_xl.actions.field_work.rep_days import rep_working_days
from salesplan_xl.core.labels import label_key
from salesplan_xl.core.routes import (
    FieldCustomer,
    FieldRules,
    Placed,
    PlannedDay,
    Reason,
    TourPlan,
    TravelModel,
    medoid,
    place_quality,
    plan_tours,
    travel_matrix,
)
from salesplan_xl.workbook.options import ActionSpecification, Option
from salesplan_xl.workbook.problems import Problem, capped, problem
from salesplan_xl.workbook.rows import Rows, distinct
from salesplan_xl.workbook.schema import Kind
from salesplan_xl.workbook.sheets.customers import CUSTOMERS
from salesplan_xl.workbook.sheets.field_work import REP_HOURS, ROUTES, TERRITORIES, UNSERVED, VISIT_POLICY, VISITS
from salesplan_xl.workbook.sheets.team import TEAM

_MINUTES_OF_DAY = 1440
_TOWN_KM, _REGIONAL_KM = 10.0, 50.0
_DECIMALS = 4  # of minutes and km in cells: more than anybody reads, fewer than differ between computers

_WHY = {
    Reason.NO_COORDINATES: "no_coordinates",
    Reason.LONGER_THAN_A_DAY: "longer_than_a_day",
    Reason.MORE_VISITS_THAN_DAYS: "more_visits_than_days",
    Reason.TOO_FAR: "too_far",
    Reason.NO_DAY_LEFT: "no_day_left",
}
_PLACES = {
    Placed.MISSING: ("no_coordinates", "W-FIELD-NO-PLACE"),
    Placed.ZERO: ("zero_coordinates", "W-FIELD-ZERO"),
    Placed.SWAPPED: ("swapped_coordinates", "W-FIELD-SWAPPED"),
}


@dataclass(frozen=True)
class _Base:
    """Where a rep's tours begin: typed, at a customer's place, or nowhere as there is nobody to visit."""

    kind: str
    customer: str | None = None
    latitude: float = np.nan
    longitude: float = np.nan


@dataclass(frozen=True)
class _Field:
    """The field work of one rep."""

    rep: str
    base: _Base
    days: Sequence[datetime.date]
    plan: TourPlan


def _compute(inputs: Inputs, progress: Progress) -> Result:
    """Plan every rep; all problems of the inputs at once."""
    problems = [*_late(inputs), *_policy_problems(inputs), *_base_problems(inputs)]
    calendars, found = _calendars(inputs)
    problems += found
    if any(one.stops for one in problems):
        return Result(problems=tuple(problems))
    wanted = _wanted(inputs)
    problems += _left_out(inputs, wanted)
    model, rules = _model(inputs), _rules(inputs)
    fields, bases = [], _typed_bases(inputs)
    for number, (rep, base) in enumerate(bases):
        progress(number / len(bases))
        own = wanted[(wanted["rep"] == rep) & wanted["why"].isna()]
        fields.append(_field(rep, base, own, calendars[rep], model, rules))
    unserved = _unserved(wanted, fields)
    routes = _routes(wanted, fields)
    visits = _visits(wanted, unserved)
    tables = {
        VISITS.id: visits,
        ROUTES.id: routes,
        UNSERVED.id: unserved,
        REP_HOURS.id: _rep_hours(fields, rules.day_minutes),
    }
    return Result(tables, _numbers(visits, routes, fields), tuple(problems))


def _late(inputs: Inputs) -> Iterator[Problem]:
    """A day that would go on after midnight."""
    start, minutes = inputs.number("day_start") * _MINUTES_OF_DAY, inputs.number("day_minutes")
    if start + minutes > _MINUTES_OF_DAY + 1e-6:
        sheet = inputs.tables[VISIT_POLICY.id].cells.sheet
        clock = f"{int(start // 60)}:{int(start % 60):02}"
        yield problem("E-FIELD-MIDNIGHT", sheet=sheet, start=clock, minutes=f"{minutes:.15g}")


# Who is to be visited, and how often


def _policy_problems(inputs: Inputs) -> Iterator[Problem]:
    """Customers that no policy speaks of, and policies that speak of no customer."""
    customers, policy = inputs.tables[CUSTOMERS.id], inputs.tables[VISIT_POLICY.id]
    segments, known = customers.frame["segment"], policy.frame["segment"]
    if customers.frame.empty:
        yield _at_header("E-FIELD-NOBODY", customers, "customer")
        return
    if segments.isna().all():
        yield _at_header("E-FIELD-NOT-SEGMENTED", customers, "segment")
        return
    yield from _at_rows("E-FIELD-NO-SEGMENT", customers, "segment", segments.isna())
    for segment, of_it in customers.frame.groupby("segment"):
        if segment not in set(known):
            values = {"segment": segment, "count": len(of_it), "customer": of_it["customer"].min()}
            yield _at_header("E-FIELD-NO-POLICY", policy, "segment", values)
    for row in np.flatnonzero(~known.isin(segments)):
        at = {"sheet": policy.cells.sheet, "cell": policy.place(int(row), "segment")}
        yield problem("W-FIELD-POLICY-UNUSED", **at, segment=known.iloc[row])


def _wanted(inputs: Inputs) -> pd.DataFrame:
    """Customers with planned visits, by rep and label, with what stands in the way of planning them at all."""
    customers = inputs.frame(CUSTOMERS.id)
    policy = inputs.frame(VISIT_POLICY.id).set_index("segment")
    columns = ["customer", "name", "city", "rep", "segment", "territory", "latitude", "longitude"]
    wanted = customers[columns].assign(
        planned=customers["segment"].map(policy["visits"]).astype(int),
        minutes=customers["segment"].map(policy["minutes"]),
        placed=place_quality(customers["latitude"], customers["longitude"]),
        row=np.arange(len(customers)),
    )
    wanted = wanted[wanted["planned"] > 0]
    why = wanted["placed"].map({placed: reason for placed, (reason, _) in _PLACES.items()}).astype(object)
    wanted = wanted.assign(why=why.where(wanted["rep"].notna(), "no_rep"))
    in_order = sorted(range(len(wanted)), key=lambda row: _order(wanted["rep"].iloc[row], wanted["customer"].iloc[row]))
    return wanted.iloc[in_order].reset_index(drop=True)


def _order(rep: str | None, customer: str) -> tuple[object, ...]:
    """Where a customer stands among others: by rep, those without one last, then by label."""
    return rep is None, label_key("" if rep is None else rep), label_key(customer)


def _left_out(inputs: Inputs, wanted: pd.DataFrame) -> Iterator[Problem]:
    """Customers whose visits no rep can plan: nobody looks after them, or nobody knows where they are."""
    rows = inputs.tables[CUSTOMERS.id]
    count = len(rows.frame)
    yield from _at_rows("W-FIELD-NO-REP", rows, "rep", _mask(count, wanted[wanted["rep"].isna()]))
    for placed, (_, code) in _PLACES.items():
        yield from _at_rows(code, rows, "latitude", _mask(count, wanted[wanted["placed"] == placed]))


def _mask(count: int, some: pd.DataFrame) -> pd.Series:
    """Which rows of the customers some of those wanted are."""
    mask = np.zeros(count, bool)
    mask[some["row"]] = True
    return pd.Series(mask)


def _at_rows(code: str, rows: Rows, column: str, which: pd.Series) -> list[Problem]:
    """A problem of several customers, told at the cell of each."""
    found = [
        problem(
            code,
            sheet=rows.cells.sheet,
            cell=rows.place(int(row), column),
            customer=rows.frame["customer"].iloc[row],
            latitude=rows.frame["latitude"].iloc[row],
            longitude=rows.frame["longitude"].iloc[row],
        )
        for row in np.flatnonzero(which)
    ]
    return capped(found)


def _at_header(code: str, rows: Rows, column: str, values: Mapping[str, object] | None = None) -> Problem:
    """A problem of a whole column, told at its header."""
    place = rows.cells.place(-1, rows.headers[column])
    said: dict[str, Any] = dict(values or {})
    return problem(code, sheet=rows.cells.sheet, cell=place, **said)


# Where and when a rep works


def _typed_bases(inputs: Inputs) -> list[tuple[str, _Base | None]]:
    """The reps by label, each with the base typed for them; None where none is."""
    columns = ["rep", "base_latitude", "base_longitude"]
    typed = inputs.frame(TEAM.id)[columns].itertuples(index=False, name=None)
    reps = {rep: None if np.isnan(north) else _Base("typed", None, north, east) for rep, north, east in typed}
    return sorted(reps.items(), key=lambda entry: label_key(entry[0]))


def _base_problems(inputs: Inputs) -> Iterator[Problem]:
    """Bases that are half typed, or at 0, 0, which programs write for unknown."""
    rows = inputs.tables[TEAM.id]
    bases = rows.frame[["base_latitude", "base_longitude"]].to_numpy()
    for row in np.flatnonzero((np.isnan(bases).sum(axis=1) == 1) | (bases == 0).all(axis=1)):
        north, east = ("a blank" if np.isnan(degrees) else f"{degrees:.15g}" for degrees in bases[row])
        at = {"sheet": rows.cells.sheet, "cell": rows.place(int(row), "base_latitude")}
        yield problem("E-FIELD-BASE", **at, rep=rows.frame["rep"].iloc[row], latitude=north, longitude=east)


def _calendars(inputs: Inputs) -> tuple[dict[str, list[datetime.date]], list[Problem]]:
    """The working days of each rep in the cycle."""
    start = np.datetime64(inputs.day("plan_start"), "D")
    cycle = start + np.arange(7 * int(inputs.number("cycle_weeks")))
    works, problems = rep_working_days(inputs, cycle, cycle + 1)
    return {rep: cycle[days > 0].tolist() for rep, days in works.items()}, problems


def _model(inputs: Inputs) -> TravelModel:
    """How long a road takes."""
    town, regional, highway = (inputs.number(f"{band}_speed") for band in ("town", "regional", "highway"))
    bands = ((_TOWN_KM, town), (_REGIONAL_KM, regional), (float("inf"), highway))
    return TravelModel(inputs.number("fixed_minutes"), bands, inputs.number("detour"))


def _rules(inputs: Inputs) -> FieldRules:
    """When and how a rep works."""
    return FieldRules(
        day_minutes=inputs.number("day_minutes"),
        start=round(inputs.number("day_start") * _MINUTES_OF_DAY, _DECIMALS),
        nights_away=inputs.options["nights_away"] == "yes",
        longest_tour=int(inputs.number("tour_days")),
    )


def _field(
    rep: str,
    typed: _Base | None,
    shops: pd.DataFrame,
    days: Sequence[datetime.date],
    model: TravelModel,
    rules: FieldRules,
) -> _Field:
    """Plan one rep from the base that is typed, else from the customer in the middle."""
    if shops.empty:
        return _Field(rep, typed or _Base("none"), days, TourPlan((), (), ()))
    base = typed or _middle(shops, model)
    columns = ["customer", "latitude", "longitude", "minutes", "planned"]
    customers = [FieldCustomer(*shop) for shop in shops[columns].itertuples(index=False, name=None)]
    plan = plan_tours((base.latitude, base.longitude), customers, _runs(days), model=model, rules=rules)
    return _Field(rep, base, days, plan)


def _runs(days: Sequence[datetime.date]) -> list[int]:
    """Number the runs of days that follow each other: a tour goes over no week-end and no holiday."""
    return [(day - datetime.timedelta(days=number)).toordinal() for number, day in enumerate(days)]


def _middle(shops: pd.DataFrame, model: TravelModel) -> _Base:
    """The customer from whom the visits are reached soonest."""
    minutes = travel_matrix(shops["latitude"], shops["longitude"], model).minutes
    shop = shops.iloc[medoid(minutes, shops["planned"])]
    return _Base("customer", shop["customer"], shop["latitude"], shop["longitude"])


# What is written


def _unserved(wanted: pd.DataFrame, fields: Sequence[_Field]) -> pd.DataFrame:
    """Visits on no route, each customer with its reasons, by rep and label."""
    by_core = {(one.customer, _WHY[one.reason]): one.visits for field in fields for one in field.plan.unserved}
    before = wanted[wanted["why"].notna()]
    counted = {
        **by_core,
        **dict(zip(zip(before["customer"], before["why"], strict=True), before["planned"], strict=True)),
    }
    rows = pd.DataFrame([(*key, visits) for key, visits in counted.items()], columns=["customer", "reason", "visits"])
    told = wanted[["customer", "rep", "name", "city"]].merge(rows, on="customer")  # in the order of `wanted`
    ids = distinct(told["customer"] + "/" + told["reason"])
    return told[["rep", "customer", "name", "city", "visits", "reason"]].assign(row_id=ids)


def _visits(wanted: pd.DataFrame, unserved: pd.DataFrame) -> pd.DataFrame:
    """One line for each customer with planned visits."""
    left = wanted["customer"].map(unserved.groupby("customer")["visits"].sum()).fillna(0).astype(int)
    columns = ["customer", "rep", "segment", "territory", "planned", "minutes"]
    return wanted[columns].assign(routed=wanted["planned"] - left, unserved=left, row_id=wanted["customer"])


def _routes(wanted: pd.DataFrame, fields: Sequence[_Field]) -> pd.DataFrame:
    """Every stop of every day, and where the day ends."""
    columns = ["customer", "name", "city"]
    names = {shop: {"name": name, "city": city} for shop, name, city in wanted[columns].to_numpy().tolist()}
    rows = [
        {"rep": field.rep, "date": field.days[day.day], "tour": day.tour, "stop": number, **stop}
        for field in fields
        for day in field.plan.days
        for number, stop in enumerate(_stops(day, names), start=1)
    ]
    routes = pd.DataFrame(rows, columns=[column.id for column in ROUTES.columns]).astype({"date": "datetime64[s]"})
    return routes.assign(row_id=[f"{row['rep']}/{row['date']}/{row['stop']}" for row in rows])


def _stops(day: PlannedDay, names: Mapping[str, Mapping[str, object]]) -> Iterator[dict[str, object]]:
    """The visits of a day with their times, then the way home or to the night; times are sums of what is shown."""
    now, km, travel = day.start, 0.0, 0.0
    for visit in day.visits:
        arrive = now + round(visit.minutes, _DECIMALS)
        stay = round(visit.depart - visit.arrive, _DECIMALS)
        now, km, travel = arrive + stay, km + visit.km, travel + visit.minutes
        yield {
            **_way("visit", visit.km, visit.minutes, arrive),
            **names[visit.customer],
            "customer": visit.customer,
            "depart": _clock(now),
            "visit_minutes": stay,
            "night": 0,
        }
    night = day.ends_at
    kind = "home" if night is None else "night" if night.towards else "night_home"
    minutes = day.minutes - travel
    towards = names[night.towards] if night is not None and night.towards else {"name": None, "city": None}
    yield {
        **_way(kind, day.km - km, minutes, now + round(minutes, _DECIMALS)),
        **towards,
        "visit_minutes": 0.0,
        "night": int(night is not None),
    }


def _way(kind: str, km: float, minutes: float, arrive: float) -> dict[str, object]:
    """How one gets to a stop."""
    driven = {"km": abs(round(km, _DECIMALS)), "travel_minutes": abs(round(minutes, _DECIMALS))}
    return {"kind": kind, "arrive": _clock(arrive), **driven}


def _clock(minutes: float) -> float:
    """A time of day as a cell holds it."""
    return min(round(minutes, _DECIMALS), _MINUTES_OF_DAY) / _MINUTES_OF_DAY


def _rep_hours(fields: Sequence[_Field], day_minutes: float) -> pd.DataFrame:
    """Each rep with the base and the hours there are."""
    rows = [
        {
            "row_id": field.rep,
            "rep": field.rep,
            "base": field.base.kind,
            "base_customer": field.base.customer,
            "latitude": field.base.latitude,
            "longitude": field.base.longitude,
            "available_days": len(field.days),
            "available_hours": round(len(field.days) * day_minutes / 60, _DECIMALS),
        }
        for field in fields
    ]
    columns = ["row_id", *(column.id for column in REP_HOURS.stored_columns[1:])]
    return pd.DataFrame(rows, columns=columns)


def _numbers(visits: pd.DataFrame, routes: pd.DataFrame, fields: Sequence[_Field]) -> dict[str, float | int | str]:
    """What to tell."""
    planned, routed = int(visits["planned"].sum()), int(visits["routed"].sum())
    return {
        "visits_planned": planned,
        "visits_routed": routed,
        "visits_unserved": planned - routed,
        "coverage": round(routed / planned, 4) if planned else 0.0,
        "tours": sum(max((day.tour for day in field.plan.days), default=0) for field in fields),
        "days": sum(len(field.plan.days) for field in fields),
        "nights": int(routes["night"].sum()),
        "km": round(float(routes["km"].sum())),
        "visit_hours": round(float(routes["visit_minutes"].sum()) / 60, 1),
        "travel_hours": round(float(routes["travel_minutes"].sum()) / 60, 1),
        "bases_assumed": sum(field.base.kind == "customer" for field in fields),
    }


ACTION = Action(
    ActionSpecification(
        "plan_routes",
        "field_work",
        "CreateMap",
        (
            Option("cycle_weeks", Kind.INTEGER, 12.0, at_least=1, at_most=52),
            Option("day_start", Kind.TIME, 8 / 24),
            Option("day_minutes", Kind.INTEGER, 480.0, at_least=60, at_most=_MINUTES_OF_DAY),
            Option("nights_away", Kind.TEXT, "yes", choices="yes_no"),
            Option("tour_days", Kind.INTEGER, 5.0, at_least=1, at_most=5),
            Option("fixed_minutes", Kind.NUMBER, 5.0, at_least=0, at_most=120),
            Option("detour", Kind.NUMBER, 1.3, at_least=1, at_most=3),
            Option("town_speed", Kind.NUMBER, 30.0, at_least=5, at_most=200),
            Option("regional_speed", Kind.NUMBER, 60.0, at_least=5, at_most=200),
            Option("highway_speed", Kind.NUMBER, 100.0, at_least=5, at_most=200),
        ),
    ),
    reads=(CUSTOMERS.id, TEAM.id, TERRITORIES.id, VISIT_POLICY.id, VISITS.id, ROUTES.id, UNSERVED.id, REP_HOURS.id),
    compute=_compute,
)

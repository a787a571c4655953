"""The routes of the sample company through the command line, followed stop by stop from the saved file."""

from __future__ import annotations

import datetime
import itertools
import shutil
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from salesplan_xl.core.routes import TravelModel
from tests.command import salesplan
from tests.core.routes.checks import road_of
from tests.files import rows, stored_values

Row = dict[str, Any]
# what the options of the sample say
MODEL = TravelModel(5, ((10, 30), (50, 60), (float("inf"), 100)), 1.3)
DAY, START, WEEKS = 480, 480, 12
FIRST_DAY = datetime.datetime(2019, 7, 1)  # noqa: DTZ001 - cells have no time zone
# public holidays of the plan's first twelve weeks, from calendars: Independence Day and Labor Day; Canada Day and
# Labour Day; Summer Bank Holiday is the 26th of August in England only, so it is none of the United Kingdom
HOLIDAYS = {"US": ("2019-07-04", "2019-09-02"), "CA": ("2019-07-01", "2019-09-02"), "FR": ("2019-08-15",)}


@dataclass(frozen=True)
class Planned:
    """What the command told, and what another library reads in the saved plan."""

    numbers: Row
    codes: Counter[str]
    tables: dict[str, list[Row]]
    sheet: Row

    def days(self) -> list[list[Row]]:
        """The rows of the routes, day by day."""
        routes = self.tables["routes"]
        return [list(day) for _, day in itertools.groupby(routes, key=lambda row: (row["Rep"], row["Date"]))]


@pytest.fixture(scope="module")
def planned(demo_plan: Path, tmp_path_factory: pytest.TempPathFactory) -> Planned:
    """The demo's plan, segmented and with its routes."""
    plan = Path(shutil.copy(demo_plan, tmp_path_factory.mktemp("routes")))
    told = salesplan("run", plan, "segment", "plan_routes", "--json")
    assert told.code == 0, told.error
    names = ("customers", "team", "territories", "visit_policy", "visits", "routes", "unserved", "rep_hours")
    return Planned(
        {
            name.removeprefix("plan_routes."): value
            for name, value in told.document["numbers"].items()
            if name.startswith("plan_routes.")
        },
        Counter(told.codes),
        rows(plan, *names),
        stored_values(plan, ["7 Field work"])["7 Field work"],
    )


def minutes(time: Any) -> float:
    """A time of day in minutes, whatever the library makes of it."""
    if isinstance(time, datetime.time):
        return time.hour * 60 + time.minute + time.second / 60 + time.microsecond / 6e7
    return float(time) * 1440


def test_every_visit_of_the_policy_is_on_a_route_or_unserved_with_its_reason(planned: Planned) -> None:
    often = {row["Segment"]: row["Visits to each"] for row in planned.tables["visit_policy"]}
    asked = {row["Customer"]: often[row["Segment"]] for row in planned.tables["customers"] if often[row["Segment"]]}
    made = Counter(row["Customer"] for row in planned.tables["routes"] if row["Customer"])
    left = Counter[str]()
    for row in planned.tables["unserved"]:
        assert row["Reason"]
        left[row["Customer"]] += row["Visits"]
    assert {customer: made[customer] + left[customer] for customer in asked} == asked
    assert not (made.keys() | left.keys()) - asked.keys()
    assert {row["Customer"]: row["Planned"] for row in planned.tables["visits"]} == asked
    assert planned.numbers["visits_planned"] == sum(asked.values())
    assert planned.numbers["visits_routed"] == made.total()


def test_most_visits_are_served_and_the_others_have_reasons_a_manager_accepts(planned: Planned) -> None:
    # three customers have no place, Canada's three reps cannot drive from coast to coast
    why = Counter[str]()
    for row in planned.tables["unserved"]:
        why[row["Reason"]] += row["Visits"]
    known = why["no rep looks after the customer"] + why["no coordinates"]
    assert known < 0.1 * planned.numbers["visits_planned"]
    assert planned.numbers["visits_routed"] > 0.9 * (planned.numbers["visits_planned"] - known)
    assert why["no day of the cycle has room"] < 0.03 * planned.numbers["visits_planned"]
    assert all(row["Used"] < 1 for row in planned.tables["rep_hours"])
    assert (planned.codes["W-FIELD-NO-REP"], planned.codes["W-FIELD-NO-PLACE"]) == (0, 3)
    assert planned.codes["W-FIELD-NO-COUNTRY"] == 3


def test_every_day_holds_when_it_is_followed_from_stop_to_stop(planned: Planned) -> None:
    places = {row["Customer"]: (row["Latitude"], row["Longitude"]) for row in planned.tables["customers"]}
    names = {row["Customer"]: row["Name"] for row in planned.tables["customers"]}
    bases = {row["Rep"]: (row["Latitude"], row["Longitude"]) for row in planned.tables["rep_hours"]}
    stay = {row["Customer"]: row["Minutes"] for row in planned.tables["visits"]}
    here, rep, tour, away, driven, last = (0.0, 0.0), "", 0, False, 0.0, FIRST_DAY
    for day in planned.days():
        if (day[0]["Rep"], day[0]["Tour"]) != (rep, tour):
            assert not away
            rep, tour = day[0]["Rep"], day[0]["Tour"]
            here, driven = bases[rep], 0.0
        elif away:
            assert day[0]["Date"] - last == datetime.timedelta(days=1)
        now = float(START)
        for number, row in enumerate(day, start=1):
            assert row["Stop"] == number
            ends = number == len(day)
            assert ends == (row["What"] != "visit") == (row["Customer"] is None)
            # where the way leads: to the customer, home, or to whom the next day begins with
            towards = _next_customer(planned, row) if ends else row["Customer"]
            assert row["Name"] == (names[towards] if towards else None)
            km, whole = road_of(here, places[towards] if towards else bases[rep], MODEL)
            rest = whole - driven
            if row["Night"]:
                assert row["Travel"] <= rest + 0.01
                assert abs(now + row["Travel"] - START - DAY) < 0.02 or abs(row["Travel"] - rest) < 0.02
            else:
                assert abs(row["Travel"] - rest) < 0.02
            assert abs(row["Km"] - (km * row["Travel"] / whole if whole else 0)) < 0.02
            now += row["Travel"]
            assert abs(minutes(row["Arrive"]) - now) < 0.02
            if row["Night"]:
                driven += row["Travel"]
                continue
            here, driven = places[towards] if towards else bases[rep], 0.0
            if not ends:
                assert row["Visit"] == stay[towards]
                now += row["Visit"]
                assert abs(minutes(row["Depart"]) - now) < 0.02
        assert now <= START + DAY + 0.02
        away, last = bool(day[-1]["Night"]), day[-1]["Date"]
    assert not away


def _next_customer(planned: Planned, row: Row) -> str | None:
    """Who is visited next on a tour after a night; nobody if it goes home."""
    if row["What"] in ("home", "night, on the way home"):
        return None
    routes = planned.tables["routes"]
    return next(str(later["Customer"]) for later in routes[routes.index(row) :] if later["Customer"])


def test_days_are_working_days_of_the_cycle_and_a_tour_stays_in_its_week(planned: Planned) -> None:
    country = {row["Territory"]: row["Country"] for row in planned.tables["territories"]}
    homes = {row["Rep"]: country.get(row["Home territory"] or "") for row in planned.tables["team"]}
    weeks = defaultdict(set)
    for day in planned.days():
        rep, date = day[0]["Rep"], day[0]["Date"]
        assert FIRST_DAY <= date < FIRST_DAY + datetime.timedelta(weeks=WEEKS)
        assert date.weekday() < 5
        assert f"{date:%Y-%m-%d}" not in HOLIDAYS.get(homes[rep] or "", ())
        weeks[rep, day[0]["Tour"]].add(date.isocalendar().week)
    assert {len(those) for those in weeks.values()} == {1}


def test_the_hours_of_each_rep_and_the_totals_are_sums_of_the_routes(planned: Planned) -> None:
    for hours in planned.tables["rep_hours"]:
        days = [day for day in planned.days() if day[0]["Rep"] == hours["Rep"]]
        stops = list(itertools.chain.from_iterable(days))
        assert hours["Days"] == len(days)
        assert hours["Nights"] == sum(row["Night"] for row in stops)
        assert hours["Visits"] == sum(row["Customer"] is not None for row in stops)
        assert abs(hours["Km"] - sum(row["Km"] for row in stops)) < 0.01
        assert abs(hours["Visit hours"] - sum(row["Visit"] for row in stops) / 60) < 0.01
        assert abs(hours["Travel hours"] - sum(row["Travel"] for row in stops) / 60) < 0.01
        assert abs(hours["Used"] - (hours["Visit hours"] + hours["Travel hours"]) / hours["Available hours"]) < 1e-9
    shown = {planned.sheet[f"B{row}"]: planned.sheet[f"C{row}"] for row in range(6, 16)}
    assert shown["Visits planned"] == shown["Visits on a route"] + shown["Visits unserved"]
    assert shown["Visits on a route"] == planned.numbers["visits_routed"]
    assert shown["Nights away"] == planned.numbers["nights"]
    assert abs(shown["Coverage"] - planned.numbers["coverage"]) < 1e-4
    policy = planned.tables["visit_policy"]
    assert sum(row["Planned"] for row in policy) == shown["Visits planned"]
    assert sum(row["Routed"] for row in policy) == shown["Visits on a route"]
    assert sum(row["Routed"] for row in planned.tables["territories"]) == shown["Visits on a route"]


def test_the_what_if_cells_answer(planned: Planned) -> None:
    # Seattle to itself is nothing; 480 / (60 + 120) = 2.67 visits a day; 120 x 3 x 180 + 300 x 195 + 170 x 195 minutes
    # are 2607.5 hours, of 480 for each rep: 5.43
    assert (planned.sheet["AH7"], planned.sheet["AI7"]) == (0, 0)
    assert (planned.sheet["AH16"], planned.sheet["AI19"]) == (2, 6)
    assert [planned.sheet[f"AL{row}"] for row in (7, 8, 14)] == ["label", "Seattle", "Seattle"]

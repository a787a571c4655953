"""What answers each kind of case about field work."""

import itertools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from salesplan_xl.core.routes import distance_km, route_day
from salesplan_xl.core.routes.search import nearest_first
from salesplan_xl.core.visits import tour_factor, visits_per_day, workload
from tests.core.routes.checks import read_tsplib, tour_length, walk

Inputs = Mapping[str, Any]


def great_circle(inputs: Inputs) -> Any:
    return [float(distance_km(one[0], one[1], two[0], two[1], detour=1)) for one, two in inputs["pairs"]]


def visits_of_a_day(inputs: Inputs) -> Any:
    times = inputs["field_minutes"], inputs["average_visit_minutes"], inputs["average_travel_minutes"]
    without, idle = visits_per_day(*times), visits_per_day(*times, idle=0.5)
    return {
        "visits_without_idle": without.whole,
        "exact_without_idle": without.exact,
        "visits_with_idle": idle.whole,
        "exact_with_idle": idle.exact,
    }


def visits_by_group(inputs: Inputs) -> Any:
    names = ("customers", "visits_per_month", "visit_minutes", "travel_minutes")
    customers, visits, visit_min, travel_min = ([group[name] for group in inputs["groups"]] for name in names)
    hours = inputs["field_minutes_per_rep_month"] / 60
    work = workload(customers, visits, visit_min, travel_min, hours)
    return {
        "visits": work.visits.tolist(),
        "minutes": (work.hours * 60).tolist(),
        "total_minutes": work.total_hours * 60,
        "weighted_minutes_per_visit": work.minutes_per_visit,
        "reps_exact": work.reps_exact,
        "reps": work.reps,
        "visits_per_rep_month": visits_per_day(hours * 60, work.minutes_per_visit, 0).exact,
    }


def tour_length_factor(inputs: Inputs) -> Any:
    return {n: tour_factor(float(n)) for n in inputs["n"]}


def exact(inputs: Inputs) -> Any:
    if "instances" in inputs:
        tables = [read_tsplib(path) for path in inputs["instances"]]
        return {"optimal_length": [int(route_day(table, np.zeros(len(table))).finish) for table in tables]}
    table = np.array(inputs["matrix"], dtype=np.float64)
    sequence = route_day(table, np.zeros(len(table))).sequence
    tour = [0, *sequence, 0]
    return {"optimal_length": int(tour_length(table, sequence)), "tour": tour, "tour_or_its_reverse": _turned(tour)}


def nearest_neighbour(inputs: Inputs) -> Any:
    table = np.array(inputs["matrix"], dtype=np.float64)
    tour = nearest_first(table).tolist()
    return {"length": int(tour_length(table, tour[1:])), "tour": [*tour, 0]}


def appointments(inputs: Inputs) -> Any:
    table, visit = np.array(inputs["travel_minutes"], dtype=np.float64), inputs["service_minutes"]
    windows = inputs["open"], inputs["close"]
    start = inputs["start"]
    route = route_day(table, visit, start=start, windows=list(zip(*windows, strict=True)))
    as_soon = [
        order
        for order in itertools.permutations(range(1, len(table)))
        if walk(table, visit, *windows, order, start=start) <= route.finish
    ]
    return {
        "finish": route.finish,
        "sequence": list(route.sequence),
        "travel_of_each": [tour_length(table, order) for order in as_soon],
    }


def _turned(tour: list[int]) -> list[int]:
    """A round trip and its reverse are one: the one whose first stop is higher than its last."""
    return tour if tour[1] > tour[-2] else tour[::-1]


ADAPTERS: dict[str, Callable[[Inputs], Any]] = {
    "great-circle-distance": great_circle,
    "visits-per-day": visits_of_a_day,
    "visits-by-customer-group": visits_by_group,
    "tour-length-factor": tour_length_factor,
    "route-exact": exact,
    "route-nearest-neighbour": nearest_neighbour,
    "route-with-appointments": appointments,
}

"""Field work worked out again with plain loops: what the rules of core are checked against."""

import itertools
import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from salesplan_xl.core.routes import FieldCustomer, FieldRules, PlannedDay, Reason, TourPlan, TravelModel

Floats = NDArray[np.float64]
TSPLIB = Path(__file__).parents[2] / "cases" / "known" / "shared" / "data" / "tsplib"


def crow_km(one: tuple[float, float], two: tuple[float, float]) -> float:
    """The great circle by the angle between two directions, another formula than the product's."""
    (north, east), (other_north, other_east) = (tuple(map(math.radians, place)) for place in (one, two))
    across = math.cos(other_north) * math.sin(other_east - east)
    along = math.cos(north) * math.sin(other_north) - math.sin(north) * math.cos(other_north) * math.cos(
        other_east - east
    )
    inwards = math.sin(north) * math.sin(other_north) + math.cos(north) * math.cos(other_north) * math.cos(
        other_east - east
    )
    return 6371.0088 * math.atan2(math.hypot(across, along), inwards)


def road_minutes(km: float, model: TravelModel) -> float:
    """The minutes of a leg, km by band."""
    if km == 0:
        return 0.0
    minutes, below = model.fixed, 0.0
    for up_to, speed in model.bands:
        if km > below:
            minutes += (min(km, up_to) - below) / speed * 60
        below = up_to
    return minutes


def walk(
    travel: Floats,
    visit: Sequence[float],
    opens: Sequence[float],
    closes: Sequence[float],
    order: Sequence[int],
    *,
    start: float = 0.0,
    round_trip: bool = True,
) -> float:
    """When a day in this order ends; infinite where it misses a window."""
    now, here = max(start, opens[0]) + visit[0], 0
    for stop in order:
        now = max(now + travel[here][stop], opens[stop])
        if now > closes[stop] + 1e-9:
            return math.inf
        now, here = now + visit[stop], stop
    end = now + (travel[here][0] if round_trip else 0)
    return end if end <= closes[0] + 1e-9 else math.inf


def soonest(
    travel: Floats, visit: Sequence[float], opens: Sequence[float], closes: Sequence[float], *, round_trip: bool = True
) -> tuple[float, list[tuple[int, ...]]]:
    """The soonest end of the day, and every order that reaches it, by trying all."""
    ends = {
        order: walk(travel, visit, opens, closes, order, round_trip=round_trip)
        for order in itertools.permutations(range(1, len(travel)))
    }
    best = min(ends.values())
    return best, [order for order, end in ends.items() if end <= best + 1e-9]


def tour_length(travel: Floats, stops: Sequence[int]) -> float:
    """The way from the base through the stops and back."""
    way = [0, *stops, 0]
    return float(sum(travel[one][two] for one, two in itertools.pairwise(way)))


def road_of(here: tuple[float, float], there: tuple[float, float], model: TravelModel) -> tuple[float, float]:
    """Road km and minutes of a way; what is shorter than a millimetre is none."""
    road = model.detour * crow_km(here, there)
    road = road if road > 1e-6 else 0.0
    return road, road_minutes(road, model)


def by_tour(plan: TourPlan) -> dict[int, list[PlannedDay]]:
    """The days of each tour."""
    return {tour: list(days) for tour, days in itertools.groupby(plan.days, key=lambda day: day.tour)}


def check_plan(
    plan: TourPlan,
    base: tuple[float, float],
    customers: Sequence[FieldCustomer],
    weeks: Sequence[int],
    model: TravelModel,
    rules: FieldRules,
) -> None:
    """Follow a plan hour by hour and compare it with what was asked for."""
    places = {customer.label: (customer.latitude, customer.longitude) for customer in customers}
    stay = {customer.label: customer.visit_minutes for customer in customers}
    made: Counter[str] = Counter()
    order = {tour: [visit.customer for day in days for visit in day.visits] for tour, days in by_tour(plan).items()}
    last_day, last_tour, night = -1, 0, None
    for day in plan.days:
        assert last_day < day.day < len(weeks)
        same_tour = day.tour == last_tour
        assert same_tour or (day.tour == last_tour + 1 and night is None)
        assert day.begins_at == (night if same_tour else None)
        if same_tour:
            assert night is not None
            assert day.day == last_day + 1
            assert weeks[day.day] == weeks[last_day]
        left_on_tour = order[day.tour]
        at, driven = (None, 0.0) if night is None else (night.customer, night.minutes)
        now, km, travel = day.start, 0.0, 0.0
        assert day.start == rules.start
        assert len({visit.customer for visit in day.visits}) == len(day.visits)
        for visit in day.visits:
            assert visit.customer == left_on_tour.pop(0)
            road, minutes = road_of(places.get(at or "", base), places[visit.customer], model)
            rest = minutes - driven
            assert rest > -1e-6
            assert abs(visit.minutes - rest) < 1e-3
            assert abs(visit.km - (road * rest / minutes if minutes else 0)) < 1e-3
            assert abs(visit.arrive - (now + visit.minutes)) < 1e-6
            assert abs(visit.depart - (visit.arrive + stay[visit.customer])) < 1e-6
            at, driven, now = visit.customer, 0.0, visit.depart
            km, travel = km + visit.km, travel + visit.minutes
            made[visit.customer] += 1
        towards = left_on_tour[0] if left_on_tour else None
        road, minutes = road_of(places.get(at or "", base), places.get(towards or "", base), model)
        up_to = minutes
        if day.ends_at is not None:
            assert rules.nights_away
            assert (day.ends_at.customer, day.ends_at.towards) == (at, towards)
            up_to = day.ends_at.minutes
            assert -1e-6 < up_to < minutes + 1e-3
            assert abs(day.ends_at.km - (road * up_to / minutes if minutes else 0)) < 1e-3
            # one drives until the day or the way is over
            assert now + up_to - driven - day.start > rules.day_minutes - 1e-3 or up_to > minutes - 1e-3
        assert up_to > driven - 1e-6
        now, travel = now + up_to - driven, travel + up_to - driven
        km += road * (up_to - driven) / minutes if minutes else 0
        assert abs(day.finish - now) < 1e-3
        assert abs(day.km - km) < 1e-2
        assert abs(day.minutes - travel) < 1e-2
        assert day.finish - day.start <= rules.day_minutes + 1e-6
        last_day, last_tour, night = day.day, day.tour, day.ends_at
    assert not any(order.values())
    assert night is None
    lengths = Counter(day.tour for day in plan.days)
    assert max(lengths.values(), default=1) <= (rules.longest_tour if rules.nights_away else 1)
    left = Counter({entry.customer: 0 for entry in plan.unserved})
    for entry in plan.unserved:
        assert entry.visits > 0
        assert isinstance(entry.reason, Reason)
        left[entry.customer] += entry.visits
    for customer in customers:
        assert made[customer.label] + left[customer.label] == customer.visits


def read_tsplib(path: str | Path) -> Floats:
    """The distances of a TSPLIB instance, by the rules of its documentation."""
    specification: dict[str, str] = {}
    numbers: list[float] = []
    section = ""
    for line in Path(path).read_text(encoding="ascii").splitlines():
        words = line.split()
        if ":" in line:
            key, value = line.split(":", 1)
            specification[key.strip()] = value.strip()
        elif words and words[0][0].isalpha():
            section = words[0]
        elif section in ("EDGE_WEIGHT_SECTION", "NODE_COORD_SECTION"):
            numbers += map(float, words)
    size, kind = int(specification["DIMENSION"]), specification["EDGE_WEIGHT_TYPE"]
    if kind == "EXPLICIT":
        return _explicit(numbers, size, specification["EDGE_WEIGHT_FORMAT"])
    places = np.array(numbers).reshape(size, 3)[:, 1:]
    if kind == "EUC_2D":
        return np.asarray(np.floor(np.sqrt(((places[:, None] - places) ** 2).sum(axis=-1)) + 0.5))
    degrees = np.trunc(places)
    north, east = (3.141592 * (degrees + 5 * (places - degrees) / 3) / 180).T
    one, two, three = (
        np.cos(east[:, None] - east),
        np.cos(north[:, None] - north),
        np.cos(north[:, None] + north),
    )
    far = np.floor(6378.388 * np.arccos(np.minimum(0.5 * ((1 + one) * two - (1 - one) * three), 1)) + 1)
    np.fill_diagonal(far, 0)
    return np.asarray(far)


def _explicit(numbers: list[float], size: int, form: str) -> Floats:
    if form == "FULL_MATRIX":
        return np.array(numbers).reshape(size, size)
    table = np.zeros((size, size))
    table[np.tril_indices(size) if form == "LOWER_DIAG_ROW" else np.triu_indices(size, 1)] = numbers
    return table + table.T

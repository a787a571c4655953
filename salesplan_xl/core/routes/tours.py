"""
The field work of one rep for a cycle: which customer on which day, in tours from the base and back.

A customer to be visited f times gets one visit in each of f equal parts of the cycle. To that end the cycle is
divided into as many rounds as the most visited customer has visits; the visits of a round are
grouped into tours by `salesplan_xl.core.routes.split`; and the tours are put on days near the round's
first, the longest before the others. Everything is decided by label where it is equal otherwise, and
nothing by the clock.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, groupby, pairwise

import numpy as np
from numpy.typing import NDArray

from salesplan_xl.core.errors import OutOfRangeError, WrongShapeError
from salesplan_xl.core.labels import label_key
from salesplan_xl.core.routes.day import MOST_STOPS_PROVEN
from salesplan_xl.core.routes.plan import (
    FieldCustomer,
    FieldRules,
    Night,
    PlannedDay,
    PlannedVisit,
    Reason,
    TourPlan,
    Unserved,
)
from salesplan_xl.core.routes.rounds import members_of_rounds
from salesplan_xl.core.routes.split import BASE, Limits, NightAway, Tour, holds, nights_of, tours_of
from salesplan_xl.core.routes.travel import TravelMatrix, TravelModel, travel_matrix

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class _Work:
    """What is to be done: travel between places, minutes and number of visits of each, and what a tour may be."""

    travel: TravelMatrix
    visit: Floats
    often: NDArray[np.int64]
    limits: Limits


@dataclass
class _Calendar:
    """Which tour begins on which day, and on which days each place is visited."""

    weeks: tuple[int, ...]
    visits: Sequence[int]
    tours: dict[int, Tour] = field(default_factory=dict)
    days_of: dict[int, list[int]] = field(default_factory=dict)

    def least_gap(self, place: int) -> int:
        """Return the fewest days wanted from one visit to the next: half an even interval."""
        return max(1, len(self.weeks) // (2 * self.visits[place - 1]))

    def too_close(self, place: int) -> bool:
        """Tell whether two visits are nearer than wanted."""
        days = sorted(self.days_of.get(place, ()))
        return any(later - earlier < self.least_gap(place) for earlier, later in pairwise(days))

    def put(self, start: int, tour: Tour) -> None:
        """Put a tour on the days from `start`."""
        self.tours[start] = tour
        for offset, day in enumerate(tour):
            for place in day:
                self.days_of.setdefault(place, []).append(start + offset)

    def longest_free(self) -> int:
        """Count the free days that follow each other in one week, where they are most."""
        taken = {start + offset for start, tour in self.tours.items() for offset in range(len(tour))}
        free = [(week, day) for day, week in enumerate(self.weeks) if day not in taken]
        runs = groupby((week, day - rank) for rank, (week, day) in enumerate(free))
        return max((len(list(days)) for _, days in runs), default=0)

    def with_added(self, start: int, offset: int, position: int, place: int) -> Tour:
        """Return a tour with a visit added to one of its days."""
        days = list(self.tours[start])
        days[offset] = (*days[offset][:position], place, *days[offset][position:])
        return tuple(days)

    def add(self, start: int, offset: int, position: int, place: int) -> None:
        """Add a visit to a day of a tour."""
        self.tours[start] = self.with_added(start, offset, position, place)
        self.days_of.setdefault(place, []).append(start + offset)


def plan_tours(
    base: tuple[float, float],
    customers: Sequence[FieldCustomer],
    weeks: Sequence[int],
    *,
    model: TravelModel | None = None,
    rules: FieldRules | None = None,
) -> TourPlan:
    """
    Plan the visits of one rep for a cycle.

    Parameters
    ----------
    base : (float, float)
        Latitude and longitude where tours begin and end. `salesplan_xl.core.routes.medoid` of the customers
        is what to assume where it is unknown.
    customers : sequence of FieldCustomer
        In any order; labels are unique.
    weeks : sequence of int
        For each day of the cycle that is available, in order, the number of its week. Days of one week stand
        together; a tour of several days takes days that follow each other in one week.
    model : TravelModel, optional
        How long a road takes; by default the figures of `TravelModel`.
    rules : FieldRules, optional
        When and how the rep works; by default the figures of `FieldRules`.

    Returns
    -------
    plan : TourPlan
        Every visit asked for is on exactly one day or listed as unserved with its reason. No day is longer than
        allowed, and no visit is broken off by a night. A tour begins and ends at the base. In between, the rep
        drives on after the last visit of a day, towards the next customer or home, as far as the day allows, and
        spends the night there: on the road, or at the next customer's place if it is reached. So a way may take
        several days. The next day begins where the night was. Visits begin on arrival. The same customers in
        any order give the same plan.

    Raises
    ------
    OutOfRangeError
        If the base is no place, or a number is outside its range.
    WrongShapeError
        If a label is not unique.

    Notes
    -----
    Visits of a customer aim at equal parts of the cycle and stay at least half an even interval
    apart where days allow; where they do not, the customer is listed. Where days are short, the
    tours with the fewest visits a day are left out first; their visits then go on days that are still free, in
    shorter tours, or into tours that have room. The method is a heuristic: travel is not the least
    possible.

    Examples
    --------
    >>> shops = [FieldCustomer("North", 48.9, 2.3, 30, 2), FieldCustomer("South", 48.7, 2.3, 30, 1)]
    >>> plan = plan_tours((48.8, 2.3), shops, [1, 1, 1, 2, 2, 2])
    >>> [(day.day, [visit.customer for visit in day.visits]) for day in plan.days]
    [(0, ['North', 'South']), (3, ['North'])]
    """
    used = FieldRules() if rules is None else rules
    shops = sorted(customers, key=lambda customer: label_key(customer.label))
    _check(base, shops, used)
    plannable, refused = _sorted_out(shops, len(weeks), used)
    if not plannable:
        return TourPlan((), tuple(refused), ())
    north, east = zip(base, *((shop.latitude, shop.longitude) for shop in plannable), strict=True)
    work = _Work(
        travel_matrix(north, east, model),
        np.array([0.0, *(shop.visit_minutes for shop in plannable)]),
        np.array([0, *(shop.visits for shop in plannable)]),
        _limits(weeks, used),
    )
    rounds, too_far = _rounds(work)
    calendar = _Calendar(tuple(weeks), [shop.visits for shop in plannable])
    no_day = _place_rest(calendar, _place_rounds(calendar, rounds), work)
    unserved = [
        *refused,
        *_counted(plannable, _fill(calendar, no_day, work), Reason.NO_DAY_LEFT),
        *_counted(plannable, too_far, Reason.TOO_FAR),
    ]
    return TourPlan(
        _timetable(calendar, plannable, work, used.start),
        tuple(sorted(unserved, key=lambda one: (label_key(one.customer), one.reason))),
        tuple(shop.label for place, shop in enumerate(plannable, start=1) if calendar.too_close(place)),
    )


def _check(base: tuple[float, float], shops: Sequence[FieldCustomer], rules: FieldRules) -> None:
    """Refuse what cannot be planned with."""
    if not _is_place(*base):
        raise OutOfRangeError("latitude of the base", base[0], "a latitude, with its longitude, of a real place")
    labels = [shop.label for shop in shops]
    if len(set(labels)) < len(labels):
        raise WrongShapeError("labels of customers", (len(labels),), (len(set(labels)),))
    for what, number, least in (
        ("length of a day", rules.day_minutes, 1.0),
        ("start of a day", rules.start, 0.0),
        ("number of days of a tour", rules.longest_tour, 1.0),
        ("travel that a night saves", rules.night_minutes, 0.0),
        *(("length of a visit", shop.visit_minutes, 0.0) for shop in shops),
        *(("number of visits", shop.visits, 0.0) for shop in shops),
    ):
        if not least <= number < np.inf:
            raise OutOfRangeError(what, number, f"{least:g} or more")


def _is_place(latitude: float, longitude: float) -> bool:
    """Tell a position on Earth from a missing one; (0, 0) is what programs write for unknown."""
    return abs(latitude) <= 90 and abs(longitude) <= 180 and (latitude, longitude) != (0, 0)


def _sorted_out(
    shops: Sequence[FieldCustomer], days: int, rules: FieldRules
) -> tuple[list[FieldCustomer], list[Unserved]]:
    """Tell customers that can be planned from those that cannot; those without visits are neither."""
    plannable, refused = [], []
    for shop in shops:
        if shop.visits == 0:
            continue
        if not _is_place(shop.latitude, shop.longitude):
            refused.append(Unserved(shop.label, shop.visits, Reason.NO_COORDINATES))
        elif shop.visit_minutes > rules.day_minutes:
            refused.append(Unserved(shop.label, shop.visits, Reason.LONGER_THAN_A_DAY))
        elif shop.visits > days:
            refused.append(Unserved(shop.label, shop.visits, Reason.MORE_VISITS_THAN_DAYS))
        else:
            plannable.append(shop)
    return plannable, refused


def _limits(weeks: Sequence[int], rules: FieldRules) -> Limits:
    """Return what a tour may be: no longer than the longest week."""
    longest_week = max(len(list(days)) for _, days in groupby(weeks))
    longest_tour = min(int(rules.longest_tour), longest_week) if rules.nights_away else 1
    return Limits(rules.day_minutes, longest_tour, rules.night_minutes)


def _rounds(work: _Work) -> tuple[list[list[Tour]], list[int]]:
    """Group the visits of each round into tours; the places out of reach come once per visit."""
    known: dict[tuple[int, ...], tuple[list[Tour], list[int]]] = {}
    rounds, too_far = [], []
    for members in members_of_rounds(work.travel.minutes, work.visit, work.often):
        if members not in known:
            known[members] = tours_of(work.travel.minutes, work.visit, members, work.limits)
        tours, beyond = known[members]
        rounds.append(tours)
        too_far += beyond
    return rounds, too_far


def _place_rounds(calendar: _Calendar, rounds: Sequence[Sequence[Tour]]) -> list[int]:
    """Put the tours on days; returns the places of those for which there is none, once per visit."""
    days = len(calendar.weeks)
    everything = [(number, tour) for number, tours in enumerate(rounds) for tour in tours]
    dense_first = sorted(everything, key=lambda entry: (_density(entry[1])[0], entry))
    kept: list[tuple[int, Tour]] = []
    needed, left = 0, []
    for number, tour in dense_first:
        if needed + len(tour) <= days:
            kept.append((number, tour))
            needed += len(tour)
        else:
            left += [place for day in tour for place in day]
    for number, tour in sorted(kept, key=lambda entry: (-len(entry[1]), entry)):
        start = _best_start(calendar, tour, number * days // len(rounds))
        if start is None:
            left += [place for day in tour for place in day]
        else:
            calendar.put(start, tour)
    return left


def _place_rest(calendar: _Calendar, left: Iterable[int], work: _Work) -> list[int]:
    """Put visits on days that are still free, in tours short enough for them; returns those left, once per visit."""
    rest = sorted(left)
    while rest and (free := calendar.longest_free()):
        limits = replace(work.limits, longest_tour=min(free, work.limits.longest_tour))
        tours, _ = tours_of(work.travel.minutes, work.visit, sorted(set(rest)), limits)
        if not tours:
            break
        densest = min(tours, key=_density)
        start = _best_start(calendar, densest, 0)
        if start is None:
            break
        calendar.put(start, densest)
        for place in chain.from_iterable(densest):
            rest.remove(place)
    return rest


def _density(tour: Tour) -> tuple[float, Tour]:
    """Return what puts tours in order: those with the most visits a day first."""
    return -sum(map(len, tour)) / len(tour), tour


def _best_start(calendar: _Calendar, tour: Tour, wanted: int) -> int | None:
    """Find the free days with the fewest visits too close to others of the customer, then nearest to the wanted."""
    weeks, length = np.array(calendar.weeks), len(tour)
    free = np.ones(len(weeks), dtype=np.bool_)
    for start, other in calendar.tours.items():
        free[start : start + len(other)] = False
    starts = np.arange(len(weeks) - length + 1)
    possible = weeks[starts] == weeks[starts + length - 1]
    for offset in range(length):
        possible &= free[starts + offset]
    if not possible.any():
        return None
    close = np.zeros(len(starts))
    for offset, day in enumerate(tour):
        for place in day:
            gap = calendar.least_gap(place)
            for other_day in calendar.days_of.get(place, ()):
                close[max(0, other_day - offset - gap + 1) : max(0, other_day - offset + gap)] += 1
    order = np.lexsort((starts, np.abs(starts - wanted), np.where(possible, close, np.inf)))
    return int(order[0])


def _fill(calendar: _Calendar, left: Iterable[int], work: _Work) -> list[int]:
    """Put single visits into tours that have room for them; returns those that fit nowhere."""
    minutes, visit, day = work.travel.minutes.tolist(), work.visit.tolist(), work.limits.day_minutes
    spare = {start: _spare(minutes, visit, tour, day) for start, tour in calendar.tours.items()}
    rest = []
    for place in sorted(left):
        fits = sorted(
            (round(longer, 6), start, offset, position)
            for start in calendar.tours
            for longer, offset, position in _ways_in(calendar, start, place, minutes)
            if longer + visit[place] <= spare[start] + 1e-6
        )
        chosen = next((fit for fit in fits if holds(minutes, visit, calendar.with_added(*fit[1:], place), day)), None)
        if chosen is None:
            rest.append(place)
            continue
        calendar.add(*chosen[1:], place)
        spare[chosen[1]] -= chosen[0] + visit[place]
    return rest


def _spare(minutes: Sequence[Sequence[float]], visit: Sequence[float], tour: Tour, day: float) -> float:
    """Return the minutes that the days of a tour have left in all."""
    way = [BASE, *chain.from_iterable(tour), BASE]
    return len(tour) * day - sum(minutes[one][two] + visit[two] for one, two in pairwise(way))


def _ways_in(
    calendar: _Calendar, start: int, place: int, minutes: Sequence[Sequence[float]]
) -> Iterator[tuple[float, int, int]]:
    """Go through the ways to add a visit to a tour: minutes of travel more, day of the tour, position in the day."""
    tour, gap = calendar.tours[start], calendar.least_gap(place)
    way = [BASE, *chain.from_iterable(tour), BASE]
    before = 0
    for offset, day in enumerate(tour):
        near = any(abs(start + offset - other) < gap for other in calendar.days_of.get(place, ()))
        if not near and len(day) < MOST_STOPS_PROVEN:
            for position in range(len(day) + 1):
                one, two = way[before + position], way[before + position + 1]
                yield minutes[one][place] + minutes[place][two] - minutes[one][two], offset, position
        before += len(day)


def _timetable(
    calendar: _Calendar, shops: Sequence[FieldCustomer], work: _Work, start: float
) -> tuple[PlannedDay, ...]:
    """Walk through every tour and note its times."""
    minutes, visit = work.travel.minutes.tolist(), work.visit.tolist()
    planned: list[PlannedDay] = []
    for number, (first, tour) in enumerate(sorted(calendar.tours.items()), start=1):
        away = nights_of(minutes, visit, tour, work.limits.day_minutes)
        nights: list[NightAway | None] = [None, *away, None]
        for offset, day in enumerate(tour):
            walk = _Walk(work, shops, nights[offset], start)
            visits = tuple(walk.visit(place) for place in day)
            night = nights[offset + 1]
            walk.drive_on(night)
            ends = (_night(nights[offset], shops, work), _night(night, shops, work))
            planned.append(PlannedDay(first + offset, number, *ends, visits, start, walk.now, walk.km, walk.minutes))
    return tuple(planned)


class _Walk:
    """A day on the way: where it has come to, when, and how far."""

    def __init__(self, work: _Work, shops: Sequence[FieldCustomer], night: NightAway | None, start: float) -> None:
        self._work, self._shops = work, shops
        self._here, self._driven = (BASE, 0.0) if night is None else (night.place, night.driven)
        self.now, self.km, self.minutes = start, 0.0, 0.0

    def visit(self, place: int) -> PlannedVisit:
        """Go to a place and visit it."""
        km, minutes = self._drive(place, float(self._work.travel.minutes[self._here, place]))
        arrive = self.now
        self.now += float(self._work.visit[place])
        self._here, self._driven = place, 0.0
        return PlannedVisit(self._shops[place - 1].label, arrive, self.now, km, minutes)

    def drive_on(self, night: NightAway | None) -> None:
        """Go to where the night is spent: home, or as far as that is on the way to the next place."""
        if night is None:
            self._drive(BASE, float(self._work.travel.minutes[self._here, BASE]))
        else:
            self._drive(night.towards, night.driven)

    def _drive(self, place: int, up_to: float) -> tuple[float, float]:
        """Drive on towards a place, up to so many minutes from the last one; gives km and minutes."""
        minutes = up_to - self._driven
        km = _part(self._work.travel, self._here, place, minutes)
        self.now, self.km, self.minutes = self.now + minutes, self.km + km, self.minutes + minutes
        return km, minutes


def _part(travel: TravelMatrix, here: int, there: int, minutes: float) -> float:
    """Return the km of a part of the way: in proportion to its minutes."""
    whole = float(travel.minutes[here, there])
    return float(travel.km[here, there]) * (minutes / whole) if whole else float(travel.km[here, there])


def _night(night: NightAway | None, shops: Sequence[FieldCustomer], work: _Work) -> Night | None:
    """Word a night by labels; a night at the base is none."""
    if night is None:
        return None
    place, towards = (None if end == BASE else shops[end - 1].label for end in (night.place, night.towards))
    return Night(place, towards, night.driven, _part(work.travel, night.place, night.towards, night.driven))


def _counted(shops: Sequence[FieldCustomer], places: Iterable[int], reason: Reason) -> list[Unserved]:
    """Count visits that are not planned by customer."""
    counts: dict[int, int] = {}
    for place in places:
        counts[place] = counts.get(place, 0) + 1
    return [Unserved(shops[place - 1].label, visits, reason) for place, visits in counts.items()]

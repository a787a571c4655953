"""
From one long order of visits to days and tours.

All visits are put into one order that would be short if days had no end, or in which the visits of a day stand
together; then the order is cut where the cuts cost least. A tour leaves the base and comes back to it, on one day
or on several with nights between them. After the last visit of a day the way goes on as far as the day allows, and the
night is spent there: on the road, or at the next place if it is reached.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from salesplan_xl.core.routes.day import MOST_STOPS_PROVEN, best_order
from salesplan_xl.core.routes.savings import merged_order
from salesplan_xl.core.routes.search import improved_tour
from salesplan_xl.core.routes.ties import in_millionths

Floats = NDArray[np.float64]

Tour = tuple[tuple[int, ...], ...]
"""Days of a tour, each the places visited in order; a day without any is a day of driving."""

BASE = 0
"""Place of the base in a travel table."""

_STARTS = 2

# Minutes by which a day may seem too long: noise in the last digits of sums.
_NOISE = 1e-9


@dataclass(frozen=True)
class Limits:
    """
    What a tour may be.

    Parameters
    ----------
    day_minutes : float
        Longest day, travel and visits, above zero.
    longest_tour : int
        Days of the longest tour, 1 or more; 1 where every night is spent at the base.
    night_minutes : float
        Travel that a night away must save to be worth it, zero or more.
    """

    day_minutes: float
    longest_tour: int
    night_minutes: float


@dataclass(frozen=True)
class NightAway:
    """
    Where a night between two days of a tour is spent.

    Parameters
    ----------
    place : int
        The last visited; the base where none was yet.
    towards : int
        The next to be visited; the base on the way home.
    driven : float
        Minutes driven from the one to the other before the night, zero or more.
    """

    place: int
    towards: int
    driven: float


@dataclass(frozen=True)
class _State:
    """
    How visits up to a place of the order are best served: the cost, and the step that led there.

    Minutes driven towards the next place are `driven`. The step began at the state `came_from`; it has days of
    driving before its day of visits, and after it.
    """

    cost: float
    driven: float
    came_from: tuple[int, int]
    days_before: int
    days_after: int


@dataclass(frozen=True)
class _Order:
    """An order of visits as plain lists: places, the ways to each from the one before, out and back, and the visits."""

    places: list[int]
    legs: list[float]
    out: list[float]
    back: list[float]
    stay: list[float]


def tours_of(minutes: Floats, visit: Floats, places: Sequence[int], limits: Limits) -> tuple[list[Tour], list[int]]:
    """
    Group visits into tours and order each day.

    Parameters
    ----------
    minutes : ndarray of float64, shape (n, n)
        Travel from the row to the column; the base is 0.
    visit : ndarray of float64, shape (n,)
        Minutes of a visit to each place, none longer than a day.
    places : sequence of int
        Places to visit once each, without the base, in the order that breaks ties.
    limits : Limits
        What a tour may be.

    Returns
    -------
    tours : list of tuple
        Tours; each place in exactly one, or in the second list. No day exceeds the longest, nor holds more
        than 16 visits. Visits of a day stand in the order with the shortest way from the place before them to the last
        of the day, or home, unless the days would not hold that.
    out_of_reach : list of int
        Places to which there and back again is more than the longest tour.

    Examples
    --------
    >>> table = np.array([[0.0, 50.0, 60.0], [50.0, 0.0, 20.0], [60.0, 20.0, 0.0]])
    >>> tours_of(table, np.array([0.0, 30.0, 30.0]), [1, 2], Limits(480, 1, 0))
    ([((1, 2),)], [])
    """
    within, beyond = _reachable(minutes, visit, places, limits)
    if not within:
        return [], beyond
    nodes = [BASE, *within]
    whole = in_millionths(minutes[np.ix_(nodes, nodes)])
    shortest = [nodes[stop] for stop in improved_tour(whole, _STARTS)]
    merged = merged_order(minutes, visit, within, limits.day_minutes)
    orders = (shortest, shortest[::-1], merged, merged[::-1])
    splits = [_split(_in_order(minutes, visit, order), limits) for order in orders]
    _, tours = min(splits, key=lambda split: round(split[0], 6))
    return [_ordered(minutes, visit, tour, limits) for tour in tours], beyond


def nights_of(minutes: Sequence[Sequence[float]], visit: Sequence[float], tour: Tour, day: float) -> list[NightAway]:
    """
    Find where the nights of a tour are spent.

    Parameters
    ----------
    minutes : sequence of sequence of float, shape (n, n)
        Travel from the row to the column; the base is 0.
    visit : sequence of float, shape (n,)
        Minutes of a visit to each place.
    tour : tuple
        Days of the tour.
    day : float
        Longest day.

    Returns
    -------
    nights : list of NightAway
        One after each day but the last: as far on the way to the next place, or home, as the day allows.

    Examples
    --------
    >>> table = [[0.0, 500.0], [500.0, 0.0]]  # eight hours out; twenty minutes, a visit, seven hours back; the rest
    >>> nights_of(table, [0.0, 30.0], ((), (1,), ()), 480.0)
    [NightAway(place=0, towards=1, driven=480.0), NightAway(place=1, towards=0, driven=430.0)]
    """
    return _followed(minutes, visit, tour, day)[0]


def holds(minutes: Sequence[Sequence[float]], visit: Sequence[float], tour: Tour, day: float) -> bool:
    """
    Tell whether the days of a tour are long enough for it.

    Parameters
    ----------
    minutes : sequence of sequence of float, shape (n, n)
        Travel from the row to the column; the base is 0.
    visit : sequence of float, shape (n,)
        Minutes of a visit to each place.
    tour : tuple
        Days of the tour.
    day : float
        Longest day.

    Returns
    -------
    holds : bool
        Whether no day is too long when nights are spent where `nights_of` says.

    Examples
    --------
    >>> table = [[0.0, 200.0], [200.0, 0.0]]
    >>> holds(table, [0.0, 80.0], ((1,),), 480.0), holds(table, [0.0, 81.0], ((1,),), 480.0)
    (True, False)
    """
    return _followed(minutes, visit, tour, day)[1] <= day + _NOISE


def _followed(
    minutes: Sequence[Sequence[float]], visit: Sequence[float], tour: Tour, day: float
) -> tuple[list[NightAway], float]:
    """Follow a tour day by day: where its nights are, and how long the longest of its days is."""
    nights: list[NightAway] = []
    here, driven, longest = BASE, 0.0, 0.0
    for number, places in enumerate(tour):
        spent = 0.0
        for place in places:
            spent += minutes[here][place] - driven + visit[place]
            here, driven = place, 0.0
        towards = next(chain(chain.from_iterable(tour[number + 1 :]), (BASE,)))
        rest = minutes[here][towards] - driven
        if number < len(tour) - 1:
            rest = min(rest, max(0.0, day - spent))
            driven += rest
            nights.append(NightAway(here, towards, driven))
        longest = max(longest, spent + rest)
    return nights, longest


def _reachable(minutes: Floats, visit: Floats, places: Sequence[int], limits: Limits) -> tuple[list[int], list[int]]:
    """Tell places that a tour of their own could get to and back from, from those that none can."""
    within: list[int] = []
    beyond: list[int] = []
    for place in places:
        out, stay, back = float(minutes[BASE, place]), float(visit[place]), float(minutes[place, BASE])
        before, room = _days_before(out, 0.0, stay, limits.day_minutes)
        after = _days_after(back, room, limits.day_minutes)
        (within if before + 1 + after <= limits.longest_tour else beyond).append(place)
    return within, beyond


def _days_before(way: float, driven: float, stay: float, day: float) -> tuple[int, float]:
    """Count the days of driving before the day in which the way ends and a visit fits; and what is left of that day."""
    days = max(0, math.ceil((way - driven + stay - day - _NOISE) / day))
    left = max(0.0, way - driven - days * day)
    return days, day - left - stay


def _days_after(way: float, room: float, day: float) -> int:
    """Count the days of driving home after a day with some minutes left."""
    return max(0, math.ceil((way - room - _NOISE) / day))


def _in_order(minutes: Floats, visit: Floats, order: list[int]) -> _Order:
    """Read the ways and visits of an order."""
    legs = [math.nan, *minutes[order[:-1], order[1:]].tolist()]
    return _Order(order, legs, minutes[BASE, order].tolist(), minutes[order, BASE].tolist(), visit[order].tolist())


def _split(order: _Order, limits: Limits) -> tuple[float, list[Tour]]:
    """Cut an order into tours at least cost; gives the cost and the tours."""
    states = _states(order, limits)
    return states[len(order.places), 0].cost, _tours_between(states, order.places)


def _states(order: _Order, limits: Limits) -> dict[tuple[int, int], _State]:
    """
    Find the best way to every state: visits served, and days since the base was left (0 at the base).

    A day costs as much as the longest day has minutes, so that few days come before little travel. In the evening
    the way goes on as far as the day allows: that is never worse for the days that follow.
    """
    longest, night, most_days, count = limits.day_minutes, limits.night_minutes, limits.longest_tour, len(order.places)
    legs, out, back, stay = order.legs, order.out, order.back, order.stay
    states = {(0, 0): _State(0.0, 0.0, (0, 0), 0, 0)}

    def offer(
        state: tuple[int, int], cost: float, driven: float, came: tuple[int, int], before: int, after: int
    ) -> None:
        known = states.get(state)
        if known is None or cost < known.cost - 1e-6 or (cost < known.cost + 1e-6 and driven > known.driven + 1e-6):
            states[state] = _State(cost, driven, came, before, after)

    for served in range(count):
        for days in (*range(most_days - 1, 0, -1), 0):
            here = states.get((served, days))
            if here is None:
                continue
            way = legs[served] if days else out[served]
            before, room = _days_before(way, here.driven, stay[served], longest)
            cost = here.cost + before * (longest + night) + longest + way
            for stop in range(served, min(count, served + MOST_STOPS_PROVEN)):
                if stop > served:
                    cost += legs[stop]
                    room -= legs[stop] + stay[stop]
                done = days + before + 1
                if room < -_NOISE or done > most_days:
                    break
                after = _days_after(back[stop], room, longest)
                if done + after <= most_days:
                    offer(
                        (stop + 1, 0), cost + back[stop] + after * (longest + night), 0.0, (served, days), before, after
                    )
                if stop + 1 == count or done == most_days:
                    continue
                driven = min(max(0.0, room), legs[stop + 1])
                offer((stop + 1, done), cost + night, driven, (served, days), before, 0)
    return states


def _tours_between(states: dict[tuple[int, int], _State], places: list[int]) -> list[Tour]:
    """Walk back through the states and return the tours in order."""
    tours: list[Tour] = []
    at = (len(places), 0)
    days: list[tuple[int, ...]] = []
    while at != (0, 0):
        step = states[at]
        days += [()] * step.days_after
        days.append(tuple(places[step.came_from[0] : at[0]]))
        days += [()] * step.days_before
        if step.came_from[1] == 0:
            tours.append(tuple(reversed(days)))
            days = []
        at = step.came_from
    return tours[::-1]


def _ordered(minutes: Floats, visit: Floats, tour: Tour, limits: Limits) -> Tour:
    """Put the visits of each day into the best order; the last stays last if a night follows."""
    ways, stay, whole = minutes.tolist(), visit.tolist(), in_millionths(minutes)
    before = BASE
    for number, day in enumerate(tour):
        for kept in (0, 1):  # the first stays first if the evening before could not do enough of another way
            ordered = _ordered_day(whole, before, day, kept, goes_home=number == len(tour) - 1)
            changed = (*tour[:number], ordered, *tour[number + 1 :])
            if ordered == day or holds(ways, stay, changed, limits.day_minutes):
                tour = changed
                break
        before = (before, *tour[number])[-1]
    return _without_idle_days(ways, stay, tour, limits.day_minutes)


def _ordered_day(whole: Floats, before: int, day: tuple[int, ...], kept: int, *, goes_home: bool) -> tuple[int, ...]:
    """Order one day between the last place before it and its last place, or home; the first `kept` stay first."""
    first = day[:kept]
    last = () if goes_home else day[kept:][-1:]
    free = sorted(day[kept : len(day) - len(last)])
    begin, end = (before, *first)[-1], (*last, BASE)[0]
    ordered = best_order(whole[begin, free], whole[np.ix_(free, free)], whole[free, end])
    return (*first, *(free[stop - 1] for stop in ordered), *last)


def _without_idle_days(minutes: Sequence[Sequence[float]], visit: Sequence[float], tour: Tour, day: float) -> Tour:
    """Take out days of driving that a shorter way has made needless."""
    for number, places in enumerate(tour):
        shorter = (*tour[:number], *tour[number + 1 :])
        if not places and holds(minutes, visit, shorter, day):
            return _without_idle_days(minutes, visit, shorter, day)
    return tour

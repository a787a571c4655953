"""
The order of one day's visits.

Up to sixteen stops every order is weighed, by dynamic programming over the sets of stops visited so
far, so the answer is proven. Beyond that `salesplan_xl.core.routes.search` improves a first tour until no
single change helps. Travel may differ by direction. Times of day are minutes from midnight.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.errors import AppointmentError, OutOfRangeError, TooManyStopsError, WrongShapeError
from salesplan_xl.core.reading import read_at_least_zero
from salesplan_xl.core.routes.search import improved_tour
from salesplan_xl.core.routes.ties import PER_MINUTE, in_millionths

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MOST_STOPS_PROVEN = 16
"""Stops, the base not counted, up to which the best order is proven."""


@dataclass(frozen=True)
class Route:
    """
    A day's visits in order, with their times.

    Parameters
    ----------
    sequence : tuple of int
        Stops in the order they are visited, by position in the travel table; the base, 0, is not in it.
    arrive, depart : tuple of float
        For each visit, when the stop is reached and when it is left, in minutes from midnight. Between them lie
        the wait for its opening and the visit itself.
    wait : tuple of float
        For each visit, minutes waited for its opening.
    travel : tuple of float
        Minutes of travel to each visit.
    start : float
        When the base is left, in minutes from midnight.
    back : float
        Minutes of travel back to the base; zero without a round trip.
    finish : float
        When the day ends, in minutes from midnight: back at the base, or on leaving the last stop.
    proof : {"exact", "heuristic"}
        Whether no other order can be better, or only none that a single change would give.
    """

    sequence: tuple[int, ...]
    arrive: tuple[float, ...]
    depart: tuple[float, ...]
    wait: tuple[float, ...]
    travel: tuple[float, ...]
    start: float
    back: float
    finish: float
    proof: Literal["exact", "heuristic"]


class _Layer(NamedTuple):
    """Sets of stops of one size that hold one stop, as bits of whole numbers, and the same without it."""

    last: int
    sets: Integers
    without: Integers


def route_day(
    travel: ArrayLike,
    visit: ArrayLike,
    *,
    start: float = 0.0,
    windows: Sequence[tuple[float | None, float | None] | None] | None = None,
    round_trip: bool = True,
    labels: Sequence[str] | None = None,
) -> Route:
    """
    Find the order of a day's visits that ends the day soonest.

    Parameters
    ----------
    travel : array_like, shape (n + 1, n + 1)
        Minutes from the row to the column, zero or more; the base is 0. The two directions may differ.
    visit : array_like, shape (n + 1,)
        Minutes spent at each stop, zero or more; at the base, before it is left.
    start : float, default 0
        When work begins at the base, in minutes from midnight.
    windows : sequence of (open, close), length n + 1, optional
        For each stop, between which times a visit may begin, in minutes from midnight; None where there is no
        limit. Whoever comes early waits. At the base: work does not begin before the first, and the
        day ends by the second.
    round_trip : bool, default True
        Whether the day ends back at the base. If not, it ends on leaving the last stop.
    labels : sequence of str, length n + 1, optional
        Names of the stops for refusals; by default "stop 3" and so on.

    Returns
    -------
    route : Route
        Every stop once. Up to 16 stops no other order ends sooner. Differences below a millionth of a minute do not
        count. Of equal orders without windows it is the one whose first stop, then second and so on,
        stands earliest in the table; so a route is chosen before its mirror. With windows it is the one
        whose last stop stands earliest, then the one before it and so on.

    Raises
    ------
    AppointmentError
        If no order keeps all windows; it names a stop and its window.
    TooManyStopsError
        If there are windows and more than 16 stops.
    OutOfRangeError
        If a time is negative or not finite.
    WrongShapeError
        If the table is not square or a list has another length.

    Notes
    -----
    M. Held and R. M. Karp, "A dynamic programming approach to sequencing problems", 1962. With windows a set of stops
    and the last of them are reached as early as can be, which is never worse than later.

    Examples
    --------
    >>> table = [[0, 10, 20, 30], [10, 0, 12, 25], [20, 12, 0, 9], [30, 25, 9, 0]]
    >>> route = route_day(table, [0, 30, 30, 30], start=480)
    >>> route.sequence, route.finish  # 480 + 10 + 12 + 9 + 30 on the road + 90 of visits
    ((1, 2, 3), 631.0)
    """
    minutes, stay = _read(travel, visit, start)
    stops = len(minutes) - 1
    opens, closes = _read_windows(windows, stops)
    names = ["the base", *(f"stop {stop}" for stop in range(1, stops + 1))] if labels is None else labels
    begin = max(start, float(opens[0]))
    appointments = bool((opens[1:] > begin).any() or np.isfinite(closes).any())
    if appointments and stops > MOST_STOPS_PROVEN:
        raise TooManyStopsError(stops, MOST_STOPS_PROVEN, "with appointments")
    weighed = in_millionths(minutes)
    if not round_trip:
        weighed[:, 0] = 0
    if appointments:
        sequence = _in_time(weighed, stay, opens, closes, begin, list(names))
    else:
        sequence = best_order(weighed[0, 1:], weighed[1:, 1:], weighed[1:, 0])
    proof: Literal["exact", "heuristic"] = "exact" if stops <= MOST_STOPS_PROVEN else "heuristic"
    return _timed(minutes, stay, opens, begin, sequence, proof, round_trip=round_trip)


def best_order(out: Floats, between: Floats, back: Floats) -> list[int]:
    """
    Order stops between two ends so that the way is shortest.

    Parameters
    ----------
    out : ndarray of float64, shape (n,)
        From the first end to each stop: whole numbers of zero or more, or their sums are not exact and neither
        are ties.
    between : ndarray of float64, shape (n, n)
        From stop to stop.
    back : ndarray of float64, shape (n,)
        From each stop to the other end; zeros where the way ends at the last stop.

    Returns
    -------
    order : list of int
        The stops from 1 to n. Proven to be shortest up to 16 stops; of equal orders the one whose first stop
        is lowest, then the second and so on.

    Examples
    --------
    >>> best_order(np.array([1.0, 9.0]), np.array([[0.0, 2.0], [2.0, 0.0]]), np.array([9.0, 1.0]))
    [1, 2]
    """
    count = len(out)
    if count <= 1:
        return list(range(1, count + 1))
    if count > MOST_STOPS_PROVEN:
        table = np.block([[np.zeros((1, 1)), out[None, :]], [back[:, None], between]])
        return improved_tour(table)
    # From the far end backwards, so that walking back through the table gives the lowest first stop first.
    cost = np.full((1 << count, count), np.inf)
    before = np.full((1 << count, count), -1, dtype=np.int8)
    cost[1 << np.arange(count), np.arange(count)] = back
    for layer in _layers(count):
        reached = cost[layer.without] + between[layer.last]
        chosen = reached.argmin(axis=1)
        cost[layer.sets, layer.last] = reached[np.arange(len(chosen)), chosen]
        before[layer.sets, layer.last] = chosen
    return _walked_back(before, int((cost[-1] + out).argmin()))


def _in_time(
    travel: Floats, visit: Floats, opens: Floats, closes: Floats, start: float, labels: list[str]
) -> list[int]:
    """Return the order that keeps all windows and ends the day soonest."""
    count = len(travel) - 1
    stay, opening, closing = (in_millionths(times) for times in (visit, opens, closes))
    leave = in_millionths(np.array(start)) + stay[0]
    between, back = travel[1:, 1:], travel[1:, 0]
    done = np.full((1 << count, count), np.inf)
    before = np.full((1 << count, count), -1, dtype=np.int8)

    def left(arrived: Floats, stop: int) -> Floats:
        begun = np.maximum(arrived, opening[stop + 1])
        return np.where(begun <= closing[stop + 1], begun + stay[stop + 1], np.inf)

    for stop in range(count):
        done[1 << stop, stop] = left(leave + travel[0, stop + 1], stop)
    for layer in _layers(count):
        arrived = done[layer.without] + between[:, layer.last]
        chosen = arrived.argmin(axis=1)
        done[layer.sets, layer.last] = left(arrived[np.arange(len(chosen)), chosen], layer.last)
        before[layer.sets, layer.last] = chosen
    ends = done[-1] + back if count else np.array([leave])
    if not np.isfinite(ends.min()):
        raise _missed(done, travel, leave, (opens, closes), labels)
    if ends.min() > closing[0]:
        soonest = float(ends.min()) / PER_MINUTE
        raise AppointmentError(labels[0], float(opens[0]), float(closes[0]), soonest, tuple(labels[1:]))
    return _walked_back(before, int(ends.argmin()))[::-1] if count else []


def _missed(
    done: Floats, travel: Floats, leave: float, windows: tuple[Floats, Floats], labels: list[str]
) -> AppointmentError:
    """Name the stop that is missed by least among the fewest that cannot all be visited in time."""
    count = len(travel) - 1
    opens, closes = windows
    sizes = np.array([number.bit_count() for number in range(1 << count)])
    clash = int(np.where(np.isfinite(done).any(axis=1) | (sizes == 0), count + 1, sizes).argmin())
    late = []
    for stop in (one for one in range(1, count + 1) if clash >> (one - 1) & 1):
        before = clash ^ (1 << (stop - 1))
        arrived = float((done[before] + travel[1:, stop]).min()) if before else float(leave + travel[0, stop])
        late.append((arrived - float(closes[stop]) * PER_MINUTE, stop, arrived / PER_MINUTE))
    _, stop, earliest = min(late)
    beside = tuple(labels[one] for one in range(1, count + 1) if clash >> (one - 1) & 1 and one != stop)
    return AppointmentError(labels[stop], float(opens[stop]), float(closes[stop]), earliest, beside)


def _timed(
    minutes: Floats,
    visit: Floats,
    opens: Floats,
    start: float,
    sequence: list[int],
    proof: Literal["exact", "heuristic"],
    *,
    round_trip: bool,
) -> Route:
    """Walk through the day and note its times."""
    arrive, depart, wait, travel = [], [], [], []
    here, now = 0, start + float(visit[0])
    for stop in sequence:
        leg = float(minutes[here, stop])
        reached = now + leg
        begun = max(reached, float(opens[stop]))
        here, now = stop, begun + float(visit[stop])
        arrive.append(reached)
        depart.append(now)
        wait.append(begun - reached)
        travel.append(leg)
    back = float(minutes[here, 0]) if round_trip else 0.0
    return Route(
        tuple(sequence), tuple(arrive), tuple(depart), tuple(wait), tuple(travel), start, back, now + back, proof
    )


def _walked_back(before: NDArray[np.int8], stop: int) -> list[int]:
    """Return the stops, counted from 1, from the given one through all others, the one the table began with last."""
    order, visited = [], len(before) - 1
    while stop >= 0:
        order.append(stop + 1)
        stop, visited = int(before[visited, stop]), visited ^ (1 << stop)
    return order


@lru_cache(maxsize=4)
def _all_layers(count: int) -> tuple[_Layer, ...]:
    """Return for two stops and more the sets that hold each stop, smaller sets first."""
    sets = np.arange(1 << count)
    held = (sets[:, None] >> np.arange(count)) & 1
    sizes = held.sum(axis=1)
    layers = []
    for size in range(2, count + 1):
        for last in range(count):
            chosen = sets[(sizes == size) & (held[:, last] == 1)]
            layers.append(_Layer(last, chosen, chosen ^ (1 << last)))
    return tuple(layers)


def _layers(count: int) -> Iterator[_Layer]:
    """Yield the layers of the table in the order in which they can be filled."""
    return iter(_all_layers(count))


def _read(travel: ArrayLike, visit: ArrayLike, start: float) -> tuple[Floats, Floats]:
    """Return travel and visits as arrays that fit each other."""
    minutes, stay = np.asarray(travel, np.float64), np.asarray(visit, np.float64)
    if minutes.ndim != 2 or minutes.shape[0] != minutes.shape[1] or not minutes.size:
        raise WrongShapeError("travel times", minutes.shape, "(n, n) with the base")
    if stay.shape != (len(minutes),):
        raise WrongShapeError("visit times", stay.shape, (len(minutes),))
    for what, times in (("travel time", minutes), ("visit time", stay), ("start of the day", np.array(start))):
        read_at_least_zero(what, times, "zero minutes or more")
    return minutes, stay


def _read_windows(
    windows: Sequence[tuple[float | None, float | None] | None] | None, stops: int
) -> tuple[Floats, Floats]:
    """Return openings and closings; zero and infinity where there are none."""
    opens, closes = np.zeros(stops + 1), np.full(stops + 1, np.inf)
    if windows is None:
        return opens, closes
    if len(windows) != stops + 1:
        raise WrongShapeError("windows", (len(windows),), (stops + 1,))
    for stop, window in enumerate(windows):
        first, last = window or (None, None)
        opens[stop] = 0.0 if first is None else first
        closes[stop] = np.inf if last is None else last
    wrong = ~((opens >= 0) & np.isfinite(opens) & (closes >= opens))
    if wrong.any():
        raise OutOfRangeError("closing time", closes[wrong].tolist()[0], "at or after the opening, zero or later")
    return opens, closes

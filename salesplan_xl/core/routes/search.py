"""
Tours of many stops, good but not proven: a first tour improved until no single change helps.

First tours go to the nearest stop not yet visited. Changes are turning a stretch around (2-opt) and
moving up to three stops elsewhere, turned or not (Or-opt); the one that saves most is made first. The
two directions of travel may differ.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_MOST_STARTS = 30
_LONGEST_MOVED = 3

# A change must save more than this to be made; in tables of whole numbers every saving is more.
_LEAST_SAVING = 1e-9


def improved_tour(travel: Floats, starts: int = _MOST_STARTS) -> list[int]:
    """
    Find a short tour from the base through all stops and back.

    Parameters
    ----------
    travel : ndarray of float64, shape (n + 1, n + 1)
        From the row to the column, zero or more; the base is 0. Whole numbers make ties exact.
    starts : int, default 30
        From how many places, evenly spaced in the table, a first tour is begun; at least 1.

    Returns
    -------
    stops : list of int
        The stops from 1 to n in order. No single change of the two kinds makes it shorter. Always the same
        for the same table; of equally short tours the first found, and where travel is the same in both
        directions, turned so that its first stop is lower than its last.

    Examples
    --------
    >>> line = np.array([0.0, 3.0, 1.0, 2.0])
    >>> improved_tour(np.abs(line[:, None] - line))
    [1, 3, 2]
    """
    count = len(travel)
    places = np.unique(np.linspace(0, count - 1, min(starts, count)).astype(np.int64))
    best, shortest = np.arange(count), np.inf
    for place in places.tolist():
        tour = _improved(travel, nearest_first(travel, place))
        length = _length(travel, tour)
        if length < shortest - _LEAST_SAVING:
            best, shortest = tour, length
    stops: list[int] = best[1:].tolist()
    if len(stops) > 1 and stops[0] > stops[-1] and (travel == travel.T).all():
        stops.reverse()
    return stops


def nearest_first(travel: Floats, place: int = 0) -> Integers:
    """
    Give the tour that always goes to the nearest place left.

    Parameters
    ----------
    travel : ndarray of float64, shape (n, n)
        From the row to the column, zero or more; the base is 0.
    place : int, default 0
        Where it is begun.

    Returns
    -------
    tour : ndarray of int64, shape (n,)
        Every place once, of equally near ones the lowest first, turned so that it begins at the base.

    Examples
    --------
    >>> line = np.array([0.0, 3.0, 1.0, -1.5])
    >>> nearest_first(np.abs(line[:, None] - line)).tolist()
    [0, 2, 1, 3]
    """
    left = np.zeros(len(travel))
    tour: list[int] = []
    while len(tour) < len(travel):
        tour.append(place)
        left[place] = np.inf
        place = int((travel[place] + left).argmin())
    return np.roll(tour, -tour.index(0))


def _improved(travel: Floats, tour: Integers) -> Integers:
    """Make the change that saves most until none saves anything; the base stays first."""
    while True:
        ways = travel[np.ix_(tour, tour)]
        changes = [_best_turn(ways), *(_best_move(ways, size) for size in range(1, _LONGEST_MOVED + 1))]
        _, order = min(changes, key=lambda change: change[0])
        if _length(ways, order) >= _length(ways, np.arange(len(tour))) - _LEAST_SAVING:
            return tour
        tour = tour[order]


def _length(travel: Floats, tour: Integers) -> float:
    """Add up a tour, the way back to its first place included."""
    return float(travel[tour, np.roll(tour, -1)].sum())


def _best_turn(ways: Floats) -> tuple[float, Integers]:
    """Find the stretch that saves most when turned around: the change of length and the new order."""
    count = len(ways)
    order = np.arange(count)
    if count < 3:
        return 0.0, order
    after = np.roll(order, -1)
    steps = ways[order, after]
    there = np.concatenate(([0.0], np.cumsum(ways[order[:-1], order[1:]])))
    turned = np.concatenate(([0.0], np.cumsum(ways[order[1:], order[:-1]])))
    extra = turned - there
    # Turn the stretch from the place after `first` to `last`.
    change = ways + ways[after][:, after] - steps[:, None] - steps + extra - extra[after][:, None]
    change[np.tril_indices(count, 1)] = np.inf
    first, last = divmod(int(change.argmin()), count)
    order[first + 1 : last + 1] = order[first + 1 : last + 1][::-1]
    return float(change[first, last]), order


def _best_move(ways: Floats, size: int) -> tuple[float, Integers]:
    """Find the run of `size` stops that saves most elsewhere: the change of length and the new order."""
    count = len(ways)
    order = np.arange(count)
    if count < size + 2:
        return 0.0, order
    first = np.arange(1, count - size + 1)  # of the run; the base is never moved
    last = first + size - 1
    after = (last + 1) % count
    left = order  # the run goes between `left` and `right`
    right = np.roll(order, -1)
    closing = ways[first - 1, after] - ways[first - 1, first] - ways[last, after]
    opening = -ways[left, right]
    there = ways[first][:, first].diagonal()  # zeros, extended below by the steps inside the run
    for step in range(size - 1):
        there = there + ways[first + step + 1, first + step] - ways[first + step, first + step + 1]
    forward = ways[left][:, first].T + ways[last][:, right]
    backward = ways[left][:, last].T + ways[first][:, right] + there[:, None]
    inside = (left >= first[:, None] - 1) & (left <= last[:, None])
    both = np.stack((forward, backward)) + closing[:, None] + opening
    both[:, inside] = np.inf
    turned, run, gap = np.unravel_index(int(both.argmin()), both.shape)
    begin, end = int(first[run]), int(last[run]) + 1
    moved = order[begin:end][::-1] if turned else order[begin:end]
    rest = np.concatenate((order[:begin], order[end:]))
    place = int(np.flatnonzero(rest == gap)[0]) + 1
    return float(both[turned, run, gap]), np.concatenate((rest[:place], moved, rest[place:]))

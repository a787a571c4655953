"""
Days that grow together: the savings method, for an order of visits in which those of one day stand together.

Every visit begins as a day of its own; the two days whose joining saves most travel are joined, as long as the day
holds them. Clarke and Wright, "Scheduling of vehicles from a central depot", 1964.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def merged_order(minutes: Floats, visit: Floats, places: Sequence[int], day_minutes: float) -> list[int]:
    """
    Put visits into an order in which those of a day stand together.

    Parameters
    ----------
    minutes : ndarray of float64, shape (n, n)
        Travel from the row to the column; the base is 0.
    visit : ndarray of float64, shape (n,)
        Minutes of a visit to each place.
    places : sequence of int
        Places to visit, without the base, in the order that breaks ties.
    day_minutes : float
        Longest day, travel and visits.

    Returns
    -------
    order : list of int
        Every place once. Each day is followed by the one that begins nearest to its end.

    Examples
    --------
    >>> line = np.array([0.0, 90.0, -90.0, 91.0, -91.0])
    >>> merged_order(np.abs(line[:, None] - line), np.full(5, 30.0), [1, 2, 3, 4], 480)
    [1, 3, 2, 4]
    """
    day_of: dict[int, tuple[int, ...]] = {place: (place,) for place in places}
    for one, two in _pairs_by_saving(minutes, places):
        first, second = day_of[one], day_of[two]
        if first is second or one not in (first[0], first[-1]) or two not in (second[0], second[-1]):
            continue
        joined = (first if first[-1] == one else first[::-1]) + (second if second[0] == two else second[::-1])
        travel = math.fsum(minutes[here, there] for here, there in pairwise((0, *joined, 0)))
        if travel + visit[list(joined)].sum() <= day_minutes:
            day_of.update(dict.fromkeys(joined, joined))
    left = list(dict.fromkeys(day_of.values()))
    order: list[int] = []
    end = 0
    while left:
        ways = [(round(float(minutes[end, way[0]]), 6), way, day) for day in left for way in (day, day[::-1])]
        _, way, day = min(ways)
        left.remove(day)
        order += way
        end = way[-1]
    return order


def _pairs_by_saving(minutes: Floats, places: Sequence[int]) -> list[tuple[int, int]]:
    """Return the pairs of places that are better visited one after the other, the best first."""
    at = np.array(places, dtype=np.int64)
    saving = np.round(minutes[at, 0][:, None] + minutes[0, at] - minutes[np.ix_(at, at)], 6)
    first, second = np.triu_indices(len(at), 1)
    gain = saving[first, second]
    best_first = np.argsort(-gain, kind="stable")
    best_first = best_first[gain[best_first] > 0]
    return list(zip(at[first[best_first]].tolist(), at[second[best_first]].tolist(), strict=True))

"""
Which visits of a cycle are made in which round.

A cycle has as many rounds as the most visited customer has visits. Each customer's visits go to different rounds,
evenly apart, and near customers go to the same ones, so that a round has short ways.
"""

import numpy as np
from numpy.typing import NDArray

from salesplan_xl.core.routes.search import improved_tour
from salesplan_xl.core.routes.ties import in_millionths

Floats = NDArray[np.float64]

# Work beyond an even share that a round may be given for the sake of shorter ways.
_UNEVEN = 1.1


def members_of_rounds(minutes: Floats, visit: Floats, often: NDArray[np.int64]) -> list[tuple[int, ...]]:
    """
    Choose the rounds in which each place is visited.

    Parameters
    ----------
    minutes : ndarray of float64, shape (n, n)
        Travel from the row to the column; the base is 0.
    visit : ndarray of float64, shape (n,)
        Minutes of a visit to each place.
    often : ndarray of int64, shape (n,)
        Visits of each place, 1 or more; of the base 0.

    Returns
    -------
    members : list of tuple of int
        For each of the ``max(often)`` rounds the places visited in it, ascending. Visit k of f, counted from 0, is in
        round ``(k * rounds + shift) // f``: one in each of f equal parts of the cycle. The shift of a place
        is the one with the shortest ways to places already in those rounds, among those that leave no
        round with more than a tenth above an even share of the work, if there is one.

    Examples
    --------
    >>> line = np.array([0.0, 10.0, 11.0, -10.0, -11.0])
    >>> members_of_rounds(np.abs(line[:, None] - line), np.zeros(5), np.array([0, 2, 1, 1, 1]))
    [(1, 2), (1, 3, 4)]
    """
    count = int(often.max())
    apart = np.where(np.eye(len(minutes), dtype=np.bool_), np.inf, minutes)
    effort = apart.min(axis=1) + visit
    share = _UNEVEN * float((effort * often).sum()) / count
    nearest = np.repeat(minutes[:1], count, axis=0)
    load = np.zeros(count)
    members: list[list[int]] = [[] for _ in range(count)]
    along = improved_tour(in_millionths(minutes), 1)
    for place in sorted(along, key=lambda stop: -often[stop]):
        choices = [
            (
                bool((load[rounds] + effort[place] > share).any()),
                round(float(nearest[rounds, place].sum()), 6),
                round(float(load[rounds].sum()), 6),
                rounds,
            )
            for rounds in _even_rounds(count, int(often[place]))
        ]
        for number in min(choices)[-1]:
            members[number].append(place)
            load[number] += effort[place]
            nearest[number] = np.minimum(nearest[number], minutes[place])
    return [tuple(sorted(places)) for places in members]


def _even_rounds(count: int, visits: int) -> list[list[int]]:
    """Return the ways to spread visits evenly over the rounds."""
    shifted = ([(visit * count + shift) // visits for visit in range(visits)] for shift in range(count))
    return sorted({tuple(rounds): rounds for rounds in shifted}.values())

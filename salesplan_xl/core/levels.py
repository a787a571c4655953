"""Levels of an axis: sets of its members, such as months, quarters and halves, sorted by how they lie in each other."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.intp]


@dataclass(frozen=True)
class Level:
    """
    Sets of members that have none in common.

    Parameters
    ----------
    groups : ndarray of int, shape (members,)
        The set of each member of the axis, by position from 0; -1 where it is in none.
    count : int
        How many sets there are.
    single : bool
        Whether each set is a single member.
    """

    groups: Positions
    count: int
    single: bool


def sort_into_levels(sets: Sequence[tuple[int, ...]], size: int) -> tuple[list[Level], Positions, Positions]:
    """
    Sort sets of members into levels, as few hierarchies of them as can be told quickly.

    Parameters
    ----------
    sets : sequence of tuple of int
        Members of each set, ascending; no two are the same.
    size : int
        How many members the axis has.

    Returns
    -------
    levels : list of Level
        Single members first. Levels of one hierarchy lie in each other; those of two hierarchies may cross.
    level, group : ndarray of int, shape (sets,)
        The level of each set, and its number there.

    Notes
    -----
    Two sets cross that have members in common and neither lies in the other. Sets are told apart as the colours of a
    graph in which those that cross are neighbours (D. Brélaz, "New methods to color the vertices of a graph",
    Communications of the ACM 22, 1979), which finds two hierarchies wherever there are two. The size of a set and its
    first member decide where several are equally urgent.

    Examples
    --------
    >>> levels, level, group = sort_into_levels([(0, 1), (2, 3), (0,), (1, 2)], 4)
    >>> level, group
    (array([2, 2, 0, 1]), array([0, 1, 0, 0]))
    >>> levels[2].groups
    array([0, 0, 1, 1])
    """
    order = sorted(range(len(sets)), key=lambda one: (-len(sets[one]), sets[one]))
    single = [one for one in order if len(sets[one]) == 1]
    wide = [one for one in order if len(sets[one]) > 1]
    kinds: dict[tuple[int, int], list[int]] = {(-1, 0): single} if single else {}
    for one, kind in zip(wide, _hierarchies([sets[one] for one in wide], size), strict=True):
        kinds.setdefault(kind, []).append(one)
    levels, level, group = [], np.zeros(len(sets), dtype=np.intp), np.zeros(len(sets), dtype=np.intp)
    for number, kind in enumerate(sorted(kinds)):
        here = sorted(kinds[kind], key=sets.__getitem__)
        groups = np.full(size, -1, dtype=np.intp)
        for place, one in enumerate(here):
            groups[list(sets[one])] = place
        level[here], group[here] = number, np.arange(len(here))
        levels.append(Level(groups, len(here), kind[0] < 0))
    return levels, level, group


def _hierarchies(sets: Sequence[tuple[int, ...]], size: int) -> list[tuple[int, int]]:
    """Return the hierarchy of each set, largest sets first, and how deep it lies there."""
    if len(sets) < 2:
        return [(0, 0)] * len(sets)
    from scipy.sparse import csr_array

    sizes = np.array([len(members) for members in sets])
    numbers = np.repeat(np.arange(len(sets)), sizes)
    has = csr_array((np.ones(len(numbers), dtype=np.int64), (numbers, np.concatenate(sets))), shape=(len(sets), size))
    common = (has @ has.T).tocoo()
    one, other, shared = common.row, common.col, common.data
    crossing = (shared < sizes[one]) & (shared < sizes[other])
    hierarchy = np.array(_coloured(len(sets), one[crossing].tolist(), other[crossing].tolist()))
    lies = (shared == sizes[one]) & (sizes[one] < sizes[other]) & (hierarchy[one] == hierarchy[other])
    depth = np.bincount(one[lies], minlength=len(sets))
    return list(zip(hierarchy.tolist(), depth.tolist(), strict=True))


def _coloured(count: int, ones: list[int], others: list[int]) -> list[int]:
    """Colour a graph so that neighbours differ, the most constrained node first."""
    from heapq import heapify, heappop, heappush

    neighbours: list[set[int]] = [set() for _ in range(count)]
    for one, other in zip(ones, others, strict=True):
        neighbours[one].add(other)
    taken: list[set[int]] = [set() for _ in range(count)]
    colours = [-1] * count
    waiting = [(0, -len(neighbours[node]), node) for node in range(count)]
    heapify(waiting)
    while waiting:
        urgency, _, node = heappop(waiting)
        if colours[node] >= 0 or -urgency < len(taken[node]):
            continue  # it stands in the queue again, more urgent
        colours[node] = next(colour for colour in range(count) if colour not in taken[node])
        for other in neighbours[node]:
            if colours[other] < 0 and colours[node] not in taken[other]:
                taken[other].add(colours[node])
                heappush(waiting, (-len(taken[other]), -len(neighbours[other]), other))
    return colours

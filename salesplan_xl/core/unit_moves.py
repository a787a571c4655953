"""
Whole units in tables of any size: rounded group by group, then moved until groups that cross hold as well.

A group whose bounds are whole numbers between which its cells lie can always hold: the floor and the ceiling of what it
adds up to lie between them too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from salesplan_xl.core.divisions import Division
from salesplan_xl.core.totals import Positions

Integers = NDArray[np.int64]
Steps = NDArray[np.int32]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

# A fraction of a unit is kept in steps of 2**-24: cells of equal weight tie in spite of the noise of fitting.
_STEPS = 1 << 24
_HALF = _STEPS // 2
# Only cells whose fraction is this near to a half are moved at first; then twice as near, and so on up to all.
_FIRST_BAND = _HALF >> 6


@dataclass(frozen=True)
class Rounding:
    """
    A table on its way to whole units: the floor of every cell, and which cells go up to their ceiling.

    Parameters
    ----------
    floors : ndarray of int64
        Whole units below each cell.
    steps : ndarray of int32
        The fraction of each cell in steps of 2**-24 of a unit; a cell of none is whole and stays.
    up : ndarray of bool
        Which cells go up; changed in place by what is done to the rounding.
    """

    floors: Integers
    steps: Steps
    up: Mask

    @classmethod
    def down(cls, counts: Floats) -> "Rounding":
        """
        Start with every cell rounded down.

        Parameters
        ----------
        counts : ndarray of float64
            Units of each cell, of any sign.

        Returns
        -------
        rounding : Rounding
            Cells within half a step of a whole number are whole.

        Examples
        --------
        >>> start = Rounding.down(np.array([1.5, -0.25]))
        >>> start.floors, start.steps / 2**24
        (array([ 1, -1]), array([0.5 , 0.75]))
        """
        floors = np.floor(counts)
        fractions = counts - floors
        fractions *= _STEPS
        np.rint(fractions, out=fractions)
        steps = fractions.astype(np.int32)
        del fractions
        whole = floors.astype(np.int64)
        del floors
        full = steps == _STEPS
        whole += full
        steps[full] = 0
        return cls(whole, steps, np.zeros(counts.shape, dtype=bool))

    def rounded(self) -> Integers:
        """
        Return the whole units of each cell as they stand.

        Returns
        -------
        rounded : ndarray of int64
            The floor or the ceiling of each cell.
        """
        return self.floors + self.up

    def sums(self, division: Division) -> Floats:
        """
        Return the whole units of each group as they stand.

        Parameters
        ----------
        division : Division
            A division of the table.

        Returns
        -------
        sums : ndarray of float64, shape (groups,)
            Whole numbers.
        """
        return division.sums(self.floors) + division.sums(self.up)

    def met(self, division: Division) -> bool:
        """
        Tell whether every group holds what it must.

        Parameters
        ----------
        division : Division
            A division of the table.

        Returns
        -------
        met : bool
            False where one has too little or too much.
        """
        return not division.beyond(self.sums(division)).any()


def round_groups(rounding: Rounding, division: Division) -> None:
    """
    Give each group its missing units: one each to the largest fractions, ties to the earlier cell.

    Parameters
    ----------
    rounding : Rounding
        A table with every cell rounded down.
    division : Division
        Its groups, exact or free. In a free one every cell goes to the nearest whole number, halves up.

    Notes
    -----
    A group that misses more than it has cells with a fraction, or less than nothing, is left as near
    as can be.

    Examples
    --------
    >>> rounding = Rounding.down(np.array([[0.5, 0.5], [0.3, 0.7]]))
    >>> round_groups(rounding, Division.exactly((0,), np.array([0, 1]), np.array([1.0, 1.0])))
    >>> rounding.rounded()
    array([[1, 0],
           [0, 1]])
    """
    steps = rounding.steps
    free = division.free
    missing = np.where(free, 0.0, division.most) - rounding.sums(division)
    needs = np.clip(np.where(free, 0.0, missing), 0, division.sums(steps > 0)).astype(np.int64)
    cuts, above = _cuts(steps, division, needs)
    cuts[free], above[free] = _HALF - 1, needs[free]
    cut = division.over_table(cuts, steps.shape)
    np.greater(steps, cut, out=rounding.up)
    ties = np.flatnonzero(steps == cut)
    groups = division.of_cells(ties, steps.shape)
    rounding.up.ravel()[ties] = _rank(groups) < (needs - above)[groups]


def move_units(rounding: Rounding, division: Division, settled: Sequence[Division]) -> bool:
    """
    Move units between the groups of a division until all are met, without changing what is settled.

    Parameters
    ----------
    rounding : Rounding
        A rounded table; every cell stays at its floor or its ceiling.
    division : Division
        Groups that miss units or have too many.
    settled : sequence of Division
        Divisions whose groups keep their sums.

    Returns
    -------
    met : bool
        Whether every group of `division` is met now. With one settled division false means that it
        is impossible; with more, that no move within the groups they share makes it so.

    Notes
    -----
    A unit moves from a group to another one where both have a cell in the same settled groups: one
    goes down, the other up. So it is a flow between groups, through the settled groups that they
    share, as large as it can be. Cells whose fraction is nearest to a half are moved first.

    Examples
    --------
    >>> rounding = Rounding.down(np.array([[0.5, 0.5], [0.5, 0.5]]))
    >>> rows, columns = (Division.exactly((axis,), np.array([0, 1]), np.array([1.0, 1.0])) for axis in (0, 1))
    >>> round_groups(rounding, rows)
    >>> rounding.rounded().sum(axis=0), move_units(rounding, columns, [rows]), rounding.rounded().sum(axis=0)
    (array([2, 0]), True, array([1, 1]))
    """
    band = _FIRST_BAND
    while True:
        sums = rounding.sums(division)
        if not division.beyond(sums).any():
            return True
        if band > _HALF:
            return False
        near = np.flatnonzero((np.abs(rounding.steps - _HALF) <= band) & (rounding.steps > 0))
        if len(near):
            _move_near(rounding, near, division, settled, sums)
        band *= 2


def _cuts(steps: Steps, division: Division, needs: Integers) -> tuple[NDArray[np.int32], Integers]:
    """Return the smallest fraction in each group that may go up, and how many of the group are above it."""
    others = [axis for axis in range(steps.ndim) if axis not in division.axes]
    rows = steps.transpose([*division.axes, *others]).reshape(division.groups.size, -1)
    cuts = np.full(len(needs), _STEPS, dtype=np.int32)
    above = np.zeros(len(needs), dtype=np.int64)
    if division.one_each:
        ranked = np.sort(rows, axis=1)
        some = np.flatnonzero(needs)
        cuts[some] = ranked[some, ranked.shape[1] - needs[some]]
        above[:] = (ranked > cuts[:, None]).sum(axis=1)
        return cuts, above
    order = np.argsort(division.groups.ravel(), kind="stable")
    ends = np.cumsum(np.bincount(division.groups.ravel(), minlength=len(needs)))
    for group in np.flatnonzero(needs):
        members = order[ends[group - 1] if group else 0 : ends[group]]
        ranked = np.sort(rows[members], axis=None)
        cuts[group] = ranked[len(ranked) - needs[group]]
        above[group] = len(ranked) - np.searchsorted(ranked, cuts[group], side="right")
    return cuts, above


def _rank(groups: Positions, order: Positions | None = None) -> Positions:
    """Number the entries of each group from 0, in the order of the list or another one."""
    sorted_groups = groups if order is None else groups[order]
    within = np.argsort(sorted_groups, kind="stable")
    sizes = np.bincount(groups) if len(groups) else np.zeros(0, dtype=np.intp)
    starts = np.cumsum(sizes) - sizes
    places = within if order is None else order[within]
    rank = np.empty(len(groups), dtype=np.intp)
    rank[places] = np.arange(len(groups)) - starts[groups[places]]
    return rank


def _move_near(
    rounding: Rounding, near: Positions, division: Division, settled: Sequence[Division], sums: Floats
) -> None:
    """Move as many of the units that groups of these sums miss as some of the cells allow."""
    shape = rounding.steps.shape
    up = rounding.up.ravel()[near]
    group = division.of_cells(near, shape)
    line = np.zeros(len(near), dtype=np.intp)
    free_line = np.ones(len(near), dtype=bool)
    for other in settled:
        groups = other.of_cells(near, shape)
        free_line &= other.free[groups]
        line = np.unique(line * len(other.least) + groups, return_inverse=True)[1]
    lines = int(line.max()) + 1
    places, first, crossing = np.unique(group * lines + line, return_index=True, return_inverse=True)
    down_room = np.bincount(crossing, weights=up).astype(np.int64)
    up_room = np.bincount(crossing, weights=~up).astype(np.int64)
    line_at = np.where(free_line[first], -1, places % lines)
    moved = _flow(division, sums, places // lines, line_at, down_room, up_room)
    # the cells nearest to the other whole number first: to go down the small fractions, to go up the large ones
    steps = rounding.steps.ravel()[near].astype(np.int64)
    cost = np.where(up, steps, _STEPS - steps)
    rank = _rank(2 * crossing + up, np.argsort(cost, kind="stable"))
    flips = rank < np.where(up, moved[crossing], -moved[crossing])
    rounding.up.ravel()[near[flips]] = ~up[flips]


def _flow(
    division: Division, sums: Floats, groups: Positions, lines: Positions, down_room: Integers, up_room: Integers
) -> Integers:
    """
    Return how many cells go down at each crossing of a group and a line; negative where cells go up.

    Units flow from groups that have too many into lines, where a cell goes down, and out of them to
    groups that miss some, where a cell goes up. Free groups and free lines (of number -1) are one
    place outside, which gives or takes what is missing in all. Groups between their bounds may give to the others, or
    take from them, as much as they have room for.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_flow

    source, sink, outside, spare = 0, 1, 2, 3
    most_moved = float(down_room.sum() + up_room.sum())
    missing = division.beyond(sums)
    nodes = np.where(division.free, outside, 4 + np.arange(len(missing)))
    at_group, at_line = nodes[groups], np.where(lines < 0, outside, 4 + len(missing) + lines)
    bounded = ~division.free
    needs = np.append(missing[bounded], -missing[bounded].sum())
    needing = np.append(nodes[bounded], outside)
    gains = np.minimum(division.most - np.maximum(sums, division.least), most_moved)[bounded]
    gives = np.minimum(np.minimum(sums, division.most) - division.least, most_moved)[bounded]
    both = np.array([spare, outside])
    crossing = np.flatnonzero(at_group != at_line)
    ends = (needing, at_group[crossing], at_line[crossing], nodes[bounded], np.full(len(gains), spare))
    tails = np.concatenate([np.full(len(needs), source), ends[0], ends[1], ends[2], ends[3], ends[4], both])
    heads = np.concatenate([ends[0], np.full(len(needs), sink), ends[2], ends[1], ends[4], ends[3], both[::-1]])
    rooms = np.concatenate(
        [np.maximum(-needs, 0), np.maximum(needs, 0), down_room[crossing], up_room[crossing], gains, gives]
    )
    rooms = np.maximum(np.append(rooms, [most_moved, most_moved]), 0)
    size = int(max(at_group.max(), at_line.max(), needing.max(), spare)) + 1
    graph = csr_array((rooms.astype(np.int32), (tails, heads)), shape=(size, size))
    graph.eliminate_zeros()
    flow: Any = maximum_flow(graph, source, sink).flow
    moved = np.zeros(len(groups), dtype=np.int64)
    moved[crossing] = np.asarray(flow[ends[1], ends[2]]).ravel()
    return moved

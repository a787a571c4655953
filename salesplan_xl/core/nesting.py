"""Exact totals that nest, such as the year, its months and the reps of each month, made one division of the table."""

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from salesplan_xl.core.divisions import Division
from salesplan_xl.core.errors import Amount, InfeasibleTotalsError, Scope, UnequalTotalsError
from salesplan_xl.core.errors.wording import listed
from salesplan_xl.core.totals import NamedTotal, Positions, positions

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def nested(divided: Sequence[Division], allowance: float) -> tuple[Division, ...]:
    """
    Divide a table as few times as its exact totals allow.

    Divisions whose groups lie within each other's make one: each cell is in the group of the finest total asked for
    it, and where finer totals are free a group gets what they leave of the coarser one. Divisions that cross stay
    divisions of their own.

    Parameters
    ----------
    divided : sequence of Division
        Divisions of one table, of exact and free groups.
    allowance : float
        Largest difference between amounts that should be equal.

    Returns
    -------
    divisions : tuple of Division
        A table that meets all of them meets all that were given; the finest stand first.

    Raises
    ------
    UnequalTotalsError
        If a total differs from the sum of all its parts.
    InfeasibleTotalsError
        If some parts of a total ask for more than the whole.

    Examples
    --------
    >>> year = Division.exactly((), np.array(0), np.array([10.0]))
    >>> months = Division.exactly((0,), np.array([0, 1, 2]), np.array([4.0, np.nan, np.nan]))
    >>> one, = nested([year, months], 0.0)
    >>> one.groups, one.most
    (array([0, 1, 1]), array([4., 6.]))
    """
    return tuple(_as_one(chain, allowance) for chain in _chains(divided, allowance))


def check_equal(divided: Sequence[Division], allowance: float) -> None:
    """
    Refuse totals of divisions that cross and cover the same cells, but add up to different amounts.

    Parameters
    ----------
    divided : sequence of Division
        Divisions of one table, of exact and free groups.
    allowance : float
        Largest difference that is none.

    Raises
    ------
    UnequalTotalsError
        If there are such totals; both sets of them are named.

    Examples
    --------
    >>> rows, columns = (Division.exactly((axis,), np.arange(2), np.array([4.0, 6.0])) for axis in (0, 1))
    >>> check_equal([rows, columns], 0.0)
    """
    for pair in itertools.combinations(divided, 2):
        regions = _regions(*pair)
        count = max(int(region.max()) for region in regions) + 1
        amounts = [
            np.bincount(region, weights=np.where(division.free, np.nan, division.most), minlength=count)
            for region, division in zip(regions, pair, strict=True)
        ]
        for wrong in np.flatnonzero(np.abs(amounts[0] - amounts[1]) > allowance)[:1].tolist():
            sums: dict[str, Amount] = {}
            named: list[Scope] = []
            for division, region, amount in zip(pair, regions, amounts, strict=True):
                totals = [division.named(group) for group in np.flatnonzero(region == wrong).tolist()]
                sums[_told(totals, division)] = float(amount[wrong])
                named += [total.scope for total in totals]
            raise UnequalTotalsError(sums, named=tuple(named))


def _chains(divided: Sequence[Division], allowance: float) -> list[list[Division]]:
    """Choose which divisions lie within each other, the finest of each chain first."""
    count = len(divided)
    lies = [[_lies_within(one, other) for other in divided] for one in divided]
    finer = [[lies[one][two] and not (lies[two][one] and two < one) for two in range(count)] for one in range(count)]
    ranks = [sum(finer[two][one] for two in range(count)) for one in range(count)]
    finest_first = sorted(range(count), key=lambda one: (ranks[one], -len(divided[one].axes), one))
    met: set[int] = set()
    chains = []
    for one in finest_first:
        if one in met:
            continue
        chain, complete = [one], not divided[one].free.any()
        for other in finest_first:
            if other == one or not finer[one][other]:
                continue
            if complete:
                _Chain([divided[one], divided[other]], allowance)  # which refuses unequal sums
                met.add(other)  # follows from the finer ones
            elif all(finer[two][other] for two in chain):
                chain.append(other)
        met.update(chain)
        chains.append([divided[one] for one in chain])
    return chains


def _lies_within(finer: Division, coarser: Division) -> bool:
    """Tell whether every total of one division lies within one group of another."""
    if not set(coarser.axes) <= set(finer.axes):
        return False
    if finer.one_each:
        return True
    above, groups = coarser.within(finer), finer.groups.ravel()
    some = np.zeros(len(finer.least), dtype=np.intp)
    some[groups] = above
    return bool(((above == some[groups]) | finer.free[groups]).all())


def _as_one(parts: Sequence[Division], allowance: float) -> Division:
    """Make one division of those of a chain."""
    if len(parts) == 1 and not parts[0].free.any():
        return parts[0]
    return _Chain(parts, allowance).division


class _Chain:
    """Divisions that lie within each other, the finest first, made one; and where its groups come from."""

    def __init__(self, parts: Sequence[Division], allowance: float) -> None:
        self.parts = parts
        self.origins: list[tuple[int, int, bool]] = []  # part, group there, and whether others take some of it
        self.wanted = np.zeros(0)
        finest = parts[0]
        groups = np.full(finest.groups.size, -1, dtype=np.intp)
        for number in range(len(parts)):
            groups = self._join(number, groups, allowance)
        free = groups < 0
        wanted = np.append(self.wanted, np.nan) if free.any() else self.wanted
        laid_out = np.where(free, len(self.wanted), groups).reshape(finest.groups.shape)
        self.division = Division.exactly(
            finest.axes, laid_out, wanted, named=self.named, level=finest.level if len(parts) == 1 else ""
        )

    def _join(self, number: int, groups: Positions, allowance: float) -> Positions:
        """Give the combinations that are in no group yet to the groups of one more part, less what is taken of them."""
        part = self.parts[number]
        places, size = part.within(self.parts[0]), len(part.least)
        inside = groups >= 0
        above = np.zeros(len(self.wanted), dtype=np.intp)
        above[groups[inside]] = places[inside]
        joining = ~inside & ~part.free[places]
        covered = np.bincount(above, minlength=size) > 0
        joined = np.bincount(places[joining], minlength=size) > 0
        left = np.where(part.free, 0.0, part.most - np.bincount(above, weights=self.wanted, minlength=size))
        self._check(part, left, covered, joined, above, allowance)
        opened = np.flatnonzero(joined)
        numbers = np.zeros(size, dtype=np.intp)
        numbers[opened] = len(self.wanted) + np.arange(len(opened))
        self.wanted = np.concatenate([self.wanted, left[opened]])
        self.origins += zip([number] * len(opened), opened.tolist(), covered[opened].tolist(), strict=True)
        return np.where(joining, numbers[places], groups)

    def named(self, group: int) -> NamedTotal:
        """Name a group by the total it comes from."""
        part, place, rest = self.origins[group]
        total = self.parts[part].named(place)
        return NamedTotal(f"the rest of {total.name}", total.scope) if rest else total

    def _check(
        self, part: Division, left: Floats, covered: Mask, joined: Mask, above: Positions, allowance: float
    ) -> None:
        """Refuse a total that differs from its parts, or is less than some of them."""
        for group in np.flatnonzero(covered & ~joined & (np.abs(left) > allowance))[:1].tolist():
            below = np.flatnonzero(above == group)
            totals, whole = [self.named(one) for one in below.tolist()], part.named(group)
            sums: dict[str, Amount] = {
                _told([whole], part): float(part.most[group]),
                _told(totals, self.parts[0]): float(self.wanted[below].sum()),
            }
            raise UnequalTotalsError(sums, named=tuple(total.scope for total in (whole, *totals)))
        for group in np.flatnonzero(covered & joined & (left < -allowance))[:1].tolist():
            below = np.flatnonzero((above == group) & (self.wanted > 0))
            totals, whole = [self.named(one) for one in below.tolist()], part.named(group)
            raise InfeasibleTotalsError(
                tuple(total.name for total in totals),
                (whole.name,),
                float(self.wanted[below].sum()),
                float(part.most[group]),
                named=tuple(total.scope for total in (*totals, whole)),
            )


def _told(totals: Sequence[NamedTotal], division: Division) -> str:
    """Say over or for what some totals of a division add up."""
    whole = division.level and len(totals) == len(division.least)  # then none of them is free
    return f"over {division.level}" if whole else f"for {listed([total.name for total in totals])}"


def _regions(one: Division, other: Division) -> tuple[Positions, Positions]:
    """Return the region of each group of two divisions: the smallest parts of the table that both are cut into."""
    shared = [axis for axis in one.axes if axis in other.axes]
    both = []  # the groups of each division with the members of the shared axes that they meet
    for division in (one, other):
        along = tuple(division.axes.index(axis) for axis in shared)
        combinations = np.arange(division.groups.size)
        both.append((division.groups.ravel(), positions(combinations, division.groups.shape, along)))
    labels = np.arange(int(both[0][1].max()) + 1)
    while True:
        before, regions = labels.copy(), []
        for groups, members in both:
            region = np.full(int(groups.max()) + 1, len(labels), dtype=np.intp)
            np.minimum.at(region, groups, labels[members])
            np.minimum.at(labels, members, region[groups])
            regions.append(region)
        if (labels == before).all():
            return regions[0], regions[1]

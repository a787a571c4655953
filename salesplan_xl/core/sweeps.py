"""
Iterative proportional fitting, sweep by sweep: a seed times one factor for each group until every group is met.

The factor of a group is one as long as what it holds lies between the least and the most it may hold, otherwise what
brings it to the nearer of the two. So factors above one belong to groups at their least, factors below one to groups
at their most, which is what tells the table nearest to the seed (by Kullback-Leibler divergence) from all others within
these bounds. Cells with bounds of their own are groups of one cell.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from string import ascii_letters

import numpy as np
from numpy.typing import NDArray

from salesplan_xl.core.divisions import Division
from salesplan_xl.core.totals import Positions

Floats = NDArray[np.float64]
Axes = tuple[int, ...]

# Tables with fewer cells above zero than one in so many are gone through cell by cell.
_SPARSE = 8
# How much smaller than the table a working table must be to be worth making.
_SMALLER = 8
# Cells of a table that are written at a time, to be multiplied twice while they are near the processor.
_BLOCK = 1 << 16
# A table is settling as long as so many sweeps take its worst miss down to this share. One that is not is better
# searched for contradictions and forced zeros first.
_SPELL = 15
_SETTLING = 0.3


@dataclass(frozen=True)
class CellBounds:
    """
    Cells that have bounds of their own.

    Parameters
    ----------
    cells : ndarray of int, shape (n,)
        Their flat positions in the table, ascending.
    least, most : ndarray of float64, shape (n,)
        What each must hold at least, zero or more, and may hold at most; endless where there is no bound.
    """

    cells: Positions
    least: Floats
    most: Floats

    @classmethod
    def none(cls) -> "CellBounds":
        """
        Return that no cell has bounds.

        Returns
        -------
        bounds : CellBounds
            Without a cell.
        """
        return cls(np.zeros(0, dtype=np.intp), np.zeros(0), np.zeros(0))


class Patience:
    """
    When to stop sweeping: at last after so many sweeps, before that if a table does not settle.

    Parameters
    ----------
    max_sweeps : int
        Sweeps after which to stop.
    while_settling : bool, default False
        Whether to stop earlier where spells of sweeps do not take the worst miss down far enough.
    """

    def __init__(self, max_sweeps: int, *, while_settling: bool = False) -> None:
        self.sweeps, self._most = 0, max_sweeps
        self._before = math.inf if while_settling else None

    def goes_on(self, worst: float) -> bool:
        """
        Tell whether to sweep once more, and count it.

        Parameters
        ----------
        worst : float
            Largest miss of a group that the last sweep found.

        Returns
        -------
        goes_on : bool
            False after so many sweeps, or if a spell of them has not taken the worst miss down far enough.
        """
        if self.sweeps >= self._most:
            return False
        if self._before is not None and self.sweeps and self.sweeps % _SPELL == 0:
            if not (self._before == math.inf or worst < _SETTLING * self._before):
                return False
            self._before = worst
        self.sweeps += 1
        return True


def sweep(
    seed: Floats,
    divided: Sequence[Division],
    allowance: float,
    patience: Patience,
    bounds: CellBounds | None = None,
) -> tuple[Floats, float]:
    """
    Scale a table to what its groups want, division after division, until all are met.

    Parameters
    ----------
    seed : ndarray of float64
        Relative sizes of the cells, zero or more.
    divided : sequence of Division
        Divisions of the table.
    allowance : float
        Largest miss of a group that is none.
    patience : Patience
        When to stop; counts the sweeps.
    bounds : CellBounds, optional
        Bounds of single cells.

    Returns
    -------
    values : ndarray of float64, shape of `seed`
        The seed times one factor for each group of each division, within the bounds of its cells.
    worst : float
        Largest miss of a group; infinite where factors left the range of floating point.

    Examples
    --------
    >>> halves = Division.exactly((0,), np.array([0, 1]), np.array([2.0, 6.0]))
    >>> sweep(np.array([[1.0, 1.0], [1.0, 2.0]]), [halves], 1e-9, Patience(10))[0]
    array([[1., 1.],
           [2., 4.]])
    """
    sparse = np.count_nonzero(seed > 0) * _SPARSE < seed.size  # counting truth values is faster
    bounded = bounds is not None and len(bounds.cells) > 0
    if not sparse and not bounded:
        fitted = sweep_factors(seed, divided, allowance, patience)
        if fitted[1] < math.inf:
            return fitted
    return sweep_cells(seed, divided, allowance, patience, bounds)


def sweep_cells(
    seed: Floats,
    divided: Sequence[Division],
    allowance: float,
    patience: Patience,
    bounds: CellBounds | None = None,
) -> tuple[Floats, float]:
    """
    Sweep over the list of cells that are not zero; see `sweep`.

    Parameters
    ----------
    seed : ndarray of float64
        Relative sizes of the cells, zero or more.
    divided : sequence of Division
        Divisions of the table.
    allowance : float
        Largest miss of a group that is none.
    patience : Patience
        When to stop; counts the sweeps.
    bounds : CellBounds, optional
        Bounds of single cells.

    Returns
    -------
    values, worst
        As `sweep` gives them.
    """
    cells = np.flatnonzero(seed)
    least, most = limits_of(cells, CellBounds.none() if bounds is None else bounds)
    bounded = np.flatnonzero((least > 0) | (most < np.inf))
    least, most = least[bounded], most[bounded]
    scalings = [_Scaling.start(division) for division in divided]
    groups = [division.of_cells(cells, seed.shape) for division in divided]
    products = seed.ravel()[cells]  # what the cells would hold without bounds of their own
    amounts = products.copy()
    amounts[bounded] = np.clip(products[bounded], least, most)
    worst = math.inf
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):  # what overflows counts as missed
        while worst > allowance and patience.goes_on(worst):
            for scaling, group in zip(scalings, groups, strict=True):
                change = scaling.renew(_sums(scaling.division, group, amounts))[group]
                products *= change
                amounts *= change
                # a bound is a factor of the cell, renewed as soon as another one has changed
                amounts[bounded] = np.clip(products[bounded], least, most)
            sums = [_sums(division, group, amounts) for division, group in zip(divided, groups, strict=True)]
            worst = max((scaling.miss(held) for scaling, held in zip(scalings, sums, strict=True)), default=0.0)
    values = np.zeros(seed.size)
    values[cells] = amounts
    return values.reshape(seed.shape), worst


def sweep_factors(
    seed: Floats, divided: Sequence[Division], allowance: float, patience: Patience
) -> tuple[Floats, float]:
    """
    Sweep without rewriting the seed; see `sweep`.

    The fitted table is the seed times one factor for each group. Divisions over few axes in all take
    turns on one small table, the seed added up over all other axes with the other factors in it, so
    that a sweep reads the seed once for each such table: twice where all totals are over single axes.

    Parameters
    ----------
    seed : ndarray of float64
        Relative sizes of the cells, zero or more.
    divided : sequence of Division
        Divisions of the table.
    allowance : float
        Largest miss of a group that is none.
    patience : Patience
        When to stop; counts the sweeps.

    Returns
    -------
    values, worst
        As `sweep` gives them.
    """
    scalings = [_Scaling.start(division) for division in divided]
    turns = _turns(scalings, seed.shape)
    misses = [math.inf] * len(turns)  # unknown where other factors have changed since
    found = math.inf
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):  # what overflows counts as missed
        while max(misses, default=0.0) > allowance and patience.goes_on(found):
            found = 0.0
            for turn, (axes, here) in enumerate(turns):
                elsewhere = _merged([_Factor.of(scaling) for scaling in scalings if scaling not in here], seed)
                sums = _Factor(axes, _add_up(seed, axes, elsewhere))
                miss = _worst(sums, here)
                found = max(found, miss)
                if miss > allowance:
                    _renew(sums, here)
                    misses = [math.inf] * len(turns)
                    miss = _worst(sums, here)
                if miss == math.inf:
                    return seed, miss
                misses[turn] = miss
                if max(misses) <= allowance:
                    break
        values = _product(seed, _merged([_Factor.of(scaling) for scaling in scalings], seed))
        if max(misses, default=0.0) == math.inf:
            misses = [one.miss(one.division.sums(values)) for one in scalings]
    return values, max(misses, default=0.0)


@dataclass(eq=False)
class _Scaling:
    """A division with the factors of its groups so far."""

    division: Division
    factors: Floats = field(repr=False)

    @classmethod
    def start(cls, division: Division) -> "_Scaling":
        """Start with factors of one."""
        return cls(division, np.ones(len(division.least)))

    def renew(self, sums: Floats) -> Floats:
        """Renew the factors of groups that hold these sums; return by how much they change."""
        least, most = self.division.least, self.division.most
        lowest = np.divide(np.maximum(least, 0.0), sums, out=np.zeros(len(sums)), where=sums > 0)
        highest = np.divide(np.maximum(most, 0.0), sums, out=np.full(len(sums), np.inf), where=sums > 0)
        change = np.clip(1.0, lowest, highest)
        bounded = np.flatnonzero(least < most)
        before = self.factors[bounded]
        # a bound that no longer binds lets go: its factor is one
        after = np.clip(1.0, before * lowest[bounded], before * highest[bounded])
        change[bounded] = np.divide(after, before, out=np.zeros(len(bounded)), where=before > 0)
        self.factors = self.factors * change
        self.factors[bounded] = after
        return np.asarray(change)

    def miss(self, sums: Floats) -> float:
        """Return the largest miss of groups that hold these sums; infinite where a sum is no number."""
        least, most = self.division.least, self.division.most
        # what has a factor must be at its bound
        wanted = np.clip(sums, np.where(self.factors < 1, most, least), np.where(self.factors > 1, least, most))
        misses = np.where(self.division.free, 0.0, np.abs(wanted - sums))
        return float(np.where(np.isnan(misses), math.inf, misses).max(initial=0.0))


@dataclass(frozen=True)
class _Factor:
    """What every cell is multiplied by, as a table over some axes."""

    axes: Axes
    table: Floats

    @classmethod
    def of(cls, scaling: _Scaling) -> "_Factor":
        """Lay the factors of groups out over the axes of their division."""
        return cls(scaling.division.axes, scaling.factors[scaling.division.groups])

    def times(self, other: "_Factor") -> "_Factor":
        """Multiply with another one."""
        axes = _union(self.axes, other.axes)
        return _Factor(axes, self.along(axes) * other.along(axes))

    def along(self, axes: Axes) -> Floats:
        """Lay it out along more axes, of length one where it does not depend on them."""
        sizes = dict(zip(self.axes, self.table.shape, strict=True))
        return self.table.reshape([sizes.get(axis, 1) for axis in axes])


def _union(one: Axes, other: Axes) -> Axes:
    """Return the axes of both, ascending."""
    return tuple(sorted({*one, *other}))


def _size(axes: Axes, shape: tuple[int, ...]) -> int:
    """Count the cells of a table over some axes."""
    return math.prod(shape[axis] for axis in axes)


def _sums(division: Division, groups: Positions, amounts: Floats) -> Floats:
    """Add up a list of cells by group."""
    return np.asarray(np.bincount(groups, weights=amounts, minlength=len(division.least)), dtype=np.float64)


def limits_of(cells: Positions, bounds: CellBounds) -> tuple[Floats, Floats]:
    """
    Return the least and the most of each of some cells.

    Parameters
    ----------
    cells : ndarray of int, shape (n,)
        Their flat positions in the table, ascending.
    bounds : CellBounds
        Bounds of single cells, of these and perhaps of others.

    Returns
    -------
    least, most : ndarray of float64, shape (n,)
        Zero and endless where a cell has no bound.

    Examples
    --------
    >>> limits_of(np.array([0, 2]), CellBounds(np.array([2]), np.array([1.0]), np.array([9.0])))
    (array([0., 1.]), array([inf,  9.]))
    """
    least, most = np.zeros(len(cells)), np.full(len(cells), np.inf)
    places = np.searchsorted(cells, bounds.cells)
    there = np.flatnonzero(np.append(cells, -1)[places] == bounds.cells)
    least[places[there]], most[places[there]] = bounds.least[there], bounds.most[there]
    return least, most


def _turns(scalings: list[_Scaling], shape: tuple[int, ...]) -> list[tuple[Axes, list[_Scaling]]]:
    """Choose which divisions take turns on one small table, and the axes of each such table."""
    cuts = [
        cut
        for cut in range(1, len(shape))
        if not any(min(axes) < cut <= max(axes) for one in scalings if (axes := one.division.axes))
    ]
    if cuts:  # all divisions are on one side: the table is a matrix, which is added up fastest
        cut = min(cuts, key=lambda cut: math.prod(shape[:cut]) + math.prod(shape[cut:]))
        sides = (tuple(range(cut)), tuple(range(cut, len(shape))))
        left = [one for one in scalings if set(one.division.axes) <= set(sides[0])]
        right = [one for one in scalings if one not in left]
        return [(side, here) for side, here in zip(sides, (left, right), strict=True) if here]
    merged: list[tuple[Axes, list[_Scaling]]] = []
    for scaling in scalings:
        for place, (axes, here) in enumerate(merged):
            together = _union(axes, scaling.division.axes)
            if _size(together, shape) * _SMALLER <= math.prod(shape):
                merged[place] = (together, [*here, scaling])
                break
        else:
            merged.append((scaling.division.axes, [scaling]))
    return merged


def _merged(factors: list[_Factor], seed: Floats) -> list[_Factor]:
    """Multiply factors with each other, the last axes first, while that makes tables much smaller than the seed."""
    merged: list[_Factor] = []
    for factor in sorted(factors, key=lambda factor: factor.axes[-1:], reverse=True):
        for place, other in enumerate(merged):
            if _size(_union(factor.axes, other.axes), seed.shape) * _SMALLER <= seed.size:
                merged[place] = other.times(factor)
                break
        else:
            merged.append(factor)
    return merged


def _add_up(seed: Floats, axes: Axes, factors: list[_Factor]) -> Floats:
    """Add up the seed times some factors to a table over some axes."""
    others = tuple(axis for axis in range(seed.ndim) if axis not in axes)
    sizes = [seed.shape[axis] for axis in axes]
    inner = all(set(factor.axes) <= set(others) for factor in factors)
    if axes and others and inner and max(axes) < min(others):
        weights = _over(factors, others, seed.shape)
        return np.asarray(seed.reshape(math.prod(sizes), -1) @ weights).reshape(sizes)
    if axes and others and inner and max(others) < min(axes):
        weights = _over(factors, others, seed.shape)
        return np.asarray(weights @ seed.reshape(len(weights), -1)).reshape(sizes)
    return _contracted([_Factor(tuple(range(seed.ndim)), seed), *factors], axes)


def _contracted(factors: list[_Factor], axes: Axes, *, pairwise: bool = False) -> Floats:
    """Add up a product to a table over some axes, at once or, where all are small, two factors at a time."""
    parts = ",".join("".join(ascii_letters[axis] for axis in factor.axes) for factor in factors)
    result = "".join(ascii_letters[axis] for axis in axes)
    return np.asarray(np.einsum(f"{parts}->{result}", *(factor.table for factor in factors), optimize=pairwise))


def _over(factors: list[_Factor], axes: Axes, shape: tuple[int, ...]) -> Floats:
    """Return the product of factors for each cell of a table over some axes, as a list."""
    product = np.ones([shape[axis] for axis in axes])
    for factor in factors:
        product *= factor.along(axes)
    return product.ravel()


def _scaled(sums: _Factor, scaling: _Scaling, here: list[_Scaling]) -> Floats:
    """Return what the groups of a division add up to with the factors of all divisions on one table of sums."""
    others = [_Factor.of(other) for other in here if other is not scaling]
    if all(other.axes == sums.axes for other in (*others, _Factor.of(scaling))):
        product = sums.table.copy()
        for factor in (*others, _Factor.of(scaling)):
            product *= factor.table
        return scaling.division.gather(product)
    by_member = _contracted([sums, *others], scaling.division.axes, pairwise=True)
    return scaling.division.gather(by_member * _Factor.of(scaling).table)


def _worst(sums: _Factor, here: list[_Scaling]) -> float:
    """Return the worst miss of the divisions on one table of sums."""
    return max(scaling.miss(_scaled(sums, scaling, here)) for scaling in here)


def _renew(sums: _Factor, here: list[_Scaling]) -> None:
    """Renew the factors of divisions that take turns on one table of sums."""
    for scaling in here:
        scaling.renew(_scaled(sums, scaling, here))


def _product(seed: Floats, factors: list[_Factor]) -> Floats:
    """Multiply the seed by factors, a block of its first axes at a time."""
    if not factors:
        return seed.copy()
    values = np.empty_like(seed)
    every = tuple(range(seed.ndim))
    first, *others = (np.broadcast_to(factor.along(every), seed.shape) for factor in factors)
    for block in _blocks(seed.shape):
        part = np.multiply(seed[block], first[block], out=values[block])
        for table in others:
            part *= table[block]
    return values


def _blocks(shape: tuple[int, ...]) -> Iterator[tuple[int | slice, ...]]:
    """Cut a table into pieces of its memory, of a size that stays near the processor."""
    depth = next(depth for depth in range(1, len(shape) + 1) if math.prod(shape[depth:]) <= _BLOCK)
    step = max(1, _BLOCK // math.prod(shape[depth:]))
    for leading in np.ndindex(shape[: depth - 1]):
        for start in range(0, shape[depth - 1], step):
            yield (*leading, slice(start, start + step))

r"""
Newton's method for tables on which sweeps only creep, such as those with a total of cents beside totals of millions.

The fitted table is the seed times :math:`e^{u_g}` for each group :math:`g` of a cell, kept within the cell's bounds.
The :math:`u` are where a convex function is smallest, whose slope is what the groups hold less what they must. A sweep
goes down one division at a time; here all :math:`u` move at once, by the slopes and the curvature: what each two groups
have in common. A group with bounds has one :math:`u` for its least, never below zero, and one for its most, never above
(D. P. Bertsekas, "Projected Newton methods for optimization problems with simple constraints", SIAM Journal on Control
and Optimization 20, 1982). A total that is nearly zero takes a few steps of a factor :math:`e` each instead of
thousands of sweeps (M. B. Cohen, A. Madry, D. Tsipras and A. Vladu, "Matrix scaling and balancing via box constrained
Newton's method and interior point methods", FOCS 2017).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from salesplan_xl.core.divisions import Division, sums_matrix
from salesplan_xl.core.sweeps import CellBounds, Patience, limits_of

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

# No factor changes by more than this logarithm in one step.
_FURTHEST = 4.0
# Shares of a step that are tried, one after the other.
_SHARES = tuple(0.5**power for power in range(12))
# How much of the fall that the slope promises a step must bring.
_PROMISED = 1e-4
# Added to the curvature, as a share of it, so that groups that follow from others do not stop it; more where a step
# brings nothing, which turns it towards the slopes.
_STIFFNESS = (1e-12, 1e-6, 1e-3, 1e-1, 1e1)
# What cannot be told from rounding errors, as a share of the function that is to be smallest.
_NOISE = 1e-13
# Groups up to which the curvature is solved at once; more are solved approximately.
_SOLVED_AT_ONCE = 3_000
# Logarithms beyond this leave the range of floating point.
_LARGEST_LOGARITHM = 600.0


def leap(
    seed: Floats, divided: Sequence[Division], allowance: float, patience: Patience, bounds: CellBounds
) -> tuple[Floats, float]:
    """
    Fit a table by steps that move the factors of all groups at once.

    Parameters
    ----------
    seed : ndarray of float64
        Relative sizes of the cells, zero or more.
    divided : sequence of Division
        Divisions of the table, at least one.
    allowance : float
        Largest miss of a group that is none.
    patience : Patience
        When to stop; counts the steps.
    bounds : CellBounds
        Bounds of single cells.

    Returns
    -------
    values, worst
        As `sweeps.sweep` gives them.

    Examples
    --------
    A row and a column of one cent beside millions.

    >>> rows, columns = (Division.exactly((axis,), np.arange(2), np.array([1e-2, 1e7])) for axis in (0, 1))
    >>> values, _ = leap(np.ones((2, 2)), [rows, columns], 1e-9, Patience(50), CellBounds.none())
    >>> bool(abs(values[0].sum() - 1e-2) < 1e-9)
    True
    """
    problem = _Problem.of(seed, divided, bounds)
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows is no step
        logarithms = problem.start()
        amounts, value = problem.at(logarithms)
        worst = problem.miss(amounts, logarithms)
        while worst > allowance and patience.goes_on(worst):
            found = problem.step(logarithms, amounts, value)
            if found is None:
                break
            logarithms, amounts, value = found
            worst = problem.miss(amounts, logarithms)
    values = np.zeros(seed.size)
    values[problem.cells] = amounts
    return values.reshape(seed.shape), worst


@dataclass(frozen=True)
class _Problem:
    """
    What the logarithms of factors are searched for, cell by cell and sum by sum.

    `sums` adds cells up to one row for each exact group, each least and each most; `wanted` is what these must hold,
    `lowest` and `highest` between which their logarithms stay. The first `alone` of them have no cell in common.
    `seed`, `least` and `most` belong to `cells`.
    """

    cells: NDArray[np.intp]
    seed: Floats
    least: Floats
    most: Floats
    sums: "csr_array[Any]"
    wanted: Floats
    lowest: Floats
    highest: Floats
    alone: int

    @classmethod
    def of(cls, seed: Floats, divided: Sequence[Division], bounds: CellBounds) -> "_Problem":
        """Set it up for the cells that may be more than zero."""
        inside = seed > 0
        for division in divided:
            inside &= ~division.over_table(division.most <= 0, seed.shape)
        cells = np.flatnonzero(inside)
        asked = [~division.free for division in divided]
        low, high = (
            np.concatenate([getattr(one, side)[some] for one, some in zip(divided, asked, strict=True)])
            for side in ("least", "most")
        )
        exact, floor, cap = low == high, (low < high) & (low > 0), (low < high) & (high < np.inf)
        rows = [np.flatnonzero(which) for which in (exact, floor, cap)]
        counts = [len(which) for which in rows]
        return cls(
            cells,
            seed.ravel()[cells],
            *limits_of(cells, bounds),
            sums_matrix(divided, cells, seed.shape)[np.concatenate(rows)],
            np.concatenate([low[rows[0]], low[rows[1]], high[rows[2]]]),
            np.repeat([-np.inf, 0.0, -np.inf], counts),
            np.repeat([np.inf, np.inf, 0.0], counts),
            int((divided[0].least == divided[0].most).sum()),
        )

    def start(self) -> Floats:
        """Return the logarithms with which the first division holds what it must, so that none is far away."""
        held, wanted = self.sums[: self.alone] @ self.seed, self.wanted[: self.alone]
        factors = np.divide(wanted, held, out=np.ones(self.alone), where=(held > 0) & (wanted > 0))
        return np.concatenate([np.log(factors), np.zeros(len(self.wanted) - self.alone)])

    def at(self, logarithms: Floats) -> tuple[Floats, float]:
        """Return what the cells hold with these logarithms, and the value of the function that is to be smallest."""
        exponents = np.clip(self.sums.T @ logarithms, -_LARGEST_LOGARITHM, _LARGEST_LOGARITHM)
        products = self.seed * np.exp(exponents)
        amounts = np.clip(products, self.least, self.most)
        values = amounts.copy()
        bound = np.flatnonzero(
            (amounts != products) & (amounts > 0)
        )  # beyond its bound a cell stays, and the function rises evenly
        values[bound] += amounts[bound] * (exponents[bound] - np.log(amounts[bound] / self.seed[bound]))
        return amounts, float(values.sum() - self.wanted @ logarithms)

    def miss(self, amounts: Floats, logarithms: Floats) -> float:
        """Return the largest miss: what has a logarithm must be met, the rest may be slack on its side."""
        slopes = self.sums @ amounts - self.wanted
        idle = self._idle(slopes, logarithms)
        return float(np.abs(slopes[~idle]).max(initial=0.0))

    def step(self, logarithms: Floats, amounts: Floats, value: float) -> tuple[Floats, Floats, float] | None:
        """Return the next logarithms with their amounts and value; None where no step brings anything."""
        slopes = self.sums @ amounts - self.wanted
        worst, noise = self.miss(amounts, logarithms), _NOISE * abs(value)
        for stiffness in _STIFFNESS:
            way = self._way(logarithms, amounts, slopes, stiffness)
            for share in _SHARES:
                there = np.clip(logarithms + share * way, self.lowest, self.highest)
                held, now = self.at(there)
                promised = _PROMISED * float(slopes @ (there - logarithms))
                falls = now < value + min(promised, 0.0)
                if falls or (now <= value + noise and self.miss(held, there) < worst / 2):
                    return there, held, now
        return None

    def _idle(self, slopes: Floats, logarithms: Floats) -> Mask:
        """Tell which bounds have no effect: they have no logarithm and what they ask for is there anyway."""
        at_bound = (logarithms == self.lowest) | (logarithms == self.highest)
        return np.asarray(at_bound & np.where(self.lowest == 0, slopes >= 0, slopes <= 0))

    def _way(self, logarithms: Floats, amounts: Floats, slopes: Floats, stiffness: float) -> Floats:
        """Return the way to where slopes and curvature say that the function is smallest."""
        from scipy.sparse import diags_array

        moving = np.flatnonzero(~self._idle(slopes, logarithms))
        sums, slope = self.sums[moving], slopes[moving]
        between = (amounts > self.least) & (amounts < self.most)
        curvature = sums @ diags_array(np.where(between, amounts, 0.0)) @ sums.T
        # where all cells are at their bounds the function is straight: go as far as one may
        own = np.maximum(curvature.diagonal(), np.maximum(np.abs(slope) / _FURTHEST, np.finfo(np.float64).tiny))
        scale = 1 / np.sqrt(own)
        way = np.zeros(len(logarithms))
        way[moving] = scale * _solved(diags_array(scale) @ curvature @ diags_array(scale), -scale * slope, stiffness)
        furthest = max(float(np.abs(ways).max(initial=0.0)) for ways in (way, self.sums.T @ way))
        return way if furthest <= _FURTHEST else way * (_FURTHEST / furthest)


def _solved(matrix: Any, right: Floats, stiffness: float) -> Floats:
    """Solve equations of which some may follow from others."""
    from scipy.linalg import LinAlgError, cho_factor, cho_solve
    from scipy.sparse import eye_array
    from scipy.sparse.linalg import cg

    if len(right) > _SOLVED_AT_ONCE:
        return np.asarray(cg(matrix + stiffness * eye_array(len(right)), right, rtol=1e-8, maxiter=500)[0])
    dense = matrix.toarray()
    dense[np.diag_indices(len(right))] += stiffness
    try:
        return np.asarray(cho_solve(cho_factor(dense, check_finite=False), right, check_finite=False))
    except LinAlgError:
        return np.zeros(len(right))

"""A year brought down to 12 x 50 x 500 x 10 leaves with targets and holds, beside one stable sort of the leaves.

Once with targets for the year, each month, each territory and each rep, which cross; once with targets along one tree.
One leaf in twenty is held. Memory is what is taken beside the inputs, in arrays as large as the result.

Then a plan as the workbook has it: 12 months x 5,000 leaves, a leaf being a customer of a territory and a rep, with
targets for the year, quarters, territories and their countries, reps and their managers, beside plain numpy that meets
the same targets before rounding.
"""

from __future__ import annotations

import tracemalloc

import numpy as np
from numpy.typing import NDArray

from benchmarks.timing import seconds
from salesplan_xl.core.budget import Target, disaggregate

SHAPE = (12, 50, 500, 10)


def _targets(wanted: NDArray[np.float64], sets: list[tuple[int, ...]]) -> list[Target]:
    targets = []
    for axes in sets:
        sums = wanted.sum(axis=tuple(axis for axis in range(wanted.ndim) if axis not in axes))
        for place, amount in np.ndenumerate(sums):
            members = dict(zip(axes, place, strict=True))
            targets.append(Target(tuple(members.get(axis) for axis in range(wanted.ndim)), int(amount)))
    return targets


def _nodes() -> tuple[NDArray[np.float64], list[Target]]:
    """Weights of months x leaves, and targets of nodes above them that cross."""
    random = np.random.default_rng(5)
    territory = random.integers(0, 200, 5_000)
    rep = np.where(random.random(5_000) < 0.7, territory * 3 // 2, random.integers(0, 300, 5_000))
    weights = random.gamma(1, 100, (12, 5_000))
    wanted = np.rint(weights * random.gamma(20, 0.05, weights.shape) * 100)
    targets = [Target((None, None), int(wanted.sum()))]
    for quarter in range(4):
        months = tuple(range(3 * quarter, 3 * quarter + 3))
        targets.append(Target((months, None), int(wanted[list(months)].sum())))
    for level in (territory, territory // 10, rep, rep // 15):
        for node in np.unique(level):
            leaves = np.flatnonzero(level == node)
            targets.append(Target((None, tuple(leaves.tolist())), int(wanted[:, leaves].sum())))
    return weights, targets


def _plain(weights: NDArray[np.float64], targets: list[Target]) -> NDArray[np.float64]:
    """The textbook loop over the same targets, one after the other, to a quarter of a unit."""
    table = weights.copy()
    parts = [
        np.ix_(
            *(range(n) if own is None else np.atleast_1d(own) for own, n in zip(one.cells, table.shape, strict=True))
        )
        for one in targets
    ]
    worst = np.inf
    while worst > 0.25:
        worst = 0.0
        for part, target in zip(parts, targets, strict=True):
            held = table[part].sum()
            worst = max(worst, abs(held - target.amount))
            table[part] *= target.amount / held
    return table


def _months_and_leaves() -> None:
    weights, targets = _nodes()
    best = seconds(
        {
            "core.budget.disaggregate": lambda: disaggregate(weights, targets),
            "plain numpy, not rounded": lambda: _plain(weights, targets),
        },
        rounds=3,
    )
    print(f"{weights.size:,} lines, {len(targets)} targets of nodes")
    for name, taken in best.items():
        print(f"  {name:26}{taken:8.3f} s{taken / best['core.budget.disaggregate']:8.1f} times as long")


def main() -> None:
    """Measure and print."""
    random = np.random.default_rng(1)
    weights = random.gamma(1, 100, SHAPE)
    wanted = np.rint(weights * random.gamma(20, 0.05, SHAPE) * 100)
    held = np.where(random.random(SHAPE) < 0.05, wanted, np.nan)
    crossing = _targets(wanted, [(), (0,), (1,), (2,)])
    tree = _targets(wanted, [(), (0,), (0, 1)])
    best = seconds(
        {
            "stable argsort": lambda: np.argsort(weights, axis=None, kind="stable"),
            "targets that cross": lambda: disaggregate(weights, crossing, held=held),
            "targets along a tree": lambda: disaggregate(weights, tree, held=held),
        },
        rounds=3,
    )
    for name, taken in best.items():
        print(f"{name:22}{taken:8.3f} s{taken / best['stable argsort']:8.2f} times the sort")
    for name, targets in (("targets that cross", crossing), ("targets along a tree", tree)):
        tracemalloc.start()
        plan = disaggregate(weights, targets, held=held)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        print(f"{name:22}{peak / plan.values.nbytes:8.2f} times the result in memory")
    _months_and_leaves()


if __name__ == "__main__":
    main()

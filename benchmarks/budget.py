"""A year brought down to 12 x 50 x 500 x 10 leaves with targets and holds, beside one stable sort of the leaves.

Once with targets for the year, each month, each territory and each rep, which cross; once with targets along one tree.
One leaf in twenty is held. Memory is what is taken beside the inputs, in arrays as large as the result.
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


if __name__ == "__main__":
    main()

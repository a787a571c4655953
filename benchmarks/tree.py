"""Whole cents along a tree of 12 x 50 x 500 x 10 leaves, beside one stable sort of the leaves."""

from __future__ import annotations

import numpy as np

from benchmarks.timing import seconds
from salesplan_xl.core.rounding import round_tree

SHAPE = (12, 50, 500, 10)


def main() -> None:
    """Measure and print."""
    leaves = np.random.default_rng(1).gamma(1, 100, int(np.prod(SHAPE)))
    sizes = [1, *np.cumprod(SHAPE).tolist()]
    first = np.cumsum([0, *sizes])
    above = [
        start + np.arange(size) // (size // parents)
        for start, size, parents in zip(first, sizes[1:], sizes[:-1], strict=False)
    ]
    parents = np.concatenate([[-1], *above])
    values = np.concatenate([np.full(len(parents) - len(leaves), np.nan), leaves])
    best = seconds(
        {
            "stable argsort": lambda: np.argsort(leaves, kind="stable"),
            "core.rounding.round_tree": lambda: round_tree(values, parents, unit=0.01),
        }
    )
    for name, taken in best.items():
        print(f"{name:26}{taken:8.3f} s{taken / best['stable argsort']:8.2f} times the sort")


if __name__ == "__main__":
    main()

"""A table of 12 months x 50 territories x 500 reps x 10 products fitted to its four one-way totals."""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from salesplan_xl.core.budget import fit

SHAPE = (12, 50, 500, 10)
Floats = NDArray[np.float64]


def _problem() -> tuple[Floats, list[Floats]]:
    """A seed with four cells in ten empty, and totals that can be met."""
    random = np.random.default_rng(1)
    seed = random.random(SHAPE) * (random.random(SHAPE) < 0.6)
    wanted = seed * random.random(SHAPE)
    return seed, [wanted.sum(axis=_others(axis)) for axis in range(len(SHAPE))]


def _others(axis: int) -> tuple[int, ...]:
    return tuple(other for other in range(len(SHAPE)) if other != axis)


def _plain(seed: Floats, totals: list[Floats]) -> Floats:
    """The textbook loop: the whole table is scaled once for each axis and sweep."""
    table = seed.copy()
    for _ in range(1_000):
        for axis, total in enumerate(totals):
            sums = table.sum(axis=_others(axis), keepdims=True)
            table *= np.divide(total.reshape(sums.shape), sums, out=np.zeros_like(sums), where=sums > 0)
        worst = max(np.abs(table.sum(axis=_others(axis)) - total).max() for axis, total in enumerate(totals))
        if worst <= 1e-9 * totals[0].sum():
            break
    return table


def _ipfn(seed: Floats, totals: list[Floats]) -> Floats:
    from ipfn import ipfn  # type: ignore[import-not-found]  # installed only where it is compared with

    fitted: Floats = ipfn.ipfn(seed.copy(), totals, [[axis] for axis in range(len(SHAPE))]).iteration()
    return fitted


def _seconds(work: Callable[[], object]) -> float:
    times = []
    for _ in range(3):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)


def main() -> None:
    """Measure and print."""
    seed, totals = _problem()
    ours = _seconds(lambda: fit(seed, {(axis,): total for axis, total in enumerate(totals)}))
    print(f"core.budget.fit    {ours:8.3f} s")
    plain = _seconds(lambda: _plain(seed, totals))
    print(f"plain numpy        {plain:8.3f} s   {plain / ours:.0f} times as long")
    if find_spec("ipfn"):
        other = _seconds(lambda: _ipfn(seed, totals))
        print(f"ipfn               {other:8.3f} s   {other / ours:.0f} times as long")


if __name__ == "__main__":
    main()

"""A table of 12 months x 50 territories x 500 reps x 10 products fitted to its totals; with --large a larger one."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Callable
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from benchmarks.timing import seconds
from salesplan_xl.core.budget import Fit, fit

SHAPE = (12, 50, 500, 10)
LARGE = (365, 1000, 100)
TOLERANCE = 1e-9
Floats = NDArray[np.float64]
Margins = dict[tuple[int, ...], Floats]


def _problem(shape: tuple[int, ...], sets: list[tuple[int, ...]]) -> tuple[Floats, Margins]:
    """A seed with four cells in ten empty, and totals that can be met."""
    random = np.random.default_rng(1)
    seed = random.random(shape) * (random.random(shape) < 0.6)
    wanted = seed * random.random(shape)
    return seed, {axes: wanted.sum(axis=_others(axes, len(shape))) for axes in sets}


def _others(axes: tuple[int, ...], count: int) -> tuple[int, ...]:
    return tuple(axis for axis in range(count) if axis not in axes)


def _plain(seed: Floats, margins: Margins) -> Floats:
    """The textbook loop: the whole table is scaled once for each set of totals and sweep."""
    table = seed.copy()
    grand = next(iter(margins.values())).sum()
    for _ in range(1_000):
        worst = 0.0
        for axes, total in margins.items():
            sums = table.sum(axis=_others(axes, table.ndim), keepdims=True)
            worst = max(worst, float(np.abs(sums.ravel() - total.ravel()).max()))
            table *= np.divide(total.reshape(sums.shape), sums, out=np.zeros_like(sums), where=sums > 0)
        if worst <= TOLERANCE * grand:
            break
    return table


def _ipfn(seed: Floats, margins: Margins) -> Floats:
    from ipfn import ipfn  # type: ignore[import-not-found]  # installed only where it is compared with

    copies = [total.copy() for total in margins.values()]
    with contextlib.redirect_stdout(io.StringIO()):  # it prints how it ends
        fitted: Floats = ipfn.ipfn(
            seed.copy(), copies, [list(axes) for axes in margins], convergence_rate=TOLERANCE, max_iteration=100
        ).iteration()
    return fitted


def _compare(title: str, sets: list[tuple[int, ...]]) -> None:
    seed, margins = _problem(SHAPE, sets)
    ways: dict[str, Callable[[], object]] = {
        "core.budget.fit": lambda: fit(seed, margins, tolerance=TOLERANCE),
        "plain numpy": lambda: _plain(seed, margins),
    }
    if find_spec("ipfn"):
        ways["ipfn"] = lambda: _ipfn(seed, margins)
    best = seconds(ways)
    print(title)
    for name, taken in best.items():
        print(f"  {name:18}{taken:8.3f} s{taken / best['core.budget.fit']:8.1f} times as long")


def _large() -> None:
    """Beside reading and writing the data twice for each sweep and twice more."""
    seed, margins = _problem(LARGE, [(0,), (1,), (2,)])
    copy = np.empty_like(seed)
    fitted: list[Fit] = []
    best = seconds(
        {
            "core.budget.fit": lambda: fitted.append(fit(seed, margins, tolerance=TOLERANCE)),
            "one read and write": lambda: np.copyto(copy, seed),
        },
        rounds=3,
    )
    passes = 2 * fitted[0].sweeps + 2
    ratio = best["core.budget.fit"] / (passes * best["one read and write"])
    print(f"{LARGE}: {best['core.budget.fit']:.3f} s, {ratio:.2f} times reading and writing {passes} times")


def main() -> None:
    """Measure and print."""
    _compare("totals of each axis", [(0,), (1,), (2,), (3,)])
    _compare("overlapping totals of two axes", [(0, 1), (1, 2), (2, 3)])
    if "--large" in sys.argv:
        _large()


if __name__ == "__main__":
    main()

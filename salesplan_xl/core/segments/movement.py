"""Who moved from one segment to another between two cycles, and how alike the two groupings are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from salesplan_xl.core.labels import label_key
from salesplan_xl.core.sums import ratio

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SegmentMovement:
    """
    Who moved between two cycles.

    Parameters
    ----------
    names : tuple of str
        The segments of either cycle.
    moved : ndarray of int64, shape (segments, segments)
        Customers of both cycles, by their segment before (rows) and now (columns).
    lost : ndarray of int64, shape (segments,)
        Customers who are no longer there, by their segment before. With `moved`, rows add up to those before.
    new : ndarray of int64, shape (segments,)
        Customers who were not there before, by their segment now. With `moved`, columns add up to those now.
    stayed_share : float
        Share of the customers of both cycles who are in the segment of the same name; NaN where there are none.
    adjusted_rand_index : float
        How alike the two groupings of the customers of both cycles are, whatever the segments are called: 1 for
        the same grouping, about 0 for chance.
    jaccard : ndarray of float64, shape (segments,)
        For each segment, customers of both cycles who were and are in it, as a share of those who were or are;
        NaN where there are none.
    """

    names: tuple[str, ...]
    moved: Integers
    lost: Integers
    new: Integers
    stayed_share: float
    adjusted_rand_index: float
    jaccard: Floats


def segment_movement(previous: Mapping[Any, str], current: Mapping[Any, str]) -> SegmentMovement:
    """
    Compare the segments of two cycles.

    Parameters
    ----------
    previous, current : mapping from customer to str
        The segment of each customer before and now. Customers may be new, or no longer be there.

    Returns
    -------
    SegmentMovement
        Segments in the order of `salesplan_xl.core.labels.label_key`.

    Notes
    -----
    The adjusted Rand index is that of Hubert and Arabie [1]_: pairs of customers that are together in both
    groupings, less those expected by chance, as a share of the most there could be.

    References
    ----------
    .. [1] L. Hubert and P. Arabie, "Comparing partitions", Journal of Classification 2, 1985, p. 198.

    Examples
    --------
    >>> found = segment_movement({"Ana": "Key", "Bo": "Key"}, {"Ana": "Key", "Cy": "Shops"})
    >>> found.moved.tolist(), found.lost.tolist(), found.new.tolist()
    ([[1, 0], [0, 0]], [1, 0], [0, 1])
    """
    names = tuple(sorted({*previous.values(), *current.values()}, key=label_key))
    place = {name: number for number, name in enumerate(names)}
    moved = np.zeros((len(names), len(names)), dtype=np.int64)
    lost, new = np.zeros(len(names), dtype=np.int64), np.zeros(len(names), dtype=np.int64)
    for customer, segment in previous.items():
        if customer in current:
            moved[place[segment], place[current[customer]]] += 1
        else:
            lost[place[segment]] += 1
    for customer, segment in current.items():
        if customer not in previous:
            new[place[segment]] += 1
    stayed = np.diagonal(moved)
    return SegmentMovement(
        names,
        moved,
        lost,
        new,
        float(ratio(stayed.sum(), moved.sum())),
        _adjusted_rand_index(moved),
        ratio(stayed, moved.sum(axis=0) + moved.sum(axis=1) - stayed),
    )


def _adjusted_rand_index(moved: Integers) -> float:
    """Compare two groupings by the pairs of customers that are together in both."""
    together, before, now = (_pairs(counts) for counts in (moved.ravel(), moved.sum(axis=1), moved.sum(axis=0)))
    every = _pairs(moved.sum(keepdims=True).ravel())
    # (together - before now / every) / ((before + now) / 2 - before now / every), in whole numbers until the end
    most = (before + now) * every - 2 * before * now
    return 1.0 if most == 0 else 2 * (together * every - before * now) / most


def _pairs(counts: Integers) -> int:
    """Count the pairs within groups of these sizes."""
    return sum(count * (count - 1) // 2 for count in counts.tolist())

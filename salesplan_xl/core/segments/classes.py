"""Classes A, B and C: which few carry most of the value."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.errors import (
    AllZeroError,
    AmountTooLargeError,
    NegativeAmountError,
    WrongCutsError,
    WrongShapeError,
)
from salesplan_xl.core.labels import label_key
from salesplan_xl.core.reading import read_list
from salesplan_xl.core.sums import LARGEST_SUM

CLASSES = ("A", "B", "C")

# A share of floating-point numbers this near to a cut has reached it.
_NOISE = 1e-12


@dataclass(frozen=True)
class AbcClasses:
    """
    The class of each value, in the order of the values.

    Parameters
    ----------
    classes : ndarray of object, shape (n,)
        "A", "B" or "C".
    cumulative_share : ndarray of float64, shape (n,)
        Share of the total that the value has together with all that come before it, largest first.
    """

    classes: NDArray[Any]
    cumulative_share: NDArray[np.float64]


def abc_class(
    values: ArrayLike, cuts: tuple[float, float] = (0.80, 0.95), labels: Sequence[Any] | None = None
) -> AbcClasses:
    """
    Class values by the share of the total that the larger ones have.

    The largest come first. A value is A while those before it have less than the first share, B while they
    have less than the second, and C from then on: the value that crosses a cut belongs to the upper class.

    Parameters
    ----------
    values : array_like, shape (n,)
        Zero or more, in any one unit, none missing. Whole numbers are compared with the cuts exactly.
    cuts : tuple of two floats
        Shares of the total, above 0 and up to 1, the lower first.
    labels : sequence of n labels, optional
        What equal values are put in order by, so that the order of rows does not matter; by default they
        keep their order. See `salesplan_xl.core.labels.label_key`.

    Returns
    -------
    AbcClasses
        Classes and cumulative shares in the order of `values`. The share of the last one is 1.

    Raises
    ------
    AllZeroError
        If there are values and all of them are zero.
    AmountTooLargeError
        If whole numbers add up to 2**62 or more.
    NegativeAmountError
        If a value is negative.
    NotAnAmountError
        If a value is missing or is no number.
    WrongCutsError
        If the cuts are no two shares, the lower first.
    WrongShapeError
        If `values` is not one-dimensional or has another length than `labels`.

    Examples
    --------
    >>> abc_class([5, 60, 25, 10]).classes.tolist()
    ['C', 'A', 'A', 'B']
    """
    if len(cuts) != 2 or not 0 < cuts[0] < cuts[1] <= 1:
        raise WrongCutsError("the classes", tuple(cuts), "two shares above 0 and up to 1, the lower first")
    sizes = read_list(values, "values")
    if labels is not None and len(labels) != len(sizes):
        raise WrongShapeError("labels", (len(labels),), sizes.shape)
    if not sizes.size:
        return AbcClasses(np.empty(0, dtype=object), np.empty(0))
    if (sizes < 0).any():
        raise NegativeAmountError("value", sizes[sizes < 0].tolist()[0])
    if not sizes.any():
        raise AllZeroError("value")
    order = _largest_first(sizes, labels)
    if sizes.dtype.kind == "f":
        sizes = sizes / sizes.max()  # so that no sum is too large for a number
    elif sizes.sum(dtype=np.float64) >= LARGEST_SUM:
        raise AmountTooLargeError(sum(sizes.tolist()), LARGEST_SUM)
    reached = np.cumsum(sizes[order])
    before = np.concatenate([[0], reached[:-1]])
    passed = sum((before >= _threshold(cut, reached[-1])).astype(np.int64) for cut in cuts)
    classes, shares = np.empty(len(sizes), dtype=object), np.empty(len(sizes))
    classes[order] = np.array(CLASSES, dtype=object)[passed]
    shares[order] = reached / reached[-1]
    return AbcClasses(classes, shares)


def _largest_first(sizes: NDArray[Any], labels: Sequence[Any] | None) -> NDArray[np.int64]:
    """Give the order of values from the largest on, equal ones by label or else by place."""
    rank = np.arange(len(sizes))
    if labels is not None:
        rank[sorted(range(len(sizes)), key=lambda place: label_key(labels[place]))] = np.arange(len(sizes))
    return np.lexsort((rank, -sizes))


def _threshold(cut: float, total: Any) -> Any:
    """Give the amount from which on a cut is passed: exact for a whole total, less the noise for another."""
    if isinstance(total, np.integer):
        share = Fraction(f"{cut:.15g}")
        return -(-int(total) * share.numerator // share.denominator)
    return (cut - _NOISE) * total

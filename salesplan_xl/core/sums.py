"""Whole numbers added up by group, exactly, and one sum as a part of another."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.errors import AmountTooLargeError

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

LARGEST_SUM = 2**62
"""First size of a sum that is refused: whole numbers stay clear of the end of int64."""


def sums_by_group(group: Integers, numbers: Integers, count: int) -> Integers:
    """
    Add up whole numbers by group.

    Parameters
    ----------
    group : ndarray of int64, shape (n,)
        The group of each number, by position from 0.
    numbers : ndarray of int64, shape (n,)
        Of any sign.
    count : int
        How many groups there are.

    Returns
    -------
    ndarray of int64, shape (count,)
        The exact sums; zero for a group without numbers.

    Raises
    ------
    AmountTooLargeError
        If the sizes of all numbers add up to 2**62 or more.

    Examples
    --------
    >>> sums_by_group(np.array([0, 2, 0]), np.array([5, 7, -1]), 3).tolist()
    [4, 0, 7]
    """
    size = float(np.abs(numbers.astype(np.float64)).sum())
    if size >= LARGEST_SUM:
        raise AmountTooLargeError(size, LARGEST_SUM)
    sums = np.zeros(count, dtype=np.int64)
    np.add.at(sums, group, numbers)
    return sums


def ratio(part: ArrayLike, whole: ArrayLike) -> Floats:
    """
    Divide where there is something to divide by.

    Parameters
    ----------
    part, whole : array_like
        Numbers; arrays are matched like numpy arrays.

    Returns
    -------
    ndarray of float64
        NaN where the whole is zero.

    Examples
    --------
    >>> ratio([1, 3], [4, 0]).tolist()
    [0.25, nan]
    """
    parts, wholes = np.broadcast_arrays(np.asarray(part, np.float64), np.asarray(whole, np.float64))
    return np.asarray(np.divide(parts, wholes, out=np.full(parts.shape, np.nan), where=wholes != 0))

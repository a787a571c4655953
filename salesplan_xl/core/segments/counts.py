"""Segments in figures: how many customers each has, and how much they bring."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.errors import NotAnAmountError, WrongShapeError
from salesplan_xl.core.labels import label_key
from salesplan_xl.core.reading import read_numbers
from salesplan_xl.core.segments.assignment import UNASSIGNED
from salesplan_xl.core.sums import ratio, sums_by_group

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SegmentSummary:
    """
    The segments in figures; all arrays are in the order of `names`.

    Parameters
    ----------
    names : tuple of str
        The segments.
    customers : ndarray of int64
        Customers of each. They add up to all customers.
    amounts : ndarray of int64
        Amount of each, in smallest units. They add up to the amount of all customers exactly.
    orders : ndarray of int64 or None
        Orders of each; None where they are not known.
    customer_share : ndarray of float64
        Share of the customers; NaN where there are none at all.
    amount_share : ndarray of float64
        Share of the amount; NaN where the whole amount is zero.
    mean_amount : ndarray of float64
        Amount of a customer, in smallest units; NaN for a segment without customers.
    mean_order : ndarray of float64 or None
        Amount of an order, in smallest units; NaN for a segment without orders.
    """

    names: tuple[str, ...]
    customers: Integers
    amounts: Integers
    orders: Integers | None
    customer_share: Floats
    amount_share: Floats
    mean_amount: Floats
    mean_order: Floats | None


def segment_summary(
    segments: Sequence[str],
    amounts: ArrayLike,
    orders: ArrayLike | None = None,
    *,
    names: Sequence[str] = (),
    unassigned: str = UNASSIGNED,
) -> SegmentSummary:
    """
    Count and add up customers by segment.

    Parameters
    ----------
    segments : sequence of n str
        The segment of each customer.
    amounts : array_like of int, shape (n,)
        The amount of each customer in smallest units, of any sign.
    orders : array_like of int, shape (n,), optional
        The number of orders of each customer.
    names : sequence of str, default ()
        Segments in the order they are to come in, such as that of their rules; those without customers come with
        zeros. Others follow in the order of `salesplan_xl.core.labels.label_key`.
    unassigned : str, default "Unassigned"
        The segment that comes last unless it is in `names`.

    Returns
    -------
    SegmentSummary
        One entry for each segment; the order of the customers does not matter.

    Raises
    ------
    AmountTooLargeError
        If the sizes of the amounts add up to 2**62 or more.
    NotAnAmountError
        If an amount or a number of orders is missing or not whole.
    WrongShapeError
        If segments, amounts and orders have not the same length.

    Examples
    --------
    >>> summary = segment_summary(["Shops", "Key", "Shops"], [500, 9000, 250], names=["Key", "Farms", "Shops"])
    >>> summary.customers.tolist(), summary.amounts.tolist()
    ([1, 0, 2], [9000, 0, 750])
    """
    count = len(segments)
    others = sorted(set(segments) - set(names), key=lambda name: (name == unassigned, label_key(name)))
    listed = tuple(dict.fromkeys([*names, *others]))
    place = {name: number for number, name in enumerate(listed)}
    segment = np.array([place[name] for name in segments], dtype=np.int64)
    customers = np.bincount(segment, minlength=len(listed)).astype(np.int64)
    added = sums_by_group(segment, _whole("amounts", amounts, count), len(listed))
    ordered = None if orders is None else sums_by_group(segment, _whole("orders", orders, count), len(listed))
    return SegmentSummary(
        listed,
        customers,
        added,
        ordered,
        ratio(customers, customers.sum()),
        ratio(added, added.sum()),
        ratio(added, customers),
        None if ordered is None else ratio(added, ordered),
    )


def _whole(what: str, given: ArrayLike, count: int) -> Integers:
    """Read whole numbers, one for each customer."""
    numbers = read_numbers(given)
    if numbers.shape != (count,):
        raise WrongShapeError(what, numbers.shape, (count,))
    if numbers.dtype.kind == "f" and numbers.size:
        raise NotAnAmountError(numbers.tolist()[0])
    return numbers.astype(np.int64)

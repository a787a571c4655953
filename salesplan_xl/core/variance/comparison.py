"""Actual against budget: how far off, and whether that is good news."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.errors import WrongChoiceError, WrongShapeError
from salesplan_xl.core.sums import ratio


@dataclass(frozen=True)
class Variance:
    """
    Variances of one or more cells.

    Parameters
    ----------
    variance : ndarray
        Favourable positive, in the unit of the amounts.
    share : ndarray of float64
        `variance` as a share of the size of the budget (0.25 = a quarter); NaN where the budget is 0.
    """

    variance: NDArray[Any]
    share: NDArray[np.float64]


def against_budget(actual: ArrayLike, budget: ArrayLike, *, kind: Literal["revenue", "cost"] = "revenue") -> Variance:
    """
    Compare actuals with their budget, favourable positive.

    Parameters
    ----------
    actual, budget : array_like, same shape
        Amounts in one unit, any sign; NaN where unknown. Whole numbers are compared exactly.
    kind : {"revenue", "cost"}, default "revenue"
        Whether more than the budget is favourable (revenue, profit) or less is (cost).

    Returns
    -------
    variance : Variance
        Actual - budget for revenue, budget - actual for cost; int64 when both are whole numbers,
        otherwise float64. NaN where either is unknown.

    Raises
    ------
    WrongChoiceError
        If `kind` is neither of the two words.
    WrongShapeError
        If the shapes differ.

    Examples
    --------
    >>> against_budget([88, 30], [100, 0]).variance
    array([-12,  30])
    >>> against_budget([88, 30], [100, 0]).share
    array([-0.12,   nan])
    """
    if kind not in ("revenue", "cost"):
        raise WrongChoiceError("kind", kind, ("revenue", "cost"))
    got, planned = _amounts(actual), _amounts(budget)
    if got.shape != planned.shape:
        raise WrongShapeError("actuals", got.shape, planned.shape)
    size = np.abs(planned).astype(np.float64)
    with np.errstate(over="ignore"):  # what is too large for a number is infinite
        variance = got - planned if kind == "revenue" else planned - got
        share = ratio(variance, size)
    return Variance(variance, share)


def _amounts(given: ArrayLike) -> NDArray[Any]:
    """Return int64 for whole numbers, otherwise float64."""
    array = np.asarray(given)
    return array.astype(np.int64 if array.dtype.kind == "i" else np.float64)

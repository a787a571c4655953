"""Moving an amount from some cells to others, the total unchanged."""

from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.errors import (
    FloorsTooHighError,
    NegativeAmountError,
    SameCellsError,
    TransferTooLargeError,
    WrongShapeError,
)
from salesplan_xl.core.spreading.cells import Cells, Sharing, read_amounts, read_given
from salesplan_xl.core.spreading.totals import add

Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]


def transfer(
    current: Cells,
    amount: int,
    source: ArrayLike,
    target: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    **options: Unpack[Sharing],
) -> Integers:
    """
    Move an amount from some cells to others.

    Keeps the total, held cells, and every cell on neither side. The free cells on each side give and get by what
    they hold, or by weights; no cell gives more than it holds above zero and its lower bound.

    Parameters
    ----------
    current : array_like, any shape
        What the cells hold, in the smallest unit; zero or more on the source side unless `on_negative` is
        "allow".
    amount : int
        What to move, zero or more.
    source, target : array_like of bool, shape of `current`
        Where the amount comes from, and where it goes.
    weights : array_like, shape of `current`, optional
        Relative sizes of what each cell of the target gets. By default what the cells hold.
    **options : Sharing
        Holds, scope, bounds of the new amounts, and the rules for a zero base (of the target) and for negative
        cells.

    Returns
    -------
    ndarray of int64, shape of `current`
        The new amounts.

    Raises
    ------
    TransferTooLargeError
        If the free cells of the source cannot give the amount.
    SameCellsError
        If a cell is on both sides.
    NegativeAmountError
        If the amount is negative.
    PlanError
        What `spread` refuses; EmptyScopeError if no free cell is in scope.

    Notes
    -----
    SAP Analytics Cloud calls it distribute, Jedox fullto and fullfrom.

    Examples
    --------
    50 comes from 100 and 300 by their size, and goes to a third cell.

    >>> transfer([100, 300, 40], 50, [True, True, False], [False, False, True])
    array([ 87, 263,  90])
    """
    amounts = read_amounts(current)
    giving, getting = _side(source, amounts, "cells of the source"), _side(target, amounts, "cells of the target")
    if amount < 0:
        raise NegativeAmountError("amount to move", amount)
    for place in np.argwhere(giving & getting).tolist():
        raise SameCellsError(tuple(place))
    rule = options.get("zero", "error")
    try:
        taken = add(amounts, -amount, **_only(giving, amounts, {**options, "zero": "error"}))
    except FloorsTooHighError as error:
        available = amount - error.excess
        raise TransferTooLargeError(amount, available, error.excess) from error
    left: Sharing = {**options, "zero": "error" if rule == "leave" else rule}  # what is left over would be lost
    return add(taken, amount, weights, **_only(getting, taken, left))


def _side(cells: ArrayLike, amounts: Integers, what: str) -> Mask:
    """Return one side of a transfer in the shape of the cells."""
    side = np.asarray(cells, dtype=bool)
    if side.shape != amounts.shape:
        raise WrongShapeError(what, side.shape, amounts.shape)
    return side


def _only(side: Mask, amounts: Integers, options: Sharing) -> Sharing:
    """Hold every cell that is not on this side; bounds speak of this side only."""
    fixed, kept = read_given(options.get("held"), amounts.shape, "held cells")
    floored, lower = read_given(options.get("lower"), amounts.shape, "lower bounds")
    capped, upper = read_given(options.get("upper"), amounts.shape, "upper bounds")
    return {
        **options,
        "held": np.ma.MaskedArray(np.where(fixed, kept, amounts), mask=side & ~fixed),
        "lower": np.ma.MaskedArray(lower, mask=~(floored & side)),
        "upper": np.ma.MaskedArray(upper, mask=~(capped & side)),
    }

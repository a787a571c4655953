"""Methods of spreading that meet a total: what a planner types is the sum of the cells, or what is added to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.errors import EmptyScopeError, NoWeightError, WrongShapeError
from salesplan_xl.core.reading import read_numbers
from salesplan_xl.core.spreading.cells import Cells, Sharing, exact_sum, in_scope, read_amounts, read_given
from salesplan_xl.core.spreading.patterns import pattern_weights, percentage_weights
from salesplan_xl.core.spreading.sharing import spread

Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]


def proportional(current: Cells, total: int, **options: Unpack[Sharing]) -> Integers:
    """
    Bring cells to a total in the proportions they have.

    Keeps the total, held cells, and the ratios between the free cells to the unit. Zeros stay zero.

    Parameters
    ----------
    current : array_like, any shape
        What the cells hold, in the smallest unit.
    total : int
        What they shall add up to.
    **options : Sharing
        Holds, scope, bounds, and the rules for a zero base and for negative cells.

    Returns
    -------
    ndarray of int64, shape of `current`
        The new amounts.

    Raises
    ------
    PlanError
        What `spread` refuses; EmptyScopeError if no free cell is in scope.

    Notes
    -----
    IBM Planning Analytics calls it proportional spread (P), Anaplan breakback, Planful current.

    Examples
    --------
    >>> proportional([10, 20, 30], 120)
    array([20, 40, 60])
    """
    amounts = read_amounts(current)
    return _meet(amounts, total, amounts, options)


def equal(current: Cells, total: int, **options: Unpack[Sharing]) -> Integers:
    """
    Bring cells to a total with the same amount in each.

    Keeps the total and held cells; free cells differ by one unit at most.

    Parameters
    ----------
    current : array_like, any shape
        What the cells hold, in the smallest unit.
    total : int
        What they shall add up to.
    **options : Sharing
        Holds, scope, bounds, and the rule for negative cells.

    Returns
    -------
    ndarray of int64, shape of `current`
        The new amounts.

    Raises
    ------
    PlanError
        What `spread` refuses; EmptyScopeError if no free cell is in scope.

    Notes
    -----
    IBM Planning Analytics calls it equal spread (S), Planful even.

    Examples
    --------
    >>> equal([0, 5, 0, 7], 100, scope="nonzero")
    array([ 0, 50,  0, 50])
    """
    amounts = read_amounts(current)
    return _meet(amounts, total, np.ones(amounts.shape), options)


def by_reference(current: Cells, total: int, reference: ArrayLike, **options: Unpack[Sharing]) -> Integers:
    """
    Bring cells to a total in the proportions of other cells, such as last year's.

    Keeps the total and held cells; the free ones have the ratios of the reference, to the unit.

    Parameters
    ----------
    current : array_like, any shape
        What the cells hold, in the smallest unit.
    total : int
        What they shall add up to.
    reference : array_like, shape of `current`
        Amounts of the other cells, in any unit, none missing.
    **options : Sharing
        Holds, scope, bounds, and the rules for a zero base and for negative cells.

    Returns
    -------
    ndarray of int64, shape of `current`
        The new amounts.

    Raises
    ------
    PlanError
        What `spread` refuses; EmptyScopeError if no free cell is in scope, WrongShapeError if the reference
        has another shape.

    Notes
    -----
    IBM Planning Analytics calls it relative proportional spread (RP), Jedox like, Planful reference.

    Examples
    --------
    >>> by_reference([0, 0, 0], 600, [10, 20, 30])
    array([100, 200, 300])
    """
    amounts = read_amounts(current)
    return _meet(amounts, total, _matching(reference, amounts, "reference amounts"), options)


def by_weights(current: Cells, total: int, weights: ArrayLike, **options: Unpack[Sharing]) -> Integers:
    """
    Bring cells to a total by weights of any kind: potential, customers, working days, a season.

    Keeps the total and held cells; the free ones have the ratios of the weights, to the unit.

    Parameters
    ----------
    current : array_like, any shape
        What the cells hold, in the smallest unit.
    total : int
        What they shall add up to.
    weights : array_like, shape of `current`
        Relative sizes, none missing.
    **options : Sharing
        Holds, scope, bounds, and the rules for a zero base and for negative cells.

    Returns
    -------
    ndarray of int64, shape of `current`
        The new amounts.

    Raises
    ------
    PlanError
        What `spread` refuses; EmptyScopeError if no free cell is in scope, WrongShapeError if the weights
        have another shape.

    Examples
    --------
    >>> by_weights([0, 0], 100, [0.25, 0.75])
    array([25, 75])
    """
    amounts = read_amounts(current)
    return _meet(amounts, total, _matching(weights, amounts, "weights"), options)


def pattern(current: Cells, total: int, repeated: str | Sequence[float], **options: Unpack[Sharing]) -> Integers:
    """
    Bring periods to a total by a pattern that repeats, such as 4-4-5 or 1-2-1.

    Keeps the total and held cells; the free ones have the ratios of the pattern, to the unit.

    Parameters
    ----------
    current : array_like, shape (periods, ...)
        What the cells hold, in the smallest unit; periods along the first axis. Other axes share alike.
    total : int
        What they shall add up to.
    repeated : str or sequence of float
        The pattern; see `pattern_weights`.
    **options : Sharing
        Holds, scope, bounds, and the rules for a zero base and for negative cells.

    Returns
    -------
    ndarray of int64, shape of `current`
        The new amounts.

    Raises
    ------
    PlanError
        What `spread` refuses; WrongPatternError if the pattern is none.

    Notes
    -----
    Oracle Planning calls them spread patterns.

    Examples
    --------
    >>> pattern([0, 0, 0, 0, 0, 0], 2600, "4-4-5")
    array([400, 400, 500, 400, 400, 500])
    """
    amounts = read_amounts(current)
    return _meet(amounts, total, _down(pattern_weights(repeated, amounts.shape[0]), amounts), options)


def percentages(
    current: Cells,
    total: int,
    shares: ArrayLike,
    *,
    whole: Literal["error", "scale"] = "error",
    **options: Unpack[Sharing],
) -> Integers:
    """
    Bring periods to a total by percentages that must add up to one hundred.

    Keeps the total and held cells; the free ones have the ratios of the percentages, to the unit.

    Parameters
    ----------
    current : array_like, shape (periods, ...)
        What the cells hold, in the smallest unit; periods along the first axis. Other axes share alike.
    total : int
        What they shall add up to.
    shares : array_like, shape (periods,)
        One percentage a period.
    whole : {"error", "scale"}, default "error"
        What to do where they do not add up to 100; see `percentage_weights`.
    **options : Sharing
        Holds, scope, bounds, and the rules for a zero base and for negative cells.

    Returns
    -------
    ndarray of int64, shape of `current`
        The new amounts.

    Raises
    ------
    PlanError
        What `spread` refuses; PercentagesError if the percentages do not add up, WrongShapeError if there
        is not one a period.

    Notes
    -----
    ERPNext calls it monthly distribution, and takes 99.9996 for 100.

    Examples
    --------
    >>> percentages([0, 0, 0], 1000, [33.33, 33.33, 33.33], whole="scale")
    array([334, 333, 333])
    """
    amounts = read_amounts(current)
    weights = percentage_weights(shares, whole=whole)
    if len(weights) != amounts.shape[0]:
        raise WrongShapeError("percentages", weights.shape, amounts.shape[:1])
    return _meet(amounts, total, _down(weights, amounts), options)


def add(current: Cells, amount: int, weights: ArrayLike | None = None, **options: Unpack[Sharing]) -> Integers:
    """
    Add an amount to what cells hold, shared by their own size or by weights.

    Keeps held cells; the sum grows by exactly `amount`. Where an amount is taken away, no cell goes below zero
    unless `on_negative` is "allow": what a cell cannot give, the others give by weight.

    Parameters
    ----------
    current : array_like, any shape
        What the cells hold, in the smallest unit.
    amount : int
        What to add; negative to take away.
    weights : array_like, shape of `current`, optional
        Relative sizes of what each cell gets. By default what the cells hold.
    **options : Sharing
        Holds, scope, bounds of the new amounts, and the rules for a zero base and for negative cells.

    Returns
    -------
    ndarray of int64, shape of `current`
        The new amounts.

    Raises
    ------
    PlanError
        What `spread` refuses; EmptyScopeError if no free cell is in scope.

    Notes
    -----
    Jedox calls it split and add (##), Kepion net change, Analysis Services weighted increment.

    Examples
    --------
    >>> add([300, 100], 2000, [0.75, 0.25])
    array([1800,  600])
    """
    amounts = read_amounts(current)
    sizes = amounts if weights is None else _matching(weights, amounts, "weights")
    return _add(amounts, amount, sizes, options)


def equal_increment(current: Cells, total: int, **options: Unpack[Sharing]) -> Integers:
    """
    Bring cells to a total by adding the same amount to each.

    Keeps the total, held cells, and the differences between the free cells, to the unit. No cell goes below
    zero unless `on_negative` is "allow".

    Parameters
    ----------
    current : array_like, any shape
        What the cells hold, in the smallest unit.
    total : int
        What they shall add up to.
    **options : Sharing
        Holds, scope, bounds of the new amounts, and the rule for negative cells.

    Returns
    -------
    ndarray of int64, shape of `current`
        The new amounts.

    Raises
    ------
    PlanError
        What `spread` refuses; EmptyScopeError if no free cell is in scope.

    Notes
    -----
    Analysis Services calls it USE_EQUAL_INCREMENT.

    Examples
    --------
    300 is 200 more than the cells hold, 66.67 for each.

    >>> equal_increment([1000, 3000, 6000], 30000)
    array([ 7667,  9667, 12666])
    """
    amounts = read_amounts(current)
    fixed, kept = read_given(options.get("held"), amounts.shape, "held cells")
    now = exact_sum(np.where(fixed, kept, amounts))
    return _add(amounts, total - now, np.ones(amounts.shape), options)


def hold_total(current: Cells, typed: Cells, **options: Unpack[Sharing]) -> Integers:
    """
    Put what was typed into some cells and let the others make up for it, the total unchanged.

    Keeps the total, typed and held cells, and the ratios between the others to the unit.

    Parameters
    ----------
    current : array_like, any shape
        What the cells hold, in the smallest unit.
    typed : array_like, shape of `current`
        What was typed; blank where nothing was.
    **options : Sharing
        Holds, scope, bounds, and the rules for a zero base and for negative cells.

    Returns
    -------
    ndarray of int64, shape of `current`
        The new amounts.

    Raises
    ------
    PlanError
        What `spread` refuses, such as typed cells beyond the total.

    Notes
    -----
    IBM Planning Analytics calls it consolidation hold (HC).

    Examples
    --------
    >>> hold_total([10, 20, 30], [None, 30, None])
    array([ 8, 30, 22])
    """
    amounts = read_amounts(current)
    entered, new = read_given(typed, amounts.shape, "typed cells")
    fixed, kept = read_given(options.get("held"), amounts.shape, "held cells")
    together = np.ma.MaskedArray(np.where(entered, new, kept), mask=~(entered | fixed))
    return _meet(amounts, exact_sum(amounts), amounts, {**options, "held": together})


@dataclass(frozen=True)
class Override:
    """
    A total typed over some of the cells.

    Parameters
    ----------
    cells : mask or index
        Which cells, as numpy selects them.
    total : int
        What they shall add up to, in the smallest unit.
    """

    cells: Any
    total: int


def override(current: Cells, steps: Sequence[Override], **options: Unpack[Sharing]) -> Integers:
    """
    Type totals over groups of cells one after the other; where groups overlap the order decides.

    Each step keeps its own total, held cells and the cells outside its group; a later step may move what an
    earlier one set.

    Parameters
    ----------
    current : array_like, any shape
        What the cells hold, in the smallest unit.
    steps : sequence of Override
        The totals in the order they were typed.
    **options : Sharing
        Holds, scope, bounds, and the rules for a zero base and for negative cells, the same for every step.

    Returns
    -------
    ndarray of int64, shape of `current`
        The new amounts.

    Raises
    ------
    PlanError
        What `spread` refuses at any step.

    Notes
    -----
    As in SAS Visual Forecasting. To meet overlapping totals together, `fit` them instead.

    Examples
    --------
    >>> override([10, 10, 20, 20, 40], [Override([0, 1, 2], 60), Override([2, 3, 4], 180)])
    array([15, 15, 60, 40, 80])
    """
    values = read_amounts(current).copy()
    fixed, kept = read_given(options.get("held"), values.shape, "held cells")
    floored, lower = read_given(options.get("lower"), values.shape, "lower bounds")
    capped, upper = read_given(options.get("upper"), values.shape, "upper bounds")
    values[fixed] = kept[fixed]
    for step in steps:
        own: Sharing = {
            **options,
            "held": np.ma.MaskedArray(kept[step.cells], mask=~fixed[step.cells]),
            "lower": np.ma.MaskedArray(lower[step.cells], mask=~floored[step.cells]) if floored.any() else None,
            "upper": np.ma.MaskedArray(upper[step.cells], mask=~capped[step.cells]) if capped.any() else None,
        }
        part = values[step.cells]
        values[step.cells] = _meet(part, step.total, part, own)
    return values


def _meet(amounts: Integers, total: int, weights: NDArray[Any], options: Sharing) -> Integers:
    """Spread a total over the cells in scope; the others stay as they are."""
    fixed, kept = read_given(options.get("held"), amounts.shape, "held cells")
    taking_part = in_scope(amounts, options.get("scope", "all"))
    still = fixed | ~taking_part  # what is outside the scope is zero, and stays zero
    left = total - exact_sum(kept[fixed])
    zero = options.get("zero", "error")
    if left and still.all() and not fixed.all():
        if zero == "leave":
            return np.where(fixed, kept, amounts)
        raise EmptyScopeError(left)
    try:
        return spread(
            total,
            weights,
            held=np.ma.MaskedArray(kept, mask=~still) if still.any() else None,
            lower=options.get("lower"),
            upper=options.get("upper"),
            zero="error" if zero == "leave" else zero,
            on_negative=options.get("on_negative", "error"),
        )
    except NoWeightError:
        if zero != "leave":
            raise
    return np.where(fixed, kept, amounts)


def _add(amounts: Integers, amount: int, weights: NDArray[Any], options: Sharing) -> Integers:
    """Spread what is added over the cells in scope, between what their bounds leave."""
    fixed, kept = read_given(options.get("held"), amounts.shape, "held cells")
    floored, lower = read_given(options.get("lower"), amounts.shape, "lower bounds")
    capped, upper = read_given(options.get("upper"), amounts.shape, "upper bounds")
    start = np.where(fixed, kept, amounts)
    if amount < 0 and options.get("on_negative", "error") == "error" and (weights >= 0).all():
        lower = np.where(floored, lower, np.minimum(start, 0))
        floored = np.ones_like(floored)
    out = fixed | ~in_scope(amounts, options.get("scope", "all"))
    zero = options.get("zero", "error")
    if amount and out.all() and not fixed.all():
        if zero == "leave":
            return start
        raise EmptyScopeError(amount)
    added = spread(
        amount,
        weights,
        held=np.ma.MaskedArray(np.zeros_like(start), mask=~out) if out.any() else None,
        lower=np.ma.MaskedArray(lower - start, mask=~floored | out) if floored.any() else None,
        upper=np.ma.MaskedArray(upper - start, mask=~capped | out) if capped.any() else None,
        zero=zero,
        on_negative=options.get("on_negative", "error"),
    )
    return start + added


def _matching(given: ArrayLike, amounts: Integers, what: str) -> NDArray[Any]:
    """Return numbers in the shape of the cells."""
    numbers = read_numbers(given)
    if numbers.shape != amounts.shape:
        raise WrongShapeError(what, numbers.shape, amounts.shape)
    return numbers


def _down(weights: NDArray[np.float64], amounts: Integers) -> NDArray[np.float64]:
    """Let weights run down the periods, the same for every other axis."""
    return np.broadcast_to(weights.reshape(-1, *[1] * (amounts.ndim - 1)), amounts.shape)

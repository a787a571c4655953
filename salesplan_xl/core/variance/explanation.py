"""What moved the result: ranked contributions, the dimension that explains it best, and the pieces of one sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core import errors
from salesplan_xl.core.errors import CountTooSmallError, DimensionsDisagreeError, WrongShapeError
from salesplan_xl.core.labels import Label, label_key
from salesplan_xl.core.reading import read_list, read_numbers
from salesplan_xl.core.variance.decomposition import PARTS, PriceVolumeMix

Floats = NDArray[np.float64]
Amount = int | float

# Totals of two dimensions that differ by less than this part of them are the same.
_SAME = 1e-9


@dataclass(frozen=True)
class Drivers:
    """
    Contributions to a variance, the largest first.

    Parameters
    ----------
    labels : tuple of str, number or None
        Names of the contributors; None for the row of all others, which is the last.
    budget, actual, variance : ndarray, shape (n,)
        In the unit of the amounts, int64 where they are whole numbers. `variance` is actual less budget.
    power : ndarray of float64, shape (n,)
        Explanatory power: the share of the whole variance, negative for what works against it. NaN where the whole
        variance is zero.
    surprise : ndarray of float64, shape (n,)
        How much the contributor's part of the whole has changed (Jensen-Shannon, in natural units of information);
        NaN where parts make no sense because an amount is negative or the sum is zero, and for all others.
    total : int or float
        The whole variance: the sum of `variance`.
    others : int
        How many contributors the last row stands for; 0 where there is no such row.
    """

    labels: tuple[Any, ...]
    budget: NDArray[Any]
    actual: NDArray[Any]
    variance: NDArray[Any]
    power: Floats
    surprise: Floats
    total: Amount
    others: int


@dataclass(frozen=True)
class Explanation:
    """
    The dimension that explains a variance best, and the few members in it that do.

    Parameters
    ----------
    dimension : str
        Name of the dimension.
    labels : tuple of str or number
        The members, the largest contribution first.
    variances : tuple of int or float
        What each contributed, in the unit of the amounts; all of the sign of `total`.
    powers : tuple of float
        The same as shares of the whole variance.
    surprise : float
        Sum of their surprise.
    total : int or float
        The whole variance.
    """

    dimension: str
    labels: tuple[Any, ...]
    variances: tuple[Amount, ...]
    powers: tuple[float, ...]
    surprise: float
    total: Amount


@dataclass(frozen=True)
class Reason:
    """
    The pieces of one sentence about why a result is off; the words come from elsewhere.

    Parameters
    ----------
    dimension : str
        Name of the dimension.
    label : str or number
        Who or what: the member of it that contributed most.
    variance : int or float
        What it contributed, in the unit of the amounts.
    power : float
        The same as a share of the whole variance.
    others : tuple of str or number
        Further members of the dimension that belong to the explanation.
    total : int or float
        The whole variance.
    part : str or None
        What of it: one of `PARTS`, the largest that goes the same way; None where that is not known.
    part_amount : int
        How much that part is; 0 where there is none.
    """

    dimension: str
    label: Any
    variance: Amount
    power: float
    others: tuple[Any, ...]
    total: Amount
    part: str | None
    part_amount: int


def drivers(labels: Sequence[Label], budget: ArrayLike, actual: ArrayLike, *, top: int | None = None) -> Drivers:
    r"""
    Rank what contributed to a variance.

    Parameters
    ----------
    labels : sequence of str or number, length n
        Who or what each amount belongs to: a product, customer, month or territory. Rows of one label are added up.
    budget, actual : array_like, shape (n,)
        Amounts in one unit, any sign, none missing. Whole numbers are added exactly.
    top : int, optional
        How many to show; the rest becomes one row, all others. By default all.

    Returns
    -------
    Drivers
        The largest variance first, whatever its sign; then the most surprising, then by label, so that the order of
        the rows changes nothing. The variances add up to the whole variance exactly.

    Raises
    ------
    WrongShapeError
        If the three differ in length, or the amounts are no lists.
    CountTooSmallError
        If `top` is below 1.
    NotAnAmountError
        If an amount is missing or no number.

    Notes
    -----
    With :math:`p` and :math:`q` the parts of a contributor in all budgets and in all actuals its surprise is
    :math:`\tfrac12\,(p \ln\tfrac{2p}{p+q} + q \ln\tfrac{2q}{p+q})` [1]_.

    References
    ----------
    .. [1] R. Bhagwan et al., "Adtributor: Revenue Debugging in Advertising Systems", NSDI 2014, section 3.

    Examples
    --------
    >>> result = drivers(["North", "South", "East"], [100, 100, 100], [60, 110, 95], top=1)
    >>> result.labels, result.variance.tolist(), result.others
    (('North', None), [-40, 5], 2)
    """
    planned, got = read_list(budget, "budgets"), read_numbers(actual)
    if got.shape != planned.shape:
        raise WrongShapeError("actuals", got.shape, planned.shape)
    if len(labels) != len(planned):
        raise WrongShapeError("labels", (len(labels),), planned.shape)
    if top is not None and top < 1:
        raise CountTooSmallError("number of drivers", top, 1)
    budgets, actuals = _by_label(labels, planned), _by_label(labels, got)
    variances = {label: actuals[label] - budgets[label] for label in budgets}
    surprises = dict(zip(budgets, _surprise([*budgets.values()], [*actuals.values()]), strict=True))
    ranked = sorted(budgets, key=lambda label: (-abs(variances[label]), -_or_zero(surprises[label]), label_key(label)))
    shown = ranked if top is None else ranked[:top]
    rest = ranked[len(shown) :]
    total = _sum([*variances.values()])
    columns = [
        np.array([column[label] for label in shown] + ([_sum([column[label] for label in rest])] if rest else []))
        for column in (budgets, actuals, variances)
    ]
    with np.errstate(over="ignore"):  # a whole variance next to nothing
        power = np.asarray(columns[2] / total + 0.0 if total else np.full(len(columns[2]), np.nan), np.float64)
    surprise = np.array([surprises[label] for label in shown] + [math.nan] * bool(rest), np.float64)
    names: tuple[Label | None, ...] = (*shown, None) if rest else tuple(shown)
    return Drivers(names, columns[0], columns[1], columns[2], power, surprise, total, len(rest))


def best_dimension(
    dimensions: Mapping[str, Drivers], *, min_power: float = 0.1, enough_power: float = 0.67
) -> Explanation | None:
    """
    Find the dimension in which the fewest and most surprising members explain a variance.

    Within each dimension members are taken by their surprise, those with little power left out, until they explain
    enough. Of the dimensions that get there the one with the most surprise in these members is the best.

    Parameters
    ----------
    dimensions : mapping of str to Drivers
        The same amounts by product, by customer, by month and so on, none cut off by `top`.
    min_power : float, default 0.1
        Share of the whole variance that a member must go beyond.
    enough_power : float, default 0.67
        Share of the whole variance that its members must go beyond for a dimension to explain it.

    Returns
    -------
    Explanation or None
        The best dimension; equals go to fewer members, then to the name. None where no dimension explains enough:
        the variance is spread over many, or there is none.

    Raises
    ------
    DimensionsDisagreeError
        If the dimensions do not have the same whole variance, so that they cannot be about the same amounts.

    Notes
    -----
    Algorithm 1 of Adtributor (see `drivers`), with its thresholds. Where surprise makes no sense because there are
    negative amounts, members are taken by the size of their variance.

    Examples
    --------
    >>> by_device = drivers(["PC", "Mobile", "Tablet"], [50, 25, 25], [49, 1, 0])
    >>> by_centre = drivers(["X", "Y"], [94, 6], [47, 3])
    >>> best = best_dimension({"centre": by_centre, "device": by_device})
    >>> best.dimension, best.labels
    ('device', ('Tablet', 'Mobile'))
    """
    totals: dict[str, errors.Amount] = {name: found.total for name, found in dimensions.items()}
    amounts = [found.total for found in dimensions.values()]
    if amounts and max(amounts) - min(amounts) > _SAME * max(map(abs, amounts)):
        raise DimensionsDisagreeError(totals)
    candidates = [
        found
        for name, contributors in dimensions.items()
        if (found := _explained(name, contributors, min_power, enough_power)) is not None
    ]
    return min(candidates, key=lambda found: (-found.surprise, len(found.labels), found.dimension), default=None)


def reason(explanation: Explanation, parts: PriceVolumeMix | None = None) -> Reason:
    """
    Gather what one sentence about a variance needs: who or what, how much, and whether it was price or quantity.

    Parameters
    ----------
    explanation : Explanation
        What `best_dimension` found.
    parts : PriceVolumeMix, optional
        Price, quantity and mix of the products sold under the leading member, in the unit of the amounts.

    Returns
    -------
    Reason
        The pieces; the leading member is the one that contributed most.

    Examples
    --------
    >>> best = Explanation("territory", ("North",), (-40,), (0.9,), 0.02, -44)
    >>> from salesplan_xl.core.variance.decomposition import price_volume_mix
    >>> found = reason(best, price_volume_mix([10], [10], [6], [10], unit=1))
    >>> found.label, found.part, found.part_amount
    ('North', 'quantity', -40)
    """
    lead = explanation.variances[0]
    sign = -1 if lead < 0 else 1
    along = {} if parts is None else {name: parts.totals[name] for name in PARTS if parts.totals[name] * sign > 0}
    part = max(along, key=lambda name: along[name] * sign, default=None)
    return Reason(
        dimension=explanation.dimension,
        label=explanation.labels[0],
        variance=lead,
        power=explanation.powers[0],
        others=explanation.labels[1:],
        total=explanation.total,
        part=part,
        part_amount=0 if part is None else along[part],
    )


def _explained(name: str, found: Drivers, min_power: float, enough_power: float) -> Explanation | None:
    """Collect the members that explain the variance in one dimension, if they do."""
    members = [
        (_or_zero(surprise), variance, power, label)
        for label, variance, power, surprise in zip(
            found.labels, found.variance.tolist(), found.power.tolist(), found.surprise.tolist(), strict=True
        )
        if label is not None and power > min_power
    ]
    members.sort(key=lambda member: (-member[0], -member[2], label_key(member[3])))
    reached = 0.0
    for count, member in enumerate(members, start=1):
        reached += member[2]
        if reached > enough_power:
            chosen = sorted(members[:count], key=lambda member: (-member[2], -member[0], label_key(member[3])))
            surprises, variances, powers, labels = zip(*chosen, strict=True)
            return Explanation(name, labels, variances, powers, math.fsum(surprises), found.total)
    return None


def _by_label(labels: Sequence[Label], amounts: NDArray[Any]) -> dict[Label, Amount]:
    """Add up the amounts of each label."""
    gathered: dict[Label, list[Amount]] = {}
    for label, amount in zip(labels, amounts.tolist(), strict=True):
        gathered.setdefault(label, []).append(amount)
    return {label: _sum(parts) for label, parts in gathered.items()}


def _sum(amounts: Sequence[Amount]) -> Amount:
    """Add up whole numbers exactly and others in whatever order they stand."""
    whole = all(isinstance(amount, int) for amount in amounts)
    return sum(amounts) if whole else math.fsum(amounts)


def _surprise(budgets: Sequence[Amount], actuals: Sequence[Amount]) -> list[float]:
    """Give the surprise of each label."""
    planned, got = _sum(budgets), _sum(actuals)
    if min([*budgets, *actuals], default=0) < 0 or not planned or not got:
        return [math.nan] * len(budgets)
    return [_divergence(budget / planned, actual / got) for budget, actual in zip(budgets, actuals, strict=True)]


def _divergence(before: float, after: float) -> float:
    """Give one member's part of the Jensen-Shannon divergence; nothing out of nothing is none."""
    middle = before + after
    return 0.5 * sum(part * math.log(2 * part / middle) for part in (before, after) if part)


def _or_zero(number: float) -> float:
    """Put zero in the place of what is not known."""
    return 0.0 if math.isnan(number) else number

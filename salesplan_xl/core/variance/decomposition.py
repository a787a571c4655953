"""Price, quantity and mix: what each did to the difference between actual and budget, exact to the smallest unit."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.errors import (
    AmountTooLargeError,
    MissingPriceError,
    NegativeAmountError,
    NotPositiveError,
    WrongChoiceError,
    WrongShapeError,
)
from salesplan_xl.core.money import CENT, LIMIT, unit_fraction
from salesplan_xl.core.reading import read_list, read_numbers
from salesplan_xl.core.rounding import round_matrix

Convention = Literal["horngren", "joint", "average", "log_mean"]
Integers = NDArray[np.int64]

PARTS = ("price", "quantity", "mix", "new", "dropped")
"""The parts of a difference, in the order of the columns of `PriceVolumeMix.parts`."""

# How far a product can be off when one of its factors was cut to fifteen digits, as a part of it.
_FIFTEEN_DIGITS = Fraction(1, 10**14)

# The same for floats that come from five roundings, together less than a tenth of it; and the number of units from
# which on being so near to a whole one would say nothing.
_SURELY, _TELLING = 0.9e-14, 1e12


@dataclass(frozen=True)
class PriceVolumeMix:
    """
    The difference between actual and budget, in parts.

    Parameters
    ----------
    convention : {"horngren", "joint", "average", "log_mean"}
        What price, quantity and mix mean; see `price_volume_mix`. It belongs beside the numbers wherever they stand.
    labels : tuple of str
        The products.
    statuses : tuple of str
        For each product ``"like_for_like"``, ``"new"`` (no budget quantity) or ``"dropped"`` (no actual quantity).
    parts : ndarray of int64, shape (n, 5)
        The columns named in `PARTS`, in whole numbers of `unit`. The sign is that of actual less budget.
    unit : float
        Size of one unit in the main unit, such as 0.01.
    """

    convention: Convention
    labels: tuple[str, ...]
    statuses: tuple[str, ...]
    parts: Integers
    unit: float

    @property
    def price(self) -> Integers:
        """What the prices did."""
        return self.parts[:, 0]

    @property
    def quantity(self) -> Integers:
        """What the quantity did."""
        return self.parts[:, 1]

    @property
    def mix(self) -> Integers:
        """What the mix did; with the convention "joint" what price and quantity did together."""
        return self.parts[:, 2]

    @property
    def new(self) -> Integers:
        """What products without a budget quantity brought."""
        return self.parts[:, 3]

    @property
    def dropped(self) -> Integers:
        """What was budgeted for products that were not sold, negative."""
        return self.parts[:, 4]

    @property
    def difference(self) -> Integers:
        """Actual less budget of each product: the sum of its parts."""
        return np.asarray(self.parts.sum(axis=1))

    @property
    def totals(self) -> dict[str, int]:
        """Each part over all products, by its name, and their sum as ``"difference"``."""
        sums = dict(zip(PARTS, self.parts.sum(axis=0).tolist(), strict=True))
        return {**sums, "difference": sum(sums.values())}


def price_volume_mix(
    budget_quantity: ArrayLike,
    budget_price: ArrayLike,
    actual_quantity: ArrayLike,
    actual_price: ArrayLike,
    labels: Sequence[str] | None = None,
    *,
    unit: float = CENT,
    convention: Convention = "horngren",
) -> PriceVolumeMix:
    r"""
    Split actual less budget into price, quantity and mix.

    New products and dropped ones stand apart with their whole amount, and count neither for quantity nor for mix.

    Parameters
    ----------
    budget_quantity : array_like, shape (n,)
        Budgeted quantity of each product, zero or more. All quantities must be of one kind: pieces and kilograms
        cannot be told apart here, and quantity and mix of a sum of both mean nothing. Weigh them into a common
        unit first, or decompose them apart.
    budget_price : array_like, shape (n,)
        Budgeted price of one, in the main unit; a margin per unit to decompose the margin. NaN where there is none,
        which only a product without budget quantity may have.
    actual_quantity : array_like, shape (n,)
        Quantity sold; below zero where more came back than went out.
    actual_price : array_like, shape (n,)
        Average price of one that was sold, in the main unit; NaN where nothing was sold. Where a price times its
        quantity is as near to a whole number of `unit` as fifteen digits can tell, it is that number: amount /
        quantity gives the amount back.
    labels : sequence of str, optional
        Names of the products, for refusals and results; by default their numbers, from "1".
    unit : float, default 0.01
        Smallest unit of the parts, in the main unit.
    convention : {"horngren", "joint", "average", "log_mean"}, default "horngren"
        What the parts mean; see Notes.

    Returns
    -------
    PriceVolumeMix
        Parts in whole numbers of `unit`. Each is the exact part rounded up or down, and so are the sum of each
        product and the total of each part: rows and columns add up exactly, and where actual and budget of a
        product are whole numbers of `unit`, so does its difference.

    Raises
    ------
    MissingPriceError
        If a product has a quantity but no price for it.
    NegativeAmountError
        If a budget quantity is below zero.
    NotPositiveError
        If a price or quantity of a like-for-like product is not above zero with the convention "log_mean".
    WrongShapeError
        If the four differ in length, or are no lists.
    WrongChoiceError
        If there is no such convention.
    NotAnAmountError, WrongUnitError, AmountTooLargeError
        If a number or the unit cannot be read, or a part is 10**15 units or more.

    Notes
    -----
    With :math:`B_q, B_p, A_q, A_p` the budgeted and actual quantities and prices of a product, :math:`\sum` over the
    like-for-like products and :math:`m = B_q / \sum B_q` the budgeted mix:

    - "horngren": price :math:`(A_p-B_p)A_q`, quantity :math:`(\sum A_q-\sum B_q)\,m\,B_p`, mix
      :math:`(A_q-m\sum A_q)B_p`. Quantity and mix together are the volume variance.
    - "joint": price :math:`(A_p-B_p)B_q`, quantity :math:`(A_q-B_q)B_p`, and in the place of mix what both did
      together, :math:`(A_p-B_p)(A_q-B_q)`. Many call this "mix" too; it is another number.
    - "average" (Bennet): price :math:`(A_p-B_p)(A_q+B_q)/2`, quantity :math:`(A_q-B_q)(A_p+B_p)/2`, no mix.
    - "log_mean" (Ang): price :math:`L\ln(A_p/B_p)` with :math:`L` the logarithmic mean of the two amounts, quantity
      the rest, no mix. Amounts are read to fifteen digits; only this convention is not worked out exactly.

    Examples
    --------
    One price fell by 1 on 90 pieces, and 10 pieces more were sold at 25. The second product is new: 20 at 50. The
    third was dropped: 40 at 10.

    >>> result = price_volume_mix([80, 0, 40], [25, math.nan, 10], [90, 20, 0], [24, 50, math.nan], unit=1)
    >>> result.totals
    {'price': -90, 'quantity': 250, 'mix': 0, 'new': 1000, 'dropped': -400, 'difference': 760}
    """
    if convention not in _SPLITS:
        raise WrongChoiceError("convention", convention, tuple(_SPLITS))
    planned, sold = read_list(budget_quantity, "budget quantities"), read_numbers(actual_quantity)
    budget_prices, actual_prices = np.asarray(budget_price, np.float64), np.asarray(actual_price, np.float64)
    shown = {"budget prices": budget_prices, "actual quantities": sold, "actual prices": actual_prices}
    for what, given in shown.items():
        if given.shape != planned.shape:
            raise WrongShapeError(what, given.shape, planned.shape)
    names = tuple(str(number + 1) for number in range(len(planned))) if labels is None else tuple(labels)
    if len(names) != len(planned):
        raise WrongShapeError("labels", (len(names),), planned.shape)
    if (planned < 0).any():
        raise NegativeAmountError("budget quantity", planned[planned < 0].tolist()[0])
    _check_prices("budget", planned, budget_prices, names)
    _check_prices("actual", sold, actual_prices, names)
    size = unit_fraction(unit)
    before = _quantities_and_amounts(planned, budget_prices, size)
    after = _quantities_and_amounts(sold, actual_prices, size)
    products = [_Product(name, *was, *now, size) for name, was, now in zip(names, before, after, strict=True)]
    counts = _rounded(_exact_parts(products, convention), size)
    return PriceVolumeMix(convention, names, tuple(product.status for product in products), counts, unit)


@dataclass(frozen=True, slots=True)
class _Product:
    """One product in exact numbers, its amounts in whole or broken units; where a price is missing they are zero."""

    label: str
    planned: Fraction
    budget: Fraction
    sold: Fraction
    actual: Fraction
    unit: Fraction

    @property
    def status(self) -> str:
        """Whether it was both planned and sold; one with neither is like for like, with nothing in it."""
        if (self.planned == 0) == (self.sold == 0):
            return "like_for_like"
        return "new" if self.planned == 0 else "dropped"


def _check_prices(which: str, quantities: NDArray[Any], prices: NDArray[np.float64], names: Sequence[str]) -> None:
    """Refuse a quantity without a price, and a price that is no number."""
    missing = np.isnan(prices)
    unpriced = np.flatnonzero(missing & (quantities != 0))
    if len(unpriced):
        raise MissingPriceError(which, names[unpriced[0]], quantities[unpriced[0]].item())
    read_numbers(prices[~missing])


def _quantities_and_amounts(
    quantities: NDArray[Any], prices: NDArray[np.float64], size: Fraction
) -> Iterator[tuple[Fraction, Fraction]]:
    """Read both exactly; an amount that fifteen digits cannot tell from whole units is whole."""
    pieces, each = quantities.tolist(), np.nan_to_num(prices).tolist()
    with np.errstate(over="ignore", invalid="ignore"):  # what is infinite then is not surely whole
        estimates = _to_fifteen(pieces) * _to_fifteen(each) * (size.denominator / size.numerator)
        whole = np.rint(estimates)
        is_whole = (np.abs(estimates) < _TELLING) & (np.abs(estimates - whole) <= _SURELY * np.abs(estimates))
    for quantity, price, count, sure in zip(pieces, each, whole.tolist(), is_whole.tolist(), strict=True):
        exact = _exact(quantity)
        yield exact, Fraction(int(count)) if sure else _amount(exact, _exact(price), size)


def _amount(pieces: Fraction, each: Fraction, size: Fraction) -> Fraction:
    """Multiply, giving a whole number of units where the product is as near to it as fifteen digits can tell."""
    count = pieces * each / size
    nearest = round(count)
    return Fraction(nearest) if abs(count - nearest) <= abs(count) * _FIFTEEN_DIGITS else count


def _to_fifteen(numbers: Sequence[float]) -> NDArray[np.float64]:
    """Give the nearest floats to numbers that were read to fifteen digits."""
    return np.array([number if isinstance(number, int) else float(f"{number:.15g}") for number in numbers], np.float64)


def _exact(number: float) -> Fraction:
    """Read a number to fifteen digits."""
    if isinstance(number, int):
        return Fraction(number)
    return Fraction(int(number)) if number.is_integer() and abs(number) < LIMIT else Fraction(f"{number:.15g}")


def _exact_parts(products: Sequence[_Product], convention: Convention) -> list[list[Fraction]]:
    """Give the parts of each product, in the order of `PARTS`, in units."""
    alike = [product for product in products if product.status == "like_for_like"]
    planned = sum((product.planned for product in alike), Fraction())
    growth = sum((product.sold for product in alike), Fraction()) / planned if planned else Fraction()
    split = _SPLITS[convention]
    nothing = Fraction()
    parts = []
    for product in products:
        status = product.status
        inside = split(product, growth) if status == "like_for_like" and product.planned else (nothing,) * 3
        new = product.actual if status == "new" else nothing
        dropped = -product.budget if status == "dropped" else nothing
        parts.append([*inside, new, dropped])
    return parts


# The actual quantity at the budgeted price is the budget times the growth of the quantity, and so on: amounts and
# quantities say all, and the prices that follow from them need no division.


def _horngren(product: _Product, growth: Fraction) -> tuple[Fraction, Fraction, Fraction]:
    """Split by the budgeted mix; `growth` is actual over budgeted quantity of all like-for-like products."""
    at_budget_price, in_mix = product.budget * (product.sold / product.planned), product.budget * growth
    return product.actual - at_budget_price, in_mix - product.budget, at_budget_price - in_mix


def _joint(product: _Product, _growth: Fraction) -> tuple[Fraction, Fraction, Fraction]:
    """Leave what price and quantity did together as a part of its own."""
    own_growth = product.sold / product.planned
    price, quantity = product.actual / own_growth - product.budget, product.budget * own_growth - product.budget
    return price, quantity, product.actual - product.budget - price - quantity


def _average(product: _Product, _growth: Fraction) -> tuple[Fraction, Fraction, Fraction]:
    """Weigh each change by the average of the other."""
    price, quantity, together = _joint(product, _growth)
    return price + together / 2, quantity + together / 2, Fraction()


def _log_mean(product: _Product, _growth: Fraction) -> tuple[Fraction, Fraction, Fraction]:
    """Weigh relative changes by the logarithmic mean of the amounts."""
    budget, actual = product.budget * product.unit, product.actual * product.unit
    budget_price, actual_price = budget / product.planned, actual / product.sold
    least = min(product.planned, budget_price, product.sold, actual_price)
    if least <= 0:
        raise NotPositiveError(product.label, float(least))
    difference = actual - budget
    relative = math.log1p(difference / budget)  # keeps its digits where the two are nearly the same
    mean = float(difference) / relative if relative else float(budget)
    price = Fraction(mean * math.log1p((actual_price - budget_price) / budget_price))
    return price / product.unit, (difference - price) / product.unit, Fraction()


_SPLITS: dict[str, Callable[[_Product, Fraction], tuple[Fraction, Fraction, Fraction]]] = {
    "horngren": _horngren,
    "joint": _joint,
    "average": _average,
    "log_mean": _log_mean,
}


def _rounded(parts: list[list[Fraction]], size: Fraction) -> Integers:
    """Round to whole units so that rows and columns add up; only what is below one unit goes through floats."""
    flat = list(itertools.chain.from_iterable(parts))
    too_large = [part for part in flat if abs(part.numerator) >= LIMIT * part.denominator]
    if too_large:
        raise AmountTooLargeError(float(too_large[0] * size), LIMIT)
    floors = np.array([part.numerator // part.denominator for part in flat], np.int64).reshape(-1, len(PARTS))
    rests = np.array([part.numerator % part.denominator / part.denominator for part in flat]).reshape(floors.shape)
    if not rests.any():
        return floors
    return np.asarray(floors + round_matrix(rests, unit=1), np.int64)

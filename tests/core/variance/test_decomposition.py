import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesplan_xl.core.errors import (
    AmountTooLargeError,
    MissingPriceError,
    NegativeAmountError,
    NotAnAmountError,
    NotPositiveError,
    PlanError,
    WrongChoiceError,
    WrongShapeError,
)
from salesplan_xl.core.variance import PARTS, PriceVolumeMix, price_volume_mix

CONVENTIONS = ["horngren", "joint", "average"]
NAN = math.nan


Products = list[list[float]]


def decomposed(numbers: Products, **options: Any) -> PriceVolumeMix:
    """Decompose four lists."""
    quantity, price, sold, got = numbers
    return price_volume_mix(quantity, price, sold, got, **options)


@st.composite
def products(draw: st.DrawFn, *, cents: bool = False) -> Products:
    """Budget quantity, budget price, actual quantity and actual price of some products, as four lists."""
    places = 0 if cents else 3
    quantities = st.integers(0, 5000).map(lambda count: count / 10**places)
    prices = st.integers(0, 10**5).map(lambda count: count / 10 ** (places + 2))
    size = draw(st.integers(1, 8))
    return [
        draw(st.lists(numbers, min_size=size, max_size=size)) for numbers in (quantities, prices, quantities, prices)
    ]


def test_price_quantity_and_mix_of_two_products() -> None:
    # 60 at 10 and 40 at 5 were planned, 60 % and 40 % of 100 pieces; 66 at 9 and 44 at 6 of 110 were sold.
    # Price: -1 x 66 and +1 x 44. Quantity: 10 more pieces in the old mix, 6 x 10 and 4 x 5. Mix: as planned.
    result = price_volume_mix([60, 40], [10, 5], [66, 44], [9, 6], ["A", "B"], unit=1)
    assert result.price.tolist() == [-66, 44]
    assert result.quantity.tolist() == [60, 20]
    assert result.mix.tolist() == [0, 0]
    assert result.difference.tolist() == [66 * 9 - 600, 44 * 6 - 200]
    assert (result.convention, result.labels) == ("horngren", ("A", "B"))


def test_a_shift_to_the_cheaper_product_is_mix() -> None:
    # 100 pieces as planned, 10 of them at 5 instead of 10.
    totals = price_volume_mix([60, 40], [10, 5], [50, 50], [10, 5], unit=1).totals
    assert totals == {"price": 0, "quantity": 0, "mix": -50, "new": 0, "dropped": 0, "difference": -50}


def test_what_price_and_quantity_did_together_is_a_part_of_its_own_when_asked_for() -> None:
    # 2 dearer on the 10 planned, 5 more at the planned 10, and 2 dearer on those 5 as well.
    result = price_volume_mix([10], [10], [15], [12], unit=1, convention="joint")
    assert result.parts.tolist() == [[20, 50, 10, 0, 0]]


def test_the_average_convention_has_no_mix() -> None:
    # 2 dearer on 12.5 pieces, 5 more at 11.
    assert price_volume_mix([10], [10], [15], [12], unit=1, convention="average").parts.tolist() == [[25, 55, 0, 0, 0]]


def test_equal_amounts_have_a_logarithmic_mean_too() -> None:
    # 100 = 10 x 10 = 5 x 20: the price doubled and the quantity halved, 100 ln 2 = 69.31 each way.
    assert price_volume_mix([10], [10], [5], [20], convention="log_mean").parts.tolist() == [[6931, -6931, 0, 0, 0]]


def test_new_and_dropped_products_stand_apart_and_leave_the_mix_alone() -> None:
    result = price_volume_mix([80, 0, 40, 0], [25, NAN, 10, NAN], [90, 20, 0, 0], [24, 50, NAN, NAN], unit=1)
    assert result.statuses == ("like_for_like", "new", "dropped", "like_for_like")
    assert result.parts.tolist() == [[-90, 250, 0, 0, 0], [0, 0, 0, 1000, 0], [0, 0, 0, 0, -400], [0, 0, 0, 0, 0]]


def test_nothing_but_new_products_can_be_decomposed() -> None:
    assert price_volume_mix([0, 0], [NAN, 3], [1, 2], [5, 3], unit=1).totals["new"] == 11


def test_more_coming_back_than_going_out_is_a_negative_quantity() -> None:
    # -2 instead of 10 pieces: 12 fewer at 5, and 1 dearer on -2.
    assert price_volume_mix([10], [5], [-2], [6], unit=1).parts.tolist() == [[-2, -60, 0, 0, 0]]


def test_thirds_of_a_cent_add_up_in_rows_and_columns() -> None:
    # Two more of three products at 1.00, a third each: 0.6667 of a piece, 0.67 or 0.66 in cents, 2.00 together;
    # mix is 0.3333, 0.3333 and -0.6667, nothing together; the differences are 1.00, 1.00 and 0.
    result = price_volume_mix([1, 1, 1], [1, 1, 1], [2, 2, 1], [1, 1, 1])
    assert result.difference.tolist() == [100, 100, 0]
    assert result.totals == {"price": 0, "quantity": 200, "mix": 0, "new": 0, "dropped": 0, "difference": 200}


def test_digits_that_a_price_cannot_hold_do_not_add_up_to_cents() -> None:
    # A third of 10**11 has fifteen digits, 33333333333.3333, and three times that lacks a hundredth of a cent, over
    # two hundred products two cents.
    totals = price_volume_mix([0] * 200, [NAN] * 200, [3] * 200, [10**11 / 3] * 200).totals
    assert totals["new"] == 200 * 10**13


@pytest.mark.parametrize(
    ("arguments", "options", "refusal"),
    [
        pytest.param(([1], [NAN], [1], [1]), {}, MissingPriceError, id="budget without price"),
        pytest.param(([1], [1], [1], [NAN]), {}, MissingPriceError, id="sale without price"),
        pytest.param(([1], [math.inf], [1], [1]), {}, NotAnAmountError, id="endless price"),
        pytest.param(([NAN], [1], [1], [1]), {}, NotAnAmountError, id="unknown quantity"),
        pytest.param(([-1], [1], [1], [1]), {}, NegativeAmountError, id="negative budget"),
        pytest.param(([1], [1, 2], [1], [1]), {}, WrongShapeError, id="lengths"),
        pytest.param(([[1]], [[1]], [[1]], [[1]]), {}, WrongShapeError, id="table"),
        pytest.param(([1], [1], [1], [1]), {"labels": ["A", "B"]}, WrongShapeError, id="labels"),
        pytest.param(([1], [1], [1], [1]), {"convention": "mine"}, WrongChoiceError, id="convention"),
        pytest.param(([1], [0], [1], [1]), {"convention": "log_mean"}, NotPositiveError, id="no logarithm"),
        pytest.param(([10**8], [1], [1], [10**8]), {"unit": 1e-9}, AmountTooLargeError, id="too large"),
    ],
)
def test_what_cannot_be_decomposed_is_refused(arguments: Any, options: Any, refusal: type[PlanError]) -> None:
    with pytest.raises(refusal):
        price_volume_mix(*arguments, **options)


def test_the_product_without_a_price_is_named() -> None:
    with pytest.raises(MissingPriceError, match="'Lamp' has 3 as its actual quantity but no actual price"):
        price_volume_mix([1, 2], [1, 1], [1, 3], [1, NAN], ["Chair", "Lamp"])


@pytest.mark.parametrize("convention", [*CONVENTIONS])
@settings(deadline=None)  # the first fraction of a cent loads the library for linear programming
@given(given_products=products(cents=True))
def test_the_parts_add_up_to_actual_less_budget_to_the_cent(convention: Any, given_products: Products) -> None:
    budget_quantity, budget_price, actual_quantity, actual_price = given_products
    result = decomposed(given_products, convention=convention)
    planned = [round(100 * q * p) for q, p in zip(budget_quantity, budget_price, strict=True)]
    sold = [round(100 * q * p) for q, p in zip(actual_quantity, actual_price, strict=True)]
    assert result.difference.tolist() == [a - b for a, b in zip(sold, planned, strict=True)]
    assert result.totals["difference"] == sum(sold) - sum(planned)
    assert sum(result.totals[name] for name in PARTS) == result.totals["difference"]


@settings(deadline=None)
@given(products())
def test_every_part_and_every_sum_is_within_a_unit_of_its_exact_size(given_products: Products) -> None:
    coarse = decomposed(given_products, unit=1)
    fine = decomposed(given_products, unit=0.000001)
    for axis in (None, 0, 1):
        rough = coarse.parts if axis is None else coarse.parts.sum(axis=axis)
        exact = (fine.parts if axis is None else fine.parts.sum(axis=axis)) / 1e6
        assert (np.abs(rough - exact) < 1 + 1e-4).all()


@settings(deadline=None)
@given(products(), st.randoms(use_true_random=False))
def test_the_order_of_the_products_changes_no_exact_part(given_products: Products, chance: Any) -> None:
    order = list(range(len(given_products[0])))
    chance.shuffle(order)
    straight = decomposed(given_products, unit=0.000001)
    shuffled = decomposed([[numbers[place] for place in order] for numbers in given_products], unit=0.000001)
    assert np.abs(shuffled.parts - straight.parts[order]).max() <= 1  # one millionth, by rounding


@settings(deadline=None)
@given(products())
def test_an_unchanged_plan_has_no_parts(given_products: Products) -> None:
    quantity, price, _, _ = given_products
    assert not price_volume_mix(quantity, price, quantity, price).parts.any()


@given(st.lists(st.tuples(*[st.integers(100, 10**4), st.integers(0, 10**12)] * 2), min_size=1, max_size=6))
@settings(deadline=None)
def test_average_prices_give_their_amounts_back(rows: list[tuple[int, int, int, int]]) -> None:
    planned, budget, sold, actual = np.array(rows).T
    result = price_volume_mix(planned, budget / 100 / planned, sold, actual / 100 / sold)
    assert result.difference.tolist() == (actual - budget).tolist()

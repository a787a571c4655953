from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from salesplan_xl.core.errors import (
    CapsTooLowError,
    CrossedBoundsError,
    FloorsTooHighError,
    HeldOutOfBoundsError,
    NoWeightError,
    OutOfRangeError,
    PlanError,
    WrongShapeError,
)
from salesplan_xl.core.spreading import spread


@pytest.mark.parametrize(
    ("total", "weights", "options", "values"),
    [
        pytest.param(90, [2, 1, 1], {"upper": [30, None, None]}, [30, 30, 30], id="15 too many go to the others"),
        pytest.param(160, [1, 1, 2, 4], {"upper": [None, None, 30, 70]}, [30, 30, 30, 70], id="two caps, one by one"),
        pytest.param(100, [1, 1, 2], {"lower": [40, None, None]}, [40, 20, 40], id="60 are left for weights 1 and 2"),
        pytest.param(100, [1, 1, 8], {"lower": [20, None, None], "upper": [None, None, 70]}, [20, 10, 70], id="both"),
        pytest.param(10, [1, 1, 1], {"upper": [3, None, None]}, [3, 4, 3], id="7 over two: the earlier gets one more"),
        pytest.param(30, [0, 1, 2], {"lower": [6, None, None]}, [6, 8, 16], id="no weight gets its bound"),
        pytest.param(30, [0, 0], {"upper": [10, None], "zero": "equal"}, [10, 20], id="an equal split, capped"),
        pytest.param(30, [0, 0], {"lower": [10, None], "zero": "leave"}, [10, 0], id="left at the bounds"),
        pytest.param(10, [0, 0], {"lower": [10, None]}, [10, 0], id="the bounds are all there is to place"),
        pytest.param(-90, [2, 1, 1], {"lower": [-30, None, None]}, [-30, -30, -30], id="returns"),
        pytest.param(90, [2, 1, 1], {"held": [None, 10, None], "upper": [30, 10, None]}, [30, 10, 50], id="and a hold"),
        pytest.param(10, [1, 1], {"lower": [30, None], "on_negative": "allow"}, [30, -20], id="allowed below zero"),
        pytest.param(10, [1, 1], {"lower": [None, -5], "upper": [None, -5]}, [15, -5], id="a bound below zero"),
    ],
)
def test_what_a_bound_keeps_away_goes_to_the_others(total: int, weights: Any, options: Any, values: Any) -> None:
    assert spread(total, weights, **options).tolist() == values


@pytest.mark.parametrize(
    ("total", "weights", "options", "refusal", "words"),
    [
        pytest.param(100, [1, 1], {"upper": [40, 50]}, CapsTooLowError, "at most 90 of 100, 10 has", id="caps"),
        pytest.param(100, [1, 0], {"upper": [40, None]}, CapsTooLowError, "at most 40", id="no weight takes nothing"),
        pytest.param(50, [1, 1], {"lower": [40, 30]}, FloorsTooHighError, "at least 70 but get 50, 20 is", id="floors"),
        pytest.param(10, [1, 1], {"lower": [30, None]}, FloorsTooHighError, "20 is missing", id="the other below zero"),
        pytest.param(10, [1, 1], {"lower": [9, None], "upper": [3, 3]}, CrossedBoundsError, "Cell 0", id="crossed"),
        pytest.param(10, [1, 1], {"held": [5, None], "upper": [3, 9]}, HeldOutOfBoundsError, "above", id="up"),
        pytest.param(10, [1, 1], {"held": [5, None], "lower": [6, 0]}, HeldOutOfBoundsError, "below", id="low"),
        pytest.param(10, [1, -1], {"upper": [3, 9]}, OutOfRangeError, "zero or more", id="a negative weight"),
        pytest.param(10, [0, 0], {"upper": [30, 9]}, NoWeightError, "10 cannot be shared", id="no weight"),
        pytest.param(10, [1, 1], {"upper": [30]}, WrongShapeError, "upper bounds", id="a bound too few"),
    ],
)
def test_bounds_that_cannot_be_met_are_refused_with_the_amount(
    total: int, weights: Any, options: Any, refusal: type[PlanError], words: str
) -> None:
    with pytest.raises(refusal, match=words):
        spread(total, weights, **options)


def test_a_cell_is_named_by_its_place_in_the_table() -> None:
    with pytest.raises(CrossedBoundsError, match="Cell 1 / 0") as refusal:
        spread(10, [[1, 1], [1, 1]], lower=[[None, None], [9, None]], upper=[[None, None], [3, None]])
    assert refusal.value.named == ((1, 0),)
    with pytest.raises(HeldOutOfBoundsError) as held:
        spread(10, [[1, 1]], held=[[None, 4]], upper=[[None, 3]])
    assert held.value.named == ((0, 1),)
    assert (held.value.in_unit(0.01).held, held.value.bound) == (Decimal("0.04"), 3)


BOUND = st.none() | st.integers(0, 1000)


@given(st.lists(st.tuples(st.integers(1, 50), BOUND, BOUND), min_size=1, max_size=8), st.integers(0, 3000))
def test_cells_between_their_bounds_are_in_proportion(cells: list[tuple[int, Any, Any]], total: int) -> None:
    assume(all(low is None or high is None or low <= high for _, low, high in cells))
    weights, lower, upper = zip(*cells, strict=True)
    least = sum(low or 0 for low in lower)
    most = sum(high for high in upper) if all(high is not None for high in upper) else None
    assume(least <= total and (most is None or total <= most))
    values = spread(total, weights, lower=lower, upper=upper).tolist()
    assert sum(values) == total
    rates = []
    for value, weight, low, high in zip(values, weights, lower, upper, strict=True):
        assert (low or 0) <= value
        assert high is None or value <= high
        below = Fraction(value - 1, weight) if value > (low or 0) else Fraction(0)
        above = Fraction(value + 1, weight) if high is None or value < high else None
        rates.append((below, above))
    # One rate for all: nobody above its lower bound is more than a unit ahead of anybody below its upper one.
    assert max(below for below, _ in rates) < min((above for _, above in rates if above is not None), default=10**9)


@given(st.lists(st.integers(0, 100), min_size=2, max_size=6), st.integers(1, 10**6))
def test_bounds_that_bind_nobody_change_nothing(weights: list[int], total: int) -> None:
    assume(any(weights))
    plain = spread(total, weights)
    assert spread(total, weights, lower=[0] * len(weights), upper=[total] * len(weights)).tolist() == plain.tolist()


def test_weights_of_any_size_and_the_largest_amounts_keep_within_bounds() -> None:
    total = 10**15 - 1
    values = spread(total, [1e300, 1e-300, 1.0], upper=[total - 10, None, None])
    assert values.tolist() == [total - 10, 0, 10]
    assert spread(total, np.ones(3), upper=[1, None, None]).tolist() == [1, (total - 1) // 2, (total - 1) // 2]

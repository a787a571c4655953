import math
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesplan_xl.core import spreading
from salesplan_xl.core.errors import (
    AmountTooLargeError,
    CountTooSmallError,
    NotAnAmountError,
    OutOfRangeError,
    PlanError,
    WrongShapeError,
)


@pytest.mark.parametrize(
    ("method", "cells", "typed", "options", "values"),
    [
        pytest.param("straight_line", [0] * 6, [100, 200], {}, [100, 120, 140, 160, 180, 200], id="20 a step"),
        pytest.param("straight_line", [0] * 3, [0, 5], {}, [0, 3, 5], id="2.5 in the middle, away from zero"),
        pytest.param("straight_line", [0] * 3, [0, -5], {}, [0, -3, -5], id="-2.5 in the middle, away from zero"),
        pytest.param("straight_line", [0], [7, 7], {}, [7], id="one period"),
        pytest.param("straight_line", [0] * 3, [0, 20], {"held": [None, 3, None]}, [0, 3, 20], id="over a hold"),
        pytest.param("straight_line", [[0, 1], [1, 0]], [1, 2], {"scope": "nonzero"}, [[0, 1], [2, 0]], id="in scope"),
        pytest.param("growth_compound", [0] * 4, [30000, 25], {}, [30000, 37500, 46875, 58594], id="585.9375"),
        pytest.param("growth_compound", [0] * 3, [100, -100], {}, [100, 0, 0], id="all gone"),
        pytest.param("growth_linear", [0] * 4, [300, 25], {}, [300, 375, 450, 525], id="75 a step"),
        pytest.param("growth_linear", [0] * 3, [100, -100], {}, [100, 0, -100], id="a falling line goes below zero"),
        pytest.param("repeat", [0, 5, 0, 7], [400], {"scope": "nonzero"}, [0, 400, 0, 400], id="repeat"),
        pytest.param("clear", [5, 6, 7], [], {"held": [None, 6, None]}, [0, 6, 0], id="clear around a hold"),
        pytest.param("percent_change", [1000, -1000], [2], {}, [1020, -1020], id="a loss grows too"),
        pytest.param("percent_change", [5, 5, 5], [10], {}, [6, 6, 5], id="16.5 is 17: one more for two of 5.5"),
        pytest.param("percent_change", [10, 20], [50], {"held": [None, 20]}, [15, 20], id="a hold does not change"),
        pytest.param("percent_of", [0, 0, 0], [50, [100, 200, 300]], {}, [50, 100, 150], id="half of the reference"),
        pytest.param("percent_of", [9, 0], [50, [2, 2]], {"scope": "nonzero"}, [1, 0], id="half, in scope"),
    ],
)
def test_a_method_sets_its_values(method: str, cells: Any, typed: Any, options: Any, values: Any) -> None:
    assert getattr(spreading, method)(cells, *typed, **options).tolist() == values


@pytest.mark.parametrize(
    ("method", "typed", "refusal"),
    [
        pytest.param("straight_line", [[0], 1, 2], CountTooSmallError, id="two ends for one period"),
        pytest.param("growth_compound", [[0], 1, -101], OutOfRangeError, id="more than everything is lost"),
        pytest.param("growth_compound", [[0] * 200, 10**9, 100], AmountTooLargeError, id="doubled 200 times"),
        pytest.param("growth_linear", [[0] * 3, 10**14, 1000], AmountTooLargeError, id="ten times more each"),
        pytest.param("percent_change", [[1], math.nan], OutOfRangeError, id="no percentage"),
        pytest.param("percent_change", [[10**14], 1000], AmountTooLargeError, id="eleven times the largest"),
        pytest.param("percent_of", [[1], 10, [1, 2]], WrongShapeError, id="a reference too many"),
        pytest.param("repeat", [[1, None], 10], NotAnAmountError, id="a blank cell"),
        pytest.param("repeat", [[1], 10**15], AmountTooLargeError, id="sixteen digits"),
    ],
)
def test_what_has_no_meaning_is_refused(method: str, typed: Any, refusal: type[PlanError]) -> None:
    with pytest.raises(refusal):
        getattr(spreading, method)(*typed)


@given(st.lists(st.integers(-(10**13), 10**13), min_size=1, max_size=8), st.integers(-1000, 1000))
def test_a_percentage_changes_the_sum_by_itself(cells: list[int], tenths: int) -> None:
    values = spreading.percent_change(cells, tenths / 10).tolist()
    factor = 1 + Fraction(tenths, 1000)
    assert abs(sum(values) - sum(cells) * factor) <= Fraction(1, 2)
    assert all(abs(value - cell * factor) < 1 for value, cell in zip(values, cells, strict=True))


@given(st.integers(2, 40), st.integers(-(10**14), 10**14), st.integers(-(10**14), 10**14))
def test_a_straight_line_keeps_both_ends_and_is_never_half_a_unit_off(count: int, first: int, last: int) -> None:
    values = spreading.straight_line([0] * count, first, last).tolist()
    assert (values[0], values[-1]) == (first, last)
    for place, value in enumerate(values):
        assert abs(value - (first + Fraction((last - first) * place, count - 1))) <= Fraction(1, 2)

"""Whether a series has left its usual course."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesplan_xl.core.errors import CountTooSmallError, NotAnAmountError, WrongShapeError
from salesplan_xl.core.variance import control_limits, outside

NAN = math.nan


def test_values_beyond_the_limits_are_marked() -> None:
    # Steps 2, 2, 2 and 2: 3 x 2 / 1.128 = 5.32 around 11.
    limits = control_limits([10, 12, 10, 12, 10, 12])
    assert (limits.center, limits.moving_range) == (11, 2)
    assert outside([5.6, 5.7, 16.3, 16.4, NAN], limits).tolist() == [True, False, False, True, False]


@pytest.mark.parametrize(
    ("values", "refusal"), [([1], CountTooSmallError), ([[1, 2]], WrongShapeError), ([1, NAN], NotAnAmountError)]
)
def test_a_series_without_steps_has_no_limits(values: list[float], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        control_limits(values)


@given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=20), st.integers(-1000, 1000), st.integers(1, 100))
def test_limits_move_and_stretch_with_the_series(values: list[int], shift: int, factor: int) -> None:
    series = np.array(values)
    before, after = control_limits(series), control_limits(series * factor + shift)
    assert after.upper == pytest.approx(before.upper * factor + shift, abs=1e-6)
    assert after.lower == pytest.approx(before.lower * factor + shift, abs=1e-6)

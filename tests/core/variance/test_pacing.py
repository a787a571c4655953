"""Where the year will end."""

import math

import pytest

from salesplan_xl.core.errors import NotAnAmountError, WrongShapeError
from salesplan_xl.core.variance import pace

NAN = math.nan


def test_pace_knows_the_season() -> None:
    # The first two months have 60 of 240: 45 is three quarters, a straight line would have had 40 of 120 and more.
    result = pace([20, 40, 60, 120], [15, 30, NAN, NAN])
    assert (result.expected_to_date, result.straight_line_to_date, result.pace) == (60, 120, 0.75)
    assert (result.forecast, result.shortfall) == (180, 60)
    assert (result.run_rate, result.lift) == (195 / 2, 195 / 180)


def test_before_the_start_nothing_can_be_foreseen() -> None:
    result = pace([10, 20], [NAN, NAN])
    assert math.isnan(result.pace)
    assert math.isnan(result.forecast)
    assert (result.run_rate, result.lift) == (15, 1)


def test_after_the_end_nothing_is_left_to_reach() -> None:
    result = pace([10, 20], [10, 14])
    assert (result.forecast, result.shortfall) == (24, 6)
    assert math.isnan(result.run_rate)
    assert math.isnan(result.lift)


@pytest.mark.parametrize(("budget", "actual"), [([1, 2], [1]), ([[1]], [[1]])])
def test_a_pace_needs_two_lists_of_one_length(budget: list[int], actual: list[int]) -> None:
    with pytest.raises(WrongShapeError):
        pace(budget, actual)


def test_a_budget_that_is_missing_has_no_pace() -> None:
    with pytest.raises(NotAnAmountError):
        pace([1, NAN], [1, NAN])

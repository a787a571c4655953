"""The budget for what was really sold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesplan_xl.core.errors import AmountTooLargeError
from salesplan_xl.core.variance import Statement, flexible_budget

AMOUNTS = st.integers(0, 10**9)


def test_two_variances_can_hide_behind_a_total_of_zero() -> None:
    # Planned: 120 x (3.5 - 2) - 120 = 60. At 130 sold the budget has 130 x 1.5 - 120 = 75. 60 came of it.
    result = flexible_budget(
        Statement(71500, 51500, 14000),
        actual_units=130,
        budget_units=120,
        price=3.5,
        variable_cost=2,
        fixed_cost=120,
    )
    assert (result.static.operating_income, result.flexible.operating_income) == (6000, 7500)
    assert (result.static_variance, result.flexible_variance, result.volume_variance) == (0, -1500, 1500)
    assert result.price_variance == 71500 - 45500


@pytest.mark.parametrize("price", [0.125, -0.125])
def test_half_a_cent_is_rounded_away_from_zero(price: float) -> None:
    nothing = Statement(0, 0, 0)
    result = flexible_budget(nothing, actual_units=1, budget_units=1, price=price, variable_cost=0, fixed_cost=0)
    assert result.flexible.revenue == (13 if price > 0 else -13)


def test_a_budget_too_large_to_be_exact_is_refused() -> None:
    with pytest.raises(AmountTooLargeError):
        flexible_budget(Statement(0, 0, 0), actual_units=1, budget_units=1e9, price=1e9, variable_cost=0, fixed_cost=0)


@given(st.tuples(AMOUNTS, AMOUNTS, AMOUNTS), st.lists(st.floats(0, 10**4), min_size=5, max_size=5))
def test_the_variances_of_a_flexible_budget_add_up(actual: tuple[int, int, int], budget: list[float]) -> None:
    sold, planned, price, cost, fixed = budget
    result = flexible_budget(
        Statement(*actual), actual_units=sold, budget_units=planned, price=price, variable_cost=cost, fixed_cost=fixed
    )
    assert result.static_variance == result.flexible_variance + result.volume_variance

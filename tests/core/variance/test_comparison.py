import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesplan_xl.core.errors import PlanError, WrongChoiceError, WrongShapeError
from salesplan_xl.core.variance import against_budget

AMOUNTS = st.lists(st.tuples(st.integers(-(10**14), 10**14), st.integers(-(10**14), 10**14)), max_size=8)


def test_more_revenue_and_less_cost_are_favourable() -> None:
    assert against_budget([120, 88], [100, 100]).variance.tolist() == [20, -12]
    assert against_budget([120, 88], [100, 100], kind="cost").variance.tolist() == [-20, 12]


def test_the_share_is_of_the_size_of_the_budget() -> None:
    # A budgeted loss of 5000 that becomes 3000 is 2000 better: 40 % of 5000.
    result = against_budget([-3000.0, 80.0], [-5000.0, 0.0])
    assert result.share[0] == 0.4
    assert math.isnan(result.share[1])


def test_what_is_unknown_stays_unknown() -> None:
    result = against_budget([math.nan, 1.0], [1.0, math.nan])
    assert np.isnan(result.variance).all()
    assert np.isnan(result.share).all()


def test_what_is_too_large_for_a_number_is_infinite() -> None:
    result = against_budget([1e308, 1e308], [-1e308, 1e-300])
    assert result.variance.tolist() == [math.inf, 1e308]
    assert result.share.tolist() == [math.inf, math.inf]


@pytest.mark.parametrize(
    ("budget", "kind", "refusal"), [([1], "profit", WrongChoiceError), ([1, 2], "cost", WrongShapeError)]
)
def test_what_cannot_be_compared_is_refused(budget: list[int], kind: str, refusal: type[PlanError]) -> None:
    with pytest.raises(refusal):
        against_budget([1], budget, kind=kind)  # type: ignore[arg-type]  # the word is what is refused


@given(AMOUNTS)
def test_variance_of_cost_is_that_of_revenue_turned(cells: list[tuple[int, int]]) -> None:
    actual, budget = np.array(cells, dtype=np.int64).reshape(-1, 2).T
    revenue, cost = against_budget(actual, budget), against_budget(actual, budget, kind="cost")
    assert (revenue.variance == -cost.variance).all()
    assert (budget + revenue.variance == actual).all()

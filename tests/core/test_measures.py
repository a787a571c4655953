from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesplan_xl.core.errors import (
    AllHeldError,
    CountTooSmallError,
    PlanError,
    WrongChoiceError,
    WrongShapeError,
)
from salesplan_xl.core.measures import Aggregation, roll_up, spread_down

MONTHS = [31, 28, 31]


@pytest.mark.parametrize(
    ("values", "kind", "days", "rolled"),
    [
        pytest.param([10, 15, 20], "sum", None, 45, id="revenue"),
        pytest.param([10, 15, 20], "first", None, 10, id="opening balance"),
        pytest.param([10, 15, 20], "last", None, 20, id="head count"),
        pytest.param([10, 15, 20], "average", None, 15, id="price"),
        pytest.param([10, 15, 20], "weighted", [31, 29, 31], 15, id="1365 / 91"),
        pytest.param([10, 15, 30], "weighted", MONTHS, 18, id="(310 + 420 + 930) / 90 = 18.4"),
        pytest.param([0, 1], "average", None, 1, id="a half, away from zero"),
        pytest.param([0, -1], "average", None, -1, id="a negative half, away from zero"),
        pytest.param([10, None, 20], "average", None, 15, id="a blank is not zero"),
        pytest.param([None, 15, None], "last", None, 15, id="the last that is known"),
        pytest.param([None, None], "sum", None, None, id="nothing known"),
    ],
)
def test_periods_roll_up_by_what_they_measure(values: Any, kind: Aggregation, days: Any, rolled: int | None) -> None:
    assert roll_up(values, kind, days=days) == rolled


@pytest.mark.parametrize(
    ("value", "kind", "current", "options", "periods"),
    [
        pytest.param(100, "sum", [None, None], {}, [50, 50], id="revenue without a profile"),
        pytest.param(100, "sum", [10, 30], {}, [25, 75], id="revenue with one"),
        pytest.param(100, "average", [None, None], {}, [100, 100], id="a price without a profile"),
        pytest.param(100, "average", [10, 30], {}, [50, 150], id="a price that climbs"),
        pytest.param(100, "average", [10, 30], {"held": [90, None]}, [90, 110], id="a held price"),
        pytest.param(100, "last", [None, None], {}, [None, 100], id="head count"),
        pytest.param(100, "last", [70, 80], {}, [70, 100], id="head count, the others stay"),
        pytest.param(100, "first", [None, 80], {}, [100, 80], id="an opening balance"),
        pytest.param(100, "weighted", [None] * 3, {"days": MONTHS}, [100, 100, 100], id="a balance by days"),
        pytest.param(  # 100 x 90 days; 1, 2 and 3 times 31, 28 and 31 days are 180, so that one is 50 a day
            100, "weighted", [1, 2, 3], {"days": MONTHS}, [50, 100, 150], id="a balance that climbs"
        ),
        pytest.param(  # 9000 - 31 x 90 = 6210 over 28 and 31 days
            100, "weighted", [0, 0, 0], {"days": MONTHS, "held": [90, None, None]}, [90, 105, 105], id="a held balance"
        ),
        pytest.param(5, "last", [1, 2], {"held": [None, 5]}, [1, 5], id="a held last value that agrees"),
    ],
)
def test_a_value_comes_down_by_what_it_measures(
    value: int, kind: Aggregation, current: Any, options: Any, periods: Any
) -> None:
    assert spread_down(value, kind, current=current, **options).tolist() == periods


@pytest.mark.parametrize(
    ("call", "refusal"),
    [
        pytest.param(lambda: roll_up([1], "mean"), WrongChoiceError, id="no such aggregation"),  # type: ignore[arg-type]
        pytest.param(lambda: roll_up([[1]], "sum"), WrongShapeError, id="a table"),
        pytest.param(lambda: roll_up([1, 2], "weighted", days=[31]), WrongShapeError, id="a month too few"),
        pytest.param(lambda: roll_up([1], "weighted", days=[0]), CountTooSmallError, id="no days"),
        pytest.param(lambda: roll_up([1], "weighted"), WrongShapeError, id="days not given"),
        pytest.param(lambda: spread_down(1, "sum", current=[]), CountTooSmallError, id="no periods"),
        pytest.param(lambda: spread_down(1, "weighted", current=[1], days=[0]), CountTooSmallError, id="no day"),
        pytest.param(lambda: spread_down(9, "last", current=[1, 2], held=[None, 5]), AllHeldError, id="held otherwise"),
    ],
)
def test_what_cannot_be_rolled_up_is_refused(call: Any, refusal: type[PlanError]) -> None:
    with pytest.raises(refusal):
        call()


@given(
    st.integers(0, 10**12),
    st.sampled_from(["sum", "average", "first", "last", "weighted"]),
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 31)), min_size=2, max_size=12),
)
def test_what_came_down_rolls_up_to_itself(value: int, kind: Aggregation, periods: list[tuple[int, int]]) -> None:
    current, days = map(list, zip(*periods, strict=True))
    down = spread_down(value, kind, current=current, days=days)
    assert roll_up(down, kind, days=days) == value


def test_the_largest_balance_is_weighted_exactly() -> None:
    days = np.full(365, 1)
    down = spread_down(10**15 - 1, "weighted", current=[None] * 365, days=days)
    assert down.tolist() == [10**15 - 1] * 365

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesplan_xl.core.errors import (
    MissingMonthsError,
    NotAnAmountError,
    NoWeightError,
    OutOfRangeError,
    PlanError,
    WrongDatesError,
    WrongShapeError,
)
from salesplan_xl.core.season import monthly_shares

YEAR = np.arange("2025-01", "2026-01", dtype="datetime64[M]")


def test_a_year_gives_its_own_shares() -> None:
    assert monthly_shares(YEAR, [2, *[1] * 10, 8]).tolist() == [0.1, *[0.05] * 10, 0.4]


def test_a_month_that_comes_twice_counts_once() -> None:
    # thirteen months: January 10 and 30 (mean 20), the others 20: a twelfth each
    dates = np.arange("2025-01", "2026-02", dtype="datetime64[M]")
    assert monthly_shares(dates, [10, *[20] * 11, 30]) == pytest.approx([1 / 12] * 12)


def test_days_of_a_month_add_up_and_a_month_without_sales_is_zero() -> None:
    days = np.array(["2025-01-03", "2025-01-30", "2025-12-01"], dtype="datetime64[D]")
    shares = monthly_shares(days, [1, 2, 1])
    assert shares.tolist() == [0.75, *[0.0] * 10, 0.25]


def test_returns_beyond_sales_count_as_zero() -> None:
    assert monthly_shares(YEAR, [-5, *[0] * 10, 8]).tolist() == [*[0.0] * 11, 1.0]


def test_shares_are_drawn_towards_a_twelfth() -> None:
    half = monthly_shares(YEAR, [*[0] * 11, 5], evened=0.5)
    assert half.tolist() == pytest.approx([*[1 / 24] * 11, 13 / 24])
    assert monthly_shares(YEAR, [*[0] * 11, 5], evened=1).tolist() == pytest.approx([1 / 12] * 12)


@given(st.lists(st.floats(0, 1e9), min_size=24, max_size=24).filter(any), st.permutations(range(24)))
def test_shares_add_up_to_one_and_do_not_depend_on_the_order_of_rows(values: list[float], order: list[int]) -> None:
    dates = np.arange("2024-07", "2026-07", dtype="datetime64[M]")
    shares = monthly_shares(dates, values)
    assert shares.sum() == pytest.approx(1)
    assert monthly_shares(dates[order], np.array(values)[order]).tolist() == shares.tolist()


@pytest.mark.parametrize(
    ("dates", "values", "options", "refusal", "words"),
    [
        pytest.param(YEAR[:10], [1] * 10, {}, MissingMonthsError, "months 11, 12", id="ten months"),
        pytest.param(YEAR, [0] * 12, {}, NoWeightError, "cannot be shared", id="nothing sold"),
        pytest.param([], [], {}, NoWeightError, "cannot be shared", id="nothing given"),
        pytest.param(YEAR, [1] * 11, {}, WrongShapeError, "dates", id="a value too few"),
        pytest.param([np.datetime64("NaT")], [1], {}, WrongDatesError, "NaT", id="a blank date"),
        pytest.param(YEAR, [None] * 12, {}, NotAnAmountError, "None", id="blank values"),
        pytest.param(YEAR, [1] * 12, {"evened": 2}, OutOfRangeError, "from 0 to 1", id="more than even"),
    ],
)
def test_no_season_is_made_up(dates: Any, values: Any, options: Any, refusal: type[PlanError], words: str) -> None:
    with pytest.raises(refusal, match=words):
        monthly_shares(dates, values, **options)

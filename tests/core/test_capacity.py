"""Capacity: what minutes and products can carry, by known answers and by what must hold for any."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from salesplan_xl.core.capacity import judge, load, minute_worth, product_mix, season_of_minutes
from salesplan_xl.core.errors import OutOfRangeError, WrongShapeError

NAN = float("nan")


@pytest.mark.parametrize(
    ("asked", "capacity", "expected"),
    [
        pytest.param(45, 60, 0.75, id="three-quarters"),
        pytest.param(60, 60, 1.0, id="all-of-it"),
        pytest.param(0, 0, 0.0, id="nothing-asked-of-nothing"),
        pytest.param(5, 0, math.inf, id="something-asked-of-nothing"),
        pytest.param(NAN, 60, NAN, id="what-is-asked-is-not-known"),
        pytest.param(60, NAN, NAN, id="the-capacity-is-not-known"),
        pytest.param(NAN, 0, NAN, id="not-known-of-nothing"),
    ],
)
def test_a_load_is_the_share_of_a_capacity_that_is_asked_for(asked: float, capacity: float, expected: float) -> None:
    assert load(asked, capacity).tolist() == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(("asked", "capacity"), [(-1, 5), (1, -5)])
def test_a_negative_amount_is_no_load(asked: float, capacity: float) -> None:
    with pytest.raises(OutOfRangeError, match="zero or more"):
        load(asked, capacity)


def test_a_load_is_watched_from_one_threshold_on_and_over_beyond_the_other() -> None:
    # watched from 80 % on; 110 % can still be carried, a hair more cannot
    loads = [0, 0.79, 0.8, 1.1, 1.1000001, math.inf, NAN]
    flags = ["ok", "ok", "watch", "watch", "over", "over", "unknown"]
    assert judge(loads, watch=0.8, over=1.1).tolist() == flags


@pytest.mark.parametrize(("watch", "over"), [(0, 1), (1.1, 1), (-1, 1)])
def test_thresholds_the_wrong_way_round_are_refused(watch: float, over: float) -> None:
    with pytest.raises(OutOfRangeError, match="watched"):
        judge([1], watch=watch, over=over)


def test_a_minute_brings_what_was_sold_in_it() -> None:
    # Ana sold 300 + 300 in 10 + 20 minutes: 20 a minute; Ben 100 in 40: 2.5; both 700 in 70: 10
    sold, minutes = np.array([[300, 100], [300, 0]]), np.array([[10, 20], [20, 20]])
    own, alike = minute_worth(sold, minutes, own=True), minute_worth(sold, minutes, own=False)
    assert own.amounts.tolist() == [20, 2.5]
    assert own.own.tolist() == [True, True]
    assert alike.amounts.tolist() == [10, 10]
    assert alike.own.tolist() == [False, False]


@pytest.mark.parametrize(
    ("sold", "minutes"),
    [
        pytest.param(0, 10, id="sold-nothing"),
        pytest.param(-5, 10, id="more-returned-than-sold"),
        pytest.param(50, 0, id="has-no-visits"),
        pytest.param(NAN, 10, id="sales-not-loaded"),
        pytest.param(50, NAN, id="visits-not-known"),
    ],
)
def test_who_has_no_history_of_both_gets_the_average_of_all(sold: float, minutes: float) -> None:
    worth = minute_worth(np.array([[600.0, sold]]), np.array([[30.0, minutes]]), own=True)
    known = not (math.isnan(sold) or math.isnan(minutes))
    together = (600 + sold) / (30 + minutes) if known else 20
    assert worth.amounts.tolist() == [20, pytest.approx(together)]
    assert worth.own.tolist() == [True, False]


def test_months_that_are_not_loaded_do_not_count_as_months_without_sales() -> None:
    # 100 in the 10 minutes of the month that is loaded, not in the 20 of both
    assert minute_worth(np.array([[NAN], [100]]), [[10], [10]], own=True).amounts.tolist() == [10]


def test_where_nobody_sold_anything_the_worth_of_a_minute_is_not_known() -> None:
    worth = minute_worth([[0, NAN]], [[10, 10]], own=True)
    assert np.isnan(worth.amounts).all()
    assert not worth.own.any()


def test_the_season_is_what_a_minute_of_a_month_brings_against_the_average() -> None:
    # 60 and 180 in 20 minutes each: 3 and 9 a minute, 6 on average
    assert season_of_minutes([[60, 0], [120, 60]], [[10, 10], [10, 10]]).tolist() == [0.5, 1.5]


@pytest.mark.parametrize(
    "sold", [pytest.param([[NAN], [100]], id="a-month-not-loaded"), pytest.param([[0], [0]], id="nothing-sold")]
)
def test_without_a_whole_year_there_is_no_season(sold: list[list[float]]) -> None:
    assert season_of_minutes(sold, [[10], [10]]).tolist() == [1, 1]


def test_a_month_of_returns_brings_nothing_rather_than_less() -> None:
    assert season_of_minutes([[-50], [150]], [[10], [10]]).tolist() == [0, 3]


def test_shapes_that_differ_are_refused() -> None:
    with pytest.raises(WrongShapeError):
        minute_worth([[1, 2]], [[1]], own=True)


def test_a_territory_without_sales_has_the_mix_of_all() -> None:
    # North sold 30 of A and 10 of B, West 0 and 60; all 30 and 70
    assert product_mix([[30, 10], [0, 60], [0, 0]]).tolist() == [[0.75, 0.25], [0, 1], [0.3, 0.7]]


def test_returns_are_no_part_of_the_mix() -> None:
    assert product_mix([[40, -10]]).tolist() == [[1, 0]]


def test_where_nobody_sold_anything_there_is_no_mix() -> None:
    assert np.isnan(product_mix([[0, 0]])).all()


AMOUNTS = st.integers(0, 10**9)


@given(st.integers(0, 10**9), st.integers(1, 10**9), st.integers(1, 1000))
def test_a_load_grows_with_what_is_asked_and_shrinks_with_the_capacity(asked: int, capacity: int, times: int) -> None:
    once = float(load(asked, capacity))
    assert float(load(asked * times, capacity)) == pytest.approx(once * times)
    assert float(load(asked, capacity * times)) == pytest.approx(once / times)
    assert float(load(asked * times, capacity * times)) == once  # both are exact, so their quotient is the same


@given(st.lists(st.floats(0, 5), min_size=1), st.floats(0.1, 1), st.floats(0, 1))
def test_no_flag_of_a_larger_load_is_milder(loads: list[float], watch: float, more: float) -> None:
    order = ["ok", "watch", "over"]
    flags = [order.index(flag) for flag in judge(sorted(loads), watch=watch, over=watch + more).tolist()]
    assert flags == sorted(flags)


TABLES = st.integers(1, 4).flatmap(
    lambda reps: st.tuples(
        arrays(np.float64, (3, reps), elements=st.sampled_from([NAN, 0.0, 50.0, 120.0, 7e9])),
        arrays(np.float64, (3, reps), elements=st.sampled_from([NAN, 0.0, 10.0, 33.3, 4801.7])),
        st.permutations(range(reps)),
    )
)


@given(table=TABLES, own=st.booleans())
def test_the_order_of_reps_does_not_change_a_bit(table: tuple[np.ndarray, np.ndarray, list[int]], *, own: bool) -> None:
    sold, minutes, order = table
    worth = minute_worth(sold, minutes, own=own)
    turned = minute_worth(sold[:, order], minutes[:, order], own=own)
    assert np.array_equal(turned.amounts, worth.amounts[order], equal_nan=True)
    assert turned.own.tolist() == worth.own[order].tolist()
    assert season_of_minutes(sold, minutes).tolist() == season_of_minutes(sold[:, order], minutes[:, order]).tolist()


@given(arrays(np.float64, (3, 4), elements=st.integers(0, 10**6)))
def test_the_parts_of_a_mix_add_up_to_the_whole(sold: np.ndarray) -> None:
    parts = product_mix(sold)
    assert parts.sum(axis=1).tolist() == pytest.approx([1, 1, 1] if sold.any() else [NAN] * 3, nan_ok=True)
    assert np.isnan(parts).any() or (parts >= 0).all()

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesplan_xl.core.errors import (
    AmountTooLargeError,
    FutureDatesError,
    MissingDatesError,
    NotAnAmountError,
    PlanError,
    WrongBinsError,
    WrongChoiceError,
    WrongCutsError,
    WrongShapeError,
)
from salesplan_xl.core.segments import RfmCuts, RfmScores, rfm_score, score_by_cuts, score_values
from salesplan_xl.core.segments.scores import Method

DATA = Path(__file__).parents[2] / "cases" / "known" / "shared" / "data" / "rfm"
ASOF = dt.date(2026, 3, 31)
MARCH = np.datetime64("2026-03-01")

ORDERS = st.lists(
    st.tuples(st.sampled_from("ABCDEFG"), st.integers(0, 30), st.integers(-500, 10**6)), min_size=1, max_size=30
)


def scored(orders: list[tuple[Any, int, Any]], **options: Any) -> RfmScores:
    """Score orders of a customer, a day of March counted from 0, and an amount."""
    ids, days, amounts = zip(*orders, strict=True)
    return rfm_score(list(ids), MARCH + np.array(days), list(amounts), ASOF, **options)


def by_customer(found: RfmScores) -> dict[Any, tuple[int, ...]]:
    """Give the three scores of each customer."""
    return dict(zip(found.ids, zip(found.r.tolist(), found.f.tolist(), found.m.tolist(), strict=True), strict=True))


def table(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def known_orders() -> tuple[list[int], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """The orders of the R package: customers, days, whole amounts."""
    orders = table("rfm_orders.csv")
    return (
        [int(order["customer_id"]) for order in orders],
        np.array([order["order_date"] for order in orders], dtype="datetime64[D]"),
        np.array([int(order["revenue"]) for order in orders]),
    )


def test_the_r_package_is_reproduced_row_by_row() -> None:
    found = rfm_score(*known_orders(), dt.date(2006, 12, 31), method="rfm_r")
    columns = (found.recency_days, found.frequency, found.monetary, found.r, found.f, found.m)
    rows = zip(found.ids, *(column.tolist() for column in columns), strict=True)
    expected = [
        tuple(int(row[name]) for name in ("customer_id", "rec", "n", "amount", "r", "f", "m"))
        for row in table("expected_rfm_table.csv")
    ]
    assert list(rows) == expected


def test_cut_points_of_an_earlier_cycle_give_the_same_scores() -> None:
    methods: tuple[Method, ...] = ("native", "rfm_r")
    for method in methods:
        orders = known_orders()
        found = rfm_score(*orders, dt.date(2006, 12, 31), method=method)
        again = rfm_score(
            *orders,
            dt.date(2006, 12, 31),
            method=method,
            cuts=found.cuts,
        )
        assert by_customer(again) == by_customer(found)


def test_orders_become_measures_and_scores() -> None:
    # Ana: last order on day 20, 10 days before the 31st, 2 orders, 80 - 30; Bo: 29 days, 1 order, 45
    found = scored([("Bo", 1, 45), ("Ana", 20, 80), ("Ana", 3, -30)], bins=2)
    assert found.ids == ("Ana", "Bo")
    assert found.recency_days.tolist() == [10, 29]
    assert found.frequency.tolist() == [2, 1]
    assert found.monetary.tolist() == [50, 45]
    assert by_customer(found) == {"Ana": (2, 2, 2), "Bo": (1, 1, 1)}
    # half way between the two: 10 + 19 / 2, 1.5, 45 + 5 / 2
    assert [cuts.tolist() for cuts in vars(found.cuts).values()] == [[19.5], [1.5], [47.5]]


def test_customers_come_by_id_numbers_by_size() -> None:
    assert scored([("10", 1, 1), ("C", 1, 1), ("9", 1, 1)]).ids == ("9", "10", "C")


def test_returns_beyond_the_orders_get_the_lowest_score_and_are_marked() -> None:
    # M by value alone: -5 would be second of three
    found = scored([("A", 1, -9), ("B", 1, -5), ("C", 1, 8)], bins=3)
    assert found.negative.tolist() == [True, True, False]
    assert found.m.tolist() == [1, 1, 3]
    assert scored([("A", 1, -9), ("B", 1, -5), ("C", 1, 8)], bins=3, method="rfm_r").negative.tolist() == [
        True,
        True,
        False,
    ]


def test_fewer_values_than_scores_give_fewer_scores_and_are_told() -> None:
    found = scored([("A", 1, 10), ("B", 2, 20), ("C", 3, 30), ("D", 3, 40), ("E", 5, 50)], bins=5)
    # four different days, one frequency, five amounts
    assert found.fewer_bins == {"recency": 4, "frequency": 1}
    assert found.f.tolist() == [1] * 5
    assert found.m.tolist() == [1, 2, 3, 4, 5]


def test_amounts_that_are_not_whole_are_rounded_before_they_are_compared() -> None:
    # 0.1 + 0.2 is not 0.3 among floating-point numbers, but among cents
    found = scored([("A", 1, 0.1), ("A", 1, 0.2), ("B", 1, 0.3), ("C", 1, 9.5)])
    assert found.monetary.tolist() == [0.3, 0.3, 9.5]
    assert found.m.tolist() == [1, 1, 2]


def test_no_orders_have_no_scores() -> None:
    found = rfm_score([], np.array([], dtype="datetime64[D]"), [], ASOF)
    assert (found.ids, found.m.tolist()) == ((), [])


@pytest.mark.parametrize(
    ("values", "cuts", "options", "scores"),
    [
        pytest.param([5, 10, 11], [10], {}, [1, 1, 2], id="a-reached-cut-is-not-passed"),
        pytest.param([5, 10, 11], [10], {"reached_is_passed": True}, [1, 2, 2], id="unless-it-is"),
        pytest.param([5, 10, 11], [10], {"lower_is_better": True}, [2, 2, 1], id="turned-round"),
        pytest.param([1, 2, 3], [2, 2], {}, [1, 1, 3], id="equal-cuts"),
        pytest.param([1, 2], [], {}, [1, 1], id="no-cut"),
    ],
)
def test_given_cut_points_part_the_values(
    values: list[float], cuts: list[float], options: dict[str, bool], scores: list[int]
) -> None:
    assert score_by_cuts(values, cuts, **options).tolist() == scores


@pytest.mark.parametrize(
    ("orders", "options", "refusal", "sentence"),
    [
        pytest.param(
            [("Bo", 31, 1), ("Ana", 40, 1), ("Ana", 50, 1)],
            {},
            FutureDatesError,
            "Ana and Bo have orders after 2026-03-31; correct the dates",
            id="future",
        ),
        pytest.param([("Bo", 31, 1)], {}, FutureDatesError, "Bo has orders after 2026-03-31", id="one-future"),
        pytest.param([("A", 1, float("nan"))], {}, NotAnAmountError, "nan", id="no-amount"),
        pytest.param([("A", 1, 1)], {"bins": 1}, WrongBinsError, "cannot be 1 scores", id="one-score"),
        pytest.param([("A", 1, 1)], {"bins": 2.5}, WrongBinsError, "cannot be 2.5 scores", id="half-a-score"),
        pytest.param([("A", 1, 1)], {"method": "best"}, WrongChoiceError, "no method 'best'", id="method"),
        pytest.param([("A", 1, 2**61), ("B", 1, 2**61)], {}, AmountTooLargeError, "exactly", id="too-large"),
        pytest.param(
            [("A", 1, 1)],
            {"cuts": RfmCuts(np.array([1.0]), np.array([3.0, 2.0]), np.array([1.0]))},
            WrongCutsError,
            "The cut points of frequency are 3 and 2; give numbers that rise.",
            id="falling-cuts",
        ),
    ],
)
def test_what_cannot_be_scored_is_refused(
    orders: list[Any], options: dict[str, Any], refusal: type[PlanError], sentence: str
) -> None:
    with pytest.raises(refusal) as raised:
        scored(orders, **options)
    assert sentence in str(raised.value)


def test_a_missing_date_is_refused_with_its_customer() -> None:
    with pytest.raises(MissingDatesError, match="Bo has an order without a date"):
        rfm_score(["Ana", "Bo"], np.array(["2026-03-01", "NaT"], dtype="datetime64[D]"), [1, 2], ASOF)


def test_lists_of_different_length_are_refused() -> None:
    with pytest.raises(WrongShapeError, match="amounts have shape"):
        rfm_score(["Ana"], np.array(["2026-03-01"], dtype="datetime64[D]"), [1, 2], ASOF)


@given(ORDERS, st.randoms(use_true_random=False), st.sampled_from([1, 0.01]))
def test_the_order_of_orders_does_not_matter(orders: list[Any], random: Any, times: float) -> None:
    priced = [(name, day, amount * times) for name, day, amount in orders]
    turned = list(priced)
    random.shuffle(turned)
    one, other = scored(priced), scored(turned)
    assert by_customer(one) == by_customer(other)
    assert one.monetary.tolist() == other.monetary.tolist()


@given(ORDERS, st.sampled_from([0.01, 0.001, 3, 1000]))
def test_the_currency_does_not_change_a_score(orders: list[Any], times: float) -> None:
    changed = [(name, day, amount * times) for name, day, amount in orders]
    assert by_customer(scored(changed, unit=0.001)) == by_customer(scored(orders))


@given(
    st.lists(st.integers(-20, 20), min_size=1, max_size=30),
    st.integers(2, 6),
    st.booleans(),
    st.sampled_from(["native", "rfm_r"]),
)
def test_equal_values_have_equal_scores_and_better_ones_no_lower(
    values: list[int],
    bins: int,
    lower_is_better: bool,  # noqa: FBT001 - hypothesis draws it
    method: Any,
) -> None:
    found = score_values(values, bins, lower_is_better=lower_is_better, method=method)
    ranked = sorted(zip(values, found.scores.tolist(), strict=True))
    assert len(dict(ranked)) == len(set(ranked))
    assert [score for _, score in ranked] == sorted(found.scores.tolist(), reverse=lower_is_better)
    assert set(found.scores.tolist()) <= set(range(1, found.bins + 1))


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=30), st.integers(2, 6))
def test_the_cut_points_told_are_those_the_scores_were_given_by(values: list[int], bins: int) -> None:
    found = score_values(values, bins)
    assert score_by_cuts(values, found.cuts).tolist() == found.scores.tolist()
    assert found.cuts == pytest.approx(np.quantile(values, np.arange(1, found.bins) / found.bins), rel=1e-12, abs=1e-6)

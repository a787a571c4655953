import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesplan_xl.core.errors import (
    CountTooSmallError,
    DimensionsDisagreeError,
    NotAnAmountError,
    PlanError,
    WrongShapeError,
)
from salesplan_xl.core.variance import Explanation, best_dimension, drivers, price_volume_mix, reason

ROWS = st.lists(
    st.tuples(st.sampled_from("ABCDEFG"), st.integers(-(10**14), 10**14), st.integers(-(10**14), 10**14)), max_size=12
)


def test_contributions_are_ranked_by_size_whatever_their_sign() -> None:
    # North lacks 40, East 10, South has 20 more: 30 less in all.
    result = drivers(["East", "South", "North"], [100, 100, 100], [90, 120, 60])
    assert result.labels == ("North", "South", "East")
    assert result.variance.tolist() == [-40, 20, -10]
    assert result.power.tolist() == [40 / 30, -20 / 30, 10 / 30]
    assert (result.total, result.others) == (-30, 0)


def test_rows_of_one_label_are_added_up() -> None:
    result = drivers(["A", "B", "A"], [1, 2, 3], [10, 2, 30])
    assert (result.labels, result.budget.tolist(), result.actual.tolist()) == (("A", "B"), [4, 2], [40, 2])


def test_the_rest_is_one_row_that_makes_the_sum_whole() -> None:
    result = drivers(["A", "B", "C", "D"], [10, 10, 10, 10], [0, 15, 8, 11], top=2)
    assert result.labels == ("A", "B", None)
    assert result.variance.tolist() == [-10, 5, -1]
    assert (result.others, math.isnan(result.surprise[-1])) == (2, True)


def test_equals_go_to_the_more_surprising_and_then_to_the_label() -> None:
    # 10 more on 10 is a greater surprise than 10 more on 100; the two small ones are alike.
    assert drivers(["big", "z", "a"], [100, 10, 10], [110, 20, 20]).labels == ("a", "z", "big")


def test_surprise_in_figures() -> None:
    # A half becomes the whole and a half becomes nothing.
    # (0.5 ln(1/1.5) + ln(2/1.5)) / 2 = (-0.202733 + 0.287682) / 2 and 0.5 ln 2 / 2
    result = drivers(["up", "gone"], [50, 50], [80, 0])
    expected = {"gone": 0.25 * math.log(2), "up": 0.5 * (0.5 * math.log(1 / 1.5) + math.log(2 / 1.5))}
    assert dict(zip(result.labels, result.surprise, strict=True)) == pytest.approx(expected)


def test_without_a_variance_there_is_no_share_of_it() -> None:
    result = drivers(["A", "B"], [10, 20], [15, 15])
    assert result.variance.tolist() == [5, -5]
    assert np.isnan(result.power).all()


def test_negative_amounts_have_no_surprise() -> None:
    assert np.isnan(drivers(["A", "B"], [-1, 5], [2, 5]).surprise).all()


def test_nothing_has_no_drivers() -> None:
    result = drivers([], [], [])
    assert (result.labels, result.total, len(result.variance)) == ((), 0, 0)


@pytest.mark.parametrize(
    ("arguments", "top", "refusal"),
    [
        pytest.param((["A"], [1, 2], [1, 2]), None, WrongShapeError, id="labels"),
        pytest.param((["A"], [1], [1, 2]), None, WrongShapeError, id="lengths"),
        pytest.param((["A"], [[1]], [[1]]), None, WrongShapeError, id="table"),
        pytest.param((["A"], [1], [math.nan]), None, NotAnAmountError, id="unknown"),
        pytest.param((["A"], [1], [2]), 0, CountTooSmallError, id="top"),
    ],
)
def test_what_cannot_be_ranked_is_refused(arguments: Any, top: int | None, refusal: type[PlanError]) -> None:
    with pytest.raises(refusal):
        drivers(*arguments, top=top)


@given(ROWS, st.none() | st.integers(1, 5))
def test_contributions_add_up_to_the_variance_exactly(rows: Any, top: int | None) -> None:
    labels, budget, actual = zip(*rows, strict=True) if rows else ((), (), ())
    result = drivers(labels, np.array(budget, np.int64), np.array(actual, np.int64), top=top)
    assert sum(result.variance.tolist()) == result.total == sum(actual) - sum(budget)
    assert sum(result.actual.tolist()) == sum(actual)


@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(rows: Any, chance: Any) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)
    results = [drivers(*(zip(*order, strict=True) if order else ((), (), ())), top=3) for order in (rows, shuffled)]
    assert results[0].labels == results[1].labels
    assert results[0].variance.tolist() == results[1].variance.tolist()


def test_the_dimension_with_the_most_surprising_members_explains_best() -> None:
    # By month everything fell alike; by product the whole loss is one product.
    months = drivers(["Jan", "Feb"], [100, 100], [75, 75])
    product = drivers(["Lamp", "Chair", "Desk"], [60, 70, 70], [10, 70, 70])
    best = best_dimension({"month": months, "product": product})
    assert best is not None
    assert (best.dimension, best.labels, best.variances, best.powers) == ("product", ("Lamp",), (-50,), (1.0,))


def test_a_variance_spread_over_many_has_no_explanation() -> None:
    labels = [f"customer {number}" for number in range(20)]
    assert best_dimension({"customer": drivers(labels, [100] * 20, [95] * 20)}) is None


def test_no_variance_and_no_dimension_need_no_explanation() -> None:
    assert best_dimension({"product": drivers(["A", "B"], [1, 2], [2, 1])}) is None
    assert best_dimension({}) is None


def test_equal_explanations_go_to_the_name() -> None:
    found = drivers(["A", "B"], [50, 50], [0, 50])
    best = best_dimension({"rep": found, "customer": found})
    assert best is not None
    assert best.dimension == "customer"


def test_dimensions_of_different_amounts_are_refused() -> None:
    with pytest.raises(DimensionsDisagreeError, match="The variance is -10 by rep and -9 by month"):
        best_dimension({"rep": drivers(["A"], [20], [10]), "month": drivers(["B"], [20], [11])})


def test_a_reason_has_the_pieces_of_a_sentence() -> None:
    # North sold 6 instead of 10 Lamps at 9 instead of 10: 6 less by price, 40 less by quantity.
    explanation = Explanation("territory", ("North", "West"), (-46, -20), (0.6, 0.26), 0.1, -77)
    found = reason(explanation, price_volume_mix([10], [10], [6], [9], unit=1))
    assert (found.dimension, found.label, found.variance, found.power) == ("territory", "North", -46, 0.6)
    assert (found.others, found.total) == (("West",), -77)
    assert (found.part, found.part_amount) == ("quantity", -40)


def test_a_part_that_goes_the_other_way_is_no_reason() -> None:
    # 10 dearer on 6 brings 60, 4 fewer at 10 cost 40: the 20 more are the price.
    explanation = Explanation("product", ("Lamp",), (20,), (1.0,), 0.0, 20)
    found = reason(explanation, price_volume_mix([10], [10], [6], [20], unit=1))
    assert (found.part, found.part_amount) == ("price", 60)


def test_without_quantities_the_part_stays_open() -> None:
    found = reason(Explanation("rep", ("280",), (-5,), (0.9,), 0.0, -6))
    assert (found.part, found.part_amount) == (None, 0)

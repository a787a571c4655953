"""Classes by cumulative share."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesplan_xl.core.errors import (
    AllZeroError,
    AmountTooLargeError,
    NegativeAmountError,
    NotAnAmountError,
    PlanError,
    WrongCutsError,
    WrongShapeError,
)
from salesplan_xl.core.segments import abc_class

VALUES = st.lists(st.integers(0, 10**9), min_size=1, max_size=12).filter(any)


@pytest.mark.parametrize(
    ("values", "cuts", "classes"),
    [
        # 50 % before the second, 80 % before the third: it has reached the cut
        pytest.param([50, 30, 20], (0.8, 0.95), "AAB", id="a-reached-cut-is-passed"),
        # 79 % before the second: it crosses 80 % and 95 % and belongs to A
        pytest.param([79, 20, 1], (0.8, 0.95), "AAC", id="the-value-that-crosses-is-above"),
        pytest.param([1, 20, 79], (0.8, 0.95), "CAA", id="order-of-the-input"),
        # 0, 0.2, 0.4, 0.6 and 0.8 before: the last of five equal ones is B
        pytest.param([7] * 5, (0.8, 0.95), "AAAAB", id="equal-ones-by-place"),
        pytest.param([5, 0], (0.8, 1.0), "AC", id="nothing-is-never-a"),
        pytest.param([9], (0.1, 0.2), "A", id="one"),
        # 0.7 + 0.5 = 1.2 of 1.5 is 0.8, whatever the noise of the sums
        pytest.param([0.7, 0.5, 0.3], (0.8, 0.95), "AAB", id="noise-does-not-cross"),
        # 4 x 10**14 of 5 x 10**14 and one: one unit short of 80 %
        pytest.param([4 * 10**14, 10**14 + 1], (0.8, 0.95), "AA", id="one-unit-short"),
        pytest.param([4 * 10**14, 10**14], (0.8, 0.95), "AB", id="exactly-there"),
        pytest.param([1e308, 1e308, 1e300], (0.8, 0.95), "AAC", id="as-large-as-numbers-are"),
    ],
)
def test_a_value_is_classed_by_the_share_before_it(
    values: list[float], cuts: tuple[float, float], classes: str
) -> None:
    assert "".join(abc_class(values, cuts).classes) == classes


def test_equal_values_come_by_label() -> None:
    labels = ["C-10", 10, "9", "C-1", 8]  # 8, 9, 10, C-1, C-10: the last of them is B
    assert "".join(abc_class([7] * 5, labels=labels).classes) == "BAAAA"


def test_shares_add_up() -> None:
    # sorted 60, 25, 10, 5: 0.6, 0.85, 0.95, 1
    assert abc_class([5, 60, 25, 10]).cumulative_share.tolist() == [1, 0.6, 0.85, 0.95]


def test_nothing_has_no_classes() -> None:
    assert abc_class([]).classes.tolist() == []


@pytest.mark.parametrize(
    ("values", "options", "refusal", "sentence"),
    [
        pytest.param([1, -2], {}, NegativeAmountError, "The value is -2, below zero", id="negative"),
        pytest.param([0, 0.0], {}, AllZeroError, "Every value is zero", id="all-zero"),
        pytest.param([1, math.nan], {}, NotAnAmountError, "nan", id="missing"),
        pytest.param([[1], [2]], {}, WrongShapeError, "one row or column", id="table"),
        pytest.param([1, 2], {"labels": ["a"]}, WrongShapeError, "labels have shape", id="labels"),
        pytest.param([1], {"cuts": (0.9, 0.5)}, WrongCutsError, "are 0.9 and 0.5; give two shares", id="turned"),
        pytest.param([1], {"cuts": (0.0, 0.5)}, WrongCutsError, "above 0", id="nothing"),
        pytest.param([1], {"cuts": (0.5, 1.1)}, WrongCutsError, "up to 1", id="more-than-all"),
        pytest.param([1], {"cuts": (0.5,)}, WrongCutsError, "are 0.5; give two", id="one-cut"),
        pytest.param([2**61, 2**61], {}, AmountTooLargeError, "cannot be kept exactly", id="too-large"),
    ],
)
def test_what_has_no_classes_is_refused(
    values: list[Any], options: dict[str, Any], refusal: type[PlanError], sentence: str
) -> None:
    with pytest.raises(refusal) as raised:
        abc_class(values, **options)
    assert sentence in str(raised.value)


@given(VALUES, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(values: list[int], random: Any) -> None:
    labels = [f"C{place}" for place in range(len(values))]
    straight = dict(zip(labels, abc_class(values, labels=labels).classes, strict=True))
    turned = list(zip(labels, values, strict=True))
    random.shuffle(turned)
    again = abc_class([value for _, value in turned], labels=[label for label, _ in turned])
    assert dict(zip([label for label, _ in turned], again.classes, strict=True)) == straight


@given(VALUES)
def test_a_larger_value_is_never_in_a_lower_class(values: list[int]) -> None:
    found = abc_class(values)
    ranked = sorted(zip(found.cumulative_share, values, found.classes, strict=True), key=lambda one: (-one[1], one[2]))
    assert [name for _, _, name in ranked] == sorted(found.classes)
    shares = sorted(found.cumulative_share)
    assert shares[-1] == 1
    assert all(0 < share <= 1 for share in shares)


@given(VALUES, st.sampled_from([0.01, 0.001, 7, 1000]))
def test_the_unit_of_the_values_does_not_matter(values: list[int], times: float) -> None:
    scaled = abc_class([value * times for value in values])
    assert scaled.classes.tolist() == abc_class(values).classes.tolist()

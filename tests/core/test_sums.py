"""Sums by group, and one sum as a part of another."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesplan_xl.core.errors import AmountTooLargeError
from salesplan_xl.core.sums import ratio, sums_by_group


def test_numbers_are_added_up_by_group() -> None:
    # 5 - 1, nothing, 7
    assert sums_by_group(np.array([0, 2, 0]), np.array([5, 7, -1]), 3).tolist() == [4, 0, 7]


def test_sums_near_the_end_of_whole_numbers_are_refused() -> None:
    halves = np.array([2**61, -(2**61)])
    with pytest.raises(AmountTooLargeError):
        sums_by_group(np.array([0, 1]), halves, 2)
    assert sums_by_group(np.array([0]), halves[:1], 1).tolist() == [2**61]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(-(10**15), 10**15)), max_size=20))
def test_the_sums_add_up_to_the_whole(rows: list[tuple[int, int]]) -> None:
    group, numbers = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    sums = sums_by_group(group, numbers, 5).tolist()
    assert sums == [sum(number for place, number in rows if place == one) for one in range(5)]


def test_a_part_of_nothing_is_unknown() -> None:
    quarter, nothing = ratio([1, 3], [4, 0]).tolist()
    assert quarter == 0.25
    assert math.isnan(nothing)
    assert ratio([1, 2], 4).tolist() == [0.25, 0.5]

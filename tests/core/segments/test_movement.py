"""Who moved between two cycles."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesplan_xl.core.segments import segment_movement

CYCLES = st.dictionaries(st.integers(0, 12), st.sampled_from("ABC"), max_size=12)


def test_customers_move_come_and_go() -> None:
    before = {1: "Key", 2: "Key", 3: "Shops", 4: "Shops"}
    found = segment_movement(before, {1: "Key", 2: "Shops", 3: "Shops", 5: "Farms"})
    assert found.names == ("Farms", "Key", "Shops")
    assert found.moved.tolist() == [[0, 0, 0], [0, 1, 1], [0, 0, 1]]
    assert found.lost.tolist() == [0, 0, 1]
    assert found.new.tolist() == [1, 0, 0]
    assert found.stayed_share == 2 / 3  # 1 and 3 of 1, 2 and 3
    assert math.isnan(found.jaccard[0])
    assert found.jaccard.tolist()[1:] == [0.5, 0.5]  # Key: 1 of 1 and 2; Shops: 3 of 2 and 3


def test_new_names_for_the_same_groups_are_the_same_grouping() -> None:
    before, now = dict(enumerate("AABBC")), dict(enumerate("XXYYZ"))
    assert segment_movement(before, now).adjusted_rand_index == 1
    assert segment_movement(before, now).stayed_share == 0


def test_the_adjusted_rand_index_is_that_of_a_worked_example() -> None:
    # pairs together: 1; before 2, now 1, of 6. (1 - 2 x 1 / 6) / ((2 + 1) / 2 - 2 x 1 / 6) = 4 / 7
    found = segment_movement(dict(enumerate("AABB")), dict(enumerate("AABC")))
    assert found.adjusted_rand_index == pytest.approx(4 / 7, abs=1e-15)


def test_no_customer_has_not_moved() -> None:
    found = segment_movement({}, {})
    assert math.isnan(found.stayed_share)
    assert found.adjusted_rand_index == 1


@given(CYCLES, CYCLES)
def test_rows_and_columns_add_up_to_the_customers(before: dict[int, str], now: dict[int, str]) -> None:
    found = segment_movement(before, now)
    assert (found.moved.sum(axis=1) + found.lost).tolist() == [
        list(before.values()).count(name) for name in found.names
    ]
    assert (found.moved.sum(axis=0) + found.new).tolist() == [list(now.values()).count(name) for name in found.names]
    turned = segment_movement(now, before)
    assert (turned.moved == found.moved.T).all()
    assert turned.adjusted_rand_index == found.adjusted_rand_index
    assert found.adjusted_rand_index <= 1


@given(CYCLES)
def test_who_stayed_did_not_move(cycle: dict[int, str]) -> None:
    found = segment_movement(cycle, cycle)
    assert found.adjusted_rand_index == 1
    assert (found.moved == np.diag(np.diagonal(found.moved))).all()
    assert found.jaccard.tolist() == [1] * len(found.names)

"""Segments in figures."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesplan_xl.core.errors import AmountTooLargeError, NotAnAmountError, PlanError, WrongShapeError
from salesplan_xl.core.segments import segment_summary

CUSTOMERS = st.lists(
    st.tuples(st.sampled_from(["Key", "Shops", "Unassigned"]), st.integers(-(10**13), 10**13)), max_size=20
)


def test_segments_are_counted_and_added_up() -> None:
    found = segment_summary(
        ["Shops", "Unassigned", "Key", "Shops", "Yards"],
        [500, 100, 9000, 300, 100],
        [5, 0, 10, 3, 2],
        names=["Key", "Farms", "Shops"],
    )
    assert found.names == ("Key", "Farms", "Shops", "Yards", "Unassigned")
    assert found.customers.tolist() == [1, 0, 2, 1, 1]
    assert found.amounts.tolist() == [9000, 0, 800, 100, 100]
    assert found.orders is not None
    assert found.mean_order is not None
    assert found.orders.tolist() == [10, 0, 8, 2, 0]
    assert found.customer_share.tolist() == [0.2, 0, 0.4, 0.2, 0.2]  # of 5
    assert found.amount_share.tolist() == [0.9, 0, 0.08, 0.01, 0.01]  # of 10,000
    assert found.mean_amount.tolist()[::2] == [9000, 400, 100]
    assert found.mean_order.tolist()[::2] == pytest.approx([900, 100, math.nan], nan_ok=True)
    assert math.isnan(found.mean_amount[1])


def test_shares_of_nothing_are_unknown() -> None:
    found = segment_summary([], [], names=["Key"])
    assert found.customers.tolist() == [0]
    assert math.isnan(found.customer_share[0])
    assert math.isnan(segment_summary(["A", "B"], [5, -5]).amount_share[0])


@pytest.mark.parametrize(
    ("amounts", "refusal"),
    [
        pytest.param([1], WrongShapeError, id="too-few"),
        pytest.param([1.5, 2], NotAnAmountError, id="not-whole"),
        pytest.param([2**61, -(2**61)], AmountTooLargeError, id="too-large"),
    ],
)
def test_what_cannot_be_added_up_is_refused(amounts: list[Any], refusal: type[PlanError]) -> None:
    with pytest.raises(refusal):
        segment_summary(["A", "B"], amounts)


@given(CUSTOMERS, st.randoms(use_true_random=False))
def test_a_summary_adds_up_to_the_cent_in_any_order(customers: list[tuple[str, int]], random: Any) -> None:
    found = segment_summary([name for name, _ in customers], [amount for _, amount in customers])
    assert sum(found.amounts.tolist()) == sum(amount for _, amount in customers)
    assert sum(found.customers.tolist()) == len(customers)
    if customers:
        assert found.customer_share.sum() == pytest.approx(1)
    turned = list(customers)
    random.shuffle(turned)
    again = segment_summary([name for name, _ in turned], [amount for _, amount in turned])
    assert (again.names, again.amounts.tolist()) == (found.names, found.amounts.tolist())

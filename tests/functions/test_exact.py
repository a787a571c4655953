"""Amounts of cells counted in whole units, and given back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesplan_xl.core.errors import AllHeldError, AmountTooLargeError, WrongUnitError
from salesplan_xl.functions.errors import CellError
from salesplan_xl.functions.exact import in_cells, in_main_unit, in_whole_units, refusals_in, whole_units


@pytest.mark.parametrize(
    ("amounts", "counts", "unit"),
    [
        pytest.param([[0.1, 0.2], [3]], [[10, 20], [300]], 0.01, id="cents"),
        pytest.param([[0.1], [0.125]], [[100_000], [125_000]], 0.000001, id="millionths-for-all-if-one-needs-them"),
        pytest.param([[1e-9], [1.0]], [[1e-9], [1.0]], None, id="smaller-than-any-unit"),
        pytest.param([[1e300]], [[1e300]], None, id="too-large-to-be-counted"),
        # 10**12 is 10**14 cents but 10**18 millionths, which are too many
        pytest.param([[1e12], [0.125]], [[1e12], [0.125]], None, id="too-large-for-the-finer-unit"),
        pytest.param([[]], [[]], 0.01, id="nothing"),
    ],
)
def test_amounts_are_counted_in_the_first_unit_that_all_fit(
    amounts: list[list[float]], counts: list[list[float]], unit: float | None
) -> None:
    counted, found = in_whole_units(*map(np.array, amounts))
    assert ([part.tolist() for part in counted], found) == (counts, unit)


@given(st.lists(st.integers(-(10**14), 10**14), min_size=1), st.sampled_from([100, 1000, 10**6]))
def test_counted_amounts_are_given_back(whole: list[int], parts: int) -> None:
    amounts = np.array(whole) / parts
    (counts,), unit = in_whole_units(amounts)
    assert in_main_unit(counts, unit).tolist() == amounts.tolist()


def test_blank_cells_stay_blank_when_amounts_are_counted() -> None:
    counts = whole_units("held", np.array([[1.1, np.nan], [0.0, -2.0]]), 0.01)
    assert counts.tolist() == [[110, None], [0, -200]]


@pytest.mark.parametrize(
    ("amounts", "why"),
    [
        pytest.param([1.0, np.nan, 0.005], "cell 3 of held: 0.005 is not a whole number of 0.01; ", id="in-a-column"),
        pytest.param([[1.0, 2.0], [1e13, 1e14]], "row 2, column 1 of held: 10000000000000 is ", id="in-a-table"),
    ],
)
def test_an_amount_that_cannot_be_counted_is_named_by_its_place(amounts: list[Any], why: str) -> None:
    with pytest.raises(CellError) as refused:
        whole_units("held", np.array(amounts), 0.01)
    assert refused.value.code == "#NUM!"
    assert refused.value.why.startswith(why)


def test_a_wrong_unit_is_no_cell_of_the_range() -> None:
    with pytest.raises(WrongUnitError):
        whole_units("held", np.array([1.0]), 0)


def test_counts_beyond_fifteen_digits_are_no_cells() -> None:
    assert in_cells(np.array([10**15 - 1, -5]), 0.01).tolist() == [9999999999999.99, -0.05]
    with pytest.raises(AmountTooLargeError, match="-10000000000000 is 1000000000000000 units"):
        in_cells(np.array([1, -(10**15)]), 0.01)


def test_a_refusal_of_core_speaks_of_the_main_unit() -> None:
    with pytest.raises(AllHeldError, match="Every cell is held and 40 is left"), refusals_in(0.01):
        raise AllHeldError(4000)

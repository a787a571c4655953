"""Amounts of cells counted in whole units, and given back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesplan_xl.functions.exact import in_main_unit, in_whole_units


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

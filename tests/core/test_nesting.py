import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesplan_xl.core.divisions import read_margins
from salesplan_xl.core.nesting import nested
from salesplan_xl.core.totals import Names
from tests.core.strategies import tables

NAN = math.nan


@pytest.mark.parametrize(
    ("margins", "axes"),
    [
        pytest.param({(): 9, (0,): [4, 5], (0, 1): [[1, 3], [2, 3]]}, [(0, 1)], id="nested"),
        pytest.param({(0,): [4, 5], (1,): [3, 6]}, [(0,), (1,)], id="rows and columns"),
        pytest.param({(0,): [4, 5], (1,): [3, 6], (0, 1): [[1, 3], [2, 3]]}, [(0, 1)], id="every cell given"),
        pytest.param({(0,): [4, 5], (1,): [3, 6], (0, 1): [[1, NAN], [NAN, NAN]]}, [(0, 1), (1,)], id="one cell given"),
        pytest.param({}, [], id="no totals"),
    ],
)
def test_nested_totals_make_one_division_and_crossing_ones_several(
    margins: dict[tuple[int, ...], Any], axes: list[tuple[int, ...]]
) -> None:
    assert [division.axes for division in nested(read_margins(margins, Names((2, 2))), 0.5)] == axes


def test_cells_are_in_the_group_of_the_finest_total_asked_for_them() -> None:
    # January's first cell has a total of its own, its other cell what is left of 10; February takes the year's rest
    margins: dict[tuple[int, ...], Any] = {(): 16, (0,): [10, NAN], (0, 1): [[3, NAN], [NAN, NAN]]}
    (division,) = nested(read_margins(margins, Names((2, 2))), 0.5)
    assert division.groups.tolist() == [[0, 1], [2, 2]]
    assert division.most.tolist() == [3, 7, 6]


def test_cells_without_a_total_are_free() -> None:
    (division,) = nested(read_margins({(0,): [NAN, 4, NAN]}, Names((3,))), 0.5)
    assert division.groups.tolist() == [1, 0, 1]
    assert division.sums(np.array([1, 2, 3])).tolist() == [2, 4]
    assert division.free.tolist() == [False, True]


@given(tables(axes=3), st.data())
def test_a_table_that_has_its_totals_meets_all_divisions(table: np.ndarray, data: st.DataObject) -> None:
    sets = [(), (0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2)]
    margins: dict[tuple[int, ...], Any] = {}
    for axes in data.draw(st.sets(st.sampled_from(sets), min_size=1)):
        sums = table.sum(axis=tuple(axis for axis in range(3) if axis not in axes)).astype(float)
        free = data.draw(st.lists(st.booleans(), min_size=sums.size, max_size=sums.size))
        margins[axes] = np.where(np.reshape(free, sums.shape), NAN, sums)
    for division in nested(read_margins(margins, Names(table.shape)), 0.5):
        assert not division.beyond(division.sums(table)).any()

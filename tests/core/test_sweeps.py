import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesplan_xl.core.divisions import Division, read_margins
from salesplan_xl.core.nesting import nested
from salesplan_xl.core.sweeps import CellBounds, Patience, sweep, sweep_cells, sweep_factors
from salesplan_xl.core.totals import Names
from tests.core.strategies import tables

SETS: list[tuple[tuple[int, ...], ...]] = [
    ((0,), (1,), (2,), (3,)),
    ((0, 1), (1, 2), (2, 3)),
    ((), (0,), (3,)),
    ((0, 1), (2, 3)),
    ((0, 2), (1, 3)),
    ((0, 1, 2, 3),),
    ((),),
]


@given(tables(axes=4, zeros=False), st.sampled_from(SETS), st.data())
@settings(max_examples=80, deadline=None)
def test_factors_and_cells_give_the_same_table(
    table: np.ndarray, sets: tuple[tuple[int, ...], ...], data: st.DataObject
) -> None:
    margins: dict[tuple[int, ...], Any] = {}
    for axes in sets:
        sums = table.sum(axis=tuple(axis for axis in range(4) if axis not in axes)).astype(float)
        free = data.draw(st.lists(st.integers(0, 3), min_size=sums.size, max_size=sums.size))
        margins[axes] = np.where(np.reshape(free, sums.shape) == 0, np.nan, sums)
    seed = np.reshape(data.draw(st.permutations(range(table.size))), table.shape) + 1.0
    divided = nested(read_margins(margins, Names(table.shape)), 0.5)
    by_factors, worst = sweep_factors(seed, divided, 1e-9, Patience(20_000))
    by_cells, worst_by_cells = sweep_cells(seed, divided, 1e-9, Patience(20_000))
    assert worst <= 1e-6
    assert worst_by_cells <= 1e-6
    assert by_factors == pytest.approx(by_cells, rel=1e-5, abs=1e-6)


def test_a_table_of_many_blocks_is_scaled_everywhere() -> None:
    seed = np.random.default_rng(4).random((3, 90, 1000)) + 0.5
    margins: dict[tuple[int, ...], Any] = {(0,): [1e6, 2e6, 3e6], (1, 2): np.full((90, 1000), 6e6 / 90_000)}
    values, worst = sweep(seed, nested(read_margins(margins, Names(seed.shape)), 0.5), 1e-6, Patience(100))
    assert worst <= 1e-6
    assert values.sum(axis=(1, 2)) == pytest.approx([1e6, 2e6, 3e6])
    assert values.sum(axis=0) == pytest.approx(margins[1, 2])


def test_factors_beyond_floating_point_are_left_to_the_cells() -> None:
    # row 0 is a million times 1e-300 short, and column factors of 1e-10 stand in between
    seed = np.array([[1e-305, 1e-305], [1.0, 1.0]])
    rows = Division.exactly((0,), np.array([0, 1]), np.array([2e4, 2.0]))
    assert sweep_factors(seed, [rows], 1e-9, Patience(10))[1] == math.inf
    values, worst = sweep(seed * 1e5, [rows], 1e-9, Patience(10))
    assert worst <= 1e-9
    assert values == pytest.approx(np.array([[1e4, 1e4], [1.0, 1.0]]))


def test_what_no_factor_can_meet_is_a_miss() -> None:
    seed = np.array([[0.0, 0.0], [1.0, 1.0]])
    rows = Division.exactly((0,), np.array([0, 1]), np.array([5.0, 2.0]))
    for fitted in (sweep_factors(seed, [rows], 1e-9, Patience(3)), sweep_cells(seed, [rows], 1e-9, Patience(3))):
        assert fitted[1] == 5.0


@given(tables(axes=3, zeros=False), st.data())
@settings(max_examples=40, deadline=None)
def test_factors_and_cells_give_the_same_table_within_bounds(table: np.ndarray, data: st.DataObject) -> None:
    seed = np.reshape(data.draw(st.permutations(range(table.size))), table.shape) + 1.0
    divided = [Division.exactly((), np.array(0), np.array([float(table.sum())]))]
    for axis in range(3):
        sums = table.sum(axis=tuple(other for other in range(3) if other != axis)).astype(float)
        floors = np.where(data.draw(st.booleans()), sums, -np.inf)
        caps = np.where(data.draw(st.booleans()), sums, np.inf)
        divided.append(Division((axis,), np.arange(len(sums)), floors, caps))
    by_factors, worst = sweep_factors(seed, divided, 1e-9, Patience(20_000))
    by_cells, worst_by_cells = sweep_cells(seed, divided, 1e-9, Patience(20_000))
    assert max(worst, worst_by_cells) <= 1e-6
    assert by_factors == pytest.approx(by_cells, rel=1e-5, abs=1e-6)


def test_a_table_that_does_not_settle_is_given_up_early_where_that_is_wanted() -> None:
    seed, rows, columns = np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([3.0, 1.0]), np.array([2.0, 2.0])
    divided = [Division.exactly((axis,), np.arange(2), wanted) for axis, wanted in enumerate((rows, columns))]
    patience = Patience(10_000, while_settling=True)
    assert sweep(seed, divided, 1e-9, patience)[1] >= 0.5
    assert patience.sweeps <= 30


def test_a_bound_of_a_cell_lets_go_when_another_one_takes_over() -> None:
    # 8 of 10 would go to the first cell, which may have 5; the second may then have no more than 4
    whole = Division.exactly((), np.array(0), np.array([10.0]))
    caps = CellBounds(np.array([0, 1]), np.array([0.0, 0.0]), np.array([5.0, 4.0]))
    values, worst = sweep(np.array([8.0, 1.5, 0.5]), [whole], 1e-9, Patience(1000), caps)
    assert worst <= 1e-9
    assert values == pytest.approx([5, 3.75, 1.25])

"""Newton's method gives what sweeps would give in the end, and where they only creep it gets there."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesplan_xl.core.divisions import Division, read_margins
from salesplan_xl.core.newton import leap
from salesplan_xl.core.sweeps import CellBounds, Patience, sweep
from salesplan_xl.core.totals import Names
from tests.core.strategies import tables

ALLOWED = 1e-7


def leapt(
    seed: np.ndarray, divided: tuple[Division, ...], bounds: CellBounds | None = None, steps: int = 100
) -> tuple[np.ndarray, float, int]:
    """Fit by steps; also how many it took."""
    patience = Patience(steps)
    values, worst = leap(seed, divided, ALLOWED, patience, CellBounds.none() if bounds is None else bounds)
    return values, worst, patience.sweeps


def margins_of(table: np.ndarray) -> tuple[Division, ...]:
    """The totals of a table over each of its axes."""
    axes = range(table.ndim)
    sums: dict[tuple[int, ...], Any] = {
        (axis,): table.sum(axis=tuple(other for other in axes if other != axis)) for axis in axes
    }
    return read_margins(sums, Names(table.shape))


def test_cells_beside_two_narrow_totals_share_them_as_the_seed_says() -> None:
    # a cell of a row of 0.01 and a column of 0.01 of 10,000,000.01: 0.01 * 0.01 / 10,000,000.01
    values, worst, _ = leapt(np.ones((2, 2)), read_margins({(0,): [0.01, 1e7], (1,): [0.01, 1e7]}, Names((2, 2))))
    assert worst <= ALLOWED
    assert values[0, 1] == pytest.approx(0.01, abs=ALLOWED)


@pytest.mark.parametrize("corner", [0.0, 1e-12, 1e-9])
def test_a_table_near_the_border_of_what_is_possible_takes_few_steps(corner: float) -> None:
    # row 1 can only take from column 0 as much as its corner lets it: nearly nothing is left beside the diagonal
    divided = read_margins({(0,): [1, 1], (1,): [1, 1]}, Names((2, 2)))
    values, worst, steps = leapt(np.array([[1.0, 1.0], [corner, 1.0]]), divided)
    assert worst <= ALLOWED
    assert steps < 40
    # a * d / (b * c) stays 1 / corner, and b = c: b is about the root of the corner
    assert values[0, 1] == pytest.approx(corner**0.5, abs=2e-5)


def test_a_total_of_zero_empties_its_cells() -> None:
    values, worst, _ = leapt(np.ones((2, 2)), read_margins({(0,): [0, 3], (1,): [1, 2]}, Names((2, 2))))
    assert worst <= ALLOWED
    assert values == pytest.approx(np.array([[0, 0], [1, 2]]))


def test_a_table_that_nothing_meets_is_given_up_with_what_it_misses() -> None:
    divided = read_margins({(0,): [5, 2, 2], (1,): [3, 3, 3]}, Names((3, 3)))
    _, worst, _ = leapt(np.array([[1.0, 0, 0], [1, 1, 1], [1, 1, 1]]), divided)
    assert worst > 0.1  # 5 > 3: 2 is missing


@given(tables(axes=3, zeros=False), st.data())
@settings(max_examples=60, deadline=None)
def test_it_meets_every_total_that_can_be_met_and_agrees_with_sweeps(table: np.ndarray, data: st.DataObject) -> None:
    seed = np.reshape(data.draw(st.permutations(range(1, table.size + 1))), table.shape).astype(float)
    divided = margins_of(table)
    values, worst, _ = leapt(seed, divided)
    assert worst <= ALLOWED
    swept, still = sweep(seed, divided, ALLOWED, Patience(5_000))
    if still <= ALLOWED:
        assert values == pytest.approx(swept, rel=1e-4, abs=1e-4)


@given(tables(zeros=False), st.data())
@settings(max_examples=60, deadline=None)
def test_bounds_of_groups_and_cells_bind_as_they_do_in_sweeps(table: np.ndarray, data: st.DataObject) -> None:
    seed = np.reshape(data.draw(st.permutations(range(1, table.size + 1))), table.shape).astype(float)
    slack = np.array(data.draw(st.lists(st.integers(0, 9), min_size=table.size, max_size=table.size)))
    bounds = CellBounds(np.arange(table.size), np.maximum(table.ravel() - slack, 0.0), (table.ravel() + slack) * 1.0)
    rows, columns = table.sum(axis=1).astype(float), table.sum(axis=0).astype(float)
    width = np.array(data.draw(st.lists(st.integers(0, 9), min_size=len(columns), max_size=len(columns))))
    divided = (
        Division((0,), np.arange(len(rows)), rows, rows),
        Division((1,), np.arange(len(columns)), columns - width, columns + width),
    )
    values, worst, _ = leapt(seed, divided, bounds)
    assert worst <= ALLOWED
    assert (values.ravel() >= bounds.least).all()
    assert (values.ravel() <= bounds.most).all()
    swept, still = sweep(seed, divided, ALLOWED, Patience(5_000), bounds)
    if still <= ALLOWED:
        assert values == pytest.approx(swept, rel=1e-3, abs=1e-3)

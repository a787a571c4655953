import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesplan_xl.core.divisions import Division, read_margins
from salesplan_xl.core.margins import round_margins
from salesplan_xl.core.nesting import nested
from salesplan_xl.core.totals import Names
from salesplan_xl.core.unit_moves import Rounding, move_units, round_groups
from tests.core.strategies import tables

HIERARCHIES: list[tuple[tuple[int, ...], ...]] = [((), (0,)), ((0,), (0, 1)), ((2,),), ((1, 2),)]


def drawn_totals(data: st.DataObject, sets: tuple[tuple[int, ...], ...], values: np.ndarray) -> tuple[Division, ...]:
    """Return totals that some rounding of a table has, some of them left free."""
    ups = np.reshape(data.draw(st.lists(st.booleans(), min_size=values.size, max_size=values.size)), values.shape)
    whole = np.floor(values) + (ups & (np.floor(values) < values))
    margins: dict[tuple[int, ...], Any] = {}
    for axes in sets:
        sums = whole.sum(axis=tuple(axis for axis in range(3) if axis not in axes))
        free = data.draw(st.lists(st.integers(0, 3), min_size=sums.size, max_size=sums.size))
        margins[axes] = np.where(np.reshape(free, sums.shape) == 0, np.nan, sums)
    return read_margins(margins, Names(values.shape))


def misses(rounded: np.ndarray, totals: tuple[Division, ...]) -> float:
    """Return how many units the totals miss in all."""
    return sum(float(np.abs(part.beyond(part.sums(rounded))).sum()) for part in totals)


@given(tables(axes=3), st.integers(2, 7), st.sampled_from(HIERARCHIES), st.data())
@settings(max_examples=60, deadline=None)
def test_groups_are_rounded_with_the_smallest_deviation(
    table: np.ndarray, divisor: int, sets: tuple[tuple[int, ...], ...], data: st.DataObject
) -> None:
    values = table[:2, :2, :2] / divisor
    totals = drawn_totals(data, sets, values)
    (division,) = nested(totals, 0.5)
    rounding = Rounding.down(values)
    round_groups(rounding, division)
    rounded = rounding.rounded()
    assert misses(rounded, totals) == 0
    assert (np.abs(rounded - values) < 1).all()
    choices = (np.reshape(choice, values.shape) for choice in itertools.product([0, 1], repeat=int(values.size)))
    candidates = [np.floor(values) + choice * (np.floor(values) < values) for choice in choices]
    best = min(np.abs(one - values).sum() for one in candidates if misses(one, totals) == 0)
    assert np.abs(rounded - values).sum() == pytest.approx(best, abs=1e-6)


@given(tables(axes=3), st.integers(2, 7), st.sampled_from(list(itertools.product(HIERARCHIES, repeat=2))), st.data())
@settings(max_examples=120, deadline=None)
def test_two_hierarchies_are_always_met_together(
    table: np.ndarray, divisor: int, both: tuple[tuple[tuple[int, ...], ...], ...], data: st.DataObject
) -> None:
    values = table / divisor
    totals = drawn_totals(data, tuple(dict.fromkeys(both[0] + both[1])), values)
    found = nested(totals, 0.5)
    rounding = Rounding.down(values)
    round_groups(rounding, found[0])
    if len(found) == 2:
        assert move_units(rounding, found[1], found[:1])
        assert misses(rounding.rounded(), totals) == 0
    assert (np.abs(rounding.rounded() - values) < 1).all()
    assert (rounding.rounded()[table % divisor == 0] == values[table % divisor == 0]).all()


def test_ties_go_to_the_earlier_cell() -> None:
    halves = 0.5 + np.array([[1e-12] * 3, [-1e-12] * 3])  # as near as fitting leaves equal weights
    rounding = Rounding.down(halves)
    round_groups(rounding, Division.exactly((), np.array(0), np.array([4.0])))
    assert rounding.rounded().tolist() == [[1, 1, 1], [1, 0, 0]]


def test_a_group_beyond_its_cells_is_left_as_near_as_can_be() -> None:
    rounding = Rounding.down(np.array([0.5, 2.0]))
    division = Division.exactly((), np.array(0), np.array([7.0]))
    round_groups(rounding, division)
    assert rounding.rounded().tolist() == [1, 2]
    assert division.beyond(rounding.sums(division)).tolist() == [4]


def test_where_groups_share_no_line_nothing_moves() -> None:
    rounding = Rounding.down(np.array([[0.5, 0.0], [0.0, 0.5]]))
    rows, columns = (Division.exactly((axis,), np.array([0, 1]), np.array([1.0, 0.0])) for axis in (0, 1))
    round_groups(rounding, rows)
    assert not move_units(rounding, Division.exactly((1,), columns.groups, np.array([0.0, 1.0])), [rows])
    assert rounding.rounded().tolist() == [[1, 0], [0, 0]]


def test_a_large_table_is_held_by_moves_as_a_small_one_is_by_search() -> None:
    generator = np.random.default_rng(8)
    values = generator.random((30, 30, 30)) * 9
    totals: dict[tuple[int, ...], Any] = {
        (0,): np.rint(values.sum(axis=(1, 2))),
        (1,): np.rint(values.sum(axis=(0, 2))),
    }
    totals[1,][0] += totals[0,].sum() - totals[1,].sum()
    rounded = round_margins(values, totals, unit=1)
    assert rounded.sum(axis=(1, 2)).tolist() == totals[0,].tolist()
    assert rounded.sum(axis=(0, 2)).tolist() == totals[1,].tolist()
    # 27,000 cells at their nearest whole number deviate by a quarter each; the totals cost less than a hundredth more
    assert np.abs(rounded - values).sum() < 1.01 * np.abs(np.rint(values) - values).sum()

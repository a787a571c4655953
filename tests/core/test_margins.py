import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesplan_xl.core.errors import AmountTooLargeError, NoExactRoundingError, NotWholeUnitsError
from salesplan_xl.core.margins import round_margins, round_matrix
from tests.core.strategies import tables

NAN = math.nan


def test_a_table_keeps_given_totals_with_the_smallest_deviation() -> None:
    values = [[2.3, 1.4, 0.3], [0.6, 3.2, 1.2], [1.1, 0.4, 2.5]]
    rounded = round_matrix(values, [4, 5, 4], [4, 5, 4], unit=1)
    assert rounded.tolist() == [[2, 2, 0], [1, 3, 1], [1, 0, 3]]


@pytest.mark.parametrize(
    ("rows", "columns"),
    [(None, None), ([2, 1], None), (None, [2, 1]), ([2, NAN], None), (None, [NAN, NAN])],
)
def test_totals_that_are_not_given_are_rounded_too(rows: list[float] | None, columns: list[float] | None) -> None:
    values = np.array([[0.9, 0.6], [0.7, 0.7]])  # rows 1.5 and 1.4, columns 1.6 and 1.3
    rounded = round_matrix(values, rows, columns, unit=1)
    assert (np.abs(rounded - values) < 1).all()
    if rows is None:
        assert (np.abs(rounded.sum(axis=1) - values.sum(axis=1)) < 1).all()
    if columns is None:
        assert (np.abs(rounded.sum(axis=0) - values.sum(axis=0)) < 1).all()
    assert rows is None or rounded.sum(axis=1)[0] == rows[0]
    assert columns is None or math.isnan(columns[0]) or rounded.sum(axis=0)[0] == columns[0]


@pytest.mark.parametrize(
    ("rows", "columns", "total"),
    [
        pytest.param(None, None, 2, id="the whole alone"),
        pytest.param(None, None, 4, id="the whole alone, beyond its own sum"),
        pytest.param([2, NAN], None, 4, id="beside a row"),
        pytest.param(None, [NAN, 1], 2, id="beside a column"),
        pytest.param([NAN, 1], [2, NAN], 3, id="beside a row and a column"),
    ],
)
def test_a_table_is_rounded_to_a_grand_total(
    rows: list[float] | None, columns: list[float] | None, total: float
) -> None:
    values = np.array([[0.9, 0.6], [0.7, 0.7]])  # 2.9 in all
    rounded = round_matrix(values, rows, columns, total=total, unit=1)
    assert rounded.sum() == total
    assert (np.abs(rounded - values) < 1).all()
    for axis, asked in enumerate((columns, rows)):
        sums = rounded.sum(axis=axis)
        if asked is None:
            assert (np.abs(sums - values.sum(axis=axis)) < 1).all()
        else:
            wanted = np.array(asked)
            assert ((sums == wanted) | np.isnan(wanted)).all()


def test_a_grand_total_of_a_table_is_a_whole_number_of_units() -> None:
    # whole numbers in a unit of a half: the total is not cut to a whole number on the way
    assert round_matrix([[0.6, 1.2]], total=1.5, unit=0.5).tolist() == [[0.5, 1.0]]
    with pytest.raises(NoExactRoundingError):
        round_matrix(np.array([[1, 2]]), total=2.5, unit=0.5)
    with pytest.raises(NotWholeUnitsError):
        round_matrix([[0.6, 1.2]], total=1.6, unit=0.5)


@pytest.mark.parametrize(
    ("values", "rows", "columns"),
    [
        pytest.param([[1, 1]], [3], None, id="whole cells do not move"),
        pytest.param([[0.5, 0.5], [0, 0]], [1, 0], [1, 1], id="sums differ"),
        pytest.param([[0.5, 0.5], [0.5, 0.5]], [2, 1], [0, 3], id="more than the ceilings"),
    ],
)
def test_totals_that_no_rounding_holds_are_refused(
    values: list[list[float]], rows: list[int], columns: list[int] | None
) -> None:
    with pytest.raises(NoExactRoundingError):
        round_matrix(values, rows, columns, unit=1)


@given(tables(), st.integers(2, 7), st.data())
@settings(max_examples=40, deadline=None)
def test_a_rounded_table_is_the_nearest_one(table: np.ndarray, divisor: int, data: st.DataObject) -> None:
    values = table[:2, :3] / divisor
    floors = np.floor(values)
    choices = [np.reshape(choice, values.shape) for choice in itertools.product([0, 1], repeat=int(values.size))]
    candidates = [floors + choice * (values > floors) for choice in choices]
    wanted = data.draw(st.sampled_from(candidates))
    rows, columns = wanted.sum(axis=1), wanted.sum(axis=0)
    rounded = round_matrix(values, rows, columns, unit=1)
    assert (rounded.sum(axis=1) == rows).all()
    assert (rounded.sum(axis=0) == columns).all()
    fitting = [
        np.abs(candidate - values).sum()
        for candidate in candidates
        if (candidate.sum(axis=1) == rows).all() and (candidate.sum(axis=0) == columns).all()
    ]
    assert np.abs(rounded - values).sum() == pytest.approx(min(fitting), abs=1e-6)


def test_a_long_table_is_rounded_within_a_unit_of_every_sum() -> None:
    values = np.random.default_rng(1).random((2000, 12)) * 1000
    rounded = round_matrix(values, unit=1)
    assert (np.abs(rounded.sum(axis=0) - values.sum(axis=0)) < 1).all()
    assert (np.abs(rounded.sum(axis=1) - values.sum(axis=1)) < 1).all()


CUBE = [[[2, 1.5], [3.5, 4]], [[0.5, 5], [2, 1.5]]]


CUBE_TOTALS: dict[tuple[int, ...], list[int]] = {(0,): [11, 9], (1,): [9, 11], (2,): [8, 12]}


def test_a_cube_that_cannot_be_rounded_is_refused() -> None:
    # Four cells with halves; the totals ask for an odd number of them in one place and an even one in another.
    with pytest.raises(NoExactRoundingError) as refusal:
        round_margins(CUBE, CUBE_TOTALS, unit=1)
    assert refusal.value.proven


def test_a_cube_that_cannot_be_rounded_may_be_widened() -> None:
    rounded = round_margins(CUBE, CUBE_TOTALS, unit=1, widen=True)
    for axis, totals in enumerate(CUBE_TOTALS.values()):
        others = tuple(other for other in range(3) if other != axis)
        assert rounded.sum(axis=others).tolist() == totals
    assert (np.abs(rounded - np.array(CUBE)) < 2).all()


def test_widening_keeps_zeros_and_signs() -> None:
    assert round_margins([0, 3, 3], {(): 8}, unit=1, widen=True).tolist() == [0, 4, 4]
    with pytest.raises(NoExactRoundingError):
        round_margins([0, 0.5], {(): -1}, unit=1, widen=True)


def test_a_free_total_is_left_alone() -> None:
    rounded = round_margins([[0.6, 0.6], [0.6, 0.6]], {(0,): [1, NAN]}, unit=1)
    assert rounded.tolist()[1] == [1, 1]
    assert sum(rounded.tolist()[0]) == 1


@given(tables(axes=3), st.integers(2, 7))
@settings(max_examples=25, deadline=None)
def test_whole_cells_are_unchanged_and_totals_hold(table: np.ndarray, divisor: int) -> None:
    values = table / divisor
    totals: dict[tuple[int, ...], Any] = {(0,): np.round(values.sum(axis=(1, 2)))}
    rounded = round_margins(values, totals, unit=1)
    assert rounded.sum(axis=(1, 2)).tolist() == totals[0,].tolist()
    assert (np.abs(rounded - values) < 1).all()
    assert (rounded[table % divisor == 0] == values[table % divisor == 0]).all()


def test_whole_numbers_in_a_tiny_unit_do_not_run_over() -> None:
    # 9 x 10**9 in steps of 10**-6 is 9 x 10**15 steps, more than a cell keeps
    with pytest.raises(AmountTooLargeError):
        round_matrix(np.array([[9 * 10**9, 1]]), unit=1e-6)
    with pytest.raises(AmountTooLargeError):
        round_matrix(np.array([[9 * 10**14, 1]]), unit=1e-15)

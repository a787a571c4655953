from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from salesplan_xl.core.errors import (
    AmountTooLargeError,
    InfeasibleTotalsError,
    NegativeAmountError,
    NoSeedError,
    OutOfRangeError,
    PlanError,
    UnequalTotalsError,
    WrongShapeError,
)
from salesplan_xl.core.two_margins import apportion_table
from tests.core.strategies import tables

Table = np.ndarray[Any, np.dtype[np.int64]]


def test_pieces_are_shared_as_in_the_published_example() -> None:
    # Wikipedia, "Biproportional apportionment"
    votes = [[123, 45, 815], [912, 714, 414], [312, 255, 215]]
    assert apportion_table(votes, [5, 11, 4], [7, 5, 8]).tolist() == [[1, 0, 4], [4, 4, 3], [2, 1, 1]]


def test_a_cell_without_weight_gets_nothing() -> None:
    assert apportion_table([[1, 0], [1, 1]], [3, 4], [5, 2]).tolist() == [[3, 0], [2, 2]]


@given(tables(zeros=False), tables(zeros=False))
@settings(max_examples=60, deadline=None)
def test_no_exchange_of_pieces_makes_the_shares_fairer(weights: Table, pieces: Table) -> None:
    weights = np.resize(weights, pieces.shape)
    rows, columns = pieces.sum(axis=1), pieces.sum(axis=0)
    found = apportion_table(weights, rows, columns)
    assert found.sum(axis=1).tolist() == rows.tolist()
    assert found.sum(axis=0).tolist() == columns.tolist()
    assert (found >= 0).all()
    give, get = np.log(np.maximum(found - 0.5, 1e-300) / weights), np.log((found + 0.5) / weights)
    height, width = found.shape
    for row, other, column, beside in product(range(height), range(height), range(width), range(width)):
        if row != other and column != beside and found[row, column] and found[other, beside]:
            won = get[row, beside] + get[other, column] - give[row, column] - give[other, beside]
            assert won > -1e-6


@pytest.mark.parametrize(
    ("weights", "rows", "columns", "refusal"),
    [
        pytest.param([[1, 1]], [5], [2, 2], UnequalTotalsError, id="unequal sums"),
        pytest.param([[1, 0], [1, 0]], [2, 2], [2, 2], NoSeedError, id="a column without weight"),
        pytest.param([[1, 0], [1, 1]], [5, 1], [3, 3], InfeasibleTotalsError, id="a row too full"),
        pytest.param([[1, -1]], [5], [3, 2], OutOfRangeError, id="a negative weight"),
        pytest.param([[1, 1]], [-5], [-3, -2], NegativeAmountError, id="negative pieces"),
        pytest.param([[1]], [10**6], [10**6], AmountTooLargeError, id="a million pieces"),
        pytest.param([1, 1], [2], [1, 1], WrongShapeError, id="no table"),
    ],
)
def test_totals_that_contradict_each_other_are_refused(
    weights: Any, rows: Any, columns: Any, refusal: type[PlanError]
) -> None:
    with pytest.raises(refusal):
        apportion_table(weights, rows, columns)


def test_many_pieces_far_from_their_weights_are_shared() -> None:
    generator = np.random.default_rng(5)
    weights = 10 ** generator.uniform(-6, 6, (20, 12))
    pieces = generator.integers(0, 300, (20, 12))
    found = apportion_table(weights, pieces.sum(axis=1), pieces.sum(axis=0))
    assert found.sum(axis=1).tolist() == pieces.sum(axis=1).tolist()
    assert found.sum(axis=0).tolist() == pieces.sum(axis=0).tolist()

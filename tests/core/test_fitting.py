import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesplan_xl.core.errors import (
    HeldExceedsTargetError,
    InfeasibleTotalsError,
    NegativeAmountError,
    NoSeedError,
    NotAnAmountError,
    NotConvergedError,
    PlanError,
    TargetAllHeldError,
    UnequalTotalsError,
    WrongShapeError,
)
from salesplan_xl.core.fitting import fit
from tests.core.strategies import tables

NAN = math.nan


def worst_miss(values: np.ndarray, margins: dict[tuple[int, ...], Any]) -> float:
    """Return the largest difference between totals and the sums of a table."""
    misses = []
    for axes, totals in margins.items():
        others = tuple(axis for axis in range(values.ndim) if axis not in axes)
        misses.append(float(np.nanmax(np.abs(values.sum(axis=others) - np.asarray(totals, dtype=float)))))
    return max(misses)


def test_a_table_is_fitted_to_its_row_and_column_totals() -> None:
    # From equal seeds the fit is the product of the totals: 30 x 50 / 100 = 15, 70 x 50 / 100 = 35.
    result = fit([[1, 1], [1, 1]], {(0,): [30, 70], (1,): [50, 50]})
    assert result.converged
    assert result.values == pytest.approx(np.array([[15, 15], [35, 35]]))


@pytest.mark.parametrize(
    ("seed", "margins", "values"),
    [
        pytest.param([1, 3], {(): 8}, [2, 6], id="a list and its total"),
        pytest.param([1, 3], {(0,): [5, 7]}, [5, 7], id="a list and each cell"),
        pytest.param([1, 1, 2], {(): 10, (0,): [4, NAN, NAN]}, [4, 2, 4], id="6 left over 1 and 2"),
        pytest.param([[1, 1], [1, 3]], {(0,): [NAN, 8]}, [[1, 1], [2, 6]], id="a free total"),
        pytest.param(
            [[1, 1], [1, 1]],
            {(0,): [4, 6], (0, 1): [[1, NAN], [NAN, NAN]]},
            [[1, 3], [3, 3]],
            id="one cell given within a row",
        ),
        pytest.param([[2, 1], [0, 3]], {(0,): [4, 6], (1,): [4, 6]}, [[4, 0], [0, 6]], id="a forced zero"),
        pytest.param([[1, 2], [3, 4]], {(1,): [0, 0]}, [[0, 0], [0, 0]], id="totals of zero"),
        pytest.param([[1, 1]], {(1, 0): [[3], [4]]}, [[3, 4]], id="axes in another order"),
    ],
)
def test_totals_of_any_kind_are_met(seed: Any, margins: dict[tuple[int, ...], Any], values: Any) -> None:
    assert fit(seed, margins).values == pytest.approx(np.array(values))


def test_held_cells_come_back_bit_by_bit() -> None:
    seed = [[12, 8, 20], [6, 14, 10], [9, 9, 12]]
    held = [[NAN, NAN, 55.1], [NAN, NAN, NAN], [0, NAN, NAN]]
    margins: dict[tuple[int, ...], Any] = {(0,): [120, 90, 60], (1,): [80, 100, 90]}
    values = fit(seed, margins, held=held).values
    assert (values[0, 2], values[2, 0]) == (55.1, 0)
    assert worst_miss(values, margins) < 1e-6


def test_cells_outside_the_support_stay_zero() -> None:
    support = [[True, True], [False, True]]
    assert fit([[1, 1], [1, 1]], {(0,): [4, 6], (1,): [3, 7]}, support=support).values[1, 0] == 0


def test_a_row_of_two_cents_beside_rows_of_millions_is_met() -> None:
    # the held cells leave each row and column what it needs; sweeps alone still miss 16.53 after 10,000
    seed = np.array([[65, 0, 1], [1, 1, 1], [79, 1, 1], [0, 41, 1], [83, 94, 0]])
    rows, columns = [5719701.87, 0.02, 10659041.31, 2707259.48, 9529004.88], [15198758.08, 8286046.59, 5130202.89]
    nan = float("nan")
    held = [[nan, nan, 0.01], [nan] * 3, [nan, 8236097.91, 2422943.39], [nan] * 3, [9479056.21, nan, 0.0]]
    margins: dict[tuple[int, ...], Any] = {(0,): rows, (1,): columns}
    for tolerance in (1e-9, 1e-12):
        fitted = fit(seed, margins, held=held, tolerance=tolerance)
        assert worst_miss(fitted.values, margins) <= 2 * tolerance * sum(rows)
        assert fitted.sweeps < 200
        assert (fitted.values[seed == 0] == np.nan_to_num(held)[seed == 0]).all()


@pytest.mark.parametrize("small", [1e-2, 1e-6])
def test_a_seed_far_from_the_totals_is_brought_to_them_in_few_sweeps(small: float) -> None:
    # nearly all of the seed stands on the diagonal, and all but 1 of 10,000,000 has to leave it
    margins: dict[tuple[int, ...], Any] = {(0,): [1e7, 1.0], (1,): [1.0, 1e7]}
    fitted = fit([[1.0, small**2], [small**2, 1.0]], margins)
    assert worst_miss(fitted.values, margins) <= 1e-9 * 1e7
    assert fitted.sweeps < 200


def test_targets_that_are_still_missed_are_named_with_what_they_miss() -> None:
    with pytest.raises(NotConvergedError) as caught:
        fit([[1, 1e-9], [1e-9, 1]], {(0,): [4, 6], (1,): [6, 4]}, max_sweeps=3)
    error = caught.value
    assert error.targets
    assert set(error.targets) <= {"row 0", "row 1", "column 0", "column 1"}
    assert error.worst_error == abs(error.missing[0]) == max(abs(float(missing)) for missing in error.missing)
    assert len(error.named) == len(error.targets)
    assert f"{error.targets[0]} by " in str(error)


def test_a_forced_zero_is_found_in_few_sweeps() -> None:
    assert fit([[2, 1], [0, 3]], {(0,): [4, 6], (1,): [4, 6]}).sweeps < 50


@pytest.mark.parametrize(
    ("seed", "margins", "options", "refusal", "words"),
    [
        pytest.param(
            [[1, 1], [1, 1]],
            {(0,): [50, 60], (1,): [30, 70]},
            {},
            UnequalTotalsError,
            "110 over rows and 100 over columns",
            id="unequal totals",
        ),
        pytest.param(
            [[1, 0, 0], [1, 1, 1], [1, 1, 1]],
            {(0,): [5, 2, 2], (1,): [3, 3, 3]},
            {},
            InfeasibleTotalsError,
            "row 0 can only be fed by column 0: 5 > 3",
            id="a row with one narrow feeder",
        ),
        pytest.param(
            [[1, 1], [1, 1]],
            {(): 10, (0,): [12, NAN]},
            {},
            InfeasibleTotalsError,
            "row 0 can only be fed by the grand total: 12 > 10",
            id="a part larger than the whole",
        ),
        pytest.param(
            [[0, 0], [1, 1]],
            {(0,): [1, 1], (1,): [1, 1]},
            {},
            NoSeedError,
            "row 0 has no weight but a target of 1",
            id="a target without a seed",
        ),
        pytest.param(
            [[1, 1], [1, 1]],
            {(0,): [10, 10], (1,): [10, 10]},
            {"held": [[12, NAN], [NAN, NAN]]},
            HeldExceedsTargetError,
            "row 0: 12 > 10",
            id="a held cell too large",
        ),
        pytest.param(
            [[1, 1], [1, 1]],
            {(0,): [10, 10], (1,): [10, 10]},
            {"held": [[4, 3], [NAN, NAN]]},
            TargetAllHeldError,
            "every cell of row 0 is held and 3 is left to place",
            id="a row of held cells",
        ),
        pytest.param(
            # row 0 needs 8 - 2 = 6, all of it from column 1, which has 7 - 2 = 5 beside its held cell
            [[1, 1, 0], [1, 1, 1], [1, 1, 1]],
            {(0,): [8, 6, 7], (1,): [5, 7, 9]},
            {"held": [[2, NAN, NAN], [NAN, 2, NAN], [NAN, NAN, NAN]]},
            InfeasibleTotalsError,
            "row 0 can only be fed by column 1: 6 > 5 beside the held cells",
            id="too narrow beside held cells",
        ),
        pytest.param(
            [[1, 1e-9], [1e-9, 1]],
            {(0,): [4, 6], (1,): [6, 4]},
            {"max_sweeps": 3},
            NotConvergedError,
            "After 3 sweeps",
            id="too few sweeps",
        ),
        pytest.param([[1, -1]], {(0,): [1]}, {}, NegativeAmountError, "-1", id="a negative seed"),
        pytest.param([[1, 1]], {(0,): [-1]}, {}, NegativeAmountError, "row 0", id="a negative total"),
        pytest.param([[1, NAN]], {(0,): [1]}, {}, NotAnAmountError, "nan", id="a missing seed"),
        pytest.param([[1, 1]], {(0,): [1, 2]}, {}, WrongShapeError, "totals", id="a total too many"),
        pytest.param([[1, 1]], {(2,): [1]}, {}, WrongShapeError, "axes", id="no such axis"),
        pytest.param([[1, 1]], {(0,): [1]}, {"held": [1]}, WrongShapeError, "held", id="held cells"),
        pytest.param([[1, 1]], {(0,): [1]}, {"support": [True]}, WrongShapeError, "support", id="support"),
    ],
)
def test_totals_that_cannot_be_met_are_refused_by_name(
    seed: Any, margins: Any, options: dict[str, Any], refusal: type[PlanError], words: str
) -> None:
    with pytest.raises(refusal) as caught:
        fit(seed, margins, **options)
    assert words in str(caught.value)


def test_what_blocks_is_named_in_a_table_of_a_hundred_thousand_cells_and_more() -> None:
    # ten rows of 11 can only take from ten columns of 10: 110 > 100; the other 320 rows share the other 3190
    seed = np.ones((330, 330))
    seed[:10, 10:] = 0
    rows = np.repeat([11, 3190 / 320], [10, 320])
    with pytest.raises(InfeasibleTotalsError) as caught:
        fit(seed, {(0,): rows, (1,): np.full(330, 10)})
    error = caught.value
    assert (set(error.targets), set(error.feeders)) == (
        {f"row {number}" for number in range(10)},
        {f"column {number}" for number in range(10)},
    )
    assert (error.needed, error.available, error.deficit) == (110, 100, 10)
    assert set(error.named) == {*((number, None) for number in range(10)), *((None, number) for number in range(10))}


def test_forced_zeros_of_a_large_table_come_near_zero_and_every_total_is_met() -> None:
    # as before, but the ten rows take all that the ten columns have: nothing of these is left for the other rows
    seed = np.ones((160, 160))
    seed[:10, 10:] = 0
    margins: dict[tuple[int, ...], Any] = {(0,): np.full(160, 10), (1,): np.full(160, 10)}
    fitted = fit(seed, margins)
    assert worst_miss(fitted.values, margins) <= 1e-9 * 1600
    assert fitted.values[10:, :10].max() < 1e-7
    assert fitted.values[10:, 10:] == pytest.approx(np.full((150, 150), 10 / 150), abs=1e-6)
    assert fitted.sweeps < 200


def test_targets_that_cross_on_three_axes_and_contradict_are_refused() -> None:
    # Each pair of axes alone is possible; together the parities of a cube with eight cells are not.
    margins: dict[tuple[int, ...], Any] = {(0, 1): [[1, 0], [0, 1]], (0, 2): [[1, 0], [0, 1]], (1, 2): [[0, 1], [1, 0]]}
    with pytest.raises(InfeasibleTotalsError) as caught:
        fit(np.ones((2, 2, 2)), margins)
    assert caught.value.deficit > 0


@given(tables(zeros=False), st.data())
@settings(max_examples=50, deadline=None)
def test_fitting_meets_totals_and_keeps_cross_product_ratios(table: np.ndarray, data: st.DataObject) -> None:
    size = table.size
    seed = np.reshape(data.draw(st.lists(st.integers(1, 9), min_size=size, max_size=size)), table.shape)
    margins: dict[tuple[int, ...], Any] = {(0,): table.sum(axis=1), (1,): table.sum(axis=0)}
    values = fit(seed, margins).values
    assert worst_miss(values, margins) <= 1e-9 * table.sum()
    ratio, seed_ratio = values / values[:1], seed / seed[:1]
    assert ratio[:, :1] * seed_ratio == pytest.approx(ratio * seed_ratio[:, :1], rel=1e-6)


@given(tables(axes=3))
@settings(max_examples=30, deadline=None)
def test_the_factored_and_the_listed_way_agree(table: np.ndarray) -> None:
    margins: dict[tuple[int, ...], Any] = {
        (axis,): table.sum(axis=tuple(other for other in range(3) if other != axis)) for axis in range(3)
    }
    factored = fit(table, margins)
    listed = fit(table, {**margins, (0, 1): np.full(table.shape[:2], NAN)})
    assert factored.values == pytest.approx(listed.values, abs=1e-6)


@given(tables(axes=3), st.permutations([0, 1, 2]))
@settings(max_examples=30, deadline=None)
def test_the_order_of_axes_does_not_matter(table: np.ndarray, order: list[int]) -> None:
    turned = table.transpose(order)
    values = fit(table + 1, {(0, 1): table.sum(axis=2), (2,): table.sum(axis=(0, 1))}).values
    margins = {(order.index(0), order.index(1)): table.sum(axis=2), (order.index(2),): table.sum(axis=(0, 1))}
    assert fit(turned + 1, margins).values == pytest.approx(values.transpose(order), abs=1e-6)

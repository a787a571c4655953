import itertools
import math
from fractions import Fraction
from time import perf_counter
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from salesplan_xl.core.errors import (
    AmountTooLargeError,
    CancellingWeightsError,
    ChildrenDisagreeError,
    NoExactRoundingError,
    NotAnAmountError,
    NoWeightError,
    TotalOutOfReachError,
    WrongParentError,
    WrongShapeError,
)
from salesplan_xl.core.rounding import apportion, round_margins, round_matrix, round_total, round_tree
from tests.core.strategies import AMOUNTS, TOTALS, forests, tables, weights

NAN = math.nan


def exact_apportion(total: int, shares: list[float]) -> list[int]:
    """Largest remainder in fractions: slow, and plainly right."""
    if total < 0:
        return [-part for part in exact_apportion(-total, shares)]
    net = sum((Fraction(share) for share in shares), Fraction())
    exact = [total * Fraction(share) / net for share in shares]
    parts = [math.floor(share) for share in exact]
    ranked = sorted(range(len(parts)), key=lambda place: parts[place] - exact[place])
    for place in ranked[: total - sum(parts)]:
        parts[place] += 1
    return parts


@pytest.mark.parametrize(
    ("total", "shares", "parts"),
    [
        pytest.param(100, [1, 1, 1], [34, 33, 33], id="a tie goes to the earlier position"),
        pytest.param(8, [7, 5, 3, 2], [3, 2, 2, 1], id="8/17 each: 3.29 2.35 1.41 0.94"),
        pytest.param(9, [7, 5, 3, 2], [4, 3, 1, 1], id="one more and the third gets less"),
        pytest.param(5, [0, 1, 1], [0, 3, 2], id="a weight of zero gets nothing"),
        pytest.param(-100, [1, 1, 1], [-34, -33, -33], id="a credit is split like a charge"),
        pytest.param(600, [300, -100, 200], [900 // 2, -150, 300], id="600 x 300/400, a credit keeps its sign"),
        pytest.param(2**53 + 3, [1, 1, 1], [3002399751580332] * 2 + [3002399751580331], id="beyond 2**53"),
        pytest.param(0, [0, 0], [0, 0], id="nothing to split"),
        pytest.param(10, [0.1, 0.2], [3, 7], id="3.33 and 6.67"),
        pytest.param(1, [5e-324, 1e300], [0, 1], id="weights of very different size"),
        pytest.param(100, [1e308, 1e308, 1e308], [34, 33, 33], id="weights whose sum is no float"),
    ],
)
def test_a_total_is_split(total: int, shares: list[float], parts: list[int]) -> None:
    assert apportion(total, shares).tolist() == parts


@given(TOTALS, weights())
def test_parts_are_those_of_exact_arithmetic(total: int, shares: list[float]) -> None:
    assert apportion(total, shares).tolist() == exact_apportion(total, shares)


@given(TOTALS, st.lists(st.integers(-50, 50), min_size=1, max_size=8))
def test_signed_parts_are_those_of_exact_arithmetic(total: int, shares: list[int]) -> None:
    assume(sum(shares) != 0 and abs(total) < 2**50)
    assert apportion(total, shares).tolist() == exact_apportion(total, [float(share) for share in shares])


def test_many_equal_and_nearly_equal_weights_are_split_exactly() -> None:
    shares = np.r_[np.ones(2000), np.nextafter(1, 2) * np.ones(500), np.linspace(0.1, 3, 1500)].tolist()
    for total in (10**6 + 7, 2**53 + 11, 9 * 10**18):
        assert apportion(total, shares).tolist() == exact_apportion(total, shares)


@given(st.integers(0, 10**12), weights(), st.integers(-20, 20))
def test_the_scale_of_weights_does_not_matter(total: int, shares: list[float], power: int) -> None:
    assume(min(share for share in shares if share) > 1e-290)
    assert apportion(total, [share * 2.0**power for share in shares]).tolist() == apportion(total, shares).tolist()


@given(st.integers(0, 10**12), st.permutations([3, 10, 17, 101, 250]))
def test_the_order_of_unequal_weights_does_not_matter(total: int, shares: list[int]) -> None:
    placed = dict(zip(shares, apportion(total, shares).tolist(), strict=True))
    in_order = dict(zip(sorted(shares), apportion(total, sorted(shares)).tolist(), strict=True))
    assume(len({total * share % sum(shares) for share in shares}) == len(shares))  # no tie
    assert placed == in_order


@pytest.mark.parametrize(
    ("shares", "refusal"),
    [
        pytest.param([0, 0], NoWeightError, id="no weight"),
        pytest.param([], NoWeightError, id="no cell"),
        pytest.param([50, -50], NoWeightError, id="weights cancel out"),
        pytest.param([1, NAN], NotAnAmountError, id="a missing weight"),
        pytest.param([1, None], NotAnAmountError, id="a blank weight"),
        pytest.param(["1", "2"], NotAnAmountError, id="text"),
        pytest.param([[1, 2]], WrongShapeError, id="a table"),
        pytest.param([1e20, -1e20, 1], CancellingWeightsError, id="a part beyond int64"),
        pytest.param([1e308, -1e308, 1], CancellingWeightsError, id="a part beyond any float"),
    ],
)
def test_what_cannot_be_split_is_refused(shares: object, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        apportion(10, shares)  # type: ignore[arg-type]  # what is refused is not array_like


def test_a_total_beyond_int64_is_refused() -> None:
    with pytest.raises(AmountTooLargeError):
        apportion(2**63, [1, 1])


def test_a_refused_share_says_what_the_weights_cancel_to() -> None:
    # 10 cents x 1e20 / 0.001 in the first cell
    with pytest.raises(CancellingWeightsError) as refusal:
        apportion(10, [1e20, -1e20, 0.001])
    sentence = str(refusal.value.in_unit(0.01))
    assert sentence.startswith("0.1 cannot be shared")
    assert "nearly cancel out, to 0.001;" in sentence


@pytest.mark.parametrize(
    ("values", "total", "unit", "rounded"),
    [
        pytest.param([33.333, 33.333, 33.334], None, 0.01, [33.33, 33.33, 33.34], id="sum 100.00"),
        pytest.param([0.5, 0.5, 0.5], None, 1, [1, 1, 0], id="1.5 is 2, ties to the earlier"),
        pytest.param([1.005, 1.005], None, 0.01, [1.01, 1.0], id="a half is read from the decimals: 2.01"),
        pytest.param([-0.5], None, 1, [-1], id="halves go away from zero"),
        pytest.param([33.33, 33.33, 33.33], 100, 0.01, [33.34, 33.33, 33.33], id="one cent missing"),
        pytest.param([5, 5.5], 9, 1, [4, 5], id="a whole value gives way"),
        pytest.param([1500, 2500], None, 1000, [2000, 2000], id="thousands"),
        pytest.param([], None, 1, [], id="nothing"),
    ],
)
def test_a_list_is_rounded_to_its_total(
    values: list[float], total: float | None, unit: float, rounded: list[float]
) -> None:
    assert round_total(values, total, unit=unit).tolist() == rounded


def test_whole_units_are_whole_numbers_and_cents_are_not() -> None:
    assert round_total([1.4, 1.6], unit=1).dtype == np.int64
    assert round_total([1.4, 1.6], unit=0.5).dtype == np.float64


@pytest.mark.parametrize("total", [5, 0])
def test_a_total_out_of_reach_is_refused(total: int) -> None:
    # floors 1 + 1, ceilings 2 + 2; no value is whole, so none can give way
    with pytest.raises(TotalOutOfReachError, match=f"adds up to {total}, only from 2 to 4;"):
        round_total([1.2, 1.3], total, unit=1)


def test_a_whole_value_widens_what_can_be_reached() -> None:
    # floors 0.05 + 0.10; the whole 0.05 may go down or up by 0.05, the other up
    with pytest.raises(TotalOutOfReachError, match=r"adds up to 0, only from 0\.1 to 0\.25;"):
        round_total([0.05, 0.12], 0, unit=0.05)


@pytest.mark.parametrize("values", [[1e300, 1], [1, -1e15]])
@pytest.mark.parametrize("total", [None, 0])
def test_a_value_too_large_for_a_cell_is_refused(values: list[float], total: float | None) -> None:
    with pytest.raises(AmountTooLargeError):
        round_total(values, total, unit=1)


def test_whole_numbers_in_a_tiny_unit_do_not_run_over() -> None:
    # 9 x 10**9 in steps of 10**-6 is 9 x 10**15 steps, more than a cell keeps
    with pytest.raises(AmountTooLargeError):
        round_matrix(np.array([[9 * 10**9, 1]]), unit=1e-6)
    with pytest.raises(AmountTooLargeError):
        round_matrix(np.array([[9 * 10**14, 1]]), unit=1e-15)


@given(st.lists(AMOUNTS, max_size=12), st.sampled_from([0.01, 0.05, 1, 10]))
def test_every_value_of_a_list_is_its_floor_or_ceiling(values: list[float], unit: float) -> None:
    rounded = round_total(values, unit=unit)
    assert (np.abs(rounded - np.array(values)) < unit).all()
    assert math.fsum(rounded) == pytest.approx(math.fsum(values), abs=unit / 2 + 1e-6)
    assert round_total(rounded, unit=unit).tolist() == rounded.tolist()


@pytest.mark.parametrize(
    ("values", "parents", "rounded"),
    [
        pytest.param([2.98, 1.49, 1.49], [-1, 0, 0], [3, 2, 1], id="1.49 + 1.49 is shown as 2 + 1 = 3"),
        pytest.param([1.49, 1.49, NAN], [2, 2, -1], [2, 1, 3], id="the parent may come last and be blank"),
        pytest.param([0.5, 0.5], [-1, -1], [1, 1], id="roots are rounded on their own"),
        pytest.param([-2.5], [-1], [-3], id="halves go away from zero"),
        # 0.4 x 4 = 1.6 is 2; its branches of 0.8 are 1 each; within them the earlier leaf gets the unit
        pytest.param([NAN, NAN, NAN] + [0.4] * 4, [-1, 0, 0, 1, 1, 2, 2], [2, 1, 1, 1, 0, 1, 0], id="two levels"),
        pytest.param([], [], [], id="nothing"),
    ],
)
def test_a_tree_is_rounded_so_that_parents_add_up(values: list[float], parents: list[int], rounded: list[int]) -> None:
    assert round_tree(values, np.array(parents, dtype=int), unit=1).tolist() == rounded


@given(forests(), st.sampled_from([1, 0.01, 10]))
def test_every_node_is_near_its_value_and_the_sum_of_its_children(
    forest: tuple[list[float], list[int]], unit: float
) -> None:
    values, parents = forest
    counts = np.rint(round_tree(values, parents, unit=unit) / unit)
    for node, value in enumerate(values):
        children = [child for child, parent in enumerate(parents) if parent == node]
        if children:
            assert counts[node] == sum(counts[child] for child in children)
        else:
            assert abs(counts[node] - value / unit) < 1
        below = [leaf for leaf in range(len(values)) if node in ancestors(parents, leaf)]
        exact = math.fsum(values[leaf] for leaf in below if not math.isnan(values[leaf]))
        assert abs(counts[node] - exact / unit) < 1 + 1e-6


def ancestors(parents: list[int], node: int) -> list[int]:
    """Return a node and all nodes above it."""
    chain = []
    while node >= 0:
        chain.append(node)
        node = parents[node]
    return chain


def test_one_large_family_among_many_small_ones_is_rounded_alike() -> None:
    # 2**13 families of one and one of 2**14: too many bits for one sort of whole numbers
    small, large = 2**13, 2**14
    families = np.r_[np.arange(small), np.full(large, small)] + 1
    parents = np.r_[-1, np.zeros(small + 1, dtype=int), families]
    leaves = np.r_[np.full(small, 1.0), np.tile([0.25, 0.75], large // 2)]
    values = np.r_[np.full(small + 2, NAN), leaves]
    rounded = round_tree(values, parents, unit=1)
    assert rounded[small + 1] == large // 2
    assert rounded[-4:].tolist() == [0, 1, 0, 1]


@pytest.mark.parametrize(
    ("values", "parents", "refusal"),
    [
        pytest.param([4, 1, 1], [-1, 0, 0], ChildrenDisagreeError, id="the parent is not the sum"),
        pytest.param([1, 1], [1, 0], WrongParentError, id="a circle"),
        pytest.param([1, 1], [-1, 5], WrongParentError, id="no such parent"),
        pytest.param([1, NAN], [-1, -1], NotAnAmountError, id="a blank leaf"),
        pytest.param([1, math.inf], [-1, -1], NotAnAmountError, id="an infinite leaf"),
        pytest.param([1], [-1, -1], WrongShapeError, id="a parent too many"),
        pytest.param([1e16], [-1], AmountTooLargeError, id="too large"),
    ],
)
def test_what_is_no_tree_is_refused(values: list[float], parents: list[int], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        round_tree(values, parents, unit=1)


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


def test_a_long_table_is_rounded_in_a_moment() -> None:
    values = np.random.default_rng(1).random((2000, 12)) * 1000
    started = perf_counter()
    rounded = round_matrix(values, unit=1)
    assert perf_counter() - started < 2
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

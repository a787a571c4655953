import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from salesplan_xl.core.errors import (
    AmountTooLargeError,
    CancellingWeightsError,
    NotAnAmountError,
    NoWeightError,
    TotalOutOfReachError,
    WrongShapeError,
)
from salesplan_xl.core.rounding import apportion, round_total
from tests.core.strategies import AMOUNTS, TOTALS, weights

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


@given(st.lists(AMOUNTS, max_size=12), st.sampled_from([0.01, 0.05, 1, 10]))
def test_every_value_of_a_list_is_its_floor_or_ceiling(values: list[float], unit: float) -> None:
    rounded = round_total(values, unit=unit)
    assert (np.abs(rounded - np.array(values)) < unit).all()
    assert math.fsum(rounded) == pytest.approx(math.fsum(values), abs=unit / 2 + 1e-6)
    assert round_total(rounded, unit=unit).tolist() == rounded.tolist()

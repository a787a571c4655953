from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesplan_xl.core.errors import (
    AmountTooLargeError,
    NotAnAmountError,
    NotWholeUnitsError,
    PlanError,
    WrongUnitError,
)
from salesplan_xl.core.money import from_units, to_units


@pytest.mark.parametrize(
    ("amount", "unit", "count"),
    [
        pytest.param(12.34, 0.01, 1234, id="cents"),
        pytest.param(0.1 + 0.2, 0.01, 30, id="noise beyond fifteen digits"),
        pytest.param(1.15, 0.05, 23, id="five-cent pieces"),
        pytest.param(7000, 1000, 7, id="thousands"),
        pytest.param(-0.29, 0.01, -29, id="a credit"),
        pytest.param(9999999999999.99, 0.01, 999_999_999_999_999, id="fifteen digits"),
        pytest.param(Decimal("1.10"), 0.01, 110, id="a decimal"),
        pytest.param(10**14, 1, 10**14, id="a whole number"),
        # the unit is 24691357802469 / 200000; that fraction's parts times the amount are beyond int64
        pytest.param(24691357802469000, 123456789.012345, 200_000_000, id="a whole number in a long unit"),
    ],
)
def test_an_amount_is_read_as_whole_units(amount: float, unit: float, count: int) -> None:
    assert int(to_units(amount, unit)) == count


@pytest.mark.parametrize(
    ("amount", "unit", "refusal"),
    [
        pytest.param(0.005, 0.01, NotWholeUnitsError, id="half a cent"),
        pytest.param(1.02, 0.05, NotWholeUnitsError, id="no five-cent piece"),
        pytest.param(1500, 1000, NotWholeUnitsError, id="one thousand and a half"),
        pytest.param(1e13, 0.01, AmountTooLargeError, id="sixteen digits with cents"),
        pytest.param(10**15, 1, AmountTooLargeError, id="sixteen digits"),
        pytest.param(float("nan"), 1, NotAnAmountError, id="missing"),
        pytest.param(float("inf"), 1, NotAnAmountError, id="infinite"),
        pytest.param("12", 1, NotAnAmountError, id="text"),
        pytest.param(True, 1, NotAnAmountError, id="a truth value"),
        pytest.param([None, 1], 1, NotAnAmountError, id="blank"),
        pytest.param(1, 0, WrongUnitError, id="unit zero"),
        pytest.param(1, -1, WrongUnitError, id="unit below zero"),
        pytest.param(1, 1e-300, WrongUnitError, id="unit of nothing"),
        pytest.param(1, 1e300, WrongUnitError, id="unit beyond all amounts"),
        pytest.param(1e300, 1e-15, AmountTooLargeError, id="too large for a float in units"),
        pytest.param(1e-20, 1, NotWholeUnitsError, id="next to nothing"),
    ],
)
def test_an_amount_that_is_not_exact_is_refused(amount: object, unit: float, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        to_units(amount, unit)  # type: ignore[arg-type]  # what is refused is not array_like


def test_the_refusal_names_the_amount() -> None:
    with pytest.raises(NotWholeUnitsError, match=r"10\.005 is not a whole number of 0\.01"):
        to_units([1, 10.005], 0.01)


@pytest.mark.parametrize(
    ("amount", "unit", "words"),
    [
        pytest.param(1e-20, 0.01, "^1e-20 is not a whole number of 0.01;", id="small"),
        pytest.param(0.1 + 0.2, 1, "^0.3 is not a whole number of 1;", id="noise"),
        pytest.param(1e300, 0.01, r"^1e\+300 is 1000000000000000 units", id="large"),
        pytest.param(1e15, 1, "^1000000000000000 is 1000000000000000 units", id="written out"),
        pytest.param(1, 0.0, "not 0;", id="unit"),
        pytest.param(1, "x", "not 'x';", id="text for a unit"),
    ],
)
def test_the_refusal_shows_numbers_as_a_person_writes_them(amount: float, unit: object, words: str) -> None:
    with pytest.raises(PlanError, match=words):
        to_units(amount, unit)  # type: ignore[arg-type]  # what is refused has the wrong type


def test_blank_entries_of_a_masked_array_stay_blank() -> None:
    counts = to_units(np.ma.masked_invalid([1.5, np.nan]), 0.5)
    assert isinstance(counts, np.ma.MaskedArray)
    assert counts.tolist() == [3, None]


def test_whole_units_come_back_as_whole_numbers() -> None:
    assert from_units([3, -4], 1000).dtype == np.int64
    assert from_units([3, -4], 1000).tolist() == [3000, -4000]


def test_an_amount_beyond_int64_is_refused() -> None:
    with pytest.raises(AmountTooLargeError):
        from_units(2**62, 1000)


@given(st.integers(-(10**15) + 1, 10**15 - 1), st.sampled_from([0.01, 0.05, 0.001, 1, 2.5, 1000]))
def test_units_come_back_through_a_cell(count: int, unit: float) -> None:
    amount = from_units(count, unit)
    exact = Decimal(count) * Decimal(str(unit))
    assert float(amount) == float(exact)
    if len(exact.normalize().as_tuple().digits) <= 15:  # what a cell keeps
        assert int(to_units(amount, unit)) == count


def test_sixty_thousand_amounts_lose_the_noise_they_carry() -> None:
    amounts = np.arange(60_000) * 0.07  # many carry noise in the sixteenth digit
    counts = to_units(amounts, 0.01)
    assert counts.tolist() == [7 * number for number in range(60_000)]

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesplan_xl.core.errors import CountTooSmallError, OutOfRangeError, PlanError, TotalOutOfReachError
from salesplan_xl.core.temporal import chow_lin, denton, whole_units

# IMF, Quarterly National Accounts Manual (2001), example 6.2
BENCHMARK = [4000, 4161.4]
INDICATOR = [98.2, 100.8, 102.2, 100.8, 99, 101.6, 102.7, 101.5, 100.5, 103, 103.5, 101.5]


def test_denton_gives_the_published_table() -> None:
    published = [969.8, 998.4, 1018.3, 1013.4, 1007.2, 1042.9, 1060.3, 1051.0, 1040.6, 1066.5, 1071.7, 1051.0]
    assert denton(BENCHMARK, INDICATOR, 4).tolist() == pytest.approx(published, abs=0.06)


def test_denton_beyond_the_benchmarks_keeps_the_last_ratio() -> None:
    ratios = denton(BENCHMARK, INDICATOR, 4) / INDICATOR
    assert ratios[8:].tolist() == pytest.approx([ratios[7]] * 4)


def test_denton_leaves_an_indicator_that_adds_up_alone() -> None:
    assert denton([10, 26], range(1, 9), 4).tolist() == pytest.approx(range(1, 9))


@given(st.lists(st.floats(1, 1e6), min_size=1, max_size=4), st.data())
@settings(max_examples=50, deadline=None)
def test_denton_adds_up_whatever_the_size_of_the_indicator(years: list[float], data: st.DataObject) -> None:
    size = 4 * len(years)
    indicator = np.array(data.draw(st.lists(st.floats(0.5, 50), min_size=size, max_size=size)))
    values = denton(years, indicator, 4)
    assert values.reshape(-1, 4).sum(axis=1).tolist() == pytest.approx(years)
    assert denton(years, indicator * 1000, 4).tolist() == pytest.approx(values.tolist(), rel=1e-6, abs=1e-6)


def test_chow_lin_adds_up_and_reaches_beyond_the_benchmarks() -> None:
    found = chow_lin([10, 30], [1, 2, 4, 5, 7], 2, autocorrelation=0.5)
    assert found.values[:4].reshape(2, 2).sum(axis=1).tolist() == pytest.approx([10, 30])
    # two years and two coefficients: level and slope meet both years, 2 a + 3 b = 10 and 2 a + 9 b = 30
    assert found.coefficients.tolist() == pytest.approx([0, 10 / 3])
    assert found.values[4] == pytest.approx(70 / 3)


def test_whole_units_add_up_to_every_year() -> None:
    values = denton([400000, 416140], INDICATOR, 4)
    units = whole_units(values, [400000, 416140], 4)
    assert units[:8].reshape(2, 4).sum(axis=1).tolist() == [400000, 416140]
    assert np.abs(units - values).max() < 1
    with pytest.raises(TotalOutOfReachError):
        whole_units(values, [500000, 416140], 4)


@pytest.mark.parametrize(
    ("call", "refusal", "words"),
    [
        pytest.param(lambda: denton([1], [1, 0], 2), OutOfRangeError, "indicator is 0", id="a zero indicator"),
        pytest.param(lambda: denton([1, 2], [1, 1, 1], 2), CountTooSmallError, "at least 4", id="three quarters"),
        pytest.param(lambda: denton([], [1], 2), CountTooSmallError, "yearly figures", id="no year"),
        pytest.param(lambda: denton([1], [1], 0), CountTooSmallError, "periods of a year", id="no periods"),
        pytest.param(lambda: denton([1], [1] * 2001, 2), OutOfRangeError, "at most 2000", id="too many"),
        pytest.param(lambda: chow_lin([1], [1, 2], 2, autocorrelation=0), CountTooSmallError, "2", id="one year"),
        pytest.param(lambda: chow_lin([1, 2], [1] * 4, 2, autocorrelation=0), OutOfRangeError, "change", id="constant"),
        pytest.param(
            lambda: chow_lin([1, 2], [1, 2, 3, 4], 2, autocorrelation=1), OutOfRangeError, "below 1", id="one"
        ),
    ],
)
def test_what_cannot_be_brought_down_is_refused(call: Any, refusal: type[PlanError], words: str) -> None:
    with pytest.raises(refusal, match=words):
        call()

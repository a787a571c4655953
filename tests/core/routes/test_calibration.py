"""Travel times from legs that were driven."""

import math

import numpy as np
import pytest

from salesplan_xl.core.errors import (
    NotTravelTimesError,
    PlanError,
    TooFewLegsError,
    WrongShapeError,
)
from salesplan_xl.core.routes import (
    calibrate_travel,
    travel_minutes,
)


def test_a_fit_finds_the_line_in_spite_of_a_traffic_jam() -> None:
    km = np.arange(1, 31)
    minutes = 4 + 2.0 * km
    minutes[7] += 90
    fit = calibrate_travel(km, minutes)
    assert (fit.fixed, fit.speed) == pytest.approx((4, 30), abs=0.2)
    assert travel_minutes(12, fit.model()) == pytest.approx(28, abs=0.3)
    assert calibrate_travel(km[::-1], minutes[::-1]) == fit


def test_a_fit_tells_its_error_on_legs_it_has_not_seen() -> None:
    km = np.arange(1, 41)
    exact = calibrate_travel(km, 4 + 2.0 * km)
    noisy = calibrate_travel(km, (4 + 2.0 * km) * np.where(km % 4 < 2, 1.2, 0.8))
    assert exact.holdout_error < 1e-6
    assert 0.1 < noisy.holdout_error < 0.35


def test_the_fixed_part_of_a_fit_is_never_below_zero() -> None:
    km = np.arange(1, 31)
    fit = calibrate_travel(km, km**2 / 10 + 0.1)
    assert fit.fixed == 0
    assert fit.speed > 0


@pytest.mark.parametrize(
    ("km", "minutes", "refusal"),
    [
        pytest.param([1.0] * 19, [5.0] * 19, TooFewLegsError, id="nineteen legs"),
        pytest.param([*[1.0] * 19, math.nan], [5.0] * 20, TooFewLegsError, id="a missing length"),
        pytest.param(list(range(1, 31)), list(range(100, 70, -1)), NotTravelTimesError, id="longer is faster"),
        pytest.param([1.0], [1.0, 2.0], WrongShapeError, id="other lengths"),
    ],
)
def test_a_fit_to_too_little_is_refused(km: list[float], minutes: list[float], refusal: type[PlanError]) -> None:
    with pytest.raises(refusal):
        calibrate_travel(km, minutes)

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesplan_xl.core.errors import OutOfRangeError, PlanError, WrongShapeError
from salesplan_xl.core.visits import tour_estimate, tour_factor, visits_per_day, workload


def test_the_workload_adds_up_by_group() -> None:
    # 160 x 65 + 200 x 45 + 300 x 25 = 26,900 minutes; 128 h a rep -> 3.50 reps, 4 whole
    work = workload([40, 100, 300], [4, 2, 1], [45, 30, 15], [20, 15, 10], hours=128)
    assert work.visits.tolist() == [160, 200, 300]
    assert (work.hours * 60).tolist() == pytest.approx([10400, 9000, 7500])
    assert work.minutes_per_visit == pytest.approx(26900 / 660)
    assert work.reps_exact == pytest.approx(3.5026, abs=1e-4)
    assert work.reps == 4


@pytest.mark.parametrize(
    ("customers", "visits", "minutes", "hours", "reps"),
    [
        pytest.param([1000, 2000], [36, 12], 60, 1000, 60, id="Kotler: 60,000 calls of an hour"),
        pytest.param([3], [1], 6, 0.1, 3, id="noise in the last digit asks for no fourth rep"),
        pytest.param([0], [5], 60, 100, 0, id="nobody to visit"),
        pytest.param([1], [1], 61, 1, 2, id="a minute too much"),
    ],
)
def test_whole_reps_are_enough(
    customers: list[int], visits: list[int], minutes: float, hours: float, reps: int
) -> None:
    assert workload(customers, visits, minutes, 0, hours).reps == reps


def test_no_visits_have_no_average() -> None:
    assert math.isnan(workload(0, 5, 60, 0, 100).minutes_per_visit)


@pytest.mark.parametrize(
    ("day", "visit", "travel", "idle", "exact", "whole"),
    [
        pytest.param(384, 30, 20, 0, 7.68, 7, id="384 / 50"),
        # half a visit is lost: (384 - 15) / 50
        pytest.param(384, 30, 20, 0.5, 7.38, 7, id="idle at the end"),
        pytest.param(480, 40, 20, 0, 8, 8, id="to the minute"),
        pytest.param(0.3 * 3, 0.2, 0.1, 0, 3, 3, id="noise in the last digit costs no visit"),
        pytest.param(10, 30, 20, 1, 0, 0, id="too short a day"),
    ],
)
def test_a_day_holds_whole_visits(
    day: float, visit: float, travel: float, idle: float, exact: float, whole: int
) -> None:
    held = visits_per_day(day, visit, travel, idle=idle)
    assert held.exact == pytest.approx(exact)
    assert held.whole == whole


@pytest.mark.parametrize(
    ("call", "refusal"),
    [
        pytest.param(lambda: visits_per_day(480, 0, 0), OutOfRangeError, id="visits of no time"),
        pytest.param(lambda: visits_per_day(-1, 5, 5), OutOfRangeError, id="a day below zero"),
        pytest.param(lambda: workload(1, 1, 1, 1, 0), OutOfRangeError, id="no hours"),
        pytest.param(lambda: workload(-1, 1, 1, 1, 8), OutOfRangeError, id="customers below zero"),
        pytest.param(lambda: workload([1, 2], [1, 2, 3], 1, 1, 8), WrongShapeError, id="other groups"),
        pytest.param(lambda: workload([9], [1], [30, 60], 1, 8), WrongShapeError, id="two visit times for one group"),
        pytest.param(lambda: workload([[1, 2], [3, 4]], 1, [9, 9], 1, 8), WrongShapeError, id="times of one row only"),
        pytest.param(lambda: tour_estimate(1, 100), OutOfRangeError, id="only the base"),
        pytest.param(lambda: tour_estimate(5, -1), OutOfRangeError, id="an area below zero"),
        pytest.param(lambda: tour_estimate(5, 1, detour=0), OutOfRangeError, id="no road"),
    ],
)
def test_what_has_no_meaning_is_refused(call: object, refusal: type[PlanError]) -> None:
    with pytest.raises(refusal):
        call()  # type: ignore[operator]  # a function


@pytest.mark.parametrize(
    ("n", "factor"),
    [(20, 0.8584), (30, 0.8270), (50, 0.7994), (60, 0.7909), (70, 0.7818), (80, 0.7775), (100, 0.7765), (200, 0.7564)],
)
def test_the_factor_of_a_tour_is_near_the_published_one(n: int, factor: float) -> None:
    assert tour_factor(n) == pytest.approx(factor, abs=0.006)


@given(st.integers(2, 300), st.floats(0, 1e5), st.floats(0, 100))
def test_a_tour_grows_with_places_area_and_the_way_to_it(n: int, area: float, base: float) -> None:
    km = tour_estimate(n, area, base)
    assert tour_estimate(n + 1, area, base) >= km
    assert tour_estimate(n, area + 1, base) > km
    assert tour_estimate(n, area, base + 1) == pytest.approx(km + 2)

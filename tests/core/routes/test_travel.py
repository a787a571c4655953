"""Distance and travel time without a road network."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesplan_xl.core.errors import (
    OutOfRangeError,
    PlanError,
    WrongShapeError,
)
from salesplan_xl.core.routes import (
    TravelModel,
    distance_km,
    medoid,
    travel_matrix,
    travel_minutes,
)
from tests.core.routes.checks import crow_km, road_minutes

PLACES = st.tuples(st.floats(-90, 90), st.floats(-180, 180))

MODELS = st.builds(
    lambda fixed, ends, speeds: TravelModel(
        fixed, tuple(zip([*sorted(ends), math.inf], speeds[: len(ends) + 1], strict=True))
    ),
    st.floats(0, 20),
    st.lists(st.integers(1, 200), max_size=3, unique=True),
    st.lists(st.floats(5, 130), min_size=4, max_size=4),
)


@pytest.mark.parametrize(
    ("one", "two", "detour", "km"),
    [
        # a degree of the Equator: 2 x pi x 6371.0088 / 360
        pytest.param((0, 0), (0, 1), 1, 111.1950802, id="a degree east"),
        pytest.param((0, 0), (0, 1), 1.3, 144.5536043, id="a degree by road"),
        pytest.param((45.7597, 4.8422), (48.8567, 2.3508), 1, 392.2172596, id="Lyon to Paris"),
        pytest.param((0, 179.5), (0, -179.5), 1, 111.1950802, id="over the date line"),
        pytest.param((0, 0), (0, 180), 1, 20015.114442, id="half around"),
        pytest.param((90, 0), (90, 77), 1, 0, id="the pole has every longitude"),
    ],
)
def test_a_distance_is_the_great_circle_times_the_detour(
    one: tuple[float, float], two: tuple[float, float], detour: float, km: float
) -> None:
    assert distance_km(*one, *two, detour) == pytest.approx(km, abs=1e-6)


@given(PLACES, PLACES)
def test_a_distance_is_the_same_in_both_directions_and_by_another_formula(
    one: tuple[float, float], two: tuple[float, float]
) -> None:
    there = float(distance_km(*one, *two, detour=1))
    assert there == float(distance_km(*two, *one, detour=1))
    assert there == pytest.approx(crow_km(one, two), abs=1e-3)
    assert float(distance_km(*one, *one)) == 0


def test_a_missing_coordinate_gives_a_missing_distance() -> None:
    assert np.isnan(distance_km([math.nan, 1], [1, 1], 1, 1)).tolist() == [True, False]


@pytest.mark.parametrize(
    ("arguments", "refusal", "words"),
    [
        pytest.param((90.1, 0, 0, 0), OutOfRangeError, "latitude is 90.1", id="beyond the pole"),
        pytest.param((0, 0, 0, -181), OutOfRangeError, "longitude is -181", id="beyond the date line"),
        pytest.param((0, math.inf, 0, 0), OutOfRangeError, "longitude is inf", id="infinite"),
        pytest.param((0, 0, 0, 0, 0.9), OutOfRangeError, "1 or more", id="shorter than the crow flies"),
        pytest.param(([0, 0], [0, 0], [0, 0, 0], [0, 0, 0]), WrongShapeError, "matching", id="other lengths"),
    ],
)
def test_what_is_no_place_is_refused(arguments: tuple[float, ...], refusal: type[PlanError], words: str) -> None:
    with pytest.raises(refusal, match=words):
        distance_km(*arguments)


def test_minutes_are_a_fixed_part_and_the_road_by_bands() -> None:
    # 5 + 10/30 h; 5 + 20 min + 40/60 h; 5 + 20 + 40 min + 90/90 h; a leg of 0 km takes no time
    assert travel_minutes([0, 10, 50, 140]).tolist() == [0, 25, 65, 125]
    assert np.isnan(travel_minutes(math.nan))


@given(MODELS, st.floats(0.001, 1000), st.floats(0.001, 1000))
def test_minutes_never_fall_and_never_jump(model: TravelModel, one: float, two: float) -> None:
    near, far = sorted((one, two))
    near_minutes, far_minutes = travel_minutes([near, far], model).tolist()
    assert near_minutes <= far_minutes + 1e-9
    assert far_minutes - near_minutes <= (far - near) / min(speed for _, speed in model.bands) * 60 + 1e-6
    assert far_minutes == pytest.approx(road_minutes(far, model))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        pytest.param({"fixed": -1}, "fixed time", id="a leg faster than light"),
        pytest.param({"bands": ((math.inf, 0),)}, "speed is 0", id="no speed"),
        pytest.param({"bands": ((10, 30),)}, "must be infinite", id="no speed beyond 10 km"),
        pytest.param({"bands": ((10, 30), (10, 40), (math.inf, 50))}, "above 10 km", id="an empty band"),
        pytest.param({"detour": 0.5}, "detour", id="a short cut"),
    ],
)
def test_a_travel_model_that_cannot_be_is_refused(options: dict[str, object], words: str) -> None:
    with pytest.raises(OutOfRangeError, match=words):
        TravelModel(**options)  # type: ignore[arg-type]  # the types are right, mypy cannot tell which


def test_a_leg_below_zero_is_refused() -> None:
    with pytest.raises(OutOfRangeError, match="length of a leg"):
        travel_minutes([3, -1])


@given(st.lists(PLACES, min_size=1, max_size=8))
def test_a_travel_table_is_symmetric_with_zeros_on_its_diagonal(places: list[tuple[float, float]]) -> None:
    north, east = zip(*places, strict=True)
    table = travel_matrix(north, east)
    for part in (table.km, table.minutes):
        assert (part == part.T).all()
        assert (part.diagonal() == 0).all()


def test_a_travel_table_needs_every_coordinate() -> None:
    with pytest.raises(OutOfRangeError, match="longitude is nan"):
        travel_matrix([1, 2], [1, math.nan])
    with pytest.raises(WrongShapeError):
        travel_matrix([1, 2], [1])


@pytest.mark.parametrize(
    ("table", "weights", "place"),
    [
        # there and back: 12, 10, 18
        pytest.param([[0, 1, 5], [1, 0, 4], [5, 4, 0]], None, 1, id="the middle one"),
        # with the third gone to ten times: 1 + 50, 1 + 40, 9
        pytest.param([[0, 1, 5], [1, 0, 4], [5, 4, 0]], [1, 1, 10], 2, id="the one gone to most"),
        pytest.param([[0, 7], [7, 0]], None, 0, id="of equal ones the first"),
        # from the first: out 1 + 1, home 9 + 9; from the second: out 9 + 2, home 1 + 2
        pytest.param([[0, 1, 1], [9, 0, 2], [9, 2, 0]], None, 1, id="both directions count"),
    ],
)
def test_the_assumed_base_is_nearest_to_all(table: list[list[float]], weights: list[float] | None, place: int) -> None:
    assert medoid(table, weights) == place


def test_a_base_needs_places() -> None:
    with pytest.raises(WrongShapeError):
        medoid(np.zeros((0, 0)))
    with pytest.raises(WrongShapeError):
        medoid(np.zeros((2, 2)), [1])

"""The order of one day's visits."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesplan_xl.core.errors import AppointmentError, OutOfRangeError, PlanError, TooManyStopsError, WrongShapeError
from salesplan_xl.core.routes import MOST_STOPS_PROVEN, route_day
from tests.core.routes.checks import TSPLIB, Floats, read_tsplib, soonest, tour_length, walk
from tests.core.routes.strategies import tables

TRAVEL = [[0, 10, 20, 30], [10, 0, 12, 25], [20, 12, 0, 9], [30, 25, 9, 0]]

VISIT = [0, 30, 30, 30]


@st.composite
def days(draw: st.DrawFn) -> tuple[Floats, list[float], list[float], list[float]]:
    """A day with appointments, some of which cannot be kept."""
    table = draw(tables(most=5))
    size = len(table)
    visit = draw(st.lists(st.integers(0, 40).map(float), min_size=size, max_size=size))
    opens = draw(st.lists(st.sampled_from([0.0, 0.0, 30.0, 90.0, 150.0]), min_size=size, max_size=size))
    widths = draw(st.lists(st.sampled_from([math.inf, math.inf, 400.0, 60.0, 15.0]), min_size=size, max_size=size))
    return table, visit, opens, [start + width for start, width in zip(opens, widths, strict=True)]


@pytest.mark.parametrize(
    ("windows", "sequence", "finish"),
    [
        # 10 + 12 + 9 + 30 on the road, 90 of visits; the mirror 3 2 1 takes the same and comes later
        pytest.param(None, (1, 2, 3), 151, id="shortest way, and not its mirror"),
        # third by 75: 20 + 30 + 9 -> 59, wait 1, until 90, + 25 -> 115, wait 35, until 180, + 10
        pytest.param([None, (150, None), None, (60, 75)], (2, 3, 1), 190, id="waits for two openings"),
        pytest.param([(5, None), None, None, None], (1, 2, 3), 156, id="the base opens at 5"),
    ],
)
def test_a_day_ends_as_soon_as_it_can(
    windows: list[tuple[float | None, float | None] | None] | None, sequence: tuple[int, ...], finish: float
) -> None:
    route = route_day(TRAVEL, VISIT, windows=windows)
    assert route.finish == finish
    assert set(route.sequence) == {1, 2, 3}
    if windows is None or windows[0]:
        assert route.sequence == sequence
    assert route.proof == "exact"


def test_the_times_of_a_day_follow_from_one_another() -> None:
    # from 480: 10 -> 490, visit until 520; 12 -> 532, waits until 560, until 590; 9 -> 599, until 629; 30 home
    route = route_day(TRAVEL, VISIT, start=480, windows=[None, None, (560, None), (590, None)])
    assert route.sequence == (1, 2, 3)
    assert route.arrive == (490, 532, 599)
    assert route.wait == (0, 28, 0)
    assert route.depart == (520, 590, 629)
    assert route.travel == (10, 12, 9)
    assert (route.start, route.back, route.finish) == (480, 30, 659)


def test_one_visit_waits_and_returns_by_the_longer_way() -> None:
    # 40 there, 20 waiting, 20 visit, 45 back
    route = route_day([[0, 40], [45, 0]], [0, 20], windows=[(0, 200), (60, 70)])
    assert (route.finish, route.wait) == (125, (20,))


def test_without_a_round_trip_the_day_ends_at_the_last_stop() -> None:
    # 1 2 3: 10 + 12 + 9 = 31; any other order is longer; 90 of visits
    route = route_day(TRAVEL, VISIT, round_trip=False)
    assert (route.sequence, route.back, route.finish) == ((1, 2, 3), 0, 121)


def test_a_day_without_stops_is_over_at_once() -> None:
    route = route_day([[0]], [15], start=480)
    assert (route.sequence, route.finish) == ((), 495)


@pytest.mark.parametrize(
    ("windows", "stop", "earliest", "beside", "words"),
    [
        pytest.param(
            [None, None, None, (None, 20)],
            "stop 3",
            30,
            (),
            "until 00:20 but cannot be reached before 00:30",
            id="far",
        ),
        # both close at 25: after 1, 10 + 30 + 12 = 52; after 2, 20 + 30 + 12 = 62
        pytest.param(
            [None, (None, 25), (None, 25), None], "stop 2", 52, ("stop 1",), "after stop 1 cannot", id="two at once"
        ),
        pytest.param(
            [(0, 150), None, None, None],
            "the base",
            151,
            ("stop 1", "stop 2", "stop 3"),
            "the base takes visits until 02:30 but after stop 1, stop 2 and stop 3 cannot be reached before 02:31",
            id="home",
        ),
    ],
)
def test_appointments_that_cannot_be_kept_are_named(
    windows: list[tuple[float | None, float | None] | None],
    stop: str,
    earliest: float,
    beside: tuple[str, ...],
    words: str,
) -> None:
    with pytest.raises(AppointmentError, match=words) as refusal:
        route_day(TRAVEL, VISIT, windows=windows)
    assert (refusal.value.stop, refusal.value.earliest, refusal.value.beside) == (stop, earliest, beside)


@pytest.mark.parametrize(
    ("arguments", "options", "refusal"),
    [
        pytest.param(([[0, 1]], [0, 1]), {}, WrongShapeError, id="not square"),
        pytest.param(([[0, 1], [1, 0]], [0]), {}, WrongShapeError, id="a visit missing"),
        pytest.param(([[0, -1], [1, 0]], [0, 1]), {}, OutOfRangeError, id="travel below zero"),
        pytest.param(([[0, 1], [1, 0]], [0, math.nan]), {}, OutOfRangeError, id="a visit unknown"),
        pytest.param(([[0, 1], [1, 0]], [0, 1]), {"windows": [None]}, WrongShapeError, id="a window missing"),
        pytest.param(([[0, 1], [1, 0]], [0, 1]), {"windows": [None, (9, 8)]}, OutOfRangeError, id="closes first"),
        pytest.param(
            (np.ones((18, 18)), np.ones(18)), {"windows": [(0, 99)] * 18}, TooManyStopsError, id="too many appointments"
        ),
    ],
)
def test_a_day_that_is_none_is_refused(
    arguments: tuple[object, object], options: dict[str, object], refusal: type[PlanError]
) -> None:
    with pytest.raises(refusal):
        route_day(*arguments, **options)  # type: ignore[arg-type]  # what is refused has the wrong form


@given(days())
@settings(max_examples=150, deadline=None)
def test_a_day_with_appointments_ends_when_trying_all_orders_says(
    day: tuple[Floats, list[float], list[float], list[float]],
) -> None:
    table, visit, opens, closes = day
    end, orders = soonest(table, visit, opens, closes)
    windows = list(zip(opens, (None if close == math.inf else close for close in closes), strict=True))
    if end == math.inf:
        with pytest.raises(AppointmentError) as refusal:
            route_day(table, visit, windows=windows)
        named = refusal.value
        place = 0 if named.stop == "the base" else int(named.stop.split()[1])
        assert (named.opens, named.closes) == (opens[place], closes[place])
        assert named.earliest > named.closes
    else:
        route = route_day(table, visit, windows=windows)
        assert route.finish == pytest.approx(end, abs=1e-9)
        assert route.sequence in orders


def test_seven_appointments_equal_trying_all_5040_orders() -> None:
    random = np.random.default_rng(4)
    for _ in range(3):
        places = random.random((8, 2)) * 40
        table = np.sqrt(((places[:, None] - places) ** 2).sum(axis=-1))
        opens = [0.0, *random.uniform(0, 150, 7)]
        closes = [math.inf, *(opening + 120 for opening in opens[1:])]
        visit = [0.0, *[15.0] * 7]
        end, orders = soonest(table, visit, opens, closes)
        route = route_day(table, visit, windows=list(zip(opens, closes, strict=True)))
        assert route.finish == pytest.approx(end, abs=1e-5)
        assert route.sequence in orders


@given(tables(most=5), st.booleans())
@settings(max_examples=100, deadline=None)
def test_of_equal_orders_the_first_in_the_table_is_chosen(table: Floats, round_trip: bool) -> None:  # noqa: FBT001  # drawn
    nothing, never = [0.0] * len(table), [math.inf] * len(table)
    end, orders = soonest(table, nothing, nothing, never, round_trip=round_trip)
    route = route_day(table, nothing, round_trip=round_trip)
    assert route.finish == end
    assert route.sequence == min(orders)


@given(tables(fewest=2, most=7, symmetric=True))
@settings(deadline=None)
def test_a_route_is_chosen_before_its_mirror(table: Floats) -> None:
    sequence = route_day(table, [0.0] * len(table)).sequence
    assert sequence[0] < sequence[-1]


@pytest.mark.parametrize(("instance", "length"), [("burma14", 3323), ("gr17", 2085)])
def test_the_shortest_tours_of_tsplib_are_found(instance: str, length: int) -> None:
    table = read_tsplib(TSPLIB / f"{instance}.tsp")
    route = route_day(table, np.zeros(len(table)))
    assert route.finish == length
    assert tour_length(table, route.sequence) == length
    assert route.proof == "exact"


@pytest.mark.parametrize(
    ("instance", "length"),
    [("bays29", 2020), ("bayg29", 1610), ("dantzig42", 699), ("eil51", 426), ("kroA100", 21282)],
)
def test_long_tours_of_tsplib_come_within_two_percent(instance: str, length: int) -> None:
    table = read_tsplib(TSPLIB / f"{instance}.tsp")
    route = route_day(table, np.zeros(len(table)))
    assert sorted(route.sequence) == list(range(1, len(table)))
    assert length <= tour_length(table, route.sequence) <= 1.02 * length
    assert route.proof == "heuristic"
    assert route.sequence[0] < route.sequence[-1]


def test_seventeen_stops_are_good_but_not_proven() -> None:
    random = np.random.default_rng(3)
    places = random.random((MOST_STOPS_PROVEN + 2, 2))
    table = np.sqrt(((places[:, None] - places) ** 2).sum(axis=-1)) * random.uniform(1, 1.2, (18, 18))
    route = route_day(table, np.zeros(18))
    assert route.proof == "heuristic"
    nothing = np.zeros(18).tolist()
    assert route.finish == pytest.approx(walk(table, nothing, nothing, [math.inf] * 18, route.sequence))

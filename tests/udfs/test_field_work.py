"""The cell functions of field work by worked answers."""

from __future__ import annotations

from typing import Any

import pytest

from salesplan_xl.functions.json_cells import call_json
from udfs.field_work import FUNCTIONS

HEAD = ["label", "lat", "lon", "visit_min", "open", "close"]
# A quarter of a degree on the Equator is 27.7988 km as the crow flies and 36.1384 by road: 5 minutes, 10 km at 30 km/h
# and 26.1384 km at 60 km/h make 51.1384.
KM, MINUTES = 36.1384, 51.1384


def value(name: str, *arguments: Any) -> Any:
    got = call_json(FUNCTIONS, name, list(arguments))
    assert "error" not in got, got
    return got["value"]


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        # 1.3 x 111.19508
        pytest.param("SP_KM", [0, 0, 0, 1], 144.5536, id="single-cells"),
        pytest.param("SP_KM", [0, 0, 0, 1, 1], 111.1951, id="as-the-crow-flies"),
        pytest.param(
            "SP_KM", [[[0], [0], [None]], [[0], [0], [0]], [[0], [0], [0]], [[1], [0], [1]]], [[144.5536], [0], [None]],
            id="columns-with-a-blank",
        ),
        pytest.param("SP_KM", [[[0, 0]], [[0, 0]], [[0, 0]], [[1, 2]]], [[144.5536, 289.1072]], id="rows"),
        # 5 + 10 km at 30 + 40 km at 60 + 30 km at 90: 5 + 20 + 40 + 20
        pytest.param("SP_MINUTES", [80], 85, id="bands"),
        pytest.param("SP_MINUTES", [[[0], [25], [None]], 4, 50], [[0], [34], [None]], id="one-speed"),
        pytest.param("SP_MINUTES", [25, None, 50], 35, id="usual-fixed-time"),
        pytest.param("SP_VISITS", [384, 30, 20], 7, id="visits-of-a-day"),
        # 1.3 x 0.9099 x sqrt(10 x 100) + 2 x 20
        pytest.param("SP_TOURKM", [9, 100, 20], 77.4052, id="tour"),
        # 36,000 + 24,000 calls of an hour, 1,000 hours a rep
        pytest.param("SP_REPS", [[[1000], [2000]], [[36], [12]], 60, 0, 1000], 60, id="reps"),
        pytest.param("SP_REPS", [[[40, 100, 300]], [[4, 2, 1]], [[45, 30, 15]], [[20, 15, 10]], 128], 4, id="groups"),
    ],
)  # fmt: skip
def test_a_worked_answer(name: str, arguments: list[Any], expected: Any) -> None:
    got = value(name, *arguments)
    if isinstance(expected, list):
        assert [[None if cell is None else pytest.approx(cell, abs=1e-3) for cell in row] for row in expected] == got
    else:
        assert got == pytest.approx(expected, abs=1e-3)


def test_a_route_is_a_table_of_times() -> None:
    # opens at 8:00; A at once by the shorter way, 30 minutes there, then B, 30 minutes, and home
    points = [HEAD, ["Base", 0, 0, None, 8 / 24, None], ["B", 0, 0.5, 30, None, None], ["A", 0, 0.25, 30, None, None]]
    table = value("SP_ROUTE", points)
    assert table[0] == ["label", "arrival", "departure", "km", "minutes"]
    assert [row[0] for row in table[1:]] == ["Base", "A", "B", "Base"]
    home = 5 + 20 + 40 + (2 * KM - 50) / 1.5
    times = [480 + MINUTES, 480 + MINUTES + 30, 480 + 2 * MINUTES + 30, 480 + 2 * MINUTES + 60]
    assert table[1] == ["Base", None, pytest.approx(8 / 24), 0, 0]
    assert [1440 * table[2][1], 1440 * table[2][2], 1440 * table[3][1], 1440 * table[3][2]] == pytest.approx(times)
    assert table[2][3:] == pytest.approx([KM, MINUTES], abs=1e-3)
    assert table[4] == [
        "Base",
        pytest.approx((times[-1] + home) / 1440),
        None,
        pytest.approx(2 * KM, abs=1e-3),
        pytest.approx(home, abs=1e-3),
    ]


def test_a_route_is_the_same_whatever_the_order_of_its_rows() -> None:
    points = [
        ["label", "lat", "lon"],
        ["Base", 0, 0],
        *([f"S{number}", 0.1 * number % 0.7, 0.03 * number] for number in range(9)),
    ]
    assert value("SP_ROUTE", points) == value("SP_ROUTE", [*points[:2], *reversed(points[2:])])


def test_a_route_without_return_ends_at_its_last_stop() -> None:
    not_back = False
    table = value("SP_ROUTE", [HEAD[:3], ["Base", 0, 0], ["B", 0, 0.5], ["A", 0, 0.25]], not_back)
    assert [row[0] for row in table[1:]] == ["Base", "A", "B"]


def test_an_early_arrival_waits_for_the_opening() -> None:
    # A opens at 9:30, in minutes from midnight or as a time; the visit of 30 minutes ends at 10:00
    for opens in (570, 9.5 / 24):
        table = value("SP_ROUTE", [HEAD, ["Base", 0, 0, None, 480, None], ["A", 0, 0.25, 30, opens, None]])
        assert 24 * table[2][2] == pytest.approx(10)
        assert 1440 * table[2][1] == pytest.approx(480 + MINUTES)


def test_rows_that_are_blank_throughout_are_passed_over() -> None:
    table = value("SP_ROUTE", [HEAD[:3], ["Base", 0, 0], [None] * 3, [7, 0, 0.25], [None, "", None]])
    assert [row[0] for row in table[1:]] == ["Base", 7, "Base"]


@pytest.mark.parametrize(
    ("name", "arguments", "error", "why"),
    [
        pytest.param("SP_KM", [91, 0, 0, 0], "#NUM!", "latitude is 91", id="no-latitude"),
        pytest.param("SP_KM", [0, 0, 0, 0, 0.5], "#NUM!", "detour factor is 0.5", id="short-cut"),
        pytest.param("SP_KM", [[[0], [1]], [[0], [1]], [[0]], [[0]]], "#VALUE!", "one shape", id="shapes"),
        pytest.param("SP_MINUTES", [-1], "#NUM!", "length of a leg is -1", id="negative-leg"),
        pytest.param("SP_MINUTES", [5, 5, 0], "#NUM!", "speed is 0", id="no-speed"),
        pytest.param("SP_VISITS", [480, 0, 0], "#NUM!", "above zero minutes", id="no-time"),
        pytest.param("SP_TOURKM", [0, 100], "#NUM!", "at least one visit", id="no-stops"),
        pytest.param("SP_REPS", [1, 1, 1, 1, 0], "#NUM!", "above zero hours", id="no-hours"),
        pytest.param("SP_REPS", [[[1], [2]], [[1], [2]], [[1], [2], [3]], 0, 8], "#NUM!", "shape", id="groups"),
        pytest.param("SP_ROUTE", [[["label", "lat"], ["Base", 0]]], "#VALUE!", "lon is missing", id="no-longitudes"),
        pytest.param("SP_ROUTE", [[[*HEAD[:3], "time"], ["Base", 0, 0, 1]]], "#VALUE!", "column 'time'", id="column"),
        pytest.param("SP_ROUTE", [[HEAD[:3]]], "#VALUE!", "no rows", id="no-rows"),
        pytest.param("SP_ROUTE", [[HEAD[:3], ["A", 0, "x"]]], "#VALUE!", "holds the text 'x' in lon", id="text"),
        pytest.param("SP_ROUTE", [[HEAD[:3], [None, 0, 0]]], "#VALUE!", "row 2 of points has no label", id="no-label"),
        pytest.param("SP_ROUTE", [[HEAD[:4], ["A", 0, 0, 0], ["B", 0, 1, None]]], "#VALUE!", "row 3 of", id="b"),
        pytest.param("SP_ROUTE", [[HEAD, ["A", 0, 0, 0, 2000, None]]], "#NUM!", "the time 2000", id="no-time-of-day"),
        pytest.param("SP_ROUTE", [[HEAD[:3], *[[f"S{n}", 0, n] for n in range(18)]]], "#NUM!", "17 stops", id="17"),
        pytest.param(
            "SP_ROUTE", [[HEAD, ["Base", 0, 0, 0, 480, 1080], ["Late shop", 0, 1, 30, 480, 510]]], "#NUM!",
            "Late shop takes visits from 08:00 until 08:30 but cannot be reached before 10:08", id="window",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_reason(name: str, arguments: list[Any], error: str, why: str) -> None:
    got = call_json(FUNCTIONS, name, arguments)
    assert got.get("error") == error, got
    assert why in got["why"]

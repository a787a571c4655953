"""Field work of cells on its way to core and back: times of day, tables of stops, blanks that stay blank."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from salesplan_xl.core.errors import TooManyStopsError
from salesplan_xl.core.labels import label_key, label_text
from salesplan_xl.core.routes import (
    MOST_STOPS_PROVEN,
    Route,
    TravelMatrix,
    TravelModel,
    route_day,
    travel_matrix,
    travel_minutes,
)
from salesplan_xl.core.visits import tour_estimate, visits_per_day, workload
from salesplan_xl.functions.conversion import HeadedTable
from salesplan_xl.functions.errors import CellError
from salesplan_xl.functions.reading import holds
from salesplan_xl.workbook.cells import Value

Floats = NDArray[np.float64]

_MINUTES_OF_DAY = 1440
_NEEDED = ("label", "lat", "lon")
_KNOWN = (*_NEEDED, "visit_min", "open", "close")

ROUTE_HEADERS = ("label", "arrival", "departure", "km", "minutes")
"""Header row of a route."""


@dataclass(frozen=True)
class _Stop:
    """A row of a table of stops; times in minutes from midnight, None where there is no limit."""

    label: Value
    latitude: float
    longitude: float
    visit_minutes: float
    opens: float | None
    closes: float | None


def leg_minutes(km: Floats, fixed: float | None, kmh: float | None) -> Floats:
    """
    Estimate the minutes of legs.

    Parameters
    ----------
    km : ndarray of float64
        Road km; NaN where a cell is blank.
    fixed : float or None
        Minutes of each leg however short; None for those of the usual travel model.
    kmh : float or None
        One speed for every length; None for the speeds of the usual travel model.

    Returns
    -------
    ndarray of float64, shape of `km`
        Minutes; NaN where `km` is.

    Raises
    ------
    PlanError
        What `salesplan_xl.core.routes.travel_minutes` refuses.

    Examples
    --------
    >>> leg_minutes(np.array([0.0, 25.0]), 4.0, 50.0).tolist()
    [0.0, 34.0]
    """
    usual = TravelModel()
    bands = usual.bands if kmh is None else ((math.inf, kmh),)
    return travel_minutes(km, TravelModel(usual.fixed if fixed is None else fixed, bands))


def whole_visits(day_min: float, visit_min: float, travel_min: float) -> int:
    """
    Give the whole visits that a day holds.

    Parameters
    ----------
    day_min, visit_min, travel_min : float
        Minutes of field time in a day, of a visit, and of the travel to it.

    Returns
    -------
    int
        Zero or more.

    Raises
    ------
    PlanError
        What `salesplan_xl.core.visits.visits_per_day` refuses.

    Examples
    --------
    >>> whole_visits(384, 30, 20)
    7
    """
    return visits_per_day(day_min, visit_min, travel_min).whole


def tour_km(stops: int, area_km2: float, base_km: float) -> float:
    """
    Estimate the road km of a day's tour.

    Parameters
    ----------
    stops : int
        Visits of the day, 1 or more, the base not counted.
    area_km2 : float
        Area they lie in.
    base_km : float
        Road km from the base to the area.

    Returns
    -------
    float
        Road km.

    Raises
    ------
    PlanError
        What `salesplan_xl.core.visits.tour_estimate` refuses.

    Examples
    --------
    >>> round(tour_km(9, 100, 20), 1)
    77.4
    """
    return tour_estimate(stops + 1, area_km2, base_km)


def whole_reps(customers: Floats, visits: Floats, visit_min: Floats, travel_min: Floats, hours: float) -> int:
    """
    Give the whole reps that a visit programme needs.

    Parameters
    ----------
    customers, visits : ndarray of float64, same shape
        Customers of each group, and visits to each of them.
    visit_min, travel_min : ndarray of float64
        Minutes of a visit, and of the travel to it: for each group or one number for all.
    hours : float
        Field hours of one rep in that time.

    Returns
    -------
    int
        Zero or more.

    Raises
    ------
    PlanError
        What `salesplan_xl.core.visits.workload` refuses.

    Examples
    --------
    >>> whole_reps(np.array([1000.0, 2000.0]), np.array([36.0, 12.0]), np.array([60.0]), np.array([0.0]), 1000)
    60
    """
    return workload(customers, visits, visit_min, travel_min, hours).reps


def route_table(points: HeadedTable, round_trip: bool) -> list[list[object]]:  # noqa: FBT001  # a cell's argument
    """
    Order the stops of a day.

    Parameters
    ----------
    points : HeadedTable
        Columns label, lat and lon; visit_min, open and close may be there. The first row is the base. Rows
        that are blank throughout are passed over.
    round_trip : bool
        Whether the day ends back at the base.

    Returns
    -------
    list of list
        A header row, the base with its departure, each stop with arrival, departure, and the km and minutes of
        travel to it, and for a round trip the base again with its arrival. Arrival and departure are
        parts of a day, as cells hold times; they count from the opening of the base, from midnight if
        it has none. Whatever the order of the rows, stops are weighed in the order of their labels.

    Raises
    ------
    CellError
        ``#VALUE!`` if a column is missing or not known, or a cell does not fit its column.
    PlanError
        What `salesplan_xl.core.routes.route_day` refuses, and more than 16 stops.

    Examples
    --------
    >>> table = HeadedTable(("label", "lat", "lon"), (("Base", 0.0, 0.0), ("B", 0.0, 0.2), ("A", 0.0, 0.1)))
    >>> [row[0] for row in route_table(table, True)]
    ['label', 'Base', 'A', 'B', 'Base']
    """
    stops = _stops(points)
    if len(stops) - 1 > MOST_STOPS_PROVEN:
        raise TooManyStopsError(len(stops) - 1, MOST_STOPS_PROVEN)
    travel = travel_matrix([stop.latitude for stop in stops], [stop.longitude for stop in stops])
    route = route_day(
        travel.minutes,
        [stop.visit_minutes for stop in stops],
        windows=[(stop.opens, stop.closes) for stop in stops],
        round_trip=round_trip,
        labels=[label_text(stop.label) for stop in stops],
    )
    return _route_rows(route, travel, stops, round_trip=round_trip)


def _route_rows(route: Route, travel: TravelMatrix, stops: Sequence[_Stop], *, round_trip: bool) -> list[list[object]]:
    """Lay a route out in rows."""
    leaves = (route.start + stops[0].visit_minutes) / _MINUTES_OF_DAY
    rows: list[list[object]] = [list(ROUTE_HEADERS), [stops[0].label, None, leaves, 0.0, 0.0]]
    here = 0
    for place, stop in enumerate(route.sequence):
        times = [route.arrive[place] / _MINUTES_OF_DAY, route.depart[place] / _MINUTES_OF_DAY]
        rows.append([stops[stop].label, *times, float(travel.km[here, stop]), route.travel[place]])
        here = stop
    if round_trip:
        back_at = route.finish / _MINUTES_OF_DAY
        rows.append([stops[0].label, back_at, None, float(travel.km[here, 0]), route.back])
    return rows


def _stops(points: HeadedTable) -> list[_Stop]:
    """Read the rows of a table of stops: the base, then the stops by label."""
    columns = {header.strip().casefold(): place for place, header in enumerate(points.headers)}
    missing = [name for name in _NEEDED if name not in columns]
    unknown = [name for name in columns if name not in _KNOWN]
    if missing:
        raise CellError("#VALUE!", f"points needs the columns {', '.join(_NEEDED)}; {missing[0]} is missing")
    if unknown:
        raise CellError("#VALUE!", f"points has the column {unknown[0]!r}; it may have {', '.join(_KNOWN)}")
    stops: list[_Stop] = []
    for number, row in enumerate(points.rows, start=2):
        if all(cell is None for cell in row):
            continue
        stops.append(_stop(columns, row, number, base=not stops))
    if not stops:
        raise CellError("#VALUE!", "points has no rows; the first one is the base")
    return [stops[0], *sorted(stops[1:], key=lambda stop: label_key(stop.label))]


def _stop(columns: Mapping[str, int], row: tuple[Value, ...], number: int, *, base: bool) -> _Stop:
    """Read one row of a table of stops."""

    def cell(name: str) -> Value:
        return row[columns[name]] if name in columns else None

    def number_in(name: str) -> float:
        found = cell(name)
        if isinstance(found, bool) or not isinstance(found, float | int):
            raise CellError("#VALUE!", f"row {number} of points {holds(found)} in {name}; a number is expected")
        return float(found)

    def time_in(name: str) -> float | None:
        return None if cell(name) is None else _time_of_day(number_in(name), number)

    if cell("label") is None:
        raise CellError("#VALUE!", f"row {number} of points has no label")
    stay = 0.0
    if "visit_min" in columns and not (base and cell("visit_min") is None):
        stay = number_in("visit_min")
    return _Stop(cell("label"), number_in("lat"), number_in("lon"), stay, time_in("open"), time_in("close"))


def _time_of_day(cell: float, number: int) -> float:
    """Read a time of day, as cells hold it or in minutes from midnight: 0.5 and 720 are noon."""
    if not 0 <= cell <= _MINUTES_OF_DAY:
        raise CellError("#NUM!", f"row {number} of points holds the time {cell:.15g}; type a time such as 9:30")
    return cell * _MINUTES_OF_DAY if cell <= 1 else cell

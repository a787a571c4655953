"""
Distance and travel time without a road network.

Distances are great circles times a detour factor. Minutes are a fixed part for each leg (getting to
the car, parking, walking in) and the road at the speeds of its length, since a long leg runs on
faster roads than a short one. Both are estimates; `salesplan_xl.core.routes.calibration` fits the
minutes to observed legs.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.errors import OutOfRangeError, WrongShapeError
from salesplan_xl.core.reading import read_lists

Floats = NDArray[np.float64]

EARTH_KM = 6371.0088
"""Mean radius of the Earth (IUGG), in km."""

DETOUR = 1.3
"""Road km for each km as the crow flies, where nothing better is known."""


@dataclass(frozen=True)
class TravelModel:
    """
    How long a road takes.

    Parameters
    ----------
    fixed : float, default 5
        Minutes that each leg takes however short it is, zero or more.
    bands : tuple of (float, float), default ((10, 30), (50, 60), (inf, 90))
        Up to how many km of a leg which speed holds, in km and km/h. The first band is driven at its
        speed, what goes beyond it at the speed of the next. The last goes up to infinity.
    detour : float, default 1.3
        Road km for each km as the crow flies, 1 or more.

    Raises
    ------
    OutOfRangeError
        If `fixed` is negative, a speed is not above zero, the bands do not go up to infinity in
        ascending order, or `detour` is below 1.

    Notes
    -----
    The defaults are assumptions of a mixed town and country territory, to be replaced by a fit.
    """

    fixed: float = 5.0
    bands: tuple[tuple[float, float], ...] = ((10.0, 30.0), (50.0, 60.0), (float("inf"), 90.0))
    detour: float = DETOUR

    def __post_init__(self) -> None:
        if not 0 <= self.fixed < np.inf:
            raise OutOfRangeError("fixed time of a leg", self.fixed, "zero minutes or more")
        below = 0.0
        for up_to, speed in self.bands:
            if not 0 < speed < np.inf:
                raise OutOfRangeError("speed", speed, "above zero km/h")
            if not up_to > below:
                raise OutOfRangeError("end of a speed band", up_to, f"above {below:g} km")
            below = up_to
        if below < np.inf:
            raise OutOfRangeError("end of the last speed band", below, "infinite")
        check_detour(self.detour)


@dataclass(frozen=True)
class TravelMatrix:
    """
    Travel between places, from the row to the column.

    Parameters
    ----------
    km : ndarray of float64, shape (n, n)
        Road km, zero on the diagonal.
    minutes : ndarray of float64, shape (n, n)
        Minutes, zero on the diagonal.
    """

    km: Floats
    minutes: Floats


def distance_km(
    latitude: ArrayLike,
    longitude: ArrayLike,
    other_latitude: ArrayLike,
    other_longitude: ArrayLike,
    detour: float = DETOUR,
) -> Floats:
    """
    Estimate road km between places.

    Parameters
    ----------
    latitude, longitude, other_latitude, other_longitude : array_like
        Degrees WGS84, north and east positive; NaN where unknown. Arrays are matched like numpy arrays.
    detour : float, default 1.3
        Road km for each km as the crow flies, 1 or more; 1 gives the great circle.

    Returns
    -------
    km : ndarray of float64
        Zero or more, to the bit the same in both directions, zero from a place to itself; NaN where a coordinate is
        unknown.

    Raises
    ------
    OutOfRangeError
        If a latitude is not between -90 and 90, a longitude not between -180 and 180, or `detour` is
        below 1.
    WrongShapeError
        If the shapes do not match.

    Notes
    -----
    The haversine formula on a sphere of 6371.0088 km. On 128 cities of the United States and Canada road
    and great circle differ by 1.235 on average, on 29 places in Bavaria by 1.255; 1.3 leans to the safe side.

    Examples
    --------
    >>> distance_km([45.7597], [4.8422], 48.8567, 2.3508, detour=1).round(1)  # Lyon to Paris
    array([392.2])
    """
    check_detour(detour)
    given = [np.asarray(part, np.float64) for part in (latitude, longitude, other_latitude, other_longitude)]
    for what, degrees, limit in zip(("latitude", "longitude") * 2, given, (90, 180) * 2, strict=True):
        beyond = np.abs(degrees) > limit
        if beyond.any():
            raise OutOfRangeError(what, degrees[beyond].tolist()[0], f"between {-limit} and {limit} degrees")
    try:
        np.broadcast_shapes(*(part.shape for part in given))
    except ValueError:
        raise WrongShapeError("longitudes and second places", given[3].shape, given[0].shape) from None
    north, east, other_north, other_east = map(np.radians, given)
    half_chord = (
        np.sin((other_north - north) / 2) ** 2
        + (np.cos(north) * np.cos(other_north)) * np.sin((other_east - east) / 2) ** 2
    )
    return np.asarray(detour * 2 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(half_chord, 1))))


def travel_minutes(km: ArrayLike, model: TravelModel | None = None) -> Floats:
    """
    Estimate the minutes that legs take.

    Parameters
    ----------
    km : array_like
        Road km of each leg, zero or more; NaN where unknown.
    model : TravelModel, optional
        Fixed part and speeds; by default those of `TravelModel`.

    Returns
    -------
    minutes : ndarray of float64, shape of `km`
        Zero for a leg of 0 km. Above that they never fall as the leg grows, and do not jump where a band
        of speed ends; NaN where `km` is.

    Raises
    ------
    OutOfRangeError
        If a length is negative or infinite.

    Examples
    --------
    >>> travel_minutes([0, 10, 25])  # 5 + 10 km at 30 km/h; 5 + 20 + 15 km at 60 km/h
    array([ 0., 25., 40.])
    """
    used = TravelModel() if model is None else model
    lengths = np.asarray(km, np.float64)
    wrong = (lengths < 0) | np.isinf(lengths)
    if wrong.any():
        raise OutOfRangeError("length of a leg", lengths[wrong].tolist()[0], "zero km or more")
    minutes, below = np.full(lengths.shape, used.fixed), 0.0
    for up_to, speed in used.bands:
        minutes = minutes + (np.clip(lengths, below, up_to) - below) * 60 / speed
        below = up_to
    return np.where(lengths == 0, 0.0, minutes)


def travel_matrix(latitudes: ArrayLike, longitudes: ArrayLike, model: TravelModel | None = None) -> TravelMatrix:
    """
    Estimate the travel between all pairs of places.

    Parameters
    ----------
    latitudes, longitudes : array_like, shape (n,)
        Degrees WGS84, none missing.
    model : TravelModel, optional
        How long a road takes; by default the figures of `TravelModel`.

    Returns
    -------
    travel : TravelMatrix
        Km and minutes, the same in both directions.

    Raises
    ------
    OutOfRangeError
        If a coordinate is missing or out of range.
    WrongShapeError
        If the two are not lists of one length.

    Examples
    --------
    >>> travel_matrix([0, 0], [0, 1]).km.round(1)
    array([[  0. , 144.6],
           [144.6,   0. ]])
    """
    used = TravelModel() if model is None else model
    north, east = read_lists(latitudes, longitudes, "longitudes")
    for what, degrees in (("latitude", north), ("longitude", east)):
        if np.isnan(degrees).any():
            raise OutOfRangeError(what, float("nan"), "known")
    km = distance_km(north[:, None], east[:, None], north, east, used.detour)
    return TravelMatrix(km, travel_minutes(km, used))


def medoid(minutes: ArrayLike, weights: ArrayLike | None = None) -> int:
    """
    Find the place from which the others are reached soonest: the base to assume where none is known.

    Parameters
    ----------
    minutes : array_like, shape (n, n)
        Minutes, or km, from each place to each; at least one place.
    weights : array_like, shape (n,), optional
        How often each place is gone to, zero or more; by default once.

    Returns
    -------
    place : int
        Position of the place with the least travel to all others and back; of equal ones the first.

    Raises
    ------
    WrongShapeError
        If the table is not square, is empty, or has not one weight for each place.

    Examples
    --------
    >>> medoid([[0, 1, 5], [1, 0, 4], [5, 4, 0]])
    1
    """
    table = np.asarray(minutes, np.float64)
    if table.ndim != 2 or table.shape[0] != table.shape[1] or not table.size:
        raise WrongShapeError("travel times", table.shape, "(n, n)")
    often = np.ones(len(table)) if weights is None else np.asarray(weights, np.float64)
    if often.shape != (len(table),):
        raise WrongShapeError("weights", often.shape, (len(table),))
    there_and_back = ((table + table.T) * often).sum(axis=1)
    return int(np.round(there_and_back, 6).argmin())  # what differs by less is equal


def check_detour(detour: float) -> None:
    """
    Refuse a road shorter than the crow flies.

    Parameters
    ----------
    detour : float
        Road km for each km as the crow flies.

    Raises
    ------
    OutOfRangeError
        If it is below 1 or infinite.
    """
    if not 1 <= detour < np.inf:
        raise OutOfRangeError("detour factor", detour, "1 or more")

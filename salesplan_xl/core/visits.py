"""How much field work there is: visits a day holds, hours and reps a visit programme needs, the length of a tour."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.errors import OutOfRangeError, WrongShapeError
from salesplan_xl.core.reading import read_at_least_zero
from salesplan_xl.core.routes.travel import DETOUR, check_detour

# A number this near to a whole one is whole: products of minutes and hours carry noise in their last digits.
_WHOLE = 1e-9

# Length of the shortest tour / sqrt(places x area) by number of places, most places first; see `tour_factor`.
_FACTORS = (
    (math.inf, 0.7124),
    (100, 0.7765),
    (50, 0.7994),
    (30, 0.8270),
    (20, 0.8584),
    (15, 0.8765),
    (12, 0.8930),
    (10, 0.9099),
    (8, 0.9234),
    (6, 0.9438),
    (5, 0.9515),
    (4, 0.9439),
    (3, 0.9031),
    (2, 0.7374),
)


@dataclass(frozen=True)
class Workload:
    """
    What a visit programme asks for.

    Parameters
    ----------
    visits : ndarray of float64
        Visits of each group.
    hours : ndarray of float64
        Hours of each group, visits and travel.
    total_hours : float
        Hours of all groups.
    minutes_per_visit : float
        Visit and travel of an average visit, in minutes; NaN where there are no visits.
    reps_exact : float
        Reps needed, with the fraction.
    reps : int
        Whole reps needed.
    """

    visits: NDArray[np.float64]
    hours: NDArray[np.float64]
    total_hours: float
    minutes_per_visit: float
    reps_exact: float
    reps: int


@dataclass(frozen=True)
class DayVisits:
    """
    Visits that a day holds.

    Parameters
    ----------
    exact : float
        With the fraction.
    whole : int
        Whole visits.
    """

    exact: float
    whole: int


def workload(
    customers: ArrayLike, visits: ArrayLike, visit_min: ArrayLike, travel_min: ArrayLike, hours: float
) -> Workload:
    """
    Work out the hours and the reps that a visit programme needs.

    Parameters
    ----------
    customers : array_like
        Customers of each group, zero or more.
    visits : array_like
        Visits to each customer of the group in the time that `hours` speaks of, zero or more.
    visit_min, travel_min : array_like
        Minutes of one visit, and of the travel for it, zero or more. A single number holds for all groups; otherwise
        there is one for each, in the shape of `customers`.
    hours : float
        Field hours that one rep has in that time, above zero.

    Returns
    -------
    workload : Workload
        Hours are customers x visits x (visit + travel); reps are hours / `hours`.

    Raises
    ------
    OutOfRangeError
        If a number is negative or not finite, or `hours` is not above zero.
    WrongShapeError
        If the shapes do not match.

    Examples
    --------
    >>> workload([1000, 2000], [36, 12], 60, 0, hours=1000).reps  # 36,000 + 24,000 calls of an hour
    60
    """
    if not 0 < hours < np.inf:
        raise OutOfRangeError("time of a rep", hours, "above zero hours")
    people = read_at_least_zero("number of customers", customers)
    named = {"number of visits": visits, "visit": visit_min, "travel": travel_min}
    often, visit, travel = (_of_groups(what, numbers, people.shape) for what, numbers in named.items())
    calls = people * often
    spent = calls * (visit + travel) / 60
    total, count = math.fsum(spent.ravel().tolist()), math.fsum(calls.ravel().tolist())
    exact = total / hours
    return Workload(calls, spent, total, total * 60 / count if count else math.nan, exact, math.ceil(exact - _WHOLE))


def _of_groups(what: str, numbers: ArrayLike, groups: tuple[int, ...]) -> NDArray[np.float64]:
    """Read numbers of groups: one for each, or one for all."""
    given = read_at_least_zero(what, numbers)
    if given.size != 1 and given.shape != groups:
        raise WrongShapeError("groups", given.shape, groups)
    return np.broadcast_to(given, groups)


def visits_per_day(day_min: float, visit_min: float, travel_min: float, *, idle: float = 0.0) -> DayVisits:
    """
    Work out how many visits a day holds.

    Parameters
    ----------
    day_min : float
        Field time of a day in minutes, zero or more.
    visit_min, travel_min : float
        Minutes of an average visit, and of the travel to it, zero or more and not both zero.
    idle : float, default 0
        Part of a visit that is lost at the end of a day because no further visit fits in, zero or more.

    Returns
    -------
    visits : DayVisits
        (Field time - idle x visit) / (visit + travel), zero or more.

    Raises
    ------
    OutOfRangeError
        If a number is negative or not finite, or visit and travel take no time.

    Examples
    --------
    >>> visits_per_day(384, 30, 20)
    DayVisits(exact=7.68, whole=7)
    """
    named = {"field time of a day": day_min, "visit": visit_min, "travel": travel_min, "idle part of a visit": idle}
    day, visit, travel, lost = (float(read_at_least_zero(what, number)) for what, number in named.items())
    if visit + travel == 0:
        raise OutOfRangeError("visit with its travel", 0, "above zero minutes")
    exact = max(0.0, day - lost * visit) / (visit + travel)
    return DayVisits(exact, math.floor(exact + _WHOLE))


def tour_estimate(n: int, area_km2: float, base_km: float = 0.0, detour: float = DETOUR) -> float:
    """
    Estimate the length of the shortest tour before the addresses are known.

    Parameters
    ----------
    n : int
        Places of the tour, the base counted, 2 or more.
    area_km2 : float
        Area they are scattered over, zero or more.
    base_km : float, default 0
        Road km from the base to the area, zero or more, driven twice.
    detour : float, default 1.3
        Road km for each km as the crow flies within the area, 1 or more.

    Returns
    -------
    km : float
        Road km: ``detour * tour_factor(n) * sqrt(n * area_km2) + 2 * base_km``. Grows with each of the four.

    Raises
    ------
    OutOfRangeError
        If a number is outside its range.

    Examples
    --------
    >>> round(tour_estimate(10, 100), 1)  # 1.3 x 0.9099 x 31.62
    37.4
    """
    check_detour(detour)
    area, base = float(read_at_least_zero("area", area_km2)), float(read_at_least_zero("way to the area", base_km))
    return detour * tour_factor(n) * math.sqrt(n * area) + 2 * base


def tour_factor(n: float) -> float:
    """
    Give the mean length of the shortest tour through places scattered evenly over a square.

    Parameters
    ----------
    n : float
        Places, the base counted, 2 or more; may be infinite.

    Returns
    -------
    factor : float
        The length divided by the root of number of places x area.

    Raises
    ------
    OutOfRangeError
        If there are fewer than two places.

    Notes
    -----
    Two and three places follow from the mean distance of two points of a square, 0.5214 of its side. From 4 to 15
    they are the mean of our own simulations with exact tours (standard error at most 0.004), 20 to 100 are published
    (Franceschetti and others, 2017), then the limit of Beardwood, Halton and Hammersley, 0.7124. That limit
    alone is 15 to 25 % too low for the few places of a day. In between the factor is linear in
    1 / sqrt(n). Customers in towns have shorter tours, long territories longer ones.

    Examples
    --------
    >>> tour_factor(20), tour_factor(float("inf"))
    (0.8584, 0.7124)
    """
    if not n >= 2:
        raise OutOfRangeError("number of places", n, "the base and at least one visit")
    places, factors = zip(*_FACTORS, strict=True)
    return float(np.interp(1 / math.sqrt(n), [1 / math.sqrt(place) for place in places], factors))

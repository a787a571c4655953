"""What coordinates are worth: good ones told from those that nothing can be planned with."""

from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.reading import read_lists
from salesplan_xl.core.routes.travel import EARTH_KM

Floats = NDArray[np.float64]

# A position has company in customers within this many km as the crow flies, and must have this many times more of it
# when it is swapped than as it stands before it is called so.
_NEAR_KM = 300.0
_TIMES_BETTER = 4

# Rows of a distance table worked on at once.
_ROWS = 512


class Placed(StrEnum):
    """What coordinates are worth."""

    GOOD = "good"
    MISSING = "missing"
    ZERO = "zero"
    OUT_OF_RANGE = "out of range"
    SWAPPED = "swapped"


def place_quality(latitudes: ArrayLike, longitudes: ArrayLike) -> list[Placed]:
    """
    Tell good coordinates from those that cannot be planned with.

    Parameters
    ----------
    latitudes, longitudes : array_like, shape (n,)
        Degrees as they were collected; NaN where missing.

    Returns
    -------
    quality : list of Placed
        For each place: "missing" if either is; "zero" for (0, 0); "swapped" if the latitude can only be a
        longitude, or at least four times as many other places lie within 300 km of the position with
        the two exchanged as of the one given; "out of range"; otherwise "good".

    Raises
    ------
    WrongShapeError
        If the two are not lists of one length.

    Notes
    -----
    Swapped is a suspicion for a person to look at, never a correction. Where a customer's
    position and its swapped one are both near others (around 9° north, 9° east) it cannot be told.

    Examples
    --------
    >>> [str(quality) for quality in place_quality([48.9, -122.4, np.nan], [2.4, 47.7, 5])]
    ['good', 'swapped', 'missing']
    """
    north, east = read_lists(latitudes, longitudes, "longitudes")
    missing = np.isnan(north) | np.isnan(east)
    zero = (north == 0) & (east == 0)  # what programs write where they know no position
    fits = (np.abs(north) <= 90) & (np.abs(east) <= 180)
    fits_swapped = (np.abs(east) <= 90) & (np.abs(north) <= 180)
    swapped = ~fits & fits_swapped & ~missing
    swapped |= _better_swapped(north, east, fits & ~zero & ~missing)
    conditions = [missing, zero, swapped, ~fits]
    kinds = [Placed.MISSING, Placed.ZERO, Placed.SWAPPED, Placed.OUT_OF_RANGE]
    return [
        next((kind for kind, at in zip(kinds, row, strict=True) if at), Placed.GOOD)
        for row in zip(*conditions, strict=True)
    ]


def _better_swapped(north: Floats, east: Floats, usable: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell which usable places have far more company where their coordinates are exchanged."""
    found = np.zeros(len(north), dtype=np.bool_)
    places = _directions(north[usable], east[usable])
    nearby = np.cos(_NEAR_KM / EARTH_KM)
    for first in range(0, len(north), _ROWS):
        rows = slice(first, first + _ROWS)
        candidates = usable[rows] & (np.abs(east[rows]) <= 90)
        as_given = (_directions(north[rows][candidates], east[rows][candidates]) @ places.T > nearby).sum(axis=1) - 1
        exchanged = (_directions(east[rows][candidates], north[rows][candidates]) @ places.T > nearby).sum(axis=1)
        found[rows][candidates] = exchanged >= _TIMES_BETTER * (as_given + 1)
    return found


def _directions(north: Floats, east: Floats) -> Floats:
    """Return places as unit vectors from the centre of the Earth."""
    latitude, longitude = np.radians(north), np.radians(east)
    return np.column_stack(
        (np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude))
    )

"""Customers on a map: where each stands, in the colour of its segment, over the outline of the land around them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from salesplan_xl.core.labels import label_key
from salesplan_xl.core.routes import Placed, place_quality
from salesplan_xl.workbook.outlines import Ring, land_outlines
from salesplan_xl.workbook.problems import Problem, capped, problem
from salesplan_xl.workbook.rows import Rows, distinct
from salesplan_xl.workbook.sheets.segments import (
    CUSTOMER_MAP,
    MAP_ASPECT,
    MAP_COLOURS,
    MAP_LEGEND,
    MAP_OUTLINE,
    MAP_SEGMENTS,
)

Places = NDArray[np.float64]
"""A row for each place: east and north, in degrees or on the map."""

_MARGIN = 0.06
_SMALLEST = 2.0  # degrees, so that a single customer has some land around
_NEAR = 2.0  # degrees from a corner of a border; coarse as it is, a town on the coast may lie outside
_FARTHEST_NORTH = 80.0  # degrees; Mercator's map has no end
_DIGITS = 5  # more than a screen has
_TELLS_EACH = {Placed.ZERO: "W-MAP-ZERO", Placed.SWAPPED: "W-MAP-SWAPPED"}


@dataclass(frozen=True)
class _Sheet:
    """A map in the proportions of its chart: its south-west corner and its size, on Mercator's map in degrees."""

    low: Places
    size: Places

    @classmethod
    def around(cls, places: Places) -> _Sheet:
        """The smallest map that has all places with a margin; somewhere, where there are none."""
        flat = _mercator(places) if len(places) else np.zeros((1, 2))
        low, high = flat.min(axis=0), flat.max(axis=0)
        size = np.maximum((high - low) * (1 + 2 * _MARGIN), _SMALLEST)
        size = np.array([max(size[0], size[1] * MAP_ASPECT), max(size[1], size[0] / MAP_ASPECT)])
        return cls((low + high - size) / 2, size)

    def place(self, places: Places) -> Places:
        """Where places are on the map: parts of its width and height, from its south-west corner."""
        flat = _mercator(places) if len(places) else np.zeros((0, 2))
        on_map: Places = np.round((flat - self.low) / self.size, _DIGITS)
        return on_map


def _mercator(places: Places) -> Places:
    """Places on Mercator's map, which shows each region in its own shape; the equator is as long as in degrees."""
    north = np.radians(np.clip(places[:, 1], -_FARTHEST_NORTH, _FARTHEST_NORTH))
    return np.column_stack((places[:, 0], np.degrees(np.arcsinh(np.tan(north)))))


def customer_map(
    customers: pd.DataFrame, segments: Sequence[str], names: Sequence[str]
) -> tuple[dict[str, pd.DataFrame], int]:
    """
    Draw customers on a map.

    Parameters
    ----------
    customers : DataFrame
        With ``customer``, ``latitude`` and ``longitude`` in degrees, blank where not known.
    segments : sequence of str
        The segment of each customer.
    names : sequence of str
        The segments in order; those that have no colour left are not drawn.

    Returns
    -------
    tables : dict of str to DataFrame
        Rows of customer_map, map_legend and map_outline. Customers whose coordinates cannot be right are left out.
    drawn : int
        How many customers are drawn.
    """
    numbers = {name: number for number, name in enumerate(names[:MAP_SEGMENTS])}
    places = customers[["longitude", "latitude"]].to_numpy(float)
    good = np.array([one is Placed.GOOD for one in place_quality(places[:, 1], places[:, 0])], bool)
    drawn = [row for row in np.flatnonzero(good).tolist() if segments[row] in numbers]
    drawn.sort(key=lambda row: label_key(customers["customer"].iloc[row]))
    ids = customers["customer"].iloc[drawn]
    sheet = _Sheet.around(places[drawn])
    east, north = sheet.place(places[drawn]).T
    dots = pd.DataFrame({"row_id": distinct(ids), "customer": ids.to_numpy(), "east": east})
    own = np.array([numbers[segments[row]] for row in drawn], np.int64)
    for number, colour in enumerate(MAP_COLOURS):
        dots[colour] = np.where(own == number, north, np.nan)
    listed = [*names[:MAP_SEGMENTS], *[None] * (MAP_SEGMENTS - len(names))]
    legend = pd.DataFrame({"position": np.arange(1.0, MAP_SEGMENTS + 1), "segment": np.array(listed, object)})
    legend.insert(0, "row_id", [f"{position}" for position in range(1, MAP_SEGMENTS + 1)])
    outline = pd.DataFrame(_outline(places[drawn], sheet), columns=["row_id", "piece", "east", "north"])
    types = {"piece": float, "east": float, "north": float}
    return {CUSTOMER_MAP.id: dots, MAP_LEGEND.id: legend, MAP_OUTLINE.id: outline.astype(types)}, len(drawn)


def misplaced(customers: Rows) -> list[Problem]:
    """
    Tell customers whose coordinates are missing or cannot be right.

    Parameters
    ----------
    customers : Rows
        The table of customers.

    Returns
    -------
    list of Problem
        Warnings at the latitudes: one for all that are missing, one for each that stands at (0, 0) or seems to have
        latitude and longitude exchanged, `capped`.
    """
    frame = customers.frame
    quality = place_quality(frame["latitude"].to_numpy(float), frame["longitude"].to_numpy(float))
    found = []
    missing = [row for row, one in enumerate(quality) if one is Placed.MISSING]
    if missing:
        found.append(_told(customers, missing[0], "W-MAP-MISSING", len(missing)))
    for kind, code in _TELLS_EACH.items():
        found += capped([_told(customers, row, code) for row, one in enumerate(quality) if one is kind])
    return found


def _told(customers: Rows, row: int, code: str, count: int = 1) -> Problem:
    """A problem with the coordinates of a customer."""
    one = customers.frame.iloc[row]
    return problem(
        code,
        sheet=customers.cells.sheet,
        cell=customers.place(row, "latitude"),
        count=count,
        value=one["customer"],
        latitude=f"{one['latitude']:.15g}",
        longitude=f"{one['longitude']:.15g}",
    )


def _outline(places: Places, sheet: _Sheet) -> list[tuple[str, int, float, float]]:
    """The borders of the land that the places are on, as far as the map reaches: row id, piece, east, north."""
    rows: list[tuple[str, int, float, float]] = []
    for piece, ring in enumerate(land_outlines(), start=1):
        if _holds(ring, places):
            rows += _within(piece, sheet.place(ring))
    return rows


def _within(piece: int, ring: Places) -> Iterator[tuple[str, int, float, float]]:
    """The part of a border that lies on the map, with a blank wherever it leaves it."""
    inside = [0 <= east <= 1 and 0 <= north <= 1 for east, north in ring.tolist()]
    for point, (east, north) in enumerate(ring.tolist()):
        if inside[point]:
            yield f"{piece}/{point}", piece, east, north
        elif point and inside[point - 1]:
            yield f"{piece}/{point}", piece, np.nan, np.nan
    if inside[-1]:
        yield f"{piece}/{len(ring)}", piece, np.nan, np.nan


def _holds(ring: Ring, places: Places) -> bool:
    """Whether one of the places is on a piece of land, or so near to its border that it may be."""
    low, high = ring.min(axis=0) - _NEAR, ring.max(axis=0) + _NEAR
    close = places[((places >= low) & (places <= high)).all(axis=1)]
    if not len(close):
        return False
    near = (np.abs(close[:, None, :] - ring[None, :, :]) <= _NEAR).all(axis=2).any()
    return bool(near or _inside(ring, close).any())


def _inside(ring: Ring, places: Places) -> NDArray[np.bool_]:
    """Which places a border goes round: those from which a line to the east crosses it an odd number of times."""
    east, north = places[:, :1], places[:, 1:]
    (x, y), (next_x, next_y) = ring[:-1].T, ring[1:].T
    passes = (y > north) != (next_y > north)
    rise = np.where(next_y == y, 1.0, next_y - y)  # a level edge is passed by none
    crossings = passes & (east < x + (north - y) * (next_x - x) / rise)
    odd: NDArray[np.bool_] = crossings.sum(axis=1) % 2 == 1
    return odd

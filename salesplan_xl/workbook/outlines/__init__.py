"""Outlines of countries, so that customers are seen on a map without asking anybody for one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ring = NDArray[np.float64]
"""The border of one piece of land: a row for each point, longitude and latitude in degrees, the last as the first."""


@cache
def land_outlines() -> tuple[Ring, ...]:
    """
    Give the borders of all countries of the world, coarse as for a map of continents.

    Returns
    -------
    tuple of ndarray, each of shape (points, 2)
        One for each piece of land of each country, in the order of the packaged file, which never changes. A piece
        that lies across the 180th meridian is cut there. Lakes are left out.

    Notes
    -----
    The file is TopoJSON [1]_: borders are arcs shared by the countries on both sides, their points whole numbers that
    count on from each other.

    References
    ----------
    .. [1] M. Bostock and C. Metcalf, "The TopoJSON Format Specification", sections 2.1.2 to 2.1.4.

    Examples
    --------
    >>> ring = land_outlines()[0]
    >>> bool((ring[0] == ring[-1]).all())
    True
    """
    text = (files("salesplan_xl.workbook.outlines") / "countries-110m.json").read_text(encoding="utf-8")
    topology = json.loads(text)
    scale, translate = (np.array(topology["transform"][part]) for part in ("scale", "translate"))
    arcs = [np.cumsum(arc, axis=0) * scale + translate for arc in topology["arcs"]]
    countries = topology["objects"]["countries"]["geometries"]
    return tuple(_ring(polygon[0], arcs) for country in countries for polygon in _polygons(country))


def _polygons(country: Mapping[str, Any]) -> Sequence[Any]:
    """The polygons of a country; the first ring of each is its border, the others are its holes."""
    polygons: Sequence[Any] = country["arcs"]
    return [polygons] if country["type"] == "Polygon" else polygons


def _ring(numbers: Sequence[int], arcs: Sequence[Ring]) -> Ring:
    """One border of its arcs; ~n is arc n backwards, and each begins where the one before it ended."""
    parts = [arcs[number] if number >= 0 else arcs[~number][::-1] for number in numbers]
    ring: Ring = np.concatenate([parts[0][:1], *(part[1:] for part in parts)])
    return ring

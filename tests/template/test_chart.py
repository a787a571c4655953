"""A chart draws every series that is declared, each in a colour of its own, or says that it cannot."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from salesplan_xl.template import style
from salesplan_xl.template.blocks.chart import _add_series
from salesplan_xl.template.canvas import Canvas
from salesplan_xl.workbook.schema import Chart


class Drawn:
    """A chart that keeps what was added to it."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def add_series(self, series: dict[str, Any]) -> None:
        self.names.append(series["name"])


def added(number: int) -> list[str]:
    """The names of the series that are drawn of so many."""
    names = [f"series_{place}" for place in range(number)]
    chart = SimpleNamespace(source="grid", categories="month", series=tuple(names), names="", kind="column")
    layout = SimpleNamespace(
        grids={"grid": (SimpleNamespace(columns=()), None)}, grid_column=lambda _grid, column: column
    )
    canvas = SimpleNamespace(layout=layout, labels=SimpleNamespace(blocks={"grid": {name: name for name in names}}))
    drawn = Drawn()
    _add_series(cast("Canvas", canvas), cast("Chart", chart), drawn)
    assert drawn.names == names
    return drawn.names


def test_as_many_series_as_there_are_colours_are_drawn() -> None:
    assert len(added(len(style.SERIES))) == 8


def test_a_series_without_a_colour_is_no_series_that_is_left_out() -> None:
    with pytest.raises(ValueError, match="zip"):
        added(len(style.SERIES) + 1)

"""What coordinates are worth."""

import math

import pytest

from salesplan_xl.core.errors import (
    WrongShapeError,
)
from salesplan_xl.core.routes import (
    Placed,
    place_quality,
)


def test_coordinates_are_told_apart() -> None:
    bavaria = [(48 + step / 10, 11 + step / 10) for step in range(8)]
    odd = [(math.nan, 11), (0, 0), (95, 200), (11.5, 48.5), (-122.4, 47.6), (64.1, -21.9)]
    quality = place_quality(*zip(*bavaria, *odd, strict=True))
    assert quality[:8] == [Placed.GOOD] * 8
    # (11.5, 48.5) is in the Gulf of Aden, exchanged it is in Bavaria; a lone customer in Iceland is a good one
    assert [str(one) for one in quality[8:]] == ["missing", "zero", "out of range", "swapped", "swapped", "good"]


def test_a_lone_place_is_not_suspected() -> None:
    assert place_quality([48.1], [11.5]) == [Placed.GOOD]
    with pytest.raises(WrongShapeError):
        place_quality([48.1], [11.5, 12])

"""Numbers as they are given: what is one, and what is refused."""

import math
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from salesplan_xl.core.errors import NotAnAmountError, OutOfRangeError, PlanError, WrongShapeError
from salesplan_xl.core.reading import read_at_least_zero, read_list, read_lists, read_numbers


def test_whole_numbers_stay_whole() -> None:
    assert read_numbers([1, -2]).dtype == np.int64
    assert read_numbers([1, 2.5]).tolist() == [1, 2.5]
    decimals = np.array([Decimal("0.1"), 2], dtype=object)
    assert read_numbers(decimals).tolist() == [0.1, 2]


@pytest.mark.parametrize("odd", [None, "1", True, math.nan, math.inf])
def test_what_is_no_number_is_refused(odd: object) -> None:
    with pytest.raises(NotAnAmountError) as refusal:
        read_numbers(np.array([1.5, odd], dtype=object))
    assert str(refusal.value.found) == str(odd)


@pytest.mark.parametrize(
    ("read", "refusal", "words"),
    [
        pytest.param(lambda: read_list([[1]], "values"), WrongShapeError, "values have shape", id="no-list"),
        pytest.param(lambda: read_lists([1], [1, 2], "minutes"), WrongShapeError, r"\(2,\), not \(1,\)", id="lengths"),
        pytest.param(lambda: read_lists([[1]], [[1]], "minutes"), WrongShapeError, r"not \(n,\)", id="no-lists"),
        pytest.param(lambda: read_at_least_zero("visit", [1, -2]), OutOfRangeError, "visit is -2; it must be", id="-"),
        pytest.param(lambda: read_at_least_zero("visit", math.nan), OutOfRangeError, "visit is nan", id="missing"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(read: Any, refusal: type[PlanError], words: str) -> None:
    with pytest.raises(refusal, match=words):
        read()


def test_what_fits_is_given_back() -> None:
    assert read_list([1, 2], "values").tolist() == [1, 2]
    assert [part.tolist() for part in read_lists([1], [2], "minutes")] == [[1], [2]]
    assert read_at_least_zero("visit", [[0, 1.5]]).tolist() == [[0, 1.5]]

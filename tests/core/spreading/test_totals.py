from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from salesplan_xl.core import spreading
from salesplan_xl.core.errors import (
    AllHeldError,
    EmptyScopeError,
    FloorsTooHighError,
    HeldExceedsTotalError,
    NotAnAmountError,
    NoWeightError,
    PercentagesError,
    PlanError,
    WrongChoiceError,
    WrongPatternError,
    WrongShapeError,
)
from salesplan_xl.core.spreading import Override

AMOUNTS = st.lists(st.integers(0, 10**12), min_size=1, max_size=10)
LARGEST = 10**15 - 1


@pytest.mark.parametrize(
    ("method", "cells", "typed", "options", "values"),
    [
        pytest.param("proportional", [10, 20, 30], [120], {}, [20, 40, 60], id="proportional"),
        pytest.param("proportional", [10, 0, 30], [100], {}, [25, 0, 75], id="a zero stays zero"),
        pytest.param("proportional", [0, 0], [100], {"zero": "equal"}, [50, 50], id="a zero base shared equally"),
        pytest.param("proportional", [0, 0], [100], {"zero": "leave"}, [0, 0], id="a zero base left"),
        pytest.param("equal", [1, 2, 3], [10], {}, [4, 3, 3], id="equal, ties to the earlier"),
        pytest.param("equal", [0, 2, 3], [10], {"scope": "nonzero"}, [0, 5, 5], id="equal over what holds something"),
        pytest.param("equal", [5, 5, 5], [10], {"held": [None, 1, None]}, [5, 1, 4], id="9 over two"),
        pytest.param("by_reference", [7, 7], [90, [1, 2]], {}, [30, 60], id="in the proportions of last year"),
        pytest.param("by_reference", [7, 8], [90, [0, 0]], {"zero": "leave"}, [7, 8], id="no reference: as they are"),
        pytest.param("by_weights", [0, 0, 0], [90, [2, 1, 1]], {"upper": [30, None, None]}, [30] * 3, id="capped"),
        pytest.param("pattern", [0] * 6, [26, "4-4-5"], {}, [4, 4, 5, 4, 4, 5], id="4-4-5 twice"),
        pytest.param("pattern", [0] * 3, [900, "1 2 1"], {}, [225, 450, 225], id="a bell"),
        pytest.param("pattern", [[0, 0], [0, 0]], [12, [1, 2]], {}, [[2, 2], [4, 4]], id="down the periods of a table"),
        pytest.param("percentages", [0, 0], [200, [25, 75]], {}, [50, 150], id="percentages"),
        pytest.param("percentages", [0] * 12, [1200, [100 / 12] * 12], {}, [100] * 12, id="a twelfth of 100 each"),
        pytest.param("add", [300, 100], [200], {}, [450, 150], id="added by size"),
        pytest.param("add", [300, 100], [200, [1, 1]], {}, [400, 200], id="added by weights"),
        pytest.param("add", [10, 190], [-60, [1, 1]], {}, [0, 140], id="30 each, but only 10 there"),
        pytest.param("add", [10, 190], [-60, [1, 1]], {"on_negative": "allow"}, [-20, 160], id="below zero"),
        pytest.param("add", [10, 20], [30], {"held": [None, 50]}, [40, 50], id="added around a hold"),
        pytest.param("add", [10, 10], [30], {"upper": [15, None]}, [15, 35], id="added up to a cap"),
        pytest.param("equal_increment", [10, 30, 60], [160], {}, [30, 50, 80], id="20 each"),
        pytest.param("equal_increment", [10, 30, 60], [70], {}, [0, 20, 50], id="10 less each"),
        pytest.param("hold_total", [10, 20, 30], [[None, 30, None]], {}, [8, 30, 22], id="30 over 10 and 30"),
    ],
)
def test_a_method_meets_its_total(method: str, cells: Any, typed: Any, options: Any, values: Any) -> None:
    assert getattr(spreading, method)(cells, *typed, **options).tolist() == values


@pytest.mark.parametrize(
    ("method", "cells", "typed", "options", "refusal"),
    [
        pytest.param("proportional", [0, 0], [5], {}, NoWeightError, id="a zero base"),
        pytest.param("proportional", [0, 0], [5], {"scope": "nonzero"}, EmptyScopeError, id="nothing in scope"),
        pytest.param("add", [0, 0], [5], {"scope": "nonzero"}, EmptyScopeError, id="nothing in scope to add to"),
        pytest.param("proportional", [1, 2], [5], {"held": [1, 2]}, AllHeldError, id="all held"),
        pytest.param("proportional", [1, None], [5], {}, NotAnAmountError, id="a blank cell"),
        pytest.param(
            "proportional", np.ma.MaskedArray([1, 2], [False, True]), [5], {}, NotAnAmountError, id="a masked cell"
        ),
        pytest.param("equal", [1, 2], [5], {"scope": "some"}, WrongChoiceError, id="no such scope"),
        pytest.param("by_weights", [1, 2], [5, [1]], {}, WrongShapeError, id="a weight too few"),
        pytest.param("pattern", [1, 2], [5, "4-x"], {}, WrongPatternError, id="a letter in a pattern"),
        pytest.param("pattern", [1, 2], [5, "0-0"], {}, WrongPatternError, id="a pattern of nothing"),
        pytest.param("pattern", [1, 2], [5, [1, -1]], {}, WrongPatternError, id="a negative pattern"),
        pytest.param("percentages", [0] * 12, [5, [8.3333] * 12], {}, PercentagesError, id="99.9996 %"),
        pytest.param("percentages", [0, 0], [5, [0, 0]], {"whole": "scale"}, PercentagesError, id="0 %"),
        pytest.param("percentages", [0, 0], [5, [100]], {}, WrongShapeError, id="a percentage too few"),
        pytest.param("add", [10, 20], [-31], {}, FloorsTooHighError, id="more than there is"),
        pytest.param("hold_total", [10, 20, 30], [[70, None, None]], {}, HeldExceedsTotalError, id="beyond the total"),
    ],
)
def test_what_a_method_cannot_do_is_refused(
    method: str, cells: Any, typed: Any, options: Any, refusal: type[PlanError]
) -> None:
    with pytest.raises(refusal):
        getattr(spreading, method)(cells, *typed, **options)


def test_percentages_that_do_not_add_up_say_how_much_is_missing() -> None:
    with pytest.raises(PercentagesError, match=r"99\.9996, not 100 \(0\.0004 missing\)"):
        spreading.percentages([0] * 12, 100_000_000, [8.3333] * 12)
    scaled = spreading.percentages([0] * 12, 100_000_000, [8.3333] * 12, whole="scale")
    assert scaled.tolist() == [8_333_334] * 4 + [8_333_333] * 8


def test_nothing_in_scope_is_left_as_it_is_where_that_is_asked() -> None:
    assert spreading.equal([0, 0], 5, scope="nonzero", zero="leave").tolist() == [0, 0]
    assert spreading.add([0, 0], 5, scope="nonzero", zero="leave").tolist() == [0, 0]


def test_overlapping_overrides_depend_on_their_order() -> None:
    first, second = Override([0, 1, 2], 60), Override([2, 3, 4], 180)
    cells = [10, 10, 20, 20, 40]
    # 10 + 10 + 20 = 40 to 60: x 1.5; then 30 + 20 + 40 = 90 to 180: x 2
    assert spreading.override(cells, [first, second]).tolist() == [15, 15, 60, 40, 80]
    # 20 + 20 + 40 = 80 to 180: x 2.25; then 10 + 10 + 45 = 65 to 60: 9.23, 9.23, 41.54
    assert spreading.override(cells, [second, first]).tolist() == [9, 9, 42, 45, 90]


def test_an_override_passes_over_holds_and_keeps_bounds() -> None:
    held = spreading.override([10, 10, 10], [Override(slice(0, 3), 90)], held=[30, None, None], upper=[None, 20, None])
    assert held.tolist() == [30, 20, 40]


@given(AMOUNTS, st.integers(0, LARGEST), st.sampled_from(["proportional", "equal", "equal_increment"]), st.data())
def test_totals_and_holds_are_kept_to_the_unit(cells: list[int], total: int, method: str, data: st.DataObject) -> None:
    held = data.draw(st.lists(st.none() | st.integers(0, 10**6), min_size=len(cells), max_size=len(cells)))
    free = [cell for cell, hold in zip(cells, held, strict=True) if hold is None]
    assume(any(free) and total >= sum(hold or 0 for hold in held))
    values = getattr(spreading, method)(cells, total, held=held).tolist()
    assert sum(values) == total
    assert min(values) >= 0
    assert all(hold is None or value == hold for value, hold in zip(values, held, strict=True))


@given(AMOUNTS, st.integers(-(10**12), 10**12))
def test_adding_changes_the_sum_by_the_amount(cells: list[int], amount: int) -> None:
    assume(any(cells) and sum(cells) + amount >= 0)
    values = spreading.add(cells, amount)
    assert int(values.sum()) == sum(cells) + amount
    assert values.min() >= 0
    assert not values[np.array(cells) == 0].any()


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=8), st.integers(0, 10**12), st.data())
def test_sorting_the_sheet_does_not_change_the_shares(cells: list[int], total: int, data: st.DataObject) -> None:
    assume(len({*cells}) == len(cells))  # equal cells share a tie by position
    order = data.draw(st.permutations(range(len(cells))))
    values = spreading.proportional(cells, total)
    assert spreading.proportional(np.array(cells)[order], total).tolist() == values[order].tolist()


@pytest.mark.parametrize("method", ["proportional", "equal"])
def test_the_largest_exact_amount_is_spread(method: str) -> None:
    values = getattr(spreading, method)([LARGEST, LARGEST, LARGEST], LARGEST)
    assert int(values.sum()) == LARGEST
    assert values.tolist() == [333_333_333_333_333] * 3

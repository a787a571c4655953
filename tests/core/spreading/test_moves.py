from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from salesplan_xl.core.errors import (
    NegativeAmountError,
    NoWeightError,
    PlanError,
    SameCellsError,
    TransferTooLargeError,
    WrongShapeError,
)
from salesplan_xl.core.spreading import transfer


@pytest.mark.parametrize(
    ("cells", "amount", "source", "target", "options", "values"),
    [
        pytest.param([100, 300, 40], 40, [1, 1, 0], [0, 0, 1], {}, [90, 270, 80], id="by size"),
        pytest.param([100, 300, 10, 30], 40, [1, 0, 0, 0], [0, 0, 1, 1], {}, [60, 300, 20, 60], id="to two"),
        pytest.param([100, 300, 0], 40, [1, 0, 0], [0, 0, 1], {"zero": "equal"}, [60, 300, 40], id="to an empty cell"),
        pytest.param([100, 0, 0], 40, [1, 0, 0], [0, 1, 1], {"weights": [0, 1, 3]}, [60, 10, 30], id="by weights"),
        pytest.param(
            [100, 300, 40], 40, [1, 1, 0], [0, 0, 1], {"held": [100, None, None]}, [100, 260, 80], id="around a hold"
        ),
        pytest.param(
            [100, 100, 0],
            60,
            [1, 1, 0],
            [0, 0, 1],
            {"lower": [90, None, None], "zero": "equal"},
            [90, 50, 60],
            id="down",
        ),
        pytest.param([5, 5], 0, [1, 0], [0, 1], {}, [5, 5], id="nothing"),
    ],
)
def test_an_amount_moves(cells: Any, amount: int, source: Any, target: Any, options: Any, values: Any) -> None:
    assert transfer(cells, amount, source, target, **options).tolist() == values


@pytest.mark.parametrize(
    ("amount", "source", "target", "options", "refusal", "words"),
    [
        pytest.param(150, [1, 0, 0], [0, 1, 0], {}, TransferTooLargeError, "give 100, 50 too little", id="too much"),
        pytest.param(
            50, [1, 0, 0], [0, 1, 0], {"lower": [70, None, None]}, TransferTooLargeError, "can give 30", id="bounded"
        ),
        pytest.param(50, [1, 1, 0], [0, 1, 0], {}, SameCellsError, "Cell 1 is on both sides", id="to itself"),
        pytest.param(-1, [1, 0, 0], [0, 1, 0], {}, NegativeAmountError, "amount to move", id="backwards"),
        pytest.param(50, [1, 0], [0, 1, 0], {}, WrongShapeError, "source", id="a cell too few"),
        pytest.param(50, [1, 0, 0], [0, 0, 1], {}, NoWeightError, "50 cannot be shared", id="to an empty cell"),
        pytest.param(50, [1, 0, 0], [0, 0, 1], {"zero": "leave"}, NoWeightError, "50", id="nothing may get lost"),
    ],
)
def test_what_cannot_move_is_refused(
    amount: int, source: Any, target: Any, options: Any, refusal: type[PlanError], words: str
) -> None:
    with pytest.raises(refusal, match=words):
        transfer([100, 300, 0], amount, source, target, **options)


@given(st.lists(st.integers(0, 10**9), min_size=2, max_size=8), st.integers(0, 10**9), st.data())
def test_a_transfer_leaves_the_total_and_the_others_alone(cells: list[int], amount: int, data: st.DataObject) -> None:
    sides = np.array(data.draw(st.lists(st.integers(0, 2), min_size=len(cells), max_size=len(cells))))
    table = np.array(cells)
    assume(table[sides == 1].sum() >= amount and table[sides == 2].any())
    values = transfer(cells, amount, sides == 1, sides == 2)
    assert values.sum() == table.sum()
    assert values[sides == 1].sum() == table[sides == 1].sum() - amount
    assert (values[sides == 0] == table[sides == 0]).all()
    assert (values >= 0).all()

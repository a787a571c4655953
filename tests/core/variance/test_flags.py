import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesplan_xl.core.errors import (
    CountTooSmallError,
    NegativeAmountError,
    PlanError,
    WrongChoiceError,
    WrongShapeError,
)
from salesplan_xl.core.variance import flag

NAN = math.nan
CALM = [-0.02, -0.01, 0.0, 0.01, 0.02, -0.01, 0.0, 0.01]
WILD = [-0.6, 0.5, -0.4, 0.6, -0.5, 0.4, -0.6, 0.6]

CELLS = st.lists(st.tuples(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9)), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("actual", "budget", "options", "level"),
    [
        pytest.param(90, 100, {}, "act", id="a tenth meets a tenth"),
        pytest.param(91, 100, {}, "watch", id="half of it is worth watching"),
        pytest.param(95, 100, {}, "watch", id="half a tenth meets half"),
        pytest.param(96, 100, {}, "ok", id="less than half is ok"),
        pytest.param(90, 100, {"min_amount": 20}, "watch", id="10 is half of 20"),
        pytest.param(90, 100, {"min_amount": 21}, "ok", id="both must be met"),
        pytest.param(90, 100, {"min_amount": 21, "mode": "or"}, "act", id="one is enough"),
        pytest.param(99, 100, {"min_amount": 1, "mode": "or"}, "act", id="the other one"),
        pytest.param(1, 0, {}, "act", id="something out of nothing is any share"),
        pytest.param(0, 0, {"min_share": 0, "min_amount": 0}, "ok", id="no deviation is ok whatever the thresholds"),
        pytest.param(-3000, -5000, {"min_share": 0.4}, "act", id="a budgeted loss counts by its size"),
        pytest.param(NAN, 100, {}, "", id="unknown actual"),
        pytest.param(100, NAN, {"history": [CALM]}, "", id="unknown budget"),
    ],
)
def test_a_level_by_thresholds(actual: float, budget: float, options: Any, level: str) -> None:
    assert flag([actual], [budget], **options).level.tolist() == [level]


def test_the_direction_of_a_flag_is_good_or_bad_news() -> None:
    assert flag([80, 100, 120], [100, 100, 100]).direction.tolist() == ["adverse", "", "favourable"]
    assert flag([80, 100, 120], [100, 100, 100], kind="cost").direction.tolist() == ["favourable", "", "adverse"]


def test_a_table_of_cells_keeps_its_shape() -> None:
    assert flag([[80, 100]], [[100, 100]]).level.tolist() == [["act", "ok"]]


def test_the_common_gap_is_told_apart_and_only_who_deviates_is_flagged() -> None:
    # 400 of 500: 80 % is the common attainment. Against 80, 80 and 240 only the first two deviate, by 40 and -40.
    result = flag([120, 40, 240], [100, 100, 300], min_share=0.5, common_gap="remove")
    assert result.attainment == 0.8
    assert result.expected.tolist() == [80, 80, 240]
    assert result.deviation.tolist() == [40, -40, 0]
    assert result.share.tolist() == [0.5, -0.5, 0]
    assert result.level.tolist() == ["act", "act", "ok"]


def test_without_a_budget_there_is_no_common_gap_to_remove() -> None:
    result = flag([10, -5], [5, -5], common_gap="remove")
    assert math.isnan(result.attainment)
    assert result.expected.tolist() == [5, -5]


def test_an_unknown_cell_does_not_count_for_the_common_gap() -> None:
    assert flag([90, NAN, 500], [100, 100, NAN], common_gap="remove").attainment == 0.9


def test_what_is_usual_for_a_node_is_not_flagged() -> None:
    # The first and the last are 30 % below. The first is always within 2 %, the last is always half off.
    result = flag([70, 100, 100, 70], [100] * 4, history=[CALM, CALM, CALM, WILD])
    assert result.level.tolist() == ["act", "ok", "ok", "ok"]
    assert set(result.basis) == {"own"}
    assert abs(result.score[3]) < 1


def test_a_score_in_figures() -> None:
    # Past shares -1, 0, 1 and 3 % have the median 0.5 % and deviations of 1.5, 0.5, 0.5 and 2.5 %: their median is
    # 1 %, so the spread is 1.4826 %. The pool holds the present -20 % too: median 0, deviations 1, 0, 1, 3 and 20 %:
    # the same 1 %, whose half is no bound. (-20 - 0.5) / 1.4826 = -13.83
    result = flag([80], [100], history=[[-0.01, 0.0, 0.01, 0.03]], min_history=4)
    assert result.score[0] == pytest.approx(-20.5 / 1.4826)


def test_a_calm_past_is_not_trusted_beyond_half_the_spread_of_all() -> None:
    # The first never differed at all, the others by 20 % either way: any step of the first would be endlessly unusual.
    past = [[0.0] * 8, [-0.2, 0.2] * 4, [-0.2, 0.2] * 4]
    result = flag([88, 100, 100], [100, 100, 100], history=past)
    # Spread of all: the median of 8 + 2 zeros and 16 times 0.2, and 0.12, is 0.2; half of 0.29652 is 0.14826.
    assert result.score[0] == pytest.approx(-0.12 / 0.14826)
    assert result.level[0] == "ok"


def test_a_node_with_a_short_past_is_judged_by_all() -> None:
    past = [CALM, CALM, [NAN] * 7 + [0.01]]
    result = flag([100, 100, 60], [100, 100, 100], history=past)
    assert result.basis.tolist() == ["own", "own", "pooled"]
    assert result.level.tolist() == ["ok", "ok", "act"]


def test_the_first_period_is_judged_by_its_own_cells() -> None:
    actual = [100, 101, 99, 102, 98, 100, 101, 60]
    result = flag(actual, [100] * 8, history=np.empty((8, 0)))
    assert set(result.basis) == {"pooled"}
    assert result.level.tolist() == ["ok"] * 7 + ["act"]


def test_with_too_few_to_compare_the_thresholds_decide_alone() -> None:
    result = flag([80], [100], history=[[0.5, -0.5]])
    assert (result.level[0], result.basis[0], math.isnan(result.score[0])) == ("act", "none", True)


def test_an_endless_share_in_the_past_says_nothing_about_noise() -> None:
    assert flag([80], [100], history=[[math.inf] * 8]).basis.tolist() == ["none"]


@pytest.mark.parametrize(
    ("options", "refusal"),
    [
        pytest.param({"kind": "profit"}, WrongChoiceError, id="kind"),
        pytest.param({"mode": "xor"}, WrongChoiceError, id="mode"),
        pytest.param({"common_gap": "hide"}, WrongChoiceError, id="common gap"),
        pytest.param({"min_amount": -1}, NegativeAmountError, id="amount"),
        pytest.param({"min_share": -0.1}, NegativeAmountError, id="share"),
        pytest.param({"min_history": 1}, CountTooSmallError, id="periods"),
        pytest.param({"history": [0.1]}, WrongShapeError, id="flat history"),
        pytest.param({"history": [[0.1], [0.2]]}, WrongShapeError, id="history of others"),
    ],
)
def test_what_cannot_be_flagged_is_refused(options: Any, refusal: type[PlanError]) -> None:
    with pytest.raises(refusal):
        flag([1], [1], **options)


def test_a_table_has_no_history() -> None:
    with pytest.raises(WrongShapeError):
        flag([[1]], [[1]], history=[[0.1]])


@given(CELLS, st.integers(0, 10**9), st.sampled_from([0.0, 0.1, 0.25]), st.integers(2, 1000))
def test_another_currency_changes_no_flag(cells: Any, least: int, share: float, rate: int) -> None:
    actual, budget = np.array(cells).T
    before = flag(actual, budget, min_amount=least, min_share=share)
    after = flag(actual * rate, budget * rate, min_amount=least * rate, min_share=share)
    assert before.level.tolist() == after.level.tolist()


@given(CELLS, st.randoms(use_true_random=False), st.sampled_from(["keep", "remove"]))
def test_the_order_of_the_cells_changes_no_flag(cells: Any, chance: Any, common_gap: Any) -> None:
    actual, budget = np.array(cells).T
    history = np.array([[chance.gauss(0, 0.1) for _ in range(9)] for _ in cells])
    order = list(range(len(cells)))
    chance.shuffle(order)
    straight = flag(actual, budget, history=history, common_gap=common_gap)
    shuffled = flag(actual[order], budget[order], history=history[order], common_gap=common_gap)
    assert straight.level[order].tolist() == shuffled.level.tolist()


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=9), st.floats(0.01, 100))
def test_what_all_have_in_common_flags_nobody(budget: list[int], factor: float) -> None:
    planned = np.array(budget)
    result = flag(planned * factor, planned, min_share=0.0, common_gap="remove")
    assert set(result.level) == {"ok"}
    assert result.attainment == pytest.approx(factor)


@given(CELLS)
def test_halved_thresholds_act_where_the_whole_ones_watch(cells: Any) -> None:
    actual, budget = np.array(cells).T
    whole = flag(actual, budget, min_amount=1000, min_share=0.2)
    halved = flag(actual, budget, min_amount=500, min_share=0.1)
    assert ((whole.level != "ok") == (halved.level == "act")).all()

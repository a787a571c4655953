from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesplan_xl.core import budget
from salesplan_xl.core.catch_up import rebalance, run_rates
from salesplan_xl.core.errors import (
    ActualsExceedTotalError,
    CrossedBoundsError,
    HeldOutOfBoundsError,
    NoWeightError,
    OutOfReachError,
    PlanError,
    WrongChoiceError,
    WrongShapeError,
)
from tests.core.strategies import tables

YEAR = [10000] * 12
LABELS = [["January", "February", "March"], ["Norte", "Sur"]]


@pytest.mark.parametrize(
    ("plan", "actual", "options", "values"),
    [
        pytest.param(  # 960.00 over nine months
            YEAR,
            [8000, 9000, 7000, *[None] * 9],
            {},
            [8000, 9000, 7000, *[10667] * 6, *[10666] * 3],
            id="three months behind",
        ),
        pytest.param([100, 200, 300], [150, None, None], {}, [150, 180, 270], id="450 left by 2 to 3"),
        pytest.param([100, 100, 100], [60, None, None], {"held": [None, None, 100]}, [60, 140, 100], id="and a hold"),
        pytest.param([100, 100, 100], [60, None, None], {"upper": [50, 110, None]}, [60, 110, 130], id="capped"),
        pytest.param([100, 100, 100], [60, None, None], {"weights": [9, 1, 3]}, [60, 60, 180], id="by weights"),
        pytest.param([100, 100, 100], [60, None, None], {"total": 360}, [60, 150, 150], id="a raised total"),
        pytest.param([100, 0, 0], [60, None, None], {"zero": "equal"}, [60, 20, 20], id="no plan for what is open"),
        pytest.param([100, 0, 0], [60, None, None], {"zero": "equal", "upper": [9, 9, 50]}, [60, 9, 31], id="and caps"),
        pytest.param([100, 100], [0, None], {}, [0, 200], id="zero is an actual"),
        pytest.param([-100, -100], [-60, None], {}, [-60, -140], id="a plan of returns"),
        pytest.param([300, -100, 200], [310, None, None], {}, [310, -90, 180], id="90 left over a net of 100"),
    ],
)
def test_what_is_left_goes_to_what_is_open(plan: Any, actual: Any, options: Any, values: Any) -> None:
    caught_up = rebalance(plan, actual, **options)
    assert caught_up.values.tolist() == values
    assert not caught_up.missing.any()


def test_rebalancing_is_part_of_the_budget() -> None:
    assert budget.rebalance is rebalance


PLAN = [[100, 50], [100, 50], [100, 50]]
ACTUAL = [[70, 80], [None, None], [None, None]]


@pytest.mark.parametrize(
    ("keep", "values"),
    [
        # 450 less 150 over 100, 50, 100, 50
        pytest.param((), [[70, 80], [100, 50], [100, 50]], id="only the grand total"),
        # 300 less 70 over two months, 150 less 80 over two
        pytest.param((1,), [[70, 80], [115, 35], [115, 35]], id="each node"),
    ],
)
def test_nodes_make_up_for_themselves_or_for_one_another(keep: Any, values: Any) -> None:
    assert rebalance(PLAN, ACTUAL, keep=keep).values.tolist() == values


def test_totals_of_periods_are_kept_where_nodes_close_at_different_times() -> None:
    actual = [[70, None], [None, 60], [None, None]]
    assert rebalance(PLAN, actual, keep=(0,)).values.tolist() == [[70, 80], [90, 60], [100, 50]]


@pytest.mark.parametrize(
    ("options", "refusal", "words"),
    [
        pytest.param({"total": 140}, ActualsExceedTotalError, "add up to 150, 10 beyond the total of 140", id="over"),
        pytest.param({"keep": (1,), "total": [300, 70]}, ActualsExceedTotalError, "of Sur add up to 80", id="a node"),
        pytest.param(
            {"held": [[None] * 2, [400, None], [None] * 2], "total": 500}, ActualsExceedTotalError, "550, 50", id="held"
        ),
        pytest.param(
            {"lower": [[None] * 2, [400, None], [None] * 2]}, ActualsExceedTotalError, "550, 100 beyond", id="floors"
        ),
        pytest.param(
            {"keep": (1,), "upper": [[None] * 2, [100, None], [100, None]]},
            OutOfReachError,
            "300 of Norte only 270 can be reached, 30 has no open cell",
            id="capped",
        ),
        pytest.param({"held": PLAN, "total": 500}, OutOfReachError, "of the plan only 450", id="all held"),
        pytest.param({"weights": [[0, 0]] * 3}, NoWeightError, "300 cannot be shared", id="no weight"),
        pytest.param({"lower": [[9, 9]] * 3, "upper": [[3, 3]] * 3}, CrossedBoundsError, "Cell 1 / 0", id="crossed"),
        pytest.param(
            {"held": [[9, 9]] * 3, "upper": [[3, 3]] * 3}, HeldOutOfBoundsError, "Cell 1 / 0 holds 9", id="held above"
        ),
        pytest.param({"keep": (2,)}, WrongShapeError, "axes to keep", id="no such axis"),
        pytest.param({"total": [1, 2]}, WrongShapeError, "totals", id="two totals for one"),
        pytest.param({"weights": [1, 2]}, WrongShapeError, "weights", id="weights of another shape"),
        pytest.param({"beyond": "ignore"}, WrongChoiceError, "totals beyond reach", id="no such rule"),
    ],
)
def test_what_cannot_be_caught_up_is_refused_by_name(options: Any, refusal: type[PlanError], words: str) -> None:
    with pytest.raises(refusal, match=words):
        rebalance(PLAN, ACTUAL, labels=LABELS, **options)


def test_a_refusal_names_the_node_and_says_what_would_be_over_achieved() -> None:
    with pytest.raises(ActualsExceedTotalError, match="report 80 as over-achieved") as refusal:
        rebalance(PLAN, ACTUAL, keep=(1,), total=[300, 70])
    assert refusal.value.named == ((None, 1),)


def test_what_is_beyond_reach_is_reported_where_that_is_asked() -> None:
    upper = [[None] * 2, [100, None], [100, None]]
    caught_up = rebalance(PLAN, ACTUAL, keep=(1,), total=[300, 70], upper=upper, beyond="report")
    assert caught_up.values.tolist() == [[70, 80], [100, 0], [100, 0]]
    assert caught_up.missing.tolist() == [30, -10]  # Norte cannot reach 30, Sur has 10 too many


def test_a_year_that_is_over_reports_what_is_missing() -> None:
    caught_up = rebalance([100, 100], [60, 90], beyond="report")
    assert (caught_up.values.tolist(), int(caught_up.missing)) == ([60, 90], 50)


@given(tables(), st.data())
@settings(max_examples=60, deadline=None)
def test_totals_actuals_and_holds_are_kept_and_doing_it_again_changes_nothing(
    plan: np.ndarray[Any, np.dtype[np.int64]], data: st.DataObject
) -> None:
    cells = st.lists(st.none() | st.integers(0, 40), min_size=plan.size, max_size=plan.size)
    actual, held, upper = (np.reshape(np.array(data.draw(cells), dtype=object), plan.shape) for _ in range(3))
    for place in np.ndindex(plan.shape):
        if held[place] is not None:
            upper[place] = None  # a hold above its bound is refused
    keep = data.draw(st.sampled_from([(), (0,), (1,)]))
    options: dict[str, Any] = {"keep": keep, "held": held, "upper": upper, "zero": "equal", "beyond": "report"}
    caught_up = rebalance(plan, actual, **options)
    others = tuple(axis for axis in range(2) if axis not in keep)
    assert (caught_up.values.sum(axis=others) + caught_up.missing == plan.sum(axis=others)).all()
    for place in np.ndindex(plan.shape):
        value = caught_up.values[place]
        if actual[place] is not None:
            assert value == actual[place]
        elif held[place] is not None:
            assert value == held[place]
        else:
            assert 0 <= value <= (upper[place] if upper[place] is not None else value)
    again = rebalance(caught_up.values, actual, **{**options, "total": plan.sum(axis=others)})
    assert again.values.tolist() == caught_up.values.tolist()
    assert again.missing.tolist() == caught_up.missing.tolist()


def test_run_rates_tell_what_a_node_needs_and_what_it_can_no_longer_reach() -> None:
    upper = [[None, None], [110, None], [110, None]]
    rates = run_rates(PLAN, ACTUAL, upper=upper)
    assert rates.actual.tolist() == [70, 80]
    assert rates.remaining.tolist() == [230, 70]
    assert rates.planned.tolist() == [100, 50]
    assert rates.needed.tolist() == [115, 35]
    assert rates.unreachable.tolist() == [10, 0]  # 230 less twice 110


def test_run_rates_are_per_working_day_and_blank_when_nothing_is_open() -> None:
    rates = run_rates([[100, 100], [120, 120]], [[80, 80], [None, 130]], lengths=[20, 20])
    assert rates.needed.tolist()[0] == 7  # 140 over 20 days
    assert np.isnan(rates.needed[1])
    assert rates.unreachable.tolist() == [0, 10]
    with pytest.raises(WrongShapeError, match="lengths"):
        run_rates([100, 100], [None, None], lengths=[1])


def test_an_over_achieved_node_has_less_than_nothing_left() -> None:
    rates = run_rates([100, 100], [250, None])
    assert (int(rates.remaining), float(rates.needed), int(rates.unreachable)) == (-50, -50.0, 0)


def test_the_largest_amount_is_caught_up_exactly() -> None:
    total = 10**15 - 1
    assert rebalance([1, 1, 1], [0, None, None], total=total).values.tolist() == [0, total // 2 + 1, total // 2]

"""Targets of any node: quarters, countries, teams; exact or as bounds; and what is said where they contradict."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from salesplan_xl.core.budget import Target, disaggregate
from salesplan_xl.core.errors import (
    AmountTooLargeError,
    CrossedBoundsError,
    CrossedTargetsError,
    DisagreeingTargetsError,
    DuplicateTargetError,
    HeldExceedsTargetError,
    HeldOutOfBoundsError,
    InfeasibleTotalsError,
    MissingTotalError,
    NegativeAmountError,
    NoExactRoundingError,
    NoSeedError,
    NotWholeUnitsError,
    PlanError,
    Scope,
    TargetAllHeldError,
    UnequalTotalsError,
    WrongChoiceError,
    WrongShapeError,
)
from salesplan_xl.core.fitting import Held, fit_around
from salesplan_xl.core.sweeps import CellBounds
from salesplan_xl.core.targets import read_targets
from salesplan_xl.core.totals import Names
from tests.core.strategies import tables

NAN = math.nan
YEAR: Scope = (None, None)
FIRST_HALF: Scope = ((0, 1), None)
NORTH: Scope = (None, (0, 1))
SOUTH: Scope = (None, (2, 3))
ANA: Scope = (None, (1, 2))  # sells in both
LABELS = [["Q1", "Q2", "Q3", "Q4"], ["North/Ben", "North/Ana", "South/Ana", "South/Eva"]]


def places(values: np.ndarray, cells: Scope) -> Any:
    """Return where the cells of a node are."""
    return np.ix_(
        *(range(n) if own is None else np.atleast_1d(own) for own, n in zip(cells, values.shape, strict=True))
    )


def part(values: np.ndarray, cells: Scope) -> Any:
    """Return the cells of a node."""
    return values[places(values, cells)]


def is_met(target: Target, values: np.ndarray) -> bool:
    """Tell whether a target holds to the unit."""
    found = int(part(values, target.cells).sum())
    return {"exactly": found == target.amount, "at_least": found >= target.amount}.get(
        target.at, found <= target.amount
    )


def test_nodes_of_several_members_share_their_amount_by_weight() -> None:
    # North has 2 of 4 equal leaves but gets 60 of 100; Ana's two leaves, one of each, get 50
    targets = [Target(YEAR, 100), Target(NORTH, 60), Target(ANA, 50)]
    plan = disaggregate(np.ones((1, 4)), targets)
    assert plan.values.tolist() == [[30, 30, 20, 20]]


def test_the_grand_total_follows_from_nodes_that_make_up_the_plan() -> None:
    # a half and two quarters, a country and two leaves: no level is complete
    assert disaggregate(np.ones((4, 1)), [Target(FIRST_HALF, 60), Target((2, None), 15), Target((3, None), 5)]).values[
        :, 0
    ].tolist() == [30, 30, 15, 5]
    with pytest.raises(MissingTotalError):
        disaggregate(np.ones((4, 1)), [Target(FIRST_HALF, 60), Target((2, None), 15)])
    with pytest.raises(MissingTotalError):  # a bound leaves it open
        disaggregate(np.ones((4, 1)), [Target(YEAR, 60, at="at_most")])


def test_nodes_only_have_to_make_up_the_cells_that_there_are() -> None:
    weights = np.array([[1, 1, 0, 0], [1, 3, 0, 0]])
    assert disaggregate(weights, [Target(NORTH, 60)]).values.sum() == 60


@pytest.mark.parametrize(
    ("target", "values"),
    [
        pytest.param(Target(NORTH, 40, at="at_least"), [25, 25, 25, 25], id="a floor below the share"),
        pytest.param(Target(NORTH, 60, at="at_least"), [30, 30, 20, 20], id="a floor that binds"),
        pytest.param(Target(NORTH, 60, at="at_most"), [25, 25, 25, 25], id="a cap above the share"),
        pytest.param(Target(NORTH, 40, at="at_most"), [20, 20, 30, 30], id="a cap that binds"),
    ],
)
def test_a_bound_changes_the_plan_only_where_it_binds(target: Target, values: list[int]) -> None:
    plan = disaggregate(np.ones((1, 4)), [Target(YEAR, 100), target])
    assert plan.values[0].tolist() == values


def test_bounds_of_cells_are_kept_and_the_rest_is_shared_by_weight() -> None:
    # 90 over 2, 1, 1: the first may get 30, so 30 each are left for the others
    assert disaggregate([2, 1, 1], [Target((None,), 90)], upper=[30, None, None]).values.tolist() == [30, 30, 30]
    assert disaggregate([2, 1, 1], [Target((None,), 80)], lower=[NAN, 30, NAN]).values.tolist() == [33, 30, 17]


def test_a_band_is_a_floor_and_a_cap_of_the_same_cells() -> None:
    band = [Target(NORTH, 30, at="at_least"), Target(NORTH, 40, at="at_most")]
    assert disaggregate(np.ones((1, 4)), [Target(YEAR, 100), *band]).values[0].tolist() == [20, 20, 30, 30]


def test_cells_without_history_share_equally_where_that_is_wanted() -> None:
    weights, there = np.array([[3.0, 1, 0, 0]]), np.array([[True, True, True, True]])
    targets = [Target(YEAR, 100), Target(SOUTH, 21)]
    with pytest.raises(NoSeedError, match="column 2 and column 3 has no weight but a target of 21"):
        disaggregate(weights, targets, support=there)
    plan = disaggregate(weights, targets, support=there, zero="equal")
    assert plan.values.tolist() == [[59, 20, 11, 10]]  # 79 by 3 to 1
    there[0, 3] = False
    assert disaggregate(weights, targets, support=there, zero="equal").values.tolist() == [[59, 20, 21, 0]]


def test_what_parts_with_history_leave_of_a_total_goes_to_cells_without() -> None:
    there = np.ones((1, 4), dtype=bool)
    plan = disaggregate([[1, 1, 0, 0]], [Target(YEAR, 100), Target(NORTH, 80)], support=there, zero="equal")
    assert plan.values.tolist() == [[40, 40, 10, 10]]
    nothing = disaggregate(np.zeros((1, 4)), [Target(YEAR, 10)], support=there, zero="equal")
    assert nothing.values.tolist() == [[3, 3, 2, 2]]


def test_a_floor_over_cells_without_history_is_met_and_no_more() -> None:
    there = np.ones((1, 4), dtype=bool)
    floor = Target(SOUTH, 20, at="at_least")
    plan = disaggregate([[1, 1, 0, 0]], [Target(YEAR, 100), floor], support=there, zero="equal")
    assert plan.values.tolist() == [[40, 40, 10, 10]]


@pytest.mark.parametrize(
    ("targets", "options", "refusal", "words", "named"),
    [
        pytest.param(
            [Target(YEAR, 100), Target(NORTH, 60), Target((None, (1, 0)), 60)],
            {},
            DuplicateTargetError,
            "North/Ben and North/Ana is given more than once (60 and 60)",
            {NORTH, (None, (1, 0))},
            id="the same members in another order",
        ),
        pytest.param(
            [Target(YEAR, 100), Target(((0, 1, 2, 3), None), 100)],
            {},
            DuplicateTargetError,
            "the grand total is given more than once",
            {YEAR, ((0, 1, 2, 3), None)},
            id="all members instead of none",
        ),
        pytest.param(
            [Target(YEAR, 100), Target(NORTH, 60, name="North"), Target((None, (1, 0)), 45, name="Ben and Ana")],
            {},
            DisagreeingTargetsError,
            "North (60) and Ben and Ana (45) are for the same cells, 15 is missing",
            {NORTH, (None, (1, 0))},
            id="the same members under two names",
        ),
        pytest.param(
            [Target(YEAR, 100), Target(NORTH, 60, at="at_least"), Target(NORTH, 50, at="at_most")],
            {},
            CrossedTargetsError,
            "must have 60 or more and 50 or less, 10 too little",
            {NORTH},
            id="a floor above the cap",
        ),
        pytest.param(
            [Target(YEAR, 100), Target(NORTH, 60, at="at_least"), Target(NORTH, 50)],
            {},
            CrossedTargetsError,
            "60 or more and 50 or less",
            {NORTH},
            id="a floor above the target",
        ),
        pytest.param(
            [Target(YEAR, 100), Target(NORTH, 70, name="North"), Target(SOUTH, 40, name="South")],
            {},
            UnequalTotalsError,
            "100 over the whole plan and 110 for North and South",
            {YEAR, NORTH, SOUTH},
            id="countries beyond the year",
        ),
        pytest.param(
            [
                Target(FIRST_HALF, 50, name="H1"),
                Target(((2, 3), None), 60, name="H2"),
                *[Target((None, i), 25) for i in range(4)],
            ],
            {},
            UnequalTotalsError,
            "110 for H1 and H2 and 100 over columns",
            {FIRST_HALF, ((2, 3), None), *[(None, i) for i in range(4)]},
            id="two hierarchies",
        ),
        pytest.param(
            [Target(YEAR, 100), Target(FIRST_HALF, 50, name="H1"), Target((0, None), 20), Target((1, None), 40)],
            {},
            UnequalTotalsError,
            "50 for H1 and 60 for row 0 and row 1",
            {FIRST_HALF, (0, None), (1, None)},
            id="quarters beyond a half",
        ),
        pytest.param(
            [Target(YEAR, 100), Target(FIRST_HALF, 50, name="H1"), Target((0, None), 60)],
            {},
            InfeasibleTotalsError,
            "row 0 can only be fed by H1: 60 > 50, 10 is missing",
            {(0, None), FIRST_HALF},
            id="a part beyond the whole",
        ),
        pytest.param(
            [Target(YEAR, 100), Target(NORTH, 60, "at_least", "North"), Target(SOUTH, 45, "at_least", "South")],
            {},
            InfeasibleTotalsError,
            "North and South can only be fed by the grand total: 105 > 100, 5 is missing",
            {NORTH, SOUTH, YEAR},
            id="floors beyond the total",
        ),
        pytest.param(
            [Target(YEAR, 100), Target(NORTH, 60, "at_most", "North"), Target(SOUTH, 35, "at_most", "South")],
            {},
            InfeasibleTotalsError,
            "the grand total can only be fed by North and South: 100 > 95, 5 is missing",
            {NORTH, SOUTH, YEAR},
            id="caps below the total",
        ),
        pytest.param(
            [Target(YEAR, 100), Target((0, NORTH[1]), 30, name="North in Q1")],
            {"upper": [[10, 15, NAN, NAN], *[[NAN] * 4] * 3]},
            InfeasibleTotalsError,
            "the upper bound of row 0 / column 0 and the upper bound of row 0 / column 1: 30 > 25, 5 is missing",
            {(0, NORTH[1]), (0, 0), (0, 1)},
            id="cells too narrow for a target",
        ),
        pytest.param(
            [Target(YEAR, 100), Target((0, 0), 30)],
            {"lower": [[40, NAN, NAN, NAN], *[[NAN] * 4] * 3]},
            InfeasibleTotalsError,
            "the lower bound of row 0 / column 0 can only be fed by row 0 / column 0: 40 > 30",
            {(0, 0)},
            id="a cell that asks for more than its target",
        ),
        pytest.param(
            [Target(YEAR, 100)],
            {"lower": [[40, NAN, NAN, NAN], *[[NAN] * 4] * 3], "upper": [[30, NAN, NAN, NAN], *[[NAN] * 4] * 3]},
            CrossedBoundsError,
            "row 0 / column 0 must be at least 40 and at most 30",
            {(0, 0)},
            id="crossed bounds of a cell",
        ),
        pytest.param(
            [Target(YEAR, 100)],
            {"held": [[40, NAN, NAN, NAN], *[[NAN] * 4] * 3], "upper": [[30, NAN, NAN, NAN], *[[NAN] * 4] * 3]},
            HeldOutOfBoundsError,
            "row 0 / column 0 holds 40, above its upper bound of 30",
            {(0, 0)},
            id="a hold beyond its bound",
        ),
        pytest.param(
            [Target(YEAR, 100), Target(NORTH, 20, "at_most", "North")],
            {"held": [[15, 10, NAN, NAN], *[[NAN] * 4] * 3]},
            HeldExceedsTargetError,
            "North: 25 > 20",
            {NORTH},
            id="holds beyond a cap",
        ),
        pytest.param(
            [Target(YEAR, 100), Target((0, (0, 1)), 50, "at_least", "North in Q1")],
            {"held": [[15, 10, NAN, NAN], *[[NAN] * 4] * 3]},
            TargetAllHeldError,
            "every cell of North in Q1 is held and 25 is left",
            {(0, (0, 1))},
            id="holds below a floor",
        ),
        pytest.param(
            [Target(YEAR, 100)],
            {"upper": [[-1, NAN, NAN, NAN], *[[NAN] * 4] * 3]},
            NegativeAmountError,
            "upper bound of row 0 / column 0 is -1",
            {(0, 0)},
            id="a cap below zero",
        ),
        pytest.param(
            [Target(YEAR, 100), Target(NORTH, 10**15)], {}, AmountTooLargeError, "10", {NORTH}, id="sixteen digits"
        ),
        pytest.param(
            [Target(NORTH, 9 * 10**14), Target(SOUTH, 9 * 10**14)], {}, AmountTooLargeError, "18", set(), id="in all"
        ),
        pytest.param([Target(NORTH, 1.5)], {}, NotWholeUnitsError, "1.5", {NORTH}, id="half a unit"),  # type: ignore[arg-type]
        pytest.param([Target((None, ()), 1)], {}, WrongShapeError, "cells of a target", set(), id="no member"),
        pytest.param([Target((None, (3, 4)), 1)], {}, WrongShapeError, "cells of a target", set(), id="no such member"),
        pytest.param([Target(YEAR, 1, at="about")], {}, WrongChoiceError, "about", set(), id="no such way"),  # type: ignore[arg-type]
        pytest.param([Target(YEAR, 1)], {"zero": "leave"}, WrongChoiceError, "leave", set(), id="no such rule"),
        pytest.param(
            [Target(YEAR, 1)], {"support": [True]}, WrongShapeError, "support", set(), id="a support too small"
        ),
    ],
)
def test_nodes_that_contradict_are_named(
    targets: list[Target], options: dict[str, Any], refusal: type[PlanError], words: str, named: set[Scope]
) -> None:
    labels = LABELS if refusal is DuplicateTargetError else None
    with pytest.raises(refusal) as caught:
        disaggregate(np.ones((4, 4)), targets, labels=labels, **options)
    assert words in str(caught.value)
    assert set(getattr(caught.value, "named", ())) == named


def test_a_lower_bound_of_a_cell_without_history_is_refused_or_met() -> None:
    weights, lower, there = [[1, 1, 0, 0]], [[NAN, NAN, 7, NAN]], [[True, True, True, False]]
    with pytest.raises(NoSeedError, match="column 2"):
        disaggregate(weights, [Target(YEAR, 27)], lower=lower, support=there)
    plan = disaggregate(weights, [Target(YEAR, 27)], lower=lower, support=there, zero="equal")
    assert plan.values.tolist() == [[10, 10, 7, 0]]


def test_where_no_whole_amounts_meet_all_targets_those_that_are_missed_are_named() -> None:
    # each pair of leaves adds up to 1: three halves, which no whole numbers are
    pairs = [Target(((0, 1),), 1, name="A"), Target(((1, 2),), 1, name="B"), Target(((0, 2),), 1, name="C")]
    with pytest.raises(NoExactRoundingError) as caught:
        disaggregate([1, 1, 1, 1], [Target((None,), 10), *pairs])
    assert caught.value.named
    assert any(f"misses {name}" in str(caught.value) for name in "ABC")


@st.composite
def plans(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, list[Target], np.ndarray, np.ndarray]:
    """Weights, a plan, targets and bounds that it meets."""
    plan = draw(tables(zeros=False))
    weights = np.reshape(draw(st.permutations(range(plan.size))), plan.shape) + 1.0
    targets = [Target(YEAR, int(plan.sum()))]
    for _ in range(draw(st.integers(0, 4))):
        chosen = [draw(st.sets(st.integers(0, size - 1), min_size=1)) for size in plan.shape]
        cells = tuple(None if len(own) == size else tuple(own) for own, size in zip(chosen, plan.shape, strict=True))
        at: Any = draw(st.sampled_from(["exactly", "at_least", "at_most"]))
        targets.append(Target(cells, int(part(plan, cells).sum()), at=at))
    once = {(tuple(map(str, map(sorted_members, target.cells))), target.at): target for target in targets}
    slack = st.lists(st.integers(0, 20), min_size=plan.size, max_size=plan.size)
    lower = np.maximum(plan - np.reshape(draw(slack), plan.shape), 0)
    upper = plan + np.reshape(draw(slack), plan.shape)
    return weights, plan, list(once.values()), lower, upper


def sorted_members(own: int | tuple[int, ...] | None) -> Any:
    """Return the members of a node in their order."""
    return sorted(own) if isinstance(own, tuple) else own


def nearest(weights: np.ndarray, targets: Sequence[Target], lower: np.ndarray, upper: np.ndarray, start: Any) -> Any:
    """Search for the table of the smallest divergence by sequential quadratic programming."""
    shares = weights.ravel() * targets[0].amount / weights.sum()
    rows = []
    for target in targets:
        row = np.zeros(weights.shape)
        row[places(row, target.cells)] = 1
        rows.append(row.ravel())
    rules: list[Any] = [
        {
            "type": "eq" if target.at == "exactly" else "ineq",
            "fun": lambda x, row=row, target=target: (row @ x - target.amount) * (-1 if target.at == "at_most" else 1),
        }
        for row, target in zip(rows, targets, strict=True)
    ]
    return minimize(  # type: ignore[call-overload]  # the stubs want a float or an array of one kind
        lambda x: float((x * np.log(x / shares) - x + shares).sum()),
        np.maximum(start.ravel(), 1e-3),
        jac=lambda x: np.log(x / shares),
        bounds=list(zip(np.maximum(lower.ravel(), 1e-9), upper.ravel(), strict=True)),
        constraints=rules,
        method="SLSQP",
        options={"maxiter": 300, "ftol": 1e-12},
    )


@given(plans())
@settings(max_examples=60, deadline=None)
def test_the_fit_is_the_nearest_of_all_tables_within_the_bounds(drawn: Any) -> None:
    weights, plan, targets, lower, upper = drawn
    must, _ = read_targets(targets, Names(weights.shape))
    bounds = CellBounds(np.arange(weights.size), lower.ravel().astype(float), upper.ravel().astype(float))
    fitted, worst, _ = fit_around(Held.none(), weights, must, Names(weights.shape), 1e-9, 20_000, bounds)
    assert (fitted >= lower).all()
    assert (fitted <= upper).all()
    if worst > 1e-6:  # a table forced to the border of what is possible only creeps there
        return
    found = nearest(weights, targets, lower, upper, plan)
    shares = weights * targets[0].amount / weights.sum()
    divergence = float((fitted * np.log(np.maximum(fitted, 1e-300) / shares) - fitted + shares).sum())
    if found.success:
        assert divergence <= found.fun + 1e-4 * max(1.0, abs(found.fun))


@given(plans())
@settings(max_examples=60, deadline=None)
def test_a_bound_without_effect_has_no_factor_and_the_others_are_met_exactly(drawn: Any) -> None:
    weights, _, targets, _, _ = drawn
    must, _ = read_targets(targets, Names(weights.shape))
    fitted, worst, _ = fit_around(Held.none(), weights, must, Names(weights.shape), 1e-9, 20_000)
    if worst > 1e-6:
        return
    slack = [
        target
        for target in targets
        if target.at != "exactly" and abs(part(fitted, target.cells).sum() - target.amount) > 1e-3
    ]
    others = [target for target in targets if target not in slack]
    without, still, _ = fit_around(
        Held.none(), weights, read_targets(others, Names(weights.shape))[0], Names(weights.shape), 1e-9, 20_000
    )
    if still <= 1e-6:
        assert without == pytest.approx(fitted, abs=1e-3)


def test_bounds_that_rounding_alone_would_break_are_kept_in_large_plans() -> None:
    # every leaf falls to 10.5 in each month; a leaf of 12 months must have 126 = 12 x 10.5, 124 or 128
    leaves = 900
    targets = [Target((month, None), leaves * 21 // 2) for month in range(12)]
    for leaf in range(leaves):
        way: Any = ("exactly", "at_least", "at_most")[leaf % 3]
        targets.append(Target((None, leaf), (126, 124, 128)[leaf % 3], at=way))
    plan = disaggregate(np.ones((12, leaves)), targets)
    assert all(is_met(target, plan.values) for target in targets)
    assert np.isin(plan.values, (10, 11)).all()


@given(plans(), st.data())
@settings(max_examples=60, deadline=None)
def test_rounding_keeps_every_target_bound_and_hold(drawn: Any, data: st.DataObject) -> None:
    weights, plan, targets, lower, upper = drawn
    flags = data.draw(st.lists(st.booleans(), min_size=plan.size, max_size=plan.size))
    holding = np.reshape(flags, plan.shape) & (data.draw(st.integers(0, 2)) == 0)
    held = np.ma.MaskedArray(plan, mask=~holding)
    try:
        values = disaggregate(weights, targets, held=held, lower=lower, upper=upper).values
    except NoExactRoundingError:  # nodes of more than two hierarchies
        return
    assert all(is_met(target, values) for target in targets)
    assert (values >= lower).all()
    assert (values <= upper).all()
    assert (values[holding] == plan[holding]).all()
    again = disaggregate(values, targets, held=held, lower=lower, upper=upper, support=np.ones(plan.shape))
    assert again.values.tolist() == values.tolist()


@given(plans(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_targets_and_members_does_not_matter(drawn: Any, random: Any) -> None:
    weights, _, targets, _, _ = drawn
    exact = [target for target in targets if target.at == "exactly"]
    order = list(range(weights.shape[1]))
    random.shuffle(order)
    turned = []
    for target in exact:
        rows, columns = target.cells
        moved = columns if columns is None else tuple(order.index(member) for member in np.atleast_1d(columns).tolist())
        turned.append(Target((rows, moved), target.amount))
    random.shuffle(turned)
    names = Names(weights.shape)
    one, other = read_targets(exact, names)[0], read_targets(turned, names)[0]
    fitted, worst, _ = fit_around(Held.none(), weights, one, names, 1e-9, 20_000)
    again, still, _ = fit_around(Held.none(), weights[:, order], other, names, 1e-9, 20_000)
    if max(worst, still) <= 1e-6:
        assert again == pytest.approx(fitted[:, order], abs=1e-3)


def test_twelve_months_and_five_thousand_leaves_meet_five_hierarchies() -> None:
    generator = np.random.default_rng(5)
    territory = generator.integers(0, 200, 5000)
    rep = np.where(generator.random(5000) < 0.7, territory * 3 // 2, generator.integers(0, 300, 5000))
    weights = generator.gamma(1, 100, (12, 5000))
    wanted = np.rint(weights * generator.gamma(20, 0.05, weights.shape) * 100)
    targets = [Target(YEAR, int(wanted.sum()))]
    for quarter in range(4):
        months = tuple(range(3 * quarter, 3 * quarter + 3))
        targets.append(Target((months, None), int(wanted[list(months)].sum())))
    for level in (territory, territory // 10, rep, rep // 15):
        for node in np.unique(level):
            leaves = np.flatnonzero(level == node)
            targets.append(Target((None, tuple(leaves.tolist())), int(wanted[:, leaves].sum())))
    plan = disaggregate(weights, targets)
    assert all(is_met(target, plan.values) for target in targets)
    assert plan.rounding == "floor_or_ceiling"

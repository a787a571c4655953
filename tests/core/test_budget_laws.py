"""Laws of bringing targets down to cells, for any tree of months, any tree of leaves, any mask and any holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesplan_xl.core.budget import Target, disaggregate
from salesplan_xl.core.errors import NotConvergedError

Integers = np.ndarray[Any, np.dtype[np.int64]]
Node = tuple[int, ...]
MOST = 10**12


@dataclass(frozen=True)
class Case:
    """
    Weights, and targets of the nodes of two trees that a known plan meets.

    Parameters
    ----------
    weights : ndarray
        Zero where the plan is zero too, and in no two cells the same.
    plan : ndarray
        Some amounts that meet all targets.
    holding : ndarray of bool
        Which cells are held, by the amounts of the plan.
    rows, columns : tuple of tuple of int
        Nodes of the tree over the rows, and of the one over the columns.
    """

    weights: np.ndarray
    plan: Integers
    holding: np.ndarray
    rows: tuple[Node, ...]
    columns: tuple[Node, ...]

    @property
    def targets(self) -> list[Target]:
        """The grand total, and a target for each node."""
        whole = Target((None, None), int(self.plan.sum()))
        of_rows = [Target((node, None), int(self.plan[list(node)].sum())) for node in self.rows]
        return [whole, *of_rows, *(Target((None, node), int(self.plan[:, list(node)].sum())) for node in self.columns)]

    def spread(self, weights: np.ndarray | None = None, **options: Any) -> Integers:
        """Bring the targets down; by the case's own weights unless others are given."""
        held = np.ma.MaskedArray(self.plan, mask=~self.holding)
        sizes = self.weights if weights is None else weights
        return disaggregate(sizes, self.targets, held=held, **options).values

    def turned(self, rows: list[int], columns: list[int]) -> Case:
        """The same case with its rows and columns in another order."""
        new_row, new_column = np.argsort(rows), np.argsort(columns)
        order = np.ix_(rows, columns)
        return Case(
            self.weights[order],
            self.plan[order],
            self.holding[order],
            tuple(tuple(new_row[list(node)].tolist()) for node in self.rows),
            tuple(tuple(new_column[list(node)].tolist()) for node in self.columns),
        )


@st.composite
def trees(draw: st.DrawFn, size: int) -> tuple[Node, ...]:
    """The nodes below the top of a tree of any depth over so many members, single members among them or not."""
    nodes: list[Node] = []
    waiting = [draw(st.permutations(range(size)))]
    while waiting:
        members = waiting.pop()
        if len(members) < 2 or not draw(st.booleans()):
            continue
        cut = draw(st.integers(1, len(members) - 1))
        for part in (members[:cut], members[cut:]):
            nodes.append(tuple(part))
            waiting.append(part)
    return tuple(nodes)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Cases of up to five rows and six columns."""
    shape = draw(st.tuples(st.integers(1, 5), st.integers(1, 6)))
    size = shape[0] * shape[1]
    amounts = st.integers(0, 30) | st.integers(0, MOST // size) | st.just(0)
    plan = np.array(draw(st.lists(amounts, min_size=size, max_size=size).filter(any)), np.int64).reshape(shape)
    # no fraction of a unit is that of another cell, so that no tie decides
    sizes = np.sqrt(np.reshape(draw(st.permutations(range(2, size + 2))), shape) + 1 / np.pi)
    holding = np.reshape(draw(st.lists(st.booleans(), min_size=size, max_size=size)), shape)
    holding &= draw(st.booleans())
    weights = np.where(plan > 0, sizes, 0)
    return Case(weights, plan, holding, draw(trees(shape[0])), draw(trees(shape[1])))


def spread_or_none(case: Case, weights: np.ndarray | None = None) -> Integers | None:
    """The plan; None where the fit only creeps towards amounts that some targets force to zero."""
    try:
        return case.spread(weights)
    except NotConvergedError:
        return None


@given(cases())
@settings(max_examples=80, deadline=None)
def test_every_node_of_two_trees_is_met_to_the_unit_around_what_is_held(case: Case) -> None:
    values = spread_or_none(case)
    if values is None:
        return
    assert int(values.sum()) == case.plan.sum()
    for node in case.rows:
        assert values[list(node)].sum() == case.plan[list(node)].sum()
    for node in case.columns:
        assert values[:, list(node)].sum() == case.plan[:, list(node)].sum()
    assert (values[case.holding] == case.plan[case.holding]).all()
    assert (values[case.weights == 0] == 0).all()
    assert (values >= 0).all()


@given(cases(), st.integers(-40, 40))
@settings(max_examples=40, deadline=None)
def test_spreading_again_and_weights_in_another_currency_change_nothing(case: Case, power: int) -> None:
    values = spread_or_none(case)
    if values is None:
        return
    assert case.spread(values, support=np.ones(values.shape)).tolist() == values.tolist()
    assert case.spread(np.ldexp(case.weights, power)).tolist() == values.tolist()


@given(cases(), st.data())
@settings(max_examples=40, deadline=None)
def test_what_one_tree_asks_turns_round_with_the_order_of_rows_and_columns(case: Case, data: st.DataObject) -> None:
    one = Case(case.weights, case.plan, case.holding, case.rows, ())
    rows, columns = (data.draw(st.permutations(range(size))) for size in case.plan.shape)
    values, turned = spread_or_none(one), spread_or_none(one.turned(rows, columns))
    if values is not None and turned is not None:
        assert turned.tolist() == values[np.ix_(rows, columns)].tolist()


@pytest.mark.parametrize("held", [0, 123_456_789_012_345])
def test_the_largest_amount_that_a_cell_keeps_is_brought_down_to_the_unit(held: int) -> None:
    # fifteen digits; a third of them in each row, to the unit
    total = 10**15 - 1
    targets = [Target((None, None), total), *(Target((row, None), total // 3) for row in range(3))]
    holds = np.full((3, 2), np.nan)
    holds[0, 0] = held or np.nan
    values = disaggregate([[1, 2], [3, 4], [5, 6]], targets, held=holds).values
    assert values.sum(axis=1).tolist() == [total // 3] * 3
    assert values[0, 0] == (held or total // 9)

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesplan_xl.core.errors import (
    AmountTooLargeError,
    ChildrenDisagreeError,
    NotAnAmountError,
    WrongParentError,
    WrongShapeError,
)
from salesplan_xl.core.tree import round_tree
from tests.core.strategies import forests

NAN = math.nan


@pytest.mark.parametrize(
    ("values", "parents", "rounded"),
    [
        pytest.param([2.98, 1.49, 1.49], [-1, 0, 0], [3, 2, 1], id="1.49 + 1.49 is shown as 2 + 1 = 3"),
        pytest.param([1.49, 1.49, NAN], [2, 2, -1], [2, 1, 3], id="the parent may come last and be blank"),
        pytest.param([0.5, 0.5], [-1, -1], [1, 1], id="roots are rounded on their own"),
        pytest.param([-2.5], [-1], [-3], id="halves go away from zero"),
        # 0.4 x 4 = 1.6 is 2; its branches of 0.8 are 1 each; within them the earlier leaf gets the unit
        pytest.param([NAN, NAN, NAN] + [0.4] * 4, [-1, 0, 0, 1, 1, 2, 2], [2, 1, 1, 1, 0, 1, 0], id="two levels"),
        pytest.param([], [], [], id="nothing"),
    ],
)
def test_a_tree_is_rounded_so_that_parents_add_up(values: list[float], parents: list[int], rounded: list[int]) -> None:
    assert round_tree(values, np.array(parents, dtype=int), unit=1).tolist() == rounded


@given(forests(), st.sampled_from([1, 0.01, 10]))
def test_every_node_is_near_its_value_and_the_sum_of_its_children(
    forest: tuple[list[float], list[int]], unit: float
) -> None:
    values, parents = forest
    counts = np.rint(round_tree(values, parents, unit=unit) / unit)
    for node, value in enumerate(values):
        children = [child for child, parent in enumerate(parents) if parent == node]
        if children:
            assert counts[node] == sum(counts[child] for child in children)
        else:
            assert abs(counts[node] - value / unit) < 1
        below = [leaf for leaf in range(len(values)) if node in ancestors(parents, leaf)]
        exact = math.fsum(values[leaf] for leaf in below if not math.isnan(values[leaf]))
        assert abs(counts[node] - exact / unit) < 1 + 1e-6


def ancestors(parents: list[int], node: int) -> list[int]:
    """Return a node and all nodes above it."""
    chain = []
    while node >= 0:
        chain.append(node)
        node = parents[node]
    return chain


def test_one_large_family_among_many_small_ones_is_rounded_alike() -> None:
    # 2**13 families of one and one of 2**14: too many bits for one sort of whole numbers
    small, large = 2**13, 2**14
    families = np.r_[np.arange(small), np.full(large, small)] + 1
    parents = np.r_[-1, np.zeros(small + 1, dtype=int), families]
    leaves = np.r_[np.full(small, 1.0), np.tile([0.25, 0.75], large // 2)]
    values = np.r_[np.full(small + 2, NAN), leaves]
    rounded = round_tree(values, parents, unit=1)
    assert rounded[small + 1] == large // 2
    assert rounded[-4:].tolist() == [0, 1, 0, 1]


@pytest.mark.parametrize(
    ("values", "parents", "refusal"),
    [
        pytest.param([4, 1, 1], [-1, 0, 0], ChildrenDisagreeError, id="the parent is not the sum"),
        pytest.param([1, 1], [1, 0], WrongParentError, id="a circle"),
        pytest.param([1, 1], [-1, 5], WrongParentError, id="no such parent"),
        pytest.param([1, NAN], [-1, -1], NotAnAmountError, id="a blank leaf"),
        pytest.param([1, math.inf], [-1, -1], NotAnAmountError, id="an infinite leaf"),
        pytest.param([1], [-1, -1], WrongShapeError, id="a parent too many"),
        pytest.param([1e16], [-1], AmountTooLargeError, id="too large"),
    ],
)
def test_what_is_no_tree_is_refused(values: list[float], parents: list[int], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        round_tree(values, parents, unit=1)

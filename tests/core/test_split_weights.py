"""What a pair weighs is shared over its customers or families, month by month, and nothing is lost."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from salesplan_xl.core.history import split_weights

SHARES = st.sampled_from([0.0, 0.25, 0.5, 1.0])


@st.composite
def splits(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weights of pairs, history of parts, and the pair of each; every pair has a part."""
    pairs, more = draw(st.integers(1, 4)), draw(st.integers(0, 6))
    parents = [*range(pairs), *(draw(st.integers(0, pairs - 1)) for _ in range(more))]
    amounts = st.sampled_from([0.0, 0.0, 1.5, 20.0, 1e6, -3.0])
    history = draw(arrays(float, (3, len(parents)), elements=amounts))
    weights = draw(arrays(float, (3, pairs), elements=st.sampled_from([0.0, 2.0, 17.25, 1e7])))
    return weights, history, np.array(parents)


@given(splits(), SHARES, SHARES)
def test_in_every_month_the_parts_weigh_what_their_pair_does(
    split: tuple[np.ndarray, np.ndarray, np.ndarray], season: float, peers: float
) -> None:
    weights, history, parents = split
    parts = split_weights(weights, history, parents, season_weight=season, peer_weight=peers)
    sums = np.stack([parts.amounts[:, parents == pair].sum(axis=1) for pair in range(weights.shape[1])], axis=1)
    assert sums == pytest.approx(weights, rel=1e-12)
    assert parts.amounts.min() >= 0


@given(splits(), SHARES, SHARES, st.randoms(use_true_random=False))
def test_the_order_of_parts_does_not_matter(
    split: tuple[np.ndarray, np.ndarray, np.ndarray], season: float, peers: float, random: Random
) -> None:
    weights, history, parents = split
    order = list(range(len(parents)))
    random.shuffle(order)
    one = split_weights(weights, history, parents, season_weight=season, peer_weight=peers)
    other = split_weights(weights, history[:, order], parents[order], season_weight=season, peer_weight=peers)
    assert other.amounts == pytest.approx(one.amounts[:, order], rel=1e-12)
    assert list(other.basis) == [one.basis[at] for at in order]


def test_own_history_alone_is_kept_in_proportion() -> None:
    # the pair weighs twice its history in both months
    parts = split_weights([[200], [80]], [[30, 70], [40, 0]], [0, 0], season_weight=0, peer_weight=0)
    assert parts.amounts == pytest.approx(np.array([[60, 140], [80, 0]]))
    assert parts.basis == ("history", "history")


def test_parts_none_of_which_has_history_get_the_same() -> None:
    parts = split_weights([[200], [80]], [[0, 0], [-5, 0]], [0, 0], season_weight=0.5, peer_weight=0.25)
    assert parts.amounts == pytest.approx(np.array([[100, 100], [40, 40]]))
    assert parts.basis == ("equal", "equal")


def test_a_month_in_which_no_part_has_sold_is_shared_by_their_years() -> None:
    # the pair weighs 50 in a month without history; years of 30 and 20 share it
    parts = split_weights([[100], [50]], [[30, 20], [0, 0]], [0, 0], season_weight=0, peer_weight=0)
    assert parts.amounts == pytest.approx(np.array([[60, 40], [30, 20]]))

"""What past sales say of the months to come, and what counts where they say nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesplan_xl.core.history import Prior, plan_weights

SOLD = [[0, 100, 0], [100, 200, 0]]
"""Two months of three pairs; the company sells a quarter in the first month, and the third pair nothing."""

TERRITORIES = ["North", "South", "North"]


def years(**options: object) -> list[float]:
    """What each pair weighs over the year."""
    weights = plan_weights(SOLD, TERRITORIES, **{"season_weight": 0.5, **options})  # type: ignore[arg-type]
    return [round(float(year), 9) for year in weights.amounts.sum(axis=0)]


def test_other_sizes_keep_the_months_that_history_says() -> None:
    weights = plan_weights(SOLD, TERRITORIES, season_weight=0, sizes=[10, 20, 40])
    # the first pair sells all in the second month, the second a third in the first, the third as the company does
    assert weights.amounts.round(9).tolist() == [[0, round(20 / 3, 9), 10], [10, round(40 / 3, 9), 30]]
    assert weights.basis == ("history", "history", "history")


def test_a_size_drawn_to_the_peers_is_between_its_own_and_theirs() -> None:
    # North is the first pair alone, so nothing draws it; with all in one territory the mean of 100 and 300 is 200
    assert years(peer_weight=0.5) == [100.0, 300.0, 100.0]
    one = plan_weights(SOLD, ["All"] * 3, season_weight=0.5, peer_weight=0.5)
    assert one.amounts.sum(axis=0).round(9).tolist() == [150.0, 250.0, 200.0]


def test_a_prior_of_several_is_shared_in_proportion_to_what_they_would_weigh() -> None:
    # 100 and 300 share 40
    assert years(priors=[Prior((0, 1), 40)]) == [10.0, 30.0, 100.0]


def test_months_may_be_given_for_each_pair() -> None:
    weights = plan_weights(SOLD, TERRITORIES, season_weight=0.5, months=[[1, 21, 0], [3, 22, 0]])
    # 1 of 4 and 3 of 4; 21 and 22 of 43; nothing known: the same
    assert weights.amounts[:, 0].tolist() == [25, 75]
    assert weights.amounts[:, 1].tolist() == pytest.approx([300 * 21 / 43, 300 * 22 / 43])
    assert weights.amounts[:, 2].tolist() == [50, 50]


def test_without_any_history_every_cell_weighs_one() -> None:
    weights = plan_weights(np.zeros((12, 3)), TERRITORIES, season_weight=0.5)
    assert weights.amounts.tolist() == np.ones((12, 3)).tolist()
    assert weights.basis == ("equal",) * 3


def test_returns_that_outweigh_sales_count_as_nothing_sold() -> None:
    weights = plan_weights([[-50, 10], [0, 10]], ["A", "A"], season_weight=0.5)
    assert weights.basis == ("peer_average", "history")


SALES = st.lists(st.lists(st.integers(0, 10**6), min_size=4, max_size=4), min_size=12, max_size=12).map(np.array)
SHARE = st.floats(0, 1)


@given(sold=SALES, season=SHARE, drawn=SHARE, said=st.floats(0, 1e6))
def test_the_weights_of_a_pair_add_up_to_its_size(sold: np.ndarray, season: float, drawn: float, said: float) -> None:
    peers = ["A", "A", "B", "B"]
    weights = plan_weights(sold, peers, season_weight=season, peer_weight=drawn, priors=[Prior((1, 2), said)])
    assert (weights.amounts >= 0).all()
    assert weights.amounts[:, [1, 2]].sum() == pytest.approx(said)
    if sold[:, 0].any():
        own = sold.sum(axis=0)
        average = own[:2][own[:2] > 0].mean()
        assert weights.amounts[:, 0].sum() == pytest.approx((1 - drawn) * own[0] + drawn * average)


@given(sold=SALES, season=SHARE, drawn=SHARE, order=st.permutations(range(4)))
def test_the_order_of_the_pairs_has_no_influence(
    sold: np.ndarray, season: float, drawn: float, order: list[int]
) -> None:
    peers = np.array(["A", "A", "B", "B"])
    straight = plan_weights(sold, peers.tolist(), season_weight=season, peer_weight=drawn)
    turned = plan_weights(sold[:, order], peers[order].tolist(), season_weight=season, peer_weight=drawn)
    assert np.allclose(turned.amounts, straight.amounts[:, order], rtol=1e-12)
    assert turned.basis == tuple(straight.basis[place] for place in order)

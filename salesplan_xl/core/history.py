"""What past sales say about the months to come: history by calendar month, and weights that do not fool themselves.

A pair is whatever the plan spreads over besides months, such as territory and rep.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.calendar import MONTHS_OF_YEAR

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Weights:
    """
    Weights of the cells month x pair, and where each pair's weight comes from.

    Parameters
    ----------
    amounts : ndarray of float, shape (months, pairs)
        Relative sizes, in the unit of the history, zero or more.
    basis : tuple of str
        For each pair ``"history"`` (it has a size of its own), ``"peer_average"``, ``"typed"`` or ``"equal"``.
    """

    amounts: Floats
    basis: tuple[str, ...]


def monthly_history(
    months: ArrayLike, pairs: ArrayLike, amounts: ArrayLike, *, start: str, end: str, first: str, pair_count: int
) -> Floats:
    """
    Average the order lines of a span by calendar month and pair, month by month of the plan.

    Parameters
    ----------
    months : array_like of datetime64[M], shape (n,)
        Month of each order line.
    pairs : array_like of int, shape (n,)
        Number of the pair each line counts for, from 0; lines with -1 are left out.
    amounts : array_like of int, shape (n,)
        Amount of each line in the smallest unit, of any sign.
    start, end : str
        First month of the span, and the month after its last, such as ``"2017-07"``.
    first : str
        First month of the plan.
    pair_count : int
        Number of pairs.

    Returns
    -------
    ndarray of float, shape (12, pair_count)
        For each month of the plan the mean of the same calendar month in the span, in the smallest unit; zero where
        the span has no such month or no sales in it. The order of the lines does not change a bit of it.

    Examples
    --------
    Two years of history: July brought 100 and 300, so a plan's July has 200.

    >>> monthly_history(
    ...     np.array(["2017-07", "2018-07"], "datetime64[M]"), [0, 0], [100, 300],
    ...     start="2017-07", end="2019-07", first="2019-07", pair_count=1,
    ... )[0, 0]
    np.float64(200.0)
    """
    month = np.asarray(months, "datetime64[M]")
    pair = np.asarray(pairs, np.int64)
    lowest, after = np.datetime64(start, "M"), np.datetime64(end, "M")
    plan_first = np.datetime64(first, "M").astype(np.int64)
    counted = (month >= lowest) & (month < after) & (pair >= 0)
    position = (month[counted].astype(np.int64) - plan_first) % MONTHS_OF_YEAR
    history = np.zeros((MONTHS_OF_YEAR, pair_count), np.int64)
    np.add.at(history, (position, pair[counted]), np.asarray(amounts, np.int64)[counted])
    span = np.arange(lowest.astype(np.int64), after.astype(np.int64))
    times = np.bincount((span - plan_first) % MONTHS_OF_YEAR, minlength=MONTHS_OF_YEAR)
    return history / np.maximum(times, 1)[:, None]


@dataclass(frozen=True)
class Prior:
    """
    What somebody says that some pairs sell in an average year.

    Parameters
    ----------
    pairs : tuple of int
        Numbers of the pairs it counts for, at least one.
    amount : float
        What they sell together, in the unit of the sizes, zero or more.
    """

    pairs: tuple[int, ...]
    amount: float


def plan_weights(
    history: ArrayLike,
    peers: Sequence[str],
    *,
    season_weight: float,
    sizes: ArrayLike | None = None,
    peer_weight: float = 0.0,
    priors: Sequence[Prior] = (),
    months: ArrayLike | None = None,
) -> Weights:
    r"""
    Turn history into weights for a plan: the size of each pair, and the share of it that each month has.

    A pair's own months are drawn towards the season of the whole company, since a small pair's months are mostly
    chance; its size may be drawn towards its peers' in the same way. A pair without a size gets the average of its
    peers, or of all pairs when no peer has any.

    Parameters
    ----------
    history : array_like of float, shape (months, pairs)
        Past sales by month and pair, as `monthly_history` gives them. Sums below zero count as zero.
    peers : sequence of str
        For each pair the group its peers belong to, such as its territory.
    season_weight : float
        Share of the company's season in each pair's months, from 0 (its own months only) to 1 (the company's only).
    sizes : array_like of float, shape (pairs,), optional
        What else the pairs are sized by, such as potential, in any unit; zero or less = none is known. By default the
        years of their history.
    peer_weight : float, default 0
        Share of the peers' average in the size of a pair that has one, from 0 to 1.
    priors : sequence of Prior, optional
        Sizes that count instead, in the unit of the sizes. Several pairs share one in proportion to what they would
        weigh without it.
    months : array_like of float, shape (months, pairs), optional
        What the months of each pair weigh among themselves, such as working days. By default their history and the
        season.

    Returns
    -------
    Weights
        Every pair's weights add up to its size. With no size at all every pair gets the same and the basis is
        ``"equal"``; without any history so do the months.

    Notes
    -----
    The weight of month :math:`m` and pair :math:`p` is
    :math:`N_p \,((1-s)\,h_{mp}/H_p + s\,S_m)`, with :math:`N_p` the size of the pair, by default its year
    :math:`H_p`, :math:`S_m` the company's share of the month and :math:`s` the season weight: shrinkage towards the
    mean of the period.

    Examples
    --------
    The company sells 1/4 in the first month. The first pair's year is 100, all in the second month; half its weight
    follows the company: 0.5 * 0 + 0.5 * 100 * 0.25 = 12.5. The third pair has none; its peer's year is 100.

    >>> sold, territories = [[0, 100, 0], [100, 200, 0]], ["North", "South", "North"]
    >>> plan_weights(sold, territories, season_weight=0.5).amounts
    array([[ 12.5, 87.5, 25. ],
           [ 87.5, 212.5, 75. ]])

    The planner says that it sells 40.

    >>> plan_weights(sold, territories, season_weight=0.5, priors=[Prior((2,), 40)]).amounts[:, 2]
    array([10., 30.])
    """
    sold = np.maximum(np.asarray(history, np.float64), 0.0)
    own = sold.sum(axis=0) if sizes is None else np.maximum(np.asarray(sizes, np.float64), 0.0)
    size, basis = _sizes(own, np.asarray(peers, object), peer_weight, priors)
    shares = _season(sold, season_weight) if months is None else _shares(np.asarray(months, np.float64))
    if basis.count("equal") == len(basis):
        size = size * len(sold)  # so that a cell, not a year, weighs 1
    return Weights(shares * size, basis)


def _sizes(
    own: Floats, peers: NDArray[np.object_], peer_weight: float, priors: Sequence[Prior]
) -> tuple[Floats, tuple[str, ...]]:
    """Size of each pair and where it is from: its own, its peers', or what somebody says."""
    known = own > 0
    if known.any():
        average = np.empty_like(own)
        for group in dict.fromkeys(peers.tolist()):
            inside = peers == group
            average[inside] = own[known & inside].mean() if (known & inside).any() else own[known].mean()
        sizes = np.where(known, (1 - peer_weight) * own + peer_weight * average, average)
        basis = np.where(known, "history", "peer_average").astype(object)
    else:
        sizes, basis = np.ones_like(own), np.full(own.shape, "equal", object)
    said = sizes.copy()
    for prior in priors:
        pairs = np.array(prior.pairs)
        said[pairs] = prior.amount * sizes[pairs] / sizes[pairs].sum()
        basis[pairs] = "typed"
    rest = basis == "equal"
    if priors and rest.any():  # nobody has history: those that somebody spoke for are the peers of the others
        said[rest] = said[~rest].mean()
        basis[rest] = "peer_average"
    return said, tuple(basis.tolist())


def _season(sold: Floats, season_weight: float) -> Floats:
    """Shares of the months of each pair: its own, drawn towards the company's; equal where nothing was sold."""
    years = sold.sum(axis=0)
    company = _shares(sold.sum(axis=1)[:, None])
    own = np.divide(sold, years, out=np.broadcast_to(company, sold.shape).copy(), where=years > 0)
    return np.asarray((1 - season_weight) * own + season_weight * company)


def _shares(months: Floats) -> Floats:
    """Weights of months as shares of the year, equal ones where all are zero."""
    years = months.sum(axis=0)
    equal = np.full(months.shape, 1 / len(months))
    return np.asarray(np.divide(months, years, out=equal, where=years > 0))


def split_weights(
    weights: ArrayLike, history: ArrayLike, parents: ArrayLike, *, season_weight: float, peer_weight: float
) -> Weights:
    r"""
    Share the weights of pairs over what each is made of, such as its customers or product families.

    A part's year is drawn towards the mean year of its peers, the parts of the same pair that have history: what a
    single customer bought is half chance too. A part without history gets that mean. Months are drawn towards the
    season of the pair.

    Parameters
    ----------
    weights : array_like of float, shape (months, pairs)
        Weights of the pairs, zero or more.
    history : array_like of float, shape (months, parts)
        Past sales by month and part, as `monthly_history` gives them. Sums below zero count as zero.
    parents : array_like of int, shape (parts,)
        The pair of each part, by its position.
    season_weight : float
        Share of the pair's season in each part's months, from 0 (its own months only) to 1 (the pair's only).
    peer_weight : float
        Share of the peers' mean year in each part's year, from 0 (its own only) to 1 (all alike).

    Returns
    -------
    Weights
        In every month the parts of a pair add up to its weight. The basis of a part is ``"history"``,
        ``"peer_average"``, or ``"equal"`` where no part of its pair has history.

    Notes
    -----
    With :math:`h_{mi}` the history of month :math:`m` and part :math:`i`, :math:`H_i` its year, :math:`\bar H` the
    mean year of the parts of pair :math:`p` that have one, :math:`S_m` the pair's share of the month and :math:`s` and
    :math:`k` the weights of season and peers: :math:`Y_i = (1-k)\,H_i + k\,\bar H`, or :math:`\bar H` without history;
    :math:`v_{mi} = Y_i\,((1-s)\,h_{mi}/H_i + s\,S_m)`, or :math:`Y_i\,S_m` without. The weight of the part is
    :math:`W_{mp}\,v_{mi} / \sum_{j \in p} v_{mj}`, and :math:`W_{mp}\,Y_i / \sum_j Y_j` in a month in which no part has
    a share.

    Examples
    --------
    A pair weighs 60 and 40 in two months. Its first part's year is 90, its second's 30, all in the first month, and the
    third has none. Their mean is 60, so with half of it the years are 75, 45 and 60, and with the pair's season alone
    each gets its part of 180: 60 * 75/180 = 25 in the first month.

    >>> parts = split_weights([[60], [40]], [[45, 30, 0], [45, 0, 0]], [0, 0, 0], season_weight=1, peer_weight=0.5)
    >>> parts.amounts.round(2).tolist(), parts.basis
    ([[25.0, 15.0, 20.0], [16.67, 10.0, 13.33]], ('history', 'history', 'peer_average'))
    """
    whole = np.asarray(weights, np.float64)
    sold = np.maximum(np.asarray(history, np.float64), 0.0)
    pair = np.asarray(parents, np.int64)
    count = whole.shape[1]
    years = sold.sum(axis=0)
    known = years > 0
    with_history = np.bincount(pair[known], minlength=count)
    mean = np.bincount(pair, years, count) / np.maximum(with_history, 1)
    mean[with_history == 0] = 1.0  # parts none of which has history are equal
    year = np.where(known, (1 - peer_weight) * years + peer_weight * mean[pair], mean[pair])
    season = whole / np.where(whole.any(axis=0), whole.sum(axis=0), 1.0)
    own = np.where(known, sold / np.where(known, years, 1.0), season[:, pair])
    shares = year * ((1 - season_weight) * own + season_weight * season[:, pair])
    sums = _by_pair(shares, pair, count)
    shares = np.where(sums[:, pair] > 0, shares, year)
    sums = np.where(sums > 0, sums, _by_pair(np.broadcast_to(year, shares.shape), pair, count))
    amounts = whole[:, pair] * (shares / np.where(sums > 0, sums, 1.0)[:, pair])
    basis = np.where(known, "history", np.where(with_history[pair] > 0, "peer_average", "equal"))
    return Weights(amounts, tuple(basis.tolist()))


def _by_pair(values: Floats, pair: NDArray[np.int64], count: int) -> Floats:
    """Sums of the parts of each pair, month by month."""
    sums = np.zeros((count, len(values)))
    np.add.at(sums, pair, values.T)
    return sums.T

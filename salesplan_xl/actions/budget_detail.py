"""What the plan is spread over at the detail that was chosen, and what each of it weighs within its pair."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from salesplan_xl.actions.action import Inputs
from salesplan_xl.actions.budget_nodes import Leaves, Member, family_of, holders, in_history, leaves_of
from salesplan_xl.actions.budget_weights import Weighed
from salesplan_xl.core.history import monthly_history, split_weights
from salesplan_xl.core.money import CENT, to_units
from salesplan_xl.workbook.periods import month_text
from salesplan_xl.workbook.sheets.budget_dimensions import DETAILS, PAIR
from salesplan_xl.workbook.sheets.budget_priors import BUDGET_PRIORS
from salesplan_xl.workbook.sheets.field_work import TERRITORIES
from salesplan_xl.workbook.sheets.sales import SALES
from salesplan_xl.workbook.sheets.team import TEAM

_DECLARED = ("peer_average", "typed", "equal")
"""Bases of a pair that has no size of its own."""


def plan_leaves(inputs: Inputs) -> Leaves:
    """
    Find the leaves of the plan that is to be made: the combinations that exist.

    Pairs are who holds customers, who sold to customers that nobody holds, reps without customers at home, and whom a
    prior names with a territory and a rep. A pair's customers are those it holds, and those that nobody holds and it
    sold to; a pair without any keeps a leaf for nobody. Families are those that customer bought, or else its pair, or
    else the company.

    Parameters
    ----------
    inputs : Inputs
        With the tables customers, sales, territories, team and budget_priors, and the options ``history_months`` and
        ``detail``.

    Returns
    -------
    Leaves
        The leaves, and the nodes above them.
    """
    dimensions = DETAILS[str(inputs.options["detail"])]
    sold = _sold(inputs)
    held = holders(inputs)
    customers = pd.concat([held.reset_index(), sold[~sold["customer"].isin(held.index)]])
    team = inputs.frame(TEAM.id)
    homes = team.loc[~team["rep"].isin(held["rep"]), ["home_territory", "rep"]].dropna()
    homes = homes.rename(columns={"home_territory": "territory"})
    said = inputs.frame(BUDGET_PRIORS.id)[[*PAIR]]
    sells = said["rep"].isin(team["rep"]) & ~said["rep"].isin(team["manager"])  # a manager stands for those below
    said = said[sells & said["territory"].isin(inputs.frame(TERRITORIES.id)["territory"])]
    present = pd.concat([customers, homes, said])[[*PAIR]].drop_duplicates()
    if "customer" in dimensions:
        present = _with(present, customers, "customer")
    if "family" in dimensions:
        present = _with_families(present, sold)
    return leaves_of(inputs, dimensions, _members(present[[*dimensions]]))


def detailed(inputs: Inputs, plan: Leaves, weighed: Weighed) -> Weighed:
    """
    Share the weights of pairs over their leaves.

    Parameters
    ----------
    inputs : Inputs
        With the tables sales and customers, and the options ``history_months``, ``season_weight`` and
        ``detail_peer_weight``.
    plan : Leaves
        The leaves.
    weighed : Weighed
        What the pairs weigh.

    Returns
    -------
    Weighed
        What the leaves weigh; in each month those of a pair weigh together what the pair does.
    """
    if plan.dimensions == PAIR:
        return weighed
    history = _history(inputs, plan)
    weights = split_weights(
        weighed.amounts,
        history,
        plan.pair_of,
        season_weight=inputs.number("season_weight"),
        peer_weight=inputs.number("detail_peer_weight"),
    )
    # a pair that has no history itself says where its weight comes from; its leaves share that equally
    basis = [
        weighed.basis[pair] if weighed.basis[pair] in _DECLARED else own
        for own, pair in zip(weights.basis, plan.pair_of.tolist(), strict=True)
    ]
    return replace(weighed, history=history, amounts=weights.amounts, basis=tuple(basis))


def _sold(inputs: Inputs) -> pd.DataFrame:
    """Order lines of the history, each with who holds its customer now, else who sold it, and its family."""
    sales = inputs.frame(SALES.id)[in_history(inputs)]
    held = holders(inputs).reindex(sales["customer"])
    return sales.assign(
        territory=np.where(held["territory"].isna(), sales["territory"], held["territory"]),
        rep=np.where(held["rep"].isna(), sales["rep"], held["rep"]),
        family=family_of(sales),
    )


def _with(present: pd.DataFrame, found: pd.DataFrame, dimension: str) -> pd.DataFrame:
    """Combinations with their members of a further dimension; once without, where there are none."""
    on = [*present.columns]
    return present.merge(found[[*on, dimension]].dropna().drop_duplicates(), on=on, how="left")


def _with_families(present: pd.DataFrame, sold: pd.DataFrame) -> pd.DataFrame:
    """Combinations with the families they bought, or else their pair, or else the company."""
    families = _with(present, sold, "family")
    for on in ([*PAIR], []):
        without = families["family"].isna()
        bought = sold[[*on, "family"]].dropna().drop_duplicates()
        asked = families.loc[without, [*present.columns]]
        more = asked.merge(bought, on=on, how="left") if on else asked.merge(bought, how="cross")
        if len(more):
            families = pd.concat([families[~without], more])
    return families


def _members(present: pd.DataFrame) -> list[tuple[Member, ...]]:
    """Combinations as the plan's leaves name them."""
    blank = present.astype(object).where(present.notna(), None)
    return list(blank.itertuples(index=False, name=None))


def _history(inputs: Inputs, plan: Leaves) -> np.ndarray:
    """What each leaf sold in an average year, by month, as the history of pairs is taken."""
    sold = _sold(inputs)
    if sold.empty:
        return np.zeros(plan.shape)
    months = sold["date"].to_numpy().astype("datetime64[M]")
    history = monthly_history(
        months,
        plan.positions_of(sold),
        to_units(sold["amount"].to_numpy(), CENT),
        start=str(months.min()),
        end=str(months.max() + 1),
        first=month_text(plan.months[0]),
        pair_count=len(plan.members),
    )
    return history * CENT

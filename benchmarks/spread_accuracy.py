"""The sample company's fiscal 2020, of which only the total is known: how near does a spread come to what was sold?

WAPE is the sum of the absolute errors of month x territory x rep over the year's sales; lower is better.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from salesplan_xl.core.history import monthly_history, plan_weights
from salesplan_xl.core.money import CENT, to_units
from salesplan_xl.sample.company import company


def _sold(lines: pd.DataFrame, pairs: pd.MultiIndex, first: str, months: int) -> np.ndarray:
    """Average year by month and pair, each line counted for whoever sold it."""
    start = np.datetime64(first, "M")
    return monthly_history(
        lines["date"].to_numpy().astype("datetime64[M]"),
        pairs.get_indexer(pd.MultiIndex.from_frame(lines[["territory", "rep"]])),
        to_units(lines["amount"].to_numpy(), CENT),
        start=str(start - months),
        end=str(start),
        first=first,
        pair_count=len(pairs),
    )


def main() -> None:
    """Measure and print."""
    sample = company()
    holders = sample.tables["customers"].set_index("customer")[["territory", "rep"]].dropna()
    held = sample.history.drop(columns=["territory", "rep"]).join(holders, on="customer").dropna(subset=["rep"])
    everything = pd.concat([sample.history, sample.actuals, held])[["territory", "rep"]].drop_duplicates()
    pairs = pd.MultiIndex.from_frame(everything)
    year = _sold(sample.actuals, pairs, "2020-07", 12)
    territories = [territory for territory, _ in pairs]
    last_year = _sold(sample.history, pairs, "2019-07", 12)
    assigned = pairs.isin(pd.MultiIndex.from_frame(holders.drop_duplicates()))
    ours = np.zeros_like(year)
    history = _sold(held, pairs, "2019-07", 24)[:, assigned]
    peers = [territory for territory, kept in zip(territories, assigned, strict=True) if kept]
    ours[:, assigned] = plan_weights(history, peers, season_weight=0.5).amounts
    for name, weights in (("last year's shares", last_year), ("the plan's weights", ours)):
        spread = weights / weights.sum() * year.sum()
        print(f"{name:20} WAPE {np.abs(spread - year).sum() / year.sum():.3f}")


if __name__ == "__main__":
    main()

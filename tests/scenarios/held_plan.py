"""A plan with forty holds on three dimensions that can all be kept, because one plan that keeps them is known."""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from salesplan_xl.sample.company import Company

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TERRITORIES = {
    "Brittany": ("FR", "Europe"),
    "Normandy": ("FR", "Europe"),
    "Aragon": ("ES", "Europe"),
    "Maine": ("US", "Americas"),
    "Texas": ("US", "Americas"),
    "Yukon": ("CA", "Americas"),
}
MANAGERS = {"Finn": None, "Dora": "Finn", "Ana": "Dora", "Ben": "Dora", "Cleo": "Finn", "Emil": "Finn"}
PAIRS = [
    (place, rep) for number, place in enumerate(TERRITORIES) for rep in [*MANAGERS, *MANAGERS][number : number + 3]
]
START = datetime.date(2026, 1, 1)
MONTHS = [f"{START.year}-{month:02}" for month in range(1, 13)]
QUARTERS = ["Q1", "Q2", "Q3", "Q4"]
HELD_AS_PLANNED, HELD_WITH_AMOUNT = 12, 28

Row = dict[str, Any]


Leaf = tuple[datetime.date, str, str]
"""A budget line by its month, territory and rep."""


@dataclass(frozen=True)
class Hold:
    """
    A hold of a territory, rep and period or what stands above them, the lines it covers, and the cents that they add
    up to; None where each stays as it is.
    """

    node: tuple[str | None, str | None, str | None]
    lines: frozenset[Leaf]
    cents: int | None

    @property
    def row(self) -> dict[str, object]:
        """The row that a planner types."""
        amount = None if self.cents is None else self.cents / 100
        named = dict(zip(("territory", "rep", "period"), self.node, strict=True))
        return {**named, "amount": amount, "owner": "Finn", "reason": "signed"}

    def is_kept(self, before: Mapping[Leaf, float], after: Mapping[Leaf, float]) -> bool:
        """Whether the lines add up to the amount to the cent, or each is what it was to the bit."""
        if self.cents is None:
            return all(before[leaf] == after[leaf] for leaf in self.lines)
        return sum(round(after[leaf] * 100) for leaf in self.lines) == self.cents


def company() -> Company:
    """Eighteen pairs of territory and rep, each with a customer and an order in every month of 2025."""
    chance = random.Random(6)  # noqa: S311 - the same orders every time
    customers = [(f"C{number}", place, rep) for number, (place, rep) in enumerate(PAIRS)]
    orders = [
        (f"{customer}-{month}", "1", datetime.date(2025, month, 5), customer, place, rep, chance.randrange(10**6) / 100)
        for month in range(1, 13)
        for customer, place, rep in customers
    ]
    geography = [(place, *above) for place, above in TERRITORIES.items()]
    tables = {
        "territories": pd.DataFrame(geography, columns=["territory", "country", "region"]),
        "team": pd.DataFrame(MANAGERS.items(), columns=["rep", "manager"]),
        "customers": pd.DataFrame(customers, columns=["customer", "territory", "rep"]).assign(name="Shop"),
        "budget_targets": pd.DataFrame({"amount": [1_234_567.89]}),
    }
    history = pd.DataFrame(orders, columns=["order", "line", "date", "customer", "territory", "rep", "amount"])
    of_january = history.head(len(PAIRS))
    sold = of_january.assign(order="sold " + of_january["order"], date=START)
    return Company({"plan_start": START}, tables, history, sold)


def forty_holds(lines: Sequence[Row]) -> list[Hold]:
    """
    Forty nodes or nodes that cross, on one, two or three dimensions, of budget lines as another library reads them.

    Some keep their lines as they are planned. The others keep an amount, namely what their lines add up to after cents
    have been moved about among lines that nobody keeps as they are; so there is a plan that keeps all of them.
    """
    chance = random.Random(40)  # noqa: S311 - the same holds every time
    cents = {(row["Month"].date(), row["Territory"], row["Rep"]): round(row["Budget"] * 100) for row in lines}
    drawn: dict[tuple[str | None, str | None, str | None], frozenset[Leaf]] = {}
    while len(drawn) < HELD_AS_PLANNED + HELD_WITH_AMOUNT:
        small = len(drawn) < HELD_AS_PLANNED
        node = (
            chance.choice([*TERRITORIES, *([] if small else [None, None, "FR", "US", "Europe", "Americas"])]),
            chance.choice([*MANAGERS, None, *([] if small else [None])]),
            chance.choice([*MONTHS, *([] if small else [None, None, *QUARTERS, *QUARTERS])]),
        )
        covered = frozenset(leaf for leaf in cents if is_below(leaf, node))
        if covered and len(covered) < len(cents) and covered not in drawn.values():
            drawn[node] = covered
    kept = frozenset[Leaf]().union(*list(drawn.values())[:HELD_AS_PLANNED])
    free = sorted(set(cents) - kept)
    for _ in range(3 * len(free)):
        giver, taker = chance.choice(free), chance.choice(free)
        amount = chance.randrange(cents[giver] // 4 + 1)
        cents[giver] -= amount
        cents[taker] += amount
    return [
        Hold(node, covered, None if number < HELD_AS_PLANNED else sum(cents[leaf] for leaf in covered))
        for number, (node, covered) in enumerate(drawn.items())
    ]


def is_below(leaf: Leaf, node: tuple[str | None, str | None, str | None]) -> bool:
    """Whether a line is at or below a node of each dimension."""
    month, territory, rep = leaf
    place, person, period = node
    above = {rep}
    while rep := MANAGERS[rep] or "":
        above.add(rep)
    return (
        place in (None, territory, *TERRITORIES[territory])
        and person in (None, *above)
        and period in (None, f"{month:%Y-%m}", QUARTERS[(month.month - 1) // 3])
    )

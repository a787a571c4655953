"""
A plan small enough to work out by hand: two territories, three reps, six customers, thirty order lines.

The plan is for 2026, its target 12,000.00. History is the year 2025, two lines a month, 1,200.00 in all; customer C6
(Ana, South) has none, so that its pair is planned from its peers. Six lines of 2026, 600.00 in all, come as actuals.
"""

from __future__ import annotations

import datetime
import shutil
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from salesplan_xl.entry.plans import new_book, recalculate
from salesplan_xl.sample.company import Company
from tests.command import salesplan

TARGET = 12_000.0
CUSTOMERS = (
    ("C1", "North", "Ana"),
    ("C2", "North", "Ana"),
    ("C3", "North", "Ben"),
    ("C4", "South", "Cleo"),
    ("C5", "South", "Cleo"),
    ("C6", "South", "Ana"),
)
PAIRS = 4  # North/Ana, North/Ben, South/Ana, South/Cleo


@dataclass(frozen=True)
class SmallPlan:
    """The files of the small plan in a folder of their own."""

    plan: Path
    history: Path
    actuals: Path

    def copied_to(self, folder: Path) -> SmallPlan:
        """The same files in another folder."""
        plan, history, actuals = (Path(shutil.copy(path, folder)) for path in (self.plan, self.history, self.actuals))
        return SmallPlan(plan, history, actuals)


def orders(year: int, count: int) -> pd.DataFrame:
    """Order lines, two a month: 30.00 to 70.00 each, 100.00 a month."""
    lines = []
    for number in range(count):
        customer, territory, rep = CUSTOMERS[number % 5]
        amount = 30.0 + 10.0 * (number // 2 % 5)  # 30, 40, 50, 60, 70 and what is missing to 100
        amount = amount if number % 2 == 0 else 100.0 - amount
        date = datetime.date(year, 1 + number // 2 % 12, 5 + number % 2)
        lines.append((f"S{year}{number:03}", "1", date, customer, "P1", territory, rep, 1, amount, amount, amount / 2))
    headers = ["order", "line", "date", "customer", "product", "territory", "rep"]
    return pd.DataFrame(lines, columns=[*headers, "quantity", "unit_price", "amount", "cost"])


def company() -> Company:
    """The company, with its master lists, customers and target."""
    tables = {
        "territories": pd.DataFrame({"territory": ["North", "South"], "country": "US"}),
        "team": pd.DataFrame({"rep": ["Ana", "Ben", "Cleo"], "home_territory": ["North", "North", "South"]}),
        "sources": pd.DataFrame({"source": ["Register"], "source_class": ["internal"]}),
        "customers": pd.DataFrame(
            {
                "customer": [customer for customer, _, _ in CUSTOMERS],
                "name": [f"Shop {customer}" for customer, _, _ in CUSTOMERS],
                "territory": [territory for _, territory, _ in CUSTOMERS],
                "rep": [rep for _, _, rep in CUSTOMERS],
                "source": "Register",
            }
        ),
        "budget_targets": pd.DataFrame({"amount": [TARGET], "author": ["Board"]}),
    }
    facts = {"plan_company": "Small", "plan_currency": "EUR", "plan_start": datetime.date(2026, 1, 1)}
    return Company(facts, tables, orders(2025, 24), orders(2026, 6))


def write_typed_plan(folder: Path, sample: Company | None = None) -> SmallPlan:
    """Write the plan, or that of another company, as a planner has typed it, and the two files of order lines."""
    sample = sample or company()
    files = SmallPlan(folder / "plan.xlsx", folder / "history.csv", folder / "actuals.csv")
    sample.history.to_csv(files.history, index=False, lineterminator="\n")
    sample.actuals.to_csv(files.actuals, index=False, lineterminator="\n")
    book = new_book("en", sample, files.plan.name)
    recalculate(book)
    book.save(files.plan)
    return files


def write_planned_plan(folder: Path, sample: Company | None = None) -> SmallPlan:
    """Write the plan, or that of another company, with its history, its budget and the year's actuals."""
    files = write_typed_plan(folder, sample)
    for words in (
        ("load_actuals", "--set", f"source={files.history}"),
        ("disaggregate",),
        ("load_actuals", "--set", f"source={files.actuals}"),
    ):
        done = salesplan("run", files.plan, *words)
        assert done.code == 0, done.error
    return files

"""Names that a spreadsheet reads something into are names: every sum on the sheet is that of the plan."""

from __future__ import annotations

import datetime
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from salesplan_xl.sample.company import Company
from tests.command import salesplan
from tests.files import rows, tables
from tests.office import Office
from tests.small_plan import write_planned_plan

TERRITORIES = (
    *("A*B", "AxB", "A?B", "A", "~A", "Nord~est", "Nord", "B~*c"),
    *(">5", "<>", "=x", "x", "01", "İstanbul", "中文"),
)
REPS = ("R*", "Rx", "R?", "<5", "276", "Ñandú 😀")


def company() -> Company:
    """A company of one customer in each territory, the reps in turn, with one order each in 2025."""
    customers = [(f"C{number}", place, REPS[number % len(REPS)]) for number, place in enumerate(TERRITORIES)]
    orders = [
        (f"S{number}", "1", datetime.date(2025, 1 + number % 12, 5), customer, place, rep, 100.0 + number)
        for number, (customer, place, rep) in enumerate(customers)
    ]
    listed = pd.DataFrame(orders, columns=["order", "line", "date", "customer", "territory", "rep", "amount"])
    of_the_year = listed.assign(order="T" + listed["order"], date=datetime.date(2026, 1, 7))
    given = {
        "territories": pd.DataFrame({"territory": TERRITORIES, "country": "FR"}),
        "team": pd.DataFrame({"rep": REPS, "manager": [None, *[REPS[0]] * (len(REPS) - 1)]}),
        "sources": pd.DataFrame({"source": ["Any*", "Any one"], "source_class": ["internal"] * 2}),
        "customers": pd.DataFrame(customers, columns=["customer", "territory", "rep"]).assign(
            name="Shop", source="Any one"
        ),
        "budget_targets": pd.DataFrame(
            [{"amount": 12_000.0}]
            + [{"territory": name, "amount": 500.0 + number} for number, name in enumerate(TERRITORIES[:-1])]
        ),
    }
    return Company({"plan_start": datetime.date(2026, 1, 1)}, given, listed, of_the_year)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plan of this company with its history, its budget and what it sold in the year."""
    plan = write_planned_plan(tmp_path_factory.mktemp("names"), company()).plan
    told = salesplan("run", plan, "flag_variances")
    assert told.code == 0, told.error
    return plan


def wanted(plan: Path) -> dict[tuple[str, int, str], float]:
    """What the formulas that look for a name must show, from the rows they add up, by table, row and column."""
    stored = rows(plan, "budget_lines", "sales", "budget_by_territory", "budget_by_rep", "budget_targets", "sources")
    cells: dict[tuple[str, int, str], float] = {}
    for table, axis in (("budget_by_territory", "Territory"), ("budget_by_rep", "Rep")):
        budget, actual = Counter[Any](), Counter[Any]()
        for line in stored["budget_lines"]:
            budget[line[axis]] += round(line["Budget"] * 100)
        for order in stored["sales"]:
            actual[order[axis]] += round(order["Amount"] * 100) * (order["Date"].year == 2026)
        for row, shown in enumerate(stored[table]):
            cells[table, row, "Budget"] = budget[shown[axis]] / 100
            cells[table, row, "Actual"] = actual[shown[axis]] / 100
    for row, target in enumerate(stored["budget_targets"]):
        cells["budget_targets", row, "Planned"] = target["Amount"]
    return cells | {("sources", 0, "Customers"): 0, ("sources", 1, "Customers"): len(TERRITORIES)}


def test_every_sum_of_the_closed_file_is_that_of_the_plan(plan: Path) -> None:
    cells = wanted(plan)
    stored = rows(plan, *{table for table, _, _ in cells})
    assert {cell: stored[cell[0]][cell[1]][cell[2]] for cell in cells} == cells


def test_every_sum_in_libreoffice_is_that_of_the_plan(plan: Path, office: Office) -> None:
    cells, stored = wanted(plan), tables(plan)
    shown = office.values(plan)
    for (table, row, column), amount in cells.items():
        title, _, place = stored[table].cell(column, row).rpartition("!")
        assert shown[title][place]["value"] == amount, (table, row, column)

"""The demo's numbers against sums made outside: from the saved file, read by another library, in whole cents."""

from __future__ import annotations

import csv
import datetime
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.command import salesplan
from tests.files import cents, rows, stored_values
from tests.typing_rows import type_rows

pytestmark = pytest.mark.xdist_group("numbers")  # so that the plan is read once

Row = dict[str, Any]
YEAR = (datetime.datetime(2019, 7, 1), datetime.datetime(2020, 7, 1))  # noqa: DTZ001 - cells have no time zone


def by(listed: Iterable[Row], key: Callable[[Row], Any], amount: str) -> Counter[Any]:
    """Sums in cents by a key."""
    sums: Counter[Any] = Counter()
    for row in listed:
        sums[key(row)] += round(row[amount] * 100)
    return sums


@dataclass(frozen=True)
class Seen:
    """What another library reads in a saved plan."""

    lines: list[Row]
    orders: list[Row]
    by_territory: list[Row]
    by_rep: list[Row]
    targets: list[Row]
    home: dict[str, Any]
    budget: dict[str, Any]

    @classmethod
    def of(cls, plan: Path) -> Seen:
        """Read a plan."""
        names = ("budget_lines", "sales", "budget_by_territory", "budget_by_rep", "budget_targets")
        lines, orders, by_territory, by_rep, targets = rows(plan, *names).values()
        sheets = stored_values(plan, ["Home", "8 Budget"])
        return cls(lines, orders, by_territory, by_rep, targets, sheets["Home"], sheets["8 Budget"])

    @property
    def of_the_year(self) -> list[Row]:
        """Order lines of the plan's year."""
        return [row for row in self.orders if YEAR[0] <= row["Date"] < YEAR[1]]

    def months(self, letters: str) -> list[int]:
        """A column of the block by month, in cents."""
        return [round(self.budget[f"{letters}{row}"] * 100) for row in range(7, 19)]


def besides_capacity(codes: list[str]) -> list[str]:
    """What is told besides quotas and products beyond capacity, of which the sample has some whatever its targets."""
    return [code for code in codes if not code.startswith("W-CAPACITY-")]


@pytest.fixture(scope="module")
def seen(demo_plan: Path) -> Seen:
    """The demo's plan as another library reads it."""
    return Seen.of(demo_plan)


def test_the_budget_is_the_typed_target_to_the_cent(seen: Seen) -> None:
    (target,) = seen.targets
    assert cents([target["Amount"]]) == 43_240_000_00
    assert cents(row["Budget"] for row in seen.lines) == 43_240_000_00
    assert (target["Planned"], target["Difference"]) == (43_240_000, 0)
    assert (seen.home["C11"], seen.home["C12"], seen.home["C13"]) == (43_240_000, 43_240_000, 0)


def test_there_is_one_line_for_each_month_and_each_pair_of_territory_and_rep(seen: Seen) -> None:
    assert len({(row["Month"], row["Territory"], row["Rep"]) for row in seen.lines}) == len(seen.lines) == 384
    assert len({row["Month"] for row in seen.lines}) == 12
    assert len({(row["Territory"], row["Rep"]) for row in seen.lines}) == 32


def test_the_order_lines_are_those_of_the_files(seen: Seen, demo_folder: Path) -> None:
    amounts = []
    for name in ("order_lines_before.csv", "order_lines_of_the_year.csv"):
        with (demo_folder / name).open(encoding="utf-8", newline="") as file:
            amounts += [float(row["amount"]) for row in csv.DictReader(file)]
    assert len(amounts) == len(seen.orders) == 60_855
    assert cents(amounts) == cents(row["Amount"] for row in seen.orders)
    assert cents(row["Amount"] for row in seen.of_the_year) == 36_568_898_08
    assert seen.home["C14"] == 36_568_898.08
    assert seen.home["C15"] == pytest.approx(36_568_898.08 / 43_240_000, rel=1e-15)
    # the last order is of the last month, so the budget of all months counts
    assert seen.home["C18"] == pytest.approx(36_568_898.08 / 43_240_000, rel=1e-15)


def test_the_months_add_up(seen: Seen) -> None:
    budget = by(seen.lines, lambda row: row["Month"], "Budget")
    actual = by(seen.of_the_year, lambda row: row["Date"].replace(day=1), "Amount")
    months = [seen.budget[f"B{row}"] for row in range(7, 19)]
    assert months == sorted(budget)
    assert seen.months("C") == [budget[month] for month in months]
    assert seen.months("D") == [actual[month] for month in months]
    assert seen.months("E") == [actual[month] - budget[month] for month in months]
    assert (round(seen.budget["C19"] * 100), round(seen.budget["D19"] * 100)) == (43_240_000_00, 36_568_898_08)


@pytest.mark.parametrize("axis", ["Territory", "Rep"])
def test_territories_and_reps_add_up(seen: Seen, axis: str) -> None:
    summary = seen.by_territory if axis == "Territory" else seen.by_rep
    budget = by(seen.lines, lambda row: row[axis], "Budget")
    actual = by(seen.of_the_year, lambda row: row[axis], "Amount")
    assert {row[axis]: cents([row["Budget"]]) for row in summary} == {row[axis]: budget[row[axis]] for row in summary}
    assert {row[axis]: cents([row["Actual"]]) for row in summary} == {row[axis]: actual[row[axis]] for row in summary}
    assert sum(budget.values()) == cents(row["Budget"] for row in summary)  # no line is left out
    assert sum(actual.values()) == cents(row["Actual"] for row in summary)


# With other targets as well


def test_a_territory_a_rep_and_a_month_targeted_as_well_are_exact_too(demo_plan: Path, tmp_path: Path) -> None:
    plan = Path(shutil.copy(demo_plan, tmp_path))
    month = datetime.datetime(2019, 11, 1)  # noqa: DTZ001 - as above
    more = pd.DataFrame(
        {
            "territory": ["Canada", None, None],
            "rep": [None, "276", None],
            "period": [None, None, "2019-11"],
            "amount": [7_654_321.09, 5_000_000.01, 3_333_333.33],
        }
    )
    type_rows(plan, {"budget_targets": more})
    told = salesplan("check", plan, "--json")
    assert besides_capacity(told.codes) == ["W-BUDGET-TARGET"] * 3  # the lines do not follow yet
    told = salesplan("run", plan, "disaggregate", "--json")
    assert (told.code, besides_capacity(told.codes)) == (0, []), told.error
    stored = rows(plan, "budget_lines", "budget_targets")
    lines = stored["budget_lines"]
    assert cents(row["Budget"] for row in lines) == 43_240_000_00
    assert cents(row["Budget"] for row in lines if row["Territory"] == "Canada") == 7_654_321_09
    assert cents(row["Budget"] for row in lines if row["Rep"] == "276") == 5_000_000_01
    assert cents(row["Budget"] for row in lines if row["Month"] == month) == 3_333_333_33
    assert [row["Difference"] for row in stored["budget_targets"]] == [0, 0, 0, 0]
    assert min(row["Budget"] for row in lines) >= 0


def test_a_region_a_quarter_and_a_manager_targeted_as_well_are_exact_too(demo_plan: Path, tmp_path: Path) -> None:
    plan = Path(shutil.copy(demo_plan, tmp_path))
    more = pd.DataFrame(
        {
            "territory": ["Europe", "GB", None, None, "Pacific", None],
            "rep": [None, None, "274", None, None, "276"],
            "period": [None, None, None, "Q1", "Q2", "H1"],
            "amount": [9_000_000.01, 3_500_000.02, 29_000_000.03, 12_000_000.04, 500_000.07, 2_000_000.11],
            "at": [None, None, "exactly", None, None, "at_most"],
        }
    )
    type_rows(plan, {"budget_targets": more})
    told = salesplan("run", plan, "disaggregate", "--json")
    assert (told.code, besides_capacity(told.codes)) == (0, []), told.error
    stored = rows(plan, "budget_lines", "budget_targets", "territories", "team")
    lines = stored["budget_lines"]
    place = {row["Territory"]: row for row in stored["territories"]}
    managed = {row["Rep"] for row in stored["team"] if row["Manager"] == "274"} | {"274"}
    assert len(managed) == 11
    third_month, sixth_month = (datetime.datetime(2019, month, 1) for month in (9, 12))  # noqa: DTZ001 - as above
    met = {
        "year": cents(row["Budget"] for row in lines),
        "Europe": cents(row["Budget"] for row in lines if place[row["Territory"]]["Region"] == "Europe"),
        "GB": cents(row["Budget"] for row in lines if place[row["Territory"]]["Country"] == "GB"),
        "274": cents(row["Budget"] for row in lines if row["Rep"] in managed),
        "Q1": cents(row["Budget"] for row in lines if row["Month"] <= third_month),
        "Pacific Q2": cents(
            row["Budget"]
            for row in lines
            if place[row["Territory"]]["Region"] == "Pacific" and third_month < row["Month"] <= sixth_month
        ),
    }
    assert met == {
        "year": 43_240_000_00,
        "Europe": 9_000_000_01,
        "GB": 3_500_000_02,
        "274": 29_000_000_03,
        "Q1": 12_000_000_04,
        "Pacific Q2": 500_000_07,
    }
    assert cents(row["Budget"] for row in lines if row["Rep"] == "276" and row["Month"] <= sixth_month) <= 2_000_000_11
    targets = stored["budget_targets"]
    assert cents(row["Planned"] for row in targets[:-1]) == sum(met.values())
    assert [row["Difference"] for row in targets] == [0] * 7

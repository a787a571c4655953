"""The sample weighed by route time and working days, then by day: each country rests on its own holidays."""

from __future__ import annotations

import datetime
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.command import Told, salesplan
from tests.files import rows

pytestmark = pytest.mark.xdist_group("phase")  # so that the plan is phased once

TOTAL = 43_240_000_00
THANKSGIVING = datetime.date(2019, 11, 28)
GERMAN_UNITY = datetime.date(2019, 10, 3)


@dataclass(frozen=True)
class Phased:
    """What the commands told, and the plan as another library reads it."""

    told: tuple[Told, Told, Told]
    lines: list[dict[str, Any]]
    days: list[dict[str, Any]]


@pytest.fixture(scope="module")
def phased(demo_plan: Path, tmp_path_factory: pytest.TempPathFactory) -> Phased:
    """The demo's plan by day and territory."""
    plan = Path(shutil.copy(demo_plan, tmp_path_factory.mktemp("phase")))
    weigh = ("--set", "weigh_by=route time", "--set", "months_by=working days")
    told = (
        salesplan("run", plan, "disaggregate", *weigh, "--json"),
        salesplan("run", plan, "phase", "--set", "calendar=day", "--set", "level=territory", "--json"),
        salesplan("run", plan, "check", "--json"),
    )
    read = rows(plan, "budget_lines", "budget_calendar")
    return Phased(told, read["budget_lines"], read["budget_calendar"])


def test_the_commands_do_it_and_the_check_finds_the_days_up_to_date(phased: Phased) -> None:
    assert [one.code for one in phased.told] == [0, 0, 0]
    assert phased.told[1].document["numbers"] == {"total": 43_240_000.0, "periods": 366, "nodes": 10, "rows": 3660}
    assert "W-PHASE-STALE" not in phased.told[2].codes


def test_the_lines_say_what_they_are_weighed_by(phased: Phased) -> None:
    assert {row["Months by"] for row in phased.lines} == {"working days"}
    assert {row["Basis"] for row in phased.lines} == {"route time", "peer average"}
    assert sum(round(row["Budget"] * 100) for row in phased.lines) == TOTAL


def test_the_days_of_every_month_and_territory_make_its_budget(phased: Phased) -> None:
    planned: Counter[tuple[str, str]] = Counter()
    by_day: Counter[tuple[str, str]] = Counter()
    for row in phased.lines:
        planned[row["Territory"], f"{row['Month']:%Y-%m}"] += round(row["Budget"] * 100)
    for row in phased.days:
        by_day[row["Node"], row["Period"][:7]] += round(row["Budget"] * 100)
    assert by_day == planned
    assert sum(by_day.values()) == TOTAL


@pytest.mark.parametrize(
    ("day", "resting"),
    [
        (THANKSGIVING, {"Northwest", "Northeast", "Central", "Southwest", "Southeast"}),
        (GERMAN_UNITY, {"Germany"}),
    ],
    ids=["Thanksgiving", "German Unity"],
)
def test_a_holiday_is_one_in_its_own_country_alone(phased: Phased, day: datetime.date, resting: set[str]) -> None:
    budget = {row["Node"]: row["Budget"] for row in phased.days if row["Period"] == day.isoformat()}
    assert len(budget) == 10
    assert {territory for territory, amount in budget.items() if amount == 0} == resting

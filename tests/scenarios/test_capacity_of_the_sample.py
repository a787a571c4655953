"""The sample's budget asks more of five reps and two capacities than they can carry; each is told where it happens."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.command import salesplan
from tests.files import rows

pytestmark = pytest.mark.xdist_group("capacity")

OVER = {"275", "276", "277", "279", "281"}
IDLE = {"285", "286", "288"}


def gate(plan: Path) -> dict[tuple[str, Any], dict[str, Any]]:
    """The rows of the gate by rep and period, as another library reads them."""
    return {(row["Rep"], row["Period"]): row for row in rows(plan, "gate")["gate"]}


def test_five_reps_have_a_quota_that_their_minutes_cannot_carry(demo_plan: Path) -> None:
    years = {rep: row for (rep, period), row in gate(demo_plan).items() if period is None}
    assert {rep for rep, row in years.items() if row["Flag"] == "over"} == OVER
    assert {rep for rep, row in years.items() if row["Flag"] == "watch"} == IDLE
    assert all(row["Reason"].endswith("and no visit is planned.") for rep, row in years.items() if rep in IDLE)
    assert all(row["Visits take"] < 1 for row in years.values())  # it is the money that is too much, not the visits


def test_the_year_is_the_sum_of_its_months_and_the_quotas_are_the_budget(demo_plan: Path) -> None:
    listed = gate(demo_plan)
    sums: Counter[tuple[str, str]] = Counter()
    for (rep, period), row in listed.items():
        if period is not None:
            for column in ("Quota", "Minutes can bring"):
                sums[rep, column] += round(row[column] * 100)
    years = {rep: row for (rep, period), row in listed.items() if period is None}
    assert sums == {(rep, column): round(row[column] * 100) for rep, row in years.items() for _, column in sums}
    assert sum(round(row["Quota"] * 100) for row in years.values()) == 43_240_000_00


def test_minutes_are_those_of_the_visits_planned(demo_plan: Path) -> None:
    tables = rows(demo_plan, "visits", "routes")
    planned = [row for row in tables["visits"] if row["Rep"] == "276"]
    travel = sum(row["Travel"] for row in tables["routes"] if row["Rep"] == "276")
    visits, routed = (sum(row[column] for row in planned) for column in ("Planned", "Routed"))
    minutes = sum(row["Planned"] * row["Minutes"] for row in planned) + visits * travel / routed
    year = gate(demo_plan)["276", None]
    assert year["Visits"] == pytest.approx(visits * 366 / 84)  # July 2019 to June 2020
    assert year["Minutes needed"] == pytest.approx(minutes * 366 / 84)


def test_capacities_of_step_one_are_judged_each_in_its_period(demo_plan: Path) -> None:
    flags = {(row["Product or service"], row["Flag"]) for row in rows(demo_plan, "gate_products")["gate_products"]}
    assert flags == {
        (None, "ok"),
        (None, "over"),
        (None, "watch"),
        ("Mountain-200 Black, 38", "watch"),
        ("Mountain-200 Silver, 42", "over"),
        ("Road-250 Red, 44", "watch"),
    }


def test_a_spread_on_the_command_line_tells_it_and_goes_through(demo_plan: Path, tmp_path: Path) -> None:
    plan = Path(shutil.copy(demo_plan, tmp_path))
    told = salesplan("run", plan, "disaggregate", "--json")
    assert told.code == 0, told.error
    found = [one for one in told.document["problems"] if one["code"].startswith("W-CAPACITY")]
    assert Counter(one["code"] for one in found) == {
        "W-CAPACITY-QUOTA": 6,  # the five, and rep 280 in one month
        "W-CAPACITY-AMOUNT": 1,
        "W-CAPACITY-QUANTITY": 1,
    }
    assert len({(one["sheet"], one["cell"]) for one in found}) == 1  # the only target there is


def test_a_transfer_that_a_rep_can_carry_tells_nothing_new(demo_plan: Path, tmp_path: Path) -> None:
    plan = Path(shutil.copy(demo_plan, tmp_path))
    told = salesplan("run", plan, "capacity_gate", "--set", "over=150%", "--set", "watch=140%", "--json")
    assert told.code == 0, told.error
    assert told.document["numbers"]["capacity_gate.reps_over"] == 0

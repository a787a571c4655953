"""The sample company segmented on the command line: the file against sums made outside, and the cell function."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from salesplan_xl.functions.conversion import call
from salesplan_xl.sample.company import company
from salesplan_xl.workbook.labels import catalogue
from salesplan_xl.workbook.sheets import TABLES
from tests.command import Told, salesplan
from tests.files import cents, rows, stored_values
from udfs.segments import SEGMENT

pytestmark = pytest.mark.xdist_group("segments")  # so that the plan is made once


@pytest.fixture(scope="module")
def plan(demo_plan: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo's plan, to be segmented."""
    return Path(shutil.copy(demo_plan, tmp_path_factory.mktemp("segments")))


@pytest.fixture(scope="module")
def told(plan: Path) -> Told:
    """What segmenting it tells, with the order lines of the year already there."""
    return salesplan("run", plan, "segment", "--json")


@pytest.fixture(scope="module")
def tables(plan: Path, told: Told) -> dict[str, list[dict[str, Any]]]:
    """The tables as another library reads them in the saved plan."""
    assert told.code == 0, told.error
    return rows(plan, "customers", "segments", "segment_rules", "map_legend", "customer_map")


def test_at_least_five_rules_decide_and_nearly_everybody_has_a_segment(told: Told) -> None:
    numbers = told.document["numbers"]
    assert told.codes == ["W-RULE-OVERLAP", "W-MAP-MISSING"]
    assert numbers["rules_deciding"] == numbers["rules"] == 8
    assert numbers["unassigned_share"] < 0.05
    assert numbers["lines_after_start"] > 20_000
    assert numbers["customers_on_the_map"] == 671  # 30 of 701 resellers have no coordinates


def test_segments_add_up_to_all_customers_and_all_sales(tables: dict[str, list[dict[str, Any]]], plan: Path) -> None:
    customers, segments = tables["customers"], tables["segments"]
    members = Counter(row["Segment"] for row in customers)
    assert {row["Segment"]: row["Customers"] for row in segments} == members
    assert sum(members.values()) == len(customers) == 701
    history = cents(company().history["amount"])
    assert cents(row["Sales"] for row in segments) == cents(row["Sales"] for row in customers) == history
    for segment in segments:
        own = cents(row["Sales"] for row in customers if row["Segment"] == segment["Segment"])
        assert cents([segment["Sales"]]) == own
    sheet = stored_values(plan, ["3 Segments"])["3 Segments"]
    assert (sheet["C6"], sheet["C8"]) == (sheet["C7"], sheet["C9"]) == (701, history / 100)


def test_orders_are_counted_as_orders(tables: dict[str, list[dict[str, Any]]]) -> None:
    lines = company().history.groupby("customer")
    orders, last = lines["order"].nunique(), lines["date"].max()
    for customer in tables["customers"]:
        known = customer["Customer"]
        assert customer["Orders"] == orders.get(known, 0)
        assert customer["Last order"] == last.get(known)


def test_the_cell_function_names_the_same_segments_from_the_same_cells(
    tables: dict[str, list[dict[str, Any]]],
) -> None:
    customers, rules = (
        [[*listed[0]], *([*row.values()] for row in listed)]
        for listed in (tables["customers"], tables["segment_rules"])
    )
    segments = call(SEGMENT, [customers, rules]).value
    assert segments == tuple((row["Segment"],) for row in tables["customers"])


def test_segments_are_told_apart_by_what_they_brought_in_the_year_after(
    tables: dict[str, list[dict[str, Any]]],
) -> None:
    # what the rules cannot know: the orders of the year that is planned
    year = company().actuals.groupby("customer")["amount"].sum()
    after = {
        segment: [float(year.get(row["Customer"], 0.0)) for row in tables["customers"] if row["Segment"] == segment]
        for segment in {row["Segment"] for row in tables["customers"]}
    }
    mean = {segment: sum(amounts) / len(amounts) for segment, amounts in after.items()}
    assert mean["Key accounts"] > mean["New and growing"] > mean["Steady"] > mean["Small"] > mean["Dormant"]
    assert mean["Large prospects"] > 4 * mean["Shops to win"]
    assert sum(amount > 0 for amount in after["Win back"]) < 0.1 * len(after["Win back"])


def test_the_legend_of_the_map_is_the_segments(tables: dict[str, list[dict[str, Any]]]) -> None:
    assert [row["Segment"] for row in tables["map_legend"]] == [row["Segment"] for row in tables["segments"]]
    headers = [catalogue().header("customer_map", column.id) for column in TABLES["customer_map"].columns[2:]]
    drawn = Counter(header for row in tables["customer_map"] for header in headers if row[header] is not None)
    placed = Counter(row["Segment"] for row in tables["customers"] if row["Latitude"] is not None)
    assert [drawn[header] for header in headers] == [placed[row["Segment"]] for row in tables["segments"]]

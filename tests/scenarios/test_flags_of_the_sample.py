"""The sample's year is flagged: few rep-quarters, each with a reason, and everything adds up in the saved file."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.command import Told, salesplan
from tests.files import rows, stored_values

pytestmark = pytest.mark.xdist_group("flags")  # so that the plan is flagged once

Row = dict[str, Any]
NODE = ("Period", "Level", "Territory", "Rep")


@pytest.fixture(scope="module")
def flagged(demo_plan: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Told]:
    """The demo's plan, flagged from the command line, and what that told."""
    plan = Path(shutil.copy(demo_plan, tmp_path_factory.mktemp("flags")))
    return plan, salesplan("run", plan, "flag_variances", "--json")


@pytest.fixture(scope="module")
def tables(flagged: tuple[Path, Told]) -> dict[str, list[Row]]:
    """Variances and drivers as another library reads them."""
    return rows(flagged[0], "variances", "drivers")


def in_cents(amount: float | None) -> int:
    """An amount in cents."""
    return 0 if amount is None else round(amount * 100)


def test_at_most_one_rep_quarter_in_twenty_is_to_act_on(flagged: tuple[Path, Told]) -> None:
    told = flagged[1]
    assert told.code == 0, told.error
    numbers = told.document["numbers"]
    numbers = numbers.get("flag_variances", numbers)
    assert numbers["rep_periods"] == 17 * 4
    assert 0 < numbers["rep_periods_act"] <= 0.05 * numbers["rep_periods"]


def test_those_to_act_on_are_what_anybody_would_look_at(tables: dict[str, list[Row]]) -> None:
    acts = [
        (row["Period"], row["Rep"], round(100 * row["Of expected"]))
        for row in tables["variances"]
        if row["Flag"] == "act" and row["Level"] == "rep" and row["Period"] != "Year to date"
    ]
    # 290 opened France, planned from its first months; 282 won the United Kingdom's new customers; 284 the
    # customers of the Northwest. All three sold about twice what was planned, and went on to.
    assert acts == [("Q1", "290", 169), ("Q1", "282", 96), ("Q3", "284", 152)]


def test_every_flag_has_a_reason_and_nothing_else_has(tables: dict[str, list[Row]]) -> None:
    for row in tables["variances"]:
        assert bool(row["Reason"]) == (row["Flag"] != "ok"), row
        if row["Reason"]:
            assert row["Reason"].endswith(".")
            assert "{" not in row["Reason"]
    (rep_284,) = [
        row for row in tables["variances"] if (row["Period"], row["Rep"], row["Level"]) == ("Q3", "284", "rep")
    ]
    assert rep_284["Reason"].startswith(
        "Rep 284 sold 233,882 more than the common 78.2% of budget would give (+152%): mostly customers new or back: "
        "Thorough Parts and Repair Services (+81,696)"
    )


def test_the_companys_quarters_add_up_to_its_year(tables: dict[str, list[Row]]) -> None:
    *quarters, year = [row for row in tables["variances"] if row["Level"] == "company"]
    assert [row["Period"] for row in quarters] == ["Q1", "Q2", "Q3", "Q4"]
    for column in ("Budget", "Actual", "Variance"):
        assert sum(in_cents(row[column]) for row in quarters) == in_cents(year[column])
    assert (year["Budget"], year["Actual"]) == (43_240_000, 36_568_898.08)


def test_price_quantity_mix_and_range_add_up_to_the_cent(tables: dict[str, list[Row]]) -> None:
    split = [row for row in tables["variances"] if row["Price"] is not None]
    assert len(split) > 40
    for row in split:
        parts = sum(in_cents(row[part]) for part in ("Price", "Quantity", "Mix", "New", "Dropped"))
        assert parts == in_cents(row["Variance"]), row


def test_drivers_add_up_to_the_variance_to_the_cent(tables: dict[str, list[Row]]) -> None:
    whole = {tuple(row[name] for name in NODE): row for row in tables["variances"]}
    sums: dict[str, Counter[Any]] = {"Contribution": Counter(), "Deviation": Counter()}
    for row in tables["drivers"]:
        node = (*(row[name] for name in NODE), row["By"])
        for column, found in sums.items():
            found[node] += in_cents(row[column])
    for column, of_whole in (("Contribution", "Variance"), ("Deviation", "Deviation")):
        for node, amount in sums[column].items():
            assert amount == in_cents(whole[node[:4]][of_whole]), (node, column)
    explained = {node[:4] for node in sums["Contribution"]}
    assert explained == {node for node, row in whole.items() if row["Flag"] != "ok"}


def test_the_sheet_shows_the_year_to_date_and_the_way_from_budget_to_actual(
    flagged: tuple[Path, Told], tables: dict[str, list[Row]]
) -> None:
    cells = stored_values(flagged[0], ["10 Evaluation"])["10 Evaluation"]
    flags = Counter(row["Flag"] for row in tables["variances"])
    assert (cells["C19"], cells["C20"], cells["C21"]) == (300, flags["watch"], flags["act"])
    assert (cells["C22"], round(cells["C23"], 4)) == (-6_671_101.92, -0.1543)
    steps = [in_cents(cells[f"S{row}"]) for row in range(7, 15)]
    assert sum(steps[:-1]) == steps[-1] == in_cents(36_568_898.08)
    assert [in_cents(cells[f"T{row}"]) for row in (7, 13, 14)] == [43_240_000_00, steps[-1], steps[-1]]

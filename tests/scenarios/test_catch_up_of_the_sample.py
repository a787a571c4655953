"""After six months the sample catches up and an amount is transferred: every total to the cent, and can be undone."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.command import Told, salesplan
from tests.files import rows, table_bytes
from tests.typing_rows import type_rows

pytestmark = pytest.mark.xdist_group("catch_up")  # so that the plan catches up once

Row = dict[str, Any]
TOTAL = 43_240_000_00
SIX_MONTHS = ("rebalance", "--set", "closed_until=2019-12-01", "--set", "keep=territory")


def in_cents(listed: Iterable[Row], *columns: str, amount: str = "Budget") -> Counter[tuple[Any, ...]]:
    """Sums in cents by some columns."""
    sums: Counter[tuple[Any, ...]] = Counter()
    for row in listed:
        sums[tuple(row[column] for column in columns)] += round(row[amount] * 100)
    return sums


@dataclass(frozen=True)
class CaughtUp:
    """The demo's plan before and after, and what the command told."""

    before: Path
    after: Path
    told: Told

    def lines(self, plan: Path) -> list[Row]:
        """The budget lines as another library reads them."""
        return rows(plan, "budget_lines")["budget_lines"]


@pytest.fixture(scope="module")
def caught_up(demo_plan: Path, tmp_path_factory: pytest.TempPathFactory) -> CaughtUp:
    """The demo's plan after six months."""
    plan = Path(shutil.copy(demo_plan, tmp_path_factory.mktemp("catch_up")))
    return CaughtUp(demo_plan, plan, salesplan("run", plan, *SIX_MONTHS, "--json"))


def test_the_total_stays_to_the_cent_and_closed_months_are_what_was_sold(caught_up: CaughtUp) -> None:
    assert caught_up.told.code == 0, caught_up.told.error
    lines, sales = caught_up.lines(caught_up.after), rows(caught_up.after, "sales")["sales"]
    assert in_cents(lines)[()] == TOTAL
    months = sorted({row["Month"] for row in lines})
    sold = in_cents(
        ({**row, "Month": row["Date"].replace(day=1)} for row in sales), "Month", "Territory", "Rep", amount="Amount"
    )
    closed = [row for row in lines if row["Held"] == "closed"]
    assert {row["Month"] for row in closed} == set(months[:6])
    assert all(in_cents([row])[()] == sold[row["Month"], row["Territory"], row["Rep"]] for row in closed)
    assert len(closed) == 6 * 32


def test_territories_keep_their_totals_but_those_already_beyond_them(caught_up: CaughtUp) -> None:
    before, after = (in_cents(caught_up.lines(plan), "Territory") for plan in (caught_up.before, caught_up.after))
    told = (one for one in caught_up.told.document["problems"] if not one["code"].startswith("W-CAPACITY"))
    beyond = {problem["found"].partition(" already")[0] for problem in told}
    assert beyond == {"France", "United Kingdom"}
    left = in_cents((row for row in caught_up.lines(caught_up.after) if row["Held"] != "closed"), "Territory")
    surplus = sum(after[(territory,)] - before[(territory,)] for territory in beyond)
    assert surplus > 0
    assert all(left[(territory,)] == 0 for territory in beyond)
    # the others need less by what these are beyond, each in proportion to what is left of it
    others = [node for node in before if node[0] not in beyond]
    assert sum(before[node] - after[node] for node in others) == surplus
    shares = [(before[node] - after[node]) / (left[node] + before[node] - after[node]) for node in others]
    assert max(shares) - min(shares) < 1e-6


def test_run_rates_add_up_and_name_what_cannot_be_reached(caught_up: CaughtUp) -> None:
    listed = rows(caught_up.after, "run_rates")["run_rates"]
    for column, total in (("Budget", TOTAL), ("Sold to date", 20_489_725_28), ("Left", TOTAL - 20_489_725_28)):
        by_level = in_cents(listed, "Level", amount=column)
        levels = ("company", "region", "country", "territory", "manager", "rep")
        assert by_level == {(level,): total for level in levels}
    out_of_reach = {row["Who"] for row in listed if row["In reach"] == "no"}
    for row in listed:
        # a month can bring one and a half times the best one so far
        assert (row["A month needed"] > 1.5 * row["Best month"] + 0.01) == (row["Who"] in out_of_reach)
    assert out_of_reach == {"Southeast", "279"}


def amounts_of(plan: Path) -> dict[str, bytes]:
    """The bytes of every table but the list of notes."""
    return {table: content for table, content in table_bytes(plan).items() if table != "problems"}


def test_undo_gives_every_byte_back_and_doing_it_again_the_same_bytes(caught_up: CaughtUp, tmp_path: Path) -> None:
    plan, again = (Path(shutil.copy(caught_up.after, tmp_path / name)) for name in ("plan.xlsm", "again.xlsm"))
    assert salesplan("run", plan, "undo").code == 0
    assert amounts_of(plan) == amounts_of(caught_up.before)
    shutil.copy(caught_up.before, again)
    assert salesplan("run", again, *SIX_MONTHS).code == 0
    assert amounts_of(again) == amounts_of(caught_up.after)


def test_an_amount_is_transferred_from_a_country_to_a_rep_after_it(caught_up: CaughtUp, tmp_path: Path) -> None:
    plan = Path(shutil.copy(caught_up.after, tmp_path))
    row = {"from_territory": "CA", "to_rep": "286", "amount": 120_000.01, "reason": "new customers", "owner": "Jae"}
    type_rows(plan, {"transfers": [row]})
    told = salesplan("run", plan, "transfer", "--set", "closed_until=2019-12-01", "--json")
    assert told.code == 0, told.error
    before, after = (caught_up.lines(one) for one in (caught_up.after, plan))
    assert in_cents(after, "Month") == in_cents(before, "Month")
    changes = in_cents(after, "Territory", "Rep")
    changes.subtract(in_cents(before, "Territory", "Rep"))
    moved = {node: cents for node, cents in changes.items() if cents}
    assert sum(cents for (territory, _), cents in moved.items() if territory == "Canada") == -120_000_01
    assert sum(cents for (_, rep), cents in moved.items() if rep == "286") == 120_000_01
    entry = rows(plan, "log")["log"][-1]
    assert (entry["Total before"], entry["Total after"]) == (43_240_000, 43_240_000)
    assert rows(plan, "transfers")["transfers"][0]["Done by"] == entry["Number"]

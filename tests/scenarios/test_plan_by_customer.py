"""The budget by customer in a closed file: targets of segments and families are met, and their sums stay live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from salesplan_xl.entry.plans import recalculate
from salesplan_xl.hosts.file.book import FileBook
from salesplan_xl.workbook.changes import cell_changes
from salesplan_xl.workbook.codec import decode
from salesplan_xl.workbook.labels import catalogue
from salesplan_xl.workbook.sheets import TABLES
from tests.command import salesplan
from tests.files import rows, tables

if TYPE_CHECKING:
    from pathlib import Path

    from tests.office import Office
    from tests.small_plan import SmallPlan

STARRED = "Key *? ~ 1"
"""A segment whose letters would be a pattern; as one it would find *Key of no ~ 1* too."""

SEGMENTS = {"C1": STARRED, "C2": "Key of no ~ 1", "C3": STARRED, "C4": "key", "C5": STARRED, "C6": None}
TARGETS: Sequence[Mapping[str, Any]] = (
    {"amount": 12_000},
    {"customer": STARRED, "amount": 6_000.01},
    {"customer": "C2", "period": "Q1", "amount": 500.07},
    {"customer": STARRED, "territory": "North", "amount": 4_000.03},
    {"family": "P1", "amount": 12_000},
    {"customer": "C1", "family": "P1", "rep": "Ana", "amount": 1_234.56},
)


def change(plan: Path, table: str, frame: pd.DataFrame) -> None:
    """Let a table of a closed file have other rows."""
    book = FileBook.open(plan)
    stored, problems = decode(TABLES[table], book.read_table(table), catalogue())
    assert problems == []
    book.change_table(table, cell_changes(stored, frame.reindex(columns=stored.frame.columns), catalogue()))
    recalculate(book)
    book.save()


@pytest.fixture
def by_customer(planned: SmallPlan) -> Path:
    """The small plan with segments, spread by customer and family with targets of all sorts."""
    plan = planned.plan
    stored, _ = decode(TABLES["customers"], FileBook.open(plan).read_table("customers"), catalogue())
    segments = [SEGMENTS[customer] for customer in stored.frame["customer"]]
    change(plan, "customers", stored.frame.assign(segment=pd.Series(segments, dtype=object)))
    change(plan, "budget_targets", pd.DataFrame([{"row_id": f"t{at}", **row} for at, row in enumerate(TARGETS)]))
    told = salesplan("run", plan, "disaggregate", "--set", "detail=customer and family", "--json")
    assert (told.code, told.codes) == (0, []), told.error
    return plan


def test_targets_of_segments_customers_and_families_are_exact_and_seen_so(by_customer: Path) -> None:
    stored = rows(by_customer, "budget_lines", "budget_targets")
    assert [row["Planned"] for row in stored["budget_targets"]] == [row["amount"] for row in TARGETS]
    assert [row["Difference"] for row in stored["budget_targets"]] == [0] * len(TARGETS)
    starred = [row for row in stored["budget_lines"] if SEGMENTS[row["Customer"]] == STARRED]
    assert sum(round(row["Budget"] * 100) for row in starred) == 6_000_01
    assert {row["Family"] for row in stored["budget_lines"]} == {"P1"}  # order lines name products only


def test_libreoffice_calculates_the_same_sums(office: Office, by_customer: Path) -> None:
    place = tables(by_customer)["budget_targets"]
    calculated = office.values(by_customer)["8 Budget"]
    found = [calculated[place.cell("Planned", at).partition("!")[2]]["value"] for at in range(len(TARGETS))]
    assert found == pytest.approx([row["amount"] for row in TARGETS], abs=1e-9)


def test_catching_up_and_undoing_leave_the_total_and_the_file_as_they_should(by_customer: Path) -> None:
    before = rows(by_customer, "budget_lines")["budget_lines"]
    told = salesplan("run", by_customer, "rebalance", "--set", "closed_until=2026-02-01", "--json")
    assert told.code == 0, told.error
    stored = rows(by_customer, "budget_lines", "sales", "run_rates")
    lines, sales = stored["budget_lines"], stored["sales"]
    assert sum(round(row["Budget"] * 100) for row in lines) == 12_000_00
    for customer in SEGMENTS:
        closed = sum(row["Budget"] for row in lines if row["Customer"] == customer and row["Held"] == "closed")
        bought = sum(row["Amount"] for row in sales if row["Customer"] == customer and str(row["Date"]) < "2026-03")
        since = sum(row["Amount"] for row in sales if row["Customer"] == customer and str(row["Date"]) < "2026")
        assert closed == pytest.approx(bought - since, abs=1e-6)
    assert {row["Level"] for row in stored["run_rates"]} == {"company", "country", "territory", "rep"}
    assert salesplan("run", by_customer, "undo").code == 0
    assert rows(by_customer, "budget_lines")["budget_lines"] == before

"""One cell of the file is changed and `check` is run: every summary that it belongs to moves, by just as much."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.command import salesplan
from tests.files import tables, type_into, value

if TYPE_CHECKING:
    from tests.small_plan import SmallPlan

# 8 Budget: months from row 7 with their total in row 19, North and South from row 25 in B:F, Ana to Cleo in I:M
BUDGET_OF = {"month": "C7", "year": "C19", "territory": "C25", "rep": "J25", "target": "Z25"}
ACTUAL_OF = {"month": "D7", "year": "D19", "territory": "D25", "rep": "K25"}


def summaries(plan: SmallPlan, cells: dict[str, str]) -> dict[str, int]:
    """Summaries of 8 Budget in cents."""
    return {name: round(value(plan.plan, f"8 Budget!{cell}") * 100) for name, cell in cells.items()}


@pytest.mark.parametrize(
    ("table", "column", "cells", "home", "warned"),
    [
        # the first line is January, North, Ana; it no longer adds up to the target, which check says
        pytest.param("budget_lines", "Budget", BUDGET_OF, "Home!C12", ["W-BUDGET-TARGET"], id="budget"),
        # the first order line of 2026 is in January, of C1: North, Ana
        pytest.param("sales", "Amount", ACTUAL_OF, "Home!C14", [], id="actual"),
    ],
)
def test_every_summary_of_the_cell_moves_by_as_much(
    planned: SmallPlan, table: str, column: str, cells: dict[str, str], home: str, warned: list[str]
) -> None:
    place = tables(planned.plan)[table].cell(column, 0 if table == "budget_lines" else 24)
    before, at_home, old = summaries(planned, cells), value(planned.plan, home), value(planned.plan, place)
    type_into(planned.plan, {place: round(old + 123.45, 2)})
    assert summaries(planned, cells) == before  # stored values do not move by themselves
    told = salesplan("check", planned.plan, "--json")
    assert (told.code, told.codes) == (0, warned)
    assert summaries(planned, cells) == {name: amount + 123_45 for name, amount in before.items()}
    assert round(value(planned.plan, home) * 100) == round(at_home * 100) + 123_45


def test_a_customer_that_changes_hands_takes_its_history_along(planned: SmallPlan) -> None:
    place = tables(planned.plan)["customers"].cell("Rep", 0)
    assert value(planned.plan, place) == "Ana"
    ben = value(planned.plan, "8 Budget!J26")
    type_into(planned.plan, {place: "Ben"})
    assert salesplan("run", planned.plan, "disaggregate").code == 0
    assert value(planned.plan, "8 Budget!J26") > ben
    assert round(value(planned.plan, "8 Budget!C19") * 100) == 12_000_00

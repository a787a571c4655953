"""Undo and redo through files: one process does, another takes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.command import fresh_salesplan, salesplan
from tests.files import rows, table_bytes, tables, type_into, value

if TYPE_CHECKING:
    from pathlib import Path

    from tests.small_plan import SmallPlan


def undo(plan: Path, *, redo: bool = False) -> None:
    """Take back the last operation, or the last undo."""
    told = salesplan("run", plan, "undo", *(("--set", "redo=yes") if redo else ()))
    assert told.code == 0, told.error


def test_undo_across_three_operations_returns_the_first_bytes_of_every_table(typed: SmallPlan) -> None:
    states = [table_bytes(typed.plan)]
    for words in (
        ("load_actuals", "--set", f"source={typed.history}"),
        ("disaggregate",),
        ("load_actuals", "--set", f"source={typed.actuals}"),
    ):
        assert salesplan("run", typed.plan, *words).code == 0
        states.append(table_bytes(typed.plan))
    assert len({tuple(state.values()) for state in states}) == 4
    for state in reversed(states[:-1]):
        undo(typed.plan)
        assert table_bytes(typed.plan) == state
    for state in states[1:]:
        undo(typed.plan, redo=True)
        assert table_bytes(typed.plan) == state
    log = rows(typed.plan, "log")["log"]
    assert [row["Undoes"] for row in log] == [None, None, None, 3, 2, 1, 6, 5, 4]


def test_undo_works_in_a_fresh_process_and_the_summaries_follow(planned: SmallPlan) -> None:
    assert value(planned.plan, "Home!C14") == 300  # three months of 2026
    told = fresh_salesplan("run", planned.plan, "undo")
    assert told.code == 0, told.error
    assert value(planned.plan, "Home!C14") == 0
    assert len(rows(planned.plan, "sales")["sales"]) == 24


def test_undo_keeps_an_edit_made_elsewhere_afterwards(planned: SmallPlan) -> None:
    note = tables(planned.plan)["customers"].cell("Note", 2)
    type_into(planned.plan, {note: "call back in May"})
    undo(planned.plan)
    assert value(planned.plan, note) == "call back in May"
    assert len(rows(planned.plan, "sales")["sales"]) == 24
    undo(planned.plan, redo=True)
    assert value(planned.plan, note) == "call back in May"
    assert len(rows(planned.plan, "sales")["sales"]) == 30


def test_an_undo_that_would_overwrite_a_later_edit_is_refused_with_the_cell(planned: SmallPlan) -> None:
    amount = tables(planned.plan)["sales"].cell("Amount", 24)  # the first line that the last operation loaded
    type_into(planned.plan, {amount: 77.0})
    before = planned.plan.read_bytes()
    told = salesplan("run", planned.plan, "undo", "--json")
    (problem,) = told.document["problems"]
    assert (told.code, problem["code"], f"{problem['sheet']}!{problem['cell']}") == (1, "E-UNDO-CONFLICT", amount)
    assert planned.plan.read_bytes() == before


def test_there_is_nothing_to_undo_in_a_plan_without_operations(typed: SmallPlan) -> None:
    told = salesplan("run", typed.plan, "undo", "--json")
    assert (told.code, told.codes) == (1, ["E-UNDO-NOTHING"])

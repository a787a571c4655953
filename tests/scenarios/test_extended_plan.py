"""A plan that a person has extended keeps every part byte for byte, and everything they put on our sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.command import salesplan
from tests.files import parts, sheet_parts, tables, type_into
from tests.scenarios.extension import ADDED, OUR_FORMAT, extend

if TYPE_CHECKING:
    from tests.office import Office
    from tests.small_plan import SmallPlan
    from tests.validator import Validator

OURS_THAT_CHANGE = {"Home", "3 Segments", "8 Budget", "Sales", "Log", "_undo", "_plan"}
"""Sheets that load_actuals and disaggregate write, or whose stored values follow."""


@pytest.fixture
def extended(typed: SmallPlan) -> SmallPlan:
    """The small plan as typed, extended by a person, as a workbook with macros."""
    extend(typed.plan)
    return typed


def worked_on(files: SmallPlan) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Parts before and after load_actuals, disaggregate and check."""
    before = parts(files.plan)
    source = ("--set", f"source={files.history}")
    told = salesplan("run", files.plan, "load_actuals", "disaggregate", "check", *source)
    assert told.code == 0, told.error
    return before, parts(files.plan)


def test_the_extended_plan_is_a_good_workbook_before_and_after(validator: Validator, extended: SmallPlan) -> None:
    assert validator.validate(extended.plan) == []
    worked_on(extended)
    assert validator.validate(extended.plan) == []


def test_every_part_a_person_added_is_kept_byte_for_byte(extended: SmallPlan) -> None:
    before, after = worked_on(extended)
    assert set(after) == set(before)
    kept = {name for name in before if after[name] == before[name]}
    assert kept >= set(ADDED)
    sheets = {part: title for title, part in sheet_parts(extended.plan).items()}
    grown = {tables(extended.plan)[name].part for name in ("sales", "budget_lines", "log", "undo_journal")}
    changed = set(before) - kept
    assert {sheets[name] for name in changed if name in sheets} <= OURS_THAT_CHANGE
    assert {name for name in changed if name not in sheets} == grown


def test_what_a_person_put_on_one_of_our_sheets_is_kept(extended: SmallPlan) -> None:
    note = tables(extended.plan)["budget_targets"].cell("Note", 0)
    type_into(extended.plan, {note: "mine < yours & 'theirs'"})
    _, after = worked_on(extended)
    budget = after[sheet_parts(extended.plan)["8 Budget"]].decode()
    assert budget.count(OUR_FORMAT) == 1
    assert budget.count("mine &lt; yours &amp; 'theirs'") == 1


def test_the_parts_stand_in_the_same_order(extended: SmallPlan) -> None:
    before, after = worked_on(extended)
    assert list(after) == list(before)


def test_their_formulas_over_our_tables_follow_when_the_file_is_opened(office: Office, extended: SmallPlan) -> None:
    worked_on(extended)
    mine = office.values(extended.plan)["My sheet"]
    assert (mine["A2"]["value"], mine["B2"]["value"]) == (12_000, 1_200)
    assert (mine["A3"]["value"], mine["B3"]["value"]) == (12_000, 24)


def test_a_second_run_that_changes_nothing_keeps_the_file_byte_for_byte(extended: SmallPlan) -> None:
    worked_on(extended)
    before = extended.plan.read_bytes()
    assert salesplan("check", extended.plan).code == 0
    assert extended.plan.read_bytes() == before

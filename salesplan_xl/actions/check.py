"""Check: reads every table, lists all that is wrong, and lets the summaries follow."""

from __future__ import annotations

from salesplan_xl.actions.action import Action, Inputs, Progress, Result
from salesplan_xl.actions.budget import disaggregate, phase
from salesplan_xl.actions.budget.nodes import Leaves, line_leaves
from salesplan_xl.actions.budget.preview import outdated
from salesplan_xl.actions.budget.targets import missed_targets
from salesplan_xl.actions.capacity import capacity_gate, capacity_warnings
from salesplan_xl.workbook.options import ActionSpecification
from salesplan_xl.workbook.problems import Problem
from salesplan_xl.workbook.sheets import TABLES
from salesplan_xl.workbook.sheets.budget import BUDGET_HOLDS, BUDGET_LINES, BUDGET_TARGETS
from salesplan_xl.workbook.sheets.company import CAPACITY
from salesplan_xl.workbook.sheets.hidden import UNDO_JOURNAL
from salesplan_xl.workbook.sheets.log import PROBLEMS

_WRONG_NAMES = ("E-CELL-REFERENCE", "E-BUDGET-UNCLEAR")
"""Problems of names themselves, whatever lines there are; others are told of the next spread."""


def _compute(inputs: Inputs, _: Progress) -> Result:
    """Compare the lines with the targets, and say below which nodes they are; the rest was checked while reading."""
    plan = line_leaves(inputs)
    lines = inputs.frame(BUDGET_LINES.id)
    tables = {} if lines.empty else {BUDGET_LINES.id: plan.with_paths(lines)}
    problems = [
        *_wrong_names(inputs, plan),
        *missed_targets(inputs, plan, lines),
        *phase.stale(inputs),
        *_exceeded(inputs, plan),
        *outdated(inputs),
    ]
    numbers = {f"{table}_rows": len(rows.frame) for table, rows in inputs.tables.items() if not TABLES[table].follows}
    return Result(tables=tables, numbers=numbers, problems=tuple(problems))


def _wrong_names(inputs: Inputs, plan: Leaves) -> list[Problem]:
    """Names in targets and holds that are no node or not clear, and managers that go round in a circle."""
    tables = (inputs.tables[table] for table in (BUDGET_TARGETS.id, BUDGET_HOLDS.id))
    found = [one for rows in tables for one in plan.scopes(rows, inputs.labels)[1]]
    return [*plan.problems, *(one for one in found if one.code in _WRONG_NAMES)]


def _exceeded(inputs: Inputs, plan: Leaves) -> list[Problem]:
    """Field minutes and capacity that the budget lines exceed, once there are lines."""
    rows = inputs.tables[BUDGET_LINES.id]
    if rows.frame.empty:
        return []
    return capacity_warnings.at_lines(rows, capacity_warnings.exceeded(inputs, plan, rows.frame))


def _ahead(inputs: Inputs) -> tuple[Action, ...]:
    """What a planner does next: once there are targets or lines, and all names are right, spread the budget again.

    Once there are lines and capacities, see whether these can carry those.
    """
    lines = inputs.frame(BUDGET_LINES.id)
    begun = len(inputs.frame(BUDGET_TARGETS.id)) or len(lines)
    spread = (disaggregate.ACTION,) if begun and not _wrong_names(inputs, line_leaves(inputs)) else ()
    return (*spread, capacity_gate.ACTION) if len(lines) and len(inputs.frame(CAPACITY.id)) else spread


ACTION = Action(
    ActionSpecification("check", "home", "ErrorChecking"),
    reads=tuple(table for table in TABLES if table not in (UNDO_JOURNAL.id, PROBLEMS.id)),
    compute=_compute,
    foresees=_ahead,
    borrows=capacity_warnings.BORROWS,
)

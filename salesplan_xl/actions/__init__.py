"""One function per ribbon button: read tables, call core, write tables, and leave one line in the log."""

from __future__ import annotations

from salesplan_xl.actions import check, load_actuals, undo
from salesplan_xl.actions.action import Action
from salesplan_xl.actions.budget import disaggregate, phase, rebalance, spread, transfer
from salesplan_xl.actions.capacity import capacity_gate
from salesplan_xl.actions.field_work import plan_routes
from salesplan_xl.actions.segments import segment
from salesplan_xl.actions.variance import flag_variances

ACTIONS: dict[str, Action] = {
    action.id: action
    for action in (
        load_actuals.ACTION,
        segment.ACTION,
        plan_routes.ACTION,
        disaggregate.ACTION,
        spread.ACTION,
        rebalance.ACTION,
        transfer.ACTION,
        phase.ACTION,
        capacity_gate.ACTION,
        flag_variances.ACTION,
        check.ACTION,
        undo.ACTION,
    )
}
"""Every action by its id, in the order of the ribbon."""

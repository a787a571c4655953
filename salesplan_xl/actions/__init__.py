"""One function per ribbon button: read tables, call core, write tables, and leave one line in the log."""

from __future__ import annotations

from salesplan_xl.actions import (
    capacity_gate,
    check,
    disaggregate,
    flag_variances,
    load_actuals,
    phase,
    plan_routes,
    rebalance,
    segment,
    spread,
    transfer,
    undo,
)
from salesplan_xl.actions.action import Action

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

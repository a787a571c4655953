"""One function per ribbon button: read tables, call core, write tables, and leave one line in the log."""

from __future__ import annotations

from salesplan_xl.actions import check, disaggregate, load_actuals, undo
from salesplan_xl.actions.action import Action

ACTIONS: dict[str, Action] = {
    action.id: action for action in (load_actuals.ACTION, disaggregate.ACTION, check.ACTION, undo.ACTION)
}
"""Every action by its id, in the order of the ribbon."""

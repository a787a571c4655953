"""In which groups the buttons of the actions stand, and which files they ask for, wherever there are buttons."""

from __future__ import annotations

from collections.abc import Sequence

from salesplan_xl.workbook.options import ActionSpecification
from salesplan_xl.workbook.sheets import SHEETS

WHOLE_PLAN = "plan"
"""Id of the group of what concerns the whole plan."""

FILE_TYPES = "*.csv;*.csv.gz;*.xlsx;*.xlsm"
"""Which files are shown to a person who chooses one for an action."""

_SHEETS_OF_THE_WHOLE_PLAN = ("home", "log")


def button_groups(actions: Sequence[ActionSpecification]) -> list[tuple[str, list[ActionSpecification]]]:
    """
    Put the actions into groups.

    Parameters
    ----------
    actions : sequence of ActionSpecification
        The actions; each has one button.

    Returns
    -------
    list of tuple
        Each group by the id of its sheet, in the order of the sheets, with its actions. The last is `WHOLE_PLAN`, also
        without an action: those of Home and Log are in it, since they concern the whole plan.

    Examples
    --------
    >>> groups = button_groups([ActionSpecification("undo", "log", "Undo"), ActionSpecification("map", "team", "Map")])
    >>> [(group, [action.id for action in own]) for group, own in groups]
    [('team', ['map']), ('plan', ['undo'])]
    """
    of_sheets = [
        (sheet.id, [action for action in actions if action.sheet == sheet.id])
        for sheet in SHEETS
        if sheet.id not in _SHEETS_OF_THE_WHOLE_PLAN
    ]
    general = [action for action in actions if action.sheet in _SHEETS_OF_THE_WHOLE_PLAN]
    return [*((sheet, own) for sheet, own in of_sheets if own), (WHOLE_PLAN, general)]

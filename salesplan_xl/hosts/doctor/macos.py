"""What is looked at on a Mac only: the script through which Excel's buttons reach Python."""

from __future__ import annotations

from pathlib import Path

from salesplan_xl.hosts.doctor.check import Check, Finding, Situation, State
from salesplan_xl.hosts.excel.macos.script import script_path

MAC = "darwin"


def look_at_script(situation: Situation) -> Finding:
    """
    Look for the script.

    Parameters
    ----------
    situation : Situation
        What is looked at.

    Returns
    -------
    Finding
        Where it is; a warning if it is not there.
    """
    path = str(script_path(Path(situation.computer.home)))
    if situation.computer.is_file(path):
        return Finding(State.OK, "fine", {"path": path})
    return Finding(State.WARN, "missing", {"path": path})


def look_at_functions(situation: Situation) -> Finding:
    """
    Say where the functions are.

    Parameters
    ----------
    situation : Situation
        What is looked at.

    Returns
    -------
    Finding
        That Excel for Mac has none.
    """
    del situation
    return Finding(State.NOT_HERE, "elsewhere")


CHECKS = (
    Check("mac_script", "mac", look_at_script, MAC),
    Check("mac_functions", "mac", look_at_functions, MAC),
)
"""The checks of Excel for Mac, in the order of the report."""

"""The macros of the plan's workbook: VBA kept as text, completed with what the functions and the actions declare.

They do next to nothing: hand the arguments of a cell or the press of a button to Python, and show what comes back. No
module has the name of a procedure, for VBA takes such a name for the module wherever it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.resources import files

from salesplan_xl.functions import basic
from salesplan_xl.functions.reading import ERROR_NUMBERS
from salesplan_xl.functions.specification import FunctionSpecification
from salesplan_xl.template.macros.wizard import registrations, wizard_help
from salesplan_xl.workbook.buttons import FILE_TYPES
from salesplan_xl.workbook.labels import catalogue
from salesplan_xl.workbook.options import ActionSpecification
from salesplan_xl.workbook.sheets.hidden import PLAN_SHEET

ON_LOAD = "PlanRibbonLoad"
"""Name of the macro that the ribbon calls when it loads."""

ON_ACTION = "PlanRibbonAction"
"""Name of the macro that every button calls."""

ACTION_BUTTON = "action_"
"""What the id of an action's button begins with; the id of the action follows."""

STOP_BUTTON = "plan_stop"
"""Id of the button that stops the action that runs."""

WHY_BUTTON = "plan_why"
"""Id of the button that says why the selected cell shows what it shows."""

HELP_BUTTON = "plan_help"
"""Id of the button that says what the sheet is for."""

ENTRY = "salesplan_xl.entry.excel"
"""The Python module whose functions macros call."""

CLASSES = ("SalesPlanWatch",)
"""Those of the modules that are classes; the others are standard modules."""

_MODULES = (
    "SalesPlanPython",
    "SalesPlanMac",
    "SalesPlanResults",
    "SalesPlanReasons",
    "SalesPlanTexts",
    "SalesPlanRibbon",
    "SalesPlanJobs",
    "SalesPlanHelp",
    "SalesPlanTest",
)
"""The standard modules kept as text beside this one."""


def modules(
    functions: Sequence[FunctionSpecification], actions: Sequence[ActionSpecification], driver: str
) -> dict[str, str]:
    """
    Write the macros of a workbook.

    Parameters
    ----------
    functions : sequence of FunctionSpecification
        The cell functions; each has a wrapper and help in the function wizard.
    actions : sequence of ActionSpecification
        The actions; each has a button.
    driver : str
        Version of xlwings; it stands in the name of the library that starts Python, ``xlwings64-0.37.8.dll``.

    Returns
    -------
    dict of str to str
        Name of each module and its VBA, without the attributes that a file of VBA begins with. It is ASCII, as
        `salesplan_xl.functions.lint.lint` sees to for the help sentences, and its lines end in a line feed.

    Examples
    --------
    >>> written = modules((), (ActionSpecification("check", "home", "ErrorChecking"),), "0.37.8")
    >>> [line.strip() for line in written["SalesPlanRibbon"].splitlines() if "check" in line]
    ['Case "action_check": PlanPress "check", ""']
    """
    found = {
        "driver": driver,
        "entry": ENTRY,
        "mark": basic.ERROR_MARK,
        "errors": _lines(f'        Case "{code}": ErrorNumber = {number}' for code, number in ERROR_NUMBERS.items()),
        "unknown": str(ERROR_NUMBERS["#VALUE!"]),
        "sheet": PLAN_SHEET.code_name,
        "buttons": _lines(
            f'        Case "{ACTION_BUTTON}{action.id}": PlanPress "{action.id}", "{action.file_option}"'
            for action in actions
        ),
        "kinds": FILE_TYPES,
        "stop": STOP_BUTTON,
        "why": WHY_BUTTON,
        "help": HELP_BUTTON,
        "registrations": registrations(functions),
        "texts": " ".join(catalogue().macros),
    }
    written = {basic.MODULE: basic.functions_module(functions)}
    written |= {name: _completed(f"{name}.bas", found) for name in _MODULES}
    written |= {name: _completed(f"{name}.cls", found) for name in CLASSES}
    written["SalesPlanHelp"] += wizard_help(functions)
    return written


def _completed(file: str, found: dict[str, str]) -> str:
    """The text of a module, with what was found out in its places."""
    code = (files("salesplan_xl.template.macros") / file).read_text(encoding="ascii")
    for place, text in found.items():
        code = code.replace(f"@{place}@", text)
    return code


def _lines(lines: Iterable[str]) -> str:
    """Lines as one text."""
    return "\n".join(lines)

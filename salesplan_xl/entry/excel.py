"""The door that Excel's macros come through: every cell function by its name, `press` for the buttons, `help_text`.

xlwings' server imports this module by name and calls what it finds there, so each name here can be called from a
plan's macros. It takes values and gives values; no workbook and no cell is ever handed in. A plan may be newer than the
program: what is not there is told as an answer, since macros take an exception for a Python that is gone.
"""

from __future__ import annotations

from typing import Any

import udfs
from salesplan_xl import __version__
from salesplan_xl.actions import ACTIONS
from salesplan_xl.entry.log import keep_log
from salesplan_xl.functions.basic import error_text
from salesplan_xl.hosts.excel.functions import Udf, as_udf, make_udf
from salesplan_xl.workbook.labels import catalogue
from salesplan_xl.workbook.options import ActionSpecification
from salesplan_xl.workbook.schema import Kind
from salesplan_xl.workbook.sheets import SHEETS

_CELL_FUNCTION = "SP_"
_ADDRESS = "://"

_FUNCTIONS: dict[str, Udf] = {function.name: as_udf(function) for function in udfs.FUNCTIONS}


def __getattr__(name: str) -> Udf:
    """Find a cell function; one that a newer plan has and this program does not shows that in its cell."""
    if name in _FUNCTIONS:
        return _FUNCTIONS[name]
    if not name.startswith(_CELL_FUNCTION):
        raise AttributeError(f"there is no function {name}")
    answer = error_text("#NAME?", _not_installed(name))
    return make_udf(name, ("arguments",), lambda *_: [[answer]], "Stands for a function that is not there.")


def _not_installed(name: str) -> str:
    """What is said of something that only another version of the program has."""
    return catalogue().texts["not_installed"].format(name=name, version=__version__)


def _press(action: object, workbook: object) -> list[list[Any]]:
    """What a button of the ribbon answers."""
    pressed = ACTIONS.get(str(action))
    if pressed is None:
        return [[_not_installed(str(action))]]
    is_address = _ADDRESS in str(workbook)  # a plan in the cloud, which no command can open
    told = catalogue().texts["press_online" if is_address else "press"]
    label = catalogue().actions[pressed.id]["label"]
    return [[told.format(label=label, workbook=workbook, command=_words(pressed.specification))]]


def _words(action: ActionSpecification) -> str:
    """An action as it is typed behind the plan, with the files that it reads."""
    files = [f"--set {option.id}=FILE" for option in action.options if option.kind is Kind.FILE]
    return " ".join([action.id, *files])


def _help_text(code_name: object) -> list[list[Any]]:
    """What the help button says of a sheet and of the buttons that belong to it."""
    labels = catalogue()
    sheet_id = next((sheet.id for sheet in SHEETS if sheet.code_name == code_name), SHEETS[0].id)
    lines = [labels.sheets[sheet_id]["purpose"]]
    for action in ACTIONS.values():
        if action.specification.sheet == sheet_id:
            texts = labels.actions[action.id]
            lines.append(f"{texts['label']}: {texts['tip']}")
    return [["\n\n".join(lines)]]


keep_log()

press = make_udf("press", ("action", "workbook"), _press, "Answers a button of the ribbon.")
help_text = make_udf("help_text", ("code_name",), _help_text, "Says what a sheet is for.")

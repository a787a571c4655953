"""The door that Excel's macros come through: every cell function by its name, the buttons, and `help_text`.

xlwings' server imports this module by name and calls what it finds there, so each name here can be called from a
plan's macros. Cell functions take values and give values; only the buttons get a workbook, and nothing of it is kept
after the call. A plan may be newer than the program: what is not there is told as an answer, since macros take an
exception for a Python that is gone.
"""

from __future__ import annotations

import functools
from typing import Any

import udfs
from salesplan_xl.actions.jobs import Told
from salesplan_xl.entry import buttons
from salesplan_xl.entry.log import keep_log
from salesplan_xl.functions.basic import error_text
from salesplan_xl.hosts.excel.functions import Udf, as_udf, make_udf
from salesplan_xl.hosts.excel.workbook import open_workbook
from salesplan_xl.hosts.live import LiveBook

_CELL_FUNCTION = "SP_"

_FUNCTIONS: dict[str, Udf] = {function.name: as_udf(function) for function in udfs.FUNCTIONS}


def __getattr__(name: str) -> Udf:
    """Find a cell function; one that a newer plan has and this program does not shows that in its cell."""
    if name in _FUNCTIONS:
        return _FUNCTIONS[name]
    if not name.startswith(_CELL_FUNCTION):
        raise AttributeError(f"there is no function {name}")
    answer = error_text("#NAME?", buttons.not_installed(name))
    return make_udf(name, ("arguments",), lambda *_: [[answer]], "Stands for a function that is not there.")


def __dir__() -> list[str]:
    """Name the cell functions too: xlwings imports into a workbook what it finds so."""
    return [*globals(), *_FUNCTIONS]


@functools.cache
def _buttons() -> buttons.Buttons:
    """The buttons of this Excel; a plan in which only functions calculate needs none."""
    return buttons.Buttons("excel")


def _press(action: object, workbook: object, option: object, file: object) -> list[list[Any]]:
    """How an action stands that was just started."""
    return _row(_buttons().press(str(action), open_workbook(workbook), str(option or ""), str(file or "")))


def _poll(job: Any, workbook: object) -> list[list[Any]]:
    """How a job stands."""
    return _row(_buttons().poll(int(job), open_workbook(workbook)))


def _cancel(job: Any, _: object) -> list[list[Any]]:
    """That a job was called off."""
    return _row(_buttons().cancel(int(job)))


def _row(told: Told) -> list[list[Any]]:
    """How an action stands, as a row for macros."""
    return [[str(told.state), float(told.job), told.sentence, told.share]]


def _help_text(code_name: object) -> list[list[Any]]:
    """What the help button says of a sheet and of the buttons that belong to it."""
    return [[buttons.help_text(str(code_name))]]


def _why(workbook: object, sheet: object, cell: object) -> list[list[Any]]:
    """Why a cell of the plan has its value."""
    return [[buttons.why(LiveBook(open_workbook(workbook)), str(sheet), str(cell)).sentence]]


keep_log()

press = make_udf("press", ("action", "workbook", "option", "file"), _press, "Starts an action.")
poll = make_udf("poll", ("job", "workbook"), _poll, "Says how an action stands.")
cancel = make_udf("cancel", ("job", "workbook"), _cancel, "Calls an action off.")
why = make_udf("why", ("workbook", "sheet", "cell"), _why, "Says why a cell has its value.")
help_text = make_udf("help_text", ("code_name",), _help_text, "Says what a sheet is for.")

"""
A stand-in for pywin32, so that xlwings' own Windows code runs on any system.

A script, not a test: xlwings decides once, when it is imported, which system it is on, so `tests/hosts/excel/
windows.py` runs this in a process of its own. Each line of standard input is a JSON list of calls `{"function",
"args"}`, as VBA hands them to `CallUDF`, and is answered by a line with the list of what VBA would get back. An
argument `{"missing": true}` is one left out, `{"error": code}` an error cell, `{"decimal": text}` a currency,
`{"date": text}` a point in time, `{"workbook": path}` the workbook, which stays open. A line `{"import_udfs": module}`
is answered with what xlwings would put into a workbook. Whatever is raised is the answer `{"raised": text}`.

Only what xlwings touches while it is imported and while a function is called stands here. There is no COM and no
Excel: what crosses the border is checked by `carried`, from what pywin32 documents that a VARIANT can hold.
"""

from __future__ import annotations

import asyncio  # noqa: F401 - asyncio, numpy and pandas look at the system too: they must be in before it is changed
import contextlib
import ctypes
import datetime
import decimal
import functools
import importlib
import json
import subprocess
import sys
import traceback
import types
from pathlib import Path
from typing import Any

import numpy as np  # noqa: F401
import pandas as pd  # noqa: F401

MISSING = -2147352572
"""How an argument that was left out arrives: DISP_E_PARAMNOTFOUND."""

MODULE = "salesplan_xl.entry.excel"


class ComError(Exception):
    """pywintypes.com_error, as Excel answers what it refuses."""

    hresult = -2147352567


class PointInTime(datetime.datetime):
    """pywintypes.TimeType."""


class Anything:
    """Answers every attribute and every call: what xlwings looks up in Windows' own libraries while imported."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything()

    def __call__(self, *_: object, **__: object) -> int:
        return 0


class Wrapped:
    """An object that the server hands to a client."""


def pretend_windows(name: str = "xlwings") -> None:
    """Import xlwings, or a module of it, as Windows does."""
    nothing = Anything()
    module("pywintypes", com_error=ComError, TimeType=PointInTime, IID=str, error=OSError)
    module(
        "pythoncom",
        __file__="pythoncom.dll",
        CoInitialize=nothing,
        CoUninitialize=nothing,
        com_error=ComError,
        ole_error=ComError,
        IID_IDispatch="IDispatch",
        IID_IEnumVARIANT="IEnumVARIANT",
        CLSCTX_LOCAL_SERVER=4,
        REGCLS_MULTIPLEUSE=1,
        REGCLS_SUSPENDED=4,
        MakePyFactory=nothing,
        CoRegisterClassObject=nothing,
        CoResumeClassObjects=nothing,
        CoRevokeClassObject=nothing,
        EnableQuitMessage=nothing,
        PumpWaitingMessages=lambda: True,  # the first message ends the server
        TypeIIDs={"IDispatch": Wrapped},
        VT_ERROR=10,
    )
    for empty in ("win32con", "win32gui"):
        module(empty)
    module("win32process", GetWindowThreadProcessId=lambda _: (0, 0))
    module("win32api", GetCurrentThreadId=nothing)
    module("win32event", MsgWaitForMultipleObjects=nothing, INFINITE=-1, QS_ALLEVENTS=1, WAIT_OBJECT_0=0)
    module("win32timezone", TimeZoneInfo=type("TimeZoneInfo", (), {"utc": staticmethod(lambda: datetime.UTC)}))
    module("win32com")
    client = {name: type(name, (), {}) for name in ("CDispatch", "CoClassBaseClass", "DispatchBaseClass")}
    module("win32com.client", Dispatch=lambda wrapped, **_: wrapped, DispatchEx=nothing, **client)
    module("win32com.client.gencache", EnsureModule=nothing)
    module("win32com.server")
    module("win32com.server.util", wrap=nothing, unwrap=not_wrapped)
    module("win32com.server.policy", DefaultPolicy=object)
    module("win32com.server.dispatcher")
    module("win32com.server.exception", COMException=ComError)
    vars(ctypes).setdefault("windll", nothing)
    vars(ctypes).setdefault("oledll", nothing)
    vars(subprocess).setdefault("CREATE_NO_WINDOW", 0)
    system, library = sys.platform, ctypes.PyDLL
    vars(sys)["platform"], vars(ctypes)["PyDLL"] = "win32", lambda *_, **__: nothing
    try:
        importlib.import_module(name)
    finally:
        vars(sys)["platform"], vars(ctypes)["PyDLL"] = system, library


def module(name: str, **names: object) -> None:
    """Put a module where an import finds it."""
    made = types.ModuleType(name)
    vars(made).update(names)
    sys.modules[name] = made
    parent, _, last = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], last, made)


def not_wrapped(value: object) -> object:
    """win32com.server.util.unwrap, of what the client brought itself."""
    raise ComError(value)


def brought(argument: Any) -> Any:
    """An argument as it arrives in Python."""
    if isinstance(argument, list):
        return tuple(brought(one) for one in argument)
    if not isinstance(argument, dict):
        return float(argument) if isinstance(argument, int) and not isinstance(argument, bool) else argument
    (kind, value), *_ = argument.items()
    match kind:
        case "missing":
            return MISSING
        case "error":
            return value
        case "decimal":
            return decimal.Decimal(value)
        case "workbook":
            return open_workbook(value)
        case _:
            return PointInTime.fromisoformat(value).replace(tzinfo=datetime.UTC)


@functools.cache
def open_workbook(path: str) -> object:
    """A workbook of the stand-in for Excel, the same one each time."""
    return importlib.import_module("tests.hosts.excel.object_model").Workbook(Path(path))


def carried(value: Any, place: str = "the result") -> Any:
    """What pywin32 can put into a VARIANT; anything else would be an error in Excel, so it is one here."""
    if isinstance(value, list | tuple):
        if not value:
            raise TypeError(f"{place} is an empty array")
        return [carried(one, f"{place}[{number}]") for number, one in enumerate(value)]
    if value is None or isinstance(value, bool | str):
        return value
    if type(value) is float and abs(value) < float("inf"):
        return value
    raise TypeError(f"{place} is {value!r}, of {type(value)}")


class Workbook:
    """The workbook that xlwings imports functions into, and the Excel that it is open in."""

    Name = "plan.xlsm"
    Version = "16.0"
    Worksheets = ()

    def __init__(self) -> None:
        self.module = ""
        self.options: list[dict[str, Any]] = []
        self.Application = self.VBProject = self.VBComponents = self

    def __call__(self, name: str) -> None:
        """VBComponents("xlwings_udfs"), which is not there yet."""
        raise ComError(name)

    def Remove(self, component: object) -> None:  # noqa: N802 - Excel's name for it
        """Take a module out; there is none to take."""

    def Import(self, path: str) -> None:  # noqa: N802 - Excel's name for it
        """Take a module in."""
        self.module = Path(path).read_text(encoding="utf-8")

    def MacroOptions(self, macro: str, **options: Any) -> None:  # noqa: N802 - Excel's name for it
        """Describe a function."""
        self.options.append({"Macro": macro, **options})


def called(calls: list[dict[str, Any]]) -> list[Any]:
    """What VBA gets back for calls."""
    server = importlib.import_module("xlwings.com_server").XLPython()
    answers = []
    for call in calls:
        arguments = tuple(map(brought, call["args"]))
        try:
            answers.append(carried(server.CallUDF(MODULE, call["function"], arguments, None, None)))
        except Exception as error:
            error.add_note(f"{call['function']} of {str(call['args'])[:200]}")
            raise
    return answers


def imported(name: str) -> dict[str, Any]:
    """What xlwings puts into a workbook for the functions of a module."""
    workbook = Workbook()
    importlib.import_module("xlwings.udfs").import_udfs(name, workbook)
    return {"module": workbook.module, "options": workbook.options}


def main() -> None:
    """Answer line by line; what xlwings prints is no answer."""
    pretend_windows()
    with contextlib.redirect_stdout(sys.stderr):
        for line in sys.stdin:
            asked = json.loads(line)
            answer: Any
            try:
                answer = called(asked) if isinstance(asked, list) else imported(asked["import_udfs"])
            except Exception:  # noqa: BLE001 - whatever it is, the test tells it
                answer = {"raised": traceback.format_exc()}
            print(json.dumps(answer), file=sys.__stdout__, flush=True)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[3]))  # isolated, it finds its own package so
    importlib.import_module("tests.hosts.excel.pywin32").main()

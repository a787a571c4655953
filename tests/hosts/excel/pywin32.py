"""
A stand-in for pywin32, so that xlwings' own Windows code runs on any system.

A script, not a test: xlwings decides once, when it is imported, which system it is on, so `tests/hosts/excel/
windows.py` runs this in a process of its own. Standard input is a JSON list of calls `{"function", "args"}`, as VBA
hands them to `CallUDF`; standard output the JSON list of what VBA would get back. An argument `{"missing": true}` is
one left out, `{"error": code}` an error cell, `{"decimal": text}` a currency, `{"date": text}` a point in time.

Only what xlwings touches while it is imported and while a function is called stands here. There is no COM and no
Excel: what crosses the border is checked by `carried`, from what pywin32 documents that a VARIANT can hold.
"""

from __future__ import annotations

import asyncio  # noqa: F401 - asyncio, numpy and pandas look at the system too: they must be in before it is changed
import ctypes
import datetime
import decimal
import importlib
import json
import subprocess
import sys
import types
from typing import Any

import numpy as np  # noqa: F401
import pandas as pd  # noqa: F401

MISSING = -2147352572
"""How an argument that was left out arrives: DISP_E_PARAMNOTFOUND."""

MODULE = "salesplan_xl.entry.excel"


class ComError(Exception):
    """pywintypes.com_error."""


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


def pretend_windows() -> None:
    """Import xlwings as Windows does."""
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
        TypeIIDs={"IDispatch": Wrapped},
        VT_ERROR=10,
    )
    for name in ("win32api", "win32con", "win32gui", "win32process", "win32event"):
        module(name)
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
        importlib.import_module("xlwings")
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
        case _:
            return PointInTime.fromisoformat(value).replace(tzinfo=datetime.UTC)


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


def main() -> None:
    """Answer the calls."""
    pretend_windows()
    server = importlib.import_module("xlwings.com_server").XLPython()
    answers = []
    for asked in json.load(sys.stdin):
        arguments = tuple(map(brought, asked["args"]))
        answers.append(carried(server.CallUDF(MODULE, asked["function"], arguments, None, None)))
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()

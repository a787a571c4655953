"""Starts Python as a plan's macros have it started, and calls one function through COM, without Excel.

A script for Windows, run in a process of its own: a server that hangs must not hang whoever asks. Its argument is the
interpreter; it writes one line of JSON, ``{"value": ..., "expected": ...}`` or ``{"error": ...}``.
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import time
from typing import Any

SERVE = "import xlwings; xlwings.serve('{number}')"
"""What the started Python does: xlwings' own server, under a class number that is made for this once."""

ENTRY, FUNCTION, ARGUMENT, EXPECTED = "salesplan_xl.entry.excel", "SP_ROUND", 1.006, 1.01
SECONDS = 60
NOT_REGISTERED = -2147221164
"""REGDB_E_CLASSNOTREG: the server is not there yet."""
_PAUSE_SECONDS = 0.1


def call_once(python: str, seconds: float = SECONDS) -> dict[str, Any]:
    """
    Start a Python, ask it once, and end it.

    Parameters
    ----------
    python : str
        Path of the interpreter.
    seconds : float
        How long it may take to be there.

    Returns
    -------
    dict
        What the function gave and what it should, or the error.
    """
    pythoncom: Any = importlib.import_module("pythoncom")  # only there on Windows
    number = str(pythoncom.CreateGuid())
    server = subprocess.Popen(  # noqa: S603 - the interpreter that is to be tried
        [python, "-I", "-B", "-c", SERVE.format(number=number)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
    )
    try:
        return _ask(number, server, time.monotonic() + seconds)
    finally:
        server.kill()
        server.communicate()


def _ask(number: str, server: subprocess.Popen[str], deadline: float) -> dict[str, Any]:
    """Wait until the server is there, and ask it."""
    pythoncom: Any = importlib.import_module("pythoncom")
    client: Any = importlib.import_module("win32com.client")
    while True:
        try:
            found = pythoncom.CoCreateInstance(number, None, pythoncom.CLSCTX_LOCAL_SERVER, pythoncom.IID_IDispatch)
            break
        except pythoncom.com_error as error:
            if error.hresult != NOT_REGISTERED:
                return {"error": f"{error.strerror or error} ({error.hresult})"}
        if server.poll() is not None:
            said = server.stderr.read().strip() if server.stderr else ""
            return {"error": said.rpartition("\n")[2] or f"Python ended with code {server.returncode}"}
        if time.monotonic() > deadline:
            return {"error": "Python was started, and did not register within the time"}
        time.sleep(_PAUSE_SECONDS)
    try:
        answer = client.Dispatch(found).CallUDF(ENTRY, FUNCTION, (ARGUMENT,), None, None)
    except pythoncom.com_error as error:
        return {"error": f"{error.strerror or error} ({error.hresult})"}
    while isinstance(answer, (list, tuple)):
        answer = answer[0]
    return {"value": answer, "expected": EXPECTED}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(call_once(sys.argv[1])) + "\n")

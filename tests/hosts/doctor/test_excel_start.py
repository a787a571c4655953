"""The start of Python as Excel's macros do it, without Windows: COM is played, the started Python is a real one."""

from __future__ import annotations

import sys
import types
from typing import Any

import pytest

from salesplan_xl.hosts.doctor import excel_start
from salesplan_xl.hosts.doctor.excel_start import NOT_REGISTERED, call_once

WAITS = "import sys; sys.stdin.read(); import time; time.sleep(60)"


class ComError(Exception):
    """pywintypes.com_error."""

    def __init__(self, hresult: int, strerror: str) -> None:
        super().__init__(hresult, strerror)
        self.hresult, self.strerror = hresult, strerror


class Com:
    """Windows' registration of class objects: the server is there from the third question on, if it ever is."""

    def __init__(self, answer: Any = ((1.01,),), *, refusal: ComError | None = None, registers: bool = True) -> None:
        self.answer, self.refusal, self.registers = answer, refusal, registers
        self.questions = 0
        self.called: tuple[Any, ...] = ()

    def create(self, *_: object) -> Com:
        self.questions += 1
        if self.refusal is not None:
            raise self.refusal
        if not self.registers or self.questions < 3:
            raise ComError(NOT_REGISTERED, "Class not registered")
        return self

    def CallUDF(self, *called: Any) -> Any:  # noqa: N802 - xlwings' name
        self.called = called
        if isinstance(self.answer, ComError):
            raise self.answer
        return self.answer


def play(monkeypatch: pytest.MonkeyPatch, com: Com, serve: str = WAITS) -> None:
    """Let pywin32 be this, and the started Python do that."""
    pythoncom: Any = types.ModuleType("pythoncom")
    pythoncom.CreateGuid = lambda: "{00000000-0000-0000-0000-000000000001}"
    pythoncom.CLSCTX_LOCAL_SERVER, pythoncom.IID_IDispatch = 4, "IDispatch"
    pythoncom.CoCreateInstance, pythoncom.com_error = com.create, ComError
    client: Any = types.ModuleType("win32com.client")
    client.Dispatch = lambda found: found
    for name, module in (
        ("pythoncom", pythoncom),
        ("win32com", types.ModuleType("win32com")),
        (client.__name__, client),
    ):
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr(excel_start, "SERVE", serve)


def test_the_server_is_waited_for_and_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    com = Com()
    play(monkeypatch, com)
    assert call_once(sys.executable) == {"value": 1.01, "expected": 1.01}
    assert com.called == ("salesplan_xl.entry.excel", "SP_ROUND", (1.006,), None, None)


def test_a_python_that_ends_at_once_says_its_last_word(monkeypatch: pytest.MonkeyPatch) -> None:
    play(monkeypatch, Com(registers=False), "import no_such_module")
    assert call_once(sys.executable) == {"error": "ModuleNotFoundError: No module named 'no_such_module'"}


def test_a_python_that_never_registers_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    play(monkeypatch, Com(registers=False))
    assert "did not register" in call_once(sys.executable, seconds=0.3)["error"]


@pytest.mark.parametrize(
    "com",
    [
        pytest.param(Com(refusal=ComError(-2147024891, "Access is denied")), id="not-created"),
        pytest.param(Com(ComError(-2147024891, "Access is denied")), id="not-called"),
    ],
)
def test_an_error_of_windows_is_told_with_its_number(monkeypatch: pytest.MonkeyPatch, com: Com) -> None:
    play(monkeypatch, com)
    assert call_once(sys.executable) == {"error": "Access is denied (-2147024891)"}

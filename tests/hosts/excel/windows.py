"""xlwings' Windows path, run in a process of its own behind a stand-in for pywin32."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import TracebackType

_SCRIPT = Path(__file__).with_name("pywin32.py")
_SECONDS = 120


class Windows:
    """A Python as a plan's macros have it in Excel on Windows. Use it as a context manager: it is one process."""

    def __enter__(self) -> Windows:
        self._process = subprocess.Popen(
            [sys.executable, "-I", _SCRIPT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def call(self, calls: list[dict[str, Any]]) -> list[Any]:
        """Send calls through `XLPython().CallUDF`, and give what the macros get back."""
        answers: list[Any] = self._ask(calls)
        return answers

    def import_udfs(self, module: str) -> dict[str, Any]:
        """Give what xlwings would put into a workbook: the text of its ``module`` and the ``options`` of its macros."""
        imported: dict[str, Any] = self._ask({"import_udfs": module})
        return imported

    def _ask(self, question: object) -> Any:
        """A line for a line."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        watch = threading.Timer(_SECONDS, process.kill)
        watch.start()
        try:
            process.stdin.write(json.dumps(question) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        finally:
            watch.cancel()
        assert line, f"the process ended, or did not answer within {_SECONDS} s"
        answer = json.loads(line)
        assert "raised" not in answer, answer["raised"]
        return answer


def call_udf(calls: list[dict[str, Any]]) -> list[Any]:
    """Send calls through `XLPython().CallUDF` in a process of their own."""
    with Windows() as windows:
        return windows.call(calls)

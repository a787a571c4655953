"""xlwings' Windows path, run in a process of its own behind a stand-in for pywin32."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

_SCRIPT = Path(__file__).with_name("pywin32.py")
_SECONDS = 120


def call_udf(calls: list[dict[str, Any]]) -> list[Any]:
    """Send calls through `XLPython().CallUDF` as a plan's macros do, and give what they get back."""
    done = subprocess.run(
        [sys.executable, "-I", _SCRIPT],
        input=json.dumps(calls),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    answers: list[Any] = json.loads(done.stdout)
    return answers

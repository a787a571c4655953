"""
What a cell function costs, against xlwings' own converters with the same arithmetic behind them.

In Excel's way both are called through xlwings' `CallUDF` behind the stand-in for Windows, in one process. In
LibreOffice both stand behind the same extension and the same wrapper in Basic; only the Python that answers differs.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import udfs
from benchmarks import bare_xlwings
from salesplan_xl import __version__
from salesplan_xl.entry.install import settings
from salesplan_xl.hosts.excel.functions import as_udf
from salesplan_xl.hosts.libreoffice import worker
from salesplan_xl.hosts.libreoffice.extension import Program
from salesplan_xl.hosts.libreoffice.installation import Office

ROWS, COLUMNS = 10_000, 5
CELLS = 500
SCALAR, SCALAR_ARGUMENTS = "SP_VISITS", (384.0, 30.0, 20.0)
BLOCK = "SP_MINUTES"
RUNS = 7

OURS = "ours"
"""Name of a module with our functions alone, made here."""


def _kilometres() -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row % 90 + column / 8 for column in range(COLUMNS)) for row in range(ROWS))


def _seconds(work: Callable[[], object], times: int) -> float:
    """Seconds of one call, the least of some runs."""
    work()
    measured = []
    for _ in range(RUNS):
        started = time.perf_counter()
        for _ in range(times):
            work()
        measured.append((time.perf_counter() - started) / times)
    return min(measured)


def _through_call_udf(module: str) -> dict[str, float]:
    """Seconds of one scalar call and of one block in Excel's way."""
    call = bare_xlwings.server().CallUDF
    rows = _kilometres()
    return {
        "scalar": _seconds(lambda: call(module, SCALAR, SCALAR_ARGUMENTS, None, None), 2_000),
        "block": _seconds(lambda: call(module, BLOCK, (rows,), None, None), 2),
    }


def _in_libreoffice(office: Office, profile: Path, program: Program) -> dict[str, float]:
    """Seconds of one scalar call and of one block in LibreOffice, with a program that answers."""
    office.install(udfs.FUNCTIONS, replace(settings(), functions=program), __version__)
    order = {
        "soffice": office.soffice,
        "profile": profile.as_uri(),
        "worker": str(Path(worker.__file__).parent),
        "rows": _kilometres(),
        "scalar": f"={SCALAR}({';'.join(map(str, SCALAR_ARGUMENTS))})",
        "block": f"={BLOCK}(A1:{'ABCDEFGH'[COLUMNS - 1]}{ROWS})",
        "cells": CELLS,
    }
    script = Path(__file__).with_name("office_calls.py")
    done = subprocess.run(
        [*office.python, script], input=json.dumps(order), capture_output=True, text=True, check=False, timeout=600
    )
    if done.returncode:
        raise SystemExit(f"{program.command}: {done.stderr}")
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def _print(where: str, ours: dict[str, float], theirs: dict[str, float]) -> None:
    for what, name in (("scalar", "one scalar call"), ("block", f"{ROWS:,} x {COLUMNS} numbers")):
        ratio = ours[what] / theirs[what]
        print(
            f"{where:12} {name:20} ours {ours[what] * 1e3:9.3f} ms   bare xlwings {theirs[what] * 1e3:9.3f} ms   "
            f"{ratio:5.2f} times"
        )


def _our_module() -> None:
    """Put our functions where `CallUDF` finds them."""
    module: Any = ModuleType(OURS)
    module.__file__ = __file__
    for function in udfs.FUNCTIONS:
        setattr(module, function.name, as_udf(function))
    sys.modules[OURS] = module


def main() -> None:
    """Measure and print."""
    _our_module()
    _print("CallUDF", _through_call_udf(OURS), _through_call_udf(bare_xlwings.MODULE))
    with tempfile.TemporaryDirectory(prefix="salesplan-benchmark-", ignore_cleanup_errors=True) as folder:
        profile = Path(folder, "profile")
        office = Office.found(profile)
        ours = _in_libreoffice(office, profile, settings().functions)
        bare = Program((sys.executable, "-I", str(Path(bare_xlwings.__file__))))
        _print("LibreOffice", ours, _in_libreoffice(office, profile, bare))


if __name__ == "__main__":
    main()

"""
Two cell functions as xlwings alone gives them: its own converters, the arithmetic of ours, nothing between.

Started as a program it answers LibreOffice's extension in place of `salesplan_xl.entry.serve`: a JSON line in, a JSON
line out, and between them xlwings' own `CallUDF`.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # started isolated, it finds its own package so

from tests.hosts.excel import pywin32

pywin32.pretend_windows()

import numpy as np  # noqa: E402 - xlwings decides what it does when it is imported
import xlwings  # noqa: E402

from salesplan_xl.core.routes import TravelModel, travel_minutes  # noqa: E402
from salesplan_xl.core.visits import visits_per_day  # noqa: E402

MODULE = "benchmarks.bare_xlwings"


@xlwings.func
def SP_VISITS(day_min, visit_min, travel_min):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201, N802 - xlwings converts by types, and has the name for its own
    """Give the whole visits that a day in the field holds."""
    return visits_per_day(day_min, visit_min, travel_min).whole


@xlwings.func
@xlwings.arg("km", np.array, ndim=2)
@xlwings.ret(np.array)
def SP_MINUTES(km, _fixed=None, _kmh=None):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201, N802 - as above
    """Estimate the travel minutes of legs from their road km."""
    return travel_minutes(km, TravelModel())


def server() -> Any:
    """What Excel's macros call."""
    return importlib.import_module("xlwings.com_server").XLPython()


def main() -> None:
    """Answer line by line."""
    asked = server()
    for line in sys.stdin:
        question = json.loads(line)
        arguments = tuple(tuple(map(tuple, one)) if isinstance(one, list) else one for one in question["args"])
        value = asked.CallUDF(MODULE, question["function"], arguments, None, None)
        sys.stdout.write(json.dumps({"id": question["id"], "value": value}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

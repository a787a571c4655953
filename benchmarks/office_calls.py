"""
How long LibreOffice takes for cells; run by a Python that has `uno`, as `benchmarks.cell_functions` does.

Standard input is JSON: ``soffice``, ``profile`` (a URL), ``worker`` (folder of the module that starts LibreOffice),
``rows`` to stand at the top of the sheet, ``scalar`` and ``block``, two formulas, and ``cells``, how many of the first
one. Standard output is JSON: seconds of one call of each.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable
from typing import Any

RUNS = 5


def main() -> None:
    """Measure and print."""
    order = json.load(sys.stdin)
    sys.path.insert(0, order["worker"])
    worker: Any = importlib.import_module("worker")
    uno = worker.import_uno()

    class Calc(worker.RunningOffice):  # type: ignore[misc]  # it is found when it is run
        """A LibreOffice that opens a document of our own."""

        def document(self) -> Any:
            """A new document that is not seen."""
            hidden = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
            hidden.Name, hidden.Value = "Hidden", True
            return self._desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, (hidden,))

    office = Calc(order["soffice"], order["profile"])
    try:
        print(json.dumps(_measured(office.document(), order)))
    finally:
        office.close()


def _measured(document: Any, order: dict[str, Any]) -> dict[str, float]:
    """The seconds of one scalar call and of one block."""
    rows, width = order["rows"], len(order["rows"][0])
    sheet = document.Sheets.getByIndex(0)
    sheet.getCellRangeByPosition(0, 0, width - 1, len(rows) - 1).setDataArray(tuple(map(tuple, rows)))
    scalars = sheet.getCellRangeByPosition(2 * width + 1, 0, 2 * width + 1, order["cells"] - 1)
    scalars.setFormulaArray(((order["scalar"],),) * order["cells"])
    scalar = _seconds(document.calculateAll) / order["cells"]
    _check(scalars)
    scalars.clearContents(1023)
    block = sheet.getCellRangeByPosition(width + 1, 0, 2 * width, len(rows) - 1)
    block.setArrayFormula(order["block"])
    seconds = _seconds(document.calculateAll)
    _check(block)
    return {"scalar": scalar, "block": seconds}


def _check(cells: Any) -> None:
    """Stop where there is an error in place of a result."""
    if cells.getCellByPosition(0, 0).getError():
        raise SystemExit(f"the cells show {cells.getCellByPosition(0, 0).getString()}")


def _seconds(work: Callable[[], object]) -> float:
    work()
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)


if __name__ == "__main__":
    main()

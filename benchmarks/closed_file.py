"""One amount of the sample plan is changed and the file saved: part edit against openpyxl's load and save."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl

from salesplan_xl.entry.demo import make_demo
from salesplan_xl.entry.report import Report
from salesplan_xl.hosts.file.book import FileBook
from salesplan_xl.workbook.cells import TableChanges


def _part_edit(path: Path) -> None:
    book = FileBook.open(path)
    table = book.read_table("budget_targets")
    book.change_table("budget_targets", TableChanges(range(table.row_count), {(0, "Amount"): 44_000_000.0}))
    book.save()


def _load_and_save(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book["8 Budget"]
    table = sheet.tables["budget_targets"]
    row = openpyxl.utils.range_boundaries(table.ref)[1] + 1
    sheet.cell(row, 21).value = 44_000_000.0
    book.save(path)


def _seconds(work: Callable[[Path], None], plan: Path, folder: Path) -> float:
    copy = folder / "copy.xlsx"
    times = []
    for _ in range(3):
        shutil.copyfile(plan, copy)
        started = time.perf_counter()
        work(copy)
        times.append(time.perf_counter() - started)
    return min(times)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_demo(folder, Report("demo"), lambda _: None)
        ours = _seconds(_part_edit, folder / "plan.xlsm", folder)
        theirs = _seconds(_load_and_save, folder / "plan.xlsm", folder)
    print(f"part edit          {ours:8.3f} s")
    print(f"openpyxl           {theirs:8.3f} s   {theirs / ours:.0f} times as long, and drops what it does not know")


if __name__ == "__main__":
    main()

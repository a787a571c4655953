"""A plan of 50 reps x 12 months x 100 customers, 60,000 budget lines: spread, and written into the closed file.

Spreading is beside the second that a planner waits without wondering. Writing, with the row in the log and the journal
for undo, is beside what XlsxWriter takes for a workbook with nothing but the budget lines, and openpyxl's load and
save of the same plan. Sums over all lines are calculated once more on saving; that is shown apart.
"""

from __future__ import annotations

import datetime
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import xlsxwriter

from salesplan_xl.actions import ACTIONS
from salesplan_xl.actions.action import unwatched
from salesplan_xl.actions.perform import compute, read, write
from salesplan_xl.entry.plans import context, new_book, recalculate
from salesplan_xl.hosts.file.book import FileBook
from salesplan_xl.sample.company import Company
from salesplan_xl.workbook.sheets.hidden import UNDO_JOURNAL

REPS, CUSTOMERS, TERRITORIES = 50, 100, 20
TOTAL = 50_000_000.0
OPTIONS = {"detail": "customer"}


def _company() -> Company:
    """Reps with as many customers each, who ordered eight times in two years."""
    random = np.random.default_rng(1)
    rep = np.repeat(np.arange(REPS), CUSTOMERS)
    customers = pd.DataFrame(
        {
            "customer": [f"C{number:05}" for number in range(len(rep))],
            "name": [f"Shop {number}" for number in range(len(rep))],
            "territory": [f"T{number % TERRITORIES:02}" for number in rep],
            "rep": [f"R{number:02}" for number in rep],
            "segment": [f"Segment {number % 7}" for number in range(len(rep))],
        }
    )
    orders = pd.concat([customers[["customer", "territory", "rep"]]] * 8, ignore_index=True)
    orders = orders.assign(
        order=[f"S{number}" for number in range(len(orders))],
        line="1",
        date=np.datetime64("2024-01", "M").astype("datetime64[D]") + random.integers(0, 730, len(orders)),
        amount=random.gamma(1, 1000, len(orders)).round(2),
    )
    territories = [f"T{number:02}" for number in range(TERRITORIES)]
    tables = {
        "territories": pd.DataFrame({"territory": territories, "country": [f"L{name[1]}" for name in territories]}),
        "team": pd.DataFrame({"rep": [f"R{number:02}" for number in range(REPS)]}),
        "customers": customers,
        "sales": orders.astype({"date": "datetime64[s]"}),
        "budget_targets": pd.DataFrame({"amount": [TOTAL]}),
    }
    facts = {"plan_company": "Large", "plan_currency": "EUR", "plan_start": datetime.date(2026, 1, 1)}
    return Company(facts, tables, orders, orders)


def _serialise(book: FileBook, path: Path) -> None:
    """Write the budget lines alone, cell by cell, with another library."""
    columns = book.read_table("budget_lines").columns
    with xlsxwriter.Workbook(path, {"constant_memory": False, "strings_to_numbers": False}) as workbook:
        sheet = workbook.add_worksheet("Lines")
        for number, cells in enumerate(columns.values()):
            sheet.write_column(0, number, cells)


def _taken(work: object, *arguments: object) -> float:
    started = time.perf_counter()
    work(*arguments)  # type: ignore[operator]
    return time.perf_counter() - started


def main() -> None:
    """Measure and print."""
    outside = context()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plan, copy = folder / "plan.xlsx", folder / "copy.xlsx"
        book = new_book("en", _company(), plan.name)
        book.save(plan)
        seconds: dict[str, list[float]] = {}
        for _ in range(2):
            shutil.copyfile(plan, copy)
            book = FileBook.open(copy)
            started = time.perf_counter()
            task = read(book, ACTIONS["disaggregate"], OPTIONS, outside)
            was_read = time.perf_counter()
            result = compute(task, unwatched)
            computed = time.perf_counter()
            write(book, task, result, outside)
            book.to_bytes()
            written = time.perf_counter()
            recalculate(book)
            calculated = time.perf_counter()
            book.save()
            for step, taken in (
                ("read", was_read - started),
                ("compute", computed - was_read),
                ("write", written - computed),
                ("calculate", calculated - written),
                ("sheet alone", _taken(_serialise, book, folder / "sheet.xlsx")),
            ):
                seconds.setdefault(step, []).append(taken)
        best = {step: min(taken) for step, taken in seconds.items()}
        journal = book.read_table(UNDO_JOURNAL.id).row_count
        load_and_save = _taken(lambda: openpyxl.load_workbook(copy).save(folder / "again.xlsx"))
        size = copy.stat().st_size / 1e6
    lines = len(result.tables["budget_lines"])
    print(f"{lines:,} budget lines, {size:.1f} MB, {journal} rows of the journal")
    for step, taken in best.items():
        print(f"{step:<14}{taken:8.3f} s   {taken / best['sheet alone']:6.2f} times the sheet alone")
    print(f"{'openpyxl':<14}{load_and_save:8.3f} s   {load_and_save / best['sheet alone']:6.2f} times the sheet alone")


if __name__ == "__main__":
    main()

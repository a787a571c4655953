"""A plan of two reps that fits in the head, and how the tests run actions on it."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from salesplan_xl.actions import ACTIONS
from salesplan_xl.actions.action import Context, Source
from salesplan_xl.actions.perform import Outcome, perform
from salesplan_xl.workbook.cells import Cell, CellTable
from salesplan_xl.workbook.problems import Problem, RefusalError, problem
from tests.memory_book import MemoryBook, Row, cell_of

NOW = datetime.datetime(2026, 1, 5, 9, 30, tzinfo=datetime.UTC)
DAY = datetime.date


def small_plan(**tables: Sequence[Row]) -> MemoryBook:
    """
    A plan for 2026 with the sales of January and February 2025.

    ===== ========= ======= ========
    rep   territory January February
    ===== ========= ======= ========
    Ana   North         300      100
    Ben   South         100      500
    ===== ========= ======= ========
    """
    given: dict[str, Sequence[Row]] = {
        "territories": [{"territory": "North"}, {"territory": "South"}],
        "team": [{"rep": "Ana", "home_territory": "North"}, {"rep": "Ben", "home_territory": "South"}],
        "customers": [
            {"customer": "C1", "name": "One", "territory": "North", "rep": "Ana"},
            {"customer": "C2", "name": "Two", "territory": "South", "rep": "Ben"},
        ],
        "sales": [
            sale("1", "1", DAY(2025, 1, 10), "C1", "North", "Ana", 300),
            sale("2", "1", DAY(2025, 1, 20), "C2", "South", "Ben", 100),
            sale("3", "1", DAY(2025, 2, 5), "C1", "North", "Ana", 100),
            sale("3", "2", DAY(2025, 2, 5), "C2", "South", "Ben", 500),
        ],
        "budget_targets": [{"amount": 2000}],
        "budget_by_territory": [{"territory": "North"}, {"territory": "South"}],
        "budget_by_rep": [{"rep": "Ana"}, {"rep": "Ben"}],
        "capacity_by_rep": [{"rep": "Ana"}, {"rep": "Ben"}],
        "attainment_by_rep": [{"rep": "Ana"}, {"rep": "Ben"}],
    }
    return MemoryBook({**given, **tables}, {"plan_start": DAY(2026, 1, 1), "plan_id": "plan-1"})


def sale(
    order: object, line: object, date: datetime.date, customer: str, territory: str, rep: str, amount: object
) -> dict[str, object]:
    """An order line."""
    return {
        "order": order,
        "line": line,
        "date": date,
        "customer": customer,
        "territory": territory,
        "rep": rep,
        "amount": amount,
    }


def csv(text: str) -> CellTable:
    """A list as it is read from a CSV: texts, blanks, no sheet."""
    header, *lines = [line.strip().split(",") for line in text.strip().splitlines()]
    columns = {name: [line[at] or None for line in lines] for at, name in enumerate(header)}
    return CellTable("orders", "", 2, 1, columns)


def sheet_list(columns: Mapping[str, list[object]]) -> CellTable:
    """A list as it is read from a workbook, its first cell in C4 of the sheet Export."""
    cells: dict[str, list[Cell]] = {name: [cell_of(value) for value in values] for name, values in columns.items()}
    return CellTable("Export", "Export", 5, 3, cells)


def context(files: Mapping[str, CellTable] | None = None) -> Context:
    """The world outside, standing still."""

    def open_source(path: Path) -> Source:
        if path.name not in (files or {}):
            raise RefusalError([problem("E-FILE-MISSING", file=path.name, path=path.name)])
        return Source(path.name, hashlib.sha256(path.name.encode()).hexdigest(), (files or {})[path.name])

    return Context("ana", "memory", "1.0", lambda: NOW, lambda: "plan-new", open_source)


def run(book: MemoryBook, action: str, files: Mapping[str, CellTable] | None = None, **options: str) -> Outcome:
    """Perform an action with options as typed."""
    return perform(book, ACTIONS[action], options, context(files))


def load(book: MemoryBook, cells: CellTable) -> Outcome:
    """Load a list as the file ``orders.csv``."""
    return run(book, "load_actuals", {"orders.csv": cells}, source="folder/orders.csv")


def refused(
    book: MemoryBook, action: str, files: Mapping[str, CellTable] | None = None, **options: str
) -> list[Problem]:
    """What an action that must be refused says; nothing may have been written."""
    writes = book.writes
    try:
        run(book, action, files, **options)
    except RefusalError as refusal:
        assert book.writes == writes
        return list(refusal.problems)
    raise AssertionError(f"{action} was not refused")


def load_refused(book: MemoryBook, cells: CellTable) -> list[Problem]:
    """What loading a list that must be refused says."""
    return refused(book, "load_actuals", {"orders.csv": cells}, source="folder/orders.csv")


def places(problems: list[Problem]) -> list[tuple[str, str]]:
    """Code and place of problems."""
    return [(one.code, "!".join(part for part in (one.sheet, one.cell) if part)) for one in problems]


def budget(book: MemoryBook) -> dict[tuple[str, str, str], float]:
    """The budget lines that are not zero, by month, territory and rep."""
    lines: Any = book.frame("budget_lines").itertuples()
    return {(f"{line.month:%b}", line.territory, line.rep): line.budget for line in lines if line.budget}

"""Rows typed below those that a table of a closed plan has, as a planner does before pressing a button."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from salesplan_xl.entry.plans import recalculate
from salesplan_xl.hosts.file.book import FileBook
from salesplan_xl.workbook.changes import cell_changes
from salesplan_xl.workbook.codec import decode
from salesplan_xl.workbook.labels import catalogue
from salesplan_xl.workbook.sheets import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


def type_rows(plan: Path, more: Mapping[str, pd.DataFrame | Sequence[Mapping[str, object]]]) -> None:
    """
    Type rows below those of some tables, and save.

    Parameters
    ----------
    plan : Path
        The plan.
    more : mapping of str to DataFrame, or to sequence of mapping
        For each table its new rows; what a row does not name stays blank.
    """
    book = FileBook.open(plan)
    for table, typed in more.items():
        stored, problems = decode(TABLES[table], book.read_table(table), catalogue())
        assert problems == []
        rows = pd.DataFrame(typed)
        ids = [f"typed {len(stored.frame) + number}" for number in range(len(rows))]
        frame = pd.concat([stored.frame, rows.assign(row_id=ids)], ignore_index=True)[stored.frame.columns]
        book.change_table(table, cell_changes(stored, frame, catalogue()))
    recalculate(book)
    book.save()

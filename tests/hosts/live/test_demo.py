"""The demo's plan in LibreOffice: every table is as a closed file has it, cell by cell, after each action too."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from salesplan_xl.actions import ACTIONS
from salesplan_xl.actions.action import Context
from salesplan_xl.actions.perform import perform
from salesplan_xl.entry.plans import context
from salesplan_xl.hosts.file.book import FileBook
from salesplan_xl.hosts.libreoffice.engine import open_document
from salesplan_xl.hosts.live import LiveBook
from salesplan_xl.workbook.book import Book
from salesplan_xl.workbook.cells import FormulaCell
from tests.office import Office

pytestmark = pytest.mark.office

STEPS: list[tuple[str, dict[str, str]]] = [("check", {}), ("undo", {}), ("undo", {"redo": "yes"})]
"""What the buttons of the whole year do not show: tests/scenarios/test_toolbar_in_libreoffice.py."""


def fixed_context() -> Context:
    """The same moments and ids for every host."""
    seconds, ids = itertools.count(), itertools.count(1)
    start = datetime.datetime(2026, 7, 1, 9, tzinfo=datetime.UTC)
    return replace(
        context(),
        now=lambda: start + datetime.timedelta(seconds=next(seconds)),
        new_id=lambda: f"00000000-0000-4000-8000-{next(ids):012}",
    )


def typed(book: Book) -> dict[tuple[str, str], list[object]]:
    """Every cell of every table by table and header; formulas as they are written."""
    return {
        (name, header): [f"={cell.formula}" if isinstance(cell, FormulaCell) else cell for cell in cells]
        for name in book.table_names()
        for header, cells in book.read_table(name).columns.items()
    }


def differing(one: Book, other: Book) -> list[tuple[str, str]]:
    """The columns in which two books are not the same."""
    cells, others = typed(one), typed(other)
    assert cells.keys() == others.keys()
    return [place for place in cells if cells[place] != others[place]]


@pytest.fixture(scope="module")
def live(demo_plan: Path, office: Office) -> Iterator[LiveBook]:
    """The demo's plan, open in LibreOffice."""
    with office.open(demo_plan) as document:
        yield LiveBook(open_document(document.ask))


def test_what_is_taken_back_and_done_again_is_the_same_as_in_a_closed_file(demo_plan: Path, live: LiveBook) -> None:
    file = FileBook.open(demo_plan)
    in_file, in_office = fixed_context(), fixed_context()
    assert differing(live, file) == []
    for action, overrides in STEPS:
        outcomes = [
            perform(book, ACTIONS[action], overrides, outside) for book, outside in ((file, in_file), (live, in_office))
        ]
        assert outcomes[0] == outcomes[1], action
        assert differing(live, file) == [], action

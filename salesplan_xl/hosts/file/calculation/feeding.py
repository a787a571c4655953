"""Feeding the engine: the columns that some formula reads, as stored values, and nothing where it calculates itself."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import formualizer

from salesplan_xl.hosts.file.book import FileBook
from salesplan_xl.hosts.file.calculation.engine import to_engine
from salesplan_xl.hosts.file.calculation.jobs import Job
from salesplan_xl.hosts.file.sheet import SheetPart
from salesplan_xl.hosts.formulas import Area
from salesplan_xl.hosts.formulas.area import Place
from salesplan_xl.workbook.cells import LAST_COLUMN, LAST_ROW, Cell, ErrorCell, FormulaCell, value_of

_BATCH = 4096
"""Rows that are given to the engine at once: lists that are short-lived cost little."""


class Feeder:
    """
    Feeds an engine. Afterwards it knows where error cells stand that the engine was given.

    Parameters
    ----------
    book : FileBook
        The workbook.
    engine : Workbook
        The engine, with the sheets of the workbook.
    """

    def __init__(self, book: FileBook, engine: formualizer.Workbook) -> None:
        self._book = book
        self._engine = engine
        self.errors: dict[str, set[Place]] = {}

    def feed(self, jobs: Iterable[Job]) -> None:
        """
        Give the engine what formulas read.

        Parameters
        ----------
        jobs : iterable of Job
            The formulas.

        Raises
        ------
        RefusalError
            If a cell that is read cannot be.
        """
        areas: dict[str, list[Area]] = {}
        calculated: dict[str, dict[int, set[int]]] = {}
        for job in jobs:
            for read in job.reads:
                areas.setdefault(read.sheet, []).append(read.area)
            for column in job.area.columns():
                calculated.setdefault(job.sheet, {}).setdefault(column, set()).update(job.area.rows())
        for sheet, wanted in areas.items():
            self._feed_sheet(sheet, wanted, calculated.get(sheet, {}))

    def give_stored(self, job: Job) -> None:
        """
        Give the engine the stored values of a formula that is left out.

        Parameters
        ----------
        job : Job
            The formula.
        """
        for column, cells in enumerate(self._book.sheet(job.sheet).read(job.area), start=job.area.left):
            for row, value in enumerate(self._values(job.sheet, column, job.area.top, cells), start=job.area.top):
                self._engine.set_value(job.sheet, row, column, value)

    def _feed_sheet(self, sheet: str, areas: Sequence[Area], calculated: dict[int, set[int]]) -> None:
        """Read the columns wanted of a sheet at once, and feed neighbours together."""
        spans = _spans(areas, self._book.sheet(sheet))
        if not spans:
            return
        top, bottom = min(first for first, _ in spans.values()), max(last for _, last in spans.values())
        columns = self._book.read_columns(sheet, sorted(spans), range(top, bottom + 1))
        for group in _neighbours(sorted(spans)):
            values = [self._values(sheet, column, top, columns[column], calculated.get(column, ())) for column in group]
            rows = zip(*values, strict=True)
            for row in range(top, bottom + 1, _BATCH):
                batch = list(map(list, itertools.islice(rows, _BATCH)))
                self._engine.set_values_batch(sheet, row, group[0], batch)

    def _values(
        self, sheet: str, column: int, top: int, cells: Sequence[Cell], calculated: Collection[int] = ()
    ) -> Sequence[Any]:
        """Give the cells of a column as the engine takes them."""
        if not calculated and {FormulaCell, ErrorCell}.isdisjoint(map(type, cells)):
            return cells
        fed: list[Any] = []
        for row, cell in enumerate(cells, start=top):
            value = None if row in calculated else value_of(cell)
            if isinstance(value, ErrorCell):
                self.errors.setdefault(sheet, set()).add((row, column))
            fed.append(to_engine(value))
        return fed


def _spans(areas: Iterable[Area], part: SheetPart) -> dict[int, tuple[int, int]]:
    """Give the first and last row wanted of each column; whole rows and columns end where the sheet does."""
    spans: dict[int, tuple[int, int]] = {}
    extent: Area | None = None
    for area in dict.fromkeys(areas):
        bottom, right = area.bottom, area.right
        if bottom == LAST_ROW or right == LAST_COLUMN:
            extent = extent or _extent(part)
            bottom, right = min(bottom, extent.bottom), min(right, extent.right)
        for column in range(area.left, right + 1):
            if area.top <= bottom:
                first, last = spans.get(column, (area.top, bottom))
                spans[column] = min(first, area.top), max(last, bottom)
    return spans


def _extent(part: SheetPart) -> Area:
    """Find the last row and column of a sheet that hold something."""
    bottom = right = 0
    for row, column, _ in part.cells():
        bottom, right = max(bottom, row), max(right, column)
    return Area(1, 1, bottom, right)


def _neighbours(columns: Iterable[int]) -> Iterator[list[int]]:
    """Join column numbers that follow each other."""
    group: list[int] = []
    for column in columns:
        if group and column != group[-1] + 1:
            yield group
            group = []
        group.append(column)
    if group:
        yield group

"""The data rows of a table: moved, changed, added and taken out, whatever stands beside them in the same rows.

Cells keep their format and take it along when they move. New rows look like the first data row and carry on its
formulas; they are written column by column, since a table grows by many rows at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from salesplan_xl.hosts.file.markup import escape
from salesplan_xl.hosts.file.sheet.cells import (
    COLUMN_NUMBERS,
    Stored,
    cell_in,
    cut_cells,
    has_formula,
    style_of,
    take_apart_or_refuse,
    with_cells,
)
from salesplan_xl.hosts.file.sheet.draft import Draft, Touched
from salesplan_xl.hosts.file.sheet.rows import Rows
from salesplan_xl.hosts.file.sheet.special import ARRAY, SHARED, SpecialFormula
from salesplan_xl.hosts.file.sheet.writing import written_cell, written_cells
from salesplan_xl.hosts.file.tables import StoredTable
from salesplan_xl.hosts.formulas import Area, shift_formula
from salesplan_xl.hosts.formulas.area import Place
from salesplan_xl.hosts.refusals import Where
from salesplan_xl.workbook.cells import TableChanges, Value, address, column_letters

_FIRST_CELL = re.compile(r'<c r="([A-Z]{1,3})[0-9]+"')
_PLAIN_REFERENCE = re.compile(r'(<c r="[A-Z]{1,3})[0-9]+"')
_REFERENCE = re.compile(r"(\sr\s*=\s*[\"'][A-Z]+)[0-9]+")


class BandChanges:
    """
    What becomes of the data rows of a table.

    Parameters
    ----------
    table : StoredTable
        The table as it stands.
    changes : TableChanges
        The changes. A table that would lose all rows keeps a blank one.
    """

    def __init__(self, table: StoredTable, changes: TableChanges) -> None:
        self.table = table
        self.data = table.data
        self.columns = {header: self.data.left + place for place, header in enumerate(table.headers)}
        self.order, self.added = (changes.rows, changes.added) if changes.rows else ((-1,), ({},))
        self.end = self.data.top + len(self.order)
        self.cells: dict[int, dict[int, Value]] = {}
        for (position, header), value in changes.cells.items():
            self.cells.setdefault(position, {})[self.columns[header]] = value

    @property
    def area(self) -> Area:
        """The data rows as they are then, with a row of totals that moves."""
        return Area(self.data.top, self.data.left, self.end - (self.totals is None), self.data.right)

    @property
    def totals(self) -> int | None:
        """Row of the totals that must move; `None` where there are none, or they stay."""
        below = self.data.bottom + 1
        return below if self.table.has_totals and below != self.end else None

    def emptied(self) -> range:
        """
        Give the rows that the table leaves behind.

        Returns
        -------
        range
            Their numbers; the new row of totals among them if it stands there.
        """
        return range(self.end, self.data.bottom + 1 + (self.totals is not None))

    def touched(self) -> Touched:
        """
        List the cells that change.

        Returns
        -------
        mapping of int to collection of int
            Columns by row.
        """
        whole = self.data.columns()
        touched: dict[int, Sequence[int] | Mapping[int, Value]] = dict.fromkeys(self.emptied(), whole)
        for row, position in enumerate(self.order, self.data.top):
            if position != row - self.data.top:
                touched[row] = whole
            elif position in self.cells:
                touched[row] = self.cells[position]
        if self.totals is not None:
            touched[self.end] = whole
        return touched


@dataclass(frozen=True, slots=True)
class _Pattern:
    """What new rows take over in one column: the format, and the formula of the first data row."""

    style: str
    formula: Stored | None


class BandWriter:
    """
    Writes the rows of a table anew.

    Parameters
    ----------
    changes : BandChanges
        What becomes of the rows.
    rows : Rows
        The rows of the sheet.
    special : mapping of (int, int) to SpecialFormula
        The special formulas of the sheet.
    where : Where
        The sheet, for messages.
    """

    def __init__(self, changes: BandChanges, rows: Rows, special: Mapping[Place, SpecialFormula], where: Where) -> None:
        self._changes = changes
        self._data = changes.data
        self._rows = rows
        self._special = special
        self._where = where

    def write(self, draft: Draft) -> None:
        """
        Put the new rows into a draft.

        Parameters
        ----------
        draft : Draft
            The draft.

        Raises
        ------
        RefusalError
            If a text is too long, or part of a larger array formula would move.
        """
        new = self._added_rows()
        for row, position in enumerate(self._changes.order, self._data.top):
            if position >= 0 and (row != self._data.top + position or position in self._changes.cells):
                new[row] = self._kept_row(row, position)
        new.update(dict.fromkeys(self._changes.emptied(), ""))
        if self._changes.totals is not None:
            new[self._changes.end] = self._totals_row(self._changes.totals)
        for number, inside in new.items():
            before, _, after = self._cut(number)
            draft.put(number, f"{before}{inside}{after}")

    def _cut(self, number: int) -> tuple[str, str, str]:
        """Cut the cells of a row into those before the table, its own, and those behind it."""
        row = self._rows.at(number)
        if row is None:
            return "", "", ""
        inside = row.inside
        if self._is_within(inside):
            return "", inside, ""
        cells = cut_cells(inside, number, self._where)
        left, right = self._data.left, self._data.right
        return (
            "".join([cell for column, cell in cells.items() if column < left]),
            "".join([cell for column, cell in cells.items() if left <= column <= right]),
            "".join([cell for column, cell in cells.items() if column > right]),
        )

    def _is_within(self, inside: str) -> bool:
        """Tell by its first and its last cell whether a row holds nothing beside the table."""
        first, last = _FIRST_CELL.match(inside), _FIRST_CELL.match(inside, max(inside.rfind("<c"), 0))
        if first is None or last is None:
            return not inside
        return self._data.left <= COLUMN_NUMBERS[first[1]] and 0 < COLUMN_NUMBERS[last[1]] <= self._data.right

    def _kept_row(self, row: int, position: int) -> str:
        """Write a row that stays, wherever it stands now, with its new values."""
        source = self._data.top + position
        inside = self._cut(source)[1]
        new = {
            column: written_cell(
                source, column, style_of(cell_in(inside, source, column, self._where)), value, self._where
            )
            for column, value in self._changes.cells.get(position, {}).items()
        }
        return self._moved(with_cells(inside, source, new, self._where), source, row)

    def _moved(self, inside: str, source: int, row: int) -> str:
        """Write cells as they read in another row."""
        if source == row:
            return inside
        if not has_formula(inside):
            moved, count = _PLAIN_REFERENCE.subn(lambda reference: f'{reference[1]}{row}"', inside)
            if count == inside.count("<c"):
                return moved
        cells = cut_cells(inside, source, self._where)
        return "".join([self._moved_cell(cell, source, row, column) for column, cell in cells.items()])

    def _moved_cell(self, markup: str, source: int, row: int, column: int) -> str:
        """Write one cell as it reads in another row, its formula carried along."""
        moved = _REFERENCE.sub(rf"\g<1>{row}", markup, count=1)
        if not has_formula(markup):
            return moved
        stored = take_apart_or_refuse(markup, source, column, self._where)
        return moved.replace(stored.formula_markup, self._formula(stored, row - source), 1)

    def _formula(self, stored: Stored, rows: int) -> str:
        """Write the formula of a cell as it reads some rows further down, on its own."""
        kind = stored.formula_attributes.get("t", "normal")
        special = self._special.get(stored.place)
        text = special.formula if special is not None and kind == SHARED else stored.formula or ""
        shifted = escape(shift_formula(text, rows))
        if kind in (SHARED, "normal"):
            return f"<f>{shifted}</f>"
        row, column = stored.place
        area = special.area if special is not None else None
        if kind != ARRAY or area is None or not area.is_one_cell:
            self._where.refuse("E-CELL-ARRAY", cell=address(row, column), area=area or address(row, column))
        return f'<f t="array" ref="{address(row + rows, column)}">{shifted}</f>'

    def _added_rows(self) -> dict[int, str]:
        """Write the new rows, column by column."""
        new = {row: -1 - position for row, position in enumerate(self._changes.order, self._data.top) if position < 0}
        if not new:
            return {}
        rows = [self._changes.added[position] for position in new.values()]
        numbers = [str(row) for row in new]
        columns = [self._added_cells(header, column, rows, numbers) for header, column in self._changes.columns.items()]
        return dict(zip(new, map("".join, zip(*columns, strict=True)), strict=True))

    def _added_cells(
        self, header: str, column: int, rows: Sequence[Mapping[str, Value]], numbers: Sequence[str]
    ) -> Sequence[str]:
        """Write the cells of new rows in one column."""
        pattern = self._pattern(column)
        cells = written_cells(column, pattern.style, numbers, [row.get(header) for row in rows], self._where)
        if pattern.formula is None:
            return cells
        start = f'<c r="{column_letters(column)}'
        return [
            cell
            if header in row
            else f'{start}{number}"{pattern.style}>{self._formula(pattern.formula, int(number) - self._data.top)}</c>'
            for row, number, cell in zip(rows, numbers, cells, strict=True)
        ]

    def _pattern(self, column: int) -> _Pattern:
        """See what new rows take over from the first data row in one column."""
        top = self._data.top
        first = self._rows.at(top)
        markup = cell_in(first.inside, top, column, self._where) if first is not None else ""
        return _Pattern(
            style_of(markup), take_apart_or_refuse(markup, top, column, self._where) if has_formula(markup) else None
        )

    def _totals_row(self, source: int) -> str:
        """Write the row of totals below the new end."""
        cells = cut_cells(self._cut(source)[1], source, self._where)
        return "".join([self._total(cell, source, column) for column, cell in cells.items()])

    def _total(self, markup: str, source: int, column: int) -> str:
        """Write a cell of the row of totals: what it sums grows or shrinks with the data."""
        end = self._changes.end
        moved = _REFERENCE.sub(rf"\g<1>{end}", markup, count=1)
        if not has_formula(markup):
            return moved
        stored = take_apart_or_refuse(markup, source, column, self._where)
        if stored.formula_attributes.get("t", "normal") != "normal":
            self._where.refuse("E-CELL-ARRAY", cell=address(source, column), area=address(source, column))
        resize = self._changes.table.resize(end - 1)
        formula = resize.formula(stored.formula or "", own_sheet=True, relative=True)
        return moved.replace(stored.formula_markup, f"<f>{escape(formula)}</f>", 1)

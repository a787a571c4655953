"""A worksheet that can be read and changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from salesplan_xl.hosts.file.sheet.band import BandChanges, BandWriter
from salesplan_xl.hosts.file.sheet.cells import style_of
from salesplan_xl.hosts.file.sheet.draft import Draft, Touched, area_of, refuse_broken_arrays, with_own_formulas
from salesplan_xl.hosts.file.sheet.frame import grown, merged_areas
from salesplan_xl.hosts.file.sheet.reading import CellReader
from salesplan_xl.hosts.file.sheet.rows import Rows, cut_sheet
from salesplan_xl.hosts.file.sheet.rules import follow_rules
from salesplan_xl.hosts.file.sheet.special import SpecialFormula, find_special
from salesplan_xl.hosts.file.sheet.writing import cached_cell, written_cell
from salesplan_xl.hosts.file.tables import StoredTable
from salesplan_xl.hosts.formulas import Area, Resize
from salesplan_xl.hosts.formulas.area import Place
from salesplan_xl.hosts.refusals import Where
from salesplan_xl.workbook.cells import Cell, FormulaCell, TableChanges, Value, address
from salesplan_xl.workbook.wording import shown

MOST_CELLS = 40_000_000
"""Cells, blank ones included, that are read at once: three times a full sheet of twelve columns."""


class SheetPart:
    """
    The XML of one worksheet.

    `changed` tells whether it was changed since it was read or written, `formulas_moved` whether cells with formulas
    appeared or vanished since it was read.

    Parameters
    ----------
    text : str
        The part.
    where : Where
        The sheet, for messages.
    shared_texts : callable
        Gives the workbook's shared strings by their number written as text; called when the first is needed.

    Raises
    ------
    RefusalError
        If the part is no worksheet in the form spreadsheet programs write.
    """

    def __init__(self, text: str, where: Where, shared_texts: Callable[[], Mapping[str, str]]) -> None:
        self.changed = False
        self.formulas_moved = False
        self._where = where
        self._head, self._rows, self._tail, self._numbered = cut_sheet(text, where)
        self._special: Mapping[Place, SpecialFormula] | None = None
        self._reader = CellReader(where, shared_texts, self.special_formulas)

    def to_bytes(self) -> bytes:
        """
        Write the part.

        Returns
        -------
        bytes
            The part as it stands now.
        """
        pieces = [self._head]
        for row in self._rows:
            pieces += row[1:]
        pieces.append(self._tail)
        return "".join(pieces).encode("utf-8")

    def read(self, area: Area) -> list[list[Cell]]:
        """
        Read a rectangle of cells.

        Parameters
        ----------
        area : Area
            The rectangle.

        Returns
        -------
        list of list of Cell
            The cells, column by column, blank ones as `None`.

        Raises
        ------
        RefusalError
            Naming every cell that cannot be read: the first twenty, then their number.
        """
        return list(self.read_columns(area.columns(), area.rows()).values())

    def read_columns(self, columns: Sequence[int], rows: range) -> dict[int, list[Cell]]:
        """
        Read some columns.

        Parameters
        ----------
        columns : sequence of int
            Their numbers.
        rows : range
            From which to which row.

        Returns
        -------
        dict of int to list of Cell
            The cells of each column, blank ones as `None`.

        Raises
        ------
        RefusalError
            As `read`.
        """
        if len(rows) * len(columns) > MOST_CELLS:
            self._where.refuse("E-SHEET-RANGE", cell=address(rows[-1], columns[-1]))
        read: dict[int, list[Cell]] = {column: [None] * len(rows) for column in columns}
        self._reader.fill(read, self._rows.between(rows[0], rows[-1]), rows[0])
        return read

    def cell(self, row: int, column: int) -> Cell:
        """
        Read one cell.

        Parameters
        ----------
        row, column : int
            The cell.

        Returns
        -------
        Cell
            What it holds.

        Raises
        ------
        RefusalError
            If it cannot be read.
        """
        return self.read(Area(row, column, row, column))[0][0]

    def cells(self) -> Iterator[tuple[int, int, Cell]]:
        """
        Walk through every cell that holds something, row by row.

        Returns
        -------
        iterator of tuple of int, int and Cell
            Row, column and cell. After the last one it refuses if some cells cannot be read, naming each (the first
            twenty).
        """
        return self._reader.walk(self._rows)

    def formula_cells(self) -> dict[Place, FormulaCell]:
        """
        Find every cell that calculates.

        Returns
        -------
        dict of (int, int) to FormulaCell
            The formulas by row and column.

        Raises
        ------
        RefusalError
            As `cells`.
        """
        rows = [row for row in self._rows if "<f" in row.inside]
        return {(row, column): cell for row, column, cell in self._reader.walk(rows) if isinstance(cell, FormulaCell)}

    def special_formulas(self) -> Mapping[Place, SpecialFormula]:
        """
        Find the formulas of shared groups, array formulas and data tables.

        Returns
        -------
        mapping of (int, int) to SpecialFormula
            Each by the place of its cell.

        Raises
        ------
        RefusalError
            If a shared formula has no first cell to share.
        """
        if self._special is None:
            self._special = find_special(self._rows, self._where)
        return self._special

    def array_areas(self) -> dict[Place, Area]:
        """
        Find the areas that array formulas fill.

        Returns
        -------
        dict of (int, int) to Area
            The area of each array formula by the place of its formula.
        """
        return {place: one.area for place, one in self.special_formulas().items() if one.area is not None}

    def first_content(self, area: Area) -> tuple[Place, str] | None:
        """
        Find what stands in the way in a rectangle.

        Parameters
        ----------
        area : Area
            The rectangle.

        Returns
        -------
        tuple of (int, int) and str, or None
            The first cell that holds something (or is part of a merged cell or an array formula) and what that
            is; `None` where all cells are free. A cell with a format only is free.
        """
        for row, column, cell in self._reader.walk(self._rows.between(area.top, area.bottom)):
            if area.left <= column <= area.right:
                return (row, column), shown(cell)
        wide = [(merged, "a merged cell") for merged in merged_areas(self._tail, self._where)]
        wide += [(filled, "an array formula") for filled in self.array_areas().values()]
        for other, told in wide:
            if other.meets(area):
                return (max(other.top, area.top), max(other.left, area.left)), told
        return None

    def set_values(self, values: Mapping[Place, Value]) -> None:
        """
        Put values into single cells. Each keeps its format; a formula that stood there is gone.

        Parameters
        ----------
        values : mapping of (int, int) to Value
            Values by row and column; `None` clears the cell.

        Raises
        ------
        RefusalError
            If a text is too long, or a cell is part of an array formula; nothing is changed then.
        """

        def write(markup: str, row: int, column: int) -> str:
            return written_cell(row, column, style_of(markup), values[row, column], self._where)

        touched = _by_row(values)
        draft = Draft(self._freed(touched), self._where)
        draft.put_cells(touched, write)
        self._show(draft, area_of(touched))

    def set_cached(self, values: Mapping[Place, Value]) -> None:
        """
        Store what formulas give, beside the formulas.

        Parameters
        ----------
        values : mapping of (int, int) to Value
            Calculated values by row and column. A cell without a formula, such as one that an array formula
            fills, gets the value itself.

        Raises
        ------
        RefusalError
            If a text is too long for a cell; nothing is changed then.
        """

        def write(markup: str, row: int, column: int) -> str:
            return cached_cell(markup, row, column, values[row, column], self._where)

        touched = _by_row(values)
        draft = Draft(self._editable(), self._where)
        draft.put_cells(touched, write)
        self._show(draft, area_of(touched))

    def change_rows(self, table: StoredTable, changes: TableChanges) -> None:
        """
        Move, change, add and remove the data rows of a table.

        Cells keep their format and take it along when they move; new rows look like the first data row and carry
        on its formulas, their relative references moved along. A table never loses its last row: it is blanked.

        Parameters
        ----------
        table : StoredTable
            The table as it stands.
        changes : TableChanges
            What becomes of its rows.

        Raises
        ------
        RefusalError
            If a text is too long, or part of a larger array formula would be changed; nothing is changed then.
        """
        band = BandChanges(table, changes)
        rows = self._freed(band.touched())
        pattern = rows.at(band.data.top)
        draft = Draft(rows, self._where, pattern.height() if pattern is not None else "")
        BandWriter(band, rows, self.special_formulas(), self._where).write(draft)
        self._show(draft, band.area)

    def follow(self, resize: Resize) -> None:
        """
        Let the rules of this sheet follow a table that ends elsewhere now.

        Parameters
        ----------
        resize : Resize
            The table, on this sheet or another.

        Raises
        ------
        RefusalError
            If a rule covers something that is no range.
        """
        try:
            tail = follow_rules(self._tail, resize, own_sheet=resize.sheet == self._where.sheet)
        except ValueError as error:
            self._where.refuse("E-FILE-DAMAGED", cause=error, reason=f"a rule of the sheet: {error}")
        self.changed = self.changed or tail != self._tail
        self._tail = tail

    def _editable(self) -> Rows:
        """Give the rows of a sheet that can be edited: each must say its number."""
        if not self._numbered:
            self._where.refuse("E-FILE-FORM", reason="rows that do not say their number")
        return self._rows

    def _freed(self, touched: Touched) -> Rows:
        """Give the rows with cells about to change freed from the formulas they share with others."""
        refuse_broken_arrays(self.special_formulas(), touched, self._where)
        return with_own_formulas(self._editable(), self.special_formulas(), touched, self._where)

    def _show(self, draft: Draft, area: Area | None) -> None:
        """Let a finished edit show; `area` is where it may have written."""
        rows = draft.done()
        if rows is self._rows:
            return
        self._rows = rows
        self._head = grown(self._head, area)
        if self._special:  # where there was no special formula, an edit makes none
            self._special = None
        self.changed = True
        self.formulas_moved = self.formulas_moved or draft.formulas_moved


def _by_row(values: Mapping[Place, Value]) -> dict[int, list[int]]:
    """Give the columns of places by their row."""
    columns: dict[int, list[int]] = {}
    for row, column in values:
        columns.setdefault(row, []).append(column)
    return columns

"""An edit of a sheet in the making: the cells it touches are freed, and its rows gathered before any of them shows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from salesplan_xl.hosts.file.markup import escape
from salesplan_xl.hosts.file.sheet.cells import cell_in, formula_columns, take_apart_or_refuse, with_cells
from salesplan_xl.hosts.file.sheet.rows import Row, Rows, new_row
from salesplan_xl.hosts.file.sheet.special import SHARED, SpecialFormula
from salesplan_xl.hosts.formulas import Area
from salesplan_xl.hosts.formulas.area import Place
from salesplan_xl.hosts.refusals import Where
from salesplan_xl.workbook.cells import address

Touched = Mapping[int, Collection[int]]
"""The columns an edit changes, by row."""


def refuse_broken_arrays(special: Mapping[Place, SpecialFormula], touched: Touched, where: Where) -> None:
    """
    Refuse to change a part of what one array formula fills.

    Parameters
    ----------
    special : mapping of (int, int) to SpecialFormula
        The special formulas of the sheet.
    touched : mapping of int to collection of int
        What is about to change.
    where : Where
        The sheet, for messages.

    Raises
    ------
    RefusalError
        Naming the first cell of such a part.
    """
    for formula in special.values():
        area = formula.area
        if area is None or area.is_one_cell:
            continue
        for row in area.rows():
            for column in sorted(touched.get(row, ())):
                if area.left <= column <= area.right:
                    where.refuse("E-CELL-ARRAY", cell=address(row, column), area=area)


def with_own_formulas(rows: Rows, special: Mapping[Place, SpecialFormula], touched: Touched, where: Where) -> Rows:
    """
    Give every formula its own text where a cell of its shared group is about to change.

    Parameters
    ----------
    rows : Rows
        The rows of the sheet.
    special : mapping of (int, int) to SpecialFormula
        Its special formulas.
    touched : mapping of int to collection of int
        What is about to change.
    where : Where
        The sheet, for messages.

    Returns
    -------
    Rows
        The rows, which calculate what they did before.
    """
    shared = {place: one for place, one in special.items() if one.kind == SHARED}
    groups = {one.group for (row, column), one in shared.items() if column in touched.get(row, ())}
    new: dict[int, Row | None] = {}
    for (number, column), one in shared.items():
        row = new.get(number) or rows.at(number)
        if one.group in groups and row is not None:
            cell = cell_in(row.inside, number, column, where)
            written = take_apart_or_refuse(cell, number, column, where).formula_markup
            own = cell.replace(written, f"<f>{escape(one.formula)}</f>", 1)
            new[number] = row._replace(inside=with_cells(row.inside, number, {column: own}, where))
    return rows.replaced(new)


class Draft:
    """
    Rows that are about to take the place of others.

    Parameters
    ----------
    rows : Rows
        The rows of the sheet.
    where : Where
        The sheet, for messages.
    height : str
        Attributes that set the height of rows that were not there.
    """

    def __init__(self, rows: Rows, where: Where, height: str = "") -> None:
        self._rows = rows
        self._where = where
        self._height = height
        self._new: dict[int, Row | None] = {}
        self.formulas_moved = False

    def put(self, number: int, inside: str) -> None:
        """
        Give a row new cells.

        Parameters
        ----------
        number : int
            The row, there or not yet.
        inside : str
            All its cells.
        """
        old = self._rows.at(number)
        if old is not None and old.inside == inside:
            return
        new = new_row(number, inside, self._height) if old is None else old.with_cells(inside)
        before = formula_columns(old.inside) if old is not None else []
        self.formulas_moved = self.formulas_moved or before != formula_columns(inside)
        self._new[number] = new

    def put_cells(self, touched: Touched, write: Callable[[str, int, int], str]) -> None:
        """
        Give single cells something new.

        Parameters
        ----------
        touched : mapping of int to collection of int
            The columns by row.
        write : callable
            Writes a cell from what stood there, its row and its column.
        """
        for number, columns in touched.items():
            old = self._rows.at(number)
            inside = old.inside if old is not None else ""
            cells = {column: write(cell_in(inside, number, column, self._where), number, column) for column in columns}
            self.put(number, with_cells(inside, number, cells, self._where))

    def done(self) -> Rows:
        """
        Give the rows of the sheet as they are now.

        Returns
        -------
        Rows
            Old and new ones.
        """
        return self._rows.replaced(self._new)


def area_of(touched: Touched) -> Area | None:
    """
    Give the rectangle around what is touched.

    Parameters
    ----------
    touched : mapping of int to collection of int
        Columns by row, at least one for each.

    Returns
    -------
    Area or None
        The rectangle; `None` where nothing is touched.
    """
    if not touched:
        return None
    columns = [column for columns in touched.values() for column in columns]
    return Area(min(touched), min(columns), max(touched), max(columns))

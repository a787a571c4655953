"""The cells of one argument, in rows, with the name a planner knows each of them by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from types import NoneType
from typing import Final

from salesplan_xl.functions.errors import CellError
from salesplan_xl.functions.reading import plain_cell
from salesplan_xl.functions.specification import Argument


class _Omitted:
    """Type of `OMITTED`."""

    def __repr__(self) -> str:
        return "OMITTED"


OMITTED: Final = _Omitted()
"""Stands for an argument left out between others, as in ``SP_SPREAD(100, A1:A3, , 0.05)``."""


_NUMBERS: Final = frozenset({float, NoneType})


@dataclass(frozen=True)
class Grid:
    """
    The cells of one argument.

    Parameters
    ----------
    name : str
        Name of the argument.
    cells : tuple of tuple of object
        Plain cells (`salesplan_xl.functions.reading.plain_cell`) in rows of equal length, at least one.
    single : bool
        Whether they came as one cell and not as a range.
    numeric : bool
        Whether all of them are known to be floats or blank, so that they need not be looked at one by one.
    """

    name: str
    cells: tuple[tuple[object, ...], ...]
    single: bool
    numeric: bool = False

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and columns."""
        return len(self.cells), len(self.cells[0])

    @property
    def is_row(self) -> bool:
        """Whether the cells stand side by side, more than one."""
        return self.shape[0] == 1 and self.shape[1] > 1

    @property
    def size_in_words(self) -> str:
        """How large the range is."""
        rows, columns = self.shape
        return f"{rows} row{'s' * (rows > 1)} by {columns} column{'s' * (columns > 1)}"

    def place(self, row: int, column: int) -> str:
        """
        Name one of the cells.

        Parameters
        ----------
        row, column : int
            Where it stands, counted from 0.

        Returns
        -------
        str
            Such as ``"row 3 of weights"``.
        """
        rows, columns = self.shape
        if rows == columns == 1:
            return self.name
        if columns == 1:
            return f"row {row + 1} of {self.name}"
        if rows == 1:
            return f"column {column + 1} of {self.name}"
        return f"row {row + 1}, column {column + 1} of {self.name}"


def read_grid(argument: Argument, raw: object) -> Grid | None:
    """
    Read the cells of one argument.

    Parameters
    ----------
    argument : Argument
        The argument.
    raw : object
        A cell, a list of rows of cells, a list of cells (one row), or `OMITTED`.

    Returns
    -------
    Grid or None
        The cells; None when the argument is left out, which a single blank cell is for an optional one.

    Raises
    ------
    CellError
        ``#VALUE!`` if there are no cells, the rows are not of equal length or hold lists, or a range of more than
        one cell stands where a single cell belongs.

    Examples
    --------
    >>> from salesplan_xl.functions.specification import Kind
    >>> read_grid(Argument("weights", Kind.NUMBERS, "Weights."), [[1.0], [""]]).cells
    ((1.0,), (None,))
    """
    if raw is OMITTED:
        return None
    grid = _grid_of(argument.name, raw)
    if argument.optional and grid.cells == ((None,),):
        return None
    if not argument.kind.is_range and grid.shape != (1, 1):
        raise CellError("#VALUE!", f"{argument.name} is {grid.size_in_words}; a single cell is expected")
    return grid


def _grid_of(name: str, raw: object) -> Grid:
    """Put a cell or a range into rows of equal length."""
    if not isinstance(raw, list | tuple):
        return Grid(name, ((plain_cell(raw),),), single=True)
    rows = raw if raw and all(isinstance(row, list | tuple) for row in raw) else [raw]
    numeric = _NUMBERS.issuperset(map(type, chain.from_iterable(rows)))
    cells = tuple(map(tuple, rows)) if numeric else _plain_cells(name, rows)
    if not cells[0]:
        raise CellError("#VALUE!", f"{name} is a range without cells")
    if any(len(row) != len(cells[0]) for row in cells):
        raise CellError("#VALUE!", f"the rows of {name} are not of equal length")
    return Grid(name, cells, single=False, numeric=numeric)


def _plain_cells(name: str, rows: Sequence[Sequence[object]]) -> tuple[tuple[object, ...], ...]:
    """Give rows of cells as every caller means them."""
    cells = tuple(tuple(map(plain_cell, row)) for row in rows)
    if any(isinstance(cell, list | tuple) for row in cells for cell in row):
        raise CellError("#VALUE!", f"{name} is no list of rows of cells")
    return cells

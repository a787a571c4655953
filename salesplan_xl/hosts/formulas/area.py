"""Rectangles of cells: ``B2:D9`` as numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from salesplan_xl.hosts.formulas.notation import CELL
from salesplan_xl.workbook.cells import LAST_COLUMN, LAST_ROW, address, column_number

Place = tuple[int, int]
"""Row and column of a cell, counted from 1."""

CORNERS = re.compile(rf"{CELL}(?::{CELL})?\Z")
_WHOLE_COLUMNS = re.compile(r"\$?([A-Za-z]{1,3}):\$?([A-Za-z]{1,3})\Z")
_WHOLE_ROWS = re.compile(r"\$?([1-9][0-9]{0,6}):\$?([1-9][0-9]{0,6})\Z")


@dataclass(frozen=True, slots=True)
class Area:
    """
    A rectangle of cells.

    Parameters
    ----------
    top, left, bottom, right : int
        Its first and last row and column, counted from 1.
    """

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def parse(cls, text: str) -> Area:
        """
        Read a rectangle such as ``"B2:D9"``, ``"$B$2"`` or ``"B2"``.

        Parameters
        ----------
        text : str
            One reference without a sheet.

        Returns
        -------
        Area
            The rectangle.

        Raises
        ------
        ValueError
            If it is no rectangle of a sheet.
        """
        corners = CORNERS.match(text)
        if corners is None:
            raise ValueError(f"{text!r} is no range such as B2:D9")
        left, top = column_number(corners[2]), int(corners[4])
        right = column_number(corners[6]) if corners[6] else left
        bottom = int(corners[8]) if corners[8] else top
        if not (top <= bottom <= LAST_ROW and left <= right <= LAST_COLUMN):
            raise ValueError(f"{text!r} is no range of a sheet")
        return cls(top, left, bottom, right)

    @classmethod
    def parse_any(cls, text: str) -> Area:
        """
        Read a rectangle, whole columns such as ``"B:D"`` or whole rows such as ``"2:9"``.

        Parameters
        ----------
        text : str
            One reference without a sheet.

        Returns
        -------
        Area
            The rectangle; its corners may be written in any order.

        Raises
        ------
        ValueError
            If it is none of these.
        """
        columns, rows = _WHOLE_COLUMNS.match(text), _WHOLE_ROWS.match(text)
        if columns is not None:
            left, right = sorted((column_number(columns[1]), column_number(columns[2])))
            area = cls(1, left, LAST_ROW, right)
        elif rows is not None:
            top, bottom = sorted((int(rows[1]), int(rows[2])))
            area = cls(top, 1, bottom, LAST_COLUMN)
        else:
            return cls.parse(text)
        if area.bottom > LAST_ROW or area.right > LAST_COLUMN:
            raise ValueError(f"{text!r} is no range of a sheet")
        return area

    @classmethod
    def one(cls, place: Place) -> Area:
        """
        Give the rectangle of one cell.

        Parameters
        ----------
        place : tuple of int
            Row and column.

        Returns
        -------
        Area
            The cell as a rectangle.
        """
        return cls(*place, *place)

    def __str__(self) -> str:
        first, last = address(self.top, self.left), address(self.bottom, self.right)
        return first if first == last else f"{first}:{last}"

    @property
    def is_one_cell(self) -> bool:
        """Whether it is a single cell."""
        return self.top == self.bottom and self.left == self.right

    def rows(self) -> range:
        """
        Give its rows.

        Returns
        -------
        range
            Their numbers.
        """
        return range(self.top, self.bottom + 1)

    def columns(self) -> range:
        """
        Give its columns.

        Returns
        -------
        range
            Their numbers.
        """
        return range(self.left, self.right + 1)

    def holds(self, place: Place) -> bool:
        """
        Tell whether a cell lies in it.

        Parameters
        ----------
        place : tuple of int
            Row and column.

        Returns
        -------
        bool
            Whether it does.
        """
        row, column = place
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    def meets(self, other: Area) -> bool:
        """
        Tell whether two rectangles share a cell.

        Parameters
        ----------
        other : Area
            The other one.

        Returns
        -------
        bool
            Whether they do.
        """
        apart = self.bottom < other.top or other.bottom < self.top
        return not (apart or self.right < other.left or other.right < self.left)

    def joined(self, other: Area) -> Area:
        """
        Give the smallest rectangle around two.

        Parameters
        ----------
        other : Area
            The other one.

        Returns
        -------
        Area
            The rectangle around both.
        """
        return Area(
            min(self.top, other.top),
            min(self.left, other.left),
            max(self.bottom, other.bottom),
            max(self.right, other.right),
        )

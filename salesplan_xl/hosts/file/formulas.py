"""References inside formulas: carried along when a cell moves, stretched when a table grows.

A formula is cut into strings, quoted sheet names, structured references and plain references by one pattern;
only plain references are ever touched, so ``Sales[Amount]``, ``LOG10(`` and ``"A1"`` stay what they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from salesplan_xl.workbook.cells import address, column_letters, column_number

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384

_QUIET = r"\"(?:[^\"]|\"\")*\"|\[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*\])*\]"
_SHEET = r"'(?:[^']|'')*'!|[^\W\d][\w.]*(?::[^\W\d][\w.]*)?!"
_CELL = r"(\$?)([A-Za-z]{1,3})(\$?)([1-9][0-9]{0,6})"
_NOT_IN_NAME = r"(?<![\w.\\$?])"
_ENDS = r"(?![\w.\\(!\[?])"
_SHIFTED = re.compile(
    rf"{_QUIET}|{_SHEET}|{_NOT_IN_NAME}(?:{_CELL}{_ENDS}"
    rf"|(\$?)([1-9][0-9]{{0,6}}):(\$?)([1-9][0-9]{{0,6}}){_ENDS}"
    rf"|(\$?)([A-Za-z]{{1,3}}):(\$?)([A-Za-z]{{1,3}}){_ENDS})"
)
_RANGE = re.compile(rf"{_QUIET}|({_SHEET})?{_NOT_IN_NAME}{_CELL}(?::\$?[A-Za-z]{{1,3}}\$?[1-9][0-9]{{0,6}})?{_ENDS}")
_CORNERS = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)([1-9][0-9]{0,6})(?::(\$?)([A-Za-z]{1,3})(\$?)([1-9][0-9]{0,6}))?\Z")


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
        corners = _CORNERS.match(text)
        if corners is None:
            raise ValueError(f"{text!r} is no range such as B2:D9")
        left, top = column_number(corners[2]), int(corners[4])
        right = column_number(corners[6]) if corners[6] else left
        bottom = int(corners[8]) if corners[8] else top
        if not (top <= bottom <= LAST_ROW and left <= right <= LAST_COLUMN):
            raise ValueError(f"{text!r} is no range of a sheet")
        return cls(top, left, bottom, right)

    def __str__(self) -> str:
        first, last = address(self.top, self.left), address(self.bottom, self.right)
        return first if first == last else f"{first}:{last}"

    def columns(self) -> range:
        """
        Give its columns.

        Returns
        -------
        range
            Their numbers.
        """
        return range(self.left, self.right + 1)

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


@dataclass(frozen=True)
class Resize:
    """
    A table that ends elsewhere than before.

    Parameters
    ----------
    sheet : str
        Title of its sheet.
    header_row : int
        Row of its header; one above the first data row.
    first_column, last_column : int
        Its columns.
    old_last, new_last : int
        Its last data row before and after.
    """

    sheet: str
    header_row: int
    first_column: int
    last_column: int
    old_last: int
    new_last: int

    def area(self, area: Area) -> Area:
        """
        Follow a range that is exactly the table's data, or the table with its header, in some of its columns.

        Parameters
        ----------
        area : Area
            A range on the table's sheet.

        Returns
        -------
        Area
            Where it is now; the same if it is no such range.
        """
        whole = area.top in (self.header_row, self.header_row + 1) and area.bottom == self.old_last
        inside = self.first_column <= area.left and area.right <= self.last_column
        return replace(area, bottom=self.new_last) if whole and inside else area

    def covering(self, area: Area) -> tuple[Area, ...]:
        """
        Follow a range of a rule (a validation, a format) that covers the table's data.

        Parameters
        ----------
        area : Area
            A range on the table's sheet.

        Returns
        -------
        tuple of Area
            What it covers now. A rule that also covers cells beside the table grows below the table only.
        """
        first, last = self.header_row + 1, self.old_last
        left, right = max(area.left, self.first_column), min(area.right, self.last_column)
        if left > right or area.top > first or area.bottom < last:
            return (area,)
        if area.bottom > last:
            return (area,) if area.bottom >= self.new_last else self._grown(area, left, right)
        if (left, right) == (area.left, area.right):
            return (replace(area, bottom=self.new_last),)
        return (area,) if self.new_last <= last else self._grown(area, left, right)

    def _grown(self, area: Area, left: int, right: int) -> tuple[Area, ...]:
        """Stretch a rule below the table, and not beside it."""
        if (left, right) == (area.left, area.right):
            return (replace(area, bottom=self.new_last),)
        return (area, Area(area.bottom + 1, left, self.new_last, right))

    def rules(self, sqref: str) -> str:
        """
        Follow the ranges of a rule, written as a list.

        Parameters
        ----------
        sqref : str
            Ranges separated by blanks.

        Returns
        -------
        str
            The list as it is now, word for word where nothing changes.

        Raises
        ------
        ValueError
            If one of them is no range.
        """
        words = sqref.split()
        followed = [self.covering(_rule_area(word)) for word in words]
        kept = [
            word if areas == (_rule_area(word),) else " ".join(map(str, areas))
            for word, areas in zip(words, followed, strict=True)
        ]
        return sqref if kept == words else " ".join(kept)

    def formula(self, formula: str, *, own_sheet: bool = False, single: bool = False, relative: bool = False) -> str:
        """
        Follow the references in a formula that are exactly the table's data or the whole table.

        Parameters
        ----------
        formula : str
            A formula without its equals sign.
        own_sheet : bool, default False
            Whether references without a sheet mean the table's sheet.
        single : bool, default False
            Whether a single cell counts as the data of a table of one row, as in the series of a chart.
        relative : bool, default False
            Whether references without dollar signs are followed too.

        Returns
        -------
        str
            The formula as it is now.

        Examples
        --------
        >>> Resize("Sales", 1, 1, 3, 9, 20).formula("SUM(Sales!$B$2:$B$9)")
        'SUM(Sales!$B$2:$B$20)'
        """

        def followed(match: re.Match[str]) -> str:
            sheet, reference = match[1], match[0][len(match[1] or "") :]
            corners = _CORNERS.match(reference)
            if corners is None or not (sheet or own_sheet):
                return match[0]
            if sheet and sheet_title(sheet[:-1]).casefold() != self.sheet.casefold():
                return match[0]
            fixed = corners[1] and corners[3] and (corners[7] or not corners[8])
            if not (fixed or relative) or not (corners[8] or single):
                return match[0]
            try:
                area = Area.parse(reference)
            except ValueError:
                return match[0]
            moved = self.area(area)
            if moved == area:
                return match[0]
            dollar, right = (corners[5], corners[6]) if corners[8] else (corners[1], corners[2])
            start = f"{corners[1]}{corners[2]}{corners[3]}{corners[4]}"
            return f"{sheet or ''}{start}:{dollar}{right}{corners[7] or corners[3]}{moved.bottom}"

        return _RANGE.sub(followed, formula)


def sheet_title(written: str) -> str:
    """
    Read a sheet title as formulas write it.

    Parameters
    ----------
    written : str
        A title, in single quotes or bare.

    Returns
    -------
    str
        The title itself.

    Examples
    --------
    >>> sheet_title("'8 Budget'")
    '8 Budget'
    """
    return written[1:-1].replace("''", "'") if written.startswith("'") else written


def shift_formula(formula: str, rows: int, columns: int = 0) -> str:
    """
    Give a formula as it reads when its cell is copied elsewhere.

    Parameters
    ----------
    formula : str
        A formula without its equals sign.
    rows, columns : int
        How far down and to the right it goes; negative is up and to the left.

    Returns
    -------
    str
        The formula with its relative references carried along. One that would leave the sheet is ``#REF!``.

    Examples
    --------
    >>> shift_formula("B2*$C$1+Sales[Amount]", 3)
    'B5*$C$1+Sales[Amount]'
    """
    if not (rows or columns):
        return formula
    shift = _Shift(rows, columns)
    return "".join(part if isinstance(part, str) else shift.reference(part) for part in _parts(formula))


@dataclass(frozen=True, slots=True)
class _Shift:
    """A step down and to the right."""

    rows: int
    columns: int

    def reference(self, groups: tuple[str | None, ...]) -> str:
        """Carry one reference along."""
        moved: tuple[str | None, ...]
        if groups[1] is not None:
            moved = (self._column(groups[0], groups[1]), self._row(groups[2], groups[3]))
        elif groups[5] is not None:
            moved = (self._row(groups[4], groups[5]), ":", self._row(groups[6], groups[7]))
        else:
            moved = (self._column(groups[8], groups[9]), ":", self._column(groups[10], groups[11]))
        return "#REF!" if None in moved else "".join(part for part in moved if part)

    def _row(self, dollar: str | None, number: str | None) -> str | None:
        """Move a row number, unless it is fixed."""
        row = int(number or 0) + (0 if dollar else self.rows)
        return f"{dollar}{row}" if 1 <= row <= LAST_ROW else None

    def _column(self, dollar: str | None, letters: str | None) -> str | None:
        """Move column letters, unless they are fixed."""
        if dollar or not self.columns:
            return f"{dollar}{letters}"
        column = column_number(letters or "") + self.columns
        return column_letters(column) if 1 <= column <= LAST_COLUMN else None


@lru_cache(maxsize=512)
def _parts(formula: str) -> tuple[str | tuple[str | None, ...], ...]:
    """Cut a formula into what stays and the references that may move."""
    parts: list[str | tuple[str | None, ...]] = []
    end = 0
    for match in _SHIFTED.finditer(formula):
        groups = match.groups()
        letters = [one for one in (groups[1], groups[9], groups[11]) if one]
        if not any(groups) or any(column_number(one) > LAST_COLUMN for one in letters):
            continue
        parts += [formula[end : match.start()], groups]
        end = match.end()
    parts.append(formula[end:])
    return tuple(parts)


def _rule_area(word: str) -> Area:
    """Read a range of a rule; whole columns and rows are ranges too."""
    columns = re.fullmatch(r"\$?([A-Za-z]{1,3}):\$?([A-Za-z]{1,3})", word)
    if columns is not None:
        return Area(1, column_number(columns[1]), LAST_ROW, column_number(columns[2]))
    rows = re.fullmatch(r"\$?([1-9][0-9]*):\$?([1-9][0-9]*)", word)
    if rows is not None:
        return Area(int(rows[1]), 1, int(rows[2]), LAST_COLUMN)
    return Area.parse(word)

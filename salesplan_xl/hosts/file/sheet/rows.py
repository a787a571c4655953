"""The rows of a sheet: cut out of its part, found by their number, put back with others in their place."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from salesplan_xl.hosts.file.markup import attributes, escape
from salesplan_xl.hosts.refusals import Where
from salesplan_xl.workbook.cells import LAST_ROW

_WORKSHEET = re.compile(r"<worksheet[\s>]")
_SHEET_DATA = re.compile(r"<sheetData(?:\s[^<>]*?)?(/?)>")
_SHEET_DATA_END = "</sheetData>"
_ROW_END = "</row>"
_ROW = re.compile(r"\s*<row((?:\s[^<>]*?)?)(/?)>")
_PLAIN_ROW = re.compile(r'\s*<row r="([1-9][0-9]{0,6})"[^<>/]*>')
_PLAIN_NUMBER = re.compile(r'\sr="([1-9][0-9]{0,6})"')
_SPANS = re.compile(r"\s+spans\s*=\s*(?:\"[^\"]*\"|'[^']*')")


class Row(NamedTuple):
    """
    One row as it is written.

    Parameters
    ----------
    number : int
        Its number.
    opening : str
        Its opening tag, with the blanks before it.
    inside : str
        Its cells.
    closing : str
        Its closing tag; empty for a row that is closed in its opening tag.
    """

    number: int
    opening: str
    inside: str
    closing: str

    def with_cells(self, inside: str) -> Row | None:
        """
        Give the row with other cells.

        Parameters
        ----------
        inside : str
            The cells, in order.

        Returns
        -------
        Row or None
            The row; `None` where neither cells nor a format of its own are left.
        """
        opening = _SPANS.sub("", self.opening) if "spans" in self.opening else self.opening
        opening = opening if self.closing else f"{opening[:-2]}>"
        if inside:
            return Row(self.number, opening, inside, _ROW_END)
        bare = attributes(opening.strip()[4:-1]).keys() <= {"r"}
        return None if bare else Row(self.number, f"{opening[:-1]}/>", "", "")

    def height(self) -> str:
        """
        Give the height a person has set for the row.

        Returns
        -------
        str
            The attributes that set it, or nothing.
        """
        stated = attributes(self.opening.strip()[4:].rstrip("/>"))
        if "customHeight" not in stated or "ht" not in stated:
            return ""
        return f' ht="{escape(stated["ht"])}" customHeight="1"'


def new_row(number: int, inside: str, height: str = "") -> Row | None:
    """
    Make a row that was not there.

    Parameters
    ----------
    number : int
        Its number.
    inside : str
        Its cells.
    height : str
        Attributes that set its height.

    Returns
    -------
    Row or None
        The row; `None` if it has no cells.
    """
    return Row(number, f'<row r="{number}"{height}>', inside, _ROW_END) if inside else None


class Rows:
    """
    The rows of a sheet that are written down, in order.

    Parameters
    ----------
    rows : list of Row
        The rows, each number once and in order.
    """

    def __init__(self, rows: list[Row]) -> None:
        self._rows = rows
        self._numbers = [row.number for row in rows]

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def at(self, number: int) -> Row | None:
        """
        Find a row.

        Parameters
        ----------
        number : int
            Its number.

        Returns
        -------
        Row or None
            The row; `None` where it is not written down.
        """
        position = bisect_left(self._numbers, number)
        found = position < len(self._rows) and self._numbers[position] == number
        return self._rows[position] if found else None

    def between(self, first: int, last: int) -> list[Row]:
        """
        Give the rows from one number to another.

        Parameters
        ----------
        first, last : int
            The first and the last number.

        Returns
        -------
        list of Row
            Those that are written down.
        """
        return self._rows[bisect_left(self._numbers, first) : bisect_right(self._numbers, last)]

    def replaced(self, new: Mapping[int, Row | None]) -> Rows:
        """
        Put rows in the place of others.

        Parameters
        ----------
        new : mapping of int to Row or None
            Rows by their number; `None` takes a row out.

        Returns
        -------
        Rows
            The rows as they are then.
        """
        if not new:
            return self
        first, last = bisect_left(self._numbers, min(new)), bisect_right(self._numbers, max(new))
        middle: dict[int, Row | None] = {row.number: row for row in self._rows[first:last]}
        middle.update(new)
        merged = [row for number in sorted(middle) if (row := middle[number]) is not None]
        return Rows([*self._rows[:first], *merged, *self._rows[last:]])


class CutSheet(NamedTuple):
    """
    A worksheet cut in three.

    Parameters
    ----------
    head : str
        What stands before its rows.
    rows : Rows
        The rows.
    tail : str
        What stands behind them.
    numbered : bool
        Whether every row says its number.
    """

    head: str
    rows: Rows
    tail: str
    numbered: bool


def cut_sheet(text: str, where: Where) -> CutSheet:
    """
    Cut the part of a worksheet into its rows and what stands around them.

    Parameters
    ----------
    text : str
        The part.
    where : Where
        The sheet, for messages.

    Returns
    -------
    CutSheet
        Its pieces; joined, they give the part again.

    Raises
    ------
    RefusalError
        If it is no worksheet in the form spreadsheet programs write, or holds something between its rows.
    """
    opening = _SHEET_DATA.search(text)
    if _WORKSHEET.search(text) is None or opening is None:
        where.refuse("E-FILE-FORM", reason="its tags carry a prefix, or it is no worksheet")
    start = opening.end()
    if opening[1]:
        return CutSheet(f"{text[: start - 2]}>", Rows([]), _SHEET_DATA_END + text[start:], numbered=True)
    end = text.find(_SHEET_DATA_END, start)
    if end < 0:
        where.refuse("E-FILE-DAMAGED", reason="the sheet is cut short")
    if text.find("<!", start, end) >= 0 or text.find("<?", start, end) >= 0:
        where.refuse("E-FILE-FORM", reason="comments or marked sections between its cells")
    cutter = _Cutter(text, start, end, where)
    rows = Rows(list(cutter.rows()))
    return CutSheet(text[:start], rows, text[cutter.at :], cutter.numbered)


class _Cutter:
    """Cuts rows out of a text; nothing but blanks may stand between two."""

    def __init__(self, text: str, start: int, end: int, where: Where) -> None:
        self._text = text
        self._end = end
        self._where = where
        self._last = 0
        self.at = start
        self.numbered = True

    def rows(self) -> Iterator[Row]:
        """Cut every row out."""
        text, end = self._text, self._end
        while (found := _PLAIN_ROW.match(text, self.at, end) or _ROW.match(text, self.at, end)) is not None:
            plain = found.re is _PLAIN_ROW
            number = int(found[1]) if plain else self._number(found[1])
            if not self._last < number <= LAST_ROW:
                self._where.refuse("E-FILE-DAMAGED", reason=f"row {number} follows row {self._last}")
            yield self._row(number, found, closed=not plain and bool(found[2]))
            self._last = number
        if text[self.at : end].strip():
            self._where.refuse("E-FILE-FORM", reason=f"something below row {self._last} that is no row")

    def _row(self, number: int, opening: re.Match[str], *, closed: bool) -> Row:
        """Cut one row out."""
        inside = opening.end()
        if closed:
            self.at = inside
            return Row(number, opening[0], "", "")
        end = self._text.find(_ROW_END, inside, self._end)
        if end < 0:
            self._where.refuse("E-FILE-DAMAGED", reason=f"row {number} is cut short")
        self.at = end + len(_ROW_END)
        return Row(number, opening[0], self._text[inside:end], _ROW_END)

    def _number(self, tag: str) -> int:
        """Read the number of a row; one that does not say is the next."""
        plain = _PLAIN_NUMBER.match(tag)
        if plain is not None:
            return int(plain[1])
        try:
            stated = attributes(tag).get("r")
            self.numbered = self.numbered and stated is not None
            return self._last + 1 if stated is None else int(stated)
        except ValueError as error:
            self._where.refuse("E-FILE-DAMAGED", cause=error, reason=f"the row after {self._last}: {error}")

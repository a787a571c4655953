"""What references of formulas stand for: cells, tables and names, each as ranges of a sheet."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import formualizer

from salesplan_xl.hosts.file.book import FileBook
from salesplan_xl.hosts.file.calculation.limits import UnsupportedError
from salesplan_xl.hosts.file.calculation.structured import table_area
from salesplan_xl.hosts.formulas import Area
from salesplan_xl.hosts.formulas.area import CORNERS, Place
from salesplan_xl.hosts.formulas.notation import sheet_title
from salesplan_xl.workbook.cells import fixed_address, quoted_title

_FIXED = re.compile(
    r"(?:\$[A-Z]{1,3}\$[0-9]+(?::\$[A-Z]{1,3}\$[0-9]+)?|\$[A-Z]{1,3}:\$[A-Z]{1,3}|\$[0-9]+:\$[0-9]+)\Z", re.IGNORECASE
)


@dataclass(frozen=True)
class Reference:
    """
    A range that some formula reads.

    Parameters
    ----------
    sheet : str
        Title of its sheet.
    area : Area
        Its cells; whole rows and columns reach to the end of the sheet.
    """

    sheet: str
    area: Area


@dataclass(frozen=True)
class Placed:
    """
    What a reference of a formula became.

    Parameters
    ----------
    text : str
        What the engine is given for it.
    reads : tuple of Reference
        The ranges it reads.
    """

    text: str
    reads: tuple[Reference, ...]

    @property
    def is_wide(self) -> bool:
        """Whether it is a range of more than one cell."""
        return any(not read.area.is_one_cell for read in self.reads)


class References:
    """
    Finds what the references of formulas stand for.

    Parameters
    ----------
    book : FileBook
        The workbook.
    titles : iterable of str
        Titles of its worksheets.
    """

    def __init__(self, book: FileBook, titles: Iterable[str]) -> None:
        self._titles = {title.casefold(): title for title in titles}
        self._tables = {table.name.casefold(): table for table in book.tables()}
        self._names = {(one.sheet, one.name.casefold()): one.formula for one in book.defined_names()}

    def place(self, written: str, sheet: str, cell: Place) -> Placed:
        """
        Give a reference as ranges of sheets.

        Parameters
        ----------
        written : str
            The reference or name as the formula writes it.
        sheet : str
            Title of the sheet of the formula.
        cell : tuple of int
            Its cell.

        Returns
        -------
        Placed
            The reference for the engine.

        Raises
        ------
        UnsupportedError
            If it stands for nothing that is there, or for more than ranges.
        """
        bracket, mark = written.find("["), written.rfind("!")
        if mark >= 0 and (bracket < 0 or bracket > mark or written.startswith("'")):
            return self._on_sheet(written[:mark], written[mark + 1 :], written)
        if bracket == 0:
            return self._in_own_table(written, sheet, cell)
        if bracket > 0:
            return self._in_table(written[:bracket].strip(), written[bracket:].strip(), sheet, cell)
        area = _area_of(written)
        if area is not None:
            return Placed(written, (Reference(sheet, area),))
        if written.casefold() in self._tables:
            return self._in_table(written, "[]", sheet, cell)
        return self._named(written, sheet)

    def _on_sheet(self, title: str, rest: str, written: str) -> Placed:
        """Place a reference that names its sheet."""
        known = self._titles.get(sheet_title(title).casefold())
        if known is None:
            raise UnsupportedError(f"{written} is on no sheet of this workbook")
        area = _area_of(rest)
        if area is not None:
            return Placed(f"{quoted_title(known)}!{rest}", (Reference(known, area),))
        return self._named(rest, known)

    def _named(self, name: str, sheet: str) -> Placed:
        """Place a defined name; one of the sheet goes before one of the workbook."""
        key = name.casefold()
        text = self._names.get((sheet, key), self._names.get((None, key)))
        if text is None:
            raise UnsupportedError(f"there is no name {name}")
        try:
            pieces = [self._piece(token, name) for token in formualizer.tokenize(f"={text}")]
        except formualizer.TokenizerError:
            raise UnsupportedError(f"the name {name} cannot be read") from None
        reads = tuple(read for piece in pieces for read in piece.reads)
        joined = "".join(piece.text for piece in pieces)
        return Placed(joined if len(pieces) == 1 else f"({joined})", reads)

    def _piece(self, token: Any, name: str) -> Placed:
        """Place one word of the definition of a name; it must mean the same from every cell."""
        if str(token.token_type) == "Func" and token.value != ")":
            raise UnsupportedError(f"the name {name} stands for a calculation")
        if not is_reference(token):
            return Placed(token.value, ())
        in_table = "[" in token.value and not token.value.startswith("[")
        title, mark, area_text = token.value.rpartition("!")
        if not in_table and not (mark and title and _FIXED.match(area_text)):
            raise UnsupportedError(f"the name {name} does not stand for a fixed range")
        return self.place(token.value, "", (0, 0))

    def _in_own_table(self, specifier: str, sheet: str, cell: Place) -> Placed:
        """Place a reference of a table to itself, which need not name it."""
        if not specifier.endswith("]"):
            raise UnsupportedError(f"{specifier} is in another workbook")
        for table in self._tables.values():
            if table.sheet == sheet and table.area.holds(cell):
                return self._in_table(table.name, specifier, sheet, cell)
        raise UnsupportedError(f"{specifier} names no table and stands in none")

    def _in_table(self, name: str, specifier: str, sheet: str, cell: Place) -> Placed:
        """Place a reference to a table or to a part of it."""
        table = self._tables.get(name.casefold())
        if table is None:
            raise UnsupportedError(f"there is no table {name}")
        area = table_area(table, specifier, sheet, cell)
        return Placed(_absolute(table.sheet, area), (Reference(table.sheet, area),))


def is_reference(token: Any) -> bool:
    """
    Tell whether a word of a formula is a reference or a name.

    Parameters
    ----------
    token : Token
        The word, as the engine's tokenizer gives it.

    Returns
    -------
    bool
        Whether it is.
    """
    return str(token.token_type) == "Operand" and str(token.subtype) == "Range"


def _area_of(text: str) -> Area | None:
    """Read cells, whole columns or whole rows; anything else may be a name."""
    try:
        return Area.parse_any(text)
    except ValueError:
        if CORNERS.match(text):
            raise UnsupportedError(f"{text} is no range the engine reads") from None
        return None


def _absolute(sheet: str, area: Area) -> str:
    """Write an area so that it means the same from every cell."""
    first, last = fixed_address(area.top, area.left), fixed_address(area.bottom, area.right)
    return f"{quoted_title(sheet)}!{first}" + (f":{last}" if last != first else "")

"""What cells hold: each as the type it states, or the reason why it cannot be read."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from salesplan_xl.hosts.file.markup import cell_text, runs_text, unescape
from salesplan_xl.hosts.file.sheet.cells import ANY_CELL, COLUMN_NUMBERS, Stored, take_apart
from salesplan_xl.hosts.file.sheet.rows import Row
from salesplan_xl.hosts.file.sheet.special import SpecialFormula
from salesplan_xl.hosts.formulas.area import Place
from salesplan_xl.hosts.refusals import Where
from salesplan_xl.workbook.cells import Cell, ErrorCell, FormulaCell, Value
from salesplan_xl.workbook.dates import serial_of
from salesplan_xl.workbook.problems import Problem, RefusalError, capped

# Short enough to be finite whatever its digits; a longer one is read the slow way.
_NUMBER = r"-?[0-9]{0,30}\.?[0-9]{1,30}(?:[eE][-+]?[0-9]{1,2})?"
_ANY_NUMBER = re.compile(r"\s*[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\s*\Z")
_CELLS = re.compile(
    r'<c r="([A-Z]{1,3}[1-9][0-9]{0,6})"(?: s="[0-9]+")?'
    rf'(?:><v>({_NUMBER})</v></c>| t="s"><v>([0-9]+)</v></c>'
    r'| t="inlineStr"><is><t(?: xml:space="preserve")?>([^<\r]+)</t></is></c>'
    rf'|><f>([^<&\r]+)</f><v>({_NUMBER})</v></c>| t="b"><v>([01])</v></c>|/>)'
    rf"|({ANY_CELL})|(\S)",
    re.DOTALL,
)
_STATED_REFERENCE = re.compile(r"\sr\s*=\s*[\"']([A-Za-z]{1,3}[0-9]{1,7})[\"']")
_TRUTHS = {"0": False, "1": True, "false": False, "true": True}


@dataclass(frozen=True, slots=True)
class _Unreadable:
    """In the place of what a cell holds: the cell as well as it can be named, and why it cannot be read."""

    cell: str
    reason: object


class CellReader:
    """
    Reads the cells of a sheet.

    Parameters
    ----------
    where : Where
        The sheet, for messages.
    shared_texts : callable
        Gives the workbook's shared texts by their number written as text; called when the first is needed.
    special : callable
        Gives the special formulas of the sheet; called when the first is met.
    """

    def __init__(
        self,
        where: Where,
        shared_texts: Callable[[], Mapping[str, str]],
        special: Callable[[], Mapping[Place, SpecialFormula]],
    ) -> None:
        self._where = where
        self._shared_texts = shared_texts
        self._special = special

    def walk(self, rows: Iterable[Row]) -> Iterator[tuple[int, int, Cell]]:
        """
        Walk through the cells of some rows that hold something, row by row.

        Parameters
        ----------
        rows : iterable of Row
            The rows.

        Yields
        ------
        tuple of int, int and Cell
            Row, column and what the cell holds.

        Raises
        ------
        RefusalError
            At once where a row is damaged. After the last cell for cells that cannot be read, naming each (the first
            twenty).
        """
        problems: list[Problem] = []
        for row in rows:
            for column, cell in self._row(row, problems):
                if cell is not None:
                    yield row.number, column, cell
        _refuse_listed(problems)

    def fill(self, columns: Mapping[int, list[Cell]], rows: Iterable[Row], first_row: int) -> None:
        """
        Read some columns.

        Parameters
        ----------
        columns : mapping of int to list of Cell
            The columns to fill, by number, each long enough.
        rows : iterable of Row
            The rows to read.
        first_row : int
            Row of the first cell of each column.

        Raises
        ------
        RefusalError
            As `walk`.
        """
        problems: list[Problem] = []
        for row in rows:
            at = row.number - first_row
            for column, cell in self._row(row, problems):
                if column in columns:
                    columns[column][at] = cell
        _refuse_listed(problems)

    def _row(self, row: Row, problems: list[Problem]) -> Iterator[tuple[int, Cell]]:
        """Read the cells of a row, accounting for every character; what cannot be read becomes a problem."""
        number_text = str(row.number)
        digits = -len(number_text)
        last = 0
        texts: Mapping[str, str] = self._shared_texts() if ' t="s"' in row.inside else {}
        cell: Cell | _Unreadable
        for reference, number, shared, inline, formula, result, flag, other, stray in _CELLS.findall(row.inside):
            if reference:
                column = COLUMN_NUMBERS[reference[:digits]]
                if not column or reference[digits:] != number_text:
                    self._where.refuse("E-FILE-DAMAGED", reason=f"cell {reference} in row {number_text}")
                if number:
                    cell = float(number)
                elif shared:
                    cell = texts[shared] if shared in texts else _without_text(reference, shared)
                elif inline:
                    cell = _coded(reference, inline) if "&" in inline or "_x" in inline else inline
                elif formula:
                    cell = FormulaCell(formula, float(result))
                else:
                    cell = flag == "1" if flag else None
            elif stray:
                self._where.refuse("E-FILE-FORM", reason=f"something in row {number_text} that is no cell")
            else:
                column, cell = self._other_cell(other, row.number, last + 1)
            if column <= last:
                self._where.refuse("E-FILE-DAMAGED", reason=f"cells out of order in row {number_text}")
            last = column
            if isinstance(cell, _Unreadable):
                problems.append(self._where.problem("E-CELL-DAMAGED", cell=cell.cell, reason=cell.reason))
            else:
                yield column, cell

    def _other_cell(self, markup: str, row: int, following: int) -> tuple[int, Cell | _Unreadable]:
        """Read a cell that is not written in the usual way; one that does not say where it stands is the next."""
        column = following
        try:
            stored = take_apart(markup, row, self._where)
            if stored.place[1]:
                column = stored.place[1]
            else:
                stored = replace(stored, place=(row, column))
            return column, self._cell(stored)
        except ValueError as error:
            stated = _STATED_REFERENCE.search(markup[:200])
            return column, _Unreadable(stated[1] if stated else str(row), error)

    def _cell(self, stored: Stored) -> Cell:
        """Read what a cell holds."""
        value = self._value(stored)
        if stored.formula is None:
            return value
        kind = stored.formula_attributes.get("t", "normal")
        if kind == "normal":
            return FormulaCell(stored.formula, value)
        special = self._special().get(stored.place)
        if special is None:
            raise ValueError(f"a formula of the kind {kind}")
        return FormulaCell(special.formula, value)

    def _value(self, stored: Stored) -> Value:
        """Read the value of a cell by the type it states."""
        kind, text = stored.attributes.get("t", "n"), stored.value
        if kind == "inlineStr":
            return runs_text(stored.inline or "")
        if text is None or (text == "" and kind != "str"):
            return None
        if kind == "str":
            return cell_text(text)
        if kind == "s":
            return self._shared_text(int(text))
        if kind == "e":
            return ErrorCell(unescape(text).strip())
        if kind == "b" and text.strip() in _TRUTHS:
            return _TRUTHS[text.strip()]
        if kind == "d":
            return serial_of(datetime.fromisoformat(text))
        if kind == "n" and _ANY_NUMBER.match(text) and math.isfinite(float(text)):
            return float(text)
        raise ValueError(f"{text[:40]!r} is no value of the type {kind}")

    def _shared_text(self, number: int) -> str:
        """Look a shared text up."""
        shared = self._shared_texts().get(str(number))
        if shared is None:
            raise ValueError(f"there is no shared text {number}")
        return shared


def _without_text(reference: str, number: str) -> _Unreadable:
    """Say that a cell's shared text is not there."""
    return _Unreadable(reference, f"there is no shared text {number}")


def _coded(reference: str, inline: str) -> str | _Unreadable:
    """Read a text that holds entities or codes."""
    try:
        return cell_text(inline)
    except ValueError as error:
        return _Unreadable(reference, error)


def _refuse_listed(problems: list[Problem]) -> None:
    """Refuse what was read if some cells could not be."""
    if problems:
        raise RefusalError(capped(problems))

"""A formula that moves with its cell: relative references are carried along, fixed ones stay."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from salesplan_xl.hosts.formulas.notation import CELL, ENDS, QUIET, SHEET, STARTS
from salesplan_xl.workbook.cells import LAST_COLUMN, LAST_ROW, column_letters, column_number

_REFERENCE = re.compile(
    rf"{QUIET}|{SHEET}|{STARTS}(?:{CELL}{ENDS}"
    rf"|(\$?)([1-9][0-9]{{0,6}}):(\$?)([1-9][0-9]{{0,6}}){ENDS}"
    rf"|(\$?)([A-Za-z]{{1,3}}):(\$?)([A-Za-z]{{1,3}}){ENDS})"
)

_Groups = tuple[str | None, ...]


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
    step = _Step(rows, columns)
    return "".join(part if isinstance(part, str) else step.taken_by(part) for part in _parts(formula))


@dataclass(frozen=True, slots=True)
class _Step:
    """A step down and to the right."""

    rows: int
    columns: int

    def taken_by(self, groups: _Groups) -> str:
        """Carry one reference along."""
        moved: _Groups
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
def _parts(formula: str) -> tuple[str | _Groups, ...]:
    """Cut a formula into what stays and the references that may move."""
    parts: list[str | _Groups] = []
    end = 0
    for match in _REFERENCE.finditer(formula):
        groups = match.groups()
        letters = [one for one in (groups[1], groups[9], groups[11]) if one]
        if not any(groups) or any(column_number(one) > LAST_COLUMN for one in letters):
            continue
        parts += [formula[end : match.start()], groups]
        end = match.end()
    parts.append(formula[end:])
    return tuple(parts)

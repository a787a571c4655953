"""What calculating a workbook gave: values, what was left out and why, and the reasons of errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from salesplan_xl.hosts.formulas.area import Place
from salesplan_xl.workbook.cells import Value


@dataclass(frozen=True)
class LeftOut:
    """
    A formula that was not calculated; its stored value stays.

    Parameters
    ----------
    sheet, cell : str
        Where it stands.
    formula : str
        What it says.
    why : str
        Why it was left out, in half a sentence.
    """

    sheet: str
    cell: str
    formula: str
    why: str


@dataclass(frozen=True)
class Calculation:
    """
    What calculating a workbook gave.

    Parameters
    ----------
    values : mapping of str to mapping of (int, int) to Value
        By sheet title, then by row and column: the value of every formula that was calculated, and of every cell
        that an array formula fills. Dates are serial numbers; the empty text is ``""``.
    left_out : tuple of LeftOut
        The formulas that were not calculated, by sheet and place.
    reasons : mapping of (str, int, int) to str
        By sheet, row and column: why a function of ours in that cell gave an error.
    """

    values: Mapping[str, Mapping[Place, Value]]
    left_out: tuple[LeftOut, ...] = ()
    reasons: Mapping[tuple[str, int, int], str] = field(default_factory=dict)

"""Defined names: what each stands for, in the whole workbook or on one sheet alone."""

from __future__ import annotations

import re
from dataclasses import dataclass

from salesplan_xl.hosts.formulas.area import Place
from salesplan_xl.hosts.formulas.notation import sheet_title
from salesplan_xl.workbook.cells import split_address

_ONE_CELL = re.compile(r"('(?:[^']|'')*'|[^'!]+)!(\$?[A-Z]{1,3}\$?[1-9][0-9]*)(?::(\$?[A-Z]{1,3}\$?[1-9][0-9]*))?\Z")


@dataclass(frozen=True)
class DefinedName:
    """
    A name a person has defined.

    Parameters
    ----------
    name : str
        The name.
    formula : str
        What it stands for, without equals sign.
    sheet : str or None
        Title of the only sheet it is valid on; there it goes before a name of the whole workbook. `None` for the
        whole workbook.
    """

    name: str
    formula: str
    sheet: str | None = None

    def one_cell(self) -> tuple[str, Place] | None:
        """
        Give the cell it stands for.

        Returns
        -------
        tuple of str and (int, int), or None
            Title of the sheet and the place; `None` where it is not exactly one cell.
        """
        match = _ONE_CELL.match(self.formula)
        if match is None or (match[3] and match[3].replace("$", "") != match[2].replace("$", "")):
            return None
        return sheet_title(match[1]), split_address(match[2])

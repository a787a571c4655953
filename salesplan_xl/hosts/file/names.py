"""Defined names: what each stands for, in the whole workbook or on one sheet alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from salesplan_xl.hosts.file.formulas.area import Place
from salesplan_xl.hosts.file.formulas.notation import sheet_title
from salesplan_xl.hosts.file.markup import elements, escape
from salesplan_xl.hosts.file.package import Package
from salesplan_xl.workbook.cells import split_address

_ONE_CELL = re.compile(r"('(?:[^']|'')*'|[^'!]+)!(\$?[A-Z]{1,3}\$?[1-9][0-9]*)(?::(\$?[A-Z]{1,3}\$?[1-9][0-9]*))?\Z")
_OF_THE_PROGRAM = "_xlnm."
_NAMES_END = "</definedNames>"


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


def read_names(package: Package, titles: Sequence[str]) -> tuple[DefinedName, ...]:
    """
    Read the names of a workbook, but for those a program keeps for itself.

    Parameters
    ----------
    package : Package
        The workbook.
    titles : sequence of str
        Titles of its sheets in order.

    Returns
    -------
    tuple of DefinedName
        The names as they stand.

    Raises
    ------
    RefusalError
        If a name is valid on a sheet that is not there.
    """
    root = package.tree(package.workbook_part)
    names = []
    for element in elements(root, "definedName"):
        name, number = element.get("name", ""), element.get("localSheetId")
        if name.startswith(_OF_THE_PROGRAM):
            continue
        if number is not None and not (number.isdecimal() and int(number) < len(titles)):
            package.where.refuse("E-FILE-DAMAGED", reason=f"the name {name} is valid on a sheet that is not there")
        names.append(DefinedName(name, element.text or "", None if number is None else titles[int(number)]))
    return tuple(names)


def add_name(package: Package, name: DefinedName) -> None:
    """
    Define one more name for the whole workbook.

    Parameters
    ----------
    package : Package
        The workbook, in which other names are defined; its workbook part is replaced.
    name : DefinedName
        The name, which is not there yet.

    Raises
    ------
    RefusalError
        If no list of names stands in the workbook.
    """
    text = package.text(package.workbook_part)
    before, end, after = text.partition(_NAMES_END)
    if not end:
        package.where.refuse("E-FILE-FORM", reason="it has no list of names")
    added = f'<definedName name="{escape(name.name)}">{escape(name.formula)}</definedName>'
    package.replace(package.workbook_part, f"{before}{added}{end}{after}".encode())

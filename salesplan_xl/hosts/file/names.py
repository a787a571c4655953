"""The defined names of a file: reads them, and adds one."""

from __future__ import annotations

from collections.abc import Sequence

from salesplan_xl.hosts.file.markup import elements, escape
from salesplan_xl.hosts.file.package import Package
from salesplan_xl.hosts.formulas.names import DefinedName

_OF_THE_PROGRAM = "_xlnm."
_NAMES_END = "</definedNames>"


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

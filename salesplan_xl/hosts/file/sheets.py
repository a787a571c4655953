"""The sheets a workbook lists, and what the workbook says of all of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from salesplan_xl.hosts.file.markup import elements
from salesplan_xl.hosts.file.package import OFFICE, Package

_PLAIN_WORKBOOK = re.compile(r"<workbook[\s>]")


@dataclass(frozen=True)
class StoredSheet:
    """
    A sheet as the workbook lists it.

    Parameters
    ----------
    title : str
        Its title.
    part : str
        Name of its part.
    kind : str
        ``"worksheet"``, or another kind that holds no cells, such as ``"chartsheet"``.
    visible : bool
        Whether a person sees it.
    """

    title: str
    part: str
    kind: str
    visible: bool


def read_sheets(package: Package) -> tuple[StoredSheet, ...]:
    """
    Read the list of sheets and make sure we can follow the workbook part.

    Parameters
    ----------
    package : Package
        The workbook.

    Returns
    -------
    tuple of StoredSheet
        The sheets in order, hidden ones included.

    Raises
    ------
    RefusalError
        If the list is damaged, or the workbook counts its dates from 1904.
    """
    part, where = package.workbook_part, package.where
    root = package.tree(part)
    if _PLAIN_WORKBOOK.search(package.text(part)) is None:
        where.refuse("E-FILE-FORM", reason="the tags of its workbook part carry a prefix")
    properties = next(elements(root, "workbookPr"), None)
    if properties is not None and properties.get("date1904") in ("1", "true"):
        where.refuse("E-FILE-DATES")
    pointers = {one.id: one for one in package.relationships(part) if not one.external}
    sheets = []
    for element in elements(root, "sheet"):
        title, pointer = element.get("name", ""), pointers.get(element.get(f"{{{OFFICE}}}id", ""))
        if pointer is None or not package.has(pointer.target):
            where.refuse("E-FILE-DAMAGED", reason=f"the part of the sheet {title} is missing")
        visible = element.get("state", "visible") == "visible"
        sheets.append(StoredSheet(title, pointer.target, pointer.kind, visible))
    if len({sheet.title.casefold() for sheet in sheets}) < len(sheets) or not sheets:
        where.refuse("E-FILE-DAMAGED", reason="no sheet, or two of one title")
    return tuple(sheets)

"""The part that says where a table stands: read it, and let its end follow the data."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from salesplan_xl.hosts.file.markup import QUOTED, elements, uncoded, with_attribute
from salesplan_xl.hosts.file.package import Package
from salesplan_xl.hosts.formulas import Area, Resize
from salesplan_xl.workbook.cells import TableChanges

_ROOT = re.compile(rf"<table\s{QUOTED}>")
_FOLLOWING = re.compile(rf"<(?:autoFilter|sortState|sortCondition)\s{QUOTED}>")
_REFERENCE = re.compile(r"\sref\s*=\s*[\"']([^\"']*)[\"']")


@dataclass(frozen=True)
class StoredTable:
    """
    A table as its part describes it.

    Parameters
    ----------
    name : str
        The name formulas use.
    sheet : str
        Title of the sheet it stands on.
    part : str
        Name of its part.
    area : Area
        All of it: header, data and row of totals.
    headers : tuple of str
        Header of each column.
    has_header, has_totals : bool
        Whether those rows are there.
    """

    name: str
    sheet: str
    part: str
    area: Area
    headers: tuple[str, ...]
    has_header: bool = True
    has_totals: bool = False

    @property
    def data(self) -> Area:
        """The data rows; never fewer than one."""
        return replace(self.area, top=self.area.top + self.has_header, bottom=self.area.bottom - self.has_totals)

    def ending(self, last_row: int) -> StoredTable:
        """
        Give the table as it is when its data ends elsewhere.

        Parameters
        ----------
        last_row : int
            Its last data row.

        Returns
        -------
        StoredTable
            The table with its new end.
        """
        return replace(self, area=replace(self.area, bottom=last_row + self.has_totals))

    def resize(self, last_row: int) -> Resize:
        """
        Say what references to the table must follow.

        Parameters
        ----------
        last_row : int
            Its last data row from now on.

        Returns
        -------
        Resize
            The change of its end.
        """
        data = self.data
        return Resize(self.sheet, data.top - 1, data.left, data.right, data.bottom, last_row)

    def check(self, changes: TableChanges) -> None:
        """
        Make sure that changes were made for this table; others are a fault of the program, not of the file.

        Parameters
        ----------
        changes : TableChanges
            The changes.

        Raises
        ------
        ValueError
            If they name a row or a column that the table does not have, or a row twice.
        """
        changes.check(self.name, len(self.data.rows()), self.headers)


def read_table_part(package: Package, part: str, sheet: str) -> StoredTable:
    """
    Read the part of a table.

    Parameters
    ----------
    package : Package
        The workbook.
    part : str
        Name of the part.
    sheet : str
        Title of the sheet that points to it.

    Returns
    -------
    StoredTable
        What it says.

    Raises
    ------
    RefusalError
        If it does not say it, or not in one way only.
    """
    root, where = package.tree(part), package.where.on(sheet)
    name = root.get("displayName") or root.get("name") or ""
    if root.tag.startswith("{") and _ROOT.search(package.text(part)) is None:
        where.refuse("E-FILE-FORM", reason=f"the tags of the table {name} carry a prefix")
    headers = tuple(uncoded(column.get("name", "")) for column in elements(root, "tableColumn"))
    header, totals = root.get("headerRowCount", "1"), root.get("totalsRowCount", "0")
    if header not in ("0", "1") or totals not in ("0", "1"):
        where.refuse("E-FILE-DAMAGED", reason=f"the table {name} has {header} header rows and {totals} of totals")
    try:
        area = Area.parse(root.get("ref", ""))
    except ValueError as error:
        where.refuse("E-FILE-DAMAGED", cause=error, reason=f"the table {name}: {error}")
    table = StoredTable(name, sheet, part, area, headers, header == "1", totals == "1")
    if not name or len(headers) != len(area.columns()) or len(set(headers)) != len(headers):
        where.refuse("E-FILE-DAMAGED", reason=f"the table {name} does not name each of its columns once")
    if table.data.top > table.data.bottom:
        where.refuse("E-FILE-DAMAGED", reason=f"the table {name} has no data row")
    return table


def table_text(text: str, old: StoredTable, new: StoredTable) -> str:
    """
    Write the part of a table whose end has moved.

    Parameters
    ----------
    text : str
        The part.
    old, new : StoredTable
        The table before and after.

    Returns
    -------
    str
        The part with its references moved along; all else as it stands.
    """
    resize = old.resize(new.data.bottom)

    def followed(match: re.Match[str]) -> str:
        stated = _REFERENCE.search(match[0])
        try:
            area = Area.parse(stated[1]) if stated else old.area
        except ValueError:  # nothing we could follow, and nothing we made
            return match[0]
        return with_attribute(match[0], "ref", str(resize.area(area)))

    def root(match: re.Match[str]) -> str:
        tag = with_attribute(match[0], "ref", str(new.area))
        return with_attribute(with_attribute(tag, "insertRow", None), "insertRowShift", None)

    return _FOLLOWING.sub(followed, _ROOT.sub(root, text, count=1))

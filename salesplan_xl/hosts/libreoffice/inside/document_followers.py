"""What speaks of a table from elsewhere in a document and follows its end: names, drop-down lists, charts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

_RANGE = re.compile(
    r"\"(?:[^\"]|\"\")*\""
    r"|(\$?(?:'(?:[^']|'')*'|[^\W\d]\w*)\.)\$([A-Z]{1,3})\$([0-9]+)(?::\$([A-Z]{1,3})\$([0-9]+))?(?![\w.:(])"
)
_LIST = "LIST"


@dataclass(frozen=True)
class End:
    """
    A table that ends elsewhere than before. Rows and columns are counted from 1.

    Parameters
    ----------
    sheet : str
        Title of its sheet.
    header_row : int
        Row of its header; one above the first data row.
    first_column, last_column : int
        Its columns.
    old_last, new_last : int
        Its last data row before and after.
    """

    sheet: str
    header_row: int
    first_column: int
    last_column: int
    old_last: int
    new_last: int

    def formula(self, text: str, *, single: bool = False) -> str:
        """
        Follow the references that are exactly the table's data, or the table with its header, in some of its columns.

        Parameters
        ----------
        text : str
            A formula, or what a name or a series stands for, in LibreOffice's notation.
        single : bool, default False
            Whether a single cell counts as the data of a table of one row.

        Returns
        -------
        str
            The same with those references as they are now.

        Examples
        --------
        >>> End("Sales", 1, 1, 3, 9, 20).formula("SUM($Sales.$B$2:$B$9)")
        'SUM($Sales.$B$2:$B$20)'
        """

        def followed(match: re.Match[str]) -> str:
            sheet, left, top, right, bottom = match.groups()
            if sheet is None or _title(sheet) != self.sheet or not (bottom or single):
                return match[0]
            starts = int(top) in (self.header_row, self.header_row + 1) and int(bottom or top) == self.old_last
            inside = self.first_column <= _number(left) and _number(right or left) <= self.last_column
            return f"{sheet}${left}${top}:${right or left}${self.new_last}" if starts and inside else match[0]

        return _RANGE.sub(followed, text)


_waiting: dict[str, list[End]] = {}
"""Tables of documents whose windows are still, by the document; what is slow to follow waits for the last of them."""


def follow(document: Any, end: End) -> None:
    """
    Let what speaks of a table follow it: names at once, drop-down lists and charts when the window goes on.

    Parameters
    ----------
    document : object
        The document.
    end : End
        The table.
    """
    for name in document.NamedRanges.getElementNames():
        named = document.NamedRanges.getByName(name)
        before = named.getContent()
        now = end.formula(before)
        if now != before:
            named.setContent(now)
    if document.RuntimeUID in _waiting:
        _waiting[document.RuntimeUID].append(end)
    else:
        _follow_elsewhere(document, [end])


def wait(document: Any) -> None:
    """
    Let lists and charts wait until `catch_up`: each time, all of them are looked at.

    Parameters
    ----------
    document : object
        The document.
    """
    _waiting[document.RuntimeUID] = []


def catch_up(document: Any) -> None:
    """
    Let lists and charts follow the tables they waited for.

    Parameters
    ----------
    document : object
        The document.
    """
    ends = _waiting.pop(document.RuntimeUID, [])
    if ends:
        _follow_elsewhere(document, ends)


def _follow_elsewhere(document: Any, ends: Sequence[End]) -> None:
    """Let the drop-down lists and charts of all sheets follow tables, in the order in which these changed."""

    def followed(text: str) -> str:
        for end in ends:
            text = end.formula(text, single=True)
        return text

    for title in document.Sheets.getElementNames():
        sheet = document.Sheets.getByName(title)
        _follow_in_lists(sheet, followed)
        for chart in sheet.getCharts().getElementNames():
            _follow_in_chart(sheet.getCharts().getByName(chart).getEmbeddedObject(), followed)


def _follow_in_lists(sheet: Any, followed: Callable[[str], str]) -> None:
    """Let the drop-down lists of a sheet follow."""
    groups = sheet.getUniqueCellFormatRanges()
    for number in range(groups.getCount()):
        cells = groups.getByIndex(number)
        rule = cells.Validation
        if rule is None or rule.Type.value != _LIST:
            continue
        before = rule.getFormula1()
        now = followed(before)
        if now != before:
            rule.setFormula1(now)
            cells.Validation = rule


def _follow_in_chart(chart: Any, followed: Callable[[str], str]) -> None:
    """Let the values and labels of the series follow; the title of one stands in one cell and stays."""
    diagram = chart.getFirstDiagram() if chart is not None else None
    for system in diagram.getCoordinateSystems() if diagram is not None else ():
        axis = system.getAxisByDimension(0, 0)
        scale = axis.getScaleData() if axis is not None else None
        labels = scale.Categories if scale is not None else None
        if labels is not None and _follow_in_sequence(chart, labels, followed):
            axis.setScaleData(scale)
        for series in _series(system):
            for sequence in series.getDataSequences():
                _follow_in_sequence(chart, sequence, followed)


def _series(system: Any) -> Iterator[Any]:
    """The series of all charts in a system of axes."""
    for kind in system.getChartTypes():
        yield from kind.getDataSeries()


def _follow_in_sequence(chart: Any, sequence: Any, followed: Callable[[str], str]) -> bool:
    """Let values follow, and tell whether they did."""
    values = sequence.getValues()
    before = values.getSourceRangeRepresentation() if values is not None else ""
    now = followed(before)
    if now == before:
        return False
    moved = chart.getDataProvider().createDataSequenceByRangeRepresentation(now)
    moved.Role = values.Role
    sequence.setValues(moved)
    return True


def _title(sheet: str) -> str:
    """The title of a sheet as a reference writes it, with a dollar sign before and a point behind."""
    bare = sheet[:-1][1:] if sheet.startswith("$") else sheet[:-1]
    return bare[1:-1].replace("''", "'") if bare.startswith("'") else bare


def _number(letters: str) -> int:
    """Number of a column by its letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number

"""
A stand-in for Excel's object model: the members that the live host uses, in memory, and as strict as Excel is.

It is driven by xlwings' own code for Windows. What Excel refuses is refused with the error of pywin32; what Excel would
ask a person, or what no member of Excel's answers, is a failure of the test. Formulas are kept and not calculated. What
is not known of Excel from its documentation is not here: this shows that our code speaks the language, not that
Excel understands it.
"""
# ruff: noqa: N802, N803 - the names are Excel's

from __future__ import annotations

import ctypes
import datetime
import decimal
import re
import sys
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.formula.translate import Translator
from openpyxl.utils.cell import get_column_letter, range_boundaries
from openpyxl.utils.datetime import from_excel, to_excel
from openpyxl.utils.protection import hash_password

from tests.hosts.excel import pywin32
from tests.hosts.excel.matrix import ERRORS
from tests.hosts.excel.pywin32 import ComError
from tests.hosts.excel.typing_in import Content, typed

AUTOMATIC, MANUAL = -4105, -4135
LONGEST_TEXT_AMONG_OTHERS = 8_203
"""Characters of a text that Excel takes in an array."""

ALLOWED = {
    "AllowFormattingCells": "formatCells",
    "AllowFormattingColumns": "formatColumns",
    "AllowFormattingRows": "formatRows",
    "AllowInsertingColumns": "insertColumns",
    "AllowInsertingRows": "insertRows",
    "AllowInsertingHyperlinks": "insertHyperlinks",
    "AllowDeletingColumns": "deleteColumns",
    "AllowDeletingRows": "deleteRows",
    "AllowSorting": "sort",
    "AllowFiltering": "autoFilter",
    "AllowUsingPivotTables": "pivotTables",
}
"""What a protected sheet can allow, in the order of the arguments of `Protect`, and what forbids it in a file."""


class Strict:
    """An object of Excel: it has the members that stand here, and setting another is an error."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("_") and not hasattr(type(self), name):
            raise ComError(f"{type(self).__name__} has no member {name}")
        object.__setattr__(self, name, value)


class Collection(Strict):
    """A collection of Excel, counted from 1."""

    def __init__(self, members: Sequence[Any]) -> None:
        self._members = members

    @property
    def Count(self) -> int:
        return len(self._members)

    def __iter__(self) -> Iterator[Any]:
        return iter(list(self._members))

    def Item(self, key: int | str) -> Any:
        if isinstance(key, str):
            found = [member for member in self._members if member.Name.casefold() == key.casefold()]
        else:
            found = list(self._members[key - 1 : key])
        if not found:
            raise ComError(f"there is no {key}")
        return found[0]

    __call__ = Item


class Application(Strict):
    """Excel."""

    ScreenUpdating = True
    EnableEvents = True
    Calculation = AUTOMATIC
    Hwnd = 1


class Workbook(Strict):
    """A workbook, read from a file by a library that is not ours."""

    Date1904 = False

    def __init__(self, path: Path) -> None:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=".*extension is not supported", category=UserWarning)
            typed, shown = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
        self._name = path.name
        self._application = Application()
        self._sheets = [Worksheet(self, sheet, shown[sheet.title]) for sheet in typed.worksheets]
        self._names = [Name(name, f"={one.attr_text}") for name, one in typed.defined_names.items()]
        for sheet in typed.worksheets:
            own = sheet.defined_names.items()
            self._names += [Name(f"'{sheet.title}'!{name}", f"={one.attr_text}") for name, one in own]

    @property
    def Name(self) -> str:
        return self._name

    @property
    def Application(self) -> Application:
        return self._application

    @property
    def Worksheets(self) -> Collection:
        return Collection(self._sheets)

    @property
    def Names(self) -> Collection:
        return Collection(self._names)


class Name(Strict):
    """A defined name."""

    def __init__(self, name: str, refers_to: str) -> None:
        self._name, self._refers_to = name, refers_to

    @property
    def Name(self) -> str:
        return self._name

    @property
    def RefersTo(self) -> str:
        return self._refers_to


class Protection(Strict):
    """What a protected sheet allows."""

    def __init__(self, allowed: dict[str, bool]) -> None:
        self._allowed = allowed

    def __getattr__(self, name: str) -> bool:
        try:
            return bool(self.__dict__["_allowed"][name])
        except KeyError:
            raise AttributeError(name) from None


class Worksheet(Strict):
    """A sheet."""

    EnableSelection = 0

    def __init__(self, workbook: Workbook, typed: Any, shown: Any) -> None:
        self._workbook = workbook
        self._title = typed.title
        self._cells: dict[tuple[int, int], Content] = {}
        for row in typed.iter_rows():
            for cell in row:
                self._cells[cell.row, cell.column] = _content(cell, shown.cell(cell.row, cell.column))
        self._merged = [Area.of(str(area)) for area in typed.merged_cells.ranges]
        self._hidden_rows = {number for number, row in typed.row_dimensions.items() if row.hidden}
        self._tables = [ListObject(self, table) for table in typed.tables.values()]
        protected = typed.protection
        self._protected = bool(protected.sheet)
        self._password = protected.password or ""
        self._allowed = {name: self._protected and not getattr(protected, ban) for name, ban in ALLOWED.items()}
        self._drawings, self._scenarios = bool(protected.objects), bool(protected.scenarios)

    @property
    def Name(self) -> str:
        return self._title  # type: ignore[no-any-return]

    @property
    def Parent(self) -> Workbook:
        return self._workbook

    @property
    def ListObjects(self) -> Collection:
        return Collection(self._tables)

    @property
    def ProtectContents(self) -> bool:
        return self._protected

    @property
    def ProtectDrawingObjects(self) -> bool:
        return self._protected and self._drawings

    @property
    def ProtectScenarios(self) -> bool:
        return self._protected and self._scenarios

    @property
    def ProtectionMode(self) -> bool:
        return False

    @property
    def Protection(self) -> Protection:
        return Protection(self._allowed)

    def Cells(self, row: int, column: int) -> Range:
        return Range(self, Area(row, column, row, column))

    def Range(self, first: Range, last: Range) -> Range:
        return Range(self, first.area.joined(last.area))

    def Unprotect(self, password: str | None = None) -> None:
        """Take the protection off; without a password Excel asks a person for the one that there is."""
        if self._password:
            assert password is not None, "Excel asks for the password in a dialog"
            if hash_password(password) != self._password:
                raise ComError("the password is wrong")
        self._protected, self._password = False, ""

    def Protect(self, password: str, drawings: bool, contents: bool, scenarios: bool, *options: bool) -> None:  # noqa: FBT001 - COM hands over by position
        """Protect the sheet: drawing objects, contents, scenarios, user interface only, and what is allowed."""
        _user_interface_only, *allowed = options
        self._password = hash_password(password) if password else ""
        self._drawings, self._protected, self._scenarios = drawings, contents, scenarios
        self._allowed = dict(zip(ALLOWED, allowed, strict=True))

    def content(self, row: int, column: int) -> Content:
        """What a cell holds."""
        return self._cells.get((row, column), Content())

    def put(self, row: int, column: int, content: Content) -> None:
        """Change a cell, unless it is locked."""
        if self._protected and self.content(row, column).locked:
            raise ComError(f"the cell in row {row}, column {column} of {self._title} is locked")
        self._cells[row, column] = content

    def check_open(self) -> None:
        """Refuse what a protected sheet refuses whatever is locked."""
        if self._protected:
            raise ComError(f"{self._title} is protected")

    def tables_in(self, area: Area) -> list[ListObject]:
        """The tables that a block meets."""
        return [table for table in self._tables if table.area.meets(area)]

    def merges_in(self, area: Area) -> list[Area]:
        """The merged cells that a block meets."""
        return [merged for merged in self._merged if merged.meets(area)]

    @property
    def hidden_rows(self) -> set[int]:
        """Numbers of the rows that are not seen."""
        return self._hidden_rows


@dataclass(frozen=True)
class Area:
    """A block of cells."""

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def of(cls, reference: str) -> Area:
        """The block that a reference names."""
        left, top, right, bottom = range_boundaries(reference)
        return cls(int(top or 1), int(left or 1), int(bottom or 1), int(right or 1))

    @property
    def rows(self) -> range:
        return range(self.top, self.bottom + 1)

    @property
    def columns(self) -> range:
        return range(self.left, self.right + 1)

    def joined(self, other: Area) -> Area:
        """The smallest block around two."""
        return Area(
            min(self.top, other.top),
            min(self.left, other.left),
            max(self.bottom, other.bottom),
            max(self.right, other.right),
        )

    def meets(self, other: Area) -> bool:
        """Whether two blocks have a cell in common."""
        return (
            self.top <= other.bottom
            and other.top <= self.bottom
            and self.left <= other.right
            and other.left <= self.right
        )

    def holds(self, other: Area) -> bool:
        """Whether another block lies within."""
        return self.joined(other) == self


class Range(Strict):
    """A block of cells."""

    def __init__(self, sheet: Worksheet, area: Area) -> None:
        self._sheet, self._area = sheet, area

    @property
    def area(self) -> Area:
        """Where it lies."""
        return self._area

    @property
    def Worksheet(self) -> Worksheet:
        return self._sheet

    @property
    def Row(self) -> int:
        return self._area.top

    @property
    def Column(self) -> int:
        return self._area.left

    @property
    def Rows(self) -> Lines:
        return Lines(self._sheet, self._area, len(self._area.rows))

    @property
    def Columns(self) -> Lines:
        return Lines(self._sheet, self._area, len(self._area.columns))

    @property
    def EntireRow(self) -> EntireRow:
        return EntireRow(self._sheet, self._area)

    @property
    def Count(self) -> int:
        return len(self._area.rows) * len(self._area.columns)

    @property
    def HasArray(self) -> bool:
        return False

    @property
    def HasFormula(self) -> bool | None:
        return _one_for_all(bool(content.formula) for content in self._contents())

    @property
    def MergeCells(self) -> bool | None:
        merged = self._sheet.merges_in(self._area)
        if not merged:
            return False
        return True if merged[0].holds(self._area) else None

    @property
    def Value2(self) -> Any:
        return self._read(lambda content: content.shows)

    @Value2.setter
    def Value2(self, given: Any) -> None:
        self._write(given)

    @property
    def Value(self) -> Any:
        """As `Value2`, but for what Excel makes of formats: money cut to four decimals, dates."""
        return self._read(_by_format)

    @property
    def Formula(self) -> Any:
        return self._read(_as_formula)

    @Formula.setter
    def Formula(self, given: Any) -> None:
        self._write(given)

    def Copy(self, Destination: Range) -> None:
        """Copy everything, again and again where the destination is a multiple, but not to rows that a filter hides."""
        target = Destination.area
        high, wide = len(self._area.rows), len(self._area.columns)
        if len(target.rows) % high or len(target.columns) % wide:
            raise ComError("the destination has another shape")
        source = {place: self._sheet.content(*place) for place in self._places()}
        for row in (row for row in target.rows if row not in self._sheet.hidden_rows):
            for column in target.columns:
                place = self._area.top + (row - target.top) % high, self._area.left + (column - target.left) % wide
                content = source[place]
                moved = replace(content, formula=_moved(content.formula, place, (row, column)))
                Destination.Worksheet.put(row, column, moved)

    def ClearContents(self) -> None:
        """Clear what is seen: not the rows that a filter hides."""
        for place in self._places():
            if place[0] in self._sheet.hidden_rows:
                continue
            content = self._sheet.content(*place)
            self._sheet.put(*place, replace(content, shows=None, formula=""))

    def ClearFormats(self) -> None:
        self._sheet.check_open()
        for place in self._places():
            self._sheet.put(*place, replace(self._sheet.content(*place), format="General", locked=True))

    def ClearComments(self) -> None:
        self._sheet.check_open()
        for place in self._places():
            self._sheet.put(*place, replace(self._sheet.content(*place), comment=""))

    def _places(self) -> list[tuple[int, int]]:
        """The cells by row."""
        return [(row, column) for row in self._area.rows for column in self._area.columns]

    def _contents(self) -> Iterator[Content]:
        return (self._sheet.content(*place) for place in self._places())

    def _read(self, shown: Any) -> Any:
        """One value, or rows of values."""
        if self.Count == 1:
            return shown(self._sheet.content(self._area.top, self._area.left))
        return tuple(
            tuple(shown(self._sheet.content(row, column)) for column in self._area.columns) for row in self._area.rows
        )

    def _write(self, given: Any) -> None:
        """Type into the cells, as a person would; an array has the shape of the cells."""
        rows = [[given]] if self.Count == 1 else [list(row) for row in given]
        assert [len(row) for row in rows] == [len(self._area.columns)] * len(self._area.rows), "another shape"
        for row, line in zip(self._area.rows, rows, strict=True):
            for column, one in zip(self._area.columns, line, strict=True):
                if isinstance(one, str) and self.Count > 1 and len(one) > LONGEST_TEXT_AMONG_OTHERS:
                    raise ComError("a text in an array is too long")
                self._sheet.put(row, column, typed(one, self._sheet.content(row, column)))


block = Range
"""The same where a member of an object is called so."""


class Lines(Strict):
    """The rows or the columns of a range."""

    def __init__(self, sheet: Worksheet, area: Area, count: int) -> None:
        self._sheet, self._area, self._count = sheet, area, count

    @property
    def Count(self) -> int:
        return self._count

    @property
    def EntireRow(self) -> EntireRow:
        return EntireRow(self._sheet, self._area)


class EntireRow(Strict):
    """The rows of a range from one end of the sheet to the other."""

    def __init__(self, sheet: Worksheet, area: Area) -> None:
        self._sheet, self._area = sheet, area

    @property
    def Hidden(self) -> bool | None:
        return _one_for_all(row in self._sheet.hidden_rows for row in self._area.rows)

    @Hidden.setter
    def Hidden(self, hidden: bool) -> None:
        change = self._sheet.hidden_rows.update if hidden else self._sheet.hidden_rows.difference_update
        change(self._area.rows)


@dataclass(frozen=True)
class ListColumn:
    """A column of a table."""

    Name: str


@dataclass
class AutoFilter:
    """The filter of a table: the rows that it hides."""

    table: ListObject
    hidden: set[int] = field(default_factory=set)

    @property
    def FilterMode(self) -> bool:
        return bool(self.hidden)

    def ApplyFilter(self) -> None:
        """Hide again what the filter leaves out."""
        self.table.Parent.hidden_rows.update(self.hidden)


class ListObject(Strict):
    """A table."""

    def __init__(self, sheet: Worksheet, table: Any) -> None:
        self._sheet = sheet
        self._name = table.displayName
        self._area = Area.of(table.ref)
        self._columns = [column.name for column in table.tableColumns]
        self._header = bool(table.headerRowCount != 0)
        self._totals = bool(table.totalsRowCount)
        self._filter = AutoFilter(self)

    @property
    def area(self) -> Area:
        """All of it."""
        return self._area

    @property
    def Name(self) -> str:
        return self._name  # type: ignore[no-any-return]

    @property
    def Parent(self) -> Worksheet:
        return self._sheet

    @property
    def Range(self) -> Any:
        return block(self._sheet, self._area)

    @property
    def ShowHeaders(self) -> bool:
        return self._header

    @property
    def AutoFilter(self) -> AutoFilter:
        return self._filter

    @property
    def ListColumns(self) -> Collection:
        return Collection([ListColumn(name) for name in self._columns])

    @property
    def ShowTotals(self) -> bool:
        return self._totals

    @ShowTotals.setter
    def ShowTotals(self, shown: bool) -> None:
        """Take the row of totals away with what it shows, or put one below the data, where nothing may stand."""
        self._sheet.check_open()
        if shown == self._totals:
            return
        below = replace(self._area, top=self._area.bottom + shown, bottom=self._area.bottom + shown)
        if shown:
            assert not any(content.shows for content in block(self._sheet, below)._contents()), "cells are pushed down"
            kept: dict[int, Content] = self.__dict__.get("_row_of_totals", {})
            for column in below.columns:
                self._sheet.put(below.top, column, kept.get(column, Content()))
        else:
            object.__setattr__(
                self, "_row_of_totals", {column: self._sheet.content(below.top, column) for column in below.columns}
            )
            block(self._sheet, below).ClearContents()
        self._totals = shown
        self._area = replace(self._area, bottom=self._area.bottom + (1 if shown else -1))

    def Resize(self, cells: Any) -> None:
        """Take another block: the same header row, at least one row of data, no cell of another table."""
        self._sheet.check_open()
        area = cells.area
        same_head = (area.top, area.left, area.right) == (self._area.top, self._area.left, self._area.right)
        if not same_head or area.bottom < area.top + self._header or self._totals:
            raise ComError(f"{self._name} cannot be resized so")
        if self._sheet.tables_in(area) != [self] or self._sheet.merges_in(area):
            raise ComError("a table cannot overlap another table or merged cells")
        self._area = area


def _content(cell: Any, shown: Any) -> Content:
    """What a cell of a file holds."""
    formula = getattr(cell.value, "text", cell.value) if cell.data_type == "f" else ""
    return Content(
        _shows(shown),
        f"={formula.removeprefix('=')}" if formula else "",
        cell.number_format,
        bool(cell.protection.locked),
        cell.comment.text if cell.comment else "",
    )


def _shows(cell: Any) -> Any:
    """What a cell of a file shows, as `Value2` gives it."""
    value = cell.value
    if cell.data_type == "e":
        return ERRORS[value]
    if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        return float(to_excel(value))
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _by_format(content: Content) -> Any:
    """What `Value` makes of a number by its format."""
    if not isinstance(content.shows, float):
        return content.shows
    if re.search(r"[$€£¥]", content.format):
        return decimal.Decimal(content.shows).quantize(decimal.Decimal("0.0001"))
    if re.search(r"[dy]", re.sub(r'"[^"]*"', "", content.format)):
        return pywin32.PointInTime.fromisoformat(str(from_excel(content.shows))).replace(tzinfo=datetime.UTC)
    return content.shows


def _as_formula(content: Content) -> str:
    """What `Formula` gives: the formula, or what was typed as text."""
    shows = content.shows
    if content.formula:
        return content.formula
    if shows is None:
        return ""
    if isinstance(shows, bool):
        return str(shows).upper()
    if isinstance(shows, float):
        return f"{shows:.15g}"
    if isinstance(shows, int):
        return next(text for text, number in ERRORS.items() if number == shows)
    return shows


def _moved(formula: str, place: tuple[int, int], to: tuple[int, int]) -> str:
    """A formula as it reads once it was copied to another cell."""
    if not formula:
        return ""
    origin, target = (f"{get_column_letter(column)}{row}" for row, column in (place, to))
    moved: str = Translator(formula, origin).translate_formula(target)
    return moved


def _one_for_all(states: Iterator[bool]) -> bool | None:
    """What all have in common; None where they differ."""
    found = set(states)
    return found.pop() if len(found) == 1 else None


def windows_code() -> None:
    """Import xlwings' code for Excel on Windows beside that of this system, and leave nothing of Windows behind."""
    if "xlwings._xlwindows" in sys.modules:
        return
    modules, names = set(sys.modules), set(vars(ctypes))
    pywin32.pretend_windows("xlwings._xlwindows")
    for name in set(sys.modules) - modules:
        if not name.startswith("xlwings"):
            del sys.modules[name]
    for name in set(vars(ctypes)) - names:
        delattr(ctypes, name)

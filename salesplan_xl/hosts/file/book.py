"""A plan workbook as a closed file: tables and names read from its parts, and changed in them.

Only what is asked for is read. Changes show in later reads at once; the file sees them when it is saved.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NoReturn

from salesplan_xl.hosts.file.formulas import LAST_ROW, Area, Resize, sheet_title
from salesplan_xl.hosts.file.markup import cell_text, escape, runs_text, unescape
from salesplan_xl.hosts.file.package import OFFICE, Package
from salesplan_xl.hosts.file.sheet import Place, RowChanges, SheetPart, follow_rules
from salesplan_xl.hosts.file.tables import StoredTable, read_table_part, table_text
from salesplan_xl.workbook.cells import Cell, CellTable, TableChanges, Value, address, split_address
from salesplan_xl.workbook.problems import Refusal, problem

_QUOTED = r"(?:[^<>\"']|\"[^\"]*\"|'[^']*')*"
_DEFINED_NAME = re.compile(rf"(<definedName\s{_QUOTED}>)([^<]*)(</definedName>)")
_ONE_CELL = re.compile(r"('(?:[^']|'')*'|[^'!]+)!(\$?[A-Z]{1,3}\$?[1-9][0-9]*)(?::(\$?[A-Z]{1,3}\$?[1-9][0-9]*))?\Z")
_TEXT_ITEM = re.compile(
    r"<si(?:\s[^<>]*)?(?:/>|>(?:<t(?:\s[^<>/]*)?>([^<]*)</t></si>|(.*?)</si>))|(<si[\s>/])", re.DOTALL
)
_SERIES = re.compile(r"<((?:\w+:)?tx)>.*?</\1>|(<((?:\w+:)?f)(?:\s[^<>]*)?>)([^<]*)(</\3>)", re.DOTALL)
_CHART_TYPES = ("drawingml.chart+xml", "ms-office.chartex+xml")


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


class FileBook:
    """
    A workbook file, open in nothing but this program. It meets `salesplan_xl.workbook.book.Book`.

    Parameters
    ----------
    package : Package
        The file's package.

    Raises
    ------
    Refusal
        If the workbook part is damaged, or counts its dates from 1904.
    """

    def __init__(self, package: Package) -> None:
        self._package = package
        self._sheets = {sheet.title: sheet for sheet in self._read_sheets()}
        self._parts: dict[str, SheetPart] = {}
        self._written: dict[str, str] = {}
        self._tables: dict[str, StoredTable] | None = None
        self._cells: dict[str, CellTable] = {}
        self._texts: dict[str, str] | None = None
        self._resizes: list[Resize] = []

    @classmethod
    def open(cls, path: Path) -> FileBook:
        """
        Open a workbook file.

        Parameters
        ----------
        path : Path
            An .xlsx or .xlsm file.

        Returns
        -------
        FileBook
            The workbook. The file itself stays closed and is not locked.

        Raises
        ------
        Refusal
            If there is no such file, or it is no workbook we would touch.
        """
        return cls(Package.open(path))

    @classmethod
    def from_bytes(cls, content: bytes, name: str) -> FileBook:
        """
        Open a workbook that stands in memory.

        Parameters
        ----------
        content : bytes
            The file's content.
        name : str
            A name for messages.

        Returns
        -------
        FileBook
            The workbook; `save` needs a path.

        Raises
        ------
        Refusal
            If it is no workbook we would touch.
        """
        return cls(Package(content, name))

    @property
    def name(self) -> str:
        """Name of the file, for messages."""
        return self._package.name

    @property
    def changed(self) -> bool:
        """Whether anything was changed since the file was read or saved."""
        changed_sheet = any(part.text is not self._written[title] for title, part in self._parts.items())
        return changed_sheet or self._package.changed

    # Tables

    def table_names(self) -> tuple[str, ...]:
        """
        List the tables.

        Returns
        -------
        tuple of str
            Names of every table there is, sheet by sheet.
        """
        return tuple(table.name for table in self.tables())

    def tables(self) -> tuple[StoredTable, ...]:
        """
        List the tables with their places.

        Returns
        -------
        tuple of StoredTable
            Every table, sheet by sheet, as it stands now.

        Raises
        ------
        Refusal
            If a table part is damaged.
        """
        if self._tables is None:
            found = [
                read_table_part(self._package, part, sheet.title)
                for sheet in self._sheets.values()
                for part in self._package.related(sheet.part, "table")
            ]
            self._tables = {table.name.casefold(): table for table in found}
            if len(self._tables) < len(found):
                self._refuse("E-FILE-DAMAGED", reason="two tables of one name")
        return tuple(self._tables.values())

    def read_table(self, name: str) -> CellTable:
        """
        Read a table.

        Parameters
        ----------
        name : str
            Its name, in any case.

        Returns
        -------
        CellTable
            Its cells as they stand now, changes included.

        Raises
        ------
        KeyError
            If there is no such table.
        Refusal
            Naming the cells that cannot be read.
        """
        table = self._table(name)
        key = table.name.casefold()
        if key not in self._cells:
            data = table.data
            columns = self.sheet(table.sheet).read(data)
            self._cells[key] = CellTable(
                table.name, table.sheet, data.top, data.left, dict(zip(table.headers, columns, strict=True))
            )
        return self._cells[key]

    def change_table(self, name: str, changes: TableChanges) -> None:
        """
        Make changes in a table.

        A table that loses all its rows keeps one blank row. New rows take the formats and formulas of the first
        data row. What follows the table (names, charts, validations, formats) follows its new end.

        Parameters
        ----------
        name : str
            Its name, in any case.
        changes : TableChanges
            What to change.

        Raises
        ------
        KeyError
            If there is no such table.
        ValueError
            If the changes name a row or a column the table does not have, or a row twice.
        Refusal
            If there is no room to grow, the sheet has too few rows, or a text is too long for a cell; nothing
            is changed then.
        """
        table = self._table(name)
        data = table.data
        _check(table, changes)
        last_row = data.top + max(1, len(changes.rows)) - 1
        sheet = self.sheet(table.sheet)
        self._check_room(table, sheet, table.ending(last_row))
        columns = {header: data.left + place for place, header in enumerate(table.headers)}
        sheet.change_rows(
            RowChanges(
                data,
                tuple(changes.rows),
                {(row, columns[header]): value for (row, header), value in changes.cells.items()},
                tuple({columns[header]: value for header, value in row.items()} for row in changes.added),
                table.has_totals,
            )
        )
        if last_row != data.bottom:
            self._end_at(table, sheet, last_row)
        key = table.name.casefold()
        if changes.rows and key in self._cells:
            self._cells[key] = changes.apply(self._cells[key])
        else:
            self._cells.pop(key, None)

    # Names

    def names(self) -> tuple[str, ...]:
        """
        List the named cells.

        Returns
        -------
        tuple of str
            Names, valid in the whole workbook, that stand for exactly one cell.
        """
        sheets = self._sheets
        return tuple(
            name for name, text in self.defined_names().items() if (cell := _one_cell(text)) and cell[0] in sheets
        )

    def defined_names(self) -> dict[str, str]:
        """
        List what the workbook's names stand for.

        Returns
        -------
        dict of str to str
            Formula of each name that is valid in the whole workbook, without equals sign, as it stands now.
        """
        root = self._package.tree(self._package.workbook_part)
        return {
            element.get("name", ""): element.text or ""
            for element in root.iter(f"{_namespace(root.tag)}definedName")
            if element.get("localSheetId") is None and not element.get("name", "").startswith("_xlnm.")
        }

    def read_name(self, name: str) -> tuple[str, str, Cell]:
        """
        Read a named cell.

        Parameters
        ----------
        name : str
            Its name, in any case.

        Returns
        -------
        tuple of str, str and Cell
            Title of its sheet, its address, what it holds.

        Raises
        ------
        KeyError
            If there is no cell of that name.
        Refusal
            If the cell cannot be read.
        """
        title, (row, column) = self._named(name)
        return title, address(row, column), self.sheet(title).cell(row, column)

    def write_name(self, name: str, value: Value) -> None:
        """
        Set a named cell to a value.

        Parameters
        ----------
        name : str
            Its name, in any case.
        value : Value
            What it shall hold; a formula that stood there is gone.

        Raises
        ------
        KeyError
            If there is no cell of that name.
        Refusal
            If the text is too long for a cell, or the cell is part of an array formula.
        """
        title, place = self._named(name)
        self.sheet(title).set_values({place: value})
        self._touched(title)

    # Sheets

    def sheet_titles(self) -> tuple[str, ...]:
        """
        List the sheets.

        Returns
        -------
        tuple of str
            Their titles in order, hidden ones included.
        """
        return tuple(self._sheets)

    def sheets(self) -> tuple[StoredSheet, ...]:
        """
        List the sheets with what the workbook says of them.

        Returns
        -------
        tuple of StoredSheet
            The sheets in order.
        """
        return tuple(self._sheets.values())

    def sheet(self, title: str) -> SheetPart:
        """
        Give the cells of a sheet, for reading.

        Parameters
        ----------
        title : str
            Title of a worksheet.

        Returns
        -------
        SheetPart
            The sheet, as it stands now.

        Raises
        ------
        KeyError
            If there is no worksheet of that title.
        Refusal
            If its part is damaged.
        """
        if title not in self._parts:
            stored = self._sheets[title]
            if stored.kind != "worksheet":
                raise KeyError(title)
            text = self._package.text(stored.part)
            self._parts[title] = SheetPart(text, title, self.name, self._shared_texts)
            self._written[title] = text
        return self._parts[title]

    def store_values(self, title: str, values: Mapping[Place, Value]) -> None:
        """
        Store what formulas give, beside the formulas.

        Parameters
        ----------
        title : str
            Title of the sheet.
        values : mapping of (int, int) to Value
            Calculated values by row and column; cells an array formula fills included.

        Raises
        ------
        KeyError
            If there is no worksheet of that title.
        Refusal
            If a text is too long for a cell; nothing is changed then.
        """
        self.sheet(title).set_cached(values)
        self._touched(title)

    # Saving

    def to_bytes(self) -> bytes:
        """
        Write the workbook.

        Returns
        -------
        bytes
            The file as it would be saved.

        Raises
        ------
        Refusal
            If a part that must follow a change is damaged.
        """
        self._settle()
        return self._package.to_bytes()

    def save(self, path: Path | None = None) -> None:
        """
        Save the workbook in one step, so that a kill at any moment leaves a whole file.

        Parameters
        ----------
        path : Path, optional
            Where to; by default where it was opened from, and then only if something was changed. Afterwards
            the workbook belongs to that path.

        Raises
        ------
        ValueError
            If there is no path to save to.
        Refusal
            If the file was changed by somebody else meanwhile, is held open by another program, or the place
            cannot be written to. The file is then as it was.
        """
        self._settle()
        self._package.save(path)

    # Inside

    def _read_sheets(self) -> list[StoredSheet]:
        """Read the list of sheets and make sure we can follow the workbook part."""
        part = self._package.workbook_part
        root = self._package.tree(part)
        if re.search(r"<workbook[\s>]", self._package.text(part)) is None:
            self._refuse("E-FILE-FORM", reason="the tags of its workbook part carry a prefix")
        space = _namespace(root.tag)
        properties = root.find(f"{space}workbookPr")
        if properties is not None and properties.get("date1904") in ("1", "true"):
            self._refuse("E-FILE-DATES")
        pointers = {one.id: one for one in self._package.relationships(part) if not one.external}
        sheets = []
        for element in root.iter(f"{space}sheet"):
            title, pointer = element.get("name", ""), pointers.get(element.get(f"{{{OFFICE}}}id", ""))
            if pointer is None or not self._package.has(pointer.target):
                self._refuse("E-FILE-DAMAGED", reason=f"the part of the sheet {title} is missing")
            visible = element.get("state", "visible") == "visible"
            sheets.append(StoredSheet(title, pointer.target, pointer.kind, visible))
        if len({sheet.title.casefold() for sheet in sheets}) < len(sheets) or not sheets:
            self._refuse("E-FILE-DAMAGED", reason="no sheet, or two of one title")
        return sheets

    def _shared_texts(self) -> Mapping[str, str]:
        """Read the shared strings when the first is needed, by their number written as text."""
        if self._texts is None:
            parts = self._package.related(self._package.workbook_part, "sharedStrings")
            self._texts = self._read_texts(self._package.text(parts[0])) if parts else {}
        return self._texts

    def _read_texts(self, text: str) -> dict[str, str]:
        """Read the shared strings, each as one text."""
        if re.search(r"<sst[\s>/]", text) is None or "<!" in text:
            self._refuse("E-FILE-FORM", reason="the tags of its shared texts carry a prefix, or it holds comments")
        texts: dict[str, str] = {}
        for number, (plain, runs, stray) in enumerate(_TEXT_ITEM.findall(text)):
            if stray:
                self._refuse("E-FILE-DAMAGED", reason=f"the shared text {number} is cut short")
            try:
                texts[str(number)] = runs_text(runs) if runs else cell_text(plain)
            except ValueError as error:
                self._refuse("E-FILE-DAMAGED", cause=error, reason=f"the shared text {number}: {error}")
        return texts

    def _table(self, name: str) -> StoredTable:
        """Find a table by its name, in any case."""
        self.tables()
        try:
            return (self._tables or {})[name.casefold()]
        except KeyError:
            raise KeyError(name) from None

    def _named(self, name: str) -> tuple[str, Place]:
        """Find the one cell a name stands for."""
        for stored, text in self.defined_names().items():
            cell = _one_cell(text)
            if stored.casefold() == name.casefold() and cell is not None and cell[0] in self._sheets:
                return cell
        raise KeyError(name)

    def _check_room(self, table: StoredTable, sheet: SheetPart, new: StoredTable) -> None:
        """Refuse to grow over something, or off the sheet."""
        if new.area.bottom > LAST_ROW:
            rows = new.data.bottom - new.data.top + 1
            self._refuse(
                "E-TABLE-TOO-LONG", sheet=table.sheet, rows=f"{rows:,}", table=table.name, limit=f"{LAST_ROW:,}"
            )
        if new.area.bottom <= table.area.bottom:
            return
        below = Area(table.area.bottom + 1, table.area.left, new.area.bottom, table.area.right)
        found = sheet.first_content(below)
        others = [other for other in self.tables() if other.sheet == table.sheet and other.area.meets(below)]
        if found is None and others:
            area = others[0].area
            found = (area.top, max(area.left, below.left)), f"the table {others[0].name}"
        if found is not None:
            place, content = found
            self._refuse(
                "E-TABLE-NO-ROOM",
                sheet=table.sheet,
                cell=address(*place),
                content=content,
                table=table.name,
                row=new.area.bottom,
            )

    def _end_at(self, table: StoredTable, sheet: SheetPart, last_row: int) -> None:
        """Let everything that speaks of a table's end follow it."""
        resize, new = table.resize(last_row), table.ending(last_row)
        self._package.replace(table.part, table_text(self._package.text(table.part), table, new).encode("utf-8"))
        if self._tables is not None:
            self._tables[table.name.casefold()] = new
        sheet.follow(resize)
        self._resizes.append(resize)
        workbook = self._package.text(self._package.workbook_part)
        followed = _DEFINED_NAME.sub(partial(_followed, resize), workbook)
        if followed != workbook:
            self._package.replace(self._package.workbook_part, followed.encode("utf-8"))

    def _touched(self, title: str) -> None:
        """Forget what was read from a sheet that has changed."""
        self._cells = {name: table for name, table in self._cells.items() if table.sheet != title}

    def _settle(self) -> None:
        """Put every change into the package."""
        resizes, self._resizes = self._resizes, []
        if resizes:
            self._follow_in_sheets(resizes)
            self._follow_in_charts(resizes)
        for title, part in self._parts.items():
            if part.text is not self._written[title]:
                self._package.replace(self._sheets[title].part, part.text.encode("utf-8"))
                self._written[title] = part.text
        if any(part.formulas_moved for part in self._parts.values()):
            workbook = self._package.workbook_part
            for chain in self._package.related(workbook, "calcChain"):
                self._package.remove(chain, workbook)  # Excel builds it anew; a wrong one it calls damage

    def _follow_in_sheets(self, resizes: list[Resize]) -> None:
        """Let the rules of the other sheets follow."""
        for sheet in self._sheets.values():
            if sheet.kind != "worksheet":
                continue
            foreign = [resize for resize in resizes if resize.sheet != sheet.title]
            if sheet.title in self._parts:
                for resize in foreign:
                    self._parts[sheet.title].follow(resize)
            elif foreign:
                self._follow_in_tail(sheet, foreign)

    def _follow_in_tail(self, sheet: StoredSheet, resizes: list[Resize]) -> None:
        """Let the rules of a sheet follow whose cells nobody has asked for."""
        content = self._package.part(sheet.part)
        end = max(content.rfind(b"</sheetData>"), 0)
        if b"formula" not in content[end:] and b"xm:f" not in content[end:]:
            return
        try:
            tail = before = content[end:].decode("utf-8")
            for resize in resizes:
                tail = follow_rules(tail, resize, own_sheet=False)
        except ValueError as error:
            self._refuse("E-FILE-DAMAGED", sheet=sheet.title, cause=error, reason="a rule of the sheet")
        if tail != before:
            self._package.replace(sheet.part, content[:end] + tail.encode("utf-8"))

    def _follow_in_charts(self, resizes: list[Resize]) -> None:
        """Let the series of charts follow."""
        for part, kind in self._package.content_types().items():
            if not kind.endswith(_CHART_TYPES) or not self._package.has(part):
                continue
            text = before = self._package.text(part)
            for resize in resizes:
                text = _SERIES.sub(partial(_series, resize), text)
            if text != before:
                self._package.replace(part, text.encode("utf-8"))

    def _refuse(
        self, code: str, *, sheet: str = "", cell: str = "", cause: Exception | None = None, **values: object
    ) -> NoReturn:
        """Refuse the file or the change."""
        raise Refusal([problem(code, file=self.name, sheet=sheet, cell=cell, **values)]) from cause


def _check(table: StoredTable, changes: TableChanges) -> None:
    """Refuse changes that were not made for this table: that is a fault of the program, not of the file."""
    count = table.data.bottom - table.data.top + 1
    kept = [row for row in changes.rows if row >= 0]
    new = [row for row in changes.rows if row < 0]
    if len(set(kept)) < len(kept) or any(row >= count for row in kept):
        raise ValueError(f"the table {table.name} has rows 0 to {count - 1}, each to be kept once")
    if len(set(new)) < len(new) or any(-row > len(changes.added) for row in new):
        raise ValueError(f"{len(changes.added)} rows are added to the table {table.name}, each to be placed once")
    headers = set(table.headers)
    strangers = {header for _, header in changes.cells} | {header for row in changes.added for header in row}
    if strangers - headers:
        raise ValueError(f"the table {table.name} has no column {sorted(strangers - headers)[0]!r}")
    if any(not 0 <= row < count for row, _ in changes.cells):
        raise ValueError(f"the table {table.name} has rows 0 to {count - 1}")


def _followed(resize: Resize, match: re.Match[str]) -> str:
    """Let a defined name follow a table."""
    formula = unescape(match[2])
    followed = resize.formula(formula)
    return match[0] if followed == formula else f"{match[1]}{escape(followed)}{match[3]}"


def _series(resize: Resize, match: re.Match[str]) -> str:
    """Let the values or labels of a chart's series follow a table; its title stands in one cell and stays."""
    if match[1]:
        return match[0]
    formula = unescape(match[4])
    followed = resize.formula(formula, single=True)
    return match[0] if followed == formula else f"{match[2]}{escape(followed)}{match[5]}"


def _one_cell(formula: str) -> tuple[str, Place] | None:
    """Read a defined name that stands for one cell."""
    match = _ONE_CELL.match(formula)
    if match is None or (match[3] and match[3].replace("$", "") != match[2].replace("$", "")):
        return None
    return sheet_title(match[1]), split_address(match[2])


def _namespace(tag: str) -> str:
    """Give the namespace of a tag, in braces."""
    return tag[: tag.index("}") + 1] if tag.startswith("{") else ""

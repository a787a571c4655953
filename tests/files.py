"""
Saved workbooks seen and edited from outside: nothing of the product reads or writes here, except to take table bytes.

`type_into` writes a cell as a person would who has another spreadsheet program: the cell's XML changes, its look and
every other part stay. `Sheet!A1` names a cell everywhere.
"""

from __future__ import annotations

import datetime
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import olefile
import openpyxl
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.datetime import to_excel

from salesplan_xl.hosts.file.book import FileBook
from salesplan_xl.template.verify.compression import decompress
from salesplan_xl.workbook.changes import canonical_bytes
from salesplan_xl.workbook.codec import decode
from salesplan_xl.workbook.labels import catalogue
from salesplan_xl.workbook.sheets import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
BOOKKEEPING = ("log", "undo_journal")
"""Tables that tell of operations: the time stands in them, and how many operations there were."""


@dataclass(frozen=True)
class Formula:
    """A formula to type into a cell, without its equals sign, and what it shows."""

    text: str
    shows: float = 0


@dataclass(frozen=True)
class Error:
    """An error value to type into a cell."""

    text: str


@dataclass(frozen=True)
class StoredTable:
    """A table as its part describes it."""

    name: str
    sheet: str
    ref: str
    columns: tuple[str, ...]
    part: str

    @property
    def first_row(self) -> int:
        """Its first data row."""
        _, top, _, _ = range_boundaries(self.ref)
        return int(str(top)) + 1

    def cell(self, column: str, row: int) -> str:
        """The place of a cell, `row` counted from 0."""
        left, _, _, _ = range_boundaries(self.ref)
        letters = openpyxl.utils.get_column_letter(int(str(left)) + self.columns.index(column))
        return f"{self.sheet}!{letters}{self.first_row + row}"


def parts(path: Path) -> dict[str, bytes]:
    """Every part of a workbook by its name."""
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def macro_text(path: Path, module: str) -> str:
    """The text of a module of a workbook's macros, as a project without a cache holds it."""
    with olefile.OleFileIO(parts(path)["xl/vbaProject.bin"]) as project:
        return decompress(project.openstream(f"VBA/{module}").read(), module).decode("cp1252")


def macro_modules(path: Path) -> set[str]:
    """The modules of a workbook's macros."""
    with olefile.OleFileIO(parts(path)["xl/vbaProject.bin"]) as project:
        return {entry[1] for entry in project.listdir() if entry[0] == "VBA"} - {"dir", "_VBA_PROJECT"}


def with_parts(path: Path, changed: Mapping[str, bytes | str]) -> None:
    """Put parts in place of others, or beside them."""
    stored = {
        **parts(path),
        **{name: text.encode() if isinstance(text, str) else text for name, text in changed.items()},
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in stored.items():
            archive.writestr(name, content)


def _tree(content: bytes) -> ElementTree.Element:
    """The root of a part."""
    return ElementTree.fromstring(content)  # noqa: S314 - a file this test run has made


def sheet_parts(path: Path) -> dict[str, str]:
    """Name of the part of each sheet, by title, in order."""
    with zipfile.ZipFile(path) as archive:
        targets = _targets(archive, "xl/workbook.xml")
        book = _tree(archive.read("xl/workbook.xml"))
        return {sheet.attrib["name"]: targets[sheet.attrib[f"{OFFICE}id"]] for sheet in book.iter(f"{MAIN}sheet")}


def _targets(archive: zipfile.ZipFile, part: str) -> dict[str, str]:
    """Parts that a part points to, by relationship id."""
    folder, _, name = part.rpartition("/")
    relations = f"{folder}/_rels/{name}.rels"
    if relations not in archive.namelist():
        return {}
    targets = {}
    for relation in _tree(archive.read(relations)):
        target = relation.attrib["Target"]
        parent = folder.rpartition("/")[0]
        joined = target[1:] if target.startswith("/") else f"{folder}/{target}"
        targets[relation.attrib["Id"]] = joined.replace(f"{folder}/../", f"{parent}/")
    return targets


def tables(path: Path) -> dict[str, StoredTable]:
    """Every table by its name."""
    sheets = sheet_parts(path)
    found = {}
    with zipfile.ZipFile(path) as archive:
        for title, part in sheets.items():
            for target in _targets(archive, part).values():
                if "/tables/" not in target:
                    continue
                table = _tree(archive.read(target))
                columns = tuple(column.attrib["name"] for column in table.iter(f"{MAIN}tableColumn"))
                name = table.attrib["displayName"]
                found[name] = StoredTable(name, title, table.attrib["ref"], columns, target)
    return found


def rows(path: Path, *names: str) -> dict[str, list[dict[str, Any]]]:
    """Rows of tables as another library reads them: stored values by header, blank rows left out."""
    stored = tables(path)
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        found = {}
        for name in names:
            table = stored[name]
            left, top, right, bottom = (int(str(bound)) for bound in range_boundaries(table.ref))
            cells = book[table.sheet].iter_rows(top + 1, bottom, left, right, values_only=True)
            listed = (dict(zip(table.columns, row, strict=True)) for row in cells)
            found[name] = [row for row in listed if any(value is not None for value in row.values())]
        return found
    finally:
        book.close()


def stored_values(path: Path, sheets: Sequence[str], *, formulas: bool = False) -> dict[str, dict[str, Any]]:
    """Stored values (or formulas) of all cells of some sheets that hold something, by address."""
    book = openpyxl.load_workbook(path, read_only=True, data_only=not formulas)
    try:
        return {title: dict(_filled(book[title])) for title in sheets}
    finally:
        book.close()


def _filled(sheet: Any) -> Iterator[tuple[str, Any]]:
    """Cells that hold something."""
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is not None:
                yield cell.coordinate, cell.value


def value(path: Path, place: str) -> Any:
    """The stored value of one cell."""
    title, _, address = place.rpartition("!")
    return stored_values(path, [title])[title].get(address)


def type_into(path: Path, typed: Mapping[str, object]) -> None:
    """Type values into cells that are there already; `None` empties a cell."""
    sheets, stored = sheet_parts(path), parts(path)
    changed: dict[str, bytes | str] = {}
    for place, content in typed.items():
        title, _, address = place.rpartition("!")
        part = sheets[title]
        text = str(changed.get(part, stored[part].decode()))
        cell = re.search(rf'<c r="{address}"((?: s="\d+")?)[^>]*?(?:/>|>.*?</c>)', text)
        assert cell is not None, f"{place} is not in the file"
        changed[part] = text.replace(cell[0], _cell(address, cell[1], content), 1)
    with_parts(path, changed)


def _cell(address: str, style: str, content: object) -> str:
    """A cell as XML."""
    start = f'<c r="{address}"{style}'
    match content:
        case None:
            return f"{start}/>"
        case Formula(text, shows):
            return f"{start}><f>{escape(text)}</f><v>{shows}</v></c>"
        case Error(text):
            return f'{start} t="e"><v>{escape(text)}</v></c>'
        case str():
            return f'{start} t="inlineStr"><is><t>{escape(content)}</t></is></c>'
        case bool():
            return f'{start} t="b"><v>{content:d}</v></c>'
        case datetime.date():
            return f"{start}><v>{to_excel(content):g}</v></c>"
        case _:
            return f"{start}><v>{content!r}</v></c>"


def cents(amounts: Iterator[float] | Sequence[float]) -> int:
    """A sum in whole cents, each amount counted by itself."""
    return sum(round(amount * 100) for amount in amounts)


def table_bytes(path: Path) -> dict[str, bytes]:
    """The canonical bytes of every table but those that tell of operations."""
    book = FileBook.open(path)
    found = {}
    for name, table in TABLES.items():
        if name not in BOOKKEEPING:
            read, problems = decode(table, book.read_table(name), catalogue())
            assert problems == []
            found[name] = canonical_bytes(table, read.frame)
    return found

"""A list that comes in as a file: order lines or customers, from a CSV or a workbook. Read, never run or followed."""

from __future__ import annotations

import codecs
import csv
import io
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from salesplan_xl.hosts.file.book import FileBook
from salesplan_xl.hosts.file.formulas import LAST_ROW, Area
from salesplan_xl.hosts.file.package import MOST_FILE_BYTES, Package, read_file
from salesplan_xl.hosts.file.sheet import LONGEST_TEXT
from salesplan_xl.workbook.cells import Cell, CellTable, address, column_letters, value_of
from salesplan_xl.workbook.problems import Problem, Refusal, problem

MOST_ROWS = LAST_ROW - 1
MOST_TEXT_BYTES = 1 << 30
MOST_LISTED = 20
"""Problems of one kind that are listed one by one; the rest is counted."""
SEPARATORS = (",", ";", "\t")

_GZIP = b"\x1f\x8b"
_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def read_source(path: Path) -> CellTable:
    r"""
    Read a list from a file.

    Parameters
    ----------
    path : Path
        A CSV file (also compressed, .csv.gz) in UTF-8, or in UTF-16 with a byte order mark, with comma, semicolon
        or tab between the fields; or an .xlsx or .xlsm workbook. In a workbook it is the first table of the
        first visible sheet, or else the cells of that sheet from the first row that is not blank.

    Returns
    -------
    CellTable
        The list. Cells of a CSV are texts as they stand, blank ones `None`; its rows are counted as a spreadsheet
        would show them, and its sheet is ``""``. Blank rows at the end are left out, others kept.

    Raises
    ------
    Refusal
        Listing what is wrong, each with its cell or line (the first twenty of a kind, then their number): a file
        that is no list, a header that is blank or stands twice, a line with too many or too few fields, a text
        longer than a cell can hold, more rows than a sheet, bytes that are no text.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "orders.csv"
    ...     _ = path.write_text("order;amount\n1001;12,50\n", encoding="utf-8")
    ...     read_source(path).columns
    {'order': ['1001'], 'amount': ['12,50']}
    """
    content = read_file(path, MOST_FILE_BYTES)
    name = path.name
    if path.suffix.lower() in (".xlsx", ".xlsm") or content.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        return _from_workbook(FileBook(Package(content, name)), path.stem)
    return _from_text(_inflated(content, name) if content.startswith(_GZIP) else content, name, path.stem)


def _from_workbook(book: FileBook, title: str) -> CellTable:
    """Read the first table, or the cells, of the first sheet a person sees."""
    sheet = next((one for one in book.sheets() if one.visible and one.kind == "worksheet"), None)
    if sheet is None:
        raise Refusal([problem("E-SOURCE-EMPTY", file=book.name)])
    tables = [table for table in book.tables() if table.sheet == sheet.title]
    if tables:
        first = min(tables, key=lambda table: (table.area.top, table.area.left))
        return book.read_table(first.name)
    used = [(row, column) for row, column, cell in book.sheet(sheet.title).cells() if value_of(cell) != ""]
    if not used:
        raise Refusal([problem("E-SOURCE-EMPTY", file=book.name, sheet=sheet.title)])
    columns = [column for _, column in used]
    area = Area(used[0][0], min(columns), used[-1][0], max(columns))
    _refuse_too_long(area.bottom - area.top, book.name, title)
    cells = book.sheet(sheet.title).read(area)
    headers = [_header(value_of(column[0])) for column in cells]
    _refuse_headers(headers, [column[1:] for column in cells], book.name, sheet.title, area)
    named = {header: column[1:] for header, column in zip(headers, cells, strict=True) if header}
    return CellTable(title, sheet.title, area.top + 1, area.left, named)


def _from_text(content: bytes, name: str, title: str) -> CellTable:
    """Read a CSV."""
    text = _decoded(content, name)
    separator = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[list[str]] = []
    problems: list[Problem] = []
    try:
        headers = [field.strip() for field in next(reader, [])]
        while headers and not headers[-1]:
            headers.pop()
        for fields in reader:
            while len(fields) > len(headers) and not fields[-1]:
                fields.pop()
            if fields and len(fields) != len(headers) and any(fields):
                problems.append(
                    problem(
                        "E-SOURCE-FIELDS",
                        file=name,
                        cell=f"A{len(rows) + 2}",
                        count=len(fields),
                        line=reader.line_num,
                        expected=len(headers),
                    )
                )
            rows.append(fields if any(fields) else [])
    except csv.Error as error:
        raise Refusal([problem("E-SOURCE-QUOTES", file=name, line=reader.line_num)]) from error
    while rows and not rows[-1]:
        rows.pop()
    if not headers:
        raise Refusal([problem("E-SOURCE-EMPTY", file=name)])
    _refuse_too_long(len(rows), name, title)
    blank = [""] * len(headers)
    columns: Sequence[Sequence[Cell]] = [
        [field or None for field in column]
        for column in zip(*(row if len(row) == len(headers) else blank for row in rows), strict=True)
    ] or [[] for _ in headers]
    problems += _too_long_texts(columns, name)
    _refuse_headers(headers, columns, name, "", Area(1, 1, len(rows) + 1, len(headers)), problems)
    return CellTable(title, "", 2, 1, dict(zip(headers, columns, strict=True)))


def _inflated(content: bytes, name: str) -> bytes:
    """Inflate a compressed CSV, up to a limit."""
    inflater = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        inflated = inflater.decompress(content, MOST_TEXT_BYTES)
    except zlib.error as error:
        raise Refusal([problem("E-FILE-DAMAGED", file=name, reason="it cannot be inflated")]) from error
    if inflater.unconsumed_tail:
        reason = f"it inflates to more than {MOST_TEXT_BYTES:,} bytes"
        raise Refusal([problem("E-FILE-UNSAFE", file=name, reason=reason)])
    if not inflater.eof:
        raise Refusal([problem("E-FILE-DAMAGED", file=name, reason="its end is missing")])
    return inflated


def _decoded(content: bytes, name: str) -> str:
    """Decode a CSV by its byte order mark, as UTF-8 without one."""
    mark, encoding = next(
        ((mark, encoding) for mark, encoding in _BYTE_ORDER_MARKS if content.startswith(mark)), (b"", "utf-8")
    )
    body = content[len(mark) :]
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        line = body[: error.start].decode(encoding, "replace").count("\n") + 1
        raise Refusal([problem("E-SOURCE-ENCODING", file=name, line=line)]) from error


def _separator(text: str) -> str:
    """Find the separator that stands most often in the header line, outside quotes."""
    header = text.lstrip("\r\n").split("\n", 1)[0]
    bare = "".join(header.split('"')[::2])
    return max(SEPARATORS, key=bare.count)


def _header(value: object) -> str:
    """Read a header cell; a year typed as a number is a header too."""
    if isinstance(value, float):
        return f"{value:.15g}"
    return value.strip() if isinstance(value, str) else ""


def _too_long_texts(columns: Sequence[Sequence[Cell]], name: str) -> list[Problem]:
    """Find texts that no cell can hold."""
    return [
        problem("E-TEXT-TOO-LONG", file=name, cell=address(row, column), length=f"{len(cell):,}")
        for column, cells in enumerate(columns, 1)
        for row, cell in enumerate(cells, 2)
        if isinstance(cell, str) and len(cell) > LONGEST_TEXT
    ]


def _refuse_headers(
    headers: Sequence[str],
    columns: Sequence[Sequence[Cell]],
    name: str,
    sheet: str,
    area: Area,
    problems: Sequence[Problem] = (),
) -> None:
    """Refuse headers that are blank above something or stand twice, together with what was found before."""
    found = list(problems)
    first: Mapping[str, int] = {header.casefold(): column for column, header in reversed(list(enumerate(headers)))}
    for place, header in enumerate(headers):
        cell = f"{column_letters(area.left + place)}{area.top}"
        if not header and (not sheet or any(value is not None for value in columns[place])):
            found.append(problem("E-SOURCE-HEADER-BLANK", file=name, sheet=sheet, cell=cell))
        elif header and first[header.casefold()] != place:
            where = f"{column_letters(area.left + first[header.casefold()])}{area.top}"
            found.append(
                problem("E-SOURCE-HEADER-TWICE", file=name, sheet=sheet, cell=cell, header=header, first=where)
            )
    if found:
        raise Refusal(_capped(found, name, sheet))


def _capped(problems: Sequence[Problem], name: str, sheet: str) -> list[Problem]:
    """Keep the first problems of each kind and count the rest."""
    by_code: dict[str, list[Problem]] = {}
    for one in problems:
        by_code.setdefault(one.code, []).append(one)
    capped = []
    for found in by_code.values():
        capped += found[:MOST_LISTED]
        if len(found) > MOST_LISTED:
            more = len(found) - MOST_LISTED
            capped.append(problem("E-SOURCE-MORE", file=name, sheet=sheet, count=more))
    return capped


def _refuse_too_long(rows: int, name: str, title: str) -> None:
    """Refuse a list that fits on no sheet."""
    if rows > MOST_ROWS:
        raise Refusal([problem("E-TABLE-TOO-LONG", file=name, rows=f"{rows:,}", table=title, limit=f"{MOST_ROWS:,}")])

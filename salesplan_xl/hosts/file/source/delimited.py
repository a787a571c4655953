"""A list in a text file: fields between separators, line by line, as they stand."""

from __future__ import annotations

import codecs
import csv
import io
import zlib
from collections.abc import Iterator, Sequence

from salesplan_xl.hosts.file.source.checks import header_problems, long_texts, refuse_listed, refuse_long_list
from salesplan_xl.hosts.formulas import Area
from salesplan_xl.hosts.refusals import Where
from salesplan_xl.workbook.cells import Cell, CellTable
from salesplan_xl.workbook.problems import Problem

MOST_TEXT_BYTES = 1 << 30
SEPARATORS = (",", ";", "\t")

_GZIP = b"\x1f\x8b"
_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def from_delimited(content: bytes, file: str, name: str) -> CellTable:
    """
    Read a list from the bytes of a text file, compressed or not.

    Parameters
    ----------
    content : bytes
        The file.
    file : str
        Its name, for messages.
    name : str
        What the list is called.

    Returns
    -------
    CellTable
        The list; its rows are counted as a spreadsheet would show them.

    Raises
    ------
    RefusalError
        If the bytes are no text, or the text is no list.
    """
    where = Where(file)
    lines = _Lines(_decoded(_inflated(content, where), where), where)
    headers, rows = lines.headers, lines.rows()
    if not headers:
        where.refuse("E-SOURCE-EMPTY")
    refuse_long_list(len(rows), name, where)
    columns = _columns(rows, len(headers))
    area = Area(1, 1, len(rows) + 1, len(headers))
    problems = [*lines.problems, *long_texts(columns, area, where), *header_problems(headers, columns, area, where)]
    refuse_listed(problems)
    return CellTable(name, "", 2, 1, dict(zip(headers, columns, strict=True)))


class _Lines:
    """The lines of a text, cut into fields; what is wrong with their number is gathered."""

    def __init__(self, text: str, where: Where) -> None:
        self._where = where
        self._reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
        self.headers = [field.strip() for field in next(self._fields(), [])]
        while self.headers and not self.headers[-1]:
            self.headers.pop()
        self.problems: list[Problem] = []

    def rows(self) -> list[list[str]]:
        """Give the lines below the header; a blank one has no fields, and blank ones at the end are left out."""
        expected = len(self.headers)
        rows: list[list[str]] = []
        for fields in self._fields():
            while len(fields) > expected and not fields[-1]:
                fields.pop()
            filled = any(fields)
            if filled and len(fields) != expected:
                self.problems.append(self._wrong_number(len(fields), len(rows) + 2))
            rows.append(fields if filled else [])
        while rows and not rows[-1]:
            rows.pop()
        return rows

    def _fields(self) -> Iterator[list[str]]:
        """Cut line by line."""
        try:
            yield from self._reader
        except csv.Error as error:
            self._where.refuse("E-SOURCE-QUOTES", cause=error, line=self._reader.line_num)

    def _wrong_number(self, count: int, row: int) -> Problem:
        """Say that a line has too many or too few fields."""
        line, expected = self._reader.line_num, len(self.headers)
        return self._where.problem("E-SOURCE-FIELDS", cell=f"A{row}", count=count, line=line, expected=expected)


def _columns(rows: Sequence[Sequence[str]], width: int) -> list[list[Cell]]:
    """Give the columns of lines; one of another length has been told already and counts as blank."""
    blank = [""] * width
    lines = zip(*(row if len(row) == width else blank for row in rows), strict=True)
    return [[field or None for field in column] for column in lines] or [[] for _ in range(width)]


def _inflated(content: bytes, where: Where) -> bytes:
    """Inflate a compressed list, up to a limit; any other stays as it is."""
    if not content.startswith(_GZIP):
        return content
    inflater = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        inflated = inflater.decompress(content, MOST_TEXT_BYTES)
    except zlib.error as error:
        where.refuse("E-FILE-DAMAGED", cause=error, reason="it cannot be inflated")
    if inflater.unconsumed_tail:
        where.refuse("E-FILE-UNSAFE", reason=f"it inflates to more than {MOST_TEXT_BYTES:,} bytes")
    if not inflater.eof:
        where.refuse("E-FILE-DAMAGED", reason="its end is missing")
    return inflated


def _decoded(content: bytes, where: Where) -> str:
    """Decode a list by its byte order mark, as UTF-8 without one."""
    marked = ((mark, encoding) for mark, encoding in _BYTE_ORDER_MARKS if content.startswith(mark))
    mark, encoding = next(marked, (b"", "utf-8"))
    body = content[len(mark) :]
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        line = body[: error.start].decode(encoding, "replace").count("\n") + 1
        where.refuse("E-SOURCE-ENCODING", cause=error, line=line)


def _separator(text: str) -> str:
    """Find the separator that stands most often in the header line, outside quotes."""
    header = text.lstrip("\r\n").split("\n", 1)[0]
    bare = "".join(header.split('"')[::2])
    return max(SEPARATORS, key=bare.count)

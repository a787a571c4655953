"""The zip gate: a table of contents is read and judged before anything is inflated."""

from __future__ import annotations

import stat
import struct
from collections.abc import Iterator
from itertools import pairwise

from salesplan_xl.hosts.file.package.entries import CENTRAL, CENTRAL_MARK, DEFLATED, LOCAL, LOCAL_MARK, STORED, Entry
from salesplan_xl.hosts.refusals import Where

MOST_ENTRIES = 2_000
MOST_PART_BYTES = 768 << 20
MOST_BYTES = 1 << 30
MOST_RATIO = 200
"""A part may inflate to this many times its size; Excel's own parts stay below 60."""
RATIO_FLOOR = 5 << 20
"""Below this size the ratio does not matter."""

CONTENT_TYPES = "[Content_Types].xml"

_END = struct.Struct("<4s4H2IH")
_END_MARK = b"PK\x05\x06"
_UTF8_NAME = 0x800
_ENCRYPTED = 0x41


def read_directory(content: bytes, where: Where) -> tuple[Entry, ...]:
    """
    Read and judge the table of contents.

    Parameters
    ----------
    content : bytes
        The whole file.
    where : Where
        The file, for messages.

    Returns
    -------
    tuple of Entry
        The entries, in the order of the table.

    Raises
    ------
    RefusalError
        If it is damaged, or names, sizes or methods are none that a spreadsheet program writes.
    """
    start, end, count = _extent(content, where)
    records = list(_records(content, start, end, count, where))
    following = dict(pairwise([*sorted(offset for _, offset in records), start]))
    entries = tuple(_entry(content, record, offset, following[offset], where) for record, offset in records)
    _judge_together(entries, where)
    return entries


def directory_end(count: int, size: int, start: int) -> bytes:
    """
    Write what stands behind a table of contents.

    Parameters
    ----------
    count : int
        Its number of records.
    size, start : int
        Its bytes, and where it begins.

    Returns
    -------
    bytes
        The end of the zip.
    """
    return _END.pack(_END_MARK, 0, 0, count, count, size, start, 0)


def _extent(content: bytes, where: Where) -> tuple[int, int, int]:
    """Find where the table begins and ends, and how many records it holds."""
    end = content.rfind(_END_MARK)
    if end < 0 or end + _END.size > len(content):
        where.refuse("E-FILE-DAMAGED", reason="its end is missing")
    _, disk, first_disk, here, count, size, start, comment = _END.unpack_from(content, end)
    whole = end + _END.size + comment == len(content) and start + size == end
    if disk or first_disk or here != count or not whole:
        where.refuse("E-FILE-DAMAGED", reason="its table of contents is not where it should be")
    if count > MOST_ENTRIES:
        where.refuse("E-FILE-UNSAFE", reason=f"{count} parts")
    return start, end, count


def _records(content: bytes, start: int, end: int, count: int, where: Where) -> Iterator[tuple[bytes, int]]:
    """Cut the table into its records, each with the offset of its entry."""
    at = start
    for _ in range(count):
        if at + CENTRAL.size > end or content[at : at + 4] != CENTRAL_MARK:
            where.refuse("E-FILE-DAMAGED", reason="its table of contents is cut short")
        header = CENTRAL.unpack_from(content, at)
        length = CENTRAL.size + header[10] + header[11] + header[12]
        if at + length > end or header[16] >= start:
            where.refuse("E-FILE-DAMAGED", reason="its table of contents points nowhere")
        yield content[at : at + length], header[16]
        at += length
    if at != end:
        where.refuse("E-FILE-DAMAGED", reason="its table of contents holds more than it says")


def _entry(content: bytes, record: bytes, offset: int, following: int, where: Where) -> Entry:
    """Read one record and the header before its bytes; the two must agree on the name."""
    header = CENTRAL.unpack_from(record)
    flags, method, checksum, packed, size, name_length = *header[3:5], *header[7:11]
    raw_name = record[CENTRAL.size : CENTRAL.size + name_length]
    if offset + LOCAL.size > len(content) or content[offset : offset + 4] != LOCAL_MARK:
        where.refuse("E-FILE-DAMAGED", reason="its table of contents points nowhere")
    local = LOCAL.unpack_from(content, offset)
    named = offset + LOCAL.size
    content_start = named + local[9] + local[10]
    if content[named : named + local[9]] != raw_name:
        where.refuse("E-FILE-UNSAFE", reason="a part with two names")
    if content_start + packed > following:
        where.refuse("E-FILE-UNSAFE", reason="parts that overlap")
    try:
        name = raw_name.decode("utf-8" if flags & _UTF8_NAME else "cp437")
    except UnicodeDecodeError as error:
        where.refuse("E-FILE-DAMAGED", cause=error, reason="a part with an unreadable name")
    if stat.S_ISLNK(header[15] >> 16):
        where.refuse("E-FILE-UNSAFE", reason=f"a link named {name}")
    entry = Entry(name, record, flags, method, checksum, packed, size, offset, content_start, following)
    _judge(entry, where)
    return entry


def _judge(entry: Entry, where: Where) -> None:
    """Refuse a name, a size or a method that no spreadsheet program writes."""
    name = entry.name
    if "\\" in name or ":" in name or "\0" in name or name.startswith("/") or ".." in name.split("/"):
        where.refuse("E-FILE-UNSAFE", reason=f"a part named {name!r}")
    if entry.flags & _ENCRYPTED:
        where.refuse("E-FILE-ENCRYPTED")
    if entry.method not in (STORED, DEFLATED):
        where.refuse("E-FILE-FORM", reason=f"{name} is compressed by method {entry.method}")
    ratio = entry.size / max(1, entry.packed_size)
    if entry.size > MOST_PART_BYTES or (entry.size > RATIO_FLOOR and ratio > MOST_RATIO):
        where.refuse("E-FILE-UNSAFE", reason=f"{name} would inflate to {entry.size:,} bytes")


def _judge_together(entries: tuple[Entry, ...], where: Where) -> None:
    """Refuse entries that cannot stand side by side, and a zip that is no workbook by its parts."""
    seen: set[str] = set()
    for entry in entries:
        if entry.name.lower() in seen:
            where.refuse("E-FILE-UNSAFE", reason=f"two parts named {entry.name}")
        seen.add(entry.name.lower())
    if sum(entry.size for entry in entries) > MOST_BYTES:
        where.refuse("E-FILE-UNSAFE", reason="it would inflate to more than a gigabyte")
    if "mimetype" in seen:
        where.refuse("E-FILE-TYPE", reason="an OpenDocument file")
    if CONTENT_TYPES.lower() not in seen:
        code = "E-FILE-DAMAGED" if "_rels/.rels" in seen else "E-FILE-TYPE"
        where.refuse(code, reason=f"it has no {CONTENT_TYPES}")

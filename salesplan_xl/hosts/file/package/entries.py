"""One entry of the zip: what its record says, its bytes inflated, and new bytes packed in their place."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

from salesplan_xl.hosts.refusals import Where

QUICK_FROM_BYTES = 4 << 20
"""Parts from this size on are deflated at level 2: three times as fast, a fifth larger."""

LOCAL = struct.Struct("<4s5H3I2H")
"""The header before the bytes of an entry."""
CENTRAL = struct.Struct("<4s6H3I5H2I")
"""The fixed part of an entry's record in the table of contents."""
LOCAL_MARK, CENTRAL_MARK = b"PK\x03\x04", b"PK\x01\x02"
STORED, DEFLATED = 0, 8

_DESCRIPTOR = 0x8
_VERSION = 20


@dataclass(frozen=True)
class Entry:
    """
    One entry of the zip.

    Parameters
    ----------
    name : str
        Name of the part.
    record : bytes
        Its record in the table of contents.
    flags, method, checksum, packed_size, size : int
        What the record says of its bytes.
    start, content_start, end : int
        Where its header, its bytes and what follows it begin in the file.
    """

    name: str
    record: bytes
    flags: int
    method: int
    checksum: int
    packed_size: int
    size: int
    start: int
    content_start: int
    end: int


def inflate(entry: Entry, content: bytes, where: Where) -> bytes:
    """
    Inflate one part, never beyond the size it states, and check its sum.

    Parameters
    ----------
    entry : Entry
        Its entry.
    content : bytes
        The whole file.
    where : Where
        The file, for messages.

    Returns
    -------
    bytes
        The part.

    Raises
    ------
    RefusalError
        If the bytes are damaged, or inflate to more than they say.
    """
    packed = content[entry.content_start : entry.content_start + entry.packed_size]
    part = packed if entry.method == STORED else _inflated(packed, entry, where)
    if len(part) > entry.size:
        where.refuse("E-FILE-UNSAFE", reason=f"{entry.name} inflates to more than it says")
    if len(part) != entry.size or zlib.crc32(part) != entry.checksum:
        where.refuse("E-FILE-DAMAGED", reason=f"{entry.name} does not match its check sum")
    return part


def pack(entry: Entry, content: bytes) -> tuple[bytes, bytes]:
    """
    Deflate new content for an entry.

    Parameters
    ----------
    entry : Entry
        The entry whose place it takes.
    content : bytes
        The new content.

    Returns
    -------
    tuple of bytes
        The header with the packed bytes, and the record; the metadata of the old ones is kept.
    """
    deflater = zlib.compressobj(2 if len(content) >= QUICK_FROM_BYTES else 6, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = deflater.compress(content) + deflater.flush()
    sizes = (zlib.crc32(content), len(packed), len(content))
    mark, made_by, needed, flags, _, *time, _, _, _, name_size, _, comment_size, disk, inside, outside, offset = (
        CENTRAL.unpack_from(entry.record)
    )
    name = entry.record[CENTRAL.size : CENTRAL.size + name_size]
    comment = entry.record[len(entry.record) - comment_size :]
    flags &= ~_DESCRIPTOR
    extra_size = 0  # extra fields speak of the bytes that are replaced
    stated = (flags, DEFLATED, *time, *sizes, name_size, extra_size)
    record = CENTRAL.pack(mark, made_by, needed, *stated, comment_size, disk, inside, outside, offset)
    return LOCAL.pack(LOCAL_MARK, _VERSION, *stated) + name + packed, record + name + comment


def _inflated(packed: bytes, entry: Entry, where: Where) -> bytes:
    """Inflate bytes, stopping one byte beyond the size stated."""
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, entry.size + 1)
    except zlib.error as error:
        where.refuse("E-FILE-DAMAGED", cause=error, reason=f"{entry.name} cannot be inflated")

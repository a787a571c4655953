"""The file around the streams of a VBA project: a compound file of version 3 (MS-CFB).

A compound file is a small file system. Sectors of 512 bytes are chained by a table, the FAT; streams shorter than
4096 bytes share the mini stream, in sectors of 64 bytes with a table of their own; a directory names them all.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable

from salesplan_xl.template.vba_project.directory import BLANK_RECORD, ContainerError, Kind, Tree, list_entries

__all__ = ["ContainerError", "Tree", "write_container"]

_SECTOR = 512
_MINI_SECTOR = 64
_MINI_CUTOFF = 4096  # a stream of this size or larger has sectors of its own

# MS-CFB 2.1 Compound File Sector Numbers and Types
_FAT_SECTOR = 0xFFFFFFFD
_END_OF_CHAIN = 0xFFFFFFFE
_FREE = 0xFFFFFFFF

_FAT_ENTRIES = _SECTOR // 4  # sector numbers that one sector of the FAT holds
_MOST_FAT_SECTORS = 109  # as many as the header lists; more would need a DIFAT (MS-CFB 2.5)
_MOST_SECTORS = _MOST_FAT_SECTORS * _FAT_ENTRIES

# MS-CFB 2.2 Compound File Header
_HEADER = struct.Struct(
    "<8s16x"  # signature, class id
    "5H6x"  # minor version, major version, byte order, sector shift, mini sector shift
    "I"  # directory sectors: 0 in version 3
    "3I"  # FAT sectors, first directory sector, transaction number
    "3I"  # mini stream cutoff, first mini FAT sector, mini FAT sectors
    "2I"  # first DIFAT sector, DIFAT sectors
    "109I"  # where the FAT is
)
_SIGNATURE = bytes.fromhex("D0CF11E0A1B11AE1")
_VERSION = (0x3E, 3)
_LITTLE_ENDIAN = 0xFFFE
_SHIFTS = (9, 6)  # 2**9 = 512, 2**6 = 64


def write_container(tree: Tree) -> bytes:
    r"""
    Write streams and storages into a compound file.

    Parameters
    ----------
    tree : mapping of str to bytes or mapping
        Streams by name; a mapping is a storage with streams and storages of its own. The order does not matter.

    Returns
    -------
    bytes
        The file, the same for the same tree.

    Raises
    ------
    ContainerError
        If a name is empty, longer than 31 UTF-16 units, holds one of ``/ \ : !`` or a zero, or differs from a
        neighbour only in case; or if the file would hold more than 13,952 sectors (about 7 MB).

    Examples
    --------
    >>> content = write_container({"VBA": {"dir": b"..."}, "PROJECT": b"..."})
    >>> len(content) // 512  # the header, the mini stream and its table, the directory, the FAT
    5
    """
    entries = list_entries(tree)
    sectors, mini_sectors = _Sectors(_SECTOR), _Sectors(_MINI_SECTOR)
    for entry in entries[1:]:
        if entry.kind is Kind.STREAM:
            short = len(entry.content) < _MINI_CUTOFF
            entry.first_sector = (mini_sectors if short else sectors).put(entry.content)
    root = entries[0]
    root.content = bytes(mini_sectors.content)  # MS-CFB 2.6.2: the mini stream is the root's
    root.first_sector = sectors.put(root.content)
    mini_fat = _padded(_numbers(mini_sectors.chains), _numbers([_FREE]))
    first_mini_fat = sectors.put(mini_fat)
    first_directory = sectors.put(_padded(b"".join(entry.record() for entry in entries), BLANK_RECORD))
    fat_sectors = _append_fat(sectors)
    header = _HEADER.pack(
        *(_SIGNATURE, *_VERSION, _LITTLE_ENDIAN, *_SHIFTS),
        0,
        *(len(fat_sectors), first_directory, 0),
        *(_MINI_CUTOFF, first_mini_fat, len(mini_fat) // _SECTOR),
        *(_END_OF_CHAIN, 0),
        *fat_sectors,
        *[_FREE] * (_MOST_FAT_SECTORS - len(fat_sectors)),
    )
    return header + bytes(sectors.content)


class _Sectors:
    """Sectors of one size, and for each the number of the next one of its chain."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.content = bytearray()
        self.chains: list[int] = []

    def put(self, content: bytes) -> int:
        """Append a chain of sectors and say where it begins."""
        if not content:
            return _END_OF_CHAIN
        first = len(self.chains)
        end = first - (-len(content) // self.size)
        self.chains += [*range(first + 1, end), _END_OF_CHAIN]
        self.content += content.ljust((end - first) * self.size, b"\0")
        return first


def _append_fat(sectors: _Sectors) -> range:
    """Append the table of all sectors, its own among them, and say where it is (MS-CFB 2.3)."""
    first = len(sectors.chains)
    # a sector of the table describes 128 sectors, one of them itself: so it serves 127 others
    count = -(-first // (_FAT_ENTRIES - 1))
    needed = first + count
    if needed > _MOST_SECTORS:
        raise ContainerError(f"A compound file of {needed:,} sectors; up to {_MOST_SECTORS:,} (7 MB) can be written.")
    sectors.chains += [_FAT_SECTOR] * count
    sectors.content += _padded(_numbers(sectors.chains), _numbers([_FREE]))
    return range(first, needed)


def _numbers(numbers: Iterable[int]) -> bytes:
    """Write sector numbers."""
    return b"".join(number.to_bytes(4, "little") for number in numbers)


def _padded(content: bytes, blank: bytes) -> bytes:
    """Fill the last sector with blanks."""
    return content + blank * (-len(content) % _SECTOR // len(blank))

"""The compound file that holds a VBA project, read as strictly as MS-CFB is written: nothing is mended in passing."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from salesplan_xl.template.verify.rules import BrokenError, Finding, Rule

HEADER = Rule(
    "cfb.header",
    "The header is that of version 3: sectors of 512 bytes, mini sectors of 64 for streams below 4096 bytes, none "
    "for the FAT's own list.",
    "Excel drops a container it cannot read as a whole: 'Removed part: /xl/vbaProject.bin' (MS-CFB 2.2).",
)
FAT = Rule(
    "cfb.fat",
    "The FAT covers every sector, marks its own sectors as its own, and leaves none that belongs to nobody.",
    "EPPlus wrote a FAT that was wrong from 65 and from 99 sheets on, and Excel removed the project "
    "(JanKallman/EPPlus issues 131 and 132; MS-CFB 2.3).",
)
CHAIN = Rule(
    "cfb.chain",
    "The sectors of a stream form one chain, exactly as long as the stream, and no sector is in two chains.",
    "A shared or short chain gives a stream the bytes of another one; a loop never ends (MS-CFB 2.3 and 2.4).",
)
ENTRY = Rule(
    "cfb.entry",
    "The directory begins with the root; every other entry is a storage or a stream, and is reached once.",
    "What the directory does not reach is not there for Excel; what it reaches twice is damage (MS-CFB 2.6.2).",
)
NAME = Rule(
    "cfb.name",
    "A name has 1 to 31 characters, none of / \\ : !, and differs from its siblings in more than case.",
    "Excel finds streams by name without regard to case; longer names do not fit (MS-CFB 2.6.1; EPPlus issue 485).",
)
ORDER = Rule(
    "cfb.order",
    "Siblings stand in the order of the directory: shorter names first, equal lengths by upper-case letters.",
    "Excel looks a stream up by halving the tree, so a stream out of order cannot be found (MS-CFB 2.6.4).",
)
TREE = Rule(
    "cfb.tree",
    "The siblings form a red-black tree: a black entry on top, no red one below a red one, equally many black ones on "
    "every way down.",
    "Excel tolerates other trees, other readers repair or refuse them (MS-CFB 2.6.4).",
)
RULES = (HEADER, FAT, CHAIN, ENTRY, NAME, ORDER, TREE)

SECTOR = 512
MINI_SECTOR = 64
MINI_BELOW = 4096
"""Streams below this size lie in mini sectors."""

_HEADER = struct.Struct("<8s16sHHHHH6s10I")
_ENTRY = struct.Struct("<64sHBB3I16sI2QIQ")
_SIGNATURE = bytes.fromhex("D0CF11E0A1B11AE1")
_LISTED_FATS = 109
_FREE = 0xFFFFFFFF
_END = 0xFFFFFFFE
_FAT_SECTOR = 0xFFFFFFFD
_NOBODY = 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_RED = 0
_DEEPEST = 64
"""A red-black tree of 2**31 entries is no deeper."""
_DEEPEST_STORAGE = 16
"""A project needs two: VBA, and one for each form."""


@dataclass(frozen=True)
class Container:
    """
    What a compound file holds.

    Parameters
    ----------
    streams : mapping of str to bytes
        Content by path, such as ``VBA/dir``, in the order of the directory.
    findings : tuple of Finding
        What breaks the rules though it could be read.
    """

    streams: Mapping[str, bytes]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class _Entry:
    """One entry of the directory."""

    name: str
    kind: int
    color: int
    left: int
    right: int
    child: int
    start: int
    size: int
    whole_name: bool


@dataclass
class _Reader:
    """What is known while a compound file is read."""

    content: bytes
    where: str
    fat: tuple[int, ...] = ()
    owners: dict[int, str] = field(default_factory=dict)
    mini_fat: tuple[int, ...] = ()
    mini_owners: dict[int, str] = field(default_factory=dict)
    mini: bytes = b""
    entries: tuple[_Entry, ...] = ()
    reached: set[int] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)


def read_container(content: bytes, where: str = "xl/vbaProject.bin") -> Container:
    """
    Read a compound file of version 3, strictly.

    Parameters
    ----------
    content : bytes
        The file.
    where : str
        What it is called in findings.

    Returns
    -------
    Container
        Its streams, and what breaks the rules though it could be read.

    Raises
    ------
    BrokenError
        If the header, the FAT or a chain is so broken that streams cannot be read.
    """
    first_directory, first_mini, mini_count, fat_sectors = _header(content, where)
    reader = _Reader(content, where)
    _read_fat(reader, fat_sectors)
    directory = _chained(reader, first_directory, None, "the directory")
    reader.entries = tuple(_entries(directory))
    _check_root(reader)
    _read_mini(reader, first_mini, mini_count)
    streams = dict(_walk(reader, reader.entries[0].child, "", 0))
    _check_leftovers(reader)
    return Container(streams, tuple(reader.findings))


def _header(content: bytes, where: str) -> tuple[int, int, int, tuple[int, ...]]:
    """
    Where directory and mini FAT begin, the mini FAT's sectors, and the sectors of the FAT.

    The minor version is not judged: the format recommends 0x3E only.
    """
    if len(content) < SECTOR or not content.startswith(_SIGNATURE):
        raise BrokenError(HEADER.at(where, "it does not begin as a compound file"))
    fields = _HEADER.unpack_from(content)
    _, class_id, _, version, order, sector, mini_sector, reserved = fields[:8]
    directory_count, fat_count, directory, _, mini_below, mini, mini_count, list_start, list_count, _ = fields[8:]
    form = (version, order, sector, mini_sector, mini_below, directory_count)
    if form != (3, 0xFFFE, 9, 6, MINI_BELOW, 0) or class_id.strip(b"\0") or reserved.strip(b"\0"):
        raise BrokenError(HEADER.at(where, f"its form is {form}, where (3, 65534, 9, 6, 4096, 0) is expected"))
    if list_start != _END or list_count or not 1 <= fat_count <= _LISTED_FATS:
        raise BrokenError(HEADER.at(where, f"it says {fat_count} FAT sectors, {list_count} sectors of their list"))
    if len(content) % SECTOR:
        raise BrokenError(HEADER.at(where, f"its {len(content)} bytes are no whole number of sectors"))
    listed = struct.unpack_from(f"<{_LISTED_FATS}I", content, SECTOR - 4 * _LISTED_FATS)
    if any(one != _FREE for one in listed[fat_count:]):
        raise BrokenError(HEADER.at(where, f"it lists more than the {fat_count} FAT sectors it says"))
    return directory, mini, mini_count, listed[:fat_count]


def _read_fat(reader: _Reader, sectors: tuple[int, ...]) -> None:
    """Read the FAT and check that it covers the file."""
    total = len(reader.content) // SECTOR - 1
    table = b"".join(_sector(reader, sector, "the FAT") for sector in sectors)
    reader.fat = struct.unpack(f"<{len(table) // 4}I", table)
    if len(reader.fat) < total:
        raise BrokenError(FAT.at(reader.where, f"it covers {len(reader.fat)} of {total} sectors"))
    if any(one != _FREE for one in reader.fat[total:]):
        raise BrokenError(FAT.at(reader.where, "it speaks of sectors behind the end of the file"))
    for sector in sectors:
        _claim(reader, sector, reader.owners, "the FAT")
        if reader.fat[sector] != _FAT_SECTOR:
            reader.findings.append(FAT.at(reader.where, f"sector {sector} of the FAT is not marked as its own"))


def _sector(reader: _Reader, number: int, owner: str) -> bytes:
    """The bytes of a sector."""
    start = (number + 1) * SECTOR
    if number > _FAT_SECTOR or start + SECTOR > len(reader.content):
        raise BrokenError(CHAIN.at(reader.where, f"{owner} leads to sector {number}, which does not exist"))
    return reader.content[start : start + SECTOR]


def _claim(reader: _Reader, number: int, owners: dict[int, str], owner: str) -> None:
    """Note whose a sector is; nobody else may have it."""
    if number in owners:
        raise BrokenError(CHAIN.at(reader.where, f"{owner} leads to sector {number}, which {owners[number]} has"))
    owners[number] = owner


def _chained(reader: _Reader, start: int, size: int | None, owner: str) -> bytes:
    """The bytes of a chain of sectors; `size` None where only the chain tells it."""
    found = []
    number = start
    while number != _END:
        found.append(_sector(reader, number, owner))
        _claim(reader, number, reader.owners, owner)
        number = reader.fat[number]
    return _cut(reader, b"".join(found), size, SECTOR, owner)


def _mini_chained(reader: _Reader, start: int, size: int, owner: str) -> bytes:
    """The bytes of a chain of mini sectors."""
    found = []
    number = start
    while number != _END:
        if number >= len(reader.mini_fat) or (number + 1) * MINI_SECTOR > len(reader.mini):
            raise BrokenError(CHAIN.at(reader.where, f"{owner} leads to mini sector {number}, which does not exist"))
        _claim(reader, number, reader.mini_owners, owner)
        found.append(reader.mini[number * MINI_SECTOR : (number + 1) * MINI_SECTOR])
        number = reader.mini_fat[number]
    return _cut(reader, b"".join(found), size, MINI_SECTOR, owner)


def _cut(reader: _Reader, found: bytes, size: int | None, sector: int, owner: str) -> bytes:
    """The bytes of a stream out of those of its sectors, which must be just enough."""
    if size is None:
        return found
    if len(found) != -(-size // sector) * sector:
        told = f"{owner} has {size} bytes, its chain {len(found) // sector} sectors of {sector}"
        raise BrokenError(CHAIN.at(reader.where, told))
    return found[:size]


def _entries(directory: bytes) -> Iterator[_Entry]:
    """The entries of the directory, the unused ones too."""
    for raw_name, length, kind, color, left, right, child, *_, start, size in _ENTRY.iter_unpack(directory):
        text = raw_name[: max(0, length - 2)]
        whole = length % 2 == 0 and 4 <= length <= 64 and not raw_name[length - 2 :].strip(b"\0")
        name = text.decode("utf-16-le", errors="replace")
        yield _Entry(name, kind, color, left, right, child, start, size & 0xFFFFFFFF, whole and "\0" not in name)


def _check_root(reader: _Reader) -> None:
    """The first entry must be the root, and have no siblings."""
    if not reader.entries or reader.entries[0].kind != _ROOT:
        raise BrokenError(ENTRY.at(reader.where, "the directory does not begin with the root"))
    root = reader.entries[0]
    if (root.left, root.right) != (_NOBODY, _NOBODY):
        reader.findings.append(ENTRY.at(reader.where, "the root has siblings"))
    reader.reached.add(0)


def _read_mini(reader: _Reader, first: int, count: int) -> None:
    """Read the mini FAT and the stream that holds all mini sectors."""
    root = reader.entries[0]
    table = _chained(reader, first, count * SECTOR, "the mini FAT")
    reader.mini_fat = struct.unpack(f"<{len(table) // 4}I", table)
    reader.mini = _chained(reader, root.start, root.size, "the stream of mini sectors")


def _walk(reader: _Reader, top: int, prefix: str, depth: int) -> Iterator[tuple[str, bytes]]:
    """The streams below a storage, with their paths."""
    if depth > _DEEPEST_STORAGE:
        raise BrokenError(ENTRY.at(reader.where, f"storages lie more than {_DEEPEST_STORAGE} deep"))
    siblings: list[_Entry] = []
    _descend(reader, top, 1, siblings, above_is_red=False)
    if siblings and reader.entries[top].color == _RED:
        reader.findings.append(TREE.at(reader.where, f"{reader.entries[top].name!r} is red, on top"))
    for before, after in pairwise(siblings):
        if _key(before.name) == _key(after.name):
            reader.findings.append(NAME.at(reader.where, f"{before.name!r} and {after.name!r} are one name"))
        elif _key(before.name) > _key(after.name):
            reader.findings.append(ORDER.at(reader.where, f"{after.name!r} comes after {before.name!r}"))
    for entry in siblings:
        path = prefix + entry.name
        if not entry.whole_name or set(entry.name) & set("/\\:!"):
            reader.findings.append(NAME.at(reader.where, f"{path!r} is no name"))
        if entry.kind == _STORAGE:
            yield from _walk(reader, entry.child, f"{path}/", depth + 1)
        else:
            read = _mini_chained if entry.size < MINI_BELOW else _chained
            yield path, read(reader, entry.start if entry.size else _END, entry.size, path)


def _descend(reader: _Reader, number: int, depth: int, siblings: list[_Entry], *, above_is_red: bool) -> int:
    """Collect siblings from left to right; the number of black entries on the way down."""
    if number == _NOBODY:
        return 1
    if number >= len(reader.entries) or number in reader.reached or depth > _DEEPEST:
        raise BrokenError(ENTRY.at(reader.where, f"entry {number} does not exist, is reached twice or lies too deep"))
    reader.reached.add(number)
    entry = reader.entries[number]
    if entry.kind not in (_STORAGE, _STREAM):
        raise BrokenError(ENTRY.at(reader.where, f"{entry.name!r} is of kind {entry.kind}"))
    is_red = entry.color == _RED
    if above_is_red and is_red:
        reader.findings.append(TREE.at(reader.where, f"{entry.name!r} is red below a red entry"))
    left = _descend(reader, entry.left, depth + 1, siblings, above_is_red=is_red)
    siblings.append(entry)
    right = _descend(reader, entry.right, depth + 1, siblings, above_is_red=is_red)
    if left != right:
        reader.findings.append(TREE.at(reader.where, f"below {entry.name!r}, {left} and {right} black entries"))
    return left + (not is_red)


def _key(name: str) -> tuple[int, str]:
    """What siblings are ordered by: length in UTF-16, then letters in upper case, one for one."""
    upper = "".join(one.upper() if len(one.upper()) == 1 else one for one in name)
    return len(name.encode("utf-16-le", errors="replace")), upper


def _check_leftovers(reader: _Reader) -> None:
    """No sector and no entry may be left that nobody has."""
    tables = (("sector", reader.fat, reader.owners), ("mini sector", reader.mini_fat, reader.mini_owners))
    for what, table, owners in tables:
        lost = [number for number, after in enumerate(table) if after != _FREE and number not in owners]
        if lost:
            reader.findings.append(FAT.at(reader.where, f"{what} {lost[0]} belongs to nobody ({len(lost)} in all)"))
    used = {number for number, entry in enumerate(reader.entries) if entry.kind}
    if used - reader.reached:
        names = sorted(reader.entries[number].name for number in used - reader.reached)
        reader.findings.append(ENTRY.at(reader.where, f"{names[0]!r} is not reached ({len(names)} in all)"))

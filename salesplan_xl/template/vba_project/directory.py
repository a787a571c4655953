"""The directory of a compound file: names of storages and streams, and how they hang together (MS-CFB 2.6)."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

Tree: TypeAlias = "Mapping[str, bytes | Tree]"
"""Streams by name, and storages of streams by name."""

LONGEST_NAME = 31
"""The most UTF-16 units of a name: 32 with the zero behind it (MS-CFB 2.6.1)."""

_NO_ENTRY = 0xFFFFFFFF  # MS-CFB 2.6.1 NOSTREAM

# MS-CFB 2.6.1 Compound File Directory Entry
_ENTRY = struct.Struct(
    "<64sH"  # name, its bytes with the zero behind it
    "2B"  # kind, colour
    "3I"  # left sibling, right sibling, child
    "16xI16x"  # class id, state bits, creation and modification time
    "IQ"  # first sector, size
)


class ContainerError(ValueError):
    """What cannot be written into a compound file."""


class Kind(IntEnum):
    """What an entry is (MS-CFB 2.6.1, object type)."""

    STORAGE = 1
    STREAM = 2
    ROOT = 5


@dataclass
class Entry:
    """
    An entry of the directory.

    Parameters
    ----------
    name : str
        Its name, of up to 31 UTF-16 units.
    kind : Kind
        Whether it is a storage, a stream or the root.
    content : bytes
        What the stream holds; for the root, the mini stream.
    is_black : bool
        Its colour in the red-black tree of its siblings (MS-CFB 2.6.4).
    left, right : int
        Numbers of the siblings below it in that tree.
    child : int
        Number of the top of the tree of what a storage holds.
    first_sector : int
        Where its content begins.
    """

    name: str
    kind: Kind
    content: bytes = b""
    is_black: bool = True
    left: int = _NO_ENTRY
    right: int = _NO_ENTRY
    child: int = _NO_ENTRY
    first_sector: int = 0

    def record(self) -> bytes:
        """
        Write the entry.

        Returns
        -------
        bytes
            Its 128 bytes.
        """
        name = self.name.encode("utf-16-le") + bytes(2)
        links = self.left, self.right, self.child
        return _ENTRY.pack(name, len(name), self.kind, self.is_black, *links, 0, self.first_sector, len(self.content))


BLANK_RECORD = _ENTRY.pack(b"", 0, 0, 0, *[_NO_ENTRY] * 3, 0, 0, 0)
"""What stands where there is no entry."""


def list_entries(tree: Tree) -> list[Entry]:
    """
    List the entries of all storages and streams, linked as trees.

    Parameters
    ----------
    tree : mapping of str to bytes or mapping
        Streams and storages by name.

    Returns
    -------
    list of Entry
        The entries; the root comes first.

    Raises
    ------
    ContainerError
        If a name is none, or two of one storage differ only in case.
    """
    entries = [Entry("Root Entry", Kind.ROOT)]
    entries[0].child = _add_siblings(entries, tree)
    return entries


def _add_siblings(entries: list[Entry], tree: Tree) -> int:
    """Add what one storage holds, and give the top of its tree."""
    first = len(entries)
    names = _ordered(tree)
    for name in names:
        node = tree[name]
        kind, content = (Kind.STREAM, node) if isinstance(node, bytes) else (Kind.STORAGE, b"")
        entries.append(Entry(name, kind, content))
    for entry, name in zip(entries[first:], names, strict=True):
        node = tree[name]
        if not isinstance(node, bytes):
            entry.child = _add_siblings(entries, node)
    full_levels = (len(names) + 1).bit_length() - 1
    return _link(entries, range(first, first + len(names)), full_levels)


def _link(entries: list[Entry], ordered: range, full_levels: int) -> int:
    """
    Link entries as a balanced tree and give its top.

    All levels but the last are full. With those black and the rest red, no red entry has a red child and every way
    down meets the same number of black ones.
    """
    if not ordered:
        return _NO_ENTRY
    middle = len(ordered) // 2
    entry = entries[ordered[middle]]
    entry.is_black = full_levels > 0
    entry.left = _link(entries, ordered[:middle], full_levels - 1)
    entry.right = _link(entries, ordered[middle + 1 :], full_levels - 1)
    return ordered[middle]


def _ordered(names: Iterable[str]) -> list[str]:
    """Order names as siblings are: the shorter first, then by upper case (MS-CFB 2.6.4)."""
    keys: dict[tuple[int, bytes], str] = {}
    for name in names:
        key = _sort_key(name)
        if key in keys:
            raise ContainerError(f"{keys[key]!r} and {name!r} are neighbours and must differ in more than case.")
        keys[key] = name
    return [keys[key] for key in sorted(keys)]


def _sort_key(name: str) -> tuple[int, bytes]:
    """Give length and upper case of a name in UTF-16 units; refuse what is no name (MS-CFB 2.6.1)."""
    upper = "".join(_upper(character) for character in name)
    try:
        units = upper.encode("utf-16-be")
    except UnicodeEncodeError as error:
        raise ContainerError(f"{name!r} is no name: half a character stands in it.") from error
    if not 1 <= len(units) // 2 <= LONGEST_NAME:
        raise ContainerError(f"{name!r} is no name: {len(units) // 2} UTF-16 units, 1 to {LONGEST_NAME} are possible.")
    if any(character in "/\\:!\0" for character in name):
        raise ContainerError(f"{name!r} is no name: it holds one of / \\ : ! or a zero.")
    return len(units), units


def _upper(character: str) -> str:
    """Give one character in upper case; one that would become several stays."""
    upper = character.upper()
    return upper if len(upper) == 1 else character

"""Reads back what was written, sharing nothing with the writer: strictly by the specification, and by two libraries."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass

import olefile  # type: ignore[import-untyped]  # it has no types
from pyopenvba.cfb import CFB  # type: ignore[import-untyped]  # it has no types
from pyopenvba.vba import VBAProject, parse_vba_project  # type: ignore[import-untyped]  # it has no types

NO_ENTRY = 0xFFFFFFFF
STORAGE, STREAM, ROOT = 1, 2, 5


def decompress(container: bytes) -> bytes:
    """Decompress as MS-OVBA 2.4.1.3.1 says, and refuse what a writer must not write."""
    assert container[0] == 1, "the signature"
    plain, position = bytearray(), 1
    while position < len(container):
        (header,) = struct.unpack_from("<H", container, position)
        assert header >> 12 & 0b111 == 0b011, "the signature of a chunk"
        end = position + (header & 0xFFF) + 3
        assert end <= len(container), "a chunk that runs past the container"
        content = container[position + 2 : end]
        if header >> 15:
            plain += decompress_tokens(content)
        else:
            assert len(content) == 4096, "a raw chunk that is not full"
            plain += content
        position = end
    return bytes(plain)


def decompress_tokens(content: bytes) -> bytes:
    """Decompress the token sequences of one chunk (MS-OVBA 2.4.1.3.2)."""
    plain, position = bytearray(), 0
    while position < len(content):
        flags = content[position]
        position += 1
        assert position < len(content), "a token sequence without tokens"
        for bit in range(8):
            if position == len(content):
                break
            if not flags >> bit & 1:
                plain.append(content[position])
                position += 1
                continue
            (token,) = struct.unpack_from("<H", content, position)
            position += 2
            offset_bits = 4
            while 1 << offset_bits < len(plain):
                offset_bits += 1
            offset = (token >> 16 - offset_bits) + 1
            assert offset <= len(plain), "a copy from before the chunk"
            for _ in range((token & (1 << 16 - offset_bits) - 1) + 3):
                plain.append(plain[-offset])
    assert len(plain) <= 4096, "a chunk of more than 4096 bytes"
    return bytes(plain)


@dataclass(frozen=True)
class Entry:
    """An entry of the directory, as it was read."""

    name: str
    kind: int
    is_black: bool
    left: int
    right: int
    child: int


def fat_of(content: bytes) -> list[int]:
    """The table of all sectors, from where the header says it is."""
    (count,) = struct.unpack_from("<I", content, 44)
    sectors = struct.unpack_from(f"<{count}I", content, 76)
    return [number for sector in sectors for number in struct.unpack_from("<128I", content, (sector + 1) * 512)]


def entries_of(content: bytes) -> list[Entry]:
    """The directory, followed through the FAT; unused entries are left out."""
    first = struct.unpack_from("<I", content, 48)[0]
    fat, found, sector = fat_of(content), [], first
    while sector != 0xFFFFFFFE:
        for at in range((sector + 1) * 512, (sector + 2) * 512, 128):
            length, kind, colour, left, right, child = struct.unpack_from("<HBBIII", content, at + 64)
            if kind:
                name = content[at : at + length - 2].decode("utf-16-le")
                found.append(Entry(name, kind, colour == 1, left, right, child))
        sector = fat[sector]
    return found


def check_tree(entries: list[Entry]) -> None:
    """Check names, order and colours of all trees of siblings (MS-CFB 2.6.4), and that each entry is in one of them."""
    reached = [0]
    for entry in entries:
        if entry.child != NO_ENTRY:
            assert entries[entry.child].is_black, "the top of a tree is red"
            numbers = check_node(entries, entry.child)[1]
            keys = [(len(entries[number].name), entries[number].name.upper()) for number in numbers]
            assert keys == sorted(set(keys)), "siblings out of order, or alike"
            reached += numbers
    assert sorted(reached) == list(range(len(entries))), "an entry in no tree, or in two"


def check_node(entries: list[Entry], number: int) -> tuple[int, list[int]]:
    """Check the colours below a node; give the black height and the numbers in order."""
    if number == NO_ENTRY:
        return 1, []
    entry = entries[number]
    (left_height, left), (right_height, right) = check_node(entries, entry.left), check_node(entries, entry.right)
    assert left_height == right_height, f"uneven black height at {entry.name}"
    for below in (entry.left, entry.right):
        assert entry.is_black or below == NO_ENTRY or entries[below].is_black, f"red under red at {entry.name}"
    return left_height + entry.is_black, [*left, number, *right]


def check_chains(content: bytes) -> None:
    """Check that each sector belongs to one chain, and that no chain is longer or shorter than what it holds."""
    count = len(content) // 512 - 1
    (fat_count,) = struct.unpack_from("<I", content, 44)
    listed = struct.unpack_from("<109I", content, 76)
    assert set(listed[fat_count:]) <= {NO_ENTRY}, "more of the FAT listed than counted"
    fat = [
        number for sector in listed[:fat_count] for number in struct.unpack_from("<128I", content, 512 * sector + 512)
    ]
    assert set(fat[count:]) <= {NO_ENTRY}, "sectors beyond the end"
    assert [sector for sector in range(count) if fat[sector] == 0xFFFFFFFD] == list(listed[:fat_count])
    followed = [number for number in fat[:count] if number < 0xFFFFFFFA]
    assert len(followed) == len(set(followed)), "two chains meet"
    assert NO_ENTRY not in fat[:count], "a sector of no chain"


def streams_by_olefile(content: bytes) -> dict[tuple[str, ...], bytes]:
    """All streams by path, read by olefile, for which everything unusual is an error."""
    with olefile.OleFileIO(io.BytesIO(content), raise_defects=olefile.DEFECT_UNSURE) as file:
        return {tuple(path): file.openstream(path).read() for path in file.listdir()}


def streams_by_pyopenvba(content: bytes, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], bytes]:
    """All streams by path, read by pyOpenVBA."""
    file = CFB.from_bytes(content)
    streams = {(*path, name): file.get_stream_at(path, name) for name in file.list_streams_at(path)}
    for name in file.list_storages_at(path):
        streams |= streams_by_pyopenvba(content, (*path, name))
    return streams


def project_by_pyopenvba(content: bytes) -> VBAProject:
    """The project, read and checked by pyOpenVBA."""
    file = CFB.from_bytes(content)
    project = parse_vba_project(file)
    assert project.validate(file) == []
    return project

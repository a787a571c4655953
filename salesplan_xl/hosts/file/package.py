"""A workbook as the zip it is: judged before it is read, changed part by part, swapped in whole.

Everything that is not replaced keeps its raw bytes, its order and its metadata. The file is read into memory
once; nothing in it is ever extracted, followed or run.
"""

from __future__ import annotations

import contextlib
import os
import posixpath
import re
import secrets
import stat
import struct
import time
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import NoReturn
from urllib.parse import unquote
from xml.etree import ElementTree

from salesplan_xl.hosts.file.markup import attributes, decode_part
from salesplan_xl.workbook.problems import Refusal, problem

MOST_FILE_BYTES = 256 << 20
MOST_ENTRIES = 2_000
MOST_PART_BYTES = 768 << 20
MOST_BYTES = 1 << 30
MOST_RATIO = 200
"""A part may inflate to this many times its size; Excel's own parts stay below 60."""
RATIO_FLOOR = 5 << 20
"""Below this size the ratio does not matter."""
SWAP_ATTEMPTS = 5
SWAP_PAUSE_SECONDS = 0.2
QUICK_FROM_BYTES = 4 << 20
"""Parts from this size on are deflated at level 2: three times as fast, a fifth larger."""

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_UTF8_NAME = 0x800
_DESCRIPTOR = 0x8
_STORED, _DEFLATED = 0, 8

CONTENT_TYPES = "[Content_Types].xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORKBOOK_TYPES = (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml",
    "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    "application/vnd.ms-excel.template.macroEnabled.main+xml",
    "application/vnd.ms-excel.addin.macroEnabled.main+xml",
)


@dataclass(frozen=True)
class Relationship:
    """
    A pointer from one part to another.

    Parameters
    ----------
    id : str
        Id within the part that points.
    kind : str
        Last word of its type, such as ``"worksheet"`` or ``"table"``.
    target : str
        Name of the part it points to, or the address outside the file.
    external : bool
        Whether it points outside the file. Nothing ever follows it.
    """

    id: str
    kind: str
    target: str
    external: bool


@dataclass(frozen=True)
class _Entry:
    """One entry of the zip: what its directory says, and where its bytes lie."""

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


class Package:
    """
    An Open XML package: a zip of parts, held in memory.

    Parameters
    ----------
    content : bytes
        The file.
    name : str
        Its name, for messages.

    Raises
    ------
    Refusal
        If the bytes are no workbook, are damaged, or are built in a way no spreadsheet program builds one.
    """

    def __init__(self, content: bytes, name: str) -> None:
        self.name = name
        self.path: Path | None = None
        self._load(content)

    @classmethod
    def open(cls, path: Path) -> Package:
        """
        Read a file and judge it.

        Parameters
        ----------
        path : Path
            The file.

        Returns
        -------
        Package
            The package, which remembers the path.

        Raises
        ------
        Refusal
            If there is no such file, it cannot be read, or it is no workbook we would touch.
        """
        package = cls(read_file(path, MOST_FILE_BYTES), path.name)
        package.path = path.resolve()
        return package

    @property
    def changed(self) -> bool:
        """Whether anything was replaced or removed."""
        return bool(self._replaced or self._removed)

    def part_names(self) -> tuple[str, ...]:
        """
        List the parts.

        Returns
        -------
        tuple of str
            Their names, in the order of the file.
        """
        return tuple(entry.name for entry in self._entries if entry.name not in self._removed)

    def has(self, part: str) -> bool:
        """
        Tell whether there is a part.

        Parameters
        ----------
        part : str
            Name of a part, in any case.

        Returns
        -------
        bool
            Whether it is there.
        """
        entry = self._by_lower_name.get(part.lower())
        return entry is not None and entry.name not in self._removed

    def part(self, name: str) -> bytes:
        """
        Give the bytes of a part, as they stand now.

        Parameters
        ----------
        name : str
            Name of the part, in any case.

        Returns
        -------
        bytes
            Its content, inflated and checked.

        Raises
        ------
        KeyError
            If there is no such part.
        Refusal
            If its bytes are damaged or inflate to more than they say.
        """
        if not self.has(name):
            raise KeyError(name)
        entry = self._by_lower_name[name.lower()]
        if entry.name in self._replaced:
            return self._replaced[entry.name]
        return self._inflate(entry)

    def text(self, name: str) -> str:
        """
        Give an XML part as text.

        Parameters
        ----------
        name : str
            Name of the part.

        Returns
        -------
        str
            Its text.

        Raises
        ------
        KeyError
            If there is no such part.
        Refusal
            If it is damaged, declares a document type, or is not UTF-8.
        """
        return decode_part(self.part(name), name, self.name)

    def tree(self, name: str) -> ElementTree.Element:
        """
        Parse a small XML part.

        Parameters
        ----------
        name : str
            Name of the part.

        Returns
        -------
        Element
            Its root.

        Raises
        ------
        KeyError
            If there is no such part.
        Refusal
            If it is no well-formed XML.
        """
        try:
            # Safe without a hardened parser: text() has refused every document type and entity.
            return ElementTree.fromstring(self.text(name))  # noqa: S314 - see the line above
        except ElementTree.ParseError as error:
            self._refuse("E-FILE-DAMAGED", f"{name} is no well-formed XML: {error}", error)

    def replace(self, name: str, content: bytes) -> None:
        """
        Give a part new content.

        Parameters
        ----------
        name : str
            Name of a part that is there.
        content : bytes
            Its new content.

        Raises
        ------
        KeyError
            If there is no such part.
        """
        if not self.has(name):
            raise KeyError(name)
        self._replaced[self._by_lower_name[name.lower()].name] = content

    def remove(self, name: str, owner: str) -> None:
        """
        Take a part out, with the relationship that points to it and its content type.

        Parameters
        ----------
        name : str
            Name of the part.
        owner : str
            The one part that points to it.

        Raises
        ------
        KeyError
            If there is no such part.
        """
        if not self.has(name):
            raise KeyError(name)
        gone = self._by_lower_name[name.lower()].name
        pointers = _relationships_part(owner)
        if self.has(pointers):
            self._drop_tags(pointers, "Relationship", "Target", owner, gone)
        self._drop_tags(CONTENT_TYPES, "Override", "PartName", "", gone)
        self._replaced.pop(gone, None)
        self._removed.add(gone)

    def relationships(self, part: str) -> tuple[Relationship, ...]:
        """
        List what a part points to.

        Parameters
        ----------
        part : str
            Name of the part; ``""`` for the package itself.

        Returns
        -------
        tuple of Relationship
            Its relationships; none if it has no relationships part.

        Raises
        ------
        Refusal
            If they are damaged, or one points out of the package.
        """
        holder = _relationships_part(part)
        if not self.has(holder):
            return ()
        return tuple(
            self._relationship(part, element.attrib)
            for element in self.tree(holder)
            if _local(element.tag) == "Relationship"
        )

    def related(self, part: str, kind: str) -> tuple[str, ...]:
        """
        List the parts of one kind that a part points to.

        Parameters
        ----------
        part : str
            Name of the part; ``""`` for the package itself.
        kind : str
            Such as ``"table"``.

        Returns
        -------
        tuple of str
            Names of the parts that are there.
        """
        found = self.relationships(part)
        return tuple(one.target for one in found if one.kind == kind and not one.external and self.has(one.target))

    def content_types(self) -> dict[str, str]:
        """
        Give the content types that are stated for single parts.

        Returns
        -------
        dict of str to str
            Content type by part name.
        """
        return {
            element.get("PartName", "").lstrip("/"): element.get("ContentType", "")
            for element in self.tree(CONTENT_TYPES)
            if _local(element.tag) == "Override"
        }

    def to_bytes(self) -> bytes:
        """
        Write the package.

        Returns
        -------
        bytes
            The zip. Entries that were not replaced are the same raw bytes, in the same order.
        """
        return b"".join(self._pieces()) if self.changed else self._content

    def save(self, path: Path | None = None) -> None:
        """
        Write the package beside the file and swap it in.

        A kill at any moment leaves the old file or the new one, whole. The mode bits of a file already there
        are kept. Without changes, saving to the file it came from does nothing at all.

        Parameters
        ----------
        path : Path, optional
            Where to; by default where it was opened from. Afterwards the package belongs to that path.

        Raises
        ------
        ValueError
            If there is no path to save to.
        Refusal
            If the file was changed meanwhile, another program holds it open, or the place cannot be written to.
        """
        target = path.resolve() if path is not None else self.path
        if target is None:
            raise ValueError("a workbook that came from no file needs a path to be saved to")
        own = target == self.path
        if own and not self.changed:
            return
        content = self.to_bytes()
        swap_in(target, content, unchanged_from=self._content if own else None)
        self.name, self.path = target.name, target
        self._load(content)

    def _load(self, content: bytes) -> None:
        """Take the bytes of a package in, as nobody has changed them yet."""
        self._content = content
        self._replaced: dict[str, bytes] = {}
        self._removed: set[str] = set()
        self._refuse_other_kinds()
        self._entries = self._read_directory()
        self._by_lower_name = {entry.name.lower(): entry for entry in self._entries}
        self.workbook_part = self._find_workbook()

    def _pieces(self) -> Iterator[bytes]:
        """Give the zip piece by piece: entries, directory, end."""
        offset = 0
        records = []
        for entry in self._entries:
            if entry.name in self._removed:
                continue
            new = self._replaced.get(entry.name)
            if new is None:
                local, record = self._content[entry.start : entry.end], entry.record
            else:
                local, record = _packed(entry, new)
            records.append(record[:42] + struct.pack("<I", offset) + record[46:])
            offset += len(local)
            yield local
        directory = b"".join(records)
        yield directory
        yield _END.pack(b"PK\x05\x06", 0, 0, len(records), len(records), len(directory), offset, 0)

    def _drop_tags(self, part: str, tag: str, attribute: str, owner: str, gone: str) -> None:
        """Take out of a part the tags that point to a part that goes."""

        def kept(match: re.Match[str]) -> str:
            pointed = attributes(match[1]).get(attribute, "")
            return "" if _target(owner, pointed).lower() == gone.lower() else match[0]

        text = self.text(part)
        changed = re.sub(rf"<{tag}\b([^<>]*?)(?:/>|>\s*</{tag}>)", kept, text)
        if changed == text:
            self._refuse("E-FILE-FORM", f"{part} does not name {gone}")
        self.replace(part, changed.encode("utf-8"))

    def _relationship(self, part: str, attribute: dict[str, str]) -> Relationship:
        """Read one relationship and refuse one that leaves the package."""
        kind = attribute.get("Type", "").rsplit("/", 1)[-1]
        target = attribute.get("Target", "")
        if attribute.get("TargetMode") == "External":
            return Relationship(attribute.get("Id", ""), kind, target, external=True)
        resolved = _target(part, target)
        if resolved.startswith(".."):
            self._refuse("E-FILE-UNSAFE", f"a pointer out of the package: {target}")
        return Relationship(attribute.get("Id", ""), kind, resolved, external=False)

    def _refuse_other_kinds(self) -> None:
        """Tell by the first bytes what is no workbook at all."""
        content = self._content
        if not content:
            self._refuse("E-FILE-TYPE", "it is empty, 0 bytes")
        if content.startswith(_OLE):
            if "EncryptedPackage".encode("utf-16-le") in content:
                raise Refusal([problem("E-FILE-ENCRYPTED", file=self.name)])
            self._refuse("E-FILE-TYPE", "an old .xls or another OLE file")
        if not content.startswith(b"PK"):
            begins = content[:200].lstrip(b"\xef\xbb\xbf \r\n\t")
            self._refuse("E-FILE-TYPE", "HTML or XML" if begins.startswith(b"<") else "text, CSV or something else")
        if not content.startswith(b"PK\x03\x04"):
            self._refuse("E-FILE-DAMAGED", "the zip does not begin with a part")

    def _read_directory(self) -> tuple[_Entry, ...]:
        """Read and judge the zip's own table of contents, before anything is inflated."""
        end = self._content.rfind(b"PK\x05\x06")
        if end < 0 or end + _END.size > len(self._content):
            self._refuse("E-FILE-DAMAGED", "its end is missing")
        _, disk, first_disk, here, count, size, start, comment = _END.unpack_from(self._content, end)
        whole = end + _END.size + comment == len(self._content) and start + size == end
        if disk or first_disk or here != count or not whole:
            self._refuse("E-FILE-DAMAGED", "its table of contents is not where it should be")
        if count > MOST_ENTRIES:
            self._refuse("E-FILE-UNSAFE", f"{count} parts")
        records = list(self._records(start, end, count))
        starts = [*sorted(offset for _, offset in records), start]
        following = dict(pairwise(starts))
        entries = tuple(self._entry(record, offset, following[offset]) for record, offset in records)
        self._judge(entries)
        return entries

    def _records(self, start: int, end: int, count: int) -> Iterator[tuple[bytes, int]]:
        """Cut the table of contents into its records, each with the offset of its part."""
        at = start
        for _ in range(count):
            if at + _CENTRAL.size > end or self._content[at : at + 4] != b"PK\x01\x02":
                self._refuse("E-FILE-DAMAGED", "its table of contents is cut short")
            header = _CENTRAL.unpack_from(self._content, at)
            length = _CENTRAL.size + header[10] + header[11] + header[12]
            if at + length > end or header[16] >= start:
                self._refuse("E-FILE-DAMAGED", "its table of contents points nowhere")
            yield self._content[at : at + length], header[16]
            at += length
        if at != end:
            self._refuse("E-FILE-DAMAGED", "its table of contents holds more than it says")

    def _entry(self, record: bytes, offset: int, following: int) -> _Entry:
        """Read one record and the header before its bytes; the two must agree on the name."""
        header = _CENTRAL.unpack_from(record)
        flags, method, checksum, packed, size, name_length = *header[3:5], *header[7:11]
        raw_name = record[_CENTRAL.size : _CENTRAL.size + name_length]
        if offset + _LOCAL.size > len(self._content) or self._content[offset : offset + 4] != b"PK\x03\x04":
            self._refuse("E-FILE-DAMAGED", "its table of contents points nowhere")
        local = _LOCAL.unpack_from(self._content, offset)
        named = offset + _LOCAL.size
        content_start = named + local[9] + local[10]
        if self._content[named : named + local[9]] != raw_name:
            self._refuse("E-FILE-UNSAFE", "a part with two names")
        if content_start + packed > following:
            self._refuse("E-FILE-UNSAFE", "parts that overlap")
        try:
            name = raw_name.decode("utf-8" if flags & _UTF8_NAME else "cp437")
        except UnicodeDecodeError as error:
            self._refuse("E-FILE-DAMAGED", "a part with an unreadable name", error)
        if stat.S_ISLNK(header[15] >> 16):
            self._refuse("E-FILE-UNSAFE", f"a link named {name}")
        return _Entry(name, record, flags, method, checksum, packed, size, offset, content_start, following)

    def _judge(self, entries: tuple[_Entry, ...]) -> None:
        """Refuse names, sizes and methods that no spreadsheet program writes."""
        seen: set[str] = set()
        for entry in entries:
            name = entry.name
            if "\\" in name or ":" in name or "\0" in name or name.startswith("/") or ".." in name.split("/"):
                self._refuse("E-FILE-UNSAFE", f"a part named {name!r}")
            if name.lower() in seen:
                self._refuse("E-FILE-UNSAFE", f"two parts named {name}")
            seen.add(name.lower())
            if entry.flags & 0x41:
                raise Refusal([problem("E-FILE-ENCRYPTED", file=self.name)])
            if entry.method not in (_STORED, _DEFLATED):
                self._refuse("E-FILE-FORM", f"{name} is compressed by method {entry.method}")
            ratio = entry.size / max(1, entry.packed_size)
            if entry.size > MOST_PART_BYTES or (entry.size > RATIO_FLOOR and ratio > MOST_RATIO):
                self._refuse("E-FILE-UNSAFE", f"{name} would inflate to {entry.size:,} bytes")
        if sum(entry.size for entry in entries) > MOST_BYTES:
            self._refuse("E-FILE-UNSAFE", "it would inflate to more than a gigabyte")
        if "mimetype" in seen:
            self._refuse("E-FILE-TYPE", "an OpenDocument file")
        if CONTENT_TYPES.lower() not in seen:
            self._refuse("E-FILE-DAMAGED" if "_rels/.rels" in seen else "E-FILE-TYPE", f"it has no {CONTENT_TYPES}")

    def _find_workbook(self) -> str:
        """Find the workbook part and make sure it is one we can follow."""
        if any(
            one.kind == "officeDocument" and "purl.oclc.org" in self.text("_rels/.rels")
            for one in self.relationships("")
        ):
            self._refuse("E-FILE-TYPE", "saved as Strict Open XML")
        parts = self.related("", "officeDocument")
        if len(parts) != 1:
            self._refuse("E-FILE-DAMAGED", "its workbook part is missing")
        content_type = {name.lower(): kind for name, kind in self.content_types().items()}.get(parts[0].lower(), "")
        if content_type not in _WORKBOOK_TYPES:
            self._refuse("E-FILE-TYPE", f"its main part is {content_type or 'of no stated type'}")
        if "http://purl.oclc.org/ooxml" in self.text(parts[0]):
            self._refuse("E-FILE-TYPE", "saved as Strict Open XML")
        return parts[0]

    def _inflate(self, entry: _Entry) -> bytes:
        """Inflate one part, never beyond the size it states, and check its sum."""
        packed = self._content[entry.content_start : entry.content_start + entry.packed_size]
        if entry.method == _STORED:
            content = packed
        else:
            inflater = zlib.decompressobj(-zlib.MAX_WBITS)
            try:
                content = inflater.decompress(packed, entry.size + 1)
            except zlib.error as error:
                self._refuse("E-FILE-DAMAGED", f"{entry.name} cannot be inflated", error)
        if len(content) > entry.size:
            self._refuse("E-FILE-UNSAFE", f"{entry.name} inflates to more than it says")
        if len(content) != entry.size or zlib.crc32(content) != entry.checksum:
            self._refuse("E-FILE-DAMAGED", f"{entry.name} does not match its check sum")
        return content

    def _refuse(self, code: str, reason: str, cause: Exception | None = None) -> NoReturn:
        """Refuse the file."""
        raise Refusal([problem(code, file=self.name, reason=reason)]) from cause


def read_file(path: Path, most_bytes: int) -> bytes:
    """
    Read a whole file into memory.

    Parameters
    ----------
    path : Path
        The file.
    most_bytes : int
        Size above which it is refused unread.

    Returns
    -------
    bytes
        Its content.

    Raises
    ------
    Refusal
        If it is not there, too large, or cannot be read.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(most_bytes + 1)
    except FileNotFoundError as error:
        raise Refusal([problem("E-FILE-MISSING", file=path.name, path=path)]) from error
    except PermissionError as error:
        raise Refusal([problem("E-FILE-OPEN", file=path.name)]) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Refusal([problem("E-FILE-DAMAGED", file=path.name, reason=reason)]) from error
    if len(content) > most_bytes:
        reason = f"more than {most_bytes:,} bytes"
        raise Refusal([problem("E-FILE-UNSAFE", file=path.name, reason=reason)])
    return content


def swap_in(path: Path, content: bytes, *, unchanged_from: bytes | None = None) -> None:
    """
    Write a zip beside a file, check it, and put it in the file's place in one step.

    Parameters
    ----------
    path : Path
        The file, there or not yet.
    content : bytes
        A whole zip.
    unchanged_from : bytes, optional
        What the file must still hold at the moment before the swap.

    Raises
    ------
    Refusal
        If the file was changed meanwhile, another program holds it open, or the place cannot be written to.
        The file is then as it was, and nothing is left beside it.
    """
    beside = path.with_name(f".~{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        _write_through(beside, content)
        with zipfile.ZipFile(beside) as written:
            damaged = written.testzip()
        if damaged is not None:
            raise Refusal([problem("E-FILE-WRITE", file=path.name, reason=f"{damaged} was not written whole")])
        if path.exists():
            beside.chmod(stat.S_IMODE(path.stat().st_mode))
        if unchanged_from is not None and (not path.exists() or path.read_bytes() != unchanged_from):
            raise Refusal([problem("E-FILE-CHANGED", file=path.name)])
        _swap(beside, path)
    except (OSError, zipfile.BadZipFile) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Refusal([problem("E-FILE-WRITE", file=path.name, reason=reason)]) from error
    finally:
        with contextlib.suppress(OSError):  # gone already, or the refusal on its way says more
            beside.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _write_through(path: Path, content: bytes) -> None:
    """Write a new file down to the disk."""
    with path.open("xb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _swap(beside: Path, path: Path) -> None:
    """Replace one file by another; a program that holds it open gets a moment to let go."""
    for attempt in range(1, SWAP_ATTEMPTS + 1):
        try:
            beside.replace(path)
        except PermissionError as error:
            if attempt == SWAP_ATTEMPTS:
                raise Refusal([problem("E-FILE-OPEN", file=path.name)]) from error
            time.sleep(SWAP_PAUSE_SECONDS)
        else:
            return


def _sync_folder(folder: Path) -> None:
    """Write the folder's entry down to the disk, where the system lets us."""
    with contextlib.suppress(OSError):  # Windows opens no folders, some network drives sync none
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _packed(entry: _Entry, content: bytes) -> tuple[bytes, bytes]:
    """Deflate new content; give the local part and the directory record, metadata kept."""
    deflater = zlib.compressobj(2 if len(content) >= QUICK_FROM_BYTES else 6, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = deflater.compress(content) + deflater.flush()
    checksum = zlib.crc32(content)
    header = list(_CENTRAL.unpack_from(entry.record))
    name = entry.record[_CENTRAL.size : _CENTRAL.size + header[10]]
    comment = entry.record[len(entry.record) - header[12] :]
    flags = entry.flags & ~_DESCRIPTOR
    header[3], header[4], header[7], header[8], header[9] = flags, _DEFLATED, checksum, len(packed), len(content)
    header[11] = 0  # extra fields speak of the bytes that are replaced
    record = _CENTRAL.pack(*header) + name + comment
    local = _LOCAL.pack(
        b"PK\x03\x04", 20, flags, _DEFLATED, header[5], header[6], checksum, len(packed), len(content), len(name), 0
    )
    return local + name + packed, record


def _relationships_part(part: str) -> str:
    """Name the part that holds the relationships of a part."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _target(owner: str, target: str) -> str:
    """Resolve where a part points to."""
    plain = unquote(target)
    joined = plain.lstrip("/") if plain.startswith("/") else posixpath.join(posixpath.dirname(owner), plain)
    return posixpath.normpath(joined)


def _local(tag: str) -> str:
    """Give a tag without its namespace."""
    return tag.rsplit("}", 1)[-1]

"""The parts of a package: read when asked for, replaced one by one, written together."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from salesplan_xl.hosts.file.markup import attributes, decode_part, elements
from salesplan_xl.hosts.file.package.directory import CONTENT_TYPES, directory_end, read_directory
from salesplan_xl.hosts.file.package.entries import inflate, pack
from salesplan_xl.hosts.file.package.files import MOST_FILE_BYTES, read_file, swap_in
from salesplan_xl.hosts.file.package.kinds import (
    refuse_other_content,
    refuse_other_kinds,
    refuse_strict,
)
from salesplan_xl.hosts.file.package.relationships import (
    Relationship,
    read_relationship,
    relationships_part,
    target_part,
)
from salesplan_xl.hosts.refusals import Where


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
    RefusalError
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
        RefusalError
            If there is no such file, it cannot be read, or it is no workbook we would touch.
        """
        package = cls(read_file(path, MOST_FILE_BYTES), path.name)
        package.path = path.resolve()
        return package

    @property
    def where(self) -> Where:
        """The file, for refusals."""
        return Where(self.name)

    @property
    def changed(self) -> bool:
        """Whether anything was replaced or removed."""
        return bool(self._replaced or self._removed)

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
        RefusalError
            If its bytes are damaged or inflate to more than they say.
        """
        if not self.has(name):
            raise KeyError(name)
        entry = self._by_lower_name[name.lower()]
        if entry.name in self._replaced:
            return self._replaced[entry.name]
        return inflate(entry, self._content, self.where)

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
        RefusalError
            If it is damaged, declares a document type, or is not UTF-8.
        """
        return decode_part(self.part(name), name, self.where)

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
        RefusalError
            If it is no well-formed XML.
        """
        try:
            # Safe without a hardened parser: text() has refused every document type and entity.
            return ElementTree.fromstring(self.text(name))  # noqa: S314 - see the line above
        except ElementTree.ParseError as error:
            self.where.refuse("E-FILE-DAMAGED", cause=error, reason=f"{name} is no well-formed XML: {error}")

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
        pointers = relationships_part(owner)
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
        RefusalError
            If they are damaged, or one points out of the package.
        """
        holder = relationships_part(part)
        if not self.has(holder):
            return ()
        return tuple(
            read_relationship(part, element.attrib, self.where)
            for element in elements(self.tree(holder), "Relationship")
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
            for element in elements(self.tree(CONTENT_TYPES), "Override")
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
        RefusalError
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
        refuse_other_kinds(content, self.where)
        self._entries = read_directory(content, self.where)
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
                local, record = pack(entry, new)
            records.append(record[:42] + struct.pack("<I", offset) + record[46:])
            offset += len(local)
            yield local
        directory = b"".join(records)
        yield directory
        yield directory_end(len(records), len(directory), offset)

    def _drop_tags(self, part: str, tag: str, attribute: str, owner: str, gone: str) -> None:
        """Take out of a part the tags that point to a part that goes."""

        def kept(match: re.Match[str]) -> str:
            pointed = attributes(match[1]).get(attribute, "")
            return "" if target_part(owner, pointed).lower() == gone.lower() else match[0]

        text = self.text(part)
        changed = re.sub(rf"<{tag}\b([^<>]*?)(?:/>|>\s*</{tag}>)", kept, text)
        if changed == text:
            self.where.refuse("E-FILE-FORM", reason=f"{part} does not name {gone}")
        self.replace(part, changed.encode("utf-8"))

    def _find_workbook(self) -> str:
        """Find the workbook part and make sure it is one we can follow."""
        if any(one.kind == "officeDocument" for one in self.relationships("")):
            refuse_strict(self.text("_rels/.rels"), self.where)
        parts = self.related("", "officeDocument")
        if len(parts) != 1:
            self.where.refuse("E-FILE-DAMAGED", reason="its workbook part is missing")
        types = {name.lower(): content_type for name, content_type in self.content_types().items()}
        refuse_other_content(types.get(parts[0].lower(), ""), self.where)
        refuse_strict(self.text(parts[0]), self.where)
        return parts[0]

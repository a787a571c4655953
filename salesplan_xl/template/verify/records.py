"""The dir stream of a VBA project, MS-OVBA 2.3.4.2, read in the one order its grammar allows."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from salesplan_xl.template.verify.rules import BrokenError, Finding, Rule

ORDER = Rule(
    "vba.dir-order",
    "The records of the dir stream stand in the one order its grammar allows, each with the size of its kind.",
    "The stream has no index: one record out of place and Excel takes the rest for damage (MS-OVBA 2.3.4.2).",
)
COUNT = Rule(
    "vba.dir-count",
    "The dir stream holds as many modules as it announces, and nothing behind its end.",
    "Excel reads as many modules as are announced and takes what follows for damage (MS-OVBA 2.3.4.2.3).",
)
TEXT = Rule(
    "vba.dir-text",
    "A text that stands in the code page and in UTF-16 is the same in both, and its size counts bytes.",
    "EPPlus wrote the number of characters for a name outside ASCII, and Excel removed the project "
    "(EPPlus issue 524; MS-OVBA 2.3.4.2).",
)
VALUES = Rule(
    "vba.dir-values",
    "Both languages are 0x409, the library flags and reserved bytes 0; cookies a program wrote are 0xFFFF.",
    "The format gives them no other value (MS-OVBA 2.3.4.2.1.3, .4 and .10, 2.3.4.2.3.1, 2.3.4.2.3.2.7).",
)
CODE_PAGE = Rule(
    "vba.code-page",
    "The code page is 1252.",
    "With another one the editor shows mojibake on systems that do not have it; writers that assumed 1252 in a project "
    "of another code page broke its texts (MS-OVBA 2.3.4.2.1.5).",
)
FOREIGN = Rule(
    "vba.reference-foreign",
    "No reference points at another project's file.",
    "Where the file is missing, the reference is 'MISSING:' and no macro of the whole project compiles "
    "(MS-OVBA 2.3.4.2.2.6).",
)
LIBRARY = Rule(
    "vba.reference-library",
    "A reference names a registered type library; one a program wrote names no folder of a person.",
    "Excel finds a library by its identifier; the path tells where the project was made (MS-OVBA 2.1.1.8).",
)
KNOWN = Rule(
    "vba.reference-known",
    "A project written by a program refers to OLE Automation and Office only.",
    "Every Excel has these two; any further library may be missing, and then nothing compiles (MS-OVBA 2.3.4.2.2).",
)
NAMES = Rule(
    "vba.module-unique",
    "Modules have names of 1 to 31 letters, digits and _, which differ in more than case.",
    "Excel removes a project with two modules of one name (JanKallman/EPPlus issues 5 and 7) or a name of more than "
    "31 characters (EPPlus issue 485).",
)
RULES = (ORDER, COUNT, TEXT, VALUES, CODE_PAGE, FOREIGN, LIBRARY, KNOWN, NAMES)

WHERE = "VBA/dir"
STANDARD, CLASS_OR_DOCUMENT = 0x21, 0x22

_LIBRARIES = frozenset({"{00020430-0000-0000-C000-000000000046}", "{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}"})
_LIBRARY = re.compile(r"\*\\[GH](\{[0-9A-Fa-f-]{36}\})#[0-9A-Fa-f]+\.[0-9A-Fa-f]+#[0-9A-Fa-f]+#([^#]*)#")
_OWN_FOLDER = re.compile(r"\\Users\\|\\Documents and Settings\\|/(?:home|Users)/", re.IGNORECASE)  # of a person


@dataclass(frozen=True)
class ModuleRecord:
    """
    What the dir stream says of a module.

    Parameters
    ----------
    name : str
        Its name.
    stream : str
        The stream of its source, in the storage VBA.
    offset : int
        Where the source begins in that stream, in bytes.
    kind : int
        `STANDARD` or `CLASS_OR_DOCUMENT`.
    """

    name: str
    stream: str
    offset: int
    kind: int


@dataclass(frozen=True)
class Directory:
    """
    What the dir stream says.

    Parameters
    ----------
    name : str
        Name of the project.
    encoding : str
        Python's name of the code page.
    modules : tuple of ModuleRecord
        The modules, in order.
    findings : tuple of Finding
        What breaks the rules though it could be read.
    """

    name: str
    encoding: str
    modules: tuple[ModuleRecord, ...]
    findings: tuple[Finding, ...]


@dataclass
class _Records:
    """The records that are still to be read."""

    content: bytes
    has_cache: bool
    at: int = 0
    encoding: str = "cp1252"
    findings: list[Finding] = field(default_factory=list)

    def head(self) -> int:
        """Kind of the next record; -1 behind the last one."""
        if self.at + 6 > len(self.content):
            return -1
        (kind,) = struct.unpack_from("<H", self.content, self.at)
        return int(kind)

    def take(self, kind: int, size: int | None = None) -> bytes:
        """The next record, which must be of this kind and size; the version's size field is 4 for 6 bytes."""
        if self.head() != kind:
            told = f"at byte {self.at} stands record {_hex(self.head())}, where {_hex(kind)} belongs"
            raise BrokenError(ORDER.at(WHERE, told))
        (length,) = struct.unpack_from("<I", self.content, self.at + 2)
        if size is not None and length != size:
            raise BrokenError(ORDER.at(WHERE, f"record {_hex(kind)} says {length} bytes, where {size} belong"))
        taken = length + 2 if kind == _VERSION else length
        body = self.content[self.at + 6 : self.at + 6 + taken]
        if len(body) != taken:
            raise BrokenError(ORDER.at(WHERE, f"record {_hex(kind)} says {length} bytes, {len(body)} are left"))
        self.at += 6 + taken
        return body

    def number(self, kind: int, size: int) -> int:
        """The next record as a number."""
        return int.from_bytes(self.take(kind, size), "little")

    def text(self, kind: int) -> str:
        """The next record as a text in the code page."""
        try:
            return self.take(kind).decode(self.encoding)
        except UnicodeDecodeError as error:
            told = f"record {_hex(kind)} is no text in {self.encoding}"
            raise BrokenError(TEXT.at(WHERE, told)) from error

    def both(self, kind: int, unicode_kind: int) -> str:
        """A text that stands in the code page and then in UTF-16."""
        text = self.text(kind)
        if self.take(unicode_kind) != text.encode("utf-16-le"):
            self.findings.append(TEXT.at(WHERE, f"{text!r} has another text in UTF-16"))
        return text

    def fixed(self, what: str, found: int, expected: int) -> None:
        """Check a value that has no other."""
        if found != expected:
            self.findings.append(VALUES.at(WHERE, f"{what} is {found:#x}, where {expected:#x} belongs"))

    def cookie(self, what: str, kind: int) -> None:
        """Read a cookie; what a program other than Excel writes is fixed."""
        found = self.number(kind, 2)
        if not self.has_cache:
            self.fixed(what, found, 0xFFFF)


_VERSION = 0x09


def read_directory(content: bytes, *, has_cache: bool) -> Directory:
    """
    Read the dir stream.

    Parameters
    ----------
    content : bytes
        The stream, decompressed.
    has_cache : bool
        Whether the project holds Excel's performance cache. Without one it was written by a program, to which
        stricter rules apply.

    Returns
    -------
    Directory
        The project's name, its code page, its modules, and what breaks the rules though it could be read.

    Raises
    ------
    BrokenError
        If a record is out of place, so that what follows cannot be understood.
    """
    records = _Records(content, has_cache)
    name = _information(records)
    while records.head() != 0x0F:
        _reference(records)
    modules = tuple(_modules(records))
    _check_names([module.name for module in modules], records.findings)
    return Directory(name, records.encoding, modules, tuple(records.findings))


def _information(records: _Records) -> str:
    """Read the records about the project (2.3.4.2.1); its name."""
    records.take(0x01, 4)
    if records.head() == 0x4A:
        records.take(0x4A, 4)
    records.fixed("the language", records.number(0x02, 4), 0x409)
    records.fixed("the language of calls", records.number(0x14, 4), 0x409)
    _code_page(records, records.number(0x03, 2))
    name = records.text(0x04)
    if not 1 <= len(name) <= 128:
        records.findings.append(TEXT.at(WHERE, f"the project's name has {len(name)} characters, where 1 to 128 belong"))
    records.both(0x05, 0x40)
    if records.take(0x06) != records.take(0x3D):
        records.findings.append(TEXT.at(WHERE, "the two paths of the help file differ"))
    records.take(0x07, 4)
    records.fixed("the library flags", records.number(0x08, 4), 0)
    records.take(_VERSION, 4)
    if records.head() == 0x0C:
        records.both(0x0C, 0x3C)
    return name


def _code_page(records: _Records, page: int) -> None:
    """Note the code page, by which the texts that follow are read."""
    if page != 1252:
        records.findings.append(CODE_PAGE.at(WHERE, f"it is {page}"))
    try:
        b"".decode(f"cp{page}")
    except LookupError as error:
        raise BrokenError(CODE_PAGE.at(WHERE, f"{page} is no code page")) from error
    records.encoding = f"cp{page}"


def _reference(records: _Records) -> None:
    """Read a reference (2.3.4.2.2) and judge where it leads."""
    name = records.both(0x16, 0x3E) if records.head() == 0x16 else ""
    kind = records.head()
    if kind == 0x0D:
        body = records.take(0x0D)
        library, rest = _sized(records, body)
        records.fixed("what follows a reference", int.from_bytes(rest, "little"), 0)
        if len(rest) != 6:
            raise BrokenError(
                ORDER.at(WHERE, f"behind the library of {name!r} stand {len(rest)} bytes, where 6 belong")
            )
        _judge_library(records, name, library)
    elif kind == 0x0E:
        library, _ = _sized(records, records.take(0x0E))
        records.findings.append(FOREIGN.at(WHERE, f"{name!r} points at {library!r}"))
    elif kind == 0x33:
        _judge_library(records, name, records.text(0x33))
    elif kind == 0x2F:
        _control(records, name)
    else:
        raise BrokenError(ORDER.at(WHERE, f"at byte {records.at} stands record {_hex(kind)} among the references"))


def _sized(records: _Records, body: bytes) -> tuple[str, bytes]:
    """A text behind its size, and what follows it."""
    size = int.from_bytes(body[:4], "little")
    if len(body) < 4 + size:
        raise BrokenError(TEXT.at(WHERE, f"a library says {size} bytes, {len(body) - 4} are left"))
    try:
        return body[4 : 4 + size].decode(records.encoding), body[4 + size :]
    except UnicodeDecodeError as error:
        raise BrokenError(TEXT.at(WHERE, f"a library is no text in {records.encoding}")) from error


def _control(records: _Records, name: str) -> None:
    """Read a reference to the controls of a library (2.3.4.2.2.3), whose own copy of the library is `name`'s."""
    records.take(0x2F)
    if records.head() == 0x16:
        records.both(0x16, 0x3E)
    library, _ = _sized(records, records.take(0x30))
    _judge_library(records, name, library)


def _judge_library(records: _Records, name: str, library: str) -> None:
    """Judge where a reference leads."""
    if library.startswith(("*\\C", "*\\D")):
        records.findings.append(FOREIGN.at(WHERE, f"{name!r} points at {library!r}"))
        return
    form = _LIBRARY.match(library)
    if form is None or (not records.has_cache and _OWN_FOLDER.search(form[2])):
        records.findings.append(LIBRARY.at(WHERE, f"{name!r} is {library!r}"))
    elif not records.has_cache and form[1].upper() not in _LIBRARIES:
        records.findings.append(KNOWN.at(WHERE, f"{name!r} is {library!r}"))


def _modules(records: _Records) -> Iterator[ModuleRecord]:
    """Read the modules (2.3.4.2.3) up to the end of the stream."""
    count = records.number(0x0F, 2)
    records.cookie("the project's cookie", 0x13)
    read = 0
    while records.head() == 0x19:
        yield _module(records)
        read += 1
    if read != count:
        records.findings.append(COUNT.at(WHERE, f"it announces {count} modules and holds {read}"))
    records.take(0x10, 0)
    if records.at != len(records.content):
        left = len(records.content) - records.at
        records.findings.append(COUNT.at(WHERE, f"{left} bytes follow its end"))


def _module(records: _Records) -> ModuleRecord:
    """Read a module (2.3.4.2.3.2)."""
    name = records.text(0x19)
    if records.head() == 0x47 and records.take(0x47) != name.encode("utf-16-le"):
        records.findings.append(TEXT.at(WHERE, f"{name!r} has another text in UTF-16"))
    stream = records.both(0x1A, 0x32)
    records.both(0x1C, 0x48)
    offset = records.number(0x31, 4)
    records.take(0x1E, 4)
    records.cookie(f"the cookie of {name}", 0x2C)
    kind = records.head()
    if kind not in (STANDARD, CLASS_OR_DOCUMENT):
        raise BrokenError(ORDER.at(WHERE, f"{name} has record {_hex(kind)}, where its kind belongs"))
    for one in (kind, 0x25, 0x28):
        if records.head() == one:
            records.take(one, 0)
    records.take(0x2B, 0)
    return ModuleRecord(name, stream, offset, kind)


def _check_names(names: list[str], findings: list[Finding]) -> None:
    """Names of modules must be names, and differ in more than case."""
    seen: set[str] = set()
    for name in names:
        if name.lower() in seen:
            findings.append(NAMES.at(WHERE, f"{name!r} is the name of two modules"))
        if not re.fullmatch(r"[^\W\d_]\w{0,30}", name):
            findings.append(NAMES.at(WHERE, f"{name!r} is no name of a module"))
        seen.add(name.lower())


def _hex(kind: int) -> str:
    """A kind of record as the format's tables write it."""
    return "none" if kind < 0 else f"{kind:#04x}"

"""The zip and what holds its parts together: content types, relationships, sheets and their code names."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from salesplan_xl.template.verify.markup import MAIN, OFFICE, named, parse
from salesplan_xl.template.verify.modules import CHART_BASE, SHEET_BASE, WORKBOOK_BASE, Module
from salesplan_xl.template.verify.project_stream import DOCUMENT
from salesplan_xl.template.verify.rules import BrokenError, Finding, Rule

ZIP = Rule(
    "package.zip",
    "The file is a zip whose parts are whole, not encrypted, of sane size and of different names.",
    "Excel says the file is damaged; a part that inflates without end stops any reader (ECMA-376 part 2, annex B).",
)
XML = Rule(
    "package.xml",
    "Every XML part is well-formed, written in UTF-8 and without a document type.",
    "Excel repairs such a workbook by dropping the part; a document type can make a reader expand without end "
    "(ECMA-376 part 2, 6.2.5).",
)
TYPES = Rule(
    "package.types",
    "Every part has a content type.",
    "Excel does not open a package with a part of no type (ECMA-376 part 2, 7.2.3).",
)
TARGET = Rule(
    "package.target",
    "Every relationship inside the package leads to a part that is there.",
    "Excel repairs the workbook and drops what the part was for (ECMA-376 part 2, 6.5).",
)
ORPHAN = Rule(
    "package.orphan",
    "Every part is reached by relationships from the root of the package.",
    "What is not reached is not there for Excel: openpyxl leaves such a ribbon when it drops the relationship of a "
    "2009/07 part.",
)
WORKBOOK = Rule(
    "package.workbook",
    "The package has one workbook part, in the namespace of Excel's own files, and each of its sheets a part.",
    "Without them there is nothing to open; Strict Open XML has other namespaces, which other programs do not read "
    "(ECMA-376 part 1, 12.3.23).",
)
MACRO_TYPE = Rule(
    "package.macro-type",
    "A workbook with macros is of a macro-enabled content type.",
    "Excel refuses a file whose content type and ending do not fit, and does not load macros of a plain workbook "
    "(MS-OFFMACRO2 2.2.1).",
)
PROJECT_PART = Rule(
    "package.project-part",
    "The workbook has one relationship to the VBA project, and that part is of the project's content type.",
    "Without it the macros are an orphan Excel never looks at (MS-OFFMACRO2 2.2.2).",
)
CODE_NAMES = Rule(
    "package.code-names",
    "Workbook and sheets have code names, which are the document modules one to one, each with the base of its kind.",
    "Excel makes ThisWorkbook1 beside a ThisWorkbook it cannot assign, and its events never fire (SheetJS issue 615); "
    "late or double sheet modules lose the project (JanKallman/EPPlus issues 5 and 7).",
)
RULES = (ZIP, XML, TYPES, TARGET, ORPHAN, WORKBOOK, MACRO_TYPE, PROJECT_PART, CODE_NAMES)

PROJECT_RELATIONSHIP = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
PROJECT_TYPE = "application/vnd.ms-office.vbaProject"
MACRO_TYPES = frozenset(
    f"application/vnd.ms-excel.{kind}.macroEnabled.main+xml" for kind in ("sheet", "template", "addin")
)

MOST_PARTS = 4_000
MOST_BYTES = 128 << 20
"""All parts together may inflate to this."""
MOST_RATIO = 200
RATIO_FLOOR = 5 << 20
"""Below this size the ratio does not matter."""

_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_CONTENT_TYPES = "[Content_Types].xml"
_ROOT = ""
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_UNREADABLE = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError,
    ValueError, OverflowError,
)  # fmt: skip
_BASES = {"workbook": WORKBOOK_BASE, "worksheet": SHEET_BASE, "dialogsheet": SHEET_BASE, "chartsheet": CHART_BASE}
_CODED = ("worksheet", "chartsheet", "dialogsheet")


@dataclass(frozen=True)
class Relationship:
    """
    A relationship inside the package.

    Parameters
    ----------
    id : str
        Its id, unique in the part it comes from.
    kind : str
        Its type, a web address.
    target : str
        Name of the part it leads to.
    """

    id: str
    kind: str
    target: str


@dataclass(frozen=True)
class Sheet:
    """
    A sheet of the workbook.

    Parameters
    ----------
    name : str
        What its tab says.
    part : str
        Name of its part.
    root : Element
        Root of its part.
    """

    name: str
    part: str
    root: Element


@dataclass(frozen=True)
class Package:
    """
    The parts of a file and what holds them together.

    Parameters
    ----------
    parts : mapping of str to bytes
        Content by name, in the order of the zip.
    documents : mapping of str to Element
        Root of every part that is XML and could be read.
    types : mapping of str to str
        Content type of every part that has one.
    relationships : mapping of str to tuple of Relationship
        Relationships by the part they come from; those of the package come from the empty name.
    workbook : str
        Name of the workbook part; empty where there is none.
    sheets : tuple of Sheet
        The sheets, in the order of their tabs.
    findings : tuple of Finding
        What breaks the rules though it could be read.
    """

    parts: Mapping[str, bytes]
    documents: Mapping[str, Element]
    types: Mapping[str, str]
    relationships: Mapping[str, tuple[Relationship, ...]]
    workbook: str
    sheets: tuple[Sheet, ...]
    findings: tuple[Finding, ...]

    def related(self, part: str, kind: str) -> list[str]:
        """
        Find the parts a part is related to.

        Parameters
        ----------
        part : str
            Where the relationships come from.
        kind : str
            End of their type.

        Returns
        -------
        list of str
            Names of the parts, those that are missing left out.
        """
        relationships = self.relationships.get(part, ())
        return [one.target for one in relationships if one.kind.endswith(kind) and one.target in self.parts]

    @property
    def projects(self) -> list[str]:
        """Names of the parts that are meant as VBA projects, whether or not a relationship leads there."""
        found = [one.target for one in self.relationships.get(self.workbook, ()) if one.kind == PROJECT_RELATIONSHIP]
        found += [name for name in self.parts if name.lower().endswith("vbaproject.bin")]
        return list(dict.fromkeys(found))


def read_package(content: bytes, where: str) -> Package:
    """
    Read a file as a package.

    Parameters
    ----------
    content : bytes
        The file.
    where : str
        What it is called in findings.

    Returns
    -------
    Package
        Its parts, and what breaks the rules of packages.

    Raises
    ------
    BrokenError
        If it is no zip, or one that must not be inflated.
    """
    parts = _inflate(content, where)
    findings: list[Finding] = []
    documents = _documents(parts, findings)
    types = _types(parts, documents.get(_CONTENT_TYPES))
    relationships = _relationships(documents)
    found = [one.target for one in relationships.get(_ROOT, ()) if one.kind.endswith("/officeDocument")]
    workbook = found[0] if len(found) == 1 and found[0] in documents else ""
    if not workbook:
        findings.append(WORKBOOK.at(where, f"it has {len(found)} relationships to a workbook, or one to no XML"))
    elif documents[workbook].tag != f"{{{MAIN}}}workbook":
        findings.append(WORKBOOK.at(workbook, f"it is {documents[workbook].tag}"))
    sheets = tuple(_sheets(workbook, documents, relationships, findings))
    findings += [TYPES.at(name, "it has none") for name in parts if name != _CONTENT_TYPES and name not in types]
    findings += _check_targets(parts, relationships)
    findings += _check_orphans(parts, relationships)
    return Package(parts, documents, types, relationships, workbook, sheets, tuple(findings))


def check_macros(package: Package, modules: Sequence[Module] | None) -> Iterator[Finding]:
    """
    Check how a VBA project is joined to its workbook.

    Parameters
    ----------
    package : Package
        A package with a VBA project.
    modules : sequence of Module or None
        The modules of the project; None where they could not be read.

    Yields
    ------
    Finding
        What breaks the rules.
    """
    kind = package.types.get(package.workbook, "none")
    if kind not in MACRO_TYPES:
        yield MACRO_TYPE.at(package.workbook or "the workbook", f"its type is {kind}")
    related = [one for one in package.relationships.get(package.workbook, ()) if one.kind == PROJECT_RELATIONSHIP]
    if len(related) != 1:
        yield PROJECT_PART.at(package.workbook or "the workbook", f"it has {len(related)} relationships to a project")
    for name in package.projects:
        if package.types.get(name, PROJECT_TYPE) != PROJECT_TYPE:
            yield PROJECT_PART.at(name, f"its type is {package.types[name]}")
    if modules is not None and package.workbook:
        yield from _check_code_names(package, modules)


def _check_code_names(package: Package, modules: Sequence[Module]) -> Iterator[Finding]:
    """Code names and document modules must be the same."""
    wanted: dict[str, tuple[str, str]] = {}
    for name, part, root in _coded(package):
        code = _code_name(root)
        if not code:
            yield CODE_NAMES.at(part, f"{name!r} has no code name")
        elif code.lower() in {one.lower() for one in wanted}:
            yield CODE_NAMES.at(part, f"{name!r} has the code name {code!r}, which another one has")
        else:
            wanted[code] = part, _BASES[root.tag.rpartition("}")[2]]
    documents = {module.name: module for module in modules if module.kind == DOCUMENT}
    for code, (part, base) in wanted.items():
        if code not in documents:
            yield CODE_NAMES.at(part, f"no document module is called {code!r}")
        elif documents[code].base not in ("", base):
            yield CODE_NAMES.at(part, f"the module {code!r} has VB_Base {documents[code].base}")
    for surplus in sorted(documents.keys() - wanted.keys()):
        yield CODE_NAMES.at(surplus, "it is a document module, and nothing has this code name")


def _coded(package: Package) -> Iterator[tuple[str, str, Element]]:
    """What has a code name: the workbook and its sheets."""
    yield "the workbook", package.workbook, package.documents[package.workbook]
    for sheet in package.sheets:
        if sheet.root.tag.rpartition("}")[2] in _CODED:
            yield sheet.name, sheet.part, sheet.root


def _code_name(root: Element) -> str:
    """The code name a workbook or a sheet states."""
    element = root.find(f"{{{MAIN}}}workbookPr" if root.tag.endswith("}workbook") else f"{{{MAIN}}}sheetPr")
    return "" if element is None else element.get("codeName", "")


def _inflate(content: bytes, where: str) -> dict[str, bytes]:
    """The parts of a zip, judged by their sizes before they are inflated."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _judge(entries, where)
            return {entry.filename: _part(archive, entry, where) for entry in entries if not entry.is_dir()}
    except _UNREADABLE as error:
        raise BrokenError(ZIP.at(where, f"it cannot be read: {error}")) from error


def _part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, where: str) -> bytes:
    """A part, which may not hold more than it says: a size that lies would get past the judgement below."""
    with archive.open(entry) as opened:
        content = opened.read(entry.file_size)
        if opened.read(1):
            raise BrokenError(ZIP.at(where, f"{entry.filename} holds more than the {entry.file_size:,} bytes it says"))
    return content


def _judge(entries: Sequence[zipfile.ZipInfo], where: str) -> None:
    """Refuse what must not be inflated."""
    if len(entries) > MOST_PARTS:
        raise BrokenError(ZIP.at(where, f"it has {len(entries):,} parts"))
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise BrokenError(ZIP.at(where, f"it would inflate to more than {MOST_BYTES >> 20} megabytes"))
    seen: set[str] = set()
    for entry in entries:
        name = entry.filename
        if entry.compress_type not in _PACKINGS:  # others cannot be stopped before they have inflated all
            raise BrokenError(ZIP.at(where, f"{name} is packed in a way that no workbook is"))
        if name.lower() in seen:
            raise BrokenError(ZIP.at(where, f"{name} stands twice"))
        if entry.flag_bits & 0x41:
            raise BrokenError(ZIP.at(where, f"{name} is encrypted"))
        if entry.file_size > RATIO_FLOOR and entry.file_size > MOST_RATIO * max(1, entry.compress_size):
            raise BrokenError(ZIP.at(where, f"{name} would inflate to {entry.file_size:,} bytes"))
        seen.add(name.lower())


def _documents(parts: Mapping[str, bytes], findings: list[Finding]) -> dict[str, Element]:
    """Root of every part that is XML."""
    found = {}
    for name, content in parts.items():
        if name.lower().endswith((".xml", ".rels")):
            try:
                found[name] = parse(content)
            except ValueError as error:
                findings.append(XML.at(name, str(error)))
    return found


def _types(parts: Mapping[str, bytes], root: Element | None) -> dict[str, str]:
    """Content type of every part that has one."""
    if root is None:
        return {}
    defaults = {one.get("Extension", "").lower(): one.get("ContentType", "") for one in _each(root, "Default")}
    overrides = {one.get("PartName", "").lower(): one.get("ContentType", "") for one in _each(root, "Override")}
    found = {}
    for name in parts:
        kind = overrides.get(f"/{name}".lower()) or defaults.get(name.rpartition(".")[2].lower())
        if kind:
            found[name] = kind
    return found


def _each(root: Element, name: str) -> Iterator[Element]:
    """The elements of the table of content types."""
    return root.iter(f"{{{_TYPES}}}{name}")


def _relationships(documents: Mapping[str, Element]) -> dict[str, tuple[Relationship, ...]]:
    """Relationships by the part they come from."""
    found = {}
    for name, root in documents.items():
        folder, _, file = name.rpartition("/")
        if not name.endswith(".rels") or posixpath.basename(folder) != "_rels":
            continue
        base = posixpath.dirname(folder)
        source = posixpath.join(base, file.removesuffix(".rels"))
        found[source] = tuple(
            Relationship(one.get("Id", ""), one.get("Type", ""), _resolved(base, one.get("Target", "")))
            for one in root
            if one.get("TargetMode") != "External"
        )
    return found


def _resolved(base: str, target: str) -> str:
    """Name of the part a relationship leads to."""
    path = target.partition("#")[0]
    whole = path if path.startswith("/") else posixpath.join("/", base, path)
    return posixpath.normpath(whole).lstrip("/")


def _sheets(
    workbook: str,
    documents: Mapping[str, Element],
    relationships: Mapping[str, tuple[Relationship, ...]],
    findings: list[Finding],
) -> Iterator[Sheet]:
    """The sheets of the workbook whose parts could be read."""
    if not workbook:
        return
    targets = {one.id: one.target for one in relationships.get(workbook, ())}
    for element in named(documents[workbook], "sheet"):
        name, target = element.get("name", ""), targets.get(element.get(f"{{{OFFICE}}}id", ""), "")
        if target in documents:
            yield Sheet(name, target, documents[target])
        else:
            findings.append(WORKBOOK.at(workbook, f"the sheet {name!r} has no part that can be read"))


def _check_targets(
    parts: Mapping[str, bytes], relationships: Mapping[str, tuple[Relationship, ...]]
) -> Iterator[Finding]:
    """Relationships must lead to parts."""
    for source, found in relationships.items():
        for one in found:
            if one.target not in parts:
                yield TARGET.at(source or "the package", f"{one.target} is missing")


def _check_orphans(
    parts: Mapping[str, bytes], relationships: Mapping[str, tuple[Relationship, ...]]
) -> Iterator[Finding]:
    """Parts must be reached from the root."""
    reached = {_CONTENT_TYPES}
    waiting = [_ROOT]
    while waiting:
        source = waiting.pop()
        folder, _, file = source.rpartition("/")
        reached |= {source, posixpath.join(folder, "_rels", f"{file}.rels")}
        waiting += [one.target for one in relationships.get(source, ()) if one.target not in reached]
    for name in parts:
        if name not in reached:
            yield ORPHAN.at(name, "nothing leads to it")

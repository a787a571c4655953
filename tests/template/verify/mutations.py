"""Ways to break the good workbook, one at a time: a sentence, the broken workbook, and the rules that must notice."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from salesplan_xl.template.vba_project.compression import compress
from salesplan_xl.template.verify.compression import decompress
from tests.template.verify.good_workbook import (
    MACRO_TYPE,
    PLAIN_TYPE,
    PROJECT,
    RIBBON,
    SHEET,
    TABLE,
    TYPES,
    WORKBOOK,
    Parts,
    changed,
    good_parts,
    streams,
    with_code,
    with_directory,
    with_project,
    with_source,
    with_stream,
    with_streams,
    without,
    written,
)

SECTOR = 512
END = 0xFFFFFFFE
NOBODY = 0xFFFFFFFF


@dataclass(frozen=True)
class Mutation:
    """One fault."""

    says: str
    make: Callable[[], Parts | bytes]
    rules: frozenset[str]


def fault(says: str, make: Callable[[], Parts | bytes], *rules: str) -> Mutation:
    """A fault, and all the rules that notice it; none where it is for other engines to find."""
    return Mutation(says, make, frozenset(rules))


def write(mutation: Mutation, path: Path) -> Path:
    """Write the broken workbook."""
    made = mutation.make()
    if isinstance(made, dict):
        return written(made, path)
    path.write_bytes(made)
    return path


# --- the container, as bytes


def _numbers(content: bytes, at: int, count: int = 1) -> tuple[int, ...]:
    """Numbers of four bytes."""
    return struct.unpack_from(f"<{count}I", content, at)


def _edited(content: bytes, *changes: tuple[int, bytes]) -> bytes:
    """Bytes with others in some places."""
    made = bytearray(content)
    for at, new in changes:
        made[at : at + len(new)] = new
    return bytes(made)


def _container(*changes: Callable[[bytes], tuple[int, bytes]]) -> Parts:
    """The workbook with bytes of its container changed."""
    content = good_parts()[PROJECT]
    return with_project(_edited(content, *[change(content) for change in changes]))


def _fat_at(content: bytes, sector: int) -> int:
    """Where the FAT speaks of a sector (it has one sector of its own here)."""
    (fat,) = _numbers(content, 76)
    return (fat + 1) * SECTOR + 4 * sector


def _entry_at(content: bytes, name: str) -> int:
    """Where the entry of a stream stands; the sectors of the directory follow one another."""
    (directory,) = _numbers(content, 48)
    return content.index(name.encode("utf-16-le") + b"\0\0", (directory + 1) * SECTOR)


def _mini_fat_at(content: bytes, name: str) -> int:
    """Where the mini FAT speaks of the first sector of a stream."""
    (mini_fat,) = _numbers(content, 60)
    (start,) = _numbers(content, _entry_at(content, name) + 116)
    return (mini_fat + 1) * SECTOR + 4 * start


def _start_of(name: str, other: str) -> Callable[[bytes], tuple[int, bytes]]:
    """A stream that begins where another one does."""

    def change(content: bytes) -> tuple[int, bytes]:
        at = _entry_at(content, other) + 116
        return _entry_at(content, name) + 116, content[at : at + 4]

    return change


def _loop(content: bytes) -> tuple[int, bytes]:
    """The chain of mini sectors led back to its own beginning."""
    at = _mini_fat_at(content, "dir")
    (start,) = _numbers(content, _entry_at(content, "dir") + 116)
    return at, struct.pack("<I", start)


def _loop_of_sectors(content: bytes) -> tuple[int, bytes]:
    """The chain of the directory led back to its own beginning."""
    (directory,) = _numbers(content, 48)
    return _fat_at(content, directory), struct.pack("<I", directory)


def _lost_sector(content: bytes) -> tuple[int, bytes]:
    """A sector behind the last one, in nobody's chain."""
    return _fat_at(content, len(content) // SECTOR - 1), struct.pack("<I", END)


def _with_lost_sector() -> Parts:
    """A container with a sector that belongs to nobody."""
    content = good_parts()[PROJECT]
    return with_project(_edited(content, _lost_sector(content)) + bytes(SECTOR))


def _unsorted() -> Parts:
    """A container whose first entry with two children has them the wrong way round."""
    content = good_parts()[PROJECT]
    (directory,) = _numbers(content, 48)
    for at in range((directory + 1) * SECTOR, len(content), 128):
        left, right = _numbers(content, at + 68, 2)
        if NOBODY not in (left, right):
            return with_project(_edited(content, (at + 68, struct.pack("<2I", right, left))))
    raise AssertionError("no entry has two children")


def _red(name: str) -> Callable[[bytes], tuple[int, bytes]]:
    """An entry in the other colour."""
    return lambda content: (
        _entry_at(content, name) + 67,
        bytes([1 - content[_entry_at(content, name) + 67]]),
    )


# --- records, streams, modules


def _record(kind: int, content: bytes) -> bytes:
    """A record of the dir stream."""
    return struct.pack("<HI", kind, len(content)) + content


def _replaced(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """Bytes with one thing replaced once; it must be there."""

    def change(content: bytes) -> bytes:
        assert old in content
        return content.replace(old, new, 1)

    return change


def _in_directory(old: bytes, new: bytes) -> Parts:
    """The workbook with one thing replaced in dir."""
    return with_directory(_replaced(old, new))


def _in_project(old: str, new: str) -> Parts:
    """The workbook with one thing replaced in PROJECT."""
    pattern = old.replace("\n", "\r\n").encode()

    def change(content: bytes) -> bytes:
        after, count = re.subn(pattern, new.encode(), content, count=1)
        assert count, f"{old} is not in PROJECT"
        return after

    return with_stream("PROJECT", change)


def _reference(name: str, library: str) -> bytes:
    """The records of a reference to a library or, with *\\C, a project."""
    narrow = library.encode()
    named = _record(0x16, name.encode()) + _record(0x3E, name.encode("utf-16-le"))
    sized = struct.pack("<I", len(narrow)) + narrow
    if library.startswith("*\\C"):
        return named + _record(0x0E, sized + struct.pack("<I", len(narrow)) + narrow + bytes(6))
    return named + _record(0x0D, sized + bytes(6))


def _with_reference(name: str, library: str) -> Parts:
    """The workbook with one more reference."""
    count = _record(0x0F, struct.pack("<H", 6))
    return _in_directory(count, _reference(name, library) + count)


def _wrong_code_page() -> Parts:
    """A project that says it is of code page 1251."""
    return _in_directory(_record(0x03, struct.pack("<H", 1252)), _record(0x03, struct.pack("<H", 1251)))


def _swapped(content: bytes) -> bytes:
    """The records of language and code page exchanged: 10 bytes, 10 bytes and 8 bytes after the first 10."""
    return content[:10] + content[30:38] + content[20:30] + content[10:20] + content[38:]


def _alike() -> Parts:
    """Two modules that differ only in case: Ribbon becomes ACTIONS everywhere but in its attribute."""
    found = streams()
    old, new = b"Ribbon", b"ACTIONS"
    wide_old, wide_new = (text.decode().encode("utf-16-le") for text in (old, new))
    directory = decompress(found["VBA/dir"], "VBA/dir")
    for kind, before, after in ((0x19, old, new), (0x47, wide_old, wide_new)):
        directory = _replaced(_record(kind, before), _record(kind, after))(directory)
    found["VBA/dir"] = compress(directory)
    found["PROJECT"] = found["PROJECT"].replace(old, new)
    found["PROJECTwm"] = found["PROJECTwm"].replace(old, new).replace(wide_old, wide_new)
    source = decompress(found["VBA/Ribbon"], "Ribbon").replace(b'VB_Name = "Ribbon"', b'VB_Name = "ACTIONS"')
    return with_streams(found | {"VBA/Ribbon": compress(source)})


def _without_stream(path: str) -> Parts:
    """The workbook without one stream of its project."""
    return with_streams({name: content for name, content in streams().items() if name != path})


def _with_stream_added(path: str, content: bytes) -> Parts:
    """The workbook with one more stream in its project."""
    return with_streams(streams() | {path: content})


def _old_version() -> Parts:
    """A project that promises compiled code of version 0x00B2 and has none."""
    return with_streams(streams() | {"VBA/_VBA_PROJECT": bytes.fromhex("CC61B200000000")})


def _bad_chunk(content: bytes) -> bytes:
    """A stream whose first chunk is not signed as one."""
    return content[:2] + bytes([content[2] & 0x8F]) + content[3:]


def _no_text() -> Parts:
    """A module with a byte that Windows-1252 does not have."""
    found = streams()
    source = decompress(found["VBA/Actions"], "Actions")
    return with_streams(found | {"VBA/Actions": compress(source + b"' \x81\r\n")})


def _line_feeds(source: str) -> str:
    """A source with bare line feeds."""
    return source.replace("\r\n", "\n")


def _added(module: str, code: str) -> Parts:
    """The workbook with code added to a module."""
    return with_source(module, lambda source: source + code.replace("\n", "\r\n"))


def _large_procedure() -> Parts:
    """A procedure of more than 70,000 bytes: 1,000 lines of 68 characters and two bytes of their ends."""
    line = "' " + "y" * 66 + "\n"
    return _added("Actions", f"Sub Large()\n{line * 1_000}End Sub\n")


def _continued(lines: int) -> str:
    """A statement that goes on over some further lines."""
    return "Const Long_One = 1" + " _\n + 1" * lines + "\n"


# --- package and parts


def _without_in(part: str, pattern: str) -> Parts:
    """The workbook with one thing taken out of a part."""
    return changed(part, pattern, "")


def _twice() -> bytes:
    """A zip with two parts of one name."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        for name, content in good_parts().items():
            archive.writestr(name, content)
        archive.writestr("XL/WORKBOOK.XML", b"<workbook/>")
    return output.getvalue()


def _plain_type() -> Parts:
    """A workbook that says it has no macros."""
    return changed(TYPES, re.escape(MACRO_TYPE.decode()), PLAIN_TYPE.decode())


_LONG = "A" * 256
_TABLE_2 = "xl/tables/table2.xml"
_ROOT_RELATIONSHIPS = "_rels/.rels"
_WORKBOOK_RELATIONSHIPS = "xl/_rels/workbook.xml.rels"
_TEXTS = "xl/sharedStrings.xml"

CONTAINER = (
    fault(
        "a mini sector belongs to nobody",
        lambda: _container(lambda content: (_entry_at(content, "PROJECTwm") + 116, struct.pack("<2I", END, 0))),
        "cfb.fat",
        "vba.projectwm",
    ),
    fault(
        "the container is cut in the middle of a sector", lambda: with_project(good_parts()[PROJECT][:-1]), "cfb.header"
    ),
    fault("the header says version 4", lambda: _container(lambda _: (26, b"\x04")), "cfb.header"),
    fault("a sector belongs to nobody", _with_lost_sector, "cfb.fat"),
    fault("two streams share a chain", lambda: _container(_start_of("shTexts", "shBudget")), "cfb.chain"),
    fault("a chain of mini sectors leads in a circle", lambda: _container(_loop), "cfb.chain"),
    fault("a chain of sectors leads in a circle", lambda: _container(_loop_of_sectors), "cfb.chain"),
    fault(
        "a stream is longer than its chain",
        lambda: _container(lambda content: (_entry_at(content, "PROJECTwm") + 120, struct.pack("<I", 2_000))),
        "cfb.chain",
    ),
    fault(
        "an entry is neither storage nor stream",
        lambda: _container(lambda content: (_entry_at(content, "PROJECTwm") + 66, b"\x05")),
        "cfb.entry",
    ),
    fault(
        "the tree of the directory leads in a circle",
        lambda: _container(lambda content: (_entry_at(content, "VBA") + 68, struct.pack("<2I", 1, 1))),
        "cfb.entry",
    ),
    fault(
        "a name holds a slash",
        lambda: _container(lambda content: (_entry_at(content, "Stopper"), "St/pper".encode("utf-16-le"))),
        "cfb.name",
        "vba.streams",
    ),
    fault("V16 siblings of the directory are unsorted", _unsorted, "cfb.order"),
    fault("an entry has the other colour", lambda: _container(_red("VBA")), "cfb.tree"),
    fault("the top of a tree is red", lambda: _container(_red("Stopper")), "cfb.tree"),
    fault("a compressed chunk is not signed", lambda: with_stream("VBA/dir", _bad_chunk), "vba.compression"),
)

PROJECTS = (
    fault("V1 PROJECTwm is missing", lambda: _without_stream("PROJECTwm"), "vba.projectwm"),
    fault("V2 records of dir are in the wrong order", lambda: with_directory(_swapped), "vba.dir-order"),
    fault(
        "V3 the offset of a module is 7",
        lambda: _in_directory(_record(0x31, bytes(4)), _record(0x31, struct.pack("<I", 7))),
        "vba.module-offset",
        "vba.compression",
        "package.code-names",
    ),
    fault(
        "V4 dir announces one module too many",
        lambda: _in_directory(_record(0x0F, struct.pack("<H", 6)), _record(0x0F, struct.pack("<H", 7))),
        "vba.dir-count",
    ),
    fault("bytes follow the end of dir", lambda: with_directory(lambda content: content + bytes(4)), "vba.dir-count"),
    fault("V5 the stream of a module is missing", lambda: _without_stream("VBA/Stopper"), "vba.streams"),
    fault("a stream has no module", lambda: _with_stream_added("VBA/Spare", compress(b"x")), "vba.streams"),
    fault("dir is missing", lambda: _without_stream("VBA/dir"), "vba.streams"),
    fault("V6 PROJECT lacks a module", lambda: _in_project("Class=Stopper\n", ""), "vba.project-modules"),
    fault(
        "PROJECT calls a standard module a class",
        lambda: _in_project("Module=Actions", "Class=Actions"),
        "vba.project-modules",
        "vba.module-attributes",
    ),
    fault("V7 CMG was encrypted for another ID", lambda: _in_project(r'ID="\{.', 'ID="{0'), "vba.project-protection"),
    fault(
        "the ID is no GUID",
        lambda: _in_project(r'ID="\{(........)-', r'ID="{\1'),
        "vba.project-id",
        "vba.project-protection",
    ),
    fault("V8 CMG, DPB and GC are missing", lambda: _in_project("CMG=.*\nDPB=.*\nGC=.*\n", ""), "vba.project-order"),
    fault("the project's names differ", lambda: _in_project('Name="SalesPlan"', 'Name="Other"'), "vba.project-name"),
    fault("the workspace lacks a module", lambda: _in_project("Ribbon=0, 0, 0, 0, C\n", ""), "vba.project-workspace"),
    fault("V9 _VBA_PROJECT promises a cache and has none", _old_version, "vba.cache"),
    fault("a stream of a cache is left", lambda: _with_stream_added("VBA/__SRP_0", b"x"), "vba.cache"),
    fault("V15 two modules differ only in case", _alike, "vba.module-unique", "ribbon.callback"),
    fault("the code page is 1251", _wrong_code_page, "vba.code-page"),
    fault(
        "the language is German",
        lambda: _in_directory(_record(0x02, struct.pack("<I", 0x409)), _record(0x02, struct.pack("<I", 0x407))),
        "vba.dir-values",
    ),
    fault(
        "a name differs in UTF-16",
        lambda: _in_directory(
            _record(0x47, "Stopper".encode("utf-16-le")), _record(0x47, "Stapper".encode("utf-16-le"))
        ),
        "vba.dir-text",
    ),
    fault(
        "V17 a reference points at an add-in that is missing",
        lambda: _with_reference("xlwings", r"*\CC:\Add-ins\xlwings.xlam"),
        "vba.reference-foreign",
    ),
    fault(
        "a reference names a folder of a person",
        lambda: _with_reference(
            "Office", r"*\G{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}#2.0#0#C:\Users\me\MSO.DLL#Microsoft Office"
        ),
        "vba.reference-library",
    ),
    fault(
        "a reference needs Microsoft Forms",
        lambda: _with_reference("MSForms", r"*\G{0D452EE1-E08F-101A-852E-02608C4D0BB4}#2.0#0#FM20.DLL#Microsoft Forms"),
        "vba.reference-known",
    ),
)

SOURCES = (
    fault(
        "V10 VB_Name differs from the stream", lambda: with_code("Actions", '"Actions"', '"Action2"'), "vba.module-name"
    ),
    fault(
        "V11 VB_Name is missing",
        lambda: with_code("Actions", 'Attribute VB_Name = "Actions"\n', ""),
        "vba.module-name",
    ),
    fault(
        "an exported file's VERSION block was left",
        lambda: with_source("Stopper", lambda source: "VERSION 1.0 CLASS\r\nBEGIN\r\nEND\r\n" + source),
        "vba.module-name",
    ),
    fault(
        "V12 a document module has no VB_Base",
        lambda: with_source("shBudget", lambda source: re.sub("Attribute VB_Base[^\n]*\n", "", source)),
        "vba.module-attributes",
    ),
    fault(
        "a class has no VB_Base",
        lambda: with_source("Stopper", lambda source: re.sub("Attribute VB_Base[^\n]*\n", "", source)),
        "vba.module-attributes",
    ),
    fault(
        "V13 lines end with LF",
        lambda: with_source("Stopper", _line_feeds),
        "vba.line-ends",
        "vba.module-name",
        "vba.module-attributes",
    ),
    fault("a line has 1,024 characters", lambda: _added("Stopper", f"' {'x' * 1_022}\n"), "vba.line-length"),
    fault("a statement goes on 25 times", lambda: _added("Stopper", _continued(25)), "vba.continuations"),
    fault("the source holds a letter outside ASCII", lambda: _added("Stopper", "' café\n"), "vba.ascii"),
    fault("the source holds a byte the code page lacks", _no_text, "vba.source"),
    fault("S1 End Sub is missing", lambda: with_code("Ribbon", "End Sub\n", ""), "vba.procedure", "ribbon.callback"),
    fault("a function ends as a Sub", lambda: _added("Stopper", "Function f()\nEnd Sub\n"), "vba.procedure"),
    fault("a procedure has 70 kB", _large_procedure, "vba.procedure-size"),
    fault(
        "a procedure stands twice",
        lambda: _added("Stopper", "Sub a()\nEnd Sub\nSub A()\nEnd Sub\n"),
        "vba.procedure-unique",
    ),
    fault(
        "two modules have a public procedure of one name",
        lambda: _added("Ribbon", "Sub SpreadBudget()\nEnd Sub\n"),
        "vba.procedure-unique",
    ),
    fault("PtrSafe is missing", lambda: with_code("Actions", "Declare PtrSafe", "Declare"), "vba.ptrsafe"),
)

PACKAGES = (
    fault(
        "the workbook is Strict Open XML",
        lambda: changed(WORKBOOK, "schemas.openxmlformats.org/spreadsheetml/2006/main", "purl.oclc.org/ooxml/main"),
        "package.workbook",
        "package.code-names",
    ),
    fault(
        "V14 the code name of a sheet differs",
        lambda: changed(SHEET, 'codeName="shBudget"', 'codeName="Sheet2"'),
        "package.code-names",
    ),
    fault(
        "the workbook has no code name", lambda: _without_in(WORKBOOK, ' codeName="ThisWorkbook"'), "package.code-names"
    ),
    fault("P1 the content type is still that of an .xlsx", _plain_type, "package.macro-type"),
    fault(
        "P2 no relationship leads to the project",
        lambda: _without_in(_WORKBOOK_RELATIONSHIPS, "<Relationship [^>]*vbaProject[^>]*/>"),
        "package.project-part",
        "package.orphan",
    ),
    fault(
        "P3 the project has no content type",
        lambda: _without_in(TYPES, '<Default Extension="bin"[^>]*/>'),
        "package.types",
    ),
    fault(
        "the project has another content type",
        lambda: changed(TYPES, "application/vnd.ms-office.vbaProject", "application/octet-stream"),
        "package.project-part",
    ),
    fault("the zip has two parts of one name", _twice, "package.zip"),
    fault(
        "a part declares a document type",
        lambda: changed(_TEXTS, "<sst", "<!DOCTYPE x><sst"),
        "package.xml",
        "cell.text",
        "table.header",
    ),
    fault("a part is no XML", lambda: changed("xl/styles.xml", "<fonts", "<fonts<"), "package.xml"),
    fault("a relationship leads nowhere", lambda: without("xl/theme/theme1.xml"), "package.target"),
    fault(
        "a sheet has no part",
        lambda: without("xl/worksheets/sheet2.xml"),
        "package.target",
        "package.workbook",
        "package.code-names",
    ),
    fault(
        "R7 no relationship leads to the ribbon",
        lambda: _without_in(_ROOT_RELATIONSHIPS, "<Relationship [^>]*extensibility[^>]*/>"),
        "package.orphan",
    ),
)

RIBBONS = (
    fault("R1 an attribute is unknown", lambda: changed(RIBBON, " onAction=", " onActoin="), "ribbon.attribute"),
    fault("R2 a size is unknown", lambda: changed(RIBBON, 'size="large"', 'size="huge"'), "ribbon.value"),
    fault("a keytip has four letters", lambda: changed(RIBBON, 'keytip="S"', 'keytip="PLAN"'), "ribbon.value"),
    fault("R3 an id stands twice", lambda: changed(RIBBON, 'id="check"', 'id="spread"'), "ribbon.id"),
    fault("a button has no id", lambda: changed(RIBBON, 'id="check" ', ""), "ribbon.id"),
    fault(
        "R4 a callback is no macro", lambda: changed(RIBBON, "Ribbon_OnAction", "Ribbon_OnActionX"), "ribbon.callback"
    ),
    fault(
        "a callback is private",
        lambda: with_code("Ribbon", "Public Sub Ribbon_OnLoad", "Private Sub Ribbon_OnLoad"),
        "ribbon.callback",
    ),
    fault(
        "a callback takes one argument too many",
        lambda: with_code(
            "Ribbon", "Ribbon_OnAction(control As Object)", "Ribbon_OnAction(control As Object, pressed As Boolean)"
        ),
        "ribbon.arguments",
    ),
    fault("R5 an image is unknown", lambda: changed(RIBBON, "CalculateNow", "CalculateNowX"), "ribbon.image"),
    fault("a tab stands beside one Excel has not", lambda: changed(RIBBON, "TabHome", "TabHouse"), "ribbon.built-in"),
    fault(
        "R6 a 2006 part has the 2007 relationship",
        lambda: changed(_ROOT_RELATIONSHIPS, "office/2006/relationships/ui", "office/2007/relationships/ui"),
        "ribbon.pair",
    ),
    fault(
        "R8 a label is given and called for",
        lambda: changed(RIBBON, 'id="spread"', 'id="spread" label="x"'),
        "ribbon.both",
    ),
    fault(
        "a button stands in a tab",
        lambda: changed(RIBBON, '<group id="budget"', '<button id="odd"/><group id="budget"'),
        "ribbon.element",
    ),
)

SHEETS = (
    fault("a cell lies outside the sheet", lambda: changed(SHEET, 'r="C8"', 'r="XFE8"'), "cell.reference"),
    fault("two cells have one address", lambda: changed(SHEET, 'r="C8"', 'r="C6"'), "cell.reference"),
    fault(
        "P4 the header of a table differs from its cell",
        lambda: changed(_TEXTS, "<t>Weight</t>", "<t>Wait</t>"),
        "table.header",
    ),
    fault(
        "P5 a name points at a sheet that is missing",
        lambda: changed(WORKBOOK, r"Budget!\$A\$4", "Nope!$A$4"),
        "name.sheet",
    ),
    fault(
        "a name belongs to a sheet that is missing",
        lambda: changed(WORKBOOK, '<definedName name="regions"', '<definedName name="regions" localSheetId="7"'),
        "name.sheet",
    ),
    fault("a name holds #REF!", lambda: changed(WORKBOOK, r"Budget!\$A\$4:\$A\$6", "Budget!#REF!"), "name.reference"),
    fault("a name stands twice", lambda: changed(WORKBOOK, 'name="regions"', 'name="BUDGET_TOTAL"'), "name.unique"),
    fault(
        "the name of a sheet has 32 characters",
        lambda: changed(WORKBOOK, 'name="Budget"', f'name="{"B" * 32}"'),
        "sheet.name",
        "name.sheet",
    ),
    fault("two tables have one id", lambda: changed(_TABLE_2, ' id="2"', ' id="1"'), "table.id"),
    fault(
        "two tables have one name",
        lambda: changed(_TABLE_2, 'displayName="notes"', 'displayName="Budget_Lines"'),
        "table.name",
    ),
    fault(
        "the name of a table is an address",
        lambda: changed(TABLE, 'displayName="budget_lines"', 'displayName="tbl01"'),
        "table.name",
    ),
    fault("a table is wider than its columns", lambda: changed(TABLE, 'ref="A3:C6"', 'ref="A3:D6"'), "table.columns"),
    fault(
        "two columns have one name",
        lambda: changed(TABLE, 'name="Weight"', 'name="region"'),
        "table.columns",
        "table.header",
    ),
    fault(
        "a formula of a validation has 256 characters", lambda: changed(SHEET, "B4&lt;=1", _LONG), "validation.length"
    ),
    fault(
        "a list of a validation has 256 characters",
        lambda: changed(SHEET, "North,South,East", _LONG),
        "validation.length",
    ),
    fault("a conditional format is missing", lambda: changed(SHEET, 'dxfId="\\d+"', 'dxfId="9"'), "condition.format"),
    fault("a formula begins with =", lambda: changed(SHEET, "<f>IF", "<f>=IF"), "formula.start"),
    fault("a formula begins with @", lambda: changed(SHEET, "<f>IF", "<f>@IF"), "formula.start"),
    fault("a condition begins with =", lambda: changed(SHEET, r"<formula>\$C4", "<formula>=$C4"), "formula.start"),
    fault("a text in a formula has 256 characters", lambda: changed(SHEET, '"ok"', f'"{_LONG}"'), "formula.length"),
    fault(
        "a formula names a sheet that is missing",
        lambda: changed(SHEET, "'Texts &amp; more'!A2", "'Texts'!A2"),
        "formula.sheet",
    ),
    fault("a shared text is missing", lambda: changed(SHEET, '(<c r="A4"[^>]*><v>)\\d+', "\\g<1>99"), "cell.text"),
)

BROKEN_FILES = (fault("the file is a text", lambda: b"Region,Weight\n", "package.zip"),)

MUTATIONS = (*CONTAINER, *PROJECTS, *SOURCES, *PACKAGES, *RIBBONS, *SHEETS, *BROKEN_FILES)

FOR_OTHER_ENGINES = (
    fault("S2 If has no End If", lambda: with_code("Actions", "        End If\n", "")),
    fault(
        "S3 a variable is not declared",
        lambda: with_code("Actions", "Dim total As Double, row As Long", "Dim total As Double"),
    ),
    fault(
        "S4 a procedure that is called does not exist", lambda: with_code("Actions", "    WriteNote ", "    WriteNoet ")
    ),
    fault("S5 a member does not exist", lambda: with_code("Actions", ".Cells(row, 3)", ".Cellz(row, 3)")),
    fault(
        "P6 elements of a sheet are in the wrong order",
        lambda: changed(SHEET, "(<sheetPr[^>]*/>)(.*</sheetData>)", "\\2\\1"),
    ),
)
"""
What only an engine finds that runs the macros (S2 to S5: pyOpenVBA, LibreOffice), or one that holds the schemas of
Office (P6: the Open XML validator).
"""

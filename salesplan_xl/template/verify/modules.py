"""The source of each module: its attributes, its form, and what the compiler refuses before anything runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from salesplan_xl.template.verify.project_stream import CLASS, DOCUMENT, MODULE
from salesplan_xl.template.verify.rules import Finding, Rule
from salesplan_xl.template.verify.source import Branch, Procedure, Statement, procedures, statements

FIRST_LINE = Rule(
    "vba.module-name",
    "The source begins with Attribute VB_Name, which names the module as dir does, and has no VERSION block before it.",
    "The VERSION block belongs to exported files; a stream that begins otherwise gives a module without its name "
    "(MS-OVBA 2.3.4.3).",
)
ATTRIBUTES = Rule(
    "vba.module-attributes",
    "A document or class module has the VB_Base and the exposure of its kind; a standard module has no VB_Base.",
    "A sheet without its base has no events; a class without it fails first at 'New' (MS-OVBA 2.3.4.3; tests of "
    "pyOpenVBA in Excel).",
)
LINE_ENDS = Rule(
    "vba.line-ends",
    "Lines end with CR LF.",
    "The grammar knows no other end; the editor shows a module of bare LF as one line (MS-OVBA 2.3.4.3).",
)
LINE_LENGTH = Rule(
    "vba.line-length",
    "A line has at most 1023 characters.",
    "The editor cuts longer lines, and what is left does not compile (limit of the VBA editor).",
)
CONTINUATIONS = Rule(
    "vba.continuations",
    "A statement goes on over at most 24 further lines.",
    "'Too many line continuations': the whole project does not compile (limit of the VBA compiler).",
)
ASCII = Rule(
    "vba.ascii",
    "Source written by a program is ASCII; other text lies in cells.",
    "The code page is one of one system: other letters turn to mojibake on the next (MS-OVBA 2.3.4.2.1.5).",
)
PROCEDURE = Rule(
    "vba.procedure",
    "Every procedure ends with the End of its kind before the next one begins.",
    "A syntax error in one procedure keeps every macro of the project from running (VBA language, MS-VBAL 5.3.1).",
)
SIZE = Rule(
    "vba.procedure-size",
    "A procedure has fewer than 65,536 bytes of source.",
    "'Procedure too large': more than 64 kB of compiled code is refused, and the source is the part of it that can be "
    "measured here (limit of the VBA compiler).",
)
UNIQUE = Rule(
    "vba.procedure-unique",
    "Names of procedures differ in a module, and names of public ones over all standard modules.",
    "'Ambiguous name detected': a cell function or a button would have two (MS-VBAL 5.3.1.5).",
)
SAFE = Rule(
    "vba.ptrsafe",
    "Every Declare says PtrSafe, but for the branch that is left when VBA7 or Win64 was asked for.",
    "64-bit Excel refuses to compile a project with a Declare that does not (VBA language, Office 2010 and later).",
)
RULES = (
    FIRST_LINE, ATTRIBUTES, LINE_ENDS, LINE_LENGTH, CONTINUATIONS, ASCII, PROCEDURE, SIZE, UNIQUE, SAFE,
)  # fmt: skip

WORKBOOK_BASE = "0{00020819-0000-0000-C000-000000000046}"
SHEET_BASE = "0{00020820-0000-0000-C000-000000000046}"
CHART_BASE = "0{00020821-0000-0000-C000-000000000046}"
CLASS_BASE = "0{FCFB3D2A-A0FA-1068-A738-08002B3371B5}"

LONGEST_LINE = 1023
MOST_CONTINUATIONS = 24
LARGEST_PROCEDURE = 65_535

_ATTRIBUTE = re.compile(r"^Attribute (VB_\w+) = (.*)$")
_EXPOSURE = ("VB_GlobalNameSpace", "VB_Creatable", "VB_PredeclaredId", "VB_Exposed")
_OF_A_DOCUMENT = dict(zip(_EXPOSURE, ("False", "False", "True", "True"), strict=True))
_DECLARE = re.compile(r"(?:(?:public|private)\s+)?declare\s+(?!ptrsafe\b)", re.IGNORECASE)
_NOT = re.compile(r"\bnot\b")


@dataclass(frozen=True)
class Source:
    """
    A module as it was read.

    Parameters
    ----------
    name : str
        Its name in dir.
    kind : str
        ``Document``, ``Module``, ``Class``, or empty where PROJECT does not declare it.
    text : str
        Its source.
    """

    name: str
    kind: str
    text: str


@dataclass(frozen=True)
class Module:
    """
    What a module offers.

    Parameters
    ----------
    name : str
        Its name.
    kind : str
        ``Document``, ``Module``, ``Class``, or empty where PROJECT does not declare it.
    base : str
        Its VB_Base without quotes; empty where it has none.
    procedures : tuple of Procedure
        Its procedures.
    """

    name: str
    kind: str
    base: str
    procedures: tuple[Procedure, ...]


def read_module(source: Source, *, has_cache: bool) -> tuple[Module, list[Finding]]:
    """
    Check the source of a module.

    Parameters
    ----------
    source : Source
        The module.
    has_cache : bool
        Whether the project holds Excel's performance cache; without one stricter rules apply.

    Returns
    -------
    module : Module
        What it offers.
    findings : list of Finding
        What breaks the rules.
    """
    lines = source.text.split("\r\n")
    found = list(statements(lines))
    done, faults = procedures(found)
    attributes = _attributes(lines)
    findings = [
        *_check_first_line(source, lines[0]),
        *_check_attributes(source, attributes),
        *_check_lines(source, lines, has_cache=has_cache),
        *_check_continuations(source, lines),
        *[PROCEDURE.at(f"{source.name}:{line}", told) for line, told in faults],
        *_check_sizes(source, lines, done),
        *_check_declares(source, found),
    ]
    base = attributes.get("VB_Base", "").strip('"')
    return Module(source.name, source.kind, base, tuple(done)), findings


def check_names(modules: list[Module]) -> Iterator[Finding]:
    """
    Check that no procedure has the name of another.

    Parameters
    ----------
    modules : list of Module
        All modules.

    Yields
    ------
    Finding
        What breaks the rules.
    """
    shared: dict[str, str] = {}
    for module in modules:
        own: set[tuple[str, str]] = set()
        for procedure in module.procedures:
            name, where = procedure.name.lower(), f"{module.name}:{procedure.first}"
            part = procedure.kind if procedure.kind.startswith("property") else "procedure"
            if (name, part) in own:
                yield UNIQUE.at(where, f"{procedure.name} stands twice in the module")
            elif module.kind == MODULE and procedure.public and shared.get(name, module.name) != module.name:
                yield UNIQUE.at(where, f"{procedure.name} stands in {shared[name]} too")
            own.add((name, part))
            if module.kind == MODULE and procedure.public:
                shared.setdefault(name, module.name)


def _attributes(lines: list[str]) -> dict[str, str]:
    """The attributes of the module, which stand before its code."""
    return {match[1]: match[2].strip() for match in map(_ATTRIBUTE.match, lines) if match}


def _check_first_line(source: Source, first: str) -> Iterator[Finding]:
    """The first line must name the module."""
    if first != f'Attribute VB_Name = "{source.name}"':
        yield FIRST_LINE.at(f"{source.name}:1", f"it is {first[:60]!r}")


def _check_attributes(source: Source, attributes: dict[str, str]) -> Iterator[Finding]:
    """Base and exposure must fit the kind."""
    base = attributes.get("VB_Base", "").strip('"')
    if source.kind == MODULE and base:
        yield ATTRIBUTES.at(source.name, f"it is a standard module with VB_Base {base}")
    elif source.kind == CLASS and base != CLASS_BASE:
        yield ATTRIBUTES.at(source.name, f"it is a class with VB_Base {base or 'missing'}")
    elif source.kind == DOCUMENT:
        if base not in (WORKBOOK_BASE, SHEET_BASE, CHART_BASE):
            yield ATTRIBUTES.at(source.name, f"it is a document with VB_Base {base or 'missing'}")
        for name, value in _OF_A_DOCUMENT.items():
            if attributes.get(name) != value:
                yield ATTRIBUTES.at(source.name, f"{name} is {attributes.get(name, 'missing')}, where {value} belongs")


def _check_lines(source: Source, lines: list[str], *, has_cache: bool) -> Iterator[Finding]:
    """Ends, lengths and letters of lines."""
    for number, line in enumerate(lines, 1):
        if "\n" in line or "\r" in line:
            yield LINE_ENDS.at(f"{source.name}:{number}", "a line ends otherwise")
            return
    for number, line in enumerate(lines, 1):
        if len(line) > LONGEST_LINE:
            yield LINE_LENGTH.at(f"{source.name}:{number}", f"it has {len(line)}")
        if not has_cache and not line.isascii():
            other = next(letter for letter in line if not letter.isascii())
            yield ASCII.at(f"{source.name}:{number}", f"it holds {other!r}")


def _check_continuations(source: Source, lines: list[str]) -> Iterator[Finding]:
    """No statement may go on for too long."""
    run = 0
    for number, line in enumerate(lines, 1):
        run = run + 1 if line.endswith(" _") else 0
        if run == MOST_CONTINUATIONS + 1:
            yield CONTINUATIONS.at(f"{source.name}:{number}", f"it goes on over more than {MOST_CONTINUATIONS} lines")


def _check_sizes(source: Source, lines: list[str], done: list[Procedure]) -> Iterator[Finding]:
    """No procedure may be too large."""
    for procedure in done:
        size = sum(len(line) + 2 for line in lines[procedure.first - 1 : procedure.last])
        if size > LARGEST_PROCEDURE:
            yield SIZE.at(f"{source.name}:{procedure.first}", f"{procedure.name} has {size:,}")


def _check_declares(source: Source, found: list[Statement]) -> Iterator[Finding]:
    """Every Declare that 64-bit Excel compiles must say PtrSafe."""
    for statement in found:
        if _DECLARE.match(statement.text) and not any(map(_is_old, statement.branches)):
            yield SAFE.at(f"{source.name}:{statement.line}", f"it is {statement.text[:60]!r}")


def _is_old(branch: Branch) -> bool:
    """Whether a branch is left for Excel before 2010 or of 32 bits."""
    return any(_asks(one) is True for one in branch.failed) or _asks(branch.condition) is False


def _asks(condition: str) -> bool | None:
    """Whether a condition asks for a new Excel (True), an old one (False), or for neither."""
    if "vba7" not in condition and "win64" not in condition:
        return None
    return _NOT.search(condition) is None

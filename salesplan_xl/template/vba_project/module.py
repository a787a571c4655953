"""One module of a project: its name, its kind, its code, and what VBA does not allow of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from salesplan_xl.template.vba_project.directory import LONGEST_NAME

LONGEST_LINE = 1023
"""The most characters of a line of VBA."""

MOST_CONTINUATIONS = 24
"""The most times that a statement may go on in the next line."""

LONGEST_PROCEDURE = 64 * 1024
"""The most bytes of a procedure. VBA counts compiled code; its text is what can be counted here."""

_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
_TAKEN = frozenset({"dir", "stdole", "office", "vba", "excel"})  # a stream beside the modules, and the libraries
_TEXT = re.compile(r"[\t -~]*")
_CONTINUED = re.compile(r"(^|[ \t])_[ \t]*$")
_HEADER_ATTRIBUTE = re.compile(r"[ \t]*Attribute[ \t]+VB_", re.IGNORECASE)
_VERSION_BLOCK = re.compile(r"[ \t]*VERSION[ \t]+\d+\.\d+([ \t]+CLASS)?[ \t]*$", re.IGNORECASE)
_PROCEDURE = re.compile(
    r"[ \t]*((Public|Private|Friend|Static)[ \t]+)*(Sub|Function|Property[ \t]+(Get|Let|Set))[ \t]+(?P<name>\w+)",
    re.IGNORECASE,
)
_PROCEDURE_END = re.compile(r"[ \t]*End[ \t]+(Sub|Function|Property)\b", re.IGNORECASE)


class ModuleKind(StrEnum):
    """What a module belongs to: the workbook, a sheet, a chart sheet, nothing (standard), or its instances (class)."""

    WORKBOOK = "workbook"
    SHEET = "sheet"
    CHART = "chart"
    STANDARD = "standard"
    CLASS = "class"


_BASES = {
    ModuleKind.WORKBOOK: "0{00020819-0000-0000-C000-000000000046}",
    ModuleKind.SHEET: "0{00020820-0000-0000-C000-000000000046}",
    ModuleKind.CHART: "0{00020821-0000-0000-C000-000000000046}",
    ModuleKind.CLASS: "0{FCFB3D2A-A0FA-1068-A738-08002B3371B5}",
}
"""The class that a module extends; a standard module extends none."""


@dataclass(frozen=True)
class Module:
    """
    A module of VBA text.

    Parameters
    ----------
    name : str
        Its name: an ASCII identifier of at most 31 characters. For the workbook and a sheet it is the code name that
        the workbook states for them.
    kind : ModuleKind
        What it belongs to.
    code : str
        Its text, without the header of attributes that an exported file has. Any line ends.
    """

    name: str
    kind: ModuleKind
    code: str = ""

    @property
    def is_document(self) -> bool:
        """
        Whether it belongs to the workbook or to a sheet.

        Returns
        -------
        bool
            True for these three kinds.
        """
        return self.kind in (ModuleKind.WORKBOOK, ModuleKind.SHEET, ModuleKind.CHART)

    def source(self) -> str:
        """
        Give the text as it is stored: the header, then the code.

        Returns
        -------
        str
            The text. Each line ends with CR and LF, and no blank line stands at the end.
        """
        # MS-VBAL 4.2 Modules: the attributes of each kind
        header = [f'Attribute VB_Name = "{self.name}"']
        if self.kind in _BASES:
            header += [
                f'Attribute VB_Base = "{_BASES[self.kind]}"',
                "Attribute VB_GlobalNameSpace = False",
                "Attribute VB_Creatable = False",
                f"Attribute VB_PredeclaredId = {self.is_document}",
                f"Attribute VB_Exposed = {self.is_document}",
                "Attribute VB_TemplateDerived = False",
                f"Attribute VB_Customizable = {self.is_document}",
            ]
        text = "\n".join([*header, *self._lines()]).rstrip("\n")
        return text.replace("\n", "\r\n") + "\r\n"

    def problems(self) -> Iterator[str]:
        """
        Find what VBA or its file format does not allow.

        Yields
        ------
        str
            One sentence for each problem, with the module and where there is one the line.
        """
        if wrong := name_problem(self.name):
            yield f"module {self.name}: {wrong}"
        elif self.name.lower() in _TAKEN:
            yield f"module {self.name}: the name is taken by a part of every project; choose another"
        lines = self._lines()
        for number, line in enumerate(lines, start=1):
            if wrong := _line_problem(line):
                yield f"module {self.name}, line {number}: {wrong}"
        for number, wrong in [*_long_statements(lines), *_long_procedures(lines)]:
            yield f"module {self.name}, line {number}: {wrong}"

    def _lines(self) -> list[str]:
        """The lines of the code."""
        return self.code.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def name_problem(name: str) -> str | None:
    """
    Say what is wrong with the name of a module or a project.

    Parameters
    ----------
    name : str
        The name.

    Returns
    -------
    str or None
        The sentence, without the name; None when nothing is wrong.
    """
    if not _IDENTIFIER.fullmatch(name):
        return "the name is no identifier: a letter, then letters, digits and underscores, all of them ASCII"
    if len(name) > LONGEST_NAME:
        return f"the name has {len(name)} characters; up to {LONGEST_NAME} are possible"
    return None


def _line_problem(line: str) -> str | None:
    """Say what is wrong with one line."""
    text = _TEXT.match(line)
    if text and text.end() < len(line):
        found = line[text.end()]
        shown = f'"{found}" (U+{ord(found):04X})' if found.isprintable() else f"U+{ord(found):04X}"
        return f"{shown} is no ASCII text; texts for people belong into a sheet"
    if len(line) > LONGEST_LINE:
        return f"{len(line)} characters; a line of VBA has up to {LONGEST_LINE}"
    if _HEADER_ATTRIBUTE.match(line):
        return "an attribute of the module; leave it out, the header is written from name and kind"
    if _VERSION_BLOCK.match(line):
        return "the VERSION block of an exported file; leave it out with its BEGIN and END"
    return None


def _long_statements(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Find statements that go on over too many lines, each with the number of its first line."""
    continuations = 0
    for number, line in enumerate([*lines, ""]):
        if _CONTINUED.search(line):
            continuations += 1
            continue
        if continuations > MOST_CONTINUATIONS:
            first = number + 1 - continuations
            yield first, f"{continuations} line continuations; a statement has up to {MOST_CONTINUATIONS}"
        continuations = 0


def _long_procedures(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Find procedures with too much text, each with the number of its first line."""
    first, name, size = 0, "", 0
    for number, line in enumerate(lines, start=1):
        if not name and (started := _PROCEDURE.match(line)):
            first, name, size = number, started["name"], 0
        size += len(line) + 2
        if name and _PROCEDURE_END.match(line):
            if size > LONGEST_PROCEDURE:
                yield first, f"{name} is {size:,} bytes of text; VBA compiles up to {LONGEST_PROCEDURE:,}; divide it"
            name = ""

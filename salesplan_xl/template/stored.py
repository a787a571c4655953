"""The VBA project of a workbook as it is stored, whoever saved it last: its modules, and what else a person put in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from salesplan_xl.template.vba_project.project import Module, ModuleKind
from salesplan_xl.template.verify.compression import decompress
from salesplan_xl.template.verify.container import read_container
from salesplan_xl.template.verify.modules import CHART_BASE, SHEET_BASE, WORKBOOK_BASE
from salesplan_xl.template.verify.project_stream import DOCUMENT, PROTECTION, read_declarations
from salesplan_xl.template.verify.records import read_directory
from salesplan_xl.template.verify.rules import BrokenError

_BASE = re.compile(r'^Attribute VB_Base = "([^"]*)"', re.MULTILINE)
_DOCUMENTS = {
    WORKBOOK_BASE: ModuleKind.WORKBOOK,
    SHEET_BASE: ModuleKind.SHEET,
    CHART_BASE: ModuleKind.CHART,
}

_LENGTH_WITHOUT_CACHE = 7  # of _VBA_PROJECT, MS-OVBA 2.3.4.1

# A pointer to a library or another project, MS-OVBA 2.1.1.8 and 2.1.1.12, whichever record it stands in.
_POINTER = re.compile(rb"\*\\(?:[GH](\{[0-9A-Fa-f-]{36}\})#|[A-D])")
_OF_EVERY_PROJECT = frozenset(
    {
        b"{000204EF-0000-0000-C000-000000000046}",  # VBA
        b"{00020813-0000-0000-C000-000000000046}",  # Excel
        b"{00020430-0000-0000-C000-000000000046}",  # OLE Automation
        b"{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}",  # Office
    }
)


@dataclass(frozen=True)
class StoredProject:
    """
    A VBA project that stands in a workbook.

    Parameters
    ----------
    code : mapping of str to str
        Source of every module that belongs to no sheet and not to the workbook, by name.
    documents : tuple of Module, or None
        The modules of the workbook and of its sheets without their code; None where one is of a kind that cannot be
        written.
    document_code : mapping of str to str
        Source of those modules, by name.
    is_plain : bool
        Whether it has neither a lock nor a reference to a library that not every project has.
    """

    code: Mapping[str, str]
    documents: tuple[Module, ...] | None
    document_code: Mapping[str, str]
    is_plain: bool


def read_project(content: bytes) -> StoredProject | None:
    """
    Read a VBA project.

    Parameters
    ----------
    content : bytes
        The content of vbaProject.bin, as this package or Excel wrote it.

    Returns
    -------
    StoredProject or None
        The project; None where it cannot be read.
    """
    try:
        streams = read_container(content).streams
        has_cache = len(streams["VBA/_VBA_PROJECT"]) > _LENGTH_WITHOUT_CACHE
        records = decompress(streams["VBA/dir"], "VBA/dir")
        directory = read_directory(records, has_cache=has_cache)
        declared = read_declarations(streams["PROJECT"], directory)
        sources = {
            module.name: decompress(streams[f"VBA/{module.stream}"][module.offset :], module.name).decode(
                directory.encoding
            )
            for module in directory.modules
        }
    except (BrokenError, KeyError, UnicodeDecodeError):
        return None
    is_document = {name: declared.kinds.get(name) == DOCUMENT for name in sources}
    document_code = {name: text for name, text in sources.items() if is_document[name]}
    return StoredProject(
        {name: text for name, text in sources.items() if not is_document[name]},
        _documents(document_code),
        document_code,
        not any(finding.rule is PROTECTION for finding in declared.findings) and not _foreign(records),
    )


def _documents(code: Mapping[str, str]) -> tuple[Module, ...] | None:
    """The modules of workbook and sheets, if all can be written."""
    documents = []
    for name, text in code.items():
        base = _BASE.search(text)
        kind = _DOCUMENTS.get(base[1].upper()) if base else None
        if kind is None:
            return None
        documents.append(Module(name, kind))
    return tuple(documents)


def _foreign(records: bytes) -> bool:
    """Whether the records of dir point at a library that not every project has, or at another project."""
    return any((match[1] or b"").upper() not in _OF_EVERY_PROJECT for match in _POINTER.finditer(records))

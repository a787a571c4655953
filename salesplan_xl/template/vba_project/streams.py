"""The streams that describe a project: what it is, what it refers to, and which modules it has (MS-OVBA 2.3)."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from salesplan_xl.template.vba_project.module import Module, ModuleKind
from salesplan_xl.template.vba_project.protection import protect

CODE_PAGE = "cp1252"
"""How text is written; the code is ASCII, so that no other code page reads it differently."""

# MS-OVBA 2.3.4.1 _VBA_PROJECT Stream: Reserved1, Version, Reserved2, Reserved3 (as in 3.1.1), and no PerformanceCache
VERSION_STREAM = struct.pack("<HHBH", 0x61CC, 0xFFFF, 0x00, 0x0001)
"""What says that no compiled code comes along, so that it is compiled from the text."""

_ENGLISH = 0x409
_ANY_COOKIE = b"\xff\xff"
_REFERENCES = {
    "stdole": r"*\G{00020430-0000-0000-C000-000000000046}#2.0#0#C:\Windows\System32\stdole2.tlb#OLE Automation",
    "Office": r"*\G{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}#2.0#0"
    r"#C:\Program Files\Common Files\Microsoft Shared\OFFICE16\MSO.DLL#Microsoft Office 16.0 Object Library",
}
"""The libraries every project of Excel refers to, by name (MS-OVBA 2.1.1.8 LibidReference)."""

_KEYWORDS = {ModuleKind.STANDARD: "Module", ModuleKind.CLASS: "Class"}


def dir_stream(name: str, modules: Sequence[Module]) -> bytes:
    """
    Describe a project for the machine, before compression.

    Parameters
    ----------
    name : str
        The project's name.
    modules : sequence of Module
        Its modules.

    Returns
    -------
    bytes
        The records, in the one order that is allowed (MS-OVBA 2.3.4.2).
    """
    return b"".join(
        [
            # MS-OVBA 2.3.4.2.1 PROJECTINFORMATION
            _record(0x01, _uint32(3)),  # .1 PROJECTSYSKIND: Windows, 64 bits
            _record(0x02, _uint32(_ENGLISH)),  # .3 PROJECTLCID
            _record(0x14, _uint32(_ENGLISH)),  # .4 PROJECTLCIDINVOKE
            _record(0x03, _uint16(int(CODE_PAGE.removeprefix("cp")))),  # .5 PROJECTCODEPAGE
            _record(0x04, _narrow(name)),  # .6 PROJECTNAME
            _record(0x05) + _record(0x40),  # .7 PROJECTDOCSTRING, in both encodings
            _record(0x06) + _record(0x3D),  # .8 PROJECTHELPFILEPATH, twice
            _record(0x07, _uint32(0)),  # .9 PROJECTHELPCONTEXT
            _record(0x08, _uint32(0)),  # .10 PROJECTLIBFLAGS
            struct.pack("<HIIH", 0x09, 4, 1, 0),  # .11 PROJECTVERSION: the size says 4 though 6 bytes follow
            _record(0x0C) + _record(0x3C),  # .12 PROJECTCONSTANTS, in both encodings
            *(_reference(library, libid) for library, libid in _REFERENCES.items()),
            # MS-OVBA 2.3.4.2.3 PROJECTMODULES
            _record(0x0F, _uint16(len(modules))),
            _record(0x13, _ANY_COOKIE),  # .1 PROJECTCOOKIE
            *(_module(module) for module in modules),
            _record(0x10),  # MS-OVBA 2.3.4.2 Terminator
        ]
    )


def project_stream(name: str, project_id: str, modules: Sequence[Module]) -> bytes:
    """
    Describe a project in text.

    Parameters
    ----------
    name, project_id : str
        The project's name, and its id with braces.
    modules : sequence of Module
        Its modules.

    Returns
    -------
    bytes
        The lines (MS-OVBA 2.3.1): not locked, without a password, visible, every module's window closed.
    """
    lines = [
        f'ID="{project_id}"',  # MS-OVBA 2.3.1.2 ProjectId
        *(_project_module(module) for module in modules),  # MS-OVBA 2.3.1.3 ProjectModule
        f'Name="{name}"',  # MS-OVBA 2.3.1.11 ProjectName
        'HelpContextID="0"',
        'VersionCompatible32="393222000"',  # MS-OVBA 2.3.1.14 ProjectVersionCompat32
        # the seeds are those of the example in 3.1.6
        f'CMG="{protect(bytes(4), project_id, 0x07)}"',  # MS-OVBA 2.3.1.15 ProjectProtectionState: not locked
        f'DPB="{protect(bytes(1), project_id, 0x0E)}"',  # MS-OVBA 2.3.1.16 ProjectPassword: none
        f'GC="{protect(bytes([0xFF]), project_id, 0x15)}"',  # MS-OVBA 2.3.1.17 ProjectVisibilityState: visible
        "",
        "[Host Extender Info]",  # MS-OVBA 2.3.1 HostExtenders
        "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000",
        "",
        "[Workspace]",  # MS-OVBA 2.3.1 ProjectWorkspace: each window is closed
        *(f"{module.name}=0, 0, 0, 0, C" for module in modules),
    ]
    return _narrow("".join(line + "\r\n" for line in lines))


def name_stream(modules: Sequence[Module]) -> bytes:
    """
    Give the names of all modules in both encodings.

    Parameters
    ----------
    modules : sequence of Module
        The modules.

    Returns
    -------
    bytes
        The names, each ended by a zero, and two zeros at the end (MS-OVBA 2.3.3 PROJECTwm).
    """
    names = (_narrow(module.name) + bytes(1) + _wide(module.name) + bytes(2) for module in modules)
    return b"".join(names) + bytes(2)


def _project_module(module: Module) -> str:
    """Name a module in the PROJECT stream."""
    if module.is_document:
        return f"Document={module.name}/&H00000000"  # MS-OVBA 2.3.1.4 ProjectDocModule
    return f"{_KEYWORDS[module.kind]}={module.name}"  # MS-OVBA 2.3.1.5 ProjectStdModule, 2.3.1.6 ProjectClassModule


def _reference(name: str, libid: str) -> bytes:
    """Refer to a library (MS-OVBA 2.3.4.2.2.1 REFERENCE)."""
    text = _narrow(libid)
    return (
        _record(0x16, _narrow(name))  # MS-OVBA 2.3.4.2.2.2 REFERENCENAME
        + _record(0x3E, _wide(name))
        + _record(0x0D, _uint32(len(text)) + text + bytes(6))  # MS-OVBA 2.3.4.2.2.5 REFERENCEREGISTERED
    )


def _module(module: Module) -> bytes:
    """Describe a module (MS-OVBA 2.3.4.2.3.2 MODULE)."""
    narrow, wide = _narrow(module.name), _wide(module.name)
    return b"".join(
        [
            _record(0x19, narrow),  # .1 MODULENAME
            _record(0x47, wide),  # .2 MODULENAMEUNICODE
            _record(0x1A, narrow) + _record(0x32, wide),  # .3 MODULESTREAMNAME
            _record(0x1C) + _record(0x48),  # .4 MODULEDOCSTRING, in both encodings
            _record(0x31, _uint32(0)),  # .5 MODULEOFFSET: the text begins where the stream does
            _record(0x1E, _uint32(0)),  # .6 MODULEHELPCONTEXT
            _record(0x2C, _ANY_COOKIE),  # .7 MODULECOOKIE
            _record(0x21 if module.kind is ModuleKind.STANDARD else 0x22),  # .8 MODULETYPE
            _record(0x2B),  # the end of the module
        ]
    )


def _record(identifier: int, content: bytes = b"") -> bytes:
    """Write a record: its identifier, the bytes of its content, the content."""
    return struct.pack("<HI", identifier, len(content)) + content


def _uint16(number: int) -> bytes:
    """Write a number in two bytes."""
    return struct.pack("<H", number)


def _uint32(number: int) -> bytes:
    """Write a number in four bytes."""
    return struct.pack("<I", number)


def _narrow(text: str) -> bytes:
    """Write text in the project's code page."""
    return text.encode(CODE_PAGE)


def _wide(text: str) -> bytes:
    """Write text in UTF-16."""
    return text.encode("utf-16-le")

"""The streams PROJECT and PROJECTwm, MS-OVBA 2.3.1 and 2.3.3: modules, lock and names as the editor reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from salesplan_xl.template.verify.records import STANDARD, Directory
from salesplan_xl.template.verify.rules import Finding, Rule

IDENTITY = Rule(
    "vba.project-id",
    'The stream PROJECT begins with ID="{...}", a GUID in upper case.',
    "The key of the protection is computed from it; without it the project counts as locked (MS-OVBA 2.3.1.2).",
)
ORDER = Rule(
    "vba.project-order",
    "ID, the modules, Name, HelpContextID, VersionCompatible32, CMG, DPB and GC stand in this order, then the sections "
    "of host extenders and workspace.",
    "The grammar knows no other order (MS-OVBA 2.3.1); without CMG, DPB or GC the project cannot be viewed.",
)
NAME = Rule(
    "vba.project-name",
    "PROJECT and dir give the project one name.",
    "Code that calls by the project's name finds the one, the editor shows the other (MS-OVBA 2.3.1.11).",
)
PROTECTION = Rule(
    "vba.project-protection",
    "CMG, DPB and GC are encrypted with the project's ID and say: not protected, no password, visible.",
    "Where they do not decrypt, the editor says the project is locked or cannot be viewed (MS-OVBA 2.3.1.15 to "
    "2.3.1.17, 2.4.3).",
)
MODULES = Rule(
    "vba.project-modules",
    "PROJECT declares exactly the modules of dir, each as what it is there: Module, Class or Document.",
    "A module that is not declared is not loaded, one without a record has no code (MS-OVBA 2.3.1.3).",
)
WORKSPACE = Rule(
    "vba.project-workspace",
    "The section [Workspace] has a line for each module and none for others.",
    "The editor takes the places of its windows from there (MS-OVBA 2.3.1).",
)
NAME_MAP = Rule(
    "vba.projectwm",
    "The stream PROJECTwm names the modules of dir in the same order, in the code page and in UTF-16.",
    "Every file of Excel's own has it, and a reader that trusts it gives modules other names (MS-OVBA 2.3.3).",
)
RULES = (IDENTITY, ORDER, NAME, PROTECTION, MODULES, WORKSPACE, NAME_MAP)

WHERE = "PROJECT"
DOCUMENT, MODULE, CLASS, FORM = "Document", "Module", "Class", "BaseClass"

_PROPERTIES = ("ID", "Name", "HelpContextID", "VersionCompatible32", "CMG", "DPB", "GC")
_EXPECTED = {"CMG": bytes(4), "DPB": b"\0", "GC": b"\xff"}
_SAYS = {"CMG": "that the project is protected", "DPB": "that there is a password", "GC": "that the project is hidden"}
_IDENTITY = re.compile(r'ID="(\{[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\})"\r\n')
_WINDOW = re.compile(r"^([^=\r\n]+)=\s*-?\d+, ", re.MULTILINE)


@dataclass(frozen=True)
class Declarations:
    """
    What PROJECT declares.

    Parameters
    ----------
    kinds : mapping of str to str
        `DOCUMENT`, `MODULE`, `CLASS` or `FORM` by the name of the module.
    findings : tuple of Finding
        What breaks the rules.
    """

    kinds: Mapping[str, str]
    findings: tuple[Finding, ...]


def read_declarations(content: bytes, directory: Directory) -> Declarations:
    """
    Read the stream PROJECT and compare it with dir.

    Parameters
    ----------
    content : bytes
        The stream.
    directory : Directory
        What dir says.

    Returns
    -------
    Declarations
        Kind of each module, and what breaks the rules.
    """
    text = content.decode(directory.encoding, errors="replace")
    properties, _, sections = text.partition("\r\n\r\n")
    lines = [line.partition("=")[::2] for line in properties.split("\r\n")]
    kinds = {value.split("/")[0]: key for key, value in lines if key in (DOCUMENT, MODULE, CLASS, FORM)}
    values = {key: value.strip('"') for key, value in lines}
    findings = [
        *_check_identity(text),
        *_check_order([key for key, _ in lines], sections),
        *_check_protection(values),
        *_check_modules(kinds, directory, values.get("Name")),
        *_check_windows(sections, directory),
    ]
    return Declarations(kinds, tuple(findings))


def check_name_map(content: bytes | None, directory: Directory) -> Iterator[Finding]:
    """
    Compare the stream PROJECTwm with dir.

    Parameters
    ----------
    content : bytes or None
        The stream; None where there is none.
    directory : Directory
        What dir says.

    Yields
    ------
    Finding
        What breaks the rules.
    """
    if content is None:
        yield NAME_MAP.at("PROJECTwm", "it is missing")
        return
    names = [module.name for module in directory.modules]
    encoded = [name.encode(directory.encoding, errors="replace") for name in names]
    expected = b"".join(
        b"%b\0%b\0\0" % (short, name.encode("utf-16-le")) for short, name in zip(encoded, names, strict=True)
    )
    if content != expected + b"\0\0":
        yield NAME_MAP.at("PROJECTwm", "it does not name the modules of dir")


def decrypt(digits: str, identity: str) -> bytes:
    """
    Decrypt a value of PROJECT, MS-OVBA 2.4.3.3.

    Parameters
    ----------
    digits : str
        The value, in hexadecimal digits.
    identity : str
        The project's ID with its braces.

    Returns
    -------
    bytes
        What was encrypted.

    Raises
    ------
    ValueError
        If it is no such value, or was encrypted for another project.
    """
    content = bytes.fromhex(digits)
    if len(content) < 8:
        raise ValueError(f"{len(content)} bytes are too few")
    seed, version, key = content[0], content[0] ^ content[1], content[0] ^ content[2]
    if version != 2:
        raise ValueError(f"its version is {version}, where 2 belongs")
    if key != sum(identity.encode("ascii", errors="replace")) & 0xFF:
        raise ValueError("it was encrypted for another ID")
    plain, before, last = key, content[1], content[2]
    result = bytearray()
    for one in content[3:]:
        plain = one ^ ((before + plain) & 0xFF)
        before, last = last, one
        result.append(plain)
    data = result[(seed & 6) // 2 :]
    length = int.from_bytes(data[:4], "little")
    if len(data) != 4 + length:
        raise ValueError(f"it says {length} bytes and holds {len(data) - 4}")
    return bytes(data[4:])


def _check_identity(text: str) -> Iterator[Finding]:
    """The first line must be the ID."""
    if not _IDENTITY.match(text):
        yield IDENTITY.at(WHERE, f"it begins with {text[:50]!r}")


def _check_order(keys: list[str], sections: str) -> Iterator[Finding]:
    """Properties and sections must stand in their order."""
    known = [key for key in keys if key in _PROPERTIES]
    if known != list(_PROPERTIES):
        yield ORDER.at(WHERE, f"its properties are {', '.join(known)}")
    starts = [sections.find(section) for section in ("[Host Extender Info]", "[Workspace]")]
    if starts != sorted(starts) or starts[0] != 0:
        yield ORDER.at(WHERE, "a section is missing or out of place")


def _check_protection(values: Mapping[str, str]) -> Iterator[Finding]:
    """The three values must decrypt to those of an open project."""
    for key, expected in _EXPECTED.items():
        if key not in values:
            continue  # its absence is a matter of order
        try:
            found = decrypt(values[key], values.get("ID", ""))
        except ValueError as error:
            yield PROTECTION.at(WHERE, f"{key}: {error}")
            continue
        if found != expected:
            yield PROTECTION.at(WHERE, f"{key} says {_SAYS[key]}")


def _check_modules(kinds: Mapping[str, str], directory: Directory, name: str | None) -> Iterator[Finding]:
    """The declared modules must be those of dir."""
    if name != directory.name:
        yield NAME.at(WHERE, f"it calls the project {name!r}, dir calls it {directory.name!r}")
    recorded = {module.name for module in directory.modules}
    for missing in sorted(recorded - kinds.keys()):
        yield MODULES.at(WHERE, f"{missing!r} is not declared")
    for surplus in sorted(kinds.keys() - recorded):
        yield MODULES.at(WHERE, f"{surplus!r} is declared and not in dir")
    for module in directory.modules:
        kind = kinds.get(module.name)
        if kind is not None and (kind == MODULE) != (module.kind == STANDARD):
            yield MODULES.at(WHERE, f"{module.name!r} is declared as {kind}, and something else in dir")


def _check_windows(sections: str, directory: Directory) -> Iterator[Finding]:
    """The lines of the workspace must be those of the modules."""
    found = set(_WINDOW.findall(sections.partition("[Workspace]")[2]))
    recorded = {module.name for module in directory.modules}
    if found != recorded:
        yield WORKSPACE.at(WHERE, f"it differs in {', '.join(sorted(found ^ recorded))}")

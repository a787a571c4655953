"""All rules in their order over one file: what cannot be read is a finding, and the rest is looked at all the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from salesplan_xl.template.verify import (
    compression,
    container,
    modules,
    package,
    project_stream,
    records,
    ribbon,
    sheets,
)
from salesplan_xl.template.verify.compression import decompress
from salesplan_xl.template.verify.container import read_container
from salesplan_xl.template.verify.modules import Module, Source, check_names, read_module
from salesplan_xl.template.verify.package import Package, check_macros, read_package
from salesplan_xl.template.verify.project_stream import check_name_map, read_declarations
from salesplan_xl.template.verify.records import Directory, read_directory
from salesplan_xl.template.verify.ribbon import check_ribbon
from salesplan_xl.template.verify.rules import BrokenError, Finding, Rule
from salesplan_xl.template.verify.sheets import check_sheets

FILE = Rule(
    "file.readable",
    "The file is there and can be read.",
    "Nothing can be said about a file that cannot be read.",
)
STREAMS = Rule(
    "vba.streams",
    "The project has PROJECT, VBA/dir, VBA/_VBA_PROJECT and one stream for each module of dir, and VBA nothing else.",
    "A module without its stream has no code; a stream without a module is what a careless writer left "
    "(MS-OVBA 2.2.1 to 2.2.7).",
)
CACHE = Rule(
    "vba.cache",
    "A project written by a program holds no trace of a performance cache: _VBA_PROJECT is CC 61 FF FF 00 and two "
    "bytes, no __SRP_ stream is there.",
    "A version other than 0xFFFF promises compiled code, and Excel runs or rejects what it finds there instead of the "
    "source (MS-OVBA 2.3.4.1 and 1.6).",
)
OFFSET = Rule(
    "vba.module-offset",
    "Without a cache the source of every module begins at byte 0 of its stream.",
    "What stands before the offset is cache; a wrong one gives no source at all (MS-OVBA 2.3.4.2.3.2.5, 2.3.4.3).",
)
SOURCE = Rule(
    "vba.source",
    "The source of a module is text in the project's code page.",
    "Excel shows other bytes as letters nobody wrote (MS-OVBA 2.3.4.3).",
)

RULES: tuple[Rule, ...] = (
    FILE,
    *package.RULES,
    *container.RULES,
    *compression.RULES,
    STREAMS,
    CACHE,
    *records.RULES,
    *project_stream.RULES,
    OFFSET,
    SOURCE,
    *modules.RULES,
    *ribbon.RULES,
    *sheets.RULES,
)
"""Every rule, in the order they are looked at."""

MOST_BYTES = 256 << 20
"""A larger file is not read."""

_MARK = bytes.fromhex("CC61FFFF00")
_CACHE_MARK = bytes.fromhex("CC61")


def verify(path: Path) -> list[Finding]:
    """
    Check a workbook against every rule.

    Parameters
    ----------
    path : Path
        A workbook, with macros or without. It is only read; nothing in it is run or followed.

    Returns
    -------
    list of Finding
        What breaks a rule, in the order of `RULES`; empty where all hold. A file that is missing, no workbook
        or damaged has findings too. A workbook without a VBA project is checked by the rules of packages,
        ribbons and sheets alone.
    """
    try:
        if not path.is_file() and path.exists():
            return [FILE.at(path.name, "it is no regular file")]
        if path.stat().st_size > MOST_BYTES:
            return [FILE.at(path.name, f"it has {path.stat().st_size:,} bytes")]
        found = read_package(path.read_bytes(), path.name)
    except OSError as error:
        return [FILE.at(path.name, f"{error.strerror or error}")]
    except BrokenError as broken:
        return [broken.finding]
    return sorted(_findings(found), key=lambda finding: RULES.index(finding.rule))


def _findings(found: Package) -> Iterator[Finding]:
    """What breaks a rule in a package."""
    yield from found.findings
    code: list[Module] | None = []
    if found.projects:
        code, findings = _project(found)
        yield from findings
        yield from check_macros(found, code)
    yield from check_ribbon(found, code)
    yield from check_sheets(found)


def _project(found: Package) -> tuple[list[Module] | None, list[Finding]]:
    """The modules of the VBA project, None where they could not be read, and what breaks its rules."""
    where = found.projects[0]
    findings: list[Finding] = []
    try:
        read = read_container(found.parts.get(where, b""), where)
        findings += read.findings
        streams = dict(read.streams)
        missing = [name for name in ("PROJECT", "VBA/dir", "VBA/_VBA_PROJECT") if name not in streams]
        findings += [STREAMS.at(name, "it is missing") for name in missing]
        if missing:
            return None, findings
        has_cache = len(streams["VBA/_VBA_PROJECT"]) > len(_MARK) + 2
        findings += _check_cache(streams, has_cache=has_cache)
        directory = read_directory(decompress(streams["VBA/dir"], "VBA/dir"), has_cache=has_cache)
    except BrokenError as broken:
        return None, [*findings, broken.finding]
    findings += directory.findings
    declared = read_declarations(streams["PROJECT"], directory)
    findings += declared.findings
    findings += check_name_map(streams.get("PROJECTwm"), directory)
    findings += _check_streams(streams, directory)
    code = []
    for source in _sources(streams, directory, declared.kinds, findings, has_cache=has_cache):
        module, told = read_module(source, has_cache=has_cache)
        findings += told
        code.append(module)
    findings += check_names(code)
    return code, findings


def _check_cache(streams: dict[str, bytes], *, has_cache: bool) -> Iterator[Finding]:
    """A program's project must hold no cache."""
    mark = streams["VBA/_VBA_PROJECT"]
    if has_cache:
        if not mark.startswith(_CACHE_MARK):
            yield CACHE.at("VBA/_VBA_PROJECT", f"it begins {mark[:2].hex(' ')}, where cc 61 belongs")
        return
    if len(mark) != len(_MARK) + 2 or not mark.startswith(_MARK):
        yield CACHE.at("VBA/_VBA_PROJECT", f"it is {mark.hex(' ') or 'empty'}")
    for name in streams:
        if name.startswith("VBA/__SRP_"):
            yield CACHE.at(name, "it is there")


def _check_streams(streams: dict[str, bytes], directory: Directory) -> Iterator[Finding]:
    """The streams of the storage VBA must be those of the modules."""
    held = {name for name in streams if name.startswith("VBA/") and not name.startswith("VBA/__SRP_")}
    wanted = {f"VBA/{module.stream}" for module in directory.modules} | {"VBA/dir", "VBA/_VBA_PROJECT"}
    for name in sorted(wanted - held):
        yield STREAMS.at(name, "it is missing")
    for name in sorted(held - wanted):
        yield STREAMS.at(name, "no module has it")


def _sources(
    streams: dict[str, bytes],
    directory: Directory,
    kinds: Mapping[str, str],
    findings: list[Finding],
    *,
    has_cache: bool,
) -> Iterator[Source]:
    """The source of every module that could be read."""
    for module in directory.modules:
        path = f"VBA/{module.stream}"
        if path not in streams:
            continue
        if not has_cache and module.offset:
            findings.append(OFFSET.at(module.name, f"it begins at byte {module.offset}"))
        try:
            text = decompress(streams[path][module.offset :], path).decode(directory.encoding)
        except BrokenError as broken:
            findings.append(broken.finding)
            continue
        except UnicodeDecodeError as error:
            findings.append(SOURCE.at(module.name, f"byte {error.start} is none in {directory.encoding}"))
            continue
        yield Source(module.name, kinds.get(module.name, ""), text)

"""Reads back what was written: by the checker, which shares nothing with the writer, and by two libraries."""

from __future__ import annotations

import io

import olefile
from pyopenvba.cfb import CFB  # type: ignore[import-untyped]  # it has no types
from pyopenvba.vba import VBAProject, parse_vba_project  # type: ignore[import-untyped]  # it has no types

from salesplan_xl.template.verify import compression
from salesplan_xl.template.verify.container import read_container
from salesplan_xl.template.verify.project_stream import check_name_map, read_declarations
from salesplan_xl.template.verify.records import Directory, read_directory

Streams = dict[tuple[str, ...], bytes]
"""Streams by path."""


def decompress(container: bytes) -> bytes:
    """Decompress by the checker, which refuses what a writer must not write."""
    return compression.decompress(container, "a stream")


def streams_by_checker(content: bytes) -> Streams:
    """All streams, in the order of the directory; everything that breaks a rule is an error."""
    read = read_container(content)
    assert read.findings == ()
    return {tuple(path.split("/")): stream for path, stream in read.streams.items()}


def streams_by_olefile(content: bytes) -> Streams:
    """All streams, read by olefile, for which everything unusual is an error."""
    with olefile.OleFileIO(io.BytesIO(content), raise_defects=olefile.DEFECT_UNSURE) as file:
        return {tuple(path): file.openstream(path).read() for path in file.listdir()}


def streams_by_pyopenvba(content: bytes, path: tuple[str, ...] = ()) -> Streams:
    """All streams, read by pyOpenVBA."""
    file = CFB.from_bytes(content)
    streams = {(*path, name): file.get_stream_at(path, name) for name in file.list_streams_at(path)}
    for name in file.list_storages_at(path):
        streams |= streams_by_pyopenvba(content, (*path, name))
    return streams


def directory_by_checker(streams: Streams) -> Directory:
    """What `dir` says of a project that a program wrote; what breaks a rule there or in PROJECT is an error."""
    directory = read_directory(decompress(streams["VBA", "dir"]), has_cache=False)
    declared = read_declarations(streams["PROJECT",], directory)
    found = (*directory.findings, *declared.findings, *check_name_map(streams["PROJECTwm",], directory))
    assert found == ()
    return directory


def project_by_pyopenvba(content: bytes) -> VBAProject:
    """The project, read and checked by pyOpenVBA."""
    file = CFB.from_bytes(content)
    project = parse_vba_project(file)
    assert project.validate(file) == []
    return project

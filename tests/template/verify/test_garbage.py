"""Whatever is not a workbook gives findings: no exception, no endless loop, no bloat."""

import io
import os
import struct
import sys
import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesplan_xl.template.vba_project.compression import compress
from salesplan_xl.template.vba_project.container import Tree, write_container
from salesplan_xl.template.verify import verify
from salesplan_xl.template.verify.container import read_container
from tests.template.verify.good_workbook import (
    PROJECT,
    WORKBOOK,
    good_parts,
    streams,
    with_project,
    with_streams,
    written,
)

ENOUGH = 64 << 20


@contextmanager
def little_memory() -> Iterator[None]:
    """What happens within takes no more memory than a workbook that is small needs."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < ENOUGH
    finally:
        tracemalloc.stop()


def zipped() -> bytes:
    """The good workbook as a file."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in good_parts().items():
            archive.writestr(name, content)
    return output.getvalue()


def with_declared_size(content: bytes, size: int) -> bytes:
    """A zip that says another inflated size of the workbook part, in its table of contents."""
    at = content.index(WORKBOOK.encode(), content.index(b"PK\x01\x02")) - 46
    return content[: at + 24] + struct.pack("<I", size) + content[at + 28 :]


def bomb() -> bytes:
    """A part of 60 megabytes of zeros in 60 kilobytes."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(WORKBOOK, bytes(60 << 20))
    return output.getvalue()


def encrypted(content: bytes) -> bytes:
    """A zip that says its first part is encrypted."""
    at = content.index(b"PK\x01\x02")
    return content[: at + 8] + b"\x01" + content[at + 9 :]


def empty_zip() -> bytes:
    """A zip without parts."""
    output = io.BytesIO()
    zipfile.ZipFile(output, "w").close()
    return output.getvalue()


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        pytest.param(b"", "package.zip", id="empty file"),
        pytest.param(b"Region,Weight\nNorth,1\n", "package.zip", id="text"),
        pytest.param(bytes.fromhex("D0CF11E0A1B11AE1") + bytes(2_000), "package.zip", id="old .xls"),
        pytest.param(zipped()[:-100], "package.zip", id="truncated zip"),
        pytest.param(zipped()[1_000:], "package.zip", id="zip without its beginning"),
        pytest.param(with_declared_size(zipped(), 0x7FFFFFFF), "package.zip", id="two gigabytes declared"),
        pytest.param(with_declared_size(zipped(), 10), "package.zip", id="ten bytes declared"),
        pytest.param(bomb(), "package.zip", id="bomb"),
        pytest.param(encrypted(zipped()), "package.zip", id="encrypted"),
        pytest.param(empty_zip(), "package.workbook", id="empty zip"),
    ],
)
def test_what_is_no_workbook_is_a_finding(content: bytes, rule: str, tmp_path: Path) -> None:
    path = tmp_path / "garbage.xlsm"
    path.write_bytes(content)
    with little_memory():
        assert {finding.rule.id for finding in verify(path)} == {rule}


def test_a_folder_is_a_finding(tmp_path: Path) -> None:
    assert [finding.rule.id for finding in verify(tmp_path)] == ["file.readable"]


def test_a_stream_that_would_decompress_without_end_is_a_finding(tmp_path: Path) -> None:
    # 6 bytes give 4,096: one letter, then a copy of 4,092 + 3 letters; 90,000 such chunks would be 360 megabytes
    chunk = struct.pack("<H", 0xB000 | 3) + bytes([0b10]) + b"a" + struct.pack("<H", 4_092)
    path = written(with_streams(streams() | {"VBA/dir": b"\x01" + chunk * 90_000}), tmp_path / "bomb.xlsm")
    with little_memory():
        assert {finding.rule.id for finding in verify(path)} == {"vba.compression"}


def nested(depth: int) -> bytes:
    """A container of storages, each in the one before."""
    tree: Tree = {}
    for _ in range(depth):
        tree = {"s": tree}
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(before + 3 * depth)  # the writer goes as deep as it is asked to
    try:
        return write_container(tree)
    finally:
        sys.setrecursionlimit(before)


def test_storages_in_storages_without_end_are_a_finding(tmp_path: Path) -> None:
    path = written(with_project(nested(3_000)), tmp_path / "deep.xlsm")
    (finding,) = [finding for finding in verify(path) if finding.rule.id.startswith("cfb.")]
    assert (finding.rule.id, finding.found) == ("cfb.entry", "storages lie more than 16 deep")


def test_as_many_storages_in_storages_as_are_read_are_no_finding() -> None:
    assert read_container(nested(16)).findings == ()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=3_000))
def test_a_project_of_random_bytes_is_a_finding(content: bytes, tmp_path: Path) -> None:
    path = written(with_project(content), tmp_path / "random.xlsm")
    assert "cfb.header" in {finding.rule.id for finding in verify(path)}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1), new=st.binary(min_size=1, max_size=8))
def test_a_project_with_other_bytes_somewhere_is_read_to_an_end(place: float, new: bytes, tmp_path: Path) -> None:
    content = good_parts()[PROJECT]
    at = int(place * (len(content) - len(new)))
    path = written(with_project(content[:at] + new + content[at + len(new) :]), tmp_path / "changed.xlsm")
    for finding in verify(path):
        assert str(finding)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(["VBA/dir", "VBA/Actions", "VBA/_VBA_PROJECT", "PROJECT", "PROJECTwm"]), data=st.data())
def test_a_stream_of_random_bytes_is_a_finding(path: str, data: st.DataObject, tmp_path: Path) -> None:
    content = data.draw(st.binary(max_size=400))
    stored = compress(content) if path == "VBA/dir" else content
    assert verify(written(with_streams(streams() | {path: stored}), tmp_path / "random.xlsm"))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(part=st.sampled_from(sorted(good_parts())), place=st.floats(0, 1), new=st.binary(min_size=1, max_size=6))
def test_a_part_with_other_bytes_somewhere_is_read_to_an_end(
    part: str, place: float, new: bytes, tmp_path: Path
) -> None:
    parts = good_parts()
    at = int(place * len(parts[part]))
    parts[part] = parts[part][:at] + new + parts[part][at + len(new) :]
    for finding in verify(written(parts, tmp_path / "changed.xlsm")):
        assert str(finding)


@pytest.mark.parametrize("packed", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_part_that_holds_more_than_it_says_is_not_inflated(packed: int, tmp_path: Path) -> None:
    # its checksum is that of what it says it holds, so nothing but its end betrays it
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", packed) as archive:
        archive.writestr(WORKBOOK, bytes(100 << 20))
    path = tmp_path / "plan.xlsm"
    path.write_bytes(with_declared_size(output.getvalue(), 1_000))
    with little_memory():
        assert [finding.rule.id for finding in verify(path)] == ["package.zip"]


def test_what_is_no_regular_file_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "plan.xlsm")
    assert [finding.rule.id for finding in verify(tmp_path / "plan.xlsm")] == ["file.readable"]

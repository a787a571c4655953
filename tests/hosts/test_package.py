"""The zip: what is refused, and what stays byte for byte."""

import io
import random
import struct
import zipfile
from pathlib import Path

import pytest

from salesplan_xl.hosts.file.book import FileBook
from salesplan_xl.hosts.file.package import Package
from salesplan_xl.workbook.cells import TableChanges, Value
from salesplan_xl.workbook.problems import RefusalError
from tests.hosts.plans import extended_plan, parts, plan_bytes, rebuilt, saved

WORKBOOK = "xl/workbook.xml"
SHEET = "xl/worksheets/sheet1.xml"


def raw_entries(content: bytes) -> dict[str, tuple[bytes, tuple[object, ...]]]:
    """Raw compressed bytes and metadata of every entry, in order."""
    found: dict[str, tuple[bytes, tuple[object, ...]]] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in archive.infolist():
            start = entry.header_offset
            name, extra = struct.unpack_from("<HH", content, start + 26)
            body = content[start : start + 30 + name + extra + entry.compress_size]
            found[entry.filename] = body, (entry.date_time, entry.external_attr, entry.create_system, entry.extra)
    return found


def test_what_is_not_replaced_keeps_its_raw_bytes_order_and_metadata() -> None:
    content = extended_plan()
    package = Package(content, "plan.xlsm")
    package.replace(SHEET, package.part(SHEET).replace(b"</worksheet>", b"<!-- --></worksheet>"))
    before, after = raw_entries(content), raw_entries(package.to_bytes())
    assert list(after) == list(before)
    assert [name for name in before if after[name] != before[name]] == [SHEET]
    assert after[SHEET][1] == before[SHEET][1]


def test_entries_with_a_data_descriptor_survive(tmp_path: Path) -> None:
    class Unseekable:
        """A stream that makes zipfile write the sizes after the bytes."""

        def __init__(self, path: Path) -> None:
            self.stream = path.open("wb")

        def write(self, block: bytes) -> int:
            return self.stream.write(block)

        def flush(self) -> None:
            self.stream.flush()

    path = tmp_path / "streamed.xlsx"
    target = Unseekable(path)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload] # on purpose
        for name, part in parts(plan_bytes()).items():
            archive.writestr(name, part)
    target.stream.close()
    package = Package.open(path)
    package.replace(WORKBOOK, package.part(WORKBOOK) + b"<!-- -->")
    assert parts(package.to_bytes())[SHEET] == parts(plan_bytes())[SHEET]


def flipped(content: bytes) -> bytes:
    """The plan with one bit of the sheet's packed bytes flipped."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        at = archive.getinfo(SHEET).header_offset + 200
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def test_a_flipped_bit_is_found() -> None:
    package = Package(flipped(plan_bytes()), "plan.xlsx")
    with pytest.raises(RefusalError, match=r"E-FILE-(DAMAGED|UNSAFE).*sheet1"):
        package.part(SHEET)


def with_size(content: bytes, size: int) -> bytes:
    """The plan with a stated inflated size of the sheet that is a lie."""
    record = content.index(SHEET.encode(), content.index(b"PK\x01\x02")) - 46
    return content[: record + 24] + struct.pack("<I", size) + content[record + 28 :]


@pytest.mark.parametrize(
    ("size", "code"), [(100, "E-FILE-UNSAFE"), (90_000, "E-FILE-DAMAGED"), (900_000_000, "E-FILE-UNSAFE")]
)
def test_a_size_that_lies_is_found_while_inflating(size: int, code: str) -> None:
    with pytest.raises(RefusalError, match=code):
        Package(with_size(plan_bytes(), size), "plan.xlsx").part(SHEET)


def test_too_many_parts_are_refused() -> None:
    content = rebuilt(plan_bytes(), {}, {f"xl/media/{number}.png": b"" for number in range(2_001)})
    with pytest.raises(RefusalError, match=r"E-FILE-UNSAFE.*20\d\d parts"):
        Package(content, "plan.xlsx")


@pytest.mark.parametrize(
    ("part", "old", "new", "code"),
    [
        (WORKBOOK, b"<workbook ", b"<!DOCTYPE x><workbook ", "E-FILE-UNSAFE"),
        (WORKBOOK, b'encoding="UTF-8"', b'encoding="UTF-16"', "E-FILE-FORM"),
        (WORKBOOK, b"<sheets>", b"<sheets", "E-FILE-DAMAGED"),
        (WORKBOOK, b"schemas.openxmlformats.org/spreadsheetml", b"purl.oclc.org/ooxml/spreadsheetml", "E-FILE-TYPE"),
        ("[Content_Types].xml", b"sheet.main+xml", b"sheet.binary.main", "E-FILE-TYPE"),
        ("_rels/.rels", b"xl/workbook.xml", b"xl/gone.xml", "E-FILE-DAMAGED"),
        ("_rels/.rels", b"xl/workbook.xml", b"../../workbook.xml", "E-FILE-UNSAFE"),
    ],
)
def test_a_workbook_that_cannot_be_followed_is_refused(part: str, old: bytes, new: bytes, code: str) -> None:
    content = rebuilt(plan_bytes(), {part: lambda text: text.replace(old, new)})
    with pytest.raises(RefusalError, match=code):
        FileBook.from_bytes(content, "plan.xlsx")


def test_no_cut_or_flip_ends_in_anything_but_a_refusal() -> None:
    content = plan_bytes()
    chance = random.Random(7)  # noqa: S311 - the same damage every time
    for _ in range(150):
        at = chance.randrange(len(content))
        broken = (
            content[:at] if chance.random() < 0.2 else content[:at] + bytes([chance.randrange(256)]) + content[at + 1 :]
        )
        try:
            book = FileBook.from_bytes(broken, "plan.xlsx")
            for name in book.table_names():
                book.read_table(name)
        except RefusalError:
            continue


def test_changes_leave_a_persons_additions_byte_for_byte(tmp_path: Path) -> None:
    content = extended_plan()
    path = saved(content, tmp_path, "plan.xlsm")
    book = FileBook.open(path)
    added: list[dict[str, Value]] = [{"rep": "Eve", "visits": 9.0, "price": 2.0}]
    book.change_table("visits", TableChanges([0, 1, 2, 3, -1], {(1, "visits"): 20.0}, added))
    book.save()
    before, after = parts(content), parts(path.read_bytes())
    # the chain of calculation names cells, and a formula came in: it goes, and Excel builds it anew
    assert set(before) - set(after) == {"xl/calcChain.xml"}
    assert b"calcChain" not in after["[Content_Types].xml"] + after["xl/_rels/workbook.xml.rels"]
    assert {name for name in after if after[name] != before[name]} == {
        "[Content_Types].xml",
        "xl/_rels/workbook.xml.rels",
        "xl/charts/chart1.xml",
        "xl/tables/table1.xml",
        "xl/workbook.xml",
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet2.xml",
    }


def test_a_change_of_values_touches_one_part(tmp_path: Path) -> None:
    content = extended_plan()
    path = saved(content, tmp_path, "plan.xlsm")
    book = FileBook.open(path)
    book.change_table("visits", TableChanges(range(4), {(1, "visits"): 20.0}))
    book.save()
    before, after = raw_entries(content), raw_entries(path.read_bytes())
    assert list(before) == list(after)
    assert [name for name in after if after[name] != before[name]] == ["xl/worksheets/sheet1.xml"]

"""The whole project: read back by the checker and by two libraries, record by record, and every refusal."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesplan_xl.template.vba_project.project import Module, ModuleKind, Project, ProjectError
from salesplan_xl.template.verify.project_stream import decrypt
from tests.template.vba_project.reading import (
    decompress,
    directory_by_checker,
    project_by_pyopenvba,
    streams_by_checker,
    streams_by_olefile,
    streams_by_pyopenvba,
)

WORKBOOK = Module("ThisWorkbook", ModuleKind.WORKBOOK)
SMALL = Project(
    "SalesPlan",
    (
        WORKBOOK,
        Module("shBudget", ModuleKind.SHEET, "Option Explicit"),
        Module("Ribbon", ModuleKind.STANDARD, "Option Explicit\nPublic Sub Ready()\nEnd Sub\n"),
        Module("Segment", ModuleKind.CLASS, "Public Name As String\r\n\r\n"),
    ),
)


def streams(project: Project) -> dict[str, bytes]:
    """The streams of a written project by their last name, module text and `dir` decompressed."""
    found = streams_by_olefile(project.to_bytes())
    plain = {"_VBA_PROJECT", "PROJECT", "PROJECTwm"}
    return {path[-1]: content if path[-1] in plain else decompress(content) for path, content in found.items()}


def check(project: Project) -> None:
    """Write a project and read its modules back in every way."""
    content = project.to_bytes()
    found = streams_by_checker(content)
    assert streams_by_olefile(content) == found
    assert streams_by_pyopenvba(content) == found
    expected = {module.name: module.source() for module in project.modules}
    directory = directory_by_checker(found)
    assert [module.name for module in directory.modules] == list(expected)
    assert {module.name: decompress(found["VBA", module.stream]).decode() for module in directory.modules} == expected
    read = project_by_pyopenvba(content)
    assert {module.name: module.source for module in read.modules} == expected
    assert [module.name for module in read.modules] == list(expected)
    assert (read.name, read.code_page) == (project.name, 1252)


def records(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The records of a `dir` stream."""
    position = 0
    while position < len(content):
        identifier, size = struct.unpack_from("<HI", content, position)
        size = 6 if identifier == 0x09 else size  # PROJECTVERSION says 4
        yield identifier, content[position + 6 : position + 6 + size]
        position += 6 + size
    assert position == len(content)


@pytest.mark.parametrize("count", [1, 2, 3, 7, 14, 15, 63, 64, 65, 98, 99, 100, 127, 139, 140])
def test_any_number_of_modules_of_any_size_comes_back(count: int) -> None:
    # from no statement to 59, so from below a mini sector to a stream with sectors of its own
    texts = [
        "\n".join(f"Sub s{line}(): x = {number * line}: End Sub" for line in range(number % 60))
        for number in range(count)
    ]
    others = [Module(f"Module{number}", ModuleKind.STANDARD, text) for number, text in enumerate(texts[1:])]
    check(Project("P", (WORKBOOK, *others)))


def test_a_module_of_half_a_megabyte_comes_back() -> None:
    procedure = "Public Function f{0}() As Long\n    f{0} = {0} * {1}\nEnd Function\n"
    text = "".join(procedure.format(number, number * 7919 % 10_007) for number in range(8_000))
    assert len(text) > 500_000
    check(Project("P", (WORKBOOK, Module("Large", ModuleKind.STANDARD, text))))


# What broke Excel in files of other writers, by the issue that told


@pytest.mark.parametrize("count", [65, 99])
def test_a_workbook_of_65_or_99_sheets_is_whole(count: int) -> None:
    # JanKallman/EPPlus#131, #132: the compound file was wrong from these numbers on
    check(Project("P", (WORKBOOK, *(Module(f"Sheet{number}", ModuleKind.SHEET) for number in range(1, count + 1)))))


def test_a_name_of_31_characters_is_written_and_one_of_32_refused() -> None:
    # EPPlus#485
    check(Project("P", (WORKBOOK, Module("M" * 31, ModuleKind.STANDARD))))
    assert refusals(Project("P", (WORKBOOK, Module("M" * 32, ModuleKind.STANDARD)))) == [
        f"module {'M' * 32}: the name has 32 characters; up to 31 are possible"
    ]


def test_no_text_can_have_more_bytes_than_characters() -> None:
    # EPPlus#524: the size of a reference counted characters instead of bytes
    sizes = [(len(content), len(content.decode("cp1252"))) for _, content in records(streams(SMALL)["dir"])]
    assert all(size == characters for size, characters in sizes)
    assert refusals(Project("Verkäufe", (WORKBOOK,))) == [
        "project Verkäufe: the name is no identifier: a letter, then letters, digits and underscores, all of them ASCII"
    ]


def test_a_class_extends_the_class_of_classes_and_has_no_version_block() -> None:
    # pyOpenVBA tells that else the project opens, and fails where the class is first made
    assert streams(SMALL)["Segment"].decode() == (
        'Attribute VB_Name = "Segment"\r\n'
        'Attribute VB_Base = "0{FCFB3D2A-A0FA-1068-A738-08002B3371B5}"\r\n'
        "Attribute VB_GlobalNameSpace = False\r\n"
        "Attribute VB_Creatable = False\r\n"
        "Attribute VB_PredeclaredId = False\r\n"
        "Attribute VB_Exposed = False\r\n"
        "Attribute VB_TemplateDerived = False\r\n"
        "Attribute VB_Customizable = False\r\n"
        "Public Name As String\r\n"
    )


@pytest.mark.parametrize(
    ("name", "base"),
    [
        # SheetJS#615 tells that without the module of the workbook another is made, and events never fire
        ("ThisWorkbook", "0{00020819-0000-0000-C000-000000000046}"),
        ("shBudget", "0{00020820-0000-0000-C000-000000000046}"),
    ],
)
def test_the_workbook_and_each_sheet_have_a_document_module_under_their_code_name(name: str, base: str) -> None:
    found = streams(SMALL)
    assert f"Document={name}/&H00000000\r\n" in found["PROJECT"].decode()
    assert found[name].decode().splitlines()[:8] == [
        f'Attribute VB_Name = "{name}"',
        f'Attribute VB_Base = "{base}"',
        "Attribute VB_GlobalNameSpace = False",
        "Attribute VB_Creatable = False",
        "Attribute VB_PredeclaredId = True",
        "Attribute VB_Exposed = True",
        "Attribute VB_TemplateDerived = False",
        "Attribute VB_Customizable = True",
    ]


# What the streams hold


def test_no_compiled_code_comes_along() -> None:
    # MS-OVBA 3.1.1: seven bytes, and the version that makes whoever opens it compile the text
    found = streams_by_olefile(SMALL.to_bytes())
    assert found["VBA", "_VBA_PROJECT"].hex(" ") == "cc 61 ff ff 00 01 00"
    assert set(found) == {
        ("PROJECT",),
        ("PROJECTwm",),
        *(("VBA", name) for name in ("_VBA_PROJECT", "dir", "ThisWorkbook", "shBudget", "Ribbon", "Segment")),
    }


def test_the_project_in_text() -> None:
    lines = streams(SMALL)["PROJECT"].decode().split("\r\n")
    project_id = lines[0].removeprefix('ID="').removesuffix('"')
    assert project_id == project_id.upper()
    assert len(project_id) == len("{00000000-0000-0000-0000-000000000000}")
    values = dict(line.partition("=")[::2] for line in lines[8:11])
    assert {key: decrypt(value.strip('"'), project_id) for key, value in values.items()} == {
        "CMG": bytes(4),
        "DPB": bytes(1),
        "GC": b"\xff",
    }
    assert lines[1:8] + lines[11:] == [
        "Document=ThisWorkbook/&H00000000",
        "Document=shBudget/&H00000000",
        "Module=Ribbon",
        "Class=Segment",
        'Name="SalesPlan"',
        'HelpContextID="0"',
        'VersionCompatible32="393222000"',
        "",
        "[Host Extender Info]",
        "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000",
        "",
        "[Workspace]",
        "ThisWorkbook=0, 0, 0, 0, C",
        "shBudget=0, 0, 0, 0, C",
        "Ribbon=0, 0, 0, 0, C",
        "Segment=0, 0, 0, 0, C",
        "",
    ]


def test_the_project_in_records() -> None:
    found = list(records(streams(SMALL)["dir"]))
    information, rest = found[:15], found[15:]
    assert information == [
        (0x01, struct.pack("<I", 3)),
        (0x02, struct.pack("<I", 0x409)),
        (0x14, struct.pack("<I", 0x409)),
        (0x03, struct.pack("<H", 1252)),
        (0x04, b"SalesPlan"),
        *((empty, b"") for empty in (0x05, 0x40, 0x06, 0x3D)),
        (0x07, bytes(4)),
        (0x08, bytes(4)),
        (0x09, struct.pack("<IH", 1, 0)),
        (0x0C, b""),
        (0x3C, b""),
        (0x16, b"stdole"),
    ]
    references, rest = rest[:5], rest[5:]
    assert [identifier for identifier, _ in references] == [0x3E, 0x0D, 0x16, 0x3E, 0x0D]
    assert references[0][1] == "stdole".encode("utf-16-le")
    assert references[2][1] == b"Office"
    for _, reference in (references[1], references[4]):
        (size,) = struct.unpack_from("<I", reference)
        assert reference[4:8] == rb"*\G{"
        assert reference[4 + size :] == bytes(6)
    assert rest[:2] == [(0x0F, struct.pack("<H", 4)), (0x13, b"\xff\xff")]
    for position, (name, kind) in enumerate(
        [("ThisWorkbook", 0x22), ("shBudget", 0x22), ("Ribbon", 0x21), ("Segment", 0x22)]
    ):
        narrow, wide = name.encode(), name.encode("utf-16-le")
        assert rest[2 + 11 * position : 13 + 11 * position] == [
            (0x19, narrow),
            (0x47, wide),
            (0x1A, narrow),
            (0x32, wide),
            (0x1C, b""),
            (0x48, b""),
            (0x31, bytes(4)),
            (0x1E, bytes(4)),
            (0x2C, b"\xff\xff"),
            (kind, b""),
            (0x2B, b""),
        ]
    assert rest[2 + 11 * 4 :] == [(0x10, b"")]


def test_the_names_in_both_encodings() -> None:
    project = Project("P", (WORKBOOK, Module("A1", ModuleKind.SHEET)))
    assert streams(project)["PROJECTwm"] == (
        b"ThisWorkbook\0" + "ThisWorkbook\0".encode("utf-16-le") + b"A1\0" + b"A\0" + b"1\0" + b"\0\0" + b"\0\0"
    )


def test_no_library_but_those_of_every_project_is_referred_to() -> None:
    assert [reference.name for reference in project_by_pyopenvba(SMALL.to_bytes()).references] == ["stdole", "Office"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_with_cr_and_lf_whatever_they_ended_with(end: str) -> None:
    module = Module("Ribbon", ModuleKind.STANDARD, end.join(["", "Option Explicit", "", "' end", "", ""]))
    assert module.source() == 'Attribute VB_Name = "Ribbon"\r\n\r\nOption Explicit\r\n\r\n\' end\r\n'


def test_the_same_project_gives_the_same_file_and_another_one_another_id() -> None:
    again = Project(SMALL.name, tuple(Module(module.name, module.kind, module.code) for module in SMALL.modules))
    assert again.to_bytes() == SMALL.to_bytes()
    changed = Project(SMALL.name, (*SMALL.modules[:-1], Module("Segment", ModuleKind.CLASS, "Public Label As String")))
    ids = [
        streams(project)["PROJECT"].split(b"\r\n")[0] for project in (SMALL, changed, Project("Other", SMALL.modules))
    ]
    assert len(set(ids)) == 3


# What is refused


def refusals(project: Project) -> list[str]:
    """All sentences with which a project is refused."""
    with pytest.raises(ProjectError) as refused:
        project.to_bytes()
    assert str(refused.value) == "\n".join(refused.value.problems)
    return list(refused.value.problems)


def of_code(code: str) -> list[str]:
    """All sentences with which the code of a module is refused."""
    return refusals(Project("P", (WORKBOOK, Module("Actions", ModuleKind.STANDARD, code))))


NO_TEXT = "is no ASCII text; texts for people belong into a sheet"
IDENTIFIER = "the name is no identifier: a letter, then letters, digits and underscores, all of them ASCII"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        pytest.param("", IDENTIFIER, id="empty"),
        pytest.param("1st", IDENTIFIER, id="digit-first"),
        pytest.param("_x", IDENTIFIER, id="underscore-first"),
        pytest.param("My Module", IDENTIFIER, id="blank"),
        pytest.param("Größe", IDENTIFIER, id="not-ascii"),
        pytest.param("dir", "the name is taken by a part of every project; choose another", id="a-stream"),
        pytest.param("Office", "the name is taken by a part of every project; choose another", id="a-library"),
        pytest.param("p", "the project has the same name; choose another", id="the-project"),
    ],
)
def test_names_of_modules(name: str, sentence: str) -> None:
    assert refusals(Project("P", (WORKBOOK, Module(name, ModuleKind.STANDARD)))) == [f"module {name}: {sentence}"]


def test_names_that_differ_in_case_only() -> None:
    modules = [Module(name, ModuleKind.STANDARD) for name in ("Ribbon", "ribbon", "Other", "RIBBON")]
    assert refusals(Project("P", (WORKBOOK, *modules))) == [
        "modules Ribbon, ribbon, RIBBON: the names must differ in more than case"
    ]


def test_no_workbook_and_two_workbooks() -> None:
    assert refusals(Project("P", (Module("A", ModuleKind.SHEET),))) == [
        "modules of the workbook: none; there must be one"
    ]
    assert refusals(Project("P", (WORKBOOK, Module("Book", ModuleKind.WORKBOOK)))) == [
        "modules of the workbook: ThisWorkbook, Book; there must be one"
    ]


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        pytest.param(
            'a = 1\r\nb = "é"\r\n',
            'line 2: "é" (U+00E9) is no ASCII text; texts for people belong into a sheet',
            id="é",
        ),
        pytest.param(
            "' \u9500\u552e",
            'line 1: "\u9500" (U+9500) is no ASCII text; texts for people belong into a sheet',
            id="wide",
        ),
        pytest.param("\n\nx\0", "line 3: U+0000 is no ASCII text; texts for people belong into a sheet", id="zero"),
        pytest.param(
            "a\x0cb", "line 1: U+000C is no ASCII text; texts for people belong into a sheet", id="page-break"
        ),
        pytest.param("x" * 1024, "line 1: 1024 characters; a line of VBA has up to 1023", id="long-line"),
        pytest.param(
            "\n" + "x _\n" * 25 + "y", "line 2: 25 line continuations; a statement has up to 24", id="continuations"
        ),
        pytest.param(
            "x _\n" * 25, "line 1: 25 line continuations; a statement has up to 24", id="continued-to-the-end"
        ),
        pytest.param(
            '\nAttribute VB_Name = "Actions"',
            "line 2: an attribute of the module; leave it out, the header is written from name and kind",
            id="attribute",
        ),
        pytest.param(
            "VERSION 1.0 CLASS\nBEGIN\n  MultiUse = -1\nEND",
            "line 1: the VERSION block of an exported file; leave it out with its BEGIN and END",
            id="version-block",
        ),
        pytest.param(
            # with CR and LF: (11 + 2) + 6,000 × (9 + 2) + (7 + 2) = 66,022 bytes
            "\n' before\nSub Large()\n" + "value = 1\n" * 6_000 + "End Sub",
            "line 3: Large is 66,022 bytes of text; VBA compiles up to 65,536; divide it",
            id="large-procedure",
        ),
    ],
)
def test_code_that_vba_does_not_take(code: str, sentence: str) -> None:
    assert of_code(code) == [f"module Actions, {sentence}"]


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("x" * 1023, id="the-longest-line"),
        pytest.param("x _\n" * 24 + "y", id="the-longest-statement"),
        pytest.param("x _\n" * 24 + "y\n" + "x _\n" * 24 + "y", id="two-of-them"),
        pytest.param("my_ = 1\n" * 30, id="underscores-that-continue-nothing"),
        pytest.param('Attribute Total.VB_Description = "the total"', id="an-attribute-of-a-procedure"),
        pytest.param("Version = 1.0\nVersion 1.0 + x", id="a-word-of-its-own"),
        pytest.param(
            "Sub a()\n" + "value = 1\n" * 5_900 + "End Sub\nSub b()\n" + "value = 1\n" * 5_900 + "End Sub", id="two"
        ),
        pytest.param(
            'Declare PtrSafe Function f Lib "x" ()\n' + "' note\n" * 9_000, id="a-declaration-is-no-procedure"
        ),
        pytest.param("\ttab", id="tab"),
        pytest.param("", id="nothing"),
    ],
)
def test_code_that_vba_takes(code: str) -> None:
    check(Project("P", (WORKBOOK, Module("Actions", ModuleKind.STANDARD, code))))


def test_all_problems_of_a_project_come_together() -> None:
    broken = Project(
        "My Plan",
        (
            Module("shBudget", ModuleKind.SHEET, "x = \u20ac\ny = \u00fc"),
            Module("Ribbon!", ModuleKind.STANDARD, "Attribute VB_Base = 1"),
            Module("SHBUDGET", ModuleKind.STANDARD),
        ),
    )
    assert refusals(broken) == [
        f"project My Plan: {IDENTIFIER}",
        "modules of the workbook: none; there must be one",
        "modules shBudget, SHBUDGET: the names must differ in more than case",
        f'module shBudget, line 1: "\u20ac" (U+20AC) {NO_TEXT}',
        f'module shBudget, line 2: "\u00fc" (U+00FC) {NO_TEXT}',
        f"module Ribbon!: {IDENTIFIER}",
        "module Ribbon!, line 1: an attribute of the module; leave it out, the header is written from name and kind",
    ]


LINES = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=200).map(lambda line: f"' {line}.")


@given(st.lists(LINES, max_size=40).map("\n".join), st.sampled_from([ModuleKind.STANDARD, ModuleKind.CLASS]))
def test_any_text_comes_back(code: str, kind: ModuleKind) -> None:
    check(Project("P", (WORKBOOK, Module("Actions", kind, code))))

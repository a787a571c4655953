"""VBA projects as Excel itself saved them: their text is read past its cache, and known to be what it was."""

from __future__ import annotations

import re
import zipfile
from importlib.resources import as_file, files

import pytest

from salesplan_xl.template.mark import essence
from salesplan_xl.template.stored import StoredProject, read_project
from salesplan_xl.template.vba_project.project import ModuleKind

VERSION_BLOCK = re.compile(r"\AVERSION.*?END\r?\n", re.DOTALL)


def excels(name: str) -> StoredProject:
    """The project of a workbook that comes with xlwings, which its authors saved with Excel."""
    with as_file(files("xlwings") / name) as path, zipfile.ZipFile(path) as archive:
        stored = read_project(archive.read("xl/vbaProject.bin"))
    assert stored is not None
    return stored


@pytest.mark.parametrize(("module", "source"), [("xlwings", "xlwings.bas"), ("Dictionary", "addin/Dictionary.cls")])
def test_a_module_that_excel_saved_is_still_the_text_that_it_was_imported_from(module: str, source: str) -> None:
    # 36,000 and 11,000 letters of VBA, exported files on one side, Excel's own project on the other
    imported = VERSION_BLOCK.sub("", (files("xlwings") / source).read_bytes().decode("cp1252"))
    assert essence(excels("quickstart_standalone.xlsm").code[module]) == essence(imported)


def test_modules_of_sheets_are_told_from_those_that_hold_code_of_their_own() -> None:
    stored = excels("quickstart.xlsm")
    assert set(stored.code) == {"Module1"}
    assert [(one.name, one.kind) for one in stored.documents or ()] == [
        ("ThisWorkbook", ModuleKind.WORKBOOK),
        ("Sheet1", ModuleKind.SHEET),
        ("Sheet2", ModuleKind.SHEET),
    ]


def test_a_reference_to_another_workbook_makes_a_project_somebody_s() -> None:
    assert not excels("quickstart.xlsm").is_plain


def test_a_project_that_excel_saved_is_plain_until_somebody_adds_to_it() -> None:
    path = files("pyopenvba") / "_templates" / "blank_files" / "blank_workbook.xlsm"
    with as_file(path) as there, zipfile.ZipFile(there) as archive:
        stored = read_project(archive.read("xl/vbaProject.bin"))
    assert stored is not None
    assert (stored.is_plain, set(stored.document_code)) == (True, {"ThisWorkbook", "Sheet1"})


def test_a_large_project_that_excel_opens_every_day_is_read_whole() -> None:
    # five of its fifteen modules have a chunk that ends in flags of nothing
    stored = excels("addin/xlwings.xlam")
    assert len(stored.code) + len(stored.document_code) == 15
    assert not stored.is_plain  # its authors have locked it


@pytest.mark.parametrize("content", [b"", b"no project", bytes.fromhex("D0CF11E0A1B11AE1") + bytes(2048)])
def test_what_is_no_project_is_none(content: bytes) -> None:
    assert read_project(content) is None

"""An upgrade of the program brings its macros into the plans that it opens, and takes nothing from anybody."""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import TYPE_CHECKING

import pytest

import udfs
from salesplan_xl import __version__
from salesplan_xl.entry import plan_macros
from salesplan_xl.hosts.file.book import FileBook
from salesplan_xl.template.macros import CLASSES
from salesplan_xl.template.mark import essence, is_ribbon_unchanged
from salesplan_xl.template.project import DOCUMENTS, plan_code
from salesplan_xl.template.vba_project import streams
from salesplan_xl.template.vba_project.project import Module, ModuleKind, Project
from salesplan_xl.workbook.cells import value_of
from salesplan_xl.workbook.labels import catalogue
from tests.command import Told, salesplan
from tests.entry.old_plan import OLD_CODE, RIBBON, VBA, documents_of, made_by
from tests.files import parts, table_bytes, with_parts
from tests.template.macros.macro_workbook import SPECIFICATIONS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.validator import Validator

OWN = {"MyMacros": 'Option Explicit\n\nSub Greet()\n    MsgBox "Hello"\nEnd Sub\n'}


def checked(plan: Path) -> Told:
    """Run the command that opens a plan, looks it through and saves it."""
    told = salesplan("check", plan, "--json")
    assert told.code == 0, told.error
    return told


def text(plan: Path, name: str) -> object:
    """What stands in a named cell."""
    return value_of(FileBook.open(plan).read_name(name)[2])


# Macros of another version that nobody has changed


@pytest.mark.parametrize("writer", ["0.0.9", __version__])
def test_macros_of_another_version_are_replaced_and_that_is_said(plan: Path, writer: str) -> None:
    current = parts(plan)
    made_by(plan, writer)
    told = checked(plan)
    (problem,) = told.document["problems"]
    assert (problem["code"], problem["file"]) == ("W-MACROS-REFRESHED", "plan.xlsm")
    assert writer in problem["found"]
    assert parts(plan)[VBA] == current[VBA]
    assert parts(plan)[RIBBON] == current[RIBBON]


def test_nothing_is_left_to_do_the_second_time(plan: Path) -> None:
    made_by(plan, "0.0.9")
    checked(plan)
    before = plan.read_bytes()
    assert checked(plan).codes == []
    assert plan.read_bytes() == before


def test_run_refreshes_as_check_does_and_no_table_changes(plan: Path) -> None:
    before = table_bytes(plan)
    made_by(plan, "0.0.9")
    assert salesplan("run", plan, "check", "--json").codes == ["W-MACROS-REFRESHED"]
    assert table_bytes(plan) == before


def test_a_refreshed_plan_keeps_every_rule_of_a_macro_workbook(plan: Path) -> None:
    before = salesplan("template", "verify", plan, "--json").document["numbers"]
    made_by(plan, "0.0.9")
    checked(plan)
    assert salesplan("template", "verify", plan, "--json").document["numbers"] == before


def test_a_refreshed_plan_is_valid_open_xml(plan: Path, validator: Validator) -> None:
    without_a_sentence(plan)
    made_by(plan, "0.0.9")
    checked(plan)
    assert validator.validate(plan) == []


def without_a_sentence(plan: Path) -> None:
    """Take the name of the cell of one sentence away, and let another sentence be an old one."""
    book = FileBook.open(plan)
    book.write_name("text_title", "Plan of old")
    book.save()
    named = parts(plan)["xl/workbook.xml"].decode()
    fewer, count = re.subn(r'<definedName name="text_no_python"[^>]*>[^<]*</definedName>', "", named)
    assert count == 1
    with_parts(plan, {"xl/workbook.xml": fewer})


def test_the_sentences_come_along_those_that_are_new_below_the_others(plan: Path) -> None:
    without_a_sentence(plan)
    made_by(plan, "0.0.9")
    checked(plan)
    sentences = catalogue().macros
    assert {name: text(plan, f"text_{name}") for name in sentences} == dict(sentences)
    cells = {FileBook.open(plan).read_name(f"text_{name}")[1] for name in sentences}
    assert len(cells) == len(sentences)


def test_what_a_person_did_to_the_sheets_stays_in_the_project(plan: Path) -> None:
    sheets = (Module("Tabelle14", ModuleKind.SHEET), Module("Diagramm1", ModuleKind.CHART))
    made_by(plan, "0.0.9", documents=(*DOCUMENTS, *sheets))
    assert checked(plan).codes == ["W-MACROS-REFRESHED"]
    assert documents_of(plan) == {module.name for module in (*DOCUMENTS, *sheets)}


def test_the_line_that_the_editor_writes_into_a_new_sheet_is_nobody_s_code(plan: Path) -> None:
    made_by(plan, "0.0.9", documents=(*DOCUMENTS, Module("Sheet14", ModuleKind.SHEET, "Option Explicit\n")))
    assert checked(plan).codes == ["W-MACROS-REFRESHED"]


def test_excel_s_own_spelling_of_the_macros_is_no_change(plan: Path) -> None:
    # the editor gives a name one case everywhere, and sets blanks
    respelled = "Option  Explicit\n\n\nPublic Sub PlanRibbonLoad(Ribbon As Object)\n\nEnd Sub\n\n"
    made_by(plan, "0.0.9", {"SalesPlanRibbon": respelled})
    assert checked(plan).codes == ["W-MACROS-REFRESHED"]


# What is somebody's stays


@pytest.mark.parametrize(
    "added",
    [
        pytest.param(OWN, id="a-module-of-their-own"),
        pytest.param({"Empty": ""}, id="an-empty-module"),
        pytest.param({"SalesPlanRibbon": OLD_CODE["SalesPlanRibbon"] + "' see me\n"}, id="a-comment-in-ours"),
        pytest.param({"SalesPlanRibbon": ""}, id="ours-emptied"),
        pytest.param({"SalesPlanMark": ""}, id="the-mark-gone"),
    ],
)
def test_macros_that_somebody_changed_or_added_to_stay_to_the_byte(plan: Path, added: dict[str, str]) -> None:
    made_by(plan, "0.0.9", added)
    before = parts(plan)
    told = checked(plan)
    assert told.codes == ["W-MACROS-CHANGED"]
    assert "export" in told.document["problems"][0]["action"]
    assert (parts(plan)[VBA], parts(plan)[RIBBON]) == (before[VBA], before[RIBBON])


def test_code_in_the_module_of_a_sheet_is_theirs(plan: Path) -> None:
    typed_in = Module(DOCUMENTS[1].name, ModuleKind.SHEET, "Private Sub Worksheet_Activate()\nEnd Sub")
    made_by(plan, "0.0.9", documents=(DOCUMENTS[0], typed_in, *DOCUMENTS[2:]))
    before = parts(plan)[VBA]
    assert checked(plan).codes == ["W-MACROS-CHANGED"]
    assert parts(plan)[VBA] == before


def test_a_reference_to_another_library_is_theirs(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scripting = r"*\G{420B2830-E718-11CF-893D-00A0C9054228}#1.0#0#C:\Windows\System32\scrrun.dll#Scripting Runtime"
    with monkeypatch.context() as written:
        written.setitem(streams._REFERENCES, "Scripting", scripting)
        made_by(plan, "0.0.9")
    assert checked(plan).codes == ["W-MACROS-CHANGED"]


def test_a_locked_project_is_theirs(plan: Path) -> None:
    made_by(plan, "0.0.9")
    locked, count = re.subn(rb'DPB="[0-9A-F]{2}', b'DPB="FF', parts(plan)[VBA])
    assert count == 1
    with_parts(plan, {VBA: locked})
    assert checked(plan).codes == ["W-MACROS-CHANGED"]
    assert parts(plan)[VBA] == locked


def test_a_signed_project_is_theirs(plan: Path) -> None:
    made_by(plan, "0.0.9")
    signed = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        'Type="http://schemas.microsoft.com/office/2006/relationships/vbaProjectSignature" '
        'Target="vbaProjectSignature.bin"/></Relationships>'
    )
    with_parts(plan, {"xl/_rels/vbaProject.bin.rels": signed, "xl/vbaProjectSignature.bin": b"signed"})
    assert checked(plan).codes == ["W-MACROS-CHANGED"]


def test_a_project_that_cannot_be_read_stays(plan: Path) -> None:
    with_parts(plan, {VBA: b"no project"})
    assert checked(plan).codes == ["W-MACROS-CHANGED"]
    assert parts(plan)[VBA] == b"no project"


def test_their_own_module_beside_macros_of_this_version_is_no_matter(plan: Path) -> None:
    ours = plan_code(udfs.FUNCTIONS, SPECIFICATIONS, version("xlwings"))
    kinds = dict.fromkeys(CLASSES, ModuleKind.CLASS)
    modules = [Module(name, kinds.get(name, ModuleKind.STANDARD), text) for name, text in {**ours, **OWN}.items()]
    theirs = Project("SalesPlan", (*DOCUMENTS, *modules)).to_bytes()
    with_parts(plan, {VBA: theirs})
    assert checked(plan).codes == []
    assert parts(plan)[VBA] == theirs


def test_a_ribbon_that_somebody_changed_stays_and_the_macros_come(plan: Path) -> None:
    current = parts(plan)[VBA]
    made_by(plan, "0.0.9")
    theirs = parts(plan)[RIBBON].replace(b'label="Plan"', b'label="Our plan"')
    with_parts(plan, {RIBBON: theirs})
    assert checked(plan).codes == ["W-MACROS-REFRESHED", "W-RIBBON-CHANGED"]
    assert (parts(plan)[VBA], parts(plan)[RIBBON]) == (current, theirs)


def test_a_plan_without_a_ribbon_gets_none(plan: Path) -> None:
    made_by(plan, "0.0.9")
    related = re.sub(r"<Relationship [^>]*customUI[^>]*/>", "", parts(plan)["_rels/.rels"].decode())
    with_parts(plan, {"_rels/.rels": related})
    old = parts(plan)[RIBBON]
    assert checked(plan).codes == ["W-MACROS-REFRESHED"]
    assert parts(plan)[RIBBON] == old


# A newer plan, and no macros at all


@pytest.mark.parametrize("writer", ["999.0.0", f"{__version__}.1", "999.0.0rc1"])
def test_a_plan_of_a_newer_version_is_told_and_not_downgraded(plan: Path, writer: str) -> None:
    made_by(plan, writer)
    before = parts(plan)
    (problem,) = checked(plan).document["problems"]
    assert problem["code"] == "W-MACROS-NEWER"
    assert writer in problem["found"]
    assert (parts(plan)[VBA], parts(plan)[RIBBON]) == (before[VBA], before[RIBBON])


@pytest.mark.parametrize("writer", ["0.0.10", f"{__version__}rc1", f"{__version__}.dev3"])
def test_what_comes_before_this_version_is_older(plan: Path, writer: str) -> None:
    made_by(plan, writer)
    assert checked(plan).codes == ["W-MACROS-REFRESHED"]


def test_a_plan_without_macros_has_nothing_to_refresh(tmp_path: Path) -> None:
    plan = tmp_path / "plan.xlsx"
    assert salesplan("new", plan).code == 0
    assert checked(plan).codes == []


def test_a_refused_action_refreshes_nothing(plan: Path) -> None:
    made_by(plan, "0.0.9")
    before = plan.read_bytes()
    assert salesplan("run", plan, "undo", "--json").code == 1
    assert plan.read_bytes() == before


# The Python that Excel starts


def test_on_windows_a_plan_that_names_another_python_is_pointed_at_this_one(
    plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = r"C:\Users\Ann\plan\Scripts\pythonw.exe"
    monkeypatch.setattr(plan_macros, "candidate", lambda: python)
    monkeypatch.setattr(plan_macros, "obstacle", lambda _: "")
    told = checked(plan)
    assert told.codes == ["W-PYTHON-REFRESHED"]
    assert text(plan, "plan_python") == python
    assert checked(plan).codes == []


def test_a_python_that_excel_could_not_start_is_not_written(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_macros, "candidate", lambda: r"C:\other\pythonw.exe")
    monkeypatch.setattr(plan_macros, "obstacle", lambda _: "no xlwings there")
    assert checked(plan).codes == []
    assert text(plan, "plan_python") is None


# What counts as a change


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Dim x As Long", "DIM   X as long", id="case-and-blanks"),
        pytest.param("Sub A()\r\n\r\nEnd Sub\r\n", "Sub A()\nEnd Sub", id="blank-lines"),
        pytest.param('Attribute VB_Name = "A"\nSub A()', "Sub A()", id="attributes"),
        pytest.param('Sub A()\nAttribute A.VB_Description = "Help"\nEnd Sub', "Sub A()\nEnd Sub", id="wizard-help"),
        pytest.param("x = 1 ' why  ", "x = 1 ' why", id="blanks-behind-a-comment"),
    ],
)
def test_what_excel_does_to_a_text_is_no_change(one: str, other: str) -> None:
    assert essence(one) == essence(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param('x = "A"', 'x = "a"', id="case-in-a-text"),
        pytest.param('x = "a b"', 'x = "ab"', id="blank-in-a-text"),
        pytest.param("x = 1 ' Why", "x = 1 ' why", id="a-comment"),
        pytest.param('x = "it\'s" & y', 'x = "it\'s" & z', id="behind-a-text-with-an-apostrophe"),
        pytest.param("x = 1", "x = 2", id="a-number"),
    ],
)
def test_what_a_person_does_to_a_text_is_a_change(one: str, other: str) -> None:
    assert essence(one) != essence(other)


def test_a_ribbon_that_is_no_xml_is_nobody_s() -> None:
    assert not is_ribbon_unchanged("<customUI><!-- Digest: ab -->")

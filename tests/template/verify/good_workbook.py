"""A macro workbook in which every rule holds, and the tools to break it in one place."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import xlsxwriter

from salesplan_xl.template.vba_project.compression import compress
from salesplan_xl.template.vba_project.container import Tree, write_container
from salesplan_xl.template.vba_project.project import Module, ModuleKind, Project
from salesplan_xl.template.verify.compression import decompress
from salesplan_xl.template.verify.container import read_container

Parts = dict[str, bytes]

PROJECT = "xl/vbaProject.bin"
RIBBON = "customUI/customUI.xml"
TYPES = "[Content_Types].xml"
WORKBOOK = "xl/workbook.xml"
SHEET = "xl/worksheets/sheet1.xml"
TABLE = "xl/tables/table1.xml"

MACRO_TYPE = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
PLAIN_TYPE = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"

_ACTIONS = """Option Explicit

#If VBA7 Then
Private Declare PtrSafe Function Ticks Lib "kernel32" Alias "GetTickCount" () As Long
#Else
Private Declare Function Ticks Lib "kernel32" Alias "GetTickCount" () As Long
#End If

Public Sub SpreadBudget()
    Dim total As Double, row As Long
    total = ThisWorkbook.Names("budget_total").RefersToRange.Value
    For row = 4 To 6
        If row > 0 Then
            ThisWorkbook.Worksheets("Budget").Cells(row, 3).Value = total * _
                ThisWorkbook.Worksheets("Budget").Cells(row, 2).Value ' its share
        End If
    Next row
    WriteNote "End Sub: done"
End Sub

Private Sub WriteNote(text As String): ThisWorkbook.Worksheets("Budget").Range("A1").Value = text: End Sub
"""
_RIBBON_CODE = """Option Explicit

Public Sub Ribbon_OnLoad(ribbon As Object)
End Sub

Public Sub Ribbon_GetLabel(control As Object, ByRef returnedVal As Variant)
    returnedVal = control.ID
End Sub

Public Sub Ribbon_OnAction(control As Object)
    SpreadBudget
End Sub
"""
_RIBBON = b"""<?xml version="1.0" encoding="UTF-8"?>
<customUI xmlns="http://schemas.microsoft.com/office/2006/01/customui" onLoad="Ribbon.Ribbon_OnLoad">
  <ribbon>
    <tabs>
      <tab id="plan" getLabel="Ribbon.Ribbon_GetLabel" insertAfterMso="TabHome">
        <group id="budget" label="Budget">
          <button id="spread" size="large" imageMso="CalculateNow" getLabel="Ribbon.Ribbon_GetLabel" keytip="S"
            onAction="Ribbon_OnAction"/>
          <button id="check" imageMso="ErrorChecking" label="Check" onAction="Ribbon.Ribbon_OnAction"/>
        </group>
      </tab>
    </tabs>
  </ribbon>
</customUI>
"""
_MODULES = (
    Module("ThisWorkbook", ModuleKind.WORKBOOK),
    Module("shBudget", ModuleKind.SHEET),
    Module("shTexts", ModuleKind.SHEET),
    Module("Actions", ModuleKind.STANDARD, _ACTIONS),
    Module("Ribbon", ModuleKind.STANDARD, _RIBBON_CODE),
    Module("Stopper", ModuleKind.CLASS, "Public Seconds As Long\n"),
)


@cache
def _content() -> bytes:
    """The workbook without its ribbon."""
    output = io.BytesIO()
    workbook = xlsxwriter.Workbook(output, {"in_memory": True})
    workbook.set_vba_name("ThisWorkbook")
    budget, texts = workbook.add_worksheet("Budget"), workbook.add_worksheet("Texts & more")
    budget.set_vba_name("shBudget")
    texts.set_vba_name("shTexts")
    regions = [["North", 0.5, 500], ["South", 0.3, 300], ["East", 0.2, 200]]
    headers = [{"header": header} for header in ("Region", "Weight", "Budget")]
    budget.add_table("A3:C6", {"name": "budget_lines", "columns": headers, "data": regions})
    budget.add_table("F3:G4", {"name": "notes", "columns": [{"header": "By"}, {"header": "Note"}]})
    budget.write_formula("C8", "=IF(SUM(C4:C6)=budget_total,\"ok\",'Texts & more'!A2)", None, "ok")
    budget.data_validation("A4:A6", {"validate": "list", "source": ["North", "South", "East"]})
    budget.data_validation("B4:B6", {"validate": "custom", "value": "=B4<=1"})
    red = workbook.add_format({"bg_color": "#FFC7CE"})
    budget.conditional_format("C4:C6", {"type": "formula", "criteria": "=$C4<0", "format": red})
    texts.write_column("A1", [1000, "differs"])
    texts.very_hidden()
    workbook.define_name("budget_total", "='Texts & more'!$A$1")
    workbook.define_name("regions", "=Budget!$A$4:$A$6")
    workbook.add_vba_project(io.BytesIO(Project("SalesPlan", _MODULES).to_bytes()), is_stream=True)
    workbook.close()
    return output.getvalue()


def good_parts() -> Parts:
    """The parts of the workbook."""
    with zipfile.ZipFile(io.BytesIO(_content())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    kind = "http://schemas.microsoft.com/office/2006/relationships/ui/extensibility"
    own = f'<Relationship Id="rIdRibbon" Type="{kind}" Target="{RIBBON}"/></Relationships>'
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(b"</Relationships>", own.encode())
    return parts | {RIBBON: _RIBBON}


def written(parts: Mapping[str, bytes], path: Path) -> Path:
    """Write parts as a file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def changed(part: str, old: str, new: str) -> Parts:
    """The workbook with one thing in one part replaced; the pattern must be found."""
    parts = good_parts()
    content, count = re.subn(old.encode(), new.encode(), parts[part], count=1, flags=re.DOTALL)
    assert count, f"{old} is not in {part}"
    return parts | {part: content}


def without(part: str) -> Parts:
    """The workbook without a part."""
    parts = good_parts()
    del parts[part]
    return parts


def with_project(content: bytes) -> Parts:
    """The workbook with another VBA project."""
    return good_parts() | {PROJECT: content}


def streams() -> dict[str, bytes]:
    """The streams of the project, as they are stored."""
    return dict(read_container(good_parts()[PROJECT]).streams)


def with_streams(found: Mapping[str, bytes]) -> Parts:
    """The workbook with other streams in its project."""
    tree: dict[str, Tree | bytes] = {"VBA": {}}
    for path, content in found.items():
        storage, _, name = path.rpartition("/")
        if storage:
            inner = tree[storage]
            assert isinstance(inner, dict)
            inner[name] = content
        else:
            tree[name] = content
    return with_project(write_container(tree))


def with_stream(path: str, change: Callable[[bytes], bytes]) -> Parts:
    """The workbook with a stream of its project changed as it is stored."""
    found = streams()
    after = change(found[path])
    assert after != found[path]
    return with_streams(found | {path: after})


def with_directory(change: Callable[[bytes], bytes]) -> Parts:
    """The workbook with the dir stream changed."""
    return with_stream("VBA/dir", lambda content: compress(change(decompress(content, "VBA/dir"))))


def with_source(module: str, change: Callable[[str], str]) -> Parts:
    """The workbook with the source of a module changed."""

    def after(content: bytes) -> bytes:
        return compress(change(decompress(content, module).decode("cp1252")).encode("cp1252"))

    return with_stream(f"VBA/{module}", after)


def with_code(module: str, old: str, new: str) -> Parts:
    """The workbook with one thing in a module replaced; lines are those of the text."""

    def after(source: str) -> str:
        before = old.replace("\n", "\r\n")
        assert before in source, f"{old} is not in {module}"
        return source.replace(before, new.replace("\n", "\r\n"), 1)

    return with_source(module, after)

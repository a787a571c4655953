"""Plans as another version of the program made them: with other macros, other sentences, another ribbon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesplan_xl.template.mark import marked, marked_ribbon
from salesplan_xl.template.project import DOCUMENTS
from salesplan_xl.template.stored import read_project
from salesplan_xl.template.vba_project.project import Module, ModuleKind, Project
from tests.files import parts, with_parts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

VBA, RIBBON = "xl/vbaProject.bin", "customUI/customUI.xml"
OLD_CODE = {"SalesPlanRibbon": "Option Explicit\n\nPublic Sub PlanRibbonLoad(ribbon As Object)\nEnd Sub\n"}
OLD_RIBBON = (
    b'<customUI xmlns="http://schemas.microsoft.com/office/2006/01/customui" onLoad="PlanRibbonLoad">'
    b'<ribbon><tabs><tab id="plan_tab" label="Plan"/></tabs></ribbon></customUI>'
)


def made_by(
    plan: Path,
    version: str,
    added: Mapping[str, str] | None = None,
    documents: Sequence[Module] = DOCUMENTS,
) -> None:
    """Give a plan macros and ribbon of another version; `added` is what a person did, beside ours or in their place."""
    code = {**marked(OLD_CODE, version), **(added or {})}
    modules = (*documents, *(Module(name, ModuleKind.STANDARD, text) for name, text in code.items()))
    with_parts(plan, {VBA: Project("SalesPlan", modules).to_bytes(), RIBBON: marked_ribbon(OLD_RIBBON)})


def documents_of(plan: Path) -> set[str]:
    """The modules of a plan's workbook and sheets."""
    stored = read_project(parts(plan)[VBA])
    assert stored is not None
    return set(stored.document_code)

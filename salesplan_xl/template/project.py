"""The workbook's VBA project: a document module for the workbook and each sheet, and the modules of its macros."""

from __future__ import annotations

from collections.abc import Sequence

from salesplan_xl.functions.specification import FunctionSpecification
from salesplan_xl.template.macros import modules
from salesplan_xl.template.vba_project.project import Module, ModuleKind, Project
from salesplan_xl.workbook.options import ActionSpecification
from salesplan_xl.workbook.sheets import SHEETS

WORKBOOK_CODE_NAME = "ThisWorkbook"
"""What macros call the workbook they are part of."""

_PROJECT = "SalesPlan"


def vba_project(
    functions: Sequence[FunctionSpecification], actions: Sequence[ActionSpecification], driver: str
) -> bytes:
    """
    Write the VBA project of the plan.

    Parameters
    ----------
    functions : sequence of FunctionSpecification
        The cell functions; each has a wrapper.
    actions : sequence of ActionSpecification
        The actions; each has a button.
    driver : str
        Version of xlwings whose library starts Python.

    Returns
    -------
    bytes
        ``vbaProject.bin``, the same for the same declaration.
    """
    documents = [Module(WORKBOOK_CODE_NAME, ModuleKind.WORKBOOK, "")]
    documents += [Module(sheet.code_name, ModuleKind.SHEET, "") for sheet in SHEETS]
    standard = [Module(name, ModuleKind.STANDARD, code) for name, code in modules(functions, actions, driver).items()]
    return Project(_PROJECT, (*documents, *standard)).to_bytes()

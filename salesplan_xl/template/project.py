"""The workbook's VBA project: a document module for the workbook and each sheet, and the modules of its macros."""

from __future__ import annotations

from collections.abc import Sequence

from salesplan_xl import __version__
from salesplan_xl.functions.specification import FunctionSpecification
from salesplan_xl.template.macros import CLASSES, modules
from salesplan_xl.template.mark import marked
from salesplan_xl.template.vba_project.project import Module, ModuleKind, Project
from salesplan_xl.workbook.options import ActionSpecification
from salesplan_xl.workbook.sheets import SHEETS

WORKBOOK_CODE_NAME = "ThisWorkbook"
"""What macros call the workbook they are part of."""

DOCUMENTS = (
    Module(WORKBOOK_CODE_NAME, ModuleKind.WORKBOOK),
    *(Module(sheet.code_name, ModuleKind.SHEET) for sheet in SHEETS),
)
"""The modules of a new plan's workbook and of its sheets; nothing stands in them."""

_PROJECT = "SalesPlan"


def plan_code(
    functions: Sequence[FunctionSpecification], actions: Sequence[ActionSpecification], driver: str
) -> dict[str, str]:
    """
    Write the macros of the plan, and the mark that says which version wrote them.

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
    dict of str to str
        Code of each module by its name.
    """
    return marked(modules(functions, actions, driver), __version__)


def vba_project(
    functions: Sequence[FunctionSpecification],
    actions: Sequence[ActionSpecification],
    driver: str,
    documents: Sequence[Module] = DOCUMENTS,
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
    documents : sequence of Module
        The modules of the workbook and its sheets; those of a new plan if left out.

    Returns
    -------
    bytes
        ``vbaProject.bin``, the same for the same declaration.

    Raises
    ------
    ProjectError
        If one of the documents has a name that cannot be written.
    """
    code = plan_code(functions, actions, driver)
    kinds = {name: ModuleKind.CLASS if name in CLASSES else ModuleKind.STANDARD for name in code}
    return Project(_PROJECT, (*documents, *(Module(name, kinds[name], code[name]) for name in code))).to_bytes()

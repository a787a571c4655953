"""A small workbook with the macros of the plan: a sheet to calculate on and the very hidden one that macros read."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import xlsxwriter

import udfs
from salesplan_xl.actions import ACTIONS
from salesplan_xl.functions.specification import FunctionSpecification
from salesplan_xl.template import macros
from salesplan_xl.template.vba_project.project import Module, ModuleKind, Project
from salesplan_xl.workbook.sheets.hidden import PLAN_SHEET

DRIVER = "0.37.8"
SETTINGS = "_plan"
SPECIFICATIONS = tuple(action.specification for action in ACTIONS.values())
SENTENCES = {
    "title": "Sales plan",
    "no_interpreter": "No Python is known.",
    "unsafe_interpreter": "No plain path: {found}",
    "no_driver": "Missing: {found}",
    "no_python": "No answer: {found}",
    "areas": "Several areas.",
    "too_large": "Too many cells.",
    "no_reason": "No reason is known.",
    "help": "Buttons and functions.",
    "job_lost": "Python was lost.",
    "file_title": "Choose a file",
    "file_kinds": "Lists",
    "no_script": "No script.",
    "no_functions": "No functions on a Mac.",
}


def project(functions: Sequence[FunctionSpecification] = udfs.FUNCTIONS) -> bytes:
    """The VBA project, with the two sheets of the workbook below."""
    documents = (
        Module("ThisWorkbook", ModuleKind.WORKBOOK),
        Module("Sheet_budget", ModuleKind.SHEET),
        Module(PLAN_SHEET.code_name, ModuleKind.SHEET),
    )
    written = macros.modules(functions, SPECIFICATIONS, DRIVER)
    kinds = {name: ModuleKind.CLASS if name in macros.CLASSES else ModuleKind.STANDARD for name in written}
    return Project(
        "SalesPlan", (*documents, *(Module(name, kinds[name], written[name]) for name in written))
    ).to_bytes()


def write_workbook(
    path: Path,
    python: str = "",
    sentences: Mapping[str, str] = SENTENCES,
    functions: Sequence[FunctionSpecification] = udfs.FUNCTIONS,
    pasted: str = "",
    configuration: Sequence[Sequence[str]] = (),
) -> Path:
    """Write it; `python` is what its settings say of the interpreter, `pasted` what the sheet in front does.

    `configuration` are the rows of a sheet in the form in which xlwings keeps its settings.
    """
    with xlsxwriter.Workbook(path) as workbook:
        workbook.add_vba_project(io.BytesIO(project(functions)), is_stream=True)
        workbook.set_vba_name("ThisWorkbook")
        budget = workbook.add_worksheet("Budget")
        budget.set_vba_name("Sheet_budget")
        if pasted:
            budget.write_string("Z1", pasted)
            workbook.define_name("Budget!plan_python", "=Budget!$Z$1")
        if configuration:
            sheet = workbook.add_worksheet("xlwings.conf")
            for row, words in enumerate(configuration):
                sheet.write_row(row, 0, words)
        settings = workbook.add_worksheet(SETTINGS)
        settings.set_vba_name(PLAN_SHEET.code_name)
        settings.very_hidden()
        named = {"plan_python": python} | {f"text_{text_id}": text for text_id, text in sentences.items()}
        for row, (name, text) in enumerate(named.items()):
            settings.write_string(row, 1, text)
            workbook.define_name(name, f"={SETTINGS}!$B${row + 1}")
    return path

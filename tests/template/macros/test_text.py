"""The text of the macros keeps the rules that no interpreter checks: Excel's compiler, antivirus, our own promises."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import udfs
from salesplan_xl.functions.lint import LONGEST_HELP
from salesplan_xl.functions.specification import FunctionSpecification
from salesplan_xl.template import macros
from salesplan_xl.workbook.labels import catalogue
from tests.template.macros.macro_workbook import DRIVER, SENTENCES, SPECIFICATIONS, write_workbook
from tests.template.macros.test_ribbon import QUOTED

CODE = macros.modules((*udfs.FUNCTIONS, QUOTED), SPECIFICATIONS, DRIVER)
ROOT = Path(__file__).parents[3]
PROJECT = "SalesPlan"
PROCEDURE = re.compile(r"^(Public|Private) (?:Declare PtrSafe )?(?:Sub|Function) (\w+)", re.MULTILINE)
WHOLE = "\n".join(CODE.values())


def statements(code: str) -> str:
    """What VBA runs: neither texts nor comments."""
    return "\n".join(re.sub(r'"(?:[^"]|"")*"', '""', line).partition("'")[0] for line in code.splitlines())


STATEMENTS = statements(WHOLE)

FLAGGED = {
    "Lib": "the two libraries that lead to Python: xlwings' own, and kernel32 to load it by its full path",
    "8.dll": "the end of the name of xlwings' library, xlwings64-0.37.8.dll",
    "applescript": "the file that a Mac's buttons go through, which no workbook can write",
    "call": "the method of LibreOffice's service in the wrappers; Excel leaves that part out",
    "open": "a word in the help of a function, of a customer that opens at some hour",
    "Hex Strings": "the class numbers in the attributes of the workbook's and the sheets' modules",
    "Base64 Strings": "words of a multiple of four letters, such as the name of an action",
}


@pytest.mark.parametrize("name", list(CODE))
def test_a_module_declares_its_variables_is_ascii_and_has_lines_that_vba_reads(name: str) -> None:
    assert CODE[name].startswith("Option Explicit\n")
    assert CODE[name].isascii()
    assert max(map(len, CODE[name].splitlines())) <= 1023
    assert "@" not in CODE[name]  # every place was filled
    assert not re.search(r" _$", CODE[name], re.MULTILINE)  # no statement goes on in the next line


def test_only_the_wrappers_and_the_ribbon_can_be_seen_from_outside() -> None:
    # all other procedures would stand in the lists of functions and macros
    visible = {name for name, code in CODE.items() if "Option Private Module" not in code} - set(macros.CLASSES)
    assert visible == {"SalesPlanFunctions", "SalesPlanRibbon"}


def test_no_procedure_has_the_name_of_another_of_a_module_or_of_the_project() -> None:
    # VBA takes the name of a module for the module: a call of a procedure of that name does not compile
    public = [name for kind, name in PROCEDURE.findall(WHOLE) if kind == "Public"]
    names = Counter(name.lower() for name in [*public, *CODE, PROJECT])
    assert [name for name, times in names.items() if times > 1] == []


@pytest.mark.parametrize("name", list(CODE))
def test_no_procedure_stands_twice_in_a_module(name: str) -> None:
    twice = {
        found for found, times in Counter(found for _, found in PROCEDURE.findall(CODE[name])).items() if times > 1
    }
    assert twice <= {"XLPyDLLActivateAuto"}  # once for each width of Excel


def test_what_the_ribbon_names_is_there_with_one_argument() -> None:
    for callback in (macros.ON_LOAD, macros.ON_ACTION):
        assert re.search(rf"^Public Sub {callback}\(\w+ As Object\)$", CODE["SalesPlanRibbon"], re.MULTILINE)


@pytest.mark.parametrize(
    "word",
    ["Workbook_Open", "Auto_Open", "ChrW", "Chr", "CreateObject", "GetObject", "Shell", "Environ", "Open", "Call"],
)
def test_no_statement_uses_what_antivirus_programs_look_for(word: str) -> None:
    own = "\n".join(statements(code) for name, code in CODE.items() if name != "SalesPlanFunctions")
    assert not re.search(rf"\b{word}\b", own, re.IGNORECASE)


def test_there_is_no_hexadecimal_number() -> None:
    assert not re.search(r"&[Hh][0-9A-Fa-f]", STATEMENTS)


def test_no_workbook_but_this_one_is_named() -> None:
    assert not re.search(
        r"\b(ActiveWorkbook|ActiveSheet|Workbooks)\b", STATEMENTS.replace("ThisWorkbook.ActiveSheet", "")
    )


def test_python_is_always_called_in_function_form_with_arguments_by_value() -> None:
    # by reference an answer could overwrite an argument; in statement form it would
    calls = re.findall(r"^.*CallUDF.*$", STATEMENTS, re.MULTILINE)
    assert [re.sub(r"\s+", " ", call).strip() for call in calls] == [
        "PlanAsk = PlanPython().CallUDF(ENTRY, (called), (arguments), Nothing, Nothing)",
    ]


def test_no_event_of_excel_runs_a_macro_before_an_action_ran() -> None:
    handlers = re.findall(r"^Private Sub (\w+_\w+)\(", "\n".join(CODE[name] for name in macros.CLASSES), re.MULTILINE)
    assert set(handlers) == {"Class_Initialize", "plan_BeforeClose", "plan_AfterSave"}
    assert not re.search(r"\bWorkbook_\w+", STATEMENTS)


def test_the_library_is_that_of_the_version_for_both_widths_of_excel() -> None:
    named = set(re.findall(r'"(xlwings\d\d-[^"]*)"', CODE["SalesPlanPython"]))
    assert named == {f"xlwings32-{DRIVER}.dll", f"xlwings64-{DRIVER}.dll"}


def test_every_sentence_that_macros_show_is_in_the_catalogue_and_no_other() -> None:
    assert set(re.findall(r'PlanText\("(\w+)"', WHOLE)) == set(catalogue().macros) == set(SENTENCES)


def test_wherever_a_key_is_named_it_is_the_one_that_calculates_cells_whose_arguments_did_not_change() -> None:
    # F9 alone leaves a #VALUE! of the minute without Python as it is
    pages = [(ROOT / "docs" / page).read_text(encoding="utf-8") for page in ("guide/excel.md", "excel-checklist.md")]
    for text in (*pages, catalogue().macros["no_python"]):
        assert set(re.findall(r"[\w+]*F9", text)) == {"Ctrl+Alt+F9"}


def test_the_help_of_every_function_fits_the_wizard() -> None:
    def longest(function: FunctionSpecification) -> int:
        return max(len(function.help), *(len(argument.help) for argument in function.arguments))

    assert max(map(longest, (*udfs.FUNCTIONS, QUOTED))) <= LONGEST_HELP


def test_what_an_antivirus_program_may_flag_is_known_and_has_a_reason(tmp_path: Path) -> None:
    plan = write_workbook(tmp_path / "plan.xlsm")
    command = [sys.executable, "-W", "ignore", "-m", "oletools.olevba", "--json", str(plan)]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    (report,) = (part for part in json.loads(told) if part["type"] == "OpenXML")
    assert len(report["macros"]) >= len(CODE)
    assert {found["keyword"] for found in report["analysis"]} == set(FLAGGED)

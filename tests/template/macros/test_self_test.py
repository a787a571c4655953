"""The self-test of the macros runs in each program that runs macros here, and finds what is missing."""

from __future__ import annotations

from pathlib import Path

from tests.office import Office
from tests.template.macros.macro_workbook import SENTENCES, write_workbook
from tests.template.macros.stand_in import Excel

MACRO = "SalesPlan.SalesPlanTest.PlanSelfTest"
WITHOUT_HELP = {name: text for name, text in SENTENCES.items() if name != "help"}


def test_the_self_test_passes_in_the_interpreter(excel: Excel) -> None:
    assert excel.call("PlanSelfTest") == "ok"


def test_the_self_test_names_a_sentence_that_is_missing(tmp_path: Path) -> None:
    excel = Excel.with_plan(write_workbook(tmp_path / "plan.xlsm", sentences=WITHOUT_HELP))
    assert excel.call("PlanSelfTest") == "no text help; "


def test_the_self_test_passes_in_libreoffice(office: Office, tmp_path: Path) -> None:
    # so LibreOffice reads the project, declared libraries and all, and runs what is in it
    assert office.run_macro(write_workbook(tmp_path / "plan.xlsm"), MACRO) == "ok"


def test_the_self_test_can_fail_in_libreoffice(office: Office, tmp_path: Path) -> None:
    plan = write_workbook(tmp_path / "plan.xlsm", sentences=WITHOUT_HELP)
    assert office.run_macro(plan, MACRO) == "no text help; "

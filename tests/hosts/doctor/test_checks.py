"""What holds for every check: it applies somewhere, its sentences are there, and when it breaks the others go on."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

import salesplan_xl.template.macros
from salesplan_xl.entry.doctor import CHECKS
from salesplan_xl.hosts.doctor import macos, windows
from salesplan_xl.hosts.doctor.check import GENERAL, Check, Finding, Situation, State, perform
from salesplan_xl.hosts.excel.interpreter import LONGEST_PATH, UNSAFE_SIGNS
from salesplan_xl.workbook.labels import catalogue
from tests.hosts.doctor import situations
from tests.hosts.doctor.situations import look, named, situation

BY_ID = [pytest.param(check, id=check.id) for check in CHECKS]


def test_every_check_has_sentences_and_every_sentence_its_check() -> None:
    texts = catalogue().doctor
    assert set(texts) == {check.id for check in CHECKS} | {GENERAL, "report"}
    assert all(texts[check.id]["title"] and texts[check.id]["expected"] for check in CHECKS)
    assert {check.group for check in CHECKS} < set(texts["report"])


@pytest.mark.parametrize("check", BY_ID)
def test_what_to_do_belongs_to_something_that_can_be_found(check: Check) -> None:
    texts = catalogue().doctor[check.id]
    assert {name.removesuffix("_do") for name in texts if name.endswith("_do")} <= set(texts)


@pytest.mark.parametrize("check", [pytest.param(check, id=check.id) for check in (*windows.CHECKS, *macos.CHECKS)])
def test_a_check_of_another_system_says_which(check: Check) -> None:
    result = look(check, situations.windows(system="linux"))
    assert result.state == "not here"
    assert result.found in ("only Windows has this", "only a Mac has this")
    assert result.action == ""


def test_a_check_that_breaks_says_so() -> None:
    def broken(_: Situation) -> Finding:
        raise ZeroDivisionError("nobody foresaw this")

    result = perform(Check("excel", "excel", broken), situation(situations.windows()), catalogue())
    assert result.state is State.FAIL
    assert "ZeroDivisionError: nobody foresaw this" in result.found
    assert result.action


def test_a_mac_has_the_script_or_is_told_where_it_belongs() -> None:
    path = "/Volumes/ann/Library/Application Scripts/com.microsoft.Excel/salesplan-xl.applescript"
    mac = situations.windows(system="darwin", home="/Volumes/ann")
    check = named(macos.CHECKS, "mac_script")
    assert look(check, replace(mac, is_file=path.__eq__)).state == "ok"
    missing = look(check, mac)
    assert (missing.state, path in missing.found) == ("warn", True)


def test_a_mac_is_told_where_functions_are() -> None:
    result = look(named(macos.CHECKS, "mac_functions"), situations.windows(system="darwin"))
    assert (result.state, "LibreOffice" in result.action) == ("not here", True)


def test_paths_are_judged_by_the_very_rule_of_the_macros() -> None:
    code = (Path(salesplan_xl.template.macros.__file__).parent / "SalesPlanPython.bas").read_text(encoding="ascii")
    (signs,) = re.findall(r'UNSAFE_SIGNS As String = "((?:[^"]|"")*)"', code)
    (longest,) = re.findall(r"LONGEST_PATH As Long = (\d+)", code)
    assert signs.replace('""', '"') == UNSAFE_SIGNS
    assert int(longest) == LONGEST_PATH

"""Python is started once, from this workbook's setting alone; a broken connection is made anew, a dead one paused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.template.macros.conftest import FOLDER, LIBRARY, PYTHON
from tests.template.macros.macro_workbook import write_workbook
from tests.template.macros.stand_in import Excel

VALUE = {2015}
START_LINE = f'"{PYTHON}" -I -B -c "import xlwings; xlwings.serve(\'$(CLSID)\')"'
SILENT = ("No answer: The RPC server is unavailable.", "Sales plan")


def test_python_is_started_once_isolated_and_by_the_library_above_it(excel: Excel) -> None:
    excel.call("SP_ROUND", 1.0)
    excel.call("SP_ROUND", 2.0)
    assert excel.machine.starts == [(START_LINE, 1)]
    assert excel.machine.loads == [LIBRARY.replace(FOLDER, rf"{FOLDER}\Scripts"), LIBRARY]


@pytest.mark.parametrize("folder", [rf"{FOLDER}\Scripts", FOLDER])
def test_the_library_is_found_beside_the_interpreter_or_in_the_folder_above(excel: Excel, folder: str) -> None:
    excel.machine.libraries = {LIBRARY.replace(FOLDER, folder)}
    assert excel.call("SP_ROUND", 1.0) == 1.0


def test_without_the_library_nothing_is_started(excel: Excel) -> None:
    excel.machine.libraries = {LIBRARY.replace(FOLDER, r"C:\Users\Ann Lee")}  # two folders above
    assert excel.call("SP_ROUND", 1.0) == VALUE
    assert excel.messages == [("Missing: xlwings64-0.37.8.dll", "Sales plan")]
    assert not excel.machine.starts


def test_the_top_of_a_drive_where_anybody_may_write_is_not_looked_into(tmp_path: Path) -> None:
    excel = Excel.with_plan(write_workbook(tmp_path / "plan.xlsm", r"C:\Python311\pythonw.exe"))
    excel.machine.libraries = {r"C:\xlwings64-0.37.8.dll"}
    assert excel.call("SP_ROUND", 1.0) == VALUE
    assert excel.machine.loads == [r"C:\Python311\xlwings64-0.37.8.dll"]
    assert not excel.machine.starts


def test_a_connection_that_breaks_once_is_made_anew_without_a_word(excel: Excel) -> None:
    excel.call("SP_ROUND", 1.0)
    assert excel.machine.running is not None
    excel.machine.running.is_alive = False
    assert excel.call("SP_ROUND", 2.0) == 1.0
    assert not excel.messages
    # the retry does not end a Python that another plan may use: mode 1 twice, never -1
    assert [mode for _line, mode in excel.machine.starts] == [1, 1]


def test_a_connection_that_stays_broken_pauses_for_a_minute_with_one_message(excel: Excel) -> None:
    excel.machine.failures = 1000
    for _cell in range(3):
        assert excel.call("SP_ROUND", 1.0) == VALUE
        excel.wait(19)
    assert len(excel.machine.calls) == 2  # asked, asked once more, and not again: 57 seconds have gone
    assert excel.messages == [SILENT]


def test_after_the_minute_it_is_asked_again_and_the_planner_is_not_told_again(excel: Excel) -> None:
    excel.machine.failures = 4
    excel.call("SP_ROUND", 1.0)
    excel.wait(61)
    assert excel.call("SP_ROUND", 1.0) == VALUE
    assert len(excel.machine.calls) == 4
    assert excel.messages == [SILENT]


def test_it_recovers_without_a_new_excel_and_a_later_failure_is_told(excel: Excel) -> None:
    excel.machine.failures = 2
    excel.call("SP_ROUND", 1.0)
    excel.wait(61)
    assert excel.call("SP_ROUND", 1.0) == 1.0
    # after a failure the old Python is ended first: it may be there and not answer
    assert [mode for _line, mode in excel.machine.starts] == [1, 1, -1, 1]
    excel.machine.failures = 2
    assert excel.call("SP_ROUND", 1.0) == VALUE
    assert excel.messages == [SILENT, SILENT]


def test_the_minute_passes_over_midnight_too(excel: Excel) -> None:
    excel.wait(12 * 3600 - 10)  # from noon to 23:59:50
    excel.machine.failures = 2
    excel.call("SP_ROUND", 1.0)
    excel.wait(59)  # 00:00:49
    assert excel.call("SP_ROUND", 1.0) == VALUE
    excel.wait(2)
    assert excel.call("SP_ROUND", 1.0) == 1.0


def test_a_python_that_cannot_be_started_is_tried_once_and_its_reason_told(excel: Excel) -> None:
    excel.machine.start_problem = "Could not create Python process. Access is denied"
    assert excel.call("SP_ROUND", 1.0) == VALUE
    assert excel.messages == [("No answer: Could not create Python process. Access is denied", "Sales plan")]
    assert len(excel.machine.starts) == 1


@pytest.mark.parametrize(
    ("python", "told"),
    [
        pytest.param("", "No Python is known.", id="empty"),
        pytest.param("python.exe", "No plain path: python.exe", id="no-folder"),
        pytest.param(r"..\python.exe", r"No plain path: ..\python.exe", id="relative"),
        *(
            pytest.param(rf"C:\p{sign}p\python.exe", rf"No plain path: C:\p{sign}p\python.exe", id=name)
            for sign, name in {
                '"': "quote",
                "&": "ampersand",
                "%": "percent",
                "^": "caret",
                "!": "exclamation",
                "|": "bar",
                "<": "less",
                ">": "greater",
                "$(": "place-of-the-library",
                "\t": "control",
                "\uff02": "letter-that-becomes-a-quote",
                "\u4e2d": "letter-that-the-code-page-lacks",
            }.items()
        ),
        pytest.param("C:\\" + 251 * "p" + r"\a.exe", "No plain path: C:\\" + 251 * "p" + r"\a.exe", id="too-long"),
    ],
)
def test_an_interpreter_that_is_no_plain_path_is_refused(tmp_path: Path, python: str, told: str) -> None:
    excel = Excel.with_plan(write_workbook(tmp_path / "plan.xlsm", python))
    assert excel.call("SP_ROUND", 1.0) == VALUE
    assert excel.messages == [(told, "Sales plan")]
    assert not excel.machine.loads
    assert not excel.machine.starts


@pytest.mark.parametrize("python", [r"C:\Us\é\p (x86)\python.exe", r"\\server\share\python\python.exe"])
def test_a_path_with_letters_of_the_code_page_or_on_a_server_is_taken(tmp_path: Path, python: str) -> None:
    excel = Excel.with_plan(write_workbook(tmp_path / "plan.xlsm", python))
    excel.machine.libraries = {python.replace("python.exe", "xlwings64-0.37.8.dll")}
    assert excel.call("SP_ROUND", 1.0) == 1.0

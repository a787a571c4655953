"""The Python that a plan names is one that Excel can start: it was tried first, as Excel starts it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from salesplan_xl.hosts.excel import interpreter as interpreters
from salesplan_xl.hosts.excel.interpreter import interpreter, obstacle


@pytest.fixture
def with_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a file that lies beside this Python stand for xlwings' library."""
    monkeypatch.setattr(interpreters, "libraries", lambda: (Path(sys.executable).name,))


@pytest.mark.usefixtures("with_library")
def test_a_python_that_loads_the_program_and_has_the_library_beside_it_will_do() -> None:
    assert obstacle(sys.executable) == ""


def test_a_python_without_the_library_is_told() -> None:
    # the library is Windows' own; nothing of that name lies beside the Python of the tests
    assert obstacle(sys.executable).startswith("xlwings64-")


@pytest.mark.usefixtures("with_library")
@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        pytest.param("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'", id="not-there"),
        pytest.param("raise SystemExit(3)", "it ended with code 3", id="without-a-word"),
    ],
)
def test_a_python_that_cannot_load_the_program_says_why(
    monkeypatch: pytest.MonkeyPatch, statement: str, reason: str
) -> None:
    monkeypatch.setattr(interpreters, "LOADS", statement)
    assert obstacle(sys.executable) == reason


def test_a_python_that_cannot_be_started_says_why(tmp_path: Path) -> None:
    assert obstacle(str(tmp_path / "pythonw.exe"))


def test_a_python_that_does_not_end_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interpreters, "LOADS", "import time; time.sleep(30)")
    monkeypatch.setattr(interpreters, "SECONDS", 0.5)
    assert obstacle(sys.executable) == "it did not end within 0.5 seconds"


@pytest.mark.usefixtures("with_library")
def test_the_interpreter_is_named_only_if_nothing_stands_in_its_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interpreters, "candidate", lambda: sys.executable)
    assert interpreter() == sys.executable
    monkeypatch.setattr(interpreters, "LOADS", "import no_such_module")
    assert interpreter() == ""


def test_where_excel_starts_no_python_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interpreters, "candidate", lambda: "")
    assert interpreter() == ""

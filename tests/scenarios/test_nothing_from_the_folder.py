"""
A folder that came by mail chooses no code: whatever lies beside the plan, it is neither imported nor read.

In the folder are modules by the names that our processes import, and a file of settings of xlwings by which its own
add-in would choose another program. Each module leaves a mark when it is imported. The settings are a pipe that nobody
writes to: who opens it does not come back.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

from salesplan_xl.template.macros import ENTRY
from tests.files import table_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.small_plan import SmallPlan

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes, which Windows has not in folders")

ROOT = Path(__file__).parents[2]
STAND_IN = ROOT / "tests" / "hosts" / "excel" / "pywin32.py"
GLUE = ROOT / "salesplan_xl" / "template" / "macros" / "SalesPlanPython.bas"
BAITS = (
    "salesplan_xl",
    "udfs",
    "xlwings",
    "numpy",
    "pandas",
    "json",
    "sitecustomize",
    "usercustomize",
    "pythoncom",
    "win32com",
)
SETTINGS = "xlwings.conf"
SECONDS = 120

CLIENT = f"""
import runpy, sys
stand_in = runpy.run_path({str(STAND_IN)!r})
stand_in["pretend_windows"]()

def client():
    from xlwings.com_server import XLPython
    print(XLPython().CallUDF({ENTRY!r}, "SP_ROUND", (1.239,), None, None))
    return True

sys.modules["pythoncom"].PumpWaitingMessages = client
"""
"""Excel, which calls a function as soon as the server listens; it goes before what the macros start."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder full of baits."""
    baited = tmp_path / "came by mail"
    baited.mkdir()
    for name in BAITS:
        (baited / f"{name}.py").write_text(
            f"import os\nopen(os.path.join({str(baited)!r}, {name + '.imported'!r}), 'w').close()\n", encoding="utf-8"
        )
    os.mkfifo(baited / SETTINGS)
    return baited


def run(
    command: Sequence[str | Path], folder: Path, said: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Start a program in the folder, say something to it, and wait for its end."""
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "HOME": str(folder), **variables},
        input=said,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=SECONDS,
    )


def astray(folder: Path) -> dict[str, str]:
    """Variables that lead a Python that heeds them to the folder."""
    return {"PYTHONPATH": str(folder), "PYTHONSTARTUP": str(folder / "sitecustomize.py"), "PYTHONHOME": str(folder)}


def bitten(folder: Path) -> list[str]:
    """The baits that were imported."""
    return sorted(path.stem for path in folder.glob("*.imported"))


def start_line() -> str:
    """What the macros let Python do, as it stands in them."""
    found = re.search(r'-c ""(import xlwings; .*?)""', GLUE.read_text(encoding="ascii"))
    assert found
    return found[1].replace("$(CLSID)", "{506e67c3-55b5-48c3-a035-eed5deea7d6d}")


def test_a_python_that_is_not_isolated_takes_the_bait(folder: Path) -> None:
    run([sys.executable, "-c", "import numpy"], folder)
    assert bitten(folder) == ["numpy"]


def test_the_macros_start_python_isolated() -> None:
    assert '""" -I -B -c ""' in GLUE.read_text(encoding="ascii")


def test_excel_s_python_takes_nothing(folder: Path) -> None:
    done = run([sys.executable, "-I", "-B", "-c", f"{CLIENT}\n{start_line()}"], folder, **astray(folder))
    assert done.stdout.splitlines()[-1:] == ["1.24"], done.stderr
    assert bitten(folder) == []


@pytest.mark.parametrize(
    ("module", "question", "answer"),
    [
        pytest.param(
            "salesplan_xl.entry.serve", {"id": 1, "function": "SP_ROUND", "args": [1.239]}, {"value": 1.24}, id="cells"
        ),
        pytest.param("salesplan_xl.entry.office", {"id": 1, "cancel": 7}, {"job": 0}, id="buttons"),
    ],
)
def test_libreoffice_s_pythons_take_nothing(
    folder: Path, module: str, question: dict[str, object], answer: dict[str, object]
) -> None:
    done = run([sys.executable, "-I", "-m", module], folder, json.dumps(question) + "\n", **astray(folder))
    told = json.loads(done.stdout)
    assert {name: told[name] for name in answer} == answer, done.stderr
    assert bitten(folder) == []


def test_the_worker_that_computes_takes_nothing(folder: Path) -> None:
    program = (
        "from salesplan_xl.actions.worker import Worker, WorkerError\n"
        "worker = Worker()\n"
        "worker.begin(None)\n"  # which is no task: that it is told shows that the process runs
        "try:\n"
        "    while worker.result(1) is None: pass\n"
        "except WorkerError:\n"
        "    print('told')\n"
        "worker.end()\n"
    )
    done = run([sys.executable, "-I", "-c", program], folder, **astray(folder))
    assert done.stdout == "told\n", done.stderr
    assert bitten(folder) == []


def test_the_command_line_takes_nothing_of_the_folder_or_of_sheets_in_the_plan(folder: Path, typed: SmallPlan) -> None:
    command = shutil.which("salesplan-xl", path=Path(sys.executable).parent)
    assert command, "the tests run where the program is installed"
    plan = folder / "plan.xlsx"
    book = openpyxl.load_workbook(typed.plan)
    for title, text in ((SETTINGS, "INTERPRETER_WIN"), ("salesplan_xl.py", "raise SystemExit('imported')")):
        book.create_sheet(title)["A1"] = text
    book.save(plan)
    before = table_bytes(plan)
    for words in (["--version"], ["call", "SP_ROUND", "1.239"], ["run", "plan.xlsx", "check"]):
        done = run([command, *words], folder)
        assert "imported" not in done.stdout + done.stderr
        assert done.returncode == 0, done.stderr
    assert table_bytes(plan) == before
    assert bitten(folder) == []

"""The folders are the architecture: who may import whom, and what must not be loaded to do what."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOT_OPEN_SOURCE = re.compile(r"xlwings\.(pro|reports|server)\b")
SPREADSHEET_LIBRARIES = {"xlwings", "openpyxl", "xlsxwriter", "formualizer"}

CHECK_CONTRACTS = """
import sys
from importlinter.cli import lint_imports
sys.path.insert(0, ".")
sys.exit(lint_imports(no_cache=True))
"""

# a package alone may be empty: what matters is everything in it
IMPORT_ALL_OF = """
import importlib, json, pkgutil, sys
for name in sys.argv[1:]:
    package = importlib.import_module(name)
    for module in pkgutil.walk_packages(package.__path__, f"{name}."):
        importlib.import_module(module.name)
print(json.dumps(sorted(sys.modules)))
"""

ASK_FOR_HELP = """
import contextlib, io, json, sys
from salesplan_xl.entry.cli import main
sys.argv = ["salesplan-xl", "--help"]
shown = io.StringIO()
with contextlib.redirect_stdout(shown), contextlib.suppress(SystemExit):
    main()
assert "demo" in shown.getvalue(), shown.getvalue()
print(json.dumps(sorted(sys.modules)))
"""


def python(program: str, *arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a program in a fresh interpreter."""
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def loaded(program: str, *arguments: str) -> set[str]:
    """Top-level names of all modules loaded when the program ends."""
    run = python(program, *arguments)
    assert run.returncode == 0, run.stderr
    return {name.partition(".")[0] for name in json.loads(run.stdout)}


def test_every_import_contract_is_kept() -> None:
    run = python(CHECK_CONTRACTS)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        pytest.param("salesplan_xl/core", "import openpyxl", "know no spreadsheet program", id="core-openpyxl"),
        pytest.param("salesplan_xl/core", "import salesplan_xl.workbook", "arrows point down", id="core-workbook"),
        pytest.param("udfs", "import salesplan_xl.actions", "know core and their specification", id="udfs-actions"),
        pytest.param("salesplan_xl/hosts", "import udfs", "Only the entry hands out", id="hosts-udfs"),
    ],
)
def test_an_import_against_the_arrows_is_caught(tmp_path: Path, module: str, line: str, contract: str) -> None:
    for part in ("salesplan_xl", "udfs"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / module / "__init__.py").write_text(f"{line}\n")
    run = python(CHECK_CONTRACTS, folder=tmp_path)
    assert run.returncode != 0
    assert re.search(rf"{contract}.* BROKEN", re.sub(r"\x1b\[[0-9;]*m", "", run.stdout)), run.stdout


def test_actions_load_no_spreadsheet_library() -> None:
    assert not loaded(IMPORT_ALL_OF, "salesplan_xl.actions") & (SPREADSHEET_LIBRARIES | {"scipy"})


def test_cell_functions_load_neither_a_spreadsheet_library_nor_pandas() -> None:
    assert not loaded(IMPORT_ALL_OF, "udfs") & (SPREADSHEET_LIBRARIES | {"pandas", "scipy"})


def test_asking_for_help_loads_no_heavy_library() -> None:
    assert not loaded(ASK_FOR_HELP) & (SPREADSHEET_LIBRARIES | {"numpy", "pandas", "scipy"})


def imported(tree: ast.AST) -> set[str]:
    """Full names of everything a module imports."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize(
    "line",
    [
        "import xlwings.pro",
        "from xlwings import reports",
        "from xlwings.server import func",
        "import xlwings.pro.x",
    ],
)
def test_a_part_of_xlwings_that_is_not_open_source_is_recognised(line: str) -> None:
    assert any(NOT_OPEN_SOURCE.match(name) for name in imported(ast.parse(line)))


def test_nothing_uses_the_parts_of_xlwings_that_are_not_open_source() -> None:
    users = {
        str(path.relative_to(ROOT))
        for folder in ("salesplan_xl", "udfs", "tests", "benchmarks")
        for path in (ROOT / folder).rglob("*.py")
        if any(NOT_OPEN_SOURCE.match(name) for name in imported(ast.parse(path.read_text(encoding="utf-8"))))
    }
    assert users == set()

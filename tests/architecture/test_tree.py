"""What lies in the tree: nothing that ties it to one machine, no dead link, a wheel that holds all."""

from __future__ import annotations

import re
import subprocess
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[2]
# written so that this file does not match them
TIED_TO_A_MACHINE = re.compile(
    r"/(?:work|tmp|home|Users)/"
    r"|pypi\.org|pythonhosted\.org|registry\.npmjs|npmjs\.com|deb\.debian|debian\.org"
)
LINK = re.compile(r"\]\(([^)\s]+)\)")


def tree() -> list[Path]:
    """Every file that is or would be committed."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    paths = [ROOT / name for name in listing.split("\0") if name]
    return [path for path in paths if path.is_file()]


def relative_links(page: Path) -> list[str]:
    """Targets of the links to other files, without the part after #."""
    targets = [target.partition("#")[0] for target in LINK.findall(page.read_text(encoding="utf-8"))]
    return [target for target in targets if target and not re.match(r"[a-z]+:", target)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("open(" + '"/' + "home/someone/plan.xlsx" + '")', id="home-folder"),
        pytest.param("--index" + "-url https://" + "pypi" + ".org/simple", id="registry"),
    ],
)
def test_a_tie_to_a_machine_is_recognised(text: str) -> None:
    assert TIED_TO_A_MACHINE.search(text)


def test_no_file_names_a_machine_path_or_a_package_registry() -> None:
    found = {}
    for path in tree():
        content = path.read_bytes()
        if b"\0" in content:
            continue
        match = TIED_TO_A_MACHINE.search(content.decode("utf-8", errors="replace"))
        if match:
            found[str(path.relative_to(ROOT))] = match.group()
    assert found == {}


def test_every_relative_link_leads_somewhere() -> None:
    pages = [path for path in tree() if path.suffix == ".md"]
    assert ROOT / "README.md" in pages
    dead = {
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in relative_links(page)
        if not (page.parent / target).exists()
    }
    assert dead == set()


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    records = {path.name for path in folder.glob("*.md")} - {"README.md"}
    assert "0001-integer-money.md" in records
    assert records - set(relative_links(folder / "README.md")) == set()


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_wheel_holds_the_labels_the_sample_and_the_types_and_no_workbook(tmp_path: Path) -> None:
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert "salesplan_xl/py.typed" in names
    assert "salesplan_xl/workbook/labels/en.toml" in names
    assert "salesplan_xl/sample/data/order_lines.csv.gz" in names
    assert "udfs/__init__.py" in names
    assert [name for name in names if name.endswith((".xlsx", ".xlsm"))] == []  # `new` builds it from the declaration
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == {"salesplan_xl", "udfs"}

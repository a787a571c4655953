"""Excel's own workbook breaks no rule but the one it is known for; the plan that is built here breaks none."""

from importlib.resources import as_file, files
from pathlib import Path

from salesplan_xl.actions import ACTIONS
from salesplan_xl.template.build import build
from salesplan_xl.template.verify import verify
from salesplan_xl.template.verify.container import read_container
from salesplan_xl.template.verify.package import read_package


def test_excels_own_workbook_breaks_one_rule_only() -> None:
    # xlwings' quickstart.xlsm was saved by Excel and refers to the author's xlwings.xlam
    with as_file(files("xlwings") / "quickstart.xlsm") as path:
        (finding,) = verify(path)
    assert finding.rule.id == "vba.reference-foreign"
    assert finding.where == "VBA/dir"
    assert finding.found.endswith("xlwings.xlam'")


def test_excels_own_workbook_deviates_where_rules_are_for_programs_only() -> None:
    # a cache of 3,390 bytes, cookies that are not 0xFFFF, source behind the cache of each module, and a reference to
    # Microsoft Forms in a temporary folder: legal from Excel, a fault from a program
    content = (files("xlwings") / "quickstart.xlsm").read_bytes()
    project = read_container(read_package(content, "quickstart.xlsm").parts["xl/vbaProject.bin"])
    assert not project.findings
    assert len(project.streams["VBA/_VBA_PROJECT"]) == 3_390
    assert all(stream[1:4] != b"\xff\xff\xff" for stream in project.streams.values())


def test_a_workbook_without_macros_is_checked_without_rules_for_macros(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(build([action.specification for action in ACTIONS.values()]))
    assert [str(finding) for finding in verify(path)] == []

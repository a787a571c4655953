"""Excel's own workbook breaks no rule but the one it is known for; the plan that is built here breaks none."""

from collections import Counter
from importlib.resources import as_file, files
from pathlib import Path

from salesplan_xl.actions import ACTIONS
from salesplan_xl.template.build import build
from salesplan_xl.template.verify import verify
from salesplan_xl.template.verify.compression import decompress
from salesplan_xl.template.verify.container import read_container
from salesplan_xl.template.verify.package import read_package
from salesplan_xl.template.verify.records import read_directory


def test_excels_own_workbook_breaks_one_rule_only() -> None:
    # xlwings' quickstart.xlsm was saved by Excel and refers to the author's xlwings.xlam
    with as_file(files("xlwings") / "quickstart.xlsm") as path:
        (finding,) = verify(path)
    assert finding.rule.id == "vba.reference-foreign"
    assert finding.where == "VBA/dir"
    assert finding.found.endswith("xlwings.xlam'")


def test_excels_own_workbook_deviates_where_rules_are_for_programs_only() -> None:
    # a reference to Microsoft Forms, a second one in a temporary folder, a cookie for the project and one for each of
    # its four modules, and source behind the cache: legal from Excel, a fault from a program
    content = (files("xlwings") / "quickstart.xlsm").read_bytes()
    project = read_container(read_package(content, "quickstart.xlsm").parts["xl/vbaProject.bin"])
    assert not project.findings
    stream = decompress(project.streams["VBA/dir"], "VBA/dir")
    from_excel, from_a_program = (read_directory(stream, has_cache=has_cache) for has_cache in (True, False))
    assert [finding.rule.id for finding in from_excel.findings] == ["vba.reference-foreign"]
    assert Counter(finding.rule.id for finding in from_a_program.findings) == {
        "vba.reference-foreign": 1,
        "vba.reference-known": 1,
        "vba.reference-library": 1,
        "vba.dir-values": 1 + 4,
    }
    assert [module.offset for module in from_excel.modules] == [819, 819, 1_135, 819]


def test_a_workbook_without_macros_is_checked_without_rules_for_macros(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(build([action.specification for action in ACTIONS.values()]))
    assert [str(finding) for finding in verify(path)] == []

"""What `template verify` tells: each rule that a workbook breaks, where, and why it matters."""

from __future__ import annotations

from pathlib import Path

from salesplan_xl.entry.report import Report
from salesplan_xl.template.verify import RULES, Rule, verify
from salesplan_xl.workbook.labels import catalogue
from salesplan_xl.workbook.problems import Problem


def verify_workbook(file: Path, report: Report) -> None:
    """
    Check a workbook by every rule.

    Parameters
    ----------
    file : Path
        The workbook, which is only read.
    report : Report
        Told each finding; the workbook counts as refused if there is one.
    """
    findings = verify(file)
    report.numbers |= {"rules": len(RULES), "findings": len(findings)}
    action = catalogue().texts["build_anew"]
    report.problems += [
        Problem(one.rule.id, f"{one.where}: {one.found}", _expected(one.rule), action, file.name) for one in findings
    ]
    report.status = "refused" if findings else "done"
    report.lines.append(f"{file}: {len(findings)} findings by {len(RULES)} rules")


def _expected(rule: Rule) -> str:
    """What must hold and what breaks otherwise, without the full stop that a problem adds."""
    return f"{rule.says} {rule.reason}".strip().removesuffix(".")

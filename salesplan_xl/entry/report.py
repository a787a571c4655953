"""What a command tells: one JSON document for programs, or a few lines for people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from salesplan_xl.workbook.problems import Problem

DONE, REFUSED, USAGE, FAILED = 0, 1, 2, 3
"""Exit codes: done, the input was refused, wrong usage, our own failure."""


@dataclass
class Report:
    """
    The result of a command.

    Parameters
    ----------
    command : str
        Its name.
    status : str
        ``"done"``, ``"refused"`` or ``"failed"``.
    files : list of str
        Files it wrote.
    numbers : mapping
        Numbers to tell, by name.
    tables : mapping of str to int
        Rows changed in each table.
    problems : list of Problem
        What is wrong, or worth knowing.
    facts : list of mapping
        What the result comes from, one thing each; not in the JSON document where a command tells none.
    lines : list of str
        What to say to a person besides; not part of the JSON document.
    page : str
        A whole page for people, which stands for the problems and the lines; not part of the JSON document.
    """

    command: str
    status: str = "done"
    files: list[str] = field(default_factory=list)
    numbers: dict[str, object] = field(default_factory=dict)
    tables: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    facts: list[Mapping[str, object]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    page: str = ""

    @property
    def exit_code(self) -> int:
        """The exit code that belongs to the status."""
        return {"done": DONE, "refused": REFUSED, "failed": FAILED}[self.status]

    def to_json(self) -> str:
        """
        Write the JSON document.

        Returns
        -------
        str
            Command, status, files, numbers, tables and problems, and the facts where there are any.
        """
        document: Mapping[str, object] = {
            "command": self.command,
            "status": self.status,
            "files": self.files,
            "numbers": self.numbers,
            "tables": self.tables,
            "problems": [asdict(problem) for problem in self.problems],
            **({"facts": self.facts} if self.facts else {}),
        }
        return json.dumps(document, ensure_ascii=False, indent=2)

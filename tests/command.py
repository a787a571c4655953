"""The command line as a person or a program uses it: words in; exit code, standard output and standard error out."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from typer.testing import CliRunner

from salesplan_xl.entry.cli import app

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = "from salesplan_xl.entry.cli import main; main()"
SECONDS = 300


@dataclass(frozen=True)
class Told:
    """What a command told."""

    code: int
    out: str
    error: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output; an error if there is anything else."""
        return json.loads(self.out)

    @property
    def codes(self) -> list[str]:
        """Codes of the problems in the document, in order."""
        return [problem["code"] for problem in self.document["problems"]]


def salesplan(*words: str | Path) -> Told:
    """Run a command in this process."""
    done = CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False)
    return Told(done.exit_code, done.stdout, done.stderr)


def fresh_salesplan(*words: str | Path) -> Told:
    """Run a command in a process of its own, as a terminal does."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *map(str, words)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=SECONDS,
    )
    return Told(done.returncode, done.stdout, done.stderr)

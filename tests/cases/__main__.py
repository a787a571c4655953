"""Command line of the case runner: python -m tests.cases PATH ... [--root DIR]."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.cases.runner import read_cases, run_case


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the cases and return 0, or 1 when one failed, or 2 when a file cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m tests.cases", description="Run known answers.")
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a file of cases or a folder")
    parser.add_argument("--root", type=Path, default=Path(), help="folder that data paths start from")
    options = parser.parse_args(arguments)
    try:
        cases = list(read_cases(options.paths, options.root))
    except (OSError, json.JSONDecodeError, KeyError, TypeError) as error:
        sys.stderr.write(f"The cases cannot be read: {error!r}\n")
        return 2
    results = [run_case(case) for case in cases]
    for result in results:
        sys.stdout.write(f"{result}\n")
    counts = Counter(result.outcome for result in results)
    totals = ", ".join(f"{counts[outcome]} {outcome}" for outcome in ("passed", "failed", "not covered"))
    sys.stdout.write(f"{len(results)} cases: {totals}\n")
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())

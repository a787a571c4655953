"""The start of the command line, against a Python that does nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

RUNS = 9
HEAVY = ("pandas", "xlwings", "numpy", "openpyxl", "scipy", "holidays", "formualizer", "rich")
WORDS = (["--version"], ["--help"], ["run", "--help"])


def _command() -> str:
    """The command as it is installed."""
    found = shutil.which("salesplan-xl", path=Path(sys.executable).parent)
    if found is None:
        raise SystemExit("salesplan-xl is not installed beside this Python")
    return found


def _seconds(command: Sequence[str]) -> float:
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - started)
    return min(times)


def _imported(words: Sequence[str]) -> list[str]:
    """Which of the heavy libraries are imported on the way."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", _command(), *words], check=True, capture_output=True, text=True
    )
    names = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    return [name for name in HEAVY if name in names]


def main() -> None:
    """Measure and print."""
    nothing = _seconds([sys.executable, "-c", "pass"])
    print(f"{'python -c pass':24} {nothing:6.3f} s")
    for words in WORDS:
        ours = _seconds([_command(), *words])
        print(
            f"{'salesplan-xl ' + ' '.join(words):24} {ours:6.3f} s   {ours / nothing:.1f} times as long; "
            f"imports {', '.join(_imported(words)) or 'none of the large libraries'}"
        )


if __name__ == "__main__":
    main()

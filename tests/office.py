"""
LibreOffice for tests: calculate a workbook, edit a cell, draw its pages.

One warm LibreOffice serves a whole test session (the fixture `office`). It always works on a private copy
of the file it is given and saves nothing back into it. `tests/office_worker.py` is the other half, run by a
Python that has `uno`. Process groups are used to end a LibreOffice that hangs, so this wants Linux or macOS.
"""

from __future__ import annotations

import functools
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, Self, TypedDict

from salesplan_xl.hosts.libreoffice.worker import office_environment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

WORKER = Path(__file__).with_name("office_worker.py")
HOW_TO_INSTALL = "needs LibreOffice and python3-uno: Debian: apt-get install libreoffice-calc python3-uno poppler-utils"


class OfficeError(RuntimeError):
    """LibreOffice answered with an error, or not at all."""


class OfficeTimeoutError(OfficeError):
    """LibreOffice did not answer in time and was ended."""


class Cell(TypedDict):
    """
    A cell as LibreOffice sees it.

    Dates are serial numbers, true and false are 1 and 0: how a number looks is its format, which is not read.
    A formula is in LibreOffice's spelling; for a table reference that spelling is not dependable.
    """

    value: float | str | None
    formula: str
    kind: Literal["number", "text", "error", "blank"]
    error: str | None


@functools.cache
def python_with_uno() -> str | None:
    """Find a Python that can import `uno`: the distribution's, or this one if it is the same version."""
    for python in ("/usr/bin/python3", sys.executable):
        if Path(python).exists():
            probe = subprocess.run([python, "-I", WORKER], capture_output=True, check=False, timeout=30)
            if probe.returncode == 0:
                return python
    return None


def office_is_missing() -> bool:
    """Tell whether anything that these tests start is not installed here."""
    return shutil.which("soffice") is None or shutil.which("pdftoppm") is None or python_with_uno() is None


class Office:
    """
    One LibreOffice, started at the first call and again after it had to be killed.

    Use it as a context manager. `time_limit` is in seconds and holds for each call, the start included. `profile`
    is a folder of settings to work with, and to keep; a new one that is thrown away by default.
    """

    worker = WORKER
    variables: Mapping[str, str] = MappingProxyType({})

    def __init__(self, time_limit: float = 90, profile: Path | None = None) -> None:
        self.time_limit = time_limit
        self.profile = profile
        self._process: subprocess.Popen[str] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._numbers = itertools.count(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def values(
        self, path: Path, *, recalculate: bool = True, ranges: Sequence[str] = (), macros: bool = False
    ) -> dict[str, dict[str, Cell]]:
        """
        Read all formula cells of all sheets, by sheet name and address (`{"Plan": {"B2": {...}}}`).

        `recalculate` computes everything anew; without it the values stored in the file are read. `ranges`
        (`Sheet!A1:B9` or a defined name) adds every cell of those ranges, formula or not. `macros` lets the
        workbook's own macros run, which only our own files may.
        """
        found: dict[str, dict[str, Cell]] = self._ask(
            "values", path, recalculate=recalculate, macros=macros, ranges=list(ranges)
        )
        return found

    def set_and_read(
        self, path: Path, changes: Mapping[str, float | str | None], read: Sequence[str], *, macros: bool = False
    ) -> dict[str, Cell]:
        """
        Type values into cells of a copy, recalculate, and read the cells asked for.

        Cells are named `Sheet!A1` or by a defined name. Text is typed as text even where it begins with an
        equals sign; None empties the cell.
        """
        cells: dict[str, Cell] = self._ask(
            "set_and_read", path, recalculate=False, macros=macros, changes=dict(changes), read=list(read)
        )
        return cells

    def run_macro(self, path: Path, macro: str) -> object:
        """Run a macro of the workbook (`Library.Module.Name`), which only our own files may, and give its result."""
        return self._ask("run_macro", path, recalculate=False, macros=True, macro=macro)

    def bar_is_shown(self, path: Path, name: str) -> bool:
        """Recalculate the workbook as a window would show it, and tell whether it has the bar of this name above it."""
        shown: bool = self._ask("bar_is_shown", path, recalculate=True, name=name)
        return shown

    def pdf(self, path: Path, out: Path, *, recalculate: bool = True, macros: bool = False) -> Path:
        """Print the workbook to the PDF file `out`, as its page set-up says."""
        return self._store("pdf", path, out, recalculate=recalculate, macros=macros)

    def save_as(self, path: Path, out: Path, *, recalculate: bool = True, macros: bool = False) -> Path:
        """Save a copy the way LibreOffice writes .xlsx or .xlsm; what gets lost that way is for tests to look at."""
        return self._store(out.suffix[1:], path, out, recalculate=recalculate, macros=macros)

    def pictures(self, path: Path, folder: Path, *, recalculate: bool = True, macros: bool = False) -> list[Path]:
        """Draw every printed page as a PNG file in `folder`, in page order."""
        folder.mkdir(parents=True, exist_ok=True)
        pdf = self.pdf(path, folder / f"{path.stem}.pdf", recalculate=recalculate, macros=macros)
        subprocess.run(
            ["pdftoppm", "-r", "80", "-png", pdf, folder / path.stem],
            check=True,
            capture_output=True,
            timeout=self.time_limit,
        )
        pages = folder.glob(f"{path.stem}-*.png")
        return sorted(pages, key=lambda page: int(page.stem.rpartition("-")[2]))

    def open(self, path: Path, *, macros: bool = False) -> OpenDocument:
        """Open a private copy of a workbook, and keep it open for whoever uses the answer as a context manager."""
        number = next(self._numbers)
        self._ask("keep", path, recalculate=False, macros=macros, number=number)
        return OpenDocument(self, path, number)

    def close(self) -> None:
        """End LibreOffice and remove the profile it was not given."""
        if self._process is None or self._process.stdin is None:
            return
        self._process.stdin.close()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._kill()
        self._forget()

    def _store(self, kind: str, path: Path, out: Path, *, recalculate: bool, macros: bool = False) -> Path:
        """Have the file written and check that it is there: LibreOffice may say nothing when it is not."""
        self._ask("store", path, recalculate=recalculate, macros=macros, kind=kind, out=str(out.absolute()))
        if not out.exists() or not out.stat().st_size:
            raise OfficeError(f"LibreOffice wrote nothing to {out.name}")
        return out

    def _ask(self, call: str, path: Path, **options: object) -> Any:
        """Send one call and return its result."""
        if self._process is None:
            self._start()
        answer = self._exchange({"call": call, "path": str(path.absolute()), **options})
        if "error" in answer:
            raise OfficeError(answer["error"])
        return answer["result"]

    def _start(self) -> None:
        """Start the worker, and with it LibreOffice, as a process group of their own."""
        python, soffice = python_with_uno(), shutil.which("soffice")
        if python is None or soffice is None:
            raise OfficeError(HOW_TO_INSTALL)
        self._folder = tempfile.TemporaryDirectory(prefix="salesplan-office-", ignore_cleanup_errors=True)
        self._process = subprocess.Popen(
            [python, "-I", self.worker, soffice, self._folder.name, self.profile or Path(self._folder.name, "profile")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            process_group=0,
            env={**office_environment(), **self.variables},
        )
        self._exchange(None)

    def _exchange(self, message: dict[str, Any] | None) -> dict[str, Any]:
        """Send a line if there is one and wait for a line, for the time limit at most."""
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise OfficeError("LibreOffice is not running")
        too_late = threading.Event()

        def end() -> None:
            too_late.set()
            self._kill()

        timer = threading.Timer(self.time_limit, end)
        timer.start()
        try:
            if message is not None:
                process.stdin.write(json.dumps(message) + "\n")
                process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            timer.cancel()
        if line:
            answer: dict[str, Any] = json.loads(line)
            return answer
        self._kill()
        self._forget()
        if too_late.is_set():
            raise OfficeTimeoutError(f"LibreOffice did not answer within {self.time_limit} s")
        raise OfficeError("LibreOffice stopped before it answered")

    def _kill(self) -> None:
        """End the worker and its LibreOffice at once."""
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)

    def _forget(self) -> None:
        """Close the pipes and remove the folder of a process that has ended."""
        if self._process is not None:
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None and not pipe.closed:
                    pipe.close()
        if self._folder is not None:
            self._folder.cleanup()
        self._process = None
        self._folder = None


class OpenDocument:
    """A workbook that is open in LibreOffice, and answers as it does to the extension."""

    def __init__(self, office: Office, path: Path, number: int) -> None:
        self._office = office
        self._path = path
        self._number = number

    def __enter__(self) -> OpenDocument:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._call("release")

    def ask(self, verb: str, arguments: Mapping[str, Any]) -> Any:
        """Ask for something of the document, as `salesplan_xl.hosts.libreoffice.engine` does."""
        return self._call("ask", verb=verb, arguments=dict(arguments))

    def calculate(self) -> None:
        """Calculate every formula anew."""
        self._call("calculate")

    def undo(self) -> None:
        """Press LibreOffice's own undo once."""
        self._call("undo")

    def save_as(self, out: Path) -> Path:
        """Save a copy the way LibreOffice writes .xlsx or .xlsm."""
        self._call("save", kind=out.suffix[1:], out=str(out.absolute()))
        return out

    def _call(self, call: str, **options: Any) -> Any:
        return self._office._ask(call, self._path, recalculate=False, number=self._number, **options)

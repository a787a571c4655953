"""Replaying the log of a plan on the file it was made from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from salesplan_xl import __version__
from salesplan_xl.actions.action import Source
from salesplan_xl.actions.replay import replay
from salesplan_xl.entry.plans import recalculate
from salesplan_xl.entry.report import Report
from salesplan_xl.hosts.file.book import FileBook
from salesplan_xl.hosts.file.source import read_source
from salesplan_xl.workbook.problems import RefusalError, problem

_ENDINGS = (".csv", ".gz", ".xlsx", ".xlsm")


def replay_plan(
    logged: Path,
    original: Path,
    until: int | None,
    result: Path | None,
    folder: Path | None,
    report: Report,
    progress: Callable[[str], None],
) -> None:
    """
    Perform the operations of a plan's log on a copy of another plan, and say whether all come out as they did.

    Parameters
    ----------
    logged : Path
        The plan with the log.
    original : Path
        The plan as it was before; it is not changed.
    until : int or None
        Number of the last operation; None for all.
    result : Path or None
        Where to write what comes out; None to write nothing.
    folder : Path or None
        Where the files are that operations read; None for the folder of the original.
    report : Report
        Told what was done.
    progress : callable
        Told in words what is being done.

    Raises
    ------
    RefusalError
        If the result is there already, or an operation does not come out as the log says. Nothing is written then.
    """
    if result is not None and result.exists():
        raise RefusalError([problem("E-FILE-EXISTS", file=result.name)])
    book = FileBook.open(original)
    files = Files(folder or original.parent)
    done = replay(FileBook.open(logged), book, files.find, __version__, until, progress)
    report.numbers |= {"first": done.first, "last": done.last}
    report.lines.append(f"Operations {done.first} to {done.last} came out as the log says, with totals and checksums.")
    if until is None:
        report.numbers["tables_equal"] = done.equal
        report.lines.append(f"{done.equal} tables are the same to the byte.")
    report.problems += done.warnings
    if result is not None:
        progress("calculating")
        recalculate(book)
        book.save(result)
        report.files.append(str(result))


class Files:
    """
    The files of a folder, found by name and content.

    Parameters
    ----------
    folder : Path
        The folder; those within it are not looked into.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, name: str, sha256: str) -> Source:
        """
        Find the file that was read, whatever it is called now.

        Parameters
        ----------
        name : str
            Its name then, which is looked for first.
        sha256 : str
            SHA-256 of its content.

        Returns
        -------
        Source
            What it holds.

        Raises
        ------
        RefusalError
            If there is none with that content.
        """
        others = sorted(path for path in self._folder.glob("*") if path.suffix.lower() in _ENDINGS and path.is_file())
        for path in (self._folder / name, *others):
            if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256:
                return Source(name, sha256, read_source(path)[0])
        raise RefusalError([problem("E-REPLAY-SOURCE", name=name, sha256=sha256, folder=self._folder.name or ".")])

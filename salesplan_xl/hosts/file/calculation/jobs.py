"""The formulas to calculate: each rewritten for the engine, or with the reason why it is left out."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from salesplan_xl.hosts.file.book import FileBook
from salesplan_xl.hosts.file.calculation.limits import SKIPPING_ERRORS, UnsupportedError
from salesplan_xl.hosts.file.calculation.references import Reference, References
from salesplan_xl.hosts.file.calculation.rewriting import Rewriter
from salesplan_xl.hosts.file.sheet.special import DATA_TABLE
from salesplan_xl.hosts.formulas import Area
from salesplan_xl.hosts.formulas.area import Place


@dataclass(frozen=True)
class Job:
    """
    A formula to calculate.

    Parameters
    ----------
    number : int
        Its number among all.
    sheet : str
        Title of its sheet.
    place : tuple of int
        Its cell.
    area : Area
        The cells it fills.
    formula : str
        What it says.
    text : str
        What the engine is given; empty where it must not be asked.
    why : str
        Why it must not be asked; empty where it may.
    reads : tuple of Reference
        The ranges it reads.
    skips_errors : bool
        Whether the engine would pass over error cells in what it reads.
    """

    number: int
    sheet: str
    place: Place
    area: Area
    formula: str
    text: str = ""
    why: str = ""
    reads: tuple[Reference, ...] = ()
    skips_errors: bool = False


def find_jobs(book: FileBook, titles: Collection[str], wanted: Collection[str], ours: Collection[str]) -> list[Job]:
    """
    Find the formulas of some sheets.

    Parameters
    ----------
    book : FileBook
        The workbook.
    titles : collection of str
        Titles of all its worksheets.
    wanted : collection of str
        Titles of those to calculate.
    ours : collection of str
        Names of our own functions.

    Returns
    -------
    list of Job
        The formulas by sheet and place; each stands at its number.

    Raises
    ------
    RefusalError
        If a cell with a formula cannot be read.
    """
    references = References(book, titles)
    jobs: list[Job] = []
    for sheet in wanted:
        jobs.extend(_of_sheet(book, sheet, references, ours, len(jobs)))
    return jobs


def _of_sheet(book: FileBook, sheet: str, references: References, ours: Collection[str], first: int) -> Iterator[Job]:
    """Rewrite the formulas of a sheet."""
    part = book.sheet(sheet)
    special = part.special_formulas()
    for number, (place, cell) in enumerate(sorted(part.formula_cells().items()), start=first):
        filled = special[place].area if place in special else None
        job = Job(number, sheet, place, filled or Area.one(place), cell.formula)
        if place in special and special[place].kind == DATA_TABLE:
            yield replace(job, why="what-if tables are not calculated")
        else:
            yield _rewritten(job, Rewriter(references, ours, sheet, place, filled, number))


def _rewritten(job: Job, rewriter: Rewriter) -> Job:
    """Rewrite a formula, or say why the engine must not be asked."""
    try:
        text = rewriter.rewrite(job.formula)
    except UnsupportedError as error:
        return replace(job, why=str(error))
    return replace(job, text=text, reads=tuple(rewriter.reads), skips_errors=bool(rewriter.functions & SKIPPING_ERRORS))

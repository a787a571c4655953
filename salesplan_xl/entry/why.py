"""Why a cell of a plan has its value, for the command line and for the buttons."""

from __future__ import annotations

from pathlib import Path

from salesplan_xl.actions.budget.explanation import Explanation, explain_cell, explain_words
from salesplan_xl.actions.budget.nodes import Names
from salesplan_xl.core.money import CENT, from_units
from salesplan_xl.entry.report import Report
from salesplan_xl.hosts.file.book import FileBook
from salesplan_xl.workbook.problems import RefusalError, problem


def tell_why(plan: Path, cell: str, words: Names, report: Report) -> None:
    """
    Tell why a cell, or a part of the budget, has its value.

    Parameters
    ----------
    plan : Path
        The plan, which is not changed.
    cell : str
        Sheet and cell, such as ``"8 Budget!W40"``; empty where words name the part.
    words : mapping of str to (str or None)
        The part by a node of each dimension and a period; None for all of it.
    report : Report
        Told the facts.

    Raises
    ------
    RefusalError
        If neither or both are given, or what is asked about is no part of the budget.
    """
    if bool(cell) == any(words.values()):
        raise RefusalError([problem("E-WHY-NOTHING")])
    book = FileBook.open(plan)
    sheet, _, address = cell.rpartition("!")
    why = explain_cell(book, sheet.strip("'"), address) if cell else explain_words(book, words)
    _add(why, report)


def _add(why: Explanation, report: Report) -> None:
    """Put an explanation into a report."""
    report.numbers |= {"part": why.name, "value": float(from_units(why.cents, CENT))}
    report.facts += [{"kind": fact.kind, "sentence": fact.sentence, **fact.values} for fact in why.facts]
    report.lines += why.sentences

"""What a button does in an open workbook, whichever program shows it: an action is started, asked for, called off."""

from __future__ import annotations

import xlwings

from salesplan_xl import __version__
from salesplan_xl.actions import ACTIONS
from salesplan_xl.actions.budget.explanation import explain_cell
from salesplan_xl.actions.jobs import Jobs, State, Told
from salesplan_xl.entry.plans import context
from salesplan_xl.hosts.live import LiveBook
from salesplan_xl.workbook.book import Book
from salesplan_xl.workbook.labels import catalogue
from salesplan_xl.workbook.problems import RefusalError
from salesplan_xl.workbook.sheets import SHEETS


class Buttons:
    """
    The buttons of one program.

    Parameters
    ----------
    host : str
        The program, for the log: ``"excel"`` or ``"libreoffice"``.
    """

    def __init__(self, host: str) -> None:
        self._jobs = Jobs(context(host=host))

    def press(self, action: str, workbook: xlwings.Book, option: str, file: str) -> Told:
        """
        Start an action.

        Parameters
        ----------
        action : str
            Its id. A plan may be newer than the program; what is not there is told.
        workbook : xlwings.Book
            The plan.
        option : str
            The option that names a file to read; empty for an action that reads none.
        file : str
            Path of the file.

        Returns
        -------
        Told
            How it stands.
        """
        if action not in ACTIONS:
            return Told(State.REFUSED, not_installed(action))
        return self._jobs.start(LiveBook(workbook), action, {option: file} if option else {})

    def poll(self, job: int, workbook: xlwings.Book) -> Told:
        """
        Ask for an action, and let its result be written when there is one.

        Parameters
        ----------
        job : int
            Number of the job.
        workbook : xlwings.Book
            The plan.

        Returns
        -------
        Told
            How it stands.
        """
        return self._jobs.poll(LiveBook(workbook), job)

    def cancel(self, job: int) -> Told:
        """
        Call an action off.

        Parameters
        ----------
        job : int
            Number of the job; 0 for whichever there is.

        Returns
        -------
        Told
            That it was stopped, or that there was nothing to stop.
        """
        return self._jobs.cancel(job)


def why(book: Book, sheet: str, cell: str) -> Told:
    """
    Tell why a cell has its value.

    Parameters
    ----------
    book : Book
        The plan, which is not changed; it may be at work.
    sheet : str
        Title of the sheet.
    cell : str
        Address of the cell.

    Returns
    -------
    Told
        The facts, a line each, or that the cell is about nothing that can be explained.
    """
    try:
        return Told(State.DONE, "\n".join(explain_cell(book, sheet, cell).sentences))
    except RefusalError as refusal:
        first = refusal.problems[0]
        told = {"found": first.found, "expected": first.expected, "what_to_do": first.action}
        return Told(State.REFUSED, catalogue().texts["why_refused"].format(**told))


def not_installed(name: str) -> str:
    """
    Say that only another version of the program has something.

    Parameters
    ----------
    name : str
        What is asked for.

    Returns
    -------
    str
        A sentence.
    """
    return catalogue().texts["not_installed"].format(name=name, version=__version__)


def help_text(code_name: str) -> str:
    """
    Say what a sheet is for, and what the buttons do that belong to it.

    Parameters
    ----------
    code_name : str
        The name that macros have for the sheet; the first sheet's text for one that is not ours.

    Returns
    -------
    str
        A paragraph for the sheet and one for each button.
    """
    labels = catalogue()
    seen = next((sheet for sheet in SHEETS if sheet.code_name == code_name), SHEETS[0])
    lines = [labels.sheets[seen.id]["purpose"]]
    for action in ACTIONS.values():
        if action.specification.sheet == seen.id:
            texts = labels.actions[action.id]
            lines.append(f"{texts['label']}: {texts['tip']}")
    return "\n\n".join(lines)

"""Actions in an open workbook: started, watched, called off; what becomes of each is told in one sentence.

An action reads at once and computes in a process of its own. One that is ready within a moment is written in the same
call. The others are jobs: the spreadsheet asks for them now and then, and the question that finds a result writes it,
if what the action read still stands. So no call lasts long, and nothing is written uninvited.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from salesplan_xl.actions import ACTIONS
from salesplan_xl.actions.action import Action, Context, Result
from salesplan_xl.actions.perform import Outcome, Task, note_problems, read, refuse_if_changed, write
from salesplan_xl.actions.worker import Worker
from salesplan_xl.workbook.book import Book
from salesplan_xl.workbook.labels import Labels, catalogue
from salesplan_xl.workbook.problems import Problem, RefusalError
from salesplan_xl.workbook.sheets import sheet_of

_MOMENT_SECONDS = 0.8
_FORGOTTEN_SECONDS = 30
"""After how long a job nobody asks for is taken for one whose workbook was closed."""

_HIGHEST_NUMBER = 1_000_000_000

_logger = logging.getLogger(__name__)


class State(StrEnum):
    """How an action stands: only `WORKING` goes on."""

    WORKING = "working"
    DONE = "done"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True)
class Told:
    """
    How an action stands, for the person who pressed its button.

    Parameters
    ----------
    state : State
        How it stands.
    sentence : str
        The same in a sentence.
    job : int
        Number by which to ask for it again; 0 when it has come to an end.
    share : float
        Which share of the work is done, from 0 to 1.
    """

    state: State
    sentence: str
    job: int = 0
    share: float = 1.0


@dataclass
class _Job:
    """An action whose result is awaited."""

    number: int
    task: Task
    overrides: Mapping[str, str]
    workbook: str
    asked: float


class Jobs:
    """
    The one action at a time that a process performs on open workbooks.

    Parameters
    ----------
    context : Context
        Who, where, and how files are opened.
    moment : float
        How many seconds a button may take before its action becomes a job.
    """

    def __init__(self, context: Context, moment: float = _MOMENT_SECONDS) -> None:
        self._context = context
        self._moment = moment
        self._worker = Worker()
        # not from 1: an earlier process had numbers of its own, which may still be asked for
        self._numbers = secrets.randbelow(_HIGHEST_NUMBER)
        self._job: _Job | None = None

    def start(self, book: Book, action_id: str, overrides: Mapping[str, str]) -> Told:
        """
        Perform an action, or begin to.

        Parameters
        ----------
        book : Book
            The plan.
        action_id : str
            Id of an action there is.
        overrides : mapping of str to str
            Options for this time, such as the file to read.

        Returns
        -------
        Told
            How it stands. Refusals are listed on the log's sheet.
        """
        action = ACTIONS[action_id]
        busy = self._busy()
        if busy is not None:
            return Told(State.REFUSED, _sentence("told_busy", busy.task.action, workbook=busy.workbook))
        try:
            task = read(book, action, overrides, self._context)
            self._worker.begin(task)
            self._numbers += 1
            self._job = _Job(self._numbers, task, overrides, book.name, time.monotonic())
            result = self._worker.result(self._moment)
            return self._working() if result is None else self._finish(book, result)
        except Exception as error:  # noqa: BLE001 - told as a sentence; nobody sees a traceback
            return self._ended(book, action, error)

    def poll(self, book: Book, number: int) -> Told:
        """
        Ask for a job, and write its result when there is one.

        Parameters
        ----------
        book : Book
            The plan it was started on.
        number : int
            Number of the job.

        Returns
        -------
        Told
            How it stands.
        """
        job = self._job
        if job is None or job.number != number:
            return Told(State.CANCELLED, catalogue().texts["told_no_job"])
        job.asked = time.monotonic()
        try:
            result = self._worker.result(0)
            if result is None:
                return self._working()
            refuse_if_changed(book, job.task, job.overrides, self._context)
            return self._finish(book, result)
        except Exception as error:  # noqa: BLE001 - told as a sentence; nobody sees a traceback
            return self._ended(book, job.task.action, error)

    def cancel(self, number: int) -> Told:
        """
        Call a job off; the workbook stays as it is.

        Parameters
        ----------
        number : int
            Number of the job; 0 for whichever there is.

        Returns
        -------
        Told
            That it was cancelled, or that there was none.
        """
        job = self._job
        if job is None or number not in (0, job.number):
            return Told(State.CANCELLED, catalogue().texts["told_no_job"])
        self._drop()
        return Told(State.CANCELLED, _sentence("told_cancelled", job.task.action))

    def close(self) -> None:
        """End the process that computes."""
        self._job = None
        self._worker.end()

    def _busy(self) -> _Job | None:
        """The job that somebody waits for; one that nobody has asked for in a while is called off."""
        job = self._job
        if job is not None and time.monotonic() - job.asked > _FORGOTTEN_SECONDS:
            self._drop()
        return self._job

    def _drop(self) -> None:
        """Forget the job and end its work, with a process at hand for the next."""
        self._job = None
        self._worker.end()
        self._worker = Worker()

    def _working(self) -> Told:
        """That the job goes on."""
        job = self._job
        if job is None:
            raise RuntimeError("there is no job")
        share = self._worker.share
        return Told(State.WORKING, _sentence("told_working", job.task.action, share=f"{share:.0%}"), job.number, share)

    def _finish(self, book: Book, result: Result) -> Told:
        """Write the result of the job."""
        job, self._job = self._job, None
        if job is None:
            raise RuntimeError("there is no job")
        outcome = write(book, job.task, result, self._context)
        return Told(State.DONE, _done(job.task.action, outcome, job.task.inputs.labels))

    def _ended(self, book: Book, action: Action, error: Exception) -> Told:
        """How an action ended that did not succeed."""
        self._job = None
        if not isinstance(error, RefusalError):
            _logger.error("%s failed", action.id, exc_info=error)
            return Told(State.FAILED, _sentence("told_failed", action))
        with suppress(RefusalError):  # where there is no list of problems to write, the sentence says it all the same
            note_problems(book, action, error.problems)
        _logger.info("%s was refused: %s", action.id, error)
        return Told(State.REFUSED, _refused(action, error.problems))


def _sentence(text: str, action: Action, **values: object) -> str:
    """A sentence that speaks of an action."""
    texts = catalogue()
    return texts.texts[text].format(label=texts.actions[action.id]["label"], **values)


def _refused(action: Action, problems: Sequence[Problem]) -> str:
    """The first of the problems that stop an action, and how many more there are."""
    first, *others = sorted(problems, key=lambda one: not one.stops)
    place = "!".join(part for part in (first.sheet, first.cell) if part)
    said = {"place": place, "found": first.found, "expected": first.expected, "what_to_do": first.action}
    text = "told_refused_at" if place else "told_refused"
    sentence = _sentence(text, action, **said)
    return sentence + (catalogue().texts["told_more"].format(count=len(others)) if others else "")


def _done(action: Action, outcome: Outcome, labels: Labels) -> str:
    """What an action changed, with its numbers."""
    sheets = ", ".join(dict.fromkeys(labels.sheets[sheet_of(table).id]["title"] for table in outcome.tables))
    numbers = ", ".join(f"{name.replace('_', ' ')} {_number(value)}" for name, value in outcome.numbers.items())
    told = "told_preview" if outcome.preview else "told_done" if sheets else "told_unchanged"
    sentence = _sentence(told, action, sheets=sheets, numbers=numbers)
    notes = len(outcome.problems)
    return sentence + (catalogue().texts["told_notes"].format(count=notes) if notes else "")


def _number(value: object) -> str:
    """A number as a person writes it."""
    return f"{value:,.2f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)

"""The door that Excel for Mac comes through: one question a start, answered in words between which stands a tab.

Excel stands still until the answer is there, so an action goes on in another process, which works on the open workbook
once Excel is free; each later question reads the note that it keeps. Nobody has run this on a Mac yet.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from salesplan_xl.entry.log import keep_log
from salesplan_xl.hosts.excel.macos.notes import WORKING, Note, Notes
from salesplan_xl.hosts.excel.macos.script import DOOR, SEPARATOR
from salesplan_xl.workbook.labels import catalogue
from salesplan_xl.workbook.problems import RefusalError

if TYPE_CHECKING:
    from salesplan_xl.actions.jobs import Told

_WORK = "work"
_LOOK_SECONDS = 0.5

_logger = logging.getLogger(__name__)


def notes_folder() -> Path:
    """
    Say where the note of an action is kept.

    Returns
    -------
    Path
        A folder of this user.
    """
    return Path.home() / "Library" / "Application Support" / "salesplan-xl"


def answer(words: list[str], notes: Notes) -> str:
    """
    Answer a question of the macros.

    Parameters
    ----------
    words : list of str
        What is asked, then its arguments.
    notes : Notes
        The note of the action that may go on.

    Returns
    -------
    str
        Of an action its state, its number, a sentence and the share of the work that is done; of help and of why, the
        text. A plan may be newer than the program; what is not there is told.
    """
    match words:
        case ["help_text", code_name]:
            from salesplan_xl.entry.buttons import help_text  # here, since the other answers are to be quick

            return help_text(code_name)
        case ["why", workbook, sheet, cell]:
            return _why(workbook, sheet, cell)
        case ["press", action, workbook, option, file]:
            return _row(_press(notes, action, workbook, option, file))
        case ["poll", job, _]:
            return _row(_found(notes, int(job)))
        case ["cancel", job, _]:
            return _row(_cancel(notes, int(job)))
    from salesplan_xl.entry.buttons import not_installed

    return _row(_untold("refused", not_installed(words[0] if words else "")))


def follow(notes: Notes, note: Note, poll: Callable[[int], Told], cancel: Callable[[int], Told], told: Told) -> None:
    """
    Follow an action to its end, and keep the note of it.

    Parameters
    ----------
    notes : Notes
        Where the note is kept.
    note : Note
        The first note of the action.
    poll, cancel : callable
        Ask how a job stands, and call it off; each takes the number that the last answer gave.
    told : Told
        How it stands at first.
    """
    while told.state == WORKING:
        notes.write(replace(note, sentence=told.sentence, share=told.share))
        if notes.is_asked_to_stop(note.job):
            told = cancel(told.job)
        else:
            time.sleep(_LOOK_SECONDS)
            told = poll(told.job)
    notes.write(replace(note, state=str(told.state), sentence=told.sentence, share=told.share))


def _why(workbook: str, sheet: str, cell: str) -> str:
    """Why a cell has its value, from the plan's file: Excel, which waits for the answer, cannot be asked itself."""
    from salesplan_xl.entry.buttons import why
    from salesplan_xl.hosts.file.book import FileBook

    try:
        told = f"{catalogue().texts['why_saved']}\n{why(FileBook.open(Path(workbook)), sheet, cell).sentence}"
    except RefusalError as refusal:
        told = str(refusal.problems[0])
    return told.replace(SEPARATOR, " ")


def _press(notes: Notes, action: str, workbook: str, option: str, file: str) -> Note:
    """Start an action, unless one goes on."""
    labels = catalogue()
    going_on = notes.read(labels.macros["job_lost"])
    if going_on is not None and going_on.state == WORKING:
        label = labels.actions[going_on.action]["label"]
        told = labels.texts["told_busy"].format(label=label, workbook=Path(going_on.workbook).name)
        return replace(going_on, state="refused", sentence=told, job=0)
    label = labels.actions.get(action, {}).get("label", action)
    command = [sys.executable, "-I", "-m", DOOR, _WORK, action, workbook, option, file]
    return notes.begin(command, action, workbook, labels.texts["told_working"].format(label=label, share="0%"))


def _found(notes: Notes, job: int) -> Note:
    """How a job stands; 0 for whichever there is."""
    texts = catalogue().texts
    note = notes.read(catalogue().macros["job_lost"])
    if note is None or (job not in (0, note.job)) or (job == 0 and note.state != WORKING):
        return _untold("cancelled", texts["told_no_job"])
    return note


def _cancel(notes: Notes, job: int) -> Note:
    """Ask a job to stop: what becomes of it, the next question tells."""
    note = _found(notes, job)
    if note.state == WORKING:
        notes.ask_to_stop(note.job)
    return note


def _untold(state: str, sentence: str) -> Note:
    """What is answered where no action is concerned."""
    return Note(state, sentence, share=1.0, job=0, action="", workbook="")


def _row(note: Note) -> str:
    """A note as the macros read it."""
    sentence = note.sentence.replace(SEPARATOR, " ")
    return SEPARATOR.join([note.state, str(note.job), sentence, f"{note.share:.3f}"])


def _work(notes: Notes, action: str, workbook: str, option: str, file: str) -> None:
    """Perform an action on an open workbook, in the process that goes on behind Excel."""
    sys.stdin.read()  # by its end there is a note of this process
    texts = catalogue().texts
    note = notes.read(texts["told_broken"])
    if note is None:
        raise RuntimeError("there is no note of this action")
    try:
        from salesplan_xl.entry.buttons import Buttons
        from salesplan_xl.hosts.excel.macos.workbooks import find_workbook

        book = find_workbook(workbook)
        if book is None:
            sentence = texts["mac_not_open"].format(workbook=workbook)
            notes.write(replace(note, state="refused", sentence=sentence))
            return
        buttons = Buttons("excel")
        told = buttons.press(action, book, option, file)
        follow(notes, note, lambda job: buttons.poll(job, book), buttons.cancel, told)
    except Exception:
        _logger.exception("%s failed", action)
        notes.write(replace(note, state="failed", sentence=texts["told_broken"]))


def main() -> None:
    """Answer what the script asks, or do the work of an action."""
    keep_log()
    words = sys.argv[1:]
    notes = Notes(notes_folder())
    if words[:1] == [_WORK]:
        _work(notes, *words[1:])
        return
    try:
        told = answer(words, notes)
    except Exception:
        _logger.exception("%s was not answered", words)
        told = _row(_untold("failed", catalogue().texts["told_broken"]))
    sys.stdout.buffer.write(told.encode())


if __name__ == "__main__":
    main()

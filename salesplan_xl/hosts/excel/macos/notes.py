"""How the action stands that goes on behind Excel for Mac: a note in a folder, and a process that works."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

WORKING = "working"
"""The state of an action that goes on."""


@dataclass(frozen=True)
class Note:
    """
    How an action stands.

    Parameters
    ----------
    state : str
        `WORKING`, or how it ended.
    sentence : str
        The same for a person.
    share : float
        Which share of the work is done, from 0 to 1.
    job : int
        Number of the process that works.
    action : str
        Id of the action.
    workbook : str
        The workbook it works on.
    """

    state: str
    sentence: str
    share: float
    job: int
    action: str
    workbook: str


class Notes:
    """
    The note of the one action that may go on at a time.

    Parameters
    ----------
    folder : Path
        Where it is kept, for this user only.
    """

    def __init__(self, folder: Path) -> None:
        self._note = folder / "action.json"
        self._stop = folder / "stop"
        self._process: subprocess.Popen[bytes] | None = None  # kept, for Python warns of one that it forgets

    def begin(self, command: Sequence[str], action: str, workbook: str, sentence: str) -> Note:
        """
        Start the process that works.

        Parameters
        ----------
        command : sequence of str
            What to start. It begins when its input ends: by then there is a note of it.
        action, workbook : str
            What it does, and on what.
        sentence : str
            What to tell of it until it tells itself.

        Returns
        -------
        Note
            That it goes on.
        """
        self._note.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._stop.unlink(missing_ok=True)
        # no output is left open: the script of Excel waits until nobody can write into its own any more
        self._process = process = subprocess.Popen(  # noqa: S603 - this very Python
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        note = Note(WORKING, sentence, 0.0, process.pid, action, workbook)
        self.write(note)
        if process.stdin is None:
            raise RuntimeError("the process has no input")
        process.stdin.close()
        return note

    def write(self, note: Note) -> None:
        """
        Keep a note in place of the last one, whole at any moment.

        Parameters
        ----------
        note : Note
            The note.
        """
        draft = self._note.with_suffix(".new")
        draft.write_text(json.dumps(asdict(note)), encoding="utf-8")
        draft.replace(self._note)

    def read(self, lost: str) -> Note | None:
        """
        Read the note.

        Parameters
        ----------
        lost : str
            What to tell of an action whose process has ended without a word.

        Returns
        -------
        Note or None
            How the action stands; None when there never was one.
        """
        try:
            note = Note(**json.loads(self._note.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        if note.state != WORKING or _is_alive(note.job):
            return note
        return replace(note, state="failed", sentence=lost)

    def ask_to_stop(self, job: int) -> None:
        """
        Ask the process that works to stop.

        Parameters
        ----------
        job : int
            Its number.
        """
        self._stop.write_text(str(job), encoding="ascii")

    def is_asked_to_stop(self, job: int) -> bool:
        """
        Say whether the process that works is to stop.

        Parameters
        ----------
        job : int
            Its number.

        Returns
        -------
        bool
            Whether somebody asked.
        """
        return self._stop.is_file() and self._stop.read_text(encoding="ascii") == str(job)


def _is_alive(process: int) -> bool:
    """Whether there is a process of that number."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's by now
        return False
    return True

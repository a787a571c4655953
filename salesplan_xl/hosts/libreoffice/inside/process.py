"""The Python that answers: started when it is first needed, given a limited time, and let rest when it fails."""

from __future__ import annotations

import contextlib
import json
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

_NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # Windows would show a black one
_WATCH_SECONDS = 0.1


Converse = Callable[["dict[str, Any]", Callable[["dict[str, Any]"], "dict[str, Any]"]], "dict[str, Any]"]
"""What meets the wishes of a Python that has some before it answers."""


class NoAnswerError(Exception):
    """There is no answer: Python could not be started, stopped, took too long, or rests after one of these."""


class Python:
    """
    A Python that answers one JSON line with one JSON line.

    It is started at the first question and again when it has stopped. When a second one stops too, or one takes too
    long, every question is refused at once for a while, so that a sheet full of them does not stand still; then the
    next question starts another. One question is asked at a time, whichever thread it comes from.

    Parameters
    ----------
    command : sequence of str
        The program and its arguments.
    first_seconds : float
        How long the first answer of a new process may take; in a conversation, each thing that it says.
    seconds : float
        How long any other may take.
    rest_seconds : float
        How long questions are refused after a failure.
    """

    def __init__(self, command: Sequence[str], first_seconds: float, seconds: float, rest_seconds: float) -> None:
        self._command = list(command)
        self._first_seconds = first_seconds
        self._seconds = seconds
        self._rest_seconds = rest_seconds
        self._lock = threading.Lock()
        self._running: _Running | None = None
        self._rests_until = 0.0
        self._asked = 0

    @property
    def silent(self) -> bool:
        """Whether the last question was not answered."""
        return self._rests_until > 0

    def ask(self, question: dict[str, Any], converse: Converse | None = None, *, begins: bool = True) -> dict[str, Any]:
        """
        Ask a question.

        Parameters
        ----------
        question : dict
            Anything `json.dumps` takes; it gets an ``id``, which the answer must repeat.
        converse : callable, optional
            Called when Python wishes something before it answers: with its wish, which is a dict with a ``verb``, and
            with what says something to it and gives what it says next. Gives the answer.
        begins : bool
            Whether a process that never heard of anything may answer: without it, one that has stopped is not started
            again.

        Returns
        -------
        dict
            The answer.

        Raises
        ------
        NoAnswerError
            If there is none.
        """
        with self._lock:
            if time.monotonic() < self._rests_until:
                raise NoAnswerError("Python failed a short while ago")
            self._asked += 1
            line = json.dumps({**question, "id": self._asked}) + "\n"
            try:
                answer = self._own(self._answer(line, converse, begins=begins))
            except NoAnswerError:
                self._end()
                self._rests_until = time.monotonic() + self._rest_seconds
                raise
            self._rests_until = 0.0
            return answer

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def _own(self, answer: dict[str, Any]) -> dict[str, Any]:
        """An answer without its id, if that is the id of the question."""
        if answer.pop("id", None) != self._asked:
            raise NoAnswerError("this is the answer to another question")
        return answer

    def _answer(self, line: str, converse: Converse | None, *, begins: bool) -> dict[str, Any]:
        """The answer of the process that runs, or of a new one when there is none or it has stopped."""
        if self._running is not None:
            try:
                return self._running.answer(line, self._seconds, converse)
            except _StoppedError:
                self._end()
        if not begins:
            raise NoAnswerError("Python has stopped")
        try:
            self._running = _Running(self._command)
            return self._running.answer(line, self._first_seconds, converse)
        except (_StoppedError, OSError) as error:
            raise NoAnswerError(f"Python does not start or stops: {error}") from error

    def _end(self) -> None:
        """Forget the process and end it."""
        if self._running is not None:
            self._running.end()
        self._running = None


class _StoppedError(Exception):
    """The process stopped before it answered."""


class _Running:
    """A process, and the watch that ends it when it takes too long."""

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - the Python that was written down at installation
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            creationflags=_NO_WINDOW,
        )
        self._busy = threading.Event()
        self._seconds = self._deadline = 0.0
        self._late = False
        self._ended = False
        threading.Thread(target=self._watch, daemon=True).start()

    def answer(self, line: str, seconds: float, converse: Converse | None) -> dict[str, Any]:
        """The answer to a line. The time is for each thing that is said: what its wishes take here does not count."""
        self._seconds = seconds
        wished = False
        try:
            answer = self._exchange(line)
            if converse is not None and "verb" in answer:
                wished = True
                answer = converse(answer, self._say)
        except (OSError, ValueError) as error:  # a broken pipe; half a line
            if self._late:
                raise NoAnswerError(f"Python took longer than {seconds} s") from error
            if wished:
                raise NoAnswerError(f"Python stopped in the middle: {error}") from error
            raise _StoppedError(str(error)) from error
        return answer

    def end(self) -> None:
        """End the process and the watch."""
        self._ended = True
        self._busy.set()
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):  # what could not be written any more
                    pipe.close()

    def _say(self, message: dict[str, Any]) -> dict[str, Any]:
        """Say something and hear what comes next."""
        return self._exchange(json.dumps(message) + "\n")

    def _exchange(self, line: str) -> dict[str, Any]:
        """Write a line and read one; both ways count, as a process that reads nothing leaves us with a full pipe."""
        if self._process.stdin is None or self._process.stdout is None:
            raise OSError("the process has no pipes")
        self._deadline = time.monotonic() + self._seconds
        self._busy.set()
        try:
            self._process.stdin.write(line)
            self._process.stdin.flush()
            answer = json.loads(self._process.stdout.readline())
        finally:
            self._busy.clear()
        if not isinstance(answer, dict):
            raise ValueError("an answer is an object")  # noqa: TRY004 - what came is wrong, as half a line is
        return answer

    def _watch(self) -> None:
        """End the process when its time is over; while nothing is asked, sleep."""
        while True:
            self._busy.wait()
            if self._ended:
                return
            if self._busy.is_set() and time.monotonic() > self._deadline:
                self._late = True
                self._process.kill()
                return
            time.sleep(_WATCH_SECONDS)

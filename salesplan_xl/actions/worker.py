"""A process beside this one that computes, so that whoever asked can go on, watch, and call it off."""

from __future__ import annotations

import multiprocessing
import traceback
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from salesplan_xl.actions.action import Result
from salesplan_xl.actions.perform import Task, compute


class WorkerError(Exception):
    """The work failed, or its process stopped; the text says where, for the log."""


class Worker:
    """
    One process that computes one task at a time.

    It is started at once, as its libraries take a moment to load, and stays for the next task. It ends with this
    process, and starts as it was started: isolated where this one is.
    """

    def __init__(self) -> None:
        self._start()

    @property
    def share(self) -> float:
        """Which share of the task is done, as far as the process has told."""
        return self._share

    def begin(self, task: Task) -> None:
        """
        Hand over a task.

        Parameters
        ----------
        task : Task
            What to compute. There must be no other that is not finished.

        Raises
        ------
        WorkerError
            If the process does not take it.
        """
        if not self._process.is_alive():
            self._start()
        self._share = 0.0
        try:
            self._connection.send(task)
        except OSError as error:
            raise WorkerError(f"the process that computes took no task: {error}") from error

    def result(self, seconds: float) -> Result | None:
        """
        Wait for the result.

        Parameters
        ----------
        seconds : float
            How long to wait at most for the next word of the process.

        Returns
        -------
        Result or None
            The result; None while the process is computing.

        Raises
        ------
        WorkerError
            If the work failed or the process has stopped; the next task starts another one.
        """
        try:
            while self._connection.poll(seconds):
                told = self._connection.recv()
                if isinstance(told, Result):
                    return told
                if isinstance(told, str):
                    raise WorkerError(told)
                self._share = told
                seconds = 0
        except (OSError, EOFError) as error:
            self.end()
            raise WorkerError(f"the process that computes stopped: exit code {self._process.exitcode}") from error
        return None

    def end(self) -> None:
        """End the process, whatever it is doing; the next task starts another one."""
        self._process.kill()
        self._process.join()
        self._connection.close()

    def _start(self) -> None:
        """Start a process that computes what comes through its connection."""
        spawning = multiprocessing.get_context("spawn")  # the one way to start a process that every system has
        self._share = 0.0
        self._connection: Connection
        self._connection, theirs = spawning.Pipe()
        self._process: BaseProcess = spawning.Process(target=_work, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()


def _work(connection: Connection) -> None:
    """Compute task after task until there is nobody to ask for one."""
    while True:
        try:
            task = connection.recv()
        except (EOFError, OSError):
            return
        try:
            connection.send(compute(task, connection.send))
        except BrokenPipeError:
            return
        except Exception:  # noqa: BLE001 - whatever it is, whoever waits must hear of it
            connection.send(traceback.format_exc())

"""Starting another program, and waiting for its end no longer than is allowed."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Ended:
    """
    How a program ended.

    Parameters
    ----------
    code : int or None
        Its exit code; None where it was not started or did not end.
    out, error : str
        What it wrote.
    reason : str
        Why there is no code, as half a sentence; empty where there is one.
    """

    code: int | None
    out: str = ""
    error: str = ""
    reason: str = ""

    @property
    def why(self) -> str:
        """What went wrong as half a sentence: why it did not end, its last word, or its code; empty if nothing did."""
        if self.reason or self.code == 0:
            return self.reason
        return self.error.strip().rpartition("\n")[2] or f"it ended with code {self.code}"


Starter = Callable[[Sequence[str], str, float], Ended]
"""What starts a program: the command, what it reads, and how many seconds it may take."""


def run_program(command: Sequence[str], question: str, seconds: float) -> Ended:
    """
    Start a program and wait for its end.

    Parameters
    ----------
    command : sequence of str
        The program and its arguments.
    question : str
        What it reads on its standard input.
    seconds : float
        How long it may take; it is killed then.

    Returns
    -------
    Ended
        How it ended.
    """
    try:
        done = subprocess.run(  # noqa: S603 - callers name the program by its path
            command,
            input=question,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            timeout=seconds,
        )
    except OSError as error:
        return Ended(None, reason=error.strerror or str(error))
    except subprocess.TimeoutExpired:
        return Ended(None, reason=f"it did not end within {seconds:g} seconds")
    return Ended(done.returncode, done.stdout, done.stderr)

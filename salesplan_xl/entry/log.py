"""The log: what went wrong inside a cell function, in one file of this user, whichever program asked."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

NAME = "salesplan-xl.log"
"""Name of the file."""

_LARGEST = 1_000_000  # bytes


def log_folder() -> Path:
    """
    Say where the log goes, which is there only once there was something to write.

    Returns
    -------
    Path
        The folder for such files of this user on this system.
    """
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"), "salesplan-xl")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Logs" / "salesplan-xl"
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state", "salesplan-xl")


class Log(RotatingFileHandler):
    """
    A log that makes its folder when the first line is written; a failure to write is passed over.

    Parameters
    ----------
    folder : Path
        Where its file goes.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / NAME, maxBytes=_LARGEST, backupCount=1, encoding="utf-8", delay=True)

    def emit(self, record: logging.LogRecord) -> None:
        """
        Write a line.

        Parameters
        ----------
        record : LogRecord
            What is to be written.
        """
        with contextlib.suppress(OSError):  # without its folder it cannot be written, which is passed over below
            Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
        super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """
        Pass over a line that cannot be written: a full disk is no reason to leave a cell without an answer.

        Parameters
        ----------
        record : LogRecord
            What is lost.
        """


def keep_log() -> None:
    """Let the log take what this process tells from now on; to ask again changes nothing."""
    root = logging.getLogger()
    if not any(isinstance(handler, Log) for handler in root.handlers):
        root.addHandler(Log(log_folder()))

"""The door that LibreOffice's buttons come through: a JSON line in for each press, a JSON line out.

The extension starts it as ``python -I -m salesplan_xl.entry.office``. Between a question and its answer it asks back
for what it needs of the workbook, a line each way (`salesplan_xl.hosts.libreoffice.engine`). It ends when its standard
input does.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any, TextIO

from salesplan_xl.actions.jobs import State, Told
from salesplan_xl.entry.buttons import Buttons, why
from salesplan_xl.entry.log import keep_log
from salesplan_xl.entry.serve import streams
from salesplan_xl.hosts.libreoffice.engine import open_document
from salesplan_xl.hosts.live import LiveBook
from salesplan_xl.workbook.labels import catalogue

_logger = logging.getLogger(__name__)


class OfficeError(Exception):
    """LibreOffice could not do what it was asked for; the text says why."""


class Office:
    """
    The conversation with LibreOffice.

    Parameters
    ----------
    lines : text stream
        What LibreOffice says: questions, and between them its answers to ours.
    answers : text stream
        What it is told.
    """

    def __init__(self, lines: TextIO, answers: TextIO) -> None:
        self._lines = lines
        self._answers = answers
        self._buttons = Buttons("libreoffice")

    def serve(self) -> None:
        """Answer until there are no more questions."""
        for line in self._lines:
            question = json.loads(line)
            try:
                answer = self._answer(question)
            except Exception:  # whatever it is, the next press must find somebody who answers
                _logger.exception("no answer to a button")
                answer = {"state": State.FAILED, "sentence": catalogue().texts["told_broken"], "job": 0, "share": 1.0}
            self._say({"id": question.get("id"), **answer})

    def _answer(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a question."""
        match question:
            case {"press": str(action)}:
                file = question.get("option", ""), question.get("file", "")
                return _shown(self._buttons.press(action, open_document(self._ask), *file))
            case {"poll": int(job)}:
                return _shown(self._buttons.poll(job, open_document(self._ask)))
            case {"cancel": int(job)}:
                return _shown(self._buttons.cancel(job))
            case {"why": str(cell), "sheet": str(sheet)}:
                return _shown(why(LiveBook(open_document(self._ask)), sheet, cell))
            case _:
                raise ValueError(f"no such question: {question}")

    def _ask(self, verb: str, arguments: Mapping[str, Any]) -> Any:
        """Ask LibreOffice for something of the workbook."""
        self._say({"verb": verb, "arguments": arguments})
        given = json.loads(self._lines.readline())
        if "error" in given:
            raise OfficeError(given["error"])
        return given["result"]

    def _say(self, message: Mapping[str, Any]) -> None:
        """Send a line."""
        self._answers.write(json.dumps(message) + "\n")
        self._answers.flush()


def _shown(told: Told) -> dict[str, Any]:
    """How an action stands, for LibreOffice."""
    return {"state": told.state, "job": told.job, "sentence": told.sentence, "share": told.share}


def main() -> None:
    """Answer on the standard streams, which nothing else may write to."""
    questions, answers = streams()
    keep_log()
    Office(questions, answers).serve()


if __name__ == "__main__":
    main()

"""The Python that answers LibreOffice: a JSON line in for each call of a cell function, a JSON line out.

The extension starts it as ``python -I -m salesplan_xl.entry.serve``. It ends when its standard input does.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Sequence
from typing import TextIO

import udfs
from salesplan_xl.entry.log import keep_log
from salesplan_xl.functions.specification import FunctionSpecification
from salesplan_xl.hosts.libreoffice.answering import answer

_logger = logging.getLogger(__name__)


def serve(questions: TextIO, answers: TextIO, functions: Sequence[FunctionSpecification]) -> None:
    """
    Answer line by line until there are no more.

    Parameters
    ----------
    questions : text stream
        A question in each line (`salesplan_xl.hosts.libreoffice.answering.answer`), with an ``id`` that its answer
        repeats.
    answers : text stream
        Where the answers go, each in a line; also to a line that is no question.
    functions : sequence of FunctionSpecification
        The functions there are.
    """
    for line in questions:
        answers.write(json.dumps(_answer(line, functions)) + "\n")
        answers.flush()


def _answer(line: str, functions: Sequence[FunctionSpecification]) -> dict[str, object]:
    """The answer to a line."""
    try:
        question = json.loads(line)
    except (ValueError, RecursionError) as error:
        return {"error": "#VALUE!", "why": f"this is no JSON: {error}"}
    known = {"id": question["id"]} if isinstance(question, dict) and "id" in question else {}
    try:
        return {**known, **answer(functions, question)}
    except Exception:  # whatever it is, the next question must find somebody who answers
        _logger.exception("no answer to a question")
        return {**known, "error": "#VALUE!", "why": "the function failed; the reason is in the log"}


def streams() -> tuple[TextIO, TextIO]:
    """
    Take the standard streams for a conversation, so that what a library prints does not stand among the answers.

    Returns
    -------
    tuple of text stream
        Where questions come from, and where answers go.
    """
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", newline="\n")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    questions = os.fdopen(os.dup(sys.stdin.fileno()), "r", encoding="utf-8", errors="replace", newline="\n")
    return questions, answers


def main() -> None:
    """Answer on the standard streams, which nothing else may write to."""
    questions, answers = streams()
    keep_log()
    serve(questions, answers, udfs.FUNCTIONS)


if __name__ == "__main__":
    main()

"""The two programs that answer LibreOffice: how they are started, and a question that shows whether one answers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from salesplan_xl.hosts.programs import Starter, run_program

FUNCTION, ARGUMENT, RESULT = "SP_ROUND", 1.006, 1.01
"""A cell function to try, what it is given, and what it gives."""

FUNCTION_QUESTION = {"function": FUNCTION, "args": [ARGUMENT]}
"""The question that tries what answers cell functions."""

BUTTON_QUESTION = {"poll": 0, "document": ""}
"""The question that tries what answers buttons, and changes nothing: how a job stands that there is not."""

_SHOWN = 200


def functions_command(python: str) -> tuple[str, ...]:
    """
    Say what starts the program that answers cell functions.

    Parameters
    ----------
    python : str
        Path of the interpreter.

    Returns
    -------
    tuple of str
        The program and its arguments; no variable and no folder can change what it loads.
    """
    return python, "-I", "-m", "salesplan_xl.entry.serve"


def buttons_command(python: str) -> tuple[str, ...]:
    """
    Say what starts the program that answers buttons.

    Parameters
    ----------
    python : str
        Path of the interpreter.

    Returns
    -------
    tuple of str
        The program and its arguments; no variable and no folder can change what it loads.
    """
    return python, "-I", "-m", "salesplan_xl.entry.office"


def ask_once(
    command: Sequence[str], question: Mapping[str, object], seconds: float, start: Starter = run_program
) -> tuple[dict[str, Any], str]:
    """
    Start a program that answers, ask it one question, and let it end.

    Parameters
    ----------
    command : sequence of str
        The program and its arguments.
    question : mapping
        The question.
    seconds : float
        How long all of it may take.
    start : callable
        What starts a program.

    Returns
    -------
    answer : dict
        The answer; empty if there is none.
    reason : str
        Why there is none, as half a sentence; empty if there is one.
    """
    ended = start(command, json.dumps(question) + "\n", seconds)
    first = ended.out.partition("\n")[0]
    try:
        answer = json.loads(first)
    except ValueError:
        answer = None
    if isinstance(answer, dict):
        return answer, ""
    return {}, ended.why or f"it answered {first[:_SHOWN]!r}"

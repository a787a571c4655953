"""What Python wishes of a document between a question and its answer, and what is done when it falls silent there."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Any

from .documents import answer
from .process import NoAnswerError


class HalfWrittenError(NoAnswerError):
    """Python fell silent between its first change and its last."""


class Conversation:
    """
    The wishes, met one after the other; on the main thread.

    Parameters
    ----------
    document : object
        The document.
    """

    def __init__(self, document: Any) -> None:
        self._document = document
        self._mode = answer(document, "calculation", {})
        self._is_still = False
        self._unprotected: set[str] = set()

    def answer(self, first: dict[str, Any], say: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
        """
        Meet a wish and all that follow.

        Parameters
        ----------
        first : dict
            The wish: ``verb`` and ``arguments``.
        say : callable
            Says something to Python and gives what it says next.

        Returns
        -------
        dict
            The first thing that is no wish.

        Raises
        ------
        HalfWrittenError
            If Python falls silent while it writes. What it has written stays, since LibreOffice keeps no record of it;
            the window shows it, formulas are calculated and sheets protected as before.
        """
        heard = first
        try:
            while "verb" in heard:
                heard = say(self._met(heard))
        except Exception as error:
            if not self._is_still:
                raise
            self._let_go()
            raise HalfWrittenError(str(error)) from error
        return heard

    def _met(self, wish: Mapping[str, Any]) -> dict[str, Any]:
        """What Python gets for a wish."""
        verb, arguments = wish["verb"], wish["arguments"]
        try:
            result = answer(self._document, verb, arguments)
        except Exception as error:  # noqa: BLE001 - whatever UNO raises, Python must hear of it
            return {"error": str(error) or type(error).__name__}
        if verb == "screen":
            self._is_still = not arguments["updating"]
        elif verb == "unprotect":
            self._unprotected.add(arguments["sheet"])
        elif verb == "protect":
            self._unprotected.discard(arguments["sheet"])
        return {"result": result}

    def _let_go(self) -> None:
        """Give back what Python took while it wrote."""
        wishes: list[tuple[str, dict[str, Any]]] = [
            ("protect", {"sheet": sheet}) for sheet in sorted(self._unprotected)
        ]
        wishes += [("set_calculation", {"mode": self._mode}), ("screen", {"updating": True, "title": ""})]
        for verb, arguments in wishes:
            with contextlib.suppress(Exception):  # of a document that is gone nothing is left to give back
                answer(self._document, verb, arguments)

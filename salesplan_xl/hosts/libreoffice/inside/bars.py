"""The bars above the sheets: one says that Python does not answer, one what came of a button."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from .bridge import MainThread, service
from .settings import settings

SILENT = "org.salesplan_xl.silent"
"""Name of the bar that says that Python does not answer the cell functions."""

TOLD = "org.salesplan_xl.told"
"""Name of the bar that says what came of the last button."""

_INFO, _SUCCESS, _WARNING, _DANGER = range(4)  # com.sun.star.frame.InfobarType
_KINDS = {"done": _SUCCESS, "cancelled": _INFO, "refused": _WARNING, "failed": _DANGER}


def tell(view: Any, title: str, state: str, sentence: str) -> None:
    """
    Say above a sheet what came of a button, in place of what was said before.

    Parameters
    ----------
    view : object
        The controller of the document.
    title : str
        What stands first, in bold.
    state : str
        ``"done"``, ``"cancelled"``, ``"refused"`` or ``"failed"``; any other is told as the last.
    sentence : str
        What came of it.
    """
    if view.hasInfobar(TOLD):
        view.removeInfobar(TOLD)
    view.appendInfobar(TOLD, title, sentence, _KINDS.get(state, _DANGER), (), True)  # noqa: FBT003 - UNO


class SilentBar:
    """
    The bar that says that Python does not answer the cell functions. It waits for nobody, seen or not.

    Parameters
    ----------
    context : object
        LibreOffice's context.
    """

    def __init__(self, context: Any) -> None:
        self._context = context
        self._main = MainThread(context)
        self._silent = False
        self._shown = False
        self._waits = False

    def show(self, *, silent: bool) -> None:
        """
        Have the bar shown, also above a document opened since, or taken away, as soon as LibreOffice is idle.

        Parameters
        ----------
        silent : bool
            Whether Python does not answer.
        """
        self._silent = silent
        if (silent or self._shown) and not self._waits:
            self._waits = True
            self._main.later(self._idle)

    def _idle(self) -> None:
        """LibreOffice is idle."""
        self._waits = False
        with contextlib.suppress(Exception):  # a document that is being closed; LibreOffice must not see an exception
            self._put_right()

    def _put_right(self) -> None:
        """Show it above every document, or take it away."""
        views = list(self._views())
        for view in views:
            there = view.hasInfobar(SILENT)
            if self._silent and not there:
                texts = settings()["texts"]
                view.appendInfobar(SILENT, texts["silent"], texts["what_to_do"], _WARNING, (), True)  # noqa: FBT003 - UNO
            elif there and not self._silent:
                view.removeInfobar(SILENT)
        self._shown = self._silent and bool(views)

    def _views(self) -> Iterator[Any]:
        """The views that can have such a bar."""
        documents = service(self._context, "com.sun.star.frame.Desktop").getComponents().createEnumeration()
        while documents.hasMoreElements():
            document = documents.nextElement()
            view: Any = document.getCurrentController() if hasattr(document, "getCurrentController") else None
            if hasattr(view, "hasInfobar"):
                yield view

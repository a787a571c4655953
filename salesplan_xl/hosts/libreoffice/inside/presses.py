"""What a press of a button starts: Python works, the window stays free, and a sentence above the sheet says the end.

A press has a thread of its own, which talks with Python. Only what Python wants of the document is done on the main
thread, from its first wish to its answer in one go, so that nobody types in between.
"""
# ruff: noqa: N802 - the methods of a listener have the names by which UNO calls them

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Mapping
from typing import Any

from .bars import tell
from .bridge import MainThread, for_uno
from .conversation import Conversation, HalfWrittenError
from .process import Python
from .settings import settings

POLL_SECONDS = 0.25
"""How long is waited before Python is asked again how far it is."""

_LISTENER = "com.sun.star.util.XCloseListener"
_WORKING = "working"
_WHOLE = 100


class Presses:
    """
    The presses that are not at their end yet. Python itself refuses a second one while one works.

    Parameters
    ----------
    context : object
        LibreOffice's context.
    python : Python
        What does the work.
    texts : mapping of str to str
        Sentences for people.
    """

    def __init__(self, context: Any, python: Python, texts: Mapping[str, str]) -> None:
        self._main = MainThread(context)
        self._python = python
        self._texts = texts
        self._open: list[Press] = []

    def start(self, frame: Any, label: str, question: Mapping[str, str]) -> None:
        """
        Start an action, or ask for something else that ends with a sentence; on the main thread.

        Parameters
        ----------
        frame : object
            The window with the workbook.
        label : str
            What stands on the button.
        question : mapping of str to str
            What Python is asked.
        """
        press = Press(self._main, self._python, self._texts, frame, label)
        self._open.append(press)

        def work() -> None:
            try:
                press.run(question)
            finally:
                self._open.remove(press)

        threading.Thread(target=work, daemon=True).start()

    def stop(self, frame: Any) -> None:
        """
        Have every action end that works.

        Parameters
        ----------
        frame : object
            The window above whose sheet it is said when none does.
        """
        for press in self._open:
            press.stop()
        if not self._open:
            tell(frame.getController(), self._texts["title"], "cancelled", self._texts["nothing_works"])


class Press:
    """
    One press, from the click to the sentence.

    Parameters
    ----------
    main : MainThread
        Where a document is worked on.
    python : Python
        What does the work.
    texts : mapping of str to str
        Sentences for people.
    frame : object
        The window with the workbook.
    label : str
        What stands on the button.
    """

    def __init__(self, main: MainThread, python: Python, texts: Mapping[str, str], frame: Any, label: str) -> None:
        self._main = main
        self._python = python
        self._texts = texts
        self._label = label
        self._view = frame.getController()
        self._document = self._view.getModel()
        self._document_id = self._document.RuntimeUID
        self._indicator = frame.createStatusIndicator()
        self._stopping = threading.Event()
        self._closing = for_uno(_Closing, _LISTENER)(self.stop)
        self._document.addCloseListener(self._closing)
        self._indicator.start(label, _WHOLE)

    def stop(self) -> None:
        """Have it end soon, with the workbook as it was."""
        self._stopping.set()

    def run(self, question: Mapping[str, str]) -> None:
        """
        Do all of it; on a thread of its own.

        Parameters
        ----------
        question : mapping of str to str
            The first question to Python.
        """
        try:
            told = self._work(question)
        except HalfWrittenError:
            told = {"state": "failed", "sentence": self._texts["half_written"].format(label=self._label)}
        except Exception:  # noqa: BLE001 - also what Python says can be anything; the person must hear an end
            told = {"state": "failed", "sentence": self._texts["no_answer"].format(label=self._label)}
        with contextlib.suppress(Exception):  # a window that was closed meanwhile; there is nobody to be told
            self._main.do(lambda: self._end(told))

    def _work(self, question: Mapping[str, str]) -> dict[str, Any]:
        """Ask until Python says something else than that it works."""
        told = self._ask(question, begins=True)
        while told["state"] == _WORKING:
            self._main.later(self._showing(told))
            if self._stopping.wait(POLL_SECONDS):
                self._stopping.clear()
                told = self._ask({"cancel": told["job"]}, begins=False)
            else:
                told = self._ask({"poll": told["job"]}, begins=False)
        return told

    def _ask(self, question: Mapping[str, Any], *, begins: bool) -> dict[str, Any]:
        """Ask Python; its wishes are met on the main thread."""
        return self._python.ask({**question, "document": self._document_id}, self._converse, begins=begins)

    def _converse(self, first: dict[str, Any], say: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
        """Meet a wish and all that follow, up to the answer."""
        heard: dict[str, Any] = self._main.do(lambda: Conversation(self._document).answer(first, say))
        return heard

    def _showing(self, told: Mapping[str, Any]) -> Callable[[], None]:
        """What shows how far it is."""

        def show() -> None:
            with contextlib.suppress(Exception):  # a window that is being closed
                self._indicator.setText(told["sentence"])
                self._indicator.setValue(round(_WHOLE * told["share"]))

        return show

    def _end(self, told: Mapping[str, Any]) -> None:
        """Say what came of it."""
        self._indicator.end()
        self._document.removeCloseListener(self._closing)
        tell(self._view, self._texts["title"], told["state"], told["sentence"])


class _Closing:
    """What LibreOffice tells when it closes the document."""

    def __init__(self, stop: Callable[[], None]) -> None:
        self._stop = stop

    def queryClosing(self, _event: Any, _gets_ownership: bool) -> None:  # noqa: FBT001 - UNO's
        """It may be closed."""

    def notifyClosing(self, _event: Any) -> None:
        """It is closed."""
        self._stop()

    def disposing(self, _event: Any) -> None:
        """It is gone; that was told before."""


_presses: list[Presses] = []


def shared_presses(context: Any) -> Presses:
    """
    Give the presses of this LibreOffice, however many windows it has.

    Parameters
    ----------
    context : object
        LibreOffice's context.

    Returns
    -------
    Presses
        The one object.
    """
    if not _presses:
        read = settings()
        _presses.append(Presses(context, Python(**read["actions"]), read["texts"]))
    return _presses[0]

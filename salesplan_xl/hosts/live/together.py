"""Changes that belong together: made quietly, all or none, on sheets that are as protected afterwards as before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import xlwings

from salesplan_xl.hosts.live.objects import Protection
from salesplan_xl.workbook.problems import RefusalError, problem

_QUIET = {"screen_updating": False, "enable_events": False, "calculation": "manual"}
"""What the program is told meanwhile, in this order; it gets its own back in the other."""


class Changes:
    """
    What was changed so far, and how it is taken back.

    Parameters
    ----------
    name : str
        Name of the workbook, for messages.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._kept: dict[str, Callable[[], None]] = {}
        self._last: dict[str, Callable[[], None]] = {}
        self._opened: dict[str, Protection] = {}

    def keep(self, what: str, take_back: Callable[[], None]) -> None:
        """
        Say how something is put back to what it was before its first change.

        Parameters
        ----------
        what : str
            What is about to be changed.
        take_back : callable
            Puts it back.
        """
        self._kept.setdefault(what, take_back)

    def at_last(self, what: str, work: Callable[[], None]) -> None:
        """
        Put off what cannot be taken back until nothing can fail any more.

        Parameters
        ----------
        what : str
            What it is about; the first work for it stands.
        work : callable
            Does it.
        """
        self._last.setdefault(what, work)

    def open(self, sheet: xlwings.Sheet) -> None:
        """
        Make sure that cells of a sheet can be changed.

        Parameters
        ----------
        sheet : xlwings.Sheet
            The sheet.

        Raises
        ------
        RefusalError
            If it is protected with a password.
        """
        title = sheet.name
        protection = Protection(sheet)
        if title in self._opened or not protection.is_on:
            return
        if not protection.take_off():
            raise RefusalError([problem("E-SHEET-PASSWORD", sheet=title, file=self._name, workbook=self._name)])
        self._opened[title] = protection

    def finish(self) -> None:
        """Do what was put off, and protect the sheets again."""
        with ExitStack() as stack:
            self._close(stack)
            for work in self._last.values():
                work()

    def take_back(self) -> None:
        """Put everything back, the last change first, and protect the sheets again."""
        with ExitStack() as stack:
            self._close(stack)
            for take_back in self._kept.values():
                stack.callback(take_back)

    def _close(self, stack: ExitStack) -> None:
        """Have the sheets protected again in the end, whatever happens."""
        for protection in self._opened.values():
            stack.callback(protection.put_back)


@contextmanager
def quietly(app: xlwings.App) -> Iterator[None]:
    """
    Keep the screen still, macros silent and formulas waiting, and give all three back whatever happens.

    Parameters
    ----------
    app : xlwings.App
        The program.

    Yields
    ------
    None
        Nothing.
    """
    with ExitStack() as stack:
        for name, meanwhile in _QUIET.items():
            stack.callback(setattr, app, name, getattr(app, name))
            setattr(app, name, meanwhile)
        yield

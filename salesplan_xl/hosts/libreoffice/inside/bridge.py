"""What there is only within LibreOffice: classes that UNO can call, and the thread that serves the windows."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable
from typing import Any

_CALLBACK = "com.sun.star.awt.XCallback"


def uno() -> Any:
    """
    Give the bridge.

    Returns
    -------
    module
        `uno`.
    """
    return importlib.import_module("uno")


def for_uno(plain: type, *interfaces: str) -> type:
    """
    Make a class that UNO can call.

    Parameters
    ----------
    plain : type
        A class with the methods of the interfaces.
    *interfaces : str
        Names of the interfaces.

    Returns
    -------
    type
        A class of the same name that has them.
    """
    base = importlib.import_module("unohelper").Base
    return type(plain.__name__, (plain, base, *map(uno().getClass, interfaces)), {})


def service(context: Any, name: str) -> Any:
    """
    Make a service of LibreOffice.

    Parameters
    ----------
    context : object
        LibreOffice's context.
    name : str
        Name of the service.

    Returns
    -------
    object
        The service.
    """
    return context.ServiceManager.createInstanceWithContext(name, context)


class MainThread:
    """
    The thread that serves LibreOffice's windows, and on which alone a document is worked on.

    Parameters
    ----------
    context : object
        LibreOffice's context.
    """

    def __init__(self, context: Any) -> None:
        self._context = context

    def later(self, function: Callable[[], object]) -> None:
        """
        Have something done as soon as LibreOffice is idle, and wait for nothing.

        Parameters
        ----------
        function : callable
            What is to be done; it must not raise.
        """
        callback = for_uno(_Callback, _CALLBACK)(function)
        service(self._context, "com.sun.star.awt.AsyncCallback").addCallback(callback, None)

    def do(self, function: Callable[[], Any]) -> Any:
        """
        Have something done as soon as LibreOffice is idle, and wait for it; never from the main thread itself.

        Parameters
        ----------
        function : callable
            What is to be done.

        Returns
        -------
        object
            What it gives. What it raises is raised.
        """
        done = threading.Event()
        results: list[Any] = []
        errors: list[BaseException] = []

        def call() -> None:
            try:
                results.append(function())
            except Exception as error:  # noqa: BLE001 - whatever it is, it belongs to whoever waits
                errors.append(error)
            finally:
                done.set()

        self.later(call)
        done.wait()
        if errors:
            raise errors[0]
        return results[0]


class _Callback:
    """What LibreOffice calls when it is idle."""

    def __init__(self, function: Callable[[], object]) -> None:
        self._function = function

    def notify(self, _data: Any) -> None:
        """LibreOffice is idle."""
        self._function()

"""The UNO service behind the cell functions: Basic calls it, a Python of its own answers.

LibreOffice loads this file by itself. What there is only within LibreOffice (`uno`, `unohelper`, and the two modules
that stand beside this one in the extension) is imported when LibreOffice asks for the service.
"""
# ruff: noqa: N802 - the methods have the names by which UNO calls them

from __future__ import annotations

import contextlib
import importlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

SERVICE = "org.salesplan_xl.Functions"
"""Name of the service, as `salesplan_xl.functions.basic.OFFICE_SERVICE` says it."""

BAR = "org.salesplan_xl.silent"
"""Name of the bar above the sheet that says that Python does not answer."""

_INVOCATION = "com.sun.star.script.XInvocation"
_SERVICE_INFO = "com.sun.star.lang.XServiceInfo"
_CALLBACK = "com.sun.star.awt.XCallback"
_WARNING = 2  # com.sun.star.frame.InfobarType.WARNING


def getComponentFactory(name: str, manager: Any, key: Any) -> Any:
    """
    Give LibreOffice what makes the service.

    Parameters
    ----------
    name : str
        Name of the implementation.
    manager, key : object
        LibreOffice's service manager and registry key.

    Returns
    -------
    object
        The factory.
    """
    implementation = importlib.import_module("unohelper").ImplementationHelper()
    implementation.addImplementation(_for_uno(_Functions, _INVOCATION, _SERVICE_INFO), SERVICE, (SERVICE,))
    return implementation.getComponentFactory(name, key, manager)


def _for_uno(plain: type, *interfaces: str) -> type:
    """A class that UNO can call."""
    uno, unohelper = importlib.import_module("uno"), importlib.import_module("unohelper")
    return type(plain.__name__, (plain, unohelper.Base, *map(uno.getClass, interfaces)), {})


class _Functions:
    """The service. Whatever goes wrong, a call gives an error cell."""

    def __init__(self, context: Any) -> None:
        self._uno = importlib.import_module("uno")
        self._cells = importlib.import_module("salesplan_xl_inside.cells")
        self._python = _shared_python()
        self._bar = _for_uno(_Bar, _CALLBACK)(context)

    def invoke(
        self, _name: str, parameters: Sequence[Any], _places: Sequence[int], _changed: Sequence[Any]
    ) -> tuple[Any, tuple[()], tuple[()]]:
        """The result of the cell function that the parameters name; none of them is changed."""
        try:
            function, given = parameters
            arguments = self._cells.Arguments(given)
            answer = self._python.ask({"function": function, "args": arguments.json})
            result = self._for_basic(self._cells.result(answer, arguments.unnamed))
        except Exception:  # noqa: BLE001 - one that got away would leave the cell blank, as if nothing were wrong
            result = self._cells.error_value(self._cells.NUMBERS["#VALUE!"])
        with contextlib.suppress(Exception):  # a bar that cannot be shown is no reason to lose the result
            self._bar.show(silent=self._python.silent)
        return result, (), ()

    def _for_basic(self, result: Any) -> Any:
        """A cell as it is; rows as the array that Basic takes for one, which it does not with rows alone."""
        if not isinstance(result, tuple):
            return result
        wrapper = self._uno.createUnoStruct("com.sun.star.script.ArrayWrapper")
        wrapper.IsZeroIndex = False
        wrapper.Array = self._uno.Any("[][]any", result)
        return wrapper

    def hasMethod(self, name: str) -> bool:
        """Whether there is such a method."""
        return name == "call"

    def hasProperty(self, _name: str) -> bool:
        """There are no properties."""
        return False

    def getValue(self, _name: str) -> None:
        """There are no properties."""

    def setValue(self, _name: str, _value: Any) -> None:
        """There are no properties."""

    def getIntrospection(self) -> None:
        """The method is called by its name; there is nothing to look up."""

    def getImplementationName(self) -> str:
        """Name of this implementation."""
        return SERVICE

    def supportsService(self, name: str) -> bool:
        """Whether it is the service of this name."""
        return name == SERVICE

    def getSupportedServiceNames(self) -> tuple[str, ...]:
        """The one service that it is."""
        return (SERVICE,)


class _Bar:
    """The bar above the sheets that says that Python does not answer. It waits for nobody, seen or not."""

    def __init__(self, context: Any) -> None:
        self._context = context
        self._silent = False
        self._shown = False
        self._waits = False

    def show(self, *, silent: bool) -> None:
        """Have the bar shown, also above a document opened since, or taken away, as soon as LibreOffice is idle."""
        self._silent = silent
        if (silent or self._shown) and not self._waits:
            self._waits = True
            self._service("com.sun.star.awt.AsyncCallback").addCallback(self, None)

    def notify(self, _data: Any) -> None:
        """LibreOffice is idle."""
        self._waits = False
        with contextlib.suppress(Exception):  # a document that is being closed; LibreOffice must not see an exception
            self._put_right()

    def _put_right(self) -> None:
        """Show it above every document, or take it away."""
        views = list(self._views())
        for view in views:
            there = view.hasInfobar(BAR)
            if self._silent and not there:
                texts = _settings()
                view.appendInfobar(BAR, texts["silent"], texts["what_to_do"], _WARNING, (), True)  # noqa: FBT003 - UNO
            elif there and not self._silent:
                view.removeInfobar(BAR)
        self._shown = self._silent and bool(views)

    def _views(self) -> Iterator[Any]:
        """The views that can have such a bar."""
        documents = self._service("com.sun.star.frame.Desktop").getComponents().createEnumeration()
        while documents.hasMoreElements():
            document = documents.nextElement()
            view: Any = document.getCurrentController() if hasattr(document, "getCurrentController") else None
            if hasattr(view, "hasInfobar"):
                yield view

    def _service(self, name: str) -> Any:
        """A service of LibreOffice."""
        return self._context.ServiceManager.createInstanceWithContext(name, self._context)


_running: list[Any] = []


def _shared_python() -> Any:
    """The one Python of this LibreOffice, however many services there are."""
    if not _running:
        settings = _settings()
        limits = (settings[name] for name in ("first_seconds", "seconds", "rest_seconds"))
        _running.append(importlib.import_module("salesplan_xl_inside.process").Python(settings["command"], *limits))
    return _running[0]


def _settings() -> Any:
    """What was written beside this file at installation."""
    return json.loads(Path(__file__).with_name("settings.json").read_text(encoding="utf-8"))

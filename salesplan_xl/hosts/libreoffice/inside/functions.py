"""The UNO service behind the cell functions: Basic calls it, a Python of its own answers."""
# ruff: noqa: N802 - the methods have the names by which UNO calls them

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

from .bars import SilentBar
from .bridge import for_uno, uno
from .cells import NUMBERS, Arguments, error_value, result
from .process import Python
from .settings import settings

SERVICE = "org.salesplan_xl.Functions"
"""Name of the service, as `salesplan_xl.functions.basic.OFFICE_SERVICE` says it."""

_INTERFACES = ("com.sun.star.script.XInvocation", "com.sun.star.lang.XServiceInfo")


def implementation() -> type:
    """
    Give the class of the service.

    Returns
    -------
    type
        A class that UNO can call.
    """
    return for_uno(_Functions, *_INTERFACES)


class _Functions:
    """
    The service. Whatever goes wrong, a call gives an error cell.

    Parameters
    ----------
    context : object
        LibreOffice's context.
    """

    def __init__(self, context: Any) -> None:
        self._uno = uno()
        self._python = _shared_python()
        self._bar = SilentBar(context)

    def invoke(
        self, _name: str, parameters: Sequence[Any], _places: Sequence[int], _changed: Sequence[Any]
    ) -> tuple[Any, tuple[()], tuple[()]]:
        """The result of the cell function that the parameters name; none of them is changed."""
        try:
            function, given = parameters
            arguments = Arguments(given)
            answer = self._python.ask({"function": function, "args": arguments.json})
            cells = self._for_basic(result(answer, arguments.unnamed))
        except Exception:  # noqa: BLE001 - one that got away would leave the cell blank, as if nothing were wrong
            cells = error_value(NUMBERS["#VALUE!"])
        with contextlib.suppress(Exception):  # a bar that cannot be shown is no reason to lose the result
            self._bar.show(silent=self._python.silent)
        return cells, (), ()

    def _for_basic(self, cells: Any) -> Any:
        """A cell as it is; rows as the array that Basic takes for one, which it does not with rows alone."""
        if not isinstance(cells, tuple):
            return cells
        wrapper = self._uno.createUnoStruct("com.sun.star.script.ArrayWrapper")
        wrapper.IsZeroIndex = False
        wrapper.Array = self._uno.Any("[][]any", cells)
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


_running: list[Python] = []


def _shared_python() -> Python:
    """The one Python of this LibreOffice that answers the functions, however many services there are."""
    if not _running:
        _running.append(Python(**settings()["functions"]))
    return _running[0]

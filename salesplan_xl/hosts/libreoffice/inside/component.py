"""What LibreOffice loads by itself: it asks here for the services that the extension has.

In the extension the other modules are the package `salesplan_xl_inside`, in a folder that LibreOffice puts on the path.
"""
# ruff: noqa: N802 - LibreOffice calls the function by this name

from __future__ import annotations

import importlib
from typing import Any

SERVICES = {"org.salesplan_xl.Functions": "functions", "org.salesplan_xl.Actions": "buttons"}
"""Each service and the module that implements it; neither is loaded before it is asked for."""

_PACKAGE = "salesplan_xl_inside"


def getComponentFactory(name: str, manager: Any, key: Any) -> Any:
    """
    Give LibreOffice what makes a service.

    Parameters
    ----------
    name : str
        Name of the implementation, which is that of the service.
    manager, key : object
        LibreOffice's service manager and registry key.

    Returns
    -------
    object
        The factory.
    """
    implementation = importlib.import_module(f"{_PACKAGE}.{SERVICES[name]}").implementation()
    helper = importlib.import_module("unohelper").ImplementationHelper()
    helper.addImplementation(implementation, name, (name,))
    return helper.getComponentFactory(name, key, manager)

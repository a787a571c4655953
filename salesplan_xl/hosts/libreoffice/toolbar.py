"""Toolbar and menu in LibreOffice's configuration: which buttons there are, and what is called when one is pressed.

The schemas are Addons.xcs, ProtocolHandler.xcs and WindowState.xcs of LibreOffice (officecfg/registry/schema).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree import ElementTree

from salesplan_xl.hosts.libreoffice.inside.buttons import PROTOCOL, SERVICE

_NAME = "org.salesplan_xl.toolbar"

TOOLBAR = f"private:resource/toolbar/addon_{_NAME}"
"""By which LibreOffice knows the toolbar."""

_REGISTRY = "http://openoffice.org/2001/registry"
_SPREADSHEET = "com.sun.star.sheet.SpreadsheetDocument"
_SEPARATOR = "private:separator"
# com.sun.star.ui.DockingArea.DOCKINGAREA_TOP, and a row of its own there: 2 would be beside Formatting
_TOP, _OWN_ROW = "0", "0,3"
_TEXT_ONLY = "1"

Buttons = Sequence[Sequence[tuple[str, str]]]
"""Groups of buttons, each with its id and its label."""


def configuration(title: str, buttons: Buttons) -> dict[str, str]:
    """
    Write the configuration.

    Parameters
    ----------
    title : str
        Title of toolbar and menu.
    buttons : sequence of sequence of tuple
        Groups of buttons, each with its id and its label.

    Returns
    -------
    dict of str to str
        Content of each file by its name.
    """
    return {
        "Addons.xcu": _addons(title, buttons),
        "ProtocolHandler.xcu": _protocol_handler(),
        "CalcWindowState.xcu": _window_state(title),
    }


def _addons(title: str, buttons: Buttons) -> str:
    """The buttons, once for the toolbar and once for the menu."""
    root = _component("Addons", "org.openoffice.Office")
    ui = _node(root, "AddonUI")
    toolbar = _node(_node(ui, "OfficeToolBar"), _NAME, replace=True)
    _add_items(toolbar, buttons)
    menu = _node(_node(ui, "OfficeMenuBar"), "org.salesplan_xl.menu", replace=True)
    _text(menu, "Title", title)
    _text(menu, "Context", _SPREADSHEET)
    _add_items(_node(menu, "Submenu"), buttons)
    return _written(root)


def _add_items(parent: ElementTree.Element, buttons: Buttons) -> None:
    """Add the buttons in their order, which is that of their names."""
    for number, (address, label) in enumerate(_items(buttons)):
        item = _node(parent, f"item{number:02}", replace=True)
        _text(item, "URL", address)
        _text(item, "Title", label)
        _text(item, "Target", "_self")
        _text(item, "Context", _SPREADSHEET)


def _items(buttons: Buttons) -> Iterator[tuple[str, str]]:
    """Address and label of each button, and a separator between groups."""
    for number, group in enumerate(buttons):
        if number:
            yield _SEPARATOR, ""
        for button, label in group:
            yield f"{PROTOCOL}:{button}", label


def _protocol_handler() -> str:
    """Which service the addresses of the buttons are for."""
    root = _component("ProtocolHandler", "org.openoffice.Office")
    handler = _node(_node(root, "HandlerSet"), SERVICE, replace=True)
    _text(handler, "Protocols", f"{PROTOCOL}:*", kind="oor:string-list")
    return _written(root)


def _window_state(title: str) -> str:
    """Where the toolbar stands until a person moves it; without this it floats and has no title."""
    root = _component("CalcWindowState", "org.openoffice.Office.UI")
    state = _node(_node(_node(root, "UIElements"), "States"), TOOLBAR, replace=True)
    for name, value in {
        "UIName": title,
        "DockingArea": _TOP,
        "DockPos": _OWN_ROW,
        "Docked": "true",
        "Visible": "true",
        "Style": _TEXT_ONLY,
    }.items():
        _text(state, name, value)
    return _written(root)


def _component(name: str, package: str) -> ElementTree.Element:
    """The root of a file of configuration."""
    return ElementTree.Element(
        "oor:component-data",
        {
            "xmlns:oor": _REGISTRY,
            "xmlns:xs": "http://www.w3.org/2001/XMLSchema",
            "oor:name": name,
            "oor:package": package,
        },
    )


def _node(parent: ElementTree.Element, name: str, *, replace: bool = False) -> ElementTree.Element:
    """Add a node; one of a set is made or replaced."""
    return ElementTree.SubElement(parent, "node", {"oor:name": name, **({"oor:op": "replace"} if replace else {})})


def _text(node: ElementTree.Element, name: str, value: str, kind: str = "") -> None:
    """Add a property."""
    prop = ElementTree.SubElement(node, "prop", {"oor:name": name, **({"oor:type": kind} if kind else {})})
    ElementTree.SubElement(prop, "value").text = value


def _written(root: ElementTree.Element) -> str:
    """The file."""
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"

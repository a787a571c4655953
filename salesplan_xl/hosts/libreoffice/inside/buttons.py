"""The buttons of toolbar and menu: what LibreOffice calls when one is pressed, in whichever window."""
# ruff: noqa: N802 - the methods have the names by which UNO calls them

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .bridge import for_uno, service, uno
from .presses import Presses, shared_presses
from .settings import settings

SERVICE = "org.salesplan_xl.Actions"
"""Name of the service."""

PROTOCOL = "org.salesplan_xl.actions"
"""What stands before the colon in the address of a button; after it stands the button's id."""

STOP, WHY, HELP = "stop", "why", "help"
"""Ids of the buttons that are no action."""

_INTERFACES = (
    "com.sun.star.frame.XDispatchProvider",
    "com.sun.star.frame.XDispatch",
    "com.sun.star.lang.XInitialization",
    "com.sun.star.lang.XServiceInfo",
)
_PROTOCOL_HANDLER = "com.sun.star.frame.ProtocolHandler"
_SPREADSHEET = "com.sun.star.sheet.SpreadsheetDocument"
_OK = 1  # com.sun.star.awt.MessageBoxButtons.BUTTONS_OK


def implementation() -> type:
    """
    Give the class of the service.

    Returns
    -------
    type
        A class that UNO can call.
    """
    return for_uno(_Buttons, *_INTERFACES)


class _Buttons:
    """
    The buttons of one window.

    Parameters
    ----------
    context : object
        LibreOffice's context.
    """

    def __init__(self, context: Any) -> None:
        self._context = context
        self._frame: Any = None

    def initialize(self, arguments: Sequence[Any]) -> None:
        """LibreOffice says which window it is."""
        (self._frame,) = arguments

    def queryDispatch(self, url: Any, _target: str, _flags: int) -> Any:
        """Itself, for a button of ours above a workbook."""
        is_ours = url.Complete.startswith(f"{PROTOCOL}:")
        return self if is_ours and _is_workbook(self._frame) else None

    def queryDispatches(self, requests: Sequence[Any]) -> tuple[Any, ...]:
        """The same for several."""
        return tuple(self.queryDispatch(one.FeatureURL, one.FrameName, one.SearchFlags) for one in requests)

    def dispatch(self, url: Any, arguments: Sequence[Any]) -> None:
        """A button is pressed. The argument ``file`` stands for the file that a person would choose."""
        pressed = url.Complete.partition(":")[2]
        if pressed == HELP:
            self._help()
        elif pressed == STOP:
            self._presses().stop(self._frame)
        elif pressed == WHY:
            self._why(settings()["buttons"][WHY]["label"])
        else:
            given = next((one.Value for one in arguments if one.Name == "file"), "")
            self._press(settings()["buttons"][pressed], given)

    def addStatusListener(self, listener: Any, url: Any) -> None:
        """Say to a toolbar or menu that the button can be pressed."""
        event = uno().createUnoStruct("com.sun.star.frame.FeatureStateEvent")
        event.FeatureURL, event.IsEnabled = url, True
        listener.statusChanged(event)

    def removeStatusListener(self, _listener: Any, _url: Any) -> None:
        """Nothing changes that it would have to be told."""

    def getImplementationName(self) -> str:
        """Name of this implementation."""
        return SERVICE

    def supportsService(self, name: str) -> bool:
        """Whether it is a service of this name."""
        return name in self.getSupportedServiceNames()

    def getSupportedServiceNames(self) -> tuple[str, ...]:
        """What it is, and for what LibreOffice uses it."""
        return (SERVICE, _PROTOCOL_HANDLER)

    def _presses(self) -> Presses:
        """The presses of this LibreOffice."""
        return shared_presses(self._context)

    def _press(self, button: dict[str, str], given: str) -> None:
        """Start an action, after a person has chosen the file that it reads, if it reads one."""
        file = given
        if button["option"] and not file:
            file = self._chosen_file(button["file_title"], button["file_types"])
            if not file:
                return
        question = {"press": button["id"], "option": button["option"], "file": file}
        self._presses().start(self._frame, button["label"], question)

    def _why(self, label: str) -> None:
        """Ask why the first of the selected cells has its value; of what is no cell, Python says that it is none."""
        view = self._frame.getController()
        name = getattr(view.getSelection(), "AbsoluteName", "")  # such as $'8 Budget'.$C$9:$D$9
        cell = name.rpartition(".")[2].partition(":")[0].replace("$", "")
        self._presses().start(self._frame, label, {"why": cell, "sheet": view.getActiveSheet().Name})

    def _chosen_file(self, title: str, types: str) -> str:
        """The path of the file that a person chooses; nothing where the choice is given up."""
        picker = service(self._context, "com.sun.star.ui.dialogs.FilePicker")
        picker.setTitle(title)
        picker.appendFilter(f"{title} ({types})", types)
        if not picker.execute():
            return ""
        path: str = uno().fileUrlToSystemPath(picker.getSelectedFiles()[0])
        return path

    def _help(self) -> None:
        """Say what the sheet that is seen is for, and what its buttons do."""
        texts = settings()
        sheet = self._frame.getController().getActiveSheet().Name
        window = self._frame.getContainerWindow()
        text = texts["help"].get(sheet, texts["texts"]["help"])
        kind = uno().Enum("com.sun.star.awt.MessageBoxType", "INFOBOX")
        window.getToolkit().createMessageBox(window, kind, _OK, texts["texts"]["title"], text).execute()


def _is_workbook(frame: Any) -> bool:
    """Whether a workbook is in the window."""
    view = frame.getController() if frame else None
    document = view.getModel() if view else None
    return bool(document and document.supportsService(_SPREADSHEET))

"""The half of `tests/desk.py` that speaks UNO; started as `tests/office_worker.py` is, with the same rules."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.office_worker import FILTERS, Worker, asked_range, cells_of, main, set_and_read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PROTOCOL = "org.salesplan_xl.actions"
TOLD = "org.salesplan_xl.told"
TITLE = "Sales plan"
# what a new LibreOffice shows before anything else
GREETINGS = (
    ("Office.Common/Misc", "ShowTipOfTheDay"),
    ("Office.Common/Misc", "FirstRun"),
    ("Setup/Product", "WhatsNew"),
)
# com.sun.star.accessibility.AccessibleRole
MENU_BAR, PUSH_BUTTON, STATUS_BAR, TOOL_BAR, SPREADSHEET, STATIC = 35, 44, 57, 63, 84, 86
SIZE_AND_PLACE = 15  # com.sun.star.awt.PosSize.POSSIZE


class Desk(Worker):
    """One LibreOffice with a workbook that stays open."""

    window = () if os.environ.get("SALESPLAN_XL_WINDOW") else ("--headless",)
    document: Any = None

    def __init__(self, soffice: str, folder: Path, profile: Path) -> None:
        super().__init__(soffice, folder, profile)
        for place, name in () if self.window else GREETINGS:
            self.switch_off(place, name)

    def answer(self, call: str, path: str, **options: Any) -> Any:
        """Do one thing with the workbook on the desk, or what any other worker does."""
        if call == "lay":
            return self.lay(path)
        calls: dict[str, Callable[..., Any]] = {
            "press": self.press,
            "told": self.told,
            "cells": self.cells,
            "select": self.select,
            "type": self.type,
            "sort": self.sort,
            "filter": self.filter,
            "copy": self.copy,
            "shut": self.shut,
            "is_at_rest": self.is_at_rest,
            "toolbar": self.toolbar,
            "find": self.find,
            "settle": self.settle,
            "show": self.show,
        }
        return calls[call](**options) if call in calls else super().answer(call, path, **options)

    def switch_off(self, place: str, name: str) -> None:
        """Switch a setting off, if this version of LibreOffice has it."""
        provider = self.service("com.sun.star.configuration.ConfigurationProvider")
        how = self.properties(nodepath=f"/org.openoffice.{place}")
        access = provider.createInstanceWithArguments("com.sun.star.configuration.ConfigurationUpdateAccess", how)
        if access.hasByName(name):
            access.replaceByName(name, False)  # noqa: FBT003 - a UNO method takes its arguments by position
            access.commitChanges()

    def lay(self, path: str) -> None:
        """Open a workbook in a window, with its macros."""
        self.shut()
        self.document = self.open(path, recalculate=False, hidden=False, macros=True)

    @property
    def view(self) -> Any:
        """The controller of the workbook."""
        return self.document.CurrentController

    def press(self, button: str, file: str) -> None:
        """Ask the window who is there for the button, and call it, as a click does."""
        url = self.uno.createUnoStruct("com.sun.star.util.URL")
        url.Complete = f"{PROTOCOL}:{button}"
        found = self.view.Frame.queryDispatch(url, "_self", 0)
        if found is None:
            raise ValueError(f"nobody is there for the button {button}")
        found.dispatch(url, self.properties(file=file) if file else ())

    def told(self, seconds: float, *, take_away: bool) -> str:
        """What the bar says, once it is there."""
        give_up = time.monotonic() + seconds
        while not self.view.hasInfobar(TOLD):
            if time.monotonic() > give_up:
                raise ValueError(f"nothing was told within {seconds} s")
            time.sleep(0.02)
        shown = [
            one.getAccessibleName()
            for one in self.tree(MENU_BAR, TOOL_BAR, STATUS_BAR)
            if one.getAccessibleRole() == STATIC
        ]
        if take_away:
            self.view.removeInfobar(TOLD)
        return str(shown[shown.index(TITLE) + 1])

    def cells(self, ranges: list[str]) -> dict[str, Any]:
        """The cells of ranges."""
        found: dict[str, dict[str, Any]] = {}
        for text in ranges:
            sheet, block = asked_range(self.document, text)
            found.setdefault(sheet, {}).update(cells_of(block))
        return found

    def select(self, cells: str) -> None:
        """Select cells, with their sheet in front."""
        sheet, block = asked_range(self.document, cells)
        self.view.setActiveSheet(self.document.Sheets.getByName(sheet))
        self.view.select(block)

    def type(self, changes: dict[str, Any]) -> None:
        """Type into cells."""
        set_and_read(self.document, changes, [])

    def sort(self, block: str, column: int, *, ascending: bool) -> None:
        """Sort rows."""
        field = self.uno.createUnoStruct("com.sun.star.table.TableSortField")
        field.Field, field.IsAscending = column, ascending
        fields = self.uno.Any("[]com.sun.star.table.TableSortField", (field,))
        how = self.properties(SortFields=fields, IsSortColumns=False, ContainsHeader=False)
        asked_range(self.document, block)[1].sort(how)

    def filter(self, block: str, column: int, text: str) -> int:
        """Hide rows."""
        shown = asked_range(self.document, block)[1]
        field = self.uno.createUnoStruct("com.sun.star.sheet.TableFilterField")
        field.Field, field.Operator = column, self.uno.Enum("com.sun.star.sheet.FilterOperator", "EQUAL")
        field.StringValue = text
        how = shown.createFilterDescriptor(True)  # noqa: FBT003 - a UNO method takes its arguments by position
        how.ContainsHeader = True
        how.setFilterFields((field,))
        shown.filter(how)
        return sum(not shown.Rows.getByIndex(row).IsVisible for row in range(shown.Rows.Count))

    def copy(self, kind: str, out: str) -> None:
        """Save a copy."""
        self.document.storeToURL(self.url(Path(out)), self.properties(FilterName=FILTERS[kind]))

    def shut(self) -> None:
        """Close the workbook without saving it."""
        if self.document is not None:
            self.document.close(True)  # noqa: FBT003 - a UNO method takes its arguments by position
        self.document = None

    def is_at_rest(self) -> bool:
        """Whether nothing is held back."""
        return bool(self.document.isAutomaticCalculationEnabled() and not self.document.hasControllersLocked())

    def toolbar(self, title: str) -> list[str]:
        """The names of a toolbar's buttons."""
        (found,) = (
            one
            for one in self.tree(MENU_BAR, STATUS_BAR)
            if one.getAccessibleRole() == TOOL_BAR and one.getAccessibleName() == title
        )
        buttons = [found.getAccessibleChild(place) for place in range(found.getAccessibleChildCount())]
        names = [button.getAccessibleContext().getAccessibleName() for button in buttons]
        return [name for name in names if name]

    def close(self) -> None:
        """End LibreOffice, which would ask a person about a workbook that was changed."""
        self.shut()
        super().close()

    def settle(self) -> None:
        """Let the window do what waits to be done."""
        self.service("com.sun.star.awt.Toolkit").processEventsToIdle()

    def find(self, name: str) -> tuple[int, int, int, int]:
        """Where the button of this name is on the screen."""
        (found,) = (
            one for one in self.tree() if one.getAccessibleRole() == PUSH_BUTTON and one.getAccessibleName() == name
        )
        place, size = found.getLocationOnScreen(), found.getSize()
        return place.X, place.Y, size.Width, size.Height

    def show(self, sheet: str, width: int, height: int) -> None:
        """Show a sheet, in a window of this size."""
        self.view.Frame.ContainerWindow.setPosSize(0, 0, width, height, SIZE_AND_PLACE)
        self.view.setActiveSheet(self.document.Sheets.getByName(sheet))

    def tree(self, *left_out: int) -> Iterator[Any]:
        """What a screen reader finds in the window, but no cells, and nothing in elements of the roles left out."""
        waiting = [self.view.Frame.ContainerWindow.AccessibleContext]
        while waiting:
            one = waiting.pop()
            yield one
            if one.getAccessibleRole() not in (SPREADSHEET, *left_out):
                count = one.getAccessibleChildCount()
                waiting += [one.getAccessibleChild(place).getAccessibleContext() for place in reversed(range(count))]


if __name__ == "__main__":
    main(Desk)

"""A workbook that stays open in LibreOffice: its buttons are pressed, and what is told above its sheet is read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.office import Office

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.office import Cell
    from tests.screen import Screen

WINDOW = "SALESPLAN_XL_WINDOW"
DESK_WORKER = Path(__file__).with_name("desk_worker.py")


class Desk(Office):
    """
    One LibreOffice with one workbook open at a time; its window is drawn where there is a screen to draw it on.
    """

    worker = DESK_WORKER

    def __init__(self, time_limit: float = 90, profile: Path | None = None, screen: Screen | None = None) -> None:
        super().__init__(time_limit, profile)
        if screen is not None:
            self.variables = {"DISPLAY": screen.display, "SAL_USE_VCLPLUGIN": "gen", WINDOW: "yes"}

    def lay(self, path: Path) -> None:
        """Open a private copy on the desk, with its macros; what lay there is closed."""
        self._ask("lay", path)

    def press(self, button: str, file: Path | None = None) -> None:
        """Press a button, as a click does, and do not wait for what comes of it."""
        self._ask("press", Path(), button=button, file=str(file or ""))

    def told(self, seconds: float = 75, *, take_away: bool = True) -> str:
        """Wait for the bar that says what came of a button, and read it; then it is taken away for the next."""
        text: str = self._ask("told", Path(), seconds=seconds, take_away=take_away)
        return text

    def pressed(self, button: str, file: Path | None = None, seconds: float = 75) -> str:
        """Press a button and read what came of it."""
        self.press(button, file)
        return self.told(seconds)

    def cells(self, *ranges: str) -> dict[str, dict[str, Cell]]:
        """Read the cells of ranges (`Sheet!A1:B2`) or of defined names, by sheet and address."""
        found: dict[str, dict[str, Cell]] = self._ask("cells", Path(), ranges=list(ranges))
        return found

    def select(self, cells: str) -> None:
        """Select cells (`Sheet!A1:B2`), with their sheet in front."""
        self._ask("select", Path(), cells=cells)

    def type(self, changes: Mapping[str, float | str | None]) -> None:
        """Type into cells (`Sheet!A1`) or defined names."""
        self._ask("type", Path(), changes=dict(changes))

    def sort(self, block: str, column: int, *, ascending: bool = True) -> None:
        """Sort the rows of a range (`Sheet!A1:B2`, its headers above it) by a column counted from 0."""
        self._ask("sort", Path(), block=block, column=column, ascending=ascending)

    def filter(self, block: str, column: int, text: str) -> int:
        """Show only the rows of a range (its headers first) whose column holds a text, and tell how many are hidden."""
        hidden: int = self._ask("filter", Path(), block=block, column=column, text=text)
        return hidden

    def store(self, out: Path) -> Path:
        """Save a copy, as the ending says."""
        self._ask("copy", Path(), kind=out.suffix[1:], out=str(out.absolute()))
        return out

    def shut(self) -> None:
        """Close the workbook, as a person who does not want to save it."""
        self._ask("shut", Path())

    def is_at_rest(self) -> bool:
        """Whether the window shows what changes and formulas are calculated, as they do unless something is written."""
        at_rest: bool = self._ask("is_at_rest", Path())
        return at_rest

    def toolbar(self, title: str) -> list[str]:
        """What stands on the buttons of a toolbar."""
        names: list[str] = self._ask("toolbar", Path(), title=title)
        return names

    def settle(self) -> None:
        """Wait until the window has drawn what there is to draw."""
        self._ask("settle", Path())

    def find(self, name: str) -> Sequence[int]:
        """Where the button of this name is on the screen: left, top, width and height."""
        place: Sequence[int] = self._ask("find", Path(), name=name)
        return place

    def show(self, sheet: str, width: int, height: int) -> None:
        """Show a sheet, in a window of this size."""
        self._ask("show", Path(), sheet=sheet, width=width, height=height)

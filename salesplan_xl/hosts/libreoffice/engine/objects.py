"""What stands behind `.api`: those members of Excel's own objects that the live host uses, under their names there."""
# ruff: noqa: N802, N803 - the names are those of Excel's object model

from __future__ import annotations

from typing import Any

from salesplan_xl.hosts.libreoffice.engine.asking import Ask, Place
from salesplan_xl.hosts.libreoffice.engine.cells import given, taken


class RangeObject:
    """
    Excel's Range.

    Parameters
    ----------
    ask : callable
        Asks for something of the document.
    place : Place
        Its cells.
    """

    def __init__(self, ask: Ask, place: Place) -> None:
        self._ask = ask
        self._place = place

    @property
    def Value2(self) -> Any:
        """What the cells hold or show: one value, or rows of them."""
        rows = given(self._ask("values", self._place.arguments))
        return rows[0][0] if self._place.shape == (1, 1) else rows

    @Value2.setter
    def Value2(self, cells: Any) -> None:
        rows = cells if isinstance(cells, list | tuple) else [[cells]]
        self._ask("write", {**self._place.arguments, "rows": taken(rows)})

    @property
    def HasFormula(self) -> bool | None:
        """False where no cell calculates; None where some may."""
        return None if self._ask("has_formula", self._place.arguments) else False

    def ClearComments(self) -> None:
        """Nothing: `Range.copy` takes no comments along here."""


class SheetObject:
    """
    Excel's Worksheet.

    LibreOffice keeps by itself what a protected sheet allows, from one protection to the next, and tells nobody. So the
    options are all unknown (None), and those that are handed back are not needed.

    Parameters
    ----------
    ask : callable
        Asks for something of the document.
    title : str
        Its title.
    """

    ProtectDrawingObjects = None
    ProtectScenarios = None
    ProtectionMode = None
    EnableSelection = None

    def __init__(self, ask: Ask, title: str) -> None:
        self._ask = ask
        self._title = title
        self.Protection = ProtectionObject()

    @property
    def ProtectContents(self) -> bool:
        """Whether its cells are protected."""
        return bool(self._ask("protected", {"sheet": self._title}))

    def Protect(self, Password: str, *_options: None) -> None:
        """
        Protect it.

        Parameters
        ----------
        Password : str
            No password: a text of no length.
        *_options : None
            What it allows, which is not needed.
        """
        if Password:
            raise ValueError("a sheet is only protected again, without a password")
        self._ask("protect", {"sheet": self._title})

    def Unprotect(self, Password: str) -> None:
        """
        Take its protection off.

        Parameters
        ----------
        Password : str
            Its password; LibreOffice raises where it has another.
        """
        self._ask("unprotect", {"sheet": self._title, "password": Password})


class ProtectionObject:
    """Excel's Protection: what a protected sheet allows, which is not known here."""

    AllowFormattingCells = None
    AllowFormattingColumns = None
    AllowFormattingRows = None
    AllowInsertingColumns = None
    AllowInsertingRows = None
    AllowInsertingHyperlinks = None
    AllowDeletingColumns = None
    AllowDeletingRows = None
    AllowSorting = None
    AllowFiltering = None
    AllowUsingPivotTables = None


class TableObject:
    """Excel's ListObject. What is written reaches filtered rows too, so there is no filter to lift."""

    AutoFilter = None


class BookObject:
    """Excel's Workbook."""

    Date1904 = False

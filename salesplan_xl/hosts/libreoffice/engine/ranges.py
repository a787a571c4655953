"""Ranges of the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from salesplan_xl.hosts.libreoffice.engine.asking import Ask, Place
from salesplan_xl.hosts.libreoffice.engine.cells import as_formulas
from salesplan_xl.hosts.libreoffice.engine.narrow import narrow
from salesplan_xl.hosts.libreoffice.engine.objects import RangeObject
from salesplan_xl.workbook.cells import address, fixed_address

if TYPE_CHECKING:
    import xlwings

    from salesplan_xl.hosts.libreoffice.engine.books import Sheet


@narrow
class Range(base_classes.Range):
    """
    A block of cells.

    Parameters
    ----------
    sheet : Sheet
        Its sheet.
    place : Place
        Where it is.
    """

    def __init__(self, sheet: Sheet, place: Place) -> None:
        self._sheet = sheet
        self._ask: Ask = sheet.ask
        self.place = place

    @property
    def api(self) -> RangeObject:
        """Excel's object."""
        return RangeObject(self._ask, self.place)

    @property
    def sheet(self) -> Sheet:
        """Its sheet."""
        return self._sheet

    @property
    def row(self) -> int:
        """Its first row."""
        return self.place.top

    @property
    def column(self) -> int:
        """Its first column."""
        return self.place.left

    @property
    def shape(self) -> tuple[int, int]:
        """How many rows and columns it has."""
        return self.place.shape

    def __len__(self) -> int:
        rows, columns = self.shape
        return rows * columns

    @property
    def address(self) -> str:
        """Its address with dollar signs."""
        return self.get_address(row_absolute=True, col_absolute=True, external=False)

    def get_address(self, row_absolute: bool, col_absolute: bool, external: bool) -> str:  # noqa: FBT001 - as xlwings
        """
        Write its address.

        Parameters
        ----------
        row_absolute, col_absolute : bool
            Whether it is fixed; both alike.
        external : bool
            False: it does not name book and sheet.

        Returns
        -------
        str
            The address.
        """
        if external or row_absolute != col_absolute:
            raise NotImplementedError("In LibreOffice, salesplan-xl has no such form of an address.")
        written = fixed_address if row_absolute else address
        first = written(self.place.top, self.place.left)
        return first if len(self) == 1 else f"{first}:{written(self.place.bottom, self.place.right)}"

    @property  # type: ignore[misc]  # xlwings can also set it, which is refused here
    def formula(self) -> Any:
        """The formulas of its cells with their equals sign, and what was typed where there is none."""
        arguments = self.place.arguments
        rows = as_formulas(self._ask("values", arguments), self._ask("formulas", arguments))
        return rows[0][0] if len(self) == 1 else rows

    @property
    def has_array(self) -> bool:
        """Whether its first cell is filled by an array formula."""
        return bool(self._ask("has_array", self.place.arguments))

    @property
    def merge_cells(self) -> bool:
        """Whether any of it is part of a merged cell."""
        return bool(self._ask("is_merged", self.place.arguments))

    def clear_contents(self) -> None:
        """Clear what its cells hold."""
        self._ask("clear", {**self.place.arguments, "what": "contents"})

    def clear_formats(self) -> None:
        """Clear the formats of its cells, and the rules that hold for them."""
        self._ask("clear", {**self.place.arguments, "what": "formats"})

    def copy(self, destination: xlwings.Range | None = None) -> None:
        """
        Let other rows have the formats, rules and formulas of this row, but not its values.

        Parameters
        ----------
        destination : xlwings.Range
            Rows of the same sheet, as wide as this one.
        """
        if destination is None:
            raise NotImplementedError("In LibreOffice, salesplan-xl does not copy to the clipboard.")
        place, source = destination.impl.place, self.place.arguments
        if self.shape != (1, place.shape[1]) or place.sheet != self.place.sheet:
            raise NotImplementedError("In LibreOffice, salesplan-xl copies a row to rows of its sheet only.")
        self._ask("carry_on", {**place.arguments, "source": source["area"]})

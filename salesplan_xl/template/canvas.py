"""One worksheet being written: cells by row and column counted from 1, as the layout counts them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from salesplan_xl.template import style
from salesplan_xl.template.formulas import render
from salesplan_xl.template.layout import Layout
from salesplan_xl.workbook.cells import split_address
from salesplan_xl.workbook.labels import Labels
from salesplan_xl.workbook.schema import Sheet


@dataclass(frozen=True)
class Canvas:
    """
    One worksheet being written.

    Parameters
    ----------
    workbook : Workbook
        The workbook it belongs to.
    worksheet : Worksheet
        The worksheet.
    sheet : Sheet
        Its declaration.
    layout : Layout
        Where everything stands.
    formats : dict of str to Format
        The formats of the workbook, shared by its sheets, since each is to be made once.
    """

    workbook: Workbook
    worksheet: Worksheet
    sheet: Sheet
    layout: Layout
    formats: dict[str, Format] = field(repr=False)

    @property
    def labels(self) -> Labels:
        """Texts of the language."""
        return self.layout.labels

    def look(self, properties: Mapping[str, Any]) -> Format:
        """
        Give the format of some properties.

        Parameters
        ----------
        properties : mapping of str to Any
            Properties of an XlsxWriter format.

        Returns
        -------
        Format
            The workbook's one format of these.
        """
        key = repr(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.workbook.add_format({"font_name": "Calibri", **properties})
        return self.formats[key]

    def text(self, row: int, column: int, text: str, properties: Mapping[str, Any]) -> None:
        """
        Write a text.

        Parameters
        ----------
        row, column : int
            Its cell.
        text : str
            The text, never read as a formula.
        properties : mapping of str to Any
            How the cell looks.
        """
        self.worksheet.write_string(row - 1, column - 1, text, self.look(properties))

    def blank(self, row: int, column: int, properties: Mapping[str, Any]) -> None:
        """
        Leave a cell blank that has a look.

        Parameters
        ----------
        row, column : int
            The cell.
        properties : mapping of str to Any
            How it looks.
        """
        self.worksheet.write_blank(row - 1, column - 1, None, self.look(properties))

    def formula(
        self,
        row: int,
        column: int,
        formula: str,
        properties: Mapping[str, Any],
        columns: Mapping[str, int] | None = None,
    ) -> None:
        """
        Write a formula.

        Parameters
        ----------
        row, column : int
            Its cell.
        formula : str
            The formula as declared.
        properties : mapping of str to Any
            How the cell looks.
        columns : mapping of str to int, optional
            Column ids of the same table or grid and their column numbers.
        """
        text = render(formula, self.layout, row, columns or {})
        self.worksheet.write_formula(row - 1, column - 1, text, self.look(properties))

    def heading(self, at: str, text: str, span: int) -> tuple[int, int]:
        """
        Write a heading with a line below it across its block.

        Parameters
        ----------
        at : str
            Address of the heading.
        text : str
            The heading.
        span : int
            How many columns the block takes.

        Returns
        -------
        tuple of int
            Row and column of the cell below it.
        """
        row, column = split_address(at)
        self.text(row, column, text, style.HEADING)
        for extra in range(1, span):
            self.blank(row, column + extra, style.HEADING)
        return row + 1, column

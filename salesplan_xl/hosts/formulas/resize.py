"""A table that ends elsewhere now: the references and rules that speak of its data follow its end."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from salesplan_xl.hosts.formulas.area import CORNERS, Area
from salesplan_xl.hosts.formulas.notation import CELL, ENDS, QUIET, SHEET, STARTS, sheet_title

_RANGE = re.compile(rf"{QUIET}|({SHEET})?{STARTS}({CELL}(?::\$?[A-Za-z]{{1,3}}\$?[1-9][0-9]{{0,6}})?){ENDS}")


@dataclass(frozen=True)
class Resize:
    """
    A table that ends elsewhere than before.

    Parameters
    ----------
    sheet : str
        Title of its sheet.
    header_row : int
        Row of its header; one above the first data row.
    first_column, last_column : int
        Its columns.
    old_last, new_last : int
        Its last data row before and after.
    """

    sheet: str
    header_row: int
    first_column: int
    last_column: int
    old_last: int
    new_last: int

    def area(self, area: Area) -> Area:
        """
        Follow a range that is exactly the table's data, or the table with its header, in some of its columns.

        Parameters
        ----------
        area : Area
            A range on the table's sheet.

        Returns
        -------
        Area
            Where it is now; the same if it is no such range.
        """
        whole = area.top in (self.header_row, self.header_row + 1) and area.bottom == self.old_last
        inside = self.first_column <= area.left and area.right <= self.last_column
        return replace(area, bottom=self.new_last) if whole and inside else area

    def covering(self, area: Area) -> tuple[Area, ...]:
        """
        Follow a range of a rule (a validation, a format) that covers the table's data.

        Parameters
        ----------
        area : Area
            A range on the table's sheet.

        Returns
        -------
        tuple of Area
            What it covers now. A rule that also covers cells beside the table grows below the table only.
        """
        left, right = max(area.left, self.first_column), min(area.right, self.last_column)
        if left > right or area.top > self.header_row + 1 or area.bottom < self.old_last:
            return (area,)
        grows, beside = self.new_last > area.bottom, (left, right) != (area.left, area.right)
        if area.bottom > self.old_last and not grows:
            return (area,)
        if not beside:
            return (replace(area, bottom=self.new_last),)
        return (area, Area(area.bottom + 1, left, self.new_last, right)) if grows else (area,)

    def rules(self, sqref: str) -> str:
        """
        Follow the ranges of a rule, written as a list.

        Parameters
        ----------
        sqref : str
            Ranges separated by blanks.

        Returns
        -------
        str
            The list as it is now, word for word where nothing changes.

        Raises
        ------
        ValueError
            If one of them is no range.
        """
        words = sqref.split()
        kept = [self._rule(word) for word in words]
        return sqref if kept == words else " ".join(kept)

    def formula(self, formula: str, *, own_sheet: bool = False, single: bool = False, relative: bool = False) -> str:
        """
        Follow the references in a formula that are exactly the table's data or the whole table.

        Parameters
        ----------
        formula : str
            A formula without its equals sign.
        own_sheet : bool, default False
            Whether references without a sheet mean the table's sheet.
        single : bool, default False
            Whether a single cell counts as the data of a table of one row, as in the series of a chart.
        relative : bool, default False
            Whether references without dollar signs are followed too.

        Returns
        -------
        str
            The formula as it is now.

        Examples
        --------
        >>> Resize("Sales", 1, 1, 3, 9, 20).formula("SUM(Sales!$B$2:$B$9)")
        'SUM(Sales!$B$2:$B$20)'
        """

        def followed(match: re.Match[str]) -> str:
            if match[2] is None or not self._is_own(match[1], own_sheet=own_sheet):
                return match[0]
            return (match[1] or "") + self._reference(match[2], single=single, relative=relative)

        return _RANGE.sub(followed, formula) if self._may_mean(formula, own_sheet=own_sheet) else formula

    def _rule(self, word: str) -> str:
        """Follow one range of a rule; whole columns and rows are ranges too."""
        area = Area.parse_any(word)
        followed = self.covering(area)
        return word if followed == (area,) else " ".join(map(str, followed))

    def _may_mean(self, formula: str, *, own_sheet: bool) -> bool:
        """Tell quickly of most formulas that they do not speak of the table's sheet."""
        return own_sheet or self.sheet.casefold() in formula.replace("''", "'").casefold()

    def _is_own(self, sheet: str | None, *, own_sheet: bool) -> bool:
        """Tell whether a reference is to the table's sheet."""
        return sheet_title(sheet[:-1]).casefold() == self.sheet.casefold() if sheet else own_sheet

    def _reference(self, written: str, *, single: bool, relative: bool) -> str:
        """Follow one reference to the table's sheet."""
        corners = CORNERS.match(written)
        if corners is None:
            return written
        fixed = corners[1] and corners[3] and (corners[7] or not corners[8])
        if not (fixed or relative) or not (corners[8] or single):
            return written
        try:
            area = Area.parse(written)
        except ValueError:  # a name that looks like cells beyond the sheet
            return written
        moved = self.area(area)
        if moved == area:
            return written
        first = "".join(corners.group(1, 2, 3, 4))
        dollar, right = corners.group(5, 6) if corners[8] else corners.group(1, 2)
        return f"{first}:{dollar}{right}{corners[7] or corners[3]}{moved.bottom}"

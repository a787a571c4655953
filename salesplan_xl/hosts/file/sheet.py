"""One worksheet as its XML: typed cells out, changed cells in, every other byte as it stands.

One pattern cuts a row into cells and accounts for every character of it; what it cannot account for is refused
with its place, never skipped. An edit rewrites the cells it names; the rest of the part is copied.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple, NoReturn

from salesplan_xl.hosts.file.formulas import LAST_COLUMN, LAST_ROW, Area, Resize, shift_formula
from salesplan_xl.hosts.file.markup import (
    attributes,
    cell_markup,
    cell_text,
    escape,
    runs_text,
    unescape,
    with_attribute,
)
from salesplan_xl.workbook.cells import (
    Cell,
    ErrorCell,
    FormulaCell,
    Value,
    address,
    column_letters,
    column_number,
    split_address,
)
from salesplan_xl.workbook.problems import Problem, Refusal, problem

LONGEST_TEXT = 32_767
MOST_CELLS = 40_000_000
"""Cells, blank ones included, that are read at once: three times a full sheet of twelve columns."""
MOST_PROBLEMS = 20

_NUMBER = r"-?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?"
_NUMBER_ONLY = re.compile(r"\s*[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\s*\Z")
_ANY_CELL = r"<c(?:\s[^<>]*?)?(?:/>|>.*?</c>)"
_CELLS = re.compile(
    r'<c r="([A-Z]{1,3}[1-9][0-9]{0,6})"(?: s="[0-9]+")?'
    rf'(?:><v>({_NUMBER})</v></c>| t="s"><v>([0-9]+)</v></c>|/>| t="b"><v>([01])</v></c>'
    r'| t="inlineStr"><is><t(?: xml:space="preserve")?>([^<]+)</t></is></c>'
    rf"|><f>([^<]+)</f><v>({_NUMBER})</v></c>)"
    rf"|({_ANY_CELL})|(\S)",
    re.DOTALL,
)
_RAW_CELLS = re.compile(
    rf'(<c r="([A-Z]{{1,3}})[1-9][0-9]{{0,6}}"[^<>]*?(?:/>|><v>[^<]*</v></c>))|({_ANY_CELL})|(\S)', re.DOTALL
)
_CELL = re.compile(r"<c((?:\s[^<>]*?)?)(?:/>|>(.*)</c>)\Z", re.DOTALL)
_INSIDE = re.compile(
    r"\s*(<f((?:\s[^<>]*?)?)(?:/>|>([^<]*)</f>))?"
    r"\s*(?:<v(?:\s[^<>]*?)?(?:(/)>|>([^<]*)</v>))?"
    r"\s*(?:<is(?:\s[^<>]*?)?(?:/>|>(.*?)</is>))?"
    r"\s*(?:<extLst.*</extLst>)?\s*\Z",
    re.DOTALL,
)
_ROW = re.compile(r"\s*<row((?:\s[^<>]*?)?)(/?)>")
_PLAIN_ROW = re.compile(r'\s*<row r="([1-9][0-9]{0,6})"[^<>/]*>')
_ROW_NUMBER = re.compile(r'\sr="([1-9][0-9]{0,6})"')
_SPANS = re.compile(r"\s+spans\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_REFERENCE = re.compile(r"(\sr\s*=\s*[\"'])[A-Z]+[0-9]+")
_STYLE = re.compile(r"<c[^<>]*?(\ss\s*=\s*(?:\"[^\"]*\"|'[^']*'))")
_SHEET_DATA = re.compile(r"<sheetData(?:\s[^<>]*?)?(/?)>")
_DIMENSION = re.compile(r"<dimension\s[^<>]*>")
_MERGED = re.compile(r"<mergeCell\s([^<>]*?)/?>")
_SPECIAL_FORMULA = re.compile(
    r"<c(\s[^<>]*)>\s*<f(\s[^<>]*?\bt\s*=\s*[\"'](?:shared|array|dataTable)[\"'][^<>]*?)(?:/>|>([^<]*)</f>)"
)
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet's dates have no time zone

Place = tuple[int, int]
"""Row and column, counted from 1."""


class _Row(NamedTuple):
    """Where a row stands in the text: the tag, what is inside, and its end."""

    number: int
    start: int
    inside: int
    inside_end: int
    end: int


@dataclass(frozen=True, slots=True)
class _Stored:
    """A cell taken apart."""

    place: Place
    attributes: dict[str, str]
    formula_markup: str
    formula_attributes: dict[str, str]
    formula: str | None
    value: str | None
    inline: str | None


@dataclass(frozen=True, slots=True)
class SpecialFormula:
    """
    A formula that says more than its text: one of a shared group, or one that fills an area.

    Parameters
    ----------
    kind : str
        ``"shared"``, ``"array"`` or ``"dataTable"``.
    formula : str
        Its text; for a shared formula, as it reads in its own cell.
    area : Area or None
        The cells an array formula fills.
    group : str
        Which shared group it belongs to; empty for others.
    """

    kind: str
    formula: str
    area: Area | None
    group: str


@dataclass(frozen=True)
class RowChanges:
    """
    What becomes of the data rows of a band of columns.

    Parameters
    ----------
    band : Area
        The rows and columns of the data as it stands.
    rows : sequence of int
        For each new row the position of the row that moves there, or a negative number for a new one: -1 the
        first of `added`.
    cells : mapping of (int, int) to Value
        New values by position of the row and column number.
    added : sequence of mapping of int to Value
        Values of the new rows by column number; a column left out carries on its formula, or stays blank.
    totals : bool
        Whether a row of totals stands right below the data and moves with its end.
    """

    band: Area
    rows: tuple[int, ...]
    cells: Mapping[tuple[int, int], Value] = field(default_factory=dict)
    added: tuple[Mapping[int, Value], ...] = ()
    totals: bool = False


class _Places(dict[str, int]):
    """Position of each wanted column by its letters; -1 for the others."""

    def __init__(self, first: int, last: int) -> None:
        super().__init__()
        self.first, self.last = first, last

    def __missing__(self, letters: str) -> int:
        number = column_number(letters) if letters.isalpha() else 0
        if not 1 <= number <= LAST_COLUMN:
            return -1  # what names no column is refused by whoever compares the row number
        self[letters] = number - self.first if self.first <= number <= self.last else -1
        return self[letters]


class SheetPart:
    """
    The XML of one worksheet.

    `formulas_moved` tells whether cells with formulas appeared or vanished since it was read.

    Parameters
    ----------
    text : str
        The part.
    title : str
        Title of the sheet, for messages.
    file : str
        Name of the file, for messages.
    shared_texts : callable
        Gives the workbook's shared strings by their number written as text; called when the first is needed.

    Raises
    ------
    Refusal
        If the part is no worksheet in the form spreadsheet programs write.
    """

    def __init__(self, text: str, title: str, file: str, shared_texts: Callable[[], Mapping[str, str]]) -> None:
        self.title = title
        self.formulas_moved = False
        self._file = file
        self._shared_texts = shared_texts
        self._set(text)

    def _set(self, text: str) -> None:
        """Take a text in and find the rows."""
        self.text = text
        opening = _SHEET_DATA.search(text)
        if re.search(r"<worksheet[\s>]", text) is None or opening is None:
            self._refuse("E-FILE-FORM", reason="its tags carry a prefix, or it is no worksheet")
        self._opening = opening
        self._end = opening.end() if opening[1] else text.find("</sheetData>", opening.end())
        if self._end < 0:
            self._refuse("E-FILE-DAMAGED", reason="the sheet is cut short")
        if text.find("<!", opening.end(), self._end) >= 0 or text.find("<?", opening.end(), self._end) >= 0:
            self._refuse("E-FILE-FORM", reason="comments or marked sections between its cells")
        self._numbered = True
        self._rows = list(self._find_rows())
        self._numbers = [row.number for row in self._rows]
        self._special: dict[Place, SpecialFormula] | None = None

    def _find_rows(self) -> Iterator[_Row]:
        """Find every row; nothing but blanks may stand between two."""
        text, at, end, last = self.text, self._opening.end(), self._end, 0
        while (found := _PLAIN_ROW.match(text, at, end) or _ROW.match(text, at, end)) is not None:
            closed = found.re is _ROW and bool(found[2])
            number = self._row_number(found[1], last) if found.re is _ROW else int(found[1])
            if not last < number <= LAST_ROW:
                self._refuse("E-FILE-DAMAGED", reason=f"row {number} follows row {last}")
            inside = found.end()
            inside_end = inside if closed else text.find("</row>", inside, end)
            if inside_end < 0:
                self._refuse("E-FILE-DAMAGED", reason=f"row {number} is cut short")
            at = inside if closed else inside_end + 6
            yield _Row(number, found.start(), inside, inside_end, at)
            last = number
        if text[at : self._end].strip():
            self._refuse("E-FILE-FORM", reason=f"something below row {last} that is no row")

    def _row_number(self, tag: str, last: int) -> int:
        """Read the number of a row; one that does not say is the next."""
        plain = _ROW_NUMBER.match(tag)
        if plain is not None:
            return int(plain[1])
        try:
            stated = attributes(tag).get("r")
            self._numbered = self._numbered and stated is not None
            return last + 1 if stated is None else int(stated)
        except ValueError as error:
            self._refuse("E-FILE-DAMAGED", cause=error, reason=f"the row after {last}: {error}")

    # Reading

    def read(self, area: Area) -> list[list[Cell]]:
        """
        Read a rectangle of cells.

        Parameters
        ----------
        area : Area
            The rectangle.

        Returns
        -------
        list of list of Cell
            The cells, column by column, blank ones as `None`.

        Raises
        ------
        Refusal
            Naming every cell (the first twenty) that cannot be read.
        """
        if (area.bottom - area.top + 1) * len(area.columns()) > MOST_CELLS:
            self._refuse("E-SHEET-RANGE", cell=address(area.bottom, area.right))
        columns: list[list[Cell]] = [[None] * (area.bottom - area.top + 1) for _ in range(area.left, area.right + 1)]
        places = _Places(area.left, area.right)
        problems: list[Problem] = []
        for row in self._rows_in(area):
            at = row.number - area.top
            for place, cell in self._row_cells(row, places, problems):
                columns[place][at] = cell
        _refuse_listed(problems)
        return columns

    def cell(self, row: int, column: int) -> Cell:
        """
        Read one cell.

        Parameters
        ----------
        row, column : int
            The cell.

        Returns
        -------
        Cell
            What it holds.

        Raises
        ------
        Refusal
            If it cannot be read.
        """
        return self.read(Area(row, column, row, column))[0][0]

    def cells(self) -> Iterator[tuple[int, int, Cell]]:
        """
        Walk through every cell that holds something, row by row.

        Yields
        ------
        tuple of int, int and Cell
            Row, column and cell.

        Raises
        ------
        Refusal
            Naming every cell (the first twenty) that cannot be read, after the last cell.
        """
        yield from self._walk(self._rows)

    def formula_cells(self) -> dict[Place, FormulaCell]:
        """
        Find every cell that calculates.

        Returns
        -------
        dict of (int, int) to FormulaCell
            The formulas by row and column.

        Raises
        ------
        Refusal
            As `cells`.
        """
        text = self.text
        rows = [row for row in self._rows if text.find("<f", row.inside, row.inside_end) >= 0]
        return {(row, column): cell for row, column, cell in self._walk(rows) if isinstance(cell, FormulaCell)}

    def array_areas(self) -> dict[Place, Area]:
        """
        Find the areas that array formulas fill.

        Returns
        -------
        dict of (int, int) to Area
            The area of each array formula by the place of its formula.
        """
        return {place: one.area for place, one in self.special_formulas().items() if one.area is not None}

    def special_formulas(self) -> Mapping[Place, SpecialFormula]:
        """
        Find the formulas of shared groups, array formulas and data tables.

        Returns
        -------
        mapping of (int, int) to SpecialFormula
            Each by the place of its cell.

        Raises
        ------
        Refusal
            If a shared formula has no first cell to share.
        """
        if self._special is None:
            self._special = self._find_special()
        return self._special

    def first_content(self, area: Area) -> tuple[Place, str] | None:
        """
        Find what stands in the way in a rectangle.

        Parameters
        ----------
        area : Area
            The rectangle.

        Returns
        -------
        tuple of (int, int) and str, or None
            The first cell that holds something (or is part of a merged cell or an array formula) and what that
            is; `None` where all cells are free. A cell with a format only is free.
        """
        for row, column, cell in self._walk(self._rows_in(area)):
            if area.left <= column <= area.right and cell is not None:
                return (row, column), _told(cell)
        for merged in self.merged_areas():
            if merged.meets(area):
                return (max(merged.top, area.top), max(merged.left, area.left)), "a merged cell"
        for filled in self.array_areas().values():
            if filled.meets(area):
                return (max(filled.top, area.top), max(filled.left, area.left)), "an array formula"
        return None

    def merged_areas(self) -> tuple[Area, ...]:
        """
        List the merged cells.

        Returns
        -------
        tuple of Area
            Their areas.

        Raises
        ------
        Refusal
            If one of them is no area.
        """
        tags = _MERGED.findall(self.text, self._end)
        try:
            return tuple(Area.parse(attributes(" " + tag).get("ref", "")) for tag in tags)
        except ValueError as error:
            self._refuse("E-FILE-DAMAGED", cause=error, reason=f"merged cells: {error}")

    def _rows_in(self, area: Area) -> list[_Row]:
        """Give the rows of a rectangle that are written down."""
        return self._rows[bisect_left(self._numbers, area.top) : bisect_right(self._numbers, area.bottom)]

    def _walk(self, rows: Iterable[_Row]) -> Iterator[tuple[int, int, Cell]]:
        """Walk through the cells of some rows."""
        places = _Places(1, LAST_COLUMN)
        problems: list[Problem] = []
        for row in rows:
            for place, cell in self._row_cells(row, places, problems):
                if cell is not None:
                    yield row.number, place + 1, cell
        _refuse_listed(problems)

    def _row_cells(self, row: _Row, places: _Places, problems: list[Problem]) -> Iterator[tuple[int, Cell]]:
        """Read the cells of a row in wanted columns; what cannot be read becomes a problem."""
        number_text = str(row.number)
        digits = -len(number_text)
        last = -1
        texts: Mapping[str, str] | None = None
        found = _CELLS.findall(self.text, row.inside, row.inside_end)
        for reference, number, shared, flag, inline, formula, result, other, stray in found:
            if stray:
                self._refuse("E-FILE-FORM", reason=f"something in row {number_text} that is no cell")
            cell: Cell = None
            reason: object = None
            if other:
                place, cell, reason = self._other_cell(other, row.number, last, places)
            else:
                place = places[reference[:digits]]
                if reference[digits:] != number_text:
                    self._refuse("E-FILE-DAMAGED", reason=f"cell {reference} in row {number_text}")
                if place < 0:
                    continue
                if number:
                    cell = float(number)
                    reason = None if cell - cell == 0.0 else f"{number} is no number a cell can hold"
                elif shared:
                    texts = self._shared_texts() if texts is None else texts
                    cell = texts.get(shared)
                    reason = None if cell is not None else f"there is no shared text {shared}"
                elif inline and "&" not in inline and "_x" not in inline and "\r" not in inline:
                    cell = inline
                elif flag:
                    cell = flag == "1"
                elif inline or formula:
                    cell, reason = _quick_cell(inline, formula, result)
            if place < 0:
                continue
            if place <= last:
                self._refuse("E-FILE-DAMAGED", reason=f"cells out of order in row {number_text}")
            last = place
            if reason is None:
                yield place, cell
            else:
                where = reference or _reference(other, row.number)
                problems.append(self._problem("E-CELL-DAMAGED", where, reason))

    def _other_cell(self, markup: str, row: int, last: int, places: _Places) -> tuple[int, Cell, object]:
        """Read a cell that is more than a number or a shared text: its position, what it holds, or why not."""
        try:
            stored = self._stored(markup, row)
        except ValueError as error:
            if isinstance(error, Refusal):
                raise
            return last + 1, None, error
        if stored.place[1]:
            place = places[column_letters(stored.place[1])]
        elif places.first == 1:  # a cell that does not say where it stands is the next one
            place = last + 1
            stored = replace(stored, place=(row, place + 1))
        else:
            self._refuse("E-FILE-FORM", reason=f"cells without a reference in row {row}")
        if place < 0:
            return place, None, None
        try:
            return place, self._value(stored), None
        except ValueError as error:
            if isinstance(error, Refusal):
                raise
            return place, None, error

    def _stored(self, markup: str, row: int) -> _Stored:
        """Take a cell apart, accounting for every tag in it."""
        whole = _CELL.match(markup)
        inside = _INSIDE.match(whole[2] or "") if whole is not None else None
        if whole is None or inside is None:
            raise ValueError("its tags are not those of a cell")
        stated = attributes(whole[1])
        place = split_address(stated["r"]) if "r" in stated else (row, 0)
        if place[0] != row or place[1] > LAST_COLUMN:
            self._refuse("E-FILE-DAMAGED", reason=f"cell {stated.get('r')} in row {row}")
        formula_markup, formula_tag, formula, empty, value, inline = inside.groups()
        return _Stored(
            place,
            stated,
            formula_markup or "",
            attributes(formula_tag or ""),
            unescape(formula or "") if formula_markup else None,
            "" if empty else value,
            inline if inline is not None else ("" if "<is" in markup else None),
        )

    def _value(self, stored: _Stored) -> Cell:
        """Read what a cell holds."""
        value = self._plain_value(stored)
        if stored.formula is None:
            return value
        if "t" in stored.formula_attributes and stored.formula_attributes["t"] != "normal":
            special = self.special_formulas().get(stored.place)
            if special is None:
                raise ValueError(f"a formula of the kind {stored.formula_attributes['t']}")
            return FormulaCell(special.formula, value)
        return FormulaCell(stored.formula, value)

    def _plain_value(self, stored: _Stored) -> Value:
        """Read the value of a cell by the type it states."""
        kind, text = stored.attributes.get("t", "n"), stored.value
        if kind == "inlineStr":
            return runs_text(stored.inline or "")
        if text is None or (text == "" and kind != "str"):
            return None
        if kind == "str":
            return cell_text(text)
        if kind == "s":
            number = int(text)
            shared = self._shared_texts().get(str(number))
            if shared is None:
                raise ValueError(f"there is no shared text {number}")
            return shared
        if kind == "e":
            return ErrorCell(unescape(text).strip())
        if kind == "b" and text.strip() in ("0", "1", "true", "false"):
            return text.strip() in ("1", "true")
        if kind == "d":
            return (datetime.fromisoformat(text).replace(tzinfo=None) - _EPOCH).total_seconds() / 86_400
        if kind == "n" and _NUMBER_ONLY.match(text) and math.isfinite(float(text)):
            return float(text)
        raise ValueError(f"{text[:40]!r} is no value of the type {kind}")

    def _find_special(self) -> dict[Place, SpecialFormula]:
        """Find shared, array and data table formulas and write every shared one out."""
        found: dict[Place, SpecialFormula] = {}
        first: dict[str, tuple[Place, str]] = {}
        for match in _SPECIAL_FORMULA.finditer(self.text, self._opening.end(), self._end):
            try:
                place = split_address(attributes(match[1])["r"])
                stated = attributes(match[2])
                formula = unescape(match[3] or "")
                area = Area.parse(stated["ref"]) if "ref" in stated and stated["t"] != "shared" else None
            except (ValueError, KeyError) as error:
                self._refuse("E-FILE-DAMAGED", cause=error, reason=f"a formula: {error}")
            group = stated.get("si", "") if stated["t"] == "shared" else ""
            if stated["t"] == "shared":
                if formula:
                    first[group] = (place, formula)
                elif group not in first:
                    self._refuse("E-FILE-DAMAGED", cell=address(*place), reason="a shared formula nobody wrote")
                (row, column), text = first[group]
                formula = shift_formula(text, place[0] - row, place[1] - column)
            found[place] = SpecialFormula(stated["t"], formula, area, group)
        return found

    # Editing

    def set_values(self, values: Mapping[Place, Value]) -> None:
        """
        Put values into single cells. Each keeps its format; a formula that stood there is gone.

        Parameters
        ----------
        values : mapping of (int, int) to Value
            Values by row and column; `None` clears the cell.

        Raises
        ------
        Refusal
            If a text is too long, or a cell is part of an array formula; nothing is changed then.
        """
        wanted: dict[int, dict[int, str | None]] = {}
        for (row, column), value in values.items():
            old = self._raw_row(row).get(column, "")
            wanted.setdefault(row, {})[column] = self._new_cell(row, column_letters(column), _style(old), value)
        self._rewrite(wanted)

    def set_cached(self, values: Mapping[Place, Value]) -> None:
        """
        Store what formulas give, beside the formulas.

        Parameters
        ----------
        values : mapping of (int, int) to Value
            Calculated values by row and column. A cell without a formula, such as one that an array formula
            fills, gets the value itself.

        Raises
        ------
        Refusal
            If a text is too long for a cell; nothing is changed then.
        """
        wanted: dict[int, dict[int, str | None]] = {}
        by_row: dict[int, dict[int, Value]] = {}
        for (row, column), value in values.items():
            by_row.setdefault(row, {})[column] = value
        for row, cells in by_row.items():
            raw = self._raw_row(row)
            wanted[row] = {column: self._cached_cell(row, column, raw.get(column), cells[column]) for column in cells}
        self._rewrite(wanted, formulas_stay=True)

    def change_rows(self, changes: RowChanges) -> None:
        """
        Move, change, add and remove the data rows of a band of columns.

        Cells keep their format and take it along when they move; new rows look like the first data row and carry
        on its formulas, their relative references moved along. A band never loses its last row: it is blanked.

        Parameters
        ----------
        changes : RowChanges
            What becomes of the rows.

        Raises
        ------
        Refusal
            If a text is too long, or part of a larger array formula would be changed; nothing is changed then.
        """
        band = changes.band
        needed = _rows_needed(changes)
        old = {row.number: self._raw(row) for row in self._rows_in(_with_totals(changes)) if row.number in needed}
        pattern = [self._pattern_cell(band, column, old) for column in band.columns()]
        rows, added = (changes.rows, changes.added) if changes.rows else ((-1,), ({},))
        new_values: dict[int, dict[int, Value]] = {}
        for (position, column), value in changes.cells.items():
            new_values.setdefault(position, {})[column] = value
        wanted: dict[int, dict[int, str | None]] = {}
        for row, position in enumerate(rows, band.top):
            if position < 0:
                wanted[row] = self._added_row(row, pattern, added[-1 - position])
            else:
                wanted[row] = self._kept_row(row, band, old.get(band.top + position, {}), position, new_values)
        end = band.top + len(rows)
        for row in range(end, _with_totals(changes).bottom + 1):
            wanted[row] = dict.fromkeys(band.columns())
        if changes.totals and end != band.bottom + 1:
            resize = Resize(self.title, band.top - 1, band.left, band.right, band.bottom, end - 1)
            wanted[end] = {
                column: self._moved_total(
                    old.get(band.bottom + 1, {}).get(column), band.bottom + 1, end, column, resize
                )
                for column in band.columns()
            }
        elif changes.totals:
            del wanted[end]
        self._rewrite(wanted, height_like=band.top)

    def follow(self, resize: Resize) -> None:
        """
        Let the rules of this sheet follow a table that ends elsewhere now.

        Parameters
        ----------
        resize : Resize
            The table, on this sheet or another.

        Raises
        ------
        Refusal
            If a rule covers something that is no range.
        """
        own = resize.sheet == self.title
        try:
            tail = follow_rules(self.text[self._end :], resize, own_sheet=own)
        except ValueError as error:
            self._refuse("E-FILE-DAMAGED", cause=error, reason=f"a rule of the sheet: {error}")
        if tail != self.text[self._end :]:
            self.text = self.text[: self._end] + tail

    def _kept_row(
        self, row: int, band: Area, cells: Mapping[int, str], position: int, values: Mapping[int, Mapping[int, Value]]
    ) -> dict[int, str | None]:
        """Give the changed cells of a row that stays, wherever it stands now."""
        source = band.top + position
        new: dict[int, str | None] = {}
        if source != row:
            new = {column: self._moved(cells.get(column), source, row, column) for column in band.columns()}
        for column, value in values.get(position, {}).items():
            new[column] = self._new_cell(row, column_letters(column), _style(cells.get(column, "")), value)
        return new

    def _pattern_cell(self, band: Area, column: int, old: Mapping[int, Mapping[int, str]]) -> _PatternCell:
        """See what a new row takes over from the first data row in one column."""
        markup = old.get(band.top, {}).get(column, "")
        formula = ""
        if "<f" in markup:
            stored = self._take_apart(markup, band.top, column)
            formula = self._formula_markup(stored, 0)
        return _PatternCell(column, column_letters(column), _style(markup), formula, band.top)

    def _added_row(
        self, row: int, pattern: Iterable[_PatternCell], values: Mapping[int, Value]
    ) -> dict[int, str | None]:
        """Give the cells of a new row."""
        new: dict[int, str | None] = {}
        for cell in pattern:
            if cell.column in values:
                new[cell.column] = self._new_cell(row, cell.letters, cell.style, values[cell.column])
            elif cell.formula:
                blank = f'<c r="{cell.letters}{cell.row}"{cell.style}>{cell.formula}</c>'
                new[cell.column] = self._moved(blank, cell.row, row, cell.column, plain=True)
            else:
                new[cell.column] = self._new_cell(row, cell.letters, cell.style, None)
        return new

    def _moved(self, markup: str | None, source: int, row: int, column: int, *, plain: bool = False) -> str | None:
        """Write a cell as it reads in another row."""
        if markup is None or source == row:
            return markup
        moved = _REFERENCE.sub(rf"\g<1>{column_letters(column)}{row}", markup, count=1)
        if "<f" not in markup:
            return moved
        stored = self._take_apart(markup, source, column)
        formula = self._formula_markup(stored, row - source, plain=plain)
        return moved.replace(stored.formula_markup, formula, 1)

    def _moved_total(self, markup: str | None, source: int, row: int, column: int, resize: Resize) -> str | None:
        """Write a cell of the row of totals below the new end: what it sums grows or shrinks with the data."""
        if markup is None or "<f" not in markup:
            return self._moved(markup, source, row, column)
        stored = self._take_apart(markup, source, column)
        if stored.formula_attributes.get("t", "normal") != "normal":
            self._refuse("E-CELL-ARRAY", cell=address(source, column), area=address(source, column))
        formula = resize.formula(stored.formula or "", own_sheet=True, relative=True)
        moved = _REFERENCE.sub(rf"\g<1>{column_letters(column)}{row}", markup, count=1)
        return moved.replace(stored.formula_markup, f"<f>{escape(formula)}</f>", 1)

    def _formula_markup(self, stored: _Stored, rows: int, *, plain: bool = False) -> str:
        """Write the formula of a cell as it reads some rows further down, on its own."""
        special = None if plain else self.special_formulas().get(stored.place)
        if special is None or special.kind == "shared":
            formula = special.formula if special else stored.formula or ""
            if stored.formula_attributes.get("t") != "array":
                return f"<f>{escape(shift_formula(formula, rows))}</f>"
        row, column = stored.place
        if special is not None and (special.area is None or special.area != Area(row, column, row, column)):
            self._refuse("E-CELL-ARRAY", cell=address(row, column), area=special.area or address(row, column))
        formula = shift_formula(stored.formula or "", rows)
        return f'<f t="array" ref="{address(row + rows, column)}">{escape(formula)}</f>'

    def _new_cell(self, row: int, letters: str, style: str, value: Value) -> str | None:
        """Write a cell that holds a value; a blank one without a format is no cell at all."""
        if value is None:
            return f'<c r="{letters}{row}"{style}/>' if style else None
        if isinstance(value, str):
            if (
                len(value) > LONGEST_TEXT // 2
                and (length := len(value.encode("utf-16-le", "surrogatepass")) // 2) > LONGEST_TEXT
            ):
                self._refuse("E-TEXT-TOO-LONG", cell=f"{letters}{row}", length=length)
            text = cell_markup(value)
            return f'<c r="{letters}{row}"{style} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
        kind, text = _typed(value)
        return f'<c r="{letters}{row}"{style}{kind}><v>{text}</v></c>'

    def _cached_cell(self, row: int, column: int, markup: str | None, value: Value) -> str | None:
        """Write a cell with the value its formula gave, the formula as it stands."""
        letters = column_letters(column)
        if markup is None or "<f" not in markup:
            return self._new_cell(row, letters, _style(markup or ""), value)
        stored = self._take_apart(markup, row, column)
        if isinstance(value, str) and len(value) > LONGEST_TEXT:
            self._refuse("E-TEXT-TOO-LONG", cell=address(row, column), length=len(value))
        kept = "".join(
            f' {name}="{escape(stated)}"' for name, stated in stored.attributes.items() if name not in ("t", "vm")
        )
        if value is None:
            return f"<c{kept}>{stored.formula_markup}</c>"
        kind, text = (' t="str"', cell_markup(value)) if isinstance(value, str) else _typed(value)
        return f"<c{kept}{kind}>{stored.formula_markup}<v>{text}</v></c>"

    def _take_apart(self, markup: str, row: int, column: int) -> _Stored:
        """Take a cell apart that is about to be written anew."""
        try:
            return self._stored(markup, row)
        except Refusal:
            raise
        except ValueError as error:
            raise Refusal([self._problem("E-CELL-DAMAGED", address(row, column), error)]) from error

    def _raw_row(self, number: int) -> dict[int, str]:
        """Give the cells of a row as they are written, by column."""
        at = bisect_left(self._numbers, number)
        found = at < len(self._numbers) and self._numbers[at] == number
        return self._raw(self._rows[at]) if found else {}

    def _raw(self, row: _Row) -> dict[int, str]:
        """Give the cells of a row as they are written, by column."""
        cells: dict[int, str] = {}
        last = 0
        for plain, letters, other, stray in _RAW_CELLS.findall(self.text, row.inside, row.inside_end):
            if stray:
                self._refuse("E-FILE-FORM", reason=f"something in row {row.number} that is no cell")
            column = _COLUMNS[letters] if letters else self._column_of(other, row.number)
            if column <= last:
                self._refuse("E-FILE-DAMAGED", reason=f"cells out of order in row {row.number}")
            cells[column] = plain or other
            last = column
        return cells

    def _column_of(self, markup: str, row: int) -> int:
        """Read the column of a cell that must say it."""
        tag = _CELL.match(markup)
        try:
            place = split_address(attributes(tag[1] if tag else "")["r"])
        except (KeyError, ValueError) as error:
            self._refuse("E-FILE-FORM", cause=error, reason=f"cells without a reference in row {row}")
        return place[1]

    def _rewrite(
        self, wanted: dict[int, dict[int, str | None]], *, formulas_stay: bool = False, height_like: int | None = None
    ) -> None:
        """Put new cells in the place of old ones; everything else is copied."""
        if not any(wanted.values()):
            return
        if not self._numbered:
            self._refuse("E-FILE-FORM", reason="rows that do not say their number")
        if not formulas_stay and "<f" in self.text:
            self._refuse_broken_arrays(wanted)
            self._write_out_shared(wanted)
        height = self._height(height_like)
        text, pieces, at = self.text, [], self._opening.end()
        known = set(self._numbers)
        for number in sorted(wanted):
            if not wanted[number]:
                continue
            place = bisect_left(self._numbers, number)
            row = self._rows[place] if number in known else None
            until = row.start if row else (self._rows[place - 1].end if place else self._opening.end())
            if until > at:
                pieces.append(text[at:until])
                at = until
            new = self._changed_row(row, wanted[number]) if row else _new_row(number, height, wanted[number])
            self.formulas_moved = self.formulas_moved or (row is None and "<f" in new)
            pieces.append(new)
            at = row.end if row else at
        head = _grown_dimension(text[: self._opening.start()], wanted)
        opening, rest = self._opening[0], text[at:]
        if self._opening[1]:
            opening, rest = f"{opening[:-2]}>", "</sheetData>" + rest
        self._set("".join([head, opening, *pieces, rest]))

    def _changed_row(self, row: _Row, new: Mapping[int, str | None]) -> str:
        """Write a row with some of its cells new."""
        replaced = self._replaced_whole(row, new)
        old = {} if replaced else self._raw(row)
        cells: dict[int, str | None] = {**old, **new}
        if not replaced and any(("<f" in (cells[column] or "")) != ("<f" in old.get(column, "")) for column in new):
            self.formulas_moved = True
        inside = "".join([cells[column] or "" for column in sorted(cells)])
        tag = _SPANS.sub("", self.text[row.start : row.inside])
        tag = f"{tag[:-2]}>" if tag.endswith("/>") else tag
        if inside:
            return f"{tag}{inside}</row>"
        bare = attributes(tag.strip()[4:-1]).keys() <= {"r"}
        return "" if bare else f"{tag[:-1]}/>"

    def _replaced_whole(self, row: _Row, new: Mapping[int, str | None]) -> bool:
        """Tell whether no cell of a row stays and no formula comes or goes: then nobody need take it apart."""
        first = _FIRST_CELL.match(self.text, row.inside, row.inside_end)
        last = _FIRST_CELL.match(self.text, self.text.rfind("<c ", row.inside, row.inside_end), row.inside_end)
        if first is None or last is None or self.text.find("<f", row.inside, row.inside_end) >= 0:
            return False
        if any("<f" in (cell or "") for cell in new.values()):
            return False
        return all(column in new for column in range(_COLUMNS[first[1]], _COLUMNS[last[1]] + 1))

    def _height(self, number: int | None) -> str:
        """Give the height a row was set to, for the rows that are to look like it."""
        if number not in self._numbers[:1] and (number is None or number not in set(self._numbers)):
            return ""
        row = self._rows[bisect_left(self._numbers, number)]
        stated = attributes(self.text[row.start : row.inside].strip()[4:].rstrip("/>"))
        if "customHeight" not in stated or "ht" not in stated:
            return ""
        return f' ht="{escape(stated["ht"])}" customHeight="1"'

    def _refuse_broken_arrays(self, wanted: Mapping[int, Mapping[int, str | None]]) -> None:
        """Refuse to change a part of what one array formula fills."""
        for (row, column), area in self.array_areas().items():
            if area == Area(row, column, row, column):
                continue
            for number in range(area.top, area.bottom + 1):
                for touched in sorted(wanted.get(number, {})):
                    if area.left <= touched <= area.right:
                        self._refuse("E-CELL-ARRAY", cell=address(number, touched), area=area)

    def _write_out_shared(self, wanted: dict[int, dict[int, str | None]]) -> None:
        """Give every formula its own text where a cell of its shared group is about to change."""
        shared = {place: one for place, one in self.special_formulas().items() if one.kind == "shared"}
        touched = {one.group for (row, column), one in shared.items() if column in wanted.get(row, {})}
        for (row, column), one in shared.items():
            if one.group in touched and column not in wanted.get(row, {}):
                markup = self._raw_row(row)[column]
                stored = self._take_apart(markup, row, column)
                plain = markup.replace(stored.formula_markup, f"<f>{escape(one.formula)}</f>", 1)
                wanted.setdefault(row, {})[column] = plain

    def _problem(self, code: str, cell: str, reason: object) -> Problem:
        """Word a problem of one cell."""
        return problem(code, file=self._file, sheet=self.title, cell=cell, reason=reason)

    def _refuse(self, code: str, *, cell: str = "", cause: Exception | None = None, **values: object) -> NoReturn:
        """Refuse the sheet."""
        raise Refusal([problem(code, file=self._file, sheet=self.title, cell=cell, **values)]) from cause


def follow_rules(tail: str, resize: Resize, *, own_sheet: bool) -> str:
    """
    Let validations, conditional formats and the like follow a table that ends elsewhere now.

    Parameters
    ----------
    tail : str
        The part of a worksheet below its cells.
    resize : Resize
        The table.
    own_sheet : bool
        Whether the table stands on this sheet: then what the rules cover follows too.

    Returns
    -------
    str
        The part as it is now.

    Raises
    ------
    ValueError
        If a rule covers something that is no range.
    """

    def formula(match: re.Match[str]) -> str:
        followed = resize.formula(unescape(match[3]), own_sheet=own_sheet)
        return match[0] if followed == unescape(match[3]) else f"{match[1]}{escape(followed)}{match[4]}"

    def covered(match: re.Match[str]) -> str:
        ranges = _SQREF.search(match[0])
        stated = (ranges[1] or ranges[2]) if ranges else ""
        followed = resize.rules(stated)
        return match[0] if followed == stated else with_attribute(match[0], "sqref", followed)

    def extension(match: re.Match[str]) -> str:
        return _EXTENSION_RANGES.sub(lambda inner: f"{inner[1]}{resize.rules(inner[2])}{inner[3]}", match[0])

    tail = _RULE_FORMULA.sub(formula, tail)
    if not own_sheet:
        return tail
    return _EXTENSION_RULE.sub(extension, _RULE.sub(covered, tail))


_COLUMNS = _Places(0, LAST_COLUMN)
_FIRST_CELL = re.compile(r'<c r="([A-Z]{1,3})[0-9]+"')
_QUOTED = r"(?:[^<>\"']|\"[^\"]*\"|'[^']*')*"
_RULE = re.compile(rf"<(?:dataValidation|conditionalFormatting|ignoredError|protectedRange)\s{_QUOTED}>")
_SQREF = re.compile(r"\ssqref\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_RULE_FORMULA = re.compile(r"(<(formula1|formula2|formula|xm:f)(?:\s[^<>]*)?>)([^<]*)(</\2>)")
_EXTENSION_RULE = re.compile(r"<x14:(conditionalFormatting|dataValidation)\s.*?</x14:\1>", re.DOTALL)
_EXTENSION_RANGES = re.compile(r"(<xm:sqref>)([^<]*)(</xm:sqref>)")


@dataclass(frozen=True, slots=True)
class _PatternCell:
    """What new rows take over in one column: the format, and the formula with the row it is written for."""

    column: int
    letters: str
    style: str
    formula: str
    row: int


def _typed(value: Value) -> tuple[str, str]:
    """Give the type and the text of a value that is no text."""
    if isinstance(value, bool):
        return ' t="b"', str(int(value))
    if isinstance(value, ErrorCell):
        return ' t="e"', escape(value.text)
    if value is None or isinstance(value, str):
        raise TypeError("a blank or a text is written otherwise")
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{number} is no number a cell can hold")
    return "", str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def _told(cell: Cell) -> str:
    """Say what a cell holds, in few words."""
    if isinstance(cell, FormulaCell):
        return f"the formula ={cell.formula[:40]}"
    return f"{cell[:40]!r}" if isinstance(cell, str) else str(cell)


def _quick_cell(inline: str, formula: str, result: str) -> tuple[Cell, object]:
    """Read a text with entities or codes in it, or a plain formula with a number beside it; or say why not."""
    try:
        if inline:
            return cell_text(inline), None
        value = float(result)
        if not math.isfinite(value):
            return None, f"{result} is no number a cell can hold"
        return FormulaCell(unescape(formula), value), None
    except ValueError as error:
        return None, error


def _rows_needed(changes: RowChanges) -> set[int]:
    """Give the rows whose cells must be looked at: the pattern, what moves or changes, the totals."""
    top = changes.band.top
    moved = {top + source for position, source in enumerate(changes.rows) if 0 <= source != position}
    return {top, changes.band.bottom + 1} | moved | {top + position for position, _ in changes.cells}


def _with_totals(changes: RowChanges) -> Area:
    """Give the band with its row of totals."""
    band = changes.band
    return Area(band.top, band.left, band.bottom + changes.totals, band.right)


def _new_row(number: int, height: str, cells: Mapping[int, str | None]) -> str:
    """Write a row that was not there."""
    inside = "".join([cells[column] or "" for column in sorted(cells)])
    return f'<row r="{number}"{height}>{inside}</row>' if inside else ""


def _grown_dimension(head: str, wanted: Mapping[int, Mapping[int, str | None]]) -> str:
    """Let the stated dimension of a sheet take in its new cells."""
    tag = _DIMENSION.search(head)
    places = [(row, column) for row, cells in wanted.items() for column, new in cells.items() if new is not None]
    if tag is None or not places:
        return head
    try:
        stated = Area.parse(attributes(tag[0][10:].rstrip("/>")).get("ref", ""))
    except ValueError:  # nobody relies on it, so a wrong one is left alone
        return head
    rows, columns = [row for row, _ in places], [column for _, column in places]
    grown = Area(
        min(stated.top, *rows), min(stated.left, *columns), max(stated.bottom, *rows), max(stated.right, *columns)
    )
    return head if grown == stated else head.replace(tag[0], with_attribute(tag[0], "ref", str(grown)), 1)


def _style(markup: str) -> str:
    """Give the format of a cell, as its attribute."""
    found = _STYLE.match(markup)
    return found[1] if found else ""


def _reference(markup: str, row: int) -> str:
    """Name a cell that could not be read as well as can be."""
    stated = re.search(r"\sr\s*=\s*[\"']([A-Za-z]{1,3}[0-9]{1,7})[\"']", markup[:200])
    return stated[1] if stated else str(row)


def _refuse_listed(problems: list[Problem]) -> None:
    """Refuse what was read if some cells could not be."""
    if problems:
        raise Refusal(problems[:MOST_PROBLEMS])

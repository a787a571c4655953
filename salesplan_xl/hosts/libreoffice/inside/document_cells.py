"""Blocks of cells: read and written range-wise, as each call to LibreOffice costs more than the cells it brings."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from .cells import NO_NAME, NUMBERS

# com.sun.star.sheet.CellFlags, FormulaResult and com.sun.star.util.NumberFormat
_TYPED, _NOTES, _FORMULAS = 1 | 2 | 4, 8, 16
_FLAGS = {"contents": _TYPED | _FORMULAS, "formats": 32 | 64 | 256}
_LOGICAL = 1024

_ERRORS = {number: text for text, number in NUMBERS.items()}
_TRUTHS = {"=TRUE()": "TRUE", "=FALSE()": "FALSE"}


def block(document: Any, sheet: str, area: Sequence[int]) -> Any:
    """
    Give a block of cells.

    Parameters
    ----------
    document : object
        The document.
    sheet : str
        Title of the sheet.
    area : sequence of int
        Where on it.

    Returns
    -------
    object
        The range.
    """
    top, left, bottom, right = area
    return document.Sheets.getByName(sheet).getCellRangeByPosition(left - 1, top - 1, right - 1, bottom - 1)


def values(document: Any, *, sheet: str, area: Sequence[int]) -> list[list[Any]]:
    """
    Read what cells hold or show.

    Parameters
    ----------
    document : object
        The document.
    sheet : str
        Title of the sheet.
    area : sequence of int
        Where on it.

    Returns
    -------
    list of list
        The cells by row. A text of no length is what a formula gives; a blank is None.
    """
    cells = block(document, sheet, area)
    read = cells.getDataArray()
    rows = [[None if cell == "" else cell for cell in row] for row in read]
    for part in _parts(cells, cells.queryContentCells(_FORMULAS)):
        shows_truths = _may_show_truths(document, part.range)
        for row, column in part.places():
            value = read[row][column]
            if value is None or value == "":
                rows[row][column] = value if value == "" else _error(cells.getCellByPosition(column, row))
            elif isinstance(value, str) and value[0] == "#":
                rows[row][column] = _literal(cells.getCellByPosition(column, row)) or value
            elif shows_truths and value in (0.0, 1.0):
                shown = cells.getCellByPosition(column, row).getString()
                rows[row][column] = value if f"={shown}()" not in _TRUTHS else bool(value)
    for part in _logical(document, cells):
        for row, column in part.places():
            if isinstance(rows[row][column], float):
                rows[row][column] = bool(rows[row][column])
    return rows


def formulas(document: Any, *, sheet: str, area: Sequence[int]) -> list[list[Any]]:
    """
    Read the formulas among cells.

    Parameters
    ----------
    document : object
        The document.
    sheet : str
        Title of the sheet.
    area : sequence of int
        Where on it.

    Returns
    -------
    list of list
        For each block of formulas its first row and column, counted from 0 within the area, and the formulas by row.
        An error or a truth that was typed stands among them without equals sign: to LibreOffice they are formulas.
    """
    cells = block(document, sheet, area)
    return [
        [part.top, part.left, [[_formula_text(text) for text in row] for row in part.range.getFormulaArray()]]
        for part in _parts(cells, cells.queryContentCells(_FORMULAS))
    ]


def has_formula(document: Any, *, sheet: str, area: Sequence[int]) -> bool:
    """
    Tell whether there is a formula among cells.

    Parameters
    ----------
    document : object
        The document.
    sheet : str
        Title of the sheet.
    area : sequence of int
        Where on it.

    Returns
    -------
    bool
        Whether there is one.
    """
    return bool(block(document, sheet, area).queryContentCells(_FORMULAS).getCount())


def has_array(document: Any, *, sheet: str, area: Sequence[int]) -> bool:
    """
    Tell whether the first of some cells is filled by an array formula.

    Parameters
    ----------
    document : object
        The document.
    sheet : str
        Title of the sheet.
    area : sequence of int
        Where on it.

    Returns
    -------
    bool
        Whether it is.
    """
    return bool(block(document, sheet, area).getCellByPosition(0, 0).getArrayFormula())


def is_merged(document: Any, *, sheet: str, area: Sequence[int]) -> bool:
    """
    Tell whether cells are part of a merged cell.

    Parameters
    ----------
    document : object
        The document.
    sheet : str
        Title of the sheet.
    area : sequence of int
        Where on it.

    Returns
    -------
    bool
        Whether one of them is.
    """
    cells = block(document, sheet, area)
    cursor = cells.getSpreadsheet().createCursorByRange(cells)
    cursor.collapseToMergedArea()
    return bool(cells.getIsMerged()) or cursor.getRangeAddress() != cells.getRangeAddress()


def write(document: Any, *, sheet: str, area: Sequence[int], rows: Sequence[Sequence[Any]]) -> None:
    """
    Put values and formulas into cells; their formats stay.

    LibreOffice knows a truth by its format alone: a cell that gets one gets that too, and loses it with another value.

    Parameters
    ----------
    document : object
        The document.
    sheet : str
        Title of the sheet.
    area : sequence of int
        Where on it.
    rows : sequence of sequence
        The cells by row. A text stays a text, whatever it looks like.
    """
    cells = block(document, sheet, area)
    cells.setDataArray(tuple([tuple([_plain(cell) for cell in row]) for row in rows]))
    kinds = {kind for row in rows for kind in set(map(type, row))}
    formats = document.getNumberFormats()
    for part in _logical(document, cells):
        part.range.NumberFormat = formats.getStandardIndex(_locale())
    if bool in kinds:
        logical = formats.getStandardFormat(_LOGICAL, _locale())
        for part, _ in _runs(cells, rows, lambda cell: cell if isinstance(cell, bool) else None):
            part.NumberFormat = logical
    if dict in kinds:
        for part, texts in _runs(cells, rows, _calculated):
            part.setFormulaArray(tuple([(text,) for text in texts]))


def clear(document: Any, *, sheet: str, area: Sequence[int], what: str) -> None:
    """
    Clear cells.

    Parameters
    ----------
    document : object
        The document.
    sheet : str
        Title of the sheet.
    area : sequence of int
        Where on it.
    what : str
        ``"contents"`` or ``"formats"``; rules of validation and of formats go with the formats.
    """
    block(document, sheet, area).clearContents(_FLAGS[what])


def carry_on(document: Any, *, sheet: str, area: Sequence[int], source: Sequence[int]) -> None:
    """
    Let cells look and calculate like a row: its formats, its rules, its formulas carried along.

    Parameters
    ----------
    document : object
        The document.
    sheet : str
        Title of the sheet.
    area : sequence of int
        The cells.
    source : sequence of int
        The row, as wide as they are.
    """
    top, left, bottom, right = area
    first = block(document, sheet, (top, left, top, right))
    start = first.getCellByPosition(0, 0).getCellAddress()
    first.getSpreadsheet().copyRange(start, block(document, sheet, source).getRangeAddress())
    first.clearContents(_TYPED | _NOTES)
    if bottom > top:
        down = importlib.import_module("uno").Enum("com.sun.star.sheet.FillDirection", "TO_BOTTOM")
        block(document, sheet, area).fillAuto(down, 1)


class _Part:
    """A part of a block, with its first row and column within it, counted from 0."""

    def __init__(self, cells: Any, address: Any) -> None:
        origin = cells.getRangeAddress()
        self.top, self.left = address.StartRow - origin.StartRow, address.StartColumn - origin.StartColumn
        self._bottom, self._right = address.EndRow - origin.StartRow, address.EndColumn - origin.StartColumn
        self.range = cells.getCellRangeByPosition(self.left, self.top, self._right, self._bottom)

    def places(self) -> Iterator[tuple[int, int]]:
        """Row and column of each of its cells."""
        for row in range(self.top, self._bottom + 1):
            for column in range(self.left, self._right + 1):
                yield row, column


def _parts(cells: Any, ranges: Any) -> list[_Part]:
    """Ranges as parts of a block."""
    return [_Part(cells, address) for address in ranges.getRangeAddresses()]


def _logical(document: Any, cells: Any) -> list[_Part]:
    """The parts of a block whose format is that of truths."""
    found = cells.getUniqueCellFormatRanges()
    groups = [found.getByIndex(number) for number in range(found.getCount())]
    formats = document.getNumberFormats()
    logical = [one for one in groups if formats.getByKey(one.getByIndex(0).NumberFormat).Type & _LOGICAL]
    return [part for one in logical for part in _parts(cells, one)]


def _may_show_truths(document: Any, cells: Any) -> bool:
    """Whether what formulas give shows as a truth where it is one: not where a number format is set."""
    key = cells.NumberFormat
    return key is None or document.getNumberFormats().getByKey(key).FormatString == "General"


def _error(cell: Any) -> dict[str, str]:
    """The error a cell shows, or was typed as."""
    return _literal(cell) or {"error": _ERRORS.get(cell.getError(), NO_NAME)}


def _literal(cell: Any) -> dict[str, str] | None:
    """The error that a cell was typed as, which may be one that LibreOffice does not know."""
    text = cell.getFormula()
    return {"error": text[1:].upper()} if text.startswith("=#") and text[1:].upper() in ERROR_TEXTS else None


def _formula_text(text: str) -> str:
    """A formula as it was typed; LibreOffice also says what else was typed, and fills, as a formula."""
    text = text[1:-1] if text.startswith("{=") else text
    if text.startswith("=#") and text[1:].upper() in ERROR_TEXTS:
        return text[1:].upper()
    return _TRUTHS.get(text, text)


def _plain(cell: Any) -> Any:
    """A cell as LibreOffice takes many at once; what calculates follows."""
    if cell is None or isinstance(cell, dict):
        return ""
    return float(cell) if isinstance(cell, (bool, int)) else cell


def _calculated(cell: Any) -> str | None:
    """The formula of a cell that has one; an error is one to LibreOffice."""
    if not isinstance(cell, dict):
        return None
    text: str = cell["formula"] if "formula" in cell else f"={cell['error']}"
    return text


def _runs(cells: Any, rows: Sequence[Sequence[Any]], wanted: Callable[[Any], Any]) -> Iterator[tuple[Any, list[Any]]]:
    """The unbroken runs of wanted cells in each column, as ranges with what is wanted of each cell."""
    for column in range(len(rows[0])):
        run: list[Any] = []
        for row in range(len(rows) + 1):
            found = wanted(rows[row][column]) if row < len(rows) else None
            if found is not None:
                run.append(found)
            elif run:
                yield cells.getCellRangeByPosition(column, row - len(run), column, row - 1), run
                run = []


def _locale() -> Any:
    """No locale in particular."""
    return importlib.import_module("uno").createUnoStruct("com.sun.star.lang.Locale")


ERROR_TEXTS = frozenset(
    {*NUMBERS, "#GETTING_DATA", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#BUSY!"}
)
"""Every error that Excel can put into a cell; LibreOffice knows but the first seven."""

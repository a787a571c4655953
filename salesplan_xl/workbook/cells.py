"""What a cell can hold, as every host hands it over and takes it back.

A cell is a plain Python value: ``None`` (blank), ``float``, ``bool`` or ``str``; or one of the two wrappers
below, which keep apart what a plain value would hide. Dates are serial numbers here, as in the file; the codec
turns them into dates where a column says so.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384
LONGEST_TEXT = 32_767
"""Characters a cell can hold, counted as Excel does: one beyond the first 65,536 of Unicode counts twice."""

ERROR_TEXTS = (
    "#NULL!",
    "#DIV/0!",
    "#VALUE!",
    "#REF!",
    "#NAME?",
    "#NUM!",
    "#N/A",
    "#GETTING_DATA",
    "#SPILL!",
    "#CALC!",
    "#FIELD!",
    "#BLOCKED!",
    "#CONNECT!",
    "#UNKNOWN!",
    "#BUSY!",
)


@dataclass(frozen=True, slots=True)
class ErrorCell:
    """
    An error value, kept as what it is.

    Parameters
    ----------
    text : str
        Such as ``"#N/A"``.
    """

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class FormulaCell:
    """
    A formula and the value stored beside it.

    Parameters
    ----------
    formula : str
        The formula without its equals sign.
    value : Value
        What it gave when it was last calculated; None where nothing was stored.
    """

    formula: str
    value: float | bool | str | ErrorCell | None


Value = float | bool | str | ErrorCell | None
Cell = Value | FormulaCell

_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]*)\Z")


def column_letters(number: int) -> str:
    """
    Name a column as a spreadsheet does.

    Parameters
    ----------
    number : int
        Column number, counted from 1.

    Returns
    -------
    str
        The letters, such as ``"AB"``.

    Examples
    --------
    >>> column_letters(28)
    'AB'
    """
    letters = ""
    while number:
        number, digit = divmod(number - 1, 26)
        letters = chr(65 + digit) + letters
    return letters


def column_number(letters: str) -> int:
    """
    Count the column that letters name.

    Parameters
    ----------
    letters : str
        Column letters such as ``"AB"``, in either case.

    Returns
    -------
    int
        Column number, counted from 1.

    Examples
    --------
    >>> column_number("AB")
    28
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def address(row: int, column: int) -> str:
    """
    Write the address of a cell.

    Parameters
    ----------
    row, column : int
        Row and column number, counted from 1.

    Returns
    -------
    str
        The address, such as ``"B7"``.

    Examples
    --------
    >>> address(7, 2)
    'B7'
    """
    return f"{column_letters(column)}{row}"


def split_address(text: str) -> tuple[int, int]:
    """
    Read a cell address.

    Parameters
    ----------
    text : str
        An address such as ``"B7"`` or ``"$B$7"``.

    Returns
    -------
    tuple of int
        Row and column number, counted from 1.

    Raises
    ------
    ValueError
        If the text is no cell address.

    Examples
    --------
    >>> split_address("$B$7")
    (7, 2)
    """
    match = _ADDRESS.match(text)
    if match is None:
        raise ValueError(f"{text!r} is not a cell address such as B7")
    return int(match[2]), column_number(match[1])


def fixed_address(row: int, column: int) -> str:
    """
    Write the address of a cell so that it means the same from every cell.

    Parameters
    ----------
    row, column : int
        Row and column number, counted from 1.

    Returns
    -------
    str
        The address with dollar signs.

    Examples
    --------
    >>> fixed_address(7, 2)
    '$B$7'
    """
    return f"${column_letters(column)}${row}"


def quoted_title(title: str) -> str:
    """
    Write a sheet title as formulas do.

    Parameters
    ----------
    title : str
        The title.

    Returns
    -------
    str
        The title in single quotes.

    Examples
    --------
    >>> quoted_title("Ana's")
    "'Ana''s'"
    """
    return "'" + title.replace("'", "''") + "'"


def value_of(cell: Cell) -> Value:
    """
    Give the value a cell shows, whether typed or calculated.

    Parameters
    ----------
    cell : Cell
        A cell as a host read it.

    Returns
    -------
    Value
        Its value; for a formula, the value stored beside it.

    Examples
    --------
    >>> value_of(FormulaCell("1+1", 2.0))
    2.0
    """
    return cell.value if isinstance(cell, FormulaCell) else cell


def length_in_cell(text: str) -> int:
    """
    Count the characters of a text as a spreadsheet does.

    Parameters
    ----------
    text : str
        The text.

    Returns
    -------
    int
        Its length, to be compared with `LONGEST_TEXT`.

    Examples
    --------
    >>> length_in_cell("ß"), length_in_cell("😀")
    (1, 2)
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def is_blank(cell: Cell) -> bool:
    """
    Say whether a cell looks empty.

    Parameters
    ----------
    cell : Cell
        A cell as a host read it.

    Returns
    -------
    bool
        True for a blank, and for the text of no length that a formula pasted as a value leaves behind.

    Examples
    --------
    >>> is_blank(None), is_blank(""), is_blank(0.0)
    (True, True, False)
    """
    return cell is None or cell == ""


@dataclass(frozen=True)
class CellTable:
    """
    A table as it stands in an open workbook: headers, cells by column, and where they are.

    Parameters
    ----------
    name : str
        Table name.
    sheet : str
        Title of the sheet it stands on.
    first_row : int
        Row of the first data cell, counted from 1; the header stands one row above.
    first_column : int
        Column of the first header, counted from 1.
    columns : mapping of str to sequence of Cell
        The data cells below each header, in sheet order; all of equal length.
    column_numbers : mapping of str to int
        Column of each header, counted from 1, where the headers do not stand side by side.
    below : str
        Address of a filled cell right below the last row, which was probably meant to be part of it; empty for none.
    """

    name: str
    sheet: str
    first_row: int
    first_column: int
    columns: Mapping[str, Sequence[Cell]]
    column_numbers: Mapping[str, int] = field(default_factory=dict)
    below: str = ""

    @property
    def row_count(self) -> int:
        """Number of data rows, blank ones included."""
        return len(next(iter(self.columns.values()))) if self.columns else 0

    def place(self, row: int, header: str) -> str:
        """
        Give the address of one data cell.

        Parameters
        ----------
        row : int
            Position of the row in the table, counted from 0; -1 is the header row.
        header : str
            Header of the column.

        Returns
        -------
        str
            The address, such as ``"B7"``.
        """
        beside = self.first_column + list(self.columns).index(header)
        return address(self.first_row + row, self.column_numbers.get(header, beside))

    def heading(self) -> str:
        """
        Give the address of the first header that a person sees; the row id before it is hidden.

        Returns
        -------
        str
            The address.
        """
        headers = list(self.columns)
        return self.place(-1, headers[min(1, len(headers) - 1)])


@dataclass(frozen=True)
class TableChanges:
    """
    What is to change in one table, by the positions it was read with.

    Parameters
    ----------
    rows : sequence of int
        The rows the table shall have, in order. A number from 0 is the row that stood at that position; a
        negative number is a new one: -1 the first of `added`, -2 the second, and so on.
    cells : mapping of (int, str) to Value
        New values of cells of rows that stay, by old position and header.
    added : sequence of mapping of str to Value
        Values of the new rows by header. A header left out is blank, or carries on its column's formula.
    """

    rows: Sequence[int]
    cells: Mapping[tuple[int, str], Value] = field(default_factory=dict)
    added: Sequence[Mapping[str, Value]] = ()

    def check(self, table: str, count: int, headers: Collection[str]) -> None:
        """
        Make sure that the changes were made for a table; others are a fault of the program, not of the workbook.

        Parameters
        ----------
        table : str
            Its name.
        count : int
            How many data rows it has.
        headers : collection of str
            Its headers.

        Raises
        ------
        ValueError
            If they name a row or a column that the table does not have, or a row twice.
        """
        kept = [row for row in self.rows if row >= 0]
        new = [row for row in self.rows if row < 0]
        if len(set(kept)) < len(kept) or any(row >= count for row in kept):
            raise ValueError(f"the table {table} has rows 0 to {count - 1}, each to be kept once")
        if len(set(new)) < len(new) or any(-row > len(self.added) for row in new):
            raise ValueError(f"{len(self.added)} rows are added to the table {table}, each to be placed once")
        if any(not 0 <= row < count for row, _ in self.cells):
            raise ValueError(f"the table {table} has rows 0 to {count - 1}")
        strangers = {header for _, header in self.cells}.union(*self.added) - set(headers)
        if strangers:
            raise ValueError(f"the table {table} has no column {min(strangers)!r}")

    def apply(self, table: CellTable) -> CellTable:
        """
        Give the table as it will read once the changes are made.

        Parameters
        ----------
        table : CellTable
            The table the changes were made for.

        Returns
        -------
        CellTable
            The same place and headers, with the new rows. Formula columns of new rows are blank until they
            are calculated.
        """
        changed: dict[str, dict[int, Value]] = {}
        for (row, header), value in self.cells.items():
            changed.setdefault(header, {})[row] = value
        columns = {
            header: list(self._column(header, cells, changed.get(header, {})))
            for header, cells in table.columns.items()
        }
        return replace(table, columns=columns)

    def _column(self, header: str, cells: Sequence[Cell], changed: Mapping[int, Value]) -> Iterator[Cell]:
        for row in self.rows:
            if row < 0:
                yield self.added[-1 - row].get(header)
            else:
                yield changed[row] if row in changed else cells[row]

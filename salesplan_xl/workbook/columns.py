"""Reads the columns of a table by their kinds, collecting all that is wrong with them.

A blank is never zero, a text is never a number, an error cell is never a value.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from salesplan_xl.core.errors import PlanError
from salesplan_xl.core.money import CENT, LIMIT, to_units
from salesplan_xl.workbook.cells import Cell, CellTable, ErrorCell, FormulaCell, value_of
from salesplan_xl.workbook.dates import days_of
from salesplan_xl.workbook.labels import Labels, catalogue
from salesplan_xl.workbook.periods import PARTS, month_text
from salesplan_xl.workbook.problems import MOST_LISTED, Problem, capped, problem
from salesplan_xl.workbook.schema import Column, Kind, Role, Table
from salesplan_xl.workbook.wording import bound_text, kind_text, shown

AMOUNT_LIMIT = LIMIT // 100
"""The smallest amount of which a cell does not keep every cent."""


class ColumnReader:
    """
    Reads the columns of one table, collecting what is wrong with them.

    Parameters
    ----------
    table : Table
        Its declaration.
    cells : CellTable
        Its cells.
    labels : Labels
        Texts of the file's language.
    headers : mapping of str to str
        Column id to header.
    positions : ndarray of int
        The filled rows.
    places : mapping of int to str, optional
        Address of each row's cell, where it is not that of the table.
    """

    def __init__(
        self,
        table: Table,
        cells: CellTable,
        labels: Labels,
        headers: Mapping[str, str],
        positions: np.ndarray,
        places: Mapping[int, str] | None = None,
    ) -> None:
        self.table, self.cells, self.labels = table, cells, labels
        self.headers, self.places = headers, places
        self.positions: list[int] = positions.tolist()
        self._problems: dict[tuple[str, str], list[tuple[int, Problem]]] = {}
        self._counts: dict[tuple[str, str], int] = {}

    def listed(self) -> list[Problem]:
        """
        List every problem found.

        Returns
        -------
        list of Problem
            By row, `capped` for each kind and column.
        """
        told: list[tuple[int, Problem]] = []
        for kind, found in self._problems.items():
            rows = [row for row, _ in found]
            problems = capped([one for _, one in found], self._counts[kind])
            told += zip([*rows, rows[-1]], problems, strict=False)  # the count stands behind the last one listed
        return [one for _, one in sorted(told, key=lambda pair: pair[0])]

    def column(self, column: Column) -> np.ndarray:
        """
        Read one column.

        Parameters
        ----------
        column : Column
            What its cells mean.

        Returns
        -------
        ndarray
            Its typed values; a cell with a problem is blank.
        """
        source = self.cells.columns[self.headers[column.id]]
        values: list[Cell] = [source[row] for row in self.positions]
        if "" in values:
            values = [None if value == "" else value for value in values]
        if column.required and None in values:
            for row, value in enumerate(values):
                if value is None:
                    self._tell(column, row, "E-CELL-REQUIRED", kind=kind_text(column, self.labels))
        types = set(map(type, values))
        if _among(types, (FormulaCell, ErrorCell, bool)):
            values = self._only_typed(column, values)
        if column.kind is Kind.PERIOD:
            return self._periods(column, values)
        read = self._numbers if column.kind.is_number else self._dates if column.kind.is_date else self._texts
        return read(column, values, types)

    def formulas(self) -> None:
        """Look at the formula columns: an error in one, or a value typed over it."""
        for column in self.table.columns:
            if column.role is not Role.FORMULA:
                continue
            source = self.cells.columns[self.headers[column.id]]
            for row, position in enumerate(self.positions):
                cell = source[position]
                if isinstance(value_of(cell), ErrorCell):
                    self._tell(column, row, "E-CELL-ERROR", value=value_of(cell), kind=kind_text(column, self.labels))
                elif cell is not None and not isinstance(cell, FormulaCell):
                    self._tell(column, row, "W-CELL-OVERTYPED", value=shown(cell))

    def _only_typed(self, column: Column, values: list[Cell]) -> list[Cell]:
        """Take out error cells, formulas and truth values, telling each."""
        kept: list[Cell] = []
        for row, cell in enumerate(values):
            if isinstance(value_of(cell), ErrorCell):
                self._tell(column, row, "E-CELL-ERROR", value=value_of(cell), kind=kind_text(column, self.labels))
            elif isinstance(cell, FormulaCell):
                self._tell(column, row, "E-CELL-FORMULA", value=shown(cell))
            elif isinstance(cell, bool):
                self._wrong_kind(column, row, cell)
            else:
                kept.append(cell)
                continue
            kept.append(None)
        return kept

    def _numbers(self, column: Column, values: Sequence[Cell], types: Collection[type]) -> np.ndarray:
        numbers = self._floats(column, values, types)
        if column.kind is Kind.INTEGER:
            self._take_out(column, numbers, ~np.isnan(numbers) & (numbers != np.round(numbers)))
        if column.kind is Kind.TIME:
            self._take_out(column, numbers, (numbers < 0) | (numbers > 1))
        if column.kind is Kind.AMOUNT:
            for row in np.flatnonzero(np.abs(numbers) >= AMOUNT_LIMIT):
                limit = f"{AMOUNT_LIMIT:,}"
                self._tell(column, int(row), "E-CELL-LARGE", value=shown(float(numbers[row])), limit=limit)
                numbers[row] = np.nan
            self._take_out(column, numbers, _no_amounts(numbers))
        outside = np.zeros(len(numbers), bool)
        if column.at_least is not None:
            outside |= numbers < column.at_least
        if column.at_most is not None:
            outside |= numbers > column.at_most
        for row in np.flatnonzero(outside):
            self._tell(
                column,
                int(row),
                "E-CELL-BOUND",
                value=shown(float(numbers[row])),
                bound=bound_text(column, self.labels),
            )
        numbers[outside] = np.nan
        return numbers

    def _take_out(self, column: Column, numbers: np.ndarray, wrong: np.ndarray) -> None:
        """Blank the numbers that are not of the column's kind, telling each."""
        for row in np.flatnonzero(wrong):
            self._wrong_kind(column, int(row), float(numbers[row]))
        numbers[wrong] = np.nan

    def _floats(self, column: Column, values: Sequence[Cell], types: Collection[type]) -> np.ndarray:
        if not _among(types, str):
            return np.array(values, float)  # a blank becomes NaN
        numbers = np.full(len(values), np.nan)
        for row, value in enumerate(values):
            if isinstance(value, str):
                self._wrong_kind(column, row, value)
            elif value is not None:
                numbers[row] = value
        return numbers

    def _dates(self, column: Column, values: Sequence[Cell], types: Collection[type]) -> np.ndarray:
        serials = self._floats(column, values, types)
        dates = days_of(serials).astype("datetime64[s]")
        self._take_out(column, serials, np.isnat(dates) & ~np.isnan(serials))
        if column.kind in (Kind.MONTH, Kind.PERIOD):
            within = ~np.isnat(dates) & (dates != dates.astype("datetime64[M]"))
            for row in np.flatnonzero(within):
                self._wrong_kind(column, int(row), str(dates[row].astype("datetime64[D]")))
            dates[within] = np.datetime64("NaT")
        return dates

    def _periods(self, column: Column, values: Sequence[Cell]) -> np.ndarray:
        """Months by their first day, halves and quarters by their names."""
        months = self._dates(column, [value if isinstance(value, float) else None for value in values], {float})
        periods = np.full(len(values), None, object)
        for row, (value, month) in enumerate(zip(values, months, strict=True)):
            if not isinstance(value, str):
                periods[row] = None if np.isnat(month) else month_text(month.item())
            elif value.strip().upper() in PARTS:
                periods[row] = value.strip().upper()
            else:
                self._wrong_kind(column, row, value)
        return periods

    def _texts(self, column: Column, values: Sequence[Cell], types: Collection[type]) -> np.ndarray:
        if _among(types, float):  # an id typed as 275 is the id 275
            values = [f"{value:.15g}" if isinstance(value, float) else value for value in values]
        texts = np.full(len(values), None, object)
        texts[:] = values
        if not column.choices:
            return texts
        return self._choices(column, texts)

    def _choices(self, column: Column, texts: np.ndarray) -> np.ndarray:
        choices = self.labels.choices[column.choices]
        known = {text: choice for choice, text in catalogue("en").choices[column.choices].items()}
        known |= {choice: choice for choice in choices} | {text: choice for choice, text in choices.items()}
        for row, text in enumerate(texts):
            if text is not None and text not in known:
                self._tell(column, row, "E-CELL-CHOICE", value=shown(text), choices=", ".join(choices.values()))
        return np.array([known.get(text) for text in texts], object)

    def _wrong_kind(self, column: Column, row: int, value: object) -> None:
        self._tell(column, row, "E-CELL-KIND", value=shown(value), kind=kind_text(column, self.labels))

    def _tell(self, column: Column, row: int, code: str, **values: Any) -> None:
        kind = (code, column.id)
        self._counts[kind] = self._counts.get(kind, 0) + 1
        listed = self._problems.setdefault(kind, [])
        if len(listed) == MOST_LISTED:
            return
        header = self.headers[column.id]
        place = self.places[row] if self.places else self.cells.place(self.positions[row], header)
        listed.append((row, problem(code, sheet=self.cells.sheet, cell=place, header=header, **values)))


def _among(types: Collection[type], wanted: type | tuple[type, ...]) -> bool:
    """Whether cells of some types are among those of a column."""
    return any(issubclass(one, wanted) for one in types)


def blank_column(column: Column, count: int) -> np.ndarray:
    """
    Make a column of blanks.

    Parameters
    ----------
    column : Column
        What its cells mean.
    count : int
        How many.

    Returns
    -------
    ndarray
        NaN, NaT or None, by its kind.
    """
    if column.kind.is_number:
        return np.full(count, np.nan)
    if column.kind.is_date:
        return np.full(count, np.datetime64("NaT", "s"))
    return np.full(count, None, object)


def _is_amount(number: float) -> bool:
    """Whether an amount is a whole number of cents, read as a cell shows it."""
    try:
        to_units([number], CENT)
    except PlanError:
        return False
    return True


def _no_amounts(numbers: np.ndarray) -> np.ndarray:
    """Where a number is no amount: more than two decimals or fifteen digits, or the cents would not add up."""
    with np.errstate(invalid="ignore", over="ignore"):
        plain = (np.abs(numbers) < 1e12) & (numbers == np.round(numbers, 2))
    wrong: np.ndarray = ~plain & ~np.isnan(numbers)
    wrong[wrong] = [not _is_amount(number) for number in numbers[wrong].tolist()]
    return wrong

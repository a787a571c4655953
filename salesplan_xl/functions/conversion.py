"""One way in and one way out for the cells of a function, whoever calls it.

The command line, the embedded engine, LibreOffice and Excel hand over cells as they have them; here they become
what the specification of the function declares, and its result becomes cells again. The rules:

- A blank (nothing, or the empty text a formula gives) is not zero. A single blank cell for an optional argument
  counts as left out; elsewhere the argument says whether blanks are refused or kept.
- Text is not a number, a truth value is not a number, and neither is taken for one. Where a text is wanted, a whole
  number stands for its digits; a label is a text or a number and stays what it is, in the result too.
- An error cell in is the same error cell out, the first one in reading order. A whole number near -2146826288 is
  how Excel hands over an error cell, and the text ``#N/A`` is one too.
- A single cell is a range of one; a range of one is a single cell; a larger range is none.
- Dates are dates, serial numbers of the 1900 date system, or text such as 2026-01-31. A time of day is dropped.
- What a function refuses is an error cell with its sentence. What nobody foresaw is our failure: ``#VALUE!``, and the
  exception goes to the log.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from salesplan_xl.core.errors import PlanError
from salesplan_xl.functions.errors import CellError
from salesplan_xl.functions.grid import OMITTED, Grid, read_grid
from salesplan_xl.functions.reading import MisfitError, expected, read_any, read_text, reader
from salesplan_xl.functions.results import Dates, Outcome, outcome_of
from salesplan_xl.functions.specification import Argument, Blank, FunctionSpecification, Kind
from salesplan_xl.workbook.cells import ErrorCell, Value

_logger = logging.getLogger(__name__)

_NUMBERS = frozenset({Kind.NUMBERS, Kind.AMOUNTS})


@dataclass(frozen=True)
class HeadedTable:
    """
    A range with its header row.

    Parameters
    ----------
    headers : tuple of str
        The texts of the first row, none blank, none twice.
    rows : tuple of tuple of Value
        The cells below, row by row; ``None`` where blank. Rows that are blank throughout are kept.
    """

    headers: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


class _PassedOnError(Exception):
    """An error cell in an argument, which becomes the result."""

    def __init__(self, cell: ErrorCell, place: str) -> None:
        super().__init__(cell, place)
        self.cell = cell
        self.place = place


def call(
    specification: FunctionSpecification, raw_arguments: Sequence[object], *, dates: Dates = Dates.SERIAL
) -> Outcome:
    """
    Call a cell function with cells and get cells.

    Parameters
    ----------
    specification : FunctionSpecification
        The function.
    raw_arguments : sequence of object
        One entry for each argument typed: a cell, a list of rows of cells, or `OMITTED`. A cell is None, a
        number (also Decimal), bool, str, date, datetime or `ErrorCell`; a list of cells that are no rows is
        read as one row.
    dates : Dates
        Whether dates in the result are serial numbers, as cells hold them, or ISO text.

    Returns
    -------
    Outcome
        The result. It never raises: a refusal of core is ``#NUM!`` with its sentence, an argument of the wrong
        kind ``#VALUE!``, a number that is not finite ``#NUM!``, and an unforeseen failure ``#VALUE!`` with the
        exception in the log. A whole number of the smallest unit is the float nearest to it. In an array a
        text of more than 255 characters (in a cell: 32,767), which no spreadsheet would take, is cut so that it
        ends in an ellipsis, and `Outcome.why` says so.

    Examples
    --------
    >>> from salesplan_xl.functions.specification import Argument, FunctionSpecification, Kind
    >>> double = FunctionSpecification(
    ...     "SP_DOUBLE",
    ...     "Twice the numbers.",
    ...     (Argument("numbers", Kind.NUMBERS, "Any numbers."),),
    ...     lambda numbers: 2 * numbers,
    ...     along="numbers",
    ... )
    >>> call(double, [[[1.0], [2.5]]]).value
    ((2.0,), (5.0,))
    >>> call(double, [[[1.0], ["12"]]]).why
    "row 2 of numbers holds the text '12'; a number is expected"
    """
    try:
        grids = _grids(specification, raw_arguments)
        _pass_errors_on(grids)
        _check_shapes(specification, grids)
        arguments = [_converted(argument, grid) for argument, grid in zip(specification.arguments, grids, strict=True)]
        result = specification.compute(*arguments)
        return outcome_of(result, _along(specification, grids), dates)
    except _PassedOnError as error:
        return Outcome(error.cell, f"{error.place} holds the error {error.cell}")
    except CellError as error:
        return Outcome(ErrorCell(error.code), error.why)
    except PlanError as error:
        return Outcome(ErrorCell("#NUM!"), _sentence(error))
    except OverflowError:
        return Outcome(ErrorCell("#NUM!"), "the numbers are too large or too small to calculate with")
    except Exception:
        _logger.exception("%s failed on %d arguments", specification.name, len(raw_arguments))
        return Outcome(ErrorCell("#VALUE!"), f"{specification.name} failed; the reason is in the log")


def _sentence(error: PlanError) -> str:
    """What a refusal says; it may hold numbers that no sentence can show."""
    try:
        return str(error)
    except (OverflowError, ValueError):
        return "the numbers are too large or too small to calculate with"


def _grids(specification: FunctionSpecification, raw_arguments: Sequence[object]) -> list[Grid | None]:
    """Give each argument its cells, or None where it is left out."""
    arguments = specification.arguments
    if len(raw_arguments) > len(arguments):
        raise CellError(
            "#VALUE!",
            f"{specification.signature} takes at most {len(arguments)} arguments, not {len(raw_arguments)}",
        )
    given = [*raw_arguments, *[OMITTED] * (len(arguments) - len(raw_arguments))]
    missing = [
        argument.name
        for argument, raw in zip(arguments, given, strict=True)
        if raw is OMITTED and not argument.optional
    ]
    if missing:
        raise CellError("#VALUE!", f"{specification.signature} needs {' and '.join(missing)}")
    return [read_grid(argument, raw) for argument, raw in zip(arguments, given, strict=True)]


def _pass_errors_on(grids: Iterable[Grid | None]) -> None:
    """Stop at the first error cell."""
    for grid in grids:
        if grid is None or grid.numeric:
            continue
        for row, cells in enumerate(grid.cells):
            for column, cell in enumerate(cells):
                if isinstance(cell, ErrorCell):
                    raise _PassedOnError(cell, grid.place(row, column))


def _check_shapes(specification: FunctionSpecification, grids: Sequence[Grid | None]) -> None:
    """Refuse a range that must have the shape of another and has not."""
    by_name = {argument.name: grid for argument, grid in zip(specification.arguments, grids, strict=True)}
    for argument in specification.arguments:
        grid, other = by_name[argument.name], by_name.get(argument.shape_of)
        if grid and other and grid.shape != other.shape:
            raise CellError(
                "#VALUE!",
                f"{argument.name} is {grid.size_in_words} but {argument.shape_of} is "
                f"{other.size_in_words}; select ranges of one shape",
            )


def _along(specification: FunctionSpecification, grids: Iterable[Grid | None]) -> Grid | None:
    """Find the range that the result runs along."""
    for argument, grid in zip(specification.arguments, grids, strict=True):
        if argument.name == specification.along:
            return grid
    return None


def _converted(argument: Argument, grid: Grid | None) -> object:
    """Convert one argument to its kind."""
    if grid is None:
        return argument.default
    if argument.kind is Kind.TABLE:
        return _headed_table(argument, grid)
    numbers = _numbers_at_once(argument, grid)
    if numbers is not None:
        return numbers
    read = reader(argument)
    converted = [
        _read(read, argument, grid, (row, column), argument.blank)
        for row in range(grid.shape[0])
        for column in range(grid.shape[1])
    ]
    if not argument.kind.is_range:
        return converted[0]
    return _lying(_array(argument.kind, converted), grid)


def _numbers_at_once(argument: Argument, grid: Grid) -> NDArray[Any] | None:
    """Convert a range of numbers in one go; None where cells must be looked at one by one, if only to name one."""
    if not grid.numeric or argument.kind not in _NUMBERS:
        return None
    array = np.array(grid.cells, dtype=np.float64)
    missing = int(np.count_nonzero(~np.isfinite(array)))
    if missing and (argument.blank is not Blank.KEPT or missing > sum(row.count(None) for row in grid.cells)):
        return None
    return _lying(array, grid)


def _lying(array: NDArray[Any], grid: Grid) -> NDArray[Any]:
    """An array as the functions take it: a table in two dimensions, a row or a column in one."""
    return array.reshape(grid.shape if min(grid.shape) > 1 else -1)


def _array(kind: Kind, converted: list[Any]) -> NDArray[Any]:
    """Put converted cells into an array, None as what its type has for missing."""
    if kind in (Kind.TEXTS, Kind.LABELS):
        return np.array(converted, dtype=object)
    if kind is Kind.DATES:
        return np.array(converted, dtype="datetime64[D]")
    return np.array([math.nan if cell is None else cell for cell in converted], dtype=np.float64)


def _headed_table(argument: Argument, grid: Grid) -> HeadedTable:
    """Read a table: texts in the first row, any cells below."""
    headers = tuple(_read(read_text, argument, grid, (0, column), Blank.REFUSED) for column in range(grid.shape[1]))
    twice = next((header for header in headers if headers.count(header) > 1), None)
    if twice is not None:
        raise CellError("#VALUE!", f"{argument.name} has the header {twice!r} more than once")
    rows = tuple(
        tuple(_read(read_any, argument, grid, (row, column), Blank.KEPT) for column in range(grid.shape[1]))
        for row in range(1, grid.shape[0])
    )
    return HeadedTable(headers, rows)


def _read(
    read: Callable[[object], Any], argument: Argument, grid: Grid, position: tuple[int, int], blank: Blank
) -> Any:
    """Convert one cell, naming its place when it does not fit."""
    row, column = position
    cell = grid.cells[row][column]
    if cell is None and blank is Blank.KEPT:
        return None
    if cell is None:
        raise CellError("#VALUE!", f"{grid.place(row, column)} is blank; {expected(argument)}")
    try:
        return read(cell)
    except MisfitError as misfit:
        raise CellError(misfit.code, f"{grid.place(row, column)} {misfit.found}; {expected(argument)}") from None

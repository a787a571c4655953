"""
Conditions on the cells of a column.

Numbers are compared as numbers, dates as dates, texts without regard to upper and lower case or to blanks around
them. A blank meets nothing but "is blank".
"""

import datetime as dt
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Point = float | int | str | None
"""A cell as rules compare it: a number, the ordinal of a day, a text in lower case, or None for a blank."""

ColumnKind = Literal["number", "date", "text", "mixed"]

_TESTS: dict[str, Callable[[Any, Sequence[Any]], bool]] = {
    "=": lambda point, values: bool(point == values[0]),
    "<>": lambda point, values: bool(point != values[0]),
    "<": lambda point, values: bool(point < values[0]),
    "<=": lambda point, values: bool(point <= values[0]),
    ">": lambda point, values: bool(point > values[0]),
    ">=": lambda point, values: bool(point >= values[0]),
    "between": lambda point, values: bool(values[0] <= point <= values[1]),
    "in": lambda point, values: point in values,
    "contains": lambda point, values: values[0] in point,
    "is blank": lambda _point, _values: False,
    "is not blank": lambda _point, _values: True,
}

OPERATORS = tuple(_TESTS)
"""What a condition can ask, as it is written in the column "operator"."""

ORDERINGS = frozenset({"<", "<=", ">", ">=", "between"})
"""Operators that need one kind of cells in a column."""

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\Z")


@dataclass(frozen=True)
class Condition:
    """
    A condition on one column, ready to be asked.

    Parameters
    ----------
    column : str
        Name of the column, as the customers have it.
    operator : str
        One of `OPERATORS`.
    values : tuple
        What the column is compared with, as points of its kind.
    """

    column: str
    operator: str
    values: tuple[Any, ...]

    def holds(self, point: Point) -> bool:
        """
        Tell whether a cell meets the condition.

        Parameters
        ----------
        point : Point
            The cell.

        Returns
        -------
        bool
            Always False for a blank, except with "is blank".

        Examples
        --------
        >>> Condition("volume", "between", (10.0, 20.0)).holds(20.0)
        True
        """
        if point is None:
            return self.operator == "is blank"
        return _TESTS[self.operator](point, self.values)


@dataclass(frozen=True)
class Column:
    """
    A column of customers as rules read it.

    Parameters
    ----------
    kind : {"number", "date", "text", "mixed"}
        What its cells are; "mixed" where they are not of one kind: they are then compared as texts and cannot be
        put in order.
    points : tuple of Point
        Its different cells.
    places : ndarray of int64, shape (n,)
        For each customer the position of its cell in `points`.
    """

    kind: ColumnKind
    points: tuple[Point, ...]
    places: NDArray[np.int64]

    def where(self, condition: Condition) -> NDArray[np.bool_]:
        """
        Tell which customers meet a condition.

        Parameters
        ----------
        condition : Condition
            A condition on this column.

        Returns
        -------
        ndarray of bool, shape (n,)
            Whether each of them does.
        """
        met = np.array([condition.holds(point) for point in self.points], dtype=bool)
        return met[self.places] if len(met) else np.zeros(len(self.places), dtype=bool)


def read_column(cells: Any, beside: Sequence[object] = ()) -> Column:
    """
    Read a column of cells.

    Parameters
    ----------
    cells : sequence of n cells
        Numbers, dates, texts or truth values; None, NaN or an empty text where blank.
    beside : sequence of object, default ()
        What the column is compared with; tells its kind where all cells are blank.

    Returns
    -------
    Column
        The column. Days lose their time, truth values become the texts "true" and "false".

    Examples
    --------
    >>> read_column(["Retail", "retail ", None]).points
    ('retail', None)
    """
    known = [cleaned(cell) for cell in _listed_cells(cells)]
    kind = _kind(known) or _kind_beside([value for value in beside if value is not None])
    found: dict[Point, int] = {}
    places = [found.setdefault(None if cell is None else _point(cell, kind), len(found)) for cell in known]
    return Column(kind, tuple(found), np.array(places, dtype=np.int64))


def cleaned(cell: Any) -> Any:
    """
    Give a cell without blanks around a text.

    Parameters
    ----------
    cell : object
        A cell as it was read.

    Returns
    -------
    object
        A plain Python value; None where there is nothing in it, not even a number or a day.

    Examples
    --------
    >>> cleaned(" Retail "), cleaned(float("nan"))
    ('Retail', None)
    """
    if isinstance(cell, np.datetime64):
        cell = cell.astype("datetime64[D]")
    if isinstance(cell, np.generic):
        cell = cell.item()
    if isinstance(cell, str):
        return cell.strip() or None
    if cell is None or isinstance(cell, list | tuple | set | frozenset):
        return cell
    missing = cell != cell  # so are NaN and the days that are none
    return None if missing else cell


def operand(value: Any, kind: ColumnKind) -> Point:
    """
    Give what a column is compared with as one of its points.

    Parameters
    ----------
    value : object
        A filled cell of a rule. A text of digits is a number for a column of numbers, and a text such as
        2026-01-31 is a day for a column of dates.
    kind : ColumnKind
        Kind of the column.

    Returns
    -------
    Point
        None where the value is not of that kind.

    Examples
    --------
    >>> operand("12.5", "number"), operand("many", "number")
    (12.5, None)
    """
    if kind == "number" and isinstance(value, str):
        return _point(value, kind) if _NUMBER.match(value) else None
    if kind == "number":
        return _point(value, kind) if _kind_of(value) == "number" and math.isfinite(value) else None
    if kind == "date" and isinstance(value, str):
        try:
            return dt.date.fromisoformat(value).toordinal()
        except ValueError:
            return None
    if kind == "date" and _kind_of(value) != "date":
        return None
    return _point(value, kind)


def _listed_cells(cells: Any) -> list[Any]:
    """Give cells as plain Python values."""
    if getattr(getattr(cells, "dtype", None), "kind", "") == "M":
        return list(np.asarray(cells).astype("datetime64[D]").tolist())
    return list(cells.tolist() if hasattr(cells, "tolist") else cells)


def _kind(cells: Sequence[Any]) -> ColumnKind | None:
    """Tell what cells are; None where there are none."""
    kinds = {_kind_of(cell) for cell in cells if cell is not None}
    if len(kinds) > 1:
        return "mixed"
    return kinds.pop() if kinds else None


def _kind_beside(values: Sequence[Any]) -> ColumnKind:
    """Tell what a column without cells is, by what it is compared with."""
    kinds: tuple[ColumnKind, ...] = ("number", "date")
    return next((kind for kind in kinds if values and all(operand(one, kind) is not None for one in values)), "text")


def _kind_of(cell: Any) -> ColumnKind:
    """Tell what a cell is."""
    if isinstance(cell, int | float | Decimal) and not isinstance(cell, bool):
        return "number"
    return "date" if isinstance(cell, dt.date) else "text"


def _point(cell: Any, kind: ColumnKind) -> Point:
    """Give a filled cell of a column as rules compare it."""
    if kind == "number":
        return float(f"{float(cell):.15g}")  # the digits a cell keeps, so that 0.1 + 0.2 is 0.3
    if kind == "date":
        return int(cell.toordinal())
    if isinstance(cell, dt.datetime):
        cell = cell.date()
    return (f"{cell:.15g}" if _kind_of(cell) == "number" else str(cell)).casefold()

"""The error cell a function shows on purpose: a code every spreadsheet knows, and the reason in one sentence."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray


class CellError(Exception):
    """
    An error cell with its reason.

    Raised, it is the whole result of the function. Put in a result table, it stands in that one place.

    Parameters
    ----------
    code : str
        What the cell shows: ``#VALUE!`` for a wrong kind of argument, ``#NUM!`` for numbers that cannot work,
        ``#N/A`` for no match, ``#REF!`` for a missing column, ``#DIV/0!`` for a base of zero.
    why : str
        The reason in one sentence, for the planner.

    Examples
    --------
    >>> str(CellError("#DIV/0!", "the budget is zero"))
    '#DIV/0!: the budget is zero'
    """

    def __init__(self, code: str, why: str) -> None:
        super().__init__(code, why)
        self.code = code
        self.why = why

    def __str__(self) -> str:
        return f"{self.code}: {self.why}" if self.why else self.code


def refuse_table(name: str, cells: NDArray[Any]) -> None:
    """
    Refuse a range that is neither a row nor a column.

    Parameters
    ----------
    name : str
        Name of the argument.
    cells : ndarray
        Its converted cells.

    Raises
    ------
    CellError
        ``#VALUE!`` if there are several rows and several columns of them.
    """
    if cells.ndim > 1:
        raise CellError("#VALUE!", f"{name} is a table; select one row or one column")

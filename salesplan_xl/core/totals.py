"""Totals over sets of axes of a table: what each adds up, how it is named, when two contradict each other."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.errors import (
    Amount,
    NegativeAmountError,
    NotAnAmountError,
    UnequalTotalsError,
    WrongShapeError,
)

Floats = NDArray[np.float64]
Positions = NDArray[np.intp]


@dataclass(frozen=True)
class Totals:
    """
    The totals over one set of axes.

    Parameters
    ----------
    axes : tuple of int
        The axes that stay when the table is added up, ascending; `()` is the grand total.
    amounts : ndarray of float64
        One amount for each combination of members of `axes`; NaN where the total is free.
    """

    axes: tuple[int, ...]
    amounts: Floats

    @property
    def complete(self) -> bool:
        """Whether no total of the set is free."""
        return not bool(np.isnan(self.amounts).any())

    def over(self, axes: tuple[int, ...]) -> Floats:
        """
        Return these totals added up to fewer axes.

        Parameters
        ----------
        axes : tuple of int
            Some of the axes of the totals, ascending.

        Returns
        -------
        sums : ndarray of float64
            NaN (free) where a part of the sum is free.
        """
        dropped = tuple(place for place, axis in enumerate(self.axes) if axis not in axes)
        return np.asarray(self.amounts.sum(axis=dropped), dtype=np.float64)


def read_totals(margins: Mapping[tuple[int, ...], ArrayLike], shape: tuple[int, ...]) -> tuple[Totals, ...]:
    """
    Return the totals of a table, checked against its shape, in a stable order.

    Parameters
    ----------
    margins : mapping from tuple of int to array_like
        For each set of axes the totals over it, axes in the order of the tuple; NaN = free.
    shape : tuple of int
        Shape of the table.

    Returns
    -------
    totals : tuple of Totals
        Ordered by axes, whatever the order of the mapping.

    Raises
    ------
    WrongShapeError
        If an axis does not exist or is repeated, or an array does not have the length of its axes.
    NotAnAmountError
        If a total is infinite.

    Examples
    --------
    >>> read_totals({(1, 0): [[1, 2], [3, 4], [5, 6]]}, (2, 3))[0].amounts
    array([[1., 3., 5.],
           [2., 4., 6.]])
    """
    read = []
    for axes, given in margins.items():
        amounts = np.array(given, dtype=np.float64)
        known = len(set(axes)) == len(axes) and all(0 <= axis < len(shape) for axis in axes)
        expected = tuple(shape[axis] for axis in axes) if known else f"axes of a table of shape {shape}"
        if amounts.shape != expected:
            raise WrongShapeError(f"totals over axes {axes}", amounts.shape, expected)
        if np.isinf(amounts).any():
            raise NotAnAmountError(float("inf"))
        order = np.argsort(axes) if axes else ()
        read.append(Totals(tuple(sorted(axes)), amounts.transpose(tuple(order))))
    return tuple(sorted(read, key=lambda totals: (len(totals.axes), totals.axes)))


def positions(cells: Positions, shape: tuple[int, ...], axes: tuple[int, ...]) -> Positions:
    """
    Return, for each cell, which total over `axes` it is part of.

    Parameters
    ----------
    cells : ndarray of int, shape (n,)
        Flat positions of cells in a table of `shape`.
    shape : tuple of int
        Shape of the table.
    axes : tuple of int
        Axes of the totals.

    Returns
    -------
    positions : ndarray of int, shape (n,)
        Flat positions in the array of totals.

    Examples
    --------
    >>> positions(np.array([0, 2, 5]), (2, 3), (1,))
    array([0, 2, 2])
    """
    if not axes:
        return np.zeros(len(cells), dtype=np.intp)
    places = np.unravel_index(cells, shape)
    return np.asarray(np.ravel_multi_index([places[axis] for axis in axes], [shape[axis] for axis in axes]))


def check_not_negative(totals: Sequence[Totals], names: "Names") -> None:
    """
    Refuse a total below zero.

    Parameters
    ----------
    totals : sequence of Totals
        Totals of one table.
    names : Names
        How the totals are called.

    Raises
    ------
    NegativeAmountError
        If a total is negative; the first one is named.
    """
    for part in totals:
        wrong = np.flatnonzero(part.amounts < 0)
        if len(wrong):
            name = names.total(part.axes, int(wrong[0]))
            raise NegativeAmountError(f"target for {name}", float(part.amounts.ravel()[wrong[0]]))


def check_equal(totals: Sequence[Totals], names: "Names", allowance: float) -> None:
    """
    Refuse totals that add up to different amounts where they should agree.

    Parameters
    ----------
    totals : sequence of Totals
        Totals of one table.
    names : Names
        How the totals are called.
    allowance : float
        Largest difference that is not one.

    Raises
    ------
    UnequalTotalsError
        If two sets of totals, added up to the axes they share, differ.
    """
    for first, second in itertools.combinations(totals, 2):
        shared = tuple(axis for axis in first.axes if axis in second.axes)
        one, other = first.over(shared), second.over(shared)
        wrong = np.flatnonzero(np.abs(one - other) > allowance)
        if len(wrong):
            place = int(wrong[0])
            within = f" for {names.total(shared, place)}" if shared else ""
            sums: dict[str, Amount] = {
                f"over {names.level(first.axes)}{within}": float(one.ravel()[place]),
                f"over {names.level(second.axes)}{within}": float(other.ravel()[place]),
            }
            raise UnequalTotalsError(sums)


@dataclass(frozen=True)
class Names:
    """
    How totals and cells of a table are called in a message.

    Parameters
    ----------
    shape : tuple of int
        Shape of the table.
    labels : sequence of sequences, optional
        One label for each member of each axis. Without labels members are counted from 0, as
        rows and columns in a table of two axes.
    """

    shape: tuple[int, ...]
    labels: Sequence[Sequence[Any]] | None = None

    def total(self, axes: tuple[int, ...], position: int) -> str:
        """
        Return the name of one total.

        Parameters
        ----------
        axes : tuple of int
            Axes of the totals; `()` is the grand total.
        position : int
            Flat position among the totals over `axes`.

        Returns
        -------
        name : str
            Its members, as in "January / Norte".
        """
        if not axes:
            return "the grand total"
        places = np.unravel_index(position, [self.shape[axis] for axis in axes])
        return " / ".join(self._member(axis, int(place)) for axis, place in zip(axes, places, strict=True))

    def cell(self, position: int) -> str:
        """
        Return the name of one cell.

        Parameters
        ----------
        position : int
            Flat position in the table.

        Returns
        -------
        name : str
            Its members, as in "January / Norte".
        """
        return self.total(tuple(range(len(self.shape))), position)

    def level(self, axes: tuple[int, ...]) -> str:
        """
        Return the name of a set of axes.

        Parameters
        ----------
        axes : tuple of int
            Axes of totals; `()` is the grand total.

        Returns
        -------
        name : str
            Such as "rows" or "axis 0 x axis 2".
        """
        if not axes:
            return "the whole plan"
        kind = ("rows", "columns") if len(self.shape) == 2 else ()
        return " x ".join(kind[axis] if kind else f"axis {axis}" for axis in axes)

    def _member(self, axis: int, place: int) -> str:
        """Name one member of an axis."""
        if self.labels is not None:
            return str(self.labels[axis][place])
        return f"{('row', 'column')[axis]} {place}" if len(self.shape) == 2 else f"member {place} of axis {axis}"

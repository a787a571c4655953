"""Totals over sets of axes of a table: what each adds up, how it is named, when two contradict each other."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.errors import (
    Amount,
    NegativeAmountError,
    NotAnAmountError,
    Scope,
    UnequalTotalsError,
    WrongShapeError,
)

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Positions = NDArray[np.intp]
Mask = NDArray[np.bool_]


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

    @property
    def asked(self) -> Positions:
        """Flat positions of the totals that are not free, ascending."""
        return np.flatnonzero(~np.isnan(self.amounts.ravel()))

    def sums(self, table: NDArray[Any]) -> NDArray[Any]:
        """
        Add a table up to the axes of these totals.

        Parameters
        ----------
        table : ndarray
            A table of the shape the totals are of; truth values are counted.

        Returns
        -------
        sums : ndarray, shape of `amounts`
            What the cells under each total add up to.

        Examples
        --------
        >>> Totals((1,), np.zeros(2)).sums(np.array([[1, 2], [3, 4]]))
        array([4, 6])
        """
        others = tuple(axis for axis in range(table.ndim) if axis not in self.axes)
        return np.asarray(table.sum(axis=others))

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


def sums_matrix(
    totals: Sequence[Totals], cells: Positions, shape: tuple[int, ...], signs: Floats | None = None
) -> "csr_array[Any]":
    """
    Return the sums of cells under all totals that are not free, as a matrix.

    Parameters
    ----------
    totals : sequence of Totals
        Totals of one table, at least one.
    cells : ndarray of int, shape (n,)
        Flat positions of cells in a table of `shape`.
    shape : tuple of int
        Shape of the table.
    signs : ndarray of float64, shape (n,), optional
        How often each cell counts; once by default.

    Returns
    -------
    matrix : sparse array, shape (totals that are not free, n)
        Times a list of cells it gives what they add up to, total by total in the order of `totals`.

    Examples
    --------
    >>> totals = read_totals({(): 6, (0,): [np.nan, 4]}, (2, 2))
    >>> sums_matrix(totals, np.array([0, 2, 3]), (2, 2)).toarray()
    array([[1., 1., 1.],
           [0., 1., 1.]])
    """
    from scipy.sparse import csr_array, vstack

    counted = np.ones(len(cells)) if signs is None else signs
    blocks = []
    for part in totals:
        places = positions(cells, shape, part.axes)
        entries = (counted, (places, np.arange(len(cells))))
        blocks.append(csr_array(entries, shape=(part.amounts.size, len(cells)))[part.asked])
    return vstack(blocks, format="csr")


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
        if wrong := names.first(part.axes, part.amounts < 0):
            raise NegativeAmountError(f"target for {wrong.name}", wrong.of(part.amounts), named=(wrong.scope,))


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
        if wrong := names.first(shared, np.abs(one - other) > allowance):
            within = f" for {wrong.name}" if shared else ""
            sums: dict[str, Amount] = {
                f"over {names.level(first.axes)}{within}": wrong.of(one),
                f"over {names.level(second.axes)}{within}": wrong.of(other),
            }
            raise UnequalTotalsError(sums, named=(wrong.scope,))


@dataclass(frozen=True)
class NamedTotal:
    """
    One total of a set.

    Parameters
    ----------
    name : str
        How it is called, as in "January / Norte".
    scope : Scope
        Which part of the table it adds up.
    position : int
        Its flat position in its set.
    """

    name: str
    scope: Scope
    position: int

    def of(self, amounts: NDArray[Any]) -> float:
        """
        Pick the amount of this total.

        Parameters
        ----------
        amounts : ndarray
            One amount for each total of the set.

        Returns
        -------
        amount : float
            The one of this total.
        """
        return float(amounts.ravel()[self.position])


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
    axes : sequence of str, optional
        What a member of each axis is, such as "month". Without them two axes are rows and columns, more are counted.
    """

    shape: tuple[int, ...]
    labels: Sequence[Sequence[Any]] | None = None
    axes: Sequence[str] | None = None

    def first(self, axes: tuple[int, ...], wrong: Mask) -> NamedTotal | None:
        """
        Name the first of the totals that are wrong.

        Parameters
        ----------
        axes : tuple of int
            Axes of the totals; `()` is the grand total.
        wrong : ndarray of bool
            Which of the totals over `axes` are wrong.

        Returns
        -------
        total : NamedTotal or None
            None where none is wrong.

        Examples
        --------
        >>> Names((2, 3)).first((1,), np.array([False, True, True]))
        NamedTotal(name='column 1', scope=(None, 1), position=1)
        """
        places = np.flatnonzero(wrong)
        return self.total(axes, int(places[0])) if len(places) else None

    def total(self, axes: tuple[int, ...], position: int) -> NamedTotal:
        """
        Name one total.

        Parameters
        ----------
        axes : tuple of int
            Axes of the totals; `()` is the grand total.
        position : int
            Flat position among the totals over `axes`.

        Returns
        -------
        total : NamedTotal
            Called by its members, as in "January / Norte".
        """
        places = np.unravel_index(position, [self.shape[axis] for axis in axes]) if axes else ()
        members = {axis: int(place) for axis, place in zip(axes, places, strict=True)}
        name = " / ".join(self._member(axis, place) for axis, place in members.items()) or "the grand total"
        return NamedTotal(name, tuple(members.get(axis) for axis in range(len(self.shape))), position)

    def cell(self, position: int) -> NamedTotal:
        """
        Name one cell.

        Parameters
        ----------
        position : int
            Flat position in the table.

        Returns
        -------
        cell : NamedTotal
            Called by its members, as in "January / Norte".
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
            Such as "every month x territory", or without names of the axes "rows" or "axis 0 x axis 2".
        """
        if not axes:
            return "the whole plan"
        if self.axes is not None:
            return "every " + " x ".join(self.axes[axis] for axis in axes)
        kind = ("rows", "columns") if len(self.shape) == 2 else ()
        return " x ".join(kind[axis] if kind else f"axis {axis}" for axis in axes)

    def _member(self, axis: int, place: int) -> str:
        """Name one member of an axis."""
        if self.labels is not None:
            return str(self.labels[axis][place])
        if self.axes is not None:
            return f"{self.axes[axis]} {place}"
        return f"{('row', 'column')[axis]} {place}" if len(self.shape) == 2 else f"member {place} of axis {axis}"

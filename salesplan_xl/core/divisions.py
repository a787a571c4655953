"""A table divided into groups of cells, each with the least and the most it may hold."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.errors import NotAnAmountError, WrongShapeError
from salesplan_xl.core.totals import NamedTotal, Names, Positions, positions

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def _by_number(group: int) -> NamedTotal:
    """Call a group that has no name by its number."""
    return NamedTotal(f"group {group}", ())


@dataclass(frozen=True, eq=False)
class Division:
    """
    Groups of cells that lie side by side and together make up the table.

    Parameters
    ----------
    axes : tuple of int
        The axes that decide to which group a cell belongs, ascending.
    groups : ndarray of int
        The group of each combination of members of `axes`, by position from 0.
    least, most : ndarray of float64, shape (groups,)
        What each group must hold at least and may hold at most: the same where it is exact, endless where it is free.
    named : callable, optional
        Gives the name and the scope of a group.
    level : str, default ""
        What the groups are together, such as "every month"; "" where there is no word for it.
    """

    axes: tuple[int, ...]
    groups: Positions
    least: Floats
    most: Floats
    named: Callable[[int], NamedTotal] = field(default=_by_number, repr=False)
    level: str = ""

    @classmethod
    def exactly(cls, axes: tuple[int, ...], groups: Positions, wanted: Floats, **called: Any) -> "Division":
        """
        Divide into groups with the amount each must hold.

        Parameters
        ----------
        axes : tuple of int
            As the class takes them.
        groups : ndarray of int
            As the class takes them.
        wanted : ndarray of float64, shape (groups,)
            Amounts; NaN where a group is free.
        **called
            `named` and `level`, as the class takes them.

        Returns
        -------
        division : Division
            Of exact and free groups.

        Examples
        --------
        >>> Division.exactly((0,), np.array([0, 1]), np.array([5.0, np.nan])).most
        array([ 5., inf])
        """
        free = np.isnan(wanted)
        return cls(axes, groups, np.where(free, -np.inf, wanted), np.where(free, np.inf, wanted), **called)

    @cached_property
    def free(self) -> Mask:
        """Which groups may hold anything."""
        return np.isneginf(self.least) & np.isposinf(self.most)

    @cached_property
    def exact(self) -> bool:
        """Whether every group is exact or free."""
        return bool((self.free | (self.least == self.most)).all())

    @cached_property
    def one_each(self) -> bool:
        """Whether every combination of members is a group of its own, in order."""
        return len(self.least) == self.groups.size and bool((np.diff(self.groups.ravel()) == 1).all())

    def gather(self, sums: NDArray[Any]) -> Floats:
        """
        Add up by group what the combinations of members add up to.

        Parameters
        ----------
        sums : ndarray, shape of `groups`
            One amount for each combination of members.

        Returns
        -------
        gathered : ndarray of float64, shape (groups,)
            One amount for each group.

        Examples
        --------
        >>> Division.exactly((0,), np.array([0, 1, 1]), np.array([5.0, 6.0])).gather(np.array([1, 2, 3]))
        array([1., 5.])
        """
        if self.one_each:
            return np.asarray(sums, dtype=np.float64).ravel()
        gathered = np.bincount(self.groups.ravel(), weights=sums.ravel(), minlength=len(self.least))
        return np.asarray(gathered, dtype=np.float64)

    def sums(self, table: NDArray[Any]) -> Floats:
        """
        Add a table up by group.

        Parameters
        ----------
        table : ndarray
            A table of the shape that is divided; truth values are counted.

        Returns
        -------
        sums : ndarray of float64, shape (groups,)
            What the cells of each group add up to.
        """
        others = tuple(axis for axis in range(table.ndim) if axis not in self.axes)
        return self.gather(table.sum(axis=others))

    def sums_of(self, cells: Positions, amounts: NDArray[Any], shape: tuple[int, ...]) -> Floats:
        """
        Add some cells up by group.

        Parameters
        ----------
        cells : ndarray of int, shape (n,)
            Flat positions of cells in a table of `shape`.
        amounts : ndarray, shape (n,)
            What they hold.
        shape : tuple of int
            Shape of the table.

        Returns
        -------
        sums : ndarray of float64, shape (groups,)
            What these cells of each group add up to.

        Examples
        --------
        >>> halves = Division.exactly((1,), np.array([0, 1]), np.array([5.0, 6.0]))
        >>> halves.sums_of(np.array([1, 3]), np.array([5, 6]), (2, 2))
        array([ 0., 11.])
        """
        sums = np.bincount(self.of_cells(cells, shape), weights=amounts, minlength=len(self.least))
        return np.asarray(sums, dtype=np.float64)

    def beyond(self, sums: Floats) -> Floats:
        """
        Return how much each group misses.

        Parameters
        ----------
        sums : ndarray of float64, shape (groups,)
            What each group holds.

        Returns
        -------
        missing : ndarray of float64, shape (groups,)
            Above zero where a group has too little, below zero where it has too much.

        Examples
        --------
        >>> Division((0,), np.arange(3), np.array([2.0, 2, 2]), np.array([9.0, 9, 9])).beyond(np.array([1.0, 5, 10]))
        array([ 1.,  0., -1.])
        """
        return np.asarray(np.clip(sums, self.least, self.most) - sums)

    def over_table(self, by_group: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
        """
        Lay out one entry for each group so that it spreads over the table.

        Parameters
        ----------
        by_group : ndarray, shape (groups,)
            One entry for each group.
        shape : tuple of int
            Shape of the table.

        Returns
        -------
        spread : ndarray
            As many axes as the table, of length one where the entry does not depend on them.
        """
        along = [size if axis in self.axes else 1 for axis, size in enumerate(shape)]
        return np.asarray(by_group[self.groups].reshape(along))

    def within(self, finer: "Division") -> Positions:
        """
        Return the group of each combination of members of a finer division.

        Parameters
        ----------
        finer : Division
            A division of the same table over these axes and perhaps others.

        Returns
        -------
        groups : ndarray of int
            One group for each combination, in a flat list.
        """
        along = [size if axis in self.axes else 1 for axis, size in zip(finer.axes, finer.groups.shape, strict=True)]
        return np.broadcast_to(self.groups.reshape(along), finer.groups.shape).ravel()

    def of_cells(self, cells: Positions, shape: tuple[int, ...]) -> Positions:
        """
        Return the group of each cell.

        Parameters
        ----------
        cells : ndarray of int, shape (n,)
            Flat positions of cells in a table of `shape`.
        shape : tuple of int
            Shape of the table.

        Returns
        -------
        groups : ndarray of int, shape (n,)
            Their groups.
        """
        return np.asarray(self.groups.ravel()[positions(cells, shape, self.axes)])

    def less(self, amounts: Floats) -> "Division":
        """
        Return what some cells leave of each group for the others.

        Parameters
        ----------
        amounts : ndarray of float64, shape (groups,)
            What these cells hold in each group.

        Returns
        -------
        remaining : Division
            The same groups; none may hold less than nothing.
        """
        least = np.where(np.isneginf(self.least), -np.inf, np.maximum(self.least - amounts, 0.0))
        return replace(self, least=least, most=np.maximum(self.most - amounts, 0.0))


def read_margins(margins: Mapping[tuple[int, ...], ArrayLike], names: Names) -> tuple[Division, ...]:
    """
    Return totals over sets of axes as divisions, checked against the shape of the table, in a stable order.

    Parameters
    ----------
    margins : mapping from tuple of int to array_like
        For each set of axes the totals over it, axes in the order of the tuple; NaN = free.
    names : Names
        How the totals of the table are called, and its shape.

    Returns
    -------
    divisions : tuple of Division
        Ordered by axes, whatever the order of the mapping.

    Raises
    ------
    WrongShapeError
        If an axis does not exist or is repeated, or an array does not have the length of its axes.
    NotAnAmountError
        If a total is infinite.

    Examples
    --------
    >>> read_margins({(1, 0): [[1, 2], [3, 4], [5, 6]]}, Names((2, 3)))[0].least
    array([1., 3., 5., 2., 4., 6.])
    """
    shape, read = names.shape, []
    for axes, given in margins.items():
        amounts = np.array(given, dtype=np.float64)
        known = len(set(axes)) == len(axes) and all(0 <= axis < len(shape) for axis in axes)
        expected = tuple(shape[axis] for axis in axes) if known else f"axes of a table of shape {shape}"
        if amounts.shape != expected:
            raise WrongShapeError(f"totals over axes {axes}", amounts.shape, expected)
        if np.isinf(amounts).any():
            raise NotAnAmountError(float("inf"))
        wanted = amounts.transpose(tuple(np.argsort(axes)) if axes else ())
        kept = tuple(sorted(axes))
        called = {"named": _called(names, kept), "level": names.level(kept)}
        deciding, groups = deciding_axes(kept, np.arange(wanted.size).reshape(wanted.shape))
        read.append((kept, Division.exactly(deciding, groups, wanted.ravel(), **called)))
    return tuple(division for kept, division in sorted(read, key=lambda one: (len(one[0]), one[0])))


def deciding_axes(axes: tuple[int, ...], groups: Positions) -> tuple[tuple[int, ...], Positions]:
    """
    Leave out axes of a single member, which decide nothing.

    Parameters
    ----------
    axes : tuple of int
        Axes of a table.
    groups : ndarray of int
        The group of each combination of their members.

    Returns
    -------
    axes, groups
        The same without those axes.

    Examples
    --------
    >>> deciding_axes((0, 2), np.array([[0, 1]]))
    ((2,), array([0, 1]))
    """
    alone = [place for place, size in enumerate(groups.shape) if size == 1]
    return tuple(axis for place, axis in enumerate(axes) if place not in alone), groups.squeeze(tuple(alone))


def sums_matrix(
    divided: Sequence[Division], cells: Positions, shape: tuple[int, ...], signs: Floats | None = None
) -> "csr_array[Any]":
    """
    Return the sums of cells over all groups that are not free, as a matrix.

    Parameters
    ----------
    divided : sequence of Division
        Divisions of one table, at least one.
    cells : ndarray of int, shape (n,)
        Flat positions of cells in a table of `shape`.
    shape : tuple of int
        Shape of the table.
    signs : ndarray of float64, shape (n,), optional
        How often each cell counts; once by default.

    Returns
    -------
    matrix : sparse array, shape (groups that are not free, n)
        Times a list of cells it gives what they add up to, group by group in the order of `divided`.

    Examples
    --------
    >>> margins = read_margins({(): 6, (0,): [np.nan, 4]}, Names((2, 2)))
    >>> sums_matrix(margins, np.array([0, 2, 3]), (2, 2)).toarray()
    array([[1., 1., 1.],
           [0., 1., 1.]])
    """
    from scipy.sparse import csr_array, vstack

    counted = np.ones(len(cells)) if signs is None else signs
    blocks = []
    for division in divided:
        entries = (counted, (division.of_cells(cells, shape), np.arange(len(cells))))
        blocks.append(csr_array(entries, shape=(len(division.least), len(cells)))[np.flatnonzero(~division.free)])
    return vstack(blocks, format="csr")


def _called(names: Names, axes: tuple[int, ...]) -> Callable[[int], NamedTotal]:
    """Call totals over some axes by their members."""
    return lambda group: names.total(axes, group)

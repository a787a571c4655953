"""How totals and cells of a table are called, and where a cell stands among totals."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from salesplan_xl.core.errors import Scope
from salesplan_xl.core.errors.wording import listed

Positions = NDArray[np.intp]


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
    if axes == tuple(range(len(shape))):
        return cells
    found = np.zeros(len(cells), dtype=np.intp)
    for axis in axes:
        after = math.prod(shape[axis + 1 :])
        found = found * shape[axis] + cells // after % shape[axis]
    return found


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
    """

    name: str
    scope: Scope


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
        scope = tuple(members.get(axis) for axis in range(len(self.shape)))
        return NamedTotal(self.of(scope), scope)

    def of(self, scope: Scope) -> str:
        """
        Name a part of the table.

        Parameters
        ----------
        scope : Scope
            For each axis one member, several, or None for all of them.

        Returns
        -------
        name : str
            Called by its members.

        Examples
        --------
        >>> Names((3, 2), [["January", "February", "March"], ["Norte", "Sur"]]).of(((0, 1), 1))
        'January and February / Sur'
        """
        return " / ".join(self._members(axis, chosen) for axis, chosen in enumerate(scope) if chosen is not None) or (
            "the grand total"
        )

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

    def _members(self, axis: int, chosen: int | tuple[int, ...]) -> str:
        """Name one member of an axis or several."""
        return listed([self._member(axis, place) for place in ((chosen,) if isinstance(chosen, int) else chosen)])

    def _member(self, axis: int, place: int) -> str:
        """Name one member of an axis."""
        if self.labels is not None:
            return str(self.labels[axis][place])
        if self.axes is not None:
            return f"{self.axes[axis]} {place}"
        return f"{('row', 'column')[axis]} {place}" if len(self.shape) == 2 else f"member {place} of axis {axis}"

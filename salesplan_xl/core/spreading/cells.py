"""The cells of a spread as they are given: amounts, and what a planner typed in some of them."""

from collections.abc import Sequence
from typing import Any, Literal, TypedDict

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.errors import NotAnAmountError, WrongChoiceError, WrongShapeError
from salesplan_xl.core.money import to_units

Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]

Cells = ArrayLike | Sequence[Any]
"""Cells as they come from a sheet: numbers, and None, NaN or a mask where nothing stands."""


class Sharing(TypedDict, total=False):
    """
    Options that every method of spreading with a total takes.

    Attributes
    ----------
    held : cells
        Amounts that stay as they are; blank = free.
    scope : {"all", "nonzero"}
        Whether every free cell takes part, or only those that hold something already. A zero outside the
        scope stays zero.
    lower, upper : cells
        The least and the most a cell may get; blank = no bound.
    zero : {"error", "equal", "leave"}
        What to do when the weights of the free cells add up to zero: refuse, share equally, or leave them as
        they are.
    on_negative : {"error", "allow"}
        Whether free cells may turn their sign.
    """

    held: Cells | None
    scope: Literal["all", "nonzero"]
    lower: Cells | None
    upper: Cells | None
    zero: Literal["error", "equal", "leave"]
    on_negative: Literal["error", "allow"]


class Keeping(TypedDict, total=False):
    """
    Options that every method of spreading without a total takes.

    Attributes
    ----------
    held : cells
        Amounts that stay as they are; blank = free.
    scope : {"all", "nonzero"}
        Whether every free cell is changed, or only those that hold something already.
    """

    held: Cells | None
    scope: Literal["all", "nonzero"]


def check_choice(option: str, found: object, choices: tuple[str, ...]) -> None:
    """
    Refuse a word that is not one of the choices.

    Parameters
    ----------
    option : str
        Name of the option, for the refusal.
    found : object
        What was chosen.
    choices : tuple of str
        What can be chosen.

    Raises
    ------
    WrongChoiceError
        If it is none of them.
    """
    if found not in choices:
        raise WrongChoiceError(option, found, choices)


def read_amounts(cells: Cells) -> Integers:
    """
    Return the amounts of cells, none of them blank.

    Parameters
    ----------
    cells : array_like, any shape
        Whole numbers of the smallest unit, of any sign, below 10**15 in size.

    Returns
    -------
    ndarray of int64, shape of `cells`
        The same amounts.

    Raises
    ------
    NotAnAmountError, NotWholeUnitsError, AmountTooLargeError
        If a cell is blank or cannot be read.

    Examples
    --------
    >>> read_amounts([100.0, -20])
    array([100, -20])
    """
    if isinstance(cells, np.ma.MaskedArray) and np.ma.getmaskarray(cells).any():
        raise NotAnAmountError(None)
    return to_units(np.ma.getdata(cells) if isinstance(cells, np.ma.MaskedArray) else cells, 1)


def read_given(cells: Cells | None, shape: tuple[int, ...], what: str) -> tuple[Mask, Integers]:
    """
    Return where something is given, and the amounts given.

    Parameters
    ----------
    cells : array_like or None
        Whole numbers of the smallest unit, below 10**15 in size; None, NaN or masked = not given. None
        for all of it = nothing given.
    shape : tuple of int
        The shape they must have.
    what : str
        What they are, in the plural, for the refusal.

    Returns
    -------
    given : ndarray of bool, shape `shape`
        Where an amount is given.
    amounts : ndarray of int64, shape `shape`
        The amounts; 0 where none is given.

    Raises
    ------
    WrongShapeError
        If they have another shape.
    NotAnAmountError, NotWholeUnitsError, AmountTooLargeError
        If one cannot be read.

    Examples
    --------
    >>> given, amounts = read_given([None, 20], (2,), "held cells")
    >>> given.tolist(), amounts.tolist()
    ([False, True], [0, 20])
    """
    places, found = given_cells(cells, shape, what)
    given, amounts = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=np.int64)
    given.ravel()[places] = True
    amounts.ravel()[places] = found
    return given, amounts


def given_cells(cells: Cells | None, shape: tuple[int, ...], what: str) -> tuple[NDArray[np.intp], Integers]:
    """
    Return the places where something is given, and the amounts given there.

    Parameters
    ----------
    cells : array_like or None
        As `read_given` takes them.
    shape : tuple of int
        The shape they must have.
    what : str
        What they are, in the plural, for the refusal.

    Returns
    -------
    places : ndarray of int, shape (n,)
        Flat positions of the given cells, ascending.
    amounts : ndarray of int64, shape (n,)
        Their amounts.

    Raises
    ------
    WrongShapeError, NotAnAmountError, NotWholeUnitsError, AmountTooLargeError
        As `read_given` raises them.

    Examples
    --------
    >>> given_cells([[None, 20]], (1, 2), "held cells")
    (array([1]), array([20]))
    """
    if cells is None:
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.int64)
    found = np.ma.getdata(cells) if isinstance(cells, np.ma.MaskedArray) else np.asarray(cells)
    if found.shape != shape:
        raise WrongShapeError(what, found.shape, shape)
    if found.dtype.kind not in "iufO":
        raise NotAnAmountError(found.ravel().tolist()[0] if found.size else cells)
    given = ~np.ma.getmaskarray(cells) if isinstance(cells, np.ma.MaskedArray) else np.ones(shape, dtype=bool)
    if found.dtype.kind == "O":
        there = [cell is not None and cell == cell for cell in found.ravel().tolist()]
        given &= np.reshape(np.array(there, dtype=bool), shape)
    elif found.dtype.kind == "f":
        given &= ~np.isnan(found)
    places = np.flatnonzero(given)
    return places, to_units(found.ravel()[places], 1)


def exact_sum(amounts: Integers) -> int:
    """
    Add up amounts without a limit to the sum.

    Parameters
    ----------
    amounts : ndarray of int64, any shape
        Of any sign.

    Returns
    -------
    int
        Their exact sum.

    Examples
    --------
    >>> exact_sum(np.array([2**62, 2**62])) == 2**63
    True
    """
    if amounts.size * float(np.abs(amounts.astype(np.float64)).max(initial=0.0)) < 2.0**62:
        return int(amounts.sum())
    return sum(amounts.ravel().tolist())


def in_scope(amounts: Integers, scope: str) -> Mask:
    """
    Return which cells a method changes.

    Parameters
    ----------
    amounts : ndarray of int64, any shape
        What the cells hold.
    scope : {"all", "nonzero"}
        Every cell, or those that hold something.

    Returns
    -------
    ndarray of bool, shape of `amounts`
        True where a cell is in scope.

    Raises
    ------
    WrongChoiceError
        If `scope` is neither word.

    Examples
    --------
    >>> in_scope(np.array([0, 5]), "nonzero").tolist()
    [False, True]
    """
    check_choice("scope", scope, ("all", "nonzero"))
    return amounts != 0 if scope == "nonzero" else np.ones(amounts.shape, dtype=bool)

"""The methods of a spread, each declared once: what a row must say, along what it goes, and what it does.

A method sees groups of budget lines: single lines, the months of the part it is for, or what follows a reference. What
a group gets is then shared by its lines.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.ma import MaskedArray
from numpy.typing import NDArray

from salesplan_xl.core import spreading
from salesplan_xl.core.spreading import Keeping, Sharing, pattern_numbers
from salesplan_xl.workbook.sheets.budget_spreads import REFERENCE_NODES

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

REFERENCE = (*REFERENCE_NODES.values(), "reference")
"""Columns that say what amounts are taken from, of which one is enough."""

BOUNDS = ("at_least", "at_most")
"""Columns of the least and the most that a line may get."""

OWN_COLUMNS = ("amount", "last_amount", "percentage", "pattern", *REFERENCE, *BOUNDS)
"""Columns that some methods take and others do not."""


class Along(Enum):
    """What the groups of a method are."""

    LINES = "each line by itself"
    MONTHS = "the lines of a month together"
    REFERENCE = "the lines together that follow the same lines of the reference"


@dataclass(frozen=True)
class Asked:
    """
    What a row asks of its groups of lines; amounts in cents.

    Parameters
    ----------
    current : ndarray of int64
        What each group holds now.
    free : ndarray of bool
        Groups with a line that may change.
    least, most : ndarray of int64
        The least and the most each group may get; 0 and no bound where it is not `bounded` or `capped`.
    bounded, capped : bool
        Whether there is a least other than zero, and a most.
    inside : ndarray of bool
        Groups of the part that the row is for; all of them but for a hold of a total.
    weights : ndarray of float64
        What each group weighs.
    reference : ndarray of int64
        What each group's lines of the reference hold; zeros without one.
    amount, last_amount : int
        The amounts of the row; 0 where it has none.
    percent : float
        Its percentage: 5 for 5 %.
    pattern : str
        Its pattern or percentages.
    zero_base : {"error", "equal", "leave"}
        What to do where there is nothing to share by.
    """

    current: Integers
    free: Bools
    least: Integers
    most: Integers
    bounded: bool
    capped: bool
    inside: Bools
    weights: Floats
    reference: Integers
    amount: int
    last_amount: int
    percent: float
    pattern: str
    zero_base: str

    @property
    def keeping(self) -> Keeping:
        """Options of methods without a total."""
        return {"held": self._where(self.current, ~self.free)}

    @property
    def sharing(self) -> Sharing:
        """Options of methods with a total."""
        return {
            "held": self._where(self.current, ~self.free),
            "lower": self._where(self.least, self.free) if self.bounded else None,
            "upper": self._where(self.most, self.free) if self.capped else None,
            "zero": self.zero_base,  # type: ignore[typeddict-item]  # one of the choices of the column
        }

    def within(self, groups: Bools) -> Asked:
        """
        Ask the same of some of the groups.

        Parameters
        ----------
        groups : ndarray of bool
            Which.

        Returns
        -------
        Asked
            The same of these alone.
        """
        parts = {
            name: getattr(self, name)[groups]
            for name in ("current", "free", "least", "most", "inside", "weights", "reference")
        }
        return Asked(
            **parts,
            **{name: value for name, value in vars(self).items() if name not in parts},
        )

    @staticmethod
    def _where(amounts: Integers, given: Bools) -> MaskedArray | None:
        """Amounts where they are given; None where none is."""
        return MaskedArray(amounts, mask=~given) if given.any() else None


@dataclass(frozen=True)
class Method:
    """
    A method of spreading.

    Parameters
    ----------
    compute : callable
        Gives what each group gets.
    takes : tuple of str
        Columns of the row that must be filled in.
    may_take : tuple of str
        Columns that may be filled in too; other columns of `OWN_COLUMNS` must be blank.
    along : Along
        What its groups are.
    total : callable or None
        What the groups inside the part shall add up to; None for a method that meets no total.
    """

    compute: Callable[[Asked], Integers]
    takes: tuple[str, ...]
    may_take: tuple[str, ...] = ()
    along: Along = Along.LINES
    total: Callable[[Asked], int] | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column of `OWN_COLUMNS` that may be filled in."""
        return (*self.takes, *self.may_take)


def _amount(asked: Asked) -> int:
    """The amount of the row is the total."""
    return asked.amount


def _amount_more(asked: Asked) -> int:
    """The amount of the row is added."""
    return int(asked.current.sum()) + asked.amount


def _percentages(asked: Asked) -> Integers:
    """Shares typed as percentages, with or without their signs."""
    shares = pattern_numbers(asked.pattern.replace("%", " "))
    return spreading.percentages(asked.current, asked.amount, shares, **asked.sharing)


def _hold_total(asked: Asked) -> Integers:
    """The part gets its amount, and what is around it makes up for that."""
    part = asked.within(asked.inside)
    typed = np.zeros_like(asked.current)
    typed[asked.inside] = spreading.proportional(part.current, part.amount, **part.sharing)
    return spreading.hold_total(asked.current, MaskedArray(typed, mask=~asked.inside), **asked.sharing)


HOLD_TOTAL = Method(_hold_total, takes=("amount",), may_take=tuple(REFERENCE_NODES.values()), total=_amount)
"""The method that changes lines around its part too."""

METHODS: Mapping[str, Method] = {
    "proportional": Method(
        lambda asked: spreading.proportional(asked.current, asked.amount, **asked.sharing),
        takes=("amount",),
        may_take=BOUNDS,
        total=_amount,
    ),
    "equal": Method(
        lambda asked: spreading.equal(asked.current, asked.amount, **asked.sharing),
        takes=("amount",),
        may_take=BOUNDS,
        total=_amount,
    ),
    "equal_increment": Method(
        lambda asked: spreading.equal_increment(asked.current, asked.amount, **asked.sharing),
        takes=("amount",),
        may_take=BOUNDS,
        total=_amount,
    ),
    "by_reference": Method(
        lambda asked: spreading.by_reference(asked.current, asked.amount, asked.reference, **asked.sharing),
        takes=("amount",),
        may_take=(*REFERENCE, *BOUNDS),
        along=Along.REFERENCE,
        total=_amount,
    ),
    "by_weights": Method(
        lambda asked: spreading.by_weights(asked.current, asked.amount, asked.weights, **asked.sharing),
        takes=("amount",),
        may_take=BOUNDS,
        total=_amount,
    ),
    "pattern": Method(
        lambda asked: spreading.pattern(asked.current, asked.amount, asked.pattern, **asked.sharing),
        takes=("amount", "pattern"),
        may_take=BOUNDS,
        along=Along.MONTHS,
        total=_amount,
    ),
    "percentages": Method(
        _percentages, takes=("amount", "pattern"), may_take=BOUNDS, along=Along.MONTHS, total=_amount
    ),
    "add": Method(
        lambda asked: spreading.add(asked.current, asked.amount, **asked.sharing),
        takes=("amount",),
        may_take=BOUNDS,
        total=_amount_more,
    ),
    "hold_total": HOLD_TOTAL,
    "straight_line": Method(
        lambda asked: spreading.straight_line(asked.current, asked.amount, asked.last_amount, **asked.keeping),
        takes=("amount", "last_amount"),
        along=Along.MONTHS,
    ),
    "growth_compound": Method(
        lambda asked: spreading.growth_compound(asked.current, asked.amount, asked.percent, **asked.keeping),
        takes=("amount", "percentage"),
        along=Along.MONTHS,
    ),
    "growth_linear": Method(
        lambda asked: spreading.growth_linear(asked.current, asked.amount, asked.percent, **asked.keeping),
        takes=("amount", "percentage"),
        along=Along.MONTHS,
    ),
    "repeat": Method(
        lambda asked: spreading.repeat(asked.current, asked.amount, **asked.keeping),
        takes=("amount",),
    ),
    "percent_of": Method(
        lambda asked: spreading.percent_of(asked.current, asked.percent, asked.reference, **asked.keeping),
        takes=("percentage",),
        may_take=REFERENCE,
        along=Along.REFERENCE,
    ),
    "percent_change": Method(
        lambda asked: spreading.percent_change(asked.current, asked.percent, **asked.keeping),
        takes=("percentage",),
    ),
    "clear": Method(lambda asked: spreading.clear(asked.current, **asked.keeping), takes=()),
}
"""Every method by its id, in the order in which it is offered."""

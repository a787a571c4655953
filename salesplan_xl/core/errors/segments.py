"""Refusals of segmenting: shares, scores and orders that cannot be used, and rules that cannot be applied."""

from dataclasses import dataclass
from decimal import Decimal

from salesplan_xl.core.errors.base import PlanError
from salesplan_xl.core.errors.wording import listed, shown


@dataclass(eq=False)
class AllZeroError(PlanError):
    """
    Values to take shares of that are all zero.

    Parameters
    ----------
    what : str
        What one of the values is, such as "value".
    """

    what: str

    def __str__(self) -> str:
        return f"Every {self.what} is zero, so nothing has a share; give at least one above zero."


@dataclass(eq=False)
class WrongCutsError(PlanError):
    """
    Cut points that do not part the values.

    Parameters
    ----------
    what : str
        What is cut, such as "recency".
    cuts : tuple of float
        The cut points, as they were given.
    expected : str
        What they must be, as half a sentence.
    """

    what: str
    cuts: tuple[float, ...]
    expected: str

    def __str__(self) -> str:
        given = listed([shown(cut) for cut in self.cuts]) or "none"
        return f"The cut points of {self.what} are {given}; give {self.expected}."


@dataclass(eq=False)
class WrongBinsError(PlanError):
    """
    A number of scores that is no whole number of two or more.

    Parameters
    ----------
    bins : object
        What was given.
    """

    bins: object

    def __str__(self) -> str:
        return f"There cannot be {self.bins!r} scores; give a whole number of 2 or more, such as 5."


@dataclass(eq=False)
class FutureDatesError(PlanError):
    """
    Orders that are dated after the day the plan looks back from.

    Parameters
    ----------
    ids : tuple of str
        The customers they belong to, in order, none twice.
    asof : str
        The day the plan looks back from.
    """

    ids: tuple[str, ...]
    asof: str

    def __str__(self) -> str:
        verb = "has orders" if len(self.ids) == 1 else "have orders"
        return f"{listed(self.ids)} {verb} after {self.asof}; correct the dates or look back from a later day."


@dataclass(eq=False)
class MissingDatesError(PlanError):
    """
    Orders without a date.

    Parameters
    ----------
    ids : tuple of str
        The customers they belong to, in order, none twice.
    """

    ids: tuple[str, ...]

    def __str__(self) -> str:
        verb = "has an order" if len(self.ids) == 1 else "have orders"
        return f"{listed(self.ids)} {verb} without a date; fill it in or leave the order out."


@dataclass(frozen=True)
class RuleFault:
    """
    One cell of a table of segment rules that cannot stand.

    Parameters
    ----------
    row : int
        Position of its row in the table, from 0.
    number : int or None
        Number of the rule; None where it has none.
    field : str
        Its column: "number", "segment", "column", "operator", "value" or "value2".
    code : str
        Kind of fault: "missing", "unknown", "wrong kind", "reversed" or "not used".
    found : object
        What stands there; None if nothing.
    expected : str
        What should stand there, as half a sentence.
    """

    row: int
    number: int | None
    field: str
    code: str
    found: object
    expected: str

    @property
    def shown(self) -> str:
        """What stands in the cell, as a person writes it."""
        if self.found is None:
            return "blank"
        is_number = isinstance(self.found, int | float | Decimal) and not isinstance(self.found, bool)
        return f"{self.found:.15g}" if is_number else repr(self.found)

    def __str__(self) -> str:
        rule = "" if self.number is None else f" (rule {self.number})"
        return f"row {self.row + 1}{rule}: the {self.field} is {self.shown}, {self.expected}"


@dataclass(eq=False)
class RulesError(PlanError):
    """
    Segment rules that cannot be applied.

    Parameters
    ----------
    faults : tuple of RuleFault
        Everything that is wrong with them, row by row; () where there are no rules at all.
    """

    faults: tuple[RuleFault, ...]

    def __str__(self) -> str:
        if not self.faults:
            return "There are no segment rules; write at least one."
        more = f"; and {len(self.faults) - 5} more" if len(self.faults) > 5 else ""
        return f"The segment rules cannot be applied: {'; '.join(map(str, self.faults[:5]))}{more}."

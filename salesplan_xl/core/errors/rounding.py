"""Refusals of rounding: totals that no whole units add up to, and trees that are none."""

from dataclasses import dataclass, field

from salesplan_xl.core.errors.base import AMOUNT, Amount, PlanError, Scope
from salesplan_xl.core.errors.wording import listed, shown


@dataclass(eq=False)
class NoExactRoundingError(PlanError):
    """
    No rounding to whole units keeps every total; `proven` is false when the search was given up.

    Parameters
    ----------
    proven : bool, default True
        Whether there is none; False where the search was given up.
    targets : tuple of str, default ()
        Names of totals that the nearest rounding found does not keep.
    missing : Amount, default 0
        By how much it misses them in all, zero or more.
    named : tuple of Scope, default ()
        The parts of the table that `targets` are for.
    """

    proven: bool = True
    targets: tuple[str, ...] = ()
    missing: Amount = field(default=0, metadata=AMOUNT)
    named: tuple[Scope, ...] = ()

    def __str__(self) -> str:
        found = "There is no rounding" if self.proven else "No rounding was found"
        nearest = f"the nearest one misses {listed(self.targets)} by {shown(self.missing)}; " if self.targets else ""
        return f"{found} that keeps every total; {nearest}free a total, release a held cell or use a smaller unit."


@dataclass(eq=False)
class TotalOutOfReachError(PlanError):
    """
    A total that rounding alone cannot reach.

    Parameters
    ----------
    total : Amount
        The total asked for, of any sign.
    lowest, highest : Amount
        Between which sums the values can be rounded.
    """

    total: Amount = field(metadata=AMOUNT)
    lowest: Amount = field(metadata=AMOUNT)
    highest: Amount = field(metadata=AMOUNT)

    def __str__(self) -> str:
        return (
            f"There is no rounding of the values that adds up to {shown(self.total)}, only from "
            f"{shown(self.lowest)} to {shown(self.highest)}; change the total or a value."
        )


@dataclass(eq=False)
class ChildrenDisagreeError(PlanError):
    """
    A node of a tree whose value is not the sum of its children.

    Parameters
    ----------
    node : int
        Position of the node, from 0.
    value : float
        Its value, of any sign, in the main unit.
    children_sum : float
        What its children add up to, in the main unit.
    """

    node: int
    value: float
    children_sum: float

    def __str__(self) -> str:
        return (
            f"Node {self.node} is {shown(self.value)} but its children add up to "
            f"{shown(self.children_sum)}; correct it or leave the node blank."
        )


@dataclass(eq=False)
class WrongParentError(PlanError):
    """
    A parent that does not exist, or a node that is its own ancestor.

    Parameters
    ----------
    node : int
        Position of the node, from 0.
    parent : int
        Position of the parent it was given.
    """

    node: int
    parent: int

    def __str__(self) -> str:
        return f"Node {self.node} cannot have parent {self.parent}; name another node, or -1 for a root."

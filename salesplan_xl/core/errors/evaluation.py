"""Refusals of evaluation: quantities without a price, dimensions that disagree."""

from dataclasses import dataclass, field

from salesplan_xl.core.errors.base import AMOUNT, Amount, PlanError
from salesplan_xl.core.errors.wording import listed, shown


@dataclass(eq=False)
class MissingPriceError(PlanError):
    """
    A quantity without the price it was budgeted or sold at.

    Parameters
    ----------
    which : str
        Whose price is missing: "budget" or "actual".
    label : str
        Name of the product.
    quantity : Amount
        Its quantity, not zero.
    """

    which: str
    label: str
    quantity: Amount

    def __str__(self) -> str:
        return (
            f"Product {self.label!r} has {shown(self.quantity)} as its {self.which} quantity but no "
            f"{self.which} price; enter the price."
        )


@dataclass(eq=False)
class NotPositiveError(PlanError):
    """
    A quantity or price that is not above zero where its logarithm is needed.

    Parameters
    ----------
    label : str
        Name of the product.
    number : float
        The quantity or price, zero or less.
    """

    label: str
    number: float

    def __str__(self) -> str:
        return (
            f"Product {self.label!r} has a quantity or price of {shown(self.number)}, which has no logarithm; "
            "choose another convention."
        )


@dataclass(eq=False)
class DimensionsDisagreeError(PlanError):
    """
    Dimensions that should show the same variance and do not.

    Parameters
    ----------
    totals : dict from str to Amount
        For each dimension, by its name, the whole variance.
    """

    totals: dict[str, Amount] = field(metadata=AMOUNT)

    def __str__(self) -> str:
        parts = listed([f"{shown(amount)} by {name}" for name, amount in self.totals.items()])
        return f"The variance is {parts}; give every dimension the same rows."

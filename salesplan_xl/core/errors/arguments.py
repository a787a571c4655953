"""What any rule may refuse of what it is given: numbers, units, shapes, choices."""

from dataclasses import dataclass, field
from decimal import Decimal

from salesplan_xl.core.errors.base import AMOUNT, Amount, PlanError, Scope
from salesplan_xl.core.errors.wording import shown


@dataclass(eq=False)
class NotAnAmountError(PlanError):
    """
    A cell that should hold a number holds text, a truth value, a blank or no finite number.

    Parameters
    ----------
    found : object
        What stands in the cell, as it was read.
    named : tuple of Scope, default ()
        The part of the table it is for, if it is one.
    """

    found: object
    named: tuple[Scope, ...] = ()

    def __str__(self) -> str:
        return f"A number is expected but {self.found!r} was found; type a number."


@dataclass(eq=False)
class NotWholeUnitsError(PlanError):
    """
    An amount that is not a whole number of the smallest unit.

    Parameters
    ----------
    amount : Amount
        The amount, of any sign, as it was given.
    unit : Decimal
        Size of the smallest unit in the main unit, above zero.
    named : tuple of Scope, default ()
        The part of the table it is for, if it is one.
    """

    amount: Amount
    unit: Decimal
    named: tuple[Scope, ...] = ()

    def __str__(self) -> str:
        return f"{shown(self.amount)} is not a whole number of {shown(self.unit)}; round it or choose a smaller unit."


@dataclass(eq=False)
class AmountTooLargeError(PlanError):
    """
    An amount too large to be kept exactly.

    Parameters
    ----------
    amount : Amount
        The amount, of any sign, as it was given.
    limit : int
        First size that is refused, in smallest units.
    named : tuple of Scope, default ()
        The part of the table it is for, if it is one.
    """

    amount: Amount
    limit: int
    named: tuple[Scope, ...] = ()

    def __str__(self) -> str:
        return f"{shown(self.amount)} is {self.limit} units or more and cannot be kept exactly; choose a larger unit."


@dataclass(eq=False)
class WrongUnitError(PlanError):
    """
    A unit that is not a positive number, or of a size no plan is kept in.

    Parameters
    ----------
    unit : object
        What was given as the unit.
    """

    unit: object

    def __str__(self) -> str:
        found = shown(self.unit) if isinstance(self.unit, int | float | Decimal) else repr(self.unit)
        return (
            f"The unit must be a positive number of at most fifteen digits, not {found}; "
            "use 0.01 for cents, 1 for pieces."
        )


@dataclass(eq=False)
class WrongShapeError(PlanError):
    """
    A range whose shape does not fit the others.

    Parameters
    ----------
    what : str
        Name of the range, in the plural.
    shape : tuple of int
        Its shape.
    expected : tuple of int or str
        The shape that fits, or a description of it.
    """

    what: str
    shape: tuple[int, ...]
    expected: tuple[int, ...] | str

    def __str__(self) -> str:
        return f"The {self.what} have shape {self.shape}, not {self.expected}; select matching ranges."


@dataclass(eq=False)
class WrongChoiceError(PlanError):
    """
    An option that does not exist.

    Parameters
    ----------
    option : str
        Name of the option.
    found : object
        What was chosen.
    choices : tuple of str
        What can be chosen.
    """

    option: str
    found: object
    choices: tuple[str, ...]

    def __str__(self) -> str:
        return f"There is no {self.option} {self.found!r}; choose {' or '.join(self.choices)}."


@dataclass(eq=False)
class NegativeAmountError(PlanError):
    """
    A negative amount where only zero or more has a meaning.

    Parameters
    ----------
    what : str
        What the amount is for.
    amount : Amount
        The amount, below zero.
    named : tuple of Scope, default ()
        Its part of the table, if it is one.
    """

    what: str
    amount: Amount = field(metadata=AMOUNT)
    named: tuple[Scope, ...] = ()

    def __str__(self) -> str:
        return f"The {self.what} is {shown(self.amount)}, below zero; enter zero or a positive number."


@dataclass(eq=False)
class OutOfRangeError(PlanError):
    """
    A number outside the range in which it has a meaning.

    Parameters
    ----------
    what : str
        What the number is, such as "latitude".
    found : Amount
        The number, as it was given.
    expected : str
        What it must be, as half a sentence such as "between -90 and 90".
    """

    what: str
    found: Amount
    expected: str

    def __str__(self) -> str:
        found = shown(self.found) if Decimal(self.found).is_finite() else self.found
        return f"The {self.what} is {found}; it must be {self.expected}."


@dataclass(eq=False)
class CountTooSmallError(PlanError):
    """
    A count that is too small to work with.

    Parameters
    ----------
    what : str
        What is counted.
    count : int
        How many there are.
    least : int
        How many there must be at least.
    """

    what: str
    count: int
    least: int

    def __str__(self) -> str:
        return f"The {self.what} is {self.count}; it must be at least {self.least}."

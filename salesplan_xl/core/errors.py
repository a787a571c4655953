"""Refusals in a planner's words: each error keeps its values and says what blocks and what to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, Self

Amount = int | float | Decimal

Scope = tuple[int | None, ...]
"""Part of a table: for each axis the position of one member, or None for all of them."""

# Sizes that are written out in full.
_READABLE = (Decimal("1e-9"), Decimal("1e21"))

# Marks the fields that `PlanError.in_unit` restates.
_AMOUNT = {"amount": True}


def _converted(value: object, unit: Fraction) -> object:
    """Return a count of smallest units, or any nest of them, as decimals of the main unit."""
    if value is None:
        return None
    if isinstance(value, dict):
        return {name: _converted(part, unit) for name, part in value.items()}
    if isinstance(value, tuple):
        return tuple(_converted(part, unit) for part in value)
    exact = Fraction(value) * unit  # type: ignore[call-overload]  # only amounts and nests of them get here
    return Decimal(exact.numerator) / Decimal(exact.denominator)


def _shown(amount: Amount) -> str:
    """Return an amount as a person writes it: no trailing zeros, and no exponent unless nobody could read it."""
    exact = Decimal(f"{amount:.15g}") if isinstance(amount, float) else Decimal(amount)
    if exact and not _READABLE[0] <= abs(exact) < _READABLE[1]:
        return f"{exact:.6g}"
    text = f"{exact:.10f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _listed(names: Sequence[str]) -> str:
    """Return names as a planner lists them: at most five, then how many more."""
    shown = list(names[:5])
    if len(names) > len(shown):
        return f"{', '.join(shown)} and {len(names) - len(shown)} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


@dataclass(eq=False)
class PlanError(ValueError):
    """
    A plan that cannot be worked out as asked.

    The text of the error is one sentence for a planner. The values in it are attributes, so that
    a sheet can show them where they belong. Amounts are in the unit the refusing function works
    in (usually the smallest unit of the plan); `in_unit` restates them in the main unit.
    """

    @property
    def named(self) -> tuple[Scope, ...]:
        """Every target or cell the error speaks of, also those its sentence is too short for; () if of none."""
        return ()

    def in_unit(self, unit: float | Decimal) -> Self:
        """
        Return the same refusal with every amount in the main unit.

        Parameters
        ----------
        unit : float or Decimal
            Size of one smallest unit in the main unit, such as 0.01.

        Returns
        -------
        error : PlanError
            A new error of the same class; amounts are decimals.

        Examples
        --------
        >>> str(AllHeldError(4000).in_unit(0.01))
        'Every cell is held and 40 is left to place; release a cell or change the total.'
        """
        size = Fraction(Decimal(str(unit)))
        amounts: dict[str, Any] = {
            part.name: _converted(getattr(self, part.name), size)
            for part in fields(self)
            if part.metadata.get("amount")
        }
        return replace(self, **amounts)


@dataclass(eq=False)
class NotAnAmountError(PlanError):
    """
    A cell that should hold a number holds text, a truth value, a blank or no finite number.

    Parameters
    ----------
    found : object
        What stands in the cell, as it was read.
    """

    found: object

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
    """

    amount: Amount
    unit: Decimal

    def __str__(self) -> str:
        return f"{_shown(self.amount)} is not a whole number of {_shown(self.unit)}; round it or choose a smaller unit."


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
    """

    amount: Amount
    limit: int

    def __str__(self) -> str:
        return f"{_shown(self.amount)} is {self.limit} units or more and cannot be kept exactly; choose a larger unit."


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
        found = _shown(self.unit) if isinstance(self.unit, int | float | Decimal) else repr(self.unit)
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
    amount: Amount = field(metadata=_AMOUNT)
    named: tuple[Scope, ...] = ()

    def __str__(self) -> str:
        return f"The {self.what} is {_shown(self.amount)}, below zero; enter zero or a positive number."


@dataclass(eq=False)
class NoWeightError(PlanError):
    """
    An amount to share and nothing to share it by: the weights are zero or cancel out.

    Parameters
    ----------
    unplaced : Amount
        What is left to share, of any sign.
    net_base : Amount, default 0
        What the weights of the free cells add up to, in the unit of the weights.
    """

    unplaced: Amount = field(metadata=_AMOUNT)
    net_base: Amount = 0

    def __str__(self) -> str:
        return (
            f"{_shown(self.unplaced)} cannot be shared because the weights of the free cells add up to "
            f"{_shown(self.net_base)}; give a cell a weight or choose an equal split."
        )


@dataclass(eq=False)
class CancellingWeightsError(PlanError):
    """
    Positive and negative weights that nearly cancel out, so that the shares have no bounds.

    Parameters
    ----------
    unplaced : Amount
        Size of what is left to share, above zero.
    net_base : Amount
        What the weights of the free cells add up to, in the unit of the weights; never zero.
    """

    unplaced: Amount = field(metadata=_AMOUNT)
    net_base: Amount

    def __str__(self) -> str:
        return (
            f"{_shown(self.unplaced)} cannot be shared because positive and negative weights of the free cells nearly "
            f"cancel out, to {_shown(self.net_base)}; correct a weight."
        )


@dataclass(eq=False)
class AllHeldError(PlanError):
    """
    Every cell is held while something is left to place.

    Parameters
    ----------
    unplaced : Amount
        The total less the held cells; negative where they exceed it.
    """

    unplaced: Amount = field(metadata=_AMOUNT)

    def __str__(self) -> str:
        left = _shown(self.unplaced)
        return f"Every cell is held and {left} is left to place; release a cell or change the total."


@dataclass(eq=False)
class HeldExceedsTotalError(PlanError):
    """
    The held cells alone go beyond the total.

    Parameters
    ----------
    held_sum : Amount
        What the held cells add up to, of any sign.
    total : Amount
        The total they go beyond, of any sign.
    values_if_negative_allowed : tuple of Amount or None
        The cells, row by row, as they would be if the free ones could turn their sign; None where the free
        cells have no weight.
    excess : Amount
        How far the held cells go beyond the total, above zero.
    """

    held_sum: Amount = field(metadata=_AMOUNT)
    total: Amount = field(metadata=_AMOUNT)
    values_if_negative_allowed: tuple[Amount, ...] | None = field(metadata=_AMOUNT)
    excess: Amount = field(metadata=_AMOUNT)

    def __str__(self) -> str:
        return (
            f"The held cells add up to {_shown(self.held_sum)}, {_shown(self.excess)} beyond the total of "
            f"{_shown(self.total)}; lower a held cell or raise the total."
        )


@dataclass(eq=False)
class HeldExceedsTargetError(PlanError):
    """
    The held cells under one target already exceed it.

    Parameters
    ----------
    target : str
        Name of the target, such as "January / Norte".
    held_sum : Amount
        What the held cells under it add up to, zero or more.
    amount : Amount
        The target itself, zero or more.
    named : tuple of Scope, default ()
        The part of the table the target is for.
    """

    target: str
    held_sum: Amount = field(metadata=_AMOUNT)
    amount: Amount = field(metadata=_AMOUNT)
    named: tuple[Scope, ...] = ()

    @property
    def blocking(self) -> str:
        """The target with both figures."""
        return f"{self.target}: {_shown(self.held_sum)} > {_shown(self.amount)}"

    def __str__(self) -> str:
        return f"Held cells exceed their target ({self.blocking}); lower a held cell or raise the target."


@dataclass(eq=False)
class HeldOutsideError(PlanError):
    """
    A held amount in a cell that is outside the plan.

    Parameters
    ----------
    cell : str
        Name of the cell.
    amount : Amount
        The amount it holds, above zero.
    named : tuple of Scope, default ()
        The cell.
    """

    cell: str
    amount: Amount = field(metadata=_AMOUNT)
    named: tuple[Scope, ...] = ()

    def __str__(self) -> str:
        return f"{self.cell} holds {_shown(self.amount)} outside the plan; give it a weight or release it."


@dataclass(eq=False)
class UnequalTotalsError(PlanError):
    """
    Two sets of targets that should add up to the same amount do not.

    Parameters
    ----------
    sums : dict from str to Amount
        For each of the two sets, by its name, what its targets add up to.
    named : tuple of Scope, default ()
        The part of the table both sets are for.
    """

    sums: dict[str, Amount] = field(metadata=_AMOUNT)
    named: tuple[Scope, ...] = ()

    def __str__(self) -> str:
        parts = " and ".join(f"{_shown(amount)} {name}" for name, amount in self.sums.items())
        return f"The targets add up to {parts}; make the sums equal."


@dataclass(eq=False)
class NoSeedError(PlanError):
    """
    A target above zero over cells that have no weight.

    Parameters
    ----------
    target : str
        Name of the target.
    amount : Amount
        The target itself, above zero.
    named : tuple of Scope, default ()
        The part of the table the target is for.
    """

    target: str
    amount: Amount = field(metadata=_AMOUNT)
    named: tuple[Scope, ...] = ()

    @property
    def blocking(self) -> str:
        """The target with its figure."""
        return f"{self.target} has no weight but a target of {_shown(self.amount)}"

    def __str__(self) -> str:
        return f"The targets cannot be met: {self.blocking}; give one of its cells a weight or drop the target."


@dataclass(eq=False)
class TargetAllHeldError(PlanError):
    """
    Every cell under a target is held while something of it is left to place.

    Parameters
    ----------
    target : str
        Name of the target.
    unplaced : Amount
        The target less the held cells under it, above zero.
    named : tuple of Scope, default ()
        The part of the table the target is for.
    """

    target: str
    unplaced: Amount = field(metadata=_AMOUNT)
    named: tuple[Scope, ...] = ()

    @property
    def blocking(self) -> str:
        """The target with what is left of it."""
        return f"every cell of {self.target} is held and {_shown(self.unplaced)} is left to place"

    def __str__(self) -> str:
        return f"The targets cannot be met: {self.blocking}; release a cell or lower the target."


@dataclass(eq=False)
class InfeasibleTotalsError(PlanError):
    """
    Targets that no table on the given cells can meet.

    `targets` need at least `needed`; the only cells that can serve them lie under `feeders`, which
    have `available`. Where targets cross on more than two axes the two figures are weighted sums
    (`weighted` is true) and only their difference, the deficit, can be read from the sheet.

    Parameters
    ----------
    targets : tuple of str
        Names of the targets that ask for more than there is.
    feeders : tuple of str
        Names of the targets whose cells alone can serve them.
    needed : Amount
        What `targets` need at least, zero or more.
    available : Amount
        What `feeders` have, zero or more.
    weighted : bool, default False
        Whether the two figures are weighted sums.
    less_held : bool, default False
        Whether the figures are what held cells leave of the targets.
    named : tuple of Scope, default ()
        The parts of the table that `targets` and `feeders` are for.
    """

    targets: tuple[str, ...]
    feeders: tuple[str, ...]
    needed: Amount = field(metadata=_AMOUNT)
    available: Amount = field(metadata=_AMOUNT)
    weighted: bool = False
    less_held: bool = False
    named: tuple[Scope, ...] = ()

    @property
    def deficit(self) -> Amount:
        """How much is missing."""
        return Decimal(f"{self.needed:.15g}") - Decimal(f"{self.available:.15g}")

    @property
    def blocking(self) -> str:
        """The targets that block each other, with figures."""
        beside = " beside the held cells" if self.less_held else ""
        if self.weighted:
            return (
                f"{_listed(self.targets)} ask for more than {_listed(self.feeders) or 'nothing'} can give{beside}, "
                f"by at least {_shown(self.deficit)}"
            )
        feeders = _listed(self.feeders) or "no cell"
        figures = f"{_shown(self.needed)} > {_shown(self.available)}"
        return f"{_listed(self.targets)} can only be fed by {feeders}: {figures}{beside}"

    def __str__(self) -> str:
        return f"The targets cannot be met: {self.blocking}; change one of them or open a cell between them."


@dataclass(eq=False)
class NotConvergedError(PlanError):
    """
    Fitting that stopped before every target was met.

    Parameters
    ----------
    sweeps : int
        How often all targets were gone through.
    worst_error : Amount
        Largest difference between a target and the sum of its cells, above zero.
    """

    sweeps: int
    worst_error: Amount = field(metadata=_AMOUNT)

    def __str__(self) -> str:
        return (
            f"After {self.sweeps} sweeps a target is still missed by {_shown(self.worst_error)}; "
            "raise very small weights or relax a target."
        )


@dataclass(eq=False)
class NoExactRoundingError(PlanError):
    """
    No rounding to whole units keeps every total; `proven` is false when the search was given up.

    Parameters
    ----------
    proven : bool, default True
        Whether there is none; False where the search was given up.
    """

    proven: bool = True

    def __str__(self) -> str:
        found = "There is no rounding" if self.proven else "No rounding was found"
        return f"{found} that keeps every total; free a total, release a held cell or use a smaller unit."


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

    total: Amount = field(metadata=_AMOUNT)
    lowest: Amount = field(metadata=_AMOUNT)
    highest: Amount = field(metadata=_AMOUNT)

    def __str__(self) -> str:
        return (
            f"There is no rounding of the values that adds up to {_shown(self.total)}, only from "
            f"{_shown(self.lowest)} to {_shown(self.highest)}; change the total or a value."
        )


@dataclass(eq=False)
class DuplicateTargetError(PlanError):
    """
    The same target given more than once.

    Parameters
    ----------
    target : str
        Name of the target.
    amounts : tuple of Amount
        Its amounts, in the order they were given.
    named : tuple of Scope, default ()
        The part of the table the target is for.
    """

    target: str
    amounts: tuple[Amount, ...] = field(metadata=_AMOUNT)
    named: tuple[Scope, ...] = ()

    def __str__(self) -> str:
        lines = " and ".join(_shown(amount) for amount in self.amounts)
        return f"The target for {self.target} is given more than once ({lines}); keep one line."


@dataclass(eq=False)
class MissingTotalError(PlanError):
    """Targets that leave the size of the whole plan open."""

    def __str__(self) -> str:
        return "Neither a grand total nor a target for every member of a level is given; add the grand total."


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
            f"Node {self.node} is {_shown(self.value)} but its children add up to "
            f"{_shown(self.children_sum)}; correct it or leave the node blank."
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


@dataclass(eq=False)
class UnknownPlaceError(PlanError):
    """
    A country or subdivision without a holiday calendar.

    Parameters
    ----------
    what : str
        "country" or "subdivision".
    found : str
        What was given.
    hint : str
        What can be given instead, as half a sentence.
    """

    what: str
    found: str
    hint: str

    def __str__(self) -> str:
        return f"There is no holiday calendar for the {self.what} {self.found!r}; {self.hint}."


@dataclass(eq=False)
class UnknownYearError(PlanError):
    """
    A year for which the holidays of a country are not known.

    Parameters
    ----------
    country : str
        ISO code of the country.
    year : int
        The first such year.
    """

    country: str
    year: int

    def __str__(self) -> str:
        return f"The holidays of {self.country} are not known for {self.year}; choose other days or leave it out."


@dataclass(eq=False)
class WrongWeekError(PlanError):
    """
    A week pattern that is not seven zeros and ones.

    Parameters
    ----------
    week : object
        What was given as the week.
    """

    week: object

    def __str__(self) -> str:
        return (
            f"The week {self.week!r} is not seven digits of 0 and 1 with a working day; "
            "write 1111100 for Monday to Friday."
        )


@dataclass(eq=False)
class WrongDatesError(PlanError):
    """
    A span that ends before it starts, or a missing date.

    Parameters
    ----------
    start : str
        First day of the span, or what stands in its place.
    end : str
        End of the span, or what stands in its place.
    """

    start: str
    end: str

    def __str__(self) -> str:
        return f"The span from {self.start} to {self.end} is not one; give both dates, the earlier one first."

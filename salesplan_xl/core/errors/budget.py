"""Refusals of spreading and fitting: what blocks a total from being shared, or targets from being met."""

from dataclasses import dataclass, field
from decimal import Decimal

from salesplan_xl.core.errors.base import AMOUNT, Amount, PlanError, Scope
from salesplan_xl.core.errors.wording import listed, numbered, shown


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

    unplaced: Amount = field(metadata=AMOUNT)
    net_base: Amount = 0

    def __str__(self) -> str:
        return (
            f"{shown(self.unplaced)} cannot be shared because the weights of the free cells add up to "
            f"{shown(self.net_base)}; give a cell a weight or choose an equal split."
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

    unplaced: Amount = field(metadata=AMOUNT)
    net_base: Amount

    def __str__(self) -> str:
        return (
            f"{shown(self.unplaced)} cannot be shared because positive and negative weights of the free cells nearly "
            f"cancel out, to {shown(self.net_base)}; correct a weight."
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

    unplaced: Amount = field(metadata=AMOUNT)

    def __str__(self) -> str:
        left = shown(self.unplaced)
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

    held_sum: Amount = field(metadata=AMOUNT)
    total: Amount = field(metadata=AMOUNT)
    values_if_negative_allowed: tuple[Amount, ...] | None = field(metadata=AMOUNT)
    excess: Amount = field(metadata=AMOUNT)

    def __str__(self) -> str:
        return (
            f"The held cells add up to {shown(self.held_sum)}, {shown(self.excess)} beyond the total of "
            f"{shown(self.total)}; lower a held cell or raise the total."
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
    held_sum: Amount = field(metadata=AMOUNT)
    amount: Amount = field(metadata=AMOUNT)
    named: tuple[Scope, ...] = ()

    @property
    def blocking(self) -> str:
        """The target with both figures."""
        return f"{self.target}: {shown(self.held_sum)} > {shown(self.amount)}"

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
    amount: Amount = field(metadata=AMOUNT)
    named: tuple[Scope, ...] = ()

    def __str__(self) -> str:
        return f"{self.cell} holds {shown(self.amount)} outside the plan; give it a weight or release it."


@dataclass(eq=False)
class UnequalTotalsError(PlanError):
    """
    Two sets of targets that should add up to the same amount do not.

    Parameters
    ----------
    sums : dict from str to Amount
        For each of the two sets, by its name, what its targets add up to.
    named : tuple of Scope, default ()
        The parts of the table that the targets of both sets are for.
    """

    sums: dict[str, Amount] = field(metadata=AMOUNT)
    named: tuple[Scope, ...] = ()

    def __str__(self) -> str:
        parts = " and ".join(f"{shown(amount)} {name}" for name, amount in self.sums.items())
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
    amount: Amount = field(metadata=AMOUNT)
    named: tuple[Scope, ...] = ()

    @property
    def blocking(self) -> str:
        """The target with its figure."""
        return f"{self.target} has no weight but a target of {shown(self.amount)}"

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
    unplaced: Amount = field(metadata=AMOUNT)
    named: tuple[Scope, ...] = ()

    @property
    def blocking(self) -> str:
        """The target with what is left of it."""
        return f"every cell of {self.target} is held and {shown(self.unplaced)} is left to place"

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
    needed: Amount = field(metadata=AMOUNT)
    available: Amount = field(metadata=AMOUNT)
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
                f"{listed(self.targets)} ask for more than {listed(self.feeders) or 'nothing'} can give{beside}, "
                f"by at least {shown(self.deficit)}"
            )
        feeders = listed(self.feeders) or "no cell"
        figures = f"{shown(self.needed)} > {shown(self.available)}"
        return f"{listed(self.targets)} can only be fed by {feeders}: {figures}{beside}"

    def __str__(self) -> str:
        missing = "" if self.weighted else f", {shown(self.deficit)} is missing"
        return f"The targets cannot be met: {self.blocking}{missing}; change one of them or open a cell between them."


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
    targets : tuple of str, default ()
        Names of the targets that are missed, the one that misses most first.
    missing : tuple of Amount, default ()
        What each of them misses; negative where its cells have too much.
    named : tuple of Scope, default ()
        The parts of the table that `targets` are for.
    """

    sweeps: int
    worst_error: Amount = field(metadata=AMOUNT)
    targets: tuple[str, ...] = ()
    missing: tuple[Amount, ...] = field(default=(), metadata=AMOUNT)
    named: tuple[Scope, ...] = ()

    def __str__(self) -> str:
        misses = [f"{name} by {shown(missing)}" for name, missing in zip(self.targets, self.missing, strict=True)]
        missed = listed(misses) if misses else f"a target by {shown(self.worst_error)}"
        return (
            f"After {self.sweeps} sweeps the cells still miss {missed}; raise very small weights or relax one of the "
            "targets."
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
    amounts: tuple[Amount, ...] = field(metadata=AMOUNT)
    named: tuple[Scope, ...] = ()

    def __str__(self) -> str:
        lines = " and ".join(shown(amount) for amount in self.amounts)
        return f"The target for {self.target} is given more than once ({lines}); keep one line."


@dataclass(eq=False)
class DisagreeingTargetsError(PlanError):
    """
    Two targets for the same part of the plan under two names, with different amounts.

    Parameters
    ----------
    targets : tuple of str
        The two names.
    amounts : tuple of Amount
        The two amounts.
    named : tuple of Scope, default ()
        The part of the table both are for.
    """

    targets: tuple[str, str]
    amounts: tuple[Amount, Amount] = field(metadata=AMOUNT)
    named: tuple[Scope, ...] = ()

    @property
    def missing(self) -> Amount:
        """How much the smaller one is short of the larger one."""
        one, other = self.amounts
        return abs(Decimal(one) - Decimal(other))

    def __str__(self) -> str:
        asked = " and ".join(
            f"{name} ({shown(amount)})" for name, amount in zip(self.targets, self.amounts, strict=True)
        )
        return (
            f"The targets for {asked} are for the same cells, {shown(self.missing)} is missing; make them equal or "
            "open a cell that belongs to one of them only."
        )


@dataclass(eq=False)
class CrossedTargetsError(PlanError):
    """
    The same part of the plan must have more than it may have at most.

    Parameters
    ----------
    target : str
        Name of the target.
    least, most : Amount
        What it must have at least and may have at most.
    named : tuple of Scope, default ()
        The part of the table the targets are for, once for each of them.
    """

    target: str
    least: Amount = field(metadata=AMOUNT)
    most: Amount = field(metadata=AMOUNT)
    named: tuple[Scope, ...] = ()

    @property
    def missing(self) -> Amount:
        """How much more it must have than it may."""
        return Decimal(self.least) - Decimal(self.most)

    def __str__(self) -> str:
        return (
            f"{self.target} must have {shown(self.least)} or more and {shown(self.most)} or less, "
            f"{shown(self.missing)} too little; correct one of the targets."
        )


@dataclass(eq=False)
class MissingTotalError(PlanError):
    """Targets that leave the size of the whole plan open."""

    def __str__(self) -> str:
        return "Neither a grand total nor exact targets that make up the whole plan are given; add the grand total."


@dataclass(eq=False)
class EmptyScopeError(PlanError):
    """
    An amount to place in the cells that already hold something, where none of the free ones does.

    Parameters
    ----------
    unplaced : Amount
        What is left to place, of any sign.
    """

    unplaced: Amount = field(metadata=AMOUNT)

    def __str__(self) -> str:
        return (
            f"No free cell holds anything and {shown(self.unplaced)} is left to place; choose all cells or type an "
            "amount in one."
        )


@dataclass(eq=False)
class CapsTooLowError(PlanError):
    """
    Upper bounds that leave no room for the whole amount.

    Parameters
    ----------
    total : Amount
        What is to be placed in the free cells, of any sign.
    most : Amount
        The most they can take.
    shortfall : Amount
        What has no room, above zero.
    """

    total: Amount = field(metadata=AMOUNT)
    most: Amount = field(metadata=AMOUNT)
    shortfall: Amount = field(metadata=AMOUNT)

    def __str__(self) -> str:
        return (
            f"The free cells can take at most {shown(self.most)} of {shown(self.total)}, {shown(self.shortfall)} has "
            "no room; raise an upper bound, release a cell or lower the total."
        )


@dataclass(eq=False)
class FloorsTooHighError(PlanError):
    """
    Lower bounds that ask for more than there is.

    Parameters
    ----------
    total : Amount
        What is to be placed in the free cells, of any sign.
    least : Amount
        The least they must take.
    excess : Amount
        What is missing, above zero.
    """

    total: Amount = field(metadata=AMOUNT)
    least: Amount = field(metadata=AMOUNT)
    excess: Amount = field(metadata=AMOUNT)

    def __str__(self) -> str:
        return (
            f"The free cells must take at least {shown(self.least)} but get {shown(self.total)}, {shown(self.excess)} "
            "is missing; lower a lower bound, lower a held cell or raise the total."
        )


@dataclass(eq=False)
class CrossedBoundsError(PlanError):
    """
    A cell whose lower bound is above its upper bound.

    Parameters
    ----------
    place : tuple of int
        Position of the cell, from 0.
    lower, upper : Amount
        Its bounds, of any sign.
    cell : str, default ""
        What the cell is called, if it has a name.
    """

    place: tuple[int, ...]
    lower: Amount = field(metadata=AMOUNT)
    upper: Amount = field(metadata=AMOUNT)
    cell: str = ""

    @property
    def named(self) -> tuple[Scope, ...]:
        """The cell."""
        return (self.place,)

    def __str__(self) -> str:
        return (
            f"{_called(self.cell, self.place)} must be at least {shown(self.lower)} and at most {shown(self.upper)}; "
            "correct one of the bounds."
        )


@dataclass(eq=False)
class HeldOutOfBoundsError(PlanError):
    """
    A held cell that breaks its own bound.

    Parameters
    ----------
    place : tuple of int
        Position of the cell, from 0.
    held : Amount
        What it holds, of any sign.
    bound : Amount
        The bound it breaks, of any sign.
    cell : str, default ""
        What the cell is called, if it has a name.
    """

    place: tuple[int, ...]
    held: Amount = field(metadata=AMOUNT)
    bound: Amount = field(metadata=AMOUNT)
    cell: str = ""

    @property
    def named(self) -> tuple[Scope, ...]:
        """The cell."""
        return (self.place,)

    def __str__(self) -> str:
        way = "above its upper" if self.held > self.bound else "below its lower"
        return (
            f"{_called(self.cell, self.place)} holds {shown(self.held)}, {way} bound of {shown(self.bound)}; "
            "release it or change the bound."
        )


@dataclass(eq=False)
class PercentagesError(PlanError):
    """
    Percentages that do not add up to one hundred.

    Parameters
    ----------
    added : Decimal
        What they add up to.
    missing : Decimal
        One hundred less that, of any sign.
    """

    added: Decimal
    missing: Decimal

    def __str__(self) -> str:
        return (
            f"The percentages add up to {shown(self.added)}, not 100 ({shown(self.missing)} missing); correct them or "
            "have them scaled to 100."
        )


@dataclass(eq=False)
class ActualsExceedTotalError(PlanError):
    """
    Closed periods, with what is held or bounded below in the open ones, that went beyond the total.

    Parameters
    ----------
    node : str
        Whose total it is, such as "Norte", or "the plan".
    actual : Amount
        What the closed periods brought, the held cells hold and the others must get at least; of any sign.
    total : Amount
        The total, of any sign.
    surplus : Amount
        How far they went beyond it, above zero.
    named : tuple of Scope, default ()
        The part of the table the total is for.
    """

    node: str
    actual: Amount = field(metadata=AMOUNT)
    total: Amount = field(metadata=AMOUNT)
    surplus: Amount = field(metadata=AMOUNT)
    named: tuple[Scope, ...] = ()

    def __str__(self) -> str:
        return (
            f"The closed periods, held cells and lower bounds of {self.node} add up to {shown(self.actual)}, "
            f"{shown(self.surplus)} beyond the total of {shown(self.total)}; raise the total, or set the rest to zero "
            f"and report {shown(self.actual)} as over-achieved."
        )


@dataclass(eq=False)
class OutOfReachError(PlanError):
    """
    What is left of a total that the open cells have no room for.

    Parameters
    ----------
    node : str
        Whose total it is, such as "Norte", or "the plan".
    total : Amount
        The total, of any sign.
    reachable : Amount
        What can be reached of it at most.
    missing : Amount
        What has no room, above zero.
    named : tuple of Scope, default ()
        The part of the table the total is for.
    """

    node: str
    total: Amount = field(metadata=AMOUNT)
    reachable: Amount = field(metadata=AMOUNT)
    missing: Amount = field(metadata=AMOUNT)
    named: tuple[Scope, ...] = ()

    def __str__(self) -> str:
        return (
            f"Of the total of {shown(self.total)} of {self.node} only {shown(self.reachable)} can be reached, "
            f"{shown(self.missing)} has no open cell; raise an upper bound, release a cell or lower the total."
        )


@dataclass(eq=False)
class TransferTooLargeError(PlanError):
    """
    A transfer of more than its cells can give.

    Parameters
    ----------
    amount : Amount
        What was to be moved, above zero.
    available : Amount
        What the free cells it comes from can give, zero or more.
    missing : Amount
        The difference, above zero.
    """

    amount: Amount = field(metadata=AMOUNT)
    available: Amount = field(metadata=AMOUNT)
    missing: Amount = field(metadata=AMOUNT)

    def __str__(self) -> str:
        return (
            f"{shown(self.amount)} cannot be moved because the free cells it comes from can give "
            f"{shown(self.available)}, {shown(self.missing)} too little; lower the amount or release a cell."
        )


@dataclass(eq=False)
class SameCellsError(PlanError):
    """
    Cells that a transfer would both take from and give to.

    Parameters
    ----------
    place : tuple of int
        Position of the first such cell, from 0.
    """

    place: tuple[int, ...]

    @property
    def named(self) -> tuple[Scope, ...]:
        """The cell."""
        return (self.place,)

    def __str__(self) -> str:
        return f"Cell {numbered(self.place)} is on both sides of the transfer; leave it on one side."


@dataclass(eq=False)
class WrongPatternError(PlanError):
    """
    A pattern that is not a row of numbers.

    Parameters
    ----------
    pattern : object
        What was given as the pattern.
    """

    pattern: object

    def __str__(self) -> str:
        return (
            f"The pattern {self.pattern!r} is not a row of numbers of zero or more, one of them above zero; "
            "write it like 4-4-5."
        )


def _called(cell: str, place: tuple[int, ...]) -> str:
    """Call a cell by its name or its position."""
    return cell or f"Cell {numbered(place)}"

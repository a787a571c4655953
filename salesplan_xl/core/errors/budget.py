"""Refusals of spreading and fitting: what blocks a total from being shared, or targets from being met."""

from dataclasses import dataclass, field
from decimal import Decimal

from salesplan_xl.core.errors.base import AMOUNT, Amount, PlanError, Scope
from salesplan_xl.core.errors.wording import listed, shown


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
        The part of the table both sets are for.
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
    worst_error: Amount = field(metadata=AMOUNT)

    def __str__(self) -> str:
        return (
            f"After {self.sweeps} sweeps a target is still missed by {shown(self.worst_error)}; "
            "raise very small weights or relax a target."
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
class MissingTotalError(PlanError):
    """Targets that leave the size of the whole plan open."""

    def __str__(self) -> str:
        return "Neither a grand total nor a target for every member of a level is given; add the grand total."

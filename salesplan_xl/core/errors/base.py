"""What every refusal is: a sentence for a planner, its values as attributes, its amounts in any unit."""

from dataclasses import dataclass, fields, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, Self

Amount = int | float | Decimal

Scope = tuple[int | tuple[int, ...] | None, ...]
"""Part of a table: for each axis the position of one member, those of several, or None for all of them."""

AMOUNT = {"amount": True}
"""Marks the fields that `PlanError.in_unit` restates."""


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
        >>> from salesplan_xl.core.errors import AllHeldError
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

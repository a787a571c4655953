"""The flexible budget: the budget at the quantity that was really sold, between the static budget and the actuals."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from salesplan_xl.core.errors import AmountTooLargeError
from salesplan_xl.core.money import CENT, LIMIT, unit_fraction
from salesplan_xl.core.reading import read_numbers


@dataclass(frozen=True)
class Statement:
    """
    An income statement by contribution.

    Parameters
    ----------
    revenue, variable_cost, fixed_cost : int
        In the smallest unit of the plan; costs are positive.
    """

    revenue: int
    variable_cost: int
    fixed_cost: int

    @property
    def contribution_margin(self) -> int:
        """Revenue less variable cost."""
        return self.revenue - self.variable_cost

    @property
    def operating_income(self) -> int:
        """Contribution margin less fixed cost."""
        return self.contribution_margin - self.fixed_cost


@dataclass(frozen=True)
class FlexibleBudget:
    """
    Static budget, flexible budget and actuals, and the variances between them, favourable positive.

    Parameters
    ----------
    static : Statement
        The budget at the budgeted quantity.
    flexible : Statement
        The budget at the quantity that was sold.
    actual : Statement
        What came of it.
    """

    static: Statement
    flexible: Statement
    actual: Statement

    @property
    def static_variance(self) -> int:
        """Actual less budgeted operating income; zero can hide two variances that cancel out."""
        return self.actual.operating_income - self.static.operating_income

    @property
    def flexible_variance(self) -> int:
        """What prices, costs per unit and fixed cost did to operating income."""
        return self.actual.operating_income - self.flexible.operating_income

    @property
    def volume_variance(self) -> int:
        """What the quantity did to operating income."""
        return self.flexible.operating_income - self.static.operating_income

    @property
    def price_variance(self) -> int:
        """What the selling price did to revenue."""
        return self.actual.revenue - self.flexible.revenue


def flexible_budget(
    actual: Statement,
    *,
    actual_units: float,
    budget_units: float,
    price: float,
    variable_cost: float,
    fixed_cost: float,
    unit: float = CENT,
) -> FlexibleBudget:
    """
    Put the budget at the quantity that was sold between the budget and the actuals.

    Parameters
    ----------
    actual : Statement
        What came of it, in whole numbers of `unit`.
    actual_units, budget_units : float
        Quantity sold and budgeted.
    price, variable_cost : float
        Budgeted price and variable cost of one, in the main unit.
    fixed_cost : float
        Budgeted fixed cost, in the main unit.
    unit : float, default 0.01
        Smallest unit, in the main unit.

    Returns
    -------
    FlexibleBudget
        In whole numbers of `unit`. Static variance = flexible variance + volume variance, exactly.

    Raises
    ------
    NotAnAmountError, WrongUnitError, AmountTooLargeError
        If a number or the unit cannot be read, or an amount is 10**15 units or more.

    Examples
    --------
    130 sold instead of 120, budgeted at 3.50 with costs of 2.00 each and 120 fixed:

    >>> result = flexible_budget(
    ...     Statement(715, 515, 140),
    ...     actual_units=130, budget_units=120, price=3.5, variable_cost=2, fixed_cost=120, unit=1,
    ... )
    >>> result.static_variance, result.flexible_variance, result.volume_variance
    (0, -15, 15)
    """
    numbers = read_numbers([actual_units, budget_units, price, variable_cost, fixed_cost])
    sold, planned, each, cost, fixed = (Fraction(f"{number:.15g}") for number in numbers.tolist())
    size = unit_fraction(unit)

    def statement(quantity: Fraction) -> Statement:
        """Give the budget at a quantity."""
        return Statement(_whole(quantity * each, size), _whole(quantity * cost, size), _whole(fixed, size))

    return FlexibleBudget(statement(planned), statement(sold), actual)


def _whole(amount: Fraction, size: Fraction) -> int:
    """Round to whole units, halves away from zero."""
    count = math.floor(abs(amount) / size + Fraction(1, 2))
    if count >= LIMIT:
        raise AmountTooLargeError(float(amount), LIMIT)
    return count if amount >= 0 else -count

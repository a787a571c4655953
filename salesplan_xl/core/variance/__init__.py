"""
Actual against budget: how far off, whether it matters, and what moved it.

One module for each question: `comparison` (how far off), `flags` (whether to look at it), `decomposition` (price,
quantity or mix), `explanation` (which products, customers or months), `flexible` (what of it comes with the
quantity), `pacing` (where the year will end) and `control` (whether a series has left its usual course).
"""

from salesplan_xl.core.variance.comparison import Variance, against_budget
from salesplan_xl.core.variance.control import ControlLimits, control_limits, outside
from salesplan_xl.core.variance.decomposition import PARTS, PriceVolumeMix, price_volume_mix
from salesplan_xl.core.variance.explanation import Drivers, Explanation, Reason, best_dimension, drivers, reason
from salesplan_xl.core.variance.flags import Flags, flag
from salesplan_xl.core.variance.flexible import FlexibleBudget, Statement, flexible_budget
from salesplan_xl.core.variance.pacing import Pace, pace

__all__ = [
    "PARTS",
    "ControlLimits",
    "Drivers",
    "Explanation",
    "Flags",
    "FlexibleBudget",
    "Pace",
    "PriceVolumeMix",
    "Reason",
    "Statement",
    "Variance",
    "against_budget",
    "best_dimension",
    "control_limits",
    "drivers",
    "flag",
    "flexible_budget",
    "outside",
    "pace",
    "price_volume_mix",
    "reason",
]

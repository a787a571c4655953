"""Cell functions, one thin module per plan step."""

from __future__ import annotations

from salesplan_xl.functions.specification import FunctionSpecification
from udfs import budget, evaluation, field_work, segments

FUNCTIONS: tuple[FunctionSpecification, ...] = (
    *segments.FUNCTIONS,
    *field_work.FUNCTIONS,
    *budget.FUNCTIONS,
    *evaluation.FUNCTIONS,
)
"""Every cell function there is, in the order of the steps."""

"""
What answers each kind of case, one module a topic.

An adapter renames and reshapes the inputs of a case, calls public functions of core and names the
results as the case does. It computes nothing but the measure a case has for an answer. Kinds
without an adapter are not covered yet.
"""

from collections.abc import Callable, Mapping
from typing import Any

from tests.cases import budget, field_work, segments, variance

ADAPTERS: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    **segments.ADAPTERS,
    **field_work.ADAPTERS,
    **budget.ADAPTERS,
    **variance.ADAPTERS,
}

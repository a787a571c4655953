"""A specification says how its function is typed."""

from __future__ import annotations

from salesplan_xl.functions.specification import Argument, FunctionSpecification, Kind


def test_the_signature_shows_optional_arguments_in_brackets() -> None:
    weights = Argument("weights", Kind.NUMBERS, "Relative sizes.")
    unit = Argument("unit", Kind.NUMBER, "Unit.", optional=True)
    function = FunctionSpecification("SP_SHARE", "Shares of a whole.", (weights, unit), len)
    assert function.signature == "SP_SHARE(weights, [unit])"

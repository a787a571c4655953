"""Whether an answer (or a refusal) is what a case expects."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from salesplan_xl.core import errors

REFUSALS: dict[type[errors.PlanError], str | tuple[str, ...]] = {
    errors.UnequalTotalsError: "margins unequal",
    errors.InfeasibleTotalsError: "margins cannot be met",
    errors.NoSeedError: "margins cannot be met",
    errors.TargetAllHeldError: "margins cannot be met",
    errors.HeldExceedsTargetError: "held value exceeds a margin",
    errors.AllHeldError: "every cell is held",
    errors.HeldExceedsTotalError: "held cells exceed the total",
    errors.ActualsExceedTotalError: "actuals exceed the total",
    errors.CapsTooLowError: "caps too low",
    errors.NoWeightError: "zero base",
    errors.NoExactRoundingError: "no exact rounding exists",
    errors.TotalOutOfReachError: "no exact rounding exists",
    errors.DuplicateTargetError: "duplicate target lines",
    errors.AppointmentError: "appointments cannot be met",
}

_PART = re.compile(r"^(?:(?P<name>.+)_)?(?P<end>first|last)(?P<count>\d+)$")
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?!\w)")
_MEMBER = re.compile(r"\b(?:row|column) \d+")


def matches(got: Any, expected: Any, tolerance: Mapping[str, float]) -> bool:
    """Tell whether an answer, or the refusal given instead of one, is the expected one."""
    if isinstance(expected, Mapping) and "any_of" in expected and len(expected) == 1:
        return any(matches(got, alternative, tolerance) for alternative in expected["any_of"])
    if isinstance(expected, Mapping) and "refuse" in expected:
        return isinstance(got, errors.PlanError) and _refused_as_expected(got, expected, tolerance)
    if isinstance(got, errors.PlanError):
        return False
    if isinstance(expected, Mapping):
        return all(_entry_matches(got, key, value, tolerance) for key, value in expected.items())
    if isinstance(got, Mapping) and "answer" in got:
        return matches(got["answer"], expected, tolerance)
    if isinstance(expected, str | bool) or isinstance(got, str | bool):
        return type(got) is type(expected) and bool(got == expected)
    if expected is None or got is None:
        return expected is None and (got is None or (isinstance(got, float) and math.isnan(got)))
    if isinstance(expected, Sequence):
        return (
            isinstance(got, Sequence)
            and len(got) == len(expected)
            and all(matches(one, other, tolerance) for one, other in zip(got, expected, strict=True))
        )
    if isinstance(got, Sequence):  # one expected number for a list: each of them
        return len(got) > 0 and all(matches(one, expected, tolerance) for one in got)
    return _near(got, expected, tolerance)


def _near(got: Any, expected: Any, tolerance: Mapping[str, float]) -> bool:
    """Compare two numbers; whole numbers of any size exactly when the tolerance is zero."""
    if not isinstance(got, int | float):
        return False
    allowed = tolerance["abs"] + tolerance["rel"] * abs(expected)
    return bool(got == expected) if allowed == 0 else bool(abs(got - expected) <= allowed)


def _entry_matches(got: Any, key: str, expected: Any, tolerance: Mapping[str, float]) -> bool:
    """Compare one named result."""
    if key == "property":  # no single answer: the adapter tells whether the property holds
        return got is True
    answer = got["answer"] if isinstance(got, Mapping) and "answer" in got else got
    part = _PART.match(key)
    if part:
        whole = got.get(part["name"]) if part["name"] else answer
        count = int(part["count"])
        if not isinstance(whole, Sequence):
            return False
        return matches(whole[:count] if part["end"] == "first" else whole[-count:], expected, tolerance)
    if key == "any_of" or key.startswith("any_of_"):
        if key != "any_of":
            name = key.removeprefix("any_of_")
            answer = got.get(name, got.get(name.removesuffix("s"))) if isinstance(got, Mapping) else None
        return any(matches(answer, alternative, tolerance) for alternative in expected)
    return isinstance(got, Mapping) and key in got and matches(got[key], expected, tolerance)


def _refused_as_expected(error: errors.PlanError, expected: Mapping[str, Any], tolerance: Mapping[str, float]) -> bool:
    """Tell whether a refusal is of the expected kind and names every detail."""
    kinds = REFUSALS.get(type(error), ())
    if expected["refuse"] not in ((kinds,) if isinstance(kinds, str) else kinds):
        return False
    return all(_named(error, detail, tolerance) for detail in expected.get("details", {}).values())


def _named(error: errors.PlanError, detail: Any, tolerance: Mapping[str, float]) -> bool:
    """Tell whether a detail is in the message or the attributes of an error."""
    if isinstance(detail, Sequence) and not isinstance(detail, str):
        return all(_named(error, part, tolerance) for part in detail)
    said = [field.name for field in fields(error) if field.name != "named"]  # positions are no figures
    values = [part for name in said for part in _flat(getattr(error, name))]
    texts = [str(error), *(value for value in values if isinstance(value, str))]
    numbers = [float(number) for text in texts for number in _NUMBER.findall(text)]
    numbers += [float(value) for value in values if not isinstance(value, str | bool | type(None))]
    if not isinstance(detail, str):
        return any(_near(number, detail, tolerance) for number in numbers)
    if any(detail in text for text in texts):
        return True
    asked = [float(number) for number in _NUMBER.findall(detail)]
    members = _MEMBER.findall(detail)
    return (
        bool(asked)
        and all(any(_near(number, one, tolerance) for number in numbers) for one in asked)
        and all(any(member in text for text in texts) for member in members)
    )


def _flat(value: Any) -> list[Any]:
    """Return the plain values in a nest of tuples and dictionaries."""
    if isinstance(value, Mapping):
        return [part for pair in value.items() for entry in pair for part in _flat(entry)]
    if isinstance(value, tuple | list):
        return [part for entry in value for part in _flat(entry)]
    return [value]

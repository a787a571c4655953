import importlib
import inspect
import pkgutil
from decimal import Decimal

import pytest

from salesplan_xl.core import errors
from salesplan_xl.core.errors import (
    HeldExceedsTotalError,
    InfeasibleTotalsError,
    NotConvergedError,
    PlanError,
    UnequalTotalsError,
)

REFUSALS = [
    refusal
    for _, refusal in inspect.getmembers(errors, inspect.isclass)
    if issubclass(refusal, PlanError) and refusal is not PlanError
]


def test_every_refusal_of_every_topic_is_at_hand_in_one_place() -> None:
    topics = [
        importlib.import_module(f"{errors.__name__}.{topic.name}") for topic in pkgutil.iter_modules(errors.__path__)
    ]
    declared = {
        name
        for topic in topics
        for name, member in inspect.getmembers(topic, inspect.isclass)
        if member.__module__ == topic.__name__
    }
    assert len(topics) > 5
    assert declared | {"Amount", "Scope"} == set(errors.__all__)


@pytest.mark.parametrize("refusal", REFUSALS)
def test_every_refusal_is_named_as_an_error_and_explained(refusal: type[PlanError]) -> None:
    assert refusal.__name__.endswith("Error")
    assert refusal.__doc__
    assert "__str__" in vars(refusal)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        pytest.param(
            HeldExceedsTotalError(3000, 2500, (-167, -333, 3000), 500),
            "The held cells add up to 30, 5 beyond the total of 25; lower a held cell or raise the total.",
            id="held cells",
        ),
        pytest.param(
            UnequalTotalsError({"over rows": 11000, "over columns": 10000.0}),
            "The targets add up to 110 over rows and 100 over columns; make the sums equal.",
            id="sums",
        ),
        pytest.param(
            InfeasibleTotalsError(("Norte",), ("January",), 512, 300),
            "The targets cannot be met: Norte can only be fed by January: 5.12 > 3, 2.12 is missing; "
            "change one of them or open a cell between them.",
            id="blocking targets",
        ),
        pytest.param(
            InfeasibleTotalsError(tuple("abcdefg"), (), 500.0, 0.0),
            "The targets cannot be met: a, b, c, d, e and 2 more can only be fed by no cell: 5 > 0, 5 is "
            "missing; change one of them or open a cell between them.",
            id="many blocking targets",
        ),
        pytest.param(
            InfeasibleTotalsError(("a", "b"), ("c",), 350.0, 300.0, weighted=True),
            "The targets cannot be met: a and b ask for more than c can give, by at least 0.5; "
            "change one of them or open a cell between them.",
            id="weighted sums",
        ),
        pytest.param(
            NotConvergedError(7, 12),
            "After 7 sweeps the cells still miss a target by 0.12; raise very small weights or relax one of the "
            "targets.",
            id="a count is not an amount",
        ),
        pytest.param(
            NotConvergedError(7, 12, ("Norte", "Sur"), (12, -5)),
            "After 7 sweeps the cells still miss Norte by 0.12 and Sur by -0.05; raise very small weights or relax one "
            "of the targets.",
            id="targets that are missed",
        ),
    ],
)
def test_amounts_are_restated_in_the_main_unit(error: PlanError, sentence: str) -> None:
    assert str(error.in_unit(0.01)) == sentence


def test_attributes_are_restated_too() -> None:
    error = HeldExceedsTotalError(3000, 2500, None, 500).in_unit(0.01)
    assert (error.held_sum, error.values_if_negative_allowed) == (Decimal(30), None)

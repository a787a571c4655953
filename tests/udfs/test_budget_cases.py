"""The known cases of the budget through `call --batch`: cells and terminal give the numbers and sentences of core."""

from __future__ import annotations

import calendar
import json
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from salesplan_xl.core.errors import PlanError
from tests.cases.adapters import ADAPTERS
from tests.cases.compare import matches
from tests.cases.test_known_cases import CASES
from tests.command import salesplan

if TYPE_CHECKING:
    from pathlib import Path

Inputs = Mapping[str, Any]
Call = tuple[str, list[Any]]

FINE = 1e-7
"""A unit so fine that the cells of a case show its exact shares, and its amounts are still kept to the last digit."""


def row(cells: Any) -> list[Any]:
    """Cells side by side; a table as it is."""
    return list(cells) if isinstance(cells[0], list) else [list(cells)]


def typed(shape: tuple[int, ...], entries: Any) -> list[Any] | None:
    """A range with amounts typed in some places and blanks in the others; None where nothing is typed."""
    cells = np.full(shape, None, dtype=object)
    for entry in entries:
        cells[tuple(np.atleast_1d(entry["index"]))] = entry["value"]
    return row(cells.tolist()) if entries else None


def shared(total: float, weights: Any, *, held: Any = (), unit: float = FINE, zero: str = "error") -> Call:
    """A call of SP_SPREAD."""
    return "SP_SPREAD", [total, row(weights), typed(np.shape(weights), held), unit, zero]


def fitted(inputs: Inputs) -> Call | None:
    """A call of SP_FIT; None for a table of more than two axes."""
    totals = {tuple(margin["axes"]): margin["totals"] for margin in inputs["margins"]}
    if set(totals) != {(0,), (1,)}:
        return None
    column = [[amount] for amount in totals[0,]]
    held = typed(np.shape(inputs["seed"]), inputs.get("held", []))
    return "SP_FIT", [inputs["seed"], column, [totals[1,]], held, FINE]


def caught_up(inputs: Inputs) -> Call:
    """A call of SP_CATCHUP, in minor units; the cases keep the total of the plan."""
    plan = inputs["plan_minor"]
    assert sum(plan) == inputs["total_minor"]
    shape = (len(plan),)
    actual = typed(shape, inputs["actual_minor"]) or [[None] * len(plan)]
    return "SP_CATCHUP", [[plan], actual, typed(shape, inputs["held"]), 1]


def working_days(inputs: Inputs) -> Call:
    """A call of SP_WORKDAYS with the first and the last days of the months."""
    year = inputs["year"]
    first = [[f"{year}-{month:02d}-01"] for month in range(1, 13)]
    last = [[f"{year}-{month:02d}-{calendar.monthrange(year, month)[1]}"] for month in range(1, 13)]
    return "SP_WORKDAYS", [first, last, inputs["country"], inputs.get("subdivision"), inputs.get("week")]


CALLS: dict[str, Callable[[Inputs], Call | None]] = {
    "spread-proportional": lambda case: shared(case["total"], case["current"]),
    "spread-signed": lambda case: shared(case["total"], case["current"]),
    "spread-table-proportional": lambda case: shared(case["total"], case["current"]),
    "spread-by-reference": lambda case: shared(case["total"], case["reference"]),
    "spread-equal": lambda case: shared(case["total"], [1] * case["count"]),
    "spread-zero-base": lambda case: shared(case["total"], case["current"], zero=case["zero_base"]),
    "spread-add-amount": lambda case: shared(case["add"], case["shares"]),
    "spread-to-days-by-weekday": lambda case: shared(case["total"], case["bucket_weights"]),
    "spread-pattern": lambda case: (
        "SP_PATTERN",
        [case["total"], len(case["pattern"]), "-".join(map(str, case["pattern"])), FINE],
    ),
    # a cell function never turns the sign of a cell
    "hold-cells": lambda case: (
        None if case.get("allow_negative") else shared(case["total"], case["current"], held=case.get("held", []))
    ),
    "hold-total": lambda case: shared(case["keep_total"], case["current"], held=case["set"] + case["held"]),
    "round-largest-remainder": lambda case: shared(case["total"], case["weights"], unit=case["unit"]),
    "round-table": lambda case: ("SP_ROUND", [case["values"], None, 1]),
    "fit-margins": fitted,
    "rebalance-after-actuals": caught_up,
    "working-days": working_days,
}
"""How each kind of case is asked of a cell; None where a cell does not ask it."""

ASKED = {
    case["id"]: (case, call)
    for case in CASES
    if case["what"] in CALLS and (call := CALLS[case["what"]](case["inputs"])) is not None
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What one batch of all cases gives, by their ids."""
    path: Path = tmp_path_factory.mktemp("batch") / "cases.json"
    path.write_text(json.dumps([{"function": name, "args": arguments} for _, (name, arguments) in ASKED.values()]))
    return dict(zip(ASKED, salesplan("call", "--batch", path, "--json").document, strict=True))


def in_core(case: Mapping[str, Any]) -> Any:
    """What core answers, or its refusal."""
    try:
        return ADAPTERS[case["what"]](case["inputs"])
    except PlanError as error:
        return error


def counted_from_one(sentence: str) -> str:
    """A sentence of core, which counts rows and columns without labels from 0, as a cell says it."""
    return re.sub(r"\b(row|column) (\d+)", lambda found: f"{found[1]} {int(found[2]) + 1}", sentence)


def as_in_the_case(case: Mapping[str, Any], value: list[list[Any]]) -> Any:
    """The cells of an answer as the case names and lays out its numbers."""
    lies_flat = len(value) == 1 or len(value[0]) == 1
    cells: list[Any] = [cell for line in value for cell in line] if lies_flat else value
    expected = case["expected"]
    if not isinstance(expected, dict):
        return cells
    if case["what"] == "working-days":
        return {"by_month": cells, "total": sum(cells)}
    if case["what"] == "round-table":
        deviation = float(np.abs(np.subtract(case["inputs"]["values"], cells)).sum())
        return {"answer": cells, "min_total_abs_deviation": deviation}
    return {"values": cells, "unplaced": case["inputs"]["total"] - sum(cells)}


@pytest.mark.parametrize("name", ASKED)
def test_a_cell_answers_a_known_case(answers: dict[str, Any], name: str) -> None:
    case, _ = ASKED[name]
    answer = answers[name]
    if "refuse" in case["expected"]:
        refusal = in_core(case)
        assert matches(refusal, case["expected"], case["tolerance"])
        assert answer == {"error": "#NUM!", "why": counted_from_one(str(refusal))}
    else:
        assert matches(as_in_the_case(case, answer["value"]), case["expected"], case["tolerance"]), answer


def test_every_kind_that_a_cell_can_ask_is_asked() -> None:
    assert {case["what"] for case, _ in ASKED.values()} == set(CALLS)
    assert {name for _, (name, _) in ASKED.values()} == {
        "SP_SPREAD",
        "SP_FIT",
        "SP_ROUND",
        "SP_PATTERN",
        "SP_CATCHUP",
        "SP_WORKDAYS",
    }
    assert len(ASKED) >= 45

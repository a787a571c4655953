"""The known answers of spreading, worked out by rows of Spreads: the plan gives what vendors print, to the cent."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.actions.setting import DAY, refused, run, small_plan
from tests.memory_book import MemoryBook, Row

KNOWN = Path(__file__).parents[2] / "cases" / "known" / "budget.json"
WHY = {"reason": "known answer", "owner": "Cam"}
CENT = 0.01
"""How far a line may be from its exact share: left-over cents go to the largest remainders."""

Inputs = Mapping[str, Any]
Case = Mapping[str, Any]


def months(
    current: Sequence[float], *spreads: Row, others: Sequence[float] = (), **tables: Sequence[Row]
) -> MemoryBook:
    """A plan whose months hold some amounts for Ana in North, and others for Ben in South."""
    pairs = (("North", "Ana", current), ("South", "Ben", others))
    lines = [
        {"month": DAY(2026, month, 1), "territory": territory, "rep": rep, "budget": amount}
        for territory, rep, amounts in pairs
        for month, amount in enumerate(amounts, 1)
    ]
    return small_plan(budget_lines=lines, spreads=[{**WHY, "rep": "Ana", **one} for one in spreads], **tables)


def amounts_of(book: MemoryBook, count: int) -> list[float]:
    """What the first lines hold."""
    return [float(str(amount)) for amount in book.column("budget_lines", "budget")[:count]]


def spread(current: Sequence[float], *spreads: Row, **plan: Any) -> list[float]:
    """What rows of Spreads make of months."""
    book = months(current, *spreads, **plan)
    run(book, "spread")
    return amounts_of(book, len(current))


def holds(entries: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Holds of single months."""
    return [
        {"rep": "Ana", "period": DAY(2026, entry["index"] + 1, 1), "owner": "A", "reason": "r"} for entry in entries
    ]


def held(inputs: Inputs) -> list[float]:
    """The months, those that are held with what they are held at."""
    current = list(inputs["current"])
    for entry in inputs["held"]:
        current[entry["index"]] = entry["value"]
    return current


def proportional(inputs: Inputs) -> list[float]:
    return spread(inputs["current"], {"method": "proportional", "amount": inputs["total"]})


def by_reference(inputs: Inputs) -> list[float]:
    row: Row = {"method": "by reference", "amount": inputs["total"], "from_rep": "Ben"}
    return spread([0] * len(inputs["reference"]), row, others=inputs["reference"])


def percent_of(inputs: Inputs) -> list[float]:
    row: Row = {"method": "percent of", "percentage": inputs["percent"] / 100, "from_rep": "Ben"}
    return spread([0] * len(inputs["reference"]), row, others=inputs["reference"])


def equal(inputs: Inputs) -> list[float]:
    return spread([0] * inputs["count"], {"method": "equal", "amount": inputs["total"]})


def repeat(inputs: Inputs) -> list[float]:
    scope = {"nonzero": "non-zero", "all": "all"}[inputs["scope"]]
    return spread(inputs["current"], {"method": "repeat", "amount": inputs["value"], "scope": scope})


def straight_line(inputs: Inputs) -> list[float]:
    row: Row = {"method": "straight line", "amount": inputs["start"], "last_amount": inputs["end"]}
    return spread([0] * inputs["count"], row)


def growth(method: str) -> Callable[[Inputs], list[float]]:
    def grown(inputs: Inputs) -> list[float]:
        row: Row = {"method": method, "amount": inputs["start"], "percentage": inputs["percent"] / 100}
        return spread([0] * inputs["count"], row)

    return grown


def percent_change(inputs: Inputs) -> list[float]:
    return spread(inputs["current"], {"method": "percent change", "percentage": inputs["percent"] / 100})


def zero_base(inputs: Inputs) -> Any:
    row: Row = {"method": "proportional", "amount": inputs["total"], "zero_base": inputs["zero_base"]}
    book = months(inputs["current"], row)
    if inputs["zero_base"] == "error":
        (problem,) = refused(book, "spread")
        return problem.found
    warned = run(book, "spread").problems
    values = amounts_of(book, len(inputs["current"]))
    return {"values": values, "unplaced": warned[0].found} if inputs["zero_base"] == "leave" else values


def add(inputs: Inputs) -> list[float]:
    current = [share * 100 for share in inputs["shares"]]  # what is added goes by what the lines hold
    after = spread(current, {"method": "add", "amount": inputs["add"]})
    return [new - old for new, old in zip(after, current, strict=True)]


def equal_increment(inputs: Inputs) -> list[float]:
    return spread(inputs["current"], {"method": "equal increment", "amount": inputs["total"]})


def table(inputs: Inputs) -> list[list[float]]:
    first, second = inputs["current"]
    row: Row = {"rep": None, "method": "proportional", "amount": inputs["total"]}
    book = months(first, row, others=second)
    run(book, "spread")
    values = amounts_of(book, len(first) + len(second))
    return [values[: len(first)], values[len(first) :]]


def pattern(inputs: Inputs) -> list[float]:
    row: Row = {
        "method": "pattern",
        "amount": inputs["total"],
        "pattern": "-".join(map(str, inputs["pattern"])),
        "zero_base": "equal",
    }
    return spread([0] * len(inputs["pattern"]), row)


def hold_cells(inputs: Inputs) -> Any:
    book = months(
        held(inputs), {"method": "proportional", "amount": inputs["total"]}, budget_holds=holds(inputs["held"])
    )
    if len(inputs["held"]) == len(inputs["current"]) or inputs.get("allow_negative") is False:
        (problem,) = refused(book, "spread")
        return problem.found
    run(book, "spread")
    return amounts_of(book, len(inputs["current"]))


def hold_total(inputs: Inputs) -> list[float]:
    assert sum(inputs["current"]) == inputs["keep_total"]
    rows: list[Row] = [
        {"period": DAY(2026, entry["index"] + 1, 1), "method": "hold total", "amount": entry["value"]}
        for entry in inputs["set"]
    ]
    return spread(held(inputs), *rows, budget_holds=holds(inputs["held"]))


def overrides(inputs: Inputs) -> list[float]:
    """Groups of lines that overlap are countries and regions; the order of the rows decides."""
    first, second = inputs["steps"]
    names = [f"T{cell}" for cell in range(len(inputs["current"]))]
    territories: list[Row] = [
        {
            "territory": name,
            "country": "first" if cell in first["cells"] else "other country",
            "region": "second" if cell in second["cells"] else "other region",
        }
        for cell, name in enumerate(names)
    ]
    lines: list[Row] = [
        {"month": DAY(2026, 1, 1), "territory": name, "rep": "Ana", "budget": amount}
        for name, amount in zip(names, inputs["current"], strict=True)
    ]
    rows: list[Row] = [
        {**WHY, "territory": name, "method": "proportional", "amount": step["total"]}
        for name, step in (("first", first), ("second", second))
    ]
    book = small_plan(
        territories=territories,
        budget_lines=lines,
        spreads=rows,
        customers=[],
        sales=[],
        team=[{"rep": "Ana"}, {"rep": "Ben"}],
    )
    run(book, "spread")
    return amounts_of(book, len(names))


def percentages(inputs: Inputs) -> Any:
    """Twelve times 8.3333 is refused as percentages, and as a pattern loses nothing."""
    shares = " ".join(map(str, inputs["percentages"]))
    row: Row = {"amount": inputs["annual_total"], "pattern": shares, "zero_base": "equal"}
    (problem,) = refused(months([0] * 12, {**row, "method": "percentages"}), "spread")
    assert "add up to 99.9996, not 100 (0.0004 missing)" in problem.found
    values = spread([0] * 12, {**row, "method": "pattern"})
    return {"months_sum": round(sum(values), 2), "each_month": values}


ANSWERS: dict[str, Callable[[Inputs], Any]] = {
    "spread-proportional": proportional,
    "spread-by-reference": by_reference,
    "spread-percent-of-reference": percent_of,
    "spread-equal": equal,
    "spread-repeat": repeat,
    "spread-straight-line": straight_line,
    "spread-growth-compound": growth("compound growth"),
    "spread-growth-linear": growth("linear growth"),
    "spread-percent-change": percent_change,
    "spread-zero-base": zero_base,
    "spread-add-amount": add,
    "spread-equal-increment": equal_increment,
    "spread-table-proportional": table,
    "spread-pattern": pattern,
    "hold-cells": hold_cells,
    "hold-total": hold_total,
    "overrides-in-sequence": overrides,
    "normalise-percentages": percentages,
}

IN_SENTENCES = {
    "zero base": "{unplaced} cannot be shared",
    "every cell is held": "all of them held or of months that are over, with 60.00 in all",
    "held cells exceed the total": "add up to {held_sum}, 5 beyond the total of {total}",
}
"""What a refusal says, by its kind."""


def negative(case: Case) -> bool:
    """Whether a case is about amounts below zero, which budget lines do not have."""
    given = [*case["inputs"].get("current", []), case["inputs"].get("total", 0)]
    flat = [one for amount in given for one in (amount if isinstance(amount, list) else [amount])]
    return min(flat) < 0 or bool(case["inputs"].get("allow_negative"))


CASES = [
    case for case in json.loads(KNOWN.read_text(encoding="utf-8")) if case["what"] in ANSWERS and not negative(case)
]


def agrees(got: Any, expected: Any) -> bool:
    """Whether an answer is the expected one, to the cent, or its refusal says so."""
    if isinstance(expected, Mapping) and "refuse" in expected:
        return IN_SENTENCES[expected["refuse"]].format(**expected["details"]) in got
    if isinstance(expected, Mapping):
        return all(agrees(got[name], value) for name, value in expected.items())
    if isinstance(got, str):  # an amount that a note names
        return got.startswith(f"{expected:,.2f} ")
    if isinstance(expected, list):
        return len(got) == len(expected) and all(map(agrees, got, expected))
    if isinstance(got, list):
        return all(agrees(one, expected) for one in got)
    return bool(abs(got - expected) < CENT)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_plan_gives_the_known_answer(case: Case) -> None:
    got = ANSWERS[case["what"]](case["inputs"])
    assert agrees(got, case["expected"]), got


def test_every_kind_of_answer_is_among_the_cases() -> None:
    assert {case["what"] for case in CASES} == set(ANSWERS)
    assert len(CASES) == 34

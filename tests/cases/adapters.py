"""
What answers each kind of case.

An adapter renames and reshapes the inputs of a case, calls public functions of core and names the
results as the case does. It computes nothing. Kinds without an adapter are not covered yet.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from salesplan_xl.core.budget import Target, disaggregate, fit, spread, unplaced
from salesplan_xl.core.calendar import month_starts, working_days
from salesplan_xl.core.errors import PlanError
from salesplan_xl.core.money import from_units, to_units
from salesplan_xl.core.rounding import apportion, round_margins, round_matrix, round_tree, total_deviation
from salesplan_xl.core.variance import against_budget

Inputs = Mapping[str, Any]

# Cases of spreading expect exact shares with a tolerance of half a cent. The largest remainder may move a
# value by almost one unit, so they are spread in a unit well below that.
_UNIT = Decimal("0.0001")


def _whole(amount: float) -> int:
    """Return an amount of a case in smallest units."""
    return int(to_units(amount, _UNIT))


def _amounts(counts: Any) -> Any:
    """Return smallest units as amounts of a case."""
    return from_units(counts, _UNIT).tolist()


def _held(entries: list[Any], shape: tuple[int, ...]) -> Any:
    """Return held cells of a case in smallest units, blank elsewhere."""
    held = np.ma.MaskedArray(np.zeros(shape, dtype=np.int64), mask=True)
    for entry in entries:
        held[entry["index"]] = _whole(entry["value"])
    return held


def _spread(total: float, weights: Any, **options: Any) -> Any:
    """Spread in the unit of the cases, refusals included."""
    try:
        return spread(_whole(total), weights, **options)
    except PlanError as error:
        raise error.in_unit(_UNIT) from error


def proportional(inputs: Inputs) -> Any:
    return _amounts(_spread(inputs["total"], inputs["current"]))


def by_reference(inputs: Inputs) -> Any:
    return _amounts(_spread(inputs["total"], inputs["reference"]))


def equal(inputs: Inputs) -> Any:
    return _amounts(_spread(inputs["total"], np.ones(inputs["count"])))


def pattern(inputs: Inputs) -> Any:
    return _amounts(_spread(inputs["total"], inputs["pattern"]))


def zero_base(inputs: Inputs) -> Any:
    values = _spread(inputs["total"], inputs["current"], zero=inputs["zero_base"])
    if inputs["zero_base"] != "leave":
        return _amounts(values)
    return {"values": _amounts(values), "unplaced": _amounts(unplaced(_whole(inputs["total"]), values))}


def hold_cells(inputs: Inputs) -> Any:
    held = _held(inputs.get("held", []), np.shape(inputs["current"]))
    on_negative = "allow" if inputs.get("allow_negative") else "error"
    return _amounts(_spread(inputs["total"], inputs["current"], held=held, on_negative=on_negative))


def hold_total(inputs: Inputs) -> Any:
    held = _held(inputs["set"] + inputs.get("held", []), np.shape(inputs["current"]))
    return _amounts(_spread(inputs["keep_total"], inputs["current"], held=held))


def overrides(inputs: Inputs) -> Any:
    values = to_units(inputs["current"], _UNIT)
    for step in inputs["steps"]:
        values[step["cells"]] = _spread(step["total"], values[step["cells"]])
    return _amounts(values)


def days(inputs: Inputs) -> Any:
    starts = month_starts(dt.date(inputs["year"], 1, 1), 13)
    place = {"country": inputs["country"], "subdivision": inputs.get("subdivision")}
    by_month = working_days(starts[:-1], starts[1:], **place)
    return {"by_month": np.asarray(by_month).tolist(), "total": working_days(starts[0], starts[-1], **place)}


def largest_remainder(inputs: Inputs) -> Any:
    parts = apportion(int(to_units(inputs["total"], inputs["unit"])), inputs["weights"])
    return from_units(parts, inputs["unit"]).tolist()


def large_integers(inputs: Inputs) -> Any:
    return apportion(inputs["total_minor"], inputs["weights"]).tolist()


def cascade(inputs: Inputs) -> Any:
    given = inputs["weights"]
    levels = [np.array([inputs["total_minor"]])]
    for number, branches in enumerate(inputs["branching"]):
        weights = np.ones(branches) if given == "equal" else given[number]
        levels.append(np.concatenate([apportion(int(total), weights) for total in levels[-1]]))
    named = {f"level{number}": level.tolist() for number, level in enumerate(levels) if number}
    first = {
        f"level{number}_first_branch": levels[number][:branches].tolist()
        for number, branches in enumerate(inputs["branching"], start=1)
    }
    leaves = levels[-1]
    extent = {"leaf_min": int(leaves.min()), "leaf_max": int(leaves.max()), "leaf_sum": int(leaves.sum())}
    return {**named, **first, **extent}


def parent_and_children(inputs: Inputs) -> Any:
    unit, children = inputs["display_unit_minor"], inputs["children_minor"]
    shown = round_tree([np.nan, *children], [-1, *[0] * len(children)], unit=unit)
    parent, *units = to_units(shown, unit).tolist()
    return {"parent_units": parent, "children_units": units, "children_units_sorted": sorted(units)}


def table(inputs: Inputs) -> Any:
    rounded = round_matrix(inputs["values"], inputs["row_totals"], inputs["column_totals"], unit=1)
    return {
        "answer": rounded.tolist(),
        "min_total_abs_deviation": total_deviation(inputs["values"], rounded),
    }


def cube(inputs: Inputs) -> Any:
    margins: dict[tuple[int, ...], Any] = {(axis,): totals for axis, totals in enumerate(inputs["margins"])}
    return round_margins(inputs["values"], margins, unit=1).tolist()


def percentages(inputs: Inputs) -> Any:
    months = _spread(inputs["annual_total"], inputs["percentages"])
    return {"months": _amounts(months), "each_month": _amounts(months), "months_sum": _amounts(months.sum())}


def margins(inputs: Inputs) -> Any:
    held = np.full(np.shape(inputs["seed"]), np.nan)
    for entry in inputs.get("held", []):
        held[tuple(entry["index"])] = entry["value"]
    totals = {tuple(margin["axes"]): margin["totals"] for margin in inputs["margins"]}
    return fit(inputs["seed"], totals, held=held).values.tolist()


def target_lines(inputs: Inputs) -> Any:
    lines = inputs["lines"]
    persons = list(dict.fromkeys(line["person"] for line in lines))
    groups = list(dict.fromkeys(line["item_group"] for line in lines))
    targets = [
        Target((persons.index(line["person"]), groups.index(line["item_group"])), _whole(line["target"]))
        for line in lines
    ]
    plan = disaggregate(np.ones((len(persons), len(groups))), targets, labels=[persons, groups])
    target = _amounts(plan.values.sum())
    variance = float(against_budget(inputs["actual"], target).variance)
    return {"target": target, "achieved": inputs["actual"], "variance": variance}


ADAPTERS: dict[str, Callable[[Inputs], Any]] = {
    "spread-proportional": proportional,
    "spread-equal": equal,
    "spread-by-reference": by_reference,
    "spread-zero-base": zero_base,
    "spread-pattern": pattern,
    "spread-signed": proportional,
    "spread-table-proportional": proportional,
    "hold-cells": hold_cells,
    "hold-total": hold_total,
    "overrides-in-sequence": overrides,
    "working-days": days,
    "round-largest-remainder": largest_remainder,
    "round-large-integers": large_integers,
    "round-cascade": cascade,
    "round-parent-and-children": parent_and_children,
    "round-table": table,
    "round-cube": cube,
    "normalise-percentages": percentages,
    "fit-margins": margins,
    "duplicate-target-lines": target_lines,
}

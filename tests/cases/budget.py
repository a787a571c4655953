"""What answers each kind of case about the budget: spreading, fitting, rounding, working days."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from salesplan_xl.core.budget import Target, disaggregate, fit, spread, unplaced
from salesplan_xl.core.calendar import month_starts, working_days
from salesplan_xl.core.errors import PlanError
from salesplan_xl.core.money import from_units, to_units
from salesplan_xl.core.rounding import apportion, round_margins, round_matrix, round_tree
from salesplan_xl.core.variance import against_budget

Inputs = Mapping[str, Any]


def _unit(*amounts: Any) -> Decimal:
    """
    Return a unit to spread in: as fine as amounts of fifteen digits allow.

    Cases of spreading expect exact shares, and the largest remainder may move a share by almost one unit.
    """
    largest = max((abs(amount) for amount in np.concatenate([np.ravel(part) for part in amounts])), default=0)
    digits = len(str(int(largest)))
    return Decimal(1).scaleb(min(max(digits - 14, -12), -2))


def _place(index: Any) -> Any:
    """Return an index of a case as an index of an array."""
    return tuple(index) if isinstance(index, list) else index


def _spread(total: float, weights: Any, *, fixed: Sequence[Any] = (), **options: Any) -> Any:
    """Spread in a fine unit, around fixed cells, refusals included."""
    unit = _unit(total, [entry["value"] for entry in fixed])
    held = np.ma.MaskedArray(np.zeros(np.shape(weights), dtype=np.int64), mask=True)
    for entry in fixed:
        held[_place(entry["index"])] = int(to_units(entry["value"], unit))
    whole = int(to_units(total, unit))
    try:
        values = spread(whole, weights, held=held if fixed else None, **options)
    except PlanError as error:
        raise error.in_unit(unit) from error
    return from_units(values, unit).tolist(), float(from_units(unplaced(whole, values), unit))


def proportional(inputs: Inputs) -> Any:
    return _spread(inputs["total"], inputs["current"])[0]


def by_reference(inputs: Inputs) -> Any:
    return _spread(inputs["total"], inputs["reference"])[0]


def equal(inputs: Inputs) -> Any:
    return _spread(inputs["total"], np.ones(inputs["count"]))[0]


def pattern(inputs: Inputs) -> Any:
    return _spread(inputs["total"], inputs["pattern"])[0]


def add_amount(inputs: Inputs) -> Any:
    return _spread(inputs["add"], inputs["shares"])[0]


def buckets(inputs: Inputs) -> Any:
    return _spread(inputs["total"], inputs["bucket_weights"])[0]


def weeks(inputs: Inputs) -> Any:
    first, after = np.datetime64(inputs["from"]), np.datetime64(inputs["to_exclusive"])
    borders = np.clip(np.array([*inputs["week_starts"], after], dtype="datetime64[D]"), first, after)
    return _spread(inputs["total"], working_days(borders[:-1], borders[1:], week="1111111"))[0]


def zero_base(inputs: Inputs) -> Any:
    values, left = _spread(inputs["total"], inputs["current"], zero=inputs["zero_base"])
    return {"values": values, "unplaced": left} if inputs["zero_base"] == "leave" else values


def hold_cells(inputs: Inputs) -> Any:
    on_negative = "allow" if inputs.get("allow_negative") else "error"
    return _spread(inputs["total"], inputs["current"], fixed=inputs.get("held", []), on_negative=on_negative)[0]


def hold_total(inputs: Inputs) -> Any:
    return _spread(inputs["keep_total"], inputs["current"], fixed=inputs["set"] + inputs.get("held", []))[0]


def overrides(inputs: Inputs) -> Any:
    values = np.array(inputs["current"], dtype=np.float64)
    for step in inputs["steps"]:
        values[step["cells"]] = _spread(step["total"], values[step["cells"]])[0]
    return values.tolist()


def rebalance(inputs: Inputs) -> Any:
    held = np.ma.MaskedArray(np.zeros(len(inputs["plan_minor"]), dtype=np.int64), mask=True)
    for entry in [*inputs["actual_minor"], *inputs.get("held", [])]:
        held[entry["index"]] = entry["value"]
    return spread(inputs["total_minor"], inputs["plan_minor"], held=held).tolist()


def days(inputs: Inputs) -> Any:
    starts = month_starts(dt.date(inputs["year"], 1, 1), 13)
    place = {name: inputs[name] for name in ("country", "subdivision", "week") if inputs.get(name) is not None}
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
        "min_total_abs_deviation": float(np.abs(np.subtract(inputs["values"], rounded)).sum()),
    }


def cube(inputs: Inputs) -> Any:
    margins: dict[tuple[int, ...], Any] = {(axis,): totals for axis, totals in enumerate(inputs["margins"])}
    return round_margins(inputs["values"], margins, unit=1).tolist()


def percentages(inputs: Inputs) -> Any:
    months, left = _spread(inputs["annual_total"], inputs["percentages"])
    return {"answer": months, "months": months, "each_month": months, "months_sum": inputs["annual_total"] - left}


def margins(inputs: Inputs) -> Any:
    held = np.full(np.shape(inputs["seed"]), np.nan)
    for entry in inputs.get("held", []):
        held[tuple(entry["index"])] = entry["value"]
    totals = {tuple(margin["axes"]): margin["totals"] for margin in inputs["margins"]}
    return fit(inputs["seed"], totals, held=held, tolerance=1e-13).values.tolist()


def target_lines(inputs: Inputs) -> Any:
    lines = inputs["lines"]
    persons = list(dict.fromkeys(line["person"] for line in lines))
    groups = list(dict.fromkeys(line["item_group"] for line in lines))
    unit = _unit([line["target"] for line in lines])
    targets = [
        Target((persons.index(line["person"]), groups.index(line["item_group"])), int(to_units(line["target"], unit)))
        for line in lines
    ]
    try:
        plan = disaggregate(np.ones((len(persons), len(groups))), targets, labels=[persons, groups])
    except PlanError as error:
        raise error.in_unit(unit) from error
    target = float(from_units(plan.values.sum(), unit))
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
    "spread-add-amount": add_amount,
    "spread-to-days-by-weekday": buckets,
    "month-to-weeks": weeks,
    "rebalance-after-actuals": rebalance,
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

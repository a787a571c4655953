"""What answers each kind of case about the budget: spreading, fitting, rounding, working days."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from salesplan_xl.core import spreading
from salesplan_xl.core.budget import Target, disaggregate, fit, rebalance, spread, unplaced
from salesplan_xl.core.calendar import month_starts, working_days
from salesplan_xl.core.errors import PlanError
from salesplan_xl.core.measures import Aggregation, roll_up, spread_down
from salesplan_xl.core.money import from_units, to_units
from salesplan_xl.core.periods import Periods, carry_over
from salesplan_xl.core.rounding import apportion, round_margins, round_matrix, round_tree
from salesplan_xl.core.spreading import Override, override
from salesplan_xl.core.temporal import chow_lin, denton
from salesplan_xl.core.two_margins import apportion_table
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


def _in_fine_units(method: Callable[..., Any], current: Any, *amounts: Any, unit: Decimal, **options: Any) -> Any:
    """Call a method of spreading on amounts in a fine unit, refusals included."""
    cells = to_units(current, unit)
    try:
        values = method(cells, *amounts, **options)
    except PlanError as error:
        raise error.in_unit(unit) from error
    return from_units(values, unit).tolist()


def _meeting(method: Callable[..., Any], inputs: Inputs, current: Any, *others: Any) -> Any:
    """Bring cells to a total by one of the methods."""
    unit = _unit(inputs["total"], current)
    return _in_fine_units(method, current, int(to_units(inputs["total"], unit)), *others, unit=unit)


def proportional(inputs: Inputs) -> Any:
    return _meeting(spreading.proportional, inputs, inputs["current"])


def by_reference(inputs: Inputs) -> Any:
    reference = inputs["reference"]
    return _meeting(spreading.by_reference, inputs, np.zeros(len(reference)), reference)


def equal(inputs: Inputs) -> Any:
    return _meeting(spreading.equal, inputs, np.zeros(inputs["count"]))


def pattern(inputs: Inputs) -> Any:
    return _meeting(spreading.pattern, inputs, np.zeros(len(inputs["pattern"])), inputs["pattern"])


def equal_increment(inputs: Inputs) -> Any:
    return _meeting(spreading.equal_increment, inputs, inputs["current"])


def add_amount(inputs: Inputs) -> Any:
    shares, unit = inputs["shares"], _unit(inputs["add"])
    amount = int(to_units(inputs["add"], unit))
    return _in_fine_units(spreading.add, np.zeros(len(shares)), amount, shares, unit=unit)


def repeat(inputs: Inputs) -> Any:
    unit = _unit(inputs["value"], inputs["current"])
    amount = int(to_units(inputs["value"], unit))
    return _in_fine_units(spreading.repeat, inputs["current"], amount, unit=unit, scope=inputs.get("scope", "all"))


def straight_line(inputs: Inputs) -> Any:
    unit = _unit(inputs["start"], inputs["end"])
    ends = to_units([inputs["start"], inputs["end"]], unit).tolist()
    return _in_fine_units(spreading.straight_line, np.zeros(inputs["count"]), *ends, unit=unit)


def _growing(method: Callable[..., Any], inputs: Inputs) -> Any:
    """Let periods grow in one of the two ways."""
    unit = _unit(inputs["start"] * 100)  # so many digits for growth
    first = int(to_units(inputs["start"], unit))
    return _in_fine_units(method, np.zeros(inputs["count"]), first, inputs["percent"], unit=unit)


def growth_compound(inputs: Inputs) -> Any:
    return _growing(spreading.growth_compound, inputs)


def growth_linear(inputs: Inputs) -> Any:
    return _growing(spreading.growth_linear, inputs)


def percent_change(inputs: Inputs) -> Any:
    unit = _unit(np.multiply(inputs["current"], 100))  # so many digits for growth
    return _in_fine_units(spreading.percent_change, inputs["current"], inputs["percent"], unit=unit)


def percent_of(inputs: Inputs) -> Any:
    reference = inputs["reference"]
    unit, cells = _unit(np.multiply(reference, 100)), np.zeros(len(reference))
    return _in_fine_units(spreading.percent_of, cells, inputs["percent"], to_units(reference, unit), unit=unit)


def _typed(cells: Sequence[Any], unit: Decimal) -> Any:
    """Return what was typed in some of the cells, in the unit."""
    blank = [cell is None for cell in cells]
    return np.ma.MaskedArray(to_units([cell or 0 for cell in cells], unit), mask=blank)


def caps(inputs: Inputs) -> Any:
    unit, weights = _unit(inputs["total"]), inputs["weights"]
    limits = {name: _typed(inputs[name], unit) for name in ("lower", "upper") if name in inputs}
    total = int(to_units(inputs["total"], unit))
    return _in_fine_units(spreading.by_weights, np.zeros(len(weights)), total, weights, unit=unit, **limits)


def by_measure_type(inputs: Inputs) -> Any:
    unit = _unit(inputs["value"] * inputs["periods"])
    value, unknown = int(to_units(inputs["value"], unit)), [None] * inputs["periods"]
    kinds: tuple[Aggregation, ...] = ("sum", "average", "first", "last")
    down = {kind: spread_down(value, kind, current=unknown) for kind in kinds}
    return {
        kind: np.ma.MaskedArray(from_units(cells.data, unit), mask=cells.mask).tolist() for kind, cells in down.items()
    }


def roll_up_by_time_balance(inputs: Inputs) -> Any:
    unit = _unit(inputs["values"])
    values = to_units(inputs["values"], unit)
    kinds: dict[str, Aggregation] = {"flow": "sum", "first": "first", "balance": "last", "average": "average"}
    rolled = {name: roll_up(values, kind) for name, kind in kinds.items()}
    for name in ("actual", "365"):
        rolled[f"weighted_{name}"] = roll_up(values, "weighted", days=inputs[f"days_{name}"])
    return {name: float(from_units(value, unit)) for name, value in rolled.items() if value is not None}


def quarter_change(inputs: Inputs) -> Any:
    months = inputs["current"]
    unit = _unit(inputs["new_quarter"], inputs["year_total"])
    rest = inputs["year_total"] - sum(months)
    quarter = slice(0, len(months))
    step = Override(quarter, int(to_units(inputs["new_quarter"], unit)))
    year = override(to_units([*months, rest], unit), [step])
    total = roll_up(year, "sum")
    return {"months": from_units(year[quarter], unit).tolist(), "year_total": float(from_units(total or 0, unit))}


def buckets(inputs: Inputs) -> Any:
    return _spread(inputs["total"], inputs["bucket_weights"])[0]


def weeks(inputs: Inputs) -> Any:
    first, after = np.datetime64(inputs["from"]), np.datetime64(inputs["to_exclusive"])
    starts = inputs["week_starts"]
    month = Periods(("month",), np.array([first, after]))
    week = Periods(tuple(starts), np.array([*starts, np.datetime64(starts[-1]) + 7], dtype="datetime64[D]"))
    unit = _unit(inputs["total"])
    return from_units(carry_over(to_units([inputs["total"]], unit), month, week)[0], unit).tolist()


def zero_base(inputs: Inputs) -> Any:
    values, left = _spread(inputs["total"], inputs["current"], zero=inputs["zero_base"])
    return {"values": values, "unplaced": left} if inputs["zero_base"] == "leave" else values


def hold_cells(inputs: Inputs) -> Any:
    on_negative = "allow" if inputs.get("allow_negative") else "error"
    return _spread(inputs["total"], inputs["current"], fixed=inputs.get("held", []), on_negative=on_negative)[0]


def hold_total(inputs: Inputs) -> Any:
    return _spread(inputs["keep_total"], inputs["current"], fixed=inputs["set"] + inputs.get("held", []))[0]


def overrides(inputs: Inputs) -> Any:
    unit = _unit([step["total"] for step in inputs["steps"]], inputs["current"])
    steps = [Override(step["cells"], int(to_units(step["total"], unit))) for step in inputs["steps"]]
    return _in_fine_units(override, inputs["current"], steps, unit=unit)


def rebalancing(inputs: Inputs) -> Any:
    plan = inputs["plan_minor"]
    actual, held = (
        {entry["index"]: entry["value"] for entry in inputs.get(name, [])} for name in ("actual_minor", "held")
    )
    return rebalance(
        plan,
        [actual.get(place) for place in range(len(plan))],
        held=[held.get(place) for place in range(len(plan))],
        total=inputs["total_minor"],
    ).values.tolist()


def _series(given: Any, count: int = 0) -> Any:
    """Return a series of a case: numbers, a column of a file, some rows of it, or a constant."""
    if given == "constant":
        return np.ones(count)
    if not isinstance(given, str):
        return given
    path, _, rows = given.partition(" rows ")
    column = np.loadtxt(path, skiprows=1)
    if not rows:
        return column
    first, last = rows.split(" (")[0].split(" to ")
    return column[int(first) - 1 : int(last)]


def temporal_denton(inputs: Inputs) -> Any:
    benchmark, periods = _series(inputs["benchmark"]), inputs["periods_per_benchmark"]
    values = denton(benchmark, _series(inputs["indicator"], len(benchmark) * periods), periods)
    return values.tolist()


def temporal_chow_lin(inputs: Inputs) -> Any:
    found = chow_lin(
        _series(inputs["benchmark"]),
        _series(inputs["indicator"]),
        inputs["periods_per_benchmark"],
        autocorrelation=inputs["rho"],
    )
    return {"answer": found.values.tolist(), "coefficients": found.coefficients.tolist()}


def two_margins(inputs: Inputs) -> Any:
    return apportion_table(inputs["weights"], inputs["row_totals"], inputs["column_totals"]).tolist()


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
    total, unit = inputs["annual_total"], _unit(inputs["annual_total"])
    shares, whole = inputs["percentages"], int(to_units(inputs["annual_total"], unit))
    cells = np.zeros(len(shares))
    months = _in_fine_units(spreading.percentages, cells, whole, shares, unit=unit, whole="scale")
    months_sum = total - float(from_units(unplaced(whole, to_units(months, unit)), unit))
    return {"answer": months, "months": months, "each_month": months, "months_sum": months_sum}


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
    "rebalance-after-actuals": rebalancing,
    "spread-with-caps": caps,
    "spread-percent-of-reference": percent_of,
    "spread-percent-change": percent_change,
    "spread-repeat": repeat,
    "spread-straight-line": straight_line,
    "spread-growth-compound": growth_compound,
    "spread-growth-linear": growth_linear,
    "spread-equal-increment": equal_increment,
    "spread-by-measure-type": by_measure_type,
    "period-rollup-by-time-balance": roll_up_by_time_balance,
    "period-quarter-change": quarter_change,
    "apportion-two-margins": two_margins,
    "temporal-denton": temporal_denton,
    "temporal-chow-lin": temporal_chow_lin,
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

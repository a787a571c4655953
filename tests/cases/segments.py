"""What answers each kind of case about segments."""

import csv
import datetime as dt
from collections.abc import Callable, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from salesplan_xl.core.segments import (
    UNASSIGNED,
    RfmScores,
    RuleRow,
    abc_class,
    apply_rules,
    rfm_score,
    score_by_cuts,
    score_values,
    segment_movement,
    segment_summary,
)

Inputs = Mapping[str, Any]

MEASURES = ("recency", "frequency", "monetary")


def _scored(inputs: Inputs, *, times: float = 1, rule: str = "") -> RfmScores:
    """Score the orders of a file."""
    with Path(inputs["data"]).open(encoding="utf-8", newline="") as file:
        orders = list(csv.DictReader(file))
    amounts: NDArray[Any] = np.array([int(order["revenue"]) for order in orders])
    return rfm_score(
        [int(order["customer_id"]) for order in orders],
        np.array([order["order_date"] for order in orders], dtype="datetime64[D]"),
        amounts if times == 1 else amounts * times,
        dt.date.fromisoformat(inputs.get("analysis_date", "2006-12-31")),
        bins=inputs.get("bins", 5),
        method="rfm_r" if rule.startswith("R package") else "native",
        unit=0.01 * min(times, 1),
    )


def _digits(scored: RfmScores) -> list[int]:
    """Write three scores as one number."""
    return [int(digits) for digits in 100 * scored.r + 10 * scored.f + scored.m]


def _counts(scores: NDArray[np.int64]) -> list[int]:
    """Count the customers of each score."""
    return [int(count) for count in np.bincount(scores)[1:]]


def thresholds(inputs: Inputs) -> Any:
    limits, customers = inputs["thresholds"], inputs["customers"]
    months, orders, thousands = np.array(list(customers.values())).T
    recency = score_by_cuts(months, limits["recency_months_upper_inclusive"], lower_is_better=True)
    frequency = score_by_cuts(orders, sorted(limits["frequency_at_least"]), reached_is_passed=True)
    monetary = score_by_cuts(thousands, sorted(limits["monetary_above"]))
    digits = zip(customers, recency.tolist(), frequency.tolist(), monetary.tolist(), strict=True)
    return {customer: f"{r}{f}{m}" for customer, r, f, m in digits}


def quantiles(inputs: Inputs) -> Any:
    scores = score_values(inputs["recency_days"], inputs["bins"], lower_is_better=True).scores
    return {"recency_score": scores.tolist()}


def ties(inputs: Inputs) -> Any:
    scores = score_values(inputs["frequency"], inputs["bins"]).scores.tolist()
    ranked = sorted(zip(inputs["frequency"], scores, strict=True))
    one_each = len({value for value, _ in ranked}) == len(set(ranked))
    return one_each and [score for _, score in ranked] == sorted(scores)


def from_orders(inputs: Inputs) -> Any:
    scored = _scored(inputs, rule=inputs["rule"])
    scores = dict(zip(MEASURES, (scored.r, scored.f, scored.m), strict=True))
    cuts = {measure: getattr(scored.cuts, measure).tolist() for measure in MEASURES}
    counts = {measure: _counts(scores[measure]) for measure in MEASURES}
    columns = (scored.recency_days, scored.frequency, scored.monetary, scored.r, scored.f, scored.m)
    rows = [*zip(*(column.tolist() for column in columns), _digits(scored), strict=True)]
    return {
        "customers": len(scored.ids),
        "orders": int(scored.frequency.sum()),
        "revenue": int(scored.monetary.sum()),
        **{f"{measure}_cuts": cuts[measure] for measure in MEASURES},
        "score_counts": counts,
        **{measure: {"cuts": cuts[measure], "score_counts": counts[measure]} for measure in MEASURES},
        "columns": ["recency_days", "n", "amount", "R", "F", "M", "RFM"],
        "rows": {str(customer): list(row) for customer, row in zip(scored.ids, rows, strict=True)},
    }


def scale(inputs: Inputs) -> Any:
    return _digits(_scored(inputs)) == _digits(_scored(inputs, times=inputs["multiply_amounts_by"]))


def segment_rules(inputs: Inputs) -> Any:
    scored = _scored(inputs, rule=inputs["scores"])
    rows = [
        RuleRow(segment, column, "between", low, high, number)
        for number, (segment, *limits) in enumerate(inputs["rules"], start=1)
        for column, low, high in zip("RFM", limits[::2], limits[1::2], strict=True)
    ]
    found = apply_rules({"R": scored.r, "F": scored.f, "M": scored.m}, rows)
    summary = segment_summary(found.segments, scored.monetary, scored.frequency, names=found.names)
    cells = np.array(list(product(range(1, 6), repeat=3))).T
    assert summary.orders is not None
    columns = (summary.customers, summary.orders, summary.amounts)
    figures = zip(summary.names, *(column.tolist() for column in columns), strict=True)
    return {
        "columns": ["customers", "orders", "revenue"],
        **{name: list(row) for name, *row in figures},
        "unreachable_rules": [use.segment for use in found.uses if use.verdict in ("hidden", "contradiction")],
        "cells_uncovered_of_125": apply_rules(dict(zip("RFM", cells, strict=True)), rows).segments.count(UNASSIGNED),
    }


def classes(inputs: Inputs) -> Any:
    found = abc_class(inputs["values"], tuple(inputs["cuts"]))
    return {"classes": found.classes.tolist(), "cumulative_share": found.cumulative_share.tolist()}


def stability(inputs: Inputs) -> Any:
    before, now = (dict(enumerate(map(str, inputs[cycle]))) for cycle in ("previous", "current"))
    return {"adjusted_rand_index": segment_movement(before, now).adjusted_rand_index}


ADAPTERS: dict[str, Callable[[Inputs], Any]] = {
    "rfm-fixed-thresholds": thresholds,
    "rfm-quantile-score": quantiles,
    "rfm-ties": ties,
    "rfm-from-orders": from_orders,
    "rfm-scale-invariance": scale,
    "rfm-segment-rules": segment_rules,
    "abc-classes": classes,
    "segment-stability": stability,
}

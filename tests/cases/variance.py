"""What answers each kind of case about variance."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from salesplan_xl.core.budget import spread
from salesplan_xl.core.money import from_units, to_units
from salesplan_xl.core.variance import (
    ControlLimits,
    PriceVolumeMix,
    Statement,
    against_budget,
    best_dimension,
    control_limits,
    drivers,
    flag,
    flexible_budget,
    outside,
    pace,
    price_volume_mix,
)

Inputs = Mapping[str, Any]

FINE = 0.000001
FINEST = 1e-10
LENGTH = 2_000_000


def _amounts(counts: Any, unit: float) -> Any:
    """Return counts of the unit as plain numbers of the main unit."""
    return from_units(counts, unit).tolist()


def _filled(prices: Any) -> Any:
    """Put NaN where there is no price."""
    return np.array(prices, dtype=np.float64)


def _decomposed(inputs: Inputs, unit: float = FINE) -> PriceVolumeMix:
    """Decompose what a case names in full."""
    return price_volume_mix(
        inputs["budget_quantity"],
        _filled(inputs["budget_price"]),
        inputs["actual_quantity"],
        _filled(inputs["actual_price"]),
        unit=unit,
    )


def _totals(result: PriceVolumeMix) -> dict[str, float]:
    """Return the totals of a decomposition by name, in the main unit."""
    return {name: float(from_units(count, result.unit)) for name, count in result.totals.items()}


def flexible(inputs: Inputs) -> Any:
    budget, actual = inputs["budget"], inputs["actual"]
    counts = to_units([actual[name] for name in ("revenue", "variable_cost", "fixed_cost")], 0.01).tolist()
    result = flexible_budget(
        Statement(*counts),
        actual_units=actual["units"],
        budget_units=budget["units"],
        price=budget["price"],
        variable_cost=budget["variable_cost_per_unit"],
        fixed_cost=budget["fixed_cost"],
    )
    statements = {"static_budget": result.static, "flexible_budget": result.flexible, "actual": result.actual}
    lines = ("revenue", "variable_cost", "contribution_margin", "operating_income")
    variances = {
        "static_budget_variance": result.static_variance,
        "flexible_budget_variance": result.flexible_variance,
        "sales_volume_variance": result.volume_variance,
        "selling_price_variance": result.price_variance,
    }
    return {
        **{
            name: {line: _amounts(getattr(statement, line), 0.01) for line in lines}
            for name, statement in statements.items()
        },
        **{name: _amounts(count, 0.01) for name, count in variances.items()},
    }


def flexible_cost(inputs: Inputs) -> Any:
    result = flexible_budget(
        Statement(0, int(to_units(inputs["actual_cost"], 0.01)), 0),
        actual_units=inputs["actual_units"],
        budget_units=inputs["budget_units"],
        price=0,
        variable_cost=inputs["budget_cost_per_unit"],
        fixed_cost=0,
    )
    return {
        "static_variance": _amounts(result.static_variance, 0.01),
        "flexible_budget": _amounts(result.flexible.variable_cost, 0.01),
        "flexible_variance": _amounts(result.flexible_variance, 0.01),
    }


def price_quantity_mix(inputs: Inputs) -> Any:
    result = _decomposed(inputs)
    totals = _totals(result)
    volume = totals["quantity"] + totals["mix"]
    by_product = {name: _amounts(getattr(result, name), FINE) for name in ("price", "quantity", "mix")}
    return {"totals": {**totals, "volume": volume, "total": totals["difference"]}, "by_product": by_product}


def price_volume_joint(inputs: Inputs) -> Any:
    result = price_volume_mix(
        *(inputs[name] for name in ("quantity_1", "price_1", "quantity_2", "price_2")), unit=FINE, convention="joint"
    )
    totals = _totals(result)
    return {
        "revenue_change": totals["difference"],
        "price_effect": totals["price"],
        "volume_effect": totals["quantity"],
        "joint_effect": totals["mix"],
    }


def quantity_in_margin(inputs: Inputs) -> Any:
    planned, rates = inputs["budget_quantity"], inputs["budget_margin_per_unit"]
    in_budgeted_mix = spread(int(to_units(inputs["actual_total_quantity"], FINE)), planned)
    result = price_volume_mix(planned, rates, from_units(in_budgeted_mix, FINE), rates)
    return {"by_product": _amounts(result.quantity, 0.01), "total": _totals(result)["quantity"]}


def market(inputs: Inputs) -> Any:
    """Take the market for a product whose price is what our share of one unit of it brings."""
    budget_rate = inputs["budget_share"] * inputs["average_budget_margin"]
    actual_rate = inputs["actual_share"] * inputs["average_budget_margin"]
    totals = _totals(
        price_volume_mix([inputs["budget_market"]], [budget_rate], [inputs["actual_market"]], [actual_rate])
    )
    return {
        "market_share": totals["price"],
        "market_size": totals["quantity"],
        "sales_quantity": totals["difference"],
    }


def mix_in_units(inputs: Inputs) -> Any:
    one = np.ones(len(inputs["products"]))
    result = price_volume_mix(inputs["budget_quantity"], one, inputs["actual_quantity"], one, unit=FINE)
    named = {"mix_units": result.mix, "quantity_units": result.quantity, "volume_units": result.difference}
    return {name: _amounts(counts, FINE) for name, counts in named.items()}


def new_and_dropped(inputs: Inputs) -> Any:
    totals = _totals(_decomposed(inputs))
    return {
        "total": totals["difference"],
        "like_for_like": {"price": totals["price"], "volume": totals["quantity"] + totals["mix"]},
        "new": totals["new"],
        "dropped": totals["dropped"],
        "sum_of_parts": sum(totals[name] for name in ("price", "quantity", "mix", "new", "dropped")),
    }


def _price_and_volume(inputs: Inputs, convention: Any) -> Any:
    """Decompose one product into price and volume."""
    given = ([inputs[name]] for name in ("q0", "p0", "q1", "p1"))
    totals = _totals(price_volume_mix(*given, unit=FINEST, convention=convention))
    return {"price": totals["price"], "volume": totals["quantity"], "total": totals["difference"]}


def log_mean(inputs: Inputs) -> Any:
    return _price_and_volume(inputs, "log_mean")


def average(inputs: Inputs) -> Any:
    return _price_and_volume(inputs, "average")


def credit_split(inputs: Inputs) -> Any:
    credited = [
        dict(zip(order["team"], spread(int(to_units(order["quantity"], FINE)), [*order["team"].values()]), strict=True))
        for order in inputs["orders"]
    ]
    achieved = float(from_units(sum(int(parts.get(inputs["person"], 0)) for parts in credited), FINE))
    variance = float(against_budget(achieved, inputs["target_quantity"]).variance)
    return {"target": inputs["target_quantity"], "achieved": achieved, "variance": variance}


def month_target(inputs: Inputs) -> Any:
    share = inputs["month_percent"]
    target = float(from_units(spread(int(to_units(inputs["annual_quantity"], FINE)), [share, 100 - share])[0], FINE))
    return {"month_target": target, "variance": float(against_budget(inputs["achieved"], target).variance)}


def no_sales(inputs: Inputs) -> Any:
    achieved = sum(inputs["actual_rows"])
    return {"achieved": achieved, "variance": int(against_budget(achieved, inputs["target"]).variance)}


def explanatory_power(inputs: Inputs) -> Any:
    found = {
        name: drivers(list(members), *np.array(list(members.values())).T)
        for name, members in inputs["dimensions"].items()
    }
    best = best_dimension(found)
    return {
        "ep": {
            label: power
            for contributors in found.values()
            for label, power in zip(contributors.labels, contributors.power.tolist(), strict=True)
        },
        "best_dimension": best.dimension if best else None,
        "best_set": sorted(best.labels) if best else None,
    }


def individuals_chart(inputs: Inputs) -> Any:
    limits = control_limits(inputs["values"])
    return {"center": limits.center, "mr_bar": limits.moving_range, "ucl": limits.upper, "lcl": limits.lower}


def run_length(_inputs: Inputs) -> Any:
    """Count how often chance alone goes beyond the limits, in a fixed series."""
    series = np.random.default_rng(20260101).standard_normal(LENGTH)
    return {"average_run_length": LENGTH / int(outside(series, ControlLimits(0.0, 1.128, -3.0, 3.0)).sum())}


def pacing(inputs: Inputs) -> Any:
    budget = from_units(spread(int(to_units(inputs["annual_budget"], 0.01)), inputs["season_shares"]), 0.01)
    actual = np.full(len(budget), np.nan)
    actual[: len(inputs["actual_by_month"])] = inputs["actual_by_month"]
    result = pace(budget, actual)
    return {
        "expected_to_date": result.expected_to_date,
        "straight_line_to_date": result.straight_line_to_date,
        "pace": result.pace,
        "forecast_at_completion": result.forecast,
        "shortfall": result.shortfall,
        "required_run_rate_per_month": result.run_rate,
        "required_lift_against_plan": result.lift,
    }


def materiality(inputs: Inputs) -> Any:
    budget, actual = np.array(inputs["cells"]).T
    flags = flag(
        actual,
        budget,
        min_amount=inputs["absolute"],
        min_share=inputs["relative"],
        kind=inputs["measure"],
        mode=inputs["mode"],
    )
    act = (flags.level == "act").tolist()
    shown = [direction if flagged else "" for flagged, direction in zip(act, flags.direction, strict=True)]
    return {"flags": act, "direction": shown}


ADAPTERS: dict[str, Callable[[Inputs], Any]] = {
    "flexible-budget": flexible,
    "static-against-flexible-cost": flexible_cost,
    "price-quantity-mix": price_quantity_mix,
    "price-volume-joint": price_volume_joint,
    "sales-quantity-in-margin": quantity_in_margin,
    "market-share-and-size": market,
    "mix-in-units": mix_in_units,
    "new-and-dropped-products": new_and_dropped,
    "price-volume-log-mean": log_mean,
    "price-volume-average": average,
    "target-with-credit-split": credit_split,
    "month-target-from-distribution": month_target,
    "target-with-no-sales": no_sales,
    "explanatory-power": explanatory_power,
    "individuals-chart": individuals_chart,
    "control-rule-run-length": run_length,
    "pacing": pacing,
    "materiality-flag": materiality,
}

"""Capacity gate: quotas beside the field minutes of reps, and budgets beside the capacity of products, flagged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from salesplan_xl.actions import plan_routes
from salesplan_xl.actions.action import Action, Inputs, Progress, Result
from salesplan_xl.actions.budget_nodes import line_leaves
from salesplan_xl.actions.product_capacity import ProductCapacity, read_product_capacity
from salesplan_xl.actions.rep_capacity import RepCapacity, read_rep_capacity
from salesplan_xl.actions.standing_budget import StandingBudget, money, read_standing
from salesplan_xl.core.calendar import MONTHS_OF_YEAR, month_starts
from salesplan_xl.core.capacity import judge
from salesplan_xl.core.money import CENT, from_units
from salesplan_xl.workbook.labels import Labels
from salesplan_xl.workbook.options import ActionSpecification, Option
from salesplan_xl.workbook.periods import month_text
from salesplan_xl.workbook.problems import Problem, problem
from salesplan_xl.workbook.rows import distinct
from salesplan_xl.workbook.schema import Kind, Table
from salesplan_xl.workbook.sheets.budget import BUDGET_LINES
from salesplan_xl.workbook.sheets.budget_gate import GATE, GATE_PRODUCTS
from salesplan_xl.workbook.sheets.company import CAPACITY
from salesplan_xl.workbook.sheets.customers import CUSTOMERS
from salesplan_xl.workbook.sheets.field_work import ROUTES, TERRITORIES, VISIT_POLICY, VISITS
from salesplan_xl.workbook.sheets.sales import SALES
from salesplan_xl.workbook.sheets.team import TEAM

Bools = NDArray[np.bool_]

_HOUR = 60
_DECIMALS = 6


def _compute(inputs: Inputs, _: Progress) -> Result:
    """Set both sides beside each other, flag them, and say why; all problems of the inputs at once."""
    standing, problems = read_standing(inputs)
    lines = standing.rows.frame
    problems += _thresholds(inputs, standing)
    closed = (lines["held"] == "closed").to_numpy()
    own, travel = inputs.options["per_hour"] == "own", inputs.number("travel_minutes")
    reps, more = read_rep_capacity(inputs, lines, own=own, travel_minutes=travel)
    products, wrong = read_product_capacity(inputs, line_leaves(inputs), lines)
    problems += [*more, *wrong]
    if any(one.stops for one in problems):
        return Result(problems=tuple(problems))
    gate = _gate(inputs, reps, _open_months(standing, closed))
    by_product = _gate_products(inputs, [one for one in products if not _is_over(one, closed)])
    totals = gate[gate["period"].isna()]
    numbers = {
        "reps": len(totals),
        "reps_over": int((totals["flag"] == "over").sum()),
        "reps_watch": int((totals["flag"] == "watch").sum()),
        "months_over": int((gate["flag"] == "over").sum() - (totals["flag"] == "over").sum()),
        "capacities": len(by_product),
        "capacities_over": int((by_product["flag"] == "over").sum()),
        "capacities_watch": int((by_product["flag"] == "watch").sum()),
    }
    return Result({GATE.id: gate, GATE_PRODUCTS.id: by_product}, numbers, tuple(problems))


def _thresholds(inputs: Inputs, standing: StandingBudget) -> Iterator[Problem]:
    """A load to be watched that is no load, or that is more than the highest one."""
    watch, over = inputs.number("watch"), inputs.number("over")
    if not 0 < watch <= over:
        sheet = standing.rows.cells.sheet
        yield problem("E-CAPACITY-SHARES", sheet=sheet, watch=f"{watch:.1%}", over=f"{over:.1%}")


def _open_months(standing: StandingBudget, closed: Bools) -> list[int]:
    """The months that are not over."""
    over = set(standing.month[closed[standing.at]].tolist())
    return [month for month in range(MONTHS_OF_YEAR) if month not in over]


def _is_over(one: ProductCapacity, closed: Bools) -> bool:
    """Whether a row is for months that are over."""
    return bool(one.covered.any() and closed[one.covered].all())


# Reps


def _gate(inputs: Inputs, reps: RepCapacity, months: Sequence[int]) -> pd.DataFrame:
    """Of each rep what is left of the year, then month by month."""
    at = np.array(months, np.int64)
    days = month_starts(inputs.day("plan_start"), MONTHS_OF_YEAR)[at]
    names: list[str | None] = [None, *(month_text(day) for day in days.tolist())]
    judged = [
        _judged(inputs, reps.of(at, together=True)),
        *(_judged(inputs, reps.of(at[[one]])) for one in range(len(at))),
    ]
    rows = [
        {"rep": rep, "period": name, **rows_of[place], "row_id": f"{rep}/{name or 'left'}"}
        for place, rep in enumerate(reps.reps)
        for name, rows_of in zip(names, judged, strict=True)
    ]
    return _frame(GATE, rows)


def _judged(inputs: Inputs, both: RepCapacity) -> list[dict[str, object]]:
    """What the table says of each rep in one period."""
    visit_load, quota_load = both.visit_load[0], both.quota_load[0]
    flags = judge(np.fmax(visit_load, quota_load), watch=inputs.number("watch"), over=inputs.number("over"))
    idle = (both.quota[0] > 0) & (both.visits[0] == 0)
    flags = np.where(idle & (flags == "ok"), "watch", flags)
    rows = []
    for place in range(len(both.reps)):
        quota, sold, visits, needed, there, amount = (
            float(numbers[0, place])
            for numbers in (both.quota, both.sold, both.visits, both.needed, both.there, both.amounts)
        )
        hour = amount / there * _HOUR if there else np.nan
        told = {"quota": quota, "amount": amount, "needed": needed, "there": there}
        loads = {"visits": float(visit_load[place]), "quota": float(quota_load[place])}
        rows.append(
            {
                "quota": _money(quota),
                "sold_before": _money(sold),
                "visits": round(visits, _DECIMALS),
                "minutes_needed": round(needed, _DECIMALS),
                "minutes_there": round(there, _DECIMALS),
                "visit_load": _share(loads["visits"]),
                "visits_from": both.visits_from[place],
                "per_hour": _money(hour),
                "per_hour_from": _worth(both, place),
                "capacity": _money(amount),
                "quota_load": _share(loads["quota"]),
                "per_visit": _money(quota / visits if visits else np.nan),
                "flag": str(flags[place]),
                "reason": _reason(inputs, str(flags[place]), told, loads, is_idle=bool(idle[place])),
            }
        )
    return rows


def _worth(both: RepCapacity, place: int) -> str:
    """Where what an hour of a rep brings is from."""
    if np.isnan(both.worth.amounts[place]):
        return "unknown"
    return "own" if both.worth.own[place] else "company"


def _reason(inputs: Inputs, flag: str, told: Mapping[str, float], loads: Mapping[str, float], *, is_idle: bool) -> str:
    """One sentence on the side that the flag is for."""
    labels, texts, most = inputs.labels, inputs.labels.texts, inputs.number("over")
    share = {side: share_text(labels, load) for side, load in loads.items()}
    by_quota = not loads["quota"] < loads["visits"] and not np.isnan(loads["quota"])
    if flag == "over" and by_quota:
        return texts["gate_quota_over"].format(load=share["quota"], excess=_told(told["quota"] - most * told["amount"]))
    if flag == "over":
        excess = f"{told['needed'] - most * told['there']:,.0f}"
        return texts["gate_visits_over"].format(load=share["visits"], excess=excess)
    if flag == "watch" and is_idle and not loads["quota"] >= inputs.number("watch"):
        return texts["gate_no_visit"].format(quota=_told(told["quota"]))
    if flag == "watch":
        return texts["gate_quota" if by_quota else "gate_visits"].format(load=share["quota" if by_quota else "visits"])
    return texts["gate_unknown"] if flag == "unknown" else texts["gate_ok"].format(**share)


def share_text(labels: Labels, load: float) -> str:
    """
    Write a load as people do.

    Parameters
    ----------
    labels : Labels
        Texts of the plan's language.
    load : float
        The load; infinite where something is asked of nothing, NaN where it is not known.

    Returns
    -------
    str
        Such as ``"47.3%"``.
    """
    if np.isnan(load):
        return labels.texts["gate_not_known"]
    return f"{load:.1%}" if np.isfinite(load) else labels.texts["gate_more_than_all"]


# Products


def _gate_products(inputs: Inputs, products: Sequence[ProductCapacity]) -> pd.DataFrame:
    """Each row of capacity with what the budget asks of it."""
    rows = inputs.frame(CAPACITY.id)
    loads = [one.load for one in products]
    flags = judge(loads, watch=inputs.number("watch"), over=inputs.number("over")).tolist()
    told = [
        {
            **{name: rows[name].iloc[one.row] for name in ("product", "territory", "period", "row_id")},
            "budget": _money(one.budget),
            "capacity": _money(one.capacity),
            "quantity": round(one.quantity, _DECIMALS),
            "quantity_capacity": one.quantity_capacity,
            "load": _share(one.load),
            "flag": flag,
            "reason": _product_reason(inputs, one, flag),
        }
        for one, flag in zip(products, flags, strict=True)
    ]
    return _frame(GATE_PRODUCTS, told)


def _product_reason(inputs: Inputs, one: ProductCapacity, flag: str) -> str:
    """One sentence on what a product can carry."""
    texts = inputs.labels.texts
    if flag == "unknown":
        return texts["gate_product_unknown"]
    load, most = share_text(inputs.labels, one.load), inputs.number("over")
    if flag != "over":
        return texts["gate_product"].format(load=load)
    if one.amount_load == one.load:
        return texts["gate_product_over"].format(load=load, excess=_told(one.budget - most * one.capacity))
    return texts["gate_pieces_over"].format(load=load, excess=f"{one.quantity - most * one.quantity_capacity:,.1f}")


# What is written


def _frame(declared: Table, rows: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    """Rows as a frame that has the columns of its table even where there is no row."""
    frame = pd.DataFrame(rows, columns=[column.id for column in declared.stored_columns])
    for column in declared.stored_columns:
        is_number = column.kind.is_number
        frame[column.id] = frame[column.id].astype("float64" if is_number else object)
        if not is_number:
            frame[column.id] = frame[column.id].where(frame[column.id].notna(), None)
    return frame.assign(row_id=distinct(frame["row_id"].tolist()))


def _money(cents: float) -> float:
    """An amount as a cell holds it, to the nearest cent; blank where it is not known."""
    return np.nan if np.isnan(cents) else float(from_units(round(cents), CENT))


def _share(load: float) -> float:
    """A load as a cell holds it; blank where it is not known, or has no end."""
    return round(load, _DECIMALS) if np.isfinite(load) else np.nan


def _told(cents: float) -> str:
    """An amount in a sentence."""
    return money(round(cents))


ACTION = Action(
    ActionSpecification(
        "capacity_gate",
        "budget",
        "ResourceAllocationView",
        (
            Option("watch", Kind.SHARE, 0.9, at_least=0, at_most=10),
            Option("over", Kind.SHARE, 1.0, at_least=0, at_most=10),
            Option("per_hour", Kind.TEXT, "own", choices="per_hour"),
            Option("travel_minutes", Kind.NUMBER, 30.0, at_least=0, at_most=1440),
        ),
    ),
    reads=(
        SALES.id,
        CUSTOMERS.id,
        TEAM.id,
        TERRITORIES.id,
        VISIT_POLICY.id,
        VISITS.id,
        ROUTES.id,
        CAPACITY.id,
        BUDGET_LINES.id,
        GATE.id,
        GATE_PRODUCTS.id,
    ),
    compute=_compute,
    borrows=tuple((plan_routes.ACTION.specification, option) for option in ("cycle_weeks", "day_minutes")),
)

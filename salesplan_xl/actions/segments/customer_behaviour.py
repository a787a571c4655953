"""How customers buy, from the order lines before the plan: when last, how often, for how much, scores and class."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from salesplan_xl.actions.action import Inputs
from salesplan_xl.core.errors import WrongCutsError
from salesplan_xl.core.money import CENT, from_units, to_units
from salesplan_xl.core.segments import RfmScores, abc_class, rfm_score
from salesplan_xl.workbook.problems import Problem, capped, problem
from salesplan_xl.workbook.sheets import sheet_of
from salesplan_xl.workbook.sheets.customers import CUSTOMERS
from salesplan_xl.workbook.sheets.sales import SALES

_MEASURES = {"recency": "recency_days", "frequency": "orders", "monetary": "sales"}


@dataclass(frozen=True)
class Behaviour:
    """
    How each customer buys.

    Parameters
    ----------
    columns : DataFrame
        ``last_order``, ``recency_days``, ``orders``, ``sales``, the three scores and ``abc``, a row for each row of
        customers. Without an order, orders and sales are 0 and the others blank.
    numbers : mapping of str to float or int
        What there is to tell: orders, sales, lines passed over.
    problems : tuple of Problem
        What it noticed.
    """

    columns: pd.DataFrame
    numbers: dict[str, float | int]
    problems: tuple[Problem, ...]


def customer_behaviour(inputs: Inputs) -> Behaviour:
    """
    Work out how customers bought in the months of history before the plan.

    Parameters
    ----------
    inputs : Inputs
        With customers, sales, and the options of the action Segment.

    Returns
    -------
    Behaviour
        An order is an order number of a customer, however many lines it has. Lines on or after the first day of the
        plan, or before the history, are not counted; lines of customers that are not in the table count for nobody
        and are told.
    """
    start = pd.Timestamp(inputs.day("plan_start"))
    first = start - pd.DateOffset(months=int(inputs.number("history_months")))
    customers, sales = inputs.frame(CUSTOMERS.id)["customer"], inputs.frame(SALES.id)
    inside = ((sales["date"] >= first) & (sales["date"] < start)).to_numpy()
    listed = sales["customer"].isin(customers).to_numpy()
    cents = pd.Series(to_units(sales["amount"].to_numpy(float), CENT), index=sales.index)
    orders = (
        sales[inside & listed]
        .assign(cents=cents)
        .groupby(["customer", "order"], sort=True)
        .agg(date=("date", "max"), cents=("cents", "sum"))
        .reset_index()
    )
    scored = rfm_score(
        orders["customer"].tolist(),
        orders["date"].to_numpy().astype("datetime64[D]"),
        orders["cents"].to_numpy(np.int64),
        start.date(),
        bins=int(inputs.number("bins")),
    )
    classes, problems = _classes(inputs, scored)
    by_customer = pd.DataFrame(
        {
            "last_order": (np.datetime64(start, "D") - scored.recency_days).astype("datetime64[s]"),
            "recency_days": scored.recency_days.astype(float),
            "orders": scored.frequency.astype(float),
            "sales": from_units(scored.monetary, CENT),
            "recency_score": scored.r.astype(float),
            "frequency_score": scored.f.astype(float),
            "value_score": scored.m.astype(float),
            "abc": classes,
        },
        index=pd.Index(scored.ids, dtype=object),
    )
    columns = by_customer.reindex(customers).reset_index(drop=True)
    columns = columns.fillna({"orders": 0.0, "sales": 0.0})
    columns["abc"] = columns["abc"].astype(object).where(columns["abc"].notna(), None)
    strangers = inside & ~listed
    numbers: dict[str, float | int] = {
        "orders": len(orders),
        "sales": float(from_units(int(cents[inside].sum()), CENT)),
        "sales_not_in_customers": float(from_units(int(cents[strangers].sum()), CENT)),
        "customers_without_orders": int((columns["orders"] == 0).sum()),
        "lines_after_start": int((sales["date"] >= start).sum()),
        "lines_before_history": int((sales["date"] < first).sum()),
    }
    problems += [*_strangers(inputs, strangers, numbers), *_fewer_scores(inputs, scored), *_negative(inputs, columns)]
    return Behaviour(columns, numbers, tuple(problems))


def _classes(inputs: Inputs, scored: RfmScores) -> tuple[np.ndarray, list[Problem]]:
    """The class of each customer with orders; returns that exceed the orders count as nothing sold."""
    shares = inputs.number("share_a"), inputs.number("share_b")
    sold = np.maximum(scored.monetary, 0)
    try:
        return abc_class(sold if sold.any() else np.ones(len(sold), np.int64), shares, scored.ids).classes, []
    except WrongCutsError:
        a, b = (f"{share:.1%}" for share in shares)
        title = inputs.labels.sheets["segments"]["title"]
        return np.full(len(sold), None, object), [problem("E-SEGMENT-SHARES", sheet=title, share_a=a, share_b=b)]


def _strangers(inputs: Inputs, lines: np.ndarray, numbers: dict[str, float | int]) -> Iterator[Problem]:
    """Order lines of the history whose customers nobody entered."""
    if lines.any():
        rows = inputs.tables[SALES.id]
        row = int(np.flatnonzero(lines)[0])
        yield problem(
            "W-SEGMENT-STRANGERS",
            sheet=rows.cells.sheet,
            cell=rows.place(row, "customer"),
            count=int(lines.sum()),
            amount=f"{numbers['sales_not_in_customers']:,.2f}",
            value=rows.frame["customer"].iloc[row],
            table=inputs.labels.tables[CUSTOMERS.id]["title"],
        )


def _fewer_scores(inputs: Inputs, scored: RfmScores) -> Iterator[Problem]:
    """Measures in which customers differ too little for all scores."""
    title = inputs.labels.sheets[sheet_of(CUSTOMERS.id).id]["title"]
    if scored.ids:
        for measure, bins in scored.fewer_bins.items():
            column, wanted = inputs.labels.header(CUSTOMERS.id, _MEASURES[measure]), int(inputs.number("bins"))
            yield problem("W-SEGMENT-SCORES", sheet=title, bins=bins, column=column, wanted=wanted)


def _negative(inputs: Inputs, columns: pd.DataFrame) -> list[Problem]:
    """Customers whose returns exceed their orders."""
    rows = inputs.tables[CUSTOMERS.id]
    found = [
        problem(
            "W-SEGMENT-NEGATIVE",
            sheet=rows.cells.sheet,
            cell=rows.place(row, "sales"),
            value=rows.frame["customer"].iloc[row],
            amount=f"{-columns['sales'].iloc[row]:,.2f}",
        )
        for row in np.flatnonzero((columns["sales"] < 0).to_numpy()).tolist()
    ]
    return capped(found)

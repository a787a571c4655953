"""Segment: every customer into one segment by the rules of the sheet, with how the customer buys, and onto a map."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from salesplan_xl.actions.action import Action, Inputs, Progress, Result
from salesplan_xl.actions.segments.customer_behaviour import Behaviour, customer_behaviour
from salesplan_xl.actions.segments.customer_map import customer_map, misplaced
from salesplan_xl.actions.segments.segment_rules import noticed_in_rules, rule_counts, segment_by_rules
from salesplan_xl.core.segments import Segmentation
from salesplan_xl.workbook.options import ActionSpecification, Option
from salesplan_xl.workbook.problems import Problem, RefusalError, problem
from salesplan_xl.workbook.rows import Rows, distinct
from salesplan_xl.workbook.schema import Kind
from salesplan_xl.workbook.sheets.customers import CUSTOMERS
from salesplan_xl.workbook.sheets.sales import SALES
from salesplan_xl.workbook.sheets.segments import (
    BEHAVIOUR,
    CUSTOMER_MAP,
    MAP_LEGEND,
    MAP_OUTLINE,
    MAP_SEGMENTS,
    SEGMENT_RULES,
    SEGMENTS,
)

_KNOWN_WITHOUT_ORDERS = ("orders", "sales")


def _compute(inputs: Inputs, _: Progress) -> Result:
    """Look how customers buy, apply the rules, count, draw."""
    bought = customer_behaviour(inputs)
    customers = inputs.frame(CUSTOMERS.id).copy()
    customers[[*bought.columns]] = bought.columns
    rules = inputs.tables[SEGMENT_RULES.id]
    try:
        found = segment_by_rules(customers, rules, inputs.labels)
    except RefusalError as refusal:
        return Result(problems=(*bought.problems, *refusal.problems))
    if any(one.stops for one in bought.problems):
        return Result(problems=bought.problems)
    customers["segment"] = np.array(found.segments, object)
    names = _names(found, inputs)
    drawing, drawn = customer_map(customers, found.segments, names)
    rows, old = _segments(inputs, [*names, *_row_of_strangers(bought, inputs)])
    tables = {
        CUSTOMERS.id: customers,
        SEGMENTS.id: rows,
        SEGMENT_RULES.id: rule_counts(found, rules),
        **drawing,
    }
    noticed = (
        *bought.problems,
        *noticed_in_rules(found, rules),
        *_unassigned(found, customers, inputs),
        *_no_longer(old, inputs),
        *_too_many(names, inputs),
        *misplaced(inputs.tables[CUSTOMERS.id]),
    )
    numbers = {
        "customers": len(customers),
        "segments": len(found.names),
        "empty_segments": len(set(found.names) - set(found.segments)),
        "rules": len(found.uses),
        "rules_deciding": sum(use.verdict == "decides" for use in found.uses),
        "unassigned": found.uncovered,
        "unassigned_share": round(found.uncovered_share, 4),
        **bought.numbers,
        "customers_on_the_map": drawn,
    }
    return Result(tables=tables, numbers=numbers, problems=noticed)


def _names(found: Segmentation, inputs: Inputs) -> list[str]:
    """The segments in the order of their rules, then that of customers who meet none, if there are such."""
    rest = [inputs.labels.texts["unassigned"]] if found.uncovered else []
    return list(dict.fromkeys([*found.names, *rest]))


def _row_of_strangers(bought: Behaviour, inputs: Inputs) -> list[str]:
    """The row for sales to customers nobody entered, so that the segments add up to all sales."""
    return [inputs.labels.texts["not_in_customers"]] if bought.numbers["sales_not_in_customers"] else []


def _segments(inputs: Inputs, names: Sequence[str]) -> tuple[pd.DataFrame, list[int]]:
    """The rows of segments, with what was typed beside them; and positions of old rows kept for what is typed there."""
    before = inputs.frame(SEGMENTS.id)
    known = {str(name).casefold(): row for row, name in enumerate(before["segment"])}
    here = [known.get(name.casefold(), -1) for name in names]
    typed = before[["expectation", "best_action"]].notna().any(axis=1)
    old = [row for row in range(len(before)) if typed.iloc[row] and row not in here]
    kept = before.reindex([*here, *old]).reset_index(drop=True)
    kept["segment"] = np.array([*names, *before["segment"].iloc[old]], object)
    is_new = kept["row_id"].isna()
    kept.loc[is_new, "row_id"] = distinct(kept.loc[is_new, "segment"], before["row_id"])
    return kept.astype(object).where(kept.notna(), None), old


def _no_longer(old: Sequence[int], inputs: Inputs) -> Iterator[Problem]:
    """Segments without a rule that are kept for what was typed beside them."""
    rows = inputs.tables[SEGMENTS.id]
    for row in old:
        yield _at(rows, row, "segment", "W-SEGMENT-OLD", segment=rows.frame["segment"].iloc[row])


def _unassigned(found: Segmentation, customers: pd.DataFrame, inputs: Inputs) -> Iterator[Problem]:
    """Customers who meet no rule, and whether that is because they have not bought yet."""
    missed = np.flatnonzero(found.rule < 0)
    if not len(missed):
        return
    rows, labels = inputs.tables[CUSTOMERS.id], inputs.labels
    first = customers["customer"].iloc[missed[0]]
    share = f"{found.uncovered_share:.1%}"
    yield _at(rows, missed[0], "segment", "W-SEGMENT-UNASSIGNED", count=len(missed), share=share, value=first)
    asked = inputs.frame(SEGMENT_RULES.id)["column"]
    columns = [name for name in BEHAVIOUR if name not in _KNOWN_WITHOUT_ORDERS and (asked == name).any()]
    waiting = missed[(customers["orders"].iloc[missed] == 0).to_numpy()]
    if columns and len(waiting):
        yield _at(
            rows,
            waiting[0],
            "segment",
            "W-SEGMENT-BEHAVIOUR",
            count=len(waiting),
            columns=", ".join(labels.header(CUSTOMERS.id, name) for name in columns),
            orders=labels.header(CUSTOMERS.id, "orders"),
        )


def _too_many(names: Sequence[str], inputs: Inputs) -> Iterator[Problem]:
    """More segments than the map has colours."""
    if len(names) > MAP_SEGMENTS:
        title = inputs.tables[SEGMENT_RULES.id].cells.sheet
        yield problem("W-MAP-SEGMENTS", sheet=title, count=len(names), most=MAP_SEGMENTS)


def _at(rows: Rows, row: int, column: str, code: str, **values: Any) -> Problem:
    """A problem at a cell."""
    return problem(code, sheet=rows.cells.sheet, cell=rows.place(row, column), **values)


ACTION = Action(
    ActionSpecification(
        "segment",
        "segments",
        "CategorizeMenu",
        (
            Option("history_months", Kind.INTEGER, 24.0, at_least=1, at_most=120),
            Option("bins", Kind.INTEGER, 5.0, at_least=2, at_most=10),
            Option("share_a", Kind.SHARE, 0.8, at_least=0, at_most=1),
            Option("share_b", Kind.SHARE, 0.95, at_least=0, at_most=1),
        ),
    ),
    reads=(
        CUSTOMERS.id,
        SALES.id,
        SEGMENTS.id,
        SEGMENT_RULES.id,
        CUSTOMER_MAP.id,
        MAP_LEGEND.id,
        MAP_OUTLINE.id,
    ),
    compute=_compute,
    total="customers.sales",
)

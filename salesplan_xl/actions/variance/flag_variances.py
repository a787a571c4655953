"""Flag variances: actual against budget by period, territory, rep and pair of both; what to look at, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from salesplan_xl.actions.action import Action, Inputs, Progress, Result
from salesplan_xl.actions.variance.causes import Causes, Explainer
from salesplan_xl.actions.variance.facts import Facts, read_facts
from salesplan_xl.core.calendar import MONTHS_OF_YEAR
from salesplan_xl.core.errors import PlanError
from salesplan_xl.core.money import CENT, from_units
from salesplan_xl.core.sums import sums_by_group
from salesplan_xl.core.variance import flag
from salesplan_xl.workbook.options import ActionSpecification, Option
from salesplan_xl.workbook.rows import distinct
from salesplan_xl.workbook.schema import Kind, Table
from salesplan_xl.workbook.sheets.budget import BUDGET_LINES
from salesplan_xl.workbook.sheets.customers import CUSTOMERS
from salesplan_xl.workbook.sheets.evaluation import DRIVERS, VARIANCES
from salesplan_xl.workbook.sheets.field_work import TERRITORIES
from salesplan_xl.workbook.sheets.sales import SALES
from salesplan_xl.workbook.sheets.team import TEAM

_LEVELS = ("company", "territory", "rep", "pair")
_MONTHS = {"month": 1, "quarter": 3}


@dataclass(frozen=True)
class Period:
    """
    A span of months of the plan that is judged as one.

    Parameters
    ----------
    label : str
        What it is called.
    first, end : int
        Its months, counted from the plan's first; `end` is not part of it.
    to_date : bool
        Whether it is the year up to the last month judged.
    """

    label: str
    first: int
    end: int
    to_date: bool = False


@dataclass(frozen=True)
class Judged:
    """
    What was found of one node in one period, in cents.

    Parameters
    ----------
    period : Period
        The period.
    level : str
        ``"company"``, ``"territory"``, ``"rep"`` or ``"pair"``.
    territory, rep : str or None
        The node; None for all of them.
    budget, actual : int
        The amounts.
    company_budget, company_actual : int
        Those of the whole company in the period.
    level_flag : str
        ``"ok"``, ``"watch"`` or ``"act"``; empty for the company.
    score : float
        How unusual the deviation is; NaN where that is not known.
    basis : str
        What the score rests on; empty for the company.
    since : str
        Label of the period that first told what goes on here; empty if it is new.
    nodes : int
        For the company, how many nodes were judged in the period; 0 for the others.
    """

    period: Period
    level: str
    territory: str | None
    rep: str | None
    budget: int
    actual: int
    company_budget: int
    company_actual: int
    level_flag: str = ""
    score: float = np.nan
    basis: str = ""
    since: str = ""
    nodes: int = 0

    @property
    def expected(self) -> int:
        """What the node's budget comes to where all attain what the company attains, to the nearest cent."""
        if self.level == "company" or self.company_budget <= 0:
            return self.budget
        return _nearest(self.budget * self.company_actual, self.company_budget)

    @property
    def deviation(self) -> int:
        """Actual less expected."""
        return self.actual - self.expected

    @property
    def place(self) -> tuple[str, int, str, str]:
        """What its row is sorted by within its period: the company, then the largest deviation, then the label."""
        size = 0 if self.level == "company" else -abs(self.deviation) - 1
        return ("" if self.level == "company" else "-", size, self.territory or "", self.rep or "")


def _nearest(part: int, whole: int) -> int:
    """The nearest whole number to a quotient; a half goes up."""
    return (2 * part + whole) // (2 * whole)


def _compute(inputs: Inputs, progress: Progress) -> Result:
    """Judge every node of every period that is over, and explain what is told."""
    facts, problems = read_facts(inputs)
    if any(one.stops for one in problems):
        return Result(problems=tuple(problems))
    try:
        judged = _judge(inputs, facts)
        explainer, told = Explainer(inputs, facts), _listed(inputs, judged)
        listed = []
        for number, one in enumerate(told):
            progress(number / len(told))
            listed.append((one, explainer.explain(one)))
    except PlanError as error:
        return Result(problems=(*problems, facts.refusal(error)))
    problems += explainer.problems
    variances = _variances(facts, listed)
    tables = {VARIANCES.id: variances, DRIVERS.id: _drivers(listed)}
    return Result(tables=tables, numbers=_numbers(judged, variances), problems=tuple(problems))


def _periods(inputs: Inputs, facts: Facts) -> list[Period]:
    """The periods that are over, and the year to date."""
    texts, kind = inputs.labels.texts, str(inputs.options["period"])
    length = _MONTHS[kind]
    periods = []
    for first in range(0, facts.judged_months - length + 1, length):
        number = first // length + 1
        label = facts.month(first) if kind == "month" else texts["period_quarter"].format(number=number)
        periods.append(Period(label, first, first + length))
    return [*periods, Period(texts["period_to_date"], 0, facts.judged_months, to_date=True)]


def _judge(inputs: Inputs, facts: Facts) -> list[Judged]:
    """Every node in every period, the company first."""
    judged = []
    told: dict[tuple[str, str, str], _Told] = {}
    for period in _periods(inputs, facts):
        nodes = [one for level in _LEVELS[1:] for one in _judge_level(inputs, facts, period, level)]
        budget, actual = facts.company(period.first, period.end)
        company = Judged(period, "company", None, None, budget, actual, budget, actual, nodes=len(nodes))
        if not period.to_date and inputs.options["flag_again"] == "no":
            nodes = [_told_once(one, told) for one in nodes]
        judged += [company, *nodes]
    return judged


@dataclass(frozen=True)
class _Told:
    """What was told of a node and still goes on."""

    label: str
    is_more: bool


def _told_once(one: Judged, told: dict[tuple[str, str, str], _Told]) -> Judged:
    """Turn an act that goes on from an earlier period into a watch; what has ended is forgotten."""
    node = (one.level, one.territory or "", one.rep or "")
    before, is_more = told.get(node), one.deviation > 0
    if before is None or before.is_more != is_more or one.level_flag == "ok":
        told.pop(node, None)
        if one.level_flag == "act":
            told[node] = _Told(one.period.label, is_more)
        return one
    return replace(one, level_flag="watch", since=before.label)


def _judge_level(inputs: Inputs, facts: Facts, period: Period, level: str) -> Iterator[Judged]:
    """The nodes of one level in one period; together they are the company."""
    nodes = facts.nodes(level)
    used = np.flatnonzero(nodes.used)
    budget, actual = (
        sums_by_group(*lines_of(level, period.first, period.end), nodes.count)[used]
        for lines_of in (facts.budget_of, facts.sales_of)
    )
    company_budget, company_actual = sum(budget.tolist()), sum(actual.tolist())
    smallest = max(inputs.number("min_amount") / CENT, inputs.number("min_company_share") * max(company_budget, 0))
    mode: Literal["and", "or"] = "or" if inputs.options["mode"] == "or" else "and"
    found = flag(
        actual,
        budget,
        min_amount=smallest,
        min_share=inputs.number("min_share"),
        mode=mode,
        common_gap="remove",
        history=facts.past_shares(level, period.first, period.end, to_date=period.to_date)[used],
    )
    for at, node in enumerate(used.tolist()):
        territory, rep = nodes.names[node]
        yield Judged(
            period,
            level,
            territory,
            rep,
            int(budget[at]),
            int(actual[at]),
            company_budget,
            company_actual,
            str(found.level[at]),
            float(found.score[at]),
            str(found.basis[at]),
        )


def _listed(inputs: Inputs, judged: Sequence[Judged]) -> list[Judged]:
    """What the table shows: the company, what is flagged, and what was sold without a budget; or all of it.

    A pair that is all of its territory or of its rep, and told of there, is not told of again.
    """
    everything = inputs.options["list_all"] == "yes"
    shown = [
        one
        for one in judged
        if everything or one.level_flag != "ok" or (one.level == "pair" and one.budget == 0 and one.actual != 0)
    ]
    if everything:
        return sorted(shown, key=_order)
    alone = {
        (one.period.label, one.level, one.territory or one.rep, one.budget, one.actual)
        for one in shown
        if one.level in ("territory", "rep")
    }
    kept = [
        one
        for one in shown
        if one.level != "pair"
        or not {
            (one.period.label, level, name, one.budget, one.actual)
            for level, name in (("territory", one.territory), ("rep", one.rep))
        }
        & alone
    ]
    return sorted(kept, key=_order)


def _order(one: Judged) -> tuple[object, ...]:
    """Periods as the year goes, the year to date last; within each the company, then the largest deviation."""
    return (one.period.to_date, one.period.first, *one.place[:2], _LEVELS.index(one.level), *one.place[2:])


def _variances(facts: Facts, listed: Sequence[tuple[Judged, Causes]]) -> pd.DataFrame:
    """One row for each node that is told of."""
    rows = [
        {
            "period": one.period.label,
            "first_month": facts.date(one.period.first),
            "last_month": facts.date(one.period.end - 1),
            "level": one.level,
            "territory": one.territory,
            "rep": one.rep,
            "budget": _money(one.budget),
            "actual": _money(one.actual),
            "variance": _money(one.actual - one.budget),
            "share": _part(one.actual - one.budget, one.budget),
            "expected": _money(one.expected),
            "deviation": _money(one.deviation),
            "deviation_share": _part(one.deviation, one.expected),
            "score": round(one.score, 2) if np.isfinite(one.score) else np.nan,
            "basis": one.basis or None,
            "flag": one.level_flag or None,
            "since": one.since or None,
            **{name: _money(amount) for name, amount in causes.parts.items()},
            "judged": float(one.nodes) if one.nodes else np.nan,
            "reason": causes.reason or None,
            "row_id": _row_id(one),
        }
        for one, causes in listed
    ]
    return _frame(VARIANCES, rows)


def _drivers(listed: Sequence[tuple[Judged, Causes]]) -> pd.DataFrame:
    """What moved each node that is told of, dimension by dimension."""
    rows = [
        {
            "period": one.period.label,
            "level": one.level,
            "territory": one.territory,
            "rep": one.rep,
            "dimension": driver.dimension,
            "rank": float(driver.rank),
            "element": driver.element,
            "budget": _money(driver.budget),
            "actual": _money(driver.actual),
            "contribution": _money(driver.actual - driver.budget),
            "deviation": _money(driver.deviation),
            "share": round(driver.deviation / one.deviation, 6) if one.deviation else np.nan,
            "row_id": f"{_row_id(one)}/{driver.dimension}/{driver.rank}",
        }
        for one, causes in listed
        for driver in causes.drivers
    ]
    return _frame(DRIVERS, rows)


def _frame(declared: Table, rows: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    """Rows as a frame that has the columns of its table even where there is no row."""
    frame = pd.DataFrame(rows, columns=[column.id for column in declared.stored_columns])
    for column in declared.stored_columns:
        if column.kind.is_number:
            frame[column.id] = frame[column.id].astype("float64")
        elif column.kind.is_date:
            frame[column.id] = frame[column.id].astype("datetime64[s]")
        else:
            frame[column.id] = frame[column.id].astype(object).where(frame[column.id].notna(), None)
    frame["row_id"] = distinct(frame["row_id"].tolist())
    return frame


def _row_id(one: Judged) -> str:
    """The id of a row: what it is about."""
    return "/".join((one.period.label, one.level, one.territory or "", one.rep or ""))


def _money(cents: int | None) -> float:
    """An amount as a cell holds it; blank for None."""
    return np.nan if cents is None else float(from_units(cents, CENT))


def _part(part: int, whole: int) -> float:
    """A share of the size of something; blank where that is nothing."""
    return round(part / abs(whole), 6) if whole else np.nan


def _numbers(judged: Sequence[Judged], variances: pd.DataFrame) -> dict[str, float | int | str]:
    """What to tell."""
    year = next(one for one in judged if one.period.to_date and one.level == "company")
    reps = [one for one in judged if one.level == "rep" and not one.period.to_date]
    return {
        "judged": sum(one.level != "company" for one in judged),
        "act": int((variances["flag"] == "act").sum()),
        "watch": int((variances["flag"] == "watch").sum()),
        "rep_periods": len(reps),
        "rep_periods_act": sum(one.level_flag == "act" for one in reps),
        "rows": len(variances),
        "company_budget": _money(year.budget),
        "company_actual": _money(year.actual),
        "company_gap": _money(year.actual - year.budget),
    }


ACTION = Action(
    ActionSpecification(
        "flag_variances",
        "evaluation",
        "FlagMessage",
        (
            Option("period", Kind.TEXT, "quarter", choices="variance_period"),
            Option("through_month", Kind.INTEGER, 0.0, at_least=0, at_most=MONTHS_OF_YEAR),
            Option("min_company_share", Kind.SHARE, 0.01, at_least=0, at_most=1),
            Option("min_amount", Kind.AMOUNT, 0.0, at_least=0),
            Option("min_share", Kind.SHARE, 0.15, at_least=0, at_most=10),
            Option("mode", Kind.TEXT, "and", choices="variance_mode"),
            Option("history_months", Kind.INTEGER, 24.0, at_least=1, at_most=120),
            Option("flag_again", Kind.TEXT, "no", choices="yes_no"),
            Option("top", Kind.INTEGER, 3.0, at_least=1, at_most=50),
            Option("list_all", Kind.TEXT, "no", choices="yes_no"),
        ),
    ),
    reads=(SALES.id, BUDGET_LINES.id, CUSTOMERS.id, TERRITORIES.id, TEAM.id, VARIANCES.id, DRIVERS.id),
    compute=_compute,
    total=f"{VARIANCES.id}.variance",
)

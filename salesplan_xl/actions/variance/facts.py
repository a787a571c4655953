"""What variances are judged from: budget lines and order lines by month, territory and rep, in cents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from salesplan_xl.actions.action import Inputs
from salesplan_xl.core.calendar import MONTHS_OF_YEAR
from salesplan_xl.core.errors import PlanError
from salesplan_xl.core.money import CENT, to_units
from salesplan_xl.core.sums import ratio, sums_by_group
from salesplan_xl.workbook.problems import Problem, problem
from salesplan_xl.workbook.sheets.budget import BUDGET_LINES
from salesplan_xl.workbook.sheets.customers import CUSTOMERS
from salesplan_xl.workbook.sheets.sales import SALES

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Nodes:
    """
    The nodes of one level, in label order.

    Parameters
    ----------
    names : list of (str or None, str or None)
        Territory and rep of each; None for all of them.
    used : ndarray of bool
        Which of them have a budget or sales in the year.
    """

    names: list[tuple[str | None, str | None]]
    used: Bools

    @property
    def count(self) -> int:
        """How many there are, used or not."""
        return len(self.names)


@dataclass(frozen=True)
class Lines:
    """
    Lines of budget or sales by position on the axes; months are counted from the plan's first, history below zero.

    Parameters
    ----------
    month, territory, rep : ndarray of int64
        Positions.
    cents : ndarray of int64
        Amounts.
    """

    month: Integers
    territory: Integers
    rep: Integers
    cents: Integers

    def within(self, first: int, end: int) -> Bools:
        """
        Find the lines of some months.

        Parameters
        ----------
        first, end : int
            The months; `end` is not among them.

        Returns
        -------
        ndarray of bool
            Which lines lie in them.
        """
        return (self.month >= first) & (self.month < end)


@dataclass(frozen=True)
class Facts:
    """
    All that is judged.

    Parameters
    ----------
    start : Timestamp
        The plan's first month.
    judged_months : int
        How many months of the plan are judged.
    history_start : int
        The first month of the history, counted from the plan's first; 0 where there is none.
    territories, reps, products, customers : sequence of str
        Labels of the axes, sorted.
    budget : Lines
        The budget lines of the year.
    sales : Lines
        Order lines of the history and of the year, as they were sold.
    holder : Lines
        The same, each with the territory and rep that hold its customer now, where somebody does.
    product, customer : ndarray of int64
        Positions of the product and customer of each order line.
    quantity : ndarray of float64
        Quantity of each order line; NaN where blank.
    sheet, budget_cell : str
        Where the budget lines stand, for problems of all of them.
    """

    start: pd.Timestamp
    judged_months: int
    history_start: int
    territories: Sequence[str]
    reps: Sequence[str]
    products: Sequence[str]
    customers: Sequence[str]
    budget: Lines
    sales: Lines
    holder: Lines
    product: Integers
    customer: Integers
    quantity: Floats
    sheet: str
    budget_cell: str

    def date(self, month: int) -> pd.Timestamp:
        """
        Give a month by its number.

        Parameters
        ----------
        month : int
            Counted from the plan's first.

        Returns
        -------
        Timestamp
            Its first day.
        """
        return self.start + pd.DateOffset(months=month)

    def month(self, month: int) -> str:
        """
        Name a month by its number.

        Parameters
        ----------
        month : int
            Counted from the plan's first.

        Returns
        -------
        str
            Such as ``"2019-07"``.
        """
        return f"{self.date(month):%Y-%m}"

    def refusal(self, error: PlanError) -> Problem:
        """
        Word what core refuses, which concerns the budget as a whole.

        Parameters
        ----------
        error : PlanError
            The refusal.

        Returns
        -------
        Problem
            The same with its place.
        """
        return problem("E-VARIANCE", sheet=self.sheet, cell=self.budget_cell, reason=str(error).rstrip("."))

    def company(self, first: int, end: int) -> tuple[int, int]:
        """
        Give budget and actual of the company.

        Parameters
        ----------
        first, end : int
            The months; `end` is not among them.

        Returns
        -------
        tuple of int
            Both in cents.
        """
        budget, actual = (sum(lines.cents[lines.within(first, end)].tolist()) for lines in (self.budget, self.sales))
        return budget, actual

    def codes(self, lines: Lines, level: str) -> Integers:
        """
        Give the node that each line belongs to.

        Parameters
        ----------
        lines : Lines
            The lines.
        level : str
            ``"territory"``, ``"rep"`` or ``"pair"``.

        Returns
        -------
        ndarray of int64
            Positions among the nodes of the level.
        """
        if level == "pair":
            return lines.territory * len(self.reps) + lines.rep
        return lines.territory if level == "territory" else lines.rep

    def nodes(self, level: str) -> Nodes:
        """
        Give the nodes of a level.

        Parameters
        ----------
        level : str
            ``"territory"``, ``"rep"`` or ``"pair"``.

        Returns
        -------
        Nodes
            All of them in label order.
        """
        names: dict[str, list[tuple[str | None, str | None]]] = {
            "territory": [(territory, None) for territory in self.territories],
            "rep": [(None, rep) for rep in self.reps],
            "pair": [(territory, rep) for territory in self.territories for rep in self.reps],
        }
        used = np.zeros(len(names[level]), bool)
        for lines in (self.budget, self.sales):
            used[self.codes(lines, level)[lines.within(0, self.judged_months)]] = True
        return Nodes(names[level], used)

    def budget_of(self, level: str, first: int, end: int) -> tuple[Integers, Integers]:
        """
        Give the budget lines of some months by node.

        Parameters
        ----------
        level : str
            ``"territory"``, ``"rep"`` or ``"pair"``.
        first, end : int
            The months; `end` is not among them.

        Returns
        -------
        tuple of ndarray of int64
            Node and cents of each line.
        """
        return self._of(self.budget, level, first, end)

    def sales_of(self, level: str, first: int, end: int) -> tuple[Integers, Integers]:
        """
        Give the order lines of some months by node.

        Parameters
        ----------
        level : str
            ``"territory"``, ``"rep"`` or ``"pair"``.
        first, end : int
            The months; `end` is not among them.

        Returns
        -------
        tuple of ndarray of int64
            Node and cents of each line.
        """
        return self._of(self.sales, level, first, end)

    def _of(self, lines: Lines, level: str, first: int, end: int) -> tuple[Integers, Integers]:
        at = lines.within(first, end)
        return self.codes(lines, level)[at], lines.cents[at]

    def past_shares(self, level: str, first: int, end: int, *, to_date: bool) -> Floats:
        """
        Give what each node deviated by in the periods before the year.

        The plan of such a period is naive: the node's share of the company is that of the same months a year before.

        Parameters
        ----------
        level : str
            ``"territory"``, ``"rep"`` or ``"pair"``.
        first, end : int
            The months of the period to be judged; those before it are of the same length.
        to_date : bool
            Whether only the same months of earlier years are like it.

        Returns
        -------
        ndarray of float64, shape (nodes, periods)
            The deviations as shares of what the naive plan expects; NaN where it expects nothing.
        """
        length = end - first
        step = MONTHS_OF_YEAR if to_date else length
        begins = range(-step, self.history_start + MONTHS_OF_YEAR - 1, -step)
        columns = [self._past(level, begin, begin + length) for begin in begins]
        count = self.nodes(level).count
        return np.column_stack(columns) if columns else np.empty((count, 0))

    def _past(self, level: str, first: int, end: int) -> Floats:
        """What each node deviated by in some months before the year."""
        count = self.nodes(level).count
        now, before = (
            sums_by_group(*self.sales_of(level, first - back, end - back), count) for back in (0, MONTHS_OF_YEAR)
        )
        expected = before * ratio(float(now.sum()), float(before.sum()))
        expected = np.where(expected > 0, expected, np.nan)
        return np.asarray((now - expected) / expected, np.float64)


def read_facts(inputs: Inputs) -> tuple[Facts, list[Problem]]:
    """
    Put budget and order lines on their axes.

    Parameters
    ----------
    inputs : Inputs
        What the action reads.

    Returns
    -------
    facts : Facts
        The lines of the year, and the order lines of the history before it.
    problems : list of Problem
        What is missing or odd.
    """
    start = pd.Timestamp(inputs.day("plan_start"))
    budget, sales = inputs.frame(BUDGET_LINES.id), inputs.frame(SALES.id)
    planned_at, sold_at = _months(budget["month"], start), _months(sales["date"], start)
    in_year = (planned_at >= 0) & (planned_at < MONTHS_OF_YEAR)
    window = (sold_at >= -int(inputs.number("history_months"))) & (sold_at < MONTHS_OF_YEAR)
    problems = _missing(inputs, in_year, sold_at)
    budget, planned_at = budget[in_year], planned_at[in_year]
    sales, sold_at = sales[window], sold_at[window]
    holders = inputs.frame(CUSTOMERS.id)[["customer", "territory", "rep"]].dropna().set_index("customer")
    held = holders.reindex(sales["customer"])
    territory = np.where(held["territory"].isna(), sales["territory"], held["territory"])
    rep = np.where(held["rep"].isna(), sales["rep"], held["rep"])
    territories = sorted({*budget["territory"], *sales["territory"], *territory})
    reps = sorted({*budget["rep"], *sales["rep"], *rep})
    product_names = sales["product"].where(sales["product"].notna(), "")
    products, customers = sorted(set(product_names)), sorted(set(sales["customer"]))
    cents = to_units(sales["amount"].to_numpy(float), CENT)
    past, year = sold_at[sold_at < 0], sold_at[sold_at >= 0]
    through = int(inputs.number("through_month")) or int(year.max(initial=-1)) + 1
    rows = inputs.tables[BUDGET_LINES.id]
    facts = Facts(
        start=start,
        judged_months=through,
        history_start=int(past.min(initial=0)),
        territories=territories,
        reps=reps,
        products=products,
        customers=customers,
        budget=Lines(
            planned_at,
            _positions(budget["territory"], territories),
            _positions(budget["rep"], reps),
            to_units(budget["budget"].to_numpy(float), CENT),
        ),
        sales=Lines(sold_at, _positions(sales["territory"], territories), _positions(sales["rep"], reps), cents),
        holder=Lines(sold_at, _positions(territory, territories), _positions(rep, reps), cents),
        product=_positions(product_names, products),
        customer=_positions(sales["customer"], customers),
        quantity=sales["quantity"].to_numpy(float),
        sheet=rows.cells.sheet,
        budget_cell=rows.cells.place(-1, rows.headers["budget"]),
    )
    if any(one.stops for one in problems):
        return facts, problems
    return facts, [*problems, *_odd(inputs, facts, window)]


def _months(dates: pd.Series, start: pd.Timestamp) -> Integers:
    """Months counted from the plan's first."""
    months = dates.to_numpy().astype("datetime64[M]") - np.datetime64(f"{start:%Y-%m}", "M")
    return np.asarray(months.astype(np.int64))


def _positions(labels: Iterable[str], members: Sequence[str]) -> Integers:
    """Position of each label among the members of an axis."""
    at = {member: position for position, member in enumerate(members)}
    return np.array([at[label] for label in labels], np.int64)


def _missing(inputs: Inputs, in_year: Bools, sold_at: Integers) -> list[Problem]:
    """What must be there and is not: budget lines of the year, order lines of the year."""
    problems = []
    budget, sales = inputs.tables[BUDGET_LINES.id], inputs.tables[SALES.id]
    year = f"{inputs.day('plan_start'):%Y-%m}"
    heading = budget.cells.place(-1, budget.headers["month"])
    if not in_year.any():
        problems.append(problem("E-VARIANCE-BUDGET", sheet=budget.cells.sheet, cell=heading, year=year))
    elif not in_year.all():
        row = int(np.flatnonzero(~in_year)[0])
        cell = budget.place(row, "month")
        count = int((~in_year).sum())
        problems.append(problem("W-VARIANCE-BUDGET", sheet=budget.cells.sheet, cell=cell, count=count, year=year))
    if not ((sold_at >= 0) & (sold_at < MONTHS_OF_YEAR)).any():
        heading = sales.cells.place(-1, sales.headers["date"])
        problems.append(problem("E-VARIANCE-SALES", sheet=sales.cells.sheet, cell=heading, year=year))
    return problems


def _odd(inputs: Inputs, facts: Facts, window: Bools) -> list[Problem]:
    """What is told without stopping: sales of pairs that have no budget."""
    planned = set(facts.codes(facts.budget, "pair").tolist())
    codes = facts.codes(facts.sales, "pair")
    strange = facts.sales.within(0, facts.judged_months) & ~np.isin(codes, list(planned))
    if not strange.any():
        return []
    rows = inputs.tables[SALES.id]
    at = int(np.flatnonzero(window)[np.flatnonzero(strange)[0]])
    territory, rep = facts.nodes("pair").names[int(codes[strange][0])]
    count = len(set(codes[strange].tolist()))
    return [
        problem(
            "W-VARIANCE-PAIR",
            sheet=rows.cells.sheet,
            cell=rows.place(at, "rep"),
            count=count,
            territory=territory,
            rep=rep,
        )
    ]

"""The budget as it stands: its lines in cents, which months are over, and which lines are held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from salesplan_xl.actions.action import Inputs
from salesplan_xl.actions.budget.nodes import NODE_COLUMNS, Leaves, line_leaves
from salesplan_xl.core.calendar import MONTHS_OF_YEAR
from salesplan_xl.core.money import CENT, from_units, to_units
from salesplan_xl.workbook.labels import Labels
from salesplan_xl.workbook.problems import Problem, problem
from salesplan_xl.workbook.rows import Rows
from salesplan_xl.workbook.sheets.budget import BUDGET_HOLDS, BUDGET_LINES
from salesplan_xl.workbook.sheets.sales import SALES

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class StandingBudget:
    """
    The budget lines of the plan's year.

    Parameters
    ----------
    rows : Rows
        The table they stand in, with lines of other years.
    at : ndarray of int64
        Position of each line in the table, by month, territory and rep.
    month : ndarray of int64
        Month of each, counted from the plan's first.
    cents : ndarray of int64
        Their amounts.
    weight : ndarray of float64
        Their weights; zero where none is given.
    leaf : ndarray of int64
        What else each line is for, by its position among the members of the leaves.
    leaves : Leaves
        Their months and what else they are for, and the nodes above that.
    """

    rows: Rows
    at: Integers
    month: Integers
    cents: Integers
    weight: Floats
    leaf: Integers
    leaves: Leaves

    def each(self, axis: str) -> NDArray[np.object_]:
        """
        Give what the lines are for.

        Parameters
        ----------
        axis : str
            Id of a dimension.

        Returns
        -------
        ndarray of object
            The member of each line.
        """
        return self.rows.frame[axis].to_numpy(dtype=object)[self.at]

    def covered(
        self, rows: Rows, labels: Labels, columns: Mapping[str, str] = NODE_COLUMNS
    ) -> tuple[list[Bools | None], list[Problem]]:
        """
        Find the lines that the rows of a table are about.

        Parameters
        ----------
        rows : Rows
            The table.
        labels : Labels
            Texts of the file's language.
        columns : mapping of str to str
            Its columns that name the nodes, by dimension.

        Returns
        -------
        covered : list of (ndarray of bool or None)
            The lines of each row; None where there are none.
        problems : list of Problem
            What is wrong with the names, or that they have no line, at their cells.
        """
        scopes, problems = self.leaves.scopes(rows, labels, columns)
        places = self.month, self.leaf
        found: list[Bools | None] = []
        for row, (scope, name) in enumerate(zip(scopes, self.leaves.names(rows, columns), strict=True)):
            if scope is None:
                found.append(None)
                continue
            inside = self.leaves.covered(scope, places)
            found.append(inside if inside.any() else None)
            if not inside.any():
                filled = [column for column in columns.values() if rows.frame[column].iloc[row] is not None]
                place = cell_of(rows, row, next(iter(filled), columns["territory"]))
                problems.append(problem("E-BUDGET-NO-LINE", **place, value=name))
        return found, problems

    def place(self, line: int, column: str = "budget") -> dict[str, str]:
        """
        Say where a line stands.

        Parameters
        ----------
        line : int
            Its position among the lines of the year.
        column : str
            Id of a column.

        Returns
        -------
        dict of str to str
            Sheet and cell, as `problem` takes them.
        """
        return {"sheet": self.rows.cells.sheet, "cell": self.rows.place(int(self.at[line]), column)}

    @property
    def heading(self) -> dict[str, str]:
        """Sheet and cell of the amounts' header, where problems of all lines are told."""
        return {"sheet": self.rows.cells.sheet, "cell": self.rows.cells.place(-1, self.rows.headers["budget"])}

    def changed(self, cents: Integers, held: NDArray[np.object_] | None = None) -> pd.DataFrame:
        """
        Give the whole table with other amounts.

        Parameters
        ----------
        cents : ndarray of int64
            Amounts of the lines of the year.
        held : ndarray of object, optional
            What the column *held* says of each; as it is by default.

        Returns
        -------
        DataFrame
            Its rows, in their order; lines of other years as they are.
        """
        frame = self.rows.frame.copy()
        frame.loc[self.at, "budget"] = from_units(cents, CENT)
        if held is not None:
            marks = frame["held"].to_numpy(dtype=object, copy=True)
            marks[self.at] = held
            frame["held"] = pd.Series(marks, dtype=object)
        return frame


def read_standing(inputs: Inputs) -> tuple[StandingBudget, list[Problem]]:
    """
    Read the budget lines of the plan's year.

    Parameters
    ----------
    inputs : Inputs
        What the action reads.

    Returns
    -------
    standing : StandingBudget
        The lines.
    problems : list of Problem
        That there are none, that some are of another year, or that managers go round in a circle.
    """
    rows = inputs.tables[BUDGET_LINES.id]
    months = months_from_start(inputs, rows.frame["month"])
    in_year = (months >= 0) & (months < MONTHS_OF_YEAR)
    inside = np.flatnonzero(in_year)
    # by their labels, so that cents left over go to the same lines however the sheet is sorted
    leaves = line_leaves(inputs)
    at = inside[rows.frame.iloc[inside].reset_index(drop=True).sort_values(["month", *leaves.dimensions]).index]
    lines = rows.frame.iloc[at]
    standing = StandingBudget(
        rows,
        at,
        months[at],
        to_units(lines["budget"].to_numpy(float), CENT),
        lines["weight"].fillna(0).to_numpy(float),
        leaves.positions_of(lines),
        leaves,
    )
    year = f"{inputs.day('plan_start'):%Y-%m}"
    problems = [*standing.leaves.problems]
    if not len(at):
        return standing, [*problems, problem("E-BUDGET-NO-LINES-YET", **standing.heading, year=year)]
    if in_year.all():
        return standing, problems
    outside = np.flatnonzero(~in_year)
    cell = rows.place(int(outside[0]), "month")
    where = {"sheet": rows.cells.sheet, "cell": cell}
    return standing, [*problems, problem("W-VARIANCE-BUDGET", **where, count=len(outside), year=year)]


def months_from_start(inputs: Inputs, dates: pd.Series) -> Integers:
    """
    Count months from the plan's first.

    Parameters
    ----------
    inputs : Inputs
        What the action reads.
    dates : Series
        Dates.

    Returns
    -------
    ndarray of int64
        The month of each, 0 for the plan's first; negative before it.
    """
    start = np.datetime64(f"{inputs.day('plan_start'):%Y-%m}", "M")
    return np.asarray((dates.to_numpy().astype("datetime64[M]") - start).astype(np.int64))


def month_label(inputs: Inputs, month: int) -> str:
    """
    Name a month by its number.

    Parameters
    ----------
    inputs : Inputs
        What the action reads.
    month : int
        Counted from the plan's first.

    Returns
    -------
    str
        Such as ``"2026-03"``.
    """
    return str(np.datetime64(f"{inputs.day('plan_start'):%Y-%m}", "M") + month)


def closed_months(inputs: Inputs, standing: StandingBudget) -> tuple[int, list[Problem]]:
    """
    Tell how many months of the plan are over: up to the one the option names, else as far as sales are loaded.

    A month is loaded to its end if a later one has sales too, or if its last order is of its last weekday that is
    no Saturday or Sunday, or later.

    Parameters
    ----------
    inputs : Inputs
        What the action reads; its option ``closed_until`` is a month or blank.
    standing : StandingBudget
        The budget lines, beside which problems are told.

    Returns
    -------
    count : int
        How many months are over, the plan's first ones.
    problems : list of Problem
        That the month is not of the plan, or that sales are not loaded so far.
    """
    sales = inputs.frame(SALES.id)["date"]
    loaded = _loaded_months(inputs, sales)
    chosen = inputs.options["closed_until"]
    if chosen is None:
        return loaded, []
    count = int(months_from_start(inputs, pd.Series([pd.Timestamp(str(chosen))]))[0]) + 1
    first, last = month_label(inputs, 0), month_label(inputs, MONTHS_OF_YEAR - 1)
    name = month_label(inputs, count - 1)
    if not 1 <= count <= MONTHS_OF_YEAR:
        return 0, [problem("E-CATCH-UP-MONTH", **standing.heading, value=name, first=first, last=last)]
    if count > loaded:
        until = f"{sales.max():%Y-%m-%d}" if len(sales) else inputs.labels.texts["never"]
        return count, [problem("W-CATCH-UP-NOT-LOADED", **standing.heading, value=name, until=until)]
    return count, []


def _loaded_months(inputs: Inputs, dates: pd.Series) -> int:
    """How many of the plan's months have their sales loaded to the end."""
    if dates.empty:
        return 0
    last = dates.max()
    month = int(months_from_start(inputs, pd.Series([last]))[0])
    next_month = np.datetime64(f"{last:%Y-%m}", "M") + 1
    last_weekday = np.busday_offset(next_month.astype("datetime64[D]"), -1, roll="forward")
    to_its_end = np.datetime64(f"{last:%Y-%m-%d}", "D") >= last_weekday
    return min(max(month + int(to_its_end), 0), MONTHS_OF_YEAR)


@dataclass(frozen=True)
class NodeHold:
    """
    A hold of several lines together, with an amount.

    Parameters
    ----------
    row : int
        Its row in the table of holds.
    covered : ndarray of bool
        The lines it covers.
    cents : int
        What they shall add up to.
    """

    row: int
    covered: Bools
    cents: int


@dataclass(frozen=True)
class Holds:
    """
    The holds over the budget lines.

    Parameters
    ----------
    fixed : ndarray of bool
        Lines that are held one by one, by their own amount or as they are planned now.
    cents : ndarray of int64
        What these hold; the others as they are planned now.
    nodes : list of NodeHold
        Holds of several lines together.
    """

    fixed: Bools
    cents: Integers
    nodes: list[NodeHold]

    @property
    def touched(self) -> Bools:
        """Lines that lie under any hold."""
        covered = [self.fixed, *(node.covered for node in self.nodes)]
        return np.asarray(np.any(covered, axis=0))


def read_holds(inputs: Inputs, standing: StandingBudget) -> tuple[Holds, list[Problem]]:
    """
    Read the holds: of one line, of what is planned now in some lines, or of an amount of several lines together.

    Parameters
    ----------
    inputs : Inputs
        What the action reads.
    standing : StandingBudget
        The lines they are about.

    Returns
    -------
    holds : Holds
        What they fix.
    problems : list of Problem
        Holds of what is no node or has no line, and two holds of one line with different amounts.
    """
    rows = inputs.tables[BUDGET_HOLDS.id]
    fixed, cents = np.zeros(len(standing.at), bool), standing.cents.copy()
    nodes: list[NodeHold] = []
    found, problems = standing.covered(rows, inputs.labels)
    for row, (covered, amount) in enumerate(zip(found, rows.frame["amount"], strict=True)):
        if covered is None:
            continue
        if pd.isna(amount):
            keeps = standing.cents
        else:
            own = int(to_units([amount], CENT)[0])
            if covered.sum() > 1:
                nodes.append(NodeHold(row, covered, own))
                continue
            keeps = np.full(len(standing.at), own)
        twice = np.flatnonzero(covered & fixed & (cents != keeps))
        if len(twice):
            amounts = {"amount": money(int(keeps[twice[0]])), "other": money(int(cents[twice[0]]))}
            problems.append(problem("E-BUDGET-HELD-TWICE", **cell_of(rows, row, "amount"), **amounts))
        fixed |= covered
        cents = np.where(covered, keeps, cents)
    return Holds(fixed, cents, nodes), problems


def cell_of(rows: Rows, row: int, column: str) -> dict[str, str]:
    """
    Say where a cell of a table stands.

    Parameters
    ----------
    rows : Rows
        The table.
    row : int
        Position of the row.
    column : str
        Id of the column.

    Returns
    -------
    dict of str to str
        Sheet and cell, as `problem` takes them.
    """
    return {"sheet": rows.cells.sheet, "cell": rows.place(row, column)}


def money(cents: int) -> str:
    """
    Write an amount as people do.

    Parameters
    ----------
    cents : int
        The amount.

    Returns
    -------
    str
        With separators and two decimals.

    Examples
    --------
    >>> money(-123456)
    '-1,234.56'
    """
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100:,}.{abs(cents) % 100:02}"

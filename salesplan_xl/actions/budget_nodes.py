"""Leaves of the plan, and the nodes above them that a target or a hold may name.

A leaf is a month and a pair of territory and rep. Above a territory stand its country and its region, above a rep the
managers, above a month its quarter and its half of the plan's year.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd

from salesplan_xl.actions.action import Inputs
from salesplan_xl.core.calendar import MONTHS_OF_YEAR, month_starts
from salesplan_xl.core.errors import Scope
from salesplan_xl.workbook.labels import Labels
from salesplan_xl.workbook.periods import month_text, months_of
from salesplan_xl.workbook.problems import Problem, problem
from salesplan_xl.workbook.references import unknown_value
from salesplan_xl.workbook.rows import Rows
from salesplan_xl.workbook.sheets.budget import BUDGET_LINES
from salesplan_xl.workbook.sheets.budget_regions import PATH_MARK
from salesplan_xl.workbook.sheets.customers import CUSTOMERS
from salesplan_xl.workbook.sheets.field_work import TERRITORIES
from salesplan_xl.workbook.sheets.sales import SALES
from salesplan_xl.workbook.sheets.team import TEAM

LEVELS = ("territory", "country", "region")
"""Levels of the geography: columns of the master list, the finest first."""


class Members(NamedTuple):
    """
    Columns of a table that name a node of each dimension; empty where a table has none.

    Parameters
    ----------
    territory, rep, period : str
        Ids of the columns.
    """

    territory: str = "territory"
    rep: str = "rep"
    period: str = "period"


_MEMBERS = Members()


@dataclass(frozen=True)
class Nodes:
    """
    Nodes of one dimension besides time.

    Parameters
    ----------
    master : Rows
        The master list that names them.
    columns : tuple of str
        Its columns that do.
    below : mapping of str to frozenset of str
        For each node the members of the finest level at or below it.
    paths : mapping of str to tuple of str
        For each of these members the nodes from the top down to it.
    unclear : mapping of str to tuple of str
        Names that mean different members on two levels, with the columns of the two.
    """

    master: Rows
    columns: tuple[str, ...]
    below: Mapping[str, frozenset[str]]
    paths: Mapping[str, tuple[str, ...]]
    unclear: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def unknown(self, rows: Rows, row: int, column: str, labels: Labels) -> Problem:
        """
        Tell that a name is no node, with the nearest one that is.

        Parameters
        ----------
        rows : Rows
            The rows it stands in.
        row : int
            Position of its row.
        column : str
            Id of its column.
        labels : Labels
            Texts of the file's language.

        Returns
        -------
        Problem
            The problem, at its cell.
        """
        return unknown_value(rows, row, column, self.below, self.master, self.columns, labels)


@dataclass(frozen=True)
class Leaves:
    """
    The leaves of a plan, and how nodes stand above them.

    Parameters
    ----------
    months : tuple of Timestamp
        First days of the twelve months of the plan's year.
    pairs : tuple of (str, str)
        Territory and rep of each pair, sorted.
    geography, team : Nodes
        The nodes above territories and reps.
    problems : tuple of Problem
        What is wrong with the nodes themselves: managers that go round in a circle.
    """

    months: tuple[pd.Timestamp, ...]
    pairs: tuple[tuple[str, str], ...]
    geography: Nodes
    team: Nodes
    problems: tuple[Problem, ...] = ()

    @property
    def shape(self) -> tuple[int, int]:
        """Shape of a table over the leaves: months, pairs."""
        return len(self.months), len(self.pairs)

    @property
    def labels(self) -> tuple[list[str], list[str]]:
        """Labels of months and pairs for messages."""
        return [month_text(month) for month in self.months], [" / ".join(pair) for pair in self.pairs]

    def scope(self, territory: str | None, rep: str | None, period: str | None) -> Scope:
        """
        Find the leaves of a node, or of nodes of several dimensions that cross.

        Parameters
        ----------
        territory : str or None
            A territory, a country or a region; None for all.
        rep : str or None
            A rep or a manager, who stands for everybody below and what is their own; None for all.
        period : str or None
            A month such as ``"2026-03"``, a quarter such as ``"Q1"`` or a half; None for the year.

        Returns
        -------
        Scope
            Positions of months and of pairs: one, several, or None for all of them. ``()`` where there are none.

        Raises
        ------
        KeyError
            If a name is no node of its dimension, or not clear.
        """
        return self._months(period), self._pairs(territory, rep)

    def scopes(
        self, rows: Rows, labels: Labels, members: Members = _MEMBERS
    ) -> tuple[list[Scope | None], list[Problem]]:
        """
        Find the leaves that the rows of a table are for.

        Parameters
        ----------
        rows : Rows
            The table.
        labels : Labels
            Texts of the file's language.
        members : Members
            Its columns that name the nodes.

        Returns
        -------
        scopes : list of (Scope or None)
            The leaves of each row; None where they cannot be told.
        problems : list of Problem
            Names that are no node, are not clear, or have no leaves, at their cells.
        """
        scopes: list[Scope | None] = []
        problems: list[Problem] = []
        for row in range(len(rows.frame)):
            wrong = self._wrong(rows, row, members, labels)
            problems += wrong
            scopes.append(None if wrong else self.scope(*self._named(rows, row, members)))
        return scopes, problems

    def name(self, territory: str | None, rep: str | None, period: str | None) -> str:
        """
        Call a node, or nodes that cross, as a planner reads them.

        Parameters
        ----------
        territory, rep, period : str or None
            As in `scope`.

        Returns
        -------
        str
            Such as ``"Q1 / Europe / Ana"``.
        """
        return " / ".join(part for part in (period, territory, rep) if part is not None) or "the grand total"

    def names(self, rows: Rows, members: Members = _MEMBERS) -> list[str]:
        """
        Call what the rows of a table are for.

        Parameters
        ----------
        rows : Rows
            The table.
        members : Members
            Its columns that name the nodes.

        Returns
        -------
        list of str
            A name for each row, as in `name`.
        """
        return [self.name(*self._named(rows, row, members)) for row in range(len(rows.frame))]

    def positions(self, lines: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        """
        Find the leaves of budget lines.

        Parameters
        ----------
        lines : DataFrame
            Rows with a month, a territory and a rep.

        Returns
        -------
        months, pairs : ndarray of int
            Positions of each line's month and pair; -1 where the plan has none such.
        """
        months = pd.Index(self.months).get_indexer(pd.Index(lines["month"]))
        known = {pair: position for position, pair in enumerate(self.pairs)}
        named = zip(lines["territory"], lines["rep"], strict=True)
        return months, np.array([known.get(pair, -1) for pair in named], np.int64)

    def covered(self, scope: Scope, positions: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
        """
        Find the budget lines that lie in a part of the plan.

        Parameters
        ----------
        scope : Scope
            The part.
        positions : tuple of ndarray of int
            Months and pairs of the lines, as `positions` gives them.

        Returns
        -------
        ndarray of bool
            Which lines lie in it; where a dimension is not named, also those that the plan has no leaf for.
        """
        covered = np.ones(len(positions[0]), bool)
        for axis, (chosen, position) in enumerate(zip(scope, positions, strict=True)):
            if chosen is not None:
                covered &= np.isin(position, [*members(scope, axis, self.shape)])
        return covered

    def with_paths(self, lines: pd.DataFrame) -> pd.DataFrame:
        """
        Write into budget lines which nodes they are below, as the formulas of the sheet look for them.

        Parameters
        ----------
        lines : DataFrame
            Rows with a territory and a rep.

        Returns
        -------
        DataFrame
            The same with their geography, such as Europe, FR, France, and their managers, each behind a `PATH_MARK`.
        """
        return lines.assign(
            geography=_written(lines["territory"], self.geography), managers=_written(lines["rep"], self.team)
        )

    def _named(self, rows: Rows, row: int, members: Members) -> list[str | None]:
        """What one row of a table names: territory, rep, period."""
        return [rows.frame[column].iloc[row] if column else None for column in members]

    def _months(self, period: str | None) -> int | tuple[int, ...] | None:
        """Positions of the months of a period."""
        if period is None:
            return None
        return _canonical(months_of(period, self.months), len(self.months))

    def _pairs(self, territory: str | None, rep: str | None) -> int | tuple[int, ...] | None:
        """Positions of the pairs of a territory or a node above it, and a rep or a manager."""
        if territory is None and rep is None:
            return None
        if territory in self.geography.unclear:
            raise KeyError(territory)
        places = None if territory is None else self.geography.below[territory]
        people = None if rep is None else self.team.below[rep]
        found = [
            position
            for position, (place, person) in enumerate(self.pairs)
            if (places is None or place in places) and (people is None or person in people)
        ]
        return _canonical(found, len(self.pairs))

    def _wrong(self, rows: Rows, row: int, members: Members, labels: Labels) -> list[Problem]:
        """What is wrong with the names of one row."""
        territory, rep, period = self._named(rows, row, members)
        problems = []
        if territory is not None and territory in self.geography.unclear:
            level, other = (labels.header(TERRITORIES.id, one) for one in self.geography.unclear[territory])
            problems.append(
                _at(rows, row, members.territory, "E-BUDGET-UNCLEAR", value=territory, level=level, other=other)
            )
        elif territory is not None and territory not in self.geography.below:
            problems.append(self.geography.unknown(rows, row, members.territory, labels))
        if rep is not None and rep not in self.team.below:
            problems.append(self.team.unknown(rows, row, members.rep, labels))
        if period is not None and not months_of(period, self.months):
            first, last = month_text(self.months[0]), month_text(self.months[-1])
            problems.append(_at(rows, row, members.period, "E-BUDGET-OUTSIDE", value=period, first=first, last=last))
        if not problems and self._pairs(territory, rep) == ():
            problems += self._without_leaves(rows, row, members)
        return problems

    def _without_leaves(self, rows: Rows, row: int, members: Members) -> list[Problem]:
        """A row whose territory or rep has no pair, or that crosses two that have none together."""
        territory, rep, _ = self._named(rows, row, members)
        problems = []
        if self._pairs(territory, None) == ():
            problems.append(_at(rows, row, members.territory, "E-BUDGET-NO-LINES", value=str(territory)))
        if self._pairs(None, rep) == ():
            problems.append(_at(rows, row, members.rep, "E-BUDGET-NO-LINES", value=str(rep)))
        crossing = self.name(territory, rep, None)
        return problems or [_at(rows, row, members.rep, "E-BUDGET-NO-LINES", value=crossing)]


def plan_leaves(inputs: Inputs) -> Leaves:
    """
    Find the leaves of the plan that is to be made.

    Pairs are who holds customers, who sold to customers that nobody holds, and reps without customers at home.

    Parameters
    ----------
    inputs : Inputs
        With the tables customers, sales, territories and team, and the option ``history_months``.

    Returns
    -------
    Leaves
        The leaves, and the nodes above them.
    """
    held = holders(inputs)
    team, sales = inputs.frame(TEAM.id), inputs.frame(SALES.id)
    homes = team.loc[~team["rep"].isin(held["rep"]), ["home_territory", "rep"]].dropna()
    loose = sales.loc[in_history(inputs) & ~sales["customer"].isin(held.index), ["territory", "rep"]]
    return _leaves(
        inputs,
        {
            *held.itertuples(index=False, name=None),
            *homes.itertuples(index=False, name=None),
            *loose.drop_duplicates().itertuples(index=False, name=None),
        },
    )


def line_leaves(inputs: Inputs) -> Leaves:
    """
    Find the leaves of the budget lines as they stand.

    Parameters
    ----------
    inputs : Inputs
        With the tables budget_lines, territories and team.

    Returns
    -------
    Leaves
        The leaves, and the nodes above them.
    """
    lines = inputs.frame(BUDGET_LINES.id)[["territory", "rep"]].dropna().drop_duplicates()
    return _leaves(inputs, lines.itertuples(index=False, name=None))


def holders(inputs: Inputs) -> pd.DataFrame:
    """
    Tell who holds each customer.

    Parameters
    ----------
    inputs : Inputs
        With the table customers.

    Returns
    -------
    DataFrame
        Territory and rep by customer, for customers that have both.
    """
    customers = inputs.frame(CUSTOMERS.id)[["customer", "territory", "rep"]].dropna()
    return customers.set_index("customer")


def in_history(inputs: Inputs) -> pd.Series:
    """
    Tell which order lines lie in the span of history before the plan.

    Parameters
    ----------
    inputs : Inputs
        With the table sales and the option ``history_months``.

    Returns
    -------
    Series of bool
        True for those that do.
    """
    start = pd.Timestamp(inputs.day("plan_start"))
    first = start - pd.DateOffset(months=int(inputs.number("history_months")))
    dates = inputs.frame(SALES.id)["date"]
    return (dates >= first) & (dates < start)


def members(scope: Scope, axis: int, shape: Sequence[int]) -> frozenset[int]:
    """
    List the positions that a scope has on an axis.

    Parameters
    ----------
    scope : Scope
        Leaves of a plan.
    axis : int
        0 for months, 1 for pairs.
    shape : sequence of int
        How many months and pairs there are.

    Returns
    -------
    frozenset of int
        The positions.
    """
    chosen = scope[axis]
    if chosen is None:
        return frozenset(range(shape[axis]))
    return frozenset((chosen,) if isinstance(chosen, int) else chosen)


def _leaves(inputs: Inputs, pairs: Iterable[tuple[str, str]]) -> Leaves:
    """The leaves of some pairs."""
    months = month_starts(inputs.day("plan_start"), MONTHS_OF_YEAR)
    team, problems = _team(inputs.tables[TEAM.id])
    return Leaves(
        tuple(pd.Timestamp(month) for month in months),
        tuple(sorted(pairs)),
        _geography(inputs.tables[TERRITORIES.id]),
        team,
        tuple(problems),
    )


def _geography(rows: Rows) -> Nodes:
    """Territories, countries and regions."""
    territories = rows.frame
    below: dict[str, frozenset[str]] = {}
    level_of: dict[str, str] = {}
    unclear: dict[str, tuple[str, str]] = {}
    for level in LEVELS:
        members_by_name: dict[str, set[str]] = {}
        for territory, name in zip(territories["territory"], territories[level], strict=True):
            if territory is not None and name is not None:
                members_by_name.setdefault(name, set()).add(territory)
        for name, found in members_by_name.items():
            if below.setdefault(name, frozenset(found)) != found:
                unclear.setdefault(name, (level_of[name], level))
            level_of.setdefault(name, level)
    paths = {
        row["territory"]: tuple(row[level] for level in reversed(LEVELS) if row[level] is not None)
        for row in territories[[*LEVELS]].to_dict("records")
        if row["territory"] is not None
    }
    return Nodes(rows, LEVELS, below, paths, unclear)


def _team(rows: Rows) -> tuple[Nodes, list[Problem]]:
    """Reps and managers; managers that go round in a circle are told at every cell of the circle."""
    frame = rows.frame
    manager_of = {rep: manager for rep, manager in zip(frame["rep"], frame["manager"], strict=True) if rep is not None}
    paths: dict[str, tuple[str, ...]] = {}
    circular: set[str] = set()
    for rep, manager in manager_of.items():
        upwards, above = [rep], manager
        while above is not None and above not in upwards:
            upwards.append(above)
            above = manager_of.get(above)
        if above == rep:
            circular.add(rep)
        paths[rep] = tuple(reversed(upwards))
    below: dict[str, set[str]] = {rep: set() for rep in manager_of}
    for rep, path in paths.items():
        for node in path:
            below.setdefault(node, set()).add(rep)
    problems = [
        _at(rows, row, "manager", "E-TEAM-CIRCLE", value=rep, path=f" {PATH_MARK} ".join([*reversed(paths[rep]), rep]))
        for row, rep in enumerate(frame["rep"])
        if rep in circular
    ]
    return Nodes(rows, ("rep",), {node: frozenset(reps) for node, reps in below.items()}, paths), problems


def _canonical(positions: Sequence[int], size: int) -> int | tuple[int, ...] | None:
    """One position by itself, all of several as None, so that the same leaves are always written the same."""
    if len(positions) == 1:
        return positions[0]
    return None if len(positions) == size and positions else tuple(positions)


def _written(names: pd.Series, nodes: Nodes) -> list[str]:
    """The paths to some members as the sheet shows them."""
    return [PATH_MARK + "".join(f"{node}{PATH_MARK}" for node in nodes.paths.get(name, (name,))) for name in names]


def _at(rows: Rows, row: int, column: str, code: str, **values: str) -> Problem:
    """A problem of one cell."""
    return problem(code, sheet=rows.cells.sheet, cell=rows.place(row, column), **values)

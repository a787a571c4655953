"""Leaves of the plan, and the nodes above them that a target or a hold may name.

A leaf is a month and a member of each dimension of the plan's detail: a territory and a rep, and where the plan is more
detailed a customer or a product family. What stands above them is declared with the dimensions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from salesplan_xl.actions.action import Inputs
from salesplan_xl.actions.confused_names import confused_names
from salesplan_xl.core.calendar import MONTHS_OF_YEAR, month_starts
from salesplan_xl.core.errors import Scope
from salesplan_xl.workbook.labels import Labels
from salesplan_xl.workbook.periods import month_text, months_of
from salesplan_xl.workbook.problems import Problem, problem
from salesplan_xl.workbook.references import unknown_value
from salesplan_xl.workbook.rows import Rows
from salesplan_xl.workbook.sheets.budget import BUDGET_LINES
from salesplan_xl.workbook.sheets.budget_dimensions import DETAILS, DIMENSIONS, PAIR, PATH_MARK, Dimension, named
from salesplan_xl.workbook.sheets.customers import CUSTOMERS
from salesplan_xl.workbook.sheets.sales import SALES
from salesplan_xl.workbook.sheets.team import TEAM

Bools = NDArray[np.bool_]
Positions = NDArray[np.int64]

NODE_COLUMNS = named()
"""Columns of targets and holds that name a node of each dimension."""

Member = str | None
"""What a leaf is for in one dimension; None where it is for nobody there."""

Names = Mapping[str, str | None]
"""A node of each dimension, and a period; None for all of it."""


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
    dimensions : tuple of str
        What a leaf is for besides its month: territory and rep, and those that the plan's detail adds.
    members : tuple of tuple of (str or None)
        For each leaf its member of each of these dimensions, sorted; None where it has none, such as the customer of a
        rep who has none yet.
    nodes : mapping of str to Nodes
        The nodes of every dimension, also of those that the plan's detail leaves out.
    problems : tuple of Problem
        What is wrong with the nodes themselves: managers that go round in a circle, names that sums confuse.
    """

    months: tuple[pd.Timestamp, ...]
    dimensions: tuple[str, ...]
    members: tuple[tuple[Member, ...], ...]
    nodes: Mapping[str, Nodes]
    problems: tuple[Problem, ...] = ()

    @property
    def shape(self) -> tuple[int, int]:
        """Shape of a table over the leaves: months, members."""
        return len(self.months), len(self.members)

    @cached_property
    def labels(self) -> tuple[list[str], list[str]]:
        """Labels of months and members for messages."""
        return [month_text(month) for month in self.months], [" / ".join(filter(None, one)) for one in self.members]

    @property
    def levels(self) -> tuple[str, str]:
        """What a month and a member is called in messages."""
        *first, last = self.dimensions
        return "month", f"{', '.join(first)} and {last}"

    @cached_property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Territory and rep of each pair, sorted."""
        return tuple(dict.fromkeys((str(territory), str(rep)) for territory, rep, *_ in self.members))

    @cached_property
    def pair_of(self) -> Positions:
        """The pair of each leaf, by its position among `pairs`."""
        at = {pair: position for position, pair in enumerate(self.pairs)}
        return np.array([at[str(territory), str(rep)] for territory, rep, *_ in self.members], np.int64)

    @property
    def of_pairs(self) -> Leaves:
        """The same plan with one leaf for each month and pair."""
        return self if self.dimensions == PAIR else replace(self, dimensions=PAIR, members=self.pairs)

    def scope(self, names: Names) -> Scope:
        """
        Find the leaves of a node, or of nodes of several dimensions that cross.

        Parameters
        ----------
        names : mapping of str to (str or None)
            By dimension a member or a node above some, such as a region or a manager, who stands for everybody below
            and what is their own; under ``"period"`` a month such as ``"2026-03"``, a quarter such as ``"Q1"`` or a
            half. None, or no entry, for all.

        Returns
        -------
        Scope
            Positions of months and of members: one, several, or None for all of them. ``()`` where there are none.

        Raises
        ------
        KeyError
            If a name is no node of its dimension, or not clear.
        """
        period = names.get("period")
        months = None if period is None else _canonical(months_of(period, self.months), len(self.months))
        below = self.below(names)
        return months, None if below is None else _canonical(np.flatnonzero(below).tolist(), len(self.members))

    def below(self, names: Names) -> Bools | None:
        """
        Find the leaves at or below nodes that cross, in any month.

        Parameters
        ----------
        names : mapping of str to (str or None)
            As in `scope`; the period does not matter.

        Returns
        -------
        ndarray of bool or None
            Which of `members` are; None where no node is named.

        Raises
        ------
        KeyError
            If a name is no node of its dimension, not clear, or of a dimension that the plan's detail leaves out.
        """
        found: Bools | None = None
        for dimension, name in names.items():
            if dimension == "period" or name is None:
                continue
            nodes, (code, at) = self.nodes[dimension], self._codes[dimension]
            if name in nodes.unclear:
                raise KeyError(name)
            wanted = np.zeros(len(at) + 1, bool)  # the last is for leaves without a member
            wanted[[at[member] for member in nodes.below[name] if member in at]] = True
            found = wanted[code] if found is None else found & wanted[code]
        return found

    @cached_property
    def _codes(self) -> dict[str, tuple[Positions, dict[str, int]]]:
        """By dimension the member of each leaf as a number, -1 for none, and the number of each member."""
        columns = zip(*self.members, strict=True) if self.members else ((),) * len(self.dimensions)
        codes = {}
        for dimension, column in zip(self.dimensions, columns, strict=True):
            at: dict[str, int] = {}
            code = [-1 if member is None else at.setdefault(member, len(at)) for member in column]
            codes[dimension] = np.array(code, np.int64), at
        return codes

    def scopes(
        self, rows: Rows, labels: Labels, columns: Mapping[str, str] = NODE_COLUMNS
    ) -> tuple[list[Scope | None], list[Problem]]:
        """
        Find the leaves that the rows of a table are for.

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
        scopes : list of (Scope or None)
            The leaves of each row; None where they cannot be told.
        problems : list of Problem
            Names that are no node, are not clear, are finer than the plan, or have no leaves, at their cells.
        """
        scopes: list[Scope | None] = []
        problems: list[Problem] = []
        for row, names in enumerate(_named(rows, columns)):
            wrong = self._wrong(rows, row, names, columns, labels)
            problems += wrong
            scopes.append(None if wrong else self.scope(names))
        return scopes, problems

    def names(self, rows: Rows, columns: Mapping[str, str] = NODE_COLUMNS) -> list[str]:
        """
        Call what the rows of a table are for, as a planner reads it.

        Parameters
        ----------
        rows : Rows
            The table.
        columns : mapping of str to str
            Its columns that name the nodes, by dimension.

        Returns
        -------
        list of str
            A name for each row, such as ``"Q1 / Europe / Ana"``.
        """
        return [name_of(names) for names in _named(rows, columns)]

    def positions(self, lines: pd.DataFrame) -> tuple[Positions, Positions]:
        """
        Find the leaves of budget lines.

        Parameters
        ----------
        lines : DataFrame
            Rows with a month and a column for each dimension of the plan's detail.

        Returns
        -------
        months, members : ndarray of int
            Positions of each line's month and member; -1 where the plan has none such.
        """
        months = pd.Index(self.months).get_indexer(pd.Index(lines["month"]))
        return np.asarray(months, np.int64), self.positions_of(lines)

    def positions_of(self, frame: pd.DataFrame) -> Positions:
        """
        Find the leaves of rows that are for no month.

        Parameters
        ----------
        frame : DataFrame
            Rows with a column for each dimension of the plan's detail.

        Returns
        -------
        ndarray of int
            Position of each row's member; -1 where the plan has none such.
        """
        # one number for the members of each row, dimension by dimension; 0 stands for none
        keys, wanted = np.zeros(len(self.members), np.int64), np.zeros(len(frame), np.int64)
        unknown = np.zeros(len(frame), bool)
        for dimension in self.dimensions:
            code, at = self._codes[dimension]
            given, uniques = pd.factorize(frame[dimension].to_numpy(dtype=object))
            known = np.array([*(at.get(name, -2) for name in uniques), -1], np.int64)[given]
            unknown |= known == -2
            keys, wanted = keys * (len(at) + 1) + code + 1, wanted * (len(at) + 1) + known + 1
        found = pd.Index(keys).get_indexer(pd.Index(wanted))
        return np.where(unknown, -1, found).astype(np.int64)

    def sold_by(self, sales: pd.DataFrame) -> Positions:
        """
        Find the leaves that order lines count for.

        Parameters
        ----------
        sales : DataFrame
            Order lines.

        Returns
        -------
        ndarray of int
            Position of each line's member; -1 where there is none. In a plan by customer what a customer bought
            counts for the customer, also where another rep or territory has sold it; what a customer without a leaf
            bought, for the pair's leaf for nobody yet, where it has one.
        """
        sold = sales.assign(family=family_of(sales)) if "family" in self.dimensions else sales
        found = self.positions_of(sold)
        if "customer" not in self.dimensions:
            return found
        parts = [dimension for dimension in self.dimensions if dimension not in PAIR]
        own = pd.DataFrame(self.members, columns=[*self.dimensions])[parts]
        alone = own[own["customer"].notna() & ~own.duplicated(keep=False)]
        whoever = pd.MultiIndex.from_frame(alone).get_indexer(pd.MultiIndex.from_frame(sold[parts]))
        if len(alone):
            found = np.where((found < 0) & (whoever >= 0), alone.index.to_numpy()[whoever], found)
        nobody = self.positions_of(sold.assign(customer=pd.Series(None, index=sold.index, dtype=object)))
        return np.where(found < 0, nobody, found).astype(np.int64)

    def covered(self, scope: Scope, positions: tuple[Positions, Positions]) -> Bools:
        """
        Find the budget lines that lie in a part of the plan.

        Parameters
        ----------
        scope : Scope
            The part.
        positions : tuple of ndarray of int
            Months and members of the lines, as `positions` gives them.

        Returns
        -------
        ndarray of bool
            Which lines lie in it; where a dimension is not named, also those that the plan has no leaf for.
        """
        covered = np.ones(len(positions[0]), bool)
        for axis, (chosen, position) in enumerate(zip(scope, positions, strict=True)):
            if chosen is not None:
                inside = np.zeros(self.shape[axis] + 1, bool)  # the last is for lines that the plan has no leaf for
                inside[positions_in(scope, axis, self.shape)] = True
                covered &= inside[position]
        return covered

    def with_paths(self, lines: pd.DataFrame) -> pd.DataFrame:
        """
        Write into budget lines which nodes they are below, as the formulas of the sheet look for them.

        Parameters
        ----------
        lines : DataFrame
            Rows with a column for each dimension.

        Returns
        -------
        DataFrame
            The same with their paths, such as Europe, FR, France, each node behind a `PATH_MARK`.
        """
        paths = {one.path: _written(lines[one.id], self.nodes[one.id]) for one in DIMENSIONS if one.path}
        return lines.assign(**paths)

    def _wrong(self, rows: Rows, row: int, names: Names, columns: Mapping[str, str], labels: Labels) -> list[Problem]:
        """What is wrong with the names of one row."""
        given = {dimension: name for dimension, name in names.items() if name is not None}
        problems = [
            wrong
            for dimension, name in given.items()
            if dimension != "period"
            for wrong in self._wrong_name(rows, row, dimension, name, columns[dimension], labels)
        ]
        period = given.get("period")
        if period is not None and not months_of(period, self.months):
            first, last = month_text(self.months[0]), month_text(self.months[-1])
            problems.append(_at(rows, row, columns["period"], "E-BUDGET-OUTSIDE", value=period, first=first, last=last))
        if not problems and self._without_leaves(given):
            alone = [one for one in given if self._without_leaves({one: given[one]})]
            nodes = [one for one in given if one != "period"]
            told = {columns[one]: given[one] for one in alone} or {
                columns[nodes[-1]]: name_of({one: given[one] for one in nodes})
            }
            missing = _missing(rows, row)
            problems = [
                _at(rows, row, column, "E-BUDGET-NO-LINES", value=f"{name}{missing}") for column, name in told.items()
            ]
        return problems

    def _wrong_name(
        self, rows: Rows, row: int, dimension: str, name: str, column: str, labels: Labels
    ) -> Iterable[Problem]:
        """What is wrong with the name of a node."""
        nodes = self.nodes[dimension]
        if name in nodes.unclear:
            level, other = (labels.header(nodes.master.table.id, one) for one in nodes.unclear[name])
            table, title = labels.tables[nodes.master.table.id]["title"], nodes.master.cells.sheet
            told = {"value": name, "level": level, "other": other, "table": table, "sheet_title": title}
            yield _at(rows, row, column, "E-BUDGET-UNCLEAR", **told)
        elif name not in nodes.below:
            yield nodes.unknown(rows, row, column, labels)
        elif dimension not in self.dimensions:
            choices = labels.choices["budget_detail"]
            present, wanted = (
                next(choices[detail] for detail, held in DETAILS.items() if set(held) == set(dimensions))
                for dimensions in (self.dimensions, (*self.dimensions, dimension))
            )
            yield _at(rows, row, column, "E-BUDGET-DETAIL", value=name, present=present, wanted=wanted)

    def _without_leaves(self, names: Names) -> bool:
        """Whether nodes that cross have no leaf in common."""
        below = self.below(names)
        return below is not None and not below.any()


def line_leaves(inputs: Inputs) -> Leaves:
    """
    Find the leaves of the budget lines as they stand, at the detail that they have.

    Parameters
    ----------
    inputs : Inputs
        With the tables budget_lines, customers, sales, territories and team.

    Returns
    -------
    Leaves
        The leaves, and the nodes above them.
    """
    lines = inputs.frame(BUDGET_LINES.id)
    dimensions = tuple(one.id for one in DIMENSIONS if one.id in PAIR or lines[one.id].notna().any())
    distinct = lines[[*dimensions]].dropna(subset=[*PAIR]).drop_duplicates()
    return leaves_of(inputs, dimensions, distinct.itertuples(index=False, name=None))


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


def positions_in(scope: Scope, axis: int, shape: Sequence[int]) -> list[int]:
    """
    List the positions that a scope has on an axis.

    Parameters
    ----------
    scope : Scope
        Leaves of a plan.
    axis : int
        0 for months, 1 for members.
    shape : sequence of int
        How many months and members there are.

    Returns
    -------
    list of int
        The positions, in order.
    """
    chosen = scope[axis]
    if chosen is None:
        return list(range(shape[axis]))
    return sorted((chosen,) if isinstance(chosen, int) else chosen)


def leaves_of(inputs: Inputs, dimensions: tuple[str, ...], members: Iterable[tuple[Member, ...]]) -> Leaves:
    """
    Give the leaves of some members, with the nodes above them.

    Parameters
    ----------
    inputs : Inputs
        With the tables customers, sales, territories and team.
    dimensions : tuple of str
        What the members are of.
    members : iterable of tuple of (str or None)
        In any order, each once.

    Returns
    -------
    Leaves
        The leaves.
    """
    months = month_starts(inputs.day("plan_start"), MONTHS_OF_YEAR)
    present = tuple(sorted(members, key=lambda one: [member or "" for member in one]))
    used = {dimension: {one[at] for one in present} - {None} for at, dimension in enumerate(dimensions)}
    team, problems = _team(inputs.tables[TEAM.id])
    nodes = {
        one.id: team if one.above else _nodes(inputs.tables[one.master], one, used.get(one.id, ()))
        for one in DIMENSIONS
    }
    for one in DIMENSIONS:
        problems += confused_names(inputs.tables[one.master], one.levels) if one.id in dimensions else []
    return Leaves(tuple(pd.Timestamp(month) for month in months), dimensions, present, nodes, tuple(problems))


def family_of(sales: pd.DataFrame) -> pd.Series:
    """
    Tell the product family of order lines: what *Family* says, else the product itself.

    Parameters
    ----------
    sales : DataFrame
        Order lines.

    Returns
    -------
    Series of object
        The family of each; None where neither is given.
    """
    return sales["family"].where(sales["family"].notna(), sales["product"])


def _nodes(rows: Rows, dimension: Dimension, used: Iterable[Member]) -> Nodes:
    """The nodes that columns of a master list name, and members that are used without standing in it."""
    frame = rows.frame
    member = dimension.levels[0]
    if not dimension.path:
        names = {*family_of(frame).dropna().unique(), *used}
        return Nodes(rows, dimension.levels, {name: frozenset((name,)) for name in names}, {})
    listed = frame.loc[frame[member].notna(), [*dimension.levels]]
    below = {name: frozenset((name,)) for name in used if name is not None}
    level_of = dict.fromkeys(below, member)
    unclear: dict[str, tuple[str, str]] = {}
    for level in dimension.levels:
        members_by_name: dict[str, set[str]] = {}
        for own, name in zip(listed[member], listed[level], strict=True):
            if name is not None:
                members_by_name.setdefault(name, set()).add(own)
        for name, found in members_by_name.items():
            if below.setdefault(name, frozenset(found)) != found:
                unclear.setdefault(name, (level_of[name], level))
            level_of.setdefault(name, level)
    upwards = listed[[*reversed(dimension.levels)]].itertuples(index=False, name=None)
    paths = {nodes[-1]: tuple(node for node in nodes if node is not None) for nodes in upwards}
    return Nodes(rows, dimension.levels, below, paths, unclear)


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


def _named(rows: Rows, columns: Mapping[str, str]) -> list[dict[str, str | None]]:
    """What each row of a table names, by dimension, the period last."""
    values = (rows.frame[column] for column in columns.values())
    return [dict(zip(columns, row, strict=True)) for row in zip(*values, strict=True)]


def name_of(names: Names) -> str:
    """
    Call nodes that cross, the period first.

    Parameters
    ----------
    names : mapping of str to str or None
        The node named of each dimension; None for all of it.

    Returns
    -------
    str
        Such as ``"Q1 / Europe / Ana"``.
    """
    parts = [names.get("period"), *(name for dimension, name in names.items() if dimension != "period")]
    return " / ".join(filter(None, parts)) or "the grand total"


def _canonical(positions: Sequence[int], size: int) -> int | tuple[int, ...] | None:
    """One position by itself, all of several as None, so that the same leaves are always written the same."""
    if len(positions) == 1:
        return positions[0]
    return None if len(positions) == size and positions else tuple(positions)


def _written(names: pd.Series, nodes: Nodes) -> pd.Series:
    """The paths to some members as the sheet shows them; none for a line that is for nobody there."""
    codes, known = pd.factorize(names.to_numpy(dtype=object))
    paths = [PATH_MARK + "".join(f"{node}{PATH_MARK}" for node in nodes.paths.get(name, (name,))) for name in known]
    return pd.Series(np.array([*paths, None], object)[codes], index=names.index, dtype=object)


def _missing(rows: Rows, row: int) -> str:
    """The amount of a row that has no leaf to stand on."""
    amount = rows.frame["amount"].iloc[row]
    return "" if pd.isna(amount) else f" ({amount:,.2f})"


def _at(rows: Rows, row: int, column: str, code: str, **values: str) -> Problem:
    """A problem of one cell."""
    return problem(code, sheet=rows.cells.sheet, cell=rows.place(row, column), **values)

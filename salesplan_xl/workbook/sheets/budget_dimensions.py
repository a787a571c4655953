"""The dimensions of the budget besides time, declared once: what lines, targets, holds and transfers name.

Columns of all these tables, the formulas over them, and the nodes that may stand in them derive from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from salesplan_xl.workbook.criteria import equal_to, letters
from salesplan_xl.workbook.schema import Column, Kind, Role

PATH_MARK = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
"""Stands before, between and behind the nodes of a path, so that no name is found within another."""


@dataclass(frozen=True)
class Dimension:
    """
    One dimension of the budget besides time.

    Parameters
    ----------
    id : str
        Its id, and that of its column in budget lines, targets and holds.
    master : str
        Id of the table that names its nodes.
    levels : tuple of str
        Columns of that table that do, the finest first.
    above : str
        Column of that table that names the member right above a row, who stands below others in turn; empty where
        the levels are columns.
    path : str
        Column of budget lines that holds the nodes from the top down to a line's own; empty where nothing stands
        above the members.
    width : float
        Width of its columns in characters.
    path_width : float
        Width of the column of paths.
    requirements : tuple of str
        Ids of the requirements it answers.
    """

    id: str
    master: str
    levels: tuple[str, ...]
    above: str = ""
    path: str = ""
    width: float = 12
    path_width: float = 16
    requirements: tuple[str, ...] = ()


DIMENSIONS = (
    Dimension(
        "territory",
        "territories",
        ("territory", "country", "region"),
        path="geography",
        width=16,
        path_width=36,
        requirements=("8.6",),
    ),
    Dimension(
        "rep",
        "team",
        ("rep",),
        above="manager",
        path="managers",
        width=10,
        requirements=("8.7",),
    ),
    Dimension(
        "customer",
        "customers",
        ("customer", "segment"),
        path="segments",
        width=14,
        path_width=36,
        requirements=("8.8",),
    ),
    Dimension("family", "sales", ("family", "product"), width=16, requirements=("8.4",)),
)
"""The dimensions in the order of their columns."""

PAIR = ("territory", "rep")
"""What every budget line is for, besides its month."""

DETAILS: Mapping[str, tuple[str, ...]] = {
    "pair": PAIR,
    "customer": (*PAIR, "customer"),
    "family": (*PAIR, "family"),
    "customer_and_family": (*PAIR, "customer", "family"),
}
"""What budget lines are for besides their month, by the choices of detail."""


def node_columns(prefix: str = "") -> tuple[Column, ...]:
    """
    Give the columns in which a person names a node of each dimension.

    Parameters
    ----------
    prefix : str
        Stands before the id of each, such as ``"from_"``.

    Returns
    -------
    tuple of Column
        One for each dimension; blank means all of it.
    """
    return tuple(
        Column(
            prefix + one.id,
            suggests=f"{one.master}.{one.id}" if one.path else "",  # where nothing stands above, names repeat
            width=one.width,
            requirements=one.requirements,
        )
        for one in DIMENSIONS
    )


def named(prefix: str = "") -> dict[str, str]:
    """
    Say which columns of a table name the nodes.

    Parameters
    ----------
    prefix : str
        As for `node_columns`.

    Returns
    -------
    dict of str to str
        Column by dimension, that of the period among them.
    """
    return {**{one.id: prefix + one.id for one in DIMENSIONS}, "period": "period"}


PERIOD = Column("period", Kind.PERIOD, width=11, requirements=("8.5",))
"""The period that a target, a hold or a transfer is for."""


def line_columns() -> tuple[Column, ...]:
    """
    Give the columns that say what a budget line is for, besides its month.

    Returns
    -------
    tuple of Column
        One for each dimension; those beyond the pair are blank where the plan is not so detailed.
    """
    return tuple(
        Column(
            one.id,
            role=Role.WRITTEN,
            required=one.id in PAIR,
            key=True,
            refers=f"{one.master}.{one.id}" if one.id in PAIR else "",
            width=one.width,
            requirements=one.requirements,
        )
        for one in DIMENSIONS
    )


def path_columns() -> tuple[Column, ...]:
    """
    Give the columns that say which nodes a budget line is below.

    Returns
    -------
    tuple of Column
        One for each dimension whose members have others above them.
    """
    return tuple(
        Column(one.path, role=Role.WRITTEN, width=one.path_width, requirements=one.requirements)
        for one in DIMENSIONS
        if one.path
    )


def lines_below(dimension: Dimension) -> str:
    """
    Write the condition of a sum over the budget lines at or below a row's node.

    Parameters
    ----------
    dimension : Dimension
        The dimension.

    Returns
    -------
    str
        Range and criterion of a SUMIFS. A name is taken by its letters: what would be a pattern in it is none.
    """
    name = f"{{{dimension.id}}}"
    found = f'"*{PATH_MARK}"&{letters(name)}&"{PATH_MARK}*"' if dimension.path else equal_to(name)
    column = dimension.path or dimension.id
    return f'{{budget_lines.{column}}},IF({name}="","<>{PATH_MARK}",{found})'

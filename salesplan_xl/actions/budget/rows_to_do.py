"""Rows of a table that an action does one by one: those not done yet, or the one that the options of a run give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from salesplan_xl.actions.action import Inputs
from salesplan_xl.actions.recording import next_number
from salesplan_xl.workbook.changes import Plain, typed
from salesplan_xl.workbook.columns import blank_column
from salesplan_xl.workbook.options import Option
from salesplan_xl.workbook.problems import Problem, problem
from salesplan_xl.workbook.rows import Rows, distinct
from salesplan_xl.workbook.schema import Column, Role, Table
from salesplan_xl.workbook.sheets.log import LOG
from salesplan_xl.workbook.wording import expected

DONE_BY = "operation"
"""Column that holds the number of the operation which did a row; blank for a row that is not done yet."""


def row_options(table: Table) -> tuple[Option, ...]:
    """
    Give the options by which one row of a table is given for a run, without typing it into the sheet.

    Parameters
    ----------
    table : Table
        A table whose rows an action does.

    Returns
    -------
    tuple of Option
        One for each column that a planner fills in.
    """
    return tuple(
        Option(
            column.id,
            column.kind,
            choices=column.choices,
            at_least=column.at_least,
            at_most=column.at_most,
            required=False,
            kept=False,
        )
        for column in _typed_in(table)
    )


@dataclass(frozen=True)
class RowsToDo:
    """
    The rows an action is to do.

    Parameters
    ----------
    table : Rows
        The table, with the row that options give at its end.
    at : ndarray of int64
        Positions of the rows to do.
    given : mapping of str to str
        For a row that options give: the column of each cell it will stand in.
    """

    table: Rows
    at: NDArray[np.int64]
    given: Mapping[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> Rows:
        """The rows to do by themselves."""
        frame = self.table.frame.iloc[self.at].reset_index(drop=True)
        return replace(self.table, frame=frame, positions=self.table.positions[self.at])

    def told(self, problems: Iterable[Problem]) -> list[Problem]:
        """
        Tell problems of a row that options give by its options, as it stands in no cell yet.

        Parameters
        ----------
        problems : iterable of Problem
            Problems of any cells.

        Returns
        -------
        list of Problem
            The same; the others as they are.
        """
        sheet = self.table.cells.sheet
        return [
            replace(one, sheet="", cell=f"--set {self.given[one.cell]}")
            if one.sheet == sheet and one.cell in self.given
            else one
            for one in problems
        ]

    def done(self, inputs: Inputs, **written: NDArray[np.float64]) -> pd.DataFrame:
        """
        Give the table once the rows are done.

        Parameters
        ----------
        inputs : Inputs
            What the action reads, the log among it.
        **written : ndarray of float64
            What else is written beside the rows to do, by column.

        Returns
        -------
        DataFrame
            Its rows, with the number of the operation.
        """
        frame = self.table.frame.copy()
        frame.loc[self.at, DONE_BY] = float(next_number(inputs.frame(LOG.id)))
        for column, values in written.items():
            frame.loc[self.at, column] = values
        return frame


def rows_to_do(inputs: Inputs, table: Table, action: str) -> tuple[RowsToDo, list[Problem]]:
    """
    Find the rows that are not done yet; where options give a row, that one alone.

    Parameters
    ----------
    inputs : Inputs
        What the action reads.
    table : Table
        The table of its rows, with the column `DONE_BY`.
    action : str
        Id of the action, whose options give a row.

    Returns
    -------
    rows : RowsToDo
        The rows, in the order of the sheet.
    problems : list of Problem
        What the row that options give still lacks.
    """
    rows = inputs.tables[table.id]
    given = {column.id: value for column in _typed_in(table) if (value := inputs.options.get(column.id)) is not None}
    if not given:
        return RowsToDo(rows, np.flatnonzero(rows.frame[DONE_BY].isna().to_numpy())), []
    count = len(rows.frame)
    frame = pd.DataFrame({column.id: _with_one_more(rows.frame, column, given) for column in table.stored_columns})
    row_ids = rows.frame["row_id"].tolist()
    frame["row_id"] = pd.Series([*row_ids, *distinct([f"r{count + 1}"], row_ids)], dtype=object)
    below = rows.positions[-1] + 1 if count else 0
    added = replace(rows, frame=frame, positions=np.append(rows.positions, below))
    cells = {added.place(count, column.id): column.id for column in _typed_in(table)}
    return RowsToDo(added, np.array([count]), cells), list(_lacking(inputs, table, action, given))


def _typed_in(table: Table) -> Iterator[Column]:
    """The columns that a planner fills in."""
    return (column for column in table.columns if column.role is Role.INPUT)


def _with_one_more(frame: pd.DataFrame, column: Column, given: dict[str, object]) -> pd.Series:
    """A column with the value that was given below it, or a blank."""
    more = blank_column(column, 1)
    if column.id in given:
        more[0] = typed(column, _plain(given[column.id]))
    old = frame[column.id]
    return pd.Series(np.append(old.to_numpy(), more), dtype=old.dtype)


def _plain(value: object) -> Plain:
    """A value of an option as tables keep it."""
    return value if isinstance(value, float) else str(value)


def _lacking(inputs: Inputs, table: Table, action: str, given: dict[str, object]) -> Iterator[Problem]:
    """Columns that must be filled in and were not given."""
    for column in _typed_in(table):
        if column.required and column.id not in given:
            kind = expected(column, inputs.labels)
            yield problem("E-OPTION-MISSING", option=column.id, action_id=action, kind=kind)

"""The rows of Spreads: what each asks of which budget lines, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from salesplan_xl.actions.action import Inputs
from salesplan_xl.actions.budget.nodes import NODE_COLUMNS
from salesplan_xl.actions.budget.spread_methods import (
    BOUNDS,
    HOLD_TOTAL,
    METHODS,
    OWN_COLUMNS,
    REFERENCE,
    Along,
    Method,
)
from salesplan_xl.actions.budget.standing_budget import StandingBudget, cell_of, money
from salesplan_xl.core.errors import (
    CapsTooLowError,
    FloorsTooHighError,
    NoWeightError,
    PercentagesError,
    PlanError,
    WrongPatternError,
    WrongShapeError,
)
from salesplan_xl.core.money import CENT, to_units
from salesplan_xl.core.spreading import pattern_numbers
from salesplan_xl.workbook.labels import Labels
from salesplan_xl.workbook.problems import Problem, problem
from salesplan_xl.workbook.rows import Rows
from salesplan_xl.workbook.sheets.budget_spreads import REFERENCE_NODES, SPREADS
from salesplan_xl.workbook.wording import expected, shown

Bools = NDArray[np.bool_]

_HUNDRED = 100

_COLUMN_OF: dict[type[PlanError], str] = {
    CapsTooLowError: "at_most",
    FloorsTooHighError: "at_least",
    NoWeightError: "zero_base",
    PercentagesError: "pattern",
    WrongPatternError: "pattern",
    WrongShapeError: "pattern",
}
"""Where a refusal of the arithmetic is told; others at the amount or the percentage."""


@dataclass(frozen=True)
class SpreadRow:
    """
    A spread that is not done yet.

    Parameters
    ----------
    rows : Rows
        The rows it is one of.
    row : int
        Its position among them.
    name : str
        The part of the plan it is for, as a planner reads it.
    method : Method
        Its method.
    lines : ndarray of bool
        The budget lines of its part.
    others : ndarray of bool
        The lines of its reference; for a hold of a total, the lines whose total stays.
    """

    rows: Rows
    row: int
    name: str
    method: Method
    lines: Bools
    others: Bools

    def value(self, column: str) -> Any:
        """
        Give what the row says in a column.

        Parameters
        ----------
        column : str
            Id of the column.

        Returns
        -------
        object
            The typed value; None for a blank.
        """
        value = self.rows.frame[column].iloc[self.row]
        return None if pd.isna(value) else value

    def cents(self, column: str) -> int:
        """
        Give an amount of the row.

        Parameters
        ----------
        column : str
            Id of the column.

        Returns
        -------
        int
            The amount in cents; 0 for a blank.
        """
        value = self.value(column)
        return 0 if value is None else int(to_units([value], CENT)[0])

    @property
    def percent(self) -> float:
        """Its percentage: 5 for 5 %, 0 for a blank."""
        share = self.value("percentage")
        return 0.0 if share is None else float(Decimal(f"{share:.15g}") * _HUNDRED)

    @property
    def zero_base(self) -> str:
        """What to do where there is nothing to share by."""
        return str(self.value("zero_base") or "error")

    @property
    def changing(self) -> Bools:
        """The lines it may change: those of its part, and for a hold of a total those around them."""
        return self.others if self.method is HOLD_TOTAL else self.lines

    def problem(self, code: str, column: str = "", **values: str) -> Problem:
        """
        Tell what stands in the way of the row.

        Parameters
        ----------
        code : str
            A code of the catalogue.
        column : str
            Where to tell it: at a column; by default where the method takes its amount or percentage.
        **values : str
            What its sentences name.

        Returns
        -------
        Problem
            The problem, at its cell.
        """
        at = column or next(iter(self.method.takes), "method")
        return problem(code, **cell_of(self.rows, self.row, at), **values)

    def refusal(self, error: PlanError) -> Problem:
        """
        Tell what the arithmetic refuses.

        Parameters
        ----------
        error : PlanError
            The refusal, in cents.

        Returns
        -------
        Problem
            The same at the cell where it can be mended.
        """
        column = next((column for kind, column in _COLUMN_OF.items() if isinstance(error, kind)), "")
        return self.problem("E-SPREAD", column, node=self.name, reason=str(error.in_unit(CENT)).rstrip("."))


def read_spreads(inputs: Inputs, standing: StandingBudget, rows: Rows) -> tuple[list[SpreadRow], list[Problem]]:
    """
    Read the rows that are to be done.

    Parameters
    ----------
    inputs : Inputs
        What the action reads.
    standing : StandingBudget
        The budget lines.
    rows : Rows
        The rows.

    Returns
    -------
    spreads : list of SpreadRow
        Those that can be understood, in their order.
    problems : list of Problem
        What is wrong with any of them.
    """
    lines, problems = standing.covered(rows, inputs.labels)
    others, more = standing.covered(_with_reference(rows), inputs.labels, REFERENCE_NODES)
    repeated = {
        rows.place(row, column)
        for row, part in enumerate(lines)
        for column in REFERENCE_NODES.values()
        if part is None and rows.frame[column].iloc[row] is None
    }
    problems += [one for one in more if one.cell not in repeated]
    spreads = []
    for row, (part, other, name) in enumerate(zip(lines, others, standing.leaves.names(rows), strict=True)):
        method = METHODS.get(str(rows.frame["method"].iloc[row]))
        if method is not None and part is not None and other is not None:
            one = SpreadRow(rows, row, name, method, part, other)
            spreads.append(one)
            problems += [*_unfit(one, inputs.labels), *_unlike(standing, one)]
    return spreads, problems


def _with_reference(rows: Rows) -> Rows:
    """The rows where a reference that is not named, or not in a dimension, is the row's own part."""
    frame = rows.frame.copy()
    takes = frame["method"].map(lambda method: method in METHODS and METHODS[method].along is Along.REFERENCE)
    for dimension, own in NODE_COLUMNS.items():
        other = REFERENCE_NODES[dimension]
        named = [one if one is not None or not fills else mine
                 for one, mine, fills in zip(frame[other], frame[own], takes, strict=True)]  # fmt: skip
        frame[other] = pd.Series(named, dtype=object)
    return replace(rows, frame=frame)


def _unfit(one: SpreadRow, labels: Labels) -> Iterator[Problem]:
    """Cells that the method needs and are blank, or does not take and are filled in; and what cannot be meant."""
    method, headers = one.method, one.rows.headers
    takes = ", ".join(headers[column] for column in method.columns)
    says = {
        "method": labels.choices["spread_method"][one.value("method")],
        "takes": takes or labels.texts["nothing_else"],
    }
    for column in OWN_COLUMNS:
        blank = one.value(column) is None
        if blank and column in method.takes:
            kind = expected(SPREADS.column(column), labels)
            yield one.problem("E-SPREAD-MISSING", column, header=headers[column], kind=kind, **says)
        elif not blank and column not in method.columns:
            yield one.problem("E-SPREAD-UNUSED", column, header=headers[column], **says)
    if method.along is Along.REFERENCE and all(one.value(column) is None for column in REFERENCE):
        yield one.problem("E-SPREAD-NO-REFERENCE", REFERENCE[0], **says)
    if all(one.value(column) is not None for column in BOUNDS) and one.cents("at_least") > one.cents("at_most"):
        least, most = (money(one.cents(column)) for column in BOUNDS)
        yield one.problem("E-SPREAD-BOUNDS", "at_least", least=least, most=most)
    if "pattern" in method.takes and one.value("pattern") is not None:
        yield from _unreadable(one)


def _unreadable(one: SpreadRow) -> Iterator[Problem]:
    """A pattern that is none, such as the number of a date that a spreadsheet made of it."""
    text = one.value("pattern").replace("%", " ")
    try:
        count = len(pattern_numbers(text))
    except WrongPatternError as error:
        yield one.refusal(error)
        return
    if count == 1:
        yield one.problem("E-SPREAD-PATTERN", "pattern", value=shown(one.value("pattern")))


def _unlike(standing: StandingBudget, one: SpreadRow) -> Iterator[Problem]:
    """A reference with other months, or a part that is not within what shall stay."""
    if one.method is HOLD_TOTAL and (one.lines & ~one.others).any():
        yield one.problem("E-SPREAD-OUTSIDE", "territory", node=one.name)
    if one.method.along is Along.REFERENCE:
        here, there = (len(np.unique(standing.month[lines])) for lines in (one.lines, one.others))
        if there not in (1, here):
            yield one.problem("E-SPREAD-MONTHS", "from_period", here=str(here), there=str(there))

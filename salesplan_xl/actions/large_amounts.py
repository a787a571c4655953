"""Amounts that are worked out and too large for a cell to keep their cents."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from salesplan_xl.actions.action import Result
from salesplan_xl.workbook.columns import AMOUNT_LIMIT
from salesplan_xl.workbook.labels import Labels
from salesplan_xl.workbook.problems import Problem, problem
from salesplan_xl.workbook.schema import Kind
from salesplan_xl.workbook.sheets import TABLES


def large_amounts(result: Result, labels: Labels) -> Iterator[Problem]:
    """
    Find columns that would hold an amount too large, such as the sum of others that are not.

    Parameters
    ----------
    result : Result
        What an action has worked out.
    labels : Labels
        Texts of the file's language.

    Yields
    ------
    Problem
        One for each column, with its largest amount.
    """
    for name, frame in result.tables.items():
        for column in TABLES[name].columns:
            if column.kind is not Kind.AMOUNT or column.id not in frame:
                continue
            sizes = np.abs(frame[column.id].to_numpy(float))
            if (sizes >= AMOUNT_LIMIT).any():
                yield problem(
                    "E-AMOUNT-LARGE",
                    table=labels.tables[name]["title"],
                    header=labels.header(name, column.id),
                    value=f"{np.nanmax(sizes):,.0f}",
                    limit=f"{AMOUNT_LIMIT:,}",
                )

"""What a cell lets a person type: derived from what the cell means."""

from __future__ import annotations

from typing import Any

from salesplan_xl.template.layout import Layout
from salesplan_xl.workbook.dates import EARLIEST, LATEST
from salesplan_xl.workbook.periods import PARTS
from salesplan_xl.workbook.schema import Column, Kind, NamedCell
from salesplan_xl.workbook.wording import expected

_LARGEST = 1e13  # fifteen digits with two decimals


def validation(column: Column | NamedCell, layout: Layout, title: str, help_text: str) -> dict[str, Any]:
    """
    Give the validation of a cell.

    Parameters
    ----------
    column : Column or NamedCell
        What the cell means.
    layout : Layout
        Where the master lists stand.
    title : str
        Header or label of the cell.
    help_text : str
        Shown while the cell is selected; empty for nothing.

    Returns
    -------
    dict
        Options of XlsxWriter's ``data_validation``; ``validate`` is ``"any"`` where anything may stand.
    """
    rule = _rule(column, layout)
    rule |= {"ignore_blank": True, "error_title": title[:32], "error_message": _message(column, layout)[:255]}
    if help_text:
        rule |= {"input_title": title[:32], "input_message": help_text[:255]}
    return rule


def _rule(column: Column | NamedCell, layout: Layout) -> dict[str, Any]:
    """What may be typed."""
    if column.choices:
        return {"validate": "list", "source": list(layout.labels.choices[column.choices].values())}
    if isinstance(column, Column) and column.refers:
        table, _, target = column.refers.partition(".")
        return {"validate": "list", "source": "=" + layout.table_column(table, target)}
    if isinstance(column, Column) and column.suggests:
        table, _, target = column.suggests.partition(".")
        return {"validate": "list", "source": "=" + layout.table_column(table, target), "show_error": False}
    if column.kind is Kind.PERIOD:
        return {"validate": "list", "source": list(PARTS), "show_error": False}  # a month is typed as a date
    if column.kind in (Kind.DATE, Kind.MONTH):
        return {"validate": "date", "criteria": "between", "minimum": EARLIEST, "maximum": LATEST}
    if column.kind is Kind.TIME:
        return {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1}
    if column.kind in (Kind.INTEGER, Kind.NUMBER, Kind.AMOUNT, Kind.SHARE):
        low = -_LARGEST if column.at_least is None else column.at_least
        high = _LARGEST if column.at_most is None else column.at_most
        kind = "integer" if column.kind is Kind.INTEGER else "decimal"
        return {"validate": kind, "criteria": "between", "minimum": low, "maximum": high}
    return {"validate": "any"}


def _message(column: Column | NamedCell, layout: Layout) -> str:
    """What to type, said when something else was typed."""
    words = expected(column, layout.labels)
    return words[0].upper() + words[1:] + "."

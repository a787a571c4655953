"""What messages say of cells: what is expected of one, what bounds it keeps to, what stands in it."""

from __future__ import annotations

import datetime

from salesplan_xl.workbook.cells import FormulaCell
from salesplan_xl.workbook.labels import Labels
from salesplan_xl.workbook.options import Option
from salesplan_xl.workbook.schema import Column, NamedCell


def kind_text(column: Column | NamedCell | Option, labels: Labels) -> str:
    """
    Say in words what a cell expects.

    Parameters
    ----------
    column : Column, NamedCell or Option
        What the cell means.
    labels : Labels
        Texts of the language.

    Returns
    -------
    str
        Such as ``"a number with a decimal point and at most two decimals"``.
    """
    return labels.texts[f"kind_{column.kind}"]


def expected(cell: Column | NamedCell | Option, labels: Labels) -> str:
    """
    Say in words all that a cell or an option keeps to.

    Parameters
    ----------
    cell : Column, NamedCell or Option
        What it means.
    labels : Labels
        Texts of the language.

    Returns
    -------
    str
        Such as ``"a number, at least 0"`` or ``"one of: yes, no"``.
    """
    if cell.choices:
        return labels.texts["one_of"].format(choices=", ".join(labels.choices[cell.choices].values()))
    if cell.at_least is None and cell.at_most is None:
        return kind_text(cell, labels)
    return f"{kind_text(cell, labels)}, {bound_text(cell, labels)}"


def bound_text(column: Column | NamedCell | Option, labels: Labels) -> str:
    """
    Say in words what bounds a number keeps to.

    Parameters
    ----------
    column : Column, NamedCell or Option
        A cell with a bound.
    labels : Labels
        Texts of the language.

    Returns
    -------
    str
        Such as ``"at least 0"``.
    """
    low, high = column.at_least, column.at_most
    if low is not None and high is not None:
        return labels.texts["between"].format(low=f"{low:,.15g}", high=f"{high:,.15g}")
    if low is not None:
        return labels.texts["at_least"].format(low=f"{low:,.15g}")
    return labels.texts["at_most"].format(high=f"{high:,.15g}")


def shown(value: object) -> str:
    """
    Show a cell's content in a message.

    Parameters
    ----------
    value : object
        What stands in the cell.

    Returns
    -------
    str
        A short text; texts stand in quotes.

    Examples
    --------
    >>> shown("12,5"), shown(3.0), shown(None)
    ("'12,5'", '3', 'a blank')
    """
    match value:
        case None:
            return "a blank"
        case FormulaCell():
            return f"={value.formula}"[:60]
        case str():
            return repr(value if len(value) <= 40 else value[:37] + "...")
        case bool():
            return str(value).upper()
        case datetime.datetime():
            return value.date().isoformat()
        case float():
            return f"{value:.15g}"
        case _:
            return str(value)

"""What a value looks like in a cell: one by one, and column by column for many rows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from salesplan_xl.hosts.file.markup import cell_markup, escape
from salesplan_xl.hosts.file.sheet.cells import has_formula, style_of, take_apart_or_refuse
from salesplan_xl.hosts.refusals import Where
from salesplan_xl.workbook.cells import LONGEST_TEXT, ErrorCell, Value, address, column_letters, length_in_cell

_CELL_END = "</c>"


def written_cell(row: int, column: int, style: str, value: Value, where: Where) -> str:
    """
    Write a cell that holds a value.

    Parameters
    ----------
    row, column : int
        Where it stands.
    style : str
        Its format as an attribute, or nothing.
    value : Value
        What it shall hold.
    where : Where
        The sheet, for messages.

    Returns
    -------
    str
        The cell; a blank one without a format is no cell at all.

    Raises
    ------
    RefusalError
        If the text is too long.
    """
    return written_cells(column, style, [str(row)], [value], where)[0]


def written_cells(column: int, style: str, rows: Sequence[str], values: Sequence[Value], where: Where) -> Sequence[str]:
    """
    Write cells of one column.

    Parameters
    ----------
    column : int
        The column.
    style : str
        Their format as an attribute, or nothing.
    rows : sequence of str
        The number of each row, written as text.
    values : sequence of Value
        What they shall hold.
    where : Where
        The sheet, for messages.

    Returns
    -------
    sequence of str
        The cells, as `written_cell` gives each.

    Raises
    ------
    RefusalError
        If a text is too long.
    """
    start, middle = f'<c r="{column_letters(column)}', f'"{style}'
    try:
        contents = _contents(values)
    except _TooLongError as error:
        cell = f"{column_letters(column)}{rows[values.index(error.text)]}"
        where.refuse("E-TEXT-TOO-LONG", cell=cell, cause=error, length=error.length, limit=f"{LONGEST_TEXT:,}")
    if style or None not in values:
        return [f"{start}{row}{middle}{content}" for row, content in zip(rows, contents, strict=True)]
    return [
        "" if value is None else f"{start}{row}{middle}{content}"
        for row, value, content in zip(rows, values, contents, strict=True)
    ]


def cached_cell(markup: str, row: int, column: int, value: Value, where: Where) -> str:
    """
    Write a cell with the value its formula gave, the formula as it stands.

    Parameters
    ----------
    markup : str
        The cell as it is written; empty where there is none.
    row, column : int
        Where it stands.
    value : Value
        What its formula gave. A cell without a formula, such as one that an array formula fills, gets the value
        itself.
    where : Where
        The sheet, for messages.

    Returns
    -------
    str
        The cell.

    Raises
    ------
    RefusalError
        If the text is too long, or the cell cannot be taken apart.
    """
    if not has_formula(markup):
        return written_cell(row, column, style_of(markup), value, where)
    stored = take_apart_or_refuse(markup, row, column, where)
    kept = "".join(
        f' {name}="{escape(stated)}"' for name, stated in stored.attributes.items() if name not in ("t", "vm")
    )
    if value is None:
        return f"<c{kept}>{stored.formula_markup}{_CELL_END}"
    if isinstance(value, str) and length_in_cell(value) > LONGEST_TEXT:
        where.refuse(
            "E-TEXT-TOO-LONG", cell=address(row, column), length=length_in_cell(value), limit=f"{LONGEST_TEXT:,}"
        )
    kind, text = (' t="str"', cell_markup(value)) if isinstance(value, str) else _typed(value)
    return f"<c{kept}{kind}>{stored.formula_markup}<v>{text}</v>{_CELL_END}"


class _TooLongError(ValueError):
    """A text that no cell can hold."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.length = length_in_cell(text)
        super().__init__(f"{self.length} characters")


def _contents(values: Sequence[Value]) -> Iterable[str]:
    """Write what stands in many cells; where few values differ, each is written once."""
    if bool in map(type, values):  # a truth would be taken for the number it is equal to
        return list(map(_content, values))
    written = {value: _content(value) for value in dict.fromkeys(values)}
    return map(written.__getitem__, values)


def _content(value: Value) -> str:
    """Write what stands in a cell behind its format, and the end of the cell."""
    if value is None:
        return "/>"
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT // 2 and length_in_cell(value) > LONGEST_TEXT:
            raise _TooLongError(value)
        return f' t="inlineStr"><is><t xml:space="preserve">{cell_markup(value)}</t></is>{_CELL_END}'
    if isinstance(value, float):
        return f"><v>{_number(value)}</v>{_CELL_END}"
    kind, text = _typed(value)
    return f"{kind}><v>{text}</v>{_CELL_END}"


def _typed(value: float | ErrorCell) -> tuple[str, str]:
    """Give the type and the text of a value that is no text; a truth is a number by its class."""
    if isinstance(value, bool):
        return ' t="b"', str(int(value))
    if isinstance(value, ErrorCell):
        return ' t="e"', escape(value.text)
    return "", _number(float(value))


def _number(number: float) -> str:
    """Write a number so that the same number is read back."""
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    if not math.isfinite(number):
        raise ValueError(f"{number} is no number a cell can hold")
    return float.__repr__(number)

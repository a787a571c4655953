"""A row cut into its cells, and a cell taken apart; every character is accounted for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from salesplan_xl.hosts.file.markup import attributes, unescape
from salesplan_xl.hosts.formulas.area import Place
from salesplan_xl.hosts.refusals import Where
from salesplan_xl.workbook.cells import LAST_COLUMN, address, column_letters, column_number, split_address

ANY_CELL = r"<c(?:\s[^<>]*?)?(?:/>|>.*?</c>)"
"""Any cell at all, however it is written."""

_CELL_IN_TEXT = re.compile(ANY_CELL, re.DOTALL)
_CELLS = re.compile(
    rf'(<c r="([A-Z]{{1,3}})[1-9][0-9]{{0,6}}"[^<>]*?(?:/>|><v>[^<]*</v></c>))|({ANY_CELL})|(\S)', re.DOTALL
)
_CELL = re.compile(r"<c((?:\s[^<>]*?)?)(?:/>|>(.*)</c>)\Z", re.DOTALL)
_INSIDE = re.compile(
    r"\s*(<f((?:\s[^<>]*?)?)(?:/>|>([^<]*)</f>))?"
    r"\s*(?:<v(?:\s[^<>]*?)?(?:(/)>|>([^<]*)</v>))?"
    r"\s*(?:<is(?:\s[^<>]*?)?(?:/>|>(.*?)</is>))?"
    r"\s*(?:<extLst.*</extLst>)?\s*\Z",
    re.DOTALL,
)
_FORMULA = re.compile(r"<f[\s/>]")
_FORMULA_CELL = re.compile(r"<c\s([^<>]*)>\s*<f[\s/>]")
_REFERENCE = re.compile(r"\br\s*=\s*[\"']([A-Z]{1,3})[0-9]+")
_STYLE = re.compile(r"<c[^<>]*?(\ss\s*=\s*(?:\"[^\"]*\"|'[^']*'))")


class _ColumnNumbers(dict[str, int]):
    """Number of each column by its letters; 0 for letters that name none."""

    def __missing__(self, letters: str) -> int:
        number = column_number(letters) if letters.isalpha() else 0
        if number > LAST_COLUMN or not letters.isascii():
            number = 0
        if number:
            self[letters] = number
        return number


COLUMN_NUMBERS: Mapping[str, int] = _ColumnNumbers()
"""Looked up for every cell that is read; what is no column gives 0."""


@dataclass(frozen=True, slots=True)
class Stored:
    """
    A cell taken apart.

    Parameters
    ----------
    place : tuple of int
        Row and column; column 0 where it does not say.
    attributes : dict of str to str
        The attributes of its tag.
    formula_markup : str
        Its formula as it is written; empty where it has none.
    formula_attributes : dict of str to str
        The attributes of the formula's tag.
    formula : str or None
        Text of the formula; `None` where it has none.
    value, inline : str or None
        Its value, and its text with formats, as they are written.
    """

    place: Place
    attributes: dict[str, str]
    formula_markup: str
    formula_attributes: dict[str, str]
    formula: str | None
    value: str | None
    inline: str | None


def take_apart(markup: str, row: int, where: Where) -> Stored:
    """
    Take a cell apart, accounting for every tag in it.

    Parameters
    ----------
    markup : str
        The cell as it is written.
    row : int
        The row it stands in.
    where : Where
        The sheet, for messages.

    Returns
    -------
    Stored
        Its pieces.

    Raises
    ------
    ValueError
        If there is something in it that does not belong there.
    RefusalError
        If it says it stands in another row.
    """
    whole = _CELL.match(markup)
    inside = _INSIDE.match(whole[2] or "") if whole is not None else None
    if whole is None or inside is None:
        raise ValueError("its tags are not those of a cell")
    stated = attributes(whole[1])
    place = split_address(stated["r"]) if "r" in stated else (row, 0)
    if place[0] != row or place[1] > LAST_COLUMN:
        where.refuse("E-FILE-DAMAGED", reason=f"cell {stated.get('r')} in row {row}")
    formula_markup, formula_tag, formula, empty, value, inline = inside.groups()
    return Stored(
        place,
        stated,
        formula_markup or "",
        attributes(formula_tag or ""),
        unescape(formula or "") if formula_markup else None,
        "" if empty else value,
        inline if inline is not None else ("" if "<is" in markup else None),
    )


def take_apart_or_refuse(markup: str, row: int, column: int, where: Where) -> Stored:
    """
    Take a cell apart that is about to be written anew.

    Parameters
    ----------
    markup : str
        The cell as it is written.
    row, column : int
        Where it stands.
    where : Where
        The sheet, for messages.

    Returns
    -------
    Stored
        Its pieces.

    Raises
    ------
    RefusalError
        If there is something in it that does not belong there.
    """
    try:
        return take_apart(markup, row, where)
    except ValueError as error:
        where.refuse("E-CELL-DAMAGED", cell=address(row, column), cause=error, reason=error)


def cut_cells(inside: str, row: int, where: Where) -> dict[int, str]:
    """
    Cut a row into its cells.

    Parameters
    ----------
    inside : str
        The cells of the row.
    row : int
        Its number.
    where : Where
        The sheet, for messages.

    Returns
    -------
    dict of int to str
        The cells as they are written, by column, in order.

    Raises
    ------
    RefusalError
        If something is no cell, does not say its column, or stands out of order.
    """
    cells: dict[int, str] = {}
    last = 0
    for plain, letters, other, stray in _CELLS.findall(inside):
        if stray:
            where.refuse("E-FILE-FORM", reason=f"something in row {row} that is no cell")
        column = COLUMN_NUMBERS[letters] if letters else _column_of(other, row, where)
        if column <= last:
            where.refuse("E-FILE-DAMAGED", reason=f"cells out of order in row {row}")
        cells[column] = plain or other
        last = column
    return cells


def cell_in(inside: str, row: int, column: int, where: Where) -> str:
    """
    Find one cell of a row.

    Parameters
    ----------
    inside : str
        The cells of the row.
    row : int
        Its number.
    column : int
        The column.
    where : Where
        The sheet, for messages.

    Returns
    -------
    str
        The cell as it is written; empty where there is none.

    Raises
    ------
    RefusalError
        As `cut_cells`.
    """
    found = _span(inside, row, column)
    return inside[slice(*found)] if found else cut_cells(inside, row, where).get(column, "")


def with_cells(inside: str, row: int, new: Mapping[int, str], where: Where) -> str:
    """
    Put cells in the place of others.

    Parameters
    ----------
    inside : str
        The cells of a row.
    row : int
        Its number.
    new : mapping of int to str
        Cells by column; an empty one takes the old one out.
    where : Where
        The sheet, for messages.

    Returns
    -------
    str
        The cells of the row as they are then.

    Raises
    ------
    RefusalError
        As `cut_cells`.
    """
    for place, (column, cell) in enumerate(new.items()):
        found = _span(inside, row, column)
        if found is None:
            rest = dict(list(new.items())[place:])
            cells = {**cut_cells(inside, row, where), **rest}
            return "".join([cells[column] for column in sorted(cells)])
        inside = inside[: found[0]] + cell + inside[found[1] :]
    return inside


def has_formula(markup: str) -> bool:
    """
    Tell whether there is a formula in cells as they are written.

    Parameters
    ----------
    markup : str
        One cell or more.

    Returns
    -------
    bool
        Whether one of them calculates.

    Examples
    --------
    >>> has_formula('<c r="A1"><f>1+1</f></c>'), has_formula("<c><is><r><rPr><family/></rPr></r></is></c>")
    (True, False)
    """
    return "<f" in markup and _FORMULA.search(markup) is not None


def formula_columns(inside: str) -> list[str]:
    """
    List the columns of a row that calculate.

    Parameters
    ----------
    inside : str
        The cells of the row.

    Returns
    -------
    list of str
        Their letters.
    """
    if "<f" not in inside:
        return []
    tags = _FORMULA_CELL.findall(inside)
    return [reference[1] if (reference := _REFERENCE.search(tag)) else "" for tag in tags]


def style_of(markup: str) -> str:
    """
    Give the format of a cell.

    Parameters
    ----------
    markup : str
        The cell as it is written.

    Returns
    -------
    str
        Its format as the attribute it is written as; empty where it has none.
    """
    found = _STYLE.match(markup)
    return found[1] if found else ""


def _span(inside: str, row: int, column: int) -> tuple[int, int] | None:
    """Find a cell that is written as programs write it; what looks like one inside a text has its bracket coded."""
    at = inside.find(f'<c r="{column_letters(column)}{row}"')
    found = _CELL_IN_TEXT.match(inside, at) if at >= 0 else None
    return found.span() if found else None


def _column_of(markup: str, row: int, where: Where) -> int:
    """Read the column of a cell that must say it."""
    tag = _CELL.match(markup)
    try:
        place = split_address(attributes(tag[1] if tag else "")["r"])
    except (KeyError, ValueError) as error:
        where.refuse("E-FILE-FORM", cause=error, reason=f"cells without a reference in row {row}")
    return place[1]

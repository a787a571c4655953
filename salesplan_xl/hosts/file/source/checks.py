"""What a list must keep to, wherever it comes from: headers, length, texts that a cell can hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from salesplan_xl.hosts.formulas import Area
from salesplan_xl.hosts.refusals import Where
from salesplan_xl.workbook.cells import LAST_ROW, LONGEST_TEXT, Cell, address
from salesplan_xl.workbook.problems import Problem, RefusalError, capped

MOST_ROWS = LAST_ROW - 1


def header_problems(
    headers: Sequence[str], columns: Sequence[Sequence[Cell]], area: Area, where: Where
) -> Iterator[Problem]:
    """
    Find headers that stand twice, or are blank.

    Parameters
    ----------
    headers : sequence of str
        The headers, blanks around them taken off.
    columns : sequence of sequence of Cell
        The cells below each.
    area : Area
        Where headers and cells stand.
    where : Where
        The file, and the sheet if it is one of a workbook; there a column without anything below needs no header.

    Yields
    ------
    Problem
        One for each such header, with its cell.
    """
    first: dict[str, int] = {}
    for place, header in enumerate(headers):
        cell = address(area.top, area.left + place)
        before = first.setdefault(header.casefold(), place)
        if not header:
            if not where.sheet or any(value is not None for value in columns[place]):
                yield where.problem("E-SOURCE-HEADER-BLANK", cell=cell)
        elif before != place:
            earlier = address(area.top, area.left + before)
            yield where.problem("E-SOURCE-HEADER-TWICE", cell=cell, header=header, first=earlier)


def long_texts(columns: Sequence[Sequence[Cell]], area: Area, where: Where) -> Iterator[Problem]:
    """
    Find texts that no cell can hold.

    Parameters
    ----------
    columns : sequence of sequence of Cell
        The cells below the headers.
    area : Area
        Where headers and cells stand.
    where : Where
        The file.

    Yields
    ------
    Problem
        One for each such text, with its cell.
    """
    for column, cells in enumerate(columns, area.left):
        if max((len(text) for text in set(cells) if isinstance(text, str)), default=0) <= LONGEST_TEXT:
            continue
        for row, cell in enumerate(cells, area.top + 1):
            if isinstance(cell, str) and len(cell) > LONGEST_TEXT:
                length, limit = f"{len(cell):,}", f"{LONGEST_TEXT:,}"
                yield where.problem("E-TEXT-TOO-LONG", cell=address(row, column), length=length, limit=limit)


def refuse_long_list(rows: int, title: str, where: Where) -> None:
    """
    Refuse a list that fits on no sheet.

    Parameters
    ----------
    rows : int
        Its rows, without the header.
    title : str
        What the list is called.
    where : Where
        The file.

    Raises
    ------
    RefusalError
        If there are too many.
    """
    if rows > MOST_ROWS:
        where.refuse("E-TABLE-TOO-LONG", rows=f"{rows:,}", table=title, limit=f"{MOST_ROWS:,}")


def refuse_listed(problems: Sequence[Problem]) -> None:
    """
    Refuse a list with the first problems of each kind, and the number of the rest.

    Parameters
    ----------
    problems : sequence of Problem
        All that were found.

    Raises
    ------
    RefusalError
        If there are any.
    """
    by_code: dict[str, list[Problem]] = {}
    for one in problems:
        by_code.setdefault(one.code, []).append(one)
    if by_code:
        raise RefusalError([one for found in by_code.values() for one in capped(found)])

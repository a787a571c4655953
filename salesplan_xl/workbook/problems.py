"""Problems are data: where, what was found, what was expected, what to do. The catalogue of labels words them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from salesplan_xl.workbook.labels import catalogue

MOST_LISTED = 20
"""How many problems of one kind are listed one by one; the rest is counted."""


@dataclass(frozen=True)
class Problem:
    """
    One thing that is wrong, said so that a planner can mend it.

    Parameters
    ----------
    code : str
        Code from the catalogue. ``E-`` stops the action, ``W-`` is only told.
    found : str
        What stands there.
    expected : str
        What should stand there.
    action : str
        What to do about it.
    file, sheet, cell : str
        Where it is; empty where it has no such place.
    """

    code: str
    found: str
    expected: str
    action: str
    file: str = ""
    sheet: str = ""
    cell: str = ""

    @property
    def stops(self) -> bool:
        """Whether the action must not go on."""
        return self.code.startswith("E-")

    def as_warning(self) -> Problem:
        """
        Tell the problem without stopping for it.

        Returns
        -------
        Problem
            The same with a code that begins with ``W-``.
        """
        return replace(self, code="W" + self.code[1:])

    def in_file(self, name: str) -> Problem:
        """
        Say which file it is in, if that is not said already.

        Parameters
        ----------
        name : str
            File name.

        Returns
        -------
        Problem
            The same problem with its file.
        """
        return self if self.file else replace(self, file=name)

    def __str__(self) -> str:
        place = "!".join(part for part in (self.sheet, self.cell) if part)
        where = " · ".join(part for part in (self.file, place) if part)
        said = f"found {self.found}; expected {self.expected}. {self.action}"
        return f"{self.code} · {where}: {said}" if where else f"{self.code}: {said}"


class RefusalError(Exception):
    """
    The work cannot be done as asked; nothing was written.

    Parameters
    ----------
    problems : sequence of Problem
        Every reason found, at least one.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(str(problem) for problem in self.problems))


def problem(code: str, *, sheet: str = "", cell: str = "", file: str = "", **values: object) -> Problem:
    """
    Word a problem from the catalogue.

    Parameters
    ----------
    code : str
        A code of the catalogue, such as ``"E-CELL-KIND"``.
    sheet, cell, file : str
        Where it is.
    **values : object
        The values its sentences name.

    Returns
    -------
    Problem
        The problem in words.
    """
    sentences = catalogue().problems[code]
    found, expected, action = (sentences[part].format_map(values) for part in ("found", "expected", "action"))
    return Problem(code, found, expected, action, file=file, sheet=sheet, cell=cell)


def capped(found: Sequence[Problem], count: int | None = None) -> list[Problem]:
    """
    List the first problems of one kind, and say how many more there are.

    Parameters
    ----------
    found : sequence of Problem
        Problems of one kind, each with its cell; no more than the first `MOST_LISTED` are looked at.
    count : int, optional
        How many there are, if not all of them were worded.

    Returns
    -------
    list of Problem
        At most `MOST_LISTED` of them, and one more that counts the rest, if there is a rest.

    Examples
    --------
    >>> found = [problem("E-CELL-DAMAGED", cell=f"B{row}", reason="no number") for row in range(1, 26)]
    >>> [one.cell for one in capped(found)[18:]], capped(found)[-1].found
    (['B19', 'B20', ''], '5 more problems like the one in B20')
    """
    listed = list(found[:MOST_LISTED])
    rest = (len(found) if count is None else count) - len(listed)
    if rest == 0:
        return listed
    last = listed[-1]
    return [*listed, problem("W-MORE", file=last.file, sheet=last.sheet, count=rest, cell_listed=last.cell)]


def refuse_if_any(problems: Iterable[Problem]) -> None:
    """
    Stop when one of the problems stops the work.

    Parameters
    ----------
    problems : iterable of Problem
        What was found so far.

    Raises
    ------
    RefusalError
        With all of them, if at least one stops the work.
    """
    found = tuple(problems)
    if any(one.stops for one in found):
        raise RefusalError(found)

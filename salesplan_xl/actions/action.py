"""What an action is: the tables it reads, what it works out from them, and the tables it writes.

Reading, writing, the log and the journal are the same for every action and live in `perform`; an action itself is one
pure function of its inputs that knows no workbook, and may run in another process.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from salesplan_xl.workbook.cells import CellTable
from salesplan_xl.workbook.labels import Labels
from salesplan_xl.workbook.options import ActionSpecification
from salesplan_xl.workbook.problems import Problem
from salesplan_xl.workbook.rows import Rows

Progress = Callable[[float], None]
"""Told which share of the work is done, from 0 to 1, now and then."""


def unwatched(_: float) -> None:
    """
    Do nothing: the progress of work that nobody watches.

    Parameters
    ----------
    _ : float
        Share of the work that is done.
    """


@dataclass(frozen=True)
class Source:
    """
    A file an action reads besides the plan.

    Parameters
    ----------
    name : str
        File name without its folder.
    sha256 : str
        SHA-256 of its bytes, for the log.
    cells : CellTable
        What it holds.
    """

    name: str
    sha256: str
    cells: CellTable


@dataclass(frozen=True)
class Context:
    """
    What comes from outside: who runs it, when, where, and how files are opened.

    Parameters
    ----------
    user, host, version : str
        For the log.
    now : callable
        Gives the moment.
    new_id : callable
        Gives an id that no other plan has.
    open_source : callable
        Reads a file that an option names; raises `RefusalError` when it cannot.
    progress : callable
        Told in words what is being done.
    """

    user: str
    host: str
    version: str
    now: Callable[[], datetime.datetime]
    new_id: Callable[[], str]
    open_source: Callable[[Path], Source]
    progress: Callable[[str], None] = lambda _: None


@dataclass(frozen=True)
class Inputs:
    """
    All that an action works from.

    Parameters
    ----------
    labels : Labels
        Texts of the plan's language.
    tables : mapping of str to Rows
        The tables it declared to read.
    facts : mapping of str to object
        The plan's named cells: ``float``, ``str``, ``datetime.date`` or None.
    options : mapping of str to object
        Its options, resolved.
    sources : mapping of str to Source
        The files its options name.
    """

    labels: Labels
    tables: Mapping[str, Rows]
    facts: Mapping[str, object]
    options: Mapping[str, object]
    sources: Mapping[str, Source] = field(default_factory=dict)

    def frame(self, table: str) -> pd.DataFrame:
        """
        Give the rows of a table.

        Parameters
        ----------
        table : str
            Table id.

        Returns
        -------
        DataFrame
            Its rows.
        """
        return self.tables[table].frame

    def day(self, name: str) -> datetime.date:
        """
        Give a named cell of the plan that must hold a date.

        Parameters
        ----------
        name : str
            Its name.

        Returns
        -------
        datetime.date
            The date.

        Raises
        ------
        TypeError
            If the cell is not declared as a required date.
        """
        day = self.facts[name]
        if not isinstance(day, datetime.date):
            raise TypeError(f"{name} is not a required date")
        return day

    def number(self, name: str) -> float:
        """
        Give an option or a named cell that holds a number.

        Parameters
        ----------
        name : str
            Id of the option, or name of the cell.

        Returns
        -------
        float
            The number.

        Raises
        ------
        TypeError
            If it holds none, which reading refuses where a number is required.
        """
        value = self.options[name] if name in self.options else self.facts[name]
        if not isinstance(value, float):
            raise TypeError(f"{name} holds no number")
        return value


@dataclass(frozen=True)
class Result:
    """
    What an action worked out.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        The rows each table shall have; tables not named stay as they are.
    numbers : mapping of str to float or int or str
        What to tell the user, by a short name.
    problems : tuple of Problem
        What it noticed; if one of them stops, nothing is written.
    undoes : int
        Number of the operation it takes back; 0 for none.
    then : tuple of Result
        What comes after it in the same run, each an operation of its own with its own line in the log, worked out from
        what the one before leaves; their problems and numbers are in the first.
    notes : mapping of str to DataFrame
        The rows that tables shall have which only tell something; they are no part of the operation, so the log does
        not count them and nothing takes them back.
    """

    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    numbers: Mapping[str, float | int | str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    undoes: int = 0
    then: tuple[Result, ...] = ()
    notes: Mapping[str, pd.DataFrame] = field(default_factory=dict)


def _nothing(_: Inputs) -> tuple[Action, ...]:
    """An action that looks ahead to no other."""
    return ()


@dataclass(frozen=True)
class Action:
    """
    One action: a button, an argument of ``run``, an entry in the log.

    Parameters
    ----------
    specification : ActionSpecification
        Its id, sheet and options.
    reads : tuple of str
        Ids of the tables it reads; master lists they refer to are read with them.
    compute : callable
        Works out the result from the inputs, telling its progress where it takes time.
    total : str
        ``"table.column"`` whose sum the log keeps before and after; empty for none.
    reads_more : callable
        Given what was read, names further tables; None for none.
    foresees : callable
        Given what was read, names actions whose obstacles it tells as warnings; it reads all that they read.
    borrows : tuple of (ActionSpecification, str)
        Options of other actions that it works by as well, as the plan has them; they are among its facts, by the name
        of their cell.
    """

    specification: ActionSpecification
    reads: tuple[str, ...]
    compute: Callable[[Inputs, Progress], Result]
    total: str = ""
    reads_more: Callable[[Inputs], tuple[str, ...]] | None = None
    foresees: Callable[[Inputs], tuple[Action, ...]] = _nothing
    borrows: tuple[tuple[ActionSpecification, str], ...] = ()

    @property
    def id(self) -> str:
        """Its id."""
        return self.specification.id

"""Where something is wrong in a file, and how the file is refused for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NoReturn

from salesplan_xl.workbook.problems import Problem, RefusalError, problem


@dataclass(frozen=True)
class Where:
    """
    The place a refusal names.

    Parameters
    ----------
    file : str
        Name of the file.
    sheet : str
        Title of the sheet; empty where it is none.
    """

    file: str
    sheet: str = ""

    def on(self, sheet: str) -> Where:
        """
        Name a sheet of the file.

        Parameters
        ----------
        sheet : str
            Its title.

        Returns
        -------
        Where
            The place.
        """
        return replace(self, sheet=sheet)

    def problem(self, code: str, *, cell: str = "", **values: object) -> Problem:
        """
        Word a problem of this place.

        Parameters
        ----------
        code : str
            A code of the catalogue.
        cell : str
            The cell, where it is one.
        **values : object
            The values its sentences name.

        Returns
        -------
        Problem
            The problem in words.
        """
        return problem(code, file=self.file, sheet=self.sheet, cell=cell, **values)

    def refuse(self, code: str, *, cell: str = "", cause: Exception | None = None, **values: object) -> NoReturn:
        """
        Refuse the file.

        Parameters
        ----------
        code : str
            A code of the catalogue.
        cell : str
            The cell, where it is one.
        cause : Exception, optional
            What was raised for it.
        **values : object
            The values its sentences name.

        Raises
        ------
        RefusalError
            Always.
        """
        raise RefusalError([self.problem(code, cell=cell, **values)]) from cause

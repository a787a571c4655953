"""The label catalogue: every visible text, looked up by id. One TOML file a language; English is complete first."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("en",)
"""Languages whose catalogue is complete."""


@dataclass(frozen=True)
class Labels:
    """
    The visible texts of one language, by kind and id.

    Parameters
    ----------
    language : str
        Language tag, such as ``"en"``.
    sheets : mapping
        Sheet id to its ``title``, ``heading`` (the title, where the file has none of its own) and ``purpose``.
    tables : mapping
        Table id to its ``title``, ``purpose`` and ``columns`` (column id to header).
    blocks : mapping
        Block id to its texts.
    names : mapping
        Named cell to its ``label`` and ``help``.
    choices : mapping
        Choice list id to the shown text of each value.
    actions : mapping
        Action id to its ``label``, ``tip`` and ``options`` (option id to its help).
    ribbon : mapping
        Texts of the ribbon that belong to no action.
    macros : mapping
        Sentences that the workbook's macros show without Python; ``{found}`` in one keeps the place of what was found.
    problems : mapping
        Problem code to its ``found``, ``expected`` and ``action`` sentences.
    doctor : mapping
        Id of a check to its ``title``, what is ``expected``, what was found by outcome, and what to do about it under
        the outcome with ``_do`` behind it.
    texts : mapping
        Every other text.
    """

    language: str
    sheets: Mapping[str, Mapping[str, str]]
    tables: Mapping[str, Mapping[str, Any]]
    blocks: Mapping[str, Mapping[str, str]]
    names: Mapping[str, Mapping[str, str]]
    choices: Mapping[str, Mapping[str, str]]
    actions: Mapping[str, Mapping[str, Any]]
    ribbon: Mapping[str, str]
    macros: Mapping[str, str]
    problems: Mapping[str, Mapping[str, str]]
    doctor: Mapping[str, Mapping[str, str]]
    texts: Mapping[str, str]

    def header(self, table: str, column: str) -> str:
        """
        Give the header of a column.

        Parameters
        ----------
        table, column : str
            Their ids.

        Returns
        -------
        str
            The text in the header cell.
        """
        if column == "row_id":
            return self.texts["row_id"]
        header: str = self.tables[table]["columns"][column]
        return header

    def headers_of(self, table: str, column: str) -> tuple[str, str, str]:
        """
        Give the headers under which a column is found.

        Parameters
        ----------
        table, column : str
            Their ids.

        Returns
        -------
        tuple of str
            As this language has it, in English, and the id itself.
        """
        return self.header(table, column), catalogue("en").header(table, column), column


@cache
def catalogue(language: str = "en") -> Labels:
    """
    Load the catalogue of a language.

    Parameters
    ----------
    language : str
        One of `LANGUAGES`.

    Returns
    -------
    Labels
        The catalogue.
    """
    text = (files("salesplan_xl.workbook.labels") / f"{language}.toml").read_text(encoding="utf-8")
    texts = tomllib.loads(text)
    texts["sheets"] = {sheet: {"heading": told["title"], **told} for sheet, told in texts["sheets"].items()}
    return Labels(language=language, **texts)

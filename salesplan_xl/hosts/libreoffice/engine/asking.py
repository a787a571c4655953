"""How the engine asks for what it needs of the document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


class Ask(Protocol):
    """Something that hands a verb to the document, and its answer back."""

    def __call__(self, verb: str, arguments: Mapping[str, Any], /) -> Any:
        """Ask; the arguments and the answer are what JSON can say."""


@dataclass(frozen=True)
class Place:
    """
    A block of cells.

    Parameters
    ----------
    sheet : str
        Title of the sheet.
    top, left, bottom, right : int
        Its first and last row and column, counted from 1.
    """

    sheet: str
    top: int
    left: int
    bottom: int
    right: int

    @property
    def arguments(self) -> dict[str, Any]:
        """The same as the arguments of a verb."""
        return {"sheet": self.sheet, "area": [self.top, self.left, self.bottom, self.right]}

    @property
    def shape(self) -> tuple[int, int]:
        """How many rows and columns it has."""
        return self.bottom - self.top + 1, self.right - self.left + 1

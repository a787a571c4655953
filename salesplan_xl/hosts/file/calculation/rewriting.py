"""A formula written anew for the engine, so that it calculates what Excel does or is refused."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import formualizer

from salesplan_xl.hosts.file.calculation.engine import FILL, LEFT_OUT_ARGUMENT, engine_knows
from salesplan_xl.hosts.file.calculation.limits import (
    ARRAY_FUNCTIONS,
    CLOCK_OR_CHANCE,
    OPAQUE,
    RANGE_FUNCTIONS,
    UnsupportedError,
)
from salesplan_xl.hosts.file.calculation.references import Reference, References, is_reference
from salesplan_xl.hosts.formulas import Area
from salesplan_xl.hosts.formulas.area import Place

_PREFIX = re.compile(r"(?:_xlfn\.|_xlws\.|_xll\.|_xlpm\.)+", re.IGNORECASE)


@dataclass
class _Open:
    """A function being written: its name, and whether its current argument has content."""

    name: str
    ours: bool
    filled: bool = False


class Rewriter:
    """
    Rewrites one formula. Afterwards it knows what the formula reads, and which functions it calls.

    Parameters
    ----------
    references : References
        Finds what references stand for.
    ours : collection of str
        Names of our own functions; each is told `number` as its first argument.
    sheet : str
        Title of the sheet of the formula.
    place : tuple of int
        Its cell.
    area : Area or None
        The cells it fills, if it is an array formula.
    number : int
        By which our functions know the formula.
    """

    def __init__(
        self,
        references: References,
        ours: Collection[str],
        sheet: str,
        place: Place,
        area: Area | None,
        number: int,
    ) -> None:
        self._references = references
        self._ours = ours
        self._sheet = sheet
        self._place = place
        self._area = area
        self._number = number
        self._open: list[_Open] = []
        self.reads: list[Reference] = []
        self.functions: set[str] = set()

    def rewrite(self, formula: str) -> str:
        """
        Rewrite the formula.

        Parameters
        ----------
        formula : str
            The formula without its equals sign.

        Returns
        -------
        str
            The formula as the engine gets it, with its equals sign.

        Raises
        ------
        UnsupportedError
            If the engine must not be asked.
        """
        try:
            tokens: list[Any] = list(formualizer.tokenize(f"={formula}"))
        except formualizer.TokenizerError:
            raise UnsupportedError("it cannot be read") from None
        if "".join(token.value for token in tokens) != formula:
            raise UnsupportedError("it cannot be read")
        body = "".join(self._word(tokens, position) for position in range(len(tokens)))
        if self._area is not None:
            return f"={FILL}({len(self._area.rows())},{len(self._area.columns())},{body})"
        return f"=@({body})" if self.functions or "{" in formula else f"={body}"

    def _word(self, tokens: Sequence[Any], position: int) -> str:
        """Rewrite one word of the formula."""
        token = tokens[position]
        kind, subtype, written = str(token.token_type), str(token.subtype), str(token.value)
        if kind == "OpInfix" and written.strip() in ("", ","):
            raise UnsupportedError("unions and intersections of ranges are not calculated")
        if kind == "OpPostfix" and written == "#":
            raise UnsupportedError("spilled ranges are not calculated")
        if kind == "Func" and subtype == "Open":
            return self._open_function(written, tokens[position + 1 :])
        if kind == "Array" and subtype == "Open":
            self._start("{", ours=False)
            return written
        if kind in ("Func", "Array") and subtype == "Close":
            left_out = self._left_out_argument()
            self._open.pop()
            return left_out + written
        if kind == "Sep" and self._open:
            left_out = self._left_out_argument()
            self._open[-1].filled = False
            return left_out + written
        if kind != "Whitespace" and self._open:
            self._open[-1].filled = True
        return self._reference(tokens, position) if is_reference(token) else written

    def _open_function(self, written: str, following: Sequence[Any]) -> str:
        """Start a function, known to the engine under its plain name."""
        name = _PREFIX.sub("", written[:-1]).upper()
        self.functions.add(name)
        if name in self._ours:
            closed = _nearest(following, "Whitespace")
            bare = str(closed.token_type) == "Func" and str(closed.subtype) == "Close"
            self._start(name, ours=True, filled=bare)
            return f"{name}({self._number}" + ("" if bare else ",")
        if name in CLOCK_OR_CHANCE:
            raise UnsupportedError(f"{name} gives another value every time")
        if name in OPAQUE or not engine_knows(name):
            raise UnsupportedError(f"{name} cannot be calculated here")
        self._start(name, ours=False)
        return f"{name}("

    def _start(self, name: str, *, ours: bool, filled: bool = False) -> None:
        """Note that a function or an array begins; it fills the argument it stands in."""
        if self._open:
            self._open[-1].filled = True
        self._open.append(_Open(name, ours, filled))

    def _left_out_argument(self) -> str:
        """Write down that an argument of ours is left out; the engine would give a zero."""
        current = self._open[-1]
        return f'"{LEFT_OUT_ARGUMENT}"' if current.ours and not current.filled else ""

    def _reference(self, tokens: Sequence[Any], position: int) -> str:
        """Place a reference, down to one cell where Excel takes one cell."""
        written = str(tokens[position].value)
        placed = self._references.place(written, self._sheet, self._place)
        self.reads.extend(placed.reads)
        if not placed.is_wide or not self._wants_one_cell(tokens, position):
            return placed.text
        if self._area is None and not any(one.name in ARRAY_FUNCTIONS or one.ours for one in self._open):
            return f"@{placed.text}"
        function = self._open[-1] if self._open else None
        if function is None or function.ours or function.name in RANGE_FUNCTIONS:
            return placed.text
        raise UnsupportedError(f"{function.name} is not taken cell by cell here")

    def _wants_one_cell(self, tokens: Sequence[Any], position: int) -> bool:
        """Tell whether a range stands where a single value belongs."""
        before = _nearest(reversed(tokens[:position]), "Whitespace", "Paren")
        after = _nearest(tokens[position + 1 :], "Whitespace", "Paren")
        if any(token is not None and str(token.value) == ":" for token in (before, after)):
            return False
        function = self._open[-1] if self._open else None
        if function is None or not (function.ours or function.name in RANGE_FUNCTIONS):
            return True
        return _is_operator(before) or _is_operator(after)


def _nearest(tokens: Iterable[Any], *passed_over: str) -> Any:
    """Find the nearest word that is of none of some kinds; None when there is none."""
    return next((token for token in tokens if str(token.token_type) not in passed_over), None)


def _is_operator(token: Any) -> bool:
    """Tell whether a word calculates or compares."""
    return token is not None and str(token.token_type).startswith("Op") and str(token.token_type) != "Operand"

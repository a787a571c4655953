"""VBA source as statements: continuations joined, texts and comments taken out, procedures found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_TEXT = re.compile(r'"(?:[^"]|"")*"')
_COMMENT = re.compile(r"'|(?:^|:)\s*rem(?=\s|$)", re.IGNORECASE)
_START = re.compile(
    r"(?:(?P<scope>public|private|friend|global)\s+)?(?:static\s+)?"
    r"(?P<kind>sub|function|property\s+(?:get|let|set))\s+(?P<name>[^\W\d]\w*)\s*(?P<rest>.*)",
    re.IGNORECASE,
)
_END = re.compile(r"end\s+(sub|function|property)$", re.IGNORECASE)


@dataclass(frozen=True)
class Branch:
    """
    One branch of an ``#If``.

    Parameters
    ----------
    condition : str
        What it asks for, in lower case; empty for ``#Else``.
    failed : tuple of str
        What the branches before it asked for.
    """

    condition: str
    failed: tuple[str, ...] = ()

    def next(self, condition: str) -> Branch:
        """
        Give the branch that follows.

        Parameters
        ----------
        condition : str
            What it asks for; empty for ``#Else``.

        Returns
        -------
        Branch
            The branch.
        """
        return Branch(condition, (*self.failed, self.condition))


@dataclass(frozen=True)
class Statement:
    """
    One statement.

    Parameters
    ----------
    line : int
        The line it begins on, counted from 1.
    text : str
        The statement without texts in quotes and comments.
    active : bool
        False in any branch of an ``#If`` but its first.
    branches : tuple of Branch
        The branches it stands in, the outermost first.
    """

    line: int
    text: str
    active: bool
    branches: tuple[Branch, ...]


@dataclass(frozen=True)
class Procedure:
    """
    A procedure.

    Parameters
    ----------
    name : str
        Its name.
    kind : str
        ``sub``, ``function``, ``property get``, ``property let`` or ``property set``.
    public : bool
        Whether other modules and the ribbon see it.
    arguments : int
        How many arguments it takes.
    first, last : int
        The lines it begins and ends on, counted from 1.
    """

    name: str
    kind: str
    public: bool
    arguments: int
    first: int
    last: int


def statements(lines: Sequence[str]) -> Iterator[Statement]:
    """
    Cut a module into its statements.

    Parameters
    ----------
    lines : sequence of str
        The lines of the module.

    Yields
    ------
    Statement
        The statements in order, empty ones left out.

    Examples
    --------
    >>> [one.text for one in statements(['x = "a:b": y = _', "  2 ' why"])]
    ['x = ""', 'y = 2']
    """
    branches: list[Branch] = []
    for number, line in _joined(lines):
        plain = _TEXT.sub('""', line)
        comment = _COMMENT.search(plain)
        plain = plain[: comment.start()].strip() if comment else plain.strip()
        lower = plain.lower()
        if lower.startswith("#if "):
            branches.append(Branch(lower[4:]))
        elif lower.startswith(("#elseif ", "#else")) and branches:
            branches[-1] = branches[-1].next(lower.removeprefix("#elseif ").removeprefix("#else"))
        elif lower.startswith("#end if"):
            del branches[-1:]
        else:
            active = not any(one.failed for one in branches)
            for text in plain.split(":"):
                if text.strip():
                    yield Statement(number, " ".join(text.split()), active, tuple(branches))


def procedures(found: Sequence[Statement]) -> tuple[list[Procedure], list[tuple[int, str]]]:
    """
    Find the procedures of a module.

    Parameters
    ----------
    found : sequence of Statement
        The statements of the module.

    Returns
    -------
    procedures : list of Procedure
        The procedures that begin and end, in order.
    faults : list of (int, str)
        Where one begins inside another, ends as something else or does not end; the line and what was found.
    """
    done: list[Procedure] = []
    faults: list[tuple[int, str]] = []
    opened: tuple[int, re.Match[str]] | None = None
    for statement in found:
        if not statement.active:
            continue
        start, end = _START.fullmatch(statement.text), _END.fullmatch(statement.text)
        if start is not None:
            if opened is not None:
                faults.append((statement.line, f"{start['name']} begins inside {opened[1]['name']}"))
            opened = statement.line, start
        elif end is not None:
            if opened is None or not opened[1]["kind"].lower().startswith(end[1].lower()):
                faults.append((statement.line, f"{statement.text!r} ends nothing that began"))
            else:
                done.append(_procedure(*opened, statement.line))
            opened = None
    if opened is not None:
        faults.append((opened[0], f"{opened[1]['name']} does not end"))
    return done, faults


def _joined(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Lines with their continuations, each with the number of its first line."""
    gathered: list[str] = []
    first = 1
    for number, line in enumerate(lines, 1):
        if not gathered:
            first = number
        if line.endswith(" _"):
            gathered.append(line[:-1])
            continue
        yield first, "".join([*gathered, line])
        gathered = []
    if gathered:
        yield first, "".join(gathered)


def _procedure(first: int, start: re.Match[str], last: int) -> Procedure:
    """A procedure from its first statement."""
    scope = (start["scope"] or "public").lower()
    kind = " ".join(start["kind"].lower().split())
    return Procedure(start["name"], kind, scope != "private", _arguments(start["rest"]), first, last)


def _arguments(rest: str) -> int:
    """How many arguments stand in the brackets behind a name; brackets inside them are those of arrays."""
    if not rest.startswith("("):
        return 0
    depth, commas, something = 0, 0, False
    for letter in rest:
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            break
        commas += letter == "," and depth == 1
        something = something or letter not in "( "
    return commas + 1 if something else 0

"""How the macros of a plan stand to those that this version writes: whether they may be replaced, or are somebody's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from salesplan_xl.template.mark import MODULE, essence, read_mark
from salesplan_xl.template.stored import StoredProject

_BLANK = frozenset({"", essence("Option Explicit")})  # the editor may put that line into a new sheet by itself


class Standing(StrEnum):
    """How macros stand to those of this version."""

    CURRENT = "current"
    """All that this version writes is there; a person may have added to it."""
    OURS = "ours"
    """Another version wrote them, no newer one, and nobody has changed them."""
    NEWER = "newer"
    """A newer version wrote them."""
    CHANGED = "changed"
    """A person has changed them, added to them or locked them, or nothing says who wrote them."""


def standing(stored: StoredProject, code: Mapping[str, str], version: str) -> Standing:
    """
    Tell how the macros of a plan stand to those of this version.

    Parameters
    ----------
    stored : StoredProject
        What the plan holds.
    code : mapping of str to str
        What this version writes, with its mark.
    version : str
        This version.

    Returns
    -------
    Standing
        The answer. Only macros that are `OURS` may be replaced without taking anything from anybody.
    """
    mark = read_mark(dict(stored.code) | typed_in_documents(stored))
    if mark is not None and _order(mark.version) > _order(version):
        return Standing.NEWER
    if all(essence(stored.code.get(name, "")) == essence(text) for name, text in code.items() if name != MODULE) and (
        mark is None or mark.version == version
    ):
        return Standing.CURRENT
    if mark is None or not mark.fits or not stored.is_plain or stored.documents is None:
        return Standing.CHANGED
    return Standing.OURS


def typed_in_documents(stored: StoredProject) -> dict[str, str]:
    """
    Give the code that stands in the modules of the workbook and of its sheets, where this package writes none.

    Parameters
    ----------
    stored : StoredProject
        What a plan holds.

    Returns
    -------
    dict of str to str
        Source of each module in which something stands, by name.
    """
    return {name: text for name, text in stored.document_code.items() if essence(text) not in _BLANK}


def written_by(stored: StoredProject) -> str:
    """
    Say which version wrote the macros of a plan.

    Parameters
    ----------
    stored : StoredProject
        What the plan holds.

    Returns
    -------
    str
        The version as their mark says it; empty where there is none.
    """
    mark = read_mark(stored.code)
    return mark.version if mark else ""


def _order(version: str) -> tuple[tuple[int, ...], bool]:
    """What versions are ordered by: the numbers of the release; what leads up to a release comes before it."""
    release = re.match(r"\d+(?:\.\d+)*", version)
    numbers = [int(number) for number in release[0].split(".")] if release else []
    while numbers and numbers[-1] == 0:
        numbers.pop()
    rest = version[release.end() :] if release else version
    return tuple(numbers), not re.match(r"[.-]?(?:a|b|rc|dev)", rest)

"""A call of a cell function as it is typed into a cell of Excel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from salesplan_xl.functions.grid import OMITTED

if TYPE_CHECKING:
    from collections.abc import Sequence


def formula(name: str, arguments: Sequence[Any]) -> str:
    """The formula; a table is written as an array of constants."""
    return f"={name}({','.join(map(_literal, arguments))})"


def _literal(argument: Any) -> str:
    """An argument as a formula writes it."""
    if argument is OMITTED:
        return ""
    if isinstance(argument, list):
        return "{" + ";".join(",".join(map(_literal, row)) for row in argument) + "}"
    if isinstance(argument, bool):
        return str(argument).upper()
    if isinstance(argument, str):
        return '"' + argument.replace('"', '""') + '"'
    return f"{argument:.15g}"

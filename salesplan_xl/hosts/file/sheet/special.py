"""Formulas that say more than their text: one of a shared group, one that fills an area, a what-if table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from salesplan_xl.hosts.file.markup import attributes, unescape
from salesplan_xl.hosts.file.sheet.rows import Row
from salesplan_xl.hosts.formulas import Area, shift_formula
from salesplan_xl.hosts.formulas.area import Place
from salesplan_xl.hosts.refusals import Where
from salesplan_xl.workbook.cells import address, split_address

SHARED, ARRAY, DATA_TABLE = "shared", "array", "dataTable"

_SPECIAL = re.compile(
    rf"<c(\s[^<>]*)>\s*<f(\s[^<>]*?\bt\s*=\s*[\"'](?:{SHARED}|{ARRAY}|{DATA_TABLE})[\"'][^<>]*?)(?:/>|>([^<]*)</f>)"
)


@dataclass(frozen=True, slots=True)
class SpecialFormula:
    """
    A formula that says more than its text.

    Parameters
    ----------
    kind : str
        ``"shared"``, ``"array"`` or ``"dataTable"``.
    formula : str
        Its text; for a shared formula, as it reads in its own cell.
    area : Area or None
        The cells an array formula fills.
    group : str
        Which shared group it belongs to; empty for others.
    """

    kind: str
    formula: str
    area: Area | None
    group: str


def find_special(rows: Iterable[Row], where: Where) -> dict[Place, SpecialFormula]:
    """
    Find the special formulas of a sheet and write every shared one out.

    Parameters
    ----------
    rows : iterable of Row
        The rows of the sheet, in order.
    where : Where
        The sheet, for messages.

    Returns
    -------
    dict of (int, int) to SpecialFormula
        Each by the place of its cell.

    Raises
    ------
    RefusalError
        If one of them is damaged, or a shared formula has no first cell to share.
    """
    found: dict[Place, SpecialFormula] = {}
    first: dict[str, tuple[Place, str]] = {}
    for row in rows:
        if "<f" not in row.inside:
            continue
        for cell_tag, formula_tag, text in _SPECIAL.findall(row.inside):
            place, stated, formula = _read(cell_tag, formula_tag, text, where)
            if stated["t"] == SHARED:
                found[place] = _shared(place, stated.get("si", ""), formula, first, where)
            else:
                found[place] = SpecialFormula(stated["t"], formula, _area(stated, where), "")
    return found


def _read(cell_tag: str, formula_tag: str, text: str, where: Where) -> tuple[Place, dict[str, str], str]:
    """Read where a special formula stands, the attributes of its tag, and its text."""
    try:
        return split_address(attributes(cell_tag)["r"]), attributes(formula_tag), unescape(text)
    except (ValueError, KeyError) as error:
        where.refuse("E-FILE-DAMAGED", cause=error, reason=f"a formula: {error}")


def _area(stated: Mapping[str, str], where: Where) -> Area | None:
    """Read the area a formula fills."""
    try:
        return Area.parse(stated["ref"]) if "ref" in stated else None
    except ValueError as error:
        where.refuse("E-FILE-DAMAGED", cause=error, reason=f"a formula: {error}")


def _shared(
    place: Place, group: str, formula: str, first: dict[str, tuple[Place, str]], where: Where
) -> SpecialFormula:
    """Write one shared formula out; the first of its group is the one with a text."""
    if formula:
        first[group] = (place, formula)
    elif group not in first:
        where.refuse("E-FILE-DAMAGED", cell=address(*place), reason="a shared formula nobody wrote")
    (row, column), text = first[group]
    return SpecialFormula(SHARED, shift_formula(text, place[0] - row, place[1] - column), None, group)

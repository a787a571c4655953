"""Rules below the cells of a sheet (validations, formats and the like) that follow a table to its new end."""

from __future__ import annotations

import re

from salesplan_xl.hosts.file.markup import QUOTED, escape, unescape, with_attribute
from salesplan_xl.hosts.formulas import Resize
from salesplan_xl.hosts.formulas.notation import CELL, SHEET

_RULE = re.compile(rf"<(?:dataValidation|conditionalFormatting|ignoredError|protectedRange)\s{QUOTED}>")
_RANGES = re.compile(r"\ssqref\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_RULE_FORMULA = re.compile(r"(<(formula1|formula2|formula|xm:f)(?:\s[^<>]*)?>)([^<]*)(</\2>)")
_VALIDATION = re.compile(rf"<((?:x14:)?dataValidation)(\s{QUOTED})(?<!/)>.*?</\1>", re.DOTALL)
_DROP_DOWN = re.compile(r"\stype\s*=\s*[\"']list[\"']")
_ONE_CELL = re.compile(rf"(?:{SHEET})?{CELL}\Z")
_EXTENSION_RULE = re.compile(r"<x14:(conditionalFormatting|dataValidation)\s.*?</x14:\1>", re.DOTALL)
_EXTENSION_RANGES = re.compile(r"(<xm:sqref>)([^<]*)(</xm:sqref>)")


def follow_rules(tail: str, resize: Resize, *, own_sheet: bool) -> str:
    """
    Let validations, conditional formats and the like follow a table that ends elsewhere now.

    A drop-down whose source is the one data cell of a table follows it too, however a program has written that cell.

    Parameters
    ----------
    tail : str
        The part of a worksheet below its cells.
    resize : Resize
        The table.
    own_sheet : bool
        Whether the table stands on this sheet: then what the rules cover follows too.

    Returns
    -------
    str
        The part as it is now.

    Raises
    ------
    ValueError
        If a rule covers something that is no range.
    """

    def formula(match: re.Match[str], *, drop_down: bool = False) -> str:
        stated = unescape(match[3])
        single = drop_down and _ONE_CELL.match(stated) is not None
        followed = resize.formula(stated, own_sheet=own_sheet, single=single)
        return match[0] if followed == stated else f"{match[1]}{escape(followed)}{match[4]}"

    def validation(match: re.Match[str]) -> str:
        drop_down = _DROP_DOWN.search(match[2]) is not None
        return _RULE_FORMULA.sub(lambda inner: formula(inner, drop_down=drop_down), match[0])

    def covered(match: re.Match[str]) -> str:
        ranges = _RANGES.search(match[0])
        stated = (ranges[1] or ranges[2]) if ranges else ""
        followed = resize.rules(stated)
        return match[0] if followed == stated else with_attribute(match[0], "sqref", followed)

    def extension(match: re.Match[str]) -> str:
        return _EXTENSION_RANGES.sub(lambda inner: f"{inner[1]}{resize.rules(inner[2])}{inner[3]}", match[0])

    tail = _RULE_FORMULA.sub(formula, _VALIDATION.sub(validation, tail))
    if not own_sheet:
        return tail
    return _EXTENSION_RULE.sub(extension, _RULE.sub(covered, tail))

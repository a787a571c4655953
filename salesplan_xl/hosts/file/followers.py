"""What speaks of a table from elsewhere in the workbook, and follows its end: names, charts, rules of other sheets."""

from __future__ import annotations

import re
from collections.abc import Iterable

from salesplan_xl.hosts.file.markup import QUOTED, escape, unescape
from salesplan_xl.hosts.file.package import Package
from salesplan_xl.hosts.file.sheet import follow_rules
from salesplan_xl.hosts.formulas import Resize

_DEFINED_NAME = re.compile(rf"(<definedName\s{QUOTED}>)([^<]*)(</definedName>)")
_SERIES = re.compile(r"<((?:\w+:)?tx)>.*?</\1>|(<((?:\w+:)?f)(?:\s[^<>]*)?>)([^<]*)(</\3>)", re.DOTALL)
_CHART_TYPES = ("drawingml.chart+xml", "ms-office.chartex+xml")


def follow_in_names(package: Package, resize: Resize) -> None:
    """
    Let the defined names follow a table.

    Parameters
    ----------
    package : Package
        The workbook; its workbook part is replaced if a name follows.
    resize : Resize
        The table.
    """

    def followed(match: re.Match[str]) -> str:
        formula = unescape(match[2])
        now = resize.formula(formula)
        return match[0] if now == formula else f"{match[1]}{escape(now)}{match[3]}"

    text = package.text(package.workbook_part)
    _replace(package, package.workbook_part, text, _DEFINED_NAME.sub(followed, text))


def follow_in_charts(package: Package, resizes: Iterable[Resize]) -> None:
    """
    Let the series of charts follow tables.

    Parameters
    ----------
    package : Package
        The workbook; the charts that follow are replaced.
    resizes : iterable of Resize
        The tables, in the order they changed.
    """
    for part, content_type in package.content_types().items():
        if content_type.endswith(_CHART_TYPES) and package.has(part):
            text = now = package.text(part)
            for resize in resizes:
                now = _followed_series(now, resize)
            _replace(package, part, text, now)


def follow_in_rules(package: Package, part: str, resizes: Iterable[Resize]) -> None:
    """
    Let the rules of a sheet follow tables on other sheets, without reading its cells.

    Parameters
    ----------
    package : Package
        The workbook; the sheet is replaced if a rule follows.
    part : str
        Part of the sheet.
    resizes : iterable of Resize
        The tables, in the order they changed.

    Raises
    ------
    ValueError
        If a rule cannot be read.
    """
    content = package.part(part)
    end = max(content.rfind(b"</sheetData>"), 0)
    if b"formula" not in content[end:] and b"xm:f" not in content[end:]:
        return
    tail = now = content[end:].decode("utf-8")
    for resize in resizes:
        now = follow_rules(now, resize, own_sheet=False)
    if now != tail:
        package.replace(part, content[:end] + now.encode("utf-8"))


def _followed_series(text: str, resize: Resize) -> str:
    """Let the values and labels of series follow; the title of one stands in one cell and stays."""

    def followed(match: re.Match[str]) -> str:
        if match[1]:
            return match[0]
        formula = unescape(match[4])
        now = resize.formula(formula, single=True)
        return match[0] if now == formula else f"{match[2]}{escape(now)}{match[5]}"

    return _SERIES.sub(followed, text)


def _replace(package: Package, part: str, before: str, now: str) -> None:
    """Replace a part if it has changed."""
    if now != before:
        package.replace(part, now.encode("utf-8"))

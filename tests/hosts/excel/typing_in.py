"""What a cell of Excel holds, and what becomes of what is typed into it."""

from __future__ import annotations

import datetime
import math
import re
from dataclasses import dataclass, replace
from typing import Any

from openpyxl.utils.datetime import to_excel

from tests.hosts.excel.matrix import ERRORS
from tests.hosts.excel.pywin32 import ComError

LONGEST_TEXT = 32_767
YEAR = 2026
"""The year of a day that is typed without one."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMBER = re.compile(r"(\()?([+-]?)[$€£¥]?\s*(\d{1,3}(?:,\d+)+|\d+)?(\.\d*)?(e[+-]?\d+)?(%?)(\))?\Z", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})\Z|(\d{1,2})/(\d{1,2})(?:/(\d{4}))?\Z")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?\Z")
_MONTH_DAY = re.compile(r"([a-z]{3})[a-z]* (\d{1,2})\Z", re.IGNORECASE)


@dataclass(frozen=True)
class Content:
    """What a cell holds: what it shows, its formula, its format, and whether it is locked."""

    shows: float | bool | str | int | None = None  # an int is the number of an error
    formula: str = ""
    format: str = "General"
    locked: bool = True
    comment: str = ""


def typed(given: Any, before: Content) -> Content:
    """What a cell holds once something is typed into it."""
    if given is None:
        return replace(before, shows=None, formula="")
    if isinstance(given, bool):
        return replace(before, shows=given, formula="")
    if isinstance(given, int | float):
        if not math.isfinite(given):
            raise ComError("no number")
        return replace(before, shows=float(given), formula="")
    if not isinstance(given, str):
        raise TypeError(f"no VARIANT holds {given!r}")
    if len(given) > LONGEST_TEXT:
        raise ComError("the text is too long")
    if given.startswith("'"):
        return replace(before, shows=given[1:] or None, formula="")
    if before.format == "@":
        return replace(before, shows=given or None, formula="")
    if given.startswith("=") and len(given) > 1:
        return replace(before, shows=0.0, formula=given)
    return replace(before, shows=as_read(given), formula="")


def as_read(text: str) -> float | bool | str | int | None:
    """What Excel takes a text for that is typed into a cell of no format, in the United States."""
    if not text:
        return None
    if text.upper() in ("TRUE", "FALSE"):
        return text.upper() == "TRUE"
    if text in ERRORS:
        return ERRORS[text]
    if text[0] in "+-@" and not _NUMBER.match(text):
        raise ComError(f"Excel takes {text!r} for a formula that cannot be")
    return _number(text.strip())


def _number(text: str) -> float | str:
    """A number, a date or a time of day; the text where it is none."""
    if match := _TIME.match(text):
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return (hours + minutes / 60 + seconds / 3600) / 24
    if match := _DAY.match(text):
        year, month, day, other_month, other_day, other_year = (int(part or 0) for part in match.groups())
        try:
            return float(to_excel(datetime.date(year or other_year or YEAR, month or other_month, day or other_day)))
        except ValueError:
            return text
    if match := _MONTH_DAY.match(text):
        month_name, day_text = match.groups()
        if month_name.lower() in _MONTHS:
            month = _MONTHS.index(month_name.lower()) + 1
            return float(to_excel(datetime.date(YEAR, month, int(day_text))))
    match = _NUMBER.match(text)
    if match is None or not (match[3] or (match[4] and match[4] != ".")):
        return text
    number = float(f"{(match[3] or '0').replace(',', '')}{match[4] or ''}{match[5] or ''}")
    if not math.isfinite(number):
        return text
    number = number / 100 if match[6] else number
    return -number if (match[1] and match[7]) or match[2] == "-" else number
